//! `realpolitik score` with results folders that were edited or cut, and with wrong resolutions files.

use crate::sandbox::{SMALL, Sandbox};
use std::fs;

/// A results folder with resolutions in the scenario.
fn simulated() -> Sandbox {
    let text = SMALL.replace(
        "when = \"tension < 0.2\"",
        "when = \"tension < 0.2\"\nresolution = { answer = \"no\" }\n\
         [outcomes.crisis_soon]\nquestion = \"Is there a crisis by 5 March 2030?\"\n\
         when = \"tension > 0.6\"\nby = 2030-03-05",
    );
    let sandbox = Sandbox::new(&[("small.toml", &text)]);
    assert_eq!(sandbox.run_small(&["--quiet"]).0, 0);
    sandbox
}

/// The message for a folder in which one file was edited, with hashes that are not checked.
fn message(sandbox: &Sandbox, file: &str, edit: impl Fn(&str) -> String) -> String {
    let path = sandbox.path("output/small").join(file);
    let before = fs::read_to_string(&path).unwrap();
    let after = edit(&before);
    assert_ne!(before, after, "the edit of {file} changes it");
    fs::write(&path, after).unwrap();
    let (code, out, err) = sandbox.run(&["score", "output/small", "--accept-changed"]);
    fs::write(&path, before).unwrap();
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    err
}

/// A line of a table with one field replaced; lines and fields from 0.
fn with_field(text: &str, line: usize, column: &str, value: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let header = lines[0].trim_start_matches('\u{feff}').to_owned();
    let index = header.split(',').position(|name| name == column).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(lines[line].as_bytes());
    let record = reader.records().next().unwrap().unwrap();
    let mut fields: Vec<String> = record.iter().map(str::to_owned).collect();
    fields[index] = value.to_owned();
    let quoted = fields
        .iter()
        .map(|field| format!("\"{}\"", field.replace('"', "\"\"")));
    lines[line] = quoted.collect::<Vec<_>>().join(",");
    lines.join("\r\n") + "\r\n"
}

#[test]
fn edited_results_are_rejected() {
    let sandbox = simulated();
    let path = sandbox.path("output/small/outcomes.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}\r\n")).unwrap();
    let (code, out, err) = sandbox.run(&["score", "output/small"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        err.contains("outcomes.csv was changed after `run` wrote it"),
        "{err}"
    );
    assert!(err.contains("--accept-changed"), "{err}");
    let (code, _, err) = sandbox.run(&["score", "output/small", "--accept-changed"]);
    assert_eq!(code, 0);
    assert!(
        err.contains("note: ") && err.contains("was changed after `run` wrote it"),
        "{err}"
    );
}

#[test]
fn tables_that_contradict_themselves_are_rejected() {
    let sandbox = simulated();
    let outcomes = |column, value| {
        message(&sandbox, "outcomes.csv", |text| {
            with_field(text, 1, column, value)
        })
    };
    for (column, value, expected) in [
        (
            "probability",
            "",
            "outcomes.csv:2, column `probability`: is empty, with 4000 runs",
        ),
        (
            "probability",
            "0.999",
            "outcomes.csv:2, column `probability`: 0.999 is not ",
        ),
        ("probability", "1.5", "1.5 is not a probability"),
        ("n_yes", "5000", "of 4000 runs: restore"),
        (
            "last_date",
            "2031-03-05",
            "2031-03-05 is not between 2030-03-01 and 2030-03-10",
        ),
    ] {
        let err = outcomes(column, value);
        assert!(err.contains(expected), "{column} = {value}: {err}");
    }
    let err = message(&sandbox, "outcomes.csv", |text| {
        let row = text.lines().nth(1).unwrap();
        format!("{text}{row}\r\n")
    });
    assert!(err.contains("a row above has the same outcome"), "{err}");
    let err = message(&sandbox, "timeline.csv", |text| {
        with_field(text, 4, "probability", "0")
    });
    assert!(
        err.contains("timeline.csv:5, column `probability`: 0 is below the probability"),
        "{err}"
    );
    let err = message(&sandbox, "timeline.csv", |text| {
        with_field(text, 10, "probability", "1")
    });
    assert!(err.contains("and outcomes.csv has "), "{err}");
    let err = message(&sandbox, "timeline.csv", |text| {
        let kept: Vec<&str> = text
            .lines()
            .filter(|line| !line.contains("crisis/10,"))
            .collect();
        kept.join("\r\n") + "\r\n"
    });
    assert!(err.contains("end at day 9 instead of 10"), "{err}");
    let err = message(&sandbox, "timeline.csv", |text| {
        let kept: Vec<&str> = text
            .lines()
            .filter(|line| !line.contains("/peace/"))
            .collect();
        kept.join("\r\n") + "\r\n"
    });
    assert!(err.contains("has no rows of `peace`"), "{err}");
}

#[test]
fn damaged_manifests_are_rejected() {
    let sandbox = simulated();
    for (from, to, expected) in [
        (
            "\"horizon_days\": 10",
            "\"horizon_days\": -5",
            "invalid value: integer `-5`",
        ),
        (
            "\"horizon_days\": 10",
            "\"horizon_days\": 1000000000000000000",
            "invalid value",
        ),
        (
            "\"horizon_days\": 10",
            "\"horizon_days\": 11",
            "contradict each other",
        ),
        (
            "\"schema_version\": 2",
            "\"schema_version\": 99",
            "version 99 of the results' format",
        ),
        (
            "\"schema_version\"",
            "\"schema_versio\"",
            "`schema_version` is missing",
        ),
        ("{", "", "manifest.json is damaged"),
    ] {
        let err = message(&sandbox, "manifest.json", |text| text.replacen(from, to, 1));
        assert!(err.contains(expected), "{to}: {err}");
    }
}

#[test]
fn missing_folders_and_files_in_their_place_are_named() {
    let sandbox = simulated();
    let error = |arguments: &[&str]| {
        let (code, out, err) = sandbox.run(&[&["score"], arguments].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        err
    };
    assert!(error(&["nosuch"]).contains("nosuch does not exist"));
    assert!(error(&["small.toml"]).contains("small.toml is not a folder"));
    assert!(error(&["output/small", "--resolutions", "r.csv"]).contains("there is no such file"));
}

/// A pipe without a writer would be waited for.
#[cfg(unix)]
#[test]
fn pipes_are_rejected() {
    let sandbox = simulated();
    let fifo = |name: &str| {
        let path = sandbox.path(name);
        let _ = fs::remove_file(&path);
        let made = std::process::Command::new("mkfifo")
            .arg(&path)
            .status()
            .unwrap();
        assert!(made.success());
    };
    fifo("r.csv");
    let (code, _, err) = sandbox.run(&["score", "output/small", "--resolutions", "r.csv"]);
    assert_eq!(code, 2);
    assert!(err.contains("it is a pipe or a device"), "{err}");
    let sweep = ["sweep", "small.toml", "--design", "r.csv"];
    assert!(sandbox.run(&sweep).2.contains("it is a pipe or a device"));
    fifo("output/small/timeline.csv");
    let (code, _, err) = sandbox.run(&["score", "output/small"]);
    assert_eq!(code, 2);
    assert!(err.contains("timeline.csv"), "{err}");
}

#[test]
fn all_mistakes_of_a_resolutions_file_are_reported_at_once() {
    let sandbox = simulated();
    let text = "scenario,outcome,answer,group\nsmall,crises,yes,\nsmall,peace,perhaps,\nsmall,crisis,yes,alone\n";
    fs::write(sandbox.path("r.csv"), text).unwrap();
    let (code, _, err) = sandbox.run(&["score", "output/small", "--resolutions", "r.csv"]);
    assert_eq!(code, 2);
    for expected in [
        "r.csv:2, column `outcome`: `small` has no outcome `crises`: did you mean `crisis`?",
        "r.csv:3, column `answer`: `perhaps` is not an answer",
        "r.csv:4: the group `alone` of `small` has a single alternative",
    ] {
        assert!(err.contains(expected), "{expected}: {err}");
    }
}

#[test]
fn unknown_scenarios_are_few_words_with_suggestions() {
    let sandbox = simulated();
    let mut text = "scenario,outcome,answer\nsmal,crisis,yes\n".to_owned();
    (0..30_000).for_each(|at| text.push_str(&format!("x{at},crisis,yes\n")));
    fs::write(sandbox.path("r.csv"), text).unwrap();
    let (code, _, err) = sandbox.run(&["score", "output/small", "--resolutions", "r.csv"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("smal (did you mean `small`?)"), "{err}");
    assert!(err.contains(" more") && err.len() < 2_000, "{err}");
}

#[test]
fn answers_that_contradict_each_other_are_warned_about() {
    let sandbox = simulated();
    let text = "scenario,outcome,answer,date\nsmall,crisis,no,\nsmall,crisis_soon,yes,2030-03-03\n";
    fs::write(sandbox.path("r.csv"), text).unwrap();
    let (code, _, err) = sandbox.run(&["score", "output/small", "--resolutions", "r.csv"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("small.crisis_soon is answered yes and small.crisis no"),
        "{err}"
    );
    fs::write(
        sandbox.path("r.csv"),
        text.replace("crisis,no,", "crisis,yes,2030-03-03"),
    )
    .unwrap();
    let (_, _, err) = sandbox.run(&["score", "output/small", "--resolutions", "r.csv"]);
    assert_eq!(err, "");
}

/// Two questions with different answers: half of the bootstrap samples have one answer only.
#[test]
fn undefined_skills_have_no_interval_and_the_base_rate_has_wilsons() {
    let sandbox = simulated();
    let text = "scenario,outcome,answer,date\nsmall,crisis,yes,2030-03-06\nsmall,peace,no,\n";
    fs::write(sandbox.path("r.csv"), text).unwrap();
    let score = [
        "score",
        "output/small",
        "--resolutions",
        "r.csv",
        "--format",
        "json",
    ];
    let (code, out, err) = sandbox.run(&score);
    assert_eq!(code, 0, "{err}");
    let all: serde_json::Value = serde_json::from_str(&out).unwrap();
    let find = |measure: &str| {
        let mut rows = all["summary"].as_array().unwrap().iter();
        rows.find(|row| row["measure"] == measure).unwrap()
    };
    let skill = find("brier_skill_climatology");
    assert!(
        skill["value"].is_number() && skill["ci_low"].is_null(),
        "{skill}"
    );
    let rate = find("base_rate");
    // Wilson's interval of 1 in 2.
    let [low, high] = ["ci_low", "ci_high"].map(|end| rate[end].as_f64().unwrap());
    assert!(
        (low - 0.094_53).abs() < 1e-5 && (high - 0.905_47).abs() < 1e-5,
        "{rate}"
    );
    // The third question is unresolved: it is no part of the means.
    let clipped = find("log_scores_clipped");
    assert_eq!(clipped["n_questions"], 2);
    assert_eq!(find("questions_unresolved")["n_questions"], 3);
}
