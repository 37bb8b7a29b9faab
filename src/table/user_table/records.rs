//! Splits the text of a table into records and fields (RFC 4180), with the line of each record.
//!
//! A quotation mark that is never closed would swallow the records below it. It is a mistake with the line
//! on which it opened, and reading resumes on the next line, so that the mistakes below are found too.

use super::decode::line_breaks;
use super::mistakes::{Mistake, quoted};
use super::separator::Start;

/// One record: a header or a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The line, from 1, on which it begins.
    pub(super) line: u64,
    /// The fields without surrounding blanks.
    pub(super) fields: Vec<String>,
    /// Whether the first field has quotation marks.
    pub(super) begins_quoted: bool,
}

/// The records of a text with a value, and the mistakes that were found while splitting it.
pub(super) struct Records {
    /// The first record.
    pub(super) header: Record,
    pub(super) rows: Vec<Record>,
    pub(super) mistakes: Vec<Mistake>,
}

/// Splits a text.
///
/// # Errors
/// If there is no readable header: its line and the problem.
pub(super) fn split(text: &str, start: Start) -> Result<Records, (u64, String)> {
    let mut splitter = Splitter {
        text,
        separator: start.separator.byte(),
        at: start.byte,
        line: 1 + line_breaks(&text.as_bytes()[..start.byte]),
        n_columns: 0,
    };
    let header = loop {
        match splitter.next_record() {
            None => {
                let problem =
                    "the file has no header: write the names of the columns in its first line";
                return Err((1, problem.to_owned()));
            }
            Some(Err(mistake)) => return Err((mistake.line, mistake.problem)),
            Some(Ok(record)) if has_value(&record) => break record,
            Some(Ok(_)) => {}
        }
    };
    splitter.n_columns = header.fields.len();
    let (mut rows, mut mistakes) = (Vec::new(), Vec::new());
    while let Some(record) = splitter.next_record() {
        match record {
            Ok(record) if has_value(&record) => rows.push(record),
            Ok(_) => {}
            Err(mistake) => mistakes.push(mistake),
        }
    }
    Ok(Records {
        header,
        rows,
        mistakes,
    })
}

fn has_value(record: &Record) -> bool {
    record.fields.iter().any(|field| !field.is_empty())
}

struct Splitter<'t> {
    text: &'t str,
    separator: u8,
    /// The next byte.
    at: usize,
    /// Its line, from 1.
    line: u64,
    /// Number of columns of the header; 0 before it is known.
    n_columns: usize,
}

impl Splitter<'_> {
    /// The next record, or the mistake in it; `None` at the end of the text.
    fn next_record(&mut self) -> Option<Result<Record, Mistake>> {
        if self.at == self.text.len() {
            return None;
        }
        let mut record = Record {
            line: self.line,
            fields: Vec::new(),
            begins_quoted: self.text[self.at..]
                .trim_start_matches(' ')
                .starts_with('"'),
        };
        loop {
            match self.next_field() {
                Ok(field) => record.fields.push(field),
                Err(problem) => {
                    let mistake = Mistake::in_row(self.line, problem);
                    self.skip_line();
                    return Some(Err(mistake));
                }
            }
            match self.byte(self.at) {
                Some(byte) if byte == self.separator => self.at += 1,
                Some(_) => {
                    self.skip_line();
                    return Some(Ok(record));
                }
                None => return Some(Ok(record)),
            }
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn is_line_end(&self, at: usize) -> bool {
        matches!(self.byte(at), None | Some(b'\n' | b'\r'))
    }

    fn is_field_end(&self, at: usize) -> bool {
        self.is_line_end(at) || self.byte(at) == Some(self.separator)
    }

    /// Moves to the first byte of the next line.
    fn skip_line(&mut self) {
        while !self.is_line_end(self.at) {
            self.at += 1;
        }
        match (self.byte(self.at), self.byte(self.at + 1)) {
            (Some(b'\r'), Some(b'\n')) => self.at += 2,
            (Some(_), _) => self.at += 1,
            (None, _) => return,
        }
        self.line += 1;
    }

    /// The field that begins here; afterwards the next byte is a separator, a line end or the end.
    ///
    /// # Errors
    /// If its quotation marks are wrong; the position stays on the line of the first of them.
    fn next_field(&mut self) -> Result<String, String> {
        let start = self.at;
        let mut at = start;
        while self.byte(at) == Some(b' ') {
            at += 1;
        }
        if self.byte(at) == Some(b'"') {
            return self.quoted_field(at);
        }
        while !self.is_field_end(at) {
            at += 1;
        }
        self.at = at;
        Ok(self.text[start..at].trim().to_owned())
    }

    /// The field whose quotation mark opens at byte `open`.
    fn quoted_field(&mut self, open: usize) -> Result<String, String> {
        let mut content = String::new();
        let mut at = open + 1;
        loop {
            let Some(length) = self.text[at..].find('"') else {
                return Err(
                    "a quotation mark opens on this line and is never closed: close it, or remove it"
                        .to_owned(),
                );
            };
            content.push_str(&self.text[at..at + length]);
            at += length + 1;
            if self.byte(at) != Some(b'"') {
                break;
            }
            content.push('"');
            at += 1;
        }
        let close = at;
        while self.byte(at) == Some(b' ') {
            at += 1;
        }
        let n_breaks = line_breaks(&self.text.as_bytes()[open..close]);
        let last_line = self.line + n_breaks;
        if !self.is_field_end(at) {
            return Err(self.text_after_mark(at, n_breaks));
        }
        if n_breaks > 0 && self.contains_row(&content) {
            return Err(format!(
                "a quotation mark opens on this line and is closed on line {last_line}, after what look like other rows: close it on this line, or write the field on one line"
            ));
        }
        self.at = at;
        self.line = last_line;
        Ok(content.trim().to_owned())
    }

    /// The problem of a quoted field that text follows, from byte `at`.
    fn text_after_mark(&self, at: usize, n_breaks: u64) -> String {
        let mut end = at;
        while !self.is_field_end(end) {
            end += 1;
        }
        let after = quoted(self.text[at..end].trim_end());
        if n_breaks == 0 {
            return format!(
                "{after} follows a closing quotation mark: double each quotation mark inside of a quoted field (\"\")"
            );
        }
        format!(
            "a quotation mark opens on this line and is closed on line {}, before {after}: close it on this line, or remove it",
            self.line + n_breaks
        )
    }

    /// Whether a line of a quoted field, after its first, looks like a row of the table: it has as many
    /// separators as the header, and no blank after any of them, as a sentence has.
    fn contains_row(&self, content: &str) -> bool {
        let separator = char::from(self.separator);
        let is_row = |line: &str| {
            let mut fields = line.split(separator).skip(1);
            let n_separators = line.matches(separator).count();
            n_separators > 0
                && n_separators + 1 == self.n_columns
                && fields.all(|field| !field.starts_with(' '))
        };
        content.split(['\n', '\r']).skip(1).any(is_row)
    }
}
