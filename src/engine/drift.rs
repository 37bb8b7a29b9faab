//! Variables return to their baselines and take their shocks.

use super::Engine;
use super::lanes::{At, Lanes, Mask, clamp, not_finite};
use super::state::State;
use crate::index::Id;
use crate::math::single;
use crate::program::{Bound, Shock, VariableRow};
use crate::random::keyed::SiteKey;

/// The second normals of the pairs of two days. They are functions of the run and the day, kept
/// from the first day of a pair to the second so that they need not be made again.
#[derive(Debug)]
pub(super) struct SecondNormals<const L: usize> {
    /// By variable.
    rows: Vec<Lanes<L>>,
    /// The even day that they are for; 0 where there are none.
    day: u16,
}

impl<const L: usize> SecondNormals<L> {
    pub(super) fn new(n_variables: usize) -> Self {
        Self {
            rows: vec![Lanes::<L>::of(0.0); n_variables],
            day: 0,
        }
    }

    /// The block is another one, or follows another branch.
    pub(super) fn forget(&mut self) {
        self.day = 0;
    }
}

/// The numbers of a variable's drift, each of one kind: a plain number or a row.
#[derive(Clone, Copy)]
struct Drift<B, S, V> {
    /// Baseline and share, where it has them.
    reversion: Option<(B, S)>,
    /// Volatility.
    volatility: V,
}

impl<const L: usize> Engine<'_, L> {
    /// Step 5: variables return to their baselines and take their shocks, all reading the state
    /// before.
    #[allow(
        clippy::manual_map,
        reason = "a closure may be compiled without the wide instructions of its caller"
    )]
    #[inline(always)]
    pub(super) fn drift(&mut self) {
        let program = self.bound.program;
        let day = self.state.day;
        let is_known = !day.is_multiple_of(2) || self.scratch.second_normals.day == day;
        self.correlate_shocks(is_known);
        // Those whose numbers are expressions first: they read the others as they were.
        for k in 0..self.ready.drifting_by_expression.len() {
            let index = self.ready.drifting_by_expression[k];
            let row = &program.variables.as_slice()[index];
            let mut normals = Lanes::<L>::of(0.0);
            self.shock(index, row, is_known, &mut normals);
            let Self {
                bound,
                state,
                work,
                scratch,
                ..
            } = self;
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
                Some(shock) => work.input(shock.volatility, &situation, &all, &mut sd_slot),
                None => &sd_slot,
            };
            let to = &mut scratch.drifted[index];
            *to = state.variables[index];
            let drift = Drift {
                reversion,
                volatility,
            };
            move_variable(to, row, drift, &normals, &mut work.faults);
        }
        for k in 0..self.ready.drifting.len() {
            let index = self.ready.drifting[k];
            self.drift_in_place(index, &program.variables.as_slice()[index], is_known);
        }
        for &index in &self.ready.drifting_by_expression {
            self.state.variables[index] = self.scratch.drifted[index];
        }
        self.scratch.second_normals.day = match day.is_multiple_of(2) {
            true => 0,
            false => day + 1,
        };
    }

    /// Moves a variable whose numbers are given: nothing else is read.
    #[allow(
        clippy::manual_map,
        reason = "a closure may be compiled without the wide instructions of its caller"
    )]
    #[inline(always)]
    fn drift_in_place(&mut self, index: usize, row: &VariableRow, is_known: bool) {
        let mut normals = Lanes::<L>::of(0.0);
        self.shock(index, row, is_known, &mut normals);
        let Self {
            bound, state, work, ..
        } = self;
        let known = |input| bound.known(input);
        let numbers = match (row.reversion, row.shock) {
            (Some(reversion), Some(shock)) => (|| {
                Some(Drift {
                    reversion: Some((known(reversion.baseline)?, known(reversion.share)?)),
                    volatility: known(shock.volatility)?,
                })
            })(),
            (None, Some(shock)) => known(shock.volatility).map(|volatility| Drift {
                reversion: None,
                volatility,
            }),
            _ => None,
        };
        if let Some(drift) = numbers {
            let to = &mut state.variables[index];
            move_variable(to, row, drift, &normals, &mut work.faults);
            return;
        }
        let all = Mask::<L>::of(u32::MAX);
        let mut to = state.variables[index];
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
            Some(shock) => work.input(shock.volatility, &situation, &all, &mut sd_slot),
            None => &sd_slot,
        };
        let drift = Drift {
            reversion,
            volatility,
        };
        move_variable(&mut to, row, drift, &normals, &mut work.faults);
        state.variables[index] = to;
    }

    /// Leaves a variable's standard normals of today in `normals`, if it has a shock.
    #[inline(always)]
    fn shock(&mut self, index: usize, row: &VariableRow, is_known: bool, normals: &mut Lanes<L>) {
        let Self {
            bound,
            state,
            scratch,
            ..
        } = self;
        let Some(shock) = &row.shock else {
            return;
        };
        match &scratch.normals[index] {
            Some(mixed) => *normals = *mixed,
            None => {
                let second = &mut scratch.second_normals.rows[index];
                state.own_normals(bound, shock, is_known, normals, second);
            }
        }
    }

    /// Leaves in `scratch.normals` the shocks of correlated variables: the Cholesky factor of
    /// their correlations times their own normals.
    #[inline(always)]
    fn correlate_shocks(&mut self, is_known: bool) {
        let Self {
            bound,
            state,
            scratch,
            ..
        } = self;
        for group in &bound.program.shock_groups {
            for &variable in &group.variables {
                if let Some(shock) = &bound.program.variables[variable].shock {
                    let mut normals = Lanes::<L>::of(0.0);
                    let second = &mut scratch.second_normals.rows[variable.index()];
                    state.own_normals(bound, shock, is_known, &mut normals, second);
                    scratch.normals[variable.index()] = Some(normals);
                }
            }
            // From the last on, so that each row still finds the others' own normals.
            for (row, &variable) in group.factor.iter().zip(&group.variables).rev() {
                let mut mixed = Lanes::<L>::of(0.0);
                for (&coefficient, &source) in row.iter().zip(&group.variables) {
                    let own = scratch.normals[source.index()].unwrap_or(Lanes::<L>::of(0.0));
                    for lane in 0..L {
                        mixed[lane] += coefficient * own[lane];
                    }
                }
                scratch.normals[variable.index()] = Some(mixed);
            }
        }
    }
}

/// x' = clamp(x + share·(baseline − x) + volatility·N).
#[inline(always)]
fn move_variable<const L: usize>(
    x: &mut Lanes<L>,
    row: &VariableRow,
    drift: Drift<impl At, impl At, impl At>,
    normals: &Lanes<L>,
    faults: &mut Mask<L>,
) {
    let (min, max) = (row.min, row.max);
    match (drift.reversion, row.shock.is_some()) {
        (Some((baseline, share)), true) => {
            for lane in 0..L {
                let reverted = x[lane] + share.at(lane) * (baseline.at(lane) - x[lane]);
                let moved = reverted + drift.volatility.at(lane) * normals[lane];
                faults[lane] |= not_finite(moved);
                x[lane] = clamp(moved, min, max);
            }
        }
        (Some((baseline, share)), false) => {
            for lane in 0..L {
                let moved = x[lane] + share.at(lane) * (baseline.at(lane) - x[lane]);
                faults[lane] |= not_finite(moved);
                x[lane] = clamp(moved, min, max);
            }
        }
        (None, true) => {
            for lane in 0..L {
                let moved = x[lane] + drift.volatility.at(lane) * normals[lane];
                faults[lane] |= not_finite(moved);
                x[lane] = clamp(moved, min, max);
            }
        }
        (None, false) => {}
    }
}

impl<const L: usize> State<L> {
    /// Standard normals of a shock today. A pair serves two days: on the first of them the second
    /// normal is left in `second`, and on the second it is taken from there if it `is_known`.
    #[inline(always)]
    fn own_normals(
        &self,
        bound: &Bound<'_>,
        shock: &Shock,
        is_known: bool,
        normals: &mut Lanes<L>,
        second: &mut Lanes<L>,
    ) {
        let is_second_day = self.day.is_multiple_of(2);
        if is_second_day && is_known {
            *normals = *second;
            return;
        }
        self.normal_pairs(bound, shock, normals, second);
        if is_second_day {
            *normals = *second;
        }
    }

    /// Both standard normals of a shock's pair of days that today belongs to.
    #[inline(always)]
    pub(super) fn normal_pairs(
        &self,
        bound: &Bound<'_>,
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
