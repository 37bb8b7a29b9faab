//! The tables of a results folder: each row is read, and rows that contradict each other are mistakes.
//!
//! `run` writes consistent tables, so a contradiction means that a file was edited or cut.

use super::forecast::Forecast;
use super::resolutions::resolution;
use crate::scenario::Resolution;
use crate::table::user_table::{Mistake, Mistakes, UserRow, UserTable, UserTableError, quoted};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The columns of `outcomes.csv` that are read and must exist. `label` and `question` are read if they
/// exist.
const OUTCOMES_COLUMNS: [&str; 5] = ["outcome", "last_date", "n_runs", "n_yes", "probability"];

/// The columns of `resolutions.csv` that are read and must exist.
const RESOLUTIONS_COLUMNS: [&str; 2] = ["outcome", "answer"];

/// The columns of `timeline.csv` that are read and must exist.
const TIMELINE_COLUMNS: [&str; 3] = ["outcome", "day", "probability"];

/// Maximum rounding error of a probability in a table.
const ROUNDING: f64 = 1e-6;

/// What to do with a table that is not as `run` wrote it.
const RESTORE: &str = "restore the file that `run` wrote";

/// The cumulative probability of one outcome.
#[derive(Clone, Debug)]
pub(super) struct Cumulative {
    /// The file of its last row.
    path: PathBuf,
    /// The line of its last row.
    line: u64,
    /// The probability by the end of each day, from day 1.
    pub(super) probabilities: Vec<f64>,
}

/// Adds the cumulative probabilities of each outcome from day 1.
///
/// # Errors
/// If the table has mistakes, or the days of an outcome are not consecutive, or a probability is below
/// that of the day before.
pub(super) fn add_cumulative_probabilities(
    table: &mut UserTable,
    by_outcome: &mut BTreeMap<String, Cumulative>,
) -> Result<(), UserTableError> {
    let path = table.path().to_owned();
    let mut mistakes = table.mistakes();
    table.require(&TIMELINE_COLUMNS, &mut mistakes)?;
    for row in table.rows() {
        let outcome = mistakes.collect(row.name("outcome", "an outcome"));
        let probability = mistakes.collect(row.probability("probability"));
        let day = mistakes.collect(row.count("day").and_then(present(row, "day")));
        let (Some(outcome), Some(probability), Some(day)) = (outcome, probability, day) else {
            continue;
        };
        // Without counted runs no probability is written.
        let Some(probability) = probability else {
            continue;
        };
        let days = by_outcome
            .entry(outcome.to_owned())
            .or_insert_with(|| Cumulative {
                path: path.clone(),
                line: row.line(),
                probabilities: Vec::new(),
            });
        if day != days.probabilities.len() as u64 + 1 {
            let problem = format!("does not follow the day of the row before: {RESTORE}");
            mistakes.push(row.mistake("day", problem));
        }
        if days
            .probabilities
            .last()
            .is_some_and(|before| probability < before - ROUNDING)
        {
            let problem = format!(
                "{probability} is below the probability of the day before, which it includes: {RESTORE}"
            );
            mistakes.push(row.mistake("probability", problem));
        }
        days.probabilities.push(probability);
        (days.path, days.line) = (path.clone(), row.line());
    }
    mistakes.finish()
}

/// Checks that the cumulative probabilities of each forecast reach its last day and its probability.
/// `path` is the first file of the timeline.
///
/// # Errors
/// If one does not.
pub(super) fn check_timeline(
    path: &Path,
    start: Date,
    forecasts: &[Forecast],
    by_outcome: &BTreeMap<String, Cumulative>,
) -> Result<(), UserTableError> {
    let mut by_file: BTreeMap<&Path, Mistakes> = BTreeMap::new();
    for forecast in forecasts {
        let Some(probability) = forecast.probability else {
            continue;
        };
        let name = quoted(&forecast.outcome);
        let Some(days) = by_outcome.get(&forecast.outcome) else {
            let file = by_file.entry(path).or_insert_with(|| Mistakes::new(path));
            file.push(Mistake::in_row(
                1,
                format!("has no rows of {name}: {RESTORE}"),
            ));
            continue;
        };
        let n_days = (forecast.last_date - start).get_days() + 1;
        let n_found = days.probabilities.len();
        let last = days.probabilities.last().copied().unwrap_or_default();
        let problem = if n_found as i64 != i64::from(n_days) {
            format!("the rows of {name} end at day {n_found} instead of {n_days}: {RESTORE}")
        } else if (last - probability).abs() > ROUNDING {
            format!(
                "the last probability of {name} is {last}, and outcomes.csv has {probability}: restore both files"
            )
        } else {
            continue;
        };
        let file = by_file
            .entry(&days.path)
            .or_insert_with(|| Mistakes::new(&days.path));
        file.push(Mistake::in_row(days.line, problem));
    }
    by_file.into_values().try_for_each(Mistakes::finish)
}

/// Adds the resolutions of the scenario by outcome.
///
/// # Errors
/// If the table has mistakes.
pub(super) fn add_resolutions(
    table: &mut UserTable,
    resolved: &mut BTreeMap<String, Resolution>,
) -> Result<(), UserTableError> {
    let mut mistakes = table.mistakes();
    table.require(&RESOLUTIONS_COLUMNS, &mut mistakes)?;
    for row in table.rows() {
        let outcome = mistakes.collect(row.name("outcome", "an outcome"));
        let resolution = resolution(row, &mut mistakes);
        if let (Some(outcome), Some(resolution)) = (outcome, resolution)
            && resolved.insert(outcome.to_owned(), resolution).is_some()
        {
            let problem = format!("a row above has the same outcome: {RESTORE}");
            mistakes.push(row.mistake("outcome", problem));
        }
    }
    mistakes.finish()
}

/// Adds the forecasts of a table of outcomes. `dates` are the first and the last date of the scenario.
///
/// # Errors
/// If it has mistakes.
pub(super) fn add_forecasts(
    table: &mut UserTable,
    dates: (Date, Date),
    resolved: &mut BTreeMap<String, Resolution>,
    forecasts: &mut Vec<Forecast>,
) -> Result<(), UserTableError> {
    let mut mistakes = table.mistakes();
    table.require(&OUTCOMES_COLUMNS, &mut mistakes)?;
    for row in table.rows() {
        let Some(forecast) = forecast(row, dates, resolved, &mut mistakes) else {
            continue;
        };
        if forecasts.iter().any(|one| one.outcome == forecast.outcome) {
            let problem = format!("a row above has the same outcome: {RESTORE}");
            mistakes.push(row.mistake("outcome", problem));
        }
        forecasts.push(forecast);
    }
    mistakes.finish()
}

/// The forecast of a row. Its mistakes are added to the list.
fn forecast(
    row: UserRow<'_>,
    (start, end): (Date, Date),
    resolved: &mut BTreeMap<String, Resolution>,
    mistakes: &mut Mistakes,
) -> Option<Forecast> {
    let outcome = mistakes.collect(row.name("outcome", "an outcome"));
    let last_date = mistakes.collect(row.date("last_date").and_then(present(row, "last_date")));
    let n_runs = mistakes.collect(row.count("n_runs").and_then(present(row, "n_runs")));
    let n_yes = mistakes.collect(row.count("n_yes").and_then(present(row, "n_yes")));
    let probability = mistakes.collect(row.probability("probability"));
    if let Some(date) = last_date
        && !(start..=end).contains(&date)
    {
        let problem = format!("{date} is not between {start} and {end}: {RESTORE}");
        mistakes.push(row.mistake("last_date", problem));
    }
    if let (Some(n_runs), Some(n_yes), Some(probability)) = (n_runs, n_yes, probability) {
        mistakes.collect(consistent(row, (n_yes, n_runs), probability));
    }
    let outcome = outcome?.to_owned();
    Some(Forecast {
        label: row.text("label").unwrap_or(&outcome).to_owned(),
        question: row.text("question").unwrap_or_default().to_owned(),
        last_date: last_date?,
        n_runs: n_runs?,
        probability: probability?,
        by_day: None,
        resolution: resolved.remove(&outcome),
        outcome,
    })
}

/// Checks that a probability is the share of the runs in which the outcome occurred, and is empty only
/// without runs.
fn consistent(
    row: UserRow<'_>,
    (n_yes, n_runs): (u64, u64),
    probability: Option<f64>,
) -> Result<(), Mistake> {
    match probability {
        None if n_runs > 0 => Err(row.mistake(
            "probability",
            format!("is empty, with {n_runs} runs: {RESTORE}"),
        )),
        Some(_) if n_runs == 0 => {
            Err(row.mistake("probability", format!("is given without a run: {RESTORE}")))
        }
        Some(probability) if (probability - n_yes as f64 / n_runs as f64).abs() > ROUNDING => {
            let problem = format!("{probability} is not {n_yes} of {n_runs} runs: {RESTORE}");
            Err(row.mistake("probability", problem))
        }
        _ => Ok(()),
    }
}

/// The value of a field that must not be empty.
fn present<T>(row: UserRow<'_>, column: &'static str) -> impl Fn(Option<T>) -> Result<T, Mistake> {
    move |value| value.ok_or_else(|| row.mistake(column, format!("is empty: {RESTORE}")))
}
