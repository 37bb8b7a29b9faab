//! Translates expression trees to straight-line code.
//!
//! Equal operations on equal operands are computed once, and each indicator once per code, so the
//! cost of a chain of indicators is proportional to its length. Faults are carried along beside
//! the values (see [`super::code`]).

use super::builder::{Builder, BuiltCondition, BuiltNumber};
use super::code::{Code, CodeResult};
use super::constants::Constants;
use super::instruction::{Operand, Operation};
use crate::scenario::bounds::{IntervalAnalysis, OVERFLOW};
use crate::scenario::{
    Arithmetic, Comparison, Condition, ExpressionRef, Formula, Function, Number, Occurrence,
    Scenario,
};

/// Builds the code of Σ scaleₖ·treeₖ. A scale of 1 costs no instruction.
pub(super) fn build_sum(
    scenario: &Scenario,
    analysis: &IntervalAnalysis<'_>,
    constants: &mut Constants,
    text: &str,
    terms: &[(f64, &Number)],
) -> Code {
    let mut max_magnitude = 0.0;
    let mut may_fault = false;
    for &(scale, tree) in terms {
        let bounds = analysis.number(tree);
        may_fault |= bounds.may_fault;
        max_magnitude += scale.abs() * bounds.low.abs().max(bounds.high.abs());
    }
    let mut builder = Builder::new(scenario, constants, may_fault || max_magnitude > OVERFLOW);
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

impl Builder<'_> {
    /// Builds the indicators that a tree depends on, each after those that it uses: a chain of them
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

    /// Builds the number of a tree whose indicators are built.
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
            Number::DaysSince(occurrence, otherwise) => self.days_since(*occurrence, otherwise),
        }
    }

    fn days_since(&mut self, occurrence: Occurrence, otherwise: &Number) -> BuiltNumber {
        let otherwise = self.number(otherwise);
        let (operation, happened) = match occurrence {
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
            Condition::Constant(truth) => self.condition_from(Operation::Truth(*truth), None),
            Condition::Indicator(indicator) => self.indicator_conditions[indicator],
            Condition::Compare(comparison, a, b) => {
                let (a, b) = (self.number(a), self.number(b));
                let fault = self.either(a.fault, b.fault);
                self.compare(*comparison, a.operand, b.operand, fault)
            }
            Condition::Not(a) => {
                let a = self.condition(a);
                self.condition_from(Operation::Not(a.register), a.fault)
            }
            Condition::And(a, b) => {
                let (a, b) = (self.condition(a), self.condition(b));
                let fault = self.guarded_fault(a.register, a.fault, b.fault);
                self.condition_from(Operation::And(a.register, b.register), fault)
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
                self.condition_from(Operation::Or(a.register, b.register), fault)
            }
            Condition::If(condition, a, b) => {
                let (condition, a, b) = (
                    self.condition(condition),
                    self.condition(a),
                    self.condition(b),
                );
                let value = Operation::SelectCondition(condition.register, a.register, b.register);
                let fault = self.select_fault(condition, a.fault, b.fault);
                self.condition_from(value, fault)
            }
            Condition::Happened(occurrence) => {
                let operation = match *occurrence {
                    Occurrence::Action(action) => Operation::HappenedAction(action),
                    Occurrence::Event(event) => Operation::HappenedEvent(event),
                };
                self.condition_from(operation, None)
            }
            Condition::Succeeded(occurrence) => {
                let operation = match *occurrence {
                    Occurrence::Action(action) => Operation::SucceededAction(action),
                    Occurrence::Event(event) => Operation::HappenedEvent(event),
                };
                self.condition_from(operation, None)
            }
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
        self.condition_from(operation, fault)
    }
}
