//! The literals of a program.

use std::collections::BTreeMap;

/// The literals of a program, each once.
#[derive(Debug, Default)]
pub(super) struct Constants {
    values: Vec<f32>,
    index_of_bits: BTreeMap<u32, u32>,
}

impl Constants {
    /// The index of a literal, which is added if it is new.
    pub(super) fn index(&mut self, value: f64) -> u32 {
        let value = value as f32;
        *self
            .index_of_bits
            .entry(value.to_bits())
            .or_insert_with(|| {
                self.values.push(value);
                (self.values.len() - 1) as u32
            })
    }

    /// The literals in the order of their indices.
    pub(super) fn into_values(self) -> Vec<f32> {
        self.values
    }
}
