//! What is remembered of options of which nothing reads it before the end.
//!
//! A [`Record`] holds what conditions and expressions may ask for, and keeping it costs a good part
//! of a day. Where nobody asks, what happened on a track is noted for all its options at once, a
//! field of bits for each, and written into their records after so many days as the fields can
//! count. The last day is then not remembered.

use super::Engine;
use super::lanes::{Mask, bit};
use super::state::Record;
use crate::index::{ActionId, Table};

/// The width of a field.
const FIELD: u32 = 5;
const FIELD_MASK: u32 = (1 << FIELD) - 1;

/// So many options have a field.
pub(super) const MOST: usize = (u32::BITS / FIELD) as usize;

/// So many days can be counted in one.
const MOST_DAYS: u32 = FIELD_MASK;

/// How an option stands in the rows of a decision: 1 in its field, where there are fields for all;
/// distinct for distinct options, and 0 for waiting.
#[inline(always)]
pub(super) fn code(option: u32) -> u32 {
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
pub(super) struct Notes<const L: usize> {
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
    pub(super) fn new() -> Self {
        Self {
            taken: Mask::<L>::of(0),
            succeeded: Mask::<L>::of(0),
            opened: Mask::<L>::of(0),
            first: Mask::<L>::of(0),
        }
    }

    /// Notes what was chosen and done, as codes, and the sums of the codes of what was open.
    #[inline(always)]
    pub(super) fn add(&mut self, pick: &Mask<L>, done: &Mask<L>, opened: &Mask<L>, today: u32) {
        // The day in every field.
        let everywhere = (0..MOST).fold(0, |all, place| all | today << (FIELD * place as u32));
        for lane in 0..L {
            let pick = pick[lane];
            self.taken[lane] += pick;
            self.succeeded[lane] += done[lane];
            self.opened[lane] += opened[lane];
            let field = (pick << FIELD) - pick;
            let is_first = bit(self.first[lane] & field == 0);
            self.first[lane] |= everywhere & field & is_first;
        }
    }

    /// Writes the notes of days that followed on `eve` into the records of the track's options, and
    /// forgets them.
    #[inline(always)]
    pub(super) fn write(
        &mut self,
        records: &mut Table<ActionId, Record<L>>,
        options: &[ActionId],
        eve: u32,
    ) {
        for (k, &action) in options.iter().enumerate() {
            let record = &mut records[action];
            for lane in 0..L {
                let first = field(self.first[lane], k);
                record.add(
                    lane,
                    field(self.taken[lane], k),
                    field(self.succeeded[lane], k),
                    field(self.opened[lane], k),
                    if first == 0 { 0 } else { eve + first },
                );
            }
        }
        *self = Self::new();
    }
}

/// Notes of all tracks on which nothing else is kept, over the same days.
#[derive(Debug)]
pub(super) struct Notebook<const L: usize> {
    /// By track.
    tracks: Vec<Option<Notes<L>>>,
    /// The day before the first of them.
    eve: u16,
}

impl<const L: usize> Notebook<L> {
    pub(super) fn new(is_noted: impl Iterator<Item = bool>) -> Self {
        Self {
            tracks: is_noted.map(|noted| noted.then(Notes::new)).collect(),
            eve: 0,
        }
    }

    /// The notes of a track, and the number of the day among those that are noted.
    #[inline(always)]
    pub(super) fn page(&mut self, track: usize, day: u16) -> Option<(&mut Notes<L>, u32)> {
        let today = u32::from(day - self.eve);
        Some((self.tracks[track].as_mut()?, today))
    }
}

impl<const L: usize> Engine<'_, L> {
    /// Opens the notebook on the eve of a day.
    pub(super) fn open_notebook(&mut self) {
        self.notebook.eve = self.state.day;
    }

    /// Writes what is noted into the runs' memory where no further day could be noted, or where
    /// `all` is asked for.
    #[inline(always)]
    pub(super) fn write_notes(&mut self, all: bool) {
        let Self {
            bound,
            state,
            notebook,
            ..
        } = self;
        let n_days = u32::from(state.day - notebook.eve);
        if n_days == 0 || !(all || n_days == MOST_DAYS) {
            return;
        }
        for track in bound.program.actors.iter().flat_map(|actor| &actor.tracks) {
            if let Some(notes) = &mut notebook.tracks[track.index] {
                let records = &mut state.memory.actions;
                notes.write(records, &track.options, u32::from(notebook.eve));
            }
        }
        notebook.eve = state.day;
    }
}
