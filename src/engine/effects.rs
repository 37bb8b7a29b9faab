//! What may change which variable in which step of the day.
//!
//! Effects on a variable are summed in the order of their sources' names and clamped once. So
//! that sums stay in registers, they are laid out beforehand, and added up variable by variable.

use super::choose::Decision;
use super::lanes::{Lanes, Mask, bit, keep};
use super::notes;
use crate::index::Id;
use crate::program::{Bound, Touch};
use crate::scenario::Timing;

/// One effect on one variable.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// Its action or event: a row of `Effects::happened`.
    source: usize,
    /// What says where it has happened.
    sign: Sign,
    amount: Amount,
}

/// What says where an action has succeeded or an event has struck.
#[derive(Clone, Copy, Debug)]
enum Sign {
    /// The code of the option among what was done on a track.
    Option(usize, u32),
    /// All ones in the event's row of `Effects::happened`.
    Event,
}

/// A step's effects come from so many places.
#[derive(Clone, Copy)]
pub(super) struct Happened<'a, const L: usize> {
    pub(super) decisions: &'a [Decision<L>],
    pub(super) happened: &'a [Mask<L>],
    pub(super) has_happened: &'a [bool],
    pub(super) rows: &'a [Lanes<L>],
}

impl<'a, const L: usize> Happened<'a, L> {
    /// The row in which a part's number stands where it has happened, and that number.
    #[inline(always)]
    fn of(&self, part: &Part) -> (&'a Mask<L>, u32) {
        match part.sign {
            Sign::Option(track, code) => (&self.decisions[track].done, code),
            Sign::Event => (&self.happened[part.source], u32::MAX),
        }
    }
}

/// How much it changes.
#[derive(Clone, Copy, Debug)]
enum Amount {
    /// A number where the source happened.
    Number(f32),
    /// A row of `Effects::rows`.
    Row(usize),
}

/// A touch that is more than a number added on the day itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Late {
    /// Which of the source's touches.
    pub(super) touch: usize,
    /// The row of `Effects::rows` for the part that arrives today.
    pub(super) row: Option<usize>,
}

/// The effects on one variable in one step of the day, in the order of their sources' names.
#[derive(Debug)]
pub(super) struct Sum {
    pub(super) variable: usize,
    parts: Vec<Part>,
}

/// The effects of a step of the day.
#[derive(Debug)]
pub(super) struct Effects<const L: usize> {
    /// By action, where it succeeded; then by event, where it struck.
    pub(super) happened: Vec<Mask<L>>,
    /// The same, whether in any lane (an action: whether it was chosen in any).
    pub(super) has_happened: Vec<bool>,
    /// By turn, and last for events, what may change on which variable.
    pub(super) steps: Vec<Vec<Sum>>,
    /// By action, then by event.
    pub(super) late: Vec<Vec<Late>>,
    /// Parts that are not numbers.
    pub(super) rows: Vec<Lanes<L>>,
}

impl<const L: usize> Effects<L> {
    pub(super) fn new(bound: &Bound<'_>) -> Self {
        let program = bound.program;
        let n_sources = program.actions.len() + program.events.len();
        let mut effects = Self {
            happened: vec![Mask::<L>::of(0); n_sources],
            has_happened: vec![false; n_sources],
            steps: Vec::new(),
            late: vec![Vec::new(); n_sources],
            rows: Vec::new(),
        };
        for turn in &program.turns {
            let sources = turn.actions.iter().map(|&id| {
                let row = &program.actions[id];
                let (track, option) = row.place;
                let sign = Sign::Option(track, notes::code(option));
                (id.index(), sign, row.touches.as_slice(), row.timing)
            });
            effects.lay_out(bound, sources);
        }
        let sources = program.events_by_name.iter().map(|&id| {
            let row = &program.events[id];
            let source = program.actions.len() + id.index();
            (source, Sign::Event, row.touches.as_slice(), row.timing)
        });
        effects.lay_out(bound, sources);
        effects
    }

    /// Lays out a step of the day.
    fn lay_out<'a>(
        &mut self,
        bound: &Bound<'_>,
        sources: impl Iterator<Item = (usize, Sign, &'a [Touch], Timing)>,
    ) {
        let mut sums: Vec<Sum> = Vec::new();
        for (source, sign, touches, timing) in sources {
            for (index, touch) in touches.iter().enumerate() {
                let number = known_amount(bound, touch)
                    .map(|amount| daily(amount, timing))
                    .filter(|_| is_today(bound, touch));
                let amount = number.map_or(Amount::Row(self.rows.len()), Amount::Number);
                if number.is_none() {
                    let row = (timing.delay_days == 0).then_some(self.rows.len());
                    self.late[source].push(Late { touch: index, row });
                    self.rows.extend(row.map(|_| Lanes::<L>::of(0.0)));
                }
                if timing.delay_days > 0 {
                    continue;
                }
                let variable = touch.variable.index();
                let place = sums.iter().position(|sum| sum.variable == variable);
                let place = place.unwrap_or_else(|| {
                    sums.push(Sum {
                        variable,
                        parts: Vec::new(),
                    });
                    sums.len() - 1
                });
                sums[place].parts.push(Part {
                    source,
                    sign,
                    amount,
                });
            }
        }
        self.steps.push(sums);
    }
}

/// What a touch adds, where it is a plain number and failing adds nothing.
pub(super) fn known_amount(bound: &Bound<'_>, touch: &Touch) -> Option<f32> {
    match touch.failure {
        None => bound.known(touch.success?),
        Some(_) => None,
    }
}

/// Whether a touch is a plain number that is added on the day itself.
pub(super) fn is_today(bound: &Bound<'_>, touch: &Touch) -> bool {
    touch.pending.is_none() && known_amount(bound, touch).is_some()
}

/// The part of an amount that arrives on one of its days.
pub(super) fn daily(amount: f32, timing: Timing) -> f32 {
    match timing.over_days {
        0 | 1 => amount,
        days => amount / f32::from(days),
    }
}

impl Sum {
    /// Leaves in `change` the sum of the parts whose source has happened. False where none has.
    #[inline(always)]
    pub(super) fn add_up<const L: usize>(
        &self,
        change: &mut Lanes<L>,
        all: Happened<'_, L>,
    ) -> bool {
        let mut signs = [&all.happened[0]; GROUP];
        let mut codes = [0; GROUP];
        let mut amounts = [0.0; GROUP];
        let (mut n, mut is_first) = (0, true);
        for part in &self.parts {
            if !all.has_happened[part.source] {
                continue;
            }
            match part.amount {
                Amount::Number(amount) => {
                    (signs[n], codes[n]) = all.of(part);
                    amounts[n] = amount;
                    n += 1;
                    if n == GROUP {
                        add_where(change, &signs, &codes, &amounts, is_first);
                        (n, is_first) = (0, false);
                    }
                }
                Amount::Row(row) => {
                    add_some(change, n, &signs, &codes, &amounts, is_first);
                    is_first &= n == 0;
                    n = 0;
                    let row = &all.rows[row];
                    if is_first {
                        *change = *row;
                    } else {
                        for lane in 0..L {
                            change[lane] += row[lane];
                        }
                    }
                    is_first = false;
                }
            }
        }
        add_some(change, n, &signs, &codes, &amounts, is_first);
        n > 0 || !is_first
    }
}

/// So many numbers are added in one go.
const GROUP: usize = 4;

/// Adds the first `n` numbers, fewer than a group.
#[inline(always)]
fn add_some<const L: usize>(
    sum: &mut Lanes<L>,
    n: usize,
    signs: &[&Mask<L>; GROUP],
    codes: &[u32; GROUP],
    amounts: &[f32; GROUP],
    is_first: bool,
) {
    let ([a, b, c, _], [i, j, k, _], [p, q, r, _]) = (*signs, *codes, *amounts);
    match n {
        1 => add_where(sum, &[a], &[i], &[p], is_first),
        2 => add_where(sum, &[a, b], &[i, j], &[p, q], is_first),
        3 => add_where(sum, &[a, b, c], &[i, j, k], &[p, q, r], is_first),
        _ => {}
    }
}

/// Adds numbers where their sources happened; the very first starts the sum.
#[inline(always)]
fn add_where<const N: usize, const L: usize>(
    sum: &mut Lanes<L>,
    signs: &[&Mask<L>; N],
    codes: &[u32; N],
    amounts: &[f32; N],
    is_first: bool,
) {
    if is_first {
        for lane in 0..L {
            let mut total = keep(bit(signs[0][lane] == codes[0]), amounts[0]);
            for k in 1..N {
                total += keep(bit(signs[k][lane] == codes[k]), amounts[k]);
            }
            sum[lane] = total;
        }
    } else {
        for lane in 0..L {
            let mut total = sum[lane];
            for k in 0..N {
                total += keep(bit(signs[k][lane] == codes[k]), amounts[k]);
            }
            sum[lane] = total;
        }
    }
}
