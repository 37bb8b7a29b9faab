//! The state that is shared while the tables of a file are read.

use super::super::diagnostics::DiagnosticSink;
use super::super::expression::Kind;
use super::super::names::Names;
use crate::base::diagnostic::Diagnostic;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// What is known while tables are read.
pub(super) struct Reader<'r> {
    pub names: &'r Names,
    /// The kind of each indicator; `None` while it is not known or where it is broken.
    pub kinds: Vec<Option<Kind>>,
    /// The date of day 1; `None` where it is broken.
    pub start: Option<Date>,
    /// The days that are lived; a stand-in where that is broken.
    pub horizon_days: u16,
    /// The bounds of each variable, once the variables have been read.
    pub bounds: Vec<(f64, f64)>,
    /// Paths of quantities that are given and have no part in the scenario.
    pub unused_quantities: BTreeSet<String>,
    /// Warnings that are given where there is no error.
    pub warnings: Vec<Diagnostic>,
    pub sink: &'r mut DiagnosticSink,
}
