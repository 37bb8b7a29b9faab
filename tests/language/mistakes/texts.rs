//! Texts and names: invisible characters, names that other programs change, deadlines; and numbers that
//! overflow.

use super::{START, SUCCESS, VALID, hints};
use realpolitik::base::diagnostic::{Sources, render};
use realpolitik::scenario::read;

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
