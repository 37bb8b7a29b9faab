//! CSV reader of results and resolutions: rows with fields by column name, and errors with lines.
//!
//! A byte-order mark and both kinds of line ends are accepted. Semicolons instead of commas are
//! rejected, since decimal commas would come with them.

use super::error::ScoreError;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// A CSV file with a header.
#[derive(Debug)]
pub(super) struct CsvFile {
    path: PathBuf,
    header: Vec<String>,
    /// The rows with their lines.
    rows: Vec<(u64, csv::StringRecord)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct CsvRow<'a> {
    file: &'a CsvFile,
    record: &'a csv::StringRecord,
    line: u64,
}

impl CsvFile {
    /// Parses a file that must have the `required` columns.
    pub(super) fn parse(path: &Path, bytes: &[u8], required: &[&str]) -> Result<Self, ScoreError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let broken = |error: csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            ScoreError::mistake(
                path,
                line,
                "the row is not UTF-8 text or does not have as many fields as the header",
            )
        };
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let header: Vec<String> = reader
            .headers()
            .map_err(broken)?
            .iter()
            .map(str::to_owned)
            .collect();
        let mistake = |problem: String| ScoreError::mistake(path, 1, &problem);
        if let [only] = header.as_slice()
            && only.contains(';')
        {
            return Err(mistake(
                "the fields are separated by semicolons: save the file with commas".to_owned(),
            ));
        }
        let missing = required
            .iter()
            .find(|&&column| !header.iter().any(|known| known == column));
        if let Some(column) = missing {
            return Err(mistake(format!("the column `{column}` is missing")));
        }
        for (index, column) in header.iter().enumerate() {
            if header[..index].contains(column) {
                return Err(mistake(format!(
                    "the column `{column}` occurs twice: remove one"
                )));
            }
        }
        let mut rows = Vec::new();
        let (mut line, mut counted) = (1, 0);
        for record in reader.records() {
            let record = record.map_err(broken)?;
            // With CRLF line ends, the reader's own line is that of the line end before the row.
            let begin = record.position().map_or(0, csv::Position::byte) as usize;
            let breaks = bytes[begin..]
                .iter()
                .take_while(|byte| b"\r\n".contains(byte));
            let begin = begin + breaks.count();
            line += bytes[counted..begin]
                .iter()
                .filter(|&&byte| byte == b'\n')
                .count() as u64;
            counted = begin;
            rows.push((line, record));
        }
        Ok(Self {
            path: path.to_owned(),
            header,
            rows,
        })
    }

    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// The rows in order, without the empty ones that spreadsheets append.
    pub(super) fn rows(&self) -> impl Iterator<Item = CsvRow<'_>> {
        let rows = self.rows.iter().map(|(line, record)| CsvRow {
            file: self,
            record,
            line: *line,
        });
        rows.filter(|row| row.record.iter().any(|field| !field.is_empty()))
    }
}

impl<'a> CsvRow<'a> {
    /// The line of the file, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The text of a field; `None` if it is empty or there is no such column.
    pub(super) fn text(&self, column: &str) -> Option<&'a str> {
        let index = self.file.header.iter().position(|known| known == column)?;
        self.record.get(index).filter(|text| !text.is_empty())
    }

    /// An error with the line of this row.
    pub(super) fn mistake(&self, problem: &str) -> ScoreError {
        ScoreError::mistake(&self.file.path, self.line(), problem)
    }

    /// The text of a field that must not be empty.
    pub(super) fn required(&self, column: &str) -> Result<&'a str, ScoreError> {
        self.text(column)
            .ok_or_else(|| self.mistake(&format!("`{column}` is empty")))
    }

    /// A date; `None` if the field is empty. The same holds for the functions below.
    pub(super) fn date(&self, column: &str) -> Result<Option<Date>, ScoreError> {
        self.parsed(column, "write a date such as 2016-11-30", |text| {
            text.parse().ok()
        })
    }

    pub(super) fn probability(&self, column: &str) -> Result<Option<f64>, ScoreError> {
        let parse = |text: &str| text.parse().ok().filter(|p| (0.0..=1.0).contains(p));
        self.parsed(column, "write a probability from 0 to 1", parse)
    }

    pub(super) fn finite_number(&self, column: &str) -> Result<Option<f64>, ScoreError> {
        let parse = |text: &str| text.parse().ok().filter(|x: &f64| x.is_finite());
        self.parsed(column, "write a number", parse)
    }

    pub(super) fn whole_number(&self, column: &str) -> Result<Option<u64>, ScoreError> {
        self.parsed(column, "write a whole number", |text| text.parse().ok())
    }

    /// A text that can be written into tables of results.
    pub(super) fn safe_text(&self, column: &str) -> Result<Option<String>, ScoreError> {
        let is_safe = |text: &str| {
            !text.starts_with(['=', '+', '-', '@']) && !text.contains(char::is_control)
        };
        let parse = |text: &str| is_safe(text).then(|| text.to_owned());
        let instruction = "write one line that starts with a letter or digit, so that spreadsheets do not evaluate it as a formula";
        self.parsed(column, instruction, parse)
    }

    fn parsed<T>(
        &self,
        column: &str,
        instruction: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ScoreError> {
        let Some(text) = self.text(column) else {
            return Ok(None);
        };
        match parse(text) {
            Some(value) => Ok(Some(value)),
            None => Err(self.mistake(&format!("`{column}` is `{text}`: {instruction}"))),
        }
    }
}
