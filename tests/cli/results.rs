//! The files of `run`: their format, and their agreement with each other.

use crate::sandbox::{assert_dictionary_is_complete, file_names, rows, small};
use std::collections::{BTreeMap, BTreeSet};
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
            "action_days.csv",
            "actions.csv",
            "dictionary.csv",
            "event_days.csv",
            "events.csv",
            "joint.csv",
            "manifest.json",
            "outcome_days.csv",
            "outcome_diagnostics.csv",
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
    assert_dictionary_is_complete(&files);
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".csv")) {
        let text = std::str::from_utf8(bytes).unwrap();
        let header = text.trim_start_matches('\u{feff}').lines().next().unwrap();
        let header: Vec<&str> = header.split(',').collect();
        if name != "dictionary.csv" {
            assert_eq!(header[..2], ["scenario", "key"], "{name}");
            let keys: BTreeSet<String> = rows(bytes).iter().map(|row| row["key"].clone()).collect();
            assert_eq!(keys.len(), rows(bytes).len(), "{name}: a key occurs twice");
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
        assert!(
            is_estimate(number(&outcome["probability"]), share),
            "{name}"
        );
        assert!(share > 0.0, "the outcome occurs in some runs");
        let (low, high) = (number(&outcome["ci_low"]), number(&outcome["ci_high"]));
        assert!(low < share && share < high && high - low < 0.05, "{name}");
        let mean = f64::from(days.iter().sum::<u32>()) / days.len() as f64;
        let days_of_outcome = table("outcome_days.csv");
        let days_of_outcome = days_of_outcome
            .iter()
            .find(|row| row["key"] == outcome["key"])
            .unwrap();
        assert!(is_estimate(
            number(&days_of_outcome["mean_day_if_yes"]),
            mean
        ));
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
        assert!(is_estimate(number(&third["hazard"]), today / left));
    }
    let both = runs
        .iter()
        .filter(|run| !run["day_crisis"].is_empty() && !run["day_peace"].is_empty());
    let joint = &table("joint.csv")[0];
    let both = both.count();
    assert_eq!(joint["n_a_and_b"], both.to_string());
    let share = both as f64 / 4000.0;
    assert!(is_estimate(number(&joint["p_a_and_b"]), share));
    let ends = ["p_a_and_b_ci_low", "p_a_and_b_ci_high"].map(|end| number(&joint[end]));
    assert!(ends[0] < share && share < ends[1]);
    let given = number(&joint["p_b_given_a"]);
    assert!((given - share / number(&joint["p_a"])).abs() < 1e-5);
    let ends = ["p_b_given_a_ci_low", "p_b_given_a_ci_high"].map(|end| number(&joint[end]));
    assert!(ends[0] < given && given < ends[1]);
    let tension = table("variables.csv");
    let last = tension
        .iter()
        .find(|row| row["variable"] == "tension" && row["day"] == "10")
        .unwrap();
    let first_runs = runs
        .iter()
        .take(1000)
        .map(|run| number(&run["final_tension"]));
    assert!((number(&last["mean"]) - first_runs.sum::<f64>() / 1000.0).abs() < 2e-6);
    assert_eq!(last["n_runs"], "1000");
    let parameters = table("parameters.csv");
    let weights = parameters
        .iter()
        .filter(|row| row["path"].ends_with(".weight"));
    let sum: f64 = weights.map(|row| number(&row["normalized_mean"])).sum();
    assert!(
        (sum - 1.0).abs() < 1e-5,
        "the sum of normalized weights is 1"
    );
}

/// Whether an estimate of a file, which has six significant digits, is this number.
fn is_estimate(written: f64, exact: f64) -> bool {
    (written - exact).abs() <= 5.0001e-6 * exact.abs()
}

/// Half of the world's spreadsheets read semicolons and decimal commas.
#[test]
fn semicolons_and_decimal_commas_hold_the_same_numbers() {
    let sandbox = small();
    assert_eq!(sandbox.run_small(&["--every-run"]).0, 0);
    let arguments = ["--every-run", "--csv", "semicolon", "--output", "other"];
    assert_eq!(sandbox.run_small(&arguments).0, 0);
    let (comma, semicolon) = (sandbox.files("output/small"), sandbox.files("other/small"));
    for (name, bytes) in comma.iter().filter(|(name, _)| name.ends_with(".csv")) {
        let other = semicolon[name]
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(&semicolon[name]);
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(other);
        let others: Vec<BTreeMap<String, String>> =
            reader.deserialize().map(Result::unwrap).collect();
        let rows = rows(bytes);
        assert_eq!(rows.len(), others.len(), "{name}");
        for (row, other) in rows.iter().zip(&others) {
            for (column, field) in row {
                let is_number = field.parse::<f64>().is_ok();
                let expected = match is_number {
                    true => field.replace('.', ","),
                    false => field.clone(),
                };
                assert_eq!(other[column], expected, "{name}, {column}");
            }
        }
    }
    assert_eq!(sandbox.manifest("other/small")["csv"], "semicolon");
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
    let se = number(storm, "mean_count_mc_se");
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
        number(talk, "days_available"),
        10.0,
        "it is available on all days of all runs"
    );
    let per_day = number(talk, "mean_count") / 10.0;
    assert!((number(talk, "share_of_available_days") - per_day).abs() < 1e-5);
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
    assert_eq!(one.len(), 13);
    assert!(one == tables("2"), "two threads changed a file");
    assert!(one == tables("7"), "seven threads changed a file");
    let portable = ["--every-run", "--instructions", "portable", "--output", "p"];
    assert_eq!(sandbox.run_small(&portable).0, 0);
    assert!(one == tables("p"), "other instructions changed a file");
    let fingerprint = |threads: &str| {
        sandbox.manifest(&format!("{threads}/small"))["scenarios"][0]["fingerprint"].clone()
    };
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
    assert_eq!(manifest["scenarios"][0]["file"], "small.toml");
    assert_eq!(manifest["scenarios"][0]["end"], "2030-03-10");
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
    let fingerprint = manifest["scenarios"][0]["fingerprint"].clone();
    assert_eq!(sandbox.run_small(&["--seed", "42"]).0, 0);
    assert_ne!(
        sandbox.manifest("output/small")["scenarios"][0]["fingerprint"],
        fingerprint
    );
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
fn a_folder_with_the_name_of_a_result_is_kept_under_another_name() {
    let sandbox = small();
    fs::create_dir_all(sandbox.path("output/small/outcomes.csv/mine")).unwrap();
    let (code, _, err) = sandbox.run_small(&[]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains(
            "outcomes.csv is not as realpolitik wrote it, and is kept as outcomes.csv.kept"
        ),
        "{err}"
    );
    assert!(sandbox.path("output/small/outcomes.csv.kept/mine").is_dir());
    assert!(sandbox.path("output/small/outcomes.csv").is_file());
    assert_eq!(file_names(&sandbox.path("output")), ["small"]);
}
