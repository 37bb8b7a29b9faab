//! A program all of whose numbers can be moved.
//!
//! Derivatives ask what a decision would have been with slightly other numbers. A loosened
//! program is the same program with a handle on each number that bears on decisions and events:
//! every parameter is a row that the caller fills in ([`super::bind_to_rows`]), and every quantity
//! given by an expression is multiplied by a variable of its own, which is 1 unless it is moved.
//! The factor is applied before the quantity is clamped to its domain. Absent on purpose: a
//! handle on what moves the state itself, such as effects and drift.

use super::code::{CodeResult, Operand, Operation, Step};
use super::{Input, Parameter, Pass, Program, VariableRow};
use crate::base::index::{CodeId, ParameterId, VariableId};
use crate::base::random::keyed::hash_name;
use crate::scenario::{Domain, Value};

/// A program with a handle on each number that bears on decisions.
#[derive(Clone, Debug)]
pub struct Loose {
    /// The program, to be bound with [`super::bind_to_rows`].
    pub program: Program,
    factors: Vec<(CodeId, VariableId)>,
}

/// What moves a quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Handle {
    /// Its row.
    Row(ParameterId),
    /// The variable that its expression is multiplied by.
    Factor(VariableId),
}

/// Loosens a program.
pub fn loosen(program: &Program) -> Loose {
    let mut loose = Loose {
        program: program.clone(),
        factors: Vec::new(),
    };
    let mut inputs = Vec::new();
    for actor in &program.actors {
        inputs.extend([actor.precision, actor.tempo, actor.insight]);
        inputs.extend(actor.risk);
    }
    for action in &program.actions {
        inputs.extend([
            action.success,
            action.cost,
            action.appeal,
            action.daily_odds,
        ]);
    }
    inputs.extend(program.events.iter().map(|event| event.hazard));
    for input in inputs {
        if let Input::Code(code, _) = input {
            loose.multiply(code);
        }
    }
    loose
}

impl Loose {
    /// What moves a quantity of an actor, an action or an event.
    pub fn handle(&self, input: Input) -> Option<Handle> {
        match input {
            Input::Parameter(parameter) => Some(Handle::Row(parameter)),
            Input::Code(code, _) => {
                let mine = self.factors.iter().find(|(own, _)| *own == code);
                mine.map(|&(_, factor)| Handle::Factor(factor))
            }
        }
    }

    /// The variables that loosening has added.
    pub fn factors(&self) -> impl Iterator<Item = VariableId> + '_ {
        self.factors.iter().map(|&(_, factor)| factor)
    }

    /// Multiplies an expression by a variable of its own. Every quantity has a code to itself.
    fn multiply(&mut self, code_id: CodeId) {
        let factor = self.add_factor();
        let code = &mut self.program.codes[code_id];
        let CodeResult::Number(value) = code.result else {
            unreachable!("a quantity is a number");
        };
        let to = code.n_numbers as u32;
        let step = Step {
            operation: Operation::Multiply(value, Operand::Variable(factor)),
            to,
        };
        code.steps.push(step);
        code.passes.push(Pass::Step(step));
        code.n_numbers += 1;
        code.result = CodeResult::Number(Operand::Temporary(to));
        self.factors.push((code_id, factor));
    }

    /// A variable that stands still.
    fn add_factor(&mut self) -> VariableId {
        let name = format!("factor {}", self.factors.len());
        let path_hash = hash_name(&name);
        let initial = self.program.parameters.push(Parameter {
            path: name.clone(),
            domain: Domain::Real,
            value: Value::Number(1.0),
            path_hash,
            mix: Vec::new(),
        });
        self.program.variables.push(VariableRow {
            name,
            min: f32::MIN,
            max: f32::MAX,
            initial,
            reversion: None,
            shock: None,
        })
    }
}
