//! A table with named columns: from the bytes of a file to rows.

use super::decode::decode;
use super::mistakes::{Mistake, Mistakes, UserTableError, quoted};
use super::number::NumberFormat;
use super::records::{Record, Records, split};
use super::row::{Layout, UserRow, invisible_problem};
use super::separator::{Separator, start_of};
use crate::base::diagnostic::nearest;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A table that a user handed in.
#[derive(Clone, Debug)]
pub struct UserTable {
    path: PathBuf,
    /// The names of the columns in lowercase, without nameless ones.
    header: Vec<String>,
    header_line: u64,
    layout: Layout,
    rows: Vec<Record>,
    mistakes: Vec<Mistake>,
}

impl UserTable {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read or as [`UserTable::parse`]. Other mistakes are in [`UserTable::mistakes`].
    pub fn read(path: &Path) -> Result<Self, UserTableError> {
        let bytes = read_regular_file(path)
            .map_err(|error| UserTableError::Read(path.to_owned(), error))?;
        Self::parse(path, &bytes)
    }

    /// Parses the bytes of a file.
    ///
    /// # Errors
    /// If they are not text, have no header, or have one that is a field shorter than the rows.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, UserTableError> {
        let fatal = |(line, problem): (u64, String)| UserTableError::single(path, line, problem);
        let text = decode(bytes).map_err(fatal)?;
        let start = start_of(&text).map_err(fatal)?;
        let Records {
            header,
            mut rows,
            mut mistakes,
        } = split(&text, start).map_err(fatal)?;
        let names: Vec<String> = header
            .fields
            .iter()
            .map(|field| field.to_lowercase())
            .collect();
        remove_row_numbers(&names, &mut rows);
        mistakes.extend(header_mistakes(header.line, &names));
        if has_row_names(&names, &rows) {
            // Every field would be read as one of the column before.
            return Err(fatal((header.line, ROW_NAMES.to_owned())));
        }
        mistakes.extend(field_mistakes(&names, &rows, start.separator));
        let named = names
            .iter()
            .enumerate()
            .filter(|(_, name)| !name.is_empty());
        let fields = rows.iter().flat_map(|row| &row.fields).map(String::as_str);
        let layout = Layout {
            columns: named
                .clone()
                .map(|(index, name)| (name.clone(), index))
                .collect(),
            numbers: NumberFormat::new(start.separator, fields),
            n_fields: names
                .iter()
                .rposition(|name| !name.is_empty())
                .map_or(0, |last| last + 1),
        };
        Ok(Self {
            path: path.to_owned(),
            header: named.map(|(_, name)| name.clone()).collect(),
            header_line: header.line,
            layout,
            rows,
            mistakes,
        })
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The names of the columns in lowercase, in their order.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The line of the header.
    pub fn header_line(&self) -> u64 {
        self.header_line
    }

    /// The rows with a value. Rows whose quotation marks are wrong are left out.
    pub fn rows(&self) -> impl Iterator<Item = UserRow<'_>> {
        self.rows.iter().map(|record| UserRow {
            layout: &self.layout,
            record,
        })
    }

    /// A collector that starts with the mistakes that the reader itself has found.
    pub fn mistakes(&self) -> Mistakes {
        Mistakes::with(&self.path, self.mistakes.clone())
    }

    /// Checks that the table has all `required` columns, in the header and in each row. A row without one
    /// is a mistake and is removed; a row may omit fields of other columns at its end.
    ///
    /// # Errors
    /// If the header lacks one; the error contains all mistakes until then.
    pub fn require(
        &mut self,
        required: &[&str],
        mistakes: &mut Mistakes,
    ) -> Result<(), UserTableError> {
        let n_before = mistakes.len();
        let mut indices = Vec::new();
        for &column in required {
            match self.layout.columns.get(column) {
                Some(&index) => indices.push((index, column)),
                None => {
                    let problem = format!("the column `{column}` is missing");
                    mistakes.push(Mistake::in_row(self.header_line, problem));
                }
            }
        }
        if mistakes.len() > n_before {
            // Every row would repeat the mistake.
            return mistakes.clone().finish();
        }
        indices.sort_unstable();
        let n_header = self.layout.n_fields;
        self.rows.retain(|row| {
            let n_fields = row.fields.len();
            let missing = indices.iter().find(|(index, _)| *index >= n_fields);
            if let Some((_, column)) = missing {
                let problem = format!(
                    "is missing: the row has {n_fields} of the {n_header} fields of the header"
                );
                mistakes.push(Mistake::in_field(row.line, column, problem));
            }
            missing.is_none()
        });
        Ok(())
    }

    /// Adds a mistake for each column that is not among the `known` ones. `others` says what else a column
    /// may be named.
    pub fn reject_unknown(
        &self,
        known: &[&str],
        is_known: impl Fn(&str) -> bool,
        others: &str,
        mistakes: &mut Mistakes,
    ) {
        for column in &self.header {
            if known.contains(&column.as_str()) || is_known(column) {
                continue;
            }
            let hint = match nearest(column, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write one of {}{others}", known.join(", ")),
            };
            let problem = format!("unknown column {}: {hint}", quoted(column));
            mistakes.push(Mistake::in_row(self.header_line, problem));
        }
    }
}

/// Reads a file that is not a pipe or a device: opening a pipe would wait for its writer.
///
/// # Errors
/// If it cannot be read, or is not a regular file (of the kind `InvalidInput`).
pub fn read_regular_file(path: &Path) -> std::io::Result<Vec<u8>> {
    let about = std::fs::metadata(path)?;
    if !about.is_file() && !about.is_dir() {
        let problem = "it is a pipe or a device: save its content as a file and give that";
        return Err(std::io::Error::new(
            std::io::ErrorKind::InvalidInput,
            problem,
        ));
    }
    std::fs::read(path)
}

/// Empties the row numbers of R and pandas: a first column without a name, with the values 1 to n, or 0 to
/// n − 1.
fn remove_row_numbers(names: &[String], rows: &mut [Record]) {
    let counts_from = |first: usize| {
        let mut numbered = (first..).zip(rows.iter());
        numbered.all(|(number, row)| row.fields[0] == number.to_string())
    };
    let is_nameless = names.first().is_some_and(String::is_empty);
    if is_nameless && (counts_from(1) || counts_from(0)) {
        for row in rows {
            row.fields[0].clear();
        }
    }
}

/// The problem of a table whose rows have a name without a column.
const ROW_NAMES: &str = "the header has one field fewer than the rows, as R writes it with row names: give write.table row.names = FALSE, or col.names = NA";

/// Whether every row begins with a name or number for which the header has no column: R quotes them by
/// default, or numbers the rows from 1. Rows with a decimal comma have a field too many as well.
fn has_row_names(names: &[String], rows: &[Record]) -> bool {
    let is_longer = |row: &Record| row.fields.len() == names.len() + 1;
    if rows.is_empty() || names.iter().any(String::is_empty) || !rows.iter().all(is_longer) {
        return false;
    }
    let first_fields = rows.iter().map(|row| row.fields[0].as_str());
    let is_numbered = || {
        (1..)
            .zip(first_fields.clone())
            .all(|(n, field)| field == n.to_string())
    };
    let distinct: BTreeSet<&str> = first_fields.clone().collect();
    let are_distinct = distinct.len() == rows.len();
    let are_quoted = rows.iter().all(|row| row.begins_quoted);
    match rows.len() {
        1 => are_quoted && is_numbered(),
        _ => is_numbered() || are_quoted && are_distinct,
    }
}

fn header_mistakes(line: u64, names: &[String]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut first_index = BTreeMap::new();
    for (index, name) in names
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.is_empty())
    {
        if let Some(problem) = invisible_problem(name) {
            mistakes.push(Mistake::in_row(line, format!("the column {problem}")));
        }
        if let Some(first) = first_index.insert(name, index) {
            let problem = format!(
                "the column {} occurs twice ({} and {}): remove one",
                quoted(name),
                letters(first),
                letters(index)
            );
            mistakes.push(Mistake::in_row(line, problem));
        }
    }
    mistakes
}

/// The mistakes of values without a column: in nameless columns, one for each, and beyond the header.
fn field_mistakes(names: &[String], rows: &[Record], separator: Separator) -> Vec<Mistake> {
    let instruction = match separator {
        Separator::Comma if names.len() == 1 => {
            "write numbers with a decimal point, or `sep=;` as the first line of the file"
        }
        Separator::Comma => {
            "write numbers with a decimal point and texts with commas in quotation marks, or separate all fields by semicolons"
        }
        Separator::Semicolon => "write texts with semicolons in quotation marks",
        Separator::Tab => "write texts with tabs in quotation marks",
    };
    let mut mistakes = Vec::new();
    let mut is_reported = vec![false; names.len()];
    for row in rows {
        let filled = row.fields.iter().enumerate();
        for (index, field) in filled.filter(|(_, field)| !field.is_empty()) {
            let Some(name) = names.get(index) else {
                let n_filled = row.fields.iter().rposition(|field| !field.is_empty());
                let problem = format!(
                    "the row has {} fields, but the header has {}: {instruction}",
                    n_filled.map_or(0, |last| last + 1),
                    names.len()
                );
                mistakes.push(Mistake::in_row(row.line, problem));
                break;
            };
            if name.is_empty() && !is_reported[index] {
                is_reported[index] = true;
                let problem = format!(
                    "column {} has the value {} but no name: name it in the header, or delete it (row numbers of R: `row.names = FALSE`)",
                    letters(index),
                    quoted(field)
                );
                mistakes.push(Mistake::in_row(row.line, problem));
            }
        }
    }
    mistakes
}

/// The letters of a column in a spreadsheet: A for index 0, AA for index 26.
fn letters(index: usize) -> String {
    let mut rest = index + 1;
    let mut text = Vec::new();
    while rest > 0 {
        text.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    text.iter().rev().collect()
}
