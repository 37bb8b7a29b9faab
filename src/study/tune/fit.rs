//! What the slopes at the end say: how well each parameter is pinned down, and which cannot be
//! told apart.
//!
//! In: by parameter, how the residuals change over its range. Out: standard errors, taking the
//! tolerances as standard errors of the targets, and groups of parameters that can be moved
//! together without the targets noticing: eigenvectors of the slopes' Gram matrix, each slope
//! taken at length 1 (Belsley, Kuh and Welsch 1980). Such a move goes unnoticed where its
//! eigenvalue is next to nothing, no more than what the simulation error of slopes leaves of an
//! exact 0 (for two parameters, a correlation of their slopes beyond 0.99), or where it brings
//! the targets to less than two tolerances from one end of a range to the other.

use crate::base::linalg::{dot, eigen, gram};
use crate::base::math::double::sqrt;

/// What the targets say of the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// By parameter: its standard error, in shares of its range; `None` where the targets do not
    /// pin it down.
    pub standard_errors: Vec<Option<f64>>,
    /// Parameters that move no target by a tenth of its tolerance over their whole range.
    pub idle: Vec<usize>,
    /// Groups that cannot be told apart.
    pub alike: Vec<Alike>,
}

/// Parameters that cannot be told apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Alike {
    /// The parameters, each with how far it goes in a joint move that the targets do not notice,
    /// in shares of its range; the greatest is 1.
    pub members: Vec<(usize, f64)>,
    /// In how many directions they can be moved so.
    pub n_directions: usize,
}

/// Slopes shorter than this, in tolerances over the whole range, move nothing.
const IDLE: f64 = 0.1;
/// Eigenvalues below this are next to nothing.
const NOTHING: f64 = 0.01;
/// A joint move over the whole range that changes the targets by less, in tolerances, is hardly
/// noticed.
const NOTICED: f64 = 2.0;
/// A parameter takes part in a move where it goes this far.
const PART: f64 = 0.2;

impl Fit {
    /// The fit at a place.
    pub fn new(slopes: &[Vec<f64>]) -> Self {
        let lengths: Vec<f64> = slopes.iter().map(|slope| sqrt(dot(slope, slope))).collect();
        let is_idle = |i: &usize| lengths[*i] < IDLE;
        let idle: Vec<usize> = (0..slopes.len()).filter(is_idle).collect();
        let active: Vec<usize> = (0..slopes.len()).filter(|i| !is_idle(i)).collect();
        let unit = |&i: &usize| slopes[i].iter().map(|x| x / lengths[i]).collect();
        let units: Vec<Vec<f64>> = active.iter().map(unit).collect();
        let (mut seen, mut unseen) = (Vec::new(), Vec::new());
        for (value, vector) in eigen(&gram(&units)) {
            let direction = Alike::new(&vector, &active, &lengths);
            let change = sqrt(value.max(0.0)) / longest_move(&vector, &active, &lengths);
            // One parameter alone that is hardly noticed has a great standard error, and that
            // says it.
            if value < NOTHING || (change < NOTICED && direction.members.len() > 1) {
                unseen.push(direction);
            } else {
                seen.push((value, vector));
            }
        }
        let alike = joined(unseen);
        let mut standard_errors = vec![None; slopes.len()];
        for (k, &i) in active.iter().enumerate() {
            let is_loose = alike.iter().any(|group| group.has(i));
            let parts = seen.iter();
            let variance: f64 = parts
                .map(|(value, vector)| vector[k] * vector[k] / value)
                .sum();
            standard_errors[i] = (!is_loose).then(|| sqrt(variance) / lengths[i]);
        }
        Self {
            standard_errors,
            idle,
            alike,
        }
    }
}

/// How far the parameter that moves farthest goes along a unit vector of slopes of length 1.
fn longest_move(vector: &[f64], active: &[usize], lengths: &[f64]) -> f64 {
    let moves = vector.iter().zip(active);
    let moves = moves.map(|(part, &i)| part.abs() / lengths[i]);
    moves.fold(0.0, f64::max)
}

impl Alike {
    /// Those who take part in one direction.
    fn new(vector: &[f64], active: &[usize], lengths: &[f64]) -> Self {
        let most = longest_move(vector, active, lengths);
        let parts = vector.iter().zip(active);
        let members = parts.filter(|(part, _)| part.abs() >= PART);
        Self {
            members: members
                .map(|(part, &i)| (i, part / lengths[i] / most))
                .collect(),
            n_directions: 1,
        }
    }

    fn has(&self, parameter: usize) -> bool {
        self.members.iter().any(|&(one, _)| one == parameter)
    }
}

/// Directions that share a parameter are one group: any mixture of them is a direction too.
fn joined(directions: Vec<Alike>) -> Vec<Alike> {
    let mut groups: Vec<Alike> = Vec::new();
    for mut group in directions {
        let meets = |other: &Alike| other.members.iter().any(|&(one, _)| group.has(one));
        let (met, apart): (Vec<Alike>, Vec<Alike>) = groups.into_iter().partition(meets);
        for other in met {
            let new = other
                .members
                .into_iter()
                .filter(|(one, _)| !group.has(*one));
            let new: Vec<(usize, f64)> = new.collect();
            group.members.extend(new);
            group.n_directions += other.n_directions;
        }
        group.members.sort_by_key(|&(one, _)| one);
        groups = apart;
        groups.push(group);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn independent_slopes_give_their_inverse() {
        let fit = Fit::new(&[vec![10.0, 0.0], vec![0.0, 4.0]]);
        assert_eq!(fit.standard_errors, [Some(0.1), Some(0.25)]);
        assert!(fit.idle.is_empty() && fit.alike.is_empty());
        // Two that share a target are less sure: (JᵀJ)⁻¹ of [[10, 0], [10, 10]]ᵀ… by hand.
        let fit = Fit::new(&[vec![10.0, 0.0], vec![10.0, 10.0]]);
        let errors: Vec<f64> = fit.standard_errors.into_iter().flatten().collect();
        assert!(
            (errors[0] - 0.1 * 2.0_f64.sqrt()).abs() < 1e-12,
            "{errors:?}"
        );
        assert!((errors[1] - 0.1).abs() < 1e-12, "{errors:?}");
    }

    #[test]
    fn what_moves_the_targets_alike_is_named() {
        let fit = Fit::new(&[
            vec![10.0, 1.0, 0.0],
            vec![0.0, 0.0, 7.0],
            vec![-20.0, -2.1, 0.0],
            vec![0.0, 0.01, 0.0],
        ]);
        assert_eq!(fit.idle, [3]);
        assert_eq!(fit.alike.len(), 1);
        let members = &fit.alike[0].members;
        assert_eq!((members[0].0, members[1].0), (0, 2));
        // Opposite slopes: both may rise together, the steeper half as far.
        assert!((members[1].1 / members[0].1 - 0.5).abs() < 0.01);
        assert_eq!(fit.standard_errors[0], None);
        assert!((fit.standard_errors[1].unwrap() - 1.0 / 7.0).abs() < 1e-12);
    }

    #[test]
    fn more_parameters_than_targets_are_a_group() {
        let fit = Fit::new(&[vec![3.0, 0.0], vec![2.0, 2.0], vec![0.0, 3.0]]);
        assert_eq!(fit.alike.len(), 1);
        assert_eq!(fit.alike[0].n_directions, 1);
        assert_eq!(fit.alike[0].members.len(), 3);
    }

    #[test]
    fn what_is_seen_finely_is_told_apart_though_it_moves_the_targets_nearly_alike() {
        // A correlation of 0.98, seen to a hundredth of a tolerance: by hand, each is known to
        // 1/(100·√(1 − 0.98²)).
        let across = sqrt(1.0 - 0.98 * 0.98);
        let slope = |size: f64| vec![size * 0.98, size * across];
        let fit = Fit::new(&[vec![100.0, 0.0], slope(100.0)]);
        assert!(fit.alike.is_empty(), "{:?}", fit.alike);
        let expected = 0.01 / across;
        assert!((fit.standard_errors[0].unwrap() - expected).abs() < 1e-9);
        // The same angle seen coarsely: from end to end the targets move by half a tolerance.
        let fit = Fit::new(&[vec![3.0, 0.0], slope(3.0)]);
        assert_eq!(fit.alike.len(), 1);
        assert_eq!(fit.standard_errors, [None, None]);
    }

    #[test]
    fn directions_that_share_a_parameter_are_one_group() {
        // Four that move one target alike, and one with a target of its own.
        let alike = || vec![5.0, 0.0];
        let fit = Fit::new(&[alike(), alike(), vec![0.0, 4.0], alike(), alike()]);
        assert_eq!(fit.alike.len(), 1);
        assert_eq!(fit.alike[0].n_directions, 3);
        let members: Vec<usize> = fit.alike[0].members.iter().map(|one| one.0).collect();
        assert_eq!(members, [0, 1, 3, 4]);
        assert_eq!(fit.standard_errors[2], Some(0.25));
    }
}
