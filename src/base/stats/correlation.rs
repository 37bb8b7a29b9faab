//! Correlation matrices and their Cholesky factors.

use std::collections::BTreeMap;

/// The lower triangular L with L·Lᵀ = the correlation matrix that has the given off-diagonal
/// entries (row, column, coefficient) and 0 elsewhere; row i has i + 1 entries. `None` where the
/// matrix is not positive definite (a pivot of at most 10⁻⁹).
pub fn cholesky(n: usize, entries: &[(usize, usize, f64)]) -> Option<Vec<Vec<f64>>> {
    let mut matrix = vec![vec![0.0; n]; n];
    for (i, row) in matrix.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    for &(i, j, coefficient) in entries {
        matrix[i][j] = coefficient;
        matrix[j][i] = coefficient;
    }
    // Column by column, so that the innermost loop runs over rows, which do not wait for each
    // other; every entry is the sum of the same products in the same order as row by row.
    let mut columns: Vec<Vec<f64>> = Vec::with_capacity(n);
    for j in 0..n {
        let mut known = vec![0.0; n - j];
        for (k, column) in columns.iter().enumerate() {
            let below = &column[j - k..];
            let own = below[0];
            if own != 0.0 {
                for (sum, entry) in known.iter_mut().zip(below) {
                    *sum += entry * own;
                }
            }
        }
        let pivot = 1.0 - known[0];
        if pivot <= 1e-9 {
            return None;
        }
        let root = pivot.sqrt();
        let rest = (1..n - j).map(|below| (matrix[j + below][j] - known[below]) / root);
        columns.push(std::iter::once(root).chain(rest).collect());
    }
    let row = |i: usize| (0..=i).map(|j| columns[j][i - j]).collect();
    Some((0..n).map(row).collect())
}

/// Groups what is linked: the connected components of a graph over 0..n, each ascending, those
/// of one node left out.
pub fn groups(n: usize, links: &[(usize, usize)]) -> Vec<Vec<usize>> {
    // Each node points to another of its component, the least of them to itself.
    let mut least: Vec<usize> = (0..n).collect();
    for &(a, b) in links {
        let (a, b) = (root(&mut least, a), root(&mut least, b));
        least[a.max(b)] = a.min(b);
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for node in 0..n {
        groups.entry(root(&mut least, node)).or_default().push(node);
    }
    let groups = groups.into_values();
    groups.filter(|members| members.len() > 1).collect()
}

/// The end of the way from a node, which is made shorter for the next one (disjoint sets).
fn root(next: &mut [usize], mut node: usize) -> usize {
    while next[node] != node {
        next[node] = next[next[node]];
        node = next[node];
    }
    node
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_gives_back_the_matrix() {
        let entries = [(1, 0, 0.5), (2, 0, -0.3), (2, 1, 0.2), (3, 2, 0.7)];
        let factor = cholesky(4, &entries).expect("positive definite");
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
    fn a_chain_has_the_factor_that_can_be_written_down() {
        // Coefficients cʲ⁻ⁱ between all: L[i][0] = cⁱ, L[i][j] = cⁱ⁻ʲ·√(1 − c²).
        let (n, c) = (60, 0.5_f64);
        let power = |exponent: usize| 1.0 / (1_u64 << exponent) as f64;
        let pairs = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
        let entries: Vec<_> = pairs.map(|(i, j)| (i, j, power(i - j))).collect();
        let factor = cholesky(n, &entries).expect("positive definite");
        for (i, row) in factor.iter().enumerate() {
            assert_eq!(row.len(), i + 1);
            for (j, &entry) in row.iter().enumerate() {
                let scale = if j == 0 { 1.0 } else { (1.0 - c * c).sqrt() };
                assert!((entry - power(i - j) * scale).abs() < 1e-15, "{i}, {j}");
            }
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert_eq!(cholesky(3, &[(1, 0, 0.9), (2, 1, 0.9), (2, 0, -0.9)]), None);
        assert_eq!(cholesky(2, &[(1, 0, 1.0)]), None);
    }

    #[test]
    fn linked_nodes_are_grouped() {
        assert_eq!(
            groups(6, &[(4, 1), (1, 5), (0, 3)]),
            vec![vec![0, 3], vec![1, 4, 5]]
        );
        assert!(groups(3, &[]).is_empty());
    }
}
