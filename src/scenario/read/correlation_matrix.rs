//! Checks that the correlation matrix of each group of correlated members is positive definite, and
//! reports which coefficients are inconsistent and what one of them could be.

use super::super::diagnostics::DiagnosticSink;
use crate::base::diagnostic::Span;
use crate::base::linalg::{CorrelationGroup, correlation_factor, correlation_groups};

/// A correlation between two random numbers.
pub(super) struct NamedCorrelation<'s> {
    /// Their names, which differ. No two correlations have the same pair.
    pub ends: [&'s str; 2],
    pub coefficient: f64,
    /// Where the coefficient stands.
    pub span: Span,
}

/// An entry of a correlation matrix: row, column, coefficient.
type MatrixEntry = (usize, usize, f64);

/// Maximum number of names in a message.
const MAX_NAMES: usize = 6;
/// Up to this size of a group, the message says which values a coefficient can have.
const MAX_SOLVED_SIZE: usize = 200;
/// Iterations of the power method, which need not converge: it only selects what to report.
const N_ITERATIONS: usize = 300;

/// Reports each group whose correlation matrix is not positive definite.
pub(super) fn report_inconsistencies(
    correlations: &[NamedCorrelation<'_>],
    sink: &mut DiagnosticSink,
) {
    // In the order of the names, as the compiler does.
    let mut names: Vec<_> = correlations.iter().flat_map(|one| one.ends).collect();
    names.sort_unstable();
    names.dedup();
    let position = |name: &str| names.partition_point(|known| *known < name);
    let entries: Vec<MatrixEntry> = correlations
        .iter()
        .map(|one| {
            let [a, b] = one.ends.map(position);
            (a, b, one.coefficient)
        })
        .collect();
    for group in correlation_groups(names.len(), &entries) {
        if correlation_factor(group.members.len(), &group.entries).is_none() {
            let members: Vec<_> = group.members.iter().map(|&member| names[member]).collect();
            report(&group, &members, correlations, sink);
        }
    }
}

/// The part of a matrix that is not positive definite.
struct Inconsistency {
    /// The members that it depends on.
    members: Vec<usize>,
    /// The entry to report: the weakest of those that contribute much; of equal ones, the last.
    entry: usize,
}

impl Inconsistency {
    /// Finds the linear combination of the members with the smallest variance, which is not above
    /// 0: the eigenvector of the smallest eigenvalue, by power iteration on a matrix shifted so
    /// that this eigenvalue becomes the largest.
    fn find(group: &CorrelationGroup) -> Self {
        let (n, entries) = (group.members.len(), &group.entries);
        let mut sums = vec![0.0; n];
        for &(a, b, coefficient) in entries {
            sums[a] += coefficient.abs();
            sums[b] += coefficient.abs();
        }
        let shift = sums.iter().copied().fold(0.0, f64::max);
        // Any start serves that is not orthogonal to the eigenvector.
        let golden = 0.618_033_988_749_894_9;
        let mut vector: Vec<f64> = (1..=n).map(|i| 0.5 + (golden * i as f64) % 1.0).collect();
        for _ in 0..N_ITERATIONS {
            let mut next: Vec<f64> = vector.iter().map(|x| shift * x).collect();
            for &(a, b, coefficient) in entries {
                next[a] -= coefficient * vector[b];
                next[b] -= coefficient * vector[a];
            }
            let length = next.iter().map(|x| x * x).sum::<f64>().sqrt();
            vector = next.iter().map(|x| x / length).collect();
        }
        let max = vector.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
        // Each entry's share of the variance. Any of those that lower it much can be reported.
        let share = |&(a, b, coefficient): &MatrixEntry| coefficient * vector[a] * vector[b];
        let min = entries.iter().map(share).fold(0.0, f64::min);
        let candidates = (0..entries.len())
            .rev()
            .filter(|&k| share(&entries[k]) <= 0.25 * min);
        let weakest = candidates.min_by(|&k, &l| entries[k].2.abs().total_cmp(&entries[l].2.abs()));
        Self {
            members: (0..n).filter(|&i| vector[i].abs() > 0.1 * max).collect(),
            entry: weakest.unwrap_or(0),
        }
    }
}

/// Reports a group whose members have these names.
fn report(
    group: &CorrelationGroup,
    names: &[&str],
    correlations: &[NamedCorrelation<'_>],
    sink: &mut DiagnosticSink,
) {
    let inconsistency = Inconsistency::find(group);
    let members = &inconsistency.members;
    let shown: Vec<_> = members
        .iter()
        .take(MAX_NAMES)
        .map(|&one| format!("`{}`", names[one]))
        .collect();
    let others = match members.len().saturating_sub(MAX_NAMES) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let message = format!(
        "the correlations of {}{others} are inconsistent: their matrix is not positive definite",
        shown.join(", ")
    );
    let (a, b, _) = group.entries[inconsistency.entry];
    let [a, b] = [names[a], names[b]];
    let hint = match possible_range(group, inconsistency.entry) {
        Some((low, high)) => format!(
            "with the others unchanged, the coefficient of `{a}` and `{b}` can be from {low} to {high}"
        ),
        None => {
            format!("reduce several coefficients, beginning with that of `{a}` and `{b}`")
        }
    };
    let Some(correlation) = correlations.iter().find(|one| one.ends == [a, b]) else {
        return;
    };
    sink.error("not-positive-definite", correlation.span, message, hint);
}

/// The values that one entry can have, all others unchanged, in hundredths; `None` if the others
/// are inconsistent by themselves.
///
/// With the two members last, L·Lᵀ gives their entry as the product of their rows. Its free part
/// is the product of their pivots, times −1 to 1.
fn possible_range(group: &CorrelationGroup, which: usize) -> Option<(f64, f64)> {
    let (n, entries) = (group.members.len(), &group.entries);
    if n > MAX_SOLVED_SIZE {
        return None;
    }
    let (a, b, _) = entries[which];
    let row = |last: usize| {
        let order: Vec<_> = (0..n).filter(|&i| i != a && i != b).chain([last]).collect();
        let position = |member: usize| order.iter().position(|&one| one == member);
        let inner: Vec<MatrixEntry> = entries
            .iter()
            .filter_map(|&(a, b, coefficient)| Some((position(a)?, position(b)?, coefficient)))
            .collect();
        correlation_factor(order.len(), &inner)?.pop()
    };
    let (mut first, mut second) = (row(a)?, row(b)?);
    let free = first.pop()? * second.pop()?;
    let fixed: f64 = first.iter().zip(&second).map(|(x, y)| x * y).sum();
    let low = ((fixed - free) * 100.0).floor() / 100.0 + 0.01;
    let high = ((fixed + free) * 100.0).ceil() / 100.0 - 0.01;
    let rounded = |value: f64| (value * 100.0).round() / 100.0;
    (low < high).then(|| (rounded(low), rounded(high)))
}
