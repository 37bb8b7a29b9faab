//! Mistakes of users of spreadsheets, Squiggle, NetLogo, Python and other TOML files: the help line of
//! each message leads to a valid file at the first try.

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

const VALUES: &[Mistake] = &[
    (
        INITIAL,
        "initial = 0.2 to 0.5",
        "`{ from = 0.2, to = 0.5 }`",
        "initial = { from = 0.2, to = 0.5 }",
    ),
    (
        INITIAL,
        "initial = normal(0.4, 0.1)",
        "`{ truncated_normal = { mean = 0.4, sd = 0.1 } }`",
        "initial = { truncated_normal = { mean = 0.4, sd = 0.1 } }",
    ),
    (
        INITIAL,
        "initial = \"normal(0.4, 0.1)\"",
        "`initial = { truncated_normal = { mean = 0.4, sd = 0.1 } }`",
        "initial = { truncated_normal = { mean = 0.4, sd = 0.1 } }",
    ),
    (
        INITIAL,
        "initial = RiskNormal(0,4;0,1)",
        "`{ truncated_normal = { mean = 0.4, sd = 0.1 } }`",
        "initial = { truncated_normal = { mean = 0.4, sd = 0.1 } }",
    ),
    (
        INITIAL,
        "initial = =RiskPert(0.1;0.2;0.3)",
        "`{ pert = { min = 0.1, mode = 0.2, max = 0.3 } }`",
        "initial = { pert = { min = 0.1, mode = 0.2, max = 0.3 } }",
    ),
    (
        INITIAL,
        "initial = random-float 1",
        "`{ uniform = { min = 0, max = 1 } }`",
        "initial = { uniform = { min = 0, max = 1 } }",
    ),
    (
        INITIAL,
        "initial = np.random.beta(2, 5)",
        "`{ beta = { alpha = 2, beta = 5 } }`",
        "initial = { beta = { alpha = 2, beta = 5 } }",
    ),
    (INITIAL, "initial = 50%", "`0.5`", "initial = 0.5"),
    (INITIAL, "initial = 0,4", "`0.4`", "initial = 0.4"),
    (INITIAL, "initial = .5", "`0.5`", "initial = 0.5"),
    (
        INITIAL,
        "initial = \"0,4\"",
        "`initial = 0.4`",
        "initial = 0.4",
    ),
    (
        INITIAL,
        "initial = −0.1",
        "`-0.1`",
        "initial = -0.1\nmin = -1",
    ),
    (INITIAL, "initial = 0.4;", "`0.4`", "initial = 0.4"),
    (
        INITIAL,
        "initial = 0.4 // at first",
        "`0.4 # at first`",
        "initial = 0.4 # at first",
    ),
    (INITIAL, "initial 0.4", "`initial = 0.4`", "initial = 0.4"),
    (
        INITIAL,
        "initial := 0.4",
        "`initial = 0.4`",
        "initial = 0.4",
    ),
    (INITIAL, "initial: 0.4", "`initial = 0.4`", "initial = 0.4"),
    (
        INITIAL,
        "initial = { 0.2, 0.5 }",
        "`{ from = 0.2, to = 0.5 }`",
        "initial = { from = 0.2, to = 0.5 }",
    ),
    (
        INITIAL,
        "initial = [0.2, 0.5]",
        "`initial = { from = 0.2, to = 0.5 }`",
        "initial = { from = 0.2, to = 0.5 }",
    ),
    (
        INITIAL,
        "initial = { p5 = 0.2, p95 = 0.5 }",
        "`{ from = 0.2, to = 0.5 }`",
        "initial = { from = 0.2, to = 0.5 }",
    ),
    (
        INITIAL,
        "initial = { normal = { mu = 0.4, sigma = 0.1 } }",
        "`{ truncated_normal = { mean = 0.4, sd = 0.1 } }`",
        "initial = { truncated_normal = { mean = 0.4, sd = 0.1 } }",
    ),
    (
        INITIAL,
        "initial = { uniform = { low = 0.1, high = 0.2 } }",
        "`{ uniform = { min = 0.1, max = 0.2 } }`",
        "initial = { uniform = { min = 0.1, max = 0.2 } }",
    ),
    (
        INITIAL,
        "initial = { uniform = { min = 0.6, max = 0.3 } }",
        "`min` = 0.3 and `max` = 0.6",
        "initial = { uniform = { min = 0.3, max = 0.6 } }",
    ),
    (
        INITIAL,
        "initial = { from = 0.5, to = 0.2 }",
        "swap the two: `from` = 0.2 and `to` = 0.5",
        "initial = { from = 0.2, to = 0.5 }",
    ),
    (
        INITIAL,
        "initial = { from = 0, to = 0.5 }",
        "`{ from = 0.01, to = 0.5 }`",
        "initial = { from = 0.01, to = 0.5 }",
    ),
    (
        INITIAL,
        "initial = { from = 20, to = 50 }",
        "`{ from = 0.2, to = 0.5 }`",
        "initial = { from = 0.2, to = 0.5 }",
    ),
    (
        INITIAL,
        "initial = { beta = { alpha = 0.001, beta = 0.1 } }",
        "the smaller the shapes, the wider",
        "initial = { beta = { alpha = 0.01, beta = 0.1 } }",
    ),
    (
        INITIAL,
        "initial = 40",
        "`max = 50`",
        "initial = 40\nmax = 50",
    ),
    (
        "max = 200",
        "max = 200\nmin = 300",
        "`min = 200` and `max = 300`",
        "max = 300",
    ),
    (
        "precision = 20",
        "precision = { lognormal = { mean = -3, sd = 1 } }",
        "a lognormal is positive",
        "precision = { lognormal = { mean = 3, sd = 1 } }",
    ),
    (
        "precision = 20",
        "precision = { lognormal = { mean = 3, sd = -1 } }",
        "without a sign: 1",
        "precision = { lognormal = { mean = 3, sd = 1 } }",
    ),
    (
        "precision = 20",
        "precision = { from = 2, to = 1e20 }",
        "`to = ",
        "precision = { from = 2, to = 1e10 }",
    ),
    (
        "precision = 20",
        "precision = { lognormal = { mu = 0, sigma = 12 } }",
        "a `sigma` of 9.371 or less",
        "precision = { lognormal = { mu = 0, sigma = 9.371 } }",
    ),
];

const EXPRESSIONS: &[Mistake] = &[
    (
        GOAL,
        "goal = \"strain**2\"",
        "write `^`",
        "goal = \"strain^2\"",
    ),
    (
        GOAL,
        "goal = \"strain²\"",
        "write `^2`",
        "goal = \"strain^2\"",
    ),
    (
        GOAL,
        "goal = \"1 – strain\"",
        "write `-`",
        "goal = \"1 - strain\"",
    ),
    (
        GOAL,
        "goal = \"½ × strain\"",
        "write `0.5`",
        "goal = \"0.5 * strain\"",
    ),
    (
        GOAL,
        "goal = \"0.5 if strain > 0.5 else 0.1\"",
        "`if(strain > 0.5, 0.5, 0.1)`",
        "goal = \"if(strain > 0.5, 0.5, 0.1)\"",
    ),
    (
        GOAL,
        "goal = \"if strain > 0.5 then 0.5 else 0.1\"",
        "`if(strain > 0.5, 0.5, 0.1)`",
        "goal = \"if(strain > 0.5, 0.5, 0.1)\"",
    ),
    (
        GOAL,
        "goal = \"strain > 0.5 ? 0.5 : 0.1\"",
        "`if(strain > 0.5, 0.5, 0.1)`",
        "goal = \"if(strain > 0.5, 0.5, 0.1)\"",
    ),
    (
        GOAL,
        "goal = \"=IF(strain>0,7;0,5;0,1)\"",
        "`if(strain>0.7, 0.5, 0.1)`",
        "goal = \"if(strain>0.7, 0.5, 0.1)\"",
    ),
    (
        GOAL,
        "goal = \"2strain\"",
        "`2 * strain`",
        "goal = \"2 * strain\"",
    ),
    (
        GOAL,
        "goal = \"price / 1_000\"",
        "write `1000`",
        "goal = \"price / 1000\"",
    ),
    (
        GOAL,
        "goal = \"price / 10k\"",
        "write `10000`",
        "goal = \"price / 10000\"",
    ),
    (
        GOAL,
        "goal = \"Strain\"",
        "write `strain`",
        "goal = \"strain\"",
    ),
    (
        GOAL,
        "goal = \"variables.strain\"",
        "`strain`",
        "goal = \"strain\"",
    ),
    (
        GOAL,
        "goal = \"pow(strain, 2)\"",
        "`x ^ y`",
        "goal = \"strain ^ 2\"",
    ),
    (
        GOAL,
        "goal = \"MAX(strain, 0.2)\"",
        "write `max` in lowercase",
        "goal = \"max(strain, 0.2)\"",
    ),
    (
        GOAL,
        "goal = \"strain * \u{200b}2\"",
        "delete it",
        "goal = \"strain * 2\"",
    ),
    (
        GOAL,
        "goal = \"max strain 0.5\"",
        "`max(a, b, …)`",
        "goal = \"max(strain, 0.5)\"",
    ),
    (
        GOAL,
        "goal = \"ask turtles [ set strain 1 ]\"",
        "write only the formula",
        GOAL,
    ),
    (
        WHEN,
        "when = strain > 0.7",
        "`\"strain > 0.7\"`",
        "when = \"strain > 0.7\"",
    ),
    (
        WHEN,
        "when = \"strain > 70 %\"",
        "`0.7`",
        "when = \"strain > 0.7\"",
    ),
    (
        WHEN,
        "when = \"strain > 0,7\"",
        "write `0.7`",
        "when = \"strain > 0.7\"",
    ),
    (
        WHEN,
        "when = \"strain ≥ 0.7 && price > 1\"",
        "write `and`",
        "when = \"strain >= 0.7 and price > 1\"",
    ),
    (
        WHEN,
        "when = \"strain > 0.7 AND True\"",
        "`and` in lowercase",
        "when = \"strain > 0.7 and true\"",
    ),
    (
        WHEN,
        "when = \"strain between 0.5 and 0.7\"",
        "`strain >= 0.5 and strain <= 0.7`",
        "when = \"strain >= 0.5 and strain <= 0.7\"",
    ),
    (
        WHEN,
        "when = \"happened(‘patrol’)\"",
        "`'patrol'`",
        "when = \"happened(patrol)\"",
    ),
    (
        WHEN,
        "when = \"happened('patrol')\"",
        "`patrol`",
        "when = \"happened(patrol)\"",
    ),
    (
        WHEN,
        "when = \"fire.happened\"",
        "`happened(fire)`",
        "when = \"happened(fire)\"",
    ),
    (
        WHEN,
        "when = \"patrol happened\"",
        "`happened(patrol)`",
        "when = \"happened(patrol)\"",
    ),
    (
        WHEN,
        "when = \"day > date(“2031-05-10”)\"",
        "`'2031-05-10'`",
        "when = \"day > date('2031-05-10')\"",
    ),
    (
        WHEN,
        "when = \"day > date('10 May 2031')\"",
        "`date('2031-05-10')`",
        "when = \"day > date('2031-05-10')\"",
    ),
    (
        WHEN,
        "when = \"strain\"",
        "`strain > 0.5`",
        "when = \"strain > 0.5\"",
    ),
    (
        "hazard = 0.01",
        "hazard = \"0.01 to 0.05\"",
        "`{ from = 0.01, to = 0.05 }`",
        "hazard = { from = 0.01, to = 0.05 }",
    ),
];

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
fn help_about_values_leads_to_a_valid_file() {
    check(VALUES);
}

#[test]
fn help_about_expressions_leads_to_a_valid_file() {
    check(EXPRESSIONS);
}

#[test]
fn help_about_dates_keys_and_tables_leads_to_a_valid_file() {
    check(STRUCTURE);
}

#[test]
fn one_mistake_of_notation_is_one_error() {
    for instead in [
        "goal = \"strain > 0.5 ? 0.5 : 0.1\"",
        "goal = \"0.5 if strain > 0.5 else 0.1\"",
        "goal = \"stra\u{200b}in\u{200b} * 2\"",
        "goal = \"ask turtles [ set strain 1 ]\"",
        "goal = \"variables.strain\"",
        "goal = \"strain² / 4\"",
        "goal = \"strain % 2\"",
    ] {
        let (_, reading) = read_with(GOAL, instead);
        assert_eq!(reading.diagnostics.0.len(), 1, "{instead}: {reading:?}");
    }
}

#[test]
fn texts_and_file_names_have_no_invisible_characters() {
    const QUESTION: &str = "question = \"Is there a crisis by 30 May 2031?\"";
    for bad in [
        "\u{202e}",
        "\u{200b}",
        "\u{feff}",
        "\\u001b[31m",
        "\u{2066}",
        "\u{ad}",
    ] {
        let (hints, shown) = hints(QUESTION, &format!("question = \"Is {bad} it?\""));
        assert!(hints.contains("delete it"), "{shown}");
        assert!(
            !shown.contains(['\u{202e}', '\u{200b}', '\u{1b}']),
            "{shown}"
        );
    }
    let (_, shown) = hints(QUESTION, "question = \"＝1+1\"");
    assert!(shown.contains("spreadsheets read as a formula"), "{shown}");
    let mut sources = Sources::default();
    let reading = read(&mut sources, "a\u{202e}b.toml", VALID, &[]);
    let shown = render(&sources, &reading.diagnostics, false);
    assert!(reading.scenario.is_none());
    assert!(shown.contains("rename the file"), "{shown}");
    assert!(shown.contains("a\\u{202e}b.toml"), "{shown}");
}

#[test]
fn names_of_files_are_composed() {
    let mut sources = Sources::default();
    let reading = read(&mut sources, "Zu\u{308}rich.toml", VALID, &[]);
    assert_eq!(reading.scenario.unwrap().name, "Z\u{fc}rich");
}

/// The warnings about the valid file after a replacement, with the name of the file.
fn warnings(file: &str, line: &str, instead: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let text = VALID.replacen(line, instead, 1);
    let reading = read(&mut sources, file, &text, &[]);
    assert!(reading.scenario.is_some(), "{:?}", reading.diagnostics);
    let all = reading.diagnostics.0.into_iter();
    all.map(|one| format!("{}; {}", one.message, one.hint.unwrap_or_default()))
        .collect()
}

#[test]
fn names_that_other_programs_change_are_warned_about() {
    for (file, what) in [
        ("007.toml", "into a number"),
        ("2031-05.toml", "into a date"),
        ("2e5.toml", "into a number"),
        ("true.toml", "into a truth value"),
        ("aux.toml", "Windows"),
    ] {
        let all = warnings(file, "", "");
        assert_eq!(all.len(), 1, "{all:?}");
        assert!(
            all[0].contains(what) && all[0].contains("rename the file"),
            "{all:?}"
        );
    }
    for (name, better) in [("mar1", "`mar_1`"), ("e5", "`e_5`"), ("nan", "`nan_value`")] {
        let header = format!("[outcomes.{name}]");
        let all = warnings("bridge.toml", "[outcomes.crisis]", &header);
        assert_eq!(all.len(), 1, "{all:?}");
        assert!(all[0].contains(better), "{all:?}");
    }
    assert!(warnings("bridge_7.toml", "", "").is_empty());
}

#[test]
fn deadlines_in_questions_are_compared_with_the_last_day() {
    const QUESTION: &str = "question = \"Is there a crisis by 30 May 2031?\"";
    let warned = |text: &str| warnings("bridge.toml", QUESTION, &format!("question = \"{text}\""));
    for (text, message, hint) in [
        (
            "Is there a crisis by 23 May 2031?",
            "the question says 23 May 2031, but the last day that counts is 30 May 2031",
            "write `by = 2031-05-23` in this outcome, or write \"30 May 2031\" in the question",
        ),
        (
            "Is there a crisis before May 30, 2031?",
            "the question says before 30 May 2031, so 29 May 2031 is the last day, but the last day \
             that counts is 30 May 2031",
            "write `by = 2031-05-29` in this outcome, or write \"before 31 May 2031\" in the question",
        ),
        (
            "Is there a crisis by the end of June?",
            "the question says 30 June 2031, but the last day that counts is 30 May 2031",
            "write `horizon_days = 61` in `[scenario]` and `by = 2031-06-30` in this outcome, or write \
             \"30 May 2031\" in the question",
        ),
        (
            "Is there a crisis by 30 May 2030?",
            "the question says 30 May 2030, but the last day that counts is 30 May 2031",
            "write \"30 May 2031\" in the question, or choose an earlier `start`",
        ),
    ] {
        assert_eq!(warned(text), [format!("{message}; {hint}")]);
    }
    for text in [
        "Is there a crisis before 31 May 2031?",
        "Is there a crisis by 2031-05-30?",
        "Is there a crisis by May 30?",
        "Is the bridge of 24 November 2030 closed?",
        "Do troops leave the land that they held before 24 February 2022?",
        "Is the ceasefire, agreed before 3 May 2031, broken by 30 May 2031?",
        "Is there a crisis?",
    ] {
        assert_eq!(warned(text), [""; 0], "{text}");
    }
    // The criterion counts where the question names no deadline.
    let both = "question = \"Is there a crisis?\"\ncriterion = \"Yes if declared by 20 May 2031.\"";
    let all = warnings("bridge.toml", QUESTION, both);
    assert!(all[0].contains("the criterion says 20 May 2031"), "{all:?}");
    // Moving the start moves the last day.
    let all = warnings("bridge.toml", START, "start = 2031-05-08");
    assert!(
        all[0].contains("the last day that counts is 6 June 2031"),
        "{all:?}"
    );
}

#[test]
fn products_that_overflow_are_rejected() {
    let text = VALID.replace("precision = 20", "precision = 1e30");
    let text = text.replace(SUCCESS, "success = 0.8\nappeal = 1e30");
    let mut sources = Sources::default();
    let reading = read(&mut sources, "bridge.toml", &text, &[]);
    let shown = render(&sources, &reading.diagnostics, false);
    assert!(reading.scenario.is_none());
    assert!(
        shown.contains("precision times utility of the action `patrol`"),
        "{shown}"
    );
    assert!(!shown.contains("division by zero"), "{shown}");
    let overridden = "actors.north.precision={from=0.15,to=1e25}"
        .parse()
        .unwrap();
    let reading = read(&mut Sources::default(), "bridge.toml", VALID, &[overridden]);
    assert!(reading.scenario.is_none());
}
