//! The engine and the reference side by side.

use super::forks::Forks;
use super::life::Life;
use super::luck::{Luck, Unknowns};
use super::witness::Witnesses;
use realpolitik::base::random::keyed::{Branch, Seed};
use realpolitik::engine::Engine;
use realpolitik::program::{bind, compile};
use realpolitik::scenario::Scenario;

/// The runs of a block.
const LANES: usize = 8;

/// Compares runs `0..n_runs`, whole blocks of them.
///
/// # Errors
/// What the engine did that the design does not allow, in the first such run.
pub fn compare(scenario: &Scenario, seed: Seed, n_runs: u64) -> Result<Forks, String> {
    let program = compile(scenario);
    let bound = bind(&program, &[]).map_err(|error| error.to_string())?;
    let mut engine = Engine::<LANES>::new(&bound);
    let unknowns = Unknowns::of(scenario);
    let mut total = Forks::default();
    for first_run in (0..n_runs).step_by(LANES) {
        let mut witnesses = Witnesses::new(LANES);
        let state = engine.simulate(seed, first_run, Branch(0), &mut witnesses);
        witnesses.finish(&program, state);
        for (run, witness) in (first_run..).zip(&witnesses.runs) {
            total += &Life::new(scenario, Luck::new(seed, run, &unknowns), witness).simulate()?;
        }
    }
    Ok(total)
}
