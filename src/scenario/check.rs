//! Warnings about a scenario that runs and is probably not what was meant.

use super::findings::Findings;
use super::model::Scenario;

/// Adds all warnings about a scenario.
pub(super) fn warn(scenario: &Scenario, findings: &mut Findings) {
    let _ = (scenario, findings);
}
