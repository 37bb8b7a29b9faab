//! Why parameters do not define a distribution, and what to write instead.

/// Why parameters do not define a distribution. The part of a message after `; ` says
/// what to write instead.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DistributionError {
    /// A parameter is infinite or NaN.
    #[error("`{name}` must be a finite number")]
    NotFinite {
        /// The name of the parameter.
        name: &'static str,
    },
    /// A spread, shape or positive parameter is 0 or less.
    #[error(
        "`{name}` must be greater than 0, not {value}; {}", hint_for_positive(name, *value)
    )]
    NotPositive {
        /// The name of the parameter.
        name: &'static str,
        /// The value as written.
        value: f64,
    },
    /// The mean of a lognormal is not above 0.
    #[error(
        "`mean` must be greater than 0, not {mean}; a lognormal is positive: write the mean of the quantity itself, above 0, or `mu` and `sigma` for those of its logarithm"
    )]
    LogNormalMean {
        /// The value as written.
        mean: f64,
    },
    /// The lower bound is not below the upper bound.
    #[error(
        "`{lower}` = {low} must be less than `{upper}` = {high}; {}", hint_for_order(lower, *low, upper, *high)
    )]
    Reversed {
        /// The lower parameter's name.
        lower: &'static str,
        /// The upper parameter's name.
        upper: &'static str,
        /// The lower parameter as written.
        low: f64,
        /// The upper parameter as written.
        high: f64,
    },
    /// The mode is outside the bounds.
    #[error(
        "`mode` = {mode} must be between `low` = {low} and `high` = {high}; write a mode within the bounds"
    )]
    ModeOutside {
        /// The lower bound as written.
        low: f64,
        /// The value as written.
        mode: f64,
        /// The upper bound as written.
        high: f64,
    },
    /// The shape of a beta cannot be computed accurately.
    #[error(
        "`{name}` = {value} must be between 0.01 and 1000000; {}", hint_for_shape(*value)
    )]
    ShapeOutside {
        /// The name of the parameter.
        name: &'static str,
        /// The value as written.
        value: f64,
    },
    /// The mean of a beta is not inside (0, 1).
    #[error(
        "the mean of a beta distribution must be strictly between 0 and 1, not {mean}; write, for example, `mean = 0.5`"
    )]
    BetaMean {
        /// The value as written.
        mean: f64,
    },
    /// The standard deviation is impossible for a variable in [0, 1].
    #[error(
        "`sd` = {sd} is too large for a beta distribution with mean {mean}; write at most {largest}"
    )]
    BetaTooWide {
        /// The mean as written.
        mean: f64,
        /// The value as written.
        sd: f64,
        /// The largest accepted value, rounded down.
        largest: f64,
    },
    /// The beta is so narrow that it is practically a number.
    #[error(
        "`sd` = {sd} is too small for a beta distribution with mean {mean}; write at least {smallest}, or a constant instead of the distribution, for example `0.5`"
    )]
    BetaTooNarrow {
        /// The mean as written.
        mean: f64,
        /// The value as written.
        sd: f64,
        /// The smallest accepted value, rounded up.
        smallest: f64,
    },
    /// The values or moments of the lognormal exceed the range of single precision.
    #[error(
        "this lognormal distribution is so wide that values or their variance exceed 3e38, the largest number of the simulation; {}", hint_for_wide(*largest_sigma)
    )]
    LogNormalTooWide {
        /// The largest accepted sigma with this mu, rounded down; 0 if there is none.
        largest_sigma: f64,
    },
    /// An interval of a positive quantity is so wide that its lognormal exceeds the range of single
    /// precision.
    #[error(
        "the lognormal with 5th percentile {from} and 95th percentile {to:e} is so wide that values or their variance exceed 3e38, the largest number of the simulation; write `to = {largest:e}` or less"
    )]
    IntervalTooWide {
        /// The 5th percentile as written.
        from: f64,
        /// The 95th percentile as written.
        to: f64,
        /// The largest accepted 95th percentile, rounded down.
        largest: f64,
    },
    /// The truncation keeps almost no probability.
    #[error(
        "a normal distribution with mean {mean} and sd {sd} has almost no probability between `low` = {low} and `high` = {high}; write a mean nearer to the bounds, a larger sd, or `uniform`"
    )]
    TruncatedTooFar {
        /// Mean before the truncation.
        mean: f64,
        /// Standard deviation before truncation.
        sd: f64,
        /// The lower bound as written.
        low: f64,
        /// The upper bound as written.
        high: f64,
    },
    /// The truncation keeps so narrow a part that it is uniform.
    #[error(
        "`sd` = {sd} is so large that the distribution is uniform between `low` = {low} and `high` = {high}; write `uniform`"
    )]
    TruncatedTooNarrow {
        /// Standard deviation before truncation.
        sd: f64,
        /// The lower bound as written.
        low: f64,
        /// The upper bound as written.
        high: f64,
    },
    /// The interval is not inside its domain.
    #[error(
        "`{name}` = {value} must be {domain}; write the 5th and 95th percentiles, which lie strictly inside the bounds"
    )]
    IntervalOutside {
        /// The parameter: `from` or `to`.
        name: &'static str,
        /// The value as written.
        value: f64,
        /// The domain in words.
        domain: String,
    },
    /// An interval is so narrow that double precision cannot represent its spread.
    #[error(
        "`from` = {from} and `to` = {to} are nearly the same number; write the number alone: {from}"
    )]
    IntervalTooNarrow {
        /// The 5th percentile as written.
        from: f64,
        /// The 95th percentile as written.
        to: f64,
    },
}

/// What to write instead of a number that must be above 0.
fn hint_for_positive(name: &str, value: f64) -> String {
    if value < 0.0 && name != "alpha" && name != "beta" {
        format!("write the size of the spread without a sign: {}", -value)
    } else if value < 0.0 {
        "write a number above 0, for example 2".to_owned()
    } else if matches!(name, "sd" | "sigma") {
        "write a number above 0, or only the mean, as a constant instead of the distribution"
            .to_owned()
    } else {
        "write a number above 0".to_owned()
    }
}

/// What to write instead of two bounds in the wrong order.
fn hint_for_order(lower: &str, low: f64, upper: &str, high: f64) -> String {
    if low > high {
        format!("swap the two: `{lower}` = {high} and `{upper}` = {low}")
    } else {
        format!(
            "write two different numbers, or the number alone instead of the distribution: {low}"
        )
    }
}

/// What to write instead of a shape of a beta that cannot be computed.
fn hint_for_shape(value: f64) -> String {
    if value < 1.0 {
        "write 0.01 or more: the smaller the shapes, the wider the distribution, and below 0.01 it is 0 or 1, hardly anything between"
            .to_owned()
    } else {
        "write 1000000 or less, or the mean as a constant instead of so narrow a distribution, for example `0.5`"
            .to_owned()
    }
}

/// What to write instead of a lognormal that is too wide.
fn hint_for_wide(largest_sigma: f64) -> String {
    if largest_sigma > 0.0 {
        format!("write a smaller spread: with this `mu`, a `sigma` of {largest_sigma} or less")
    } else {
        "write a smaller `mu` or `mean`".to_owned()
    }
}
