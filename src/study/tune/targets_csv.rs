//! CSV reader of targets. All mistakes are reported, each with its row and column.

use super::edit::did_you_mean;
use super::error::TuneError;
use super::free::rounded;
use super::spreadsheet::Spreadsheet;
use super::targets::{Target, TargetKind, TargetSubject};
use crate::base::index::{ActionId, Id, OutcomeId, VariableId};
use crate::scenario::Scenario;
use std::path::Path;

/// All columns, and those that are required.
const COLUMNS: [&str; 6] = ["kind", "name", "day", "target", "tolerance", "weight"];
const REQUIRED: [&str; 4] = ["kind", "name", "target", "tolerance"];

struct TargetRow<'a> {
    file: &'a Spreadsheet,
    record: &'a csv::StringRecord,
    number: u64,
}

/// Reads the file of targets of a scenario.
///
/// # Errors
/// If it cannot be read or has mistakes; the error contains all of them.
pub fn read_targets(path: &Path, scenario: &Scenario) -> Result<Vec<Target>, TuneError> {
    let bytes = std::fs::read(path).map_err(|error| TuneError::Read(path.to_owned(), error))?;
    parse_targets(&bytes, scenario).map_err(|mistakes| TuneError::Targets {
        path: path.to_owned(),
        mistakes,
    })
}

fn parse_targets(bytes: &[u8], scenario: &Scenario) -> Result<Vec<Target>, Vec<String>> {
    let file = Spreadsheet::parse(bytes, header_mistakes)?;
    let mut targets: Vec<Target> = Vec::new();
    let mut mistakes = Vec::new();
    for (number, record) in &file.rows {
        // Spreadsheets append empty rows.
        if record.iter().all(str::is_empty) {
            continue;
        }
        let row = TargetRow {
            file: &file,
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
                    "row {}: repeats the target of an earlier row: remove one of the two",
                    row.number
                ));
            }
            Some(target) => targets.push(target),
            None => {}
        }
    }
    if targets.is_empty() && mistakes.is_empty() {
        mistakes.push("the file has no targets: add a row below the header".to_owned());
    }
    if mistakes.is_empty() {
        Ok(targets)
    } else {
        Err(mistakes)
    }
}

fn header_mistakes(header: &[String]) -> Vec<String> {
    let known = COLUMNS.join(", ");
    let mut mistakes = Vec::new();
    for (index, column) in header.iter().enumerate() {
        if header[..index].contains(column) {
            mistakes.push(format!(
                "row 1: the column `{column}` occurs twice: remove one"
            ));
        } else if !COLUMNS.contains(&column.as_str()) {
            mistakes.push(format!(
                "row 1: unknown column `{column}`: write one of {known}"
            ));
        }
    }
    for column in REQUIRED {
        if !header.iter().any(|known| known == column) {
            mistakes.push(format!("row 1: the column `{column}` is missing"));
        }
    }
    mistakes
}

impl TargetRow<'_> {
    fn text(&self, column: &str) -> Option<&str> {
        let index = self.file.header.iter().position(|known| known == column)?;
        self.record.get(index).filter(|text| !text.is_empty())
    }

    fn mistake(&self, column: &str, problem: &str) -> String {
        format!("row {}, column `{column}`: {problem}", self.number)
    }

    /// The target of the row; its mistakes are added to the list.
    fn target(&self, scenario: &Scenario, mistakes: &mut Vec<String>) -> Option<Target> {
        let before = mistakes.len();
        let kind = collect(self.kind(), mistakes);
        let found = kind.and_then(|kind| collect(self.subject(kind, scenario), mistakes));
        let target = collect(self.required_number("target"), mistakes);
        let tolerance = collect(self.positive("tolerance", None), mistakes);
        let weight = collect(self.positive("weight", Some(1.0)), mistakes);
        let (kind, (subject, last_day, bounds)) = (kind?, found?);
        let day = collect(self.day(kind, last_day), mistakes);
        if let Some(target) = target
            && !(bounds.0..=bounds.1).contains(&target)
        {
            let (low, high) = bounds;
            let mut problem = format!("{target} is impossible: write a value from {low} to {high}");
            if bounds == (0.0, 1.0) && (1.0..=100.0).contains(&target) {
                problem += &format!(", such as {} for {target} %", target / 100.0);
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
        kinds.find(|kind| kind.word() == text).ok_or_else(|| {
            self.mistake(
                "kind",
                &format!("`{text}` is unknown: write one of {words}"),
            )
        })
    }

    /// The subject of the row, its last day, and the bounds of its value.
    fn subject(
        &self,
        kind: TargetKind,
        scenario: &Scenario,
    ) -> Result<(TargetSubject, u16, (f64, f64)), String> {
        let Some(name) = self.text("name") else {
            return Err(self.mistake(
                "name",
                "is empty: write the name of an outcome, action or variable",
            ));
        };
        let outcomes = scenario.outcomes.iter().map(|one| one.name.as_str());
        let actions = scenario.actions.iter().map(|one| one.name.as_str());
        let variables = scenario.variables.iter().map(|one| one.name.as_str());
        match kind {
            TargetKind::Probability | TargetKind::MeanDay => {
                let index = self.position("outcome", name, outcomes.collect())?;
                let id = OutcomeId::new(index);
                let last_day = scenario.outcomes[id].last_day;
                let bounds = if kind == TargetKind::MeanDay {
                    (1.0, f64::from(last_day))
                } else {
                    (0.0, 1.0)
                };
                Ok((TargetSubject::Outcome(id), last_day, bounds))
            }
            TargetKind::ActionShare | TargetKind::ActionCount => {
                let index = self.position("action", name, actions.collect())?;
                let max = if kind == TargetKind::ActionShare {
                    1.0
                } else {
                    f64::from(scenario.horizon_days)
                };
                Ok((TargetSubject::Action(ActionId::new(index)), 0, (0.0, max)))
            }
            TargetKind::Variable => {
                let index = self.position("variable", name, variables.collect())?;
                let id = VariableId::new(index);
                let variable = &scenario.variables[id];
                let bounds = (variable.min, variable.max);
                Ok((TargetSubject::Variable(id), scenario.horizon_days, bounds))
            }
        }
    }

    fn position(&self, noun: &str, name: &str, known: Vec<&str>) -> Result<usize, String> {
        if let Some(index) = known.iter().position(|one| *one == name) {
            return Ok(index);
        }
        // The user may have written a whole TOML path.
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
                Err(self.mistake("day", "is empty: write the day of the variable's value"))
            }
            None => Ok(None),
            Some(_) if !takes_a_day => {
                let problem = format!("must be empty for the kind {}", kind.word());
                Err(self.mistake("day", &problem))
            }
            Some(text) => match text.parse() {
                Ok(day) if (1..=last_day).contains(&day) => Ok(Some(day)),
                _ => {
                    let problem =
                        format!("`{text}` is not a day: write a number from 1 to {last_day}");
                    Err(self.mistake("day", &problem))
                }
            },
        }
    }

    fn number(&self, column: &str) -> Result<Option<f64>, String> {
        let Some(text) = self.text(column) else {
            return Ok(None);
        };
        let written = if self.file.has_decimal_commas {
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
                let intended = share.or_else(|| written.replace(',', ".").parse().ok());
                let intended = intended.filter(|number| number.is_finite());
                let hint = intended.map_or_else(String::new, |number| {
                    format!(": write {}", rounded(number, 12))
                });
                Err(self.mistake(column, &format!("`{text}` is not a number{hint}")))
            }
        }
    }

    fn required_number(&self, column: &str) -> Result<f64, String> {
        self.number(column)?
            .ok_or_else(|| self.mistake(column, "is empty: write a number"))
    }

    fn positive(&self, column: &str, default: Option<f64>) -> Result<f64, String> {
        let number = match default {
            Some(default) => self.number(column)?.unwrap_or(default),
            None => self.required_number(column)?,
        };
        if number > 0.0 {
            Ok(number)
        } else {
            Err(self.mistake(
                column,
                &format!("{number} is not above 0: write a positive number"),
            ))
        }
    }
}

/// Adds the error, if any, to the mistakes.
fn collect<T>(read: Result<T, String>, mistakes: &mut Vec<String>) -> Option<T> {
    read.map_err(|mistake| mistakes.push(mistake)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diagnostic::Sources;

    fn scenario() -> Scenario {
        let text = include_str!("../../../params/quickstart.toml");
        let reading = crate::scenario::read(&mut Sources::default(), "q.toml", text, &[]);
        reading.scenario.expect("the quickstart is valid")
    }

    #[test]
    fn commas_and_semicolons_are_read() {
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
        // The mean day of an outcome that never occurs is the farthest day: 1, from 14.5 of 21.
        assert_eq!(targets[2].distance(None), -13.5);
        assert!(!targets[2].is_met(None));
    }

    #[test]
    fn all_mistakes_have_rows_and_columns() {
        let text = "kind,name,day,target,tolerance,weight\n\
            probability,crysis,,0.25,0.01,\nprobability,crisis,29,25,0,-1\n\
            variable,tension,,x,,\nmood,crisis,,1,1,\nmean_day,crisis,3,40,1,\n\
            action_share,offer_talks,,30%,0.1,\nprobability,crisis,,0.2,0.1,\n\
            probability,crisis,,0.3,0.1,\n";
        let mistakes = parse_targets(text.as_bytes(), &scenario()).unwrap_err();
        let expected = [
            "row 2, column `name`: the scenario has no outcome `crysis`: did you mean `crisis`?",
            "row 3, column `tolerance`: 0 is not above 0: write a positive number",
            "row 3, column `weight`: -1 is not above 0: write a positive number",
            "row 3, column `day`: `29` is not a day: write a number from 1 to 28",
            "row 3, column `target`: 25 is impossible: write a value from 0 to 1, such as 0.25 for 25 %",
            "row 4, column `target`: `x` is not a number",
            "row 4, column `tolerance`: is empty: write a number",
            "row 4, column `day`: is empty: write the day of the variable's value",
            "row 5, column `kind`: `mood` is unknown: write one of probability, mean_day, action_share, action_count, variable",
            "row 6, column `day`: must be empty for the kind mean_day",
            "row 6, column `target`: 40 is impossible: write a value from 1 to 28",
            "row 7, column `target`: `30%` is not a number: write 0.3",
            "row 9: repeats the target of an earlier row: remove one of the two",
        ];
        assert_eq!(mistakes, expected);
    }

    #[test]
    fn invalid_headers_are_rejected() {
        let scenario = scenario();
        let read = |text: &str| parse_targets(text.as_bytes(), &scenario).unwrap_err();
        let mistakes = read("kind,name,name,goal,tolerance\n");
        assert_eq!(mistakes.len(), 3, "{mistakes:?}");
        assert!(read("")[0].contains("the column `kind` is missing"));
        assert!(read("kind,name,target,tolerance\n")[0].contains("has no targets"));
        let mistakes = read("kind,name,target,tolerance\nprobability,crisis,0,25,0,01\n");
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert!(mistakes[0].starts_with("row 2: the row has 6 fields for 4 columns"));
        assert!(mistakes[0].contains("decimal point"), "{mistakes:?}");
        let bytes = b"kind,name,target,tolerance\nprobability,cris\xe9s,0.2,0.1\n";
        let mistakes = parse_targets(bytes, &scenario).unwrap_err();
        assert_eq!(
            mistakes,
            ["row 2: the row is not UTF-8 text: save the file as CSV in UTF-8"]
        );
        let mistakes = parse_targets(b"\xff\xfek\x00", &scenario).unwrap_err();
        assert!(mistakes[0].contains("is UTF-16 text"), "{mistakes:?}");
    }

    #[test]
    fn spreadsheet_formats_are_read() {
        let scenario = scenario();
        let read = |text: &str| parse_targets(text.as_bytes(), &scenario);
        let plain = read("kind,name,target,tolerance\nprobability,crisis,0.2,0.01\n").unwrap();
        for text in [
            "sep=;\r\nkind;name;target;tolerance\r\nprobability;crisis;0,2;0,01\r\n",
            "kind\tname\ttarget\ttolerance\nprobability\tcrisis\t0.2\t0.01\n",
            "Kind,NAME,Target,Tolerance\nprobability,crisis,0.2,0.01\n",
            // Empty fields at the end, omitted or appended.
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
