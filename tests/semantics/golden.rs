//! Golden values: the tallies of a fixed seed, which every build must reproduce, at any level of
//! optimization, on any processor.
//!
//! A change of a snapshot of this test is a change of numbers: it bumps the version and is marked
//! **numbers** in the changelog.

use crate::common::{bits, plan, scenario, simulate_on};
use realpolitik::base::random::keyed::hash_name;
use realpolitik::engine::{InstructionPath, LANES};
use realpolitik::program::compile;
use serde_json::Value;
use std::fmt::Write;

/// Scenarios that together use every mechanism; few, so that a build without optimization is fast
/// enough.
const FILES: [&str; 9] = [
    "params/quickstart.toml",
    "tests/language/accepted/distributions.toml",
    "tests/language/accepted/expressions.toml",
    "tests/language/accepted/sequential.toml",
    "tests/language/accepted/smallest.toml",
    "tests/language/accepted/within_the_month_sample.toml",
    "tests/semantics/agreement/expressions.toml",
    "tests/semantics/agreement/faults.toml",
    "tests/semantics/agreement/memory_sequential.toml",
];

#[test]
fn tallies_of_a_fixed_seed() {
    let mut said = String::new();
    for file in FILES {
        let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("a readable scenario");
        let scenario = scenario(&text);
        let program = compile(&scenario);
        let widest = InstructionPath::widest();
        let (tally, records) = simulate_on::<LANES>(&program, plan(1_100, 2_016), widest);
        let days = |days: &[u64]| days.iter().sum::<u64>();
        let mut line = |text: String| writeln!(said, "{text}").expect("a string grows");
        line(format!("{file}: {} runs counted", tally.n_runs));
        for (row, outcome) in scenario.outcomes.iter().zip(&tally.outcomes) {
            line(format!(
                "  outcome {}: {}",
                row.name,
                days(&outcome.first_day)
            ));
        }
        for (row, action) in scenario.actions.iter().zip(&tally.actions) {
            let (count, successes) = (action.count, action.successes);
            line(format!("  action {}: {count}, {successes} well", row.name));
        }
        for (row, event) in scenario.events.iter().zip(&tally.events) {
            line(format!("  event {}: {}", row.name, event.count));
        }
        let json = serde_json::to_value(&tally).expect("numbers");
        let mut values = Vec::new();
        leaves(&json, &mut values);
        line(format!(
            "  all tallies: {:016x}",
            hash_name(&values.join(" "))
        ));
        let values = format!("{:?}", bits(&records));
        line(format!("  all values: {:016x}", hash_name(&values)));
    }
    insta::assert_snapshot!(said);
}

/// The site names are part of the keys of the random numbers: a renamed site changes every run.
#[test]
fn site_names_are_frozen() {
    let text = include_str!("../language/accepted/perception_and_correlation.toml");
    let program = compile(&scenario(text));
    let names: Vec<_> = program
        .sites
        .iter()
        .map(|site| site.name.as_str())
        .collect();
    insta::assert_snapshot!(names.join("\n"));
}

/// Appends the leaves of a JSON value in their order. Field names are left out, so that renaming a
/// field neither changes the hash nor can hide a changed value.
fn leaves(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| leaves(item, found)),
        Value::Object(fields) => fields.values().for_each(|item| leaves(item, found)),
        leaf => found.push(leaf.to_string()),
    }
}
