//! Tests of distributions in the notation of other tools.

use super::*;

/// The distribution as TOML, if it is the same.
fn distribution_of(text: &str) -> Option<String> {
    let found = replacement_of(text)?;
    found.note.is_empty().then_some(found.toml)
}

#[test]
fn distributions_of_other_tools_are_written_as_toml() {
    for (text, expected) in [
        ("5 to 9", "{ from = 5, to = 9 }"),
        ("0,2 to 0,5", "{ from = 0.2, to = 0.5 }"),
        ("10% to 25 %", "{ from = 0.1, to = 0.25 }"),
        (
            "normal(0.4, 0.1)",
            "{ truncated_normal = { mean = 0.4, sd = 0.1 } }",
        ),
        (
            "RiskNormal(0,4;0,1)",
            "{ truncated_normal = { mean = 0.4, sd = 0.1 } }",
        ),
        (
            "=RiskPert(1;2;3)",
            "{ pert = { min = 1, mode = 2, max = 3 } }",
        ),
        ("RiskLognorm(3, 1)", "{ lognormal = { mean = 3, sd = 1 } }"),
        (
            "lognormal(1, 0.5)",
            "{ lognormal = { mu = 1, sigma = 0.5 } }",
        ),
        (
            "np.random.normal(loc=0.5, scale=.1)",
            "{ truncated_normal = { mean = 0.5, sd = 0.1 } }",
        ),
        ("rbeta(2, 5)", "{ beta = { alpha = 2, beta = 5 } }"),
        (
            "random-normal 0.5 0.1",
            "{ truncated_normal = { mean = 0.5, sd = 0.1 } }",
        ),
        ("random-float 1", "{ uniform = { min = 0, max = 1 } }"),
        ("RAND()", "{ uniform = { min = 0, max = 1 } }"),
    ] {
        assert_eq!(distribution_of(text).as_deref(), Some(expected), "{text}");
    }
    for text in [
        "max(0, 1)",
        "normal(a, b)",
        "beta",
        "a to b",
        "normal(1)",
        "trust",
    ] {
        assert_eq!(distribution_of(text), None, "{text}");
    }
}

#[test]
fn names_of_parameters_decide_their_order() {
    for (text, expected) in [
        (
            "lognormal({mean: 0.3, stdev: 0.1})",
            "{ lognormal = { mean = 0.3, sd = 0.1 } }",
        ),
        ("normal({p5: 0.3, p95: 0.5})", "{ from = 0.3, to = 0.5 }"),
        (
            "normal(sd=0.1, mean=0.5)",
            "{ truncated_normal = { mean = 0.5, sd = 0.1 } }",
        ),
        (
            "np.random.lognormal(mean=1, sigma=0.5)",
            "{ lognormal = { mu = 1, sigma = 0.5 } }",
        ),
        (
            "beta({mean: 0.3, stdev: 0.1})",
            "{ beta = { mean = 0.3, sd = 0.1 } }",
        ),
        (
            "rnorm(1, 0.4, 0.1)",
            "{ truncated_normal = { mean = 0.4, sd = 0.1 } }",
        ),
        (
            "triangular(left=1, mode=2, right=4)",
            "{ triangular = { min = 1, mode = 2, max = 4 } }",
        ),
        ("0.2–0.4", "{ from = 0.2, to = 0.4 }"),
        ("0.5 ± 0.1", "{ from = 0.4, to = 0.6 }"),
        ("~uniform(1, 2)", "{ uniform = { min = 1, max = 2 } }"),
        ("RANDBETWEEN(1,10)", "{ uniform = { min = 1, max = 10 } }"),
    ] {
        assert_eq!(distribution_of(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn mixtures_and_draws_of_yes_or_no_have_a_nearest_value() {
    for (text, expected) in [
        (
            "mixture(100 to 200, 300 to 500, [0.7, 0.3])",
            "{ from = 100, to = 500 }",
        ),
        (
            "mx(normal(200, 10), uniform(100, 300))",
            "{ from = 100, to = 300 }",
        ),
        (
            "RiskDiscrete({100;200;400};{0.25;0.5;0.25})",
            "{ from = 100, to = 400 }",
        ),
        (
            "random.choice([0, 0.5], p=[0.1, 0.9])",
            "{ uniform = { min = 0, max = 0.5 } }",
        ),
        ("mx(3, 7)", "{ from = 3, to = 7 }"),
        (
            "RiskDiscrete({0,1},{0.3,0.7})",
            "{ uniform = { min = 0, max = 1 } }",
        ),
        ("exponential(2)", "{ from = 0.02565, to = 1.498 }"),
        ("RiskExpon(100)", "{ from = 5.129, to = 299.6 }"),
        ("bernoulli(0.5)", "0.5"),
        ("RiskBinomial(1; 0,3)", "0.3"),
        ("pointMass(4)", "4"),
        ("gamma(4, 0.5)", "{ lognormal = { mean = 2, sd = 1 } }"),
    ] {
        let found = replacement_of(text).map(|found| found.toml);
        assert_eq!(found.as_deref(), Some(expected), "{text}");
        assert_eq!(distribution_of(text), None, "{text}");
    }
    assert_eq!(numbers_in("from 0.2 or x3 up to 0.6"), Some((0.2, 0.6)));
    assert_eq!(numbers_in("risk_2 * 3"), None);
}
