//! Instruction counts of reading, compiling and binding the founding scenario and of simulating one chunk
//! of its runs. Counts do not depend on the load of the machine.
//!
//!     cargo install gungraun-runner --version 0.20.0
//!     cargo bench --features valgrind --bench instructions
//!
//! Valgrind does not support AVX-512, so the chunk is simulated with portable instructions and AVX2.

// The macros of the harness write items without documentation.
#![allow(missing_docs)]

mod scenarios;

use gungraun::{library_benchmark, library_benchmark_group, main};
use realpolitik::base::diagnostic::Sources;
use realpolitik::base::random::{Branch, Seed};
use realpolitik::engine::{InstructionPath, LANES};
use realpolitik::program::{BoundProgram, Program, bind, compile};
use realpolitik::scenario::{Reading, Scenario, read};
use realpolitik::simulate::{CHUNK_RUNS, Simulation, SimulationPlan};
use std::hint::black_box;
use std::sync::Arc;

fn founding_scenario() -> Scenario {
    scenarios::scenario(&scenarios::founding())
}

fn founding_program() -> Arc<Program> {
    compile(&founding_scenario())
}

/// A simulation before its first run, on a pool of one thread.
fn on_path(path: InstructionPath) -> (Simulation<LANES>, rayon::ThreadPool) {
    let bound = bind(&founding_program(), &[]).expect("nothing is set");
    let plan = SimulationPlan {
        seed: Seed(1),
        branch: Branch(0),
        first_run: 0,
        n_runs: CHUNK_RUNS,
        variable_runs: 0,
        keep_runs: false,
        fingerprint: 0,
    };
    (
        Simulation::with_path(Arc::new(bound), plan, path),
        this_thread(),
    )
}

/// A pool of only the measured thread.
fn this_thread() -> rayon::ThreadPool {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    pool.use_current_thread()
        .build()
        .expect("a pool of one thread")
}

fn program_and_pool() -> (Arc<Program>, rayon::ThreadPool) {
    (founding_program(), this_thread())
}

#[library_benchmark]
#[bench::founding(setup = scenarios::founding)]
fn read_text(text: String) -> Reading {
    let mut sources = Sources::default();
    black_box(read(&mut sources, "bench.toml", &text, &[]))
}

#[library_benchmark]
#[bench::founding(setup = founding_scenario)]
fn compile_scenario(scenario: Scenario) -> Arc<Program> {
    black_box(compile(&scenario))
}

#[library_benchmark]
#[bench::founding(setup = program_and_pool)]
fn bind_program((program, pool): (Arc<Program>, rayon::ThreadPool)) -> BoundProgram {
    let bound = pool.install(|| bind(&program, &[]));
    black_box(bound.expect("nothing is set"))
}

#[library_benchmark]
#[bench::portable(args = (InstructionPath::Portable), setup = on_path)]
#[bench::avx2(args = (InstructionPath::Avx2), setup = on_path)]
fn simulate_batch((mut simulation, pool): (Simulation<LANES>, rayon::ThreadPool)) -> u64 {
    pool.install(|| simulation.advance(1));
    black_box(simulation.tally().n_runs)
}

library_benchmark_group!(
    name = founding,
    benchmarks = [read_text, compile_scenario, bind_program, simulate_batch]
);
main!(library_benchmark_groups = founding);
