//! `realpolitik check`: reports mistakes of scenarios, and simulates a short trial for warnings.

use super::arguments::CheckArguments;
use super::front::{load, progress_bar, report_diagnostics, start_session};
use super::{Exit, exit, show, signals};
use crate::base::diagnostic::escaped;
use crate::base::random::Seed;
use crate::program;
use crate::session::{Run, RunSettings, Session, SimulationSettings};
use anyhow::Context;
use std::path::Path;

pub(super) fn check(arguments: &CheckArguments) -> anyhow::Result<Exit> {
    let session = start_session(None, None)?;
    let mut worst = Exit::Success;
    for file in &arguments.files {
        let done = check_one(file, arguments, &session);
        let exit = done.unwrap_or_else(|error| exit::report_error(&error));
        worst = worst.max(exit);
        if exit == Exit::Interrupted {
            break;
        }
    }
    Ok(worst)
}

fn check_one(file: &Path, arguments: &CheckArguments, session: &Session) -> anyhow::Result<Exit> {
    let Some(loaded) = load(file, &arguments.overrides)? else {
        return Ok(Exit::Rejected);
    };
    if arguments.listing {
        show::print(&program::list(&loaded.program))?;
    }
    let mut warnings = loaded.warnings.clone();
    let mut trial: Option<Run> = None;
    if arguments.runs > 0 {
        let simulation = SimulationSettings {
            n_runs: arguments.runs,
            seed: Seed(0),
            ..SimulationSettings::default()
        };
        let settings = RunSettings {
            simulation,
            variable_runs: 0,
        };
        signals::begin_work();
        let progress = progress_bar(&loaded.scenario.name, arguments.runs, false);
        let run = session.run(&loaded, &settings, &mut |n| progress.set_position(n));
        progress.finish_and_clear();
        if !run.is_complete() {
            return Ok(Exit::Interrupted);
        }
        warnings = run.warnings(&loaded);
        trial = Some(run);
    }
    report_diagnostics(&loaded.sources, &warnings);
    if let Some(run) = trial {
        run.check_faults().with_context(|| loaded.file.clone())?;
    }
    if !arguments.listing {
        let n = warnings.0.len();
        let plural = if n == 1 { "" } else { "s" };
        let file = escaped(&loaded.file);
        show::print(&format!("{file}: no errors, {n} warning{plural}\n"))?;
    }
    Ok(Exit::Success)
}
