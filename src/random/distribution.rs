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

/// STUB
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntervalKind {
    /// [0, 1].
    Unit,
    /// Positive.
    Positive,
    /// Any.
    Real,
}

/// STUB
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("stub error")]
pub struct DistributionError;

type R = Result<Distribution, DistributionError>;
#[allow(missing_docs)]
impl Distribution {
    pub fn normal(mean: f64, sd: f64) -> R {
        if sd > 0.0 {
            Ok(Self::Normal { mean, sd })
        } else {
            Err(DistributionError)
        }
    }
    pub fn truncated_normal(mean: f64, sd: f64, low: f64, high: f64) -> R {
        if sd > 0.0 && low < high {
            Ok(Self::TruncatedNormal {
                mean,
                sd,
                low,
                high,
            })
        } else {
            Err(DistributionError)
        }
    }
    pub fn lognormal_from_moments(mean: f64, sd: f64) -> R {
        if sd > 0.0 && mean > 0.0 {
            Ok(Self::LogNormal {
                mu: mean,
                sigma: sd,
            })
        } else {
            Err(DistributionError)
        }
    }
    pub fn lognormal_from_log(mu: f64, sigma: f64) -> R {
        if sigma > 0.0 {
            Ok(Self::LogNormal { mu, sigma })
        } else {
            Err(DistributionError)
        }
    }
    pub fn beta(alpha: f64, beta: f64) -> R {
        if alpha > 0.0 && beta > 0.0 {
            Ok(Self::Beta { alpha, beta })
        } else {
            Err(DistributionError)
        }
    }
    pub fn beta_from_moments(mean: f64, sd: f64) -> R {
        if sd > 0.0 && mean > 0.0 && mean < 1.0 {
            Ok(Self::Beta {
                alpha: mean,
                beta: sd,
            })
        } else {
            Err(DistributionError)
        }
    }
    pub fn uniform(low: f64, high: f64) -> R {
        if low < high {
            Ok(Self::Uniform { low, high })
        } else {
            Err(DistributionError)
        }
    }
    pub fn triangular(low: f64, mode: f64, high: f64) -> R {
        if low < high {
            Ok(Self::Triangular { low, mode, high })
        } else {
            Err(DistributionError)
        }
    }
    pub fn pert(low: f64, mode: f64, high: f64) -> R {
        if low < high {
            Ok(Self::Pert { low, mode, high })
        } else {
            Err(DistributionError)
        }
    }
    pub fn interval(from: f64, to: f64, kind: IntervalKind) -> R {
        if from < to {
            Ok(match kind {
                IntervalKind::Unit => Self::LogitNormal {
                    mu: from,
                    sigma: to,
                },
                IntervalKind::Positive => Self::LogNormal {
                    mu: from,
                    sigma: to,
                },
                IntervalKind::Real => Self::Normal { mean: from, sd: to },
            })
        } else {
            Err(DistributionError)
        }
    }
    pub fn support(&self) -> (f64, f64) {
        match *self {
            Self::Normal { .. } => (f64::NEG_INFINITY, f64::INFINITY),
            Self::LogNormal { .. } => (0.0, f64::INFINITY),
            Self::LogitNormal { .. } | Self::Beta { .. } => (0.0, 1.0),
            Self::TruncatedNormal { low, high, .. }
            | Self::Uniform { low, high }
            | Self::Triangular { low, high, .. }
            | Self::Pert { low, high, .. } => (low, high),
        }
    }
}
