//! The engine against the independent interpreter, run by run.
//!
//! Every scenario of `params/` and of the accepted test scenarios, among them a file for each feature of a
//! day, and random scenarios must be simulated as `src/semantics.md` states: every available
//! alternative, choice, success, event and outcome day must agree, and every end-of-day variable within
//! the error bound of single precision. Only decisions nearer to a boundary than that bound may differ:
//! these forks are counted, and their number must match its expectation.

// Error bounds need no bit identity, and counts are printed.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use crate::reference::comparison::compare;
use crate::reference::forks::Forks;
use crate::reference::generator::{Text, scenario_text};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use realpolitik::base::diagnostic::{Sources, render};
use realpolitik::base::random::keyed::Seed;
use realpolitik::scenario::{Scenario, read};
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// The scenarios of a folder of the repository.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).expect("a folder of scenarios");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn scenario(path: &Path) -> Scenario {
    let text = std::fs::read_to_string(path).expect("a readable scenario");
    read_text(&path.to_string_lossy(), &text).unwrap_or_else(|said| panic!("{said}"))
}

/// The scenario, or its diagnostics.
fn read_text(name: &str, text: &str) -> Result<Scenario, String> {
    let mut sources = Sources::default();
    let reading = read(&mut sources, name, text, &[]);
    let said = render(&sources, &reading.diagnostics, false);
    reading.scenario.ok_or(said)
}

/// Compares every scenario of a folder.
fn compare_all(folder: &str, n_runs: u64) -> Forks {
    let mut total = Forks::default();
    let mut wrong = Vec::new();
    for path in files(folder) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match compare(&scenario(&path), Seed(20_161_101), n_runs) {
            Ok(forks) => {
                println!("{name}: {forks:?}");
                if !forks.are_as_expected() {
                    wrong.push(format!(
                        "{name}: the number of forks differs from its expectation: {forks:?}"
                    ));
                }
                total += &forks;
            }
            Err(what) => wrong.push(format!("{name}: {what}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    total
}

/// Asserts that forks are rare; otherwise little was compared.
fn assert_rare(forks: &Forks) {
    let rate = |n: u64, of: u64| n as f64 / of as f64;
    assert!(rate(forks.forks, forks.decisions) < 1e-3, "{forks:?}");
    // Sums of decimal fractions meet decimal thresholds more often than chance.
    assert!(rate(forks.undecided, forks.comparisons) < 1e-2, "{forks:?}");
    assert!(rate(forks.blurred, forks.values) < 1e-3, "{forks:?}");
    assert!(
        rate(forks.uncertain_faults, forks.values) < 1e-4,
        "{forks:?}"
    );
}

#[test]
fn briefs_agree_with_the_interpreter() {
    let forks = compare_all("params", 256);
    assert_rare(&forks);
    // These scenarios test the engine's stated resolution.
    assert!(forks.blurred == 0 && forks.widest < 2e-5, "{forks:?}");
}

#[test]
fn accepted_scenarios_agree_with_the_interpreter() {
    assert_rare(&compare_all("tests/language/accepted", 256));
}

#[test]
fn other_valid_scenarios_agree_with_the_interpreter() {
    compare_all("tests/statistics/known", 64);
    compare_all("tests/language/warned", 64);
}

#[test]
fn feature_scenarios_agree_with_the_interpreter() {
    let forks = compare_all("tests/semantics/agreement", 512);
    assert_rare(&forks);
    assert!(forks.faulted > 0, "no run has faulted");
}

#[test]
fn random_scenarios_agree_with_the_interpreter() {
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let total = RefCell::new(Forks::default());
    let result = TestRunner::new_with_rng(config, rng).run(&scenario_text(), |Text(text)| {
        let scenario = read_text("random.toml", &text).map_err(TestCaseError::fail)?;
        let forks = compare(&scenario, Seed(7), 64).map_err(TestCaseError::fail)?;
        *total.borrow_mut() += &forks;
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let forks = total.into_inner();
    println!("random: {forks:?}");
    assert!(forks.are_as_expected(), "{forks:?}");
}
