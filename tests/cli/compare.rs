//! `realpolitik compare`: common random numbers, closed forms, and reasons for identical variants.

use crate::sandbox::{SMALL, Sandbox, rows, small};
use std::collections::BTreeMap;
use std::fs;
#[cfg(unix)]
use std::process::{Command, Stdio};

type Row = BTreeMap<String, String>;

/// One event and one day, so that the outcome is a Bernoulli event with its hazard.
const COIN: &str = r#"
[scenario]
title = "A coin"
start = 2030-03-01
horizon_days = 1

[variables.x]
initial = 0.5

[events.toss]
hazard = 0.3

[outcomes.heads]
question = "Heads?"
when = "happened(toss)"
"#;

fn number(row: &Row, column: &str) -> f64 {
    row[column]
        .parse()
        .unwrap_or_else(|_| panic!("{column}: `{}`", row[column]))
}

fn compare(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let (code, out, err) = sandbox.run(&[&["compare"], arguments].concat());
    assert_eq!(code, 0, "{err}");
    out
}

fn row<'a>(rows: &'a [Row], variant: &str, outcome: &str) -> &'a Row {
    let found = |row: &&Row| row["variant"] == variant && row["outcome"] == outcome;
    rows.iter().find(found).unwrap()
}

#[test]
fn differences_of_bernoulli_events_have_closed_forms() {
    let sandbox = Sandbox::new(&[("coin.toml", COIN)]);
    let n = 20_000.0;
    compare(
        &sandbox,
        &[
            "coin.toml",
            "--runs",
            "20000",
            "--variant",
            "up: events.toss.hazard=0.34",
            "--variant",
            "down: events.toss.hazard*=0.5",
        ],
    );
    let rows = rows(&sandbox.files("output/coin.compare")["compare.csv"]);
    for (variant, p1) in [("up", 0.34), ("down", 0.15)] {
        let row = row(&rows, variant, "heads");
        let (p0, d) = (0.3, p1 - 0.3_f64);
        // One uniform variate decides on both sides, so a share |d| of the runs changes, all one way.
        let sd = (d.abs() * (1.0 - d.abs()) / n).sqrt();
        assert!((number(row, "difference") - d).abs() < 4.5 * sd, "{row:?}");
        let gained = number(row, "runs_no_to_yes");
        let lost = number(row, "runs_yes_to_no");
        assert_eq!(if d > 0.0 { lost } else { gained }, 0.0, "{row:?}");
        assert!(((gained - lost) / n - number(row, "difference")).abs() < 1e-5);
        // The standard errors have about 2 % standard error of their own.
        let error = number(row, "mc_se");
        assert!((error / sd - 1.0).abs() < 0.1, "{error} for {sd}");
        let independent = ((p0 * (1.0 - p0) + p1 * (1.0 - p1)) / n).sqrt();
        assert!((number(row, "se_if_independent") / independent - 1.0).abs() < 0.03);
        let bound = number(row, "gain_bound");
        assert!((bound / (independent / sd) - 1.0).abs() < 0.1, "{bound}");
        // A monotone change attains the bound, except for the correlation of pairs.
        assert!((number(row, "gain") / bound - 1.0).abs() < 0.05, "{row:?}");
        let width = number(row, "ci_high") - number(row, "ci_low");
        assert!((width / (2.0 * 1.96 * error) - 1.0).abs() < 0.1, "{row:?}");
    }
}

#[test]
fn both_sides_use_common_random_numbers() {
    let sandbox = small();
    let louder = SMALL
        .replace("daily_odds = 0.1", "daily_odds = 0.2")
        .replace("Is there peace", "Peace");
    fs::write(sandbox.path("louder.toml"), &louder).unwrap();
    let arguments = [
        "small.toml",
        "louder.toml",
        "--runs",
        "3000",
        "--variant",
        "actions.talk.daily_odds=0.2",
        "--variant",
        "back: actions.talk.daily_odds*=1",
    ];
    let out = compare(&sandbox, &arguments);
    assert!(
        out.contains("Variant: louder") && out.contains("common random numbers"),
        "{out}"
    );
    let folder = "output/small.compare";
    let files = sandbox.files(folder);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "compare.csv",
            "compare_actions.csv",
            "dictionary.csv",
            "manifest.json"
        ]
    );
    let outcomes = rows(&files["compare.csv"]);
    assert_eq!(outcomes.len(), 6);
    // A file and the same settings give the same variant; both agree with `run`.
    for (file, folder, column, variant) in [
        (
            "louder.toml",
            "output/louder",
            "variant_probability",
            "louder",
        ),
        (
            "small.toml",
            "output/small",
            "base_probability",
            "actions.talk.daily_odds=0.2",
        ),
    ] {
        assert_eq!(
            sandbox.run(&["run", file, "--runs", "3000", "--quiet"]).0,
            0
        );
        let alone = rows(&sandbox.files(folder)["outcomes.csv"]);
        for outcome in ["crisis", "peace"] {
            let ran = alone.iter().find(|row| row["outcome"] == outcome).unwrap();
            assert_eq!(ran["probability"], row(&outcomes, variant, outcome)[column]);
            let other = row(&outcomes, "louder", outcome);
            let one = row(&outcomes, "actions.talk.daily_odds=0.2", outcome);
            assert_eq!(one["runs_no_to_yes"], other["runs_no_to_yes"]);
            assert_eq!(one["mc_se"], other["mc_se"]);
        }
    }
    let crisis = row(&outcomes, "louder", "crisis");
    assert!(
        number(crisis, "runs_yes_to_no") > 0.0,
        "talks prevent crises: {crisis:?}"
    );
    let actions = rows(&files["compare_actions.csv"]);
    assert_eq!(actions.len(), 3);
    assert!(number(&actions[0], "difference") > 0.1, "{:?}", actions[0]);
    assert_eq!(row(&outcomes, "back", "crisis")["is_same"], "1");
    // Threads change no byte, and the dictionary has every column.
    let more = ["--threads", "3", "--output", "again", "--quiet"];
    assert_eq!(compare(&sandbox, &[&arguments[..], &more].concat()), "");
    let again = sandbox.files("again/small.compare");
    let dictionary = rows(&files["dictionary.csv"]);
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".csv")) {
        assert!(again[name] == *bytes, "{name}");
        let text = String::from_utf8(bytes.clone()).unwrap();
        let header = text.trim_start_matches('\u{feff}').lines().next().unwrap();
        for column in header.split(',') {
            assert!(
                dictionary
                    .iter()
                    .any(|row| row["file"] == *name && row["column"] == column),
                "{name}: {column}"
            );
        }
    }
    let manifest = sandbox.manifest(folder);
    assert_eq!(manifest["kind"], "compare");
    assert_eq!(manifest["completeness"], "complete");
    assert_eq!(manifest["variants"][0]["file"], "louder.toml");
    assert_eq!(
        manifest["variants"][1]["settings"][0],
        "actions.talk.daily_odds=0.2"
    );
}

#[test]
fn identical_variants_have_reasons() {
    let text = SMALL
        .replace("[actors.north.imperatives.quiet]\nweight = 0.2\ngoal = \"calm\"\n", "")
        .replace("[events.storm]", "[actions.never]\nactor = \"north\"\nrequires = \"tension > 2\"\ncost = 0.1\n\n[actors.idle]\nprecision = 0.0\n\n[actors.idle.imperatives.calm]\nweight = 1.0\ngoal = \"calm\"\n\n[actors.idle.imperatives.peace]\nweight = 1.0\ngoal = \"1 - tension\"\n\n[actions.shout]\nactor = \"idle\"\ncost = 0.01\n\n[variables.moon]\ninitial = 0.5\n\n[events.storm]");
    let sandbox = Sandbox::new(&[("small.toml", &text)]);
    let out = compare(
        &sandbox,
        &[
            "small.toml",
            "--runs",
            "2000",
            "--variant",
            "same: events.storm.hazard=0.05",
            "--variant",
            "only: actors.north.imperatives.peace.weight=0.7",
            "--variant",
            "closed: actions.never.cost=0",
            "--variant",
            "odds: actors.idle.imperatives.peace.weight*=5",
            "--variant",
            "cost: actions.shout.cost=0.5",
            "--variant",
            "moon: variables.moon.initial=0.1",
            "--variant",
            "label: actions.talk.label=Speak",
            "--variant",
            "insight: actors.north.insight=0.5",
            "--variant",
            "not: actors.north.precision=0",
        ],
    );
    let reasons = |name: &str| {
        let after = out.split(&format!("Variant: {name}\n")).nth(1).unwrap();
        after.split("Variant: ").next().unwrap()
    };
    for (name, reason) in [
        ("same", "the same values as the base"),
        ("only", "`north` has no other weight above 0"),
        ("closed", "`never` was available in no run"),
        ("odds", "`idle` has precision 0"),
        ("cost", "`idle` has precision 0"),
        (
            "moon",
            "no goal, expression or outcome reads the variable `moon`",
        ),
        ("label", "the same values as the base"),
        (
            "insight",
            "`north` anticipates no actor, so its insight is not used",
        ),
    ] {
        assert!(
            reasons(name).contains("Every run is identical to the base"),
            "{out}"
        );
        assert!(reasons(name).contains(reason), "{name}: {}", reasons(name));
    }
    assert!(!reasons("not").contains("Every run"), "{out}");
    let manifest = sandbox.manifest("output/small.compare");
    assert!(manifest["variants"][0]["same_as_base_because"].is_array());
    assert!(manifest["variants"][8]["same_as_base_because"].is_null());
}

#[test]
fn unshared_outcomes_and_actions_are_listed() {
    let longer = SMALL
        .replace("horizon_days = 10", "horizon_days = 20")
        .replace("[outcomes.peace]", "[outcomes.calm]")
        .replace("[actions.talk]", "[actions.speak]")
        .replace("tension > 0.6", "tension > 0.5");
    let sandbox = Sandbox::new(&[("small.toml", SMALL), ("longer.toml", &longer)]);
    let out = compare(&sandbox, &["small.toml", "longer.toml", "--runs", "2000"]);
    for part in [
        "the base has 10 days and the variant 20",
        "the condition of `crisis` in the variant differs",
        "outcomes only in the base: peace",
        "outcomes only in the variant: calm",
        "actions only in the base: talk",
        "actions only in the variant: speak",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let rows = rows(&sandbox.files("output/small.compare")["compare.csv"]);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["base_last_date"], "2030-03-10");
    assert_eq!(rows[0]["variant_last_date"], "2030-03-20");
}

#[test]
fn draws_that_fault_on_either_side_are_left_out_on_both() {
    let text = SMALL.replace(
        "hazard = 0.05",
        "hazard = \"if(calm < 0.0004, ln(-1), 0.05)\"",
    );
    let text = text.replace(
        "[variables.calm]\ninitial = 0.5",
        "[variables.calm]\ninitial = { uniform = { min = 0.0, max = 1.0 } }",
    );
    let sandbox = Sandbox::new(&[("small.toml", &text)]);
    let (code, _, err) = sandbox.run(&[
        "compare",
        "small.toml",
        "--runs",
        "40000",
        "--quiet",
        "--variant",
        "shift: variables.calm.initial={ uniform = { min = 0.0002, max = 1.0 } }",
        "--variant",
        "broken: variables.calm.initial=0",
    ]);
    assert_eq!(code, 2);
    assert!(
        err.contains("variant broken") && err.contains("was not finite"),
        "{err}"
    );
    let manifest = sandbox.manifest("output/small.compare");
    let out = |value: &serde_json::Value| value.as_u64().unwrap();
    let base = out(&manifest["runs_left_out_in_base"]);
    let shift = out(&manifest["variants"][0]["runs_left_out"]);
    assert!(base > shift && base < 40, "{base} {shift}");
    let rows = rows(&sandbox.files("output/small.compare")["compare.csv"]);
    assert_eq!(rows.len(), 2, "the broken variant is left out");
    // Draws that fault in the variant also fault in the base.
    assert_eq!(number(&rows[0], "n_runs"), (40_000 - base) as f64);
}

#[test]
fn mistakes_are_reported() {
    let sandbox = small();
    let cases: [(&[&str], i32, &str); 7] = [
        (&["small.toml"], 2, "required"),
        (&["small.toml", "none.toml"], 2, "cannot read none.toml"),
        (
            &["small.toml", "--variant", "actions.talkk.cost=1"],
            1,
            "did you mean `talk`",
        ),
        (
            &["small.toml", "--variant", "x: actions.talk.cost"],
            2,
            "neither PATH=VALUE",
        ),
        (
            &["small.toml", "--variant", "actors.north.tempo*=2"],
            1,
            "nothing to multiply",
        ),
        (
            &["small.toml", "--variant", "actions.talk.success*=2"],
            1,
            "is out of range",
        ),
        (
            &[
                "small.toml",
                "--variant",
                "a: actions.talk.cost=1",
                "--variant",
                "a: actions.talk.cost=2",
            ],
            2,
            "two variants have the name `a`",
        ),
    ];
    for (arguments, code, part) in cases {
        let (got, _, err) = sandbox.run(&[&["compare"], arguments].concat());
        assert!(
            got == code && err.contains(part),
            "{arguments:?}: {got} {err}"
        );
        assert!(!sandbox.path("output/small.compare").exists());
    }
}

/// On the founding scenario, the effect of 10 % more weight is estimated at least three times more
/// precisely than with independent random numbers.
#[test]
fn common_random_numbers_reduce_the_error_on_the_founding_scenario() {
    let sandbox = Sandbox::new(&[]);
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/params/within_the_month.toml");
    let path = "actors.russia.imperatives.break_nato.weight";
    compare(
        &sandbox,
        &[
            scenario,
            "--runs",
            "10000",
            "--quiet",
            "--variant",
            &format!("more: {path}*=1.1"),
            "--variant",
            &format!("without: {path}=0"),
        ],
    );
    let rows = rows(&sandbox.files("output/within_the_month.compare")["compare.csv"]);
    let split = row(&rows, "more", "us_turkey_split");
    assert!(number(split, "gain") >= 3.0, "{split:?}");
    let more: Vec<&Row> = rows.iter().filter(|row| row["variant"] == "more").collect();
    for row in more.iter().filter(|row| !row["gain"].is_empty()) {
        assert!(number(row, "gain") >= 3.0, "{row:?}");
    }
    let changed = |row: &&&Row| number(row, "runs_no_to_yes") + number(row, "runs_yes_to_no") > 0.0;
    assert!(more.iter().filter(changed).count() > 3);
    let without = row(&rows, "without", "us_turkey_split");
    let (p0, p1) = (
        number(without, "base_probability"),
        number(without, "variant_probability"),
    );
    let d = (p1 - p0).abs();
    let bound = ((p0 * (1.0 - p0) + p1 * (1.0 - p1)) / (d - d * d)).sqrt();
    assert!((number(without, "gain_bound") / bound - 1.0).abs() < 1e-5);
    assert!(number(without, "gain") > 1.0, "{without:?}");
}

/// An interruption keeps the same runs on all sides; requesting as many gives the same tables.
#[cfg(unix)]
#[test]
fn interrupted_comparison_keeps_a_prefix_of_the_runs() {
    let sandbox = small();
    let arguments = [
        "compare",
        "small.toml",
        "--quiet",
        "--variant",
        "actions.talk.success=0.9",
        "--runs",
    ];
    let child = Command::new(assert_cmd::cargo::cargo_bin("realpolitik"))
        .current_dir(sandbox.0.path())
        .args(arguments)
        .arg("1_000_000_000")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !sandbox.path("output").exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    std::thread::sleep(std::time::Duration::from_millis(3_000));
    let pid = child.id().to_string();
    let kill = Command::new("kill").args(["-INT", &pid]).status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    if !sandbox.path("output/small.compare").exists() {
        // On a slow machine the first stretch was not complete: nothing is written.
        assert_eq!(fs::read_dir(sandbox.path("output")).unwrap().count(), 0);
        return;
    }
    let manifest = sandbox.manifest("output/small.compare");
    assert_eq!(manifest["completeness"], "interrupted");
    let simulated = manifest["runs_simulated"].as_u64().unwrap();
    assert!(simulated > 0 && simulated < 1_000_000_000, "{simulated}");
    let again = [&simulated.to_string(), "--output", "again"];
    assert_eq!(sandbox.run(&[&arguments[..], &again].concat()).0, 0);
    let (stopped, requested) = (
        sandbox.files("output/small.compare"),
        sandbox.files("again/small.compare"),
    );
    for name in ["compare.csv", "compare_actions.csv"] {
        assert!(stopped[name] == requested[name], "{name}");
    }
}
