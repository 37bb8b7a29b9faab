//! Reads the resolutions file: answers, and the probabilities of other forecasters.
//!
//! It is a CSV with the columns `scenario`, `outcome` and `answer` (yes, no, annulled, or empty if
//! unresolved), and optionally `date`, `source`, `note`, `group` and `order` for exclusive
//! alternatives, and any number of `reference_…` columns. All mistakes of the file are reported at
//! once.

use super::csv_reader::{CsvFile, CsvRow};
use super::error::ScoreError;
use crate::base::diagnostic::nearest;
use crate::scenario::{Answer, Resolution};
use crate::table::column::is_good_header;
use crate::table::sha256;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Prefix of the columns with the probabilities of other forecasters.
pub const REFERENCE: &str = "reference_";

const COLUMNS: [&str; 8] = [
    "scenario", "outcome", "answer", "date", "source", "group", "order", "note",
];

/// The content of a resolutions file.
#[derive(Clone, Debug)]
pub struct Resolutions {
    /// Path of the file.
    pub path: PathBuf,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// The names of its reference columns, in order.
    pub references: Vec<String>,
    /// Its rows, by scenario and outcome.
    pub rows: BTreeMap<(String, String), ResolutionRow>,
}

/// One row of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolutionRow {
    /// Its line in the file.
    pub line: u64,
    /// The resolution, if there is one.
    pub resolution: Option<Resolution>,
    /// The group of exclusive alternatives that the outcome is one of.
    pub group: Option<String>,
    /// Its rank among ordered alternatives.
    pub order: Option<f64>,
    /// The probabilities of other forecasters, in the order of [`Resolutions::references`].
    pub references: Vec<Option<f64>>,
}

/// Reads a resolutions file.
///
/// # Errors
/// If it cannot be read or has mistakes; the error contains all of them.
pub fn read_resolutions(path: &Path) -> Result<Resolutions, ScoreError> {
    let bytes = std::fs::read(path).map_err(|error| ScoreError::Read(path.to_owned(), error))?;
    parse_resolutions(path, &bytes)
}

pub(super) fn parse_resolutions(path: &Path, bytes: &[u8]) -> Result<Resolutions, ScoreError> {
    let file = CsvFile::parse(path, bytes, &COLUMNS[..3])?;
    let mut mistakes = Vec::new();
    let mut references = Vec::new();
    for column in file.header() {
        if column.starts_with(REFERENCE) && is_good_header(column) {
            references.push(column.clone());
        } else if !COLUMNS.contains(&column.as_str()) {
            mistakes.push(unknown_column(path, column));
        }
    }
    let mut rows = BTreeMap::new();
    for row in file.rows() {
        match resolution_row(row, &references) {
            Ok((name, read)) => {
                if rows.insert(name, read).is_some() {
                    mistakes.push(row.mistake(
                        "the outcome is resolved in an earlier row: remove one of the two",
                    ));
                }
            }
            Err(error) => mistakes.push(error),
        }
    }
    ScoreError::from_mistakes(mistakes)?;
    Ok(Resolutions {
        path: path.to_owned(),
        sha256: sha256(bytes),
        references,
        rows,
    })
}

fn unknown_column(path: &Path, column: &str) -> ScoreError {
    let known = COLUMNS.join(", ");
    let hint = match nearest(column, COLUMNS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write one of {known}, or reference_… in lowercase"),
    };
    ScoreError::mistake(path, 1, &format!("unknown column `{column}`: {hint}"))
}

fn resolution_row(
    row: CsvRow<'_>,
    references: &[String],
) -> Result<((String, String), ResolutionRow), ScoreError> {
    let name = (
        row.required("scenario")?.to_owned(),
        row.required("outcome")?.to_owned(),
    );
    let references = references.iter().map(|column| row.probability(column));
    let read = ResolutionRow {
        line: row.line(),
        resolution: resolution(row, "answer", "date", "source")?,
        group: row.safe_text("group")?,
        order: row.finite_number("order")?,
        references: references.collect::<Result<_, _>>()?,
    };
    if read.order.is_some() && read.group.is_none() {
        return Err(row.mistake("`order` is given without a `group`: give the group too"));
    }
    Ok((name, read))
}

/// The resolution in a row of results or resolutions; `None` if unresolved.
pub(super) fn resolution(
    row: CsvRow<'_>,
    answer: &str,
    date: &str,
    source: &str,
) -> Result<Option<Resolution>, ScoreError> {
    // Date and source are parsed first, so that mistakes in them are reported without an answer too.
    let (date, source) = (row.date(date)?, row.safe_text(source)?);
    let Some(text) = row.text(answer) else {
        return Ok(None);
    };
    let word = text.to_lowercase();
    let Some(answer) = Answer::ALL.into_iter().find(|answer| answer.word() == word) else {
        let problem = format!(
            "`{answer}` is `{text}`: write yes, no or annulled, or leave it empty if unresolved"
        );
        return Err(row.mistake(&problem));
    };
    Ok(Some(Resolution {
        answer,
        date,
        source,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Resolutions, String> {
        parse_resolutions(Path::new("r.csv"), text.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn spreadsheet_formats_are_read() {
        let text = "\u{feff}scenario,outcome,answer,date,source,reference_crowd\r\n\
                    s,a,Yes,2030-03-04,\"The Times, p. 1\",0.3\r\ns,b,,,,\r\n,,,,,\r\ns,c,annulled,,,1\r\n";
        let read = parse(text).unwrap();
        assert_eq!(read.references, ["reference_crowd"]);
        assert_eq!(read.rows.len(), 3);
        let row = |outcome: &str| &read.rows[&("s".to_owned(), outcome.to_owned())];
        let resolution = row("a").resolution.as_ref().unwrap();
        assert_eq!(resolution.answer, Answer::Yes);
        assert_eq!(resolution.date, Some("2030-03-04".parse().unwrap()));
        assert_eq!(resolution.source.as_deref(), Some("The Times, p. 1"));
        assert_eq!(row("a").references, [Some(0.3)]);
        assert_eq!((row("b").line, &row("b").resolution), (3, &None));
        assert_eq!(
            row("c").resolution.as_ref().unwrap().answer,
            Answer::Annulled
        );
    }

    #[test]
    fn all_mistakes_are_reported_with_their_lines() {
        let text = "scenario,outcome,answer,dat,order,reference_x\ns,a,maybe,,,\n,b,yes,,,\n\
                    s,c,no,,,1.2\ns,d,no,,3,\ns,e,no,,,\ns,e,yes,,,\n";
        let error = parse(text).unwrap_err();
        for expected in [
            "r.csv:1: unknown column `dat`: did you mean `date`?",
            "r.csv:2: `answer` is `maybe`: write yes, no or annulled",
            "r.csv:3: `scenario` is empty",
            "r.csv:4: `reference_x` is `1.2`: write a probability",
            "r.csv:5: `order` is given without a `group`",
            "r.csv:7: the outcome is resolved in an earlier row",
        ] {
            assert!(error.contains(expected), "{error}");
        }
        assert_eq!(error.lines().count(), 6, "{error}");
    }

    #[test]
    fn spreadsheet_mistakes_have_instructions() {
        assert!(
            parse("scenario;outcome;answer\ns;a;yes\n")
                .unwrap_err()
                .contains("save the file with commas")
        );
        assert!(
            parse("scenario,outcome\n")
                .unwrap_err()
                .contains("the column `answer` is missing")
        );
        let american = "scenario,outcome,answer,date\ns,a,yes,11/30/2016\n";
        assert!(
            parse(american)
                .unwrap_err()
                .contains("write a date such as 2016-11-30")
        );
        let formula = "scenario,outcome,answer,source\ns,a,yes,=1+1\n";
        assert!(parse(formula).unwrap_err().contains("formula"));
        let windows = "scenario,outcome,answer\r\n\r\ns,a,yes\r\ns,b,maybe\r\n";
        assert!(parse(windows).unwrap_err().starts_with("r.csv:4:"));
        assert!(
            parse("scenario,outcome,answer\ns,a\n")
                .unwrap_err()
                .contains("r.csv:2")
        );
    }
}
