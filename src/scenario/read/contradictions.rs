//! Correlations that cannot all be true: a matrix of them must be positive definite.
//!
//! If a goes with b and b with c, then a cannot go against c. Each connected group of what is
//! correlated is looked at by itself, in the order of the names, as the compiler does.

use super::super::findings::Findings;
use crate::base::diagnostic::Span;
use crate::base::stats::correlation::{cholesky, groups};

/// A correlation of two sources of luck.
pub(super) struct Link<'s> {
    /// Their names, two different ones; no two links have the same.
    pub ends: [&'s str; 2],
    /// The coefficient, in (−1, 1).
    pub coefficient: f64,
    /// Where it stands.
    pub span: Span,
}

/// An entry of a matrix: row, column, coefficient.
type Entry = (usize, usize, f64);

/// How many names a message lists.
const NAMED: usize = 6;
/// Up to this size of a group, it is worked out what one coefficient could be.
const WORKED_OUT: usize = 200;
/// How often the search for the contradiction goes round; it need not be exact.
const ROUNDS: usize = 300;

/// Reports each group of links whose coefficients contradict one another.
pub(super) fn report_contradictions(links: &[Link<'_>], findings: &mut Findings) {
    let mut names: Vec<_> = links.iter().flat_map(|link| link.ends).collect();
    names.sort_unstable();
    names.dedup();
    let place = |name: &str| names.partition_point(|known| *known < name);
    let pairs: Vec<_> = links
        .iter()
        .map(|link| (place(link.ends[0]), place(link.ends[1])))
        .collect();
    for members in groups(names.len(), &pairs) {
        let inner: Vec<_> = links
            .iter()
            .zip(&pairs)
            .filter_map(|(link, (a, b))| {
                let (a, b) = (
                    members.binary_search(a).ok()?,
                    members.binary_search(b).ok()?,
                );
                Some((link, (a, b, link.coefficient)))
            })
            .collect();
        let entries: Vec<Entry> = inner.iter().map(|(_, entry)| *entry).collect();
        if cholesky(members.len(), &entries).is_none() {
            let members: Vec<_> = members.iter().map(|member| names[*member]).collect();
            let contradiction = Contradiction::find(members.len(), &entries);
            let link = inner[contradiction.entry].0;
            report(&contradiction, &members, link, &entries, findings);
        }
    }
}

/// Where the coefficients of a group contradict one another most.
struct Contradiction {
    /// The members that it hangs on.
    members: Vec<usize>,
    /// The weakest of those entries that do much for it; of equal ones, the last.
    entry: usize,
}

impl Contradiction {
    /// Looks for the sum of the members that would have the least variance, which is not above
    /// 0: the eigenvector of the least eigenvalue, by power iteration on a matrix shifted so
    /// that it becomes the greatest.
    fn find(n: usize, entries: &[Entry]) -> Self {
        let mut sums = vec![0.0; n];
        for &(a, b, coefficient) in entries {
            sums[a] += coefficient.abs();
            sums[b] += coefficient.abs();
        }
        let shift = sums.iter().copied().fold(0.0, f64::max);
        // Any start serves that is no eigenvector by chance.
        let golden = 0.618_033_988_749_894_9;
        let mut vector: Vec<f64> = (1..=n).map(|i| 0.5 + (golden * i as f64) % 1.0).collect();
        for _ in 0..ROUNDS {
            let mut next: Vec<f64> = vector.iter().map(|x| shift * x).collect();
            for &(a, b, coefficient) in entries {
                next[a] -= coefficient * vector[b];
                next[b] -= coefficient * vector[a];
            }
            let length = next.iter().map(|x| x * x).sum::<f64>().sqrt();
            vector = next.iter().map(|x| x / length).collect();
        }
        let most = vector.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        // Each entry's share in the variance; those that lower it much could each be blamed.
        let share = |&(a, b, coefficient): &Entry| coefficient * vector[a] * vector[b];
        let least = entries.iter().map(share).fold(0.0, f64::min);
        let blamable = (0..entries.len())
            .rev()
            .filter(|&k| share(&entries[k]) <= 0.25 * least);
        let weakest = blamable.min_by(|&k, &l| entries[k].2.abs().total_cmp(&entries[l].2.abs()));
        Self {
            members: (0..n).filter(|&i| vector[i].abs() > 0.1 * most).collect(),
            entry: weakest.unwrap_or(0),
        }
    }
}

fn report(
    contradiction: &Contradiction,
    names: &[&str],
    link: &Link<'_>,
    entries: &[Entry],
    findings: &mut Findings,
) {
    let concerned = &contradiction.members;
    let shown: Vec<_> = concerned
        .iter()
        .take(NAMED)
        .map(|&one| format!("`{}`", names[one]))
        .collect();
    let others = match concerned.len().saturating_sub(NAMED) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let message = format!(
        "the coefficients of {}{others} contradict one another",
        shown.join(", ")
    );
    let [a, b] = link.ends;
    let hint = match possible(names.len(), entries, contradiction.entry) {
        Some((low, high)) => {
            format!("beside the others, that of `{a}` and `{b}` may be from {low} to {high}")
        }
        None => format!("weaken several, first that of `{a}` and `{b}`"),
    };
    findings.error("contradiction", link.span, message, hint);
}

/// What one entry could be, all others being as they are, in hundredths; `None` where the others
/// contradict one another by themselves.
///
/// With the two members last, L·Lᵀ gives their entry as the product of their rows; what is free
/// in it is the product of their pivots, times −1 to 1.
fn possible(n: usize, entries: &[Entry], which: usize) -> Option<(f64, f64)> {
    if n > WORKED_OUT {
        return None;
    }
    let (a, b, _) = entries[which];
    let row = |last: usize| {
        let order: Vec<_> = (0..n).filter(|&i| i != a && i != b).chain([last]).collect();
        let place = |member: usize| order.iter().position(|&one| one == member);
        let inner: Vec<Entry> = entries
            .iter()
            .filter_map(|&(a, b, coefficient)| Some((place(a)?, place(b)?, coefficient)))
            .collect();
        cholesky(order.len(), &inner)?.pop()
    };
    let (mut first, mut second) = (row(a)?, row(b)?);
    let free = first.pop()? * second.pop()?;
    let fixed: f64 = first.iter().zip(&second).map(|(x, y)| x * y).sum();
    let low = ((fixed - free) * 100.0).floor() / 100.0 + 0.01;
    let high = ((fixed + free) * 100.0).ceil() / 100.0 - 0.01;
    let rounded = |value: f64| (value * 100.0).round() / 100.0;
    (low < high).then(|| (rounded(low), rounded(high)))
}
