//! What is remembered of options of which nothing reads it before the end.
//!
//! A [`Record`] holds what conditions and expressions may ask for, and keeping it costs a good part
//! of a day. Where nobody asks, what happened on a track is noted for all its options at once, a
//! field of bits for each. After so many days as the fields can count, the days are counted and
//! written into the records. The last day is then not remembered.

use crate::base::index::{ActionId, IdVec};
use crate::engine::Engine;
use crate::engine::lanes::Mask;
use crate::engine::state::Record;

/// The width of a field.
const FIELD: u32 = 5;
const FIELD_MASK: u32 = (1 << FIELD) - 1;

/// So many options have a field.
pub(in crate::engine) const MOST: usize = (u32::BITS / FIELD) as usize;

/// So many days can be counted in one.
const MAX_DAYS: u32 = FIELD_MASK;

/// How an option stands in the rows of a decision: 1 in its field, where there are fields for all;
/// distinct for distinct options, and 0 for waiting.
#[inline(always)]
pub(in crate::engine) fn code(option: u32) -> u32 {
    match option {
        0 => 0,
        1..=6 => 1 << (FIELD * (option - 1)),
        _ => 1 << 31 | option,
    }
}
const _: () = assert!(MOST == 6, "options 1 to 6 have fields");

/// What stands in the field of the option in a place.
#[inline(always)]
fn field(notes: u32, place: usize) -> u32 {
    (notes >> (FIELD * place as u32)) & FIELD_MASK
}

/// Notes of the options of one track over some days.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Notes<const L: usize> {
    /// By day, from 0: in the field of an option, whether it was open, taken, and taken with success,
    /// a bit for each.
    days: Vec<Mask<L>>,
    /// The days that are noted, a bit for each.
    noted: u32,
}

/// So many days are counted in one go, while the counts are in registers.
const DAYS_AT_ONCE: usize = 8;

/// The lowest bit of every field.
const LOWEST: u32 = min_bits();

const fn min_bits() -> u32 {
    let (mut all, mut place) = (0, 0);
    while place < MOST {
        all |= 1 << (FIELD * place as u32);
        place += 1;
    }
    all
}

/// Counts of what was noted, in fields.
#[derive(Clone, Debug)]
struct Counts<const L: usize> {
    /// Times taken.
    taken: Mask<L>,
    /// Times with success.
    succeeded: Mask<L>,
    /// Days open.
    opened: Mask<L>,
    /// The first of these days on which it was taken, counted from 1; 0 where there is none.
    first: Mask<L>,
}

impl<const L: usize> Notes<L> {
    pub(in crate::engine) fn new() -> Self {
        let n_days = (MAX_DAYS as usize).next_multiple_of(DAYS_AT_ONCE);
        Self {
            days: vec![Mask::<L>::of(0); n_days],
            noted: 0,
        }
    }

    /// Notes what was chosen and done on a day, as codes, and the sums of the codes of what was
    /// open.
    #[inline(always)]
    pub(in crate::engine) fn add(
        &mut self,
        pick: &Mask<L>,
        done: &Mask<L>,
        opened: &Mask<L>,
        day: usize,
    ) {
        self.noted |= 1 << day;
        let notes = &mut self.days[day];
        for lane in 0..L {
            notes[lane] = opened[lane] | (pick[lane] << 1) | (done[lane] << 2);
        }
    }

    /// Writes the notes of `n_days` that followed on `eve` into the records of the track's options,
    /// and forgets them.
    #[inline(always)]
    pub(in crate::engine) fn write(
        &mut self,
        records: &mut IdVec<ActionId, Record<L>>,
        options: &[ActionId],
        (eve, n_days): (u32, u32),
    ) {
        let mut counts = Counts {
            taken: Mask::<L>::of(0),
            succeeded: Mask::<L>::of(0),
            opened: Mask::<L>::of(0),
            first: Mask::<L>::of(0),
        };
        let n_days = (n_days as usize).next_multiple_of(DAYS_AT_ONCE);
        // Backwards: of the days on which something was done, the last one counted is the first.
        for first_day in (0..n_days).step_by(DAYS_AT_ONCE).rev() {
            for day in first_day..first_day + DAYS_AT_ONCE {
                // What stands there was noted of another block.
                if self.noted & (1 << day) == 0 {
                    self.days[day] = Mask::<L>::of(0);
                }
            }
            if let Some(days) = self.days[first_day..].first_chunk() {
                counts.add(days, first_day as u32);
            }
        }
        self.noted = 0;
        for (k, &action) in options.iter().enumerate() {
            let record = &mut records[action];
            for lane in 0..L {
                let first = field(counts.first[lane], k);
                record.add(
                    lane,
                    field(counts.taken[lane], k),
                    field(counts.succeeded[lane], k),
                    field(counts.opened[lane], k),
                    if first == 0 { 0 } else { eve + first },
                );
            }
        }
    }
}

impl<const L: usize> Counts<L> {
    /// Counts what was noted on days in a row, before those that were counted until now.
    #[inline(always)]
    fn add(&mut self, days: &[Mask<L>; DAYS_AT_ONCE], first_day: u32) {
        for lane in 0..L {
            let (mut taken, mut succeeded) = (self.taken[lane], self.succeeded[lane]);
            let (mut opened, mut first) = (self.opened[lane], self.first[lane]);
            for k in (0..DAYS_AT_ONCE).rev() {
                let notes = days[k][lane];
                let pick = (notes >> 1) & LOWEST;
                opened += notes & LOWEST;
                taken += pick;
                succeeded += (notes >> 2) & LOWEST;
                // All of the option's field, and the day in every field.
                let field = (pick << FIELD) - pick;
                let today = LOWEST * (first_day + k as u32 + 1);
                first = (first & !field) | (today & field);
            }
            (self.taken[lane], self.succeeded[lane]) = (taken, succeeded);
            (self.opened[lane], self.first[lane]) = (opened, first);
        }
    }
}

/// Notes of all tracks on which nothing else is kept, over the same days.
#[derive(Debug)]
pub(in crate::engine) struct Notebook<const L: usize> {
    /// By track.
    tracks: Vec<Option<Notes<L>>>,
    /// The day before the first of them.
    eve: u16,
}

impl<const L: usize> Notebook<L> {
    pub(in crate::engine) fn new(is_noted: impl Iterator<Item = bool>) -> Self {
        Self {
            tracks: is_noted.map(|noted| noted.then(Notes::new)).collect(),
            eve: 0,
        }
    }

    /// The notes of a track, and the number of the day among those that are noted, from 0.
    #[inline(always)]
    pub(in crate::engine) fn page(
        &mut self,
        track: usize,
        day: u16,
    ) -> Option<(&mut Notes<L>, usize)> {
        let today = usize::from(day - self.eve - 1);
        Some((self.tracks[track].as_mut()?, today))
    }
}

impl<const L: usize> Engine<'_, L> {
    /// Opens the notebook on the eve of a day.
    pub(in crate::engine) fn open_notebook(&mut self) {
        self.notebook.eve = self.state.day;
    }

    /// Writes what is noted into the runs' memory where no further day could be noted, or where
    /// `all` is asked for.
    #[inline(always)]
    pub(in crate::engine) fn write_notes(&mut self, all: bool) {
        let Self {
            bound,
            state,
            notebook,
            ..
        } = self;
        let n_days = u32::from(state.day - notebook.eve);
        if n_days == 0 || !(all || n_days == MAX_DAYS) {
            return;
        }
        for track in bound.program.actors.iter().flat_map(|actor| &actor.tracks) {
            if let Some(notes) = &mut notebook.tracks[track.index] {
                let records = &mut state.memory.actions;
                let days = (u32::from(notebook.eve), n_days);
                notes.write(records, &track.actions, days);
            }
        }
        notebook.eve = state.day;
    }
}
