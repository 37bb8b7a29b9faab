//! The resolutions file: how questions were answered, and what others had forecast.
//!
//! A CSV with the columns `scenario`, `outcome` and `answer` (yes, no, annulled, or empty where
//! there is none yet), and where they are wanted: `date`, `source`, `group` and `order` for
//! options of one question, any number of `reference_…` columns with the probabilities of other
//! forecasters, and `note`. All mistakes of the file are told at once.

use super::ScoreError;
use super::sheet::{Row, Sheet};
use crate::base::diagnostic::nearest;
use crate::scenario::{Answer, Resolution};
use crate::table::table::{is_good_header, sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a column of another forecaster's probabilities begins with.
pub const REFERENCE: &str = "reference_";

const COLUMNS: [&str; 8] = [
    "scenario", "outcome", "answer", "date", "source", "group", "order", "note",
];

/// A resolutions file.
#[derive(Clone, Debug)]
pub struct Resolutions {
    /// Where it is.
    pub path: PathBuf,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// The names of its reference columns, in order.
    pub references: Vec<String>,
    /// Its rows, by scenario and outcome.
    pub rows: BTreeMap<(String, String), ResolutionRow>,
}

/// What the file says about one question.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolutionRow {
    /// The line of the file.
    pub line: u64,
    /// The answer, if there is one.
    pub resolution: Option<Resolution>,
    /// The question of which this outcome is one option.
    pub group: Option<String>,
    /// Its place among ordered options.
    pub order: Option<f64>,
    /// What others had forecast, in the order of [`Resolutions::references`].
    pub references: Vec<Option<f64>>,
}

/// Reads a resolutions file.
///
/// # Errors
/// Where it cannot be read, or with all its mistakes.
pub fn read_resolutions(path: &Path) -> Result<Resolutions, ScoreError> {
    let bytes = std::fs::read(path).map_err(|error| ScoreError::Read(path.to_owned(), error))?;
    parse_resolutions(path, &bytes)
}

pub(super) fn parse_resolutions(path: &Path, bytes: &[u8]) -> Result<Resolutions, ScoreError> {
    let sheet = Sheet::parse(path, bytes, &COLUMNS[..3])?;
    let mut mistakes = Vec::new();
    let mut references = Vec::new();
    for column in sheet.header() {
        if column.starts_with(REFERENCE) && is_good_header(column) {
            references.push(column.clone());
        } else if !COLUMNS.contains(&column.as_str()) {
            mistakes.push(unknown_column(path, column));
        }
    }
    let mut rows = BTreeMap::new();
    for row in sheet.rows() {
        match resolution_row(row, &references) {
            Ok((name, read)) => {
                if rows.insert(name, read).is_some() {
                    mistakes.push(row.mistake("answers a question for a second time"));
                }
            }
            Err(error) => mistakes.push(error),
        }
    }
    ScoreError::all(mistakes)?;
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
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("known are {known} and reference_…, in small letters"),
    };
    ScoreError::mistake(
        path,
        1,
        &format!("has an unknown column `{column}`: {hint}"),
    )
}

fn resolution_row(
    row: Row<'_>,
    references: &[String],
) -> Result<((String, String), ResolutionRow), ScoreError> {
    let name = (
        row.needed("scenario")?.to_owned(),
        row.needed("outcome")?.to_owned(),
    );
    let references = references.iter().map(|column| row.probability(column));
    let read = ResolutionRow {
        line: row.line(),
        resolution: answer(row, "answer", "date", "source")?,
        group: row.safe_text("group")?,
        order: row.number("order")?,
        references: references.collect::<Result<_, _>>()?,
    };
    if read.order.is_some() && read.group.is_none() {
        return Err(row.mistake("has an `order` and no `group` in which it is one"));
    }
    Ok((name, read))
}

/// The answer in a row of either kind of file; `None` where there is none yet.
pub(super) fn answer(
    row: Row<'_>,
    answer: &str,
    date: &str,
    source: &str,
) -> Result<Option<Resolution>, ScoreError> {
    // All three are looked at, so that a bad date is told of before there is an answer.
    let (date, source) = (row.date(date)?, row.safe_text(source)?);
    let Some(text) = row.text(answer) else {
        return Ok(None);
    };
    let word = text.to_lowercase();
    let Some(answer) = Answer::ALL.into_iter().find(|answer| answer.word() == word) else {
        let problem = format!(
            "`{answer}` is `{text}` and not yes, no or annulled; leave it empty where there is none yet"
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
    fn a_file_as_a_spreadsheet_saves_it() {
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
    fn all_mistakes_are_told_with_their_lines() {
        let text = "scenario,outcome,answer,dat,order,reference_x\ns,a,maybe,,,\n,b,yes,,,\n\
                    s,c,no,,,1.2\ns,d,no,,3,\ns,e,no,,,\ns,e,yes,,,\n";
        let told = parse(text).unwrap_err();
        for expected in [
            "r.csv:1: has an unknown column `dat`: did you mean `date`?",
            "r.csv:2: `answer` is `maybe` and not yes, no or annulled",
            "r.csv:3: has no `scenario`",
            "r.csv:4: `reference_x` is `1.2` and not a probability",
            "r.csv:5: has an `order` and no `group`",
            "r.csv:7: answers a question for a second time",
        ] {
            assert!(told.contains(expected), "{told}");
        }
        assert_eq!(told.lines().count(), 6, "{told}");
    }

    #[test]
    fn what_spreadsheets_do_to_files_is_named() {
        assert!(
            parse("scenario;outcome;answer\ns;a;yes\n")
                .unwrap_err()
                .contains("save it with commas")
        );
        assert!(
            parse("scenario,outcome\n")
                .unwrap_err()
                .contains("no column `answer`")
        );
        let american = "scenario,outcome,answer,date\ns,a,yes,11/30/2016\n";
        assert!(
            parse(american)
                .unwrap_err()
                .contains("write it like 2016-11-30")
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
