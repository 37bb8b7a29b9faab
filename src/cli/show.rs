//! Results of `run` on standard output, and number formats that all commands share.

use super::arguments::{Format, SimulationArguments};
use crate::base::diagnostic::{escaped_lines, plural};
use crate::base::stats::Spread;
use crate::estimate::{Estimates, OutcomeEstimate};
use crate::session::{Batch, BatchRow, Manifest, Run};
use crate::table::run::outcomes;
use crate::table::{CsvText, Dialect, JsonRows};
use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width,
};
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

/// Rules above and below the table and below its header, none between rows.
const LINES_AROUND_THE_HEADER: TableStyle = TableStyle::new()
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

/// Prints the results of scenarios in the requested format.
#[derive(Debug)]
pub(super) struct ResultsPrinter {
    output: Output,
    dialect: Dialect,
    is_quiet: bool,
}

#[derive(Debug)]
enum Output {
    Table,
    /// Rows of all files, so that there is one header; `None` before the first.
    Csv(Option<Box<CsvText>>),
    /// Rows of all files, so that there is one list; `None` before the first.
    Json(Option<JsonRows>),
    Nothing,
}

impl ResultsPrinter {
    /// Without a format it prints tables, or nothing if only errors are to be printed.
    pub(super) fn new(format: Option<Format>, arguments: &SimulationArguments) -> Self {
        let output = match format {
            Some(Format::Csv) => Output::Csv(None),
            Some(Format::Json) => Output::Json(None),
            None if arguments.quiet => Output::Nothing,
            Some(Format::Table) | None => Output::Table,
        };
        Self {
            output,
            dialect: arguments.csv,
            is_quiet: arguments.quiet,
        }
    }

    /// Prints the table of one scenario, or collects its rows.
    pub(super) fn add(
        &mut self,
        run: &Run,
        manifest: &Manifest,
        folder: &Path,
    ) -> anyhow::Result<()> {
        let estimates = run.estimates();
        let summary = summary(run, manifest, folder);
        let table = outcomes(&run.scenario);
        match &mut self.output {
            Output::Table => {
                let outcomes = outcome_table(&estimates);
                return Ok(print(&escaped_lines(&format!("{summary}{outcomes}\n\n")))?);
            }
            Output::Csv(rows) => {
                let begin = || Box::new(CsvText::begin(table.about(), self.dialect));
                let rows = rows.get_or_insert_with(begin);
                table.append(estimates.outcomes(), rows.as_mut())?;
            }
            Output::Json(rows) => {
                let rows = rows.get_or_insert_with(|| JsonRows::begin(table.about()));
                table.append(estimates.outcomes(), rows)?;
            }
            Output::Nothing => {}
        }
        if !self.is_quiet {
            eprint!("{}", escaped_lines(&summary));
        }
        Ok(())
    }

    /// Prints the summary of a batch, outcome by outcome.
    pub(super) fn add_batch(&self, batch: &Batch, left_out: &[String]) -> anyhow::Result<()> {
        let folder = batch.folder().display();
        let rows = batch.rows();
        if rows.is_empty() || self.is_quiet {
            return Ok(());
        }
        match self.output {
            Output::Table => {
                let table = batch_table(rows);
                let n_more = rows.len().saturating_sub(N_SHOWN_BATCH_ROWS);
                let mut more = String::new();
                if n_more > 0 {
                    more.push_str(&format!("and {n_more} more in outcomes.csv\n"));
                }
                if !left_out.is_empty() {
                    more.push_str(&format!("without results: {}\n", left_out.join(", ")));
                }
                let text =
                    format!("All scenarios\nresults of the batch in {folder}\n{table}\n{more}");
                Ok(print(&escaped_lines(&text))?)
            }
            _ => {
                let text = format!("results of the batch in {folder}");
                eprintln!("{}", escaped_lines(&text));
                Ok(())
            }
        }
    }

    /// Prints the rows that were collected.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self.output {
            Output::Csv(Some(rows)) => print(&rows.finish())?,
            Output::Json(Some(rows)) => print(&rows.finish())?,
            Output::Json(None) => print("[]\n")?,
            Output::Csv(None) | Output::Table | Output::Nothing => {}
        }
        Ok(())
    }
}

/// Maximum number of rows of the summary of a batch.
const N_SHOWN_BATCH_ROWS: usize = 60;

/// A row per outcome and scenario, outcome by outcome in the order in which they first occur.
fn batch_table(rows: &[BatchRow]) -> Table {
    let mut order: Vec<&str> = Vec::new();
    for row in rows {
        if !order.contains(&row.outcome.as_str()) {
            order.push(&row.outcome);
        }
    }
    let mut table = new_table(vec![
        "Outcome",
        "Scenario",
        "Probability",
        "Monte Carlo error",
    ]);
    let sorted = order
        .iter()
        .flat_map(|outcome| rows.iter().filter(move |row| row.outcome == **outcome));
    let mut previous = "";
    for row in sorted.take(N_SHOWN_BATCH_ROWS) {
        let label = match row.outcome == previous {
            true => String::new(),
            false => row.label.clone(),
        };
        previous = &row.outcome;
        table.add_row(vec![
            label,
            row.scenario.clone(),
            row.probability.map_or_else(missing, |[p, ..]| percent(p)),
            row.probability
                .map_or_else(missing, |[_, low, high]| interval_text(low, high)),
        ]);
    }
    align(&mut table, Some(48));
    if let Some(scenarios) = table.column_mut(1) {
        scenarios.set_cell_alignment(CellAlignment::Left);
    }
    table
}

/// Writes text to standard output. Unlike with `print!`, a closed pipe is an error, not a panic.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// The lines above the table: title, runs, dates, seed, overrides and folder.
fn summary(run: &Run, manifest: &Manifest, folder: &Path) -> String {
    let scenario = &run.scenario;
    let seconds = run.wall_time.as_secs_f64().max(1e-9);
    let mut text = format!(
        "{}\n{} of {}, {} to {}; seed {}; {} runs/s\n",
        scenario.title,
        counted(run.n_simulated, "run"),
        counted(scenario.horizon_days.into(), "day"),
        scenario.start,
        scenario.date_of_day(scenario.horizon_days),
        manifest.seed,
        grouped((run.n_simulated as f64 / seconds) as u64),
    );
    if !manifest.set.is_empty() {
        text.push_str(&format!("with {}\n", manifest.set.join(", ")));
    }
    if !run.is_complete() {
        let requested = grouped(run.settings.simulation.n_runs);
        text.push_str(&format!("stopped early; runs requested: {requested}\n"));
    }
    for file in &manifest.files {
        if let Some(name) = file.name.strip_suffix(".2.csv") {
            text.push_str(&format!(
                "{name}.csv exceeds the row limit of spreadsheets and continues in {}\n",
                file.name
            ));
        }
    }
    text.push_str(&format!("results in {}\n", folder.display()));
    text
}

/// An empty table with a header, at most 100 columns wide. Columns after the first are to be
/// aligned with [`align`] once the rows are in.
pub(super) fn new_table<T: Into<Cell>>(header: Vec<T>) -> Table {
    let mut table = Table::new();
    table
        .load_style(LINES_AROUND_THE_HEADER)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(100)
        .set_header(header);
    table
}

/// Aligns all columns but the first to the right, and limits the width of the first.
pub(super) fn align(table: &mut Table, max_label_width: Option<u16>) {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    if let (Some(labels), Some(width)) = (table.column_mut(0), max_label_width) {
        labels.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(width)));
    }
}

/// The cell of a missing value.
pub(super) fn missing() -> String {
    "–".to_owned()
}

/// The header of a column with `label` and, on its second line, the confidence level.
pub(super) fn interval_header(label: &str, confidence: f64) -> String {
    format!("{label}\n({} % interval)", confidence * 100.0)
}

fn outcome_table(estimates: &Estimates<'_>) -> Table {
    let mut table = new_table(vec![
        "Outcome".to_owned(),
        "Probability".to_owned(),
        interval_header("Monte Carlo error", estimates.confidence),
        "Parameter\nuncertainty (sd)".to_owned(),
        "Median date\nif it occurs".to_owned(),
    ]);
    for estimate in estimates.outcomes() {
        table.add_row(outcome_row(estimates, &estimate));
    }
    align(&mut table, Some(48));
    table
}

fn outcome_row(estimates: &Estimates<'_>, estimate: &OutcomeEstimate<'_>) -> Vec<String> {
    let proportion = estimate.proportion.as_ref();
    let median = estimate.day_if_yes.median();
    vec![
        estimate.outcome.label.clone(),
        proportion.map_or_else(missing, |proportion| percent(proportion.probability)),
        proportion.map_or_else(missing, |proportion| {
            interval_text(proportion.interval.low, proportion.interval.high)
        }),
        proportion
            .and_then(|proportion| proportion.between)
            .map_or_else(missing, |between| spread_text(&between)),
        median.map_or_else(missing, |day| {
            estimates.scenario.date_of_day(day).to_string()
        }),
    ]
}

/// The standard deviation of a probability over the uncertain quantities, if it is distinguishable from
/// zero.
fn spread_text(between: &Spread) -> String {
    match between.sd {
        Some(sd) if between.is_distinguishable() => percent(sd),
        _ => indistinguishable(between.sd_interval.high),
    }
}

/// A share or standard deviation whose interval reaches 0, with the upper end of the interval.
pub(super) fn indistinguishable(high: f64) -> String {
    format!("not distinguishable from zero (up to {})", percent(high))
}

/// An interval of a probability in percent.
fn interval_text(low: f64, high: f64) -> String {
    let digits = digits(low).max(digits(high));
    let [low, high] = [low, high].map(|end| percent_with(end, digits));
    format!("{low} to {high}")
}

/// A probability in percent, with more digits near 0 and 1.
pub(super) fn percent(probability: f64) -> String {
    percent_with(probability, digits(probability))
}

/// The number of decimals of a probability in percent.
fn digits(probability: f64) -> usize {
    match probability.min(1.0 - probability) {
        edge if edge <= 0.0 => 0,
        edge if edge < 0.001 => 4,
        edge if edge < 0.01 => 2,
        _ => 1,
    }
}

fn percent_with(probability: f64, digits: usize) -> String {
    format!("{:.digits$} %", probability * 100.0)
}

/// A whole number with commas between thousands and its noun: `1 run`, `2,000 runs`.
pub(super) fn counted(number: u64, noun: &str) -> String {
    format!("{} {}", grouped(number), plural(number, noun))
}

/// A time in its largest unit, for people.
pub(super) fn rounded_time(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..120 => counted(seconds.max(1), "second"),
        120..7_200 => counted((seconds + 30) / 60, "minute"),
        7_200..172_800 => counted((seconds + 1_800) / 3_600, "hour"),
        _ => counted((seconds + 43_200) / 86_400, "day"),
    }
}

/// A whole number with commas between thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_rounded() {
        assert_eq!(counted(1, "run"), "1 run");
        assert_eq!(counted(2_000, "run"), "2,000 runs");
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(percent(0.1234), "12.3 %");
        assert_eq!(percent(0.0012), "0.12 %");
        assert_eq!(percent(0.99999), "99.9990 %");
        assert_eq!(percent(0.0), "0 %");
    }
}
