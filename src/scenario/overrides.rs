//! Overrides, `--set PATH=VALUE`: values that replace or extend the file before it is checked.
//!
//! The path is the TOML path, under which results also name a quantity. A value that is not TOML
//! is read as a string, so that expressions need no quotes in a shell. Overrides cannot add
//! names, so a misspelled actor is an error and not a new actor. `PATH*=FACTOR` multiplies the
//! value in the file.

mod hints;
mod multiply;
mod path_set;

use super::diagnostics::DiagnosticSink;
use super::document::{self, TomlEntry, TomlItem, TomlTable, TomlValue, ValueError};
use super::fields::{FieldKind, ROOT, TableSpec};
use super::limits;
use crate::base::diagnostic::{Diagnostic, SourceId, Sources, Span, escaped};
pub(super) use hints::show_as_options;
use multiply::{Factor, multiply, read_factor};
pub use path_set::{PathSet, is_part, replaced_setting};
use std::borrow::Cow;

/// One override, `PATH=VALUE` or `PATH*=FACTOR`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// A TOML path of bare keys, such as `actors.russia.imperatives.break_nato.weight`; if it ends
    /// with `*`, the value is a factor.
    pub path: String,
    /// A TOML value, or the text of an expression without quotes.
    pub value: String,
}

impl Override {
    /// The TOML path without `*`.
    pub fn target(&self) -> &str {
        self.path.strip_suffix('*').unwrap_or(&self.path).trim_end()
    }

    /// Whether it multiplies the value in the file.
    pub fn is_factor(&self) -> bool {
        self.path.ends_with('*')
    }

    /// The value as a quantity reads it, if it is a number that some quantity accepts.
    pub fn number(&self) -> Option<f64> {
        let text = self.to_string();
        if self.value.is_empty() || text.len() > limits::OVERRIDE_BYTES {
            return None;
        }
        let node = document::parse_value(&text, self.path.len() + 1, SourceId(0)).ok()?;
        let number = match node.item {
            TomlItem::Integer(value) => value as f64,
            TomlItem::Float(value) => value,
            _ => return None,
        };
        (number.abs() <= limits::MAX_ABS_NUMBER).then_some(number)
    }
}

/// An override without `=`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not of the form PATH=VALUE: write, for example, scenario.horizon_days=60")]
pub struct NotAnOverride(pub String);

impl std::str::FromStr for Override {
    type Err = NotAnOverride;

    /// Splits `PATH=VALUE` at the first `=`.
    fn from_str(text: &str) -> Result<Self, NotAnOverride> {
        let (path, value) = text
            .split_once('=')
            .ok_or_else(|| NotAnOverride(text.to_owned()))?;
        Ok(Self {
            path: path.trim().to_owned(),
            value: value.trim().to_owned(),
        })
    }
}

impl std::fmt::Display for Override {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}={}", self.path, self.value)
    }
}

/// Adds the overrides as sources named `--set` and returns their ids.
pub(super) fn add_sources(overrides: &[Override], sources: &mut Sources) -> Vec<SourceId> {
    overrides
        .iter()
        .map(|one| sources.push("--set", one.to_string()))
        .collect()
}

/// Applies one override to the tree of the file. `text` is `PATH=VALUE` and the text of `source`.
pub(super) fn apply<'t>(
    root: &mut TomlTable<'t>,
    text: &'t str,
    source: SourceId,
    sink: &mut DiagnosticSink,
) {
    let whole = span(source, 0, text.len());
    if text.len() > limits::OVERRIDE_BYTES {
        let message = format!(
            "this override is longer than {} bytes",
            limits::OVERRIDE_BYTES
        );
        sink.error(
            "too-long",
            whole,
            message,
            "put the value in the scenario file",
        );
        return;
    }
    let (path, value) = text.split_once('=').unwrap_or((text, ""));
    let factor_path = path.strip_suffix('*');
    let target = factor_path.unwrap_or(path).trim_end();
    let Some(keys) = split((target, value), source, sink) else {
        return;
    };
    let change = match factor_path {
        Some(_) => read_factor(value, whole, sink).map(OverrideOperation::Multiply),
        None => read_value(text, path.len() + 1, value, source, sink).map(OverrideOperation::Set),
    };
    let Some(change) = change else {
        return;
    };
    let walk = PathWalker { keys: &keys, sink };
    walk.table(root, AllowedKeys::Fields(&ROOT), change);
}

/// The operation on the value at a path.
enum OverrideOperation<'t> {
    /// Replaces or adds the value.
    Set(TomlValue<'t>),
    /// Multiplies the value by a factor.
    Multiply(Factor),
}

fn span(source: SourceId, start: usize, end: usize) -> Span {
    Span { source, start, end }
}

/// The keys of a path with their places.
fn split<'t>(
    (path, value): (&'t str, &str),
    source: SourceId,
    sink: &mut DiagnosticSink,
) -> Option<Vec<(&'t str, Span)>> {
    let mut at = 0;
    let mut keys = Vec::new();
    for key in path.split('.') {
        let place = span(source, at, at + key.len());
        let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if key.is_empty() || !key.chars().all(bare) {
            let message = format!("`{}` is not a valid path", escaped(path));
            let hint = match similar_path(path) {
                Some(path) => format!("write names separated by single dots: `{path}={value}`"),
                None => "write names separated by single dots, for example \
                         `scenario.horizon_days=60`"
                    .to_owned(),
            };
            sink.error("invalid-path", place, message, hint);
            return None;
        }
        keys.push((key, place));
        at += key.len() + 1;
    }
    Some(keys)
}

/// The path that a path in the notation of a programming language means, such as
/// `actors['north']['precision']`.
fn similar_path(path: &str) -> Option<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let names: Vec<&str> = path
        .split(|c| !is_name(c))
        .filter(|one| !one.is_empty())
        .collect();
    let is_known = names
        .first()
        .is_some_and(|first| ROOT.field(first).is_some());
    (is_known && names.len() > 1 && !path.contains("..")).then(|| names.join("."))
}

/// Reads the value as TOML, or else as a string.
fn read_value<'t>(
    text: &'t str,
    offset: usize,
    value: &'t str,
    source: SourceId,
    sink: &mut DiagnosticSink,
) -> Option<TomlValue<'t>> {
    let whole = span(source, offset.min(text.len()), text.len());
    if value.is_empty() {
        let hint = "write `PATH=VALUE`, for example `scenario.horizon_days=60`";
        sink.error("missing-value", whole, "missing value after the path", hint);
        return None;
    }
    match document::parse_value(text, offset, source) {
        Ok(node) => Some(node),
        Err(ValueError::TooLarge) => {
            sink.error(
                "too-deep",
                whole,
                "this value is too large or nested too deeply",
                "write a simpler value",
            );
            None
        }
        Err(ValueError::Syntax(error)) if value.starts_with(['{', '[', '"', '\'']) => {
            sink.mark_broken_lines(whole);
            sink.push(error);
            None
        }
        Err(ValueError::Syntax(_)) => Some(TomlValue {
            span: whole,
            item: TomlItem::String(Cow::Borrowed(value), Some(offset)),
        }),
    }
}

/// The keys that are allowed in a table on the path.
#[derive(Clone, Copy)]
enum AllowedKeys {
    /// The fields of a table specification.
    Fields(&'static TableSpec),
    /// Names that exist in the file, each of a table with these fields.
    Names(&'static TableSpec),
    /// Names of variables, each of a table with these fields; the reader checks the names.
    Variables(&'static TableSpec),
    /// Names that exist in the file, each of an expression.
    Expressions,
    /// Any key: the reader checks effects and the parameters of distributions.
    Anything,
}

/// The rest of a path.
struct PathWalker<'w, 't> {
    keys: &'w [(&'t str, Span)],
    sink: &'w mut DiagnosticSink,
}

impl<'t> PathWalker<'_, 't> {
    /// Applies the operation in a table.
    fn table(self, table: &mut TomlTable<'t>, spec: AllowedKeys, change: OverrideOperation<'t>) {
        let Some((&(key, place), rest)) = self.keys.split_first() else {
            return;
        };
        let inner = match spec {
            AllowedKeys::Fields(spec) => match spec.field(key) {
                Some(field) => inner_keys(field.kind),
                None => return self.report_unknown_key(key, place, spec),
            },
            AllowedKeys::Names(_) | AllowedKeys::Expressions if table.get(key).is_none() => {
                return self.report_unknown_name(key, place, table, spec);
            }
            AllowedKeys::Names(spec) | AllowedKeys::Variables(spec) => {
                Some(AllowedKeys::Fields(spec))
            }
            AllowedKeys::Expressions => None,
            AllowedKeys::Anything => Some(AllowedKeys::Anything),
        };
        if rest.is_empty() {
            let takes_expressions = match spec {
                AllowedKeys::Fields(spec) => spec.field(key).is_some_and(|field| {
                    matches!(field.kind, FieldKind::Quantity { expression, .. } if expression)
                }),
                AllowedKeys::Expressions | AllowedKeys::Anything => true,
                AllowedKeys::Names(_) | AllowedKeys::Variables(_) => false,
            };
            match (table.get_mut(key), change) {
                (Some(entry), OverrideOperation::Set(value)) => entry.value = value,
                (Some(entry), OverrideOperation::Multiply(factor)) => {
                    multiply(&mut entry.value, factor, takes_expressions, self.sink);
                }
                (None, OverrideOperation::Set(value)) => table.0.push(TomlEntry {
                    key: Cow::Borrowed(key),
                    key_span: place,
                    value,
                }),
                (None, OverrideOperation::Multiply(factor)) => {
                    self.report_nothing_to_multiply(key, factor)
                }
            }
            return;
        }
        let Some(inner) = inner else {
            return self.report_no_table(key, rest[0].1);
        };
        if table.get(key).is_none() {
            table.0.push(TomlEntry {
                key: Cow::Borrowed(key),
                key_span: place,
                value: TomlValue {
                    span: place,
                    item: TomlItem::Table(TomlTable::default()),
                },
            });
        }
        let Some(entry) = table.get_mut(key) else {
            return;
        };
        let TomlItem::Table(next) = &mut entry.value.item else {
            return self.report_no_table(key, rest[0].1);
        };
        let walk = PathWalker {
            keys: rest,
            sink: self.sink,
        };
        walk.table(next, inner, change);
    }

    fn report_nothing_to_multiply(self, key: &str, factor: Factor) {
        let message = format!("the file does not set `{key}`, so there is nothing to multiply");
        let hint = "use `PATH=VALUE` to set it";
        self.sink
            .error("invalid-factor", factor.place, message, hint);
    }

    fn report_unknown_key(self, key: &str, place: Span, spec: &TableSpec) {
        let known = spec.fields.iter().map(|field| field.key);
        let hint = match self.sink.nearest(key, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("valid keys: {}", known.collect::<Vec<_>>().join(", ")),
        };
        let message = format!(
            "unknown key `{key}` in {} {}",
            super::names::article(spec.noun),
            spec.noun
        );
        self.sink.error("unknown-key", place, message, hint);
    }

    fn report_unknown_name(
        self,
        name: &str,
        place: Span,
        table: &TomlTable<'t>,
        spec: AllowedKeys,
    ) {
        let known = table.0.iter().map(|entry| &*entry.key);
        let noun = match spec {
            AllowedKeys::Names(spec) | AllowedKeys::Variables(spec) | AllowedKeys::Fields(spec) => {
                spec.noun
            }
            AllowedKeys::Expressions | AllowedKeys::Anything => "indicator",
        };
        let mut diagnostic =
            Diagnostic::error("unknown-name", place, format!("unknown {noun} `{name}`"))
                .hint(format!("define the {noun} in the scenario file first"));
        if let Some(near) = self.sink.nearest(name, known) {
            diagnostic = diagnostic.hint(format!("did you mean `{near}`?"));
        }
        self.sink.push(diagnostic);
    }

    fn report_no_table(self, key: &str, place: Span) {
        let message = format!("`{key}` has no keys that could be set");
        let hint = format!("set the whole value: end the path at `{key}`");
        self.sink.error("unknown-key", place, message, hint);
    }
}

/// The keys that are allowed in the table that a field contains, if it contains one.
fn inner_keys(kind: FieldKind) -> Option<AllowedKeys> {
    match kind {
        FieldKind::Table(spec) => Some(AllowedKeys::Fields(spec)),
        FieldKind::NamedTables(spec) => Some(AllowedKeys::Names(spec)),
        FieldKind::VariableTables(spec) => Some(AllowedKeys::Variables(spec)),
        FieldKind::NamedExpressions => Some(AllowedKeys::Expressions),
        FieldKind::Effects | FieldKind::Quantity { .. } => Some(AllowedKeys::Anything),
        _ => None,
    }
}
