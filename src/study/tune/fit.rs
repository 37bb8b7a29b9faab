//! What the slopes at the end say: how well each parameter is pinned down, and which cannot be
//! told apart.
//!
//! In: by parameter, how the residuals change over its range. Out: standard errors, taking the
//! tolerances as standard errors of the targets, and groups of parameters that can be moved
//! together without the targets noticing: eigenvectors of the slopes' Gram matrix, each slope
//! taken at length 1, whose eigenvalue is next to nothing (Belsley, Kuh and Welsch 1980). For
//! two parameters that is a correlation of their slopes beyond 0.95.

use super::algebra::{dot, eigen, gram};
use crate::math::double::sqrt;

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
    /// The parameters, each with how far it goes in the joint move that the targets do not
    /// notice, in shares of its range; the greatest is 1.
    pub members: Vec<(usize, f64)>,
}

/// Slopes shorter than this, in tolerances over the whole range, move nothing.
const IDLE: f64 = 0.1;
/// Eigenvalues below this are next to nothing.
const NOTHING: f64 = 0.05;
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
        let pairs = eigen(&gram(&units));
        let mut standard_errors = vec![None; slopes.len()];
        let mut alike = Vec::new();
        let mut is_loose = vec![false; active.len()];
        for (_, vector) in pairs.iter().filter(|(value, _)| *value < NOTHING) {
            let move_of = |k: usize| vector[k] / lengths[active[k]];
            let most = (0..active.len()).fold(0.0_f64, |most, k| most.max(move_of(k).abs()));
            let takes_part = |k: &usize| vector[*k].abs() >= PART;
            let members = (0..active.len()).filter(takes_part);
            let members: Vec<(usize, f64)> =
                members.map(|k| (active[k], move_of(k) / most)).collect();
            (0..active.len())
                .filter(takes_part)
                .for_each(|k| is_loose[k] = true);
            alike.push(Alike { members });
        }
        for (k, &i) in active.iter().enumerate() {
            let parts = pairs.iter().filter(|(value, _)| *value >= NOTHING);
            let variance: f64 = parts
                .map(|(value, vector)| vector[k] * vector[k] / value)
                .sum();
            standard_errors[i] = (!is_loose[k]).then(|| sqrt(variance) / lengths[i]);
        }
        Self {
            standard_errors,
            idle,
            alike,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn independent_slopes_give_their_inverse() {
        let fit = Fit::new(&[vec![10.0, 0.0], vec![0.0, 4.0]]);
        assert_eq!(fit.standard_errors, [Some(0.1), Some(0.25)]);
        assert!(fit.idle.is_empty() && fit.alike.is_empty());
        // Two that share a target are less sure: (JᵀJ)⁻¹ of [[1, 0], [1, 1]]ᵀ… by hand.
        let fit = Fit::new(&[vec![1.0, 0.0], vec![1.0, 1.0]]);
        let errors: Vec<f64> = fit.standard_errors.into_iter().flatten().collect();
        assert!((errors[0] - 2.0_f64.sqrt()).abs() < 1e-12, "{errors:?}");
        assert!((errors[1] - 1.0).abs() < 1e-12, "{errors:?}");
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
        assert_eq!(fit.alike[0].members.len(), 3);
    }
}
