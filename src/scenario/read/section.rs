//! A table of the file with the specification of its fields, and readers of simple values.
//!
//! Opening a table reports unknown and missing keys, so the readers of fields only report values.
//! An invalid value is reported once and then treated as absent.

use super::super::characters::unseen_character;
use super::super::deadlines::date_of;
use super::super::diagnostics::DiagnosticSink;
use super::super::document::{TomlItem, TomlTable, TomlValue};
use super::super::fields::{Field, FieldDefault, FieldKind, TableSpec};
use super::super::limits;
use super::super::names::article;
use super::super::other_tools;
use super::reader::Reader;
use crate::base::diagnostic::{Diagnostic, Span, escaped, is_invisible};
use jiff::civil::Date;

/// Keys of other tools with their equivalents here; if a key has several, the table decides.
const FOREIGN_KEYS: &[(&str, &str)] = &[
    ("probability", "success"),
    ("probability", "hazard"),
    ("prob", "success"),
    ("prob", "hazard"),
    ("likelihood", "success"),
    ("likelihood", "hazard"),
    ("chance", "success"),
    ("chance", "hazard"),
    ("rate", "hazard"),
    ("value", "initial"),
    ("start_value", "initial"),
    ("default", "initial"),
    ("low", "min"),
    ("lower", "min"),
    ("high", "max"),
    ("upper", "max"),
    ("noise", "volatility"),
    ("sd", "volatility"),
    ("sigma", "volatility"),
    ("mean", "baseline"),
    ("end", "horizon_days"),
    ("days", "horizon_days"),
    ("horizon", "horizon_days"),
    ("duration", "horizon_days"),
    ("start_date", "start"),
    ("name", "title"),
    ("name", "label"),
    ("title", "label"),
    ("text", "question"),
    ("deadline", "by"),
    ("date", "by"),
    ("agent", "actor"),
    ("owner", "actor"),
    ("player", "actor"),
    ("utility", "goal"),
    ("formula", "goal"),
    ("description", "note"),
    ("comment", "note"),
    ("condition", "requires"),
    ("condition", "when"),
    ("if", "requires"),
];

/// What to write instead of a probability of an action, which may mean two things.
const PROBABILITY_OF_ACTION: &str = "write `success` for the probability that the action succeeds \
    once it is taken, or `daily_odds` for how readily it is taken: the odds against waiting, before \
    utility counts";

/// Characters with which spreadsheets begin a formula, also in the full width of East Asian text.
const FORMULA_STARTS: [char; 9] = ['=', '+', '-', '@', '\t', '＝', '＋', '－', '＠'];

/// A table whose keys have been checked.
pub(super) struct Section<'d, 't> {
    table: &'d TomlTable<'t>,
    span: Span,
    spec: &'static TableSpec,
    /// The TOML path, empty for the top level.
    path: String,
}

impl<'d, 't> Section<'d, 't> {
    /// Opens a table at a TOML path and reports unknown and missing keys; `None` if the
    /// value is no table.
    pub fn open(
        node: &'d TomlValue<'t>,
        spec: &'static TableSpec,
        path: String,
        sink: &mut DiagnosticSink,
    ) -> Option<Self> {
        let TomlItem::Table(table) = &node.item else {
            if !matches!(node.item, TomlItem::Invalid) {
                let (is, noun) = (node.item.describe(), spec.noun);
                let message = format!("{} {noun} must be a table, not {is}", article(noun));
                let keys: Vec<_> = spec.fields.iter().map(|field| field.key).collect();
                let hint = match path.is_empty() {
                    true => format!("write a table; valid keys: {}", keys.join(", ")),
                    false => format!(
                        "write a table `[{path}]` with its keys on the lines below; valid keys: {}",
                        keys.join(", ")
                    ),
                };
                sink.error("wrong-type", node.span, message, hint);
            }
            return None;
        };
        let section = Self {
            table,
            span: node.span,
            spec,
            path,
        };
        let meant = section.report_unknown(sink);
        section.report_missing(&meant, sink);
        Some(section)
    }

    /// An empty table in place of an invalid one, about which nothing is reported.
    pub fn placeholder(
        node: &'d TomlValue<'t>,
        table: &'d TomlTable<'t>,
        spec: &'static TableSpec,
    ) -> Self {
        Self {
            table,
            span: node.span,
            spec,
            path: String::new(),
        }
    }

    /// The place of the header.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The TOML path of one of its keys.
    pub fn path_of(&self, key: &str) -> String {
        [&self.path, ".", key].concat()
    }

    /// The specification and the value of a key. A value that TOML could not
    /// parse counts as absent.
    pub fn find(&self, key: &str) -> (&'static Field, Option<&'d TomlValue<'t>>) {
        let field = self
            .spec
            .field(key)
            // The keys are literals of this crate, beside the specifications.
            .expect("a field of the spec");
        let node = self.table.get(key).map(|entry| &entry.value);
        (
            field,
            node.filter(|node| !matches!(node.item, TomlItem::Invalid)),
        )
    }

    /// Reports unknown keys, and returns those that were probably meant.
    fn report_unknown(&self, sink: &mut DiagnosticSink) -> Vec<&'static str> {
        let mut meant = Vec::new();
        for entry in &self.table.0 {
            if self.spec.field(&entry.key).is_some() {
                continue;
            }
            let known = self.spec.fields.iter().map(|field| field.key);
            let other = FOREIGN_KEYS
                .iter()
                .find(|(word, ours)| *word == entry.key && self.spec.field(ours).is_some());
            let near = match other {
                Some((_, ours)) => Some(*ours),
                None => sink.nearest_or_longer(&entry.key, known.clone()),
            };
            meant.extend(near);
            let known = known.collect::<Vec<_>>().join(", ");
            let (noun, key) = (self.spec.noun, escaped(&entry.key));
            let (message, otherwise) = if self.path.is_empty() {
                (format!("unknown table `{key}`"), "valid tables:")
            } else {
                (
                    format!("unknown key `{key}` in {} {noun}", article(noun)),
                    "valid keys:",
                )
            };
            let hint = match near {
                Some("horizon_days") if other.is_some() => {
                    "write `horizon_days = …`, the number of simulated days, `start` included"
                        .to_owned()
                }
                Some("success") if other.is_some() => PROBABILITY_OF_ACTION.to_owned(),
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("{otherwise} {known}"),
            };
            sink.error("unknown-key", entry.key_span, message, hint);
        }
        meant
    }

    /// Reports missing required keys, except those that are present with a misspelled name.
    fn report_missing(&self, meant: &[&str], sink: &mut DiagnosticSink) {
        for field in self.spec.fields {
            if field.default != FieldDefault::Required
                || self.table.get(field.key).is_some()
                || meant.contains(&field.key)
            {
                continue;
            }
            if self.path.is_empty() {
                let message = format!("missing table `{}`", field.key);
                let hint = match field.kind {
                    FieldKind::NamedTables(_) => format!("add a table `[{}.NAME]`", field.key),
                    _ => format!("add a table `[{}]`", field.key),
                };
                sink.error("missing-table", self.span, message, hint);
                continue;
            }
            let noun = self.spec.noun;
            let message = format!("missing key `{}` in this {noun}", field.key);
            let hint = match field.example {
                "" => format!("add `{} = …`", field.key),
                example => format!("add, for example, `{} = {example}`", field.key),
            };
            sink.error("missing-key", self.span, message, hint);
        }
    }
}

/// Reports a value that is not a table.
pub(super) fn expect_table(node: &TomlValue<'_>, field: &Field, sink: &mut DiagnosticSink) {
    if !matches!(node.item, TomlItem::Table(_) | TomlItem::Invalid) {
        report_wrong_type(node, field, "a table", sink);
    }
}

/// Reports a value of the wrong type; messages say what is wanted.
pub(super) fn report_wrong_type(
    node: &TomlValue<'_>,
    field: &Field,
    wanted: &str,
    sink: &mut DiagnosticSink,
) {
    let is = node.item.describe();
    let mut diagnostic = Diagnostic::error(
        "wrong-type",
        node.span,
        format!("`{}` must be {wanted}, not {is}", field.key),
    );
    let (key, example) = (field.key, field.example);
    let takes_number = ["a number", "an integer"].contains(&wanted);
    if let Some(hint) = hint_for_quoted_number(node, key).filter(|_| takes_number) {
        diagnostic = diagnostic.hint(hint);
    } else if !example.is_empty() {
        diagnostic = diagnostic.hint(format!("write, for example, `{key} = {example}`"));
    } else if let FieldKind::NamedTables(_) = field.kind {
        let parent = if key == "imperatives" {
            "actors.NAME."
        } else {
            ""
        };
        diagnostic = diagnostic.hint(format!(
            "write a table `[{parent}{key}.NAME]` for each {}",
            key.trim_end_matches('s')
        ));
    }
    sink.push(diagnostic);
}

/// What to write instead of a number in quotes, which may have a decimal comma or a percent sign;
/// `None` if the string is no number.
pub(super) fn hint_for_quoted_number(node: &TomlValue<'_>, key: &str) -> Option<String> {
    let TomlItem::String(text, _) = &node.item else {
        return None;
    };
    let text = text.trim();
    let number = other_tools::number(text).or_else(|| other_tools::number_with_unit(text))?;
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    Some(match text.parse::<f64>() {
        Ok(_) if is_plain && (digits == "0" || !digits.starts_with('0')) => {
            format!("remove the quotes: `{key} = {text}`")
        }
        Ok(_) => format!("remove the quotes: `{key} = {number}`"),
        Err(_) => format!("write a decimal number without quotes: `{key} = {number}`"),
    })
}

/// Reads a number; reports one that is not finite or too large.
pub(super) fn number(node: &TomlValue<'_>, sink: &mut DiagnosticSink) -> Option<f64> {
    let value = match node.item {
        TomlItem::Integer(value) => value as f64,
        TomlItem::Float(value) => value,
        _ => return None,
    };
    let max = limits::MAX_ABS_NUMBER;
    if value.is_nan() || value.abs() > max {
        let message = if value.is_nan() {
            "`nan` is not allowed"
        } else {
            "this number is out of range"
        };
        sink.error(
            "out-of-range",
            node.span,
            message,
            format!("write a number from -{max:e} to {max:e}"),
        );
        return None;
    }
    Some(value)
}

impl Reader<'_> {
    /// Reads a display string: one line, safe in a spreadsheet and on a terminal.
    pub(super) fn string(&mut self, section: &Section<'_, '_>, key: &str) -> Option<String> {
        let (field, node) = section.find(key);
        let node = node?;
        let (FieldKind::String { max }, TomlItem::String(text, _)) = (field.kind, &node.item)
        else {
            report_wrong_type(node, field, "a string", self.sink);
            return None;
        };
        // Line breaks are read as spaces, since a cell of a table has one line.
        let one_line = text.split(['\n', '\r']).map(str::trim).collect::<Vec<_>>();
        let after = match text.starts_with(char::is_whitespace) {
            true => ", after whitespace,",
            false => "",
        };
        let text = one_line.join(" ").trim_matches([' ', '\u{a0}']).to_owned();
        let problem = if text.is_empty() {
            Some((
                "empty-string",
                "this string is empty".to_owned(),
                match field.default {
                    FieldDefault::Required => "write at least one character",
                    _ => "write at least one character, or remove the key",
                },
            ))
        } else if text.chars().count() > max {
            Some((
                "too-long",
                format!("this string has more than {max} characters"),
                "shorten it",
            ))
        } else if let Some(bad) = text.chars().find(|c| is_invisible(*c)) {
            let message = format!("this string contains the {}", unseen_character(bad));
            Some((
                "unsafe-string",
                message,
                "delete it; if you cannot find it, type the text again",
            ))
        } else if text.starts_with(FORMULA_STARTS) {
            let first = text.chars().next().unwrap_or_default().to_string();
            let first = escaped(&first);
            let message = format!(
                "this string begins{after} with `{first}`, which spreadsheets read as a formula"
            );
            Some((
                "unsafe-string",
                message,
                "begin it with a letter, a digit or a quotation mark",
            ))
        } else {
            None
        };
        if let Some((code, message, hint)) = problem {
            self.sink.error(code, node.span, message, hint);
            return None;
        }
        Some(text)
    }

    /// Reads the label; defaults to the name.
    pub(super) fn label(&mut self, section: &Section<'_, '_>, name: &str) -> String {
        self.string(section, "label")
            .unwrap_or_else(|| name.to_owned())
    }

    /// Reads one of the words of a field, or its default.
    pub(super) fn choice(&mut self, section: &Section<'_, '_>, key: &str) -> Option<&'static str> {
        let (field, node) = section.find(key);
        let FieldKind::Choice(words) = field.kind else {
            return None;
        };
        let Some(node) = node else {
            return match field.default {
                FieldDefault::Word(word) => Some(word),
                _ => None,
            };
        };
        let all = words
            .iter()
            .map(|word| format!("\"{word}\""))
            .collect::<Vec<_>>()
            .join(", ");
        let TomlItem::String(text, _) = &node.item else {
            report_wrong_type(node, field, &format!("one of {all}"), self.sink);
            return None;
        };
        let found = words.iter().find(|word| **word == text.as_ref());
        if found.is_none() {
            let hint = match self.sink.nearest(text, words.iter().copied()) {
                Some(near) => format!("did you mean `\"{near}\"`?"),
                None => format!("write one of {all}"),
            };
            let message = format!("invalid value for `{}`: \"{}\"", key, escaped(text));
            self.sink.error("invalid-value", node.span, message, hint);
        }
        found.copied()
    }

    /// Reads a date without a time of day.
    pub(super) fn date(&mut self, section: &Section<'_, '_>, key: &str) -> Option<(Date, Span)> {
        let (field, node) = section.find(key);
        let node = node?;
        match &node.item {
            TomlItem::Date(date) => Some((*date, node.span)),
            TomlItem::String(text, _) if text.parse::<Date>().is_ok() => {
                let hint = format!("remove the quotes: `{key} = {text}`");
                let message = format!("`{key}` must be a date, not a string");
                self.sink.error("wrong-type", node.span, message, hint);
                None
            }
            TomlItem::Time => {
                let message = format!("`{key}` must be a date without a time of day");
                let hint = format!("write, for example, `{key} = {}`", field.example);
                self.sink.error("wrong-type", node.span, message, hint);
                None
            }
            TomlItem::String(text, _) if date_of(text).is_some() => {
                let message = format!("`{key}` must be a date, not a string");
                let date = date_of(text).map_or_else(String::new, |date| date.to_string());
                let hint = format!("write dates as year-month-day: `{key} = {date}`");
                self.sink.error("wrong-type", node.span, message, hint);
                None
            }
            _ => {
                if let Some(hint) = self.hint_for_day_number(node, key) {
                    let is = node.item.describe();
                    let message = format!("`{key}` must be a date, not {is}");
                    self.sink.error("wrong-type", node.span, message, hint);
                } else {
                    report_wrong_type(node, field, "a date", self.sink);
                }
                None
            }
        }
    }

    /// Reads an integer within the limits of its field, or its default.
    pub(super) fn integer(&mut self, section: &Section<'_, '_>, key: &str) -> Option<i64> {
        let (field, node) = section.find(key);
        let FieldKind::Integer { min, max } = field.kind else {
            return None;
        };
        let Some(node) = node else {
            return match field.default {
                FieldDefault::Number(default) => Some(default as i64),
                _ => None,
            };
        };
        let value = match node.item {
            TomlItem::Integer(value) => value,
            // An integer may be written as a float.
            TomlItem::Float(value) if value == value.trunc() => value as i64,
            TomlItem::Float(_) => {
                let message = format!("`{key}` must be an integer");
                let hint = format!("write an integer from {min} to {max}");
                self.sink.error("wrong-type", node.span, message, hint);
                return None;
            }
            _ => {
                report_wrong_type(node, field, "an integer", self.sink);
                return None;
            }
        };
        if !(min..=max).contains(&value) {
            let message = format!("`{key}` = {value} is out of range");
            let hint = format!("write an integer from {min} to {max}");
            self.sink.error("out-of-range", node.span, message, hint);
            return None;
        }
        Some(value)
    }

    /// Reads a name that is not defined elsewhere, such as a track, or its default.
    pub(super) fn name(&mut self, section: &Section<'_, '_>, key: &str) -> Option<String> {
        let (field, node) = section.find(key);
        let Some(node) = node else {
            return match field.default {
                FieldDefault::Word(word) => Some(word.to_owned()),
                _ => None,
            };
        };
        let TomlItem::String(text, _) = &node.item else {
            report_wrong_type(node, field, "a name in quotes", self.sink);
            return None;
        };
        super::super::names::check_name(text, node.span, self.sink);
        Some(text.clone().into_owned())
    }
}
