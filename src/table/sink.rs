//! Tables of rows, and the sinks that receive them.
//!
//! A header, a data dictionary and the cells of a row all come from the same [`Columns`], so a value
//! cannot stand under the name of another. A [`Table`] writes rows to a [`Sink`] in chunks.

use super::ExportError;
use super::cell::Cell;
use super::column::{ColumnDescription, TableDescription, is_good_header};
use super::columns::{Columns, Value};
use std::collections::BTreeSet;

/// Rows of a chunk: few enough to stay in the cache, many enough for a columnar writer.
const CHUNK_ROWS: usize = 1024;

/// A table whose rows are values of type `R`.
pub struct Table<'a, R> {
    about: TableDescription,
    values: Vec<Value<'a, R>>,
}

impl<'a, R: 'a> Table<'a, R> {
    /// A table with these columns. `row` says what one row is.
    ///
    /// # Panics
    /// If two columns have the same name, or a column has no valid one: both are bugs, since names
    /// from a scenario are checked when it is read.
    pub fn new(name: &'static str, row: &'static str, columns: Columns<'a, R>) -> Self {
        let (about, values): (Vec<_>, Vec<_>) = columns
            .columns
            .into_iter()
            .map(|column| (column.about, column.value))
            .unzip();
        let mut names = BTreeSet::new();
        for ColumnDescription { name: column, .. } in &about {
            assert!(is_good_header(column), "{name}: `{column}` is not a header");
            assert!(names.insert(column), "{name}: `{column}` occurs twice");
        }
        Self {
            about: TableDescription {
                name,
                row,
                columns: about,
            },
            values,
        }
    }

    /// Its name, row and columns.
    pub fn about(&self) -> &TableDescription {
        &self.about
    }

    /// Appends rows to a sink that was begun with the description of this table, or of one with the
    /// same columns.
    ///
    /// # Errors
    /// If the sink cannot write them.
    pub fn append(
        &self,
        rows: impl IntoIterator<Item = R>,
        sink: &mut dyn Sink,
    ) -> Result<(), ExportError> {
        let mut chunk = Chunk {
            n_columns: self.values.len(),
            cells: Vec::new(),
        };
        let mut n_rows = 0;
        for row in rows {
            chunk
                .cells
                .extend(self.values.iter().map(|value| value(&row)));
            n_rows += 1;
            if n_rows == CHUNK_ROWS {
                sink.append(&chunk)?;
                chunk.cells.clear();
                n_rows = 0;
            }
        }
        match n_rows {
            0 => Ok(()),
            _ => sink.append(&chunk),
        }
    }
}

/// Consecutive rows of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Chunk<'a> {
    n_columns: usize,
    cells: Vec<Cell<'a>>,
}

impl<'a> Chunk<'a> {
    /// The rows, each with a cell for every column.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[Cell<'a>]> {
        self.cells.chunks_exact(self.n_columns)
    }
}

/// Receives the rows of one table in chunks: a CSV file, a text, a list of JSON objects.
pub trait Sink {
    /// Writes the next rows.
    ///
    /// # Errors
    /// If they cannot be written.
    fn append(&mut self, chunk: &Chunk<'_>) -> Result<(), ExportError>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::cell::Digits;

    /// A sink that keeps the sizes of its chunks and all texts.
    #[derive(Default)]
    struct Kept {
        chunks: Vec<usize>,
        texts: Vec<String>,
    }

    impl Sink for Kept {
        fn append(&mut self, chunk: &Chunk<'_>) -> Result<(), ExportError> {
            self.chunks.push(chunk.rows().len());
            for row in chunk.rows() {
                let texts = row.iter().map(|cell| cell.text(Digits::Exact).into_owned());
                self.texts.push(texts.collect::<Vec<_>>().join(","));
            }
            Ok(())
        }
    }

    #[test]
    fn rows_come_in_chunks_with_a_cell_per_column() {
        struct Part {
            share: f64,
        }
        let part = Columns::new().percent("share", "share", "a share", |row: &Part| row.share);
        let columns = Columns::new()
            .count(
                "number",
                "rows",
                "its number",
                |row: &(u64, Option<Part>)| row.0,
            )
            .part(|row| row.1.as_ref(), part)
            .flag("is_odd", "1 if odd", |row| row.0 % 2 == 1);
        let table = Table::new("test", "a row", columns);
        let names: Vec<_> = table.about().header().collect();
        assert_eq!(names, ["number", "share", "is_odd"]);
        let rows = (0..2500).map(|k| (k, (k == 1).then_some(Part { share: 0.25 })));
        let mut kept = Kept::default();
        table.append(rows, &mut kept).unwrap();
        assert_eq!(kept.chunks, [1024, 1024, 452]);
        assert_eq!(kept.texts[..3], ["0,,0", "1,0.25,1", "2,,0"]);
        table.append(std::iter::empty(), &mut kept).unwrap();
        assert_eq!(kept.chunks.len(), 3);
    }

    #[test]
    #[should_panic(expected = "occurs twice")]
    fn two_columns_of_one_name_are_a_bug() {
        let columns = Columns::new()
            .flag("a", "one", |(): &()| true)
            .flag("a", "two", |()| false);
        let _ = Table::new("test", "a row", columns);
    }
}
