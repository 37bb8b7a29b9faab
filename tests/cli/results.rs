//! The files that a run leaves: what is in them, and that they agree with each other.

use crate::world::{files_names, rows, small};
use std::collections::BTreeMap;
use std::fs;

#[test]
fn a_run_leaves_all_files_and_says_where() {
    let world = small();
    let (code, out, err) = world.run_small(&[]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("Two neighbours – a test"), "{out}");
    assert!(
        out.contains("4,000 runs of 10 days") && out.contains("seed 0x20161101"),
        "{out}"
    );
    assert!(
        out.contains("output/small") || out.contains("output\\small"),
        "{out}"
    );
    let files = world.files("output/small");
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
    let beside = files_names(&world.path("output"));
    assert_eq!(beside, ["small"], "nothing staged is left");
}

#[test]
fn every_csv_keeps_its_manners() {
    let world = small();
    assert_eq!(world.run_small(&["--every-run"]).0, 0);
    let manifest = world.manifest("output/small");
    let listed = manifest["files"].as_array().unwrap();
    let files = world.files("output/small");
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
fn every_column_is_in_the_dictionary() {
    let world = small();
    assert_eq!(world.run_small(&["--every-run"]).0, 0);
    let files = world.files("output/small");
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
fn the_files_agree_with_each_other() {
    let world = small();
    assert_eq!(world.run_small(&["--every-run"]).0, 0);
    let files = world.files("output/small");
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
        assert!(share > 0.0, "the test's world shows something");
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
    assert!((sum - 1.0).abs() < 1e-9, "normalised weights add up to one");
}

/// A storm strikes on each of 10 days with probability 0.05: its counts are binomial. The seed is
/// fixed; 5 standard errors would be passed by one seed in a million.
#[test]
fn known_answers_come_out() {
    let world = small();
    assert_eq!(world.run_small(&[]).0, 0);
    let files = world.files("output/small");
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
    // The standard error is told to its own sampling error, some per cent.
    let se = number(storm, "simulation_mean_count_se");
    assert!((se / (sd / n.sqrt()) - 1.0).abs() < 0.1, "{se}");
    // The storm does not depend on what is not known.
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
        "it is open on all days of all runs"
    );
    let per_day = number(talk, "mean_count") / 10.0;
    assert!((number(talk, "share_of_open_days") - per_day).abs() < 1e-12);
}

#[test]
fn outputs_do_not_depend_on_the_machine() {
    let world = small();
    for threads in ["1", "2", "7"] {
        let (code, ..) =
            world.run_small(&["--every-run", "--threads", threads, "--output", threads]);
        assert_eq!(code, 0);
    }
    let tables = |threads: &str| {
        let mut files = world.files(&format!("{threads}/small"));
        files.remove("manifest.json").unwrap();
        files
    };
    let one = tables("1");
    assert_eq!(one.len(), 9);
    assert!(one == tables("2"), "two threads changed a file");
    assert!(one == tables("7"), "seven threads changed a file");
    let portable = ["--every-run", "--instructions", "portable", "--output", "p"];
    assert_eq!(world.run_small(&portable).0, 0);
    assert!(one == tables("p"), "other instructions changed a file");
    let fingerprint =
        |threads: &str| world.manifest(&format!("{threads}/small"))["fingerprint"].clone();
    assert_eq!(fingerprint("1"), fingerprint("7"));
}

#[test]
fn the_manifest_says_where_results_come_from() {
    let world = small();
    let set = "events.storm.hazard=0.5";
    let (code, ..) = world.run_small(&["--seed", "42", "--set", set]);
    assert_eq!(code, 0);
    let manifest = world.manifest("output/small");
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
    // Another value makes another program.
    let fingerprint = manifest["fingerprint"].clone();
    assert_eq!(world.run_small(&["--seed", "42"]).0, 0);
    assert_ne!(world.manifest("output/small")["fingerprint"], fingerprint);
}

#[test]
fn old_results_give_way_and_foreign_files_stay() {
    let world = small();
    assert_eq!(world.run_small(&["--every-run"]).0, 0);
    fs::write(world.path("output/small/notes.txt"), "mine").unwrap();
    assert!(world.path("output/small/runs.csv").exists());
    assert_eq!(world.run_small(&[]).0, 0);
    assert!(
        !world.path("output/small/runs.csv").exists(),
        "a stale file is gone"
    );
    assert!(
        world.path("output/small/notes.txt").exists(),
        "a foreign file is not"
    );
}

#[test]
fn a_locked_target_is_named_and_the_results_are_kept() {
    let world = small();
    fs::create_dir_all(world.path("output/small/outcomes.csv/locked")).unwrap();
    let (code, _, err) = world.run_small(&[]);
    assert_eq!(code, 2);
    assert!(
        err.contains("outcomes.csv") && err.contains("The new results are whole, in"),
        "{err}"
    );
    let kept = files_names(&world.path("output"));
    let kept = kept
        .iter()
        .find(|name| name.starts_with(".small."))
        .expect("they are kept");
    assert!(err.contains(kept.as_str()), "their place is told: {err}");
    assert!(
        world
            .path("output")
            .join(kept)
            .join("timeline.csv")
            .exists()
    );
}
