//! Results on the terminal: a table for people, or CSV or JSON for other programs.

use super::arguments::Format;
use crate::estimate::{Estimates, OutcomeEstimate};
use crate::scenario::Value;
use crate::table::columns::OUTCOMES;
use crate::table::manifest::{Completeness, Manifest};
use crate::table::{CsvText, JsonRows, outcomes};
use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width,
};
use std::io::{self, Write};
use std::path::Path;

/// Rows are many, so only the header and the whole have lines.
pub(super) const LINES_AROUND_THE_HEADER: TableStyle = TableStyle::new()
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

/// Prints what is asked for of each scenario's results.
#[derive(Debug)]
pub(super) struct Printer {
    style: Style,
    is_quiet: bool,
}

#[derive(Debug)]
enum Style {
    Table,
    /// Gathered, so that there is one header and one list over many files.
    Csv(Box<CsvText>),
    Json(JsonRows),
    Nothing,
}

impl Printer {
    /// Without a format: a table, or nothing where it is to be quiet.
    pub(super) fn new(format: Option<Format>, is_quiet: bool) -> Self {
        let style = match format {
            Some(Format::Csv) => Style::Csv(Box::new(CsvText::begin(&OUTCOMES.header()))),
            Some(Format::Json) => Style::Json(JsonRows::begin(OUTCOMES.header())),
            None if is_quiet => Style::Nothing,
            Some(Format::Table) | None => Style::Table,
        };
        Self { style, is_quiet }
    }

    /// Takes the results of one scenario.
    pub(super) fn results(
        &mut self,
        estimates: &Estimates<'_>,
        manifest: &Manifest,
        folder: &Path,
    ) -> anyhow::Result<()> {
        let note = headline(estimates, manifest, folder);
        match &mut self.style {
            Style::Table => return Ok(print(&format!("{note}{}\n\n", table(estimates)))?),
            Style::Csv(rows) => outcomes::write(estimates, rows.as_mut())?,
            Style::Json(rows) => outcomes::write(estimates, rows)?,
            Style::Nothing => {}
        }
        if !self.is_quiet {
            eprint!("{note}");
        }
        Ok(())
    }

    /// Prints what was gathered.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self.style {
            Style::Csv(rows) => print(&rows.finish())?,
            Style::Json(rows) => print(&rows.finish())?,
            Style::Table | Style::Nothing => {}
        }
        Ok(())
    }
}

/// Writes text to standard output; unlike `print!`, a closed pipe is an error and no panic.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn headline(estimates: &Estimates<'_>, manifest: &Manifest, folder: &Path) -> String {
    let scenario = estimates.scenario;
    let mut text = format!(
        "{}\n{} runs of {} days, {} to {}; seed {}; {} runs/s\n",
        scenario.title,
        grouped(manifest.runs.lived),
        scenario.horizon_days,
        manifest.scenario.start,
        manifest.scenario.end,
        manifest.seed,
        grouped(manifest.performance.runs_per_second as u64),
    );
    if !manifest.set.is_empty() {
        text.push_str(&format!("with {}\n", manifest.set.join(", ")));
    }
    if manifest.completeness == Completeness::Interrupted {
        let asked = grouped(manifest.runs.asked);
        text.push_str(&format!("stopped early: {asked} runs were asked for\n"));
    }
    for file in &manifest.files {
        if let Some(name) = file.name.strip_suffix(".2.csv") {
            text.push_str(&format!(
                "{name}.csv has more rows than a spreadsheet shows and goes on in {}\n",
                file.name
            ));
        }
    }
    text.push_str(&format!("results in {}\n", folder.display()));
    text
}

fn table(estimates: &Estimates<'_>) -> Table {
    let mut table = Table::new();
    table
        .load_style(LINES_AROUND_THE_HEADER)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(100)
        .set_header(vec![
            "Question".to_owned(),
            "Probability".to_owned(),
            format!("Simulation error\n({} %)", estimates.confidence * 100.0),
            "Parameter\nuncertainty (sd)".to_owned(),
            "Median date\nif yes".to_owned(),
        ]);
    for estimate in estimates.outcomes() {
        table.add_row(row(estimates, &estimate));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    if let Some(labels) = table.column_mut(0) {
        labels.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(48)));
    }
    table
}

fn row(estimates: &Estimates<'_>, estimate: &OutcomeEstimate<'_>) -> Vec<String> {
    let unknown = || "–".to_owned();
    let proportion = estimate.proportion.as_ref();
    let median = estimate.day_if_yes.median();
    // Where nothing is drawn, what is estimated of it is luck alone.
    let mut quantities = estimates.scenario.quantities().into_iter();
    let has_unknowns = quantities.any(|one| matches!(one.value, Value::Distribution(_)));
    vec![
        estimate.outcome.label.clone(),
        proportion.map_or_else(unknown, |proportion| percent(proportion.probability)),
        proportion.map_or_else(unknown, |proportion| {
            let interval = proportion.interval;
            let digits = digits(interval.low).max(digits(interval.high));
            let [low, high] = [interval.low, interval.high].map(|end| percent_with(end, digits));
            format!("{low} to {high}")
        }),
        proportion
            .and_then(|proportion| proportion.between)
            .filter(|_| has_unknowns)
            .map_or_else(unknown, |between| match between.sd {
                Some(sd) if between.sd_interval.low > 0.0 => percent(sd),
                _ => format!("below {}", percent(between.sd_interval.high)),
            }),
        median.map_or_else(unknown, |day| {
            estimates.scenario.date_of_day(day).to_string()
        }),
    ]
}

/// A probability in per cent, with as many digits as are of use: more near 0 and 1.
pub(super) fn percent(probability: f64) -> String {
    percent_with(probability, digits(probability))
}

/// The digits after the point for a probability in per cent.
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

/// A whole number with its thousands set apart.
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
    fn numbers_for_people() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(percent(0.1234), "12.3 %");
        assert_eq!(percent(0.0012), "0.12 %");
        assert_eq!(percent(0.99999), "99.9990 %");
        assert_eq!(percent(0.0), "0 %");
    }
}
