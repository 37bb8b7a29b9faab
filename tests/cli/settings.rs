//! Settings that another one replaces, so that they would have no effect.

use crate::sandbox::{SMALL, Sandbox, rows, small};
use std::fs;

const HAZARD: &str = "events.storm.hazard";

/// Executes a command with words separated by blanks, and asserts that it is refused with a message.
fn assert_refused(sandbox: &Sandbox, command: &str, message: &str) {
    let words: Vec<&str> = command.split(' ').collect();
    let (code, _, err) = sandbox.run(&words);
    assert_eq!(code, 2, "{command}: {err}");
    assert!(err.contains(message), "{command}: {err}");
    assert!(!sandbox.path("output/small.sweep").exists());
}

#[test]
fn a_varied_value_cannot_be_set_too() {
    let sandbox = small();
    fs::write(
        sandbox.path("p.csv"),
        "events.storm.hazard,variables.calm.initial\n0.1,0.5\n,150%\n",
    )
    .unwrap();
    for set in [
        "events.storm.hazard*=10",
        "events.storm.hazard=1",
        "events.storm={hazard=1}",
    ] {
        let vary = format!("sweep small.toml --runs 10 --vary {HAZARD}=0..1 --set {set}");
        let message = format!(
            "`{HAZARD}` is varied, so --set '{set}' has no effect on it: remove one of the two"
        );
        assert_refused(&sandbox, &vary, &message);
        // With the other mistakes of the table.
        let design = format!("sweep small.toml --runs 10 --design p.csv --set {set}");
        let message = format!(
            "p.csv:1, column `{HAZARD}`: the points give this value, so `--set '{set}'` has no effect on it: remove the column or the --set\n\
             p.csv:3, column `variables.calm.initial`: `150%` is a percentage: write 1.5"
        );
        assert_refused(&sandbox, &design, &message);
    }
    let both = "sweep small.toml --vary events.storm.hazard*=1..2 --vary events.storm.hazard=0..1";
    let message = "`events.storm.hazard*` is varied without effect, because `events.storm.hazard` is set after it";
    assert_refused(&sandbox, both, message);
}

#[test]
fn a_factor_multiplies_what_is_set() {
    let sandbox = small();
    let command =
        format!("sweep small.toml --runs 500 --quiet --set {HAZARD}=0.2 --vary {HAZARD}*=1..2:2");
    let words: Vec<&str> = command.split(' ').collect();
    let (code, _, err) = sandbox.run(&words);
    assert_eq!(code, 0, "{err}");
    let run = [
        "run",
        "small.toml",
        "--runs",
        "500",
        "--quiet",
        "--set",
        "events.storm.hazard=0.4",
    ];
    assert_eq!(sandbox.run(&run).0, 0);
    let swept = rows(&sandbox.files("output/small.sweep")["sweep.csv"]);
    let alone = rows(&sandbox.files("output/small")["outcomes.csv"]);
    assert_eq!(swept[2]["point"], "2");
    assert_eq!(swept[2]["probability"], alone[0]["probability"]);
}

#[test]
fn free_numbers_and_variants_have_no_settings_without_effect() {
    let sandbox = Sandbox::new(&[("small.toml", SMALL)]);
    fs::write(
        sandbox.path("targets.csv"),
        "kind,name,target,tolerance\nprobability,crisis,0.5,0.1\n",
    )
    .unwrap();
    let odds = "actions.talk.daily_odds";
    for set in [
        format!("{odds}*=2"),
        "actions.talk={actor=\"north\"}".to_owned(),
    ] {
        let tune =
            format!("tune small.toml --targets targets.csv --free {odds}=0.01..1 --set {set}");
        let path = set.split('=').next().unwrap();
        assert_refused(
            &sandbox,
            &tune,
            &format!("`{odds}` is free and `{path}` is set"),
        );
    }
    assert_refused(
        &sandbox,
        "compare small.toml --variant x:events.storm.hazard*=2;events.storm.hazard=0.2",
        "`events.storm.hazard*=2` has no effect, because `events.storm.hazard=0.2` sets the value after it",
    );
}

/// A table with thousands of unknown columns takes a few readings of the scenario.
#[test]
fn many_unknown_columns_are_reported_together() {
    let sandbox = small();
    let columns: Vec<String> = (0..20_000)
        .map(|number| format!("variables.calm.initial.x{number}"))
        .collect();
    let text = format!("{HAZARD},{}\n150%\n", columns.join(","));
    fs::write(sandbox.path("wide.csv"), text).unwrap();
    let (code, _, err) = sandbox.run(&["sweep", "small.toml", "--design", "wide.csv"]);
    assert_eq!(code, 2, "{err}");
    assert_eq!(err.lines().count(), 21, "{err}");
    let first = "error: wide.csv:1, column `variables.calm.initial.x0`: `initial` has no keys that could be set: set the whole value: end the path at `initial`\n";
    assert!(err.starts_with(first), "{err}");
    assert!(
        err.ends_with("wide.csv: and 19,981 more mistakes\n"),
        "{err}"
    );
}
