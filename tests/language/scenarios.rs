//! Every scenario file here is a test: those in `accepted` have no diagnostics, those in `rejected`
//! and `warned` have the diagnostics of the snapshot beside them.

use realpolitik::base::diagnostic::{Sources, render};
use realpolitik::program::{compile, list};
use realpolitik::scenario::{Reading, read};
use std::path::{Path, PathBuf};

/// Reads a file of `tests/` under its bare name.
fn read_file(path: &Path) -> (Sources, Reading) {
    let text = std::fs::read_to_string(path).expect("a readable file");
    let name = path.file_name().expect("a file").to_string_lossy();
    let mut sources = Sources::default();
    let reading = read(&mut sources, &name, &text, &[]);
    (sources, reading)
}

/// The scenario files of a folder of `tests/`, in the order of their names.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/language")
        .join(folder);
    let entries = std::fs::read_dir(folder).expect("a folder of scenarios");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    files.sort();
    assert!(!files.is_empty());
    files
}

#[test]
fn accepted_files_have_no_diagnostics() {
    for path in files("accepted") {
        let (sources, reading) = read_file(&path);
        let shown = render(&sources, &reading.diagnostics, false);
        assert!(reading.scenario.is_some() && shown.is_empty(), "{shown}");
    }
}

#[test]
fn accepted_files_compile_to_the_listings() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("accepted");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for path in files("accepted") {
            let (_, reading) = read_file(&path);
            let scenario = reading.scenario.expect("an accepted scenario");
            let name = path.file_stem().expect("a file").to_string_lossy();
            insta::assert_snapshot!(name.into_owned(), list(&compile(&scenario)));
        }
    });
}

#[test]
fn rejected_files_have_the_expected_errors() {
    check_diagnostics("rejected", |reading| reading.scenario.is_none());
}

#[test]
fn warned_files_have_the_expected_warnings() {
    check_diagnostics("warned", |reading| reading.scenario.is_some());
}

/// Compares the diagnostics of each file of a folder with the snapshot beside it.
fn check_diagnostics(folder: &str, has_expected_result: fn(&Reading) -> bool) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for path in files(folder) {
            let (sources, reading) = read_file(&path);
            assert!(
                has_expected_result(&reading),
                "{} was not {folder}",
                path.display()
            );
            let name = path.file_stem().expect("a file").to_string_lossy();
            let shown = render(&sources, &reading.diagnostics, false);
            insta::assert_snapshot!(name.into_owned(), shown);
        }
    });
}

#[test]
fn five_errors_are_five_diagnostics() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language/rejected");
    let (_, reading) = read_file(&folder.join("five_errors.toml"));
    let codes: Vec<_> = reading.diagnostics.0.iter().map(|one| one.code).collect();
    let expected = [
        "wrong-type",
        "out-of-range",
        "unknown-key",
        "unknown-name",
        "chained-comparison",
    ];
    assert_eq!(codes, expected);
}
