//! What several tests share: from the text of a scenario to its tally, without files.

#![allow(dead_code)] // each test uses a part

use realpolitik::diagnostic::{Sources, render};
use realpolitik::engine::{Engine, LANES, LiveDays};
use realpolitik::ensemble::{Plan, RunRecord, Simulation, Tally};
use realpolitik::program::{Program, bind, compile};
use realpolitik::random::Seed;
use realpolitik::scenario::{Scenario, read};

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
pub fn plan(n_runs: u64, seed: u64) -> Plan {
    Plan {
        seed: Seed(seed),
        first_run: 0,
        n_runs,
        variable_runs: n_runs,
        keep_runs: true,
        fingerprint: 0,
    }
}

/// Lives a plan in blocks of `L` lanes, `step` batches at a time, on `threads` threads.
pub fn live<const L: usize>(
    program: &Program,
    plan: Plan,
    step: u64,
    threads: usize,
) -> (Tally, Vec<RunRecord>)
where
    for<'a> Engine<'a, L>: LiveDays<L>,
{
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads");
    pool.install(|| {
        let bound = bind(program, &[]).expect("the scenario's own values");
        let mut simulation = Simulation::<L>::new(&bound, plan);
        let mut records = Vec::new();
        while !simulation.is_finished() {
            records.extend(simulation.advance(step));
        }
        (simulation.tally().clone(), records)
    })
}

/// The tally of `n_runs` of a scenario's text in the ordinary way.
pub fn tally(text: &str, n_runs: u64, seed: u64) -> (Scenario, Tally) {
    let scenario = scenario(text);
    let program = compile(&scenario);
    let (tally, _) = live::<LANES>(&program, plan(n_runs, seed), 64, 2);
    (scenario, tally)
}
