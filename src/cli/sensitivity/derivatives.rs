//! Derivatives for people: of each question the numbers that move it most.

use crate::base::index::OutcomeId;
use crate::cli::show::{LINES_AROUND_THE_HEADER, grouped, percent};
use crate::scenario::Scenario;
use crate::study::derivatives::{Derivatives, Effect, Studied};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};

/// The numbers that are shown of each question.
const N_SHOWN: usize = 5;

/// What small changes would do to these questions; nothing where no number bears on any decision.
pub(super) fn derivatives(
    scenario: &Scenario,
    outcomes: &[OutcomeId],
    derived: &Derivatives,
    confidence: f64,
) -> String {
    if derived
        .quantities
        .iter()
        .all(|studied| studied.reach.is_err())
    {
        return String::new();
    }
    let n_runs = derived.tally.n_runs;
    let mut text = format!(
        "\nWhat a little more of a number would do, known or not, all else equal\n{} runs; only \
         what surely does something ({} % for all numbers of a question together)\n",
        grouped(n_runs),
        confidence * 100.0
    );
    if derived.n_unscored > 0 {
        text.push_str(
            "Some numbers on the way were not finite and were left out: do not rely on it.\n",
        );
    }
    for &outcome in outcomes {
        let label = &scenario.outcomes[outcome].label;
        let share = derived.n_yes(outcome) as f64 / n_runs.max(1) as f64;
        text.push_str(&format!("\n{label}: {}\n", percent(share)));
        if derived.is_rare(outcome) {
            text.push_str(&too_rare(n_runs));
            continue;
        }
        let sure = derived.surest(outcome, confidence);
        if sure.is_empty() {
            text.push_str(&nothing_sure(n_runs));
        } else {
            text.push_str(&format!("{}\n", table(&sure)));
        }
        if sure.len() > N_SHOWN {
            let n_more = sure.len() - N_SHOWN;
            text.push_str(&format!("and {n_more} more in derivatives.csv\n"));
        }
    }
    text
}

fn too_rare(n_runs: u64) -> String {
    let more = grouped(16 * n_runs).replace(',', "_");
    format!(
        "Fewer than 30 of these runs have one of the two answers, too few to tell; \
         --derivative-runs {more} may.\n"
    )
}

fn nothing_sure(n_runs: u64) -> String {
    let more = grouped(4 * n_runs).replace(',', "_");
    format!("Nothing stands out from the luck of these runs; --derivative-runs {more} may tell.\n")
}

fn table(sure: &[(&Studied, Effect)]) -> Table {
    let mut table = Table::new();
    table
        .load_style(LINES_AROUND_THE_HEADER)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(100)
        .set_header(vec![
            "A little more of",
            "From → to",
            "Percentage points\n(± standard error)",
        ]);
    for (studied, effect) in sure.iter().take(N_SHOWN) {
        table.add_row(vec![
            studied.path.clone(),
            from_to(studied, effect),
            with_error(effect.gain, effect.standard_error),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    if let Some(names) = table.column_mut(0) {
        names.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(60)));
    }
    table
}

/// What the change is: of an expression in words, else the number (or mean) before and after.
fn from_to(studied: &Studied, effect: &Effect) -> String {
    match studied.value {
        None => effect.change.words.to_owned(),
        Some(value) => format!("{} → {}", brief(value), brief(value + effect.change.size)),
    }
}

/// A number to four digits, without zeros at its end.
fn brief(number: f64) -> String {
    let rounded: Result<f64, _> = format!("{number:.3e}").parse();
    rounded.unwrap_or(number).to_string()
}

/// A change of a probability in percentage points with its error, which says how many digits to
/// believe.
fn with_error(gain: f64, standard_error: f64) -> String {
    let (gain, error) = (100.0 * gain, 100.0 * standard_error);
    let digits = [0.095, 0.0095, 0.00095]
        .iter()
        .filter(|&&least| error < least)
        .count()
        + 1;
    format!("{gain:+.digits$} ± {error:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_brief() {
        assert_eq!(brief(0.002 * 1.01), "0.00202");
        assert_eq!(brief(200.0), "200");
        assert_eq!(brief(0.9 + 0.01 * 0.09), "0.9009");
        assert_eq!(brief(-20.004), "-20");
        assert_eq!(with_error(0.012_34, 0.001_2), "+1.2 ± 0.1");
        assert!(nothing_sure(4_096).contains("--derivative-runs 16_384 may tell"));
        assert_eq!(with_error(-0.001_234, 0.000_4), "-0.12 ± 0.04");
        assert_eq!(with_error(0.000_123_4, 0.000_02), "+0.012 ± 0.002");
    }
}
