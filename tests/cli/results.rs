//! The files of `run`: their format, and their agreement with each other.

use crate::sandbox::{file_names, rows, small};
use std::collections::BTreeMap;
use std::fs;

#[test]
fn run_writes_all_files_and_prints_the_folder() {
    let sandbox = small();
    let (code, out, err) = sandbox.run_small(&[]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("Two neighbors – a test"), "{out}");
    assert!(
        out.contains("4,000 runs of 10 days") && out.contains("seed 0x20161101"),
        "{out}"
    );
    assert!(
        out.contains("output/small") || out.contains("output\\small"),
        "{out}"
    );
    let files = sandbox.files("output/small");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "actions.csv",
            "dictionary.csv",
            "events.csv",
            "joint.csv",
            "manifest.json",
            "outcomes.csv",
            "parameters.csv",
            "timeline.csv",
            "variables.csv",
        ]
    );
    let beside = file_names(&sandbox.path("output"));
    assert_eq!(beside, ["small"], "no staging folder is left");
}

#[test]
fn csv_files_follow_the_format() {
    let sandbox = small();
    assert_eq!(sandbox.run_small(&["--every-run"]).0, 0);
    let manifest = sandbox.manifest("output/small");
    let listed = manifest["files"].as_array().unwrap();
    let files = sandbox.files("output/small");
    assert_eq!(
        listed.len(),
        files.len() - 1,
        "all but the manifest are listed"
    );
    for file in listed {
        let name = file["name"].as_str().unwrap();
        let bytes = &files[name];
        let text = std::str::from_utf8(bytes).unwrap();
        let has_mark = text.starts_with('\u{feff}');
        assert_eq!(
            has_mark,
            !text.trim_start_matches('\u{feff}').is_ascii(),
            "{name}"
        );
        assert_eq!(
            text.matches('\n').count(),
            text.matches("\r\n").count(),
            "{name}"
        );
        let lower = text.to_lowercase();
        for bad in ["nan", "inf,", "inf\r", "-inf", "none", "null"] {
            let bad_field = format!(",{bad}");
            assert!(!lower.contains(&bad_field), "{name} has `{bad}`");
        }
        let body = text.trim_start_matches('\u{feff}');
        let header = body.lines().next().unwrap();
        for column in header.split(',') {
            let is_good =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.".contains(c);
            assert!(
                column.starts_with(|c: char| c.is_ascii_lowercase()),
                "{name}: {column}"
            );
            assert!(column.chars().all(is_good), "{name}: {column}");
        }
        let n_rows = rows(bytes).len() as u64;
        assert_eq!(file["rows"].as_u64(), Some(n_rows), "{name}");
    }
    let is_marked = |name: &str| files[name].starts_with(b"\xef\xbb\xbf");
    assert!(is_marked("variables.csv"), "a label is not ASCII");
    assert!(!is_marked("outcomes.csv") && !is_marked("runs.csv"));
}

#[test]
fn dictionary_has_every_column() {
    let sandbox = small();
    assert_eq!(sandbox.run_small(&["--every-run"]).0, 0);
    let files = sandbox.files("output/small");
    let dictionary = rows(&files["dictionary.csv"]);
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".csv")) {
        let known: Vec<&str> = dictionary
            .iter()
            .filter(|row| row["file"] == *name)
            .map(|row| row["column"].as_str())
            .collect();
        for column in rows(bytes)[0].keys() {
            let is_pattern =
                column.contains('.') || column.starts_with("day_") || column.starts_with("final_");
            let is_known = known.contains(&column.as_str());
            assert!(
                is_known || (name == "runs.csv" && is_pattern),
                "{name}: {column}"
            );
        }
    }
}

#[test]
fn files_agree_with_each_other() {
    let sandbox = small();
    assert_eq!(sandbox.run_small(&["--every-run"]).0, 0);
    let files = sandbox.files("output/small");
    let table = |name: &str| rows(&files[name]);
    let number = |text: &String| text.parse::<f64>().unwrap();
    let runs = table("runs.csv");
    assert_eq!(runs.len(), 4000);
    for outcome in table("outcomes.csv") {
        let name = &outcome["outcome"];
        let days: Vec<u32> = runs
            .iter()
            .filter_map(|run| run[&format!("day_{name}")].parse().ok())
            .collect();
        let share = days.len() as f64 / 4000.0;
        assert_eq!(number(&outcome["probability"]), share, "{name}");
        assert!(share > 0.0, "the outcome occurs in some runs");
        let (low, high) = (
            number(&outcome["simulation_low"]),
            number(&outcome["simulation_high"]),
        );
        assert!(low < share && share < high && high - low < 0.05, "{name}");
        let mean = f64::from(days.iter().sum::<u32>()) / days.len() as f64;
        assert!((number(&outcome["mean_day_if_yes"]) - mean).abs() < 1e-12);
        let timeline = table("timeline.csv");
        let last = timeline
            .iter()
            .rfind(|row| &row["outcome"] == name)
            .unwrap();
        assert_eq!(last["probability"], outcome["probability"]);
        assert_eq!(last["date"], "2030-03-10");
        let by_day_3 = days.iter().filter(|&&day| day <= 3).count();
        let third = timeline
            .iter()
            .find(|row| &row["outcome"] == name && row["day"] == "3")
            .unwrap();
        assert_eq!(third["n_yes"], by_day_3.to_string());
        let today = days.iter().filter(|&&day| day == 3).count() as f64;
        let left = 4000.0 - by_day_3 as f64 + today;
        assert!((number(&third["hazard"]) - today / left).abs() < 1e-12);
    }
    let both = runs
        .iter()
        .filter(|run| !run["day_crisis"].is_empty() && !run["day_peace"].is_empty());
    let joint = &table("joint.csv")[0];
    assert_eq!(number(&joint["p_a_and_b"]), both.count() as f64 / 4000.0);
    let tension = table("variables.csv");
    let last = tension
        .iter()
        .find(|row| row["variable"] == "tension" && row["day"] == "10")
        .unwrap();
    let first_runs = runs
        .iter()
        .take(1000)
        .map(|run| number(&run["final_tension"]));
    assert!((number(&last["mean"]) - first_runs.sum::<f64>() / 1000.0).abs() < 1e-6);
    assert_eq!(last["n_runs"], "1000");
    let parameters = table("parameters.csv");
    let weights = parameters
        .iter()
        .filter(|row| row["path"].ends_with(".weight"));
    let sum: f64 = weights.map(|row| number(&row["normalised_mean"])).sum();
    assert!(
        (sum - 1.0).abs() < 1e-9,
        "the sum of normalized weights is 1"
    );
}

/// The event occurs on each of 10 days with probability 0.05, so its count is binomial. The seed is
/// fixed; one seed in a million would exceed 5 standard errors.
#[test]
fn counts_have_known_distributions() {
    let sandbox = small();
    assert_eq!(sandbox.run_small(&[]).0, 0);
    let files = sandbox.files("output/small");
    let number = |row: &BTreeMap<String, String>, column: &str| row[column].parse::<f64>().unwrap();
    let storm = &rows(&files["events.csv"])[0];
    let near = |value: f64, truth: f64, se: f64| {
        assert!((value - truth).abs() < 5.0 * se, "{value} is not {truth}");
    };
    let share = 1.0 - 0.95_f64.powi(10);
    let n = 4000.0_f64;
    near(
        number(storm, "share_of_runs"),
        share,
        (share * (1.0 - share) / n).sqrt(),
    );
    let sd = (10.0 * 0.05 * 0.95_f64).sqrt();
    near(number(storm, "mean_count"), 0.5, sd / n.sqrt());
    // The standard error has a sampling error of a few percent.
    let se = number(storm, "simulation_mean_count_se");
    assert!((se / (sd / n.sqrt()) - 1.0).abs() < 0.1, "{se}");
    // The event does not depend on the uncertain quantities.
    let sd_between = storm["parameter_sd"].parse().unwrap_or(0.0);
    assert!(sd_between < 0.1, "{sd_between}");
    let talk = &rows(&files["actions.csv"])[0];
    let n_talks = number(talk, "mean_count") * n;
    near(
        number(talk, "success_share"),
        0.8,
        (0.8 * 0.2 / n_talks).sqrt(),
    );
    assert_eq!(
        number(talk, "days_open"),
        10.0,
        "it is available on all days of all runs"
    );
    let per_day = number(talk, "mean_count") / 10.0;
    assert!((number(talk, "share_of_open_days") - per_day).abs() < 1e-12);
}

#[test]
fn results_do_not_depend_on_threads_or_instructions() {
    let sandbox = small();
    for threads in ["1", "2", "7"] {
        let (code, ..) =
            sandbox.run_small(&["--every-run", "--threads", threads, "--output", threads]);
        assert_eq!(code, 0);
    }
    let tables = |threads: &str| {
        let mut files = sandbox.files(&format!("{threads}/small"));
        files.remove("manifest.json").unwrap();
        files
    };
    let one = tables("1");
    assert_eq!(one.len(), 9);
    assert!(one == tables("2"), "two threads changed a file");
    assert!(one == tables("7"), "seven threads changed a file");
    let portable = ["--every-run", "--instructions", "portable", "--output", "p"];
    assert_eq!(sandbox.run_small(&portable).0, 0);
    assert!(one == tables("p"), "other instructions changed a file");
    let fingerprint =
        |threads: &str| sandbox.manifest(&format!("{threads}/small"))["fingerprint"].clone();
    assert_eq!(fingerprint("1"), fingerprint("7"));
}

#[test]
fn manifest_has_the_provenance() {
    let sandbox = small();
    let set = "events.storm.hazard=0.5";
    let (code, ..) = sandbox.run_small(&["--seed", "42", "--set", set]);
    assert_eq!(code, 0);
    let manifest = sandbox.manifest("output/small");
    assert_eq!(manifest["completeness"], "complete");
    assert_eq!(manifest["scenario"]["file"], "small.toml");
    assert_eq!(manifest["scenario"]["end"], "2030-03-10");
    assert_eq!(manifest["set"][0], set);
    assert_eq!(manifest["seed"], "0x2a");
    assert_eq!(manifest["runs"]["counted"], 4000);
    assert_eq!(manifest["runs"]["variable_runs"], 1000);
    assert_eq!(manifest["engine_version"], env!("CARGO_PKG_VERSION"));
    let command: Vec<&str> = manifest["command"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    assert_eq!(command[1..3], ["run", "small.toml"]);
    // Another value gives another fingerprint.
    let fingerprint = manifest["fingerprint"].clone();
    assert_eq!(sandbox.run_small(&["--seed", "42"]).0, 0);
    assert_ne!(sandbox.manifest("output/small")["fingerprint"], fingerprint);
}

#[test]
fn old_results_are_replaced_and_other_files_kept() {
    let sandbox = small();
    assert_eq!(sandbox.run_small(&["--every-run"]).0, 0);
    fs::write(sandbox.path("output/small/notes.txt"), "content").unwrap();
    assert!(sandbox.path("output/small/runs.csv").exists());
    assert_eq!(sandbox.run_small(&[]).0, 0);
    assert!(
        !sandbox.path("output/small/runs.csv").exists(),
        "a stale file is removed"
    );
    assert!(
        sandbox.path("output/small/notes.txt").exists(),
        "another file is kept"
    );
}

#[test]
fn locked_target_is_reported_and_the_results_are_kept() {
    let sandbox = small();
    fs::create_dir_all(sandbox.path("output/small/outcomes.csv/locked")).unwrap();
    let (code, _, err) = sandbox.run_small(&[]);
    assert_eq!(code, 2);
    assert!(
        err.contains("outcomes.csv") && err.contains("The new results are complete, in"),
        "{err}"
    );
    let kept = file_names(&sandbox.path("output"));
    let kept = kept
        .iter()
        .find(|name| name.starts_with(".small."))
        .expect("they are kept");
    assert!(err.contains(kept.as_str()), "the folder is reported: {err}");
    assert!(
        sandbox
            .path("output")
            .join(kept)
            .join("timeline.csv")
            .exists()
    );
}
