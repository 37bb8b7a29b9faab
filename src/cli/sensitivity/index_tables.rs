//! Terminal tables of Sobol' indices and elementary effects: for each outcome, the factors with
//! the largest influence.

use crate::base::math::double::sqrt;
use crate::cli::show::{align, counted, grouped, interval_header, missing, new_table, percent};
use crate::program::Program;
use crate::scenario::Scenario;
use crate::study::sensitivity::{
    BootstrapEstimate, Factor, Finding, Index, MIN_HITS, NEGLIGIBLE, OutcomeIndices,
    OutcomeScreening, OutcomeSensitivity, Screening, Sensitivity, USEFUL_HALF_WIDTH,
    verdict_reason,
};
use comfy_table::Table;

/// Maximum number of factors per outcome.
const N_SHOWN: usize = 5;

/// The tables of Sobol' indices.
pub(super) fn sensitivity(
    scenario: &Scenario,
    program: &Program,
    measured: &Sensitivity,
    confidence: f64,
) -> String {
    let mut text = format!(
        "{}\n{} at each of {} points\n",
        scenario.title,
        counted(measured.n_runs, "run"),
        measured.factors.len() + 2
    );
    for outcome in &measured.outcomes {
        text.push_str(&outcome_text(
            scenario, program, measured, outcome, confidence,
        ));
    }
    text.push_str(&negligible_factors(program, measured));
    text
}

fn outcome_text(
    scenario: &Scenario,
    program: &Program,
    measured: &Sensitivity,
    outcome: &OutcomeSensitivity,
    confidence: f64,
) -> String {
    let all = outcome.all_draws();
    let label = &scenario.outcomes[outcome.outcome].label;
    let mut text = format!("\n{label}: {}", percent(all.mean));
    match &all.parameter_share {
        Some(share) if all.is_measurable() => text.push_str(&format!(
            "; parameter uncertainty explains {} of the outcome's variance\n",
            with_interval(share)
        )),
        Some(share) => text.push_str(&format!(
            "; the share of parameter uncertainty in the outcome's variance is not distinguishable \
             from zero (up to {})\n",
            percent(share.interval.high.clamp(0.0, 1.0))
        )),
        None => text.push('\n'),
    }
    if all.is_measurable() {
        let mut table = new_table(vec![
            "Uncertain quantity".to_owned(),
            interval_header("First-order index (S1)", confidence),
            interval_header("Total-order index (ST)", confidence),
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
        align(&mut table, Some(52));
        text.push_str(&format!("{table}\n"));
        for finding in [Finding::Matters, Finding::Negligible] {
            text.push_str(&with_finding(program, measured, all, finding));
        }
        text.push_str(&not_determined(program, measured, all));
    }
    if let Some(note) = precision_note(outcome, measured.n_runs) {
        text.push_str(&format!("{note}\n"));
    }
    text
}

/// The line of the factors with this verdict; empty if none has it.
fn with_finding(
    program: &Program,
    measured: &Sensitivity,
    all: &OutcomeIndices,
    finding: Finding,
) -> String {
    let factors = measured.factors.iter().zip(&all.factors);
    let factors = factors.filter(|(_, indices)| indices.finding() == finding);
    let names: Vec<String> = factors
        .map(|(factor, _)| on_one_line(program, factor))
        .collect();
    if names.is_empty() {
        return String::new();
    }
    let word = match finding {
        Finding::Negligible => "Negligible",
        _ => "Matters",
    };
    let shown = names[..names.len().min(N_SHOWN)].join(", ");
    match names.len().saturating_sub(N_SHOWN) {
        0 => format!("{word}: {shown}\n"),
        n_more => format!("{word}: {shown} and {n_more} more\n"),
    }
}

/// A factor's name, with correlated quantities on the same line.
fn on_one_line(program: &Program, factor: &Factor) -> String {
    name(program, factor).replace('\n', " ")
}

/// The factors without a verdict, with the reason of each; empty if all have one.
fn not_determined(program: &Program, measured: &Sensitivity, all: &OutcomeIndices) -> String {
    let factors = measured.factors.iter().zip(&all.factors);
    let mut reasons: Vec<String> = factors
        .filter(|(_, indices)| indices.finding() == Finding::NotDetermined)
        .filter_map(|(factor, indices)| {
            let name = on_one_line(program, factor);
            Some(format!("  {name}: {}\n", verdict_reason(all, indices)?))
        })
        .collect();
    if reasons.is_empty() {
        return String::new();
    }
    let n_more = reasons.len().saturating_sub(N_SHOWN);
    reasons.truncate(N_SHOWN);
    if n_more > 0 {
        reasons.push(format!("  and {n_more} more in sensitivity.csv\n"));
    }
    format!("Not determined:\n{}", reasons.concat())
}

/// States how precise the indices of an outcome are, and how many runs would suffice; `None` if
/// they are precise enough.
pub(super) fn precision_note(outcome: &OutcomeSensitivity, n_runs: u64) -> Option<String> {
    let all = outcome.all_draws();
    let needed = outcome.runs_needed(n_runs);
    if !all.has_enough_hits() {
        let more = needed.map_or_else(
            || "Check the outcome's condition, or give more --runs.".to_owned(),
            |needed| format!("Give about --runs {}.", pasteable(needed)),
        );
        return Some(format!(
            "The outcome occurs in fewer than {MIN_HITS:.0} runs of a simulation, or in all but \
             fewer: too few for indices. {more}"
        ));
    }
    if !all.is_measurable() {
        let max = all.variance.value + 2.0 * all.variance.standard_error;
        let more = needed.map_or_else(String::new, |needed| {
            format!("; about --runs {} may be enough", pasteable(needed))
        });
        return Some(format!(
            "Parameter uncertainty is too small to estimate indices: its standard deviation is at \
             most {}{more}. See the variances in sensitivity.csv.",
            percent(sqrt(max.max(0.0)))
        ));
    }
    let half = all.widest_half_width()?;
    needed.map(|needed| {
        format!(
            "The widest interval has a half-width of {:.0} percentage points; for {:.0}, give \
             about --runs {}.",
            half * 100.0,
            USEFUL_HALF_WIDTH * 100.0,
            pasteable(needed)
        )
    })
}

/// A number of runs as the value of an argument.
fn pasteable(n_runs: u64) -> String {
    grouped(n_runs).replace(',', "_")
}

/// The factors that are negligible for every outcome with indices.
fn negligible_factors(program: &Program, measured: &Sensitivity) -> String {
    let outcomes = measured.outcomes.iter();
    let outcomes: Vec<_> = outcomes
        .filter(|one| one.all_draws().is_measurable())
        .collect();
    let is_negligible = |factor: usize| {
        let mut outcomes = outcomes.iter();
        outcomes.all(|one| one.all_draws().factors[factor].finding() == Finding::Negligible)
    };
    let factors = measured.factors.iter().enumerate();
    let names: Vec<String> = factors
        .filter(|(factor, _)| is_negligible(*factor))
        .map(|(_, factor)| name(program, factor))
        .collect();
    if outcomes.is_empty() || names.is_empty() {
        return String::new();
    }
    format!(
        "\nNegligible for all these outcomes (the whole interval of ST is below {:.0} %): {} of {} \
         factors\n  {}\n",
        NEGLIGIBLE * 100.0,
        names.len(),
        measured.factors.len(),
        names.join("\n  ")
    )
}

/// The tables of elementary effects.
pub(super) fn screening(
    scenario: &Scenario,
    program: &Program,
    screened: &Screening,
    confidence: f64,
) -> String {
    let mut text = format!(
        "{}\nMorris screening: {}, {} at each point\n",
        scenario.title,
        match screened.n_trajectories {
            1 => "1 trajectory".to_owned(),
            n => format!("{n} trajectories"),
        },
        counted(screened.n_runs, "run")
    );
    for outcome in &screened.outcomes {
        let label = &scenario.outcomes[outcome.outcome].label;
        let table = effect_table(program, screened, outcome, confidence);
        text.push_str(&format!(
            "\n{label}: elementary effects in percentage points\n{table}\n"
        ));
    }
    text
}

fn effect_table(
    program: &Program,
    screened: &Screening,
    outcome: &OutcomeScreening,
    confidence: f64,
) -> Table {
    let mut table = new_table(vec![
        "Uncertain quantity".to_owned(),
        interval_header("Mean absolute effect μ*", confidence),
        "Mean\neffect μ".to_owned(),
        "Standard\ndeviation σ".to_owned(),
        "Monte Carlo error\nof one effect".to_owned(),
    ]);
    let mut order: Vec<usize> = (0..screened.factors.len()).collect();
    order.sort_by_key(|&factor| outcome.effects[factor].rank);
    for &factor in order.iter().take(2 * N_SHOWN) {
        let effect = &outcome.effects[factor];
        let points = |value: f64| format!("{:.1}", value * 100.0);
        let optional = |value: Option<f64>| value.map_or_else(missing, points);
        table.add_row(vec![
            name(program, &screened.factors[factor]),
            match effect.interval {
                Some(interval) => format!(
                    "{} ({} to {})",
                    points(effect.mean_absolute),
                    points(interval.low),
                    points(interval.high)
                ),
                None => points(effect.mean_absolute),
            },
            optional(effect.mean),
            optional(effect.sd),
            points(effect.monte_carlo_error),
        ]);
    }
    align(&mut table, None);
    table
}

/// A factor's name, with correlated quantities on separate lines.
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
    index.share.as_ref().map_or_else(missing, with_interval)
}

/// A share in percent with its interval. Unlike a probability it may lie outside 0 to 100 %.
fn with_interval(share: &BootstrapEstimate) -> String {
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
