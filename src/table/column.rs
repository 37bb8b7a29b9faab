//! The description of a column and of a table, without values.

use super::cell::Digits;
use std::borrow::Cow;

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
    /// For specialists: a narrow view may leave it out.
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
}
