//! The floors of the code: a module uses only lower ones, siblings never see each other, and
//! every file says at its head what it is.
//!
//! The sources are read as text: every `crate::name` outside comments and tests counts.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of each floor, from the ground up.
const FLOORS: [(u32, &[&str]); 11] = [
    (0, &["index", "math", "diagnostic"]),
    (1, &["random", "stats"]),
    (2, &["scenario"]),
    (3, &["program"]),
    (4, &["engine"]),
    (5, &["ensemble"]),
    (6, &["estimate"]),
    (7, &["export"]),
    (8, &["study"]),
    (9, &["report", "serve", "python"]),
    (10, &["cli"]),
];

#[test]
fn modules_use_only_lower_floors() {
    let floors = floors();
    let mut n_uses = 0;
    for (path, text) in sources() {
        let module = module_of(&path);
        if module == "lib" || module == "main" || is_test(&path) {
            continue;
        }
        let floor = floors.get(module.as_str()).unwrap_or_else(|| {
            panic!(
                "{}: the module `{module}` stands on no floor",
                path.display()
            )
        });
        for used in used_modules(&text) {
            if used == module {
                continue;
            }
            n_uses += 1;
            let lower = floors.get(used.as_str());
            let lower = lower.unwrap_or_else(|| panic!("{}: no `{used}`", path.display()));
            assert!(
                lower < floor,
                "{}: `{module}` on floor {floor} uses `{used}` on floor {lower}",
                path.display()
            );
        }
    }
    assert!(
        n_uses > 50,
        "only {n_uses} uses were found: is the search broken?"
    );
}

#[test]
fn every_file_says_what_it_is() {
    for (path, text) in sources() {
        assert!(
            text.starts_with("//!"),
            "{} does not open with //!",
            path.display()
        );
    }
}

#[test]
fn nothing_is_imported_wholesale() {
    for (path, text) in sources() {
        assert!(!text.contains("use crate::*"), "{}", path.display());
    }
}

#[test]
fn uses_are_found_in_every_form() {
    let text = "//! crate::engine\nuse crate::base::index::{Id, IdVec};\n/// [`crate::cli`]\n\
                use crate::{\n    math::double::exp, // crate::study\n    random::{Seed, keyed},\n    \
                stats,\n};\nfn f() { crate::program::bind(); }\n\
                #[cfg(test)]\nmod tests { use crate::cli::Exit; }\n";
    let mut used = used_modules(text);
    used.sort();
    assert_eq!(used, ["index", "math", "program", "random", "stats"]);
}

fn floors() -> BTreeMap<&'static str, u32> {
    let named = |&(floor, modules): &(u32, &'static [&'static str])| {
        modules
            .iter()
            .map(move |&module| (module, floor))
            .collect::<Vec<_>>()
    };
    FLOORS.iter().flat_map(named).collect()
}

/// All source files with their text.
fn sources() -> Vec<(PathBuf, String)> {
    fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).expect("the sources are there") {
            let path = entry.expect("a folder can be listed").path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source is text");
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    collect(&root(), &mut found);
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The module of the crate that a file belongs to.
fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(root()).expect("a source lies in src");
    let first = inside.iter().next().expect("a file has a name");
    first.to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// Whether a file holds tests alone, which may look anywhere.
fn is_test(path: &Path) -> bool {
    path.iter()
        .any(|part| part == "tests" || part == "tests.rs")
}

/// The modules that a text names by `crate::`, up to its tests.
fn used_modules(text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .take_while(|line| line.trim() != "#[cfg(test)]")
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    let mut used = Vec::new();
    for (at, path) in code.match_indices("crate::") {
        let after = &code[at + path.len()..];
        // `$crate` of a macro and `pub(in crate::…)` are paths like any other.
        match after.strip_prefix('{') {
            Some(group) => used.extend(heads_of_group(group)),
            None => used.push(first_name(after)),
        }
    }
    used.sort();
    used.dedup();
    used
}

/// The first names of the paths in a group, up to the brace that closes it.
fn heads_of_group(group: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let mut depth = 0;
    let mut is_head = true;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => is_head = true,
            c if c.is_whitespace() => {}
            _ if is_head => {
                heads.push(first_name(&group[at..]));
                is_head = false;
            }
            _ => {}
        }
    }
    heads
}

fn first_name(path: &str) -> String {
    path.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}
