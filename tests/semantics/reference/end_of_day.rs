//! Compares the state with the engine's, after each day and after the last.

use super::approximate::Approximate;
use super::evaluation::{Record, index_of};
use super::run::{ReferenceRun, Stop};
use super::trace::OccurrenceRecord;

/// Maximum error bound of a variable, as a share of its range, for a comparison.
const RESOLUTION: f64 = 1e-4;

impl ReferenceRun<'_> {
    /// Compares the end-of-day variables with the engine's.
    pub(super) fn compare_end_of_day(&mut self) -> Result<(), Stop> {
        for (id, variable) in self.scenario.variables.enumerate() {
            let own = self.variables[index_of(id)];
            let engine = f64::from(self.engine_day().variables[index_of(id)]);
            if !own.admits(engine) {
                let text = format!("{}: {own:?}, the engine's {engine}", variable.name);
                return Err(Stop::Disagreement(text));
            }
            self.forks.values += 1;
            if own.bound > 0.0 {
                let share = (engine - own.value).abs() / own.bound;
                self.forks.farthest = self.forks.farthest.max(share);
            }
            let width = own.bound / (variable.max - variable.min);
            if width > RESOLUTION {
                self.forks.blurred += 1;
                self.variables[index_of(id)] = Approximate::exact(engine);
            } else {
                self.forks.widest = self.forks.widest.max(width);
            }
        }
        Ok(())
    }

    /// Compares the history of actions and events with the engine's.
    pub(super) fn compare_memory(&self) -> Result<(), String> {
        let compare = |name: &str, own: &Record, engine: &OccurrenceRecord| {
            let own = [
                own.count,
                own.successes,
                u32::from(own.first_day.unwrap_or(0)),
                own.days_open,
            ];
            let engine = [
                engine.count,
                engine.successes,
                engine.first_day,
                engine.days_open,
            ];
            if own == engine {
                return Ok(());
            }
            let text = format!(
                "{name}: count, successes, first day and days open are {own:?}, the engine's \
                 {engine:?}"
            );
            Err(self.describe(&text))
        };
        let memory = &self.memory;
        for ((action, own), engine) in self
            .scenario
            .actions
            .iter()
            .zip(&memory.actions)
            .zip(&self.trace.actions)
        {
            compare(&action.name, own, engine)?;
        }
        for ((event, own), engine) in self
            .scenario
            .events
            .iter()
            .zip(&memory.events)
            .zip(&self.trace.events)
        {
            compare(&event.name, own, engine)?;
        }
        Ok(())
    }

    /// Compares the clamped quantities with the engine's counts.
    pub(super) fn compare_clamps(&self) -> Result<(), String> {
        let own = self.counters.clamps.borrow();
        for (path, &engine) in &self.trace.clamps {
            let is_wrong = match own.get(path) {
                Some(true) => engine == 0,
                Some(false) => false,
                None => engine > 0,
            };
            if is_wrong {
                let own = own.get(path);
                let text = format!("{path} was clamped: {own:?}, by the engine {engine} times");
                return Err(self.describe(&text));
            }
        }
        Ok(())
    }
}
