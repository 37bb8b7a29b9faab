//! Warnings about results that indicate a mistake in the scenario.

use super::Estimates;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Severity, plural};

/// Share of runs above which an action is reported as nearly certain.
const ALMOST_ALWAYS: f64 = 0.99;
/// Share of runs below which an action is reported as nearly impossible.
const ALMOST_NEVER: f64 = 0.001;
/// Minimum number of runs for warnings about actions.
const MIN_RUNS: u64 = 4_000;

impl Estimates<'_> {
    /// Warnings about actions taken in nearly all or nearly no runs, clamped quantities, and runs left
    /// out because of faults.
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
            "{} of {} runs, the first being run {first}, computed a non-finite number; \
             their draws are left out",
            faults.n_faulted,
            self.tally.n_covered(),
        );
        let hint = "look for a division by zero, for `ln` or `sqrt` of a value that can be negative, and for \
             numbers above 1e30 or products of such numbers";
        Some(warning("faulted-runs", message).hint(hint))
    }

    fn clamp_warning(&self) -> Option<Diagnostic> {
        let clamps = self.clamps().map(|clamp| {
            let (times, n_runs) = (clamp.n_clamped, self.tally.n_runs);
            format!(
                "`{}` {times} {} in {n_runs} {}",
                clamp.path,
                plural(times, "time"),
                plural(n_runs, "run")
            )
        });
        let clamps: Vec<String> = clamps.collect();
        let message = format!(
            "values outside their domain were clamped: {}",
            clamps.join(", ")
        );
        let hint =
            "rewrite the expression so that it stays within its domain, or clamp it with `clamp`";
        (!clamps.is_empty()).then(|| warning("clamped", message).hint(hint))
    }

    /// One warning per kind, which lists all its actions.
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
            } else if estimate.days_available == Some(0.0) {
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
                "if this should not be nearly certain, lower `appeal` or `daily_odds`, raise `cost`, \
                 or lower the actor's `precision`",
            ),
            (
                "never-available",
                closed,
                "never available",
                "check `requires`: it never held when the actor was activated",
            ),
            (
                "almost-never-taken",
                never,
                "available, but taken in less than 0.1 % of the runs",
                "if this should not be nearly impossible, raise `appeal` or `daily_odds`, or check that \
                 the actor's goals depend on a variable that the action changes",
            ),
        ];
        for (code, paths, what, hint) in kinds {
            if !paths.is_empty() {
                warnings.push(warning(code, format!("{what}: {}", paths.join(", "))).hint(hint));
            }
        }
    }
}

/// A warning without a place in the file.
fn warning(code: &'static str, message: String) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        code,
        span: None,
        message,
        hint: None,
    }
}
