//! Sensitivities for people: of each question the quantities on which it hangs most.

use crate::base::math::double::sqrt;
use crate::cli::show::{LINES_AROUND_THE_HEADER, grouped, percent};
use crate::program::Program;
use crate::scenario::Scenario;
use crate::study::sensitivity::{
    Factor, Finding, Index, NEGLIGIBLE, OutcomeSensitivity, Resampled, Screening, Sensitivity,
    USEFUL_HALF_WIDTH,
};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};

/// The quantities that are shown of each question.
const N_SHOWN: usize = 5;

/// The tables of a sensitivity.
pub(super) fn sensitivity(
    scenario: &Scenario,
    program: &Program,
    measured: &Sensitivity,
    confidence: f64,
) -> String {
    let mut text = format!(
        "{}\n{} runs at each of {} points\n",
        scenario.title,
        grouped(measured.n_runs),
        measured.factors.len() + 2
    );
    for of_outcome in &measured.outcomes {
        text.push_str(&question(
            scenario, program, measured, of_outcome, confidence,
        ));
    }
    text.push_str(&of_no_importance(program, measured));
    text
}

fn question(
    scenario: &Scenario,
    program: &Program,
    measured: &Sensitivity,
    of_outcome: &OutcomeSensitivity,
    confidence: f64,
) -> String {
    let all = of_outcome.all();
    let label = &scenario.outcomes[of_outcome.outcome].label;
    let mut text = format!("\n{label}: {}", percent(all.mean));
    match &all.parameter_share {
        Some(share) => text.push_str(&format!(
            "; not chance but not known: {} of its variance\n",
            with_interval(share)
        )),
        None => text.push('\n'),
    }
    if all.is_measurable() {
        let mut table = Table::new();
        table
            .load_style(LINES_AROUND_THE_HEADER)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(100)
            .set_header(vec![
                "Not known".to_owned(),
                format!(
                    "Knowing it would remove of\nwhat is not chance ({} %)",
                    confidence * 100.0
                ),
                format!(
                    "Would be left if all but\nit were known ({} %)",
                    confidence * 100.0
                ),
            ]);
        let mut order: Vec<usize> = (0..measured.factors.len()).collect();
        order.sort_by_key(|&factor| all.factors[factor].rank_total);
        for &factor in order.iter().take(N_SHOWN) {
            let indices = &all.factors[factor];
            table.add_row(vec![
                name(program, &measured.factors[factor]),
                share(&indices.first_order),
                share(&indices.total),
            ]);
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        if let Some(names) = table.column_mut(0) {
            names.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(52)));
        }
        let table = table.to_string();
        text.push_str(&format!("{table}\n"));
    }
    if let Some(note) = note(of_outcome, measured.n_runs) {
        text.push_str(&format!("{note}\n"));
    }
    text
}

/// What the reader should know of a question's numbers; `None` where they speak for themselves.
pub(super) fn note(of_outcome: &OutcomeSensitivity, n_runs: u64) -> Option<String> {
    let all = of_outcome.all();
    let needed = of_outcome.runs_needed(n_runs);
    if !all.is_measurable() {
        let most = all.variance.value + 2.0 * all.variance.standard_error;
        let more = needed.map_or_else(String::new, |needed| {
            format!("; about --runs {} might tell", typed(needed))
        });
        return Some(format!(
            "What is not known moves its probability by too little to be divided: by a standard \
             deviation of {} at most{more}. sensitivity.csv has what each quantity may move.",
            percent(sqrt(most.max(0.0)))
        ));
    }
    let half = all.widest_half_width()?;
    needed.map(|needed| {
        format!(
            "These are known to within {:.0} percentage points only; for {:.0}, take about \
             --runs {}.",
            half * 100.0,
            USEFUL_HALF_WIDTH * 100.0,
            typed(needed)
        )
    })
}

/// A number of runs as it may be typed.
fn typed(n_runs: u64) -> String {
    grouped(n_runs).replace(',', "_")
}

/// The quantities of which every question that can be measured says that they do not matter.
fn of_no_importance(program: &Program, measured: &Sensitivity) -> String {
    let outcomes = measured.outcomes.iter();
    let outcomes: Vec<_> = outcomes.filter(|one| one.all().is_measurable()).collect();
    let is_negligible = |factor: usize| {
        let mut of_outcomes = outcomes.iter();
        of_outcomes.all(|one| one.all().factors[factor].finding() == Finding::Negligible)
    };
    let factors = measured.factors.iter().enumerate();
    let names: Vec<String> = factors
        .filter(|(place, _)| is_negligible(*place))
        .map(|(_, factor)| name(program, factor))
        .collect();
    if outcomes.is_empty() || names.is_empty() {
        return String::new();
    }
    format!(
        "\nWould not matter even if they were known, to any of these questions (surely less than {:.0} \
         % of what is not chance): {} of {}\n  {}\n",
        NEGLIGIBLE * 100.0,
        names.len(),
        measured.factors.len(),
        names.join("\n  ")
    )
}

/// The tables of a screening.
pub(super) fn screening(
    scenario: &Scenario,
    program: &Program,
    screened: &Screening,
    confidence: f64,
) -> String {
    let mut text = format!(
        "{}\nelementary effects: {} trajectories, {} runs at each point\n",
        scenario.title,
        screened.n_trajectories,
        grouped(screened.n_runs)
    );
    for of_outcome in &screened.outcomes {
        let label = &scenario.outcomes[of_outcome.outcome].label;
        let mut table = Table::new();
        table
            .load_style(LINES_AROUND_THE_HEADER)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(100)
            .set_header(vec![
                "Not known".to_owned(),
                format!("Mean size of effect\nμ* ({} %)", confidence * 100.0),
                "Mean\nμ".to_owned(),
                "Spread\nσ".to_owned(),
                "Luck in\none effect".to_owned(),
            ]);
        let mut order: Vec<usize> = (0..screened.factors.len()).collect();
        order.sort_by_key(|&factor| of_outcome.effects[factor].rank);
        for &factor in order.iter().take(2 * N_SHOWN) {
            let effect = &of_outcome.effects[factor];
            let points = |value: f64| format!("{:.1}", value * 100.0);
            let optional = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), points);
            table.add_row(vec![
                name(program, &screened.factors[factor]),
                match effect.interval {
                    Some(interval) => format!(
                        "{} ({} to {})",
                        points(effect.mean_size),
                        points(interval.low),
                        points(interval.high)
                    ),
                    None => points(effect.mean_size),
                },
                optional(effect.mean),
                optional(effect.sd),
                points(effect.luck),
            ]);
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        text.push_str(&format!(
            "\n{label}, in percentage points over the whole range\n{table}\n"
        ));
    }
    text
}

/// A factor's name; correlated quantities are told one below the other.
fn name(program: &Program, factor: &Factor) -> String {
    let paths = factor.members.iter();
    let paths: Vec<&str> = paths.map(|&id| &*program.parameters[id].path).collect();
    if paths.join(" + ") == factor.name {
        paths.join(" +\n")
    } else {
        factor.name.clone()
    }
}

fn share(index: &Index) -> String {
    index
        .share
        .as_ref()
        .map_or_else(|| "–".to_owned(), with_interval)
}

/// A share in per cent with its interval. Unlike a probability it may lie outside 0 to 1.
fn with_interval(share: &Resampled) -> String {
    let [value, low, high] = [share.value, share.interval.low, share.interval.high]
        .map(|number| format!("{:.1}", number * 100.0))
        .map(|text| {
            if text == "-0.0" {
                "0.0".to_owned()
            } else {
                text
            }
        });
    format!("{value} % ({low} to {high})")
}
