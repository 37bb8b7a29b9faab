//! The engine and the reference side by side.

use super::forks::Forks;
use super::random_numbers::{RandomNumbers, UncertainQuantities};
use super::run::ReferenceRun;
use super::trace::TraceRecorder;
use realpolitik::base::random::keyed::{Branch, Seed};
use realpolitik::engine::Engine;
use realpolitik::program::{bind, compile};
use realpolitik::scenario::Scenario;

/// Runs per block.
const LANES: usize = 8;

/// Compares runs `0..n_runs`, whole blocks of them.
///
/// # Errors
/// The first disagreement of the engine with the semantics.
pub fn compare(scenario: &Scenario, seed: Seed, n_runs: u64) -> Result<Forks, String> {
    let program = compile(scenario);
    let bound = bind(&program, &[]).map_err(|error| error.to_string())?;
    let mut engine = Engine::<LANES>::new(&bound);
    let uncertain = UncertainQuantities::of(scenario);
    let mut total = Forks::default();
    for first_run in (0..n_runs).step_by(LANES) {
        let mut witnesses = TraceRecorder::new(LANES);
        let state = engine.simulate(seed, first_run, Branch(0), &mut witnesses);
        witnesses.finish(&program, state);
        for (run, trace) in (first_run..).zip(&witnesses.runs) {
            total += &ReferenceRun::new(scenario, RandomNumbers::new(seed, run, &uncertain), trace)
                .simulate()?;
        }
    }
    Ok(total)
}
