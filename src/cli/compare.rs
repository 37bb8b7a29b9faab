//! `realpolitik compare`: estimates the effect of variants under common random numbers.

use super::Exit;
use super::arguments::CompareArguments;
use super::front::{Front, load};
use super::show::{align, counted, grouped, interval_header, missing, new_table, percent};
use crate::base::diagnostic::escaped;
use crate::estimate::Estimates;
use crate::program::BoundProgram;
use crate::scenario::Override;
use crate::session::LoadedScenario;
use crate::simulate::{MemoryNeed, Tally};
use crate::study::compare::{
    self, ComparedVariant, Comparison, ComparisonSettings, PairedDifference, Side,
};
use anyhow::{Context, bail};
use comfy_table::Table;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// Maximum number of actions below a table.
const N_SHOWN_ACTIONS: usize = 5;

struct LoadedVariant {
    name: String,
    settings: Vec<Override>,
    loaded: LoadedScenario,
}

pub(super) fn compare(arguments: &CompareArguments) -> anyhow::Result<Exit> {
    let mut front = Front::begin(&arguments.simulation)?;
    let Some(base) = front.load(&arguments.base)? else {
        return Ok(Exit::Rejected);
    };
    let Some(variants) = load_variants(arguments)? else {
        return Ok(Exit::Rejected);
    };
    let mut publication = front.publication("compare", &arguments.base)?;
    let target = publication.folder().to_owned();
    let base_bound = front.session.bind(&base);
    let bound = variants.iter().map(|one| front.session.bind(&one.loaded));
    let bound: Vec<Arc<BoundProgram>> = bound.collect();
    let need = |loaded: &LoadedScenario, bound| MemoryNeed::of(bound, &front.plan(loaded));
    let all = variants.iter().zip(&bound);
    let need = all.fold(need(&base, &base_bound), |sum, (one, bound)| {
        sum.interleaved(need(&one.loaded, bound))
    });
    front.fit_memory(&base, need)?;
    let base_side = side(&base.scenario.name, &base, &base_bound);
    let sides = variants.iter().zip(&bound);
    let sides: Vec<Side<'_>> = sides
        .map(|(one, bound)| side(&one.name, &one.loaded, bound))
        .collect();
    let settings = ComparisonSettings {
        seed: arguments.simulation.seed,
        n_runs: arguments.simulation.runs,
        confidence: arguments.simulation.confidence,
    };
    let n_runs = settings.n_runs.saturating_mul(sides.len() as u64 + 1);
    let simulated = front.simulate(&base.scenario.name, n_runs, |simulator| {
        compare::compare(base_side, &sides, &settings, simulator)
    });
    let Ok(mut compared) = simulated else {
        // Earlier results are kept: there is nothing to replace them with.
        return Ok(Exit::Interrupted);
    };
    estimates(&base_side, &compared.base_tally, &settings)
        .check_faults()
        .with_context(|| base.file.clone())?;
    let exit = remove_faulted_variants(&mut compared, &settings);
    compare::write_files(publication.tables(), &compared)?;
    let mut scenarios = vec![&base];
    scenarios.extend(variants.iter().map(|one| &one.loaded));
    let details = manifest_entries(&compared, &variants);
    front.publish(publication, scenarios, compared.is_finished, details, &[])?;
    let summary = summary(arguments, &compared, &target);
    front.print(
        arguments.format,
        &summary,
        || text(arguments, &summary, &compared, &variants),
        &compare::outcome_table(&compared),
        compare::outcome_rows(&compared),
    )?;
    Ok(exit.max(Exit::of(compared.is_finished)))
}

/// The summary with the tables of all variants.
fn text(
    arguments: &CompareArguments,
    summary: &str,
    compared: &Comparison<'_>,
    variants: &[LoadedVariant],
) -> String {
    let confidence = arguments.simulation.confidence;
    let of_variants = compared.variants.iter();
    let of_variants = of_variants.map(|variant| variant_text(variant, variants, confidence));
    format!("{summary}{}", of_variants.collect::<String>())
}

/// Removes and reports the variants in which too many runs faulted.
fn remove_faulted_variants(compared: &mut Comparison<'_>, settings: &ComparisonSettings) -> Exit {
    let mut exit = Exit::Success;
    compared.variants.retain(|variant| {
        let checked = estimates(&variant.side, &variant.tally, settings).check_faults();
        let checked = checked.with_context(|| format!("variant {}", variant.side.name));
        if let Err(error) = &checked {
            exit = exit.max(super::exit::report_error(error));
        }
        checked.is_ok()
    });
    exit
}

fn side<'a>(name: &'a str, loaded: &'a LoadedScenario, bound: &'a Arc<BoundProgram>) -> Side<'a> {
    Side {
        name,
        scenario: &loaded.scenario,
        bound,
        fingerprint: loaded.fingerprint,
    }
}

fn estimates<'a>(
    side: &Side<'a>,
    tally: &'a Tally,
    settings: &ComparisonSettings,
) -> Estimates<'a> {
    Estimates {
        scenario: side.scenario,
        bound: side.bound,
        tally,
        confidence: settings.confidence,
    }
}

/// Reads all variants; `None` if one was rejected, after the mistakes of all have been reported.
///
/// # Errors
/// If a file cannot be read, or two variants have the same name.
fn load_variants(arguments: &CompareArguments) -> anyhow::Result<Option<Vec<LoadedVariant>>> {
    let set = &arguments.simulation.overrides;
    let mut variants = Vec::new();
    let mut n_rejected = 0;
    for file in &arguments.files {
        match load(file, set)? {
            Some(loaded) => variants.push(LoadedVariant {
                name: loaded.scenario.name.clone(),
                settings: Vec::new(),
                loaded,
            }),
            None => n_rejected += 1,
        }
    }
    disambiguate_names(&mut variants);
    for variant in &arguments.variants {
        let all = [set.as_slice(), &variant.settings].concat();
        match load(&arguments.base, &all)? {
            Some(loaded) => variants.push(LoadedVariant {
                name: variant.name.clone(),
                settings: variant.settings.clone(),
                loaded,
            }),
            None => {
                eprintln!("the variant `{}` was rejected", escaped(&variant.name));
                n_rejected += 1;
            }
        }
    }
    for (index, one) in variants.iter().enumerate() {
        if variants[..index].iter().any(|other| other.name == one.name) {
            bail!(
                "two variants have the name `{}`: give each a different name, as in --variant 'mine: PATH=VALUE'",
                one.name
            );
        }
    }
    Ok((n_rejected == 0).then_some(variants))
}

/// Gives files of the same name in several folders their paths as names.
fn disambiguate_names(variants: &mut [LoadedVariant]) {
    let stems: Vec<String> = variants.iter().map(|one| one.name.clone()).collect();
    for one in variants {
        if stems.iter().filter(|stem| **stem == one.name).count() > 1 {
            one.name = one.loaded.file.replace('\\', "/");
        }
    }
}

/// The entries of the manifest that only a comparison has.
fn manifest_entries(compared: &Comparison<'_>, variants: &[LoadedVariant]) -> Value {
    let variant = |one: &ComparedVariant<'_>| {
        let own = variants.iter().find(|own| own.name == one.side.name);
        let settings = own.map_or(&[][..], |own| &own.settings);
        json!({
            "name": one.side.name,
            "file": own.map(|own| &own.loaded.file),
            "settings": settings.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "fingerprint": format!("{:#018x}", one.side.fingerprint),
            "same_as_base_because": one.reasons_if_identical,
            "notes": one.notes,
            "outcomes_only_in_base": one.outcomes_only_in_base,
            "outcomes_only_in_variant": one.outcomes_only_in_variant,
            "actions_only_in_base": one.actions_only_in_base,
            "actions_only_in_variant": one.actions_only_in_variant,
            "runs_left_out": one.tally.n_left_out,
        })
    };
    json!({
        "runs_simulated": compared.n_simulated,
        "runs_left_out_in_base": compared.base_tally.n_left_out,
        "variants": compared.variants.iter().map(variant).collect::<Vec<_>>(),
    })
}

fn summary(arguments: &CompareArguments, compared: &Comparison<'_>, target: &Path) -> String {
    let mut text = format!(
        "{}\n{} on each side, common random numbers; seed {:#x}\n",
        compared.base.scenario.title,
        counted(compared.n_simulated, "run"),
        arguments.simulation.seed.0,
    );
    if !compared.is_finished {
        let requested = grouped(arguments.simulation.runs);
        text.push_str(&format!("stopped early; runs requested: {requested}\n"));
    }
    text.push_str(&format!("results in {}\n", target.display()));
    text
}

/// The settings, notes, outcomes and actions of one variant.
fn variant_text(
    variant: &ComparedVariant<'_>,
    variants: &[LoadedVariant],
    confidence: f64,
) -> String {
    let mut text = format!("\nVariant: {}\n", variant.side.name);
    let own = variants.iter().find(|own| own.name == variant.side.name);
    let settings: Vec<String> = own.map_or_else(Vec::new, |own| {
        own.settings.iter().map(ToString::to_string).collect()
    });
    let settings = settings.join("; ");
    if !settings.is_empty() && settings != variant.side.name {
        text.push_str(&format!("{settings}\n"));
    }
    for note in &variant.notes {
        text.push_str(&format!("note: {note}\n"));
    }
    for (names, what) in [
        (&variant.outcomes_only_in_base, "outcomes only in the base"),
        (
            &variant.outcomes_only_in_variant,
            "outcomes only in the variant",
        ),
        (&variant.actions_only_in_base, "actions only in the base"),
        (
            &variant.actions_only_in_variant,
            "actions only in the variant",
        ),
    ] {
        if !names.is_empty() {
            text.push_str(&format!("{what}: {}\n", names.join(", ")));
        }
    }
    if let Some(reasons) = &variant.reasons_if_identical {
        text.push_str("Every run is identical to the base. Likely reason:\n");
        for reason in reasons {
            text.push_str(&format!("- {reason}\n"));
        }
        return text;
    }
    text.push_str(&format!("{}\n", outcome_table(variant, confidence)));
    let actions = variant.actions.iter();
    let compared = actions.filter_map(|one| Some((one, one.difference?)));
    let changed = compared.filter(|(one, change)| {
        let count = one.count.is_some_and(|count| count.difference != 0.0);
        count || change.n_no_to_yes + change.n_yes_to_no > 0
    });
    let changed: Vec<_> = changed.collect();
    if !changed.is_empty() {
        text.push_str(
            "Actions that changed most (share of the runs; mean number of times per run):\n",
        );
    }
    for (one, change) in changed.iter().take(N_SHOWN_ACTIONS) {
        text.push_str(&format!(
            "- {}: {} → {} ({}){}\n",
            one.action.label,
            percent(change.base_probability),
            percent(change.variant_probability),
            points(change.difference, decimals(change)),
            one.count.map_or_else(String::new, |count| format!(
                "; {:.3} → {:.3} times",
                count.base_mean, count.variant_mean
            )),
        ));
    }
    if changed.len() > N_SHOWN_ACTIONS {
        let n_more = changed.len() - N_SHOWN_ACTIONS;
        text.push_str(&format!("and {n_more} more in compare_actions.csv\n"));
    }
    text
}

fn outcome_table(variant: &ComparedVariant<'_>, confidence: f64) -> Table {
    let mut table = new_table(vec![
        "Outcome".to_owned(),
        "Base".to_owned(),
        "Variant".to_owned(),
        "Difference\n(points)".to_owned(),
        interval_header("Monte Carlo error", confidence),
        "Runs changed\nto yes / to no".to_owned(),
    ]);
    for outcome in &variant.outcomes {
        let mut row = vec![outcome.base.label.clone()];
        match &outcome.difference {
            Some(change) => row.extend(difference_row(change)),
            None => row.extend(vec![missing(); 5]),
        }
        table.add_row(row);
    }
    align(&mut table, Some(36));
    table
}

fn difference_row(change: &PairedDifference) -> [String; 5] {
    let decimals = decimals(change);
    [
        percent(change.base_probability),
        percent(change.variant_probability),
        points(change.difference, decimals),
        format!(
            "{} to {}",
            points(change.interval.low, decimals),
            points(change.interval.high, decimals)
        ),
        format!(
            "{} / {}",
            grouped(change.n_no_to_yes),
            grouped(change.n_yes_to_no)
        ),
    ]
}

/// The number of decimals of a difference in percentage points, by the width of its interval.
fn decimals(change: &PairedDifference) -> usize {
    match (change.interval.high - change.interval.low) * 100.0 {
        width if width < 0.02 => 4,
        width if width < 0.2 => 3,
        width if width < 2.0 => 2,
        _ => 1,
    }
}

/// A difference in percentage points with its sign; zero has none.
fn points(difference: f64, decimals: usize) -> String {
    let text = format!("{:+.decimals$}", difference * 100.0);
    let is_zero = text.chars().all(|c| !c.is_ascii_digit() || c == '0');
    if is_zero {
        text.replace(['+', '-'], "")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_have_signs_except_zero() {
        assert_eq!(points(0.0123, 2), "+1.23");
        assert_eq!(points(-0.5, 1), "-50.0");
        assert_eq!(points(-0.000_001, 2), "0.00");
        assert_eq!(points(0.0, 1), "0.0");
    }
}
