//! Sampled states, which confirm what interval analysis suspects.

use super::super::bounds::IntervalAnalysis;
use super::super::diagnostics::four_digits;
use super::super::model::{ExpressionRef, Number, Scenario};
use crate::base::index::Id;
use std::collections::BTreeSet;

/// Number of sampled states.
const N_STATES: usize = 32;
/// Maximum number of values that a message names.
const MAX_NAMED_VALUES: usize = 4;

/// Sampled states. Interval analysis alone gives false alarms, because it does not see that a
/// variable that appears twice has one value.
pub(super) struct SampledStates<'s> {
    /// The analysis of all possible states at once.
    full_range: &'s IntervalAnalysis<'s>,
    states: Vec<SampledState<'s>>,
}

/// A state with its day.
pub(super) struct SampledState<'s> {
    pub(super) day: u16,
    pub(super) values: Vec<f64>,
    pub(super) analysis: IntervalAnalysis<'s>,
}

impl<'s> SampledStates<'s> {
    /// Samples states over the ranges of the variables: half of them at corners, by the rows of a
    /// Hadamard matrix, so that every two variables meet in all four combinations; half inside, by
    /// multiples of the golden ratio.
    pub(super) fn new(scenario: &'s Scenario, full_range: &'s IntervalAnalysis<'s>) -> Self {
        let state = |number: usize| {
            let share_of = |index: usize| {
                if number < N_STATES / 2 {
                    f64::from((number & (index + 1)).count_ones() % 2)
                } else {
                    let golden = 0.618_033_988_749_894_9;
                    (golden * ((number + 1) * (index + 1)) as f64).fract()
                }
            };
            let variables = scenario.variables.iter().enumerate();
            let values: Vec<_> = variables
                .map(|(index, one)| one.min + share_of(index) * (one.max - one.min))
                .collect();
            let last = usize::from(scenario.horizon_days) - 1;
            let day = 1 + (number * last / (N_STATES - 1)) as u16;
            let analysis = IntervalAnalysis::at_state(scenario, day, &values);
            SampledState {
                day,
                values,
                analysis,
            }
        };
        Self {
            full_range,
            states: (0..N_STATES).map(state).collect(),
        }
    }

    /// A state for which `may_be` holds, if interval analysis does not rule it out.
    pub(super) fn find(
        &self,
        may_be: impl Fn(&IntervalAnalysis<'_>) -> bool,
    ) -> Option<&SampledState<'s>> {
        if !may_be(self.full_range) {
            return None;
        }
        self.states.iter().find(|state| may_be(&state.analysis))
    }
}

impl<'s> SampledStates<'s> {
    /// All states.
    pub(super) fn states(&self) -> &[SampledState<'s>] {
        &self.states
    }
}

impl SampledState<'_> {
    /// The values that an expression uses, as in ` where trust = 0`.
    pub(super) fn describe(&self, scenario: &Scenario, part: ExpressionRef<'_>) -> String {
        let mut named = BTreeSet::new();
        let mut names_day = false;
        part.visit(&mut |part| match part {
            ExpressionRef::Number(Number::Variable(id)) => {
                named.insert(*id);
            }
            ExpressionRef::Number(Number::Day) => names_day = true,
            _ => {}
        });
        let mut values: Vec<_> = named
            .iter()
            .map(|id| {
                (
                    scenario.variables[*id].name.as_str(),
                    self.values[id.index()],
                )
            })
            .collect();
        if names_day {
            values.push(("day", f64::from(self.day)));
        }
        let values: Vec<_> = values
            .into_iter()
            .take(MAX_NAMED_VALUES)
            .map(|(name, value)| format!("{name} = {}", four_digits(value)))
            .collect();
        if values.is_empty() {
            String::new()
        } else {
            format!(" where {}", values.join(", "))
        }
    }
}
