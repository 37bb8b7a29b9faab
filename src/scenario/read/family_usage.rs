//! How to write a distribution, with the numbers that the user gave under other names.

use super::super::document::{TomlItem, TomlTable, TomlValue};
use super::super::fields::{Family, Parameterization};
use super::super::model::Domain;

/// Names of parameters in other tools, in lowercase, with the names here.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("mean", &["mu", "m", "average", "avg", "loc", "center"]),
    (
        "sd",
        &["sigma", "std", "stdev", "stddev", "std_dev", "scale"],
    ),
    (
        "min",
        &["low", "lower", "lo", "a", "left", "from", "minimum"],
    ),
    (
        "max",
        &["high", "upper", "hi", "b", "right", "to", "maximum"],
    ),
    (
        "mode",
        &["peak", "c", "likely", "most_likely", "mostlikely"],
    ),
    ("alpha", &["a", "alpha1", "shape1"]),
    ("beta", &["b", "alpha2", "shape2"]),
];

/// Pairs of keys that other tools use for an interval or for two bounds.
const PAIRS: &[(&str, &str)] = &[
    ("p5", "p95"),
    ("p05", "p95"),
    ("q5", "q95"),
    ("q05", "q95"),
    ("low", "high"),
    ("lower", "upper"),
    ("lo", "hi"),
    ("left", "right"),
];

/// A hint on how to write a family; `given` is what the user wrote as its parameters.
pub(super) fn usage(family: &Family, given: &TomlValue<'_>, domain: Domain) -> String {
    let complete = family.forms.iter().find_map(|form| {
        let values: Option<Vec<_>> = (0..form.required.len())
            .map(|at| Some((form.required[at], value_of(form, at, given)?)))
            .collect();
        values
    });
    if let Some(values) = complete {
        let is_bounded = domain.bounds() != (f64::NEG_INFINITY, f64::INFINITY);
        // A normal distribution has no bounds, so the field would reject it.
        let key = match family.key {
            "normal" if is_bounded => "truncated_normal",
            key => key,
        };
        let pairs = values.iter().map(|(key, value)| format!("{key} = {value}"));
        return format!(
            "write `{{ {key} = {{ {} }} }}`",
            pairs.collect::<Vec<_>>().join(", ")
        );
    }
    let forms = family.forms.iter().map(|form| {
        let keys: Vec<_> = form
            .required
            .iter()
            .map(|key| format!("{key} = …"))
            .collect();
        format!("`{} = {{ {} }}`", family.key, keys.join(", "))
    });
    format!("write {}", forms.collect::<Vec<_>>().join(" or "))
}

/// The number that the user gave for a parameter of a form, under its name, a foreign name or by its
/// position in an array.
fn value_of(form: &Parameterization, at: usize, given: &TomlValue<'_>) -> Option<String> {
    match &given.item {
        TomlItem::Array(nodes) => {
            let node = nodes.get(at).filter(|_| nodes.len() == form.required.len());
            number(node?)
        }
        TomlItem::Table(table) => {
            let key = form.required[at];
            let synonyms = SYNONYMS.iter().find(|(name, _)| *name == key);
            let synonyms = synonyms.map_or(&[][..], |(_, others)| *others);
            let is_same = |written: &str| {
                let lower = written.to_lowercase();
                lower == key || (synonyms.contains(&&*lower) && !form.required.contains(&&*lower))
            };
            let mut entries = table.0.iter();
            number(&entries.find(|entry| is_same(&entry.key))?.value)
        }
        _ => None,
    }
}

fn number(node: &TomlValue<'_>) -> Option<String> {
    match node.item {
        TomlItem::Integer(value) => Some(value.to_string()),
        TomlItem::Float(value) => Some(value.to_string()),
        _ => None,
    }
}

/// The hint for a table with two keys that other tools use for an interval.
pub(super) fn hint_for_pair(table: &TomlTable<'_>) -> Option<String> {
    let given = |key: &str| number(&table.get(key)?.value);
    let pair = |&(low, high): &(&'static str, &'static str)| Some((low, given(low)?, given(high)?));
    let (key, from, to) = PAIRS.iter().find_map(pair)?;
    let interval = format!("write `{{ from = {from}, to = {to} }}`");
    Some(match key.starts_with(['p', 'q']) {
        true => format!("{interval}: `from` is the 5th percentile and `to` the 95th"),
        false => format!(
            "{interval} for the 5th and 95th percentiles, or \
             `{{ uniform = {{ min = {from}, max = {to} }} }}` for bounds"
        ),
    })
}
