//! What the results should be: a CSV of targets, whoever saved it.
//!
//! In: the bytes of a file and the scenario that it is about. Out: targets by ids, or all
//! mistakes, each with its row and column. A byte-order mark, both kinds of line ends, and
//! semicolons with decimal commas are taken as they come.

use super::TuneError;
use crate::estimate::Estimates;
use crate::index::{ActionId, Id, OutcomeId, VariableId};
use crate::math::double::sqrt;
use crate::scenario::Scenario;
use crate::stats::Proportion;
use std::path::Path;

/// What a number of the results should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Which number.
    pub kind: TargetKind,
    /// The name of its outcome, action or variable.
    pub name: String,
    /// The day, where one is given.
    pub day: Option<u16>,
    /// What it should be.
    pub target: f64,
    /// How far off it may be, above 0.
    pub tolerance: f64,
    /// How much it counts beside the others, above 0.
    pub weight: f64,
    subject: Subject,
    /// What it can be.
    bounds: (f64, f64),
}

/// A kind of number in the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// The probability of an outcome, by its last day or another.
    Probability,
    /// The mean day of an outcome, over the runs in which it comes true.
    MeanDay,
    /// The share of runs in which an action is taken.
    ActionShare,
    /// How often an action is taken in a run, on average.
    ActionCount,
    /// The mean of a variable in the evening of a day.
    Variable,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Subject {
    Outcome(OutcomeId),
    Action(ActionId),
    Variable(VariableId),
}

/// What the runs say about a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reached {
    pub(super) value: f64,
    /// Its standard error by simulation, where it is known.
    pub(super) standard_error: Option<f64>,
}

impl TargetKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Probability,
        Self::MeanDay,
        Self::ActionShare,
        Self::ActionCount,
        Self::Variable,
    ];

    /// Its word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Probability => "probability",
            Self::MeanDay => "mean_day",
            Self::ActionShare => "action_share",
            Self::ActionCount => "action_count",
            Self::Variable => "variable",
        }
    }
}

impl Target {
    /// Its name as the head of a column, such as `probability.crisis.day_12`.
    pub fn column(&self) -> String {
        let day = self
            .day
            .map_or_else(String::new, |day| format!(".day_{day}"));
        format!("{}.{}{day}", self.kind.word(), self.name)
    }

    /// How far off a value is, in tolerances; a mean day of what never happens is taken as the
    /// farther end of the days that count.
    pub(super) fn distance(&self, value: Option<f64>) -> f64 {
        let (low, high) = self.bounds;
        let farther = if self.target - low > high - self.target {
            low
        } else {
            high
        };
        (value.unwrap_or(farther) - self.target) / self.tolerance
    }

    /// The residual whose square counts.
    pub(super) fn residual(&self, value: Option<f64>) -> f64 {
        sqrt(self.weight) * self.distance(value)
    }

    /// Whether a value is within the tolerance.
    pub fn is_met(&self, value: Option<f64>) -> bool {
        value.is_some() && self.distance(value).abs() <= 1.0 + 1e-9
    }

    /// What the runs say; `None` where it is a mean day of what never happened.
    pub(super) fn reached(&self, estimates: &Estimates<'_>) -> Option<Reached> {
        let of_proportion = |proportion: Proportion| {
            let p = proportion.probability;
            Reached {
                value: p,
                standard_error: Some(sqrt(p * (1.0 - p) / proportion.effective_runs)),
            }
        };
        match self.subject {
            Subject::Outcome(_) => {
                let mut outcomes = estimates.outcomes();
                let estimate = outcomes.find(|one| one.outcome.name == self.name)?;
                match (self.kind, self.day) {
                    (TargetKind::MeanDay, _) => estimate.mean_day_if_yes.map(known),
                    (_, None) => estimate.proportion.map(of_proportion),
                    (_, Some(day)) => {
                        let mut days = estimates.timeline();
                        let is_it = |one: &crate::estimate::TimelineDay<'_>| {
                            one.day == day && one.outcome.name == self.name
                        };
                        days.find(is_it)?.proportion.map(of_proportion)
                    }
                }
            }
            Subject::Action(_) => {
                let mut actions = estimates.actions();
                let estimate = actions.find(|one| one.action.name == self.name)?;
                match self.kind {
                    TargetKind::ActionCount => estimate.taken.count.map(|count| Reached {
                        value: count.mean,
                        standard_error: count.standard_error,
                    }),
                    _ => estimate.taken.proportion.map(of_proportion),
                }
            }
            Subject::Variable(_) => {
                let mut days = estimates.variables();
                let is_it = |one: &crate::estimate::VariableDay<'_>| {
                    Some(one.day) == self.day && one.variable.name == self.name
                };
                days.find(is_it).map(|one| known(one.values.mean))
            }
        }
    }
}

fn known(value: f64) -> Reached {
    Reached {
        value,
        standard_error: None,
    }
}

/// The columns that the file may have; the first five it must.
const COLUMNS: [&str; 6] = ["kind", "name", "day", "target", "tolerance", "weight"];
const NEEDED: [&str; 4] = ["kind", "name", "target", "tolerance"];

/// Reads a file of targets about a scenario.
///
/// # Errors
/// Where it cannot be read, with all its mistakes.
pub fn read_targets(path: &Path, scenario: &Scenario) -> Result<Vec<Target>, TuneError> {
    let bytes = std::fs::read(path).map_err(|error| TuneError::Read(path.to_owned(), error))?;
    parse_targets(&bytes, scenario).map_err(|mistakes| TuneError::Targets {
        path: path.to_owned(),
        mistakes,
    })
}

/// A file's rows by the names of its columns.
struct Sheet {
    header: Vec<String>,
    rows: Vec<csv::StringRecord>,
    has_decimal_commas: bool,
}

/// One row, numbered as a spreadsheet does: the header is row 1.
struct Row<'a> {
    sheet: &'a Sheet,
    record: &'a csv::StringRecord,
    number: usize,
}

fn parse_targets(bytes: &[u8], scenario: &Scenario) -> Result<Vec<Target>, Vec<String>> {
    let sheet = Sheet::parse(bytes)?;
    let mut targets: Vec<Target> = Vec::new();
    let mut mistakes = Vec::new();
    for (index, record) in sheet.rows.iter().enumerate() {
        // Spreadsheets leave rows without any text behind.
        if record.iter().all(str::is_empty) {
            continue;
        }
        let row = Row {
            sheet: &sheet,
            record,
            number: index + 2,
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
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let first_line = bytes.split(|&byte| byte == b'\n').next().unwrap_or(bytes);
        let has_semicolons = first_line.contains(&b';');
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .delimiter(if has_semicolons { b';' } else { b',' })
            .from_reader(bytes);
        let header = reader.headers().cloned().unwrap_or_default();
        let header: Vec<String> = header.iter().map(str::to_owned).collect();
        let mut mistakes = Vec::new();
        for (at, column) in header.iter().enumerate() {
            if header[..at].contains(column) {
                mistakes.push(format!("row 1: has two columns `{column}`"));
            } else if !COLUMNS.contains(&column.as_str()) {
                let known = COLUMNS.join(", ");
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
        let mut rows = Vec::new();
        for (index, record) in reader.records().enumerate() {
            match record {
                Ok(record) => rows.push(record),
                Err(_) => mistakes.push(format!(
                    "row {}: is not a row of UTF-8 text with as many fields as the header; a decimal comma needs quotes, or a point instead",
                    index + 2
                )),
            }
        }
        if mistakes.is_empty() {
            Ok(Self {
                header,
                rows,
                has_decimal_commas: has_semicolons,
            })
        } else {
            Err(mistakes)
        }
    }
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
        let near = known
            .iter()
            .map(|one| (strsim::osa_distance(name, one), one));
        let near = near.min_by_key(|(distance, _)| *distance);
        let near = near.filter(|(distance, _)| *distance <= 1 + name.len() / 4);
        let hint = near.map_or_else(String::new, |(_, one)| format!(": did you mean `{one}`?"));
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
                let hint = share.map_or_else(String::new, |share| {
                    format!(": write {}", super::free::rounded(share / 100.0, 12))
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
    use crate::diagnostic::Sources;

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
        assert!(read("kind,name,target,tolerance\na,b\n")[0].starts_with("row 2: is not a row"));
    }
}
