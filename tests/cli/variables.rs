//! Summaries of variables, and what they do not depend on.

use crate::sandbox::{Sandbox, rows};
use std::collections::BTreeMap;

/// x does not change in a run, so `runs.csv` has all that `variables.csv` summarizes.
const SCENARIO: &str = r#"
[scenario]
title = "Prices"
start = 2031-05-01
horizon_days = 1

[variables.x]
initial = { uniform = { min = 10, max = 20 } }
min = 0
max = 100

[variables.attacks]
initial = 0
min = 0
max = 1e6

[events.raid]
hazard = 0.4
effects = { attacks = 20 }

[events.siege]
hazard = 0.2
effects = { attacks = 20 }

[outcomes.q]
question = "Is the price above 15?"
when = "x > 15"
"#;

/// The fields of a variable on day 1 in `variables.csv`, by column.
fn summary(sandbox: &Sandbox, variable: &str) -> BTreeMap<String, String> {
    let table = std::fs::read(sandbox.path("output/s/variables.csv")).unwrap();
    let mut rows = rows(&table).into_iter();
    rows.find(|row| row["variable"] == variable).unwrap()
}

fn number(summary: &BTreeMap<String, String>, column: &str) -> f64 {
    summary[column].parse().unwrap()
}

#[test]
fn summaries_do_not_depend_on_the_bounds() {
    let sandbox = Sandbox::new(&[("s.toml", SCENARIO)]);
    let summary_with = |bounds: &[&str]| {
        let mut command = vec!["run", "s.toml", "--runs", "4096", "--quiet", "--every-run"];
        for bound in bounds {
            command.extend(["--set", bound]);
        }
        let (code, _, err) = sandbox.run(&command);
        assert_eq!(code, 0, "{err}");
        summary(&sandbox, "x")
    };
    let narrow = summary_with(&["variables.x.min=9", "variables.x.max=21"]);
    for max in ["1e5", "1e9", "1e12", "1e30"] {
        let max = format!("variables.x.max={max}");
        assert_eq!(summary_with(&[&max]), narrow, "{max}");
        assert_eq!(
            summary_with(&[&max, "variables.x.min=-1e20"]),
            narrow,
            "{max}"
        );
    }
    // The same values in runs.csv, summarized in double precision.
    let runs = rows(&std::fs::read(sandbox.path("output/s/runs.csv")).unwrap());
    let mut values: Vec<f64> = runs.iter().map(|row| number(row, "final_x")).collect();
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
    assert!((number(&narrow, "mean") / mean - 1.0).abs() < 1e-5);
    assert!((number(&narrow, "sd") / (squares / (n - 1.0)).sqrt() - 1.0).abs() < 1e-5);
    for (column, level) in [
        ("p05", 0.05),
        ("p25", 0.25),
        ("p50", 0.5),
        ("p75", 0.75),
        ("p95", 0.95),
    ] {
        let rank: f64 = level * (n - 1.0);
        let (below, part) = (rank.floor(), rank.fract());
        let low = values[below as usize];
        let quantile = low + part * (values[below as usize + 1] - low);
        assert!(
            (number(&narrow, column) / quantile - 1.0).abs() < 1e-3,
            "{column}"
        );
    }
}

#[test]
fn few_values_within_wide_bounds_are_their_own_quantiles() {
    let sandbox = Sandbox::new(&[("s.toml", SCENARIO)]);
    let (code, _, err) = sandbox.run(&["run", "s.toml", "--runs", "20000", "--quiet"]);
    assert_eq!(code, 0, "{err}");
    let attacks = summary(&sandbox, "attacks");
    // 0 with probability 0.48, 20 with 0.44, 40 with 0.08.
    for (column, value) in [
        ("p05", 0.0),
        ("p25", 0.0),
        ("p50", 20.0),
        ("p75", 20.0),
        ("p95", 40.0),
    ] {
        assert_eq!(number(&attacks, column), value, "{column}");
    }
}

#[test]
fn targets_on_a_variable_with_wide_bounds_are_met_at_the_true_value() {
    let sandbox = Sandbox::new(&[
        ("s.toml", SCENARIO),
        (
            "targets.csv",
            "kind,name,day,target,tolerance\nvariable,attacks,1,10,0.5\n",
        ),
    ]);
    let free = "events.raid.hazard=0.05..0.8";
    let (code, out, err) = sandbox.run(&[
        "tune",
        "s.toml",
        "--targets",
        "targets.csv",
        "--free",
        free,
        "--runs",
        "8000",
        "--format",
        "csv",
    ]);
    assert_eq!(code, 0, "{err}");
    // 20·(hazard + 0.2) = 10 at a hazard of 0.3.
    let table = std::fs::read(sandbox.path("output/s.tune/tune_parameters.csv")).unwrap();
    let hazard = number(&rows(&table)[0], "after");
    assert!((hazard - 0.3).abs() < 0.03, "{hazard} {out}");
}

#[test]
fn the_memory_is_refused_with_the_figure_before_it_is_spent() {
    let mut text =
        "[scenario]\ntitle = \"x\"\nstart = 2030-01-01\nhorizon_days = 1000\n".to_owned();
    for k in 0..900 {
        text += &format!("[variables.v{k}]\ninitial = 0.5\nvolatility = 0.01\n");
    }
    text += "[outcomes.o]\nquestion = \"?\"\nwhen = \"v0 > 0.6\"\n";
    let sandbox = Sandbox::new(&[("s.toml", &text)]);
    let (code, _, err) = sandbox.run(&["run", "s.toml", "--max-memory", "500MB", "--quiet"]);
    assert_eq!(code, 2);
    assert!(err.contains("more than the limit of 500.0 MB"), "{err}");
    assert!(err.contains("--max-memory "), "{err}");
    let (code, _, err) = sandbox.run(&["run", "s.toml", "--max-memory", "500", "--quiet"]);
    assert_eq!(code, 2);
    assert!(err.contains("such as 500MB or 8GB"), "{err}");
}
