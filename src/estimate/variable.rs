//! Distribution of the variables at the end of each day.

use super::Estimates;
use super::days::QUANTILE_LEVELS;
use crate::base::index::Id;
use crate::base::math::double::sqrt;
use crate::base::stats::BinnedValues;
use crate::scenario::Variable;
use crate::simulate::{DayTally, VALUE_ONE};
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
    /// Quantiles at [`QUANTILE_LEVELS`], interpolated within a bin of the tally.
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
                            values: ValueEstimate::from_tally(variable, row, tally.n_runs)?,
                        })
                    })
                })
        })
    }
}

impl ValueEstimate {
    /// The summary of one variable and day; `None` without runs.
    fn from_tally(variable: &Variable, tally: &DayTally, n_runs: u64) -> Option<Self> {
        if n_runs == 0 {
            return None;
        }
        let (min, max) = (variable.min, variable.max);
        let unit = (max - min) / f64::from(VALUE_ONE);
        let value = |q: f64| (min + q * unit).clamp(min, max);
        let n = u128::from(n_runs);
        // n·Σq² − (Σq)² in integers, so there is no cancellation.
        let scatter = (n * tally.squares - tally.sum * tally.sum) as f64;
        let variance = scatter / (n as f64 * (n as f64 - 1.0));
        let counts: Vec<u64> = tally.bins.iter().map(|&count| u64::from(count)).collect();
        let [n_at_min, bins @ .., n_at_max] = counts.as_slice() else {
            unreachable!("a tally has a bin for each bound");
        };
        let binned = BinnedValues {
            min,
            max,
            n_at_min: *n_at_min,
            bins,
            n_at_max: *n_at_max,
            lowest: value(f64::from(tally.min_value)),
            highest: value(f64::from(tally.max_value)),
        };
        Some(Self {
            mean: value(tally.sum as f64 / n as f64),
            sd: (n > 1).then(|| sqrt(variance) * unit),
            quantiles: QUANTILE_LEVELS.map(|share| {
                let quantile = binned.quantile(share);
                quantile.expect("there is at least one run")
            }),
        })
    }
}
