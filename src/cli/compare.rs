//! `realpolitik compare`: variants against a base, under the same luck.

use super::Exit;
use super::arguments::{CompareArguments, StudyFormat};
use super::load::{Loaded, load, tell};
use super::results::refuse_faults;
use super::show::{LINES_AROUND_THE_HEADER, grouped, percent, print};
use super::study::Study;
use crate::estimate::Estimates;
use crate::program::{self, BoundProgram, Program};
use crate::scenario::Override;
use crate::simulate::Tally;
use crate::study::compare::{self, Change, Compared, ComparedVariant, Settings, Side};
use crate::table::manifest::ListedFile;
use crate::table::{CsvText, JsonRows, Staging};
use anyhow::bail;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};
use serde_json::{Value, json};
use std::path::Path;

/// How many of the actions that changed most are shown.
const SHOWN_ACTIONS: usize = 5;

/// A variant read from its file.
struct Given {
    name: String,
    settings: Vec<Override>,
    loaded: Loaded,
}

/// Compares, prints and writes.
pub(super) fn compare(arguments: &CompareArguments) -> anyhow::Result<Exit> {
    let study = Study::begin("compare", &arguments.simulation)?;
    let target = study.folder(&arguments.base)?;
    let Some(base) = load(&arguments.base, &arguments.simulation.overrides)? else {
        return Ok(Exit::Rejected);
    };
    let Some(given) = load_variants(arguments)? else {
        return Ok(Exit::Rejected);
    };
    if !arguments.simulation.quiet {
        tell(&base.sources, &base.warnings);
    }
    let staging = Staging::begin(&target)?;

    let scenarios = std::iter::once(&base).chain(given.iter().map(|one| &one.loaded));
    let programs: Vec<Program> = scenarios
        .map(|one| program::compile(&one.scenario))
        .collect();
    let bound = programs
        .iter()
        .map(|program| study.machine.install(|| program::bind(program, &[])));
    let bound = bound.collect::<Result<Vec<BoundProgram<'_>>, _>>()?;
    let base_side = side(base.scenario.name.as_str(), &base, &bound[0]);
    let sides = given.iter().zip(&bound[1..]);
    let sides: Vec<Side<'_>> = sides
        .map(|(one, bound)| side(one.name.as_str(), &one.loaded, bound))
        .collect();
    let settings = Settings {
        seed: arguments.simulation.seed,
        n_runs: arguments.simulation.runs,
        confidence: arguments.simulation.confidence,
    };
    let n_runs = settings.n_runs.saturating_mul(bound.len() as u64);
    let lived = study.simulate(&base.scenario.name, n_runs, |simulator| {
        compare::compare(base_side, &sides, &settings, simulator)
    });
    let Ok(mut compared) = lived else {
        // Nothing is not worth earlier results.
        return Ok(Exit::Interrupted);
    };
    let mut exit = Exit::Good;
    refuse_faults(
        &base.file,
        &estimates(&base_side, &compared.base_tally, &settings),
    )?;
    compared.variants.retain(|variant| {
        let refused = refuse_faults(
            &format!("variant {}", variant.side.name),
            &estimates(&variant.side, &variant.tally, &settings),
        );
        if let Err(error) = &refused {
            exit = exit.max(super::exit::tell(error));
        }
        refused.is_ok()
    });

    let written = compare::write_files(staging.folder(), &compared)?;
    let files: Vec<ListedFile> = written.iter().map(ListedFile::from).collect();
    let mut scenarios = vec![&base];
    scenarios.extend(given.iter().map(|one| &one.loaded));
    study.publish(
        staging,
        &scenarios,
        compared.is_finished,
        about(&compared, &given),
        &files,
    )?;
    show(arguments, &compared, &given, &target)?;
    if !compared.is_finished {
        exit = exit.max(Exit::Interrupted);
    }
    Ok(exit)
}

fn side<'a>(name: &'a str, loaded: &'a Loaded, bound: &'a BoundProgram<'a>) -> Side<'a> {
    Side {
        name,
        scenario: &loaded.scenario,
        bound,
        fingerprint: loaded.fingerprint,
    }
}

fn estimates<'a>(side: &Side<'a>, tally: &'a Tally, settings: &Settings) -> Estimates<'a> {
    Estimates {
        scenario: side.scenario,
        bound: side.bound,
        tally,
        confidence: settings.confidence,
    }
}

/// Reads all variants; `None` where one was rejected, after the mistakes of all have been told.
///
/// # Errors
/// Where a file cannot be read, or two variants have one name.
fn load_variants(arguments: &CompareArguments) -> anyhow::Result<Option<Vec<Given>>> {
    let set = &arguments.simulation.overrides;
    let mut given = Vec::new();
    let mut n_rejected = 0;
    for file in &arguments.files {
        match load(file, set)? {
            Some(loaded) => given.push(Given {
                name: loaded.scenario.name.clone(),
                settings: Vec::new(),
                loaded,
            }),
            None => n_rejected += 1,
        }
    }
    name_apart(&mut given);
    for variant in &arguments.variants {
        let all = [set.as_slice(), &variant.settings].concat();
        match load(&arguments.base, &all)? {
            Some(loaded) => given.push(Given {
                name: variant.name.clone(),
                settings: variant.settings.clone(),
                loaded,
            }),
            None => {
                eprintln!("so the variant `{}` was rejected", variant.name);
                n_rejected += 1;
            }
        }
    }
    for (at, one) in given.iter().enumerate() {
        if given[..at].iter().any(|other| other.name == one.name) {
            bail!(
                "two variants are called `{}`: give each a name of its own, as in --variant 'mine: PATH=VALUE'",
                one.name
            );
        }
    }
    Ok((n_rejected == 0).then_some(given))
}

/// Files of one name in several folders are told apart by their folders.
fn name_apart(given: &mut [Given]) {
    let stems: Vec<String> = given.iter().map(|one| one.name.clone()).collect();
    for one in given {
        if stems.iter().filter(|stem| **stem == one.name).count() > 1 {
            one.name = one.loaded.file.replace('\\', "/");
        }
    }
}

/// What only a comparison has to tell.
fn about(compared: &Compared<'_>, given: &[Given]) -> Value {
    let variant = |one: &ComparedVariant<'_>| {
        let own = given.iter().find(|given| given.name == one.side.name);
        let settings = own.map_or(&[][..], |given| &given.settings);
        json!({
            "name": one.side.name,
            "file": own.map(|given| &given.loaded.file),
            "settings": settings.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "fingerprint": format!("{:#018x}", one.side.fingerprint),
            "same_as_base_because": one.same_because,
            "notes": one.notes,
            "outcomes_only_in_base": one.outcomes_only_in_base,
            "outcomes_only_in_variant": one.outcomes_only_in_variant,
            "actions_only_in_base": one.actions_only_in_base,
            "actions_only_in_variant": one.actions_only_in_variant,
            "runs_left_out": one.tally.n_left_out,
        })
    };
    json!({
        "runs_lived": compared.n_simulated,
        "runs_left_out_in_base": compared.base_tally.n_left_out,
        "variants": compared.variants.iter().map(variant).collect::<Vec<_>>(),
    })
}

fn show(
    arguments: &CompareArguments,
    compared: &Compared<'_>,
    given: &[Given],
    target: &Path,
) -> anyhow::Result<()> {
    let quiet = arguments.simulation.quiet;
    let headline = headline(arguments, compared, target);
    match arguments.format {
        None if quiet => return Ok(()),
        None | Some(StudyFormat::Table) => {
            let confidence = arguments.simulation.confidence;
            let mut text = headline;
            for variant in &compared.variants {
                text.push_str(&variant_text(variant, given, confidence));
            }
            return Ok(print(&text)?);
        }
        Some(StudyFormat::Csv) => {
            let mut rows = CsvText::begin(&compare::outcome_header());
            compare::write_outcomes(compared, &mut rows)?;
            print(&rows.finish())?;
        }
        Some(StudyFormat::Json) => {
            let mut rows = JsonRows::begin(compare::outcome_header());
            compare::write_outcomes(compared, &mut rows)?;
            print(&rows.finish())?;
        }
    }
    if !quiet {
        eprint!("{headline}");
    }
    Ok(())
}

fn headline(arguments: &CompareArguments, compared: &Compared<'_>, target: &Path) -> String {
    let mut text = format!(
        "{}\n{} runs on each side, the same luck; seed {:#x}\n",
        compared.base.scenario.title,
        grouped(compared.n_simulated),
        arguments.simulation.seed.0,
    );
    if !compared.is_finished {
        let asked = grouped(arguments.simulation.runs);
        text.push_str(&format!("stopped early: {asked} runs were asked for\n"));
    }
    text.push_str(&format!("results in {}\n", target.display()));
    text
}

/// One variant for people.
fn variant_text(variant: &ComparedVariant<'_>, given: &[Given], confidence: f64) -> String {
    let mut text = format!("\nVariant: {}\n", variant.side.name);
    let own = given.iter().find(|given| given.name == variant.side.name);
    let settings: Vec<String> = own.map_or_else(Vec::new, |given| {
        given.settings.iter().map(ToString::to_string).collect()
    });
    let settings = settings.join("; ");
    if !settings.is_empty() && settings != variant.side.name {
        text.push_str(&format!("{settings}\n"));
    }
    for note in &variant.notes {
        text.push_str(&format!("note: {note}\n"));
    }
    for (names, what) in [
        (&variant.outcomes_only_in_base, "questions only in the base"),
        (
            &variant.outcomes_only_in_variant,
            "questions only in the variant",
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
    if let Some(reasons) = &variant.same_because {
        text.push_str("Every run is that of the base, to the bit. The likely reason:\n");
        for reason in reasons {
            text.push_str(&format!("- {reason}\n"));
        }
        return text;
    }
    text.push_str(&format!("{}\n", outcome_table(variant, confidence)));
    let moved = variant
        .actions
        .iter()
        .filter_map(|one| Some((one, one.change?)));
    let moved = moved.filter(|(_, change)| change.n_no_to_yes + change.n_yes_to_no > 0);
    let mut lines = moved.take(SHOWN_ACTIONS).peekable();
    if lines.peek().is_some() {
        text.push_str("Actions whose share of the runs changed most:\n");
    }
    for (one, change) in lines {
        text.push_str(&format!(
            "- {}: {} → {} ({})\n",
            one.action.label,
            percent(change.base_probability),
            percent(change.variant_probability),
            points(change.difference, digits(&change)),
        ));
    }
    text
}

fn outcome_table(variant: &ComparedVariant<'_>, confidence: f64) -> Table {
    let mut table = Table::new();
    table
        .load_style(LINES_AROUND_THE_HEADER)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(100)
        .set_header(vec![
            "Question".to_owned(),
            "Base".to_owned(),
            "Variant".to_owned(),
            "Difference\n(points)".to_owned(),
            format!("Simulation error\n({} %)", confidence * 100.0),
            "Runs changed\nto yes / to no".to_owned(),
        ]);
    for outcome in &variant.outcomes {
        let mut row = vec![outcome.base.label.clone()];
        match &outcome.change {
            Some(change) => row.extend(change_row(change)),
            None => row.extend(vec!["–".to_owned(); 5]),
        }
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    if let Some(labels) = table.column_mut(0) {
        labels.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(36)));
    }
    table
}

fn change_row(change: &Change) -> [String; 5] {
    let digits = digits(change);
    [
        percent(change.base_probability),
        percent(change.variant_probability),
        points(change.difference, digits),
        format!(
            "{} to {}",
            points(change.interval.low, digits),
            points(change.interval.high, digits)
        ),
        format!(
            "{} / {}",
            grouped(change.n_no_to_yes),
            grouped(change.n_yes_to_no)
        ),
    ]
}

/// The digits after the point that tell a difference from its error, in percentage points.
fn digits(change: &Change) -> usize {
    match (change.interval.high - change.interval.low) * 100.0 {
        width if width < 0.02 => 4,
        width if width < 0.2 => 3,
        width if width < 2.0 => 2,
        _ => 1,
    }
}

/// A difference in percentage points, with its sign and without that of a rounded zero.
fn points(difference: f64, digits: usize) -> String {
    let text = format!("{:+.digits$}", difference * 100.0);
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
    fn differences_for_people() {
        assert_eq!(points(0.0123, 2), "+1.23");
        assert_eq!(points(-0.5, 1), "-50.0");
        assert_eq!(points(-0.000_001, 2), "0.00");
        assert_eq!(points(0.0, 1), "0.0");
    }
}
