//! One table of the file with the rule for its fields, and how simple fields are read from it.
//!
//! Opening a table reports unknown and missing keys, so the readers of single fields only report
//! values. A broken value is reported once and read as if it were absent.

use super::super::document::{Item, Node, Table};
use super::super::fields::{Absent, Field, FieldKind, TableRule};
use super::super::findings::Findings;
use super::super::names::article;
use super::Reader;
use crate::base::diagnostic::{Diagnostic, Span};
use jiff::civil::Date;

/// Words that other tools use, each with ours; where a word has two meanings, the table tells which.
const OTHER_WORDS: [(&str, &str); 12] = [
    ("probability", "success"),
    ("probability", "hazard"),
    ("chance", "success"),
    ("chance", "hazard"),
    ("value", "initial"),
    ("start_value", "initial"),
    ("noise", "volatility"),
    ("sd", "volatility"),
    ("end", "horizon_days"),
    ("days", "horizon_days"),
    ("description", "note"),
    ("condition", "requires"),
];

/// A table of the file.
pub(super) struct Section<'d, 't> {
    table: &'d Table<'t>,
    span: Span,
    rule: &'static TableRule,
    /// Its TOML path, empty for the whole file.
    path: String,
}

impl<'d, 't> Section<'d, 't> {
    /// Opens a table; `None` where the value is none. `path` is its TOML path.
    pub fn open(
        node: &'d Node<'t>,
        rule: &'static TableRule,
        path: String,
        findings: &mut Findings,
    ) -> Option<Self> {
        let Item::Table(table) = &node.item else {
            if !matches!(node.item, Item::Broken) {
                let (is, noun) = (node.item.describe(), rule.noun);
                let message = format!("{} {noun} must be a table, not {is}", article(noun));
                let keys: Vec<_> = rule.fields.iter().map(|field| field.key).collect();
                let hint = format!("its keys are {}", keys.join(", "));
                findings.error("wrong-kind", node.span, message, hint);
            }
            return None;
        };
        let section = Self {
            table,
            span: node.span,
            rule,
            path,
        };
        let meant = section.report_unknown(findings);
        section.report_missing(&meant, findings);
        Some(section)
    }

    /// A table without keys in place of one that is broken, about which nothing is reported.
    pub fn stand_in(node: &'d Node<'t>, table: &'d Table<'t>, rule: &'static TableRule) -> Self {
        Self {
            table,
            span: node.span,
            rule,
            path: String::new(),
        }
    }

    /// Where its header stands.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The TOML path of one of its keys.
    pub fn path_of(&self, key: &str) -> String {
        [&self.path, ".", key].concat()
    }

    /// The rule and the value of a key; a value that TOML could not read counts as absent.
    pub fn find(&self, key: &str) -> (&'static Field, Option<&'d Node<'t>>) {
        let field = self
            .rule
            .field(key)
            // The keys that are asked for are written in this crate, beside the rules.
            .expect("a field of the rule");
        let node = self.table.get(key).map(|entry| &entry.value);
        (
            field,
            node.filter(|node| !matches!(node.item, Item::Broken)),
        )
    }

    /// Reports keys that the rule does not have, and gives those that were probably meant.
    fn report_unknown(&self, findings: &mut Findings) -> Vec<&'static str> {
        let mut meant = Vec::new();
        for entry in &self.table.0 {
            if self.rule.field(&entry.key).is_some() {
                continue;
            }
            let known = self.rule.fields.iter().map(|field| field.key);
            let other = OTHER_WORDS
                .iter()
                .find(|(word, ours)| *word == entry.key && self.rule.field(ours).is_some());
            let near = match other {
                Some((_, ours)) => Some(*ours),
                None => findings.nearest_or_longer(&entry.key, known.clone()),
            };
            meant.extend(near);
            let known = known.collect::<Vec<_>>().join(", ");
            let (noun, key) = (self.rule.noun, entry.key.escape_debug());
            let (message, otherwise) = if self.path.is_empty() {
                (
                    format!("there is no table `{key}` in a scenario file"),
                    "the tables are",
                )
            } else {
                (
                    format!("{} {noun} has no key `{key}`", article(noun)),
                    "it may have",
                )
            };
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("{otherwise} {known}"),
            };
            findings.error("unknown-key", entry.key_span, message, hint);
        }
        meant
    }

    /// Reports keys that must be there and are not, save those that are there misspelt.
    fn report_missing(&self, meant: &[&str], findings: &mut Findings) {
        for field in self.rule.fields {
            if field.absent != Absent::Refused
                || self.table.get(field.key).is_some()
                || meant.contains(&field.key)
            {
                continue;
            }
            if self.path.is_empty() {
                let message = format!("the file has no table `{}`", field.key);
                let hint = match field.kind {
                    FieldKind::NamedTables(_) => format!("add a table `[{}.…]`", field.key),
                    _ => format!("add a table `[{}]`", field.key),
                };
                findings.error("missing-table", self.span, message, hint);
                continue;
            }
            let noun = self.rule.noun;
            let message = format!("this {noun} has no `{}`", field.key);
            let hint = match field.example {
                "" => format!("add `{} = …`", field.key),
                example => format!("add, for instance, `{} = {example}`", field.key),
            };
            findings.error("missing-key", self.span, message, hint);
        }
    }
}

/// Whether a value is a table; reports if not.
pub(super) fn expect_table(node: &Node<'_>, field: &Field, findings: &mut Findings) {
    if !matches!(node.item, Item::Table(_) | Item::Broken) {
        wrong_kind(node, field, "a table of named entries", findings);
    }
}

/// Reports a value of the wrong kind.
pub(super) fn wrong_kind(node: &Node<'_>, field: &Field, wanted: &str, findings: &mut Findings) {
    let is = node.item.describe();
    let mut diagnostic = Diagnostic::error(
        "wrong-kind",
        node.span,
        format!("`{}` must be {wanted}, not {is}", field.key),
    );
    let (key, example) = (field.key, field.example);
    if !example.is_empty() {
        diagnostic = diagnostic.hint(format!("write, for instance, `{key} = {example}`"));
    } else if let FieldKind::NamedTables(_) = field.kind {
        diagnostic = diagnostic.hint(format!("write a table `[{key}.…]` for each"));
    }
    findings.push(diagnostic);
}

impl Reader<'_> {
    /// A text for people: one line, safe in a spreadsheet and on a terminal.
    pub(super) fn text(&mut self, section: &Section<'_, '_>, key: &str) -> Option<String> {
        let (field, node) = section.find(key);
        let node = node?;
        let (FieldKind::Text { most }, Item::Text(text, _)) = (field.kind, &node.item) else {
            wrong_kind(node, field, "a text in quotes", self.findings);
            return None;
        };
        // Line breaks of a long text are read as spaces, since a spreadsheet cell has one line.
        let one_line = text.split(['\n', '\r']).map(str::trim).collect::<Vec<_>>();
        let text = one_line.join(" ").trim_matches([' ', '\u{a0}']).to_owned();
        let problem = if text.is_empty() {
            Some((
                "empty-text",
                "this text is empty".to_owned(),
                "write something, or leave the key out",
            ))
        } else if text.chars().count() > most {
            Some((
                "too-long",
                format!("this text has more than {most} characters"),
                "shorten it",
            ))
        } else if text.starts_with(['=', '+', '-', '@', '\t']) {
            let first = text.chars().next().unwrap_or_default().escape_debug();
            let message =
                format!("this text begins with `{first}`, which a spreadsheet takes for a formula");
            Some((
                "unsafe-text",
                message,
                "begin with a letter, a digit or a quotation mark",
            ))
        } else if let Some(bad) = text.chars().find(|c| c.is_control()) {
            let message = format!(
                "this text holds the control character `{}`",
                bad.escape_unicode()
            );
            Some(("unsafe-text", message, "remove it"))
        } else {
            None
        };
        if let Some((code, message, hint)) = problem {
            self.findings.error(code, node.span, message, hint);
            return None;
        }
        Some(text)
    }

    /// The label, or the name where there is none.
    pub(super) fn label(&mut self, section: &Section<'_, '_>, name: &str) -> String {
        self.text(section, "label")
            .unwrap_or_else(|| name.to_owned())
    }

    /// One of the words of a field, or its default.
    pub(super) fn word(&mut self, section: &Section<'_, '_>, key: &str) -> Option<&'static str> {
        let (field, node) = section.find(key);
        let FieldKind::Word(words) = field.kind else {
            return None;
        };
        let Some(node) = node else {
            return match field.absent {
                Absent::Word(word) => Some(word),
                _ => None,
            };
        };
        let all = words
            .iter()
            .map(|word| format!("\"{word}\""))
            .collect::<Vec<_>>()
            .join(", ");
        let Item::Text(text, _) = &node.item else {
            wrong_kind(node, field, &format!("one of {all}"), self.findings);
            return None;
        };
        let found = words.iter().find(|word| **word == text.as_ref());
        if found.is_none() {
            let hint = match self.findings.nearest(text, words.iter().copied()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("write one of {all}"),
            };
            let message = format!("`{}` cannot be \"{}\"", key, text.escape_debug());
            self.findings
                .error("unknown-word", node.span, message, hint);
        }
        found.copied()
    }

    /// A date without a time.
    pub(super) fn date(&mut self, section: &Section<'_, '_>, key: &str) -> Option<(Date, Span)> {
        let (field, node) = section.find(key);
        let node = node?;
        match &node.item {
            Item::Date(date) => Some((*date, node.span)),
            Item::Text(text, _) if text.parse::<Date>().is_ok() => {
                let hint = format!("write it without quotes: `{key} = {text}`");
                let message = format!("`{key}` must be a date, not a text");
                self.findings.error("wrong-kind", node.span, message, hint);
                None
            }
            Item::Time => {
                let message = format!("`{key}` must be a date without a time of day");
                let hint = format!("write, for instance, `{key} = {}`", field.example);
                self.findings.error("wrong-kind", node.span, message, hint);
                None
            }
            _ => {
                wrong_kind(node, field, "a date", self.findings);
                None
            }
        }
    }

    /// A whole number within the limits of its field, or its default.
    pub(super) fn whole(&mut self, section: &Section<'_, '_>, key: &str) -> Option<i64> {
        let (field, node) = section.find(key);
        let FieldKind::Whole { least, most } = field.kind else {
            return None;
        };
        let Some(node) = node else {
            return match field.absent {
                Absent::Number(default) => Some(default as i64),
                _ => None,
            };
        };
        let value = match node.item {
            Item::Whole(value) => value,
            // A whole number written with a point is meant as one.
            Item::Real(value) if value == value.trunc() => value as i64,
            Item::Real(_) => {
                let message = format!("`{key}` must be a whole number");
                let hint = format!("write a number from {least} to {most} without a point");
                self.findings.error("wrong-kind", node.span, message, hint);
                return None;
            }
            _ => {
                wrong_kind(node, field, "a whole number", self.findings);
                return None;
            }
        };
        if !(least..=most).contains(&value) {
            let message = format!("this is outside what `{key}` may be");
            let hint = format!("write a whole number from {least} to {most}");
            self.findings
                .error("out-of-range", node.span, message, hint);
            return None;
        }
        Some(value)
    }

    /// A name that is made up where it is used, or its default.
    pub(super) fn name(&mut self, section: &Section<'_, '_>, key: &str) -> Option<String> {
        let (field, node) = section.find(key);
        let Some(node) = node else {
            return match field.absent {
                Absent::Word(word) => Some(word.to_owned()),
                _ => None,
            };
        };
        let Item::Text(text, _) = &node.item else {
            wrong_kind(node, field, "a name in quotes", self.findings);
            return None;
        };
        super::super::names::check_name(text, node.span, self.findings);
        Some(text.clone().into_owned())
    }
}
