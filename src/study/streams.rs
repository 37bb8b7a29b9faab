//! Names of the random streams of all studies.
//!
//! A name keys random numbers, so its bytes are frozen: changing one changes results for the same
//! seed. The test pins them.

/// CMA-ES samples of the search of `tune`.
pub const TUNE_SEARCH: &str = "tune:search";
/// ABC-SMC particles of `tune`.
pub const TUNE_POSTERIOR: &str = "tune:posterior";
/// Bootstrap over the questions of `score`.
pub const SCORE_QUESTIONS: &str = "score:questions";
/// Bootstrap over the groups of `score`.
pub const SCORE_GROUPS: &str = "score:groups";
/// Consistency bands of the reliability table of `score`.
pub const SCORE_RELIABILITY: &str = "score:reliability";
/// Sample B of the Sobol' indices, as the argument of [`sobol_point`].
pub const SOBOL_SAMPLE_B: &str = "other";

/// The coordinates along one axis of a Latin hypercube.
pub fn latin_hypercube(path: &str) -> String {
    format!("sweep:lhs:{path}")
}

/// The simulation at a point of the Sobol' indices: sample B, or the partner of a factor.
pub fn sobol_point(name: &str) -> String {
    format!("sensitivity:{name}")
}

/// The bootstrap of the Sobol' indices of an outcome over the first quarters of its draws.
pub fn sobol_bootstrap(outcome: &str, n_quarters: u64) -> String {
    format!("sensitivity:outcomes.{outcome}:{n_quarters}")
}

/// A Morris trajectory: its levels, its order, and the simulations at its points.
pub fn morris_trajectory(number: u32) -> String {
    format!("screening:trajectory:{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_frozen() {
        assert_eq!(TUNE_SEARCH, "tune:search");
        assert_eq!(TUNE_POSTERIOR, "tune:posterior");
        assert_eq!(SCORE_QUESTIONS, "score:questions");
        assert_eq!(SCORE_GROUPS, "score:groups");
        assert_eq!(SCORE_RELIABILITY, "score:reliability");
        assert_eq!(latin_hypercube("a.b"), "sweep:lhs:a.b");
        assert_eq!(sobol_point(SOBOL_SAMPLE_B), "sensitivity:other");
        assert_eq!(sobol_point("a.b + c.d"), "sensitivity:a.b + c.d");
        assert_eq!(
            sobol_bootstrap("crisis", 4),
            "sensitivity:outcomes.crisis:4"
        );
        assert_eq!(morris_trajectory(19), "screening:trajectory:19");
    }
}
