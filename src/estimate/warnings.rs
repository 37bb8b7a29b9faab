//! What in the results is probably a mistake of the scenario.

use super::Estimates;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Severity};

/// An action taken in more than this share of the runs is probably a mistake of scale.
const ALMOST_ALWAYS: f64 = 0.99;
/// And so is one taken in less than this share.
const ALMOST_NEVER: f64 = 0.001;
/// Fewer runs than this cannot tell what is almost never done.
const MIN_RUNS: u64 = 4_000;

impl Estimates<'_> {
    /// Warnings about actions that are almost always or almost never taken, about clamped
    /// probabilities and other quantities, and about runs that were left out.
    pub fn warnings(&self) -> Diagnostics {
        let mut warnings = Diagnostics::default();
        if let Some(warning) = self.fault_warning() {
            warnings.push(warning);
        }
        if self.tally.n_runs >= MIN_RUNS {
            self.action_warnings(&mut warnings);
        }
        if let Some(warning) = self.clamp_warning() {
            warnings.push(warning);
        }
        warnings
    }

    fn fault_warning(&self) -> Option<Diagnostic> {
        let faults = self.faults();
        let first = faults.run_ids.first()?;
        let message = format!(
            "in {} of {} runs, the first being run {first}, a number stopped being a number; \
             their draws are left out",
            faults.n_faulted,
            self.tally.n_covered(),
        );
        let hint = "look for a division by zero, `ln` or `sqrt` of what may be negative";
        Some(warning("faulted-runs", message).hint(hint))
    }

    fn clamp_warning(&self) -> Option<Diagnostic> {
        let clamps = self.clamps().map(|clamp| {
            let times = clamp.n_clamped;
            format!(
                "`{}` {times} times in {} runs",
                clamp.path, self.tally.n_runs
            )
        });
        let clamps: Vec<String> = clamps.collect();
        let message = format!("left the domain and was clamped: {}", clamps.join(", "));
        let hint = "write the expression so that it stays within its domain, or clamp it yourself";
        (!clamps.is_empty()).then(|| warning("clamped", message).hint(hint))
    }

    /// One warning for each kind of concern, naming all its actions: their causes are few.
    fn action_warnings(&self, warnings: &mut Diagnostics) {
        let (mut always, mut closed, mut never) = (Vec::new(), Vec::new(), Vec::new());
        for estimate in self.actions() {
            let path = format!("`actions.{}`", estimate.action.name);
            let share = estimate
                .taken
                .proportion
                .map_or(0.0, |taken| taken.probability);
            if share > ALMOST_ALWAYS {
                always.push(path);
            } else if estimate.days_open == Some(0.0) {
                closed.push(path);
            } else if share < ALMOST_NEVER {
                never.push(path);
            }
        }
        let kinds = [
            (
                "almost-always-taken",
                always,
                "taken in more than 99 % of the runs",
                "if this should not be near certain, lower `appeal` or `daily_odds`, raise `cost`, \
                 or lower the actor's `precision`",
            ),
            (
                "never-open",
                closed,
                "never open",
                "`requires` never held when the actor deliberated",
            ),
            (
                "almost-never-taken",
                never,
                "open, and taken in fewer than 0.1 % of the runs",
                "if this should not be near impossible, raise `appeal` or `daily_odds`, or look \
                 whether the actor's goals contain what it changes",
            ),
        ];
        for (code, paths, what, hint) in kinds {
            if !paths.is_empty() {
                warnings.push(warning(code, format!("{what}: {}", paths.join(", "))).hint(hint));
            }
        }
    }
}

/// A warning about the scenario as a whole.
fn warning(code: &'static str, message: String) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        code,
        span: None,
        message,
        hint: None,
    }
}
