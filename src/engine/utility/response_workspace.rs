//! What is kept of replies from one state to the next, and what they are worth together.

use crate::engine::day::sample::{weigh_option, weigh_waiting};
use crate::engine::lanes::{Lanes, Mask, bit, select};
use crate::engine::utility::Kept;
use crate::engine::utility::invalidation::Moved;
use crate::program::Program;

/// Where that is kept which was reckoned on s⁺.
pub(in crate::engine) const EXPECTED: usize = 0;
/// And that which was reckoned on the state in hand.
pub(in crate::engine) const HERE: usize = 1;

/// Room for valuing the replies of one other.
#[derive(Debug)]
pub(in crate::engine) struct ReplyRoom<const L: usize> {
    pub(in crate::engine) after: Vec<Lanes<L>>,
    pub(in crate::engine) own_residuals: Residuals<L>,
    pub(in crate::engine) their_residuals: Residuals<L>,
    /// By option through the tracks, on s⁺ and on the state in hand.
    pub(in crate::engine) options: [Vec<ReplyOption<L>>; 2],
    /// Room for the weights of a track's options.
    pub(in crate::engine) weights: Vec<Lanes<L>>,
}

/// By imperative, its residual.
#[derive(Debug)]
pub(in crate::engine) struct Residuals<const L: usize> {
    /// On s⁺, and on the state in hand.
    pub(in crate::engine) kept: [Vec<Kept<L>>; 2],
    /// Which of the two holds on the state in hand.
    pub(in crate::engine) places: Vec<usize>,
}

impl<const L: usize> Residuals<L> {
    fn new(n: usize) -> Self {
        Self {
            kept: [vec![Kept::new(); n], vec![Kept::new(); n]],
            places: vec![EXPECTED; n],
        }
    }

    /// An imperative's on the state in hand.
    #[inline(always)]
    pub(in crate::engine) fn before(&mut self, index: usize) -> &mut Kept<L> {
        &mut self.kept[self.places[index]][index]
    }
}

/// One option of the one who replies.
#[derive(Clone, Debug)]
pub(in crate::engine) struct ReplyOption<const L: usize> {
    pub(in crate::engine) is_open: bool,
    pub(in crate::engine) open: Mask<L>,
    pub(in crate::engine) logit: Lanes<L>,
    pub(in crate::engine) odds: Lanes<L>,
    /// What it is worth to the one who reckons.
    pub(in crate::engine) worth: Lanes<L>,
}

/// The options of a track, wherever each part of them was reckoned.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Replies<'a, const L: usize> {
    pub(in crate::engine) expected: &'a [ReplyOption<L>],
    pub(in crate::engine) here: &'a [ReplyOption<L>],
    /// What of them was reckoned on the state in hand, where that is not s⁺.
    pub(in crate::engine) moved: Option<&'a [Moved]>,
}

/// One of them.
#[derive(Clone, Copy)]
struct Reply<'a, const L: usize> {
    open: &'a Mask<L>,
    logit: &'a Lanes<L>,
    odds: &'a Lanes<L>,
    worth: &'a Lanes<L>,
}

impl<'a, const L: usize> Replies<'a, L> {
    /// Option k, if it is open at all.
    #[inline(always)]
    fn open(self, k: usize) -> Option<Reply<'a, L>> {
        let of = |is_here: bool| match is_here {
            true => &self.here[k],
            false => &self.expected[k],
        };
        let moved = self.moved.map_or(Moved::NOTHING, |moved| moved[k]);
        let as_it_is = of(moved.any());
        as_it_is.is_open.then_some(Reply {
            open: &as_it_is.open,
            logit: &of(moved.choice).logit,
            odds: &of(moved.choice).odds,
            worth: &of(moved.worth).worth,
        })
    }
}

impl<const L: usize> ReplyRoom<L> {
    pub(in crate::engine) fn new(
        program: &Program,
        max_touches: usize,
        max_imperatives: usize,
    ) -> Self {
        let rows = |count: usize| vec![Lanes::<L>::of(0.0); count];
        let option = ReplyOption {
            is_open: false,
            open: Mask::<L>::of(0),
            logit: Lanes::<L>::of(0.0),
            odds: Lanes::<L>::of(0.0),
            worth: Lanes::<L>::of(0.0),
        };
        let counts = program.actors.iter().map(|actor| {
            let tracks = actor.tracks.iter();
            tracks.map(|track| track.actions.len()).sum::<usize>()
        });
        let max_options = counts.max().unwrap_or(0);
        Self {
            after: rows(max_touches),
            own_residuals: Residuals::new(max_imperatives),
            their_residuals: Residuals::new(max_imperatives),
            options: [vec![option.clone(); max_options], vec![option; max_options]],
            weights: rows(max_options),
        }
    }
}

/// Adds to `worth` what the replies of one track are worth in the mean.
#[inline(always)]
pub(in crate::engine) fn weigh_replies<const L: usize>(
    worth: &mut Lanes<L>,
    replies: Replies<'_, L>,
    active: &Mask<L>,
    weights: &mut [Lanes<L>],
) {
    let n = replies.expected.len();
    let mut largest = Lanes::<L>::of(0.0);
    let mut any_open = false;
    for k in 0..n {
        let Some(Reply {
            open, odds, logit, ..
        }) = replies.open(k)
        else {
            continue;
        };
        any_open = true;
        for lane in 0..L {
            let is_meant = open[lane] & active[lane] & bit(odds[lane] > 0.0);
            let higher = is_meant & bit(logit[lane] > largest[lane]);
            largest[lane] = select(higher, logit[lane], largest[lane]);
        }
    }
    if !any_open {
        return;
    }
    let mut total = Lanes::<L>::of(0.0);
    weigh_waiting(&mut total, &largest);
    for k in 0..n {
        let Some(reply) = replies.open(k) else {
            continue;
        };
        let mut open = *reply.open;
        for lane in 0..L {
            open[lane] &= active[lane];
        }
        let weight = &mut weights[k];
        weigh_option(weight, &open, reply.odds, reply.logit, &largest);
        for lane in 0..L {
            total[lane] += weight[lane];
        }
    }
    for k in 0..n {
        let Some(reply) = replies.open(k) else {
            continue;
        };
        let weight = &weights[k];
        for lane in 0..L {
            let part = weight[lane] / total[lane] * reply.worth[lane];
            let is_open = reply.open[lane] & active[lane];
            worth[lane] += select(is_open, part, 0.0);
        }
    }
}
