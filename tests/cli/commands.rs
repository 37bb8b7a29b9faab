//! Exit codes and output of `run`, `check` and `schema`.

use crate::sandbox::{SMALL, Sandbox, file_names, five_mistakes, rows, small};
use std::fs;

#[test]
fn all_mistakes_of_a_file_are_reported() {
    let sandbox = Sandbox::new(&[("wrong.toml", &five_mistakes())]);
    for command in ["check", "run"] {
        let (code, out, err) = sandbox.run(&[command, "wrong.toml"]);
        assert_eq!((code, out.as_str()), (1, ""), "{err}");
        assert_eq!(err.matches("error[").count(), 5, "{err}");
        assert_eq!(
            err.matches("wrong.toml:").count(),
            5,
            "each has its line: {err}"
        );
        assert!(err.contains("did you mean `success`?"), "{err}");
        assert!(!err.contains('\u{1b}'), "no colors in a pipe");
    }
    assert!(
        !sandbox.path("output").exists(),
        "a rejected scenario writes nothing"
    );
}

#[test]
fn rejected_files_do_not_stop_others_and_the_worst_exit_code_counts() {
    let wrong = five_mistakes();
    let sandbox = Sandbox::new(&[("a.toml", &wrong), ("b.toml", SMALL), ("c.toml", SMALL)]);
    let few = ["--runs", "100", "--quiet"];
    let run = |files: &[&str]| sandbox.run(&[&["run"], files, &few].concat());
    assert_eq!(run(&["a.toml", "b.toml"]).0, 1);
    assert!(sandbox.path("output/b/manifest.json").exists());
    let (code, _, err) = run(&["a.toml", "missing.toml", "c.toml"]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot read missing.toml"), "{err}");
    assert!(sandbox.path("output/c/manifest.json").exists());
    assert_eq!(sandbox.run(&["check", "a.toml", "b.toml"]).0, 1);
    assert_eq!(sandbox.run(&["check", "b.toml", "missing.toml"]).0, 2);
    assert_eq!(sandbox.run(&["check", "b.toml"]).0, 0);
}

#[test]
fn missing_files_have_suggestions() {
    let sandbox = Sandbox::new(&[("params/small.toml", SMALL), ("empty/readme.txt", "")]);
    for (path, message) in [
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
            "it is a folder; write the names of files in it, such as params/small.toml",
        ),
        ("empty", "it is a folder without scenario files"),
    ] {
        let (code, _, err) = sandbox.run(&["check", path]);
        assert_eq!(code, 2);
        assert!(err.replace('\\', "/").contains(message), "{err}");
    }
}

#[test]
fn overrides_are_reported_and_known_quantities_have_no_parameter_uncertainty() {
    let sandbox = small();
    let set = ["--set", "variables.tension.initial=0.4"];
    let also = ["--set", "actors.north.imperatives.peace.weight=0.4"];
    let run = ["run", "small.toml", "--runs", "500"];
    let (code, out, _) = sandbox.run(&[&run[..], &set, &also].concat());
    assert_eq!(code, 0);
    let with = "with variables.tension.initial=0.4, actors.north.imperatives.peace.weight=0.4\n";
    assert!(out.contains(with), "{out}");
    assert!(!out.contains("distinguishable"), "{out}");
    let (_, _, err) = sandbox.run(&["score", "output/small"]);
    assert!(
        err.contains("the forecasts were made with variables.tension"),
        "{err}"
    );
    let (_, out, _) = sandbox.run(&run);
    assert!(
        out.contains("not distinguishable from zero (up to"),
        "{out}"
    );
    assert!(!out.contains("\nwith "), "{out}");
}

#[test]
fn scenarios_that_share_a_results_folder_are_rejected() {
    let sandbox = Sandbox::new(&[("a/small.toml", SMALL), ("b/small.toml", SMALL)]);
    let (code, _, err) = sandbox.run(&["run", "a/small.toml", "b/small.toml"]);
    assert_eq!(code, 2);
    assert!(err.contains("would both write to"), "{err}");
    assert!(
        !sandbox.path("output").exists(),
        "rejected before the simulation"
    );
}

#[test]
fn unwritable_output_is_reported_before_the_simulation() {
    let sandbox = small();
    fs::write(sandbox.path("taken"), "content").unwrap();
    let (code, _, err) = sandbox.run_small(&["--output", "taken"]);
    assert_eq!(code, 2);
    assert!(err.contains("taken"), "{err}");
    assert_eq!(
        fs::read_to_string(sandbox.path("taken")).unwrap(),
        "content"
    );
}

#[test]
fn csv_and_json_on_standard_output_match_the_files() {
    let sandbox = Sandbox::new(&[("a.toml", SMALL), ("b.toml", SMALL)]);
    let few = [
        "run", "a.toml", "b.toml", "--runs", "1000", "--quiet", "--format",
    ];
    let (code, csv, err) = sandbox.run(&[&few[..], &["csv"]].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    let table = rows(csv.as_bytes());
    let scenarios: Vec<&str> = table.iter().map(|row| row["scenario"].as_str()).collect();
    assert_eq!(scenarios, ["a", "a", "b", "b"]);
    assert!(!csv.contains('\r'));
    let (code, json, _) = sandbox.run(&[&few[..], &["json"]].concat());
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
    let file = rows(&sandbox.files("output/a")["outcomes.csv"]);
    assert_eq!(
        file[..],
        table[..2],
        "the printed rows are those of the file"
    );
    let (_, out, err) = sandbox.run(&["run", "a.toml", "--runs", "1000", "--quiet"]);
    assert_eq!((out.as_str(), err.as_str()), ("", ""));
}

#[test]
fn too_many_faulted_runs_fail_the_command() {
    let broken = SMALL.replace("hazard = 0.05", "hazard = \"0.1 / (tension - tension)\"");
    let sandbox = Sandbox::new(&[("broken.toml", &broken), ("small.toml", SMALL)]);
    let (code, _, err) = sandbox.run(&["run", "broken.toml", "--runs", "1000"]);
    assert_eq!(code, 2, "{err}");
    assert!(
        err.contains("100.00 % of the runs") && err.contains(": 0, 1, 2"),
        "{err}"
    );
    assert!(!sandbox.path("output/broken").exists());
    assert_eq!(file_names(&sandbox.path("output")), [""; 0]);
    assert_eq!(sandbox.run(&["check", "broken.toml"]).0, 2);
}

#[test]
fn check_warns_of_trial_results() {
    let eager = SMALL.replace("daily_odds = 0.1", "appeal = 5");
    let shut = SMALL.replace("daily_odds = 0.1", "requires = \"tension > 2\"");
    let sandbox = Sandbox::new(&[("eager.toml", &eager), ("shut.toml", &shut)]);
    let (code, out, err) = sandbox.run(&["check", "eager.toml"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("almost-always-taken") && err.contains("`actions.talk`"),
        "{err}"
    );
    assert!(out.starts_with("eager.toml: no errors"), "{out}");
    let (code, out, err) = sandbox.run(&["check", "eager.toml", "--runs", "0"]);
    assert_eq!((code, err.as_str()), (0, ""), "no warnings without a trial");
    assert!(out.contains("eager.toml: no errors, 0 warnings"), "{out}");
    let (_, _, err) = sandbox.run(&["check", "shut.toml"]);
    assert!(err.contains("never-available"), "{err}");
    let (code, out, _) = sandbox.run(&["check", "eager.toml", "--listing"]);
    assert_eq!(code, 0);
    assert!(out.contains("event storm"), "{out}");
    assert!(!sandbox.path("output").exists(), "check writes nothing");
}

#[test]
fn schema_is_json() {
    let sandbox = Sandbox::new(&[]);
    let (code, out, _) = sandbox.run(&["schema"]);
    assert_eq!(code, 0);
    let schema: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(schema["properties"]["outcomes"].is_object());
}

#[test]
fn invalid_arguments_have_instructions() {
    let sandbox = small();
    for (arguments, message) in [
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
        let (code, _, err) = sandbox.run(arguments);
        assert_eq!(code, 2, "{arguments:?}");
        assert!(err.contains(message), "{arguments:?}: {err}");
    }
    for arguments in [
        &["--help"][..],
        &["run", "--help"],
        &["check", "--help"],
        &["--version"],
    ] {
        let (code, out, err) = sandbox.run(arguments);
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(!out.is_empty());
    }
}

#[test]
fn files_that_are_not_utf8_are_rejected() {
    let sandbox = Sandbox::new(&[]);
    fs::write(sandbox.path("utf16.toml"), b"\xff\xfe[\0s\0").unwrap();
    let (code, _, err) = sandbox.run(&["check", "utf16.toml"]);
    assert_eq!(code, 1);
    assert!(err.contains("UTF-8"), "{err}");
    // The size limit is inside a character.
    let huge = format!("#{}", "é".repeat(3_000_000));
    fs::write(sandbox.path("huge.toml"), huge).unwrap();
    let (code, _, err) = sandbox.run(&["check", "huge.toml"]);
    assert_eq!(code, 1);
    assert!(err.contains("error[") && !err.contains("UTF-8"), "{err}");
}

/// Windows editors write a byte-order mark.
#[test]
fn other_encodings_are_named() {
    let utf16: Vec<u8> = SMALL.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let sandbox = Sandbox::new(&[]);
    for (name, bytes, message) in [
        (
            "marked.toml",
            [b"\xff\xfe".to_vec(), utf16.clone()].concat(),
            "but UTF-16",
        ),
        ("unmarked.toml", utf16.clone(), "UTF-16 without"),
        (
            "ansi.toml",
            b"[scenario]\ntitle = \"Z\xfcrich\"\n".to_vec(),
            "in line 2",
        ),
    ] {
        fs::write(sandbox.path(name), bytes).unwrap();
        let (code, _, err) = sandbox.run(&["check", name]);
        assert_eq!(code, 1, "{err}");
        assert!(
            err.contains(message) && err.contains("save it as UTF-8"),
            "{err}"
        );
    }
}

#[test]
fn invisible_characters_of_paths_are_escaped() {
    let sandbox = Sandbox::new(&[
        ("in\u{202e}side/small.toml", SMALL),
        ("sm\u{200b}all.toml", SMALL),
    ]);
    for arguments in [
        ["check", "in\u{202e}side/small.toml"],
        ["check", "sm\u{200b}all.toml"],
        ["run", "no\u{1b}[2Jne.toml"],
        ["run", "sm\u{200b}all.toml"],
    ] {
        let (_, out, err) = sandbox.run(&arguments);
        let shown = format!("{out}{err}");
        let bad = ['\u{202e}', '\u{200b}', '\u{1b}'];
        assert!(!shown.contains(bad) && shown.contains("\\u{"), "{shown}");
    }
    let output = "o\u{202e}ut";
    let (code, out, err) = sandbox.run(&[
        "run",
        "in\u{202e}side/small.toml",
        "--runs",
        "16",
        "--output",
        output,
    ]);
    assert_eq!(code, 0, "{err}");
    assert!(
        !out.contains('\u{202e}') && out.contains("o\\u{202e}ut"),
        "{out}"
    );
}

#[test]
fn byte_order_mark_is_accepted() {
    let sandbox = Sandbox::new(&[("marked.toml", &format!("\u{feff}{SMALL}"))]);
    let (code, _, err) = sandbox.run(&["check", "marked.toml"]);
    assert_eq!(code, 0, "{err}");
}

/// As in `realpolitik … | head -1`.
#[cfg(unix)]
#[test]
fn closed_pipe_is_no_error() {
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

/// After Ctrl-C, the complete runs are written and the manifest states their number.
#[cfg(unix)]
#[test]
fn interrupted_simulation_writes_a_prefix_of_the_runs() {
    use std::process::{Command, Stdio};
    let sandbox = small();
    let child = Command::new(assert_cmd::cargo::cargo_bin("realpolitik"))
        .current_dir(sandbox.0.path())
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
    // The staging folder exists once the signal handler is installed.
    while !sandbox.path("output").exists() {
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
    let manifest = sandbox.manifest("output/small");
    assert_eq!(manifest["completeness"], "interrupted");
    let simulated = manifest["runs"]["simulated"].as_u64().unwrap();
    assert!(
        simulated > 0 && simulated < 100_000_000_000 && simulated.is_multiple_of(1024),
        "{simulated}"
    );
    // The same number of runs, requested, gives the same tables.
    let mut stopped = sandbox.files("output/small");
    let runs = simulated.to_string();
    let again = [
        "run",
        "small.toml",
        "--quiet",
        "--runs",
        &runs,
        "--output",
        "again",
    ];
    assert_eq!(sandbox.run(&again).0, 0);
    let mut requested = sandbox.files("again/small");
    stopped.remove("manifest.json");
    requested.remove("manifest.json");
    assert!(
        stopped == requested,
        "an interruption keeps a prefix of the runs"
    );
}
