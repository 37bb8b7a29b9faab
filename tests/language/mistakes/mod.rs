//! Mistakes of users of spreadsheets, Squiggle, NetLogo, Python and other TOML files: the help line of
//! each message leads to a valid file at the first try.

mod expressions;
mod notation;
mod texts;
mod values;

use realpolitik::base::diagnostic::{Severity, Sources, render};
use realpolitik::scenario::{Reading, read};

const VALID: &str = r#"
[scenario]
title = "Two towns and a bridge"
start = 2031-05-01
horizon_days = 30

[variables.strain]
initial = 0.4

[variables.price]
initial = 50
max = 200

[actors.north]
precision = 20

[actors.north.imperatives.calm]
weight = 1
goal = "1 - strain"

[actions.patrol]
actor = "north"
success = 0.8
daily_odds = 0.1
effects = { strain = 0.05, price = 5 }

[events.fire]
hazard = 0.01
effects = { strain = 0.2 }

[outcomes.crisis]
question = "Is there a crisis by 30 May 2031?"
when = "strain > 0.7 and price > 1"
"#;

const INITIAL: &str = "initial = 0.4";
const GOAL: &str = "goal = \"1 - strain\"";
const WHEN: &str = "when = \"strain > 0.7 and price > 1\"";
const EFFECTS: &str = "effects = { strain = 0.05, price = 5 }";
const START: &str = "start = 2031-05-01";
const SUCCESS: &str = "success = 0.8";

/// A line of the valid file, what a user writes in its place, a part of the help line, and what the
/// user writes who follows it.
type Mistake = (&'static str, &'static str, &'static str, &'static str);

const STRUCTURE: &[Mistake] = &[
    (START, "start = 01.05.2031", "`2031-05-01`", START),
    (START, "start = 1 May 2031", "`2031-05-01`", START),
    (
        START,
        "start = \"May 1, 2031\"",
        "`start = 2031-05-01`",
        START,
    ),
    (START, "start = 2031-5-1", "`2031-05-01`", START),
    (
        "horizon_days = 30",
        "horizon_days = 30 days",
        "write `30`",
        "horizon_days = 30",
    ),
    (
        "horizon_days = 30",
        "end = 2031-05-30",
        "`horizon_days = …`",
        "horizon_days = 30",
    ),
    (SUCCESS, "success = \"20%\"", "`0.2`", "success = 0.2"),
    (
        SUCCESS,
        "probability = 0.8",
        "`daily_odds` for how readily it is taken",
        SUCCESS,
    ),
    (
        "hazard = 0.01",
        "probability = 0.01",
        "`hazard`",
        "hazard = 0.01",
    ),
    (
        EFFECTS,
        "effects = { strain + 0.05 }",
        "`strain = 0.05`",
        "effects = { strain = 0.05 }",
    ),
    (
        EFFECTS,
        "effects = \"strain -= 5%\"",
        "`effects = { strain = -0.05 }`",
        "effects = { strain = -0.05 }",
    ),
    (
        EFFECTS,
        "effects = { \"Strain in town\" = 0.05 }",
        "one of `price`, `strain`",
        "effects = { strain = 0.05 }",
    ),
    (
        "actor = \"north\"",
        "actor = \"The North\"",
        "one of `\"north\"`",
        "actor = \"north\"",
    ),
    (
        "[actions.patrol]",
        "[actions.send patrol]",
        "`[actions.send_patrol]`",
        "[actions.send_patrol]",
    ),
    (
        "[outcomes.crisis]",
        "[outcomes.1e3]",
        "`n_1e3`",
        "[outcomes.n_1e3]",
    ),
    (
        "[outcomes.crisis]",
        "[outcomes]\ncrisis = \"strain > 0.7\"\n[outcomes.other]",
        "`[outcomes.crisis]`",
        "[outcomes.crisis]",
    ),
    (
        "start = 2031-05-01\nhorizon_days = 30",
        "start = 9999-12-01\nhorizon_days = 32",
        "`horizon_days`",
        "start = 9999-12-01\nhorizon_days = 31",
    ),
];

fn read_with(line: &str, instead: &str) -> (Sources, Reading) {
    assert!(VALID.contains(line), "{line}");
    let mut sources = Sources::default();
    let text = VALID.replacen(line, instead, 1);
    let reading = read(&mut sources, "bridge.toml", &text, &[]);
    (sources, reading)
}

/// The hints of the errors, and the whole text of the messages.
fn hints(line: &str, instead: &str) -> (String, String) {
    let (sources, reading) = read_with(line, instead);
    let shown = render(&sources, &reading.diagnostics, false);
    assert!(reading.scenario.is_none(), "{instead} was accepted");
    let errors = reading.diagnostics.0.into_iter();
    let errors = errors.filter(|one| one.severity == Severity::Error);
    let hints: Vec<_> = errors.filter_map(|one| one.hint).collect();
    (hints.join("\n"), shown)
}

fn check(mistakes: &[Mistake]) {
    for (line, instead, help, corrected) in mistakes {
        let (hints, shown) = hints(line, instead);
        assert!(hints.contains(help), "{instead}\n{shown}");
        let (sources, reading) = read_with(line, corrected);
        let shown = render(&sources, &reading.diagnostics, false);
        assert!(reading.scenario.is_some(), "{corrected}\n{shown}");
    }
}

#[test]
fn help_about_dates_keys_and_tables_leads_to_a_valid_file() {
    check(STRUCTURE);
}
