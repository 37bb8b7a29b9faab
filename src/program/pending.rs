//! Lays out the ring buffers of pending effects.

use super::tables::{EffectRow, PendingRow};
use crate::base::index::{ActionId, ActorId, Id, VariableId};
use crate::scenario::{Scenario, Timing};
use std::collections::BTreeMap;
use std::ops::Range;

/// The rows of [`Program::pending`](super::tables::Program::pending) and who owns them.
pub(super) struct PendingLayout {
    pub(super) rows: Vec<PendingRow>,
    /// The rows of each actor's own effects.
    pub(super) of_actor: Vec<Range<usize>>,
    /// The rows of the events' effects.
    of_events: Range<usize>,
}

impl PendingLayout {
    /// One row for each source (actors in the order of their names, then all events) and variable
    /// that it changes on later days, long enough for the latest part.
    pub(super) fn new(scenario: &Scenario, actions_of: &[Vec<ActionId>]) -> Self {
        let mut layout = Self {
            rows: Vec::new(),
            of_actor: vec![0..0; scenario.actors.len()],
            of_events: 0..0,
        };
        let mut actors: Vec<_> = scenario.actors.ids().collect();
        actors.sort_by_key(|&id| &scenario.actors[id].name);
        for actor in actors {
            let effects = actions_of[actor.index()].iter().flat_map(|&id| {
                let action = &scenario.actions[id];
                let both = action.effects.iter().chain(&action.failure_effects);
                both.map(move |effect| (effect.variable, action.timing))
            });
            layout.of_actor[actor.index()] = layout.add(scenario, effects);
        }
        let effects = scenario.events.iter().flat_map(|event| {
            event
                .effects
                .iter()
                .map(move |effect| (effect.variable, event.timing))
        });
        layout.of_events = layout.add(scenario, effects);
        layout
    }

    fn add(
        &mut self,
        scenario: &Scenario,
        effects: impl Iterator<Item = (VariableId, Timing)>,
    ) -> Range<usize> {
        let mut reach = BTreeMap::new();
        for (variable, timing) in effects {
            let days = days_ahead(timing);
            if days > 0 {
                let latest = reach
                    .entry(&scenario.variables[variable].name)
                    .or_insert((variable, 0));
                latest.1 = latest.1.max(days);
            }
        }
        let start = self.rows.len();
        let rows = reach.into_values();
        self.rows
            .extend(rows.map(|(variable, max_days_ahead)| PendingRow {
                variable,
                max_days_ahead,
            }));
        start..self.rows.len()
    }

    fn find_row(&self, range: &Range<usize>, variable: VariableId) -> Option<usize> {
        range
            .clone()
            .find(|&row| self.rows[row].variable == variable)
    }

    pub(super) fn row_of_actor(&self, actor: ActorId, variable: VariableId) -> Option<usize> {
        self.find_row(&self.of_actor[actor.index()], variable)
    }

    pub(super) fn row_of_events(&self, variable: VariableId) -> Option<usize> {
        self.find_row(&self.of_events, variable)
    }
}

/// Number of days from an occurrence until its last part is due.
fn days_ahead(timing: Timing) -> u16 {
    timing.delay_days + (timing.over_days - 1)
}

/// Clears [`EffectRow::pending`] where no part of the effects is due on a later day.
pub(super) fn clear_unused_pending(mut effects: Vec<EffectRow>, timing: Timing) -> Vec<EffectRow> {
    if days_ahead(timing) == 0 {
        effects.iter_mut().for_each(|effect| effect.pending = None);
    }
    effects
}
