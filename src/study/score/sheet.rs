//! A CSV file as rows with named fields, its mistakes collected with their lines.
//!
//! In: the bytes of a file, whoever saved it. Out: [`Sheet`], whose rows are asked for their
//! fields by the header's names. A byte-order mark and both kinds of line ends are taken as they
//! come; semicolons instead of commas are told of, since their decimals would be commas too.

use super::ScoreError;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// A table that was read.
#[derive(Debug)]
pub(super) struct Sheet {
    /// The file.
    pub(super) path: PathBuf,
    header: Vec<String>,
    rows: Vec<(u64, csv::StringRecord)>,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    sheet: &'a Sheet,
    record: &'a csv::StringRecord,
    line: u64,
}

impl Sheet {
    /// Reads a table that has at least these columns.
    pub(super) fn parse(path: &Path, bytes: &[u8], needed: &[&str]) -> Result<Self, ScoreError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let broken = |error: csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            ScoreError::mistake(
                path,
                line,
                "is not a row of UTF-8 text with as many fields as the header",
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
                "has semicolons between its fields: save it with commas".to_owned(),
            ));
        }
        let missing = needed
            .iter()
            .find(|&&column| !header.iter().any(|known| known == column));
        if let Some(column) = missing {
            return Err(mistake(format!("has no column `{column}`")));
        }
        for (at, column) in header.iter().enumerate() {
            if header[..at].contains(column) {
                return Err(mistake(format!("has two columns `{column}`")));
            }
        }
        let mut rows = Vec::new();
        let (mut line, mut counted) = (1, 0);
        for record in reader.records() {
            let record = record.map_err(broken)?;
            // The crate's own line is that of the break before a row, where lines end in CRLF.
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

    /// The names of the columns.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// The rows in order; those without any text are passed over, as spreadsheets leave them.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let rows = self.rows.iter().map(|(line, record)| Row {
            sheet: self,
            record,
            line: *line,
        });
        rows.filter(|row| row.record.iter().any(|field| !field.is_empty()))
    }
}

impl<'a> Row<'a> {
    /// The line of the file, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// A field's text; `None` where it is empty or there is no such column.
    pub(super) fn text(&self, column: &str) -> Option<&'a str> {
        let at = self.sheet.header.iter().position(|known| known == column)?;
        self.record.get(at).filter(|text| !text.is_empty())
    }

    /// A mistake in this row.
    pub(super) fn mistake(&self, problem: &str) -> ScoreError {
        ScoreError::mistake(&self.sheet.path, self.line(), problem)
    }

    /// A field that must be there.
    pub(super) fn needed(&self, column: &str) -> Result<&'a str, ScoreError> {
        self.text(column)
            .ok_or_else(|| self.mistake(&format!("has no `{column}`")))
    }

    /// A date, if there is one.
    pub(super) fn date(&self, column: &str) -> Result<Option<Date>, ScoreError> {
        self.parsed(column, "a date: write it like 2016-11-30", |text| {
            text.parse().ok()
        })
    }

    /// A probability, if there is one.
    pub(super) fn probability(&self, column: &str) -> Result<Option<f64>, ScoreError> {
        let parse = |text: &str| text.parse().ok().filter(|p| (0.0..=1.0).contains(p));
        self.parsed(column, "a probability from 0 to 1", parse)
    }

    /// A finite number, if there is one.
    pub(super) fn number(&self, column: &str) -> Result<Option<f64>, ScoreError> {
        let parse = |text: &str| text.parse().ok().filter(|x: &f64| x.is_finite());
        self.parsed(column, "a number", parse)
    }

    /// A whole number, if there is one.
    pub(super) fn whole(&self, column: &str) -> Result<Option<u64>, ScoreError> {
        self.parsed(column, "a whole number", |text| text.parse().ok())
    }

    /// A text that goes on into tables of results.
    pub(super) fn safe_text(&self, column: &str) -> Result<Option<String>, ScoreError> {
        let is_safe = |text: &str| {
            !text.starts_with(['=', '+', '-', '@']) && !text.contains(char::is_control)
        };
        let parse = |text: &str| is_safe(text).then(|| text.to_owned());
        let wanted =
            "a text of one line that no spreadsheet takes for a formula: begin with a letter";
        self.parsed(column, wanted, parse)
    }

    fn parsed<T>(
        &self,
        column: &str,
        wanted: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ScoreError> {
        let Some(text) = self.text(column) else {
            return Ok(None);
        };
        match parse(text) {
            Some(value) => Ok(Some(value)),
            None => Err(self.mistake(&format!("`{column}` is `{text}` and not {wanted}"))),
        }
    }
}
