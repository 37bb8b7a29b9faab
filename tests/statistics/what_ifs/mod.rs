//! What-ifs of the founding scenario: each mechanism is switched by `--set`, and its documented effect must
//! occur, in its direction, by more than five standard errors.
//!
//! The rows are in [`table`], the measured quantities in [`measure`]. Besides, the files of `params/`
//! have no diagnostics, and their nearly certain or nearly impossible actions are those that their
//! comments name.

mod measure;
mod table;

use measure::{Measurements, simulate};
use std::collections::{BTreeMap, BTreeSet};
use table::{Direction, Shift, WHAT_IFS};

/// Enough runs for every row to be significant, few enough for all rows to take seconds.
const N_RUNS: u64 = 30_000;
/// Threshold that two estimates of one quantity exceed once in two million, in standard errors.
const STANDARD_ERRORS: f64 = 5.0;

/// A file of `params/`.
fn params(name: &str) -> String {
    let path = format!("{}/params/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_mechanism_has_its_documented_effect() {
    let text = params("within_the_month.toml");
    let mut simulated: BTreeMap<Vec<&str>, Measurements> = BTreeMap::new();
    let mut report = String::new();
    let mut failed = 0;
    for row in WHAT_IFS {
        let both: Vec<&str> = row.given.iter().chain(row.set).copied().collect();
        for sets in [row.given.to_vec(), both.clone()] {
            simulated
                .entry(sets)
                .or_insert_with_key(|sets| simulate(&text, sets, N_RUNS));
        }
        let (base, set) = (&simulated[row.given], &simulated[&both]);
        report.push_str(&format!("{}\n  {}\n", row.mechanism, both.join(" + ")));
        for shift in row.shifts {
            let (line, holds) = assert_near(shift, base, set);
            failed += usize::from(!holds);
            report.push_str(&format!("    {line}\n"));
        }
    }
    println!("{report}");
    assert!(failed == 0, "{failed} shifts do not hold:\n{report}");
}

/// One line for the result of a shift, and whether it has its documented direction.
fn assert_near(shift: &Shift, base: &Measurements, set: &Measurements) -> (String, bool) {
    let (before, after) = (base.of(&shift.measure), set.of(&shift.measure));
    let difference = after.mean - before.mean;
    // As if independent; common random numbers make the true error smaller.
    let square = |error: f64| error * error;
    let error = (square(before.standard_error) + square(after.standard_error)).sqrt();
    let standard_errors = difference / error;
    let holds = match shift.direction {
        Direction::Up => standard_errors > STANDARD_ERRORS,
        Direction::Down => standard_errors < -STANDARD_ERRORS,
    };
    let free = before.is_free() && after.moves();
    let verdict = match (holds, free) {
        (_, false) => "SATURATED",
        (false, _) => "DOES NOT HOLD",
        (true, true) => "",
    };
    let line = format!(
        "{:58} {:7.4} -> {:7.4} {standard_errors:+7.0} SE {verdict}",
        format!("{:?} {:?}", shift.measure, shift.direction),
        before.mean,
        after.mean,
    );
    (line, holds && free)
}

/// The names in the paragraph of a file's header that begins with `beginning`.
fn names_in_paragraph<'t>(text: &'t str, beginning: &str) -> BTreeSet<&'t str> {
    let start = text.find(beginning).expect("the paragraph is there");
    let lines = text[start..].lines();
    let paragraph = lines.take_while(|line| line.trim() != "#");
    let is_name = |word: &&str| word.contains('_');
    paragraph
        .flat_map(|line| line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')))
        .filter(is_name)
        .collect()
}

#[test]
fn nearly_certain_actions_are_those_named_in_the_header() {
    let text = params("within_the_month.toml");
    let named = names_in_paragraph(&text, "# Eight actions are the routine");
    let expected = [
        "advance_on_al_bab",
        "advance_on_tal_afar",
        "counterattack_at_mosul",
        "press_bashiqa",
        "press_on_aleppo",
        "propaganda_campaign",
        "push_into_mosul",
        "strike_sdf",
    ];
    assert_eq!(named, BTreeSet::from(expected), "the header's list");
    let simulated = simulate(&text, &[], N_RUNS);
    let shares = simulated.action_shares();
    let certain = shares.iter().filter(|(_, share)| *share > 0.99);
    let certain: BTreeSet<&str> = certain.map(|(name, _)| name.as_str()).collect();
    assert_eq!(certain, named, "done in more than 99 % of the runs");
    for (name, share) in &shares {
        assert!(*share >= 0.001, "{name} is done in {share} of the runs");
    }
}

#[test]
fn quickstart_has_no_nearly_certain_action() {
    let shares = simulate(&params("quickstart.toml"), &[], N_RUNS).action_shares();
    for (name, share) in shares {
        let range = 0.001..=0.99;
        assert!(
            range.contains(&share),
            "{name} is done in {share} of the runs"
        );
    }
}

#[test]
fn scenarios_of_params_have_no_diagnostics() {
    let folder = format!("{}/params", env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(folder).expect("the folder of parameter files");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    let names: Vec<String> = names.filter(|name| name.ends_with(".toml")).collect();
    assert!(names.len() >= 2);
    for name in names {
        let said = measure::what_is_said(&params(&name));
        assert!(said.is_empty(), "{name}:\n{said}");
    }
}
