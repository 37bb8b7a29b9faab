//! The Cholesky factorization (Golub and Van Loan 2013, section 4.2).

use super::{Matrix, dot};
use crate::base::math::double::sqrt;
use std::convert::Infallible;

/// The lower triangular L with L·Lᵀ = `matrix`; row i has i + 1 entries. `pivot_rule` takes each
/// pivot, the square of a diagonal entry of L, and returns the value to use, above 0.
///
/// # Errors
/// The error of `pivot_rule`, at the first pivot that it rejects.
pub(super) fn factorize<E>(
    matrix: &[Vec<f64>],
    pivot_rule: impl Fn(f64) -> Result<f64, E>,
) -> Result<Matrix, E> {
    let n = matrix.len();
    // Column by column, so that the entries of the innermost loop do not depend on each other.
    // Each entry is the sum of the same products in the same order as row by row.
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
        let root = sqrt(pivot_rule(matrix[j][j] - known[0])?);
        let rest = (1..n - j).map(|below| (matrix[j + below][j] - known[below]) / root);
        columns.push(std::iter::once(root).chain(rest).collect());
    }
    let row = |i: usize| (0..=i).map(|j| columns[j][i - j]).collect();
    Ok((0..n).map(row).collect())
}

/// The Cholesky factor of a covariance matrix that may be singular: pivots below `min_pivot` > 0,
/// which rounding may have made negative, are replaced by it.
pub fn cholesky_clamped(matrix: &[Vec<f64>], min_pivot: f64) -> Matrix {
    let Ok(factor) = factorize(matrix, |pivot| Ok::<_, Infallible>(pivot.max(min_pivot)));
    factor
}

/// The solution x of L·x = b by forward substitution, L = `factor`.
pub fn solve_lower(factor: &Matrix, b: &[f64]) -> Vec<f64> {
    let mut x: Vec<f64> = Vec::with_capacity(b.len());
    for (row, b) in factor.iter().zip(b) {
        let known = dot(&row[..x.len()], &x);
        x.push((b - known) / row[x.len()]);
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factor_times_its_transpose_is_the_matrix() {
        let matrix = vec![
            vec![4.0, 2.0, 0.5],
            vec![2.0, 3.0, 1.0],
            vec![0.5, 1.0, 2.0],
        ];
        let factor = cholesky_clamped(&matrix, 1e-300);
        for i in 0..3 {
            for j in 0..3 {
                assert!((dot(&factor[i], &factor[j]) - matrix[i][j]).abs() < 1e-14);
            }
        }
        let x = solve_lower(&factor, &[1.0, 2.0, 3.0]);
        for (row, b) in factor.iter().zip([1.0, 2.0, 3.0]) {
            assert!((dot(row, &x) - b).abs() < 1e-14);
        }
    }

    #[test]
    fn singular_matrix_has_a_clamped_factor() {
        let factor = cholesky_clamped(&[vec![1.0, 1.0], vec![1.0, 1.0]], 1e-12);
        assert_eq!(factor, [vec![1.0], vec![1.0, 1e-6]]);
    }
}
