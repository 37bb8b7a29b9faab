//! Reads `[[correlations]]`, when all quantities are known, since only
//! distributions can be correlated. Whether the matrices are positive definite
//! is checked in [`correlation_matrix`](super::correlation_matrix).

use super::super::diagnostics::DiagnosticSink;
use super::super::document::{TomlItem, TomlValue};
use super::super::fields::{CORRELATION, Field};
use super::super::limits;
use super::super::model::{Correlated, Correlation, Quantity, Scenario, Value};
use super::super::names::ValueId;
use super::correlation_matrix::{NamedCorrelation, report_inconsistencies};
use super::reader::Reader;
use super::section::{Section, number, report_wrong_type};
use crate::base::diagnostic::Span;
use crate::base::diagnostic::escaped;
use crate::base::index::VariableId;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// The quantities of a scenario, indexed for the few that correlations name.
struct Quantities<'s> {
    all: Vec<&'s Quantity>,
    /// The quantities named in correlations, by the length and text of their TOML paths. The length
    /// comes first, because most paths with a common prefix differ in it.
    named: BTreeMap<(usize, &'s str), &'s Quantity>,
    /// The paths of all quantities, computed when one is misspelled.
    paths: OnceCell<BTreeSet<&'s str>>,
}

impl<'s> Quantities<'s> {
    /// Indexes the quantities that the array `nodes` names.
    fn index(scenario: &'s Scenario, nodes: &[TomlValue<'_>]) -> Self {
        let mut names = BTreeSet::new();
        for node in nodes {
            if let TomlItem::Table(table) = &node.item
                && let Some(between) = table.get("between")
                && let TomlItem::Array(pair) = &between.value.item
                && let [a, b] = &pair[..]
            {
                names.extend([a, b].iter().filter_map(|node| match &node.item {
                    TomlItem::String(path, _) => Some((path.len(), &**path)),
                    _ => None,
                }));
            }
        }
        let all = scenario.quantities();
        let by_path = all
            .iter()
            .map(|&one| ((one.path.len(), one.path.as_str()), one));
        let named = by_path.filter(|(path, _)| names.contains(path)).collect();
        let paths = OnceCell::new();
        Self { all, named, paths }
    }

    /// The quantity with this path, if the array names it.
    fn get(&self, path: &str) -> Option<&'s Quantity> {
        self.named.get(&(path.len(), path)).copied()
    }

    /// The paths of all quantities, in alphabetical order.
    fn paths(&self) -> &BTreeSet<&'s str> {
        let paths = || self.all.iter().map(|one| one.path.as_str()).collect();
        self.paths.get_or_init(paths)
    }
}

impl Reader<'_> {
    /// Reads `[[correlations]]` of a scenario whose other tables have been read.
    pub(super) fn correlations(
        &mut self,
        root: &Section<'_, '_>,
        scenario: &Scenario,
    ) -> Vec<Correlation> {
        let (field, Some(node)) = root.find("correlations") else {
            return Vec::new();
        };
        let TomlItem::Array(nodes) = &node.item else {
            let message = format!(
                "`correlations` must be an array of tables, not {}",
                node.item.describe()
            );
            let hint = "begin each correlation with `[[correlations]]`, in double brackets";
            self.sink.error("wrong-type", node.span, message, hint);
            return Vec::new();
        };
        let max = limits::CORRELATIONS;
        if let Some(one) = nodes.get(max) {
            let message = format!("{} correlations exceed the limit of {max}", nodes.len());
            let hint = "remove those whose coefficients are nearest to 0";
            self.sink.error("too-many", one.span, message, hint);
        }
        let nodes = &nodes[..nodes.len().min(max)];
        let quantities = Quantities::index(scenario, nodes);
        let mut read = Vec::new();
        for node in nodes {
            read.extend(self.correlation(node, field, &quantities, scenario));
        }
        self.report_repeated(&read, scenario);
        read.into_iter()
            .map(|(correlation, _)| correlation)
            .collect()
    }

    /// Reads one correlation, and returns the place of its coefficient with it.
    fn correlation(
        &mut self,
        node: &TomlValue<'_>,
        list: &Field,
        quantities: &Quantities<'_>,
        scenario: &Scenario,
    ) -> Option<(Correlation, Span)> {
        if let TomlItem::String(..) | TomlItem::Integer(_) | TomlItem::Float(_) = node.item {
            report_wrong_type(node, list, "an array of tables", self.sink);
            return None;
        }
        let path = "correlations".to_owned();
        let section = Section::open(node, &CORRELATION, path, self.sink)?;
        let coefficient = self.coefficient(&section);
        let between = match (section.find("between"), section.find("shocks")) {
            ((_, Some(node)), (_, Some(_))) => {
                let message = "a correlation has either `between` or `shocks`, not both";
                let hint = "split it into two correlations";
                self.sink
                    .error("conflicting-keys", node.span, message, hint);
                return None;
            }
            ((field, Some(node)), _) => {
                let [a, b] = self.pair(node, field, "the TOML paths of two quantities")?;
                let a = self.uncertain_quantity(a, quantities);
                let b = self.uncertain_quantity(b, quantities);
                Correlated::Quantities(a?, b?)
            }
            (_, (field, Some(node))) => {
                let [a, b] = self.pair(node, field, "the names of two variables")?;
                let (a, b) = (
                    self.variable_with_shocks(a, scenario),
                    self.variable_with_shocks(b, scenario),
                );
                Correlated::Shocks(a?, b?)
            }
            _ => {
                let message = "this correlation has neither `between` nor `shocks`";
                let hint = "add `between` with the TOML paths of two quantities, or `shocks` with \
                            the names of two variables";
                self.sink
                    .error("missing-key", section.span(), message, hint);
                return None;
            }
        };
        let (coefficient, span) = coefficient?;
        Some((
            Correlation {
                between,
                coefficient,
            },
            span,
        ))
    }

    /// Reads the coefficient with its place.
    fn coefficient(&mut self, section: &Section<'_, '_>) -> Option<(f64, Span)> {
        let (field, node) = section.find("coefficient");
        let node = node?;
        if !matches!(node.item, TomlItem::Integer(_) | TomlItem::Float(_)) {
            report_wrong_type(node, field, "a number", self.sink);
            return None;
        }
        let coefficient = number(node, self.sink)?;
        if coefficient.abs() > limits::MAX_ABS_CORRELATION {
            let message = format!("`coefficient` = {coefficient} is out of range");
            let max = limits::MAX_ABS_CORRELATION;
            let hint = format!("write a number from -{max} to {max}");
            self.sink.error("out-of-range", node.span, message, hint);
            return None;
        }
        Some((coefficient, node.span))
    }

    /// Reads an array of two different strings.
    fn pair<'d, 't>(
        &mut self,
        node: &'d TomlValue<'t>,
        field: &Field,
        wanted: &str,
    ) -> Option<[&'d TomlValue<'t>; 2]> {
        let texts = match &node.item {
            TomlItem::Array(nodes) => match &nodes[..] {
                [a, b] => Some([a, b]),
                _ => None,
            },
            _ => None,
        };
        match texts.map(|[a, b]| (a, b, &a.item, &b.item)) {
            Some((_, b, TomlItem::String(first, _), TomlItem::String(second, _)))
                if first == second =>
            {
                let message = format!("both entries of `{}` are the same", field.key);
                self.sink.error(
                    "self-reference",
                    b.span,
                    message,
                    "write two different entries",
                );
                None
            }
            Some((a, b, TomlItem::String(..), TomlItem::String(..))) => Some([a, b]),
            _ => {
                let message = format!("`{}` must be an array of {wanted}", field.key);
                let hint = format!("write, for example, `{} = {}`", field.key, field.example);
                self.sink.error("wrong-type", node.span, message, hint);
                None
            }
        }
    }

    /// Reads the path of a quantity that is a distribution.
    fn uncertain_quantity(
        &mut self,
        node: &TomlValue<'_>,
        quantities: &Quantities<'_>,
    ) -> Option<String> {
        let TomlItem::String(path, _) = &node.item else {
            return None;
        };
        let shown = escaped(path);
        if self.unused_quantities.contains(&**path) {
            return None;
        }
        let Some(quantity) = quantities.get(path) else {
            let message = format!("unknown quantity `{shown}`");
            let hint = match similar_path(path, quantities.paths(), self.sink) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "write the TOML path of a distribution, for example `variables.trust.initial`"
                        .into()
                }
            };
            self.sink.error("unknown-name", node.span, message, hint);
            return None;
        };
        let (message, hint) = match &quantity.value {
            Value::Distribution(_) => return Some(path.clone().into_owned()),
            // An invalid value has been reported.
            Value::Number(value) if value.is_nan() => return None,
            // An override may set a correlated quantity to a number without a change of the file.
            _ if quantity
                .span
                .is_some_and(|span| !self.sink.is_in_file(span)) =>
            {
                return Some(path.clone().into_owned());
            }
            Value::Number(value) => (
                format!("`{shown}` is the number {value}; only distributions can be correlated"),
                "make it a distribution, for example `{ from = 0.2, to = 0.6 }`, or remove the correlation",
            ),
            Value::Expression(_) => (
                format!("`{shown}` is an expression; only distributions can be correlated"),
                "move its uncertain part to a variable that has only `initial`, and write the \
                 path of its `initial` here",
            ),
        };
        self.sink
            .error("not-a-distribution", node.span, message, hint);
        None
    }

    /// Reads the name of a variable with daily shocks.
    fn variable_with_shocks(
        &mut self,
        node: &TomlValue<'_>,
        scenario: &Scenario,
    ) -> Option<VariableId> {
        let TomlItem::String(name, _) = &node.item else {
            return None;
        };
        let bare = name.strip_prefix("variables.").unwrap_or(name);
        if bare != &**name && self.names.values.contains_key(bare) {
            let message = "`shocks` takes names of variables, not paths";
            let hint = format!("write `\"{bare}\"`");
            self.sink.error("unknown-name", node.span, message, hint);
            return None;
        }
        let Some(ValueId::Variable(id)) = self.names.values.get(&**name) else {
            self.report_unknown_variable(name, node.span);
            return None;
        };
        if scenario.variables[*id].volatility.is_none() {
            let message = format!("`{name}` has no daily shock");
            let hint = format!("add, for example, `volatility = 0.01` to `[variables.{name}]`");
            self.sink.error("missing-key", node.span, message, hint);
            return None;
        }
        Some(*id)
    }

    /// Reports repeated pairs and matrices that are not positive definite.
    fn report_repeated(&mut self, read: &[(Correlation, Span)], scenario: &Scenario) {
        let mut seen = BTreeSet::new();
        let (mut draws, mut shocks) = (Vec::new(), Vec::new());
        for (correlation, span) in read {
            let name = |id: VariableId| scenario.variables[id].name.as_str();
            let (a, b, links) = match &correlation.between {
                Correlated::Quantities(a, b) => (a.as_str(), b.as_str(), &mut draws),
                Correlated::Shocks(a, b) => (name(*a), name(*b), &mut shocks),
            };
            // A path contains dots and the name of a variable does not, so one set serves both.
            if !seen.insert((a.min(b), a.max(b))) {
                let message = format!("`{a}` and `{b}` are correlated twice");
                self.sink
                    .error("duplicate-name", *span, message, "remove one of the two");
                continue;
            }
            links.push(NamedCorrelation {
                ends: [a, b],
                coefficient: correlation.coefficient,
                span: *span,
            });
        }
        report_inconsistencies(&draws, self.sink);
        report_inconsistencies(&shocks, self.sink);
    }
}

/// The path of a quantity that is probably meant, found name by name.
fn similar_path(path: &str, paths: &BTreeSet<&str>, sink: &mut DiagnosticSink) -> Option<String> {
    let mut found = String::new();
    for name in path.split('.') {
        let begun = paths.range(found.as_str()..).copied();
        let begun = begun.take_while(|path| path.starts_with(&found));
        let mut next: Vec<_> = begun
            .filter_map(|path| path[found.len()..].split('.').next())
            .collect();
        next.dedup();
        let near = if next.contains(&name) {
            name
        } else {
            sink.nearest(name, next)?
        };
        found = format!("{found}{near}.");
    }
    found.pop();
    paths.contains(found.as_str()).then_some(found)
}
