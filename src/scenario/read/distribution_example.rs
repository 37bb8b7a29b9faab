//! Examples of distributions in messages, with the numbers that the user gave.

use super::super::diagnostics::four_digits;
use super::super::document::{TomlEntry, TomlItem, TomlTable, TomlValue};
use super::super::fields::FAMILIES;
use super::super::foreign_distributions::replacement_of;
use super::super::model::Domain;

/// A hint with all families, and an example with the smallest and the largest of the numbers that
/// the user gave.
pub(super) fn all_families(given: &[f64], domain: Domain) -> String {
    let all: Vec<_> = FAMILIES.iter().map(|family| family.key).collect();
    let low = given.iter().copied().fold(f64::INFINITY, f64::min);
    let high = given.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let example = covering_within(low, high, domain).unwrap_or_else(|| example(domain));
    format!(
        "write a 90 % interval, for example `{example}`, or use one of {}",
        all.join(", ")
    )
}

/// The hint for a family with a name that this language does not have: the family that it is in other
/// tools, or else an example with its numbers.
pub(super) fn hint_for_family(name: &str, given: &TomlValue<'_>, domain: Domain) -> String {
    let TomlItem::Table(table) = &given.item else {
        return all_families(&numbers_of(given), domain);
    };
    let pairs = table.0.iter().map(|entry| match entry.value.item {
        TomlItem::Integer(value) => Some(format!("{}={value}", entry.key)),
        TomlItem::Float(value) => Some(format!("{}={value}", entry.key)),
        _ => None,
    });
    let pairs: Option<Vec<String>> = pairs.collect();
    let call = |name: &str| {
        let pairs = pairs.as_ref().filter(|pairs| !pairs.is_empty())?;
        replacement_of(&format!("{name}({})", pairs.join(", ")))
    };
    if let Some(found) = call(name) {
        return match found.note {
            "" => format!("write `{}`", found.toml),
            note => format!("write `{}`: {note}", found.toml),
        };
    }
    let is_mean = |entry: &TomlEntry<'_>| entry.key == "mean" || entry.key == "mu";
    if table.0.iter().any(is_mean)
        && let Some(normal) = call("normal").filter(|_| table.0.len() == 2)
    {
        return format!("write, for example, `{}`", normal.toml);
    }
    all_families(&numbers_of(given), domain)
}

/// An interval in a domain.
pub(super) fn example(domain: Domain) -> String {
    match domain {
        Domain::Within { min, max } if (min, max) != (0.0, 1.0) => {
            let at = |share: f64| four_digits(min + share * (max - min));
            match (min.is_finite(), max.is_finite()) {
                (true, true) => format!("{{ from = {}, to = {} }}", at(0.2), at(0.6)),
                _ => "{ from = 0.2, to = 0.6 }".to_owned(),
            }
        }
        _ => "{ from = 0.2, to = 0.6 }".to_owned(),
    }
}

/// A distribution in the domain that covers two values, if they are different and lie in it.
pub(super) fn covering_within(low: f64, high: f64, domain: Domain) -> Option<String> {
    let (min, max) = domain.bounds();
    let is_within = min <= low && low < high && high <= max;
    let is_inside = min < low && high < max;
    let is_finite = low.is_finite() && high.is_finite();
    (is_within && is_finite).then(|| match is_inside {
        true => format!("{{ from = {low}, to = {high} }}"),
        false => format!("{{ uniform = {{ min = {low}, max = {high} }} }}"),
    })
}

/// The numbers that a value contains, without probabilities and weights that stand beside them.
fn numbers_of(node: &TomlValue<'_>) -> Vec<f64> {
    const WEIGHTS: [&str; 7] = [
        "probabilities",
        "probability",
        "probs",
        "prob",
        "p",
        "weights",
        "weight",
    ];
    match &node.item {
        TomlItem::Integer(value) => vec![*value as f64],
        TomlItem::Float(value) => vec![*value],
        TomlItem::Array(nodes) => {
            // The second list is that of the weights, and so is the second number of a pair.
            let are_lists = nodes
                .iter()
                .all(|node| matches!(node.item, TomlItem::Array(_)));
            let is_pair = |node: &TomlValue<'_>| matches!(&node.item, TomlItem::Array(pair) if pair.len() == 2);
            match nodes.as_slice() {
                all if are_lists && all.iter().all(is_pair) => {
                    let firsts = all
                        .iter()
                        .filter_map(|node| numbers_of(node).first().copied());
                    firsts.collect()
                }
                [values, _] if are_lists => numbers_of(values),
                all => all.iter().flat_map(numbers_of).collect(),
            }
        }
        TomlItem::Table(table) => {
            let entries = table.0.iter();
            let values = entries.filter(|entry| !WEIGHTS.contains(&&*entry.key.to_lowercase()));
            let values: Vec<f64> = values.flat_map(|entry| numbers_of(&entry.value)).collect();
            // Values may be keys, with their weights beside them.
            let keys = table.0.iter().map(|entry| entry.key.parse::<f64>().ok());
            keys.collect::<Option<Vec<f64>>>()
                .filter(|keys| !keys.is_empty())
                .unwrap_or(values)
        }
        _ => Vec::new(),
    }
}

/// The hint for an interval with one percentile: an example that keeps it.
pub(super) fn hint_for_half_interval(table: &TomlTable<'_>, domain: Domain) -> String {
    let given = table.0.first().map(|entry| numbers_of(&entry.value));
    let given = given.and_then(|numbers| numbers.first().copied());
    let (low, high) = domain.bounds();
    let is_from = table.get("from").is_some();
    let other = given.map(|given| match (is_from, given > 0.0) {
        (true, true) => four_digits((1.5 * given).min(given + 0.5 * (high - given))),
        (false, true) => four_digits((0.5 * given).max(given - 0.5 * (given - low))),
        (true, false) => four_digits((given + 1.0).min(given + 0.5 * (high - given))),
        (false, false) => four_digits((given - 1.0).max(given - 0.5 * (given - low))),
    });
    let pair = given.zip(other);
    let pair = pair.map(|(given, other)| {
        if is_from {
            (given, other)
        } else {
            (other, given)
        }
    });
    let covering = pair.and_then(|(from, to)| covering_within(from, to, domain));
    format!(
        "write the 5th and the 95th percentile, for example `{}`",
        covering.unwrap_or_else(|| example(domain))
    )
}
