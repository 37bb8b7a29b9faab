//! Variables return to their baselines and take their shocks.

use crate::base::index::Id;
use crate::base::math::single;
use crate::base::random::keyed::SiteKey;
use crate::engine::Engine;
use crate::engine::lanes::{At, Lanes, Mask, clamp, not_finite};
use crate::engine::state::State;
use crate::program::{BoundProgram, Reversion, Shock, VariableRow};

/// The normals of shocks. A pair serves two days: the second is a function of the run and the day as
/// the first is, and kept from the first day to the second so that it need not be made again.
#[derive(Debug)]
pub(in crate::engine) struct Normals<const L: usize> {
    /// The first of the pair in hand.
    first: Lanes<L>,
    /// The second, by variable.
    second: Vec<Lanes<L>>,
    /// The even day that the second are for; 0 where there are none.
    day: u16,
    /// By variable: the shock of today, where it is correlated with others.
    mixed: Vec<Option<Lanes<L>>>,
}

impl<const L: usize> Normals<L> {
    pub(in crate::engine) fn new(n_variables: usize) -> Self {
        Self {
            first: Lanes::<L>::of(0.0),
            second: vec![Lanes::<L>::of(0.0); n_variables],
            day: 0,
            mixed: vec![None; n_variables],
        }
    }

    /// The block is another one, or follows another branch.
    pub(in crate::engine) fn forget(&mut self) {
        self.day = 0;
    }

    /// A variable's standard normals of today.
    #[inline(always)]
    fn of(
        &mut self,
        state: &State<L>,
        bound: &BoundProgram<'_>,
        variable: usize,
        shock: &Shock,
    ) -> &Lanes<L> {
        match &self.mixed[variable] {
            Some(mixed) => mixed,
            None => Self::own(
                (&mut self.first, &mut self.second[variable], self.day),
                state,
                bound,
                shock,
            ),
        }
    }

    /// The same where it is not mixed with others: one of a pair, the second of which is there for a
    /// day.
    #[inline(always)]
    fn own<'a>(
        (first, second, known_day): (&'a mut Lanes<L>, &'a mut Lanes<L>, u16),
        state: &State<L>,
        bound: &BoundProgram<'_>,
        shock: &Shock,
    ) -> &'a Lanes<L> {
        if known_day == state.day {
            return second;
        }
        state.normal_pairs(bound, shock, first, second);
        match state.day.is_multiple_of(2) {
            true => second,
            false => first,
        }
    }
}

/// The numbers of a variable's drift, each of one kind: a plain number or a row.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Drift<B, S, V> {
    /// Baseline and share, where it has them.
    pub(in crate::engine) reversion: Option<(B, S)>,
    /// Volatility, where it has one.
    pub(in crate::engine) volatility: Option<V>,
}

/// A variable that drifts, and all its numbers where they are plain.
#[derive(Debug)]
pub(in crate::engine) struct Drifting {
    pub(in crate::engine) variable: usize,
    pub(in crate::engine) bounds: (f32, f32),
    pub(in crate::engine) shock: Option<Shock>,
    pub(in crate::engine) numbers: Option<Drift<f32, f32, f32>>,
}

impl Drifting {
    pub(in crate::engine) fn new(
        bound: &BoundProgram<'_>,
        variable: usize,
        row: &VariableRow,
    ) -> Self {
        let numbers = || {
            let of_reversion = |reversion: Reversion| -> Option<(f32, f32)> {
                Some((
                    bound.constant(reversion.baseline)?,
                    bound.constant(reversion.share)?,
                ))
            };
            Some(Drift {
                reversion: match row.reversion {
                    Some(reversion) => Some(of_reversion(reversion)?),
                    None => None,
                },
                volatility: match row.shock {
                    Some(shock) => Some(bound.constant(shock.volatility)?),
                    None => None,
                },
            })
        };
        Self {
            variable,
            bounds: (row.min, row.max),
            shock: row.shock,
            numbers: numbers(),
        }
    }
}

impl<const L: usize> Engine<'_, L> {
    /// Step 5: variables return to their baselines and take their shocks, all reading the state
    /// before.
    #[inline(always)]
    pub(in crate::engine) fn drift(&mut self) {
        self.correlate_shocks();
        // Those whose numbers are expressions first: they read the others as they were.
        for k in 0..self.ready.drifting_by_expression.len() {
            let index = self.ready.drifting_by_expression[k];
            self.scratch.drifted[index] = self.state.variables[index];
            self.drift_by_inputs(index, true);
        }
        for k in 0..self.ready.drifting.len() {
            let one = &self.ready.drifting[k];
            let Some(numbers) = one.numbers else {
                self.drift_by_inputs(one.variable, false);
                continue;
            };
            let Self {
                bound,
                state,
                work,
                scratch,
                ready,
                ..
            } = self;
            let one = &ready.drifting[k];
            let normals = match &one.shock {
                Some(shock) => Some(scratch.normals.of(state, bound, one.variable, shock)),
                None => None,
            };
            let x = &mut state.variables[one.variable];
            move_variable(x, one.bounds, numbers, normals, &mut work.faults);
        }
        for &index in &self.ready.drifting_by_expression {
            self.state.variables[index] = self.scratch.drifted[index];
        }
        let day = self.state.day;
        self.scratch.normals.day = match day.is_multiple_of(2) {
            true => 0,
            false => day + 1,
        };
    }

    /// Moves a variable whose numbers are not all plain: where it is now, or, if it `waits` for
    /// others to be moved, in `scratch.drifted`.
    #[allow(
        clippy::manual_map,
        reason = "a closure may be compiled without the wide instructions of its caller"
    )]
    #[inline(always)]
    fn drift_by_inputs(&mut self, index: usize, waits: bool) {
        let Self {
            bound,
            state,
            work,
            scratch,
            ..
        } = self;
        let row = &bound.program.variables.as_slice()[index];
        let normals = match &row.shock {
            Some(shock) => Some(scratch.normals.of(state, bound, index, shock)),
            None => None,
        };
        let all = Mask::<L>::of(u32::MAX);
        let situation = state.situation(bound);
        let (mut slot, mut share_slot, mut sd_slot) = (
            Lanes::<L>::of(0.0),
            Lanes::<L>::of(0.0),
            Lanes::<L>::of(0.0),
        );
        let reversion = match row.reversion {
            Some(reversion) => Some((
                work.input(reversion.baseline, &situation, &all, &mut slot),
                work.input(reversion.share, &situation, &all, &mut share_slot),
            )),
            None => None,
        };
        let volatility = match row.shock {
            Some(shock) => Some(work.input(shock.volatility, &situation, &all, &mut sd_slot)),
            None => None,
        };
        let drift = Drift {
            reversion,
            volatility,
        };
        let mut to = state.variables[index];
        move_variable(
            &mut to,
            (row.min, row.max),
            drift,
            normals,
            &mut work.faults,
        );
        match waits {
            true => scratch.drifted[index] = to,
            false => state.variables[index] = to,
        }
    }

    /// Leaves in `scratch.normals.mixed` the shocks of correlated variables: the Cholesky factor of
    /// their correlations times their own normals.
    #[inline(always)]
    fn correlate_shocks(&mut self) {
        let Self {
            bound,
            state,
            scratch,
            ..
        } = self;
        let Normals {
            first,
            second,
            day,
            mixed,
        } = &mut scratch.normals;
        for group in &bound.program.shock_groups {
            for &variable in &group.variables {
                if let Some(shock) = &bound.program.variables[variable].shock {
                    let second = &mut second[variable.index()];
                    let own = Normals::own((first, second, *day), state, bound, shock);
                    mixed[variable.index()] = Some(*own);
                }
            }
            // From the last on, so that each row still finds the others' own normals.
            for (row, &variable) in group.factor.iter().zip(&group.variables).rev() {
                let mut sum = Lanes::<L>::of(0.0);
                for (&coefficient, &source) in row.iter().zip(&group.variables) {
                    let own = mixed[source.index()].unwrap_or(Lanes::<L>::of(0.0));
                    for lane in 0..L {
                        sum[lane] += coefficient * own[lane];
                    }
                }
                mixed[variable.index()] = Some(sum);
            }
        }
    }
}

/// x' = clamp(x + share·(baseline − x) + volatility·N).
#[inline(always)]
fn move_variable<const L: usize>(
    x: &mut Lanes<L>,
    (min, max): (f32, f32),
    drift: Drift<impl At, impl At, impl At>,
    normals: Option<&Lanes<L>>,
    faults: &mut Mask<L>,
) {
    match (drift.reversion, drift.volatility.zip(normals)) {
        (Some((baseline, share)), Some((volatility, normals))) => {
            for lane in 0..L {
                let reverted = x[lane] + share.at(lane) * (baseline.at(lane) - x[lane]);
                let moved = reverted + volatility.at(lane) * normals[lane];
                faults[lane] |= not_finite(moved);
                x[lane] = clamp(moved, min, max);
            }
        }
        (Some((baseline, share)), None) => {
            for lane in 0..L {
                let moved = x[lane] + share.at(lane) * (baseline.at(lane) - x[lane]);
                faults[lane] |= not_finite(moved);
                x[lane] = clamp(moved, min, max);
            }
        }
        (None, Some((volatility, normals))) => {
            for lane in 0..L {
                let moved = x[lane] + volatility.at(lane) * normals[lane];
                faults[lane] |= not_finite(moved);
                x[lane] = clamp(moved, min, max);
            }
        }
        (None, None) => {}
    }
}

impl<const L: usize> State<L> {
    /// Both standard normals of a shock's pair of days that today belongs to.
    #[inline(always)]
    pub(in crate::engine) fn normal_pairs(
        &self,
        bound: &BoundProgram<'_>,
        shock: &Shock,
        first: &mut Lanes<L>,
        second: &mut Lanes<L>,
    ) {
        let pair = (self.day - 1) / 2;
        let radius: SiteKey = bound.site_key(shock.radius, pair);
        let angle: SiteKey = bound.site_key(shock.angle, pair);
        let words = self.words(radius);
        for lane in 0..L {
            first[lane] = single::normal_radius(words[lane]);
        }
        let words = self.words(angle);
        for lane in 0..L {
            (first[lane], second[lane]) = single::normal_pair_at(first[lane], words[lane]);
        }
    }
}
