//! Shared helpers: from the text of a scenario to its tally, without files.

#![allow(dead_code)] // each test uses a part

use realpolitik::base::diagnostic::{Sources, render};
use realpolitik::base::random::{Branch, Seed};
use realpolitik::engine::{Engine, InstructionPath, LANES, SimulateDays};
use realpolitik::program::{Program, bind, compile};
use realpolitik::scenario::{Scenario, read};
use realpolitik::simulate::{RunRecord, Simulation, SimulationPlan, Tally};
use std::sync::Arc;

/// Reads a scenario that must be accepted.
pub fn scenario(text: &str) -> Scenario {
    let mut sources = Sources::default();
    let reading = read(&mut sources, "test.toml", text, &[]);
    match reading.scenario {
        Some(scenario) => scenario,
        None => panic!("{}", render(&sources, &reading.diagnostics, false)),
    }
}

/// A file of `params/`.
pub fn params(name: &str) -> String {
    let path = format!("{}/params/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A plan with the variables tallied on all runs.
pub fn plan(n_runs: u64, seed: u64) -> SimulationPlan {
    SimulationPlan {
        seed: Seed(seed),
        branch: Branch(0),
        first_run: 0,
        n_runs,
        variable_runs: n_runs,
        keep_runs: true,
        fingerprint: 0,
    }
}

/// Every scenario of a folder of the repository, in the order of their names: (name, text).
pub fn folder(folder: &str) -> Vec<(String, String)> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(path).expect("a folder of scenarios");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a readable scenario");
            (path.display().to_string(), text)
        })
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// A run: its number, whether it faulted, sampled values, outcome days, final variables.
pub type RunBits = (u64, bool, Vec<u32>, Vec<u16>, Vec<u32>);

/// The bits of records, without the meaningless values of faulted runs.
pub fn bits(records: &[RunRecord]) -> Vec<RunBits> {
    let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect();
    let one = |record: &RunRecord| {
        let (days, values) = match record.faulted {
            true => (Vec::new(), Vec::new()),
            false => (record.outcome_days.clone(), bits(&record.variables)),
        };
        let drawn = bits(&record.drawn);
        (record.run_id, record.faulted, drawn, days, values)
    };
    records.iter().map(one).collect()
}

/// Simulates a plan in blocks of `L` lanes with one instruction set.
pub fn simulate_on<const L: usize>(
    program: &Arc<Program>,
    plan: SimulationPlan,
    path: InstructionPath,
) -> (Tally, Vec<RunRecord>)
where
    for<'a> Engine<'a, L>: SimulateDays<L>,
{
    let bound = bind(program, &[]).expect("the scenario's own values");
    let mut simulation = Simulation::<L>::with_path(Arc::new(bound), plan, path);
    let records = simulation.advance(u64::MAX >> 20);
    (simulation.tally().clone(), records)
}

/// Simulates a plan in blocks of `L` lanes, `step` chunks at a time, on `threads` threads.
pub fn simulate<const L: usize>(
    program: &Arc<Program>,
    plan: SimulationPlan,
    step: u64,
    threads: usize,
) -> (Tally, Vec<RunRecord>)
where
    for<'a> Engine<'a, L>: SimulateDays<L>,
{
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads");
    pool.install(|| {
        let bound = bind(program, &[]).expect("the scenario's own values");
        let mut simulation = Simulation::<L>::new(Arc::new(bound), plan);
        let mut records = Vec::new();
        while !simulation.is_finished() {
            records.extend(simulation.advance(step));
        }
        (simulation.tally().clone(), records)
    })
}

/// The tally of `n_runs` runs of a scenario text, simulated as by default.
pub fn tally(text: &str, n_runs: u64, seed: u64) -> (Scenario, Tally) {
    let scenario = scenario(text);
    let program = compile(&scenario);
    let (tally, _) = simulate::<LANES>(&program, plan(n_runs, seed), 64, 2);
    (scenario, tally)
}
