//! Evaluation of expressions on a state.
//!
//! Expression trees are evaluated anew at every use. A fault is an error; if the bounds leave a fault
//! undecided, it is recorded as possible and evaluation continues without it.

use super::approximate::Approximate;
use super::truth::Truth;
use realpolitik::base::index::{ActionId, EventId, IdVec};
use realpolitik::scenario::{
    Arithmetic, Comparison, Condition, Formula, Function, Number, Occurrence, Quantity, Scenario,
    Value,
};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// A non-finite number was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault;

/// History of one action or event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    pub count: u32,
    pub successes: u32,
    pub first_day: Option<u16>,
    pub last_day: Option<u16>,
    pub days_open: u32,
}

/// History of all actions and events.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    pub actions: IdVec<ActionId, Record>,
    pub events: IdVec<EventId, Record>,
}

impl Memory {
    pub fn of(&self, occurrence: Occurrence) -> &Record {
        match occurrence {
            Occurrence::Action(action) => &self.actions[action],
            Occurrence::Event(event) => &self.events[event],
        }
    }
}

/// Counters of evaluation.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    /// Whether the engine may have found a fault.
    pub fault_is_possible: Cell<bool>,
    /// Number of comparisons.
    pub comparisons: Cell<u64>,
    /// Number of comparisons that the bounds leave undecided.
    pub undecided: Cell<u64>,
    /// Whether anticipated responses are being computed; which of their quantities count is
    /// unspecified.
    pub is_reply: Cell<bool>,
    /// By TOML path of a quantity: whether a value was certainly (true) or possibly (false)
    /// clamped to its domain.
    pub clamps: RefCell<BTreeMap<String, bool>>,
}

/// A true, perceived or hypothetical state on which expressions are evaluated.
#[derive(Clone, Copy, Debug)]
pub struct Evaluation<'a> {
    pub scenario: &'a Scenario,
    pub day: u16,
    /// Values by variable.
    pub variables: &'a [Approximate],
    pub memory: &'a Memory,
    /// By TOML path, the uncertain quantities of this run.
    pub drawn: &'a BTreeMap<String, f64>,
    pub counters: &'a Counters,
}

type Found<T> = Result<T, Fault>;

impl Evaluation<'_> {
    /// A quantity's value, clamped to its domain where an expression gives it.
    pub fn quantity(&self, quantity: &Quantity) -> Found<Approximate> {
        let tree = match &quantity.value {
            Value::Number(number) => return Ok(Approximate::given(*number)),
            Value::Distribution(_) => return Ok(Approximate::exact(self.drawn[&quantity.path])),
            Value::Expression(expression) => &expression.tree,
        };
        let value = self.number(tree)?;
        let (low, high) = quantity.domain.bounds();
        let (low, high) = (f64::from(low as f32), f64::from(high as f32));
        if value.low() < low || value.high() > high {
            let is_beyond = value.high() < low || value.low() > high;
            let is_certain = is_beyond && !self.counters.is_reply.get();
            let mut clamps = self.counters.clamps.borrow_mut();
            *clamps.entry(quantity.path.clone()).or_default() |= is_certain;
        }
        Ok(value.clamp(low, high))
    }

    /// The value of an expression.
    pub fn number(&self, tree: &Number) -> Found<Approximate> {
        let value = match tree {
            Number::Constant(number) => Approximate::given(*number),
            Number::Variable(variable) => self.variables[index_of(*variable)],
            Number::Indicator(indicator) => match &self.scenario.indicators[*indicator].formula {
                Formula::Number(expression) => self.number(&expression.tree)?,
                Formula::Condition(_) => unreachable!("reading has checked the indicator's type"),
            },
            Number::Day => Approximate::exact(f64::from(self.day)),
            Number::Negate(a) => -self.number(a)?,
            Number::Arithmetic(operation, a, b) => {
                self.arithmetic(*operation, self.number(a)?, self.number(b)?)?
            }
            Number::If(condition, a, b) => match self.condition(condition)? {
                Truth::True => self.number(a)?,
                Truth::False => self.number(b)?,
                Truth::Unknown => self.either(self.number(a), self.number(b), Approximate::hull)?,
            },
            Number::Function(function, a) => self.function(*function, self.number(a)?)?,
            Number::Min(terms) => self.fold(terms, Approximate::min)?,
            Number::Max(terms) => self.fold(terms, Approximate::max)?,
            Number::Clamp(x, low, high) => {
                let (x, low) = (self.number(x)?, self.number(low)?);
                low.max(x.min(self.number(high)?))
            }
            Number::Contest(a, b, v) => {
                let (a, b) = (self.not_negative(a)?, self.not_negative(b)?);
                a.contest(b, self.number(v)?)
            }
            Number::Count(occurrence) => {
                Approximate::exact(f64::from(self.memory.of(*occurrence).count))
            }
            Number::DaysSince(occurrence, otherwise) => {
                match self.memory.of(*occurrence).last_day {
                    Some(last) => Approximate::exact(f64::from(self.day - last)),
                    None => self.number(otherwise)?,
                }
            }
        };
        self.finite(value)
    }

    /// The truth value of a condition.
    pub fn condition(&self, tree: &Condition) -> Found<Truth> {
        match tree {
            Condition::Constant(holds) => Ok(Truth::known(*holds)),
            Condition::Indicator(indicator) => {
                match &self.scenario.indicators[*indicator].formula {
                    Formula::Condition(expression) => self.condition(&expression.tree),
                    Formula::Number(_) => unreachable!("reading has checked the indicator's type"),
                }
            }
            Condition::Compare(comparison, a, b) => {
                let (a, b) = (self.number(a)?, self.number(b)?);
                Ok(self.compare(*comparison, a, b))
            }
            Condition::Not(a) => Ok(!self.condition(a)?),
            Condition::And(a, b) => self.junction(self.condition(a)?, b, Truth::False),
            Condition::Or(a, b) => self.junction(self.condition(a)?, b, Truth::True),
            Condition::If(condition, a, b) => match self.condition(condition)? {
                Truth::True => self.condition(a),
                Truth::False => self.condition(b),
                Truth::Unknown => self.either(self.condition(a), self.condition(b), |a, b| {
                    if a == b { a } else { Truth::Unknown }
                }),
            },
            Condition::Happened(occurrence) => {
                Ok(Truth::known(self.memory.of(*occurrence).count > 0))
            }
            Condition::Succeeded(occurrence) => {
                Ok(Truth::known(self.memory.of(*occurrence).successes > 0))
            }
        }
    }

    /// `and` and `or`: a first operand equal to `settling` decides, and the second is not evaluated.
    fn junction(&self, first: Truth, second: &Condition, settling: Truth) -> Found<Truth> {
        if first == settling {
            return Ok(first);
        }
        if first != Truth::Unknown {
            return self.condition(second);
        }
        match self.condition(second) {
            Ok(second) if second == settling => Ok(settling),
            Ok(_) => Ok(Truth::Unknown),
            // If the first operand decides, a fault of the second does not count.
            Err(Fault) => {
                self.counters.fault_is_possible.set(true);
                Ok(settling)
            }
        }
    }

    /// The value if the engine may have taken either branch.
    fn either<T>(&self, a: Found<T>, b: Found<T>, join: impl Fn(T, T) -> T) -> Found<T> {
        match (a, b) {
            (Ok(a), Ok(b)) => Ok(join(a, b)),
            (Err(Fault), Err(Fault)) => Err(Fault),
            (Ok(found), Err(Fault)) | (Err(Fault), Ok(found)) => {
                self.counters.fault_is_possible.set(true);
                Ok(found)
            }
        }
    }

    fn compare(&self, comparison: Comparison, a: Approximate, b: Approximate) -> Truth {
        let truth = match comparison {
            Comparison::Less => a.less(b),
            Comparison::LessOrEqual => !b.less(a),
            Comparison::Greater => b.less(a),
            Comparison::GreaterOrEqual => !a.less(b),
            Comparison::Equal => a.equal(b),
            Comparison::NotEqual => !a.equal(b),
        };
        let counters = self.counters;
        counters.comparisons.set(counters.comparisons.get() + 1);
        if truth == Truth::Unknown {
            counters.undecided.set(counters.undecided.get() + 1);
        }
        truth
    }

    fn fold(
        &self,
        terms: &[Number],
        join: fn(Approximate, Approximate) -> Approximate,
    ) -> Found<Approximate> {
        let mut terms = terms.iter().map(|term| self.number(term));
        let first = terms.next().expect("min and max have a term")?;
        terms.try_fold(first, |best, term| Ok(join(best, term?)))
    }

    fn arithmetic(
        &self,
        operation: Arithmetic,
        a: Approximate,
        b: Approximate,
    ) -> Found<Approximate> {
        match operation {
            Arithmetic::Add => Ok(a + b),
            Arithmetic::Subtract => Ok(a - b),
            Arithmetic::Multiply => Ok(a * b),
            Arithmetic::Divide => {
                self.refuse(b.equal(Approximate::ZERO))?;
                Ok(a.divide(b))
            }
            Arithmetic::Power => self.power(a, b),
        }
    }

    fn power(&self, base: Approximate, exponent: Approximate) -> Found<Approximate> {
        let is_negative = base.less(Approximate::ZERO);
        if exponent.less(Approximate::ZERO) != Truth::False {
            match (base.equal(Approximate::ZERO), exponent.bound == 0.0) {
                (Truth::False, _) => {}
                (Truth::True, true) => return Err(Fault),
                _ => {
                    self.counters.fault_is_possible.set(true);
                    return Ok(Approximate::between(f64::NEG_INFINITY, f64::INFINITY));
                }
            }
        }
        let is_whole = exponent.bound == 0.0 && exponent.value.fract() == 0.0;
        if is_whole {
            return Ok(base.whole_power(exponent.value));
        }
        let may_be_whole = exponent.low().ceil() <= exponent.high();
        match is_negative {
            Truth::False => Ok(base.power(exponent)),
            Truth::True if !may_be_whole => Err(Fault),
            _ => {
                self.counters.fault_is_possible.set(true);
                if may_be_whole {
                    Ok(Approximate::between(f64::NEG_INFINITY, f64::INFINITY))
                } else {
                    Ok(base.power(exponent))
                }
            }
        }
    }

    fn function(&self, function: Function, a: Approximate) -> Found<Approximate> {
        match function {
            Function::Abs => Ok(a.abs()),
            Function::Sqrt => {
                self.refuse(a.less(Approximate::ZERO))?;
                Ok(a.sqrt())
            }
            Function::Exp => Ok(a.exp()),
            Function::Ln => {
                self.refuse(!Approximate::ZERO.less(a))?;
                Ok(a.ln())
            }
            Function::Logistic => Ok(a.logistic()),
        }
    }

    /// One strength of a contest.
    fn not_negative(&self, tree: &Number) -> Found<Approximate> {
        let strength = self.number(tree)?;
        self.refuse(strength.less(Approximate::ZERO))?;
        Ok(strength)
    }

    /// A fault if the condition holds, a possible fault if it is undecided.
    fn refuse(&self, truth: Truth) -> Found<()> {
        match truth {
            Truth::False => Ok(()),
            Truth::True => Err(Fault),
            Truth::Unknown => {
                self.counters.fault_is_possible.set(true);
                Ok(())
            }
        }
    }

    /// Checks that f32 can represent the number.
    pub fn finite(&self, number: Approximate) -> Found<Approximate> {
        let greatest = f64::from(f32::MAX);
        if !number.value.is_finite() || number.value.abs() - number.bound > greatest {
            return Err(Fault);
        }
        if number.value.abs() + number.bound > greatest {
            self.counters.fault_is_possible.set(true);
        }
        Ok(number)
    }
}

/// The index of an id.
pub fn index_of(id: impl realpolitik::base::index::Id) -> usize {
    id.index()
}
