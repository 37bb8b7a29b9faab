//! `realpolitik check`: reports mistakes of scenarios, and simulates a short trial for warnings.

use super::arguments::CheckArguments;
use super::front::{load, progress_bar, report_diagnostics, start_session};
use super::{Exit, exit, show, signals};
use crate::base::diagnostic::escaped;
use crate::base::random::Seed;
use crate::program;
use crate::session::{
    DEFAULT_VARIABLE_RUNS, LoadedScenario, Run, RunSettings, Session, SimulationSettings,
};
use crate::simulate::MemoryNeed;
use anyhow::Context;
use bytesize::ByteSize;
use std::path::Path;
use std::time::Duration;

pub(super) fn check(arguments: &CheckArguments) -> anyhow::Result<Exit> {
    let mut session = start_session(None, None)?;
    if let Some(bytes) = arguments.max_memory {
        session.set_memory_limit(bytes);
    }
    let mut worst = Exit::Success;
    for file in &arguments.files {
        let done = check_one(file, arguments, &mut session);
        let exit = done.unwrap_or_else(|error| exit::report_error(&error));
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
    session: &mut Session,
) -> anyhow::Result<Exit> {
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
        let bound = session.bind(&loaded);
        let need = MemoryNeed::of(&bound, &settings.plan(&loaded));
        let fitted = session.fit_memory(need);
        fitted.with_context(|| loaded.file.clone())?;
        let simulating = signals::Simulating::begin();
        let progress = progress_bar(&loaded.scenario.name, arguments.runs, false);
        let mut on_progress = |n| progress.set_position(n);
        let run = session.run_bound(&loaded, bound, &settings, &mut on_progress);
        progress.finish_and_clear();
        drop(simulating);
        if !run.is_complete() {
            return Ok(Exit::Interrupted);
        }
        warnings = run.warnings(&loaded);
        trial = Some(run);
    }
    report_diagnostics(&loaded.sources, &warnings);
    if let Some(run) = &trial {
        run.check_faults().with_context(|| loaded.file.clone())?;
    }
    if !arguments.listing {
        let n = warnings.0.len();
        let plural = if n == 1 { "" } else { "s" };
        let file = escaped(&loaded.file);
        let cost = trial.and_then(|run| cost_of_runs(&run, &loaded, session));
        let cost = cost.unwrap_or_default();
        show::print(&format!("{file}: no errors, {n} warning{plural}\n{cost}"))?;
    }
    Ok(Exit::Success)
}

/// Less time than this is not reported.
const LONG: Duration = Duration::from_secs(10);
/// Less memory than this is not reported \[bytes\].
const LARGE: u64 = 1_000_000_000;

/// What `run` takes by default, estimated from the trial; `None` if that is little.
fn cost_of_runs(trial: &Run, loaded: &LoadedScenario, session: &Session) -> Option<String> {
    let settings = RunSettings {
        simulation: SimulationSettings::default(),
        variable_runs: DEFAULT_VARIABLE_RUNS,
    };
    let n_runs = settings.simulation.n_runs;
    let time = trial
        .wall_time
        .mul_f64(n_runs as f64 / trial.n_simulated.max(1) as f64);
    let need = MemoryNeed::of(&trial.bound, &settings.plan(loaded));
    let n_threads = need.threads_within(session.memory_limit(), session.n_threads());
    let bytes = need.with_threads(n_threads.unwrap_or(1));
    (time >= LONG || bytes >= LARGE).then(|| {
        format!(
            "{} runs take about {} and up to {} of memory on this machine\n",
            show::grouped(n_runs),
            show::rounded_time(time),
            ByteSize(bytes).display().si()
        )
    })
}
