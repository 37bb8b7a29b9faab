//! The user's guide, one module per page.
//!
//! The pages are Markdown files in `src/guide/`, so that they can be read in the repository and in this
//! documentation. A test runs their commands: it writes each file that a page marks by
//! `<!-- file: NAME -->` or `<!-- append to: NAME -->`, and runs each line of a `console` block that begins
//! with `$ realpolitik`, in the order of the page, in a copy of the repository's `params/`.

/// A first forecast, and how to read its results.
pub mod forecast {
    #![doc = include_str!("forecast.md")]
}

/// How to write a scenario, step by step.
pub mod scenario {
    #![doc = include_str!("scenario.md")]
}

/// What would change a forecast: variants under common random numbers.
pub mod compare {
    #![doc = include_str!("compare.md")]
}

/// A scenario at many parameter values.
pub mod sweep {
    #![doc = include_str!("sweep.md")]
}

/// Which uncertain quantities matter: Sobol' indices, Morris screening, derivatives.
pub mod sensitivity {
    #![doc = include_str!("sensitivity.md")]
}

/// Calibrating numbers to targets.
pub mod tune {
    #![doc = include_str!("tune.md")]
}

/// Scoring forecasts against resolutions.
pub mod score {
    #![doc = include_str!("score.md")]
}

/// The tables that sweep, tune and score read.
pub mod tables {
    #![doc = include_str!("tables.md")]
}

/// The simulator as a library.
pub mod library {
    #![doc = include_str!("library.md")]
}

/// What a simulated day computes.
pub mod semantics {
    #![doc = include_str!("../semantics.md")]
}

/// Estimators, indices, derivatives and calibration, with formulas and sources.
pub mod methods {
    #![doc = include_str!("../methods.md")]
}

/// What makes the engine fast, and how it compares with other tools.
pub mod performance {
    #![doc = include_str!("../performance.md")]
}
