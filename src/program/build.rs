//! Trees of expressions to straight-line code.
//!
//! Equal operations on equal operands are computed once, and each indicator once per code, so a
//! chain of indicators costs as much as its length. Faults are carried along beside the values
//! (see [`super::code`]).

use super::code::{Code, CodeResult, Operand, Operation, Step};
use super::fuse::fuse;
use crate::base::index::{IndicatorId, VariableId};
use crate::scenario::bounds::{IntervalAnalysis, OVERFLOW};
use crate::scenario::{
    Arithmetic, Comparison, Condition, ExpressionRef, Formula, Function, Number, Occurrence,
    Scenario,
};
use std::collections::BTreeMap;

/// The literals of a program, each once.
#[derive(Debug, Default)]
pub(super) struct Constants {
    values: Vec<f32>,
    index_of_bits: BTreeMap<u32, u32>,
}

impl Constants {
    /// The index of a literal.
    fn index(&mut self, value: f64) -> u32 {
        let value = value as f32;
        *self
            .index_of_bits
            .entry(value.to_bits())
            .or_insert_with(|| {
                self.values.push(value);
                (self.values.len() - 1) as u32
            })
    }

    /// The literals in the order of their indices.
    pub(super) fn into_values(self) -> Vec<f32> {
        self.values
    }
}

/// A number in the making: where it is, and the condition under which computing it faulted.
#[derive(Clone, Copy)]
struct BuiltNumber {
    operand: Operand,
    fault: Option<u32>,
}

/// A condition in the making.
#[derive(Clone, Copy)]
struct BuiltCondition {
    register: u32,
    fault: Option<u32>,
}

/// Builds the code of a number: Σ scaleₖ·treeₖ, or of one tree where there is one of scale 1.
pub(super) fn build_sum(
    scenario: &Scenario,
    analysis: &IntervalAnalysis<'_>,
    constants: &mut Constants,
    text: &str,
    terms: &[(f64, &Number)],
) -> Code {
    let mut greatest = 0.0;
    let mut may_fault = false;
    for &(scale, tree) in terms {
        let bounds = analysis.number(tree);
        may_fault |= bounds.may_fault;
        greatest += scale.abs() * bounds.low.abs().max(bounds.high.abs());
    }
    let mut builder = Builder::new(scenario, constants, may_fault || greatest > OVERFLOW);
    let mut sum: Option<BuiltNumber> = None;
    for &(scale, tree) in terms {
        builder.indicators_of(ExpressionRef::Number(tree));
        let mut term = builder.number(tree);
        if scale != 1.0 {
            let factor = builder.constant(scale);
            term = builder.arithmetic(Arithmetic::Multiply, factor, term);
        }
        sum = Some(match sum {
            Some(sum) => builder.arithmetic(Arithmetic::Add, sum, term),
            None => term,
        });
    }
    let sum = match sum {
        Some(sum) => sum,
        None => builder.constant(0.0),
    };
    builder.finish(text, CodeResult::Number(sum.operand), sum.fault)
}

/// Builds the code of a condition.
pub(super) fn build_condition(
    scenario: &Scenario,
    analysis: &IntervalAnalysis<'_>,
    constants: &mut Constants,
    text: &str,
    tree: &Condition,
) -> Code {
    let may_overflow = analysis.condition_may_fault(tree);
    let mut builder = Builder::new(scenario, constants, may_overflow);
    builder.indicators_of(ExpressionRef::Condition(tree));
    let built = builder.condition(tree);
    builder.finish(text, CodeResult::Condition(built.register), built.fault)
}

struct Builder<'a> {
    scenario: &'a Scenario,
    constants: &'a mut Constants,
    /// Whether sums and products have to be watched: interval analysis could not exclude that
    /// one leaves the finite numbers.
    may_overflow: bool,
    steps: Vec<Step>,
    n_numbers: u32,
    n_conditions: u32,
    made: BTreeMap<Operation, u32>,
    indicator_numbers: BTreeMap<IndicatorId, BuiltNumber>,
    indicator_conditions: BTreeMap<IndicatorId, BuiltCondition>,
    reads: Vec<VariableId>,
}

impl<'a> Builder<'a> {
    fn new(scenario: &'a Scenario, constants: &'a mut Constants, may_overflow: bool) -> Self {
        Self {
            scenario,
            constants,
            may_overflow,
            steps: Vec::new(),
            n_numbers: 0,
            n_conditions: 0,
            made: BTreeMap::new(),
            indicator_numbers: BTreeMap::new(),
            indicator_conditions: BTreeMap::new(),
            reads: Vec::new(),
        }
    }

    fn finish(mut self, text: &str, result: CodeResult, fault: Option<u32>) -> Code {
        self.reads.sort_unstable();
        self.reads.dedup();
        Code {
            text: text.to_owned(),
            passes: fuse(&self.steps, self.n_numbers as usize, result),
            steps: self.steps,
            n_numbers: self.n_numbers as usize,
            n_conditions: self.n_conditions as usize,
            result,
            fault,
            reads: self.reads,
        }
    }

    /// The temporary of an operation, computed now if it was not before.
    fn emit(&mut self, operation: Operation) -> u32 {
        if let Some(&to) = self.made.get(&operation) {
            return to;
        }
        let counter = if operation.gives_number() {
            &mut self.n_numbers
        } else {
            &mut self.n_conditions
        };
        let to = *counter;
        *counter += 1;
        self.steps.push(Step { operation, to });
        self.made.insert(operation, to);
        to
    }

    fn constant(&mut self, value: f64) -> BuiltNumber {
        BuiltNumber {
            operand: Operand::Constant(self.constants.index(value)),
            fault: None,
        }
    }

    fn either(&mut self, a: Option<u32>, b: Option<u32>) -> Option<u32> {
        match (a, b) {
            (Some(a), Some(b)) if a != b => Some(self.emit(Operation::Or(a, b))),
            (a, b) => a.or(b),
        }
    }

    /// A number computed by `operation`, which faults where its operands did.
    fn safe(&mut self, operation: Operation, fault: Option<u32>) -> BuiltNumber {
        BuiltNumber {
            operand: Operand::Temporary(self.emit(operation)),
            fault,
        }
    }

    /// The same for a sum or product, which leaves the finite numbers only by overflow.
    fn bounded(&mut self, operation: Operation, fault: Option<u32>) -> BuiltNumber {
        if self.may_overflow {
            self.risky(operation, fault)
        } else {
            self.safe(operation, fault)
        }
    }

    /// The same for an operation whose result may not be finite. It is watched whatever interval
    /// analysis says: `1 / (1 + 1e-9 - x)` divides by 0 in f32 though not in real numbers.
    fn risky(&mut self, operation: Operation, fault: Option<u32>) -> BuiltNumber {
        let operand = Operand::Temporary(self.emit(operation));
        let not_finite = self.emit(Operation::NotFinite(operand));
        BuiltNumber {
            operand,
            fault: self.either(fault, Some(not_finite)),
        }
    }

    /// Builds the indicators that a tree hangs on, each after those that it uses: a chain of them
    /// may be too long for recursion.
    fn indicators_of(&mut self, part: ExpressionRef<'_>) {
        let scenario = self.scenario;
        for id in scenario.with_dependencies(part.indicators()) {
            match &scenario.indicators[id].formula {
                Formula::Number(formula) if !self.indicator_numbers.contains_key(&id) => {
                    let built = self.number(&formula.tree);
                    self.indicator_numbers.insert(id, built);
                }
                Formula::Condition(formula) if !self.indicator_conditions.contains_key(&id) => {
                    let built = self.condition(&formula.tree);
                    self.indicator_conditions.insert(id, built);
                }
                _ => {}
            }
        }
    }

    /// The number of a tree whose indicators are built.
    fn number(&mut self, tree: &Number) -> BuiltNumber {
        match tree {
            Number::Constant(value) => self.constant(*value),
            Number::Variable(variable) => {
                self.reads.push(*variable);
                BuiltNumber {
                    operand: Operand::Variable(*variable),
                    fault: None,
                }
            }
            Number::Indicator(indicator) => self.indicator_numbers[indicator],
            Number::Day => self.safe(Operation::Day, None),
            Number::Negate(a) => {
                let a = self.number(a);
                self.safe(Operation::Negate(a.operand), a.fault)
            }
            Number::Arithmetic(operator, a, b) => {
                let (a, b) = (self.number(a), self.number(b));
                self.arithmetic(*operator, a, b)
            }
            Number::If(condition, a, b) => {
                let (condition, a, b) = (self.condition(condition), self.number(a), self.number(b));
                let value = Operation::Select(condition.register, a.operand, b.operand);
                let fault = self.select_fault(condition, a.fault, b.fault);
                self.safe(value, fault)
            }
            Number::Function(function, a) => self.function(*function, a),
            Number::Min(items) => self.fold(items, Operation::Min),
            Number::Max(items) => self.fold(items, Operation::Max),
            Number::Clamp(x, low, high) => {
                let (x, low, high) = (self.number(x), self.number(low), self.number(high));
                let fault = self.either(x.fault, low.fault);
                let fault = self.either(fault, high.fault);
                let below = self.safe(Operation::Min(x.operand, high.operand), fault);
                self.safe(Operation::Max(low.operand, below.operand), fault)
            }
            Number::Contest(a, b, decisiveness) => {
                let (a, b, v) = (self.number(a), self.number(b), self.number(decisiveness));
                let fault = self.either(a.fault, b.fault);
                let fault = self.either(fault, v.fault);
                self.risky(Operation::Contest(a.operand, b.operand, v.operand), fault)
            }
            Number::Count(occurrence) => {
                let operation = match *occurrence {
                    Occurrence::Action(action) => Operation::CountAction(action),
                    Occurrence::Event(event) => Operation::CountEvent(event),
                };
                self.safe(operation, None)
            }
            Number::DaysSince(occurrence, otherwise) => {
                let otherwise = self.number(otherwise);
                let (operation, happened) = match *occurrence {
                    Occurrence::Action(id) => (
                        Operation::DaysSinceAction(id, otherwise.operand),
                        Operation::HappenedAction(id),
                    ),
                    Occurrence::Event(id) => (
                        Operation::DaysSinceEvent(id, otherwise.operand),
                        Operation::HappenedEvent(id),
                    ),
                };
                let fault = match otherwise.fault {
                    Some(_) => {
                        let happened = self.emit(happened);
                        let never = self.emit(Operation::Not(happened));
                        self.guarded_fault(never, None, otherwise.fault)
                    }
                    None => None,
                };
                self.safe(operation, fault)
            }
        }
    }

    fn arithmetic(&mut self, operator: Arithmetic, a: BuiltNumber, b: BuiltNumber) -> BuiltNumber {
        let fault = self.either(a.fault, b.fault);
        let (a, b) = (a.operand, b.operand);
        match operator {
            Arithmetic::Add => self.bounded(Operation::Add(a, b), fault),
            Arithmetic::Subtract => self.bounded(Operation::Subtract(a, b), fault),
            Arithmetic::Multiply => self.bounded(Operation::Multiply(a, b), fault),
            Arithmetic::Divide => self.risky(Operation::Divide(a, b), fault),
            Arithmetic::Power => self.risky(Operation::Power(a, b), fault),
        }
    }

    fn function(&mut self, function: Function, a: &Number) -> BuiltNumber {
        let BuiltNumber { operand, fault } = self.number(a);
        match function {
            Function::Abs => self.safe(Operation::Abs(operand), fault),
            Function::Logistic => self.safe(Operation::Logistic(operand), fault),
            Function::Sqrt => self.risky(Operation::Sqrt(operand), fault),
            Function::Exp => self.risky(Operation::Exp(operand), fault),
            Function::Ln => self.risky(Operation::Ln(operand), fault),
        }
    }

    fn fold(&mut self, items: &[Number], join: fn(Operand, Operand) -> Operation) -> BuiltNumber {
        let mut items = items.iter();
        let mut result = match items.next() {
            Some(first) => self.number(first),
            None => self.constant(0.0),
        };
        for item in items {
            let item = self.number(item);
            let fault = self.either(result.fault, item.fault);
            result = self.safe(join(result.operand, item.operand), fault);
        }
        result
    }

    fn condition(&mut self, tree: &Condition) -> BuiltCondition {
        match tree {
            Condition::Constant(truth) => self.sure(Operation::Truth(*truth), None),
            Condition::Indicator(indicator) => self.indicator_conditions[indicator],
            Condition::Compare(comparison, a, b) => {
                let (a, b) = (self.number(a), self.number(b));
                let fault = self.either(a.fault, b.fault);
                self.compare(*comparison, a.operand, b.operand, fault)
            }
            Condition::Not(a) => {
                let a = self.condition(a);
                self.sure(Operation::Not(a.register), a.fault)
            }
            Condition::And(a, b) => {
                let (a, b) = (self.condition(a), self.condition(b));
                let fault = self.guarded_fault(a.register, a.fault, b.fault);
                self.sure(Operation::And(a.register, b.register), fault)
            }
            Condition::Or(a, b) => {
                let (a, b) = (self.condition(a), self.condition(b));
                let fault = match b.fault {
                    Some(_) => {
                        let otherwise = self.emit(Operation::Not(a.register));
                        self.guarded_fault(otherwise, a.fault, b.fault)
                    }
                    None => a.fault,
                };
                self.sure(Operation::Or(a.register, b.register), fault)
            }
            Condition::If(condition, a, b) => {
                let (condition, a, b) = (
                    self.condition(condition),
                    self.condition(a),
                    self.condition(b),
                );
                let value = Operation::Choose(condition.register, a.register, b.register);
                let fault = self.select_fault(condition, a.fault, b.fault);
                self.sure(value, fault)
            }
            Condition::Happened(occurrence) => {
                let operation = match *occurrence {
                    Occurrence::Action(action) => Operation::HappenedAction(action),
                    Occurrence::Event(event) => Operation::HappenedEvent(event),
                };
                self.sure(operation, None)
            }
            Condition::Succeeded(occurrence) => {
                let operation = match *occurrence {
                    Occurrence::Action(action) => Operation::SucceededAction(action),
                    Occurrence::Event(event) => Operation::HappenedEvent(event),
                };
                self.sure(operation, None)
            }
        }
    }

    fn sure(&mut self, operation: Operation, fault: Option<u32>) -> BuiltCondition {
        BuiltCondition {
            register: self.emit(operation),
            fault,
        }
    }

    fn compare(
        &mut self,
        comparison: Comparison,
        a: Operand,
        b: Operand,
        fault: Option<u32>,
    ) -> BuiltCondition {
        let operation = match comparison {
            Comparison::Less => Operation::Less(a, b),
            Comparison::LessOrEqual => Operation::LessOrEqual(a, b),
            Comparison::Greater => Operation::Less(b, a),
            Comparison::GreaterOrEqual => Operation::LessOrEqual(b, a),
            Comparison::Equal => Operation::Equal(a, b),
            Comparison::NotEqual => Operation::Not(self.emit(Operation::Equal(a, b))),
        };
        self.sure(operation, fault)
    }

    /// first ∨ (guard ∧ second): the second is looked at only where the guard holds.
    fn guarded_fault(
        &mut self,
        guard: u32,
        first: Option<u32>,
        second: Option<u32>,
    ) -> Option<u32> {
        let second = second.map(|second| self.emit(Operation::And(guard, second)));
        self.either(first, second)
    }

    /// The condition's own fault, or that of the side taken.
    fn select_fault(
        &mut self,
        condition: BuiltCondition,
        a: Option<u32>,
        b: Option<u32>,
    ) -> Option<u32> {
        let side = match (a, b) {
            (None, None) => return condition.fault,
            (Some(a), None) => self.emit(Operation::And(condition.register, a)),
            (a, Some(b)) => {
                let a = match a {
                    Some(a) => a,
                    None => self.emit(Operation::Truth(false)),
                };
                self.emit(Operation::Choose(condition.register, a, b))
            }
        };
        self.either(condition.fault, Some(side))
    }
}
