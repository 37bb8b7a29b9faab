//! Step 4: events occur.

use crate::base::index::{EventId, Id};
use crate::base::math::single;
use crate::engine::block::Engine;
use crate::engine::lanes::{Lanes, Mask, any, to_mask};
use crate::engine::observer::{Observer, Trial, TrialKind};

impl<const L: usize> Engine<'_, L> {
    /// Samples the occurrence of all events, and evaluates their effects. All hazards and amounts
    /// read the state before any event; the history changes after all events.
    #[inline(always)]
    pub(crate) fn sample_events(&mut self, observer: &mut dyn Observer<L>) {
        let program = &*self.bound.program;
        for &event in &program.events_by_name {
            self.sample_event(event, observer);
        }
        for &event in &program.events_by_name {
            let source = program.actions.len() + event.index();
            if self.workspace.effects.has_occurred[source] {
                let occurred = &self.workspace.effects.occurred[source];
                self.state.history.events[event].update(self.state.day, occurred, occurred);
            }
        }
    }

    #[inline(always)]
    fn sample_event(&mut self, event: EventId, observer: &mut dyn Observer<L>) {
        let Self {
            bound,
            state,
            evaluator,
            workspace,
            ..
        } = self;
        let program = &*bound.program;
        let row = &program.events[event];
        let mut active = Mask::<L>::splat(u32::MAX);
        if let Some(limit) = row.limit {
            let record = &state.history.events[event];
            for lane in 0..L {
                active[lane] = to_mask(record.count(lane) < limit);
            }
        }
        let source = program.actions.len() + event.index();
        workspace.effects.has_occurred[source] = false;
        let occurred = &mut workspace.effects.occurred[source];
        if !any(&active) {
            *occurred = Mask::<L>::splat(0);
            return;
        }
        let words = state.random_words(bound.site_key(row.site, state.day));
        let mut slot = Lanes::<L>::splat(0.0);
        let hazard = evaluator.quantity(row.hazard, &state.situation(bound), &active, &mut slot);
        for lane in 0..L {
            occurred[lane] = active[lane] & to_mask(single::uniform(words[lane]) < hazard[lane]);
        }
        observer.trial(&Trial {
            day: state.day,
            kind: TrialKind::Hazard(event),
            active: &active,
            probability: hazard,
            occurred,
        });
        if any(occurred) {
            workspace.effects.has_occurred[source] = true;
            observer.event(state.day, event, occurred);
            self.evaluate_effects(&row.effects, row.timing, source, None);
        }
    }
}
