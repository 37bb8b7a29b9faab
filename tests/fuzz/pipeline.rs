//! Arbitrary text through the whole pipeline: read, compiled, bound and simulated for 100 runs, with the
//! narrowest and the widest blocks and instruction sets. Both must give the same tally.
//!
//! Horizons are cut to a few days and large scenarios are rejected, so that one execution is short.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use realpolitik::base::diagnostic::Sources;
use realpolitik::base::random::{Branch, Seed};
use realpolitik::engine::{Engine, InstructionPath, LANES, SimulateDays};
use realpolitik::program::{BoundProgram, bind, compile, list};
use realpolitik::scenario::{Scenario, read};
use realpolitik::simulate::{Simulation, SimulationPlan, Tally};
use std::sync::{Arc, LazyLock};

const MAX_DAYS: u16 = 8;
const MAX_ROWS: usize = 24;
const N_RUNS: u64 = 100;

static POOL: LazyLock<rayon::ThreadPool> = LazyLock::new(|| {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    pool.build().expect("a thread")
});

fuzz_target!(|text: &str| -> Corpus {
    let mut sources = Sources::default();
    let Some(mut scenario) = read(&mut sources, "fuzz.toml", text, &[]).scenario else {
        return Corpus::Keep;
    };
    if n_rows(&scenario) > MAX_ROWS {
        return Corpus::Reject;
    }
    shorten(&mut scenario);
    let program = compile(&scenario);
    let bound = Arc::new(bind(&program, &[]).expect("the scenario's own values"));
    assert!(!list(&program).is_empty());
    let narrow = simulate::<8>(&bound, InstructionPath::Portable);
    let wide = simulate::<LANES>(&bound, InstructionPath::widest());
    assert_eq!(narrow, wide);
    assert_eq!(narrow.n_covered(), N_RUNS);
    Corpus::Keep
});

fn n_rows(scenario: &Scenario) -> usize {
    scenario.actors.len()
        + scenario.actions.len()
        + scenario.events.len()
        + scenario.variables.len()
        + scenario.indicators.len()
        + scenario.outcomes.len()
}

fn shorten(scenario: &mut Scenario) {
    scenario.horizon_days = scenario.horizon_days.min(MAX_DAYS);
    let outcomes: Vec<_> = scenario.outcomes.ids().collect();
    for id in outcomes {
        let outcome = &mut scenario.outcomes[id];
        outcome.last_day = outcome.last_day.min(scenario.horizon_days);
    }
}

fn simulate<const L: usize>(bound: &Arc<BoundProgram>, path: InstructionPath) -> Tally
where
    for<'a> Engine<'a, L>: SimulateDays<L>,
{
    let plan = SimulationPlan {
        seed: Seed(1),
        branch: Branch(0),
        first_run: 0,
        n_runs: N_RUNS,
        variable_runs: 0,
        keep_runs: false,
        fingerprint: 0,
    };
    POOL.install(|| {
        let mut simulation = Simulation::<L>::with_path(bound.clone(), plan, path);
        simulation.advance(1);
        simulation.tally().clone()
    })
}
