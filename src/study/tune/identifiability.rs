//! Identifiability of the free parameters from the Jacobian at the minimum.
//!
//! Standard errors are the square roots of the diagonal of (JᵀJ)⁻¹, with the tolerances as standard
//! errors of the targets. Parameters that are not separately identifiable are found from the
//! eigenvectors of JᵀJ with columns scaled to length 1 (Belsley, Kuh & Welsch 1980). A direction is
//! unidentified if its eigenvalue is no larger than the Monte Carlo error of J leaves of an exact 0
//! (for two parameters, a correlation of their columns above 0.99), or if moving along it over a whole
//! range changes the targets by less than two tolerances.

use crate::base::linalg::{dot, eigen, gram};
use crate::base::math::double::sqrt;

/// How well the targets determine the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Identifiability {
    /// By parameter, its standard error as a share of its range; `None` if it is idle or not
    /// separately identifiable.
    pub standard_errors: Vec<Option<f64>>,
    /// Parameters whose whole range changes the targets by less than a tenth of a tolerance.
    pub idle: Vec<usize>,
    /// Groups of parameters that are not separately identifiable.
    pub groups: Vec<UnidentifiedGroup>,
}

/// Parameters that are not separately identifiable.
#[derive(Clone, Debug, PartialEq)]
pub struct UnidentifiedGroup {
    /// The parameters, each with its component of an unidentified direction, as a share of its range;
    /// the largest absolute component is 1.
    pub members: Vec<(usize, f64)>,
    /// Number of unidentified directions.
    pub n_directions: usize,
}

/// Length of a column of the Jacobian, in tolerances, below which a parameter is idle.
const MIN_LENGTH: f64 = 0.1;
/// Eigenvalue below which a direction is unidentified.
const MIN_EIGENVALUE: f64 = 0.01;
/// Change of the targets over a whole range, in tolerances, below which a direction is unidentified.
const MIN_CHANGE: f64 = 2.0;
/// Component of an eigenvector from which on a parameter is a member of the group.
const MIN_COMPONENT: f64 = 0.2;

impl Identifiability {
    /// From the Jacobian, which is indexed by parameter, then residual.
    pub fn new(jacobian: &[Vec<f64>]) -> Self {
        let lengths: Vec<f64> = jacobian
            .iter()
            .map(|column| sqrt(dot(column, column)))
            .collect();
        let is_idle = |i: &usize| lengths[*i] < MIN_LENGTH;
        let idle: Vec<usize> = (0..jacobian.len()).filter(is_idle).collect();
        let active: Vec<usize> = (0..jacobian.len()).filter(|i| !is_idle(i)).collect();
        let unit = |&i: &usize| jacobian[i].iter().map(|x| x / lengths[i]).collect();
        let units: Vec<Vec<f64>> = active.iter().map(unit).collect();
        let (mut identified, mut unidentified) = (Vec::new(), Vec::new());
        for (value, vector) in eigen(&gram(&units)) {
            let direction = UnidentifiedGroup::new(&vector, &active, &lengths);
            let change = sqrt(value.max(0.0)) / max_component(&vector, &active, &lengths);
            // A single parameter with little influence has a large standard error instead.
            if value < MIN_EIGENVALUE || (change < MIN_CHANGE && direction.members.len() > 1) {
                unidentified.push(direction);
            } else {
                identified.push((value, vector));
            }
        }
        let groups = merge_overlapping(unidentified);
        let mut standard_errors = vec![None; jacobian.len()];
        for (k, &i) in active.iter().enumerate() {
            let is_unidentified = groups.iter().any(|group| group.contains(i));
            let parts = identified.iter();
            let variance: f64 = parts
                .map(|(value, vector)| vector[k] * vector[k] / value)
                .sum();
            standard_errors[i] = (!is_unidentified).then(|| sqrt(variance) / lengths[i]);
        }
        Self {
            standard_errors,
            idle,
            groups,
        }
    }
}

/// The largest absolute component of a direction, as a share of a range.
fn max_component(vector: &[f64], active: &[usize], lengths: &[f64]) -> f64 {
    let components = vector.iter().zip(active);
    let components = components.map(|(part, &i)| part.abs() / lengths[i]);
    components.fold(0.0, f64::max)
}

impl UnidentifiedGroup {
    /// The members of one direction.
    fn new(vector: &[f64], active: &[usize], lengths: &[f64]) -> Self {
        let max = max_component(vector, active, lengths);
        let parts = vector.iter().zip(active);
        let members = parts.filter(|(part, _)| part.abs() >= MIN_COMPONENT);
        Self {
            members: members
                .map(|(part, &i)| (i, part / lengths[i] / max))
                .collect(),
            n_directions: 1,
        }
    }

    fn contains(&self, parameter: usize) -> bool {
        self.members.iter().any(|&(one, _)| one == parameter)
    }
}

/// Merges directions that share a parameter, since their linear combinations are unidentified too.
fn merge_overlapping(directions: Vec<UnidentifiedGroup>) -> Vec<UnidentifiedGroup> {
    let mut groups: Vec<UnidentifiedGroup> = Vec::new();
    for mut group in directions {
        let overlaps =
            |other: &UnidentifiedGroup| other.members.iter().any(|&(one, _)| group.contains(one));
        let (overlapping, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(overlaps);
        for other in overlapping {
            let new = other
                .members
                .into_iter()
                .filter(|(one, _)| !group.contains(*one));
            let new: Vec<(usize, f64)> = new.collect();
            group.members.extend(new);
            group.n_directions += other.n_directions;
        }
        group.members.sort_by_key(|&(one, _)| one);
        groups = others;
        groups.push(group);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_errors_are_those_of_the_inverse() {
        let result = Identifiability::new(&[vec![10.0, 0.0], vec![0.0, 4.0]]);
        assert_eq!(result.standard_errors, [Some(0.1), Some(0.25)]);
        assert!(result.idle.is_empty() && result.groups.is_empty());
        // Two that share a target: (JᵀJ)⁻¹ of [[10, 0], [10, 10]]ᵀ by hand.
        let result = Identifiability::new(&[vec![10.0, 0.0], vec![10.0, 10.0]]);
        let errors: Vec<f64> = result.standard_errors.into_iter().flatten().collect();
        assert!(
            (errors[0] - 0.1 * 2.0_f64.sqrt()).abs() < 1e-12,
            "{errors:?}"
        );
        assert!((errors[1] - 0.1).abs() < 1e-12, "{errors:?}");
    }

    #[test]
    fn collinear_columns_are_a_group() {
        let result = Identifiability::new(&[
            vec![10.0, 1.0, 0.0],
            vec![0.0, 0.0, 7.0],
            vec![-20.0, -2.1, 0.0],
            vec![0.0, 0.01, 0.0],
        ]);
        assert_eq!(result.idle, [3]);
        assert_eq!(result.groups.len(), 1);
        let members = &result.groups[0].members;
        assert_eq!((members[0].0, members[1].0), (0, 2));
        // Opposite columns: both may increase together, the longer one half as far.
        assert!((members[1].1 / members[0].1 - 0.5).abs() < 0.01);
        assert_eq!(result.standard_errors[0], None);
        assert!((result.standard_errors[1].unwrap() - 1.0 / 7.0).abs() < 1e-12);
    }

    #[test]
    fn more_parameters_than_targets_are_a_group() {
        let result = Identifiability::new(&[vec![3.0, 0.0], vec![2.0, 2.0], vec![0.0, 3.0]]);
        assert_eq!(result.groups.len(), 1);
        assert_eq!(result.groups[0].n_directions, 1);
        assert_eq!(result.groups[0].members.len(), 3);
    }

    #[test]
    fn strong_influence_identifies_nearly_collinear_columns() {
        // A correlation of 0.98 and columns of length 100: by hand, the standard error is
        // 1/(100·√(1 − 0.98²)).
        let across = sqrt(1.0 - 0.98 * 0.98);
        let column = |size: f64| vec![size * 0.98, size * across];
        let result = Identifiability::new(&[vec![100.0, 0.0], column(100.0)]);
        assert!(result.groups.is_empty(), "{:?}", result.groups);
        let expected = 0.01 / across;
        assert!((result.standard_errors[0].unwrap() - expected).abs() < 1e-9);
        // The same angle with columns of length 3: the targets change by half a tolerance.
        let result = Identifiability::new(&[vec![3.0, 0.0], column(3.0)]);
        assert_eq!(result.groups.len(), 1);
        assert_eq!(result.standard_errors, [None, None]);
    }

    #[test]
    fn overlapping_directions_are_one_group() {
        // Four that move the same target, and one that moves another.
        let same = || vec![5.0, 0.0];
        let result = Identifiability::new(&[same(), same(), vec![0.0, 4.0], same(), same()]);
        assert_eq!(result.groups.len(), 1);
        assert_eq!(result.groups[0].n_directions, 3);
        let members: Vec<usize> = result.groups[0].members.iter().map(|one| one.0).collect();
        assert_eq!(members, [0, 1, 3, 4]);
        assert_eq!(result.standard_errors[2], Some(0.25));
    }
}
