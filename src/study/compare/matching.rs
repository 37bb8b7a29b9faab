//! Matches the outcomes and actions of two scenarios by name.

use crate::base::diagnostic::plural;
use crate::scenario::Scenario;

/// The outcomes and actions that both scenarios have, as columns of the days of a run: outcomes
/// come first, then actions.
pub(super) struct SharedColumns {
    /// The columns in the base and in the variant.
    pub(super) columns: Vec<(usize, usize)>,
    /// How many of them are outcomes.
    pub(super) n_outcomes: usize,
    /// Number of outcomes of the base and of the variant.
    offsets: (usize, usize),
}

impl SharedColumns {
    pub(super) fn new(base: &Scenario, variant: &Scenario) -> Self {
        let mut columns = shared_indices(&outcome_names(base), &outcome_names(variant));
        let n_outcomes = columns.len();
        let (before, after) = (base.outcomes.len(), variant.outcomes.len());
        let actions = shared_indices(&action_names(base), &action_names(variant));
        columns.extend(actions.into_iter().map(|(a, b)| (before + a, after + b)));
        Self {
            columns,
            n_outcomes,
            offsets: (before, after),
        }
    }

    /// The shared actions: their index in the base and in the variant.
    pub(super) fn actions(&self) -> impl ExactSizeIterator<Item = (usize, usize)> + use<'_> {
        let (before, after) = self.offsets;
        let actions = self.columns[self.n_outcomes..].iter();
        actions.map(move |&(a, b)| (a - before, b - after))
    }
}

fn outcome_names(scenario: &Scenario) -> Vec<&str> {
    let outcomes = scenario.outcomes.iter();
    outcomes.map(|one| one.name.as_str()).collect()
}

fn action_names(scenario: &Scenario) -> Vec<&str> {
    let actions = scenario.actions.iter();
    actions.map(|one| one.name.as_str()).collect()
}

/// The indices of the names that are in both lists.
fn shared_indices(before: &[&str], after: &[&str]) -> Vec<(usize, usize)> {
    let find = |(index, name): (usize, &&str)| {
        let other = after.iter().position(|known| known == name)?;
        Some((index, other))
    };
    before.iter().enumerate().filter_map(find).collect()
}

/// Names that only one of two scenarios has.
pub(super) struct UnsharedNames<'a> {
    pub(super) outcomes_only_in_base: Vec<&'a str>,
    pub(super) outcomes_only_in_variant: Vec<&'a str>,
    pub(super) actions_only_in_base: Vec<&'a str>,
    pub(super) actions_only_in_variant: Vec<&'a str>,
}

impl<'a> UnsharedNames<'a> {
    pub(super) fn new(base: &'a Scenario, variant: &'a Scenario) -> Self {
        let outcomes = [base, variant].map(outcome_names);
        let actions = [base, variant].map(action_names);
        let without = |all: &[&'a str], others: &[&'a str]| -> Vec<&'a str> {
            let alone = all.iter().filter(|name| !others.contains(name));
            alone.copied().collect()
        };
        Self {
            outcomes_only_in_base: without(&outcomes[0], &outcomes[1]),
            outcomes_only_in_variant: without(&outcomes[1], &outcomes[0]),
            actions_only_in_base: without(&actions[0], &actions[1]),
            actions_only_in_variant: without(&actions[1], &actions[0]),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.outcomes_only_in_base.is_empty()
            && self.outcomes_only_in_variant.is_empty()
            && self.actions_only_in_base.is_empty()
            && self.actions_only_in_variant.is_empty()
    }
}

/// Notes on start dates, horizons and conditions that differ between the two sides.
pub(super) fn notes(base: &Scenario, variant: &Scenario) -> Vec<String> {
    let mut notes = Vec::new();
    if base.start != variant.start {
        notes.push(format!(
            "the base starts on {} and the variant on {}: day 1 is compared with day 1",
            base.start, variant.start
        ));
    }
    if base.horizon_days != variant.horizon_days {
        notes.push(format!(
            "the base has {} {} and the variant {}: each outcome counts up to its own last day",
            base.horizon_days,
            plural(base.horizon_days.into(), "day"),
            variant.horizon_days
        ));
    }
    for outcome in &base.outcomes {
        let other = variant.outcomes.iter().find(|one| one.name == outcome.name);
        let Some(other) = other else { continue };
        if outcome.when.text != other.when.text || outcome.sustained_days != other.sustained_days {
            notes.push(format!(
                "the condition of `{}` in the variant differs from the base",
                outcome.name
            ));
        }
    }
    notes
}
