//! Columns being described: name, unit, meaning, kind, digits, tier and value in one place.

use super::cell::{Cell, Digits};
use super::column::{ColumnDescription, Kind, Tier};
use std::borrow::Cow;

/// The value of a column in a row of type `R`.
pub(super) type Value<'a, R> = Box<dyn Fn(&R) -> Cell<'a> + 'a>;

/// A column of a table whose rows are values of type `R`.
pub(super) struct Column<'a, R> {
    pub(super) about: ColumnDescription,
    pub(super) value: Value<'a, R>,
}

/// Columns in order, being described.
pub struct Columns<'a, R> {
    pub(super) columns: Vec<Column<'a, R>>,
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

    /// A value as the user states it: a number, or a text if it is one in some row.
    #[must_use]
    pub fn stated<V: Into<Cell<'a>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        meaning: impl Into<Cow<'static, str>>,
        has_texts: bool,
        value: impl Fn(&R) -> V + 'a,
    ) -> Self {
        let (unit, kind) = match has_texts {
            true => ("", Kind::Text),
            false => ("unit of the quantity", Kind::Real),
        };
        self.column(name, unit, meaning, kind, Digits::Exact, value)
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
