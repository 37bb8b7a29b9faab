//! Scenarios for benchmarks: the files of the repository, many copies of one, and generated ones
//! of any size.

#![allow(dead_code)] // each benchmark uses a part

use realpolitik::base::diagnostic::{Sources, render};
use realpolitik::scenario::{Scenario, read};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A file of the repository.
pub fn file(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The month model, the reference of all throughput figures.
pub fn month_model() -> String {
    file("benches/month_model.toml")
}

/// The founding scenario.
pub fn founding() -> String {
    file("params/within_the_month.toml")
}

/// Reads a scenario that must be accepted.
pub fn scenario(text: &str) -> Scenario {
    let mut sources = Sources::default();
    let reading = read(&mut sources, "bench.toml", text, &[]);
    match reading.scenario {
        Some(scenario) => scenario,
        None => panic!("{}", render(&sources, &reading.diagnostics, false)),
    }
}

/// A scenario of `n` copies of a scenario side by side: all names of its variables,
/// indicators, actors, actions, events and outcomes get a number at their end.
pub fn copies(text: &str, n: usize) -> String {
    let names = names(text);
    let mut all = String::with_capacity(text.len() * n + n);
    // A TOML table may be opened only once, and this one has no subtables.
    let mut indicators = String::from("[indicators]\n");
    for copy in 0..n {
        let mut table = "";
        for line in text.lines() {
            if line.starts_with('[') {
                table = line;
            }
            match table {
                "[scenario]" if copy > 0 => {}
                "[indicators]" if line == table => {}
                "[indicators]" => push_renamed(&mut indicators, line, &names, copy),
                _ => push_renamed(&mut all, line, &names, copy),
            }
        }
    }
    all + &indicators
}

/// The names of a scenario that its expressions may use.
fn names(text: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut table = "";
    for line in text.lines() {
        if line.starts_with('[') {
            table = line;
            let parts: Vec<&str> = line.trim_matches(['[', ']']).split('.').collect();
            if let [_, name, ..] = parts[..] {
                names.insert(name);
            }
        } else if table == "[indicators]"
            && let Some((name, _)) = line.split_once('=')
            && !line.starts_with('#')
        {
            names.insert(name.trim());
        }
    }
    names
}

/// Adds a line in which every name has the number of a copy at its end; comments and prose stay.
fn push_renamed(all: &mut String, line: &str, names: &BTreeSet<&str>, copy: usize) {
    const PROSE: [&str; 7] = [
        "#",
        "label",
        "question",
        "criterion",
        "title",
        "note",
        "source",
    ];
    if PROSE.iter().any(|start| line.starts_with(start)) {
        all.push_str(line);
        all.push('\n');
        return;
    }
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut rest = line;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        all.push_str(word);
        if names.contains(word) {
            write!(all, "_{copy}").expect("texts take any text");
        }
        let other = after.find(is_of_name).unwrap_or(after.len());
        let (between, next) = after.split_at(other);
        all.push_str(between);
        rest = next;
    }
    all.push('\n');
}

/// The size of a generated scenario.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Number of actors.
    pub actors: usize,
    /// Number of actions per actor.
    pub actions: usize,
    /// Number of variables.
    pub variables: usize,
    /// Horizon in days.
    pub days: usize,
}

/// A scenario of a size: each actor has two imperatives of three variables each, and each action
/// changes two variables; all variables have mean reversion and daily shocks.
pub fn generated(size: Size) -> String {
    let mut text = format!(
        "[scenario]\ntitle = \"Generated\"\nstart = 2030-01-01\nhorizon_days = {}\n",
        size.days
    );
    let variable = |n: usize| format!("v{}", n % size.variables);
    let mut add = |line: String| {
        text += &line;
        text.push('\n');
    };
    for n in 0..size.variables {
        add(format!(
            "[variables.v{n}]\ninitial = {{ from = 0.3, to = 0.7 }}"
        ));
        add("baseline = 0.5\nreversion = 0.03\nvolatility = 0.01".to_owned());
    }
    for actor in 0..size.actors {
        add(format!("[actors.a{actor}]\nprecision = 200"));
        for imperative in 0..2 {
            let [a, b, c] = [1, 2, 3].map(|n| variable(5 * actor + 3 * imperative + n));
            add(format!("[actors.a{actor}.imperatives.i{imperative}]"));
            add("weight = { from = 0.5, to = 1.0 }".to_owned());
            add(format!(
                "goal = \"0.4 * {a} + 0.3 * (1 - {b}) + 0.3 * {c}\""
            ));
        }
        for action in 0..size.actions {
            let first = 5 * actor + action;
            let [a, b, c] = [first, first + 1, first + 2].map(variable);
            add(format!("[actions.a{actor}_{action}]\nactor = \"a{actor}\""));
            add(format!(
                "requires = \"{c} < 0.9\"\nsuccess = 0.7\ncost = 0.003"
            ));
            add(format!("effects = {{ {a} = 0.03, {b} = -0.02 }}"));
        }
    }
    add("[outcomes.high]\nquestion = \"High?\"\nwhen = \"v0 > 0.6\"".to_owned());
    text
}
