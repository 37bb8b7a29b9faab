//! The program as its users meet it: commands, exit codes, files, and what is printed.

// The oracle may use the platform's arithmetic.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use assert_cmd::Command;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A small world in which everything has something to do; its labels are not ASCII.
const SMALL: &str = r#"
[scenario]
title = "Two neighbours – a test"
start = 2030-03-01
horizon_days = 10

[variables.tension]
label = "Tension – in all"
initial = { from = 0.30, to = 0.50 }
volatility = 0.02

[variables.calm]
initial = 0.5

[actors.north]
label = "North"
precision = 20.0

[actors.north.imperatives.peace]
weight = { from = 0.3, to = 0.5 }
goal = "1 - tension"

[actors.north.imperatives.quiet]
weight = 0.2
goal = "calm"

[actions.talk]
actor = "north"
success = 0.8
daily_odds = 0.1
effects = { tension = -0.05 }

[events.storm]
hazard = 0.05
effects = { tension = 0.2 }

[outcomes.crisis]
question = "Is there a crisis before 11 March 2030?"
when = "tension > 0.6"

[outcomes.peace]
question = "Is there peace by 5 March 2030?"
when = "tension < 0.2"
"#;

/// The same world with five mistakes.
fn five_mistakes() -> String {
    SMALL
        .replace("success = 0.8", "succes = 0.8")
        .replace("hazard = 0.05", "hazard = 1.5")
        .replace("actor = \"north\"", "actor = \"nort\"")
        .replace("goal = \"calm\"", "goal = \"calmm\"")
        .replace("when = \"tension > 0.6\"", "when = \"tension >\"")
}

/// A folder with scenario files in it, in which commands are run.
struct World(TempDir);

impl World {
    fn new(files: &[(&str, &str)]) -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            let path = world.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        world
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// Runs the program; gives the exit code, standard output and standard error.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = Command::cargo_bin("realpolitik")
            .unwrap()
            .current_dir(self.0.path())
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let code = output.status.code().expect("no signal ended it");
        (code, text(output.stdout), text(output.stderr))
    }

    fn run_small(&self, more: &[&str]) -> (i32, String, String) {
        let small = [
            "run",
            "small.toml",
            "--runs",
            "4000",
            "--variable-runs",
            "1000",
        ];
        self.run(&[&small, more].concat())
    }

    /// The files of a results folder with their bytes.
    fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        files_in(&self.path(folder))
    }

    fn manifest(&self, folder: &str) -> serde_json::Value {
        let text = fs::read_to_string(self.path(folder).join("manifest.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

fn files_in(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let name = |entry: &fs::DirEntry| entry.file_name().into_string().unwrap();
    entries
        .map(|entry| (name(&entry), fs::read(entry.path()).unwrap()))
        .collect()
}

fn small() -> World {
    World::new(&[("small.toml", SMALL)])
}

/// The rows of a CSV file as maps from header to field.
fn rows(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::Reader::from_reader(bytes);
    reader.deserialize().map(Result::unwrap).collect()
}

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

fn files_names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
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

#[test]
fn five_mistakes_are_five_diagnostics() {
    let world = World::new(&[("wrong.toml", &five_mistakes())]);
    for command in ["check", "run"] {
        let (code, out, err) = world.run(&[command, "wrong.toml"]);
        assert_eq!((code, out.as_str()), (1, ""), "{err}");
        assert_eq!(err.matches("error[").count(), 5, "{err}");
        assert_eq!(
            err.matches("wrong.toml:").count(),
            5,
            "each has its place: {err}"
        );
        assert!(err.contains("did you mean `success`?"), "{err}");
        assert!(!err.contains('\u{1b}'), "no colours in a pipe");
    }
    assert!(
        !world.path("output").exists(),
        "a rejected scenario leaves nothing"
    );
}

#[test]
fn one_bad_file_does_not_stop_the_others_and_the_worst_code_counts() {
    let wrong = five_mistakes();
    let world = World::new(&[("a.toml", &wrong), ("b.toml", SMALL), ("c.toml", SMALL)]);
    let few = ["--runs", "100", "--quiet"];
    let run = |files: &[&str]| world.run(&[&["run"], files, &few].concat());
    assert_eq!(run(&["a.toml", "b.toml"]).0, 1);
    assert!(world.path("output/b/manifest.json").exists());
    let (code, _, err) = run(&["a.toml", "missing.toml", "c.toml"]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot read missing.toml"), "{err}");
    assert!(world.path("output/c/manifest.json").exists());
    assert_eq!(world.run(&["check", "a.toml", "b.toml"]).0, 1);
    assert_eq!(world.run(&["check", "b.toml", "missing.toml"]).0, 2);
    assert_eq!(world.run(&["check", "b.toml"]).0, 0);
}

#[test]
fn two_scenarios_never_write_to_one_folder() {
    let world = World::new(&[("a/small.toml", SMALL), ("b/small.toml", SMALL)]);
    let (code, _, err) = world.run(&["run", "a/small.toml", "b/small.toml"]);
    assert_eq!(code, 2);
    assert!(err.contains("would both write to"), "{err}");
    assert!(
        !world.path("output").exists(),
        "refused before anything is run"
    );
}

#[test]
fn what_cannot_be_written_to_is_told_before_the_simulation() {
    let world = small();
    fs::write(world.path("taken"), "mine").unwrap();
    let (code, _, err) = world.run_small(&["--output", "taken"]);
    assert_eq!(code, 2);
    assert!(err.contains("taken"), "{err}");
    assert_eq!(fs::read_to_string(world.path("taken")).unwrap(), "mine");
}

#[test]
fn formats_for_other_programs() {
    let world = World::new(&[("a.toml", SMALL), ("b.toml", SMALL)]);
    let few = [
        "run", "a.toml", "b.toml", "--runs", "1000", "--quiet", "--format",
    ];
    let (code, csv, err) = world.run(&[&few[..], &["csv"]].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    let table = rows(csv.as_bytes());
    let scenarios: Vec<&str> = table.iter().map(|row| row["scenario"].as_str()).collect();
    assert_eq!(scenarios, ["a", "a", "b", "b"]);
    assert!(!csv.contains('\r'));
    let (code, json, _) = world.run(&[&few[..], &["json"]].concat());
    assert_eq!(code, 0);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 4);
    for (object, row) in json.as_array().unwrap().iter().zip(&table) {
        assert_eq!(object["outcome"], row["outcome"].as_str());
        assert_eq!(
            object["probability"].as_f64(),
            row["probability"].parse().ok()
        );
    }
    let file = rows(&world.files("output/a")["outcomes.csv"]);
    assert_eq!(file[..], table[..2], "what is printed is what is written");
    let (_, out, err) = world.run(&["run", "a.toml", "--runs", "1000", "--quiet"]);
    assert_eq!((out.as_str(), err.as_str()), ("", ""));
}

#[test]
fn too_many_faults_fail_the_command_and_name_runs() {
    let broken = SMALL.replace("hazard = 0.05", "hazard = \"0.1 / (tension - tension)\"");
    let world = World::new(&[("broken.toml", &broken), ("small.toml", SMALL)]);
    let (code, _, err) = world.run(&["run", "broken.toml", "--runs", "1000"]);
    assert_eq!(code, 2, "{err}");
    assert!(
        err.contains("100.00 % of the runs") && err.contains(": 0, 1, 2"),
        "{err}"
    );
    assert!(!world.path("output/broken").exists());
    assert_eq!(files_names(&world.path("output")), [""; 0]);
    assert_eq!(world.run(&["check", "broken.toml"]).0, 2);
}

#[test]
fn check_warns_of_what_a_trial_shows() {
    let eager = SMALL.replace("daily_odds = 0.1", "appeal = 5");
    let shut = SMALL.replace("daily_odds = 0.1", "requires = \"tension > 2\"");
    let world = World::new(&[("eager.toml", &eager), ("shut.toml", &shut)]);
    let (code, out, err) = world.run(&["check", "eager.toml"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("almost-always-taken") && err.contains("`actions.talk`"),
        "{err}"
    );
    assert!(out.starts_with("eager.toml: good"), "{out}");
    let (_, _, err) = world.run(&["check", "shut.toml"]);
    assert!(err.contains("never-open"), "{err}");
    let (code, out, _) = world.run(&["check", "eager.toml", "--listing"]);
    assert_eq!(code, 0);
    assert!(out.contains("event storm"), "{out}");
    assert!(!world.path("output").exists(), "checking writes nothing");
}

#[test]
fn the_schema_is_json() {
    let world = World::new(&[]);
    let (code, out, _) = world.run(&["schema"]);
    assert_eq!(code, 0);
    let schema: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(schema["properties"]["outcomes"].is_object());
}

#[test]
fn arguments_that_are_wrong_are_explained() {
    let world = small();
    for (arguments, told) in [
        (
            &["run", "small.toml", "--confidence", "95"][..],
            "write 0.95",
        ),
        (&["run", "small.toml", "--runs", "many"], "100000"),
        (&["run", "small.toml", "--seed", "zz"], "0x2a"),
        (&["run", "small.toml", "--set", "x"], "PATH=VALUE"),
        (&["run"], "<FILE>"),
        (&["rum"], "run"),
    ] {
        let (code, _, err) = world.run(arguments);
        assert_eq!(code, 2, "{arguments:?}");
        assert!(err.contains(told), "{arguments:?}: {err}");
    }
    for arguments in [
        &["--help"][..],
        &["run", "--help"],
        &["check", "--help"],
        &["--version"],
    ] {
        let (code, out, err) = world.run(arguments);
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(!out.is_empty());
    }
}

#[test]
fn a_file_that_is_not_text_is_rejected() {
    let world = World::new(&[]);
    fs::write(world.path("utf16.toml"), b"\xff\xfe[\0s\0").unwrap();
    let (code, _, err) = world.run(&["check", "utf16.toml"]);
    assert_eq!(code, 1);
    assert!(err.contains("UTF-8"), "{err}");
    // Beyond the limit, in the middle of a letter.
    let huge = format!("#{}", "é".repeat(3_000_000));
    fs::write(world.path("huge.toml"), huge).unwrap();
    let (code, _, err) = world.run(&["check", "huge.toml"]);
    assert_eq!(code, 1);
    assert!(err.contains("error[") && !err.contains("UTF-8"), "{err}");
}

/// Editors of Windows put a byte-order mark before what they save.
#[test]
fn a_scenario_may_begin_with_a_byte_order_mark() {
    let world = World::new(&[("marked.toml", &format!("\u{feff}{SMALL}"))]);
    let (code, _, err) = world.run(&["check", "marked.toml"]);
    assert_eq!(code, 0, "{err}");
}

/// `realpolitik … | head -1`: the reader goes away, and nobody is alarmed.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_error() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("realpolitik"))
        .arg("schema")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

/// Ctrl-C after a while: what is complete is written, and says that it is not all.
#[cfg(unix)]
#[test]
fn an_interrupted_simulation_writes_what_it_has() {
    use std::process::{Command, Stdio};
    let world = small();
    let child = Command::new(assert_cmd::cargo::cargo_bin("realpolitik"))
        .current_dir(world.0.path())
        .args([
            "run",
            "small.toml",
            "--runs",
            "100_000_000_000",
            "--quiet",
            "--threads",
            "1",
        ])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The staging folder appears when the scenario has been read and Ctrl-C is listened for.
    while !world.path("output").exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let manifest = world.manifest("output/small");
    assert_eq!(manifest["completeness"], "interrupted");
    let lived = manifest["runs"]["lived"].as_u64().unwrap();
    assert!(
        lived > 0 && lived < 100_000_000_000 && lived.is_multiple_of(1024),
        "{lived}"
    );
    // The same number of runs, asked for, gives the same tables.
    let mut stopped = world.files("output/small");
    let runs = lived.to_string();
    let again = [
        "run",
        "small.toml",
        "--quiet",
        "--runs",
        &runs,
        "--output",
        "again",
    ];
    assert_eq!(world.run(&again).0, 0);
    let mut asked = world.files("again/small");
    stopped.remove("manifest.json");
    asked.remove("manifest.json");
    assert!(stopped == asked, "a stop keeps a prefix of the runs");
}
