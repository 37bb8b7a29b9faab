//! Distributions: which family, with which parameters, within what the field allows.

use super::super::document::{Item, Node, Table};
use super::super::fields::{FAMILIES, Family, Form, INTERVAL};
use super::super::findings::{Findings, four_digits};
use super::super::model::Domain;
use super::quantity::number;
use crate::base::diagnostic::{Diagnostic, Span};
use crate::base::random::distribution::{Distribution, DistributionError, IntervalKind};

/// A domain in words.
pub(super) fn describe(domain: Domain) -> String {
    match domain {
        Domain::Unit => "from 0 to 1".to_owned(),
        Domain::NonNegative => "0 or more".to_owned(),
        Domain::Real => "any number".to_owned(),
        Domain::Within { min, max } => format!("from {min} to {max}, the variable's bounds"),
    }
}

/// `{ family = { … } }` or `{ from, to }`.
pub(super) fn distribution(
    table: &Table<'_>,
    span: Span,
    domain: Domain,
    findings: &mut Findings,
) -> Option<Distribution> {
    if table.0.iter().any(|entry| INTERVAL.contains(&&*entry.key)) {
        return interval(table, span, domain, findings);
    }
    if let Some(hint) = family_is_missing(table) {
        let message = "this distribution does not say which it is";
        findings.error("unknown-distribution", span, message, hint);
        return None;
    }
    let families = || FAMILIES.iter().map(|family| family.key);
    let mut found: Option<(&Family, &Node<'_>)> = None;
    let mut sound = true;
    for entry in &table.0 {
        let Some(family) = FAMILIES.iter().find(|family| family.key == entry.key) else {
            let hint = match findings.nearest(&entry.key, families()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => all_families(),
            };
            let message = format!("there is no distribution `{}`", entry.key);
            findings.error("unknown-distribution", entry.key_span, message, hint);
            sound = false;
            continue;
        };
        if found.is_some() {
            let message = "a quantity has one distribution";
            findings.error(
                "bad-distribution",
                entry.key_span,
                message,
                "keep one of them",
            );
            sound = false;
        }
        found = Some((family, &entry.value));
    }
    let Some((family, node)) = found else {
        if sound {
            findings.error(
                "bad-distribution",
                span,
                "this distribution is empty",
                all_families(),
            );
        }
        return None;
    };
    let parameters = parameters(family, node, findings).filter(|_| sound)?;
    let built = build(family.key, &parameters, domain);
    accept(built, node.span, domain, findings)
}

/// What to write where a table has the parameters of a family, and the family is left out.
fn family_is_missing(table: &Table<'_>) -> Option<String> {
    let given = |name: &str| table.get(name).is_some();
    let fits = |form: &&Form| {
        form.needed.len() == table.0.len() && form.needed.iter().all(|one| given(one))
    };
    let (family, form) = FAMILIES
        .iter()
        .find_map(|family| Some((family, family.forms.iter().find(fits)?)))?;
    let parameters: Vec<String> = form
        .needed
        .iter()
        .map(|name| format!("{name} = …"))
        .collect();
    let others = FAMILIES.iter().map(|family| family.key);
    let others: Vec<&str> = others.filter(|key| *key != family.key).collect();
    Some(format!(
        "write, for instance, `{{ {} = {{ {} }} }}`, or another of {}",
        family.key,
        parameters.join(", "),
        others.join(", ")
    ))
}

fn all_families() -> String {
    let all: Vec<_> = FAMILIES.iter().map(|family| family.key).collect();
    format!(
        "write `{{ from = …, to = … }}`, or one of {}",
        all.join(", ")
    )
}

/// `{ from, to }`: the 5th and the 95th percentile.
fn interval(
    table: &Table<'_>,
    span: Span,
    domain: Domain,
    findings: &mut Findings,
) -> Option<Distribution> {
    let n_before = findings.n_found();
    for entry in &table.0 {
        if !INTERVAL.contains(&&*entry.key) {
            let message = format!("an interval `{{ from, to }}` has no `{}`", entry.key);
            let hint = "an interval is a distribution of its own: keep one of the two";
            findings.error("bad-distribution", entry.key_span, message, hint);
        }
    }
    let [from, to] = INTERVAL.map(|key| match table.get(key) {
        Some(entry) => parameter(&entry.value, key, findings),
        None => {
            let message = format!("this interval has no `{key}`");
            let hint = "write the 5th and the 95th percentile: `{ from = 0.2, to = 0.6 }`";
            findings.error("bad-distribution", span, message, hint);
            None
        }
    });
    let (from, to) = (from?, to?);
    if findings.n_found() > n_before {
        return None;
    }
    let kind = match domain {
        Domain::Unit => IntervalKind::Unit,
        Domain::Within { min: 0.0, max: 1.0 } => IntervalKind::Unit,
        Domain::NonNegative => IntervalKind::Positive,
        Domain::Real | Domain::Within { .. } => IntervalKind::Real,
    };
    accept(
        Distribution::interval(from, to, kind),
        span,
        domain,
        findings,
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
    node: &Node<'_>,
    findings: &mut Findings,
) -> Option<Parameters> {
    let Item::Table(table) = &node.item else {
        if !matches!(node.item, Item::Broken) {
            let message = format!("`{}` needs its parameters", family.key);
            findings.error("bad-distribution", node.span, message, usage(family));
        }
        return None;
    };
    let belongs =
        |form: &Form, key: &str| form.needed.contains(&key) || form.optional.contains(&key);
    let fits = |form: &&Form| table.0.iter().all(|entry| belongs(form, &entry.key));
    let Some(form) = family.forms.iter().find(fits) else {
        let known = |key: &str| family.forms.iter().any(|form| belongs(form, key));
        let (place, message) = match table.0.iter().find(|entry| !known(&entry.key)) {
            Some(entry) => {
                let key = entry.key.escape_debug();
                (
                    entry.key_span,
                    format!("`{}` has no parameter `{key}`", family.key),
                )
            }
            None => {
                let family = family.key;
                (
                    node.span,
                    format!("these parameters of `{family}` do not belong together"),
                )
            }
        };
        findings.error("bad-distribution", place, message, usage(family));
        return None;
    };
    if let Some(missing) = form.needed.iter().find(|key| table.get(key).is_none()) {
        let message = format!("`{}` lacks its parameter `{missing}`", family.key);
        findings.error("bad-distribution", node.span, message, usage(family));
        return None;
    }
    let read = |key: &&str, findings: &mut Findings| {
        table
            .get(key)
            .map(|entry| parameter(&entry.value, key, findings))
    };
    let needed: Vec<_> = form
        .needed
        .iter()
        .map(|key| read(key, findings).flatten())
        .collect();
    let optional: Vec<_> = form
        .optional
        .iter()
        .map(|key| read(key, findings))
        .collect();
    if optional.contains(&Some(None)) {
        return None;
    }
    Some(Parameters {
        form: form.needed,
        values: needed.into_iter().collect::<Option<_>>()?,
        optional: optional.into_iter().map(Option::flatten).collect(),
    })
}

/// How a family is written.
fn usage(family: &Family) -> String {
    let forms = family.forms.iter().map(|form| {
        let keys: Vec<_> = form.needed.iter().map(|key| format!("{key} = …")).collect();
        format!("`{} = {{ {} }}`", family.key, keys.join(", "))
    });
    format!("write {}", forms.collect::<Vec<_>>().join(" or "))
}

/// One parameter of a distribution, which is always a number.
fn parameter(node: &Node<'_>, key: &str, findings: &mut Findings) -> Option<f64> {
    if let Item::Whole(_) | Item::Real(_) = node.item {
        return number(node, findings);
    }
    if !matches!(node.item, Item::Broken) {
        let message = format!(
            "the parameter `{key}` must be a number, not {}",
            node.item.describe()
        );
        let hint = format!("write, for instance, `{key} = 0.5`");
        findings.error("wrong-kind", node.span, message, hint);
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

/// Takes a distribution whose parameters make sense and whose support fits its field.
fn accept(
    built: Result<Distribution, DistributionError>,
    span: Span,
    domain: Domain,
    findings: &mut Findings,
) -> Option<Distribution> {
    let distribution = match built {
        Ok(distribution) => distribution,
        Err(error) => {
            // The ends of a distribution are called `min` and `max` in a scenario.
            let text = error
                .to_string()
                .replace("`low`", "`min`")
                .replace("`high`", "`max`");
            let (message, hint) = match text.split_once("; ") {
                Some((message, hint)) => (message, Some(hint)),
                None => (text.as_str(), None),
            };
            let mut diagnostic = Diagnostic::error("bad-distribution", span, message);
            diagnostic.hint = hint.map(str::to_owned);
            findings.push(diagnostic);
            return None;
        }
    };
    let (low, high) = domain.bounds();
    let (least, greatest) = distribution.support();
    if least < low || greatest > high {
        let message = format!(
            "this distribution may give anything from {} to {}, and this value may be {}",
            edge(least),
            edge(greatest),
            describe(domain)
        );
        findings.error(
            "outside-domain",
            span,
            message,
            fitting(&distribution, domain),
        );
        return None;
    }
    Some(distribution)
}

/// An end of an interval in words.
fn edge(value: f64) -> String {
    if value == f64::NEG_INFINITY {
        "minus infinity".to_owned()
    } else if value == f64::INFINITY {
        "infinity".to_owned()
    } else {
        value.to_string()
    }
}

/// A distribution of the same middle and width that fits the domain.
fn fitting(distribution: &Distribution, domain: Domain) -> String {
    match (distribution, domain) {
        (Distribution::Normal { mean, sd }, _) => format!(
            "cut it to the bounds: `{{ truncated_normal = {{ mean = {}, sd = {} }} }}`",
            four_digits(*mean),
            four_digits(*sd)
        ),
        (Distribution::TruncatedNormal { .. }, _) => {
            "leave out `min` and `max`: they are the bounds by default".to_owned()
        }
        (_, Domain::Unit) | (_, Domain::Within { min: 0.0, max: 1.0 }) => {
            "write `{ from = …, to = … }`, `beta` or `truncated_normal`".to_owned()
        }
        (_, Domain::NonNegative) => {
            "write `{ from = …, to = … }`, `lognormal` or `truncated_normal`".to_owned()
        }
        _ => "write `truncated_normal`, or a `pert` within the bounds".to_owned(),
    }
}
