//! The structure of the sources: a module uses only lower floors, siblings never use each other, no
//! files import each other in a circle, and every file starts with its documentation.
//!
//! The sources are read as text. Comments and unit tests are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of each floor, from the ground up.
const FLOORS: [(u32, &[&str]); 12] = [
    (
        0,
        &[
            "base::index",
            "base::math",
            "base::cancel",
            "base::diagnostic",
        ],
    ),
    (1, &["base::random", "base::stats", "base::linalg"]),
    (2, &["scenario", "optimize"]),
    (3, &["program"]),
    (4, &["engine"]),
    (5, &["simulate"]),
    (6, &["estimate"]),
    (7, &["table"]),
    (8, &["study"]),
    (9, &["report", "session", "python"]),
    (10, &["cli"]),
    (11, &["guide", "lib", "main"]),
];

#[test]
fn modules_use_only_lower_floors() {
    let tree = Tree::of_sources();
    let floors = floors();
    let mut n_uses = 0;
    for (user, used) in tree.imports() {
        let (from, to) = (top_module(&user), top_module(&used));
        if from == to || matches!(user[0].as_str(), "lib" | "main") {
            continue;
        }
        let floor = |module: &str| {
            let found = floors.get(module);
            *found.unwrap_or_else(|| panic!("the module `{module}` is on no floor"))
        };
        n_uses += 1;
        assert!(
            floor(&to) < floor(&from) || is_same_floor_of_base(&from, &to),
            "`{}` on floor {} uses `{}` on floor {}",
            user.join("::"),
            floor(&from),
            used.join("::"),
            floor(&to)
        );
    }
    assert!(
        n_uses > 100,
        "only {n_uses} imports were found: is the search broken?"
    );
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let tree = Tree::of_sources();
    let circles = circles(&tree.imports());
    let shown: Vec<_> = circles
        .iter()
        .map(|circle| circle.join("\n  -> "))
        .collect();
    assert!(
        circles.is_empty(),
        "{} import circles:\n{}",
        circles.len(),
        shown.join("\n\n")
    );
}

#[test]
fn every_file_starts_with_its_documentation() {
    for (path, text) in sources() {
        assert!(
            text.starts_with("//!"),
            "{} does not start with //!",
            path.display()
        );
    }
}

#[test]
fn imports_are_found_in_every_form() {
    let files = [
        ("lib.rs", "pub mod a;\npub mod b;\n"),
        (
            "a/mod.rs",
            "mod x;\nmod y;\npub use x::{X, Z};\nuse y::helper;\nfn f() { crate::b::g(); }\n",
        ),
        (
            "a/x.rs",
            "use super::y::{self, helper};\nuse crate::b;\npub struct X;\n",
        ),
        (
            "a/y.rs",
            "// use crate::b::B;\n#[cfg(test)]\nmod tests { use crate::b::B; }\n",
        ),
        ("b.rs", "use crate::{\n    a::{X, Z},\n    c::C,\n};\n"),
        ("c.rs", "pub struct C;\n"),
    ];
    let tree = Tree::new(
        files
            .iter()
            .map(|(path, text)| (PathBuf::from(path), (*text).to_owned())),
    );
    let imports: Vec<_> = tree
        .imports()
        .into_iter()
        .map(|(from, to)| format!("{} {}", from.join("::"), to.join("::")))
        .collect();
    assert_eq!(
        imports,
        ["a a::y", "a b", "a::x a::y", "a::x b", "b a::x", "b c"]
    );
    assert_eq!(circles(&tree.imports()), [["a::x", "b"]]);
}

/// The path of a module, such as `["engine", "day"]`.
type Module = Vec<String>;

/// The modules of the crate with their sources, without comments and unit tests.
struct Tree(BTreeMap<Module, String>);

impl Tree {
    fn of_sources() -> Self {
        Self::new(
            sources()
                .into_iter()
                .filter(|(path, _)| !is_test(path))
                .map(|(path, text)| {
                    let inside = path
                        .strip_prefix(root())
                        .expect("a source is in src")
                        .to_owned();
                    (inside, text)
                }),
        )
    }

    fn new(files: impl Iterator<Item = (PathBuf, String)>) -> Self {
        Self(
            files
                .map(|(path, text)| (module_of(&path), code_of(&text)))
                .collect(),
        )
    }

    /// Every pair (importing file, imported file). A re-exported name counts as an import of the file
    /// that defines it, and a re-export itself does not count.
    fn imports(&self) -> BTreeSet<(Module, Module)> {
        let mut found = BTreeSet::new();
        for (module, code) in &self.0 {
            for path in self.paths_in(module, code) {
                let used = self.resolve(path);
                if !used.is_empty() && used != *module {
                    found.insert((module.clone(), used));
                }
            }
        }
        found
    }

    /// The paths into the crate that a file names, from the root, without its re-exports.
    fn paths_in(&self, module: &Module, code: &str) -> Vec<Module> {
        let mut paths = Vec::new();
        let mut rest = String::new();
        for item in code.split_inclusive(';') {
            let item_start = item
                .rfind(['}', '{'])
                .filter(|_| !item.contains("use "))
                .map_or(0, |at| at + 1);
            let statement = item[item_start..].trim_start();
            match use_tree(statement) {
                Some((true, _)) => {}
                Some((false, tree)) => paths.extend(leaves(tree)),
                None => rest.push_str(item),
            }
        }
        for head in ["crate::", "super::"] {
            for (at, _) in rest.match_indices(head) {
                let before = rest[..at].chars().next_back();
                if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':') {
                    paths.push(segments(&rest[at..]));
                }
            }
        }
        let absolute = |path: Module| self.absolute(module, path);
        paths.into_iter().filter_map(absolute).collect()
    }

    /// A path from the root; `None` where it leads out of the crate.
    fn absolute(&self, module: &Module, path: Module) -> Option<Module> {
        let mut here = module.clone();
        if here == ["lib"] || here == ["main"] {
            here.clear();
        }
        let mut parts = path.into_iter().peekable();
        match parts.peek().map(String::as_str) {
            Some("crate") => {
                parts.next();
                here.clear();
            }
            Some("self") => {
                parts.next();
            }
            Some("super") => {
                while parts.next_if(|part| part == "super").is_some() {
                    here.pop();
                }
            }
            Some(first) => {
                let mut child = here.clone();
                child.push(first.to_owned());
                if !self.0.contains_key(&child) {
                    return None;
                }
            }
            None => return None,
        }
        here.extend(parts);
        Some(here)
    }

    /// The file that defines the last name of a path, through re-exports.
    fn resolve(&self, mut path: Module) -> Module {
        for _ in 0..8 {
            let mut file = path.clone();
            while !file.is_empty() && !self.0.contains_key(&file) {
                file.pop();
            }
            let Some(name) = path.get(file.len()) else {
                return file;
            };
            let key = if file.is_empty() {
                vec!["lib".to_owned()]
            } else {
                file.clone()
            };
            let Some(code) = self.0.get(&key) else {
                return file;
            };
            let re_exports = code.split_inclusive(';').filter_map(|item| {
                let item = &item[item
                    .find("pub use ")
                    .or_else(|| item.find("pub(in"))
                    .unwrap_or(0)..];
                match use_tree(item.trim_start()) {
                    Some((true, tree)) => Some(leaves(tree)),
                    _ => None,
                }
            });
            let source = re_exports.flatten().find(|leaf| leaf.last() == Some(name));
            let Some(target) = source.and_then(|leaf| self.absolute(&file, leaf)) else {
                return file;
            };
            if target == path {
                return file;
            }
            path = target;
        }
        path
    }
}

/// Of a `use` item: whether it re-exports, and its tree of paths.
fn use_tree(item: &str) -> Option<(bool, &str)> {
    let item = item.trim_start();
    let at = item.find("use ")?;
    let (before, after) = item.split_at(at);
    let before = before.rsplit(['}', ']']).next().unwrap_or(before).trim();
    let visible = before.starts_with("pub");
    (before.is_empty()
        || visible && !before.contains(char::is_whitespace)
        || before.starts_with("pub(in"))
    .then(|| (visible, after["use ".len()..].trim_end_matches(';')))
}

/// The paths of a tree such as `a::{b, c::d}`.
fn leaves(tree: &str) -> Vec<Module> {
    let tree = tree.trim();
    let Some((head, group)) = tree.split_once('{') else {
        let path = segments(tree);
        return if path.is_empty() {
            Vec::new()
        } else {
            vec![path]
        };
    };
    let head = segments(head.trim_end_matches("::"));
    let group = group.strip_suffix('}').unwrap_or(group);
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&group[start..]);
    let inner = parts.into_iter().flat_map(leaves);
    inner
        .map(|leaf| {
            let rest = leaf.into_iter().skip_while(|part| part == "self");
            head.iter().cloned().chain(rest).collect()
        })
        .collect()
}

/// The names of a path at the start of a text.
fn segments(text: &str) -> Module {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    loop {
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        if end == 0 {
            return found;
        }
        found.push(rest[..end].to_owned());
        match rest[end..].strip_prefix("::") {
            Some(after) => rest = after,
            None => return found,
        }
    }
}

/// A text without comments, string contents and unit tests.
fn code_of(text: &str) -> String {
    let lines = text
        .lines()
        .take_while(|line| line.trim() != "#[cfg(test)]");
    let code = lines.map(|line| line.split("//").next().unwrap_or_default());
    code.collect::<Vec<_>>().join("\n")
}

/// The strongly connected groups of two files and more, each as a sorted list.
fn circles(imports: &BTreeSet<(Module, Module)>) -> Vec<Vec<String>> {
    let mut reached: BTreeMap<&Module, BTreeSet<&Module>> = BTreeMap::new();
    let start: BTreeSet<_> = imports.iter().map(|(from, _)| from).collect();
    for &from in &start {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(here) = open.pop() {
            let next = imports.iter().filter(|(user, _)| user == here);
            open.extend(next.map(|(_, used)| used).filter(|&used| seen.insert(used)));
        }
        reached.insert(from, seen);
    }
    let mut groups: BTreeSet<Vec<String>> = BTreeSet::new();
    for &from in &start {
        let returns = |to: &&&Module| reached.get(**to).is_some_and(|back| back.contains(from));
        let group: Vec<_> = reached[from]
            .iter()
            .filter(returns)
            .map(|file| file.join("::"))
            .collect();
        if group.len() > 1 {
            groups.insert(group);
        }
    }
    groups.into_iter().collect()
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

/// The module of [`FLOORS`] that a file belongs to.
fn top_module(module: &Module) -> String {
    let n = if module[0] == "base" { 2 } else { 1 };
    module[..n.min(module.len())].join("::")
}

/// The foundations of one floor may use each other, as long as no files form a circle.
fn is_same_floor_of_base(from: &str, to: &str) -> bool {
    let floors = floors();
    from.starts_with("base::") && to.starts_with("base::") && floors[from] == floors[to]
        || to == "base"
}

/// All source files with their text.
fn sources() -> Vec<(PathBuf, String)> {
    fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).expect("a readable folder of sources") {
            let path = entry.expect("a folder entry").path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source in UTF-8");
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

/// The module of a file, by its path inside `src`.
fn module_of(path: &Path) -> Module {
    let mut parts: Module = path
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if let Some(last) = parts.pop() {
        let name = last.trim_end_matches(".rs");
        if name != "mod" {
            parts.push(name.to_owned());
        }
    }
    parts
}

/// Whether a file holds unit tests only.
fn is_test(path: &Path) -> bool {
    path.iter()
        .any(|part| part == "tests" || part == "tests.rs")
}
