//! Every column of every file with its values: a value that stands under the wrong name is seen here.

use crate::sandbox::{SMALL, Sandbox, rows};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The small scenario with resolutions.
fn answered() -> String {
    let crisis = "resolution = { answer = \"yes\", date = 2030-03-04, source = \"The Times\" }";
    SMALL
        .replace(
            "when = \"tension > 0.6\"",
            &format!("when = \"tension > 0.6\"\n{crisis}"),
        )
        .replace(
            "when = \"tension < 0.2\"",
            "when = \"tension < 0.2\"\nresolution = { answer = \"no\" }",
        )
}

const TARGETS: &str = "kind,name,day,target,tolerance\n\
    action_share,talk,,0.6,0.02\n\
    probability,crisis,8,0.15,0.03\n";

/// The columns of all files of a folder with their kind, unit and values in the first and last row.
fn listing(sandbox: &Sandbox, folder: &str) -> String {
    let files = sandbox.files(folder);
    let mut text = format!("# {folder}\n");
    for column in rows(&files["dictionary.csv"]) {
        let table = rows(&files[&column["file"]]);
        let name = column["column"].as_str();
        let value = |row: Option<&BTreeMap<String, String>>| {
            row.map_or_else(String::new, |row| row[name].clone())
        };
        if column["file"] == "dictionary.csv" {
            continue;
        }
        writeln!(
            text,
            "{} {name} [{}{}; {}] {} | {}",
            column["file"],
            column["kind"],
            if column["tier"] == "main" {
                ""
            } else {
                ", specialist"
            },
            column["unit"],
            value(table.first()),
            value(table.last()),
        )
        .unwrap();
    }
    text
}

#[test]
fn every_value_stands_under_its_name() {
    let sandbox = Sandbox::new(&[("small.toml", &answered()), ("targets.csv", TARGETS)]);
    let few = ["--runs", "1000", "--quiet"];
    let commands: [&[&str]; 7] = [
        &["run", "small.toml", "--every-run"],
        &[
            "compare",
            "small.toml",
            "--variant",
            "eager: actions.talk.daily_odds*=3",
        ],
        &[
            "sweep",
            "small.toml",
            "--vary",
            "events.storm.hazard=0.01..0.2:3",
        ],
        &["sensitivity", "small.toml", "--derivative-runs", "1024"],
        &[
            "sensitivity",
            "small.toml",
            "--screen",
            "--trajectories",
            "4",
            "--point-runs",
            "128",
        ],
        &[
            "tune",
            "small.toml",
            "--targets",
            "targets.csv",
            "--free",
            "actions.talk.daily_odds=0.01..1",
            "--free",
            "events.storm.hazard=0.01..0.2",
            "--evaluations",
            "12",
            "--posterior=10",
            "--posterior-runs",
            "200",
        ],
        &["score", "output/small", "--output", "output/scores"],
    ];
    let mut text = String::new();
    for command in commands {
        let has_runs = !command.contains(&"--screen");
        let more: &[&str] = match command[0] {
            "score" => &[],
            _ if has_runs => &few,
            _ => &few[2..],
        };
        let (code, _, err) = sandbox.run(&[command, more].concat());
        assert_eq!(code, 0, "{command:?}: {err}");
    }
    for folder in ["", ".compare", ".sweep", ".sensitivity", ".screen", ".tune"] {
        text += &listing(&sandbox, &format!("output/small{folder}"));
    }
    text += &listing(&sandbox, "output/scores");
    insta::assert_snapshot!(text);
}

/// Whatever the snapshot says: an interval contains its estimate, and quantiles ascend.
#[test]
fn intervals_contain_their_estimates_and_quantiles_ascend() {
    let sandbox = Sandbox::new(&[("small.toml", SMALL)]);
    let commands: [&[&str]; 4] = [
        &["run", "small.toml"],
        &[
            "compare",
            "small.toml",
            "--variant",
            "actions.talk.daily_odds*=3",
        ],
        &[
            "sweep",
            "small.toml",
            "--vary",
            "events.storm.hazard=0.01..0.2:3",
        ],
        &["sensitivity", "small.toml", "--derivative-runs", "1024"],
    ];
    for command in commands {
        let (code, _, err) = sandbox.run(&[command, &["--runs", "1000", "--quiet"]].concat());
        assert_eq!(code, 0, "{err}");
    }
    let triples = [
        ("probability", "ci_low", "ci_high"),
        ("share_of_runs", "ci_low", "ci_high"),
        ("p_a_and_b", "p_a_and_b_ci_low", "p_a_and_b_ci_high"),
        ("p_b_given_a", "p_b_given_a_ci_low", "p_b_given_a_ci_high"),
        ("difference", "ci_low", "ci_high"),
        ("count_difference", "count_ci_low", "count_ci_high"),
        ("derivative", "ci_low", "ci_high"),
        (
            "change_effect",
            "change_effect_ci_low",
            "change_effect_ci_high",
        ),
        ("parameter_sd", "parameter_sd_low", "parameter_sd_high"),
        ("p50", "p05", "p95"),
        ("p50", "p25", "p75"),
        ("day_p50_if_yes", "day_p05_if_yes", "day_p95_if_yes"),
        (
            "first_day_p50_if_yes",
            "first_day_p25_if_yes",
            "first_day_p75_if_yes",
        ),
    ];
    let mut n_seen = BTreeMap::new();
    for folder in ["small", "small.compare", "small.sweep", "small.sensitivity"] {
        for (name, bytes) in sandbox.files(&format!("output/{folder}")) {
            if !name.ends_with(".csv") {
                continue;
            }
            for row in rows(&bytes) {
                for (middle, low, high) in triples {
                    let number = |column: &str| row.get(column)?.parse::<f64>().ok();
                    let all = (number(low), number(middle), number(high));
                    if let (Some(low), Some(value), Some(high)) = all {
                        assert!(low <= value && value <= high, "{name}, {middle}: {row:?}");
                        *n_seen.entry(middle).or_insert(0) += 1;
                    }
                }
            }
        }
    }
    assert_eq!(n_seen.len(), 12, "a triple occurs in no file: {n_seen:?}");
}
