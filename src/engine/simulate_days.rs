//! Simulates the days of a block, compiled for every instruction path.

use crate::base::random::keyed::{Branch, Seed};
use crate::engine::block::Engine;
use crate::engine::dispatch::dispatch;
use crate::engine::observer::Observer;
use crate::engine::state::State;
use crate::engine::state::packed_history::PackedHistory;

/// Simulates days. It is implemented, and so compiled, for the widths in use only: an engine is
/// large, and its users should not compile it again.
pub trait SimulateDays<const L: usize> {
    /// Simulates the remaining days up to and including `day`, at most the horizon.
    fn simulate_until(&mut self, day: u16, observer: &mut dyn Observer<L>);
}

macro_rules! compile_for_width {
    ($(#[$attribute:meta])? $lanes:literal) => {
        impl SimulateDays<$lanes> for Engine<'_, $lanes> {
            $(#[$attribute])?
            fn simulate_until(&mut self, day: u16, observer: &mut dyn Observer<$lanes>) {
                self.simulate_on_path(day, observer);
            }
        }
    };
}

compile_for_width!(128);
// Tests use 8 lanes to show that the bits do not depend on the width. `inline` leaves their
// compilation to the tests, so that the program does not contain them.
compile_for_width!(
    #[inline]
    8
);

impl<const L: usize> Engine<'_, L> {
    /// Simulates runs `first_run..first_run + L` from the first day to the last and returns the
    /// state at the end. `first_run` must be even.
    pub fn simulate(
        &mut self,
        seed: Seed,
        first_run: u64,
        branch: Branch,
        observer: &mut dyn Observer<L>,
    ) -> &State<L>
    where
        Self: SimulateDays<L>,
    {
        self.begin(seed, first_run, branch);
        self.simulate_until(self.bound.program.horizon_days, observer);
        &self.state
    }

    fn simulate_on_path(&mut self, day: u16, observer: &mut dyn Observer<L>) {
        let day = day.min(self.bound.program.horizon_days);
        dispatch!(
            self.evaluator.path,
            (
                engine: &mut Engine<'_, L> = self,
                day: u16 = day,
                observer: &mut dyn Observer<L> = observer,
            ) -> (),
            BITS => engine.simulate_days::<BITS>(day, observer)
        )
    }

    /// Simulates the remaining days up to `day` with vectors of `BITS` bits.
    #[inline(always)]
    fn simulate_days<const BITS: u32>(&mut self, day: u16, observer: &mut dyn Observer<L>) {
        self.update_preferences();
        self.packed_history.previous_day = self.state.day;
        while self.state.day < day && !self.evaluator.cancel.is_canceled() {
            self.simulate_day::<BITS>(observer);
            self.flush_packed_history(self.state.day == day);
        }
    }

    /// Adds the packed history to the records if it is full or `is_last`.
    #[inline(always)]
    fn flush_packed_history(&mut self, is_last: bool) {
        let Self {
            bound,
            state,
            packed_history,
            ..
        } = self;
        let n_days = u32::from(state.day - packed_history.previous_day);
        if n_days == 0 || !(is_last || PackedHistory::<L>::is_full(n_days)) {
            return;
        }
        for track in bound.program.actors.iter().flat_map(|actor| &actor.tracks) {
            if let Some(packed) = &mut packed_history.tracks[track.index] {
                let records = &mut state.history.actions;
                let days = (u32::from(packed_history.previous_day), n_days);
                packed.flush(records, &track.actions, days);
            }
        }
        packed_history.previous_day = state.day;
    }
}
