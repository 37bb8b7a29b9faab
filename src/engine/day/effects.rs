//! What may change which variable in which step of the day.
//!
//! Effects on a variable are summed in the order of their sources' names and clamped once. So
//! that sums stay in registers, they are laid out beforehand, and added up variable by variable.

use crate::base::index::Id;
use crate::engine::lanes::{Lanes, Mask, bit, clamp, keep, not_finite};
use crate::engine::state::history;
use crate::program::{BoundProgram, EffectRow};
use crate::scenario::Timing;

/// One effect on one variable: a number that is added where its source has happened.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// Its action or event: a row of `Effects::happened`.
    source: usize,
    /// What says where it has happened.
    sign: Sign,
    amount: f32,
}

/// What says where an action has succeeded or an event has struck.
#[derive(Clone, Copy, Debug)]
struct Sign {
    /// The row of `Effects::happened` of its track, or the event's own.
    row: usize,
    /// What stands there: the option's code, or all ones.
    code: u32,
}

/// A step's effects come from so many places.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Happened<'a, const L: usize> {
    pub(in crate::engine) happened: &'a [Mask<L>],
    pub(in crate::engine) has_happened: &'a [bool],
    pub(in crate::engine) rows: &'a [Lanes<L>],
}

impl<'a, const L: usize> Happened<'a, L> {
    /// The row that says where a part counts, what stands there then, and its number.
    #[inline(always)]
    fn of(&self, part: &Part) -> Member<'a, L> {
        let Sign { row, code } = part.sign;
        (&self.happened[row], code, part.amount)
    }
}

/// Some of the effects on one variable, that are added in one go.
#[derive(Debug)]
enum Item {
    /// Numbers.
    Group(Vec<Part>),
    /// A source and its row of `Effects::rows`.
    Row(usize, usize),
}

/// A touch that is more than a number added on the day itself.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Late {
    /// Which of the source's touches.
    pub(in crate::engine) touch: usize,
    /// The row of `Effects::rows` for the part that arrives today.
    pub(in crate::engine) row: Option<usize>,
}

/// The effects on one variable in one step of the day, in the order of their sources' names.
#[derive(Debug)]
pub(in crate::engine) struct Sum {
    pub(in crate::engine) variable: usize,
    items: Vec<Item>,
    /// Whether all parts are plain numbers, so that no sum of them is anything else.
    is_finite: bool,
}

/// The effects of a step of the day.
#[derive(Debug)]
pub(in crate::engine) struct Effects<const L: usize> {
    /// By action, where it succeeded; then by event, where it struck; then by track, the code of
    /// what was done on it with success, 0 where nothing was.
    pub(in crate::engine) happened: Vec<Mask<L>>,
    /// By action and event, whether in any lane (an action: whether it was chosen in any).
    pub(in crate::engine) has_happened: Vec<bool>,
    /// By turn, and last for events, what may change on which variable.
    pub(in crate::engine) steps: Vec<Vec<Sum>>,
    /// By action, then by event.
    pub(in crate::engine) late: Vec<Vec<Late>>,
    /// Parts that are not numbers.
    pub(in crate::engine) rows: Vec<Lanes<L>>,
}

impl<const L: usize> Effects<L> {
    pub(in crate::engine) fn new(bound: &BoundProgram<'_>) -> Self {
        let program = bound.program;
        let n_sources = program.actions.len() + program.events.len();
        let mut effects = Self {
            happened: vec![Mask::<L>::of(0); n_sources + program.n_tracks],
            has_happened: vec![false; n_sources],
            steps: Vec::new(),
            late: vec![Vec::new(); n_sources],
            rows: Vec::new(),
        };
        for turn in &program.turns {
            let sources = turn.actions.iter().map(|&id| {
                let row = &program.actions[id];
                let (track, option) = (row.track, row.alternative);
                let sign = Sign {
                    row: n_sources + track,
                    code: history::code(option),
                };
                (id.index(), sign, row.effects.as_slice(), row.timing)
            });
            effects.lay_out(bound, sources);
        }
        let sources = program.events_by_name.iter().map(|&id| {
            let row = &program.events[id];
            let source = program.actions.len() + id.index();
            let sign = Sign {
                row: source,
                code: u32::MAX,
            };
            (source, sign, row.effects.as_slice(), row.timing)
        });
        effects.lay_out(bound, sources);
        effects
    }

    /// The row of a track.
    #[inline(always)]
    pub(in crate::engine) fn done(&mut self, track: usize) -> &mut Mask<L> {
        &mut self.happened[self.has_happened.len() + track]
    }

    /// Lays out a step of the day.
    fn lay_out<'a>(
        &mut self,
        bound: &BoundProgram<'_>,
        sources: impl Iterator<Item = (usize, Sign, &'a [EffectRow], Timing)>,
    ) {
        let mut sums: Vec<Sum> = Vec::new();
        for (source, sign, touches, timing) in sources {
            for (index, touch) in touches.iter().enumerate() {
                let number = known_amount(bound, touch)
                    // Adding 0 takes the sign from a zero: what does not count leaves a sum as it is.
                    .map(|amount| daily(amount, timing) + 0.0)
                    .filter(|_| is_today(bound, touch));
                let row_index = self.rows.len();
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
                        items: Vec::new(),
                        is_finite: false,
                    });
                    sums.len() - 1
                });
                let items = &mut sums[place].items;
                let Some(amount) = number else {
                    items.push(Item::Row(source, row_index));
                    continue;
                };
                let part = Part {
                    source,
                    sign,
                    amount,
                };
                match items.last_mut() {
                    Some(Item::Group(parts)) if parts.len() < GROUP => parts.push(part),
                    _ => items.push(Item::Group(vec![part])),
                }
            }
        }
        for sum in &mut sums {
            let sizes = sum.items.iter().map(|item| match item {
                Item::Group(parts) => parts.iter().map(|part| part.amount.abs()).sum(),
                Item::Row(..) => f32::INFINITY,
            });
            // So much less than the greatest number that no bound can make a difference.
            sum.is_finite = sizes.sum::<f32>() < 1e30;
        }
        self.steps.push(sums);
    }
}

/// What a touch adds, where it is a plain number and failing adds nothing.
pub(in crate::engine) fn known_amount(bound: &BoundProgram<'_>, touch: &EffectRow) -> Option<f32> {
    match touch.failure {
        None => bound.constant(touch.success?),
        Some(_) => None,
    }
}

/// Whether a touch is a plain number that is added on the day itself.
pub(in crate::engine) fn is_today(bound: &BoundProgram<'_>, touch: &EffectRow) -> bool {
    touch.pending.is_none() && known_amount(bound, touch).is_some()
}

/// The part of an amount that arrives on one of its days.
pub(in crate::engine) fn daily(amount: f32, timing: Timing) -> f32 {
    match timing.over_days {
        0 | 1 => amount,
        days => amount / f32::from(days),
    }
}

/// So many numbers are added in one go.
const GROUP: usize = 4;
const _: () = assert!(
    GROUP == 4,
    "`with_members` has a case for each size of a group"
);

/// A number, the row that says where it counts, and what stands there then.
type Member<'a, const L: usize> = (&'a Mask<L>, u32, f32);

/// A lane's sum before some numbers and these numbers, where they count.
#[inline(always)]
fn sum_of<const BITS: u32, const N: usize, const L: usize>(
    members: [Member<'_, L>; N],
    lane: usize,
    before: f32,
) -> f32 {
    let mut total = before;
    for (sign, code, amount) in members {
        if BITS == 512 {
            // An addition under a mask.
            let more = total + amount;
            total = if sign[lane] == code { more } else { total };
        } else {
            // No sum of these is −0, so that adding 0 leaves it as it is.
            total += keep(bit(sign[lane] == code), amount);
        }
    }
    total
}

// What is written comes by parameters of its own, of which the compiler knows that they are nothing
// that is read beside them.

/// Adds a group of numbers to a sum, or starts it.
#[inline(always)]
fn add_group<const BITS: u32, const N: usize, const L: usize>(
    sum: &mut Lanes<L>,
    is_first: bool,
    members: [Member<'_, L>; N],
) {
    if is_first {
        for lane in 0..L {
            sum[lane] = sum_of::<BITS, N, L>(members, lane, 0.0);
        }
    } else {
        for lane in 0..L {
            sum[lane] = sum_of::<BITS, N, L>(members, lane, sum[lane]);
        }
    }
}

/// Adds a sum, if there is one, and a group of numbers to a variable: x' = clamp(x + sum).
#[inline(always)]
fn change_by_group<const BITS: u32, const N: usize, const L: usize>(
    x: &mut Lanes<L>,
    (min, max): (f32, f32),
    sum: Option<&Lanes<L>>,
    members: [Member<'_, L>; N],
) {
    if let Some(sum) = sum {
        for lane in 0..L {
            x[lane] = clamp(
                x[lane] + sum_of::<BITS, N, L>(members, lane, sum[lane]),
                min,
                max,
            );
        }
    } else {
        for lane in 0..L {
            x[lane] = clamp(x[lane] + sum_of::<BITS, N, L>(members, lane, 0.0), min, max);
        }
    }
}

/// Calls a function with the members of a group.
macro_rules! with_members {
    ($parts:expr, $all:expr, $function:ident::<$bits:ident>($($argument:expr),*)) => {
        match $parts {
            [a] => $function::<$bits, 1, L>($($argument,)* [$all.of(a)]),
            [a, b] => $function::<$bits, 2, L>($($argument,)* [$all.of(a), $all.of(b)]),
            [a, b, c] => {
                let members = [$all.of(a), $all.of(b), $all.of(c)];
                $function::<$bits, 3, L>($($argument,)* members);
            }
            [a, b, c, d] => {
                let members = [$all.of(a), $all.of(b), $all.of(c), $all.of(d)];
                $function::<$bits, 4, L>($($argument,)* members);
            }
            _ => {}
        }
    };
}

impl Sum {
    /// Adds the parts whose source has happened to the variable, x' = clamp(x + sum), and notes
    /// where the sum is no number.
    #[inline(always)]
    pub(in crate::engine) fn apply<const BITS: u32, const L: usize>(
        &self,
        x: &mut Lanes<L>,
        bounds: (f32, f32),
        all: Happened<'_, L>,
        faults: &mut Mask<L>,
    ) {
        let mut sum = Lanes::<L>::of(0.0);
        let mut is_first = true;
        for (place, item) in self.items.iter().enumerate() {
            match item {
                Item::Group(parts) => {
                    let parts = parts.as_slice();
                    if !parts.iter().any(|part| all.has_happened[part.source]) {
                        continue;
                    }
                    if self.is_finite && place + 1 == self.items.len() {
                        let before = if is_first { None } else { Some(&sum) };
                        with_members!(parts, all, change_by_group::<BITS>(x, bounds, before));
                        return;
                    }
                    with_members!(parts, all, add_group::<BITS>(&mut sum, is_first));
                }
                Item::Row(source, _) if !all.has_happened[*source] => continue,
                Item::Row(_, row) => {
                    let row = &all.rows[*row];
                    if is_first {
                        // As of numbers, the sign of a zero is taken away.
                        for lane in 0..L {
                            sum[lane] = row[lane] + 0.0;
                        }
                    } else {
                        for lane in 0..L {
                            sum[lane] += row[lane];
                        }
                    }
                }
            }
            is_first = false;
        }
        if !is_first {
            change_variable(x, &sum, bounds, faults);
        }
    }
}

/// x' = clamp(x + change). Notes where the sum is no number.
#[inline(always)]
pub(in crate::engine) fn change_variable<const L: usize>(
    x: &mut Lanes<L>,
    change: &Lanes<L>,
    (min, max): (f32, f32),
    faults: &mut Mask<L>,
) {
    for lane in 0..L {
        let sum = x[lane] + change[lane];
        faults[lane] |= not_finite(sum);
        x[lane] = clamp(sum, min, max);
    }
}
