//! `run` on several files: the folder of the batch.

use crate::sandbox::{SMALL, Sandbox, rows};

/// A second scenario with other numbers, a distribution, and an expression.
fn other() -> String {
    SMALL
        .replace("hazard = 0.05", "hazard = \"0.02 + 0.01 * tension\"")
        .replace("{ from = 0.3, to = 0.5 }", "0.4")
        .replace("success = 0.8", "success = 0.9\nlimit = 3")
        .replace("tension > 0.6", "tension > 0.7")
}

fn two() -> Sandbox {
    Sandbox::new(&[("one.toml", SMALL), ("other.toml", &other())])
}

#[test]
fn a_batch_stacks_all_outcomes_and_lists_what_differs() {
    let sandbox = two();
    let (code, out, err) = sandbox.run(&["run", "one.toml", "other.toml", "--runs", "1000"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let files = sandbox.files("output/batch");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let expected = [
        "dictionary.csv",
        "manifest.json",
        "outcomes.csv",
        "settings.csv",
    ];
    assert_eq!(names, expected);
    let stacked = rows(&files["outcomes.csv"]);
    let alone = ["one", "other"]
        .map(|name| rows(&sandbox.files(&format!("output/{name}"))["outcomes.csv"]));
    assert_eq!(stacked, alone.concat());
    let settings = String::from_utf8(files["settings.csv"].clone()).unwrap();
    let lines: Vec<&str> = settings.lines().collect();
    assert_eq!(
        lines,
        [
            "scenario,key,file,actors.north.imperatives.peace.weight,actions.talk.success,events.storm.hazard,outcomes.crisis.when,actions.talk.limit",
            "one,one/settings,one.toml,\"{ from = 0.3, to = 0.5 }\",0.8,0.05,tension > 0.6,",
            "other,other/settings,other.toml,0.4,0.9,0.02 + 0.01 * tension,tension > 0.7,3",
        ]
    );
    let kinds = rows(&files["dictionary.csv"]);
    let kinds = kinds.iter().filter(|row| row["file"] == "settings.csv");
    let kinds: Vec<&str> = kinds.map(|row| row["kind"].as_str()).collect();
    assert_eq!(
        kinds,
        ["id", "id", "text", "text", "real", "text", "text", "real"]
    );
    let manifest = sandbox.manifest("output/batch");
    assert_eq!(manifest["kind"], "batch");
    assert_eq!(manifest["scenarios"][1]["file"], "other.toml");
    let summary = out.split("All scenarios").nth(1).expect("a summary");
    assert!(
        summary.contains("output/batch") || summary.contains("output\\batch"),
        "{summary}"
    );
    assert_eq!(
        summary.matches("one").count(),
        2,
        "a row per outcome: {summary}"
    );
}

#[test]
fn a_batch_has_a_name_of_its_own() {
    let sandbox = Sandbox::new(&[("one.toml", SMALL), ("batch.toml", SMALL)]);
    let files = ["run", "one.toml", "batch.toml", "--runs", "64", "--quiet"];
    let (code, _, err) = sandbox.run(&files);
    assert_eq!(code, 2);
    assert!(err.contains("name the batch with --batch NAME"), "{err}");
    assert!(!sandbox.path("output").exists(), "nothing was simulated");
    assert_eq!(
        sandbox.run(&[&files[..], &["--batch", "both"]].concat()).0,
        0
    );
    assert!(sandbox.path("output/both/settings.csv").exists());
    // The results of `run` are not replaced by a batch of their name.
    let (code, _, err) = sandbox.run(&[&files[..], &["--batch", "one"]].concat());
    assert_eq!(code, 2);
    assert!(err.contains("would both write to"), "{err}");
}

#[test]
fn one_file_makes_no_batch_and_a_rejected_file_is_left_out() {
    let sandbox = two();
    assert_eq!(sandbox.run(&["run", "one.toml", "--runs", "64"]).0, 0);
    assert!(!sandbox.path("output/batch").exists());
    std::fs::write(sandbox.path("bad.toml"), "[scenario]\n").unwrap();
    let (code, ..) = sandbox.run(&["run", "one.toml", "bad.toml", "other.toml", "--runs", "64"]);
    assert_eq!(code, 1);
    let stacked = rows(&sandbox.files("output/batch")["outcomes.csv"]);
    assert_eq!(stacked.len(), 4);
    let manifest = sandbox.manifest("output/batch");
    assert_eq!(manifest["completeness"], "complete");
    assert_eq!(manifest["left_out"], serde_json::json!(["bad.toml"]));
}

/// A quick command never removes the results of a long one.
#[test]
fn every_command_has_a_folder_of_its_own() {
    let sandbox = two();
    let sensitivity = ["sensitivity", "one.toml", "--quiet"];
    let long = ["--runs", "1000", "--derivative-runs", "256"];
    assert_eq!(sandbox.run(&[&sensitivity[..], &long].concat()).0, 0);
    let before = sandbox.files("output/one.sensitivity");
    let screen = ["--screen", "--trajectories", "2", "--point-runs", "64"];
    assert_eq!(sandbox.run(&[&sensitivity[..], &screen].concat()).0, 0);
    assert_eq!(
        sandbox
            .run(&["run", "one.toml", "--quiet", "--runs", "64"])
            .0,
        0
    );
    let after = sandbox.files("output/one.sensitivity");
    assert!(before == after, "another command changed the results");
    assert!(sandbox.path("output/one.screen/morris.csv").exists());
    // A folder with the results of another command is refused.
    std::fs::rename(
        sandbox.path("output/one.screen"),
        sandbox.path("output/other"),
    )
    .unwrap();
    let (code, _, err) = sandbox.run(&["run", "other.toml", "--runs", "64"]);
    assert_eq!(code, 2);
    assert!(err.contains("contains results of `screen`"), "{err}");
}
