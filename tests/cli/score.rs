//! `realpolitik score`: from a run to scores, and the answers to what cannot be scored.

use crate::world::{SMALL, World, rows};
use std::fs;

/// The small world with what came true in it.
fn answered() -> String {
    SMALL
        .replace(
            "when = \"tension > 0.6\"",
            "when = \"tension > 0.6\"\nresolution = { answer = \"yes\", date = 2030-03-04, source = \"The Times\" }",
        )
        .replace(
            "when = \"tension < 0.2\"",
            "when = \"tension < 0.2\"\nresolution = { answer = \"no\" }",
        )
}

fn world() -> World {
    let world = World::new(&[("small.toml", SMALL), ("answered.toml", &answered())]);
    for file in ["small.toml", "answered.toml"] {
        let (code, _, err) = world.run(&["run", file, "--runs", "4000"]);
        assert_eq!(code, 0, "{err}");
    }
    world
}

#[test]
fn a_results_folder_is_enough() {
    let world = world();
    let outcomes = rows(&world.files("output/answered")["outcomes.csv"]);
    assert_eq!(outcomes[0]["resolution_answer"], "yes");
    assert_eq!(outcomes[0]["resolution_date"], "2030-03-04");
    assert_eq!(outcomes[0]["resolution_source"], "The Times");
    let (code, out, err) = world.run(&["score", "output/answered", "--output", "scores"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        out.contains("Brier score") && out.contains("Calibration"),
        "{out}"
    );
    let files = world.files("scores");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "dictionary.csv",
            "manifest.json",
            "reliability.csv",
            "score.csv",
            "score_groups.csv",
            "score_summary.csv",
        ]
    );
    let number = |text: &str| text.parse::<f64>().unwrap();
    let scored = rows(&files["score.csv"]);
    let crisis = &scored[0];
    let p = number(&outcomes[0]["probability"]);
    assert!(p > 0.0 && p < 1.0, "the test's world shows something");
    assert!((number(&crisis["brier"]) - (1.0 - p) * (1.0 - p)).abs() < 1e-12);
    assert!((number(&crisis["log_score"]) + p.ln()).abs() < 1e-12);
    let timeline = rows(&world.files("output/answered")["timeline.csv"]);
    let days = timeline.iter().filter(|row| row["outcome"] == "crisis");
    let crps: f64 = days
        .map(|row| {
            let step = if number(&row["day"]) >= 4.0 { 1.0 } else { 0.0 };
            (number(&row["probability"]) - step).powi(2)
        })
        .sum();
    assert!((number(&crisis["crps_days"]) - crps).abs() < 1e-12);
    assert!((number(&crisis["integrated_brier"]) - crps / 10.0).abs() < 1e-12);
    let summary = rows(&files["score_summary.csv"]);
    let of = |measure: &str| {
        summary
            .iter()
            .find(|row| row["measure"] == measure)
            .unwrap()
    };
    let mean = (number(&crisis["brier"]) + number(&scored[1]["brier"])) / 2.0;
    assert!((number(&of("brier")["value"]) - mean).abs() < 1e-12);
    assert_eq!(of("brier")["n_questions"], "2");
    let parts = ["reliability", "resolution", "uncertainty", "within_bins"];
    let [reliability, resolution, uncertainty, within] =
        parts.map(|name| number(&of(name)["value"]));
    assert!((reliability - resolution + uncertainty + within - mean).abs() < 1e-12);
    let manifest = world.manifest("scores");
    assert_eq!(manifest["kind"], "score");
    assert_eq!(manifest["scored"][0]["scenario"], "answered");
    assert_eq!(manifest["files"].as_array().unwrap().len(), 5);
    // The dictionary knows every column, and the same command gives the same bytes.
    let dictionary = rows(&files["dictionary.csv"]);
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".csv")) {
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(!text.replace("\r\n", "").contains('\n'), "{name}");
        let header = text.trim_start_matches('\u{feff}').lines().next().unwrap();
        for column in header.split(',') {
            let is_known = |row: &std::collections::BTreeMap<String, String>| {
                row["file"] == *name && row["column"] == column
            };
            assert!(dictionary.iter().any(is_known), "{name}: {column}");
        }
    }
    assert_eq!(
        world
            .run(&["score", "output/answered", "--output", "again"])
            .0,
        0
    );
    let again = world.files("again");
    for name in names.iter().filter(|name| name.ends_with(".csv")) {
        assert!(files[*name] == again[*name], "{name}");
    }
}

#[test]
fn a_resolutions_file_answers_and_brings_references() {
    let world = world();
    let text = "\u{feff}scenario,outcome,answer,date,source,reference_crowd\r\n\
                small,crisis,yes,2030-03-02,Le Monde – p. 1,0.7\r\n\
                small,peace,no,,,0.1\r\nanswered,crisis,no,,,\r\nelsewhere,x,yes,,,\r\n";
    fs::write(world.path("r.csv"), text).unwrap();
    let folders = ["score", "output/small", "output/answered"];
    let more = [
        "--resolutions",
        "r.csv",
        "--format",
        "json",
        "--bootstrap",
        "200",
    ];
    let (code, out, err) = world.run(&[&folders[..], &more].concat());
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("scenarios that are not scored here: elsewhere"),
        "{err}"
    );
    assert!(
        err.contains("answered.crisis: the scenario says yes, the resolutions file no"),
        "{err}"
    );
    let all: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(all["questions"].as_array().unwrap().len(), 4);
    let first = &all["questions"][0];
    assert_eq!(first["resolution_source"], "Le Monde – p. 1");
    assert!((first["brier_reference_crowd"].as_f64().unwrap() - 0.09).abs() < 1e-12);
    let summary = all["summary"].as_array().unwrap();
    let of = |measure: &str| {
        summary
            .iter()
            .find(|row| row["measure"] == measure)
            .unwrap()
    };
    let crowd = of("brier_reference_crowd");
    assert!((crowd["value"].as_f64().unwrap() - 0.05).abs() < 1e-12);
    assert_eq!(crowd["n_questions"], 2);
    let [low, high] = ["bootstrap_low", "bootstrap_high"].map(|end| crowd[end].as_f64().unwrap());
    assert!((low - 0.01).abs() < 1e-12 && (high - 0.09).abs() < 1e-12);
    let ours = (0..2).map(|at| all["questions"][at]["brier"].as_f64().unwrap());
    let skill = 1.0 - ours.sum::<f64>() / 0.1;
    let told = of("brier_skill_reference_crowd")["value"].as_f64().unwrap();
    assert!((told - skill).abs() < 1e-9);
}

#[test]
fn what_is_not_scored_is_listed() {
    let world = world();
    fs::write(
        world.path("r.csv"),
        "scenario,outcome,answer\nsmall,crisis,annulled\nsmall,peace,\n",
    )
    .unwrap();
    let (code, out, _) = world.run(&["score", "output/small", "--resolutions", "r.csv"]);
    assert_eq!(code, 0);
    assert!(out.contains("No question has an answer yet"), "{out}");
    assert!(
        out.contains("Without an answer yet (1): small.peace"),
        "{out}"
    );
    assert!(out.contains("Annulled (1): small.crisis"), "{out}");
    let (_, csv, _) = world.run(&[
        "score",
        "output/small",
        "output/answered",
        "--format",
        "csv",
    ]);
    let table = rows(csv.as_bytes());
    let statuses: Vec<&str> = table.iter().map(|row| row["status"].as_str()).collect();
    assert_eq!(statuses, ["unresolved", "unresolved", "scored", "scored"]);
}

#[test]
fn mistakes_are_answered_with_their_place() {
    let world = world();
    let told = |arguments: &[&str], text: &str| {
        fs::write(world.path("r.csv"), text).unwrap();
        let (code, out, err) = world.run(&[&["score"], arguments].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        err
    };
    let with = ["output/small", "--resolutions", "r.csv"];
    let err = told(
        &with,
        "scenario,outcome,answer\nsmall,crises,yes\nsmall,peace,perhaps\n",
    );
    assert!(
        err.contains("r.csv:3: `answer` is `perhaps` and not yes, no or annulled"),
        "{err}"
    );
    let err = told(&with, "scenario,outcome,answer\nsmall,crises,yes\n");
    assert!(
        err.contains("r.csv:2: `small` asks no question `crises`: did you mean `crisis`?"),
        "{err}"
    );
    let err = told(&["params"], "");
    assert!(err.contains("params has no manifest.json"), "{err}");
    let err = told(&["output/small", "output/small"], "");
    assert!(err.contains("each question counts once"), "{err}");
    let err = told(&["output/answered", "--output", "output/small"], "");
    assert!(
        err.contains("output/small holds results of another command"),
        "{err}"
    );
    assert!(world.path("output/small/outcomes.csv").exists());
    fs::remove_file(world.path("output/small/manifest.json")).unwrap();
    let err = told(&["output/small"], "");
    assert!(err.contains("output/small has no manifest.json"), "{err}");
}

#[test]
fn a_forecast_that_was_changed_afterwards_is_told_of() {
    let world = world();
    let path = world.path("output/answered/outcomes.csv");
    let text = fs::read_to_string(&path)
        .unwrap()
        .replace("The Times", "The Time");
    fs::write(&path, text).unwrap();
    let (code, _, err) = world.run(&["score", "output/answered"]);
    assert_eq!(code, 0);
    assert!(
        err.contains("outcomes.csv is not as `run` wrote it"),
        "{err}"
    );
}

/// Two briefs from history: every question has an answer, and what is nearly certain or nearly
/// impossible is commented on in the file.
#[test]
fn the_briefs_from_history_run_and_are_scored() {
    let names = ["cuban_missile_crisis", "autumn_1989"];
    let texts = names.map(|name| {
        let path = format!("{}/params/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        fs::read_to_string(path).unwrap()
    });
    let files = names.map(|name| format!("{name}.toml"));
    let world = World::new(&[(&files[0], &texts[0]), (&files[1], &texts[1])]);
    let (code, _, err) = world.run(&["run", &files[0], &files[1], "--runs", "20000"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        !err.contains("clamped") && !err.contains("almost-never"),
        "{err}"
    );
    for (name, text) in names.iter().zip(&texts) {
        let folder = world.files(&format!("output/{name}"));
        for action in rows(&folder["actions.csv"]) {
            let share: f64 = action["share_of_runs"].parse().unwrap();
            let (_, after) = text
                .split_once(&format!("[actions.{}]", action["action"]))
                .unwrap();
            let own = after.split("\n[").next().unwrap();
            let is_explained = own.contains("# In nearly every run");
            assert!(
                (0.001..=0.99).contains(&share) || is_explained,
                "{}",
                action["action"]
            );
        }
    }
    let folders = names.map(|name| format!("output/{name}"));
    let (code, out, err) = world.run(&["score", &folders[0], &folders[1], "--format", "json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let all: serde_json::Value = serde_json::from_str(&out).unwrap();
    let questions = all["questions"].as_array().unwrap();
    assert_eq!(questions.len(), 19);
    for question in questions {
        assert_eq!(question["status"], "scored", "{question}");
        assert!(question["crps_days"].is_number(), "{question}");
        assert!(question["resolution_source"].is_string(), "{question}");
    }
}

#[test]
fn the_founding_scenario_is_held_against_its_answers() {
    let params = concat!(env!("CARGO_MANIFEST_DIR"), "/params");
    let scenario = fs::read_to_string(format!("{params}/within_the_month.toml")).unwrap();
    let answers = fs::read_to_string(format!("{params}/within_the_month.answers.csv")).unwrap();
    let world = World::new(&[
        ("within_the_month.toml", &scenario),
        ("answers.csv", &answers),
    ]);
    let (code, _, err) = world.run(&["run", "within_the_month.toml", "--runs", "2000"]);
    assert_eq!(code, 0, "{err}");
    let score = ["score", "output/within_the_month", "--resolutions"];
    let (code, out, err) = world.run(&[&score[..], &["answers.csv", "--format", "json"]].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    let all: serde_json::Value = serde_json::from_str(&out).unwrap();
    let questions = all["questions"].as_array().unwrap();
    let n_with = |status: &str| questions.iter().filter(|q| q["status"] == status).count();
    assert_eq!((n_with("scored"), n_with("unresolved")), (10, 6), "{out}");
}
