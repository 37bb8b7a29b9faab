//! `[[correlations]]`: what goes together by luck.
//!
//! Read when all quantities are known, since only what is drawn can be correlated. Whether the
//! coefficients can all be true at once is looked at in [`contradictions`](super::contradictions).

use super::super::document::{Item, Node};
use super::super::fields::{CORRELATION, Field};
use super::super::findings::Findings;
use super::super::limits;
use super::super::model::{Correlated, Correlation, Quantity, Scenario, Value};
use super::super::names::Quantified;
use super::Reader;
use super::contradictions::{Link, report_contradictions};
use super::quantity::number;
use super::section::{Section, wrong_kind};
use crate::base::diagnostic::Span;
use crate::base::index::VariableId;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// The quantities of a scenario, of which correlations name few.
struct Quantities<'s> {
    all: Vec<&'s Quantity>,
    /// Those that are named, by their TOML paths. Lengths come first, because most paths that
    /// begin alike differ in them.
    named: BTreeMap<(usize, &'s str), &'s Quantity>,
    /// The paths of all, once one is misspelt.
    paths: OnceCell<BTreeSet<&'s str>>,
}

impl<'s> Quantities<'s> {
    /// The quantities of a scenario that the list `nodes` speaks of.
    fn of(scenario: &'s Scenario, nodes: &[Node<'_>]) -> Self {
        let mut names = BTreeSet::new();
        for node in nodes {
            if let Item::Table(table) = &node.item
                && let Some(between) = table.get("between")
                && let Item::List(pair) = &between.value.item
                && let [a, b] = &pair[..]
            {
                names.extend([a, b].iter().filter_map(|node| match &node.item {
                    Item::Text(path, _) => Some((path.len(), &**path)),
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

    /// The quantity of a path that is named in the list.
    fn get(&self, path: &str) -> Option<&'s Quantity> {
        self.named.get(&(path.len(), path)).copied()
    }

    /// The paths of all, in alphabetical order.
    fn paths(&self) -> &BTreeSet<&'s str> {
        let paths = || self.all.iter().map(|one| one.path.as_str()).collect();
        self.paths.get_or_init(paths)
    }
}

impl Reader<'_> {
    /// Reads `[[correlations]]` of a scenario that is read otherwise.
    pub(super) fn correlations(
        &mut self,
        root: &Section<'_, '_>,
        scenario: &Scenario,
    ) -> Vec<Correlation> {
        let (field, Some(node)) = root.find("correlations") else {
            return Vec::new();
        };
        let Item::List(nodes) = &node.item else {
            let message = format!(
                "`correlations` must be a list, not {}",
                node.item.describe()
            );
            let hint = "begin each correlation with `[[correlations]]`, in double brackets";
            self.findings.error("wrong-kind", node.span, message, hint);
            return Vec::new();
        };
        let most = limits::CORRELATIONS;
        if let Some(one) = nodes.get(most) {
            let message = format!(
                "there are {} correlations, and {most} is the limit",
                nodes.len()
            );
            let hint = "leave out those nearest to 0";
            self.findings.error("too-many", one.span, message, hint);
        }
        let nodes = &nodes[..nodes.len().min(most)];
        let quantities = Quantities::of(scenario, nodes);
        let mut read = Vec::new();
        for node in nodes {
            read.extend(self.correlation(node, field, &quantities, scenario));
        }
        self.report_repeated(&read, scenario);
        read.into_iter()
            .map(|(correlation, _)| correlation)
            .collect()
    }

    /// One correlation and the place of its coefficient.
    fn correlation(
        &mut self,
        node: &Node<'_>,
        list: &Field,
        quantities: &Quantities<'_>,
        scenario: &Scenario,
    ) -> Option<(Correlation, Span)> {
        if let Item::Text(..) | Item::Whole(_) | Item::Real(_) = node.item {
            wrong_kind(node, list, "a list of tables", self.findings);
            return None;
        }
        let path = "correlations".to_owned();
        let section = Section::open(node, &CORRELATION, path, self.findings)?;
        let coefficient = self.coefficient(&section);
        let between = match (section.find("between"), section.find("shocks")) {
            ((_, Some(node)), (_, Some(_))) => {
                let message = "a correlation is `between` quantities or of `shocks`, not both";
                let hint = "make two correlations of it";
                self.findings
                    .error("contradiction", node.span, message, hint);
                return None;
            }
            ((field, Some(node)), _) => {
                let [a, b] = self.pair(node, field, "two quantities by their TOML paths")?;
                let a = self.uncertain_quantity(a, quantities);
                let b = self.uncertain_quantity(b, quantities);
                Correlated::Quantities(a?, b?)
            }
            (_, (field, Some(node))) => {
                let [a, b] = self.pair(node, field, "two variables")?;
                let (a, b) = (
                    self.shaken_variable(a, scenario),
                    self.shaken_variable(b, scenario),
                );
                Correlated::Shocks(a?, b?)
            }
            _ => {
                let message = "this correlation does not say of what";
                let hint = "add `between`, with the TOML paths of two quantities, or `shocks`, \
                            with the names of two variables";
                self.findings
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

    /// The coefficient with its place.
    fn coefficient(&mut self, section: &Section<'_, '_>) -> Option<(f64, Span)> {
        let (field, node) = section.find("coefficient");
        let node = node?;
        if !matches!(node.item, Item::Whole(_) | Item::Real(_)) {
            wrong_kind(node, field, "a number", self.findings);
            return None;
        }
        let coefficient = number(node, self.findings)?;
        if coefficient.abs() > limits::COEFFICIENT {
            let message = format!("{coefficient} is outside what `coefficient` may be");
            let hint = "write a number between -1 and 1, both excluded";
            self.findings
                .error("out-of-range", node.span, message, hint);
            return None;
        }
        Some((coefficient, node.span))
    }

    /// Two different texts.
    fn pair<'d, 't>(
        &mut self,
        node: &'d Node<'t>,
        field: &Field,
        wanted: &str,
    ) -> Option<[&'d Node<'t>; 2]> {
        let texts = match &node.item {
            Item::List(nodes) => match &nodes[..] {
                [a, b] => Some([a, b]),
                _ => None,
            },
            _ => None,
        };
        match texts.map(|[a, b]| (a, b, &a.item, &b.item)) {
            Some((_, b, Item::Text(first, _), Item::Text(second, _))) if first == second => {
                let message = "nothing is correlated with itself";
                self.findings
                    .error("self-reference", b.span, message, "name two different ones");
                None
            }
            Some((a, b, Item::Text(..), Item::Text(..))) => Some([a, b]),
            _ => {
                let message = format!("`{}` names {wanted}", field.key);
                let hint = format!("write, for instance, `{} = {}`", field.key, field.example);
                self.findings.error("wrong-kind", node.span, message, hint);
                None
            }
        }
    }

    /// The path of a quantity that is a distribution.
    fn uncertain_quantity(
        &mut self,
        node: &Node<'_>,
        quantities: &Quantities<'_>,
    ) -> Option<String> {
        let Item::Text(path, _) = &node.item else {
            return None;
        };
        let shown = path.escape_debug();
        if self.set_aside.contains(&**path) {
            return None;
        }
        let Some(quantity) = quantities.get(path) else {
            let message = format!("the file gives no quantity `{shown}`");
            let hint = match meant(path, quantities.paths(), self.findings) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write the TOML path of a distribution, such as `variables.trust.initial`"
                    .into(),
            };
            self.findings
                .error("unknown-name", node.span, message, hint);
            return None;
        };
        let (message, hint) = match &quantity.value {
            Value::Distribution(_) => return Some(path.clone().into_owned()),
            // What is broken has been reported.
            Value::Number(value) if value.is_nan() => return None,
            // What is set from outside for one run need not be unlinked in the file.
            _ if quantity
                .span
                .is_some_and(|span| !self.findings.is_of_file(span)) =>
            {
                return Some(path.clone().into_owned());
            }
            Value::Number(value) => (
                format!(
                    "`{shown}` is known to be {value}, and only what is drawn can be correlated"
                ),
                "give it a distribution, such as `{ from = …, to = … }`, or remove the correlation",
            ),
            Value::Expression(_) => (
                format!(
                    "`{shown}` follows from the state, and only what is drawn can be correlated"
                ),
                "make a variable that does not move of what is not known in it, and name that \
                 variable's `initial`",
            ),
        };
        self.findings
            .error("not-uncertain", node.span, message, hint);
        None
    }

    /// The variable of a name, which has daily shocks.
    fn shaken_variable(&mut self, node: &Node<'_>, scenario: &Scenario) -> Option<VariableId> {
        let Item::Text(name, _) = &node.item else {
            return None;
        };
        let bare = name.strip_prefix("variables.").unwrap_or(name);
        if bare != &**name && self.names.quantified.contains_key(bare) {
            let message = "a shock is named by its variable alone";
            let hint = format!("write \"{bare}\"");
            self.findings
                .error("unknown-name", node.span, message, hint);
            return None;
        }
        let Some(Quantified::Variable(id)) = self.names.quantified.get(&**name) else {
            self.not_a_variable(name, node.span);
            return None;
        };
        if scenario.variables[*id].volatility.is_none() {
            let message = format!("`{name}` has no daily shock");
            let hint = format!("add, for instance, `volatility = 0.01` to `[variables.{name}]`");
            self.findings.error("missing-key", node.span, message, hint);
            return None;
        }
        Some(*id)
    }

    /// Reports pairs that are there twice and coefficients that contradict one another.
    fn report_repeated(&mut self, read: &[(Correlation, Span)], scenario: &Scenario) {
        let mut seen = BTreeSet::new();
        let (mut draws, mut shocks) = (Vec::new(), Vec::new());
        for (correlation, span) in read {
            let name = |id: VariableId| scenario.variables[id].name.as_str();
            let (a, b, links) = match &correlation.between {
                Correlated::Quantities(a, b) => (a.as_str(), b.as_str(), &mut draws),
                Correlated::Shocks(a, b) => (name(*a), name(*b), &mut shocks),
            };
            // A path has dots and a variable's name has none, so one set serves both.
            if !seen.insert((a.min(b), a.max(b))) {
                let message = format!("`{a}` and `{b}` are correlated twice");
                self.findings
                    .error("duplicate-name", *span, message, "keep one of the two");
                continue;
            }
            links.push(Link {
                ends: [a, b],
                coefficient: correlation.coefficient,
                span: *span,
            });
        }
        report_contradictions(&draws, self.findings);
        report_contradictions(&shocks, self.findings);
    }
}

/// The path of a quantity that was probably meant, found name by name.
fn meant(path: &str, paths: &BTreeSet<&str>, findings: &mut Findings) -> Option<String> {
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
            findings.nearest(name, next)?
        };
        found = format!("{found}{near}.");
    }
    found.pop();
    paths.contains(found.as_str()).then_some(found)
}
