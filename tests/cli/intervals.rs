//! Intervals that people read: Wilson's where nothing is uncertain, and none from a handful of hits.

use crate::sandbox::{Sandbox, rows};
use std::collections::BTreeMap;

/// An event of a known hazard, an action, and nothing uncertain.
const CERTAIN: &str = r#"
[scenario]
title = "Nothing is uncertain"
start = 2031-05-01
horizon_days = 2

[variables.flood]
initial = 0.0

[actors.warden]
precision = 1.0
[actors.warden.imperatives.calm]
weight = 1.0
goal = "1 - 0.1 * flood"

[actions.warn]
actor = "warden"
daily_odds = 0.2

[events.rain]
hazard = 0.002
limit = 1
effects = { flood = 1.0 }

[outcomes.flooded]
question = "?"
when = "flood > 0.5"

[outcomes.warned]
question = "?"
when = "happened(warn)"

[outcomes.never]
question = "?"
when = "flood > 1.5"
"#;

/// A rare event of a known hazard, and an uncertain quantity without influence.
const INERT: &str = r#"
[scenario]
title = "A quantity without influence"
start = 2031-05-01
horizon_days = 10

[variables.level]
initial = { from = 0.2, to = 0.4 }

[events.storm]
hazard = 0.0015

[outcomes.storm]
question = "?"
when = "happened(storm)"
"#;

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

/// Wilson's interval at 95 %.
fn wilson(n_hits: f64, n: f64) -> [f64; 2] {
    let z2 = 1.959_963_985_f64.powi(2);
    let p = n_hits / n;
    let half = (z2 / n * (p * (1.0 - p) + z2 / (4.0 * n))).sqrt();
    [-1.0, 1.0].map(|side| (p + z2 / (2.0 * n) + side * half) / (1.0 + z2 / n))
}

fn assert_wilson(row: &BTreeMap<String, String>, names: [&str; 2], n_hits: f64, n: f64) {
    for (name, end) in names.iter().zip(wilson(n_hits, n)) {
        let found = number(&row[*name]);
        assert!(
            (found - end).abs() < 2e-6,
            "{name}: {found} instead of {end} in {row:?}"
        );
    }
}

#[test]
fn intervals_without_uncertain_quantities_are_those_of_wilson() {
    let sandbox = Sandbox::new(&[("certain.toml", CERTAIN)]);
    let (code, out, err) = sandbox.run(&["run", "certain.toml", "--runs", "1000"]);
    assert_eq!(code, 0, "{err}");
    assert!(!out.contains("distinguishable"), "{out}");
    let files = sandbox.files("output/certain");
    let ends = ["ci_low", "ci_high"];
    for (file, n_rows) in [
        ("outcomes.csv", 3),
        ("timeline.csv", 6),
        ("actions.csv", 1),
        ("events.csv", 1),
    ] {
        let table = rows(&files[file]);
        assert_eq!(table.len(), n_rows, "{file}");
        for row in &table {
            assert_wilson(row, ends, number(&row["n_yes"]), number(&row["n_runs"]));
        }
    }
    let outcomes = rows(&files["outcomes.csv"]);
    assert_eq!(
        (outcomes[2]["ci_low"].as_str(), &*outcomes[2]["ci_high"]),
        ("0", "0.00382676")
    );
    for row in rows(&files["joint.csv"]) {
        let n_both = number(&row["n_a_and_b"]);
        assert_wilson(
            &row,
            ["p_a_and_b_ci_low", "p_a_and_b_ci_high"],
            n_both,
            1000.0,
        );
        let a = outcomes
            .iter()
            .find(|one| one["outcome"] == row["outcome_a"]);
        let n_a = number(&a.unwrap()["n_yes"]);
        if n_a > 0.0 {
            assert_wilson(
                &row,
                ["p_b_given_a_ci_low", "p_b_given_a_ci_high"],
                n_both,
                n_a,
            );
        }
    }
    for row in rows(&files["outcome_diagnostics.csv"]) {
        assert_eq!(row["effective_runs"], "1000");
        for column in ["pair_correlation", "parameter_variance", "parameter_sd"] {
            assert_eq!(row[column], "", "{column}");
        }
    }
}

/// Seeds with a negative estimate of the parameter variance among them.
#[test]
fn parameter_uncertainty_without_influence_is_not_distinguishable_from_zero() {
    let sandbox = Sandbox::new(&[("inert.toml", INERT)]);
    let mut n_negative = 0;
    for seed in 1..=12 {
        let seed = seed.to_string();
        let run = ["run", "inert.toml", "--runs", "20000", "--seed", &seed];
        let (code, out, err) = sandbox.run(&run);
        assert_eq!(code, 0, "{err}");
        let files = sandbox.files("output/inert");
        let row = &rows(&files["outcome_diagnostics.csv"])[0];
        let [variance, error] =
            ["parameter_variance", "parameter_variance_se"].map(|name| number(&row[name]));
        n_negative += u32::from(variance < 0.0);
        // 4 standard errors: false alarm 6e-5 per seed.
        assert!(variance.abs() < 4.0 * error, "{row:?}");
        assert!(number(&row["parameter_sd_high"]) > 0.005, "{row:?}");
        if number(&row["parameter_sd_low"]) == 0.0 {
            assert!(
                out.contains("not distinguishable from") && out.contains("(up to "),
                "{out}"
            );
        }
        assert!(
            !out.contains("below 0") && !out.contains("(up to 0 %)"),
            "{out}"
        );
    }
    assert!(
        n_negative > 0,
        "the test needs a seed with a negative estimate"
    );
}

#[test]
fn comparison_without_a_change_has_wilsons_bound() {
    let sandbox = Sandbox::new(&[("certain.toml", CERTAIN)]);
    let compare = [
        "compare",
        "certain.toml",
        "--variant",
        "more: variables.flood.max=2",
        "--runs",
        "100",
    ];
    let (code, _, err) = sandbox.run(&compare);
    assert_eq!(code, 0, "{err}");
    let table = rows(&sandbox.files("output/certain.compare")["compare.csv"]);
    assert_eq!(table.len(), 3);
    for row in &table {
        let [_, bound] = wilson(0.0, 100.0);
        assert!((number(&row["ci_high"]) - bound).abs() < 1e-6, "{row:?}");
        assert!((number(&row["ci_low"]) + bound).abs() < 1e-6, "{row:?}");
    }
}

#[test]
fn sensitivity_without_uncertain_quantities_has_derivatives() {
    let sandbox = Sandbox::new(&[("certain.toml", CERTAIN)]);
    let (code, out, err) = sandbox.run(&["sensitivity", "certain.toml"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("No quantity is uncertain, so there are no Sobol' indices"),
        "{out}"
    );
    assert!(
        out.contains("events.rain.hazard") && out.contains("actions.warn.daily_odds"),
        "{out}"
    );
    let files = sandbox.files("output/certain.sensitivity");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["derivatives.csv", "dictionary.csv", "manifest.json"]
    );
    // P = 1 − (1 − h)², so dP/dh = 2(1 − h).
    let table = rows(&files["derivatives.csv"]);
    let is_hazard = |row: &&BTreeMap<String, String>| {
        row["outcome"] == "flooded" && row["path"] == "events.rain.hazard"
    };
    let hazard = table.iter().find(is_hazard).unwrap();
    let [derivative, error] = ["derivative", "mc_se"].map(|name| number(&hazard[name]));
    assert!((derivative - 2.0 * 0.998).abs() < 4.5 * error, "{hazard:?}");
    let (code, out, _) = sandbox.run(&["sensitivity", "certain.toml", "--format", "json"]);
    assert_eq!((code, out.trim()), (0, "[]"));
}

#[test]
fn verdicts_are_withheld_from_a_handful_of_hits() {
    let rare = INERT.replace("0.0015", "0.0001");
    let sandbox = Sandbox::new(&[("rare.toml", &rare), ("inert.toml", INERT)]);
    let sensitivity = |file: &str| {
        let more = ["--runs", "4000", "--derivative-runs", "1024"];
        let (code, out, err) = sandbox.run(&[&["sensitivity", file], &more[..]].concat());
        assert_eq!(code, 0, "{err}");
        let folder = format!("output/{}.sensitivity", file.trim_end_matches(".toml"));
        (out, rows(&sandbox.files(&folder)["sensitivity.csv"]))
    };
    let (out, table) = sensitivity("rare.toml");
    assert!(
        out.contains("too few for indices. Give about --runs"),
        "{out}"
    );
    assert!(!out.contains("parameter uncertainty explains"), "{out}");
    assert_eq!(table[0]["verdict"], "not_measurable");
    assert!(
        table[0]["verdict_reason"].contains("fewer than 30 runs"),
        "{table:?}"
    );
    for column in ["parameter_share", "s1", "st", "st_ci_high"] {
        assert_eq!(table[0][column], "", "{column}");
    }
    let (out, table) = sensitivity("inert.toml");
    assert_eq!(table[0]["verdict"], "not_measurable");
    assert!(
        out.contains("not distinguishable from zero (up to "),
        "{out}"
    );
}
