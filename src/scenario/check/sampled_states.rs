//! States of the world that are sampled_states out for a witness of what interval analysis suspects.

use super::super::bounds::IntervalAnalysis;
use super::super::diagnostics::four_digits;
use super::super::model::{ExpressionRef, Number, Scenario};
use crate::base::index::Id;
use std::collections::BTreeSet;

/// How many states of the world are sampled_states out.
const N_STATES_TRIED: usize = 32;
/// How many values of a state a message names.
const NAMED_VALUES: usize = 4;

/// States of the world that are sampled_states out, because interval analysis alone cries wolf: it does
/// not see that a variable which appears twice has one value.
pub(super) struct SampledStates<'s> {
    /// All states at once.
    anywhere: &'s IntervalAnalysis<'s>,
    states: Vec<SampledState<'s>>,
}

/// A state of the world.
pub(super) struct SampledState<'s> {
    day: u16,
    values: Vec<f64>,
    pub(super) analysis: IntervalAnalysis<'s>,
}

impl<'s> SampledStates<'s> {
    /// States spread over what variables can be: half of them at corners, by the rows of a
    /// Hadamard matrix, so that every two variables meet in all four ways; half inside, by
    /// multiples of the golden ratio.
    pub(super) fn new(scenario: &'s Scenario, anywhere: &'s IntervalAnalysis<'s>) -> Self {
        let state = |number: usize| {
            let share_of = |index: usize| {
                if number < N_STATES_TRIED / 2 {
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
            let day = 1 + (number * last / (N_STATES_TRIED - 1)) as u16;
            let analysis = IntervalAnalysis::at(scenario, day, &values);
            SampledState {
                day,
                values,
                analysis,
            }
        };
        Self {
            anywhere,
            states: (0..N_STATES_TRIED).map(state).collect(),
        }
    }

    /// A state of which something may be true, if interval analysis does not rule it out.
    pub(super) fn witness(
        &self,
        may_be: impl Fn(&IntervalAnalysis<'_>) -> bool,
    ) -> Option<&SampledState<'s>> {
        if !may_be(self.anywhere) {
            return None;
        }
        self.states.iter().find(|state| may_be(&state.analysis))
    }
}

impl SampledState<'_> {
    /// The values of what an expression names, such as ` where trust = 0`.
    pub(super) fn describe(&self, scenario: &Scenario, part: ExpressionRef<'_>) -> String {
        let mut named = BTreeSet::new();
        let mut names_day = false;
        part.walk(&mut |part| match part {
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
            .take(NAMED_VALUES)
            .map(|(name, value)| format!("{name} = {}", four_digits(value)))
            .collect();
        if values.is_empty() {
            String::new()
        } else {
            format!(" where {}", values.join(", "))
        }
    }
}
