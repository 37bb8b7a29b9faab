//! Words that the field does not use stay out of everything a user reads: pages, help, messages,
//! tables and dictionaries.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Words and phrases that are replaced, each with what to write instead.
const REPLACED: [(&str, &str); 56] = [
    ("luck", "random numbers, random stream"),
    ("lives", "runs, simulates"),
    ("lived", "simulated"),
    ("told", "reported"),
    ("tells", "reports"),
    ("hang on", "depend on"),
    ("hangs on", "depends on"),
    ("hung on", "depended on"),
    ("simulation error", "Monte Carlo error"),
    ("not known", "uncertain"),
    ("unknowns", "uncertain quantities"),
    ("knowing it would remove", "first-order index (S1)"),
    (
        "would be left if all but it were known",
        "total-order index (ST)",
    ),
    ("surely", "statistically distinguishable from zero"),
    ("a little more", "effect of +1 %"),
    ("this morning", "start-of-day state"),
    ("in the morning", "start-of-day state"),
    ("in the evening", "end-of-day state"),
    ("evenings", "end-of-day states"),
    ("on the eve", "before day 1"),
    ("deliberates", "is activated"),
    ("deliberating", "activated"),
    ("worth", "utility, value"),
    ("contender", "alternative"),
    ("contenders", "alternatives"),
    ("reckon", "anticipate"),
    ("reckons", "anticipates"),
    ("reckoned", "anticipated"),
    ("its replies", "anticipated responses"),
    ("interests", "preferences"),
    ("strikes", "occurs"),
    ("struck", "occurred"),
    ("comes true", "occurs, resolves yes"),
    ("come true", "occur, resolve yes"),
    ("came true", "occurred, resolved yes"),
    ("happening", "occurrence"),
    ("happenings", "occurrences"),
    ("findings", "diagnostics"),
    ("the sheet", "table, CSV"),
    ("goes on from there", "resumes"),
    ("used up", "evaluation limit reached"),
    ("settled", "converged"),
    ("alike", "not separately identifiable; equally"),
    ("walked round", "skipped"),
    ("far and wide", "over the whole bounds"),
    ("kindly", ""),
    ("notebook", "packed action history"),
    ("rehearsal", "re-evaluation"),
    ("whoever", "the actor that"),
    ("nobody", "no actor"),
    ("somebody", "an actor"),
    ("neighbour", "neighbor"),
    ("neighbours", "neighbors"),
    ("colour", "color"),
    ("licence", "license"),
    ("behaviour", "behavior"),
];

/// Occurrences that stay: a part of the line, and the reason.
const EXCEPTIONS: [(&str, &str); 9] = [
    ("jupyter notebook", "a product"),
    ("python notebook", "a product"),
    (":strike", "a frozen name of a random stream"),
    ("nytimes", "a source's own title"),
    (
        "`shared-luck` is",
        "an earlier error code, in the changelog",
    ),
    (
        "(was `alike`)",
        "an earlier value of a column, in the changelog",
    ),
    (
        "`runs.lived`",
        "an earlier name in the manifest, in the changelog",
    ),
    ("unknown key `colour`", "a mistake that a test makes"),
    ("colour = \"red\"", "a mistake that a test makes"),
];

/// Words that scenarios use in their ordinary sense, since they speak about the world: people tell,
/// lives are lost, aircraft strike.
const ORDINARY_IN_SCENARIOS: [&str; 14] = [
    "a little more",
    "in the evening",
    "interests",
    "lived",
    "lives",
    "nobody",
    "not known",
    "somebody",
    "strikes",
    "struck",
    "surely",
    "tells",
    "told",
    "worth",
];

#[test]
fn replaced_words_stay_out_of_what_users_read() {
    let mut found = String::new();
    let mut n_lines = 0;
    for (place, text) in user_texts() {
        for (number, line) in text.lines().enumerate() {
            n_lines += 1;
            let lower = line.to_lowercase();
            if EXCEPTIONS.iter().any(|(part, _)| lower.contains(part)) {
                continue;
            }
            let is_scenario = place.starts_with("params/") && place.ends_with(".toml");
            for (word, instead) in REPLACED {
                let is_ordinary = is_scenario && ORDINARY_IN_SCENARIOS.contains(&word);
                if !is_ordinary && contains_word(&lower, word) {
                    let line = line.trim();
                    let at = number + 1;
                    writeln!(found, "{place}:{at}: `{word}` (write {instead}): {line}")
                        .expect("memory");
                }
            }
        }
    }
    assert!(n_lines > 5_000, "only {n_lines} lines were searched");
    assert!(
        found.is_empty(),
        "{} lines:\n{found}",
        found.lines().count()
    );
}

#[test]
fn words_are_found_as_whole_words() {
    assert!(contains_word("it hangs on x", "hangs on"));
    assert!(contains_word("luck.", "luck"));
    assert!(!contains_word("lucky", "luck"));
    assert!(!contains_word("a _luck", "luck"));
}

/// Whether a phrase stands in a line between signs that are no letters.
fn contains_word(line: &str, phrase: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(phrase).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + phrase.len()..].chars().next();
        !before.is_some_and(is_letter) && !after.is_some_and(is_letter)
    })
}

/// Everything that a user reads, by place: pages, scenarios, messages, and the string literals of the
/// sources outside of unit tests.
fn user_texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for page in [
        "README.md",
        "CONTRIBUTING.md",
        "params/README.md",
        "tests/README.md",
    ] {
        texts.push((page.to_owned(), read(&root().join(page))));
    }
    let changelog = read(&root().join("CHANGELOG.md"));
    let new = changelog.split("\n## 0.4.0").next().expect("a first part");
    texts.push(("CHANGELOG.md".to_owned(), new.to_owned()));
    for (folder, extension) in [
        ("src", "md"),
        ("params", "toml"),
        ("params", "json"),
        ("tests/language/rejected", "snap"),
        ("tests/language/warned", "snap"),
        ("tests/language/accepted", "snap"),
    ] {
        for path in files(&root().join(folder), extension) {
            texts.push((name_of(&path), read(&path)));
        }
    }
    for path in files(&root().join("src"), "rs") {
        let is_test = path
            .iter()
            .any(|part| part == "tests.rs" || part == "tests");
        if !is_test {
            texts.push((name_of(&path), string_literals(&read(&path))));
        }
    }
    texts
}

/// The text with everything but the contents of string literals and the doc comments that the command
/// line shows as help replaced by nothing; line numbers are kept.
fn string_literals(source: &str) -> String {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let is_help = code.contains("#[derive(") && code.contains("clap");
    let mut kept = String::new();
    let (mut in_string, mut escaped) = (false, false);
    for line in code.lines() {
        let trimmed = line.trim_start();
        if !in_string && trimmed.starts_with("//") {
            if is_help && trimmed.starts_with("///") {
                kept.push_str(trimmed);
            }
            kept.push('\n');
            continue;
        }
        let mut before = ' ';
        for c in line.chars() {
            if in_string {
                match (escaped, c) {
                    (true, _) => escaped = false,
                    (false, '\\') => escaped = true,
                    (false, '"') => in_string = false,
                    (false, c) => kept.push(c),
                }
            } else if c == '"' && before != '\'' {
                in_string = true;
                kept.push(' ');
            }
            before = c;
        }
        kept.push('\n');
    }
    kept
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a folder entry").path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|end| end == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn name_of(path: &Path) -> String {
    let inside = path.strip_prefix(root()).unwrap_or(path);
    inside.display().to_string()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
