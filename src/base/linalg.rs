//! The few matrices of a fit: small, dense, symmetric.
//!
//! By hand, because the dimensions are those of a command line: a few to a few dozen.

use crate::base::math::double::sqrt;

/// A square matrix by rows.
pub type Matrix = Vec<Vec<f64>>;

/// The products of every two columns, which are given as rows here.
pub fn gram(columns: &[Vec<f64>]) -> Matrix {
    let product = |a: &[f64], b: &[f64]| dot(a, b);
    columns
        .iter()
        .map(|a| columns.iter().map(|b| product(a, b)).collect())
        .collect()
}

pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The lower triangular L with L·Lᵀ = the matrix; a pivot that rounding has brought to 0 or below
/// is taken as `least`, so that a degenerate sample still has a factor.
pub fn cholesky(matrix: &Matrix, least: f64) -> Matrix {
    let n = matrix.len();
    let mut factor = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let known = dot(&factor[i][..j], &factor[j][..j]);
            factor[i][j] = if i == j {
                sqrt((matrix[i][i] - known).max(least))
            } else {
                (matrix[i][j] - known) / factor[j][j]
            };
        }
    }
    factor
}

/// x with L·x = b.
pub fn solve_lower(factor: &Matrix, b: &[f64]) -> Vec<f64> {
    let mut x: Vec<f64> = Vec::with_capacity(b.len());
    for (row, b) in factor.iter().zip(b) {
        let known = dot(&row[..x.len()], &x);
        x.push((b - known) / row[x.len()]);
    }
    x
}

/// Eigenvalues with their unit eigenvectors, ascending, by Jacobi's rotations (Golub and Van Loan
/// 2013, section 8.5).
pub fn eigen(matrix: &Matrix) -> Vec<(f64, Vec<f64>)> {
    const MAX_SWEEPS: usize = 60;
    let n = matrix.len();
    let mut a = matrix.clone();
    let mut vectors: Matrix = (0..n)
        .map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect())
        .collect();
    let size: f64 = (0..n).map(|i| a[i][i].abs()).sum();
    for _ in 0..MAX_SWEEPS {
        let off = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
        let off: f64 = off.map(|(i, j)| a[i][j].abs()).sum();
        if off <= 1e-14 * size {
            break;
        }
        for q in 1..n {
            for p in 0..q {
                rotate(&mut a, &mut vectors, p, q);
            }
        }
    }
    let column = |j: usize| vectors.iter().map(|row| row[j]).collect();
    let mut pairs: Vec<(f64, Vec<f64>)> = (0..n).map(|j| (a[j][j], column(j))).collect();
    pairs.sort_by(|one, other| one.0.total_cmp(&other.0));
    pairs
}

/// Makes a[p][q] zero.
fn rotate(a: &mut Matrix, vectors: &mut Matrix, p: usize, q: usize) {
    if a[p][q] == 0.0 {
        return;
    }
    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let t = theta.signum() / (theta.abs() + sqrt(theta * theta + 1.0));
    let cosine = 1.0 / sqrt(t * t + 1.0);
    let sine = t * cosine;
    let turn = |x: f64, y: f64| (cosine * x - sine * y, sine * x + cosine * y);
    for row in a.iter_mut().chain(vectors.iter_mut()) {
        (row[p], row[q]) = turn(row[p], row[q]);
    }
    for k in 0..a.len() {
        (a[p][k], a[q][k]) = turn(a[p][k], a[q][k]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_gives_back_its_matrix() {
        let matrix = vec![
            vec![4.0, 2.0, 0.5],
            vec![2.0, 3.0, 1.0],
            vec![0.5, 1.0, 2.0],
        ];
        let factor = cholesky(&matrix, 1e-300);
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
    fn eigenvectors_are_turned_into_multiples_of_themselves() {
        let matrix = vec![
            vec![2.0, 1.0, 0.0],
            vec![1.0, 2.0, 0.3],
            vec![0.0, 0.3, 0.1],
        ];
        let pairs = eigen(&matrix);
        assert!(pairs[0].0 < pairs[1].0 && pairs[1].0 < pairs[2].0);
        for (value, vector) in &pairs {
            assert!((dot(vector, vector) - 1.0).abs() < 1e-13);
            for (row, component) in matrix.iter().zip(vector) {
                assert!((dot(row, vector) - value * component).abs() < 1e-13);
            }
        }
        let trace: f64 = pairs.iter().map(|pair| pair.0).sum();
        assert!((trace - 4.1).abs() < 1e-13);
    }

    #[test]
    fn equal_diagonals_are_turned_by_an_eighth() {
        let pairs = eigen(&vec![vec![1.0, -0.9], vec![-0.9, 1.0]]);
        assert!((pairs[0].0 - 0.1).abs() < 1e-14);
        assert!((pairs[0].1[0] - pairs[0].1[1]).abs() < 1e-14);
    }
}
