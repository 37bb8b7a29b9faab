//! Commands, what they print, and their exit codes.

use crate::world::{SMALL, World, files_names, five_mistakes, rows, small};
use std::fs;

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
fn a_path_without_a_file_is_answered_with_the_one_that_is_meant() {
    let world = World::new(&[("params/small.toml", SMALL), ("empty/readme.txt", "")]);
    for (path, answer) in [
        (
            "params/smal.toml",
            "no such file; did you mean params/small.toml?",
        ),
        (
            "params/small",
            "no such file; did you mean params/small.toml?",
        ),
        (
            "params/winter.toml",
            "cannot read params/winter.toml: there is no such file\n",
        ),
        (
            "params",
            "it is a folder; name the files in it, such as params/small.toml",
        ),
        ("empty", "it is a folder, and holds no scenario"),
    ] {
        let (code, _, err) = world.run(&["check", path]);
        assert_eq!(code, 2);
        assert!(err.replace('\\', "/").contains(answer), "{err}");
    }
}

#[test]
fn what_was_set_is_told_and_no_uncertainty_where_nothing_is_unknown() {
    let world = small();
    let set = ["--set", "variables.tension.initial=0.4"];
    let also = ["--set", "actors.north.imperatives.peace.weight=0.4"];
    let run = ["run", "small.toml", "--runs", "500"];
    let (code, out, _) = world.run(&[&run[..], &set, &also].concat());
    assert_eq!(code, 0);
    let with = "with variables.tension.initial=0.4, actors.north.imperatives.peace.weight=0.4\n";
    assert!(out.contains(with), "{out}");
    assert!(!out.contains("below"), "{out}");
    let (_, _, err) = world.run(&["score", "output/small"]);
    assert!(
        err.contains("these are forecasts with variables.tension"),
        "{err}"
    );
    let (_, out, _) = world.run(&run);
    assert!(out.contains("below") && !out.contains("\nwith "), "{out}");
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
    let (code, out, err) = world.run(&["check", "eager.toml", "--runs", "0"]);
    assert_eq!(
        (code, err.as_str()),
        (0, ""),
        "no trial, no warning of what it shows"
    );
    assert!(out.contains("eager.toml: good, 0 warnings"), "{out}");
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
