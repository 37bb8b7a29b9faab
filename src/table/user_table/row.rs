//! The fields of a row by column name, as texts, numbers, counts, dates and names.

use super::date::parse_date;
use super::mistakes::{Mistake, quoted};
use super::number::{NumberFormat, NumberText, is_placeholder, rounded};
use super::records::Record;
use crate::base::diagnostic::is_invisible;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The marker of missing values that R writes.
const MISSING: &str = "NA";

/// What the rows of a table have in common.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// The index of each column's field.
    pub(super) columns: BTreeMap<String, usize>,
    pub(super) numbers: NumberFormat,
    /// Number of fields of the header up to its last name.
    pub(super) n_fields: usize,
}

/// A row of a table. Columns are named in lowercase; a column that the table does not have is empty.
#[derive(Clone, Copy, Debug)]
pub struct UserRow<'t> {
    pub(super) layout: &'t Layout,
    pub(super) record: &'t Record,
}

impl<'t> UserRow<'t> {
    /// The line of the file, from 1, on which the row begins.
    pub fn line(&self) -> u64 {
        self.record.line
    }

    /// A mistake in a field of this row.
    pub fn mistake(&self, column: &str, problem: impl Into<String>) -> Mistake {
        Mistake::in_field(self.line(), column, problem)
    }

    /// A mistake about the whole row.
    pub fn row_mistake(&self, problem: impl Into<String>) -> Mistake {
        Mistake::in_row(self.line(), problem)
    }

    /// The text of a field without surrounding blanks; `None` if it is empty.
    pub fn text(&self, column: &str) -> Option<&'t str> {
        let index = *self.layout.columns.get(column)?;
        let field = self.record.fields.get(index)?;
        (!field.is_empty()).then_some(field.as_str())
    }

    /// The text of a field; `None` if it is empty or `NA`.
    pub fn value(&self, column: &str) -> Option<&'t str> {
        self.text(column).filter(|text| *text != MISSING)
    }

    /// A name that the scenario defines, which must not be empty. `noun` says what it is the name of.
    ///
    /// # Errors
    /// If it is empty, or has a character that cannot be seen, so that it looks like another name.
    pub fn name(&self, column: &str, noun: &str) -> Result<&'t str, Mistake> {
        let Some(text) = self.text(column) else {
            return Err(self.mistake(column, format!("is empty: write the name of {noun}")));
        };
        match invisible_problem(text) {
            None => Ok(text),
            Some(problem) => Err(self.mistake(column, problem)),
        }
    }

    /// What a field that may be a number contains; `None` if it is empty or `NA`.
    pub fn number_text(&self, column: &str) -> Option<NumberText> {
        let text = self.value(column)?;
        Some(self.layout.numbers.parse(text))
    }

    /// A finite number; `None` if the field is empty or `NA`. The same holds for the functions below.
    ///
    /// # Errors
    /// If the field is not a number, or could be several: what to write instead.
    pub fn number(&self, column: &str) -> Result<Option<f64>, Mistake> {
        let Some(text) = self.value(column) else {
            return Ok(None);
        };
        match self.layout.numbers.parse(text) {
            NumberText::Number(number) => Ok(Some(number)),
            NumberText::Misleading(problem) => Err(self.mistake(column, problem)),
            NumberText::Other => Err(self.mistake(
                column,
                format!(
                    "{} is not a number: write a number such as 0.25",
                    quoted(text)
                ),
            )),
        }
    }

    /// A number from 0 to 1.
    ///
    /// # Errors
    /// As [`UserRow::number`], and if the number is outside.
    pub fn probability(&self, column: &str) -> Result<Option<f64>, Mistake> {
        let Some(number) = self.number(column)? else {
            return Ok(None);
        };
        if (0.0..=1.0).contains(&number) {
            return Ok(Some(number));
        }
        let mut problem = format!("{number} is not a probability: write a number from 0 to 1");
        if (1.0..=100.0).contains(&number) {
            problem += &format!(", such as {} for {number} %", rounded(number / 100.0));
        }
        Err(self.mistake(column, problem))
    }

    /// A whole number from 0 on. `12.0` is 12, since pandas writes it in columns with missing values.
    ///
    /// # Errors
    /// If the field is another number or text.
    pub fn count(&self, column: &str) -> Result<Option<u64>, Mistake> {
        /// From here on, not every whole number is a floating-point number.
        const MAX: f64 = 9_007_199_254_740_992.0;
        let Some(text) = self.value(column) else {
            return Ok(None);
        };
        if let Ok(number) = text.parse() {
            return Ok(Some(number));
        }
        match self.layout.numbers.parse(text) {
            NumberText::Number(number) if number.fract() == 0.0 && (0.0..MAX).contains(&number) => {
                Ok(Some(number as u64))
            }
            NumberText::Misleading(problem) => Err(self.mistake(column, problem)),
            _ => Err(self.mistake(
                column,
                format!(
                    "{} is not a whole number: write one such as 12",
                    quoted(text)
                ),
            )),
        }
    }

    /// A date: `2031-05-20` or `20.05.2031`.
    ///
    /// # Errors
    /// If the field is not a date, could be several, or has a time of day other than midnight.
    pub fn date(&self, column: &str) -> Result<Option<Date>, Mistake> {
        let Some(text) = self.value(column) else {
            return Ok(None);
        };
        if is_placeholder(text) {
            return Err(self.mistake(column, placeholder_problem(text)));
        }
        let date = parse_date(text);
        date.map(Some)
            .map_err(|problem| self.mistake(column, problem))
    }

    /// A text that is written into tables of results: one line that spreadsheets do not evaluate.
    ///
    /// # Errors
    /// If it stands for a missing value, begins like a formula, or has invisible characters or line breaks.
    pub fn safe_text(&self, column: &str) -> Result<Option<String>, Mistake> {
        let Some(text) = self.value(column) else {
            return Ok(None);
        };
        if is_placeholder(text) {
            return Err(self.mistake(column, placeholder_problem(text)));
        }
        if text.starts_with(['=', '+', '-', '@']) {
            let problem = format!(
                "{} begins like a formula, which spreadsheets evaluate: begin it with a letter or digit",
                quoted(text)
            );
            return Err(self.mistake(column, problem));
        }
        match text.chars().find(|c| is_invisible(*c)) {
            None => Ok(Some(text.to_owned())),
            Some(c) => Err(self.mistake(column, invisible(text, c))),
        }
    }
}

fn placeholder_problem(text: &str) -> String {
    format!(
        "{} stands for a missing value: leave the field empty",
        quoted(text)
    )
}

/// The problem of a name with a character that cannot be seen or that looks like a blank.
pub(super) fn invisible_problem(name: &str) -> Option<String> {
    let is_hidden = |c: &char| is_invisible(*c) || c.is_whitespace() && *c != ' ';
    let found = name.chars().find(is_hidden)?;
    Some(invisible(name, found))
}

fn invisible(text: &str, found: char) -> String {
    let name = match found {
        '\n' | '\r' => {
            return format!(
                "{} contains a line break: write it on one line",
                quoted(text)
            );
        }
        '\t' => "a tab",
        '\u{a0}' => "no-break space",
        '\u{ad}' => "soft hyphen",
        '\u{200b}' => "zero-width space",
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "mark of the writing direction"
        }
        '\u{202f}' => "narrow no-break space",
        '\u{feff}' => "byte-order mark",
        c if c.is_control() => "control character",
        _ => "invisible character",
    };
    let code = u32::from(found);
    format!(
        "{} contains U+{code:04X} ({name}), which cannot be seen: delete it",
        quoted(text)
    )
}
