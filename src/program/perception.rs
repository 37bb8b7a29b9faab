//! Compiles what actors perceive.

use super::compiler::Compiler;
use super::tables::{LaggedVariableRow, PerceptionRow, PerceptionSource, Shock};
use crate::base::index::VariableId;
use crate::scenario::{Actor, PerceptionKind};

impl Compiler<'_> {
    /// The variables that an actor perceives with delay or noise or not at all, in the
    /// order of their names.
    pub(super) fn perceptions(&mut self, actor: &Actor) -> Vec<PerceptionRow> {
        let scenario = self.scenario;
        let mut sorted: Vec<_> = actor.perceives.iter().collect();
        sorted.sort_by_key(|perception| &scenario.variables[perception.variable].name);
        let mut rows = Vec::new();
        for perception in sorted {
            let variable = perception.variable;
            let row = match &perception.kind {
                PerceptionKind::Observed { delay_days, noise } => {
                    let name = &scenario.variables[variable].name;
                    let path = format!("actors.{}.perceives.{name}", actor.name);
                    let noise = noise.as_ref().map(|noise| Shock {
                        volatility: self.input(noise),
                        radius: self.site("belief", &path, "radius"),
                        angle: self.site("belief", &path, "angle"),
                    });
                    let source = match *delay_days {
                        0 => PerceptionSource::Current,
                        days => PerceptionSource::Lagged {
                            row: self.lagged_variable(variable, days),
                            days,
                        },
                    };
                    PerceptionRow {
                        variable,
                        source,
                        noise,
                    }
                }
                PerceptionKind::Hidden { belief } => {
                    let initial = &scenario.variables[variable].initial;
                    let belief = self.parameter(belief.as_ref().unwrap_or(initial));
                    let source = PerceptionSource::Belief(belief);
                    PerceptionRow {
                        variable,
                        source,
                        noise: None,
                    }
                }
            };
            rows.push(row);
        }
        rows
    }

    /// The row that keeps at least `days` past values of a variable.
    fn lagged_variable(&mut self, variable: VariableId, days: u16) -> usize {
        let mut rows = self.lagged_variables.iter();
        let existing = rows.position(|row| row.variable == variable);
        let index = existing.unwrap_or_else(|| {
            self.lagged_variables.push(LaggedVariableRow {
                variable,
                max_days_ahead: 1,
            });
            self.lagged_variables.len() - 1
        });
        let reach = &mut self.lagged_variables[index].max_days_ahead;
        *reach = (*reach).max(days);
        index
    }
}
