//! A descent: a trust region around a Gauss–Newton step, in a box.
//!
//! In: a place in [0, 1]ⁿ where it begins, and a budget. Out: where no step makes it better. The
//! step minimises the linear model of the residuals within the box and the trust region, which is
//! a cube (Conn, Gould and Toint 2000; Nocedal and Wright 2006, chapter 10). Slopes are
//! differences to a neighbour, which cost an evaluation for each parameter, so they are taken
//! rarely: after a step, the model learns from where the step led (Broyden 1965). Only where it
//! misleads are they taken anew: first with few runs, and where these show no way on, with all.
//! Absent on purpose: any place far from the beginning.

use super::search::{End, Found, Purpose, Residuals, squares};
use crate::base::linalg::{dot, gram};

/// A residual of this size is as good as zero: a quarter of the tolerance. Finite runs have steps
/// of their own, below which nothing more is to be found.
const SMALL: f64 = 0.25;
/// The trust region's first size, and its greatest.
const FIRST_RADIUS: f64 = 0.25;
const MAX_RADIUS: f64 = 0.5;
/// A step shorter than this is none.
const MIN_STEP: f64 = 1e-4;
/// A step that promises less than this share of the sum of squares is none, and one that brings
/// less is the last.
const MIN_PROMISE: f64 = 1e-3;
/// The distance to the neighbour that gives a slope, at the beginning and near the end.
const FIRST_DIFFERENCE: f64 = 1.0 / 32.0;
pub const MIN_DIFFERENCE: f64 = 1.0 / 64.0;

/// Looks at places while the budget lasts.
pub struct Lookout<'r, 'a, E> {
    /// Looks that are left.
    pub n_left: u64,
    /// By target: the residual where it is just met.
    pub tolerances: &'r [f64],
    /// The function.
    pub residuals: &'r mut Residuals<'a, E>,
}

/// What the slopes are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slopes {
    /// To be taken.
    Unknown,
    /// Taken here with few runs.
    Sketched,
    /// Taken here with all runs.
    Taken,
    /// Learnt from a step.
    Learnt,
}

/// What came of a step.
enum Step {
    /// A better place with its residuals, the step to it, and what share of the promise was kept.
    To(Vec<f64>, Vec<f64>, Vec<f64>, f64),
    None,
    OutOfBudget,
}

impl<E> Lookout<'_, '_, E> {
    pub fn look(&mut self, place: &[f64], purpose: Purpose) -> Result<Option<Vec<f64>>, E> {
        self.n_left = self.n_left.saturating_sub(1);
        (self.residuals)(place, purpose)
    }

    /// The greatest residual, in tolerances.
    pub fn distance(&self, residuals: &[f64]) -> f64 {
        let parts = residuals.iter().zip(self.tolerances);
        parts.fold(0.0, |most, (residual, one)| most.max(residual.abs() / one))
    }

    /// One descent; `None` where its beginning cannot be evaluated.
    pub fn descend(&mut self, begin: Vec<f64>) -> Result<Option<Found>, E> {
        let Some(residuals) = self.look(&begin, Purpose::Start)? else {
            return Ok(None);
        };
        let mut here = Found {
            place: begin,
            residuals,
            slopes: Vec::new(),
            end: End::Settled,
        };
        let (mut radius, mut difference) = (FIRST_RADIUS, FIRST_DIFFERENCE);
        let mut slopes = Slopes::Unknown;
        // Few runs, until they have shown no way on.
        let mut purpose = Purpose::Sketch;
        loop {
            if self.distance(&here.residuals) <= SMALL {
                break;
            }
            if slopes == Slopes::Unknown {
                if self.n_left <= here.place.len() as u64 + 1 {
                    here.end = End::OutOfBudget;
                    break;
                }
                slopes = self.take_slopes(&mut here, difference, purpose)?;
            }
            match self.step(&here, &mut radius, slopes)? {
                Step::To(place, residuals, step, kept) => {
                    let length = longest(&step);
                    difference = (length / 2.0).clamp(MIN_DIFFERENCE, FIRST_DIFFERENCE);
                    learn(&mut here, &residuals, &step);
                    let gain = here.sum() - squares(&residuals);
                    let is_last = slopes == Slopes::Taken && gain < MIN_PROMISE * here.sum();
                    (here.place, here.residuals) = (place, residuals);
                    if is_last {
                        break;
                    }
                    slopes = if kept < 0.25 {
                        Slopes::Unknown
                    } else {
                        Slopes::Learnt
                    };
                }
                // Slopes for the last quarter of a tolerance would not be worth their price.
                Step::None if self.distance(&here.residuals) <= 1.0 => break,
                Step::None if slopes == Slopes::Learnt => slopes = Slopes::Unknown,
                Step::None if slopes == Slopes::Sketched => {
                    (slopes, purpose) = (Slopes::Unknown, Purpose::Slope);
                }
                Step::None => break,
                Step::OutOfBudget => {
                    here.end = End::OutOfBudget;
                    break;
                }
            }
        }
        if self.distance(&here.residuals) <= 1.0 {
            here.end = End::Matched;
        }
        Ok(Some(here))
    }

    fn take_slopes(
        &mut self,
        here: &mut Found,
        difference: f64,
        purpose: Purpose,
    ) -> Result<Slopes, E> {
        if purpose.is_rough()
            && let Some(residuals) = self.look(&here.place, purpose)?
        {
            here.slopes = self.slopes(&here.place, &residuals, difference, purpose)?;
            return Ok(Slopes::Sketched);
        }
        here.slopes = self.slopes(&here.place, &here.residuals, difference, Purpose::Slope)?;
        Ok(Slopes::Taken)
    }

    /// The next place that is better; the trust region shrinks until there is one, or, where the
    /// slopes are not those of this very place, until they have misled once.
    fn step(&mut self, here: &Found, radius: &mut f64, slopes: Slopes) -> Result<Step, E> {
        let sum = here.sum();
        loop {
            let step = box_step(here, *radius);
            let promise = sum - squares(&moved(&here.residuals, &here.slopes, &step));
            let length = longest(&step);
            if length < MIN_STEP || promise <= MIN_PROMISE * sum {
                return Ok(Step::None);
            }
            if self.n_left == 0 {
                return Ok(Step::OutOfBudget);
            }
            let there = here.place.iter().zip(&step);
            let there: Vec<f64> = there.map(|(x, s)| (x + s).clamp(0.0, 1.0)).collect();
            let gain = self.look(&there, Purpose::Step)?.and_then(|residuals| {
                let gain = (sum - squares(&residuals)) / promise;
                (gain > 0.0).then_some((gain, residuals))
            });
            match gain {
                Some((gain, residuals)) => {
                    if gain > 0.75 && length > 0.99 * *radius {
                        *radius = (2.0 * *radius).min(MAX_RADIUS);
                    } else if gain < 0.25 {
                        *radius = length / 2.0;
                    }
                    return Ok(Step::To(there, residuals, step, gain));
                }
                None if slopes == Slopes::Learnt => return Ok(Step::None),
                None if slopes == Slopes::Sketched && length < MIN_DIFFERENCE => {
                    // Slopes with all runs are to begin with a step that is worth them.
                    *radius = FIRST_DIFFERENCE;
                    return Ok(Step::None);
                }
                None => *radius = length / 4.0,
            }
        }
    }

    /// Differences to a neighbour along each axis, towards the farther bound; to the other side
    /// where that one cannot be evaluated, and 0 where neither can.
    pub fn slopes(
        &mut self,
        place: &[f64],
        residuals: &[f64],
        difference: f64,
        purpose: Purpose,
    ) -> Result<Vec<Vec<f64>>, E> {
        let mut slopes = Vec::with_capacity(place.len());
        for axis in 0..place.len() {
            let inward = if place[axis] <= 0.5 { 1.0 } else { -1.0 };
            let mut slope = vec![0.0; residuals.len()];
            for distance in [inward * difference, -inward * difference] {
                let mut there = place.to_vec();
                there[axis] += distance;
                if !(0.0..=1.0).contains(&there[axis]) {
                    continue;
                }
                if let Some(others) = self.look(&there, purpose)? {
                    let rise = others.iter().zip(residuals);
                    slope = rise
                        .map(|(there, here)| (there - here) / distance)
                        .collect();
                    break;
                }
            }
            slopes.push(slope);
        }
        Ok(slopes)
    }
}

/// The linear model after a step, changed as little as makes it agree with where the step led.
fn learn(here: &mut Found, residuals: &[f64], step: &[f64]) {
    let expected = moved(&here.residuals, &here.slopes, step);
    let square = squares(step);
    for (slope, step) in here.slopes.iter_mut().zip(step) {
        for (slope, (there, expected)) in slope.iter_mut().zip(residuals.iter().zip(&expected)) {
            *slope += (there - expected) * step / square;
        }
    }
}

fn longest(step: &[f64]) -> f64 {
    step.iter().fold(0.0, |most, x| x.abs().max(most))
}

/// Residuals after a step, by the linear model.
fn moved(residuals: &[f64], slopes: &[Vec<f64>], step: &[f64]) -> Vec<f64> {
    let mut moved = residuals.to_vec();
    for (slope, step) in slopes.iter().zip(step) {
        for (residual, slope) in moved.iter_mut().zip(slope) {
            *residual += slope * step;
        }
    }
    moved
}

/// The step that minimises the linear model's sum of squares within the box and the trust region:
/// coordinate by coordinate, which never leaves the box and comes to rest at its minimum, since
/// the model is convex. What moves nothing is not moved.
fn box_step(here: &Found, radius: f64) -> Vec<f64> {
    const MAX_SWEEPS: usize = 2_000;
    let n = here.place.len();
    let curvature = gram(&here.slopes);
    let mut rise: Vec<f64> = here
        .slopes
        .iter()
        .map(|slope| dot(slope, &here.residuals))
        .collect();
    let mut step = vec![0.0; n];
    for _ in 0..MAX_SWEEPS {
        let mut farthest = 0.0_f64;
        for i in 0..n {
            if !(curvature[i][i] > 0.0) {
                continue;
            }
            let low = (-radius).max(-here.place[i]);
            let high = radius.min(1.0 - here.place[i]);
            let wanted = (step[i] - rise[i] / curvature[i][i]).clamp(low, high);
            let change = wanted - step[i];
            step[i] = wanted;
            farthest = farthest.max(change.abs());
            for (rise, row) in rise.iter_mut().zip(&curvature) {
                *rise += row[i] * change;
            }
        }
        if farthest < 1e-10 {
            break;
        }
    }
    step
}
