//! Linear utility of effects with constant amounts.
//!
//! It is the gradient of an actor's utility times the changes, each clamped to the distance of the
//! variable to its bounds. If no bound clamps any change in any lane, the utility does not depend on
//! the state: it is computed once per block, to the same bits.

use crate::engine::lanes::{Lanes, clamp};
use crate::engine::plan::affine::AffineTerm;
use crate::engine::plan::constants::ActionConstants;

/// The linear utility of effects with constant amounts.
#[derive(Clone, Copy)]
pub(crate) struct LinearUtility<'a, const L: usize> {
    /// The gradient of the actor's linear utility.
    pub(crate) gradient: &'a [Lanes<L>],
    /// The effects that enter it.
    pub(crate) terms: &'a [AffineTerm],
}

impl<const L: usize> LinearUtility<'_, L> {
    /// Writes to `out` the transformed utility on the state `base`. The sum is that of
    /// [`apply_hypothetical_effects`](super::hypothetical::apply_hypothetical_effects), to the bit.
    /// `clamped` has a bit for each term that a bound may clamp.
    #[inline(always)]
    pub(crate) fn compute(
        self,
        base: &[Lanes<L>],
        clamped: u32,
        out: &mut Lanes<L>,
        transform: impl SumTransform,
    ) {
        match (self.terms.len(), clamped) {
            (0, _) => self.sum::<0, true, 0>(base, out, transform),
            (1, 0) => self.sum::<1, true, 0>(base, out, transform),
            (1, _) => self.sum::<1, true, 1>(base, out, transform),
            (2, 0) => self.sum::<2, true, 0>(base, out, transform),
            (2, 1) => self.sum::<2, true, 1>(base, out, transform),
            (2, 2) => self.sum::<2, true, 2>(base, out, transform),
            (2, _) => self.sum::<2, true, 3>(base, out, transform),
            (3, 0) => self.sum::<3, true, 0>(base, out, transform),
            (3, 1) => self.sum::<3, true, 1>(base, out, transform),
            (3, 2) => self.sum::<3, true, 2>(base, out, transform),
            (3, 4) => self.sum::<3, true, 4>(base, out, transform),
            (3, _) => self.sum::<3, true, 7>(base, out, transform),
            (_, 0) => self.sum_many::<0, 0>(base, out, transform),
            _ => self.sum_many::<7, 1>(base, out, transform),
        }
    }

    /// Sums more than three terms. `FIRST` and `OTHER` are the clamped terms among the first three
    /// and of each other one.
    #[inline(always)]
    fn sum_many<const FIRST: u32, const OTHER: u32>(
        self,
        base: &[Lanes<L>],
        out: &mut Lanes<L>,
        transform: impl SumTransform,
    ) {
        let part = |terms| Self { terms, ..self };
        let (first, rest) = self.terms.split_at(3);
        let (middle, last) = rest.split_at(rest.len() - 1);
        part(first).sum::<3, true, FIRST>(base, out, Identity);
        for term in middle.chunks(1) {
            part(term).sum::<1, false, OTHER>(base, out, Identity);
        }
        part(last).sum::<1, false, OTHER>(base, out, transform);
    }

    /// Sums the first `N` terms, starting from `out` unless `FIRST`. The terms with a bit
    /// in `CLAMPED` are clamped.
    #[inline(always)]
    fn sum<const N: usize, const FIRST: bool, const CLAMPED: u32>(
        self,
        base: &[Lanes<L>],
        out: &mut Lanes<L>,
        transform: impl SumTransform,
    ) {
        // By reference: a copy would be stored in parts, and reading it would wait for them.
        let Some(terms) = self.terms.first_chunk::<N>() else {
            return;
        };
        let mut values = [None; N];
        let mut derivatives = [None; N];
        for k in 0..N {
            if CLAMPED & (1 << k) != 0 {
                values[k] = Some(&base[terms[k].variable]);
            }
            derivatives[k] = Some(&self.gradient[terms[k].gradient_row]);
        }
        for lane in 0..L {
            let mut sum = if FIRST { 0.0 } else { out[lane] };
            for k in 0..N {
                let AffineTerm {
                    amount, min, max, ..
                } = terms[k];
                let change = match values[k] {
                    None => amount,
                    Some(value) => clamp(amount, min - value[lane], max - value[lane]),
                };
                if let Some(derivative) = derivatives[k] {
                    sum += derivative[lane] * change;
                }
            }
            out[lane] = transform.apply(lane, sum);
        }
    }
}

/// What is computed from a sum in the same loop.
pub(crate) trait SumTransform: Copy {
    fn apply(self, lane: usize, sum: f32) -> f32;
}

/// Leaves the sum as it is.
#[derive(Clone, Copy)]
pub(crate) struct Identity;

impl SumTransform for Identity {
    #[inline(always)]
    fn apply(self, _lane: usize, sum: f32) -> f32 {
        sum
    }
}

/// The logit λ·log₂e·(p·sum + (appeal − cost)).
#[derive(Clone, Copy)]
pub(crate) struct ToLogit<'a, const L: usize> {
    /// Precision in base 2, λ·log₂e.
    pub(crate) precision: &'a Lanes<L>,
    pub(crate) constants: ActionConstants,
}

impl<const L: usize> SumTransform for ToLogit<'_, L> {
    #[inline(always)]
    fn apply(self, lane: usize, sum: f32) -> f32 {
        let ActionConstants {
            success,
            net_appeal,
            ..
        } = self.constants;
        self.precision[lane] * (success * sum + net_appeal)
    }
}
