//! What changes that are plain numbers are worth in goals that are linear.
//!
//! The gradient of an actor's utility times the changes, each as far as there is room for it. Where
//! there is room for all of them in every lane, the worth does not hang on the state: it is
//! reckoned once for a block, to the same bits.

use crate::base::math::single;
use crate::engine::lanes::{Lanes, clamp};
use crate::engine::plan::{Numbers, Term};

/// The least and the greatest value of a variable among the lanes of a block.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Extent {
    least: f32,
    greatest: f32,
}

impl Extent {
    /// That of no value yet.
    pub(in crate::engine) const NONE: Self = Self {
        least: f32::INFINITY,
        greatest: f32::NEG_INFINITY,
    };

    /// That of the lanes with a number: the others find room for everything, since a change that no
    /// bound holds back is made in full.
    #[inline(always)]
    fn of<const L: usize>(x: &Lanes<L>) -> Self {
        let (mut least, mut greatest) = ([f32::INFINITY; ABREAST], [f32::NEG_INFINITY; ABREAST]);
        let whole = x.chunks_exact(ABREAST);
        // Blocks for tests are narrower.
        for (k, &x) in whole.remainder().iter().enumerate() {
            (least[k], greatest[k]) = (x, x);
        }
        for some in whole {
            for k in 0..ABREAST {
                least[k] = if some[k] < least[k] {
                    some[k]
                } else {
                    least[k]
                };
                greatest[k] = if some[k] > greatest[k] {
                    some[k]
                } else {
                    greatest[k]
                };
            }
        }
        // By whole numbers: the order in which they are compared is the compiler's to choose.
        let (mut lowest, mut highest) = (i32::MAX, i32::MIN);
        for k in 0..ABREAST {
            lowest = lowest.min(rank(least[k]));
            highest = highest.max(rank(greatest[k]));
        }
        Self {
            least: of_rank(lowest),
            greatest: of_rank(highest),
        }
    }
}

/// So many lanes are compared at once.
const ABREAST: usize = 16;

/// A whole number that is the greater, the greater x is.
#[inline(always)]
fn rank(x: f32) -> i32 {
    let bits = x.to_bits() as i32;
    bits ^ ((bits >> 31) & i32::MAX)
}

/// The number of a rank.
#[inline(always)]
fn of_rank(rank: i32) -> f32 {
    f32::from_bits((rank ^ ((rank >> 31) & i32::MAX)) as u32)
}

/// Extents by variable, as far as they were asked for.
#[derive(Debug)]
pub(in crate::engine) struct Extents {
    all: Vec<Extent>,
    /// Those that leave no room for some change that is compared.
    tight: Places,
}

/// Variables and directions: those that go down, and those that go up.
#[derive(Clone, Copy, Debug, Default)]
struct Places {
    down: u64,
    up: u64,
}

/// The bit of a variable. Several may have the same: what shows in it may be so, and what does not is
/// not.
fn place(variable: usize) -> u64 {
    1 << (variable % 64)
}

/// A variable that is measured, and the farthest that it is asked to go from its value by changes
/// that are compared: at most 0, at least 0.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Measured {
    pub(in crate::engine) variable: usize,
    down: f32,
    up: f32,
    min: f32,
    max: f32,
}

impl Measured {
    /// What is asked of the variables of some terms, each once.
    pub(in crate::engine) fn of<'a>(terms: impl Iterator<Item = &'a Term>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for term in terms {
            let known = all.iter().position(|one| one.variable == term.variable);
            let index = known.unwrap_or_else(|| {
                all.push(Self {
                    variable: term.variable,
                    down: 0.0,
                    up: 0.0,
                    min: term.min,
                    max: term.max,
                });
                all.len() - 1
            });
            let one = &mut all[index];
            (one.down, one.up) = (one.down.min(term.amount), one.up.max(term.amount));
        }
        all.sort_unstable_by_key(|one| one.variable);
        all
    }
}

impl Extents {
    pub(in crate::engine) fn new(n_variables: usize) -> Self {
        Self {
            all: vec![Extent::NONE; n_variables],
            tight: Places::default(),
        }
    }

    /// Takes those that some variables have on `base`.
    #[inline(always)]
    pub(in crate::engine) fn measure<const L: usize>(
        &mut self,
        base: &[Lanes<L>],
        variables: &[Measured],
    ) {
        let mut tight = Places::default();
        for one in variables {
            let extent = Extent::of(&base[one.variable]);
            self.all[one.variable] = extent;
            let (min, max) = (one.min, one.max);
            let is_tight = |holds: bool| u64::from(!holds) * place(one.variable);
            tight.down |= is_tight(min - extent.least <= one.down);
            tight.up |= is_tight(one.up <= max - extent.greatest);
        }
        self.tight = tight;
    }

    /// The changes for which there is not room in every lane, a bit for each: where there is none,
    /// what they are worth does not depend on the state.
    #[inline(always)]
    pub(in crate::engine) fn tight(&self, changes: &Changes) -> u32 {
        let mut tight = 0;
        let (mine, all) = (changes.places, self.tight);
        if (mine.down & all.down) | (mine.up & all.up) != 0 {
            for (k, term) in changes.terms.iter().enumerate() {
                let Extent { least, greatest } = self.all[term.variable];
                let has_room =
                    (term.min - least <= term.amount) & (term.amount <= term.max - greatest);
                tight |= u32::from(!has_room) << (k % 32);
            }
        }
        tight
    }
}

/// What an action changes, in plain numbers, as far as it matters to somebody's linear goals.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Changes {
    pub(in crate::engine) terms: Vec<Term>,
    /// Where they are. A change of no size goes both ways.
    places: Places,
}

impl Changes {
    pub(in crate::engine) fn new(terms: Vec<Term>) -> Self {
        let mut places = Places::default();
        for term in &terms {
            if term.amount <= 0.0 {
                places.down |= place(term.variable);
            }
            if term.amount >= 0.0 {
                places.up |= place(term.variable);
            }
        }
        Self { terms, places }
    }
}

/// What an action's changes, plain numbers, are worth in the linear part of one's goals: the
/// gradient times the amounts or the room that there is for them.
#[derive(Clone, Copy)]
pub(in crate::engine) struct LinearWorth<'a, const L: usize> {
    pub(in crate::engine) gradient: &'a [Lanes<L>],
    pub(in crate::engine) terms: &'a [Term],
}

impl<const L: usize> LinearWorth<'_, L> {
    /// Leaves in `worth`, finished, what [`hypothesise`](crate::engine::utility::hypothesise) adds to it, to
    /// the bit, given for which changes there may be no room. The sum stays in registers.
    #[inline(always)]
    pub(in crate::engine) fn on(
        self,
        base: &[Lanes<L>],
        tight: u32,
        worth: &mut Lanes<L>,
        finish: impl Finish,
    ) {
        match (self.terms.len(), tight) {
            (0, _) => self.sum::<0, true, 0>(base, worth, finish),
            (1, 0) => self.sum::<1, true, 0>(base, worth, finish),
            (1, _) => self.sum::<1, true, 1>(base, worth, finish),
            (2, 0) => self.sum::<2, true, 0>(base, worth, finish),
            (2, 1) => self.sum::<2, true, 1>(base, worth, finish),
            (2, 2) => self.sum::<2, true, 2>(base, worth, finish),
            (2, _) => self.sum::<2, true, 3>(base, worth, finish),
            (3, 0) => self.sum::<3, true, 0>(base, worth, finish),
            (3, 1) => self.sum::<3, true, 1>(base, worth, finish),
            (3, 2) => self.sum::<3, true, 2>(base, worth, finish),
            (3, 4) => self.sum::<3, true, 4>(base, worth, finish),
            (3, _) => self.sum::<3, true, 7>(base, worth, finish),
            (_, 0) => self.sum_more::<0, 0>(base, worth, finish),
            _ => self.sum_more::<7, 1>(base, worth, finish),
        }
    }

    /// Sums more than three terms: with what masks, the first three and all others.
    #[inline(always)]
    fn sum_more<const FIRST: u32, const OTHER: u32>(
        self,
        base: &[Lanes<L>],
        worth: &mut Lanes<L>,
        finish: impl Finish,
    ) {
        let part = |terms| Self { terms, ..self };
        let (first, rest) = self.terms.split_at(3);
        let (middle, last) = rest.split_at(rest.len() - 1);
        part(first).sum::<3, true, FIRST>(base, worth, Bare);
        for term in middle.chunks(1) {
            part(term).sum::<1, false, OTHER>(base, worth, Bare);
        }
        part(last).sum::<1, false, OTHER>(base, worth, finish);
    }

    /// Sums the first N terms, of which those with a bit in TIGHT may have no room.
    #[inline(always)]
    fn sum<const N: usize, const FIRST: bool, const TIGHT: u32>(
        self,
        base: &[Lanes<L>],
        worth: &mut Lanes<L>,
        finish: impl Finish,
    ) {
        // By reference: a copy would be stored in pieces and waited for.
        let Some(terms) = self.terms.first_chunk::<N>() else {
            return;
        };
        let mut values = [None; N];
        let mut slopes = [None; N];
        for k in 0..N {
            if TIGHT & (1 << k) != 0 {
                values[k] = Some(&base[terms[k].variable]);
            }
            slopes[k] = Some(&self.gradient[terms[k].slope]);
        }
        for lane in 0..L {
            let mut sum = if FIRST { 0.0 } else { worth[lane] };
            for k in 0..N {
                let Term {
                    amount, min, max, ..
                } = terms[k];
                let change = match values[k] {
                    None => amount,
                    Some(value) => clamp(amount, min - value[lane], max - value[lane]),
                };
                if let Some(slope) = slopes[k] {
                    sum += slope[lane] * change;
                }
            }
            worth[lane] = finish.of(lane, sum);
        }
    }
}

/// What is made of a sum in the same go.
pub(in crate::engine) trait Finish: Copy {
    /// The result.
    fn of(self, lane: usize, sum: f32) -> f32;
}

/// Nothing.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Bare;

impl Finish for Bare {
    #[inline(always)]
    fn of(self, _lane: usize, sum: f32) -> f32 {
        sum
    }
}

/// λ·log₂e·(p·sum + (appeal − cost)).
#[derive(Clone, Copy)]
pub(in crate::engine) struct Logit<'a, const L: usize> {
    /// λ·log₂e.
    pub(in crate::engine) precision: &'a Lanes<L>,
    pub(in crate::engine) numbers: Numbers,
}

impl<const L: usize> Finish for Logit<'_, L> {
    #[inline(always)]
    fn of(self, lane: usize, sum: f32) -> f32 {
        let Numbers { success, charm, .. } = self.numbers;
        self.precision[lane] * (success * sum + charm)
    }
}

/// Makes weights of logits: r·2 to the logit.
#[inline(always)]
pub(in crate::engine) fn weigh_logits<const L: usize>(logits: &mut Lanes<L>, odds: f32) {
    for lane in 0..L {
        let [power] = single::exp2_each([logits[lane]]);
        logits[lane] = odds * power;
    }
}
