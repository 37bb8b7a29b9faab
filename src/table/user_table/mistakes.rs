//! Mistakes in a table: collected, sorted by line, and printed in one format.

use crate::base::diagnostic::escaped;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Maximum number of mistakes that are printed.
const MAX_SHOWN: usize = 20;

/// Maximum number of characters of a field that a message repeats.
const MAX_FIELD: usize = 60;

/// One mistake in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line of the file, from 1, as an editor shows it.
    pub line: u64,
    /// Name of the column; `None` if the mistake is about the whole row.
    pub column: Option<String>,
    /// What is wrong and what to write instead, without the place.
    pub problem: String,
}

impl Mistake {
    /// A mistake about a whole row.
    pub fn in_row(line: u64, problem: impl Into<String>) -> Self {
        Self {
            line,
            column: None,
            problem: problem.into(),
        }
    }

    /// A mistake in one field.
    pub fn in_field(line: u64, column: &str, problem: impl Into<String>) -> Self {
        Self {
            line,
            column: Some(column.to_owned()),
            problem: problem.into(),
        }
    }
}

/// A table that cannot be read or has mistakes.
#[derive(Debug, Error)]
pub enum UserTableError {
    /// The file cannot be read.
    #[error("cannot read {}: {}", shown_path(.0), reason(.1))]
    Read(PathBuf, std::io::Error),
    /// The table has mistakes. They are printed one per line.
    #[error("{}", text_of(path, mistakes, *n_omitted))]
    Mistakes {
        /// Path of the file.
        path: PathBuf,
        /// The first mistakes, in the order of their lines.
        mistakes: Vec<Mistake>,
        /// Number of mistakes after those.
        n_omitted: usize,
    },
}

impl UserTableError {
    /// The error of a table with a single mistake, about a whole row.
    pub fn single(path: &Path, line: u64, problem: impl Into<String>) -> Self {
        Self::Mistakes {
            path: path.to_owned(),
            mistakes: vec![Mistake::in_row(line, problem)],
            n_omitted: 0,
        }
    }
}

/// Collects the mistakes of one table.
#[derive(Clone, Debug)]
pub struct Mistakes {
    path: PathBuf,
    list: Vec<Mistake>,
    /// Number of mistakes that the reader of the table itself has found.
    n_of_reader: usize,
}

impl Mistakes {
    /// An empty list for a file.
    pub fn new(path: &Path) -> Self {
        Self::with(path, Vec::new())
    }

    /// A list that starts with the mistakes of the reader itself.
    pub(super) fn with(path: &Path, list: Vec<Mistake>) -> Self {
        Self {
            path: path.to_owned(),
            n_of_reader: list.len(),
            list,
        }
    }

    /// Adds a mistake.
    pub fn push(&mut self, mistake: Mistake) {
        self.list.push(mistake);
    }

    /// The value of a field; its mistake is added to the list.
    pub fn collect<T>(&mut self, field: Result<T, Mistake>) -> Option<T> {
        field.map_err(|mistake| self.push(mistake)).ok()
    }

    /// Number of mistakes.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether as many mistakes as are printed have been added. A caller that adds them in the order of
    /// lines need not search for suggestions for the later ones.
    pub fn is_full(&self) -> bool {
        self.list.len() - self.n_of_reader >= MAX_SHOWN
    }

    /// Ends the collection.
    ///
    /// # Errors
    /// If there are mistakes; the error has the first 20 in the order of lines.
    pub fn finish(mut self) -> Result<(), UserTableError> {
        if self.list.is_empty() {
            return Ok(());
        }
        // Mistakes of one line stay in the order in which they were found.
        self.list.sort_by_key(|mistake| mistake.line);
        let n_omitted = self.list.len().saturating_sub(MAX_SHOWN);
        self.list.truncate(MAX_SHOWN);
        Err(UserTableError::Mistakes {
            path: self.path,
            mistakes: self.list,
            n_omitted,
        })
    }
}

/// A text from a file in backquotes: escaped, and cut if it is long.
pub fn quoted(text: &str) -> String {
    let end = text.char_indices().nth(MAX_FIELD).map(|(at, _)| at);
    match end {
        Some(end) => format!("`{}…`", escaped(&text[..end])),
        None => format!("`{}`", escaped(text)),
    }
}

/// Why a file cannot be read, and what to do.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            "there is no such file: check the name and the folder".to_owned()
        }
        std::io::ErrorKind::IsADirectory => "it is a folder: give a file in it".to_owned(),
        _ => error.to_string(),
    }
}

fn shown_path(path: &Path) -> String {
    escaped(&path.display().to_string()).into_owned()
}

fn text_of(path: &Path, mistakes: &[Mistake], n_omitted: usize) -> String {
    let path = shown_path(path);
    let mut text = String::new();
    for mistake in mistakes {
        if !text.is_empty() {
            text.push('\n');
        }
        let Mistake {
            line,
            column,
            problem,
        } = mistake;
        let column = column
            .as_ref()
            .map_or_else(String::new, |column| format!(", column {}", quoted(column)));
        write!(text, "{path}:{line}{column}: {problem}").expect("writing to memory does not fail");
    }
    if n_omitted > 0 {
        let noun = if n_omitted == 1 {
            "mistake"
        } else {
            "mistakes"
        };
        write!(text, "\n{path}: and {} more {noun}", grouped(n_omitted))
            .expect("writing to memory does not fail");
    }
    text
}

/// A count with commas between groups of three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
