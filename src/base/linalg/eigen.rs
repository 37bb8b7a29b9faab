//! Eigenvalues and eigenvectors by Jacobi's rotations (Golub and Van Loan 2013, section 8.5).

use super::Matrix;
use crate::base::math::double::sqrt;

/// The eigenvalues of a symmetric matrix with their unit eigenvectors, in ascending order.
pub fn eigen(matrix: &Matrix) -> Vec<(f64, Vec<f64>)> {
    const MAX_SWEEPS: usize = 60;
    let n = matrix.len();
    let mut a = matrix.clone();
    let mut vectors: Matrix = (0..n)
        .map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect())
        .collect();
    let diagonal_sum: f64 = (0..n).map(|i| a[i][i].abs()).sum();
    for _ in 0..MAX_SWEEPS {
        let off_diagonal_sum = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
        let off_diagonal_sum: f64 = off_diagonal_sum.map(|(i, j)| a[i][j].abs()).sum();
        if off_diagonal_sum <= 1e-14 * diagonal_sum {
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

/// Rotates rows and columns p and q so that a[p][q] becomes zero.
fn rotate(a: &mut Matrix, vectors: &mut Matrix, p: usize, q: usize) {
    if a[p][q] == 0.0 {
        return;
    }
    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let t = theta.signum() / (theta.abs() + sqrt(theta * theta + 1.0));
    let cosine = 1.0 / sqrt(t * t + 1.0);
    let sine = t * cosine;
    let rotate_pair = |x: f64, y: f64| (cosine * x - sine * y, sine * x + cosine * y);
    for row in a.iter_mut().chain(vectors.iter_mut()) {
        (row[p], row[q]) = rotate_pair(row[p], row[q]);
    }
    for k in 0..a.len() {
        (a[p][k], a[q][k]) = rotate_pair(a[p][k], a[q][k]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::dot;
    use super::*;

    #[test]
    fn matrix_scales_its_eigenvectors() {
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
    fn equal_diagonal_entries_rotate_by_45_degrees() {
        let pairs = eigen(&vec![vec![1.0, -0.9], vec![-0.9, 1.0]]);
        assert!((pairs[0].0 - 0.1).abs() < 1e-14);
        assert!((pairs[0].1[0] - pairs[0].1[1]).abs() < 1e-14);
    }
}
