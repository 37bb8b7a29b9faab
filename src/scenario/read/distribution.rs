//! Reads distributions: family, parameters, and whether the support lies in the
//! domain of the field.

use super::super::diagnostics::{DiagnosticSink, four_digits};
use super::super::document::{TomlItem, TomlTable, TomlValue};
use super::super::fields::{FAMILIES, Family, INTERVAL, Parameterization};
use super::super::model::Domain;
use super::distribution_example::{
    all_families, covering_within, example, hint_for_family, hint_for_half_interval,
};
use super::family_usage::{hint_for_pair, usage};
use super::section::{hint_for_quoted_number, number};
use crate::base::diagnostic::{Diagnostic, Span, escaped};
use crate::base::random::distribution::{Distribution, DistributionError, IntervalKind};

/// Describes a domain in words.
pub(super) fn describe(domain: Domain) -> String {
    match domain {
        Domain::Unit => "from 0 to 1".to_owned(),
        Domain::NonNegative => "0 or more".to_owned(),
        Domain::Real => "any number".to_owned(),
        Domain::Within { min, max } => format!("from {min} to {max} (the variable's bounds)"),
    }
}

/// The keys `min` and `max` of a variable that would admit two numbers outside its bounds.
pub(super) fn wider_bounds(low: f64, high: f64, domain: Domain) -> String {
    // The next power of ten is easier to read than the number itself.
    let round = |size: f64| {
        let power = format!("{size:.0e}");
        let exponent = power.split('e').nth(1).unwrap_or("0");
        let power: f64 = format!("1e{exponent}").parse().unwrap_or(size);
        let candidates = [power, 2.0 * power, 5.0 * power, 10.0 * power];
        candidates
            .into_iter()
            .find(|one| *one >= size)
            .unwrap_or(size)
    };
    let (min, max) = domain.bounds();
    let mut keys = Vec::new();
    if low < min {
        let wider = if low < 0.0 { -round(-low) } else { 0.0 };
        keys.push(format!("`min = {wider}`"));
    }
    if high > max {
        let wider = if high > 0.0 { round(high) } else { 0.0 };
        keys.push(format!("`max = {wider}`"));
    }
    keys.join(" and ")
}

/// Reads `{ family = { … } }` or `{ from, to }`.
pub(super) fn distribution(
    table: &TomlTable<'_>,
    span: Span,
    domain: Domain,
    sink: &mut DiagnosticSink,
) -> Option<Distribution> {
    if table.0.iter().any(|entry| INTERVAL.contains(&&*entry.key)) {
        return interval(table, span, domain, sink);
    }
    if let Some(hint) = family_is_missing(table, domain).or_else(|| hint_for_pair(table)) {
        let message = "this distribution has no family name";
        sink.error("unknown-distribution", span, message, hint);
        return None;
    }
    let families = || FAMILIES.iter().map(|family| family.key);
    let mut found: Option<(&Family, &TomlValue<'_>)> = None;
    let mut is_valid = true;
    for entry in &table.0 {
        let Some(family) = FAMILIES.iter().find(|family| family.key == entry.key) else {
            let hint = match sink.nearest(&entry.key, families()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => hint_for_family(&entry.key, &entry.value, domain),
            };
            let message = format!("unknown distribution `{}`", entry.key);
            sink.error("unknown-distribution", entry.key_span, message, hint);
            is_valid = false;
            continue;
        };
        if found.is_some() {
            let message = "a quantity can have only one distribution";
            sink.error(
                "invalid-distribution",
                entry.key_span,
                message,
                "remove one of them",
            );
            is_valid = false;
        }
        found = Some((family, &entry.value));
    }
    let Some((family, node)) = found else {
        if is_valid {
            sink.error(
                "invalid-distribution",
                span,
                "this distribution is empty",
                all_families(&[], domain),
            );
        }
        return None;
    };
    let parameters = parameters(family, node, domain, sink).filter(|_| is_valid)?;
    let built = build(family.key, &parameters, domain);
    accept("this distribution", built, node.span, domain, sink)
}

/// The hint for a table that has the parameters of a family but not its name: a family that takes
/// these parameters, if possible one within the domain.
fn family_is_missing(table: &TomlTable<'_>, domain: Domain) -> Option<String> {
    let given = |name: &str| table.get(name).is_some();
    let fits = |form: &&Parameterization| {
        form.required.len() == table.0.len() && form.required.iter().all(|one| given(one))
    };
    let value = |name: &&str| match table.get(name)?.value.item {
        TomlItem::Integer(value) => Some(value as f64),
        TomlItem::Float(value) => Some(value),
        _ => None,
    };
    let is_usable = |(family, form): &(&Family, &'static Parameterization)| {
        let values: Option<Vec<f64>> = form.required.iter().map(value).collect();
        values.is_some_and(|values| {
            let optional = vec![None; form.optional.len()];
            let parameters = Parameters {
                form: form.required,
                values,
                optional,
            };
            build(family.key, &parameters, domain).is_ok_and(|built| is_within(&built, domain))
        })
    };
    let candidates: Vec<(&Family, &'static Parameterization)> = FAMILIES
        .iter()
        .filter_map(|family| Some((family, family.forms.iter().find(fits)?)))
        .collect();
    let valid = candidates.iter().find(|one| is_usable(one));
    let (family, form) = valid.or(candidates.first())?;
    let parameters = form.required.iter().map(|name| match value(name) {
        Some(value) => format!("{name} = {value}"),
        None => format!("{name} = …"),
    });
    Some(format!(
        "write, for example, `{{ {} = {{ {} }} }}`",
        family.key,
        parameters.collect::<Vec<_>>().join(", "),
    ))
}

/// Reads the interval `{ from, to }`, the 5th and 95th percentiles.
fn interval(
    table: &TomlTable<'_>,
    span: Span,
    domain: Domain,
    sink: &mut DiagnosticSink,
) -> Option<Distribution> {
    let n_before = sink.n_reported();
    for entry in &table.0 {
        if !INTERVAL.contains(&&*entry.key) {
            let message = format!("unexpected `{}` in an interval", entry.key);
            let hint = "remove it: an interval has only `from` and `to`";
            sink.error("invalid-distribution", entry.key_span, message, hint);
        }
    }
    let [from, to] = INTERVAL.map(|key| match table.get(key) {
        Some(entry) => parameter(&entry.value, key, sink),
        None => {
            let message = format!("missing `{key}` in this interval");
            let hint = hint_for_half_interval(table, domain);
            sink.error("invalid-distribution", span, message, hint);
            None
        }
    });
    let (from, to) = (from?, to?);
    if sink.n_reported() > n_before {
        return None;
    }
    let kind = match domain {
        Domain::Unit | Domain::Within { min: 0.0, max: 1.0 } => IntervalKind::Unit,
        Domain::NonNegative => IntervalKind::Positive,
        Domain::Within { min, max } if min.is_finite() && max.is_finite() => IntervalKind::Within {
            low: min,
            high: max,
        },
        Domain::Real | Domain::Within { .. } => IntervalKind::Real,
    };
    match Distribution::interval(from, to, kind) {
        Err(error @ DistributionError::IntervalOutside { .. }) => {
            let text = error.to_string();
            let message = text.split("; ").next().unwrap_or(&text);
            let hint = hint_for_percentiles(from, to, domain);
            sink.error("invalid-distribution", span, message, hint);
            None
        }
        built => accept("this distribution", built, span, domain, sink),
    }
}

/// What to write instead of an interval with a percentile at or beyond a bound.
fn hint_for_percentiles(from: f64, to: f64, domain: Domain) -> String {
    let (low, high) = domain.bounds();
    let is_unit = (low, high) == (0.0, 1.0);
    if is_unit && from >= 1.0 && to <= 100.0 {
        let [from, to] = [from, to].map(|one| four_digits(one / 100.0));
        return format!("if these are percentages, write `{{ from = {from}, to = {to} }}`");
    }
    let (min, max) = (from.max(low), to.min(high));
    if min >= max {
        return match domain {
            Domain::Within { .. } => format!(
                "write percentiles between {low} and {high}, or change `min` and `max` of the variable"
            ),
            _ => "write the 5th and 95th percentiles, which lie strictly inside the bounds"
                .to_owned(),
        };
    }
    let near_low = match max {
        max if low == 0.0 && max > 0.05 && max <= 100.0 => 0.01,
        max => four_digits(low + 0.01 * (max - low)),
    };
    let near_high = match min {
        min if is_unit && min < 0.95 => 0.99,
        min => four_digits(high - 0.01 * (high - min)),
    };
    let (new_from, new_to) = (
        if from <= low { near_low } else { from },
        if to >= high { near_high } else { to },
    );
    let what = if from <= low {
        "a small number such as"
    } else {
        "a number such as"
    };
    let example = if from <= low { new_from } else { new_to };
    let beta = if is_unit { ", or a `beta`" } else { "" };
    format!(
        "the percentiles lie strictly inside the bounds: write {what} {example}, as in \
         `{{ from = {new_from}, to = {new_to} }}`; or, to reach the bound, \
         `{{ uniform = {{ min = {min}, max = {max} }} }}`{beta}"
    )
}

/// The parameters of a family in the order of one of its forms, optional ones last.
struct Parameters {
    form: &'static [&'static str],
    values: Vec<f64>,
    optional: Vec<Option<f64>>,
}

/// Reads the parameters of a family.
fn parameters(
    family: &'static Family,
    node: &TomlValue<'_>,
    domain: Domain,
    sink: &mut DiagnosticSink,
) -> Option<Parameters> {
    let TomlItem::Table(table) = &node.item else {
        if !matches!(node.item, TomlItem::Invalid) {
            let message = format!("`{}` must be a table of its parameters", family.key);
            sink.error(
                "invalid-distribution",
                node.span,
                message,
                usage(family, node, domain),
            );
        }
        return None;
    };
    let belongs = |form: &Parameterization, key: &str| {
        form.required.contains(&key) || form.optional.contains(&key)
    };
    let fits = |form: &&Parameterization| table.0.iter().all(|entry| belongs(form, &entry.key));
    let Some(form) = family.forms.iter().find(fits) else {
        let known = |key: &str| family.forms.iter().any(|form| belongs(form, key));
        let (place, message) = match table.0.iter().find(|entry| !known(&entry.key)) {
            Some(entry) => {
                let key = escaped(&entry.key);
                (
                    entry.key_span,
                    format!("unknown parameter `{key}` of `{}`", family.key),
                )
            }
            None => {
                let family = family.key;
                (
                    node.span,
                    format!("these parameters of `{family}` cannot be combined"),
                )
            }
        };
        sink.error(
            "invalid-distribution",
            place,
            message,
            usage(family, node, domain),
        );
        return None;
    };
    if let Some(missing) = form.required.iter().find(|key| table.get(key).is_none()) {
        let message = format!("missing parameter `{missing}` of `{}`", family.key);
        sink.error(
            "invalid-distribution",
            node.span,
            message,
            usage(family, node, domain),
        );
        return None;
    }
    let read = |key: &&str, sink: &mut DiagnosticSink| {
        table
            .get(key)
            .map(|entry| parameter(&entry.value, key, sink))
    };
    let required: Vec<_> = form
        .required
        .iter()
        .map(|key| read(key, sink).flatten())
        .collect();
    let optional: Vec<_> = form.optional.iter().map(|key| read(key, sink)).collect();
    if optional.contains(&Some(None)) {
        return None;
    }
    Some(Parameters {
        form: form.required,
        values: required.into_iter().collect::<Option<_>>()?,
        optional: optional.into_iter().map(Option::flatten).collect(),
    })
}

/// Reads one parameter, which must be a number.
fn parameter(node: &TomlValue<'_>, key: &str, sink: &mut DiagnosticSink) -> Option<f64> {
    if let TomlItem::Integer(_) | TomlItem::Float(_) = node.item {
        return number(node, sink);
    }
    if !matches!(node.item, TomlItem::Invalid) {
        let message = format!(
            "the parameter `{key}` must be a number, not {}",
            node.item.describe()
        );
        let hint = hint_for_quoted_number(node, key)
            .unwrap_or_else(|| format!("write, for example, `{key} = 0.5`"));
        sink.error("wrong-type", node.span, message, hint);
    }
    None
}

fn build(
    family: &str,
    parameters: &Parameters,
    domain: Domain,
) -> Result<Distribution, DistributionError> {
    let (low, high) = domain.bounds();
    match (family, parameters.form, &parameters.values[..]) {
        ("normal", _, &[mean, sd]) => Distribution::normal(mean, sd),
        ("truncated_normal", _, &[mean, sd]) => Distribution::truncated_normal(
            mean,
            sd,
            parameters.optional[0].unwrap_or(low),
            parameters.optional[1].unwrap_or(high),
        ),
        ("lognormal", ["mean", _], &[mean, sd]) => Distribution::lognormal_from_moments(mean, sd),
        ("lognormal", _, &[mu, sigma]) => Distribution::lognormal_from_log(mu, sigma),
        ("beta", ["mean", _], &[mean, sd]) => Distribution::beta_from_moments(mean, sd),
        ("beta", _, &[alpha, beta]) => Distribution::beta(alpha, beta),
        ("uniform", _, &[low, high]) => Distribution::uniform(low, high),
        ("triangular", _, &[low, mode, high]) => Distribution::triangular(low, mode, high),
        ("pert", _, &[low, mode, high]) => Distribution::pert(low, mode, high),
        _ => unreachable!("every form of every family is listed here"),
    }
}

/// Checks the parameters and the support of a distribution, which messages call `what`.
fn accept(
    what: &str,
    built: Result<Distribution, DistributionError>,
    span: Span,
    domain: Domain,
    sink: &mut DiagnosticSink,
) -> Option<Distribution> {
    let distribution = match built {
        Ok(distribution) => distribution,
        Err(error) => {
            // A scenario calls the bounds of a distribution `min` and `max`.
            let text = error
                .to_string()
                .replace("`low`", "`min`")
                .replace("`high`", "`max`");
            let (message, hint) = match text.split_once("; ") {
                Some((message, hint)) => (message, Some(hint)),
                None => (text.as_str(), None),
            };
            let mut diagnostic = Diagnostic::error("invalid-distribution", span, message);
            diagnostic.hint = hint.map(str::to_owned);
            sink.push(diagnostic);
            return None;
        }
    };
    if !is_within(&distribution, domain) {
        let (low, high) = distribution.support();
        let message = format!(
            "{what} {}, but the value must be {}",
            describe_support(low, high),
            describe(domain)
        );
        sink.error(
            "outside-domain",
            span,
            message,
            suggestion(&distribution, domain),
        );
        return None;
    }
    Some(distribution)
}

fn is_within(distribution: &Distribution, domain: Domain) -> bool {
    let (low, high) = domain.bounds();
    let (min, max) = distribution.support();
    low <= min && max <= high
}

/// Describes a support in words that follow the distribution.
fn describe_support(low: f64, high: f64) -> String {
    match (low.is_finite(), high.is_finite()) {
        (true, true) => format!("ranges from {low} to {high}"),
        (true, false) => "has no upper bound".to_owned(),
        (false, true) => "has no lower bound".to_owned(),
        (false, false) => "has unbounded support".to_owned(),
    }
}

/// A hint with a distribution of similar location and scale in the domain.
fn suggestion(distribution: &Distribution, domain: Domain) -> String {
    let (min, max) = distribution.support();
    match (distribution, domain) {
        (_, Domain::Within { .. }) if min.is_finite() && max.is_finite() => format!(
            "use a distribution within the bounds, or change the bounds of the variable: {}",
            wider_bounds(min, max, domain)
        ),
        (Distribution::Normal { mean, sd }, _) => format!(
            "truncate it to the bounds: `{{ truncated_normal = {{ mean = {}, sd = {} }} }}`",
            four_digits(*mean),
            four_digits(*sd)
        ),
        (Distribution::TruncatedNormal { .. }, _) => {
            "remove `min` and `max`: they default to the bounds".to_owned()
        }
        (_, Domain::Unit | Domain::NonNegative | Domain::Within { min: 0.0, max: 1.0 }) => {
            let (low, high) = domain.bounds();
            let [from, to] = [0.05, 0.95].map(|u| four_digits(distribution.quantile(u)));
            let covering = covering_within(from.max(low), to.min(high), domain);
            let interval = covering.unwrap_or_else(|| example(domain));
            let family = if high > 1.0 { "lognormal" } else { "beta" };
            format!("use, for example, `{interval}`, or `{family}` or `truncated_normal`")
        }
        _ => "use `truncated_normal`, or a `pert` within the bounds".to_owned(),
    }
}
