//! Distribution of the variables at the end of each day.

use super::Estimates;
use super::days::QUANTILE_LEVELS;
use crate::base::index::{Id, VariableId};
use crate::base::stats::ValueCounts;
use crate::scenario::Variable;
use jiff::civil::Date;

/// One variable at the end of one day, over the first runs.
#[derive(Clone, Copy, Debug)]
pub struct VariableDay<'a> {
    /// The variable of the scenario.
    pub variable: &'a Variable,
    /// Day of the run, from 1.
    pub day: u16,
    /// Calendar date of the day.
    pub date: Date,
    /// Number of runs counted.
    pub n_runs: u64,
    /// Summary of the values over these runs.
    pub values: ValueEstimate,
}

/// Mean, standard deviation and quantiles of a variable over runs, in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValueEstimate {
    /// Mean over the runs.
    pub mean: f64,
    /// Standard deviation over runs (parameter uncertainty and chance together); `None` for one run.
    pub sd: Option<f64>,
    /// Quantiles at [`QUANTILE_LEVELS`], see [`ValueCounts::quantile`].
    pub quantiles: [f64; 5],
}

impl<'a> Estimates<'a> {
    /// All variables day by day; empty if no run was tallied.
    pub fn variables(&self) -> impl Iterator<Item = VariableDay<'a>> + use<'a> {
        let scenario = self.scenario;
        let days = usize::from(scenario.horizon_days);
        self.tally.variables.iter().flat_map(move |tally| {
            scenario
                .variables
                .enumerate()
                .flat_map(move |(id, variable)| {
                    let rows = &tally.days[id.index() * days..][..days];
                    (1_u16..).zip(rows).filter_map(move |(day, row)| {
                        Some(VariableDay {
                            variable,
                            day,
                            date: scenario.date_of_day(day),
                            n_runs: tally.n_runs,
                            values: ValueEstimate::from_counts(row)?,
                        })
                    })
                })
        })
    }
}

impl Estimates<'_> {
    /// Mean of a variable in the end-of-day state of a day, from 1; `None` if no run was tallied.
    pub fn variable_mean(&self, id: VariableId, day: u16) -> Option<f64> {
        let days = usize::from(self.scenario.horizon_days);
        let tally = self.tally.variables.as_ref()?;
        tally.days[id.index() * days + usize::from(day) - 1].mean()
    }
}

impl ValueEstimate {
    /// The summary of one variable and day; `None` without runs.
    fn from_counts(counts: &ValueCounts) -> Option<Self> {
        Some(Self {
            mean: counts.mean()?,
            sd: counts.sd(),
            quantiles: QUANTILE_LEVELS.map(|level| {
                let quantile = counts.quantile(level);
                quantile.expect("there is at least one run")
            }),
        })
    }
}
