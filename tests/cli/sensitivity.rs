//! `realpolitik sensitivity`: its files, what they say, and what it refuses.

use crate::world::{SMALL, World, rows, small};
use std::collections::BTreeMap;

const PRODUCT: &str = include_str!("../statistics/known/product_of_unknowns.toml");

fn measure(world: &World, more: &[&str]) -> (i32, String, String) {
    let base = ["sensitivity", "small.toml", "--runs", "3000"];
    world.run(&[&base, more].concat())
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column]
        .parse()
        .unwrap_or_else(|_| panic!("{column} is {}", row[column]))
}

#[test]
fn a_product_of_unknowns_is_told_in_files_and_words() {
    let world = World::new(&[("product.toml", PRODUCT)]);
    let (code, out, err) = world.run(&["sensitivity", "product.toml", "--runs", "40_000"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("3 uncertain quantities") && err.contains("200,000 runs in all"),
        "{err}"
    );
    assert!(
        out.contains("Would not matter even if they were known"),
        "{out}"
    );
    assert!(out.contains("1 of 3\n  variables.x3.initial"), "{out}");
    // A hundredth more of a chance of 1/4.
    let moves = |line: &&str| line.contains("events.strike.hazard") && line.contains("1 % more");
    let line = out.lines().find(moves).expect("a derivative");
    let mut words = line.split_whitespace().skip_while(|word| *word != "more");
    let gain: f64 = words.nth(1).expect("a gain").parse().expect("a number");
    assert!((gain - 0.25).abs() < 0.015, "{line}");
    let files = world.files("output/product.sensitivity");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "convergence.csv",
            "derivatives.csv",
            "dictionary.csv",
            "manifest.json",
            "sensitivity.csv"
        ]
    );
    let table = rows(&files["sensitivity.csv"]);
    assert_eq!(table.len(), 3);
    let truths = [(3.0, 4.0), (3.0, 4.0), (0.0, 0.0)];
    for (row, (first, total)) in table.iter().zip(truths) {
        // Standard errors are about 0.016.
        assert!(
            (number(row, "first_order") - first / 7.0).abs() < 0.08,
            "{row:?}"
        );
        assert!((number(row, "total") - total / 7.0).abs() < 0.08, "{row:?}");
        assert!(
            (number(row, "parameter_share") - 7.0 / 27.0).abs() < 0.015,
            "{row:?}"
        );
        for index in ["first_order", "total"] {
            let end = |end: &str| number(row, &format!("simulation_{index}_{end}"));
            assert!(end("low") < number(row, index) && number(row, index) < end("high"));
        }
        let share = number(row, "total_variance") / number(row, "parameter_variance");
        assert!((share - number(row, "total")).abs() < 1e-9);
        assert_eq!(row["n_draws"], "20000");
    }
    let findings: Vec<&str> = table.iter().map(|row| &*row["finding"]).collect();
    assert_eq!(findings, ["matters", "matters", "negligible"]);
    assert_eq!(table[2]["rank_total"], "3");
    // The last stage of the convergence is the whole.
    let stages = rows(&files["convergence.csv"]);
    assert_eq!(stages.len(), 9);
    for (row, last) in table.iter().zip(stages.chunks(3).map(|stages| &stages[2])) {
        assert_eq!(last["share_of_runs"], "1");
        for column in [
            "quantity",
            "first_order",
            "simulation_total_high",
            "n_draws",
        ] {
            assert_eq!(row[column], last[column]);
        }
    }
    let draws: Vec<&str> = stages[..3].iter().map(|row| &*row["n_draws"]).collect();
    assert_eq!(draws, ["5000", "10000", "20000"]);
    let manifest = world.manifest("output/product.sensitivity");
    assert_eq!(manifest["kind"], "sensitivity");
    assert_eq!(manifest["runs_in_all"], 200_000);
}

#[test]
fn what_is_lost_in_luck_is_not_shown() {
    let world = small();
    let (code, out, err) = measure(&world, &["--derivative-runs", "2000"]);
    assert_eq!(code, 0, "{err}");
    let (_, after) = out.split_once("What a little more").expect("derivatives");
    let crisis = after.find("\ncrisis: ").expect("a question");
    let peace = after.find("\npeace: ").expect("another");
    assert!(after[crisis..peace].contains("0.05 → 0.05048"), "{out}");
    let storm = after[peace..].lines();
    let mut storm = storm.filter(|line| line.contains("events.storm.hazard"));
    assert!(storm.all(|line| line.contains("-")), "{out}");
    let more = ["--derivative-runs", "2000", "--outcome", "peace"];
    let (_, out, _) = measure(&world, &more);
    let (_, after) = out.split_once("What a little more").expect("derivatives");
    assert!(!after.contains("\ncrisis: "), "{out}");
    let more = ["--derivative-runs", "30", "--outcome", "peace"];
    let (_, out, _) = measure(&world, &more);
    assert!(out.contains("--derivative-runs 480 may."), "{out}");
    let (_, out, _) = measure(&world, &["--derivative-runs", "2000", "--format", "csv"]);
    assert!(!out.contains("What a little more"), "{out}");
}

#[test]
fn the_dictionary_knows_every_column() {
    let world = small();
    for more in [&[][..], &["--screen", "--trajectories", "2"]] {
        let base = ["sensitivity", "small.toml"];
        let runs: &[&str] = if more.is_empty() {
            &["--runs", "1000"]
        } else {
            &[]
        };
        let (code, _, err) = world.run(&[&base, runs, more].concat());
        assert_eq!(code, 0, "{err}");
        let files = world.files("output/small.sensitivity");
        let dictionary = rows(&files["dictionary.csv"]);
        let mut n_columns = 0;
        for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".csv")) {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let header = text.trim_start_matches('\u{feff}').lines().next().unwrap();
            for column in header.split(',') {
                n_columns += 1;
                let is_known = |row: &BTreeMap<String, String>| {
                    row["file"] == *name && row["column"] == column
                };
                assert!(dictionary.iter().any(is_known), "{name}: {column}");
            }
        }
        assert_eq!(dictionary.len(), n_columns);
    }
}

#[test]
fn threads_formats_and_other_questions_change_no_number() {
    let world = small();
    let (code, one, err) = measure(&world, &["--quiet", "--threads", "1", "--format", "csv"]);
    assert_eq!((code, &*err), (0, ""));
    let files = world.files("output/small.sensitivity");
    let more = [
        "--quiet",
        "--threads",
        "2",
        "--output",
        "two",
        "--format",
        "json",
    ];
    let (code, json, err) = measure(&world, &more);
    assert_eq!((code, &*err), (0, ""));
    let two = world.files("two/small.sensitivity");
    for name in [
        "sensitivity.csv",
        "convergence.csv",
        "derivatives.csv",
        "dictionary.csv",
    ] {
        assert!(files[name] == two[name], "{name}");
    }
    let table = rows(&files["sensitivity.csv"]);
    assert_eq!(rows(one.as_bytes()), table);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json.as_array().unwrap().len(), table.len());
    assert_eq!(json[0]["quantity"], table[0]["quantity"]);
    // One question alone has the numbers that it has among all.
    let more = ["--quiet", "--outcome", "peace", "--format", "csv"];
    let (code, peace, err) = measure(&world, &more);
    assert_eq!((code, &*err), (0, ""));
    let of_peace = table.into_iter().filter(|row| row["outcome"] == "peace");
    assert_eq!(rows(peace.as_bytes()), of_peace.collect::<Vec<_>>());
}

#[test]
fn what_cannot_be_divided_is_said_in_words() {
    let world = small();
    // Peace never comes: there is no variance at all.
    let text = SMALL.replace("tension < 0.2", "tension < 0");
    std::fs::write(world.path("small.toml"), text).unwrap();
    let (code, out, _) = measure(&world, &[]);
    assert_eq!(code, 0);
    assert!(out.contains("too little to be divided"), "{out}");
    let table = rows(&world.files("output/small.sensitivity")["sensitivity.csv"]);
    let peace: Vec<_> = table
        .iter()
        .filter(|row| row["outcome"] == "peace")
        .collect();
    assert_eq!(peace.len(), 2);
    for row in peace {
        assert_eq!((&*row["finding"], &*row["total"]), ("not_measurable", ""));
        assert_eq!(
            (&*row["parameter_share"], &*row["total_variance"]),
            ("", "0")
        );
    }
}

#[test]
fn quantities_that_go_together_are_told_together() {
    let world = small();
    let text = SMALL.to_owned()
        + "[[correlations]]\nbetween = [\"variables.tension.initial\", \
           \"actors.north.imperatives.peace.weight\"]\ncoefficient = 0.5\n";
    std::fs::write(world.path("small.toml"), text).unwrap();
    let (code, out, err) = measure(&world, &["--outcome", "crisis"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("variables.tension.initial +"), "{out}");
    let table = rows(&world.files("output/small.sensitivity")["sensitivity.csv"]);
    assert_eq!(table.len(), 2);
    assert_eq!(table[0]["moves_with"], table[1]["quantity"]);
    assert_eq!(table[1]["moves_with"], table[0]["quantity"]);
    // One factor has everything: both indices are 1 but for chance.
    for row in &table {
        assert_eq!(row["n_quantities"], "2");
        assert_eq!(row["total"], table[0]["total"]);
        assert!(number(row, "simulation_total_low") < 1.0);
        assert!(number(row, "simulation_total_high") > 1.0);
    }
    // By actor, the correlation joins the actor to the variables.
    let (code, csv, _) = measure(&world, &["--by", "actor", "--quiet", "--format", "csv"]);
    assert_eq!(code, 0);
    let table = rows(csv.as_bytes());
    let names: Vec<&str> = table.iter().map(|row| &*row["quantity"]).collect();
    assert_eq!(names.len(), 2, "one for each question: {names:?}");
    assert!(names[0].contains("actors.north") && names[0].contains("variables"));
}

#[test]
fn a_screening_ranks_with_few_runs() {
    let world = World::new(&[("product.toml", PRODUCT)]);
    let base = [
        "sensitivity",
        "product.toml",
        "--screen",
        "--trajectories",
        "6",
    ];
    let (code, out, err) = world.run(&base);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("24 simulations of 1,024 runs"), "{err}");
    assert!(out.contains("6 trajectories"), "{out}");
    let files = world.files("output/product.sensitivity");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["dictionary.csv", "manifest.json", "morris.csv"]);
    let table = rows(&files["morris.csv"]);
    assert_eq!(number(&table[2], "mu_star"), 0.0);
    assert_eq!(table[2]["rank"], "3");
    assert!(number(&table[0], "mu_star") > 0.1 && number(&table[1], "mu_star") > 0.1);
    let more = ["--threads", "2", "--output", "two", "--quiet"];
    assert_eq!(world.run(&[&base[..], &more].concat()).0, 0);
    assert!(files["morris.csv"] == world.files("two/product.sensitivity")["morris.csv"]);
}

#[test]
fn mistakes_are_answered() {
    let world = small();
    let told = |arguments: &[&str]| {
        let (code, out, err) = world.run(&[&["sensitivity"], arguments].concat());
        assert_eq!((code, &*out), (2, ""), "{err}");
        err
    };
    let err = told(&["small.toml", "--outcome", "crises"]);
    assert!(
        err.contains("asks no question `crises`: it asks crisis, peace"),
        "{err}"
    );
    let err = told(&["small.toml", "--runs", "999"]);
    assert!(err.contains("at least 1,000 runs"), "{err}");
    let err = told(&["small.toml", "--screen", "--runs", "5000"]);
    assert!(err.contains("cannot be used with"), "{err}");
    let err = told(&["small.toml", "--trajectories", "5"]);
    assert!(err.contains("--screen"), "{err}");
    assert!(!world.path("output").exists(), "nothing is left behind");
    let known = [
        "small.toml",
        "--set",
        "variables.tension.initial=0.4",
        "--set",
        "actors.north.imperatives.peace.weight=0.4",
    ];
    let err = told(&known);
    assert!(err.contains("leaves nothing uncertain"), "{err}");
    std::fs::write(world.path("small.toml"), SMALL.replace("hazard", "hazrd")).unwrap();
    let (code, _, err) = world.run(&["sensitivity", "small.toml"]);
    assert_eq!(code, 1, "{err}");
}

/// Ctrl-C leaves earlier results as they were.
#[cfg(unix)]
#[test]
fn an_interrupted_sensitivity_leaves_what_was_there() {
    use std::process::{Command, Stdio};
    let world = small();
    assert_eq!(measure(&world, &["--quiet"]).0, 0);
    let before = world.files("output/small.sensitivity");
    let child = Command::new(assert_cmd::cargo::cargo_bin("realpolitik"))
        .current_dir(world.0.path())
        .args([
            "sensitivity",
            "small.toml",
            "--runs",
            "100_000_000",
            "--quiet",
        ])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The staging folder appears when the scenario has been read and Ctrl-C is listened for.
    while crate::world::files_names(&world.path("output")).len() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    let pid = child.id().to_string();
    let told = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(told.success());
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    assert!(before == world.files("output/small.sensitivity"));
    let beside = crate::world::files_names(&world.path("output"));
    assert_eq!(beside, ["small.sensitivity"], "nothing staged is left");
}
