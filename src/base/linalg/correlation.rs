//! Correlation matrices given by their nonzero entries: groups of correlated members, Cholesky
//! factors, and the test whether a matrix is positive definite.

use super::Matrix;
use super::cholesky::factorize;
use std::collections::BTreeMap;

/// A pivot at or below this counts as 0, so the matrix as not positive definite.
const MAX_ZERO_PIVOT: f64 = 1e-9;

/// The Cholesky factor of the n×n correlation matrix with the given off-diagonal entries (row,
/// column, coefficient) and 0 elsewhere. `None` if the matrix is not positive definite.
pub fn correlation_factor(n: usize, entries: &[(usize, usize, f64)]) -> Option<Matrix> {
    let mut matrix = vec![vec![0.0; n]; n];
    for (i, row) in matrix.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    for &(i, j, coefficient) in entries {
        matrix[i][j] = coefficient;
        matrix[j][i] = coefficient;
    }
    let reject_zero = |pivot: f64| match pivot <= MAX_ZERO_PIVOT {
        true => Err(()),
        false => Ok(pivot),
    };
    factorize(&matrix, reject_zero).ok()
}

/// Members that are correlated with each other, directly or through others.
#[derive(Clone, Debug, PartialEq)]
pub struct CorrelationGroup {
    /// The members among all, ascending.
    pub members: Vec<usize>,
    /// The correlations within the group: positions in `members`, coefficient.
    pub entries: Vec<(usize, usize, f64)>,
}

/// Splits correlations of 0..n into groups that are independent of each other. Members without
/// correlations are left out.
pub fn correlation_groups(n: usize, entries: &[(usize, usize, f64)]) -> Vec<CorrelationGroup> {
    let links: Vec<(usize, usize)> = entries.iter().map(|&(a, b, _)| (a, b)).collect();
    let groups = connected_components(n, &links).into_iter();
    groups
        .map(|members| {
            let position = |node: usize| members.binary_search(&node).ok();
            let entries = entries
                .iter()
                .filter_map(|&(a, b, coefficient)| Some((position(a)?, position(b)?, coefficient)));
            CorrelationGroup {
                entries: entries.collect(),
                members,
            }
        })
        .collect()
}

/// The connected components of a graph over 0..n, each ascending, without those of one node.
fn connected_components(n: usize, links: &[(usize, usize)]) -> Vec<Vec<usize>> {
    // Disjoint sets: each node points to another of its component, the smallest to itself.
    let mut parents: Vec<usize> = (0..n).collect();
    for &(a, b) in links {
        let (a, b) = (root(&mut parents, a), root(&mut parents, b));
        parents[a.max(b)] = a.min(b);
    }
    let mut components: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for node in 0..n {
        let root = root(&mut parents, node);
        components.entry(root).or_default().push(node);
    }
    let components = components.into_values();
    components.filter(|members| members.len() > 1).collect()
}

/// The root of a node's set; shortens the path for the next call.
fn root(parents: &mut [usize], mut node: usize) -> usize {
    while parents[node] != node {
        parents[node] = parents[parents[node]];
        node = parents[node];
    }
    node
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factor_times_its_transpose_is_the_matrix() {
        let entries = [(1, 0, 0.5), (2, 0, -0.3), (2, 1, 0.2), (3, 2, 0.7)];
        let factor = correlation_factor(4, &entries).expect("positive definite");
        for i in 0..4 {
            for j in 0..=i {
                let product: f64 = (0..=j).map(|k| factor[i][k] * factor[j][k]).sum();
                let entry = entries.iter().find(|entry| (entry.0, entry.1) == (i, j));
                let expected = if i == j {
                    1.0
                } else {
                    entry.map_or(0.0, |entry| entry.2)
                };
                assert!((product - expected).abs() < 1e-15, "{i}, {j}");
            }
        }
    }

    #[test]
    fn exponential_correlations_have_a_known_factor() {
        // Coefficients cʲ⁻ⁱ between all: L[i][0] = cⁱ, L[i][j] = cⁱ⁻ʲ·√(1 − c²).
        let (n, c) = (60, 0.5_f64);
        let power = |exponent: usize| 1.0 / (1_u64 << exponent) as f64;
        let pairs = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
        let entries: Vec<_> = pairs.map(|(i, j)| (i, j, power(i - j))).collect();
        let factor = correlation_factor(n, &entries).expect("positive definite");
        for (i, row) in factor.iter().enumerate() {
            assert_eq!(row.len(), i + 1);
            for (j, &entry) in row.iter().enumerate() {
                let scale = if j == 0 { 1.0 } else { (1.0 - c * c).sqrt() };
                assert!((entry - power(i - j) * scale).abs() < 1e-15, "{i}, {j}");
            }
        }
    }

    #[test]
    fn matrices_that_are_not_positive_definite_are_rejected() {
        assert_eq!(
            correlation_factor(3, &[(1, 0, 0.9), (2, 1, 0.9), (2, 0, -0.9)]),
            None
        );
        assert_eq!(correlation_factor(2, &[(1, 0, 1.0)]), None);
    }

    #[test]
    fn correlated_members_are_grouped() {
        let entries = [(4, 1, 0.2), (1, 5, 0.3), (0, 3, 0.4)];
        let group = |members: &[usize], entries: &[(usize, usize, f64)]| CorrelationGroup {
            members: members.to_vec(),
            entries: entries.to_vec(),
        };
        assert_eq!(
            correlation_groups(6, &entries),
            [
                group(&[0, 3], &[(0, 1, 0.4)]),
                group(&[1, 4, 5], &[(1, 0, 0.2), (0, 2, 0.3)]),
            ]
        );
        assert!(correlation_groups(3, &[]).is_empty());
    }
}
