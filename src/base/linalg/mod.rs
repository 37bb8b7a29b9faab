//! Linear algebra of small, dense, symmetric matrices: Cholesky factors, eigenvalues, and the
//! correlation matrices of groups of correlated quantities.
//!
//! Every routine has a fixed order of floating-point operations, so its results are the same
//! bits on every machine.

mod cholesky;
mod correlation;
mod eigen;

pub use cholesky::{cholesky_clamped, solve_lower};
pub use correlation::{CorrelationGroup, correlation_factor, correlation_groups};
pub use eigen::eigen;

/// A square matrix by rows; a lower triangular one may leave out the zeros above its diagonal.
pub type Matrix = Vec<Vec<f64>>;

/// The Gram matrix AᵀA of a matrix A, of which `columns` holds the columns.
pub fn gram(columns: &[Vec<f64>]) -> Matrix {
    columns
        .iter()
        .map(|a| columns.iter().map(|b| dot(a, b)).collect())
        .collect()
}

/// The dot product of two vectors; the longer one is cut to the length of the other.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
