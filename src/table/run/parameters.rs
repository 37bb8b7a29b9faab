//! `parameters.csv`: one row per quantity.

use super::common::keyed;
use crate::estimate::{PARAMETER_DRAWS, ParameterEstimate};
use crate::scenario::Scenario;
use crate::table::sink::Table;

const UNIT: &str = "unit of the quantity";
const SHARE: &str = "share, 0 to 1";

/// The columns of `parameters.csv`, or of another table of the same rows.
pub fn parameters<'a>(
    name: &'static str,
    scenario: &'a Scenario,
) -> Table<'a, ParameterEstimate<'a>> {
    let columns = keyed(&scenario.name, |row: &ParameterEstimate<'a>| {
        row.path.to_owned()
    })
    .id("path", "TOML path", |row| row.path)
    .exact(
        "number",
        UNIT,
        "the number, if the quantity is a constant",
        |row| row.number,
    )
    .text(
        "distribution",
        "the distribution, if the quantity is uncertain; interval(from, to) is a 90 % interval",
        |row| row.distribution.map(ToString::to_string),
    )
    .estimate(
        "mean",
        UNIT,
        "mean of the distribution, or the number",
        |row| row.own.mean,
    )
    .estimate(
        "sd",
        UNIT,
        "standard deviation of the distribution, 0 for a constant",
        |row| row.own.sd,
    )
    .estimate(
        "mean_drawn",
        UNIT,
        format!("mean over the first {PARAMETER_DRAWS} draws of this seed, or the number"),
        |row| row.drawn.mean,
    )
    .specialist()
    .estimate(
        "sd_drawn",
        UNIT,
        "standard deviation over the same draws, 0 for a constant",
        |row| row.drawn.sd,
    )
    .specialist()
    .percent(
        "normalized_mean",
        SHARE,
        "for a weight: its share of the sum of its actor's weights, mean over the same draws",
        |row| row.normalized.map(|share| share.mean),
    )
    .percent(
        "normalized_sd",
        SHARE,
        "standard deviation of that share over the same draws",
        |row| row.normalized.map(|share| share.sd),
    );
    Table::new(
        name,
        "a quantity of the scenario, including defaults",
        columns,
    )
}
