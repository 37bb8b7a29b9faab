//! The description of a table: each column's name, unit, meaning, kind, digits, tier and value stand in
//! one place.
//!
//! A header, a data dictionary and the cells of a row all come from the same [`Column`]s, so a value
//! cannot stand under the name of another. [`Columns`] builds them in order; [`Table`] writes rows to a
//! [`Sink`] in chunks.

use super::ExportError;
use super::cell::{Cell, Digits};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Rows of a chunk: few enough to stay in the cache, many enough for a columnar writer.
const CHUNK_ROWS: usize = 1024;

/// What the values of a column are, from which a spreadsheet or a page chooses a number format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text for people.
    Text,
    /// A name or key of the scenario, by which rows are found.
    Id,
    /// 0 or 1.
    Flag,
    /// A whole number: runs, days.
    Count,
    /// A probability, or a difference of two.
    Probability,
    /// A share that is read in percent; it is stored as a fraction, 1 for 100 %.
    Percent,
    /// Any other number.
    Real,
    /// An ISO date.
    Date,
}

impl Kind {
    /// The word for it in `dictionary.csv`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Id => "id",
            Self::Flag => "flag",
            Self::Count => "count",
            Self::Probability => "probability",
            Self::Percent => "percent",
            Self::Real => "real",
            Self::Date => "date",
        }
    }
}

/// For whom a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// For every reader.
    Main,
    /// For specialists: a view with little room may leave it out.
    Specialist,
}

impl Tier {
    /// The word for it in `dictionary.csv`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Specialist => "specialist",
        }
    }
}

/// Everything about a column except its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnDescription {
    /// Name in the header.
    pub name: Cow<'static, str>,
    /// Unit of the values; empty for names, texts and flags.
    pub unit: &'static str,
    /// Definition of the column.
    pub meaning: Cow<'static, str>,
    /// What the values are.
    pub kind: Kind,
    /// How many digits of its numbers are written.
    pub digits: Digits,
    /// For whom it is.
    pub tier: Tier,
}

/// Name, row and columns of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableDescription {
    /// Name of the file without extension.
    pub name: &'static str,
    /// What one row is.
    pub row: &'static str,
    /// Its columns, in order.
    pub columns: Vec<ColumnDescription>,
}

impl TableDescription {
    /// The names of the columns.
    pub fn header(&self) -> impl ExactSizeIterator<Item = &str> {
        self.columns.iter().map(|column| &*column.name)
    }
}

/// The value of a column in a row of type `R`.
type Value<'a, R> = Box<dyn Fn(&R) -> Cell<'a> + 'a>;

/// A column of a table whose rows are values of type `R`.
struct Column<'a, R> {
    about: ColumnDescription,
    value: Value<'a, R>,
}

/// Columns in order, being described.
pub struct Columns<'a, R> {
    columns: Vec<Column<'a, R>>,
}

impl<R> Default for Columns<'_, R> {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
        }
    }
}

impl<'a, R: 'a> Columns<'a, R> {
    /// No columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// A name or key of the scenario.
    #[must_use]
    pub fn id<V: Into<Cell<'a>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        meaning: impl Into<Cow<'static, str>>,
        value: impl Fn(&R) -> V + 'a,
    ) -> Self {
        self.column(name, "", meaning, Kind::Id, Digits::Exact, value)
    }

    /// A text for people.
    #[must_use]
    pub fn text<V: Into<Cell<'a>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        meaning: impl Into<Cow<'static, str>>,
        value: impl Fn(&R) -> V + 'a,
    ) -> Self {
        self.column(name, "", meaning, Kind::Text, Digits::Exact, value)
    }

    /// A flag, 0 or 1.
    #[must_use]
    pub fn flag<V: Into<Cell<'a>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        meaning: impl Into<Cow<'static, str>>,
        value: impl Fn(&R) -> V + 'a,
    ) -> Self {
        self.column(name, "0 or 1", meaning, Kind::Flag, Digits::Exact, value)
    }

    /// A whole number.
    #[must_use]
    pub fn count<V: Into<Cell<'a>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        unit: &'static str,
        meaning: impl Into<Cow<'static, str>>,
        value: impl Fn(&R) -> V + 'a,
    ) -> Self {
        self.column(name, unit, meaning, Kind::Count, Digits::Exact, value)
    }

    /// A date.
    #[must_use]
    pub fn date<V: Into<Cell<'a>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        meaning: impl Into<Cow<'static, str>>,
        value: impl Fn(&R) -> V + 'a,
    ) -> Self {
        self.column(name, "date", meaning, Kind::Date, Digits::Exact, value)
    }

    /// An estimated probability.
    #[must_use]
    pub fn probability<V: Into<Cell<'a>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        meaning: impl Into<Cow<'static, str>>,
        value: impl Fn(&R) -> V + 'a,
    ) -> Self {
        let (unit, kind) = ("probability, 0 to 1", Kind::Probability);
        self.column(name, unit, meaning, kind, Digits::Six, value)
    }

    /// A probability that somebody states, or that the program reads back.
    #[must_use]
    pub fn stated_probability<V: Into<Cell<'a>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        meaning: impl Into<Cow<'static, str>>,
        value: impl Fn(&R) -> V + 'a,
    ) -> Self {
        let (unit, kind) = ("probability, 0 to 1", Kind::Probability);
        self.column(name, unit, meaning, kind, Digits::Exact, value)
    }

    /// An estimated difference of two probabilities.
    #[must_use]
    pub fn probability_difference<V: Into<Cell<'a>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        meaning: impl Into<Cow<'static, str>>,
        value: impl Fn(&R) -> V + 'a,
    ) -> Self {
        let unit = "difference of probabilities, -1 to 1";
        self.column(name, unit, meaning, Kind::Probability, Digits::Six, value)
    }

    /// An estimated share that is read in percent.
    #[must_use]
    pub fn percent<V: Into<Cell<'a>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        unit: &'static str,
        meaning: impl Into<Cow<'static, str>>,
        value: impl Fn(&R) -> V + 'a,
    ) -> Self {
        self.column(name, unit, meaning, Kind::Percent, Digits::Six, value)
    }

    /// An estimated number.
    #[must_use]
    pub fn estimate<V: Into<Cell<'a>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        unit: &'static str,
        meaning: impl Into<Cow<'static, str>>,
        value: impl Fn(&R) -> V + 'a,
    ) -> Self {
        self.column(name, unit, meaning, Kind::Real, Digits::Six, value)
    }

    /// A number of the scenario or of the user, or one that the program reads back.
    #[must_use]
    pub fn exact<V: Into<Cell<'a>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        unit: &'static str,
        meaning: impl Into<Cow<'static, str>>,
        value: impl Fn(&R) -> V + 'a,
    ) -> Self {
        self.column(name, unit, meaning, Kind::Real, Digits::Exact, value)
    }

    fn column<V: Into<Cell<'a>>>(
        mut self,
        name: impl Into<Cow<'static, str>>,
        unit: &'static str,
        meaning: impl Into<Cow<'static, str>>,
        kind: Kind,
        digits: Digits,
        value: impl Fn(&R) -> V + 'a,
    ) -> Self {
        self.columns.push(Column {
            about: ColumnDescription {
                name: name.into(),
                unit,
                meaning: meaning.into(),
                kind,
                digits,
                tier: Tier::Main,
            },
            value: Box::new(move |row| value(row).into()),
        });
        self
    }

    /// Marks the last column as one for specialists.
    #[must_use]
    pub fn specialist(mut self) -> Self {
        if let Some(column) = self.columns.last_mut() {
            column.about.tier = Tier::Specialist;
        }
        self
    }

    /// Marks all columns as ones for specialists.
    #[must_use]
    pub fn all_specialist(mut self) -> Self {
        for column in &mut self.columns {
            column.about.tier = Tier::Specialist;
        }
        self
    }

    /// Adds the columns of a part of the row; they are empty where the row does not have the part.
    #[must_use]
    pub fn part<P: 'a>(
        mut self,
        part: impl Fn(&R) -> Option<&P> + Clone + 'a,
        columns: Columns<'a, P>,
    ) -> Self {
        for Column { about, value } in columns.columns {
            let part = part.clone();
            self.columns.push(Column {
                about,
                value: Box::new(move |row| part(row).map_or(Cell::Missing, &value)),
            });
        }
        self
    }

    /// Adds columns of the same rows.
    #[must_use]
    pub fn and(mut self, columns: Columns<'a, R>) -> Self {
        self.columns.extend(columns.columns);
        self
    }
}

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

/// Whether a text is a valid column name: lowercase letters, digits, underscores, and the dots of a TOML
/// path. It never starts with `ID`, which Excel takes for the SYLK format.
pub fn is_good_header(column: &str) -> bool {
    column.starts_with(|c: char| c.is_ascii_lowercase())
        && column
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_snake_case() {
        assert!(is_good_header(
            "actors.russia.imperatives.break_nato.weight"
        ));
        for bad in ["", "ID", "Id", "a b", "=a", "-a", "1a", "été"] {
            assert!(!is_good_header(bad), "{bad}");
        }
    }

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
