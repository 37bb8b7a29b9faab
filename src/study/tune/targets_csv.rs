//! CSV reader of targets. All mistakes are reported, each with its row and column.

use super::edit::did_you_mean;
use super::targets::{Target, TargetKind, TargetSubject};
use crate::base::index::{ActionId, Id, OutcomeId, VariableId};
use crate::scenario::Scenario;
use crate::table::user_table::{Mistake, Mistakes, UserRow, UserTable, UserTableError, quoted};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

/// All columns, and those that are required.
const COLUMNS: [&str; 6] = ["kind", "name", "day", "target", "tolerance", "weight"];
const REQUIRED: [&str; 4] = ["kind", "name", "target", "tolerance"];

#[derive(Clone, Copy)]
struct TargetRow<'a> {
    row: UserRow<'a>,
    names: &'a NameIndex<'a>,
    /// Whether a suggestion for an unknown name is printed.
    has_suggestions: bool,
}

/// The positions of the scenario's outcomes, actions and variables by name.
struct NameIndex<'a> {
    outcomes: BTreeMap<&'a str, usize>,
    actions: BTreeMap<&'a str, usize>,
    variables: BTreeMap<&'a str, usize>,
}

impl<'a> NameIndex<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        fn index<'a>(names: impl Iterator<Item = &'a String>) -> BTreeMap<&'a str, usize> {
            let named = names.enumerate();
            named.map(|(index, name)| (name.as_str(), index)).collect()
        }
        Self {
            outcomes: index(scenario.outcomes.iter().map(|one| &one.name)),
            actions: index(scenario.actions.iter().map(|one| &one.name)),
            variables: index(scenario.variables.iter().map(|one| &one.name)),
        }
    }
}

/// Reads the file of targets of a scenario.
///
/// # Errors
/// If it cannot be read or has mistakes; the error contains all of them.
pub fn read_targets(path: &Path, scenario: &Scenario) -> Result<Vec<Target>, UserTableError> {
    targets(UserTable::read(path)?, scenario)
}

fn targets(mut table: UserTable, scenario: &Scenario) -> Result<Vec<Target>, UserTableError> {
    let mut mistakes = table.mistakes();
    table.reject_unknown(&COLUMNS, |_| false, "", &mut mistakes);
    table.require(&REQUIRED, &mut mistakes)?;
    let mut targets: Vec<Target> = Vec::new();
    let mut first_lines: BTreeMap<String, u64> = BTreeMap::new();
    let names = NameIndex::new(scenario);
    for row in table.rows() {
        let line = row.line();
        let row = TargetRow {
            row,
            names: &names,
            has_suggestions: !mistakes.is_full(),
        };
        let Some(target) = row.target(scenario, &mut mistakes) else {
            continue;
        };
        match first_lines.entry(target.column()) {
            Entry::Vacant(entry) => {
                entry.insert(line);
                targets.push(target);
            }
            Entry::Occupied(first) => mistakes.push(row.row.row_mistake(format!(
                "repeats the target of line {}: remove one of the two",
                first.get()
            ))),
        }
    }
    if targets.is_empty() && mistakes.is_empty() {
        let problem = "the file has no targets: add a row below the header";
        mistakes.push(Mistake::in_row(table.header_line(), problem));
    }
    mistakes.finish()?;
    Ok(targets)
}

impl TargetRow<'_> {
    /// The target of the row; its mistakes are added to the list.
    fn target(&self, scenario: &Scenario, mistakes: &mut Mistakes) -> Option<Target> {
        let before = mistakes.len();
        let kind = mistakes.collect(self.kind());
        let found = kind.and_then(|kind| mistakes.collect(self.subject(kind, scenario)));
        let target = mistakes.collect(self.required_number("target"));
        let tolerance = mistakes.collect(self.positive("tolerance", None));
        let weight = mistakes.collect(self.positive("weight", Some(1.0)));
        let (kind, (subject, last_day, bounds)) = (kind?, found?);
        let day = mistakes.collect(self.day(kind, last_day));
        if let Some(target) = target
            && !(bounds.0..=bounds.1).contains(&target)
        {
            let (low, high) = bounds;
            let mut problem = format!("{target} is impossible: write a value from {low} to {high}");
            if bounds == (0.0, 1.0) && (1.0..=100.0).contains(&target) {
                problem += &format!(", such as {} for {target} %", target / 100.0);
            }
            mistakes.push(self.row.mistake("target", problem));
        }
        (mistakes.len() == before).then_some(())?;
        Some(Target {
            kind,
            name: self.row.text("name")?.to_owned(),
            day: day?,
            target: target?,
            tolerance: tolerance?,
            weight: weight?,
            subject,
            bounds,
        })
    }

    fn kind(&self) -> Result<TargetKind, Mistake> {
        let words = TargetKind::ALL.map(TargetKind::word).join(", ");
        let Some(text) = self.row.text("kind") else {
            return Err(self
                .row
                .mistake("kind", format!("is empty: write one of {words}")));
        };
        let mut kinds = TargetKind::ALL.into_iter();
        kinds.find(|kind| kind.word() == text).ok_or_else(|| {
            let problem = format!("{} is unknown: write one of {words}", quoted(text));
            self.row.mistake("kind", problem)
        })
    }

    /// The subject of the row, its last day, and the bounds of its value.
    fn subject(
        &self,
        kind: TargetKind,
        scenario: &Scenario,
    ) -> Result<(TargetSubject, u16, (f64, f64)), Mistake> {
        let name = self.row.name("name", "an outcome, action or variable")?;
        let NameIndex {
            outcomes,
            actions,
            variables,
        } = self.names;
        match kind {
            TargetKind::Probability | TargetKind::MeanDay => {
                let index = self.position("outcome", name, outcomes)?;
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
                let index = self.position("action", name, actions)?;
                let max = if kind == TargetKind::ActionShare {
                    1.0
                } else {
                    f64::from(scenario.horizon_days)
                };
                Ok((TargetSubject::Action(ActionId::new(index)), 0, (0.0, max)))
            }
            TargetKind::Variable => {
                let index = self.position("variable", name, variables)?;
                let id = VariableId::new(index);
                let variable = &scenario.variables[id];
                let bounds = (variable.min, variable.max);
                Ok((TargetSubject::Variable(id), scenario.horizon_days, bounds))
            }
        }
    }

    fn position(
        &self,
        noun: &str,
        name: &str,
        known: &BTreeMap<&str, usize>,
    ) -> Result<usize, Mistake> {
        if let Some(&index) = known.get(name) {
            return Ok(index);
        }
        // The user may have written a whole TOML path.
        let last = name.rsplit('.').next().unwrap_or(name);
        let hint = if self.has_suggestions {
            did_you_mean(last, &known.keys().copied().collect::<Vec<_>>())
        } else {
            String::new()
        };
        let problem = format!("the scenario has no {noun} {}{hint}", quoted(name));
        Err(self.row.mistake("name", problem))
    }

    fn day(&self, kind: TargetKind, last_day: u16) -> Result<Option<u16>, Mistake> {
        let takes_a_day = matches!(kind, TargetKind::Probability | TargetKind::Variable);
        let problem = match self.row.value("day") {
            None if kind == TargetKind::Variable => {
                "is empty: write the day of the variable's value".to_owned()
            }
            None => return Ok(None),
            Some(_) if !takes_a_day => format!("must be empty for the kind {}", kind.word()),
            Some(text) => match self.row.count("day") {
                Ok(Some(day)) if (1..=u64::from(last_day)).contains(&day) => {
                    return Ok(u16::try_from(day).ok());
                }
                _ => format!(
                    "{} is not a day: write a number from 1 to {last_day}",
                    quoted(text)
                ),
            },
        };
        Err(self.row.mistake("day", problem))
    }

    fn required_number(&self, column: &str) -> Result<f64, Mistake> {
        let number = self.row.number(column)?;
        number.ok_or_else(|| self.row.mistake(column, "is empty: write a number"))
    }

    fn positive(&self, column: &str, default: Option<f64>) -> Result<f64, Mistake> {
        let number = match default {
            Some(default) => self.row.number(column)?.unwrap_or(default),
            None => self.required_number(column)?,
        };
        if number > 0.0 {
            Ok(number)
        } else {
            let problem = format!("{number} is not above 0: write a positive number");
            Err(self.row.mistake(column, problem))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diagnostic::Sources;

    fn parse(bytes: &[u8], scenario: &Scenario) -> Result<Vec<Target>, String> {
        let table = UserTable::parse(Path::new("t.csv"), bytes);
        let read = table.and_then(|table| targets(table, scenario));
        read.map_err(|error| error.to_string())
    }

    fn scenario() -> Scenario {
        let text = include_str!("../../../params/quickstart.toml");
        let reading = crate::scenario::read(&mut Sources::default(), "q.toml", text, &[]);
        reading.scenario.expect("the quickstart is valid")
    }

    #[test]
    fn commas_and_semicolons_are_read() {
        let commas = "\u{feff}kind,name,day,target,tolerance,weight\r\n\
            probability,crisis,,0.25,0.01,\r\nprobability,crisis,12.0,0.1,0.01,2\r\n,,,,,\r\n\
            mean_day,fortress,,\"14.5\",1,\r\naction_share,offer_talks,,0.5,0.02,\r\n\
            action_count,offer_talks,,1.5,0.1,\r\nvariable,tension,28,0.4,0.01,\r\n";
        let semicolons = "kind;name;day;target;tolerance;weight\n\
            probability;crisis;;0,25;0,01;\nprobability;crisis;12;0,1;0,01;2\n\
            mean_day;fortress;;14,5;1;\naction_share;offer_talks;;0,5;0,02;\n\
            action_count;offer_talks;;1,5;0,1;\nvariable;tension;28;0,4;0,01;\n";
        let scenario = scenario();
        let read = |text: &str| parse(text.as_bytes(), &scenario).unwrap();
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
        let mistakes = parse(text.as_bytes(), &scenario()).unwrap_err();
        let expected = [
            "t.csv:2, column `name`: the scenario has no outcome `crysis`: did you mean `crisis`?",
            "t.csv:3, column `tolerance`: 0 is not above 0: write a positive number",
            "t.csv:3, column `weight`: -1 is not above 0: write a positive number",
            "t.csv:3, column `day`: `29` is not a day: write a number from 1 to 28",
            "t.csv:3, column `target`: 25 is impossible: write a value from 0 to 1, such as 0.25 for 25 %",
            "t.csv:4, column `target`: `x` is not a number: write a number such as 0.25",
            "t.csv:4, column `tolerance`: is empty: write a number",
            "t.csv:4, column `day`: is empty: write the day of the variable's value",
            "t.csv:5, column `kind`: `mood` is unknown: write one of probability, mean_day, action_share, action_count, variable",
            "t.csv:6, column `day`: must be empty for the kind mean_day",
            "t.csv:6, column `target`: 40 is impossible: write a value from 1 to 28",
            "t.csv:7, column `target`: `30%` is a percentage: write 0.3",
            "t.csv:9: repeats the target of line 8: remove one of the two",
        ];
        assert_eq!(mistakes.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn invalid_headers_are_rejected() {
        let scenario = scenario();
        let read = |text: &str| parse(text.as_bytes(), &scenario).unwrap_err();
        let known = "write one of kind, name, day, target, tolerance, weight";
        assert_eq!(
            read("kind,name,name,goal,tolerance\n"),
            format!(
                "t.csv:1: the column `name` occurs twice (B and C): remove one\n\
                 t.csv:1: unknown column `goal`: {known}\n\
                 t.csv:1: the column `target` is missing"
            )
        );
        assert_eq!(
            read("kind,name,target,tolerance\n"),
            "t.csv:1: the file has no targets: add a row below the header"
        );
        assert!(
            read("kind,name,target,tolerance\nprobability,crisis,0,25,0,01\n")
                .contains("t.csv:2: the row has 6 fields, but the header has 4")
        );
        assert_eq!(
            read("kind,name,target,tolerance\nprobability,crisis,0.2\n"),
            "t.csv:2, column `tolerance`: is missing: the row has 3 of the 4 fields of the header"
        );
    }

    #[test]
    fn empty_lines_count_as_lines() {
        let text = "sep=,\nkind,name,target,tolerance\n\n\nprobability,crisis,\"0,2\",0.01\n,,,\nprobability,outcomes.crisis,0.2,0.1\n";
        assert_eq!(
            parse(text.as_bytes(), &scenario()).unwrap_err(),
            "t.csv:5, column `target`: `0,2` has a decimal comma: write 0.2\n\
             t.csv:7, column `name`: the scenario has no outcome `outcomes.crisis`: did you mean `crisis`?"
        );
    }

    #[test]
    fn thousands_of_mistakes_are_counted() {
        let rows = "probability,crisis,,0.2,0.1\n".repeat(20_000);
        let text = format!("kind,name,day,target,tolerance\n{rows}");
        let message = parse(text.as_bytes(), &scenario()).unwrap_err();
        assert_eq!(message.lines().count(), 21);
        assert!(
            message.ends_with("t.csv: and 19,979 more mistakes"),
            "{message}"
        );
    }
}
