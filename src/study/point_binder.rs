//! Binds a scenario at many points, each with settings as by `--set`.
//!
//! Where the settings are numbers of parameters, the program is bound anew, which takes microseconds.
//! Anything else is read and compiled again. Both ways accept the same settings and lead to the same
//! results to the bit. Binding anew is limited to what keeps that true:
//!
//! - The path names a parameter of the program: a quantity that is a number or a distribution. The
//!   reader's checks of all other numbers depend on each other: bounds with initial values, the
//!   horizon with dates, delays with limits.
//! - The value is a number within the parameter's domain. Anything else is read again, so that a
//!   rejection has the reader's own reason.
//! - No correlation names the path. A number takes no part in a Gaussian copula, so it changes how
//!   the others are mixed.

use crate::base::diagnostic::{Diagnostics, Sources};
use crate::base::index::ParameterId;
use crate::program::{
    Assignment, BoundProgram, Program, QuantileTables, bind_with_tables, compile,
};
use crate::scenario::{self, Correlated, Override, Scenario, limits};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A scenario at one point.
#[derive(Clone, Debug)]
pub struct BoundPoint {
    /// The scenario. Its names, labels and dates are those of the point. The values of its
    /// quantities may be those of the file; the program has those of the point.
    pub scenario: Arc<Scenario>,
    /// The program with the values of the point.
    pub bound: Arc<BoundProgram>,
}

/// Binds one scenario at many points.
#[derive(Debug)]
pub struct PointBinder<'a> {
    file: &'a str,
    text: &'a str,
    overrides: &'a [Override],
    /// The scenario without the settings of a point; `None` if it is rejected.
    base: Option<Base>,
    tables: QuantileTables,
}

#[derive(Debug)]
struct Base {
    scenario: Arc<Scenario>,
    program: Arc<Program>,
    /// The parameters that can be bound anew, by path. A variable that is hidden without a belief
    /// has two with the path of its initial value.
    parameters: BTreeMap<String, Vec<ParameterId>>,
}

impl<'a> PointBinder<'a> {
    /// Reads and compiles the scenario with the overrides that all points have.
    pub fn new(file: &'a str, text: &'a str, overrides: &'a [Override]) -> Self {
        let reading = scenario::read(&mut Sources::default(), file, text, overrides);
        Self {
            file,
            text,
            overrides,
            base: reading.scenario.map(Base::new),
            tables: QuantileTables::default(),
        }
    }

    /// The scenario with the settings of a point, which follow the overrides.
    ///
    /// # Errors
    /// If the scenario is rejected with these settings; the diagnostics say why.
    pub fn bind(&self, settings: &[Override]) -> Result<BoundPoint, Diagnostics> {
        self.rebind(settings)
            .map_or_else(|| self.reread(settings), Ok)
    }

    /// The scenario with the settings of a point, bound anew; `None` if it must be read again.
    pub fn rebind(&self, settings: &[Override]) -> Option<BoundPoint> {
        if self.overrides.len() + settings.len() > limits::SETTINGS {
            return None;
        }
        let Base {
            scenario,
            program,
            parameters,
        } = self.base.as_ref()?;
        let mut fixed = Vec::with_capacity(settings.len());
        for setting in settings {
            let parameters = parameters.get(&setting.path)?.iter();
            let value = setting.number()?;
            fixed.extend(parameters.map(|&parameter| Assignment { parameter, value }));
        }
        // A value outside its domain is read again.
        let bound = bind_with_tables(program, &fixed, &self.tables).ok()?;
        Some(BoundPoint {
            scenario: scenario.clone(),
            bound: Arc::new(bound),
        })
    }

    /// The scenario with the settings of a point, read and compiled again.
    ///
    /// # Errors
    /// As [`PointBinder::bind`].
    pub fn reread(&self, settings: &[Override]) -> Result<BoundPoint, Diagnostics> {
        let overrides = [self.overrides, settings].concat();
        let reading = scenario::read(&mut Sources::default(), self.file, self.text, &overrides);
        let scenario = reading.scenario.ok_or(reading.diagnostics)?;
        let program = compile(&scenario);
        let bound = bind_with_tables(&program, &[], &self.tables).expect("nothing is assigned");
        Ok(BoundPoint {
            scenario: Arc::new(scenario),
            bound: Arc::new(bound),
        })
    }
}

impl Base {
    fn new(scenario: Scenario) -> Self {
        let program = compile(&scenario);
        let mut parameters: BTreeMap<String, Vec<ParameterId>> = BTreeMap::new();
        for (id, parameter) in program.parameters.enumerate() {
            parameters
                .entry(parameter.path.clone())
                .or_default()
                .push(id);
        }
        for correlation in &scenario.correlations {
            if let Correlated::Quantities(a, b) = &correlation.between {
                parameters.remove(a);
                parameters.remove(b);
            }
        }
        Self {
            scenario: Arc::new(scenario),
            program,
            parameters,
        }
    }
}
