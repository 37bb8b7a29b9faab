//! Reads the resolutions file: answers, and the probabilities of other forecasters.
//!
//! It is a table with the columns `scenario`, `outcome` and `answer` (yes, no, annulled, or empty if
//! unresolved), and optionally `date`, `source`, `note`, `group` and `order` for exclusive
//! alternatives, and any number of `reference_…` columns. All mistakes of the file are reported at
//! once, also those that only the forecasts show.

use crate::scenario::{Answer, Resolution};
use crate::table::column::is_good_header;
use crate::table::sha256;
use crate::table::user_table::{
    Mistakes, UserRow, UserTable, UserTableError, composed, quoted, read_regular_file,
};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
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
    /// The mistakes found so far. They are reported with those that only the forecasts show.
    pub(super) mistakes: Mistakes,
    /// Whether every row is in `rows`, so that a group without one of its alternatives is a mistake of
    /// its own.
    pub(super) is_whole: bool,
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
/// If it cannot be read, or lacks a column. [`super::score`] reports the mistakes of its rows.
pub fn read_resolutions(path: &Path) -> Result<Resolutions, UserTableError> {
    let bytes =
        read_regular_file(path).map_err(|error| UserTableError::Read(path.to_owned(), error))?;
    parse_resolutions(path, &bytes)
}

pub(super) fn parse_resolutions(path: &Path, bytes: &[u8]) -> Result<Resolutions, UserTableError> {
    let mut table = UserTable::parse(path, bytes)?;
    let mut mistakes = table.mistakes();
    let is_reference = |column: &str| column.starts_with(REFERENCE) && is_good_header(column);
    let others = ", or reference_…, with letters, digits and _";
    // `key` is in the resolutions.csv of a results folder.
    let is_ignored = |column: &str| column == "key" || is_reference(column);
    table.reject_unknown(&COLUMNS, is_ignored, others, &mut mistakes);
    table.require(&COLUMNS[..3], &mut mistakes)?;
    let columns = table.header().iter();
    let references: Vec<String> = columns.filter(|one| is_reference(one)).cloned().collect();
    let mut rows: BTreeMap<(String, String), ResolutionRow> = BTreeMap::new();
    let mut is_whole = true;
    for row in table.rows() {
        let Some((name, read)) = resolution_row(row, &references, &mut mistakes) else {
            is_whole = false;
            continue;
        };
        match rows.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(read);
            }
            Entry::Occupied(first) => mistakes.push(row.row_mistake(format!(
                "the outcome is resolved in line {} too: remove one of the two",
                first.get().line
            ))),
        }
    }
    Ok(Resolutions {
        path: path.to_owned(),
        sha256: sha256(bytes),
        references,
        rows,
        mistakes,
        is_whole,
    })
}

/// The row with its scenario and outcome. Its mistakes are added to the list.
fn resolution_row(
    row: UserRow<'_>,
    references: &[String],
    mistakes: &mut Mistakes,
) -> Option<((String, String), ResolutionRow)> {
    let scenario = mistakes.collect(row.name("scenario", "the scenario"));
    let outcome = mistakes.collect(row.name("outcome", "an outcome of the scenario"));
    let resolution = resolution(row, mistakes);
    let group = mistakes.collect(row.safe_text("group")).flatten();
    let order = mistakes.collect(row.number("order")).flatten();
    if order.is_some() && row.value("group").is_none() {
        mistakes.push(row.mistake("order", "is given without a `group`: give the group too"));
    }
    let references = references.iter().map(|column| {
        let reference = row.probability(column);
        mistakes.collect(reference).flatten()
    });
    let read = ResolutionRow {
        line: row.line(),
        references: references.collect(),
        resolution,
        group,
        order,
    };
    Some(((composed(scenario?), composed(outcome?)), read))
}

/// The resolution in the columns `answer`, `date` and `source`; `None` if unresolved. Mistakes are added
/// to the list.
pub(super) fn resolution(row: UserRow<'_>, mistakes: &mut Mistakes) -> Option<Resolution> {
    let date = mistakes.collect(row.date("date")).flatten();
    let source = mistakes.collect(row.safe_text("source")).flatten();
    let text = row.value("answer")?;
    let word = text.to_lowercase();
    let found = Answer::ALL.into_iter().find(|one| one.word() == word);
    if found.is_none() {
        let problem = format!(
            "{} is not an answer: write yes, no or annulled, or leave it empty if unresolved",
            quoted(text)
        );
        mistakes.push(row.mistake("answer", problem));
    }
    Some(Resolution {
        answer: found?,
        date,
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Resolutions, String> {
        let read = parse_resolutions(Path::new("r.csv"), text.as_bytes());
        let read = read.and_then(|file| file.mistakes.clone().finish().map(|()| file));
        read.map_err(|error| error.to_string())
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
                    s,c,no,,,1.2\ns,d,no,,3,15%\ns,e,no,,,\ns,e,yes,,,\n";
        let expected = [
            "r.csv:1: unknown column `dat`: did you mean `date`?",
            "r.csv:2, column `answer`: `maybe` is not an answer: write yes, no or annulled, or leave it empty if unresolved",
            "r.csv:3, column `scenario`: is empty: write the name of the scenario",
            "r.csv:4, column `reference_x`: 1.2 is not a probability: write a number from 0 to 1, such as 0.012 for 1.2 %",
            "r.csv:5, column `order`: is given without a `group`: give the group too",
            "r.csv:5, column `reference_x`: `15%` is a percentage: write 0.15",
            "r.csv:7: the outcome is resolved in line 6 too: remove one of the two",
        ];
        assert_eq!(parse(text).unwrap_err(), expected.join("\n"));
    }

    #[test]
    fn single_mistakes_have_instructions() {
        for (text, expected) in [
            (
                "scenario,outcome\n",
                "r.csv:1: the column `answer` is missing",
            ),
            (
                "scenario,outcome,answer,source\ns,a,yes,=1+1\n",
                "r.csv:2, column `source`: `=1+1` begins like a formula, which spreadsheets evaluate: begin it with a letter or digit",
            ),
            (
                "scenario,outcome,answer\ns,a\n",
                "r.csv:2, column `answer`: is missing: the row has 2 of the 3 fields of the header",
            ),
            (
                "scenario,outcome,answer,reference_a b\ns,a,yes,\n",
                "r.csv:1: unknown column `reference_a b`: write one of scenario, outcome, answer, date, source, group, order, note, or reference_…, with letters, digits and _",
            ),
            (
                "scenario,outcome,answer\ns,a\u{200b},yes\n",
                "r.csv:2, column `outcome`: `a\\u{200b}` contains U+200B (zero-width space), which cannot be seen: delete it",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err(), expected);
        }
        // Omitted fields at the end of a row are empty.
        let short = parse("scenario,outcome,answer,date\ns,a,yes\n").unwrap();
        assert_eq!(short.rows.len(), 1);
    }
}
