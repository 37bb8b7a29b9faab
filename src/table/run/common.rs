//! Columns that several tables have.

use crate::base::stats::{Interval, Proportion};
use crate::estimate::{DayQuantiles, OccurrenceEstimate};
use crate::scenario::Scenario;
use crate::table::columns::Columns;

/// Unit of a number of runs.
pub(super) const RUNS: &str = "runs";
/// Unit of a day.
pub(super) const DAY: &str = "day, 1 is the start";
/// Unit of a number of occurrences.
const TIMES: &str = "times in a run";

/// The columns `scenario` and `key`, with which every table starts. The key is the name of the
/// scenario and the parts of the row, joined by `/`. A number in it follows a word: a spreadsheet takes `2016/1`
/// for a date.
pub fn keyed<'a, R: 'a>(scenario: &'a str, parts: impl Fn(&R) -> String + 'a) -> Columns<'a, R> {
    keyed_by(move |_: &R| scenario, parts)
}

/// Like [`keyed`], for rows of several scenarios; a row over all scenarios has an empty name.
pub fn keyed_by<'a, R: 'a>(
    scenario: impl Fn(&R) -> &'a str + Clone + 'a,
    parts: impl Fn(&R) -> String + 'a,
) -> Columns<'a, R> {
    let scenario_of = scenario.clone();
    Columns::new()
        .id(
            "scenario",
            "name of the scenario; files of several scenarios can be stacked",
            scenario,
        )
        .id(
            "key",
            "key of the row: the same in every simulation, and unique also in stacked files",
            move |row| match scenario_of(row) {
                "" => parts(row),
                scenario => format!("{scenario}/{}", parts(row)),
            },
        )
}

/// The column `n_runs`.
pub fn n_runs<'a, R: 'a>(value: impl Fn(&R) -> u64 + 'a) -> Columns<'a, R> {
    let meaning = "runs counted: all simulated runs without the draws in which a run faulted";
    Columns::new().count("n_runs", RUNS, meaning, value)
}

/// A probability with the ends of its Monte Carlo interval, as `name`, `ci_low` and `ci_high`.
pub(super) fn proportion<'a>(name: &'static str, meaning: &'static str) -> Columns<'a, Proportion> {
    Columns::new()
        .probability(name, meaning, |row: &Proportion| row.probability)
        .and(interval())
}

/// The columns `ci_low` and `ci_high`.
pub fn interval<'a>() -> Columns<'a, Proportion> {
    Columns::new()
        .probability(
            "ci_low",
            "lower end of the Monte Carlo confidence interval (Wilson, on the effective runs); more runs narrow it",
            |row: &Proportion| row.interval.low,
        )
        .probability("ci_high", "upper end of the same interval", |row| {
            row.interval.high
        })
}

/// The column `effective_runs`.
pub fn effective_runs<'a>() -> Columns<'a, Proportion> {
    Columns::new().estimate(
        "effective_runs",
        RUNS,
        "number of independent runs with the same Monte Carlo error; it is below n_runs where something is uncertain, because two runs share each draw",
        |row: &Proportion| row.effective_runs,
    )
}

/// The column `parameter_sd`.
pub fn parameter_sd<'a>() -> Columns<'a, Proportion> {
    Columns::new().probability(
        "parameter_sd",
        "standard deviation of the probability over the uncertain quantities (parameter uncertainty); empty if the estimated variance is below 0 or nothing is uncertain",
        |row: &Proportion| row.between.and_then(|between| between.sd),
    )
}

/// The ends of the interval of `parameter_sd`.
pub fn parameter_sd_interval<'a>() -> Columns<'a, Proportion> {
    let end = |of: fn(Interval) -> f64| {
        move |row: &Proportion| row.between.map(|between| of(between.sd_interval))
    };
    Columns::new()
        .probability(
            "parameter_sd_low",
            "lower end of the interval of parameter_sd (score interval of the variance); 0 if it is not distinguishable from zero",
            end(|interval| interval.low),
        )
        .probability(
            "parameter_sd_high",
            "upper end of the same interval",
            end(|interval| interval.high),
        )
}

/// How often something occurs: `share_of_runs` with its interval, `parameter_sd`, and `mean_count` with
/// its standard error. `share` and `mean` are the definitions of the first and the last.
pub(super) fn occurrences<'a>(
    share: &'static str,
    mean: &'static str,
) -> Columns<'a, OccurrenceEstimate> {
    Columns::new()
        .part(
            |row: &OccurrenceEstimate| row.proportion.as_ref(),
            proportion("share_of_runs", share).and(parameter_sd()),
        )
        .estimate("mean_count", TIMES, mean, |row| {
            row.count.map(|count| count.mean)
        })
        .estimate(
            "mean_count_mc_se",
            TIMES,
            "Monte Carlo standard error of mean_count, clustered by draw",
            |row| row.count.and_then(|count| count.standard_error),
        )
}

/// What happens to have a first day: an action is taken, an event occurs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    /// As in "the action was first taken".
    pub(super) first: &'static str,
    /// As in "the action was taken".
    pub(super) once: &'static str,
}

/// Quantiles of a first day, over all runs and over the runs that have one.
pub(super) fn first_days<'a>(words: Words) -> Columns<'a, OccurrenceEstimate> {
    let Words { first, once } = words;
    let all = move |level: &str| {
        format!("day by which {first} in {level} of all runs; empty if it did in fewer")
    };
    let hits =
        move |level: &str| format!("day by which {first} in {level} of the runs in which {once}");
    Columns::new()
        .part(
            |row: &OccurrenceEstimate| Some(&row.first_day),
            day_quantiles("first_day", "", all),
        )
        .part(
            |row: &OccurrenceEstimate| Some(&row.first_day_if_yes),
            day_quantiles("first_day", "_if_yes", hits),
        )
}

/// Names of the levels of [`crate::estimate::QUANTILE_LEVELS`] in columns and in words.
const LEVELS: [(&str, &str); 5] = [
    ("p05", "5 %"),
    ("p25", "25 %"),
    ("p50", "half"),
    ("p75", "75 %"),
    ("p95", "95 %"),
];

/// Five quantiles of a day, as `{prefix}_p05{suffix}` and so on.
pub(super) fn day_quantiles<'a>(
    prefix: &str,
    suffix: &str,
    meaning: impl Fn(&str) -> String,
) -> Columns<'a, DayQuantiles> {
    let add = |columns: Columns<'a, DayQuantiles>, index: usize| {
        let (level, words) = LEVELS[index];
        let name = format!("{prefix}_{level}{suffix}");
        columns.count(name, DAY, meaning(words), move |row| row.days[index])
    };
    (0..LEVELS.len()).fold(Columns::new(), add)
}

/// The dates of five quantiles of a day, as `date_p05{suffix}` and so on.
pub(super) fn date_quantiles<'a>(
    scenario: &'a Scenario,
    suffix: &str,
) -> Columns<'a, DayQuantiles> {
    let add = |columns: Columns<'a, DayQuantiles>, index: usize| {
        let (level, _) = LEVELS[index];
        let meaning = format!("date of day_{level}{suffix}");
        columns.date(format!("date_{level}{suffix}"), meaning, move |row| {
            row.days[index].map(|day| scenario.date_of_day(day))
        })
    };
    (0..LEVELS.len()).fold(Columns::new(), add)
}
