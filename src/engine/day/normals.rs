//! Normal variates of daily shocks and of noisy perception.
//!
//! One Box–Muller pair serves two consecutive days. Both variates are functions of the run and the
//! pair's sites, so the second is kept only to save computing it again.

use crate::base::math::single;
use crate::base::random::keyed::SiteKey;
use crate::engine::lanes::Lanes;
use crate::engine::state::State;
use crate::program::{BoundProgram, Shock};

/// The normal variates of the daily shocks.
#[derive(Debug)]
pub(crate) struct ShockNormals<const L: usize> {
    /// The first variate of the current pair.
    pub(crate) first: Lanes<L>,
    /// By variable: the second variate of its pair.
    pub(crate) second: Vec<Lanes<L>>,
    /// The even day that the second variates are for; 0 if there are none.
    pub(crate) second_day: u16,
    /// By variable: today's variate if it is correlated with others.
    pub(crate) correlated: Vec<Option<Lanes<L>>>,
}

impl<const L: usize> ShockNormals<L> {
    pub(crate) fn new(n_variables: usize) -> Self {
        Self {
            first: Lanes::<L>::splat(0.0),
            second: vec![Lanes::<L>::splat(0.0); n_variables],
            second_day: 0,
            correlated: vec![None; n_variables],
        }
    }

    /// Forgets second variates: the block holds other runs, or follows another branch.
    pub(crate) fn reset(&mut self) {
        self.second_day = 0;
    }

    /// Today's standard normal variates of a variable's shock.
    #[inline(always)]
    pub(crate) fn sample(
        &mut self,
        state: &State<L>,
        bound: &BoundProgram,
        variable: usize,
        shock: &Shock,
    ) -> &Lanes<L> {
        match &self.correlated[variable] {
            Some(correlated) => correlated,
            None => sample_independent(
                (&mut self.first, &mut self.second[variable], self.second_day),
                state,
                bound,
                shock,
            ),
        }
    }
}

/// Today's standard normal variates of a shock, before correlation.
#[inline(always)]
pub(crate) fn sample_independent<'a, const L: usize>(
    (first, second, second_day): (&'a mut Lanes<L>, &'a mut Lanes<L>, u16),
    state: &State<L>,
    bound: &BoundProgram,
    shock: &Shock,
) -> &'a Lanes<L> {
    if second_day == state.day {
        return second;
    }
    state.sample_normal_pairs(bound, shock, first, second);
    match state.day.is_multiple_of(2) {
        true => second,
        false => first,
    }
}

impl<const L: usize> State<L> {
    /// Samples both standard normal variates of a shock for the pair of days that contains today.
    #[inline(always)]
    pub(crate) fn sample_normal_pairs(
        &self,
        bound: &BoundProgram,
        shock: &Shock,
        first: &mut Lanes<L>,
        second: &mut Lanes<L>,
    ) {
        let pair = (self.day - 1) / 2;
        let radius: SiteKey = bound.site_key(shock.radius, pair);
        let angle: SiteKey = bound.site_key(shock.angle, pair);
        let words = self.random_words(radius);
        for lane in 0..L {
            first[lane] = single::normal_radius(words[lane]);
        }
        let words = self.random_words(angle);
        for lane in 0..L {
            (first[lane], second[lane]) = single::normal_pair_at(first[lane], words[lane]);
        }
    }
}
