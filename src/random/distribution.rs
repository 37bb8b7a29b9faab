//! Distributions of what is not known, each through its own inverse CDF.

/// A distribution of one quantity; its parameters have been checked.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// Normal.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation, > 0.
        sd: f64,
    },
    /// Normal cut to [low, high]; mean and sd are the parent's.
    TruncatedNormal {
        /// Mean of the parent.
        mean: f64,
        /// Standard deviation of the parent, > 0.
        sd: f64,
        /// Lower cut, may be −∞.
        low: f64,
        /// Upper cut, may be ∞.
        high: f64,
    },
    /// exp of a normal.
    LogNormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm, > 0.
        sigma: f64,
    },
    /// Logistic function of a normal.
    LogitNormal {
        /// Mean of the logit.
        mu: f64,
        /// Standard deviation of the logit, > 0.
        sigma: f64,
    },
    /// Beta on [0, 1].
    Beta {
        /// First shape, > 0.
        alpha: f64,
        /// Second shape, > 0.
        beta: f64,
    },
    /// Uniform on [low, high].
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end, > low.
        high: f64,
    },
    /// Triangular.
    Triangular {
        /// Lower end.
        low: f64,
        /// Mode, in [low, high].
        mode: f64,
        /// Upper end, > low.
        high: f64,
    },
    /// Beta-PERT with shape 4: low + (high − low)·Beta(1 + 4(mode − low)/(high − low), 1 + 4(high − mode)/(high − low)).
    Pert {
        /// Lower end.
        low: f64,
        /// Mode, in [low, high].
        mode: f64,
        /// Upper end, > low.
        high: f64,
    },
}
