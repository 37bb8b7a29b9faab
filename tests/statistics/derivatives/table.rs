//! `derivatives.csv`.

use crate::common;
use crate::derivatives::measure::derivatives_of;
use realpolitik::study::derivatives::tables;
use realpolitik::table::{CsvFolder, Dialect};
use std::collections::BTreeMap;

/// The rows of the quickstart's table, by column.
fn rows() -> Vec<BTreeMap<String, String>> {
    let text = common::params("quickstart.toml");
    let measured = derivatives_of(&text, 2_048);
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = common::scenario(&text);
    let mut files = CsvFolder::new(folder.path(), Dialect::Comma);
    tables::write_file(&mut files, &scenario, &measured.derivatives, 0.95).expect("a file");
    let path = folder.path().join("derivatives.csv");
    let mut reader = csv::Reader::from_path(path).expect("a readable file");
    reader
        .deserialize()
        .map(|row| row.expect("a row"))
        .collect()
}

#[test]
fn derivative_table_rows() {
    let rows = rows();
    let cell = |row: &BTreeMap<String, String>, name: &str| row[name].clone();
    let number =
        |row: &BTreeMap<String, String>, name: &str| row[name].parse::<f64>().expect("a number");
    let row = |outcome: &str, quantity: &str| {
        let mut rows = rows.iter();
        let found =
            rows.find(|row| cell(row, "outcome") == outcome && cell(row, "path") == quantity);
        found.expect("a row").clone()
    };
    let hold = row(
        "fortress",
        "actors.southland.imperatives.hold_island.weight",
    );
    assert_eq!(cell(&hold, "change"), "1 % more");
    let effect = 0.01 * number(&hold, "value") * number(&hold, "derivative");
    assert!((number(&hold, "change_effect") - effect).abs() < 1e-5 * effect.abs());
    assert!(number(&hold, "ci_low") > 0.0, "it helps");
    let success = row("fortress", "actions.send_troops.success");
    assert_eq!(cell(&success, "change"), "0.01 more log odds");
    let effect = 0.01 * 0.9 * 0.1 * number(&success, "derivative");
    assert!((number(&success, "change_effect") - effect).abs() < 1e-5 * effect.abs());
    let hazard = row("crisis", "events.collision_at_sea.hazard");
    assert_eq!(cell(&hazard, "derivative_by"), "logarithm");
    assert_eq!(cell(&hazard, "value"), "");
    let width = number(&hazard, "ci_high") - number(&hazard, "ci_low");
    assert!((width / number(&hazard, "mc_se") - 2.0 * 1.959_964).abs() < 1e-4);
    // A change of 1 % of zero is undefined.
    assert_eq!(
        cell(&row("crisis", "actions.send_patrol.appeal"), "change"),
        ""
    );
    let initial = row("", "variables.tension.initial");
    assert_eq!(cell(&initial, "method"), "none");
    assert!(cell(&initial, "note").contains("realpolitik sweep"));
    let n_out = rows
        .iter()
        .filter(|row| cell(row, "method") == "none")
        .count();
    let quantities = common::scenario(&common::params("quickstart.toml"))
        .quantities()
        .len();
    assert_eq!(rows.len(), n_out + 2 * (quantities - n_out));
}

#[test]
fn most_significant_effects_come_first() {
    let measured = derivatives_of(&common::params("quickstart.toml"), 4_096);
    let significant = measured
        .derivatives
        .significant(measured.outcome("fortress"), 0.95);
    let paths: Vec<&str> = significant
        .iter()
        .map(|(studied, _)| &*studied.path)
        .collect();
    assert!(paths.contains(&"actors.southland.imperatives.hold_island.weight"));
    assert!(paths.contains(&"actions.send_troops.cost"));
    let sizes: Vec<f64> = significant
        .iter()
        .map(|(_, effect)| effect.difference.abs())
        .collect();
    assert!(sizes.is_sorted_by(|one, other| one >= other), "{sizes:?}");
    for (studied, effect) in significant {
        // 22 numbers or more at 95 % together.
        assert!(
            effect.difference.abs() > 3.0 * effect.standard_error,
            "{}",
            studied.path
        );
    }
}
