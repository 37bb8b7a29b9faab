//! `realpolitik score`: scores of results folders, and questions that cannot be scored.

use crate::sandbox::{SMALL, Sandbox, rows};
use std::fs;

/// The small scenario with resolutions.
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

fn simulated() -> Sandbox {
    let sandbox = Sandbox::new(&[("small.toml", SMALL), ("answered.toml", &answered())]);
    for file in ["small.toml", "answered.toml"] {
        let (code, _, err) = sandbox.run(&["run", file, "--runs", "4000"]);
        assert_eq!(code, 0, "{err}");
    }
    sandbox
}

#[test]
fn results_folder_with_resolutions_is_scored() {
    let sandbox = simulated();
    let outcomes = rows(&sandbox.files("output/answered")["outcomes.csv"]);
    let resolutions = rows(&sandbox.files("output/answered")["resolutions.csv"]);
    assert_eq!(resolutions[0]["answer"], "yes");
    assert_eq!(resolutions[0]["date"], "2030-03-04");
    assert_eq!(resolutions[0]["source"], "The Times");
    let (code, out, err) = sandbox.run(&["score", "output/answered", "--output", "scores"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        out.contains("Brier score") && out.contains("Calibration"),
        "{out}"
    );
    let files = sandbox.files("scores");
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
    assert!(p > 0.0 && p < 1.0, "the outcome occurs in some runs");
    assert!((number(&crisis["brier"]) - (1.0 - p) * (1.0 - p)).abs() < 1e-5);
    assert!((number(&crisis["log_score"]) + p.ln()).abs() < 1e-5);
    let timeline = rows(&sandbox.files("output/answered")["timeline.csv"]);
    let days = timeline.iter().filter(|row| row["outcome"] == "crisis");
    let crps: f64 = days
        .map(|row| {
            let step = if number(&row["day"]) >= 4.0 { 1.0 } else { 0.0 };
            (number(&row["probability"]) - step).powi(2)
        })
        .sum();
    assert!((number(&crisis["crps_days"]) - crps).abs() < 1e-5);
    assert!((number(&crisis["integrated_brier"]) - crps / 10.0).abs() < 1e-5);
    let summary = rows(&files["score_summary.csv"]);
    let find = |measure: &str| {
        summary
            .iter()
            .find(|row| row["measure"] == measure)
            .unwrap()
    };
    let mean = (number(&crisis["brier"]) + number(&scored[1]["brier"])) / 2.0;
    assert!((number(&find("brier")["value"]) - mean).abs() < 1e-5);
    assert_eq!(find("brier")["n_questions"], "2");
    let parts = ["reliability", "resolution", "uncertainty", "within_bins"];
    let [reliability, resolution, uncertainty, within] =
        parts.map(|name| number(&find(name)["value"]));
    assert!((reliability - resolution + uncertainty + within - mean).abs() < 1e-5);
    let manifest = sandbox.manifest("scores");
    assert_eq!(manifest["kind"], "score");
    assert_eq!(manifest["scored"][0]["scenario"], "answered");
    assert_eq!(manifest["files"].as_array().unwrap().len(), 5);
    // The dictionary has every column, and the same command gives the same bytes.
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
        sandbox
            .run(&["score", "output/answered", "--output", "again"])
            .0,
        0
    );
    let again = sandbox.files("again");
    for name in names.iter().filter(|name| name.ends_with(".csv")) {
        assert!(files[*name] == again[*name], "{name}");
    }
}

#[test]
fn resolutions_file_has_answers_and_references() {
    let sandbox = simulated();
    let text = "\u{feff}scenario,outcome,answer,date,source,reference_crowd\r\n\
                small,crisis,yes,2030-03-02,Le Monde – p. 1,0.7\r\n\
                small,peace,no,,,0.1\r\nanswered,crisis,no,,,\r\nelsewhere,x,yes,,,\r\n";
    fs::write(sandbox.path("r.csv"), text).unwrap();
    let folders = ["score", "output/small", "output/answered"];
    let more = [
        "--resolutions",
        "r.csv",
        "--format",
        "json",
        "--bootstrap",
        "200",
    ];
    let (code, out, err) = sandbox.run(&[&folders[..], &more].concat());
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("scenarios that are not scored here: elsewhere"),
        "{err}"
    );
    assert!(
        err.contains(
            "answered.crisis: the answer is yes in the scenario and no in the resolutions file"
        ),
        "{err}"
    );
    let all: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(all["questions"].as_array().unwrap().len(), 4);
    let first = &all["questions"][0];
    assert_eq!(first["resolution_source"], "Le Monde – p. 1");
    assert!((first["brier_reference_crowd"].as_f64().unwrap() - 0.09).abs() < 1e-5);
    let summary = all["summary"].as_array().unwrap();
    let find = |measure: &str| {
        summary
            .iter()
            .find(|row| row["measure"] == measure)
            .unwrap()
    };
    let crowd = find("brier_reference_crowd");
    assert!((crowd["value"].as_f64().unwrap() - 0.05).abs() < 1e-5);
    assert_eq!(crowd["n_questions"], 2);
    let [low, high] = ["ci_low", "ci_high"].map(|end| crowd[end].as_f64().unwrap());
    assert!((low - 0.01).abs() < 1e-12 && (high - 0.09).abs() < 1e-5);
    let ours = (0..2).map(|index| all["questions"][index]["brier"].as_f64().unwrap());
    let skill = 1.0 - ours.sum::<f64>() / 0.1;
    let reported = find("brier_skill_reference_crowd")["value"]
        .as_f64()
        .unwrap();
    assert!((reported - skill).abs() < 1e-5);
}

#[test]
fn questions_without_scores_are_listed() {
    let sandbox = simulated();
    fs::write(
        sandbox.path("r.csv"),
        "scenario,outcome,answer\nsmall,crisis,annulled\nsmall,peace,\n",
    )
    .unwrap();
    let (code, out, _) = sandbox.run(&["score", "output/small", "--resolutions", "r.csv"]);
    assert_eq!(code, 0);
    assert!(out.contains("No question is resolved"), "{out}");
    assert!(out.contains("Unresolved (1): small.peace"), "{out}");
    assert!(out.contains("Annulled (1): small.crisis"), "{out}");
    let (_, csv, _) = sandbox.run(&[
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
fn mistakes_have_lines() {
    let sandbox = simulated();
    let error = |arguments: &[&str], text: &str| {
        fs::write(sandbox.path("r.csv"), text).unwrap();
        let (code, out, err) = sandbox.run(&[&["score"], arguments].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        err
    };
    let with = ["output/small", "--resolutions", "r.csv"];
    let err = error(
        &with,
        "scenario,outcome,answer\nsmall,crises,yes\nsmall,peace,perhaps\n",
    );
    assert!(
        err.contains(
            "r.csv:3, column `answer`: `perhaps` is not an answer: write yes, no or annulled"
        ),
        "{err}"
    );
    let err = error(&with, "scenario,outcome,answer\nsmall,crises,yes\n");
    assert!(
        err.contains(
            "r.csv:2, column `outcome`: `small` has no outcome `crises`: did you mean `crisis`?"
        ),
        "{err}"
    );
    let err = error(&["params"], "");
    assert!(err.contains("params does not exist"), "{err}");
    let err = error(&["output/small", "output/small"], "");
    assert!(err.contains("both have forecasts of the scenario"), "{err}");
    let err = error(&["output/answered", "--output", "output/small"], "");
    assert!(
        err.contains(
            "output/small contains results of `run`, which those of `score` would replace"
        ),
        "{err}"
    );
    assert!(sandbox.path("output/small/outcomes.csv").exists());
    fs::remove_file(sandbox.path("output/small/manifest.json")).unwrap();
    let err = error(&["output/small"], "");
    assert!(
        err.contains("output/small does not contain complete results"),
        "{err}"
    );
}

/// Two historical briefs: every question has an answer, and the file comments on actions that are
/// taken in nearly all or nearly no runs.
#[test]
fn historical_briefs_are_scored() {
    let names = ["cuban_missile_crisis", "autumn_1989"];
    let texts = names.map(|name| {
        let path = format!("{}/params/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        fs::read_to_string(path).unwrap()
    });
    let files = names.map(|name| format!("{name}.toml"));
    let sandbox = Sandbox::new(&[(&files[0], &texts[0]), (&files[1], &texts[1])]);
    let (code, _, err) = sandbox.run(&["run", &files[0], &files[1], "--runs", "20000"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        !err.contains("clamped") && !err.contains("almost-never"),
        "{err}"
    );
    for (name, text) in names.iter().zip(&texts) {
        let folder = sandbox.files(&format!("output/{name}"));
        for action in rows(&folder["actions.csv"]) {
            let share: f64 = action["share_of_runs"].parse().unwrap();
            let (_, after) = text
                .split_once(&format!("[actions.{}]", action["action"]))
                .unwrap();
            let own = after.split("\n[").next().unwrap();
            let is_explained = own.contains("# Taken in nearly every run");
            assert!(
                (0.001..=0.99).contains(&share) || is_explained,
                "{}",
                action["action"]
            );
        }
    }
    let folders = names.map(|name| format!("output/{name}"));
    let (code, out, err) = sandbox.run(&["score", &folders[0], &folders[1], "--format", "json"]);
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
fn founding_scenario_is_scored_against_its_answers() {
    let params = concat!(env!("CARGO_MANIFEST_DIR"), "/params");
    let scenario = fs::read_to_string(format!("{params}/within_the_month.toml")).unwrap();
    let answers = fs::read_to_string(format!("{params}/within_the_month.answers.csv")).unwrap();
    let sandbox = Sandbox::new(&[
        ("within_the_month.toml", &scenario),
        ("answers.csv", &answers),
    ]);
    let (code, _, err) = sandbox.run(&["run", "within_the_month.toml", "--runs", "2000"]);
    assert_eq!(code, 0, "{err}");
    let score = ["score", "output/within_the_month", "--resolutions"];
    let (code, out, err) =
        sandbox.run(&[&score[..], &["answers.csv", "--format", "json"]].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    let all: serde_json::Value = serde_json::from_str(&out).unwrap();
    let questions = all["questions"].as_array().unwrap();
    let n_with = |status: &str| questions.iter().filter(|q| q["status"] == status).count();
    assert_eq!((n_with("scored"), n_with("unresolved")), (10, 6), "{out}");
}
