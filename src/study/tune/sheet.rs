//! A CSV of targets, whoever saved it.
//!
//! In: the bytes of a file and the scenario that it is about. Out: targets by ids, or all
//! mistakes, each with its row and column. A byte-order mark, both kinds of line ends, tabs,
//! semicolons with decimal commas, and Excel's line `sep=;` are taken as they come. Absent on
//! purpose: what becomes of the targets.

use super::edit::did_you_mean;
use super::free::rounded;
use super::targets::{Subject, Target, TargetKind};
use crate::base::index::{ActionId, Id, OutcomeId, VariableId};
use crate::scenario::Scenario;

/// The columns that the file may have; the first five it must.
const COLUMNS: [&str; 6] = ["kind", "name", "day", "target", "tolerance", "weight"];
const NEEDED: [&str; 4] = ["kind", "name", "target", "tolerance"];

/// A file's rows by the names of its columns.
struct Sheet {
    header: Vec<String>,
    /// Each with its number: the header is row 1, as a spreadsheet counts.
    rows: Vec<(u64, csv::StringRecord)>,
    has_decimal_commas: bool,
}

/// One row.
struct Row<'a> {
    sheet: &'a Sheet,
    record: &'a csv::StringRecord,
    number: u64,
}

/// Reads targets.
///
/// # Errors
/// All mistakes of the file.
pub(super) fn parse_targets(bytes: &[u8], scenario: &Scenario) -> Result<Vec<Target>, Vec<String>> {
    let sheet = Sheet::parse(bytes)?;
    let mut targets: Vec<Target> = Vec::new();
    let mut mistakes = Vec::new();
    for (number, record) in &sheet.rows {
        // Spreadsheets leave rows without any text behind.
        if record.iter().all(str::is_empty) {
            continue;
        }
        let row = Row {
            sheet: &sheet,
            record,
            number: *number,
        };
        match row.target(scenario, &mut mistakes) {
            Some(target)
                if targets
                    .iter()
                    .any(|known| known.column() == target.column()) =>
            {
                mistakes.push(format!(
                    "row {}: sets a target that a row before it has set",
                    row.number
                ));
            }
            Some(target) => targets.push(target),
            None => {}
        }
    }
    if targets.is_empty() && mistakes.is_empty() {
        mistakes.push("has no target below its header".to_owned());
    }
    if mistakes.is_empty() {
        Ok(targets)
    } else {
        Err(mistakes)
    }
}

impl Sheet {
    fn parse(bytes: &[u8]) -> Result<Self, Vec<String>> {
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            return Err(vec![
                "is UTF-16 text: save it as CSV in UTF-8 (in Excel: \"CSV UTF-8\")".to_owned(),
            ]);
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let (bytes, n_skipped) = without_separator_line(bytes);
        let first_line = bytes.split(|&byte| byte == b'\n').next().unwrap_or(bytes);
        let between = [b';', b'\t'];
        let between = between.into_iter().find(|mark| first_line.contains(mark));
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .delimiter(between.unwrap_or(b','))
            .flexible(true)
            .from_reader(bytes);
        let header = reader.headers().cloned().unwrap_or_default();
        let header: Vec<String> = header.iter().map(str::to_lowercase).collect();
        let mut mistakes = mistakes_of_header(&header);
        let mut rows = Vec::new();
        for record in reader.records() {
            let (position, problem) = match &record {
                Ok(record) => (record.position(), wrong_length(record, header.len())),
                Err(error) => {
                    let problem = "is not UTF-8 text: save the file as CSV in UTF-8".to_owned();
                    (error.position(), Some(problem))
                }
            };
            let number = n_skipped + position.map_or(0, |position| line_of(bytes, position));
            match (problem, record) {
                (None, Ok(record)) => rows.push((number, record)),
                (Some(problem), _) if mistakes.is_empty() => {
                    mistakes.push(format!("row {number}: {problem}"));
                }
                // With a header that is not one, its rows say nothing more.
                _ => {}
            }
        }
        if mistakes.is_empty() {
            Ok(Self {
                header,
                rows,
                has_decimal_commas: between == Some(b';'),
            })
        } else {
            Err(mistakes)
        }
    }
}

/// Without the first line `sep=;` that tells Excel what stands between the fields; and how many
/// lines that were.
fn without_separator_line(bytes: &[u8]) -> (&[u8], u64) {
    let end = bytes.iter().position(|&byte| byte == b'\n');
    match end {
        Some(end) if bytes.starts_with(b"sep=") && end <= b"sep=;\r".len() => {
            (&bytes[end + 1..], 1)
        }
        _ => (bytes, 0),
    }
}

/// The line, from 1, of the record that the reader found from a position on: empty lines are passed
/// over, but count.
fn line_of(bytes: &[u8], position: &csv::Position) -> u64 {
    let from = (position.byte() as usize).min(bytes.len());
    let is_empty = |byte: &&u8| matches!(byte, b'\n' | b'\r');
    let n_empty = bytes[from..].iter().take_while(is_empty).count();
    let before = &bytes[..from + n_empty];
    1 + before.iter().filter(|&&byte| byte == b'\n').count() as u64
}

fn mistakes_of_header(header: &[String]) -> Vec<String> {
    let known = COLUMNS.join(", ");
    let mut mistakes = Vec::new();
    for (at, column) in header.iter().enumerate() {
        if header[..at].contains(column) {
            mistakes.push(format!("row 1: has two columns `{column}`"));
        } else if !COLUMNS.contains(&column.as_str()) {
            mistakes.push(format!(
                "row 1: has an unknown column `{column}`: known are {known}"
            ));
        }
    }
    for column in NEEDED {
        if !header.iter().any(|known| known == column) {
            mistakes.push(format!("row 1: has no column `{column}`"));
        }
    }
    mistakes
}

/// What is wrong with the number of a row's fields; spreadsheets leave out empty ones at the end,
/// or add some.
fn wrong_length(record: &csv::StringRecord, n_columns: usize) -> Option<String> {
    let n_fields = record.len();
    let is_filled = record.iter().skip(n_columns).any(|text| !text.is_empty());
    is_filled.then(|| {
        format!(
            "has {n_fields} fields below {n_columns} columns: write numbers with a decimal point, or semicolons between all fields"
        )
    })
}

impl Row<'_> {
    fn text(&self, column: &str) -> Option<&str> {
        let at = self.sheet.header.iter().position(|known| known == column)?;
        self.record.get(at).filter(|text| !text.is_empty())
    }

    fn mistake(&self, column: &str, problem: &str) -> String {
        format!("row {}, column `{column}`: {problem}", self.number)
    }

    /// A target; its mistakes are added to the list.
    fn target(&self, scenario: &Scenario, mistakes: &mut Vec<String>) -> Option<Target> {
        let before = mistakes.len();
        let kind = note(self.kind(), mistakes);
        let found = kind.and_then(|kind| note(self.subject(kind, scenario), mistakes));
        let target = note(self.needed_number("target"), mistakes);
        let tolerance = note(self.positive("tolerance", None), mistakes);
        let weight = note(self.positive("weight", Some(1.0)), mistakes);
        let (kind, (subject, last_day, bounds)) = (kind?, found?);
        let day = note(self.day(kind, last_day), mistakes);
        if let Some(target) = target
            && !(bounds.0..=bounds.1).contains(&target)
        {
            let (low, high) = bounds;
            let mut problem =
                format!("{target} cannot be reached: it lies between {low} and {high}");
            if bounds == (0.0, 1.0) && (1.0..=100.0).contains(&target) {
                problem += &format!("; write {target} % as {}", target / 100.0);
            }
            mistakes.push(self.mistake("target", &problem));
        }
        (mistakes.len() == before).then_some(())?;
        Some(Target {
            kind,
            name: self.text("name")?.to_owned(),
            day: day?,
            target: target?,
            tolerance: tolerance?,
            weight: weight?,
            subject,
            bounds,
        })
    }

    fn kind(&self) -> Result<TargetKind, String> {
        let words = TargetKind::ALL.map(TargetKind::word).join(", ");
        let Some(text) = self.text("kind") else {
            return Err(self.mistake("kind", &format!("is empty: write one of {words}")));
        };
        let mut kinds = TargetKind::ALL.into_iter();
        kinds
            .find(|kind| kind.word() == text)
            .ok_or_else(|| self.mistake("kind", &format!("`{text}` is none of {words}")))
    }

    /// What the row is about, its last day, and between what its value lies.
    fn subject(
        &self,
        kind: TargetKind,
        scenario: &Scenario,
    ) -> Result<(Subject, u16, (f64, f64)), String> {
        let Some(name) = self.text("name") else {
            return Err(self.mistake("name", "is empty"));
        };
        let outcomes = scenario.outcomes.iter().map(|one| one.name.as_str());
        let actions = scenario.actions.iter().map(|one| one.name.as_str());
        let variables = scenario.variables.iter().map(|one| one.name.as_str());
        match kind {
            TargetKind::Probability | TargetKind::MeanDay => {
                let at = self.position("outcome", name, outcomes.collect())?;
                let id = OutcomeId::new(at);
                let last_day = scenario.outcomes[id].last_day;
                let bounds = if kind == TargetKind::MeanDay {
                    (1.0, f64::from(last_day))
                } else {
                    (0.0, 1.0)
                };
                Ok((Subject::Outcome(id), last_day, bounds))
            }
            TargetKind::ActionShare | TargetKind::ActionCount => {
                let at = self.position("action", name, actions.collect())?;
                let most = if kind == TargetKind::ActionShare {
                    1.0
                } else {
                    f64::from(scenario.horizon_days)
                };
                Ok((Subject::Action(ActionId::new(at)), 0, (0.0, most)))
            }
            TargetKind::Variable => {
                let at = self.position("variable", name, variables.collect())?;
                let id = VariableId::new(at);
                let variable = &scenario.variables[id];
                let bounds = (variable.min, variable.max);
                Ok((Subject::Variable(id), scenario.horizon_days, bounds))
            }
        }
    }

    fn position(&self, noun: &str, name: &str, known: Vec<&str>) -> Result<usize, String> {
        if let Some(at) = known.iter().position(|one| *one == name) {
            return Ok(at);
        }
        // A whole path is not far from its last part.
        let last = name.rsplit('.').next().unwrap_or(name);
        let hint = did_you_mean(last, &known);
        Err(self.mistake(
            "name",
            &format!("the scenario has no {noun} `{name}`{hint}"),
        ))
    }

    fn day(&self, kind: TargetKind, last_day: u16) -> Result<Option<u16>, String> {
        let takes_a_day = matches!(kind, TargetKind::Probability | TargetKind::Variable);
        match self.text("day") {
            None if kind == TargetKind::Variable => {
                Err(self.mistake("day", "is empty: a variable has a target on a day"))
            }
            None => Ok(None),
            Some(_) if !takes_a_day => {
                let problem = format!(
                    "a target of kind {} has no day: leave it empty",
                    kind.word()
                );
                Err(self.mistake("day", &problem))
            }
            Some(text) => match text.parse() {
                Ok(day) if (1..=last_day).contains(&day) => Ok(Some(day)),
                _ => {
                    let problem = format!("`{text}` is not a day from 1 to {last_day}");
                    Err(self.mistake("day", &problem))
                }
            },
        }
    }

    fn number(&self, column: &str) -> Result<Option<f64>, String> {
        let Some(text) = self.text(column) else {
            return Ok(None);
        };
        let written = if self.sheet.has_decimal_commas {
            text.replace(',', ".")
        } else {
            text.to_owned()
        };
        match written.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => {
                let percent = written.strip_suffix('%').map(str::trim);
                let share = percent.and_then(|text| text.parse::<f64>().ok());
                let share = share.map(|share| share / 100.0);
                let meant = share.or_else(|| written.replace(',', ".").parse().ok());
                let meant = meant.filter(|meant| meant.is_finite());
                let hint = meant.map_or_else(String::new, |meant| {
                    format!(": write {}", rounded(meant, 12))
                });
                Err(self.mistake(column, &format!("`{text}` is not a number{hint}")))
            }
        }
    }

    fn needed_number(&self, column: &str) -> Result<f64, String> {
        self.number(column)?
            .ok_or_else(|| self.mistake(column, "is empty"))
    }

    fn positive(&self, column: &str, absent: Option<f64>) -> Result<f64, String> {
        let number = match absent {
            Some(absent) => self.number(column)?.unwrap_or(absent),
            None => self.needed_number(column)?,
        };
        if number > 0.0 {
            Ok(number)
        } else {
            Err(self.mistake(column, &format!("{number} is not above 0")))
        }
    }
}

/// Puts a mistake on the list.
fn note<T>(read: Result<T, String>, mistakes: &mut Vec<String>) -> Option<T> {
    read.map_err(|mistake| mistakes.push(mistake)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diagnostic::Sources;

    fn scenario() -> Scenario {
        let text = include_str!("../../../params/quickstart.toml");
        let reading = crate::scenario::read(&mut Sources::default(), "q.toml", text, &[]);
        reading.scenario.expect("the quickstart is sound")
    }

    #[test]
    fn both_kinds_of_spreadsheets_are_read() {
        let commas = "\u{feff}kind,name,day,target,tolerance,weight\r\n\
            probability,crisis,,0.25,0.01,\r\nprobability,crisis,12,0.1,0.01,2\r\n,,,,,\r\n\
            mean_day,fortress,,\"14.5\",1,\r\naction_share,offer_talks,,0.5,0.02,\r\n\
            action_count,offer_talks,,1.5,0.1,\r\nvariable,tension,28,0.4,0.01,\r\n";
        let semicolons = "kind;name;day;target;tolerance;weight\n\
            probability;crisis;;0,25;0,01;\nprobability;crisis;12;0,1;0,01;2\n\
            mean_day;fortress;;14,5;1;\naction_share;offer_talks;;0,5;0,02;\n\
            action_count;offer_talks;;1,5;0,1;\nvariable;tension;28;0,4;0,01;\n";
        let scenario = scenario();
        let read = |text: &str| parse_targets(text.as_bytes(), &scenario).unwrap();
        let targets = read(commas);
        assert_eq!(targets, read(semicolons));
        let columns: Vec<String> = targets.iter().map(Target::column).collect();
        let expected = [
            "probability.crisis",
            "probability.crisis.day_12",
            "mean_day.fortress",
            "action_share.offer_talks",
            "action_count.offer_talks",
            "variable.tension.day_28",
        ];
        assert_eq!(columns, expected);
        assert_eq!((targets[1].weight, targets[0].weight), (2.0, 1.0));
        assert!(targets[0].is_met(Some(0.26)) && !targets[0].is_met(Some(0.2601)));
        // The mean day of what never comes is as far off as a day can be: day 1, from 14.5 of 21.
        assert_eq!(targets[2].distance(None), -13.5);
        assert!(!targets[2].is_met(None));
    }

    #[test]
    fn every_mistake_names_its_row_and_column() {
        let text = "kind,name,day,target,tolerance,weight\n\
            probability,crysis,,0.25,0.01,\nprobability,crisis,29,25,0,-1\n\
            variable,tension,,x,,\nmood,crisis,,1,1,\nmean_day,crisis,3,40,1,\n\
            action_share,offer_talks,,30%,0.1,\nprobability,crisis,,0.2,0.1,\n\
            probability,crisis,,0.3,0.1,\n";
        let mistakes = parse_targets(text.as_bytes(), &scenario()).unwrap_err();
        let expected = [
            "row 2, column `name`: the scenario has no outcome `crysis`: did you mean `crisis`?",
            "row 3, column `tolerance`: 0 is not above 0",
            "row 3, column `weight`: -1 is not above 0",
            "row 3, column `day`: `29` is not a day from 1 to 28",
            "row 3, column `target`: 25 cannot be reached: it lies between 0 and 1; write 25 % as 0.25",
            "row 4, column `target`: `x` is not a number",
            "row 4, column `tolerance`: is empty",
            "row 4, column `day`: is empty: a variable has a target on a day",
            "row 5, column `kind`: `mood` is none of probability, mean_day, action_share, action_count, variable",
            "row 6, column `day`: a target of kind mean_day has no day: leave it empty",
            "row 6, column `target`: 40 cannot be reached: it lies between 1 and 28",
            "row 7, column `target`: `30%` is not a number: write 0.3",
            "row 9: sets a target that a row before it has set",
        ];
        assert_eq!(mistakes, expected);
    }

    #[test]
    fn a_wrong_header_is_told() {
        let scenario = scenario();
        let read = |text: &str| parse_targets(text.as_bytes(), &scenario).unwrap_err();
        let mistakes = read("kind,name,name,goal,tolerance\n");
        assert_eq!(mistakes.len(), 3, "{mistakes:?}");
        assert!(read("")[0].contains("no column `kind`"));
        assert!(read("kind,name,target,tolerance\n")[0].contains("no target below"));
        let mistakes = read("kind,name,target,tolerance\nprobability,crisis,0,25,0,01\n");
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert!(mistakes[0].starts_with("row 2: has 6 fields below 4 columns"));
        assert!(mistakes[0].contains("decimal point"), "{mistakes:?}");
        let bytes = b"kind,name,target,tolerance\nprobability,cris\xe9s,0.2,0.1\n";
        let mistakes = parse_targets(bytes, &scenario).unwrap_err();
        assert_eq!(
            mistakes,
            ["row 2: is not UTF-8 text: save the file as CSV in UTF-8"]
        );
        let mistakes = parse_targets(b"\xff\xfek\x00", &scenario).unwrap_err();
        assert!(mistakes[0].contains("is UTF-16 text"), "{mistakes:?}");
    }

    #[test]
    fn what_spreadsheets_add_is_taken_as_it_comes() {
        let scenario = scenario();
        let read = |text: &str| parse_targets(text.as_bytes(), &scenario);
        let plain = read("kind,name,target,tolerance\nprobability,crisis,0.2,0.01\n").unwrap();
        for text in [
            "sep=;\r\nkind;name;target;tolerance\r\nprobability;crisis;0,2;0,01\r\n",
            "kind\tname\ttarget\ttolerance\nprobability\tcrisis\t0.2\t0.01\n",
            "Kind,NAME,Target,Tolerance\nprobability,crisis,0.2,0.01\n",
            // Empty fields at the end, left out or added.
            "kind,name,target,tolerance,weight\nprobability,crisis,0.2,0.01\n",
            "kind,name,target,tolerance\nprobability,crisis,0.2,0.01,,\n",
        ] {
            assert_eq!(read(text).as_ref(), Ok(&plain), "{text}");
        }
    }

    #[test]
    fn empty_lines_count_as_rows() {
        let text = "sep=,\nkind,name,target,tolerance\n\n\nprobability,crisis,\"0,2\",0.01\n,,,\nprobability,outcomes.crisis,0.2,0.1\n";
        let mistakes = parse_targets(text.as_bytes(), &scenario()).unwrap_err();
        let expected = [
            "row 5, column `target`: `0,2` is not a number: write 0.2",
            "row 7, column `name`: the scenario has no outcome `outcomes.crisis`: did you mean `crisis`?",
        ];
        assert_eq!(mistakes, expected);
    }
}
