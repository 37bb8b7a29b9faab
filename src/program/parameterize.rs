//! Makes every number that affects choices and events an input that the caller can set.
//!
//! Derivatives ask how a choice would differ with slightly different numbers. A parameterized
//! program is the same program with two changes: every parameter is a row that the caller fills in
//! (see [`super::bind_to_rows`]), and every quantity that is an expression is multiplied by a
//! variable of its own, its *factor*, which is 1 unless the caller sets it. The factor is applied
//! before the quantity is clamped to its domain. Quantities that change the state itself, such as
//! effects and drift, get no factor.

use super::code::CodeResult;
use super::instruction::{FusedInstruction, Instruction, Operand, Operation};
use super::tables::{Input, Parameter, Program, VariableRow};
use crate::base::index::{CodeId, ParameterId, VariableId};
use crate::base::random::keyed::hash_name;
use crate::scenario::{Domain, Value};
use std::sync::Arc;

/// A program in which every number that affects choices and events can be varied.
#[derive(Clone, Debug)]
pub struct ParameterizedProgram {
    /// The program, to be bound with [`super::bind_to_rows`].
    pub program: Arc<Program>,
    factors: Vec<(CodeId, VariableId)>,
}

/// The input by which a quantity is varied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DifferentiableInput {
    /// The row of a parameter.
    Parameter(ParameterId),
    /// The variable that multiplies an expression.
    Factor(VariableId),
}

/// Parameterizes a program; see [`ParameterizedProgram`].
pub fn parameterize(program: &Program) -> ParameterizedProgram {
    let mut parameterized = ParameterizedProgram {
        program: Arc::new(program.clone()),
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
            parameterized.multiply_by_factor(code);
        }
    }
    parameterized
}

impl ParameterizedProgram {
    /// The input by which a quantity of an actor, an action or an event is varied.
    pub fn differentiable_input(&self, input: Input) -> Option<DifferentiableInput> {
        match input {
            Input::Parameter(parameter) => Some(DifferentiableInput::Parameter(parameter)),
            Input::Code(code, _) => {
                let factor = self.factors.iter().find(|(other, _)| *other == code);
                factor.map(|&(_, factor)| DifferentiableInput::Factor(factor))
            }
        }
    }

    /// The variables that multiply expressions.
    pub fn factors(&self) -> impl Iterator<Item = VariableId> + '_ {
        self.factors.iter().map(|&(_, factor)| factor)
    }

    /// Multiplies an expression by a new variable. No two quantities share a code.
    fn multiply_by_factor(&mut self, code_id: CodeId) {
        let factor = self.add_factor();
        let code = &mut Arc::make_mut(&mut self.program).codes[code_id];
        let CodeResult::Number(value) = code.result else {
            unreachable!("a quantity is a number");
        };
        let to = code.n_numbers as u32;
        let instruction = Instruction {
            operation: Operation::Multiply(value, Operand::Variable(factor)),
            to,
        };
        code.instructions.push(instruction);
        code.fused.push(FusedInstruction::Single(instruction));
        code.n_numbers += 1;
        code.result = CodeResult::Number(Operand::Temporary(to));
        self.factors.push((code_id, factor));
    }

    /// Adds a variable of initial value 1 that does not drift.
    fn add_factor(&mut self) -> VariableId {
        let name = format!("factor {}", self.factors.len());
        let path_hash = hash_name(&name);
        let program = Arc::make_mut(&mut self.program);
        let initial = program.parameters.push(Parameter {
            path: name.clone(),
            domain: Domain::Real,
            value: Value::Number(1.0),
            path_hash,
            mix: Vec::new(),
        });
        program.variables.push(VariableRow {
            name,
            min: f32::MIN,
            max: f32::MAX,
            initial,
            reversion: None,
            shock: None,
        })
    }
}
