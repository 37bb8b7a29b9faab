//! Terminal tables of derivatives: for each outcome, the numbers with the largest effects.

use crate::base::index::OutcomeId;
use crate::cli::show::{align, counted, grouped, new_table, percent};
use crate::scenario::Scenario;
use crate::study::derivatives::{Derivatives, Effect, Studied};
use comfy_table::Table;

/// Maximum number of rows per outcome.
const N_SHOWN: usize = 5;

/// The tables of these outcomes; empty if no number has a derivative.
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
        "\nLocal sensitivity (derivatives): effect of +1 % of a number, or of +0.01 log odds of a \
         probability\n{}; only effects that are statistically distinguishable from zero ({} % \
         for all numbers of an outcome together)\n",
        counted(n_runs, "run"),
        confidence * 100.0
    );
    if derived.n_unscored > 0 {
        text.push_str(
            "Some scores were not finite and were left out: these effects are not reliable.\n",
        );
    }
    for &outcome in outcomes {
        let label = &scenario.outcomes[outcome].label;
        let share = derived.n_yes(outcome) as f64 / n_runs.max(1) as f64;
        text.push_str(&format!("\n{label}: {}\n", percent(share)));
        if derived.is_rare(outcome) {
            text.push_str(&rare_outcome_note(n_runs));
            continue;
        }
        let significant = derived.significant(outcome, confidence);
        if significant.is_empty() {
            text.push_str(&no_effect_note(n_runs));
        } else {
            text.push_str(&format!("{}\n", effect_table(&significant)));
        }
        if significant.len() > N_SHOWN {
            let n_more = significant.len() - N_SHOWN;
            text.push_str(&format!("and {n_more} more in derivatives.csv\n"));
        }
    }
    text
}

fn rare_outcome_note(n_runs: u64) -> String {
    let more = grouped(16 * n_runs).replace(',', "_");
    format!(
        "The outcome occurs in fewer than 30 of these runs, or in all but fewer than 30: rerun \
         with --derivative-runs {more}.\n"
    )
}

fn no_effect_note(n_runs: u64) -> String {
    let more = grouped(4 * n_runs).replace(',', "_");
    format!(
        "No effect is statistically distinguishable from zero: rerun with --derivative-runs \
         {more}.\n"
    )
}

fn effect_table(significant: &[(&Studied, Effect)]) -> Table {
    let mut table = new_table(vec![
        "Number",
        "From → to",
        "Effect in percentage points\n(± standard error)",
    ]);
    for (studied, effect) in significant.iter().take(N_SHOWN) {
        table.add_row(vec![
            studied.path.clone(),
            from_to(studied, effect),
            with_standard_error(effect.difference, effect.standard_error),
        ]);
    }
    align(&mut table, Some(60));
    table
}

/// The number (or its mean) before and after the change; the change in words if it is an
/// expression.
fn from_to(studied: &Studied, effect: &Effect) -> String {
    match studied.value {
        None => effect.change.words.to_owned(),
        Some(value) => format!(
            "{} → {}",
            four_digits(value),
            four_digits(value + effect.change.size)
        ),
    }
}

/// A number with four significant digits, without trailing zeros.
fn four_digits(number: f64) -> String {
    let rounded: Result<f64, _> = format!("{number:.3e}").parse();
    rounded.unwrap_or(number).to_string()
}

/// An effect on a probability in percentage points with its standard error, which determines the
/// number of decimals.
fn with_standard_error(effect: f64, standard_error: f64) -> String {
    let (effect, error) = (100.0 * effect, 100.0 * standard_error);
    let decimals = [0.095, 0.0095, 0.00095]
        .iter()
        .filter(|&&limit| error < limit)
        .count()
        + 1;
    format!("{effect:+.decimals$} ± {error:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_their_errors_allow() {
        assert_eq!(four_digits(0.002 * 1.01), "0.00202");
        assert_eq!(four_digits(200.0), "200");
        assert_eq!(four_digits(0.9 + 0.01 * 0.09), "0.9009");
        assert_eq!(four_digits(-20.004), "-20");
        assert_eq!(with_standard_error(0.012_34, 0.001_2), "+1.2 ± 0.1");
        assert_eq!(with_standard_error(-0.001_234, 0.000_4), "-0.12 ± 0.04");
        assert_eq!(with_standard_error(0.000_123_4, 0.000_02), "+0.012 ± 0.002");
    }

    #[test]
    fn suggested_runs_can_be_pasted() {
        assert!(no_effect_note(4_096).contains("--derivative-runs 16_384"));
    }
}
