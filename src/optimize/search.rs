//! The search: a descent from the file's numbers, then far and wide.
//!
//! In: a start in [0, 1]ⁿ and a function that gives the residuals there. Out: the place with the
//! least sum of their squares that was found, with the slopes there. All evaluations meet the
//! same luck, so the function is deterministic, and nearly smooth once many runs are counted.
//! First comes a descent ([`super::trust_region`]). Where it ends short of the targets, samples of the
//! whole box ([`super::cma_es`]) say where to begin another, with twice as many samples each time,
//! until another descent ends where the best one did, or the budget does. The samples are
//! looked at with few runs, since only their order counts. Absent on purpose: what the residuals
//! mean.

use super::cma_es::Evolution;
use super::trust_region::{Lookout, MIN_DIFFERENCE};
use crate::base::linalg::dot;
use crate::base::random::keyed::KeyedStream;

/// Gives the residuals at a place in [0, 1]ⁿ; `None` where it cannot be evaluated.
pub type Residuals<'a, E> = dyn FnMut(&[f64], Purpose) -> Result<Option<Vec<f64>>, E> + 'a;

/// Why a place is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The numbers that the file has.
    File,
    /// A descent begins.
    Start,
    /// For first slopes, with few runs.
    Sketch,
    /// For the slopes at another place.
    Slope,
    /// A step of a descent.
    Step,
    /// A sample of the whole box, with few runs.
    Explore,
    /// The file that is written.
    Tuned,
    /// A particle of the posterior.
    Particle,
}

impl Purpose {
    /// Whether a part of the runs is enough.
    pub fn is_rough(self) -> bool {
        matches!(self, Self::Sketch | Self::Explore)
    }
}

/// Where the search ended.
#[derive(Clone, Debug)]
pub struct Found {
    /// The place.
    pub place: Vec<f64>,
    /// The residuals there.
    pub residuals: Vec<f64>,
    /// By parameter: how the residuals change over its whole range, at the slope there.
    pub slopes: Vec<Vec<f64>>,
    /// Why it ended.
    pub end: End,
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All targets are within their tolerances.
    Matched,
    /// Nothing better was found.
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

/// Explorations at most.
const MAX_EXPLORATIONS: usize = 4;
/// The samples' first spread, and the spread from which on a descent does better.
const FIRST_SPREAD: f64 = 0.3;
const LAST_SPREAD: f64 = 0.03;
/// Descents that end as near to each other as this, in shares of each range, or with sums of
/// squares as near as this share of one, have ended at the same bottom.
const SAME_PLACE: f64 = 0.02;
const SAME_SUM: f64 = 0.01;

/// Searches from a start with so many evaluations at most, and a few more for the slopes at the
/// end. `tolerances` are the residuals of targets that are just met. `None` where no place could
/// be evaluated.
///
/// # Errors
/// Where the function gives one.
pub fn search<E>(
    start: &[f64],
    tolerances: &[f64],
    n_evaluations: u64,
    luck: &mut KeyedStream,
    residuals: &mut Residuals<'_, E>,
) -> Result<Option<Found>, E> {
    let mut lookout = Lookout {
        n_left: n_evaluations,
        tolerances,
        residuals,
    };
    let mut best = lookout.descend(start.to_vec())?;
    let mut n_samples = Evolution::usual_samples(start.len());
    for _ in 0..MAX_EXPLORATIONS {
        if best.as_ref().is_some_and(|best| best.end != End::Settled) {
            break;
        }
        let Some(begin) = explore(&mut lookout, start.len(), n_samples, luck)? else {
            // What was found is the best nearby; whether of all, nobody has seen.
            best.iter_mut().for_each(|best| best.end = End::OutOfBudget);
            break;
        };
        n_samples *= 2;
        let Some(found) = lookout.descend(begin)? else {
            continue;
        };
        let is_same = best.as_ref().is_some_and(|best| found.is_same_bottom(best));
        if best.as_ref().is_none_or(|best| found.sum() < best.sum()) {
            best = Some(found);
        }
        if is_same {
            break;
        }
    }
    let Some(mut found) = best else {
        return Ok(None);
    };
    lookout.n_left = u64::MAX;
    found.slopes = lookout.slopes(
        &found.place,
        &found.residuals,
        MIN_DIFFERENCE,
        Purpose::Slope,
    )?;
    Ok(Some(found))
}

/// Where in the box a descent should begin; `None` where the budget does not suffice to find that
/// out and descend, or nothing could be evaluated.
fn explore<E>(
    lookout: &mut Lookout<'_, '_, E>,
    n_parameters: usize,
    n_samples: usize,
    luck: &mut KeyedStream,
) -> Result<Option<Vec<f64>>, E> {
    // What a descent needs: slopes twice, and some steps.
    let reserve = 2 * (n_parameters as u64 + 1) + 4;
    let mut evolution = Evolution::begin(vec![0.5; n_parameters], FIRST_SPREAD, n_samples);
    let mut best: Option<(f64, Vec<f64>)> = None;
    while evolution.spread() > LAST_SPREAD {
        let samples = evolution.sample(luck).to_vec();
        if lookout.n_left < reserve + samples.len() as u64 {
            break;
        }
        let mut values = Vec::with_capacity(samples.len());
        let mut is_matched = false;
        for place in samples {
            let residuals = lookout.look(&place, Purpose::Explore)?;
            let value = residuals.as_deref().map_or(f64::INFINITY, squares);
            is_matched |= residuals.is_some_and(|residuals| lookout.distance(&residuals) <= 1.0);
            values.push(value);
            if value < best.as_ref().map_or(f64::INFINITY, |best| best.0) {
                best = Some((value, place));
            }
        }
        if is_matched {
            break;
        }
        evolution.learn(&values);
    }
    Ok(best.map(|best| best.1))
}

impl Found {
    pub fn sum(&self) -> f64 {
        squares(&self.residuals)
    }

    fn is_same_bottom(&self, other: &Self) -> bool {
        let parts = self.place.iter().zip(&other.place);
        let is_near = parts.into_iter().all(|(x, y)| (x - y).abs() <= SAME_PLACE);
        is_near || (self.sum() - other.sum()).abs() <= SAME_SUM * other.sum()
    }
}

pub fn squares(residuals: &[f64]) -> f64 {
    dot(residuals, residuals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Seed;
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
        let Ok(found) = search(start, &[1.0; 9], n_evaluations, &mut luck, &mut look);
        (found.unwrap(), n)
    }

    /// A wave with a bottom at every fifth, of which the deepest is at 0.8.
    fn wave(x: f64) -> f64 {
        let off = (x - 0.8).abs();
        let phase = 5.0 * off - (5.0 * off).floor();
        5.0 * off + 60.0 * phase * (1.0 - phase)
    }

    #[test]
    fn a_false_bottom_is_left_for_the_deepest() {
        let (found, n) = find(&[0.4, 0.1], 200, |x| {
            Some(vec![wave(x[0]), 30.0 * (x[1] - 0.5)])
        });
        assert_eq!(found.end, End::Matched);
        assert!((found.place[0] - 0.8).abs() < 0.01, "{:?}", found.place);
        assert!(n < 160, "{n} evaluations");
    }

    #[test]
    fn what_cannot_be_met_is_left_once_two_descents_agree() {
        let (found, n) = find(&[0.2, 0.2], 1_000, |x| {
            Some(vec![
                20.0 * (x[0] - 0.4),
                20.0 * (x[0] - 0.6),
                20.0 * (x[1] - 0.3),
            ])
        });
        assert_eq!(found.end, End::Settled);
        assert!((found.place[0] - 0.5).abs() < 1e-3, "{:?}", found.place);
        assert!(n < 150, "{n} evaluations");
    }

    /// With few runs everything is off by some tolerances: what is found is right all the same.
    #[test]
    fn few_runs_show_the_way_and_all_runs_the_place() {
        let mut n_whole = 0;
        let mut look = |place: &[f64], purpose: Purpose| {
            let off = if purpose.is_rough() { 3.0 } else { 0.0 };
            n_whole += u32::from(!purpose.is_rough());
            let [x, y] = [place[0], place[1]];
            let residuals = vec![60.0 * (x * y - 0.3) + off, 90.0 * (x - y * y) - off];
            Ok::<_, Infallible>(Some(residuals))
        };
        let mut luck = KeyedStream::new(Seed(1), "test");
        let Ok(found) = search(&[0.9, 0.2], &[1.0; 2], 200, &mut luck, &mut look);
        let found = found.unwrap();
        assert_eq!(found.end, End::Matched);
        assert!(found.residuals.iter().all(|x| x.abs() <= 1.0), "{found:?}");
        // The start, some steps, and the slopes at the end.
        assert!(n_whole < 12, "{n_whole} whole evaluations");
    }

    /// A target of little weight is met when it is within its own tolerance.
    #[test]
    fn a_light_target_is_met_like_another() {
        // Its residual at the start, 0.15, would be small for another.
        let mut look = |place: &[f64], _: Purpose| {
            Ok::<_, Infallible>(Some(vec![10.0 * (place[0] - 0.5), place[1] - 0.75]))
        };
        let mut luck = KeyedStream::new(Seed(1), "test");
        let Ok(found) = search(&[0.5, 0.6], &[1.0, 0.1], 100, &mut luck, &mut look);
        let found = found.unwrap();
        assert_eq!(found.end, End::Matched);
        assert!(found.residuals[1].abs() <= 0.1, "{found:?}");
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
        // The start, slopes once, two steps, and the slopes at the end.
        assert!(n <= 1 + 5 + 2 + 4, "{n} evaluations");
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
