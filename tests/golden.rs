//! What a seed gives, written down: the tallies of a fixed seed, which every build must meet, at
//! any level of optimisation, on any processor.
//!
//! A change of a snapshot of this test is a change of numbers: it bumps the version and is marked
//! **numbers** in the changelog.

mod common;

use common::{bits, live_on, plan, scenario};
use realpolitik::engine::{InstructionPath, LANES};
use realpolitik::program::compile;
use realpolitik::random::keyed::hash_name;
use std::fmt::Write;

/// Scenarios that between them use every mechanism; few, so that a build without optimisation
/// gets through them.
const FILES: [&str; 9] = [
    "params/quickstart.toml",
    "tests/accepted/distributions.toml",
    "tests/accepted/expressions.toml",
    "tests/accepted/sequential.toml",
    "tests/accepted/smallest.toml",
    "tests/accepted/within_the_month_sample.toml",
    "tests/agreement/expressions.toml",
    "tests/agreement/faults.toml",
    "tests/agreement/memory_sequential.toml",
];

#[test]
fn a_seed_gives_these_numbers() {
    let mut said = String::new();
    for file in FILES {
        let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("a readable scenario");
        let scenario = scenario(&text);
        let program = compile(&scenario);
        let widest = InstructionPath::widest();
        let (tally, records) = live_on::<LANES>(&program, plan(1_100, 2_016), widest);
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
        let json = serde_json::to_string(&tally).expect("numbers");
        line(format!("  all sums: {:016x}", hash_name(&json)));
        let values = format!("{:?}", bits(&records));
        line(format!("  all values: {:016x}", hash_name(&values)));
    }
    insta::assert_snapshot!(said);
}
