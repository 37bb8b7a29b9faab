//! The state that is shared while the tables of a file are read.

use super::super::diagnostics::DiagnosticSink;
use super::super::expression::ExpressionType;
use super::super::names::Names;
use crate::base::diagnostic::Diagnostic;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// The state of a reading.
pub(super) struct Reader<'r> {
    pub names: &'r Names,
    /// The type of each indicator; `None` if it is not yet known or its formula is invalid.
    pub indicator_types: Vec<Option<ExpressionType>>,
    /// The date of day 1; `None` if it is invalid.
    pub start: Option<Date>,
    /// The number of simulated days, or a placeholder if it is invalid.
    pub horizon_days: u16,
    /// The bounds of each variable, once the variables have been read.
    pub bounds: Vec<(f64, f64)>,
    /// Paths of quantities that are given but have no effect.
    pub unused_quantities: BTreeSet<String>,
    /// Warnings to report if there are no errors.
    pub warnings: Vec<Diagnostic>,
    pub sink: &'r mut DiagnosticSink,
}
