//! The search: a trust region around a Gauss–Newton step, in a box.
//!
//! In: a start in [0, 1]ⁿ and a function that gives the residuals there. Out: the place with the
//! least sum of their squares that was found, with the slopes there. All evaluations meet the
//! same luck, so the function is deterministic, and nearly smooth once many runs are counted.
//! Slopes are differences to a neighbour (n evaluations); the step minimises the linear model
//! within the box and the trust region, which is a cube (Conn, Gould and Toint 2000; Nocedal and
//! Wright 2006, chapter 10). Where a descent ends short of the targets, the search begins anew
//! from a Latin hypercube, while the budget lasts. Absent on purpose: what the residuals mean.

use super::algebra::{dot, gram};
use crate::random::keyed::KeyedStream;
use rand::TryRng;

/// Gives the residuals at a place in [0, 1]ⁿ; `None` where it cannot be evaluated.
pub(super) type Residuals<'a, E> = dyn FnMut(&[f64], Purpose) -> Result<Option<Vec<f64>>, E> + 'a;

/// Why a place is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The numbers that the file has.
    File,
    /// A descent begins.
    Start,
    /// For the slopes at another place.
    Slope,
    /// A step of a descent.
    Step,
    /// The file that is written.
    Tuned,
    /// A particle of the posterior.
    Particle,
}

/// Where the search ended.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The place.
    pub(super) place: Vec<f64>,
    /// The residuals there.
    pub(super) residuals: Vec<f64>,
    /// By parameter: how the residuals change over its whole range, at the slope there.
    pub(super) slopes: Vec<Vec<f64>>,
    /// Why it ended.
    pub(super) end: End,
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All residuals are within the tolerance, and as good as zero or as small as they get.
    Matched,
    /// No step makes it better.
    Settled,
    /// The budget is used up.
    OutOfBudget,
}

impl End {
    /// Its word in tables.
    pub fn word(self) -> &'static str {
        match self {
            End::Matched => "matched",
            End::Settled => "settled",
            End::OutOfBudget => "out_of_budget",
        }
    }
}

/// A residual of this size is as good as zero: a quarter of the tolerance. Finite runs have steps
/// of their own, below which nothing more is to be found.
const SMALL: f64 = 0.25;
/// Where a descent comes to rest with all residuals within this, the search is over.
const TOLERANCE: f64 = 1.0;
/// The trust region's first size, and its greatest.
const FIRST_RADIUS: f64 = 0.25;
const GREATEST_RADIUS: f64 = 0.5;
/// A step shorter than this is none.
const LEAST_STEP: f64 = 1e-4;
/// A step that promises less than this share of the sum of squares is none.
const LEAST_PROMISE: f64 = 1e-4;
/// The distance to the neighbour that gives a slope, at the beginning and near the end.
const FIRST_DIFFERENCE: f64 = 1.0 / 32.0;
const LEAST_DIFFERENCE: f64 = 1.0 / 128.0;
/// Descents after the first.
const MOST_RESTARTS: usize = 3;

/// Searches from a start with so many evaluations at most, and a few more for the slopes at the
/// end. `None` where no place could be evaluated.
///
/// # Errors
/// Where the function gives one.
pub(super) fn search<E>(
    start: &[f64],
    n_evaluations: u64,
    luck: &mut KeyedStream,
    residuals: &mut Residuals<'_, E>,
) -> Result<Option<Found>, E> {
    let mut descent = Descent {
        n_left: n_evaluations,
        residuals,
    };
    let mut best: Option<Found> = None;
    let restarts = hypercube(start.len(), luck);
    for begin in std::iter::once(start.to_vec()).chain(restarts) {
        if let Some(found) = descent.descend(begin)?
            && best.as_ref().is_none_or(|best| found.sum() < best.sum())
        {
            best = Some(found);
        }
        if let Some(best) = &mut best
            && longest(&best.residuals) <= TOLERANCE
            && best.end == End::Settled
        {
            best.end = End::Matched;
        }
        let is_matched = best.as_ref().is_some_and(|best| best.end == End::Matched);
        if is_matched || descent.n_left <= start.len() as u64 {
            break;
        }
    }
    let Some(mut found) = best else {
        return Ok(None);
    };
    descent.n_left = u64::MAX;
    found.slopes = descent.slopes(&found.place, &found.residuals, LEAST_DIFFERENCE * 2.0)?;
    Ok(Some(found))
}

/// Places of which no two share a third of any axis.
fn hypercube(n: usize, luck: &mut KeyedStream) -> Vec<Vec<f64>> {
    let mut places = vec![vec![0.0; n]; MOST_RESTARTS];
    for axis in 0..n {
        let mut parts: Vec<usize> = (0..MOST_RESTARTS).collect();
        for place in &mut places {
            let at = (uniform(luck) * parts.len() as f64) as usize;
            let part = parts.swap_remove(at.min(parts.len() - 1));
            place[axis] = (part as f64 + uniform(luck)) / MOST_RESTARTS as f64;
        }
    }
    places
}

/// A uniform number in (0, 1).
pub(super) fn uniform(luck: &mut KeyedStream) -> f64 {
    let Ok(bits) = luck.try_next_u64();
    ((bits >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
}

impl Found {
    fn sum(&self) -> f64 {
        squares(&self.residuals)
    }
}

fn squares(residuals: &[f64]) -> f64 {
    dot(residuals, residuals)
}

fn longest(step: &[f64]) -> f64 {
    step.iter().fold(0.0, |most, x| x.abs().max(most))
}

struct Descent<'r, 'a, E> {
    n_left: u64,
    residuals: &'r mut Residuals<'a, E>,
}

impl<E> Descent<'_, '_, E> {
    fn look(&mut self, place: &[f64], purpose: Purpose) -> Result<Option<Vec<f64>>, E> {
        self.n_left = self.n_left.saturating_sub(1);
        (self.residuals)(place, purpose)
    }

    /// One descent; `None` where its beginning cannot be evaluated.
    fn descend(&mut self, begin: Vec<f64>) -> Result<Option<Found>, E> {
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
        loop {
            if longest(&here.residuals) <= SMALL {
                here.end = End::Matched;
                return Ok(Some(here));
            }
            if self.n_left <= here.place.len() as u64 {
                here.end = End::OutOfBudget;
                return Ok(Some(here));
            }
            here.slopes = self.slopes(&here.place, &here.residuals, difference)?;
            match self.step(&here, &mut radius)? {
                Step::To(place, residuals, length) => {
                    (here.place, here.residuals) = (place, residuals);
                    difference = (length / 2.0).clamp(LEAST_DIFFERENCE, FIRST_DIFFERENCE);
                }
                Step::None => {
                    here.end = End::Settled;
                    return Ok(Some(here));
                }
                Step::OutOfBudget => {
                    here.end = End::OutOfBudget;
                    return Ok(Some(here));
                }
            }
        }
    }

    /// The next place that is better; the trust region shrinks until there is one.
    fn step(&mut self, here: &Found, radius: &mut f64) -> Result<Step, E> {
        let sum = here.sum();
        loop {
            let step = box_step(here, *radius);
            let promise = sum - squares(&moved(&here.residuals, &here.slopes, &step));
            let length = longest(&step);
            if length < LEAST_STEP || promise <= LEAST_PROMISE * sum {
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
                        *radius = (2.0 * *radius).min(GREATEST_RADIUS);
                    } else if gain < 0.25 {
                        *radius = length / 2.0;
                    }
                    return Ok(Step::To(there, residuals, length));
                }
                None => *radius = length / 4.0,
            }
        }
    }

    /// Differences to a neighbour along each axis, towards the farther bound; to the other side
    /// where that one cannot be evaluated, and 0 where neither can.
    fn slopes(
        &mut self,
        place: &[f64],
        residuals: &[f64],
        difference: f64,
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
                if let Some(others) = self.look(&there, Purpose::Slope)? {
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

enum Step {
    /// A better place with its residuals, and the length of the step.
    To(Vec<f64>, Vec<f64>, f64),
    None,
    OutOfBudget,
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
    const MOST_SWEEPS: usize = 2_000;
    let n = here.place.len();
    let curvature = gram(&here.slopes);
    let mut rise: Vec<f64> = here
        .slopes
        .iter()
        .map(|slope| dot(slope, &here.residuals))
        .collect();
    let mut step = vec![0.0; n];
    for _ in 0..MOST_SWEEPS {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Seed;
    use std::convert::Infallible;

    fn find(
        start: &[f64],
        n_evaluations: u64,
        mut residuals: impl FnMut(&[f64]) -> Option<Vec<f64>>,
    ) -> (Found, u64) {
        let mut n = 0;
        let mut luck = KeyedStream::new(Seed(1), "test");
        let mut look = |place: &[f64], _: Purpose| {
            n += 1;
            assert!(place.iter().all(|x| (0.0..=1.0).contains(x)), "{place:?}");
            Ok::<_, Infallible>(residuals(place))
        };
        let Ok(found) = search(start, n_evaluations, &mut luck, &mut look);
        (found.unwrap(), n)
    }

    #[test]
    fn a_sphere_is_found_in_two_steps() {
        let centre = [0.3, 0.9, 0.55, 0.05];
        let (found, n) = find(&[0.5; 4], 100, |x| {
            Some(x.iter().zip(centre).map(|(x, c)| 100.0 * (x - c)).collect())
        });
        assert_eq!(found.end, End::Matched);
        for (x, c) in found.place.iter().zip(centre) {
            assert!((x - c).abs() < 1e-3, "{:?}", found.place);
        }
        assert!(n <= 1 + 3 * 5 + 4, "{n} evaluations");
    }

    #[test]
    fn rosenbrocks_valley_is_followed_to_its_end() {
        // On [−2, 2]², whose minimum is at (1, 1); a residual of 0.25 is small enough.
        let (found, n) = find(&[0.2, 0.75], 200, |u| {
            let [x, y] = [u[0], u[1]].map(|u| 4.0 * u - 2.0);
            Some(vec![10.0 * (1.0 - x), 100.0 * (y - x * x)])
        });
        assert_eq!(found.end, End::Matched);
        assert!((found.place[0] - 0.75).abs() < 0.015, "{:?}", found.place);
        assert!((found.place[1] - 0.75).abs() < 0.015, "{:?}", found.place);
        assert!(n < 100, "{n} evaluations");
    }

    #[test]
    fn what_lies_beyond_a_bound_is_met_at_the_bound() {
        let (found, _) = find(&[0.5, 0.5], 100, |x| {
            Some(vec![10.0 * (x[0] - 1.4), 10.0 * (x[1] - x[0] + 0.5)])
        });
        assert_eq!(found.end, End::Settled);
        assert_eq!(found.place[0], 1.0);
        assert!((found.place[1] - 0.5).abs() < 1e-6);
    }

    #[test]
    fn a_place_that_cannot_be_evaluated_is_walked_round() {
        let (found, _) = find(&[0.2, 0.2], 100, |x| {
            (x[0] + x[1] < 1.0).then(|| vec![20.0 * (x[0] - 0.6), 20.0 * (x[1] - 0.38)])
        });
        assert_eq!(found.end, End::Matched);
    }

    #[test]
    fn a_false_bottom_is_left_by_beginning_anew() {
        // Flat up to 0.7, so that the first descent has nowhere to go.
        let (found, _) = find(&[0.1], 100, |x| Some(vec![50.0 * (x[0].max(0.7) - 0.9)]));
        assert_eq!(found.end, End::Matched);
    }

    #[test]
    fn the_budget_is_kept_to() {
        let (found, n) = find(&[0.1, 0.1], 12, |x| {
            Some(vec![9.0 * (x[0] * x[0] - 3.0), x[1] * x[0] - 8.0])
        });
        assert_eq!(found.end, End::OutOfBudget);
        assert!(n <= 12 + 2, "{n}");
    }
}
