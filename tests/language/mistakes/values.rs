//! Mistakes in numbers and distributions.

use super::{INITIAL, Mistake, check};

const VALUES: &[Mistake] = &[
    (
        INITIAL,
        "initial = 0.2 to 0.5",
        "`{ from = 0.2, to = 0.5 }`",
        "initial = { from = 0.2, to = 0.5 }",
    ),
    (
        INITIAL,
        "initial = normal(0.4, 0.1)",
        "`{ truncated_normal = { mean = 0.4, sd = 0.1 } }`",
        "initial = { truncated_normal = { mean = 0.4, sd = 0.1 } }",
    ),
    (
        INITIAL,
        "initial = \"normal(0.4, 0.1)\"",
        "`initial = { truncated_normal = { mean = 0.4, sd = 0.1 } }`",
        "initial = { truncated_normal = { mean = 0.4, sd = 0.1 } }",
    ),
    (
        INITIAL,
        "initial = RiskNormal(0,4;0,1)",
        "`{ truncated_normal = { mean = 0.4, sd = 0.1 } }`",
        "initial = { truncated_normal = { mean = 0.4, sd = 0.1 } }",
    ),
    (
        INITIAL,
        "initial = =RiskPert(0.1;0.2;0.3)",
        "`{ pert = { min = 0.1, mode = 0.2, max = 0.3 } }`",
        "initial = { pert = { min = 0.1, mode = 0.2, max = 0.3 } }",
    ),
    (
        INITIAL,
        "initial = random-float 1",
        "`{ uniform = { min = 0, max = 1 } }`",
        "initial = { uniform = { min = 0, max = 1 } }",
    ),
    (
        INITIAL,
        "initial = np.random.beta(2, 5)",
        "`{ beta = { alpha = 2, beta = 5 } }`",
        "initial = { beta = { alpha = 2, beta = 5 } }",
    ),
    (INITIAL, "initial = 50%", "`0.5`", "initial = 0.5"),
    (INITIAL, "initial = 0,4", "`0.4`", "initial = 0.4"),
    (INITIAL, "initial = .5", "`0.5`", "initial = 0.5"),
    (
        INITIAL,
        "initial = \"0,4\"",
        "`initial = 0.4`",
        "initial = 0.4",
    ),
    (
        INITIAL,
        "initial = −0.1",
        "`-0.1`",
        "initial = -0.1\nmin = -1",
    ),
    (INITIAL, "initial = 0.4;", "`0.4`", "initial = 0.4"),
    (
        INITIAL,
        "initial = 0.4 // at first",
        "`0.4 # at first`",
        "initial = 0.4 # at first",
    ),
    (INITIAL, "initial 0.4", "`initial = 0.4`", "initial = 0.4"),
    (
        INITIAL,
        "initial := 0.4",
        "`initial = 0.4`",
        "initial = 0.4",
    ),
    (INITIAL, "initial: 0.4", "`initial = 0.4`", "initial = 0.4"),
    (
        INITIAL,
        "initial = { 0.2, 0.5 }",
        "`{ from = 0.2, to = 0.5 }`",
        "initial = { from = 0.2, to = 0.5 }",
    ),
    (
        INITIAL,
        "initial = [0.2, 0.5]",
        "`initial = { from = 0.2, to = 0.5 }`",
        "initial = { from = 0.2, to = 0.5 }",
    ),
    (
        INITIAL,
        "initial = { p5 = 0.2, p95 = 0.5 }",
        "`{ from = 0.2, to = 0.5 }`",
        "initial = { from = 0.2, to = 0.5 }",
    ),
    (
        INITIAL,
        "initial = { normal = { mu = 0.4, sigma = 0.1 } }",
        "`{ truncated_normal = { mean = 0.4, sd = 0.1 } }`",
        "initial = { truncated_normal = { mean = 0.4, sd = 0.1 } }",
    ),
    (
        INITIAL,
        "initial = { uniform = { low = 0.1, high = 0.2 } }",
        "`{ uniform = { min = 0.1, max = 0.2 } }`",
        "initial = { uniform = { min = 0.1, max = 0.2 } }",
    ),
    (
        INITIAL,
        "initial = { uniform = { min = 0.6, max = 0.3 } }",
        "`min` = 0.3 and `max` = 0.6",
        "initial = { uniform = { min = 0.3, max = 0.6 } }",
    ),
    (
        INITIAL,
        "initial = { from = 0.5, to = 0.2 }",
        "swap the two: `from` = 0.2 and `to` = 0.5",
        "initial = { from = 0.2, to = 0.5 }",
    ),
    (
        INITIAL,
        "initial = { from = 0, to = 0.5 }",
        "`{ from = 0.01, to = 0.5 }`",
        "initial = { from = 0.01, to = 0.5 }",
    ),
    (
        INITIAL,
        "initial = { from = 20, to = 50 }",
        "`{ from = 0.2, to = 0.5 }`",
        "initial = { from = 0.2, to = 0.5 }",
    ),
    (
        INITIAL,
        "initial = { beta = { alpha = 0.001, beta = 0.1 } }",
        "the smaller the shapes, the wider",
        "initial = { beta = { alpha = 0.01, beta = 0.1 } }",
    ),
    (
        INITIAL,
        "initial = 40",
        "`max = 50`",
        "initial = 40\nmax = 50",
    ),
    (
        "max = 200",
        "max = 200\nmin = 300",
        "`min = 200` and `max = 300`",
        "max = 300",
    ),
    (
        "precision = 20",
        "precision = { lognormal = { mean = -3, sd = 1 } }",
        "a lognormal is positive",
        "precision = { lognormal = { mean = 3, sd = 1 } }",
    ),
    (
        "precision = 20",
        "precision = { lognormal = { mean = 3, sd = -1 } }",
        "without a sign: 1",
        "precision = { lognormal = { mean = 3, sd = 1 } }",
    ),
    (
        "precision = 20",
        "precision = { from = 2, to = 1e20 }",
        "`to = ",
        "precision = { from = 2, to = 1e10 }",
    ),
    (
        "precision = 20",
        "precision = { lognormal = { mu = 0, sigma = 12 } }",
        "a `sigma` of 9.371 or less",
        "precision = { lognormal = { mu = 0, sigma = 9.371 } }",
    ),
];

#[test]
fn help_about_values_leads_to_a_valid_file() {
    check(VALUES);
}
