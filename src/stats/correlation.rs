//! Correlation matrices and their Cholesky factors.

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
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(n);
    for i in 0..n {
        let mut row = Vec::with_capacity(i + 1);
        for j in 0..i {
            let known: f64 = (0..j).map(|k| row[k] * factor[j][k]).sum();
            row.push((matrix[i][j] - known) / factor[j][j]);
        }
        let pivot = 1.0 - row.iter().map(|x: &f64| x * x).sum::<f64>();
        if pivot <= 1e-9 {
            return None;
        }
        row.push(pivot.sqrt());
        factor.push(row);
    }
    Some(factor)
}

/// Groups what is linked: the connected components of a graph over 0..n, each ascending, those
/// of one node left out.
pub fn groups(n: usize, links: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut group: Vec<usize> = (0..n).collect();
    // Small graphs: merging by relabelling is plain and fast enough.
    for &(a, b) in links {
        let (keep, drop) = (group[a].min(group[b]), group[a].max(group[b]));
        group
            .iter_mut()
            .filter(|label| **label == drop)
            .for_each(|label| *label = keep);
    }
    (0..n)
        .map(|label| {
            (0..n)
                .filter(|&node| group[node] == label)
                .collect::<Vec<_>>()
        })
        .filter(|members| members.len() > 1)
        .collect()
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
