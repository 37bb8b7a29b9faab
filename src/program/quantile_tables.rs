//! Tabulated inverse CDFs that several bound programs share.
//!
//! Tabulating takes most of the time of binding. A study that binds many programs with the same
//! distributions keeps one [`QuantileTables`], so that each distribution is tabulated once.

use crate::base::random::{Distribution, QuantileTable};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Maximum size of the tables of one generation \[bytes\]. Two generations are kept.
const GENERATION_BYTES: usize = 16 * 1024 * 1024;

/// The tables of inverse CDFs by distribution. At most 32 MiB of tables are kept, preferably those
/// that were used last.
#[derive(Debug, Default)]
pub struct QuantileTables(Mutex<Generations>);

/// When the recent generation is full, it replaces the earlier one. A table that is used again moves
/// to the recent generation.
#[derive(Debug, Default)]
struct Generations {
    recent: BTreeMap<Key, Arc<QuantileTable>>,
    recent_bytes: usize,
    earlier: BTreeMap<Key, Arc<QuantileTable>>,
}

/// The family of a distribution and the bits of its parameters.
type Key = (u8, [u64; 4]);

impl QuantileTables {
    /// The tables of the distributions, in their order. Those that are missing are tabulated on the
    /// threads of the rayon pool in which it is called, if it is called in one.
    pub fn of(&self, distributions: &[&Distribution]) -> Vec<Arc<QuantileTable>> {
        let keys: Vec<Key> = distributions.iter().map(|one| key(one)).collect();
        let mut found = BTreeMap::new();
        let mut missing = BTreeMap::new();
        let mut generations = self.lock();
        for (key, &distribution) in keys.iter().zip(distributions) {
            match generations.find(key) {
                Some(table) => drop(found.insert(*key, table)),
                None => drop(missing.insert(*key, distribution)),
            }
        }
        drop(generations);
        if !missing.is_empty() {
            let tabulate = |(key, distribution)| (key, Arc::new(QuantileTable::new(distribution)));
            let missing: Vec<(Key, &Distribution)> = missing.into_iter().collect();
            // Outside of a pool, a parallel iterator would start threads that nobody asked for.
            let tables: Vec<_> = match rayon::current_thread_index() {
                Some(_) => missing.into_par_iter().map(tabulate).collect(),
                None => missing.into_iter().map(tabulate).collect(),
            };
            let mut generations = self.lock();
            for (key, table) in tables {
                generations.insert(key, table.clone());
                found.insert(key, table);
            }
        }
        keys.iter().map(|key| found[key].clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        // No operation leaves the generations inconsistent, so a panic elsewhere does no harm.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn find(&mut self, key: &Key) -> Option<Arc<QuantileTable>> {
        if let Some(table) = self.recent.get(key) {
            return Some(table.clone());
        }
        let table = self.earlier.remove(key)?;
        self.insert(*key, table.clone());
        Some(table)
    }

    fn insert(&mut self, key: Key, table: Arc<QuantileTable>) {
        let n_bytes = table.size_in_bytes();
        if self.recent_bytes + n_bytes > GENERATION_BYTES {
            self.earlier = std::mem::take(&mut self.recent);
            self.recent_bytes = 0;
        }
        if self.recent.insert(key, table).is_none() {
            self.recent_bytes += n_bytes;
        }
    }
}

fn key(distribution: &Distribution) -> Key {
    let (family, parameters) = match *distribution {
        Distribution::Normal { mean, sd } => (0, [mean, sd, 0.0, 0.0]),
        Distribution::TruncatedNormal {
            mean,
            sd,
            low,
            high,
        } => (1, [mean, sd, low, high]),
        Distribution::LogNormal { mu, sigma } => (2, [mu, sigma, 0.0, 0.0]),
        Distribution::LogitNormal {
            mu,
            sigma,
            low,
            high,
        } => (3, [mu, sigma, low, high]),
        Distribution::Beta { alpha, beta } => (4, [alpha, beta, 0.0, 0.0]),
        Distribution::Uniform { low, high } => (5, [low, high, 0.0, 0.0]),
        Distribution::Triangular { low, mode, high } => (6, [low, mode, high, 0.0]),
        Distribution::Pert { low, mode, high } => (7, [low, mode, high, 0.0]),
    };
    (family, parameters.map(f64::to_bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n_kept(tables: &QuantileTables) -> (usize, usize) {
        let generations = tables.lock();
        let all = generations
            .recent
            .values()
            .chain(generations.earlier.values());
        let n_bytes = all.clone().map(|table| table.size_in_bytes()).sum();
        (all.count(), n_bytes)
    }

    #[test]
    fn equal_distributions_share_one_table() {
        let tables = QuantileTables::default();
        let beta = Distribution::beta(2.0, 3.0).unwrap();
        let other = Distribution::beta(2.0, 3.0 + f64::EPSILON * 2.0).unwrap();
        let first = tables.of(&[&beta, &other, &beta]);
        let second = tables.of(&[&other, &beta]);
        assert!(Arc::ptr_eq(&first[0], &first[2]));
        assert!(Arc::ptr_eq(&first[0], &second[1]));
        assert!(Arc::ptr_eq(&first[1], &second[0]));
        assert!(!Arc::ptr_eq(&first[0], &first[1]));
        for (table, distribution) in first.iter().zip([&beta, &other, &beta]) {
            assert_eq!(table.distribution(), distribution);
        }
    }

    #[test]
    fn memory_is_bounded_and_tables_in_use_are_kept() {
        let tables = QuantileTables::default();
        let used = Distribution::beta(2.0, 3.0).unwrap();
        let before = tables.of(&[&used]);
        let mut n_added = 0;
        let mut n_bytes = 0;
        while n_bytes < 3 * GENERATION_BYTES {
            let added = Distribution::beta(2.0, 3.0 + f64::from(n_added + 1)).unwrap();
            n_bytes += tables.of(&[&added, &used])[0].size_in_bytes();
            n_added += 1;
        }
        let (n, n_bytes) = n_kept(&tables);
        assert!(n < n_added as usize, "{n} of {n_added} are kept");
        assert!(n_bytes <= 2 * GENERATION_BYTES, "{n_bytes} bytes");
        assert!(Arc::ptr_eq(&before[0], &tables.of(&[&used])[0]));
    }
}
