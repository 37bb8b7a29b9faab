//! `realpolitik check`: are these scenarios fit to be run?

use super::arguments::CheckArguments;
use super::interrupt::Interrupt;
use super::live::{Machine, live, progress_bar};
use super::load::{load, tell};
use super::results::refuse_faults;
use super::{Exit, exit, show};
use crate::ensemble::Plan;
use crate::estimate::Estimates;
use crate::program;
use crate::random::{Branch, Seed};
use crate::scenario::Override;
use std::path::Path;

/// The runs of a trial: enough to tell an action that is taken in 0.1 % of the runs from one
/// that never is, and few enough to take no time.
const TRIAL_RUNS: u64 = 8_192;

/// Checks each file.
pub(super) fn check(arguments: &CheckArguments) -> anyhow::Result<Exit> {
    let interrupt = Interrupt::listen()?;
    let mut worst = Exit::Good;
    for file in &arguments.files {
        let done = check_one(file, &arguments.overrides, arguments.listing, &interrupt);
        let exit = done.unwrap_or_else(|error| exit::tell(&error));
        worst = worst.max(exit);
        if exit == Exit::Interrupted {
            break;
        }
    }
    Ok(worst)
}

fn check_one(
    file: &Path,
    overrides: &[Override],
    is_listed: bool,
    interrupt: &Interrupt,
) -> anyhow::Result<Exit> {
    let Some(loaded) = load(file, overrides)? else {
        return Ok(Exit::Rejected);
    };
    let program = program::compile(&loaded.scenario);
    let bound = program::bind(&program, &[])?;
    if is_listed {
        show::print(&program::list(&program))?;
    }
    let plan = Plan {
        seed: Seed(0),
        branch: Branch(0),
        first_run: 0,
        n_runs: TRIAL_RUNS,
        variable_runs: 0,
        keep_runs: false,
        fingerprint: loaded.fingerprint,
    };
    let progress = progress_bar(&loaded.scenario.name, TRIAL_RUNS, false);
    let lived = live(
        &bound,
        plan,
        &Machine::new(None, None)?,
        interrupt,
        &progress,
        |_| Ok(()),
    )?;
    if !lived.is_finished {
        return Ok(Exit::Interrupted);
    }
    let estimates = Estimates {
        scenario: &loaded.scenario,
        bound: &bound,
        tally: &lived.tally,
        confidence: 0.95,
    };
    let mut warnings = loaded.warnings;
    warnings.0.extend(estimates.concerns().0);
    tell(&loaded.sources, &warnings);
    refuse_faults(&loaded.file, &estimates)?;
    if !is_listed {
        let n = warnings.0.len();
        let plural = if n == 1 { "" } else { "s" };
        show::print(&format!("{}: good, {n} warning{plural}\n", loaded.file))?;
    }
    Ok(Exit::Good)
}
