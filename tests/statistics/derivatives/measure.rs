//! Derivatives of a scenario text, and comparison with known values.

use crate::common;
use realpolitik::base::index::OutcomeId;
use realpolitik::program::{bind, compile};
use realpolitik::session::Session;
use realpolitik::study::derivatives::{Derivatives, derivatives};
use std::sync::Arc;

/// Maximum deviation of a derivative from the truth, in standard errors.
pub const THRESHOLD: f64 = 4.5;

/// The derivatives of a scenario text over the given number of runs.
pub fn derivatives_of(text: &str, n_runs: u64) -> Measured {
    let scenario = common::scenario(text);
    let program = compile(&scenario);
    let bound = Arc::new(bind(&program, &[]).expect("the scenario's own values"));
    let session = Session::new(None, None).expect("threads");
    let mut on_progress = |_| ();
    let mut simulator = session.simulator(&mut on_progress);
    let plan = common::plan(n_runs, 1_648);
    let derivatives =
        derivatives(&scenario, &bound, plan, &mut simulator, u64::MAX).expect("nothing cancels it");
    assert_eq!(derivatives.n_unscored, 0);
    let outcomes = scenario.outcomes.iter();
    Measured {
        outcomes: outcomes.map(|outcome| outcome.name.clone()).collect(),
        derivatives,
    }
}

/// Derivatives and the names of their outcomes.
pub struct Measured {
    outcomes: Vec<String>,
    pub derivatives: Derivatives,
}

impl Measured {
    pub fn outcome(&self, name: &str) -> OutcomeId {
        let mut outcomes = self.outcomes.iter();
        realpolitik::base::index::Id::new(outcomes.position(|own| own == name).expect("an outcome"))
    }

    /// Asserts that a derivative agrees with the truth and is precise enough to tell.
    pub fn assert_near(&self, outcome: &str, path: &str, truth: f64) {
        let slope = self.derivatives.derivative_by(self.outcome(outcome), path);
        let slope = slope.unwrap_or_else(|| panic!("{path} is out of reach"));
        let (value, error) = (slope.value, slope.standard_error);
        // In a single binary choice the control variate leaves only the rounding error of f32.
        let rounding = 1e-5 * truth.abs().max(0.01);
        let z = ((value - truth).abs() - rounding).max(0.0) / error.max(1e-300);
        println!("{outcome} by {path}: {truth:.6}, {value:.6} ± {error:.6} (z = {z:.2})");
        assert!(
            z < THRESHOLD,
            "{outcome} by {path}: {value} instead of {truth}, {z:.1} standard errors off"
        );
        assert!(
            error <= 0.1 * truth.abs().max(0.05),
            "{outcome} by {path}: an error of {error} is too large to compare with {truth}"
        );
    }
}
