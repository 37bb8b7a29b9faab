//! `realpolitik check`: are these scenarios fit to be run?

use super::arguments::CheckArguments;
use super::interrupt::Interrupt;
use super::load::{Loaded, load, tell};
use super::results::refuse_faults;
use super::simulate::{Machine, progress_bar, simulate};
use super::{Exit, exit, show};
use crate::base::diagnostic::Diagnostics;
use crate::base::random::{Branch, Seed};
use crate::estimate::Estimates;
use crate::program::{self, Program};
use crate::simulate::SimulationPlan;
use std::path::Path;

/// Checks each file.
pub(super) fn check(arguments: &CheckArguments) -> anyhow::Result<Exit> {
    let interrupt = Interrupt::listen()?;
    let mut worst = Exit::Good;
    for file in &arguments.files {
        let done = check_one(file, arguments, &interrupt);
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
    arguments: &CheckArguments,
    interrupt: &Interrupt,
) -> anyhow::Result<Exit> {
    let Some(loaded) = load(file, &arguments.overrides)? else {
        return Ok(Exit::Rejected);
    };
    let program = program::compile(&loaded.scenario);
    if arguments.listing {
        show::print(&program::list(&program))?;
    }
    let mut warnings = loaded.warnings.clone();
    let mut is_sound = Ok(());
    if arguments.runs > 0 {
        let Some((concerns, faults)) = try_out(&loaded, &program, arguments.runs, interrupt)?
        else {
            return Ok(Exit::Interrupted);
        };
        warnings.0.extend(concerns.0);
        is_sound = faults;
    }
    tell(&loaded.sources, &warnings);
    is_sound?;
    if !arguments.listing {
        let n = warnings.0.len();
        let plural = if n == 1 { "" } else { "s" };
        show::print(&format!("{}: good, {n} warning{plural}\n", loaded.file))?;
    }
    Ok(Exit::Good)
}

/// What a trial shows: what is to be warned of, and an error where too many runs fault.
type Trial = (Diagnostics, anyhow::Result<()>);

/// Lives a trial; `None` where it was interrupted.
fn try_out(
    loaded: &Loaded,
    program: &Program,
    n_runs: u64,
    interrupt: &Interrupt,
) -> anyhow::Result<Option<Trial>> {
    let machine = Machine::new(None, None)?;
    let bound = machine.install(|| program::bind(program, &[]))?;
    let plan = SimulationPlan {
        seed: Seed(0),
        branch: Branch(0),
        first_run: 0,
        n_runs,
        variable_runs: 0,
        keep_runs: false,
        fingerprint: loaded.fingerprint,
    };
    let progress = progress_bar(&loaded.scenario.name, n_runs, false);
    let lived = simulate(&bound, plan, &machine, interrupt, &progress, |_| Ok(()))?;
    if !lived.is_finished {
        return Ok(None);
    }
    let estimates = Estimates {
        scenario: &loaded.scenario,
        bound: &bound,
        tally: &lived.tally,
        confidence: 0.95,
    };
    let is_sound = refuse_faults(&loaded.file, &estimates);
    Ok(Some((estimates.warnings(), is_sound)))
}
