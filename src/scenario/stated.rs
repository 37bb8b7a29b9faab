//! What a scenario file states, path by path.

use super::diagnostics::DiagnosticSink;
use super::document::{TomlItem, TomlTable, TomlValue, parse_document};
use crate::base::diagnostic::{Sources, Span};

/// A value of a scenario file as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct StatedValue {
    /// TOML path; elements of an array of tables are numbered from 0.
    pub path: String,
    /// The text of the value, without quotation marks.
    pub text: String,
    /// The number, if it is one.
    pub number: Option<f64>,
}

/// Keys whose values are for people and change no run.
const TEXT_KEYS: [&str; 6] = [
    "title",
    "label",
    "question",
    "criterion",
    "description",
    "resolution",
];

/// All values of a scenario file, in its order, except texts for people and resolutions. A table whose
/// path `is_value` is one value; every other table is entered. Empty if the text is not valid TOML.
pub fn stated_values(text: &str, is_value: impl Fn(&str) -> bool) -> Vec<StatedValue> {
    let mut sources = Sources::default();
    let source = sources.push("", "");
    let mut collector = Collector {
        text,
        is_value,
        found: Vec::new(),
    };
    if let Some(table) = parse_document(text, source, &mut DiagnosticSink::new(source)) {
        collector.table(&table, "");
    }
    collector.found
}

/// The TOML path of the value or table at a byte of a scenario file; `None` if there is none, or the text
/// is not valid TOML.
pub fn stated_path(text: &str, byte: usize) -> Option<String> {
    let mut sources = Sources::default();
    let source = sources.push("", "");
    let table = parse_document(text, source, &mut DiagnosticSink::new(source))?;
    path_in(&table, byte)
}

fn path_in(table: &TomlTable<'_>, byte: usize) -> Option<String> {
    let contains = |span: Span| (span.start..=span.end).contains(&byte);
    // Tables with headers do not contain the bytes of their values, so every table is searched.
    let below = table.0.iter().find_map(|entry| match &entry.value.item {
        TomlItem::Table(inner) => Some(format!("{}.{}", entry.key, path_in(inner, byte)?)),
        _ => None,
    });
    below.or_else(|| {
        let mut entries = table.0.iter();
        let found = entries.find(|one| contains(one.value.span) || contains(one.key_span))?;
        Some(found.key.to_string())
    })
}

struct Collector<'t, F> {
    text: &'t str,
    is_value: F,
    found: Vec<StatedValue>,
}

impl<F: Fn(&str) -> bool> Collector<'_, F> {
    fn table(&mut self, table: &TomlTable<'_>, prefix: &str) {
        for entry in &table.0 {
            if !TEXT_KEYS.contains(&&*entry.key) {
                self.value(&entry.value, format!("{prefix}{}", entry.key));
            }
        }
    }

    fn value(&mut self, value: &TomlValue<'_>, path: String) {
        let is_table = |value: &TomlValue<'_>| matches!(value.item, TomlItem::Table(_));
        match &value.item {
            TomlItem::Table(table) if !(self.is_value)(&path) => {
                self.table(table, &format!("{path}."));
            }
            TomlItem::Array(values) if values.iter().any(is_table) => {
                for (index, value) in values.iter().enumerate() {
                    self.value(value, format!("{path}.{index}"));
                }
            }
            item => self.found.push(StatedValue {
                path,
                text: self.written(value.span),
                number: match item {
                    TomlItem::Integer(number) => Some(*number as f64),
                    TomlItem::Float(number) => Some(*number),
                    _ => None,
                },
            }),
        }
    }

    /// The text at a place, on one line and without quotation marks.
    fn written(&self, span: Span) -> String {
        let text = self.text.get(span.start..span.end).unwrap_or_default();
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").trim_matches(['"', '\'']).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_paths_and_texts() {
        let text = "
            [scenario]
            title = \"For people\"
            start = 2030-03-01
            [actions.talk]
            success = { from = 0.1, to = 0.2 }
            effects = { tension = -0.05 }
            requires = \"tension > 0.3\"
            [[correlations]]
            between = [\"a\",
                \"b\"]
            [[correlations]]
            rho = 1
        ";
        let found = stated_values(text, |path| path == "actions.talk.success");
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.path.as_str(), one.text.as_str(), one.number))
            .collect();
        assert_eq!(
            found,
            [
                ("scenario.start", "2030-03-01", None),
                ("actions.talk.success", "{ from = 0.1, to = 0.2 }", None),
                ("actions.talk.effects.tension", "-0.05", Some(-0.05)),
                ("actions.talk.requires", "tension > 0.3", None),
                ("correlations.0.between", "[\"a\", \"b\"]", None),
                ("correlations.1.rho", "1", Some(1.0)),
            ]
        );
        assert!(stated_values("a = ", |_| false).is_empty());
    }

    #[test]
    fn values_are_found_by_their_places() {
        let text = "[scenario]\nstart = 2030-03-01\n[outcomes.crisis]\nby = 2030-03-20\n\
                    [actions]\ntalk = { effects = { calm = 0.1 } }\n";
        for (part, path) in [
            ("2030-03-01", "scenario.start"),
            ("2030-03-20", "outcomes.crisis.by"),
            ("0.1", "actions.talk.effects.calm"),
            ("crisis]", "outcomes.crisis"),
        ] {
            let byte = text.find(part).unwrap();
            assert_eq!(stated_path(text, byte).as_deref(), Some(path));
        }
        assert_eq!(stated_path("a = ", 0), None);
    }
}
