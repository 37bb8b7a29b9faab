//! `realpolitik tune`: recovery of known numbers, the calibrated file, and rejected arguments.

use crate::sandbox::{SMALL, Sandbox, assert_dictionary_is_complete, rows};
use std::fs;

/// A scenario in which each of two actions serves a different imperative.
const WEIGHTS: &str = r#"# Weights to recover – comments are kept
[scenario]
title = "Two motives"
start = 2030-03-01
horizon_days = 20

[variables]
x = { initial = 0.5, baseline = 0.5, reversion = 0.5 }   # returns quickly
y = { initial = 0.5, baseline = 0.5, reversion = 0.5 }
z = { initial = 0.5, baseline = 0.5, reversion = 0.5 }

[actors.north]
precision = 60.0   # sharp

[actors.north.imperatives.want_x]
weight =   0.40    # to recover: 0.7
goal = "x"

[actors.north.imperatives.want_y]
weight = 0.4  # to recover: 0.15
goal = "y"

[actors.north.imperatives.quiet]
weight = 0.3
goal = "1 - z"

[actions.push_x]
actor = "north"
track = "x"
daily_odds = 0.2
effects = { x = 0.04, z = 0.03 }

[actions.push_y]
actor = "north"
track = "y"
daily_odds = 0.2
effects = { y = 0.04, z = 0.03 }

[outcomes.much_x]
question = "Is there much of x?"
when = "x > 0.56"
"#;

const X: &str = "actors.north.imperatives.want_x.weight";
const Y: &str = "actors.north.imperatives.want_y.weight";

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

fn free(path: &str, range: &str) -> String {
    format!("--free={path}={range}")
}

/// Targets for both counts from another seed and the weights 0.7 and 0.15. The tolerances are this
/// many standard errors of the difference between two seeds. The CSV has semicolons and decimal
/// commas.
fn weights_with_targets(tolerances: f64) -> Sandbox {
    let sandbox = Sandbox::new(&[("weights.toml", WEIGHTS)]);
    let x = format!("{X}=0.7");
    let y = format!("{Y}=0.15");
    let mut command = vec![
        "run",
        "weights.toml",
        "--set",
        &x,
        "--set",
        &y,
        "--seed",
        "7",
    ];
    command.extend(["--runs", "4000", "--output", "truth"]);
    assert_eq!(sandbox.run(&command).0, 0);
    let mut targets = "\u{feff}kind;name;day;target;tolerance\r\n".to_owned();
    for row in rows(&sandbox.files("truth/weights")["actions.csv"]) {
        let tolerance = number(&row["mean_count_mc_se"]) * 2.0_f64.sqrt() * tolerances;
        let line = format!(
            "action_count;{};;{};{tolerance:.5}\r\n",
            row["action"], row["mean_count"]
        );
        targets += &line.replace('.', ",");
    }
    fs::write(sandbox.path("targets.csv"), targets).unwrap();
    sandbox
}

const TUNE: [&str; 6] = [
    "tune",
    "weights.toml",
    "--targets",
    "targets.csv",
    "--runs",
    "4000",
];

#[test]
fn known_weights_are_recovered_and_only_numbers_change() {
    let sandbox = weights_with_targets(1.0);
    let (x, y) = (free(X, "0.05..2"), free(Y, "0.05..2"));
    let (code, out, err) = sandbox.run(&[&TUNE[..], &[&x, &y]].concat());
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("2 of 2 targets met"), "{out}");
    assert!(out.contains("weights.tuned.toml"), "{out}");
    let files = sandbox.files("output/weights.tune");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let expected = [
        "dictionary.csv",
        "evaluations.csv",
        "evaluations.jsonl",
        "manifest.json",
        "tune.csv",
        "tune_parameters.csv",
    ];
    assert_eq!(names, expected);
    // The tolerances are the standard errors of the difference between two seeds, so the reported
    // standard errors are those of the estimates; the test allows four.
    let found = rows(&files["tune_parameters.csv"]);
    for (row, truth) in found.iter().zip([0.7, 0.15]) {
        let error = number(&row["standard_error"]);
        assert!(error > 0.0 && error < 0.1 * truth, "{row:?}");
        let off = (number(&row["after"]) - truth) / error;
        assert!(off.abs() < 4.0, "{off} standard errors: {row:?}");
        assert_eq!(
            (row["before"].as_str(), row["scale"].as_str()),
            ("0.4", "logarithmic")
        );
    }
    // The file differs from the old one in two numbers.
    let tuned = fs::read_to_string(sandbox.path("weights.tuned.toml")).unwrap();
    let expected = WEIGHTS
        .replace(
            "weight =   0.40  ",
            &format!("weight =   {}  ", found[0]["after"]),
        )
        .replace(
            "weight = 0.4  #",
            &format!("weight = {}  #", found[1]["after"]),
        );
    assert_eq!(tuned, expected);
    assert_eq!(
        fs::read_to_string(sandbox.path("weights.toml")).unwrap(),
        WEIGHTS
    );
    assert!(found[0]["after"].len() <= 7, "{}", found[0]["after"]);
    // Its results are those in the table.
    let run = ["run", "weights.tuned.toml", "--runs", "4000", "--quiet"];
    assert_eq!(sandbox.run(&run).0, 0);
    let actions = rows(&sandbox.files("output/weights.tuned")["actions.csv"]);
    for (target, action) in rows(&files["tune.csv"]).iter().zip(&actions) {
        assert!((number(&target["after"]) - number(&action["mean_count"])).abs() < 1e-5);
        assert_eq!(target["is_met"], "1");
    }
    let manifest = sandbox.manifest("output/weights.tune");
    assert_eq!(manifest["kind"], "tune");
    assert_eq!(manifest["search"]["end"], "within_tolerances");
}

#[test]
fn results_do_not_depend_on_threads_or_interruptions() {
    let sandbox = weights_with_targets(4.0);
    let (x, y) = (free(X, "0.05..2"), free(Y, "0.05..2"));
    let more = [
        x.as_str(),
        &y,
        "--posterior=12",
        "--posterior-runs=2048",
        "--threads",
    ];
    let run = |threads: &str, output: &str| {
        let command = [&TUNE[..], &more, &[threads, "--output", output]].concat();
        let (code, _, err) = sandbox.run(&command);
        assert_eq!(code, 0, "{err}");
        let mut files = sandbox.files(&format!("{output}/weights.tune"));
        let reused =
            sandbox.manifest(&format!("{output}/weights.tune"))["search"]["taken_from_before"]
                .as_u64()
                .unwrap();
        files.remove("manifest.json");
        files.insert(
            "tuned".to_owned(),
            fs::read(sandbox.path("weights.tuned.toml")).unwrap(),
        );
        (files, reused)
    };
    let (one, reused) = run("1", "one");
    let (two, _) = run("2", "two");
    assert!(one == two, "one and two threads differ");
    let n_rows = rows(&one["evaluations.csv"]).len() as u64;
    assert!(reused == 0 && n_rows > 40, "{reused} of {n_rows}");
    // The same command reuses everything except the evaluation of the calibrated file.
    let (again, reused) = run("1", "one");
    assert!(again == one, "a second time differs");
    assert!(reused >= n_rows - 2, "{reused} of {n_rows}");
    let log = sandbox.path("one/weights.tune/evaluations.jsonl");
    let text = fs::read_to_string(&log).unwrap();
    // As after the end of an earlier command during the search, few evaluations are in the log.
    let half: Vec<&str> = text.split_inclusive('\n').take(6).collect();
    fs::write(&log, half.concat()).unwrap();
    let (resumed, reused) = run("2", "one");
    assert!(resumed == one, "a resumed search differs");
    assert!((4..n_rows - 20).contains(&reused), "{reused} of {n_rows}");
    // With another seed nothing is reused.
    let (_, reused) = {
        let command = [&TUNE[..], &more, &["1", "--output", "one", "--seed", "8"]].concat();
        assert_eq!(sandbox.run(&command).0, 0);
        (
            (),
            sandbox.manifest("one/weights.tune")["search"]["taken_from_before"]
                .as_u64()
                .unwrap(),
        )
    };
    assert_eq!(reused, 0);
    let files = one;
    let weights: f64 = rows(&files["posterior.csv"])
        .iter()
        .map(|row| number(&row["weight"]))
        .sum();
    assert!((weights - 1.0).abs() < 1e-5);
    for row in rows(&files["posterior.csv"]) {
        assert!(number(&row[X]) >= 0.05 && number(&row[Y]) <= 2.0);
    }
    let summary = rows(&files["posterior_summary.csv"]);
    assert_eq!(summary.len(), 2);
    assert_eq!(summary[0][&format!("correlation_{X}")], "1");
    assert_dictionary_is_complete(&files);
}

#[test]
fn missed_targets_and_unidentifiable_numbers_have_warnings() {
    let sandbox = Sandbox::new(&[(
        "weights.toml",
        &WEIGHTS.replace("weight = 0.3\n", "weight = 0.0\n"),
    )]);
    fs::write(
        sandbox.path("targets.csv"),
        "kind,name,target,tolerance\naction_count,push_x,11,0.2\naction_count,push_y,4.4,0.2\n",
    )
    .unwrap();
    let (x, y) = (free(X, "0.1..1"), free(Y, "0.1..1"));
    let (code, out, err) = sandbox.run(&[&TUNE[..], &[&x, &y]].concat());
    assert_eq!(code, 0, "{err}");
    let pair = format!(
        "`{X}` and `{Y}` are not separately identifiable: the targets determine only their ratio"
    );
    assert!(err.contains(&pair), "{err}");
    assert!(out.contains("not identifiable"), "{out}");
    // A count that no weight reaches, and a number without influence on it.
    fs::write(
        sandbox.path("targets.csv"),
        "kind,name,day,target,tolerance\naction_count,push_x,,19,0.2\n",
    )
    .unwrap();
    let idle = free("actions.push_y.daily_odds", "0.1..0.3");
    let (code, out, err) = sandbox.run(&[&TUNE[..], &[&x, &idle, "--evaluations", "25"]].concat());
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("action_count.push_x misses its target 19 ± 0.2"),
        "{err}"
    );
    assert!(
        err.contains(&format!("`{X}` at its upper bound, 1")),
        "{err}"
    );
    assert!(
        err.contains("`actions.push_y.daily_odds` moves none of the targets"),
        "{err}"
    );
    assert!(out.contains("0 of 1 target met"), "{out}");
    let rows = rows(&sandbox.files("output/weights.tune")["tune_parameters.csv"]);
    assert_eq!(rows[0]["at_bound"], "high");
    assert_eq!(
        (
            rows[1]["after"].as_str(),
            rows[1]["not_pinned_down"].as_str()
        ),
        ("0.2", "idle")
    );
}

#[test]
fn invalid_free_numbers_have_instructions() {
    let sandbox = Sandbox::new(&[("weights.toml", WEIGHTS), ("small.toml", SMALL)]);
    fs::write(
        sandbox.path("targets.csv"),
        "kind,name,day,target,tolerance\nprobability,crisis,,0.5,0.1\n",
    )
    .unwrap();
    let tune = |more: &[&str]| {
        let first = [
            "tune",
            "small.toml",
            "--targets",
            "targets.csv",
            "--runs",
            "2000",
        ];
        let (code, _, err) = sandbox.run(&[&first[..], more].concat());
        (code, err)
    };
    let assert_rejected = |more: &[&str], words: &str| {
        let (code, err) = tune(more);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(words), "{words} is not in: {err}");
    };
    let hint = "variables.tension.initial.from or variables.tension.initial.to";
    assert_rejected(&["--free", "variables.tension.initial=0.1..0.5"], hint);
    assert_rejected(
        &["--free", "actions.talk.appeal=0..1"],
        "does not contain `appeal` in [actions.talk]",
    );
    assert_rejected(
        &["--free", "actions.talk.success=0.9..0.1"],
        "upper bound that is not above the lower one",
    );
    assert_rejected(&["--free", "scenario.horizon_days=5..15"], "integer");
    let odds = "actions.talk.daily_odds=0.01..1";
    assert_rejected(&["--free", odds, "--free", odds], "also free");
    assert_rejected(
        &["--free", odds, "--set", "actions.talk.daily_odds=1"],
        "is set",
    );
    assert_rejected(&["--free", odds, "--write", "./small.toml"], "--in-place");
    // An unwritable destination is reported before the search.
    assert_rejected(
        &["--free", odds, "--write", "targets.csv"],
        "is the file of the targets",
    );
    assert_rejected(&["--free", odds, "--write", "."], "is a folder");
    assert_rejected(
        &["--free", odds, "--write", "nowhere/tuned.toml"],
        "is in a folder that does not exist",
    );
    fs::write(
        sandbox.path("targets.csv"),
        "kind,name,target,tolerance\nprobability,crysis,1,2\n",
    )
    .unwrap();
    assert_rejected(
        &["--free", odds],
        "targets.csv:2, column `name`: the scenario has no outcome `crysis`: did you mean `crisis`?",
    );
    let left = crate::sandbox::file_names(&sandbox.path("output"));
    assert!(left.is_empty(), "{left:?} was written");
}

#[test]
fn overrides_apply_and_the_file_can_be_replaced() {
    let sandbox = Sandbox::new(&[("small.toml", SMALL)]);
    fs::write(
        sandbox.path("targets.csv"),
        "kind,name,day,target,tolerance,weight\naction_share,talk,,0.5,0.02,1\nvariable,tension,10,0.5,0.2,\n",
    )
    .unwrap();
    let command = [
        "tune",
        "small.toml",
        "--targets",
        "targets.csv",
        "--runs",
        "2000",
        "--in-place",
        "--free",
        "actions.talk.daily_odds=0.01..1",
        "--set",
        "events.storm.hazard=0.04",
        "--format",
        "json",
    ];
    let (code, out, err) = sandbox.run(&command);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("run it with --set 'events.storm.hazard=0.04'"),
        "{err}"
    );
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let after = json["targets"][0]["after"].as_f64().unwrap();
    assert!((after - 0.5).abs() <= 0.02, "{after}");
    let odds = json["parameters"][0]["after"].as_f64().unwrap();
    let text = fs::read_to_string(sandbox.path("small.toml")).unwrap();
    assert_eq!(
        text,
        SMALL.replace("daily_odds = 0.1", &format!("daily_odds = {odds}"))
    );
    assert_ne!(text, SMALL);
}

#[test]
fn founding_scenario_is_calibrated_to_three_targets() {
    let scenario = fs::read_to_string("params/within_the_month.toml").unwrap();
    let sandbox = Sandbox::new(&[("within_the_month.toml", &scenario)]);
    fs::write(
        sandbox.path("targets.csv"),
        "kind,name,target,tolerance\nprobability,general_staffs_meet,0.45,0.01\n\
         probability,al_bab_reached,0.50,0.01\nprobability,propaganda_intensified,0.60,0.01\n",
    )
    .unwrap();
    let (code, out, err) = sandbox.run(&[
        "tune",
        "within_the_month.toml",
        "--targets",
        "targets.csv",
        "--runs",
        "2000",
        "--free",
        "actions.meet_russian_staff.daily_odds=0.01..0.5",
        "--free",
        "actions.advance_on_al_bab.daily_odds=0.2..8",
        "--free",
        "actions.propaganda_campaign.daily_odds=0.02..1",
        "--format",
        "csv",
    ]);
    assert_eq!(code, 0, "{err}");
    let targets = rows(out.as_bytes());
    assert_eq!(targets.len(), 3);
    for row in &targets {
        let off = number(&row["after"]) - number(&row["target"]);
        assert!(off.abs() <= 0.01, "{row:?}");
        assert!((number(&row["before"]) - number(&row["target"])).abs() > 0.01);
    }
    // Nothing but three numbers is another.
    let tuned = fs::read_to_string(sandbox.path("within_the_month.tuned.toml")).unwrap();
    assert_eq!(tuned.lines().count(), scenario.lines().count());
    let pairs = scenario.lines().zip(tuned.lines());
    let changed: Vec<_> = pairs.filter(|(old, new)| old != new).collect();
    assert_eq!(changed.len(), 3);
    for (old, new) in changed {
        let without_number = |line: &str| {
            let (key, rest) = line.split_once('=').unwrap();
            let rest = rest.trim_start();
            let end = rest.find(|c: char| c != '.' && !c.is_ascii_digit());
            format!("{key}={}", &rest[end.unwrap_or(rest.len())..])
        };
        assert_eq!(without_number(old), without_number(new));
    }
}

/// After Ctrl-C, the best point is written beside the scenario, also with `--in-place`, so that the
/// same command resumes.
#[cfg(unix)]
#[test]
fn interrupted_search_writes_its_best_point_and_resumes() {
    use std::process::{Command, Stdio};
    let sandbox = weights_with_targets(1.0);
    let (x, y) = (free(X, "0.05..2"), free(Y, "0.05..2"));
    let tune = [
        "tune",
        "weights.toml",
        "--targets",
        "targets.csv",
        "--runs",
        "4000",
        "--posterior=10000",
        "--threads",
        "1",
        "--in-place",
        &x,
        &y,
    ];
    let child = Command::new(assert_cmd::cargo::cargo_bin("realpolitik"))
        .current_dir(sandbox.0.path())
        .args(tune)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The staging folder exists once the signal handler is installed.
    while !sandbox.path("output").exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    std::thread::sleep(std::time::Duration::from_millis(2_000));
    let pid = child.id().to_string();
    let killed = Command::new("kill").args(["-INT", &pid]).status();
    assert!(killed.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let out = String::from_utf8(output.stdout).unwrap();
    if out.is_empty() {
        // On a slow machine the first evaluation was not complete: nothing is written.
        assert!(!sandbox.path("weights.tuned.toml").exists());
        return;
    }
    assert!(
        out.contains("give the same command again to resume"),
        "{out}"
    );
    assert!(sandbox.path("weights.tuned.toml").exists());
    assert_eq!(
        fs::read_to_string(sandbox.path("weights.toml")).unwrap(),
        WEIGHTS
    );
    assert_eq!(
        sandbox.manifest("output/weights.tune")["completeness"],
        "interrupted"
    );
    let first = rows(&sandbox.files("output/weights.tune")["evaluations.csv"]).len() as u64;
    let (code, _, err) = sandbox.run(&[&TUNE[..], &[&x, &y]].concat());
    assert_eq!(code, 0, "{err}");
    let manifest = sandbox.manifest("output/weights.tune");
    let reused = manifest["search"]["taken_from_before"].as_u64().unwrap();
    assert!(reused >= first.min(4), "{reused} of {first}");
}
