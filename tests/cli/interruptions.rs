//! Commands that are ended at any moment, that run at the same time, or whose folder cannot be written:
//! results are old or new, whole, and studies resume.

#![cfg(unix)]

use crate::sandbox::{SMALL, Sandbox, file_names, small};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn start(sandbox: &Sandbox, arguments: &[&str]) -> Child {
    Command::new(assert_cmd::cargo::cargo_bin("realpolitik"))
        .current_dir(sandbox.0.path())
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn signal(child: &Child, signal: &str) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args([signal, &pid]).status();
    assert!(sent.unwrap().success());
}

/// Exit code, standard output and standard error.
fn end(child: Child) -> (Option<i32>, String, String) {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// Waits until a condition holds; `false` if the process ended before.
fn wait_until(child: &mut Child, holds: impl Fn() -> bool) -> bool {
    while !holds() {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}

/// The files of a folder but the manifest, after its hashes were checked.
fn whole_results(sandbox: &Sandbox, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files = sandbox.files(folder);
    let manifest = sandbox.manifest(folder);
    for file in manifest["files"].as_array().unwrap() {
        let name = file["name"].as_str().unwrap();
        let hash = realpolitik::table::sha256(&files[name]);
        assert_eq!(file["sha256"], hash.as_str(), "{folder}/{name}");
    }
    files.remove("manifest.json");
    files
}

const RUN: [&str; 5] = ["run", "small.toml", "--threads", "1", "--quiet"];

#[test]
fn eight_commands_at_once_leave_the_results_of_one() {
    let sandbox = small();
    let seeds = ["1", "2", "3", "4", "5", "6", "7", "8"];
    let command = |seed| [&RUN[..], &["--runs", "3000", "--seed", seed]].concat();
    let children = seeds.map(|seed| start(&sandbox, &command(seed)));
    for child in children {
        let (code, _, err) = end(child);
        assert_eq!(code, Some(0), "{err}");
    }
    let found = whole_results(&sandbox, "output/small");
    let seed = sandbox.manifest("output/small")["seed"].clone();
    let seed = u64::from_str_radix(&seed.as_str().unwrap()[2..], 16).unwrap();
    let seed = seed.to_string();
    let alone = [&command(&seed)[..], &["--output", "alone"]].concat();
    assert_eq!(sandbox.run(&alone).0, 0);
    assert!(found == whole_results(&sandbox, "alone/small"));
    assert_eq!(file_names(&sandbox.path("output")), ["small"]);
}

#[test]
fn killed_commands_leave_the_earlier_results_and_the_next_one_removes_their_leftovers() {
    let sandbox = small();
    assert_eq!(sandbox.run_small(&[]).0, 0);
    fs::write(sandbox.path("output/small/notes.md"), "mine").unwrap();
    let before = sandbox.files("output/small");
    let long = [&RUN[..], &["--runs", "100000000", "--every-run"]].concat();
    let staged = sandbox.path("output/.realpolitik/small/new/runs.csv");
    for _ in 0..2 {
        let mut child = start(&sandbox, &long);
        assert!(wait_until(&mut child, || staged.exists()));
        signal(&child, "-KILL");
        end(child);
        assert!(sandbox.files("output/small") == before);
        assert!(staged.exists());
    }
    assert_eq!(sandbox.run_small(&["--seed", "9"]).0, 0);
    assert_eq!(file_names(&sandbox.path("output")), ["small"]);
    let after = whole_results(&sandbox, "output/small");
    assert_eq!(after["notes.md"], b"mine");
    assert!(after["outcomes.csv"] != before["outcomes.csv"]);
}

/// Starts a study, ends it when some of its parts are recorded, and gives the same command again.
fn assert_resumes(sandbox: &Sandbox, arguments: &[&str], folder: &str, tuned: Option<&str>) {
    let progress = sandbox.path(&format!("output/.realpolitik/{folder}/progress.jsonl"));
    let n_recorded = || fs::read(&progress).map_or(0, |bytes| bytecount(&bytes));
    let mut child = start(sandbox, arguments);
    let is_running = wait_until(&mut child, || n_recorded() >= 3);
    assert!(is_running, "{arguments:?} ended too soon: {}", end(child).2);
    signal(&child, "-KILL");
    end(child);
    let n_before = n_recorded();
    // The last record may be cut.
    let mut bytes = fs::read(&progress).unwrap();
    bytes.extend_from_slice(b"{\"check\":\"0123");
    fs::write(&progress, bytes).unwrap();
    let (code, _, err) = sandbox.run(arguments);
    assert_eq!(code, 0, "{err}");
    match tuned {
        None => {
            let resumed = err.split("resumed: ").nth(1).expect("it resumes");
            let n_reused: usize = resumed.split(' ').next().unwrap().parse().unwrap();
            assert_eq!(n_reused, n_before);
        }
        Some(_) => {
            let manifest = sandbox.manifest(&format!("output/{folder}"));
            let n_reused = manifest["search"]["taken_from_before"].as_u64().unwrap();
            assert!(n_reused >= n_before as u64, "{n_reused} of {n_before}");
        }
    }
    assert_eq!(
        file_names(&sandbox.path("output")),
        [folder],
        "nothing else is left"
    );
    let resumed = whole_results(sandbox, &format!("output/{folder}"));
    let uninterrupted = [arguments, &["--output", "alone"]].concat();
    let (code, _, err) = sandbox.run(&uninterrupted);
    assert_eq!(code, 0, "{err}");
    assert!(resumed == whole_results(sandbox, &format!("alone/{folder}")));
}

fn bytecount(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte == b'\n').count()
}

#[test]
fn a_killed_sweep_resumes() {
    let sandbox = small();
    let vary = "--vary=events.storm.hazard=0.01..0.1:40";
    let sweep = [
        "sweep",
        "small.toml",
        vary,
        "--runs",
        "40000",
        "--threads",
        "1",
    ];
    assert_resumes(&sandbox, &sweep, "small.sweep", None);
}

#[test]
fn a_killed_sensitivity_analysis_resumes() {
    let sandbox = small();
    let sensitivity = [
        "sensitivity",
        "small.toml",
        "--runs",
        "200000",
        "--derivative-runs",
        "2048",
        "--threads",
        "1",
    ];
    assert_resumes(&sandbox, &sensitivity, "small.sensitivity", None);
}

#[test]
fn a_killed_screening_resumes() {
    let sandbox = small();
    let screen = [
        "sensitivity",
        "small.toml",
        "--screen",
        "--point-runs",
        "40000",
        "--threads",
        "1",
    ];
    assert_resumes(&sandbox, &screen, "small.screen", None);
}

const TARGETS: &str = "kind,name,target,tolerance\nprobability,crisis,0.3,0.001\n";

const TUNE: [&str; 8] = [
    "tune",
    "small.toml",
    "--targets",
    "targets.csv",
    "--free",
    "events.storm.hazard=0.01..0.2",
    "--threads",
    "1",
];

#[test]
fn a_killed_calibration_resumes() {
    let sandbox = Sandbox::new(&[("small.toml", SMALL), ("targets.csv", TARGETS)]);
    let tune = [&TUNE[..], &["--runs", "200000"]].concat();
    assert_resumes(&sandbox, &tune, "small.tune", Some("small.tuned.toml"));
}

#[test]
fn calibrations_of_other_numbers_keep_their_evaluations() {
    let sandbox = Sandbox::new(&[("small.toml", SMALL), ("targets.csv", TARGETS)]);
    let with = |free: &str| {
        let more = ["--runs", "2000", "--evaluations", "12", "--free", free];
        let (code, _, err) = sandbox.run(&[&TUNE[..], &more].concat());
        assert_eq!(code, 0, "{err}");
        sandbox.manifest("output/small.tune")["search"]["taken_from_before"]
            .as_u64()
            .unwrap()
    };
    let (one, other) = (
        "actions.talk.success=0.5..0.9",
        "actions.talk.daily_odds=0.05..0.2",
    );
    assert_eq!((with(one), with(other)), (0, 0));
    assert!(with(one) > 5 && with(other) > 5);
    // What was edited is evaluated again.
    let log = sandbox.path("output/small.tune/evaluations.jsonl");
    let text = fs::read_to_string(&log).unwrap();
    let edited = text.replace("\"estimates\":[\"0.", "\"estimates\":[\"0.9");
    assert_ne!(edited, text);
    fs::write(&log, edited).unwrap();
    assert_eq!(with(one), 0);
    assert!(!sandbox.files("output/small.tune")["evaluations.jsonl"].is_empty());
}

#[test]
fn the_calibrated_file_replaces_nothing_of_the_user() {
    let sandbox = Sandbox::new(&[("small.toml", SMALL), ("targets.csv", TARGETS)]);
    let tune = |more: &[&str]| {
        let short = ["--runs", "2000", "--evaluations", "6"];
        let (code, _, err) = sandbox.run(&[&TUNE[..], &short, more].concat());
        (code, err)
    };
    assert_eq!(tune(&[]).0, 0);
    let path = sandbox.path("small.tuned.toml");
    let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    let usual = fs::metadata(sandbox.path("small.toml"))
        .unwrap()
        .permissions()
        .mode()
        & 0o777;
    assert_eq!(mode, usual, "{mode:o}");
    // Its own file is replaced, by any later calibration.
    assert_eq!(tune(&["--seed", "5"]).0, 0);
    assert!(!sandbox.path("small.tuned.2.toml").exists());
    let mut changed = fs::read_to_string(&path).unwrap();
    changed.push_str("# mine\n");
    fs::write(&path, &changed).unwrap();
    let (code, err) = tune(&[]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("the calibrated scenario is in small.tuned.2.toml"),
        "{err}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), changed);
    assert!(sandbox.path("small.tuned.2.toml").exists());
    fs::write(sandbox.path("mine.toml"), "mine").unwrap();
    let (code, err) = tune(&["--write", "mine.toml"]);
    assert_eq!(code, 2);
    assert!(err.contains("--write mine.toml exists"), "{err}");
    assert_eq!(
        fs::read_to_string(sandbox.path("mine.toml")).unwrap(),
        "mine"
    );
}

#[test]
fn two_signals_within_a_second_are_one_wish() {
    let sandbox = small();
    let long = [&RUN[..4], &["--runs", "1000000000"]].concat();
    let mut child = start(&sandbox, &long);
    let staged = sandbox.path("output/.realpolitik/small/new");
    assert!(wait_until(&mut child, || staged.exists()));
    std::thread::sleep(Duration::from_millis(1500));
    signal(&child, "-INT");
    signal(&child, "-TERM");
    let (code, out, err) = end(child);
    assert_eq!(code, Some(130), "{err}");
    assert!(out.contains("results in output"), "{out}{err}");
    assert_eq!(
        sandbox.manifest("output/small")["completeness"],
        "interrupted"
    );
    whole_results(&sandbox, "output/small");
    assert_eq!(file_names(&sandbox.path("output")), ["small"]);
}

#[test]
fn a_signal_while_a_pipe_is_opened_ends_the_command() {
    let sandbox = small();
    let made = Command::new("mkfifo")
        .arg(sandbox.path("pipe.toml"))
        .status();
    assert!(made.unwrap().success());
    let child = start(&sandbox, &["run", "pipe.toml"]);
    std::thread::sleep(Duration::from_millis(500));
    signal(&child, "-TERM");
    let (code, _, err) = end(child);
    assert_eq!(code, Some(130), "{err}");
    assert!(err.contains("stopped before the first run"), "{err}");
}

#[test]
fn a_command_waits_for_another_one_on_its_folder() {
    let sandbox = small();
    let mut first = start(&sandbox, &[&RUN[..], &["--runs", "1000000000"]].concat());
    let staged = sandbox.path("output/.realpolitik/small/new");
    assert!(wait_until(&mut first, || staged.exists()));
    let second = start(&sandbox, &[&RUN[..4], &["--runs", "2000"]].concat());
    std::thread::sleep(Duration::from_millis(1500));
    signal(&first, "-KILL");
    let (code, _, err) = end(second);
    assert_eq!(code, Some(0), "{err}");
    assert!(
        err.contains("waiting for another command that is writing to output/small"),
        "{err}"
    );
    end(first);
    assert_eq!(sandbox.manifest("output/small")["runs"]["simulated"], 2000);
}

#[test]
fn folders_that_cannot_be_written_are_reported_before_the_first_run() {
    let sandbox = small();
    fs::create_dir(sandbox.path("output")).unwrap();
    // So many runs that the test would not end.
    let endless = [&RUN[..], &["--runs", "1000000000000"]].concat();
    let assert_refused = |words: &str| {
        let (code, _, err) = sandbox.run(&endless);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(words), "{err}");
    };
    symlink("missing", sandbox.path("output/small")).unwrap();
    assert_refused("is a symbolic link to a folder that does not exist");
    fs::remove_file(sandbox.path("output/small")).unwrap();
    fs::write(sandbox.path("output/small"), "mine").unwrap();
    assert_refused("exists and is not a folder");
    fs::remove_file(sandbox.path("output/small")).unwrap();
    fs::write(sandbox.path("output/.realpolitik"), "mine").unwrap();
    assert_refused("cannot create a folder in output/.realpolitik/small");
}

#[test]
fn results_of_two_simulations_are_not_scored() {
    let answers = SMALL.replace(
        "when = \"tension > 0.6\"",
        "when = \"tension > 0.6\"\nresolution = { answer = \"no\" }",
    );
    let sandbox = Sandbox::new(&[("small.toml", &answers)]);
    assert_eq!(
        sandbox.run_small(&["--output", "other", "--seed", "7"]).0,
        0
    );
    assert_eq!(sandbox.run_small(&[]).0, 0);
    let score = ["score", "output/small", "--bootstrap", "0"];
    let (code, _, err) = sandbox.run(&score);
    assert_eq!(code, 0, "{err}");
    fs::copy(
        sandbox.path("other/small/actions.csv"),
        sandbox.path("output/small/actions.csv"),
    )
    .unwrap();
    let (code, _, err) = sandbox.run(&score);
    assert_eq!(code, 2);
    let words = "output/small/actions.csv was changed after `run` wrote it";
    assert!(err.contains(words), "{err}");
    let (code, _, err) = sandbox.run(&[&score[..], &["--accept-changed"]].concat());
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("actions.csv was changed after `run` wrote it"),
        "{err}"
    );
}
