//! `realpolitik sensitivity`: indices, derivatives, files and rejected arguments.

use crate::sandbox::{SMALL, Sandbox, assert_dictionary_is_complete, rows, small};
use std::collections::BTreeMap;

const PRODUCT: &str = include_str!("../statistics/known/product_of_unknowns.toml");

fn measure(sandbox: &Sandbox, more: &[&str]) -> (i32, String, String) {
    let base = ["sensitivity", "small.toml", "--runs", "3000"];
    sandbox.run(&[&base, more].concat())
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column]
        .parse()
        .unwrap_or_else(|_| panic!("{column} is {}", row[column]))
}

#[test]
fn indices_of_a_product_are_in_files_and_tables() {
    let sandbox = Sandbox::new(&[("product.toml", PRODUCT)]);
    let (code, out, err) = sandbox.run(&["sensitivity", "product.toml", "--runs", "40_000"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("factors: 3 uncertain quantities") && err.contains("200,000 runs in total"),
        "{err}"
    );
    assert!(out.contains("Negligible for all these outcomes"), "{out}");
    assert!(
        out.contains("1 of 3 factors\n  variables.x3.initial"),
        "{out}"
    );
    // The effect of +1 % on a probability of 1/4.
    let is_hazard =
        |line: &&str| line.contains("events.strike.hazard") && line.contains("1 % more");
    let line = out.lines().find(is_hazard).expect("a derivative");
    let mut words = line.split_whitespace().skip_while(|word| *word != "more");
    let effect: f64 = words.nth(1).expect("an effect").parse().expect("a number");
    assert!((effect - 0.25).abs() < 0.015, "{line}");
    let files = sandbox.files("output/product.sensitivity");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "convergence.csv",
            "derivatives.csv",
            "dictionary.csv",
            "manifest.json",
            "sensitivity.csv"
        ]
    );
    let table = rows(&files["sensitivity.csv"]);
    assert_eq!(table.len(), 3);
    let truths = [(3.0, 4.0), (3.0, 4.0), (0.0, 0.0)];
    for (row, (first, total)) in table.iter().zip(truths) {
        // Standard errors are about 0.016.
        assert!((number(row, "s1") - first / 7.0).abs() < 0.08, "{row:?}");
        assert!((number(row, "st") - total / 7.0).abs() < 0.08, "{row:?}");
        assert!(
            (number(row, "parameter_share") - 7.0 / 27.0).abs() < 0.015,
            "{row:?}"
        );
        for index in ["s1", "st"] {
            let end = |end: &str| number(row, &format!("{index}_ci_{end}"));
            assert!(end("low") < number(row, index) && number(row, index) < end("high"));
        }
        let share = number(row, "st_variance") / number(row, "parameter_variance");
        assert!((share - number(row, "st")).abs() < 1e-5);
        assert_eq!(row["n_draws"], "20000");
    }
    let findings: Vec<&str> = table.iter().map(|row| &*row["verdict"]).collect();
    assert_eq!(findings, ["matters", "matters", "negligible"]);
    assert_eq!(table[2]["rank_st"], "3");
    // The last stage of the convergence contains all draws.
    let stages = rows(&files["convergence.csv"]);
    assert_eq!(stages.len(), 9);
    for (row, last) in table.iter().zip(stages.chunks(3).map(|stages| &stages[2])) {
        assert_eq!(last["share_of_runs"], "1");
        for column in ["factor", "s1", "st_ci_high", "n_draws"] {
            assert_eq!(row[column], last[column]);
        }
    }
    let draws: Vec<&str> = stages[..3].iter().map(|row| &*row["n_draws"]).collect();
    assert_eq!(draws, ["5000", "10000", "20000"]);
    let manifest = sandbox.manifest("output/product.sensitivity");
    assert_eq!(manifest["kind"], "sensitivity");
    assert_eq!(manifest["runs_in_all"], 200_000);
}

#[test]
fn only_significant_derivatives_are_shown() {
    let sandbox = small();
    let (code, out, err) = measure(&sandbox, &["--derivative-runs", "2000"]);
    assert_eq!(code, 0, "{err}");
    let (_, after) = out.split_once("Local sensitivity").expect("derivatives");
    let crisis = after.find("\ncrisis: ").expect("an outcome");
    let peace = after.find("\npeace: ").expect("another");
    assert!(after[crisis..peace].contains("0.05 → 0.05048"), "{out}");
    let storm = after[peace..].lines();
    let mut storm = storm.filter(|line| line.contains("events.storm.hazard"));
    assert!(storm.all(|line| line.contains("-")), "{out}");
    let more = ["--derivative-runs", "2000", "--outcome", "peace"];
    let (_, out, _) = measure(&sandbox, &more);
    let (_, after) = out.split_once("Local sensitivity").expect("derivatives");
    assert!(!after.contains("\ncrisis: "), "{out}");
    let more = ["--derivative-runs", "30", "--outcome", "peace"];
    let (_, out, _) = measure(&sandbox, &more);
    assert!(out.contains("--derivative-runs 480."), "{out}");
    let (_, out, _) = measure(&sandbox, &["--derivative-runs", "2000", "--format", "csv"]);
    assert!(!out.contains("Local sensitivity"), "{out}");
}

#[test]
fn dictionary_has_every_column() {
    let sandbox = small();
    let screen = ["--screen", "--trajectories", "2"];
    for (more, folder) in [(&[][..], "sensitivity"), (&screen, "screen")] {
        let base = ["sensitivity", "small.toml"];
        let runs: &[&str] = if more.is_empty() {
            &["--runs", "1000"]
        } else {
            &[]
        };
        let (code, _, err) = sandbox.run(&[&base, runs, more].concat());
        assert_eq!(code, 0, "{err}");
        let files = sandbox.files(&format!("output/small.{folder}"));
        assert_dictionary_is_complete(&files);
    }
}

#[test]
fn threads_formats_and_selected_outcomes_change_no_number() {
    let sandbox = small();
    let (code, one, err) = measure(&sandbox, &["--quiet", "--threads", "1", "--format", "csv"]);
    assert_eq!((code, &*err), (0, ""));
    let files = sandbox.files("output/small.sensitivity");
    let more = [
        "--quiet",
        "--threads",
        "2",
        "--output",
        "two",
        "--format",
        "json",
    ];
    let (code, json, err) = measure(&sandbox, &more);
    assert_eq!((code, &*err), (0, ""));
    let two = sandbox.files("two/small.sensitivity");
    for name in [
        "sensitivity.csv",
        "convergence.csv",
        "derivatives.csv",
        "dictionary.csv",
    ] {
        assert!(files[name] == two[name], "{name}");
    }
    let table = rows(&files["sensitivity.csv"]);
    assert_eq!(rows(one.as_bytes()), table);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json.as_array().unwrap().len(), table.len());
    assert_eq!(json[0]["factor"], table[0]["factor"]);
    // A selected outcome has the same numbers as among all.
    let more = ["--quiet", "--outcome", "peace", "--format", "csv"];
    let (code, peace, err) = measure(&sandbox, &more);
    assert_eq!((code, &*err), (0, ""));
    let of_peace = table.into_iter().filter(|row| row["outcome"] == "peace");
    assert_eq!(rows(peace.as_bytes()), of_peace.collect::<Vec<_>>());
}

#[test]
fn outcomes_without_variance_have_no_indices() {
    let sandbox = small();
    // The outcome never occurs, so its variance is 0.
    let text = SMALL.replace("tension < 0.2", "tension < 0");
    std::fs::write(sandbox.path("small.toml"), text).unwrap();
    let (code, out, _) = measure(&sandbox, &[]);
    assert_eq!(code, 0);
    assert!(
        out.contains("too few for indices. Check the outcome's condition"),
        "{out}"
    );
    let table = rows(&sandbox.files("output/small.sensitivity")["sensitivity.csv"]);
    let peace: Vec<_> = table
        .iter()
        .filter(|row| row["outcome"] == "peace")
        .collect();
    assert_eq!(peace.len(), 2);
    for row in peace {
        assert_eq!((&*row["verdict"], &*row["st"]), ("not_measurable", ""));
        assert_eq!((&*row["parameter_share"], &*row["st_variance"]), ("", "0"));
    }
}

#[test]
fn correlated_quantities_form_one_factor() {
    let sandbox = small();
    let text = SMALL.to_owned()
        + "[[correlations]]\nbetween = [\"variables.tension.initial\", \
           \"actors.north.imperatives.peace.weight\"]\ncoefficient = 0.5\n";
    std::fs::write(sandbox.path("small.toml"), text).unwrap();
    let (code, out, err) = measure(&sandbox, &["--outcome", "crisis"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("variables.tension.initial +"), "{out}");
    let table = rows(&sandbox.files("output/small.sensitivity")["sensitivity.csv"]);
    assert_eq!(table.len(), 2);
    assert_eq!(table[0]["correlated_with"], table[1]["factor"]);
    assert_eq!(table[1]["correlated_with"], table[0]["factor"]);
    // With a single factor both indices are 1, within their intervals.
    for row in &table {
        assert_eq!(row["n_quantities"], "2");
        assert_eq!(row["st"], table[0]["st"]);
        assert!(number(row, "st_ci_low") < 1.0);
        assert!(number(row, "st_ci_high") > 1.0);
    }
    // Grouped by actor, the correlation joins the actor and the variables.
    let (code, csv, _) = measure(&sandbox, &["--by", "actor", "--quiet", "--format", "csv"]);
    assert_eq!(code, 0);
    let table = rows(csv.as_bytes());
    let names: Vec<&str> = table.iter().map(|row| &*row["factor"]).collect();
    assert_eq!(names.len(), 2, "one for each outcome: {names:?}");
    assert!(names[0].contains("actors.north") && names[0].contains("variables"));
}

#[test]
fn screening_ranks_factors() {
    let sandbox = Sandbox::new(&[("product.toml", PRODUCT)]);
    let base = [
        "sensitivity",
        "product.toml",
        "--screen",
        "--trajectories",
        "6",
    ];
    let (code, out, err) = sandbox.run(&base);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("24 simulations of 1,024 runs"), "{err}");
    assert!(out.contains("6 trajectories"), "{out}");
    let files = sandbox.files("output/product.screen");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["dictionary.csv", "manifest.json", "morris.csv"]);
    let table = rows(&files["morris.csv"]);
    assert_eq!(number(&table[2], "mu_star"), 0.0);
    assert_eq!(table[2]["rank"], "3");
    assert!(number(&table[0], "mu_star") > 0.1 && number(&table[1], "mu_star") > 0.1);
    let more = ["--threads", "2", "--output", "two", "--quiet"];
    assert_eq!(sandbox.run(&[&base[..], &more].concat()).0, 0);
    assert!(files["morris.csv"] == sandbox.files("two/product.screen")["morris.csv"]);
}

#[test]
fn mistakes_are_reported() {
    let sandbox = small();
    let error = |arguments: &[&str]| {
        let (code, out, err) = sandbox.run(&[&["sensitivity"], arguments].concat());
        assert_eq!((code, &*out), (2, ""), "{err}");
        err
    };
    let err = error(&["small.toml", "--outcome", "crises"]);
    assert!(
        err.contains("has no outcome `crises`: write one of crisis, peace"),
        "{err}"
    );
    let err = error(&["small.toml", "--runs", "999"]);
    assert!(err.contains("at least 1,000 runs"), "{err}");
    let err = error(&["small.toml", "--screen", "--runs", "5000"]);
    assert!(err.contains("cannot be used with"), "{err}");
    let err = error(&["small.toml", "--trajectories", "5"]);
    assert!(err.contains("--screen"), "{err}");
    assert!(!sandbox.path("output").exists(), "nothing is written");
    let known = [
        "small.toml",
        "--set",
        "variables.tension.initial=0.4",
        "--set",
        "actors.north.imperatives.peace.weight=0.4",
    ];
    let err = error(&[&known[..], &["--screen"]].concat());
    assert!(
        err.contains("has no uncertain quantities to screen"),
        "{err}"
    );
    std::fs::write(sandbox.path("small.toml"), SMALL.replace("hazard", "hazrd")).unwrap();
    let (code, _, err) = sandbox.run(&["sensitivity", "small.toml"]);
    assert_eq!(code, 1, "{err}");
}

/// Ctrl-C keeps earlier results.
#[cfg(unix)]
#[test]
fn interrupted_sensitivity_keeps_earlier_results() {
    use std::process::{Command, Stdio};
    let sandbox = small();
    assert_eq!(measure(&sandbox, &["--quiet"]).0, 0);
    let before = sandbox.files("output/small.sensitivity");
    let child = Command::new(assert_cmd::cargo::cargo_bin("realpolitik"))
        .current_dir(sandbox.0.path())
        .args([
            "sensitivity",
            "small.toml",
            "--runs",
            "100_000_000",
            "--quiet",
        ])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The staging folder exists once the signal handler is installed.
    while crate::sandbox::file_names(&sandbox.path("output")).len() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    let pid = child.id().to_string();
    let kill = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(kill.success());
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    assert!(before == sandbox.files("output/small.sensitivity"));
    let beside = crate::sandbox::file_names(&sandbox.path("output"));
    // No staging folder is left; what was complete is recorded for the same command.
    for work in beside.iter().filter(|name| *name != "small.sensitivity") {
        let work = sandbox.path("output").join(work).join("small.sensitivity");
        assert_eq!(crate::sandbox::file_names(&work), ["progress.jsonl"]);
    }
}
