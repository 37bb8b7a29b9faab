//! The manual and the schema in `params/` match the code, and the examples of the manual are valid.
//! `UPDATE_MANUAL=1 cargo test --test language manual` updates both.

use realpolitik::base::diagnostic::{Sources, render};
use realpolitik::scenario::{manual, read, schema};
use std::path::PathBuf;

fn params(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("params");
    folder.join(name)
}

fn text_of(name: &str) -> String {
    std::fs::read_to_string(params(name)).unwrap_or_default()
}

/// Checks that a file of `params/` has this text, or updates it.
fn check_or_update(name: &str, text: &str) {
    if std::env::var_os("UPDATE_MANUAL").is_some() {
        std::fs::write(params(name), text).expect("a writable file");
        return;
    }
    assert!(
        text_of(name) == text,
        "params/{name} is out of date: UPDATE_MANUAL=1 cargo test --test language manual"
    );
}

#[test]
fn manual_has_the_tables_of_the_code() {
    let mut text = text_of("README.md");
    for (name, table) in [
        ("distributions", manual::distributions()),
        ("functions", manual::functions()),
        ("fields", manual::fields()),
    ] {
        let (opening, closing) = (
            format!("<!-- {name} -->\n"),
            format!("<!-- end of {name} -->"),
        );
        let (before, rest) = text.split_once(&opening).expect("an opening marker");
        let (_, after) = rest.split_once(&closing).expect("a closing marker");
        text = format!("{before}{opening}{table}{closing}{after}");
    }
    check_or_update("README.md", &text);
}

#[test]
fn schema_file_is_up_to_date() {
    check_or_update(
        "scenario.schema.json",
        &format!("{:#}\n", schema::json_schema()),
    );
}

#[test]
fn every_scenario_refers_to_the_schema() {
    let entries = std::fs::read_dir(params("")).expect("a folder of scenarios");
    let mut n_scenarios = 0;
    for entry in entries {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".toml") {
            let first = text_of(&name).lines().next().map(str::to_owned);
            assert_eq!(
                first.as_deref(),
                Some("#:schema ./scenario.schema.json"),
                "{name}"
            );
            n_scenarios += 1;
        }
    }
    assert!(n_scenarios > 1);
}

/// The first TOML block of the manual is a scenario; each other block is added to it.
#[test]
fn examples_of_the_manual_are_valid() {
    let manual = text_of("README.md");
    let mut blocks = manual.split("```toml\n").skip(1);
    let mut block = || {
        blocks
            .next()
            .map(|rest| rest.split("```").next().unwrap_or_default())
    };
    let scenario = block().expect("a scenario").to_owned();
    let mut texts = vec![scenario.clone()];
    while let Some(addition) = block() {
        texts.push(format!("{scenario}\n{addition}"));
    }
    assert!(texts.len() > 5);
    for text in texts {
        let mut sources = Sources::default();
        let reading = read(&mut sources, "manual.toml", &text, &[]);
        let shown = render(&sources, &reading.diagnostics, false);
        assert!(
            reading.scenario.is_some() && shown.is_empty(),
            "{shown}\n{text}"
        );
    }
}
