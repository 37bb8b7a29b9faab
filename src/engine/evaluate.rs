//! Evaluating compiled expressions on lanes, read through a view.

use super::lanes::{Lanes, Mask, Row, bit, clamp, not_finite, select};
use super::passes::pair;
use super::path::{InstructionPath, on_path};
use super::state::{Memory, Record};
use crate::index::{CodeId, Id};
use crate::math::single;
use crate::program::{Bound, Code, CodeResult, Given, Input, Operand, Operation, Pass, Program};

/// What an expression reads: the world, or what somebody takes for it. The caller says which
/// variables; memory and the day are the run's.
#[derive(Clone, Copy)]
pub struct View<'a, const L: usize> {
    /// The variables' values.
    pub variables: &'a [Lanes<L>],
    /// What the run remembers.
    pub memory: &'a Memory<L>,
    /// The day.
    pub day: f32,
}

/// All that the value of a quantity can depend on: what is given, and what expressions read.
#[derive(Clone, Copy)]
pub(super) struct Situation<'a, const L: usize> {
    /// The program and what its parameters are.
    pub(super) bound: &'a Bound<'a>,
    /// The values of the drawn parameters.
    pub(super) drawn: &'a [Lanes<L>],
    /// What expressions read.
    pub(super) view: View<'a, L>,
}

/// Where steps leave their results, and what they find wrong. Reused for every evaluation.
#[derive(Debug)]
pub(super) struct Workspace<const L: usize> {
    /// The instructions with which expressions are evaluated.
    pub(super) path: InstructionPath,
    numbers: Vec<Lanes<L>>,
    conditions: Vec<Mask<L>>,
    constants: Vec<Lanes<L>>,
    /// Lanes in which an evaluation faulted where it mattered.
    pub(super) faults: Mask<L>,
    /// For each clamped quantity, how often it was clamped.
    pub(super) clamps: Vec<Mask<L>>,
    /// Whether any was.
    pub(super) has_clamped: bool,
}

impl<const L: usize> Workspace<L> {
    pub(super) fn new(program: &Program, path: InstructionPath) -> Self {
        let most = |count: fn(&Code) -> usize| program.codes.iter().map(count).max().unwrap_or(0);
        Self {
            path,
            numbers: vec![Lanes::<L>::of(0.0); most(|code| code.n_numbers)],
            conditions: vec![Mask::<L>::of(0); most(|code| code.n_conditions)],
            constants: program
                .constants
                .iter()
                .map(|&value| Row::of(value))
                .collect(),
            faults: Mask::<L>::of(0),
            clamps: vec![Mask::<L>::of(0); program.clamped.len()],
            has_clamped: false,
        }
    }

    /// Evaluates a number; faults are noted in the lanes of `active` alone.
    #[inline(always)]
    pub(super) fn number<'s>(
        &'s mut self,
        code: &Code,
        view: &View<'s, L>,
        active: &Mask<L>,
    ) -> &'s Lanes<L> {
        self.run(code, view, active);
        match code.result {
            CodeResult::Number(Operand::Variable(variable)) => &view.variables[variable.index()],
            CodeResult::Number(Operand::Constant(constant)) => &self.constants[constant as usize],
            CodeResult::Number(Operand::Temporary(from)) => &self.numbers[from as usize],
            CodeResult::Condition(_) => unreachable!("a number was compiled"),
        }
    }

    /// Evaluates a condition; faults are noted in the lanes of `active` alone.
    #[inline(always)]
    pub(super) fn condition<'s>(
        &'s mut self,
        code: &Code,
        view: &View<'_, L>,
        active: &Mask<L>,
    ) -> &'s Mask<L> {
        self.run(code, view, active);
        match code.result {
            CodeResult::Condition(from) => &self.conditions[from as usize],
            CodeResult::Number(_) => unreachable!("a condition was compiled"),
        }
    }

    /// The value of a quantity. A drawn one is lent from the situation; a known or evaluated
    /// one from `slot`, the latter clamped to its domain, clamps in active lanes counted.
    #[inline(always)]
    pub(super) fn input<'s>(
        &mut self,
        input: Input,
        situation: &Situation<'s, L>,
        active: &Mask<L>,
        slot: &'s mut Lanes<L>,
    ) -> &'s Lanes<L> {
        match input {
            Input::Parameter(parameter) => match situation.bound.given(parameter) {
                Given::Known(value) => {
                    *slot = Row::of(value);
                    slot
                }
                Given::Drawn(index) => &situation.drawn[index],
            },
            Input::Code(code, clamped) => {
                self.evaluate_input(code, clamped, situation, active, slot);
                slot
            }
        }
    }

    #[inline(always)]
    fn evaluate_input(
        &mut self,
        code: CodeId,
        clamped: Option<u32>,
        situation: &Situation<'_, L>,
        active: &Mask<L>,
        slot: &mut Lanes<L>,
    ) {
        let program = situation.bound.program;
        *slot = *self.number(&program.codes[code], &situation.view, active);
        let Some(index) = clamped.map(|index| index as usize) else {
            return;
        };
        let (low, high) = (program.clamped[index].low, program.clamped[index].high);
        let mut outside = Mask::<L>::of(0);
        let mut any = 0;
        for lane in 0..L {
            let x = slot[lane];
            outside[lane] = (bit(x < low) | bit(x > high)) & active[lane] & 1;
            any |= outside[lane];
            slot[lane] = clamp(x, low, high);
        }
        if any != 0 {
            let count = &mut self.clamps[index];
            for lane in 0..L {
                count[lane] = count[lane].wrapping_add(outside[lane]);
            }
            self.has_clamped = true;
        }
    }

    fn run(&mut self, code: &Code, view: &View<'_, L>, active: &Mask<L>) {
        on_path!(
            self.path,
            self.run_portable,
            self.run_avx2,
            self.run_avx512,
            (code, view, active)
        )
    }

    #[inline(never)]
    fn run_portable(&mut self, code: &Code, view: &View<'_, L>, active: &Mask<L>) {
        self.run_steps(code, view, active);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    #[inline(never)]
    fn run_avx2(&mut self, code: &Code, view: &View<'_, L>, active: &Mask<L>) {
        self.run_steps(code, view, active);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    #[inline(never)]
    fn run_avx512(&mut self, code: &Code, view: &View<'_, L>, active: &Mask<L>) {
        self.run_steps(code, view, active);
    }

    #[inline(always)]
    fn run_steps(&mut self, code: &Code, view: &View<'_, L>, active: &Mask<L>) {
        for pass in &code.passes {
            match *pass {
                Pass::Step(step) => self.step(step.operation, step.to as usize, view),
                Pass::Pair {
                    first,
                    of: (a, b),
                    second,
                    with,
                    is_left,
                    to,
                } => {
                    let (out, read) = self.writer(to, view);
                    let operands = [read.at(a), read.at(b), read.at(with)];
                    pair(out, operands, first, second, is_left);
                }
                Pass::Products {
                    one: (a, b),
                    other: (c, d),
                    is_less,
                    to,
                } => {
                    let (out, read) = self.writer(to, view);
                    let [a, b, c, d] = [read.at(a), read.at(b), read.at(c), read.at(d)];
                    if is_less {
                        for lane in 0..L {
                            out[lane] = a[lane] * b[lane] - c[lane] * d[lane];
                        }
                    } else {
                        for lane in 0..L {
                            out[lane] = a[lane] * b[lane] + c[lane] * d[lane];
                        }
                    }
                }
            }
        }
        if let Some(fault) = code.fault {
            let (fault, faults) = (&self.conditions[fault as usize], &mut self.faults);
            for lane in 0..L {
                faults[lane] |= fault[lane] & active[lane];
            }
        }
    }

    #[inline(always)]
    fn step(&mut self, operation: Operation, to: usize, view: &View<'_, L>) {
        if operation.gives_number() {
            // Temporaries are written once and in order, so operands lie below the one written.
            let (below, above) = self.numbers.split_at_mut(to);
            let read = Reader {
                below,
                constants: &self.constants,
                view,
            };
            step_number(operation, &mut above[0], read, &self.conditions);
        } else {
            let (below, above) = self.conditions.split_at_mut(to);
            let read = Reader {
                below: &self.numbers,
                constants: &self.constants,
                view,
            };
            step_condition(operation, &mut above[0], read, below);
        }
    }
}

impl<const L: usize> Workspace<L> {
    /// A number temporary, and what those before it and all else are read from: temporaries are
    /// written once and in order, so operands lie below the one written.
    #[inline(always)]
    fn writer<'a>(
        &'a mut self,
        to: u32,
        view: &'a View<'a, L>,
    ) -> (&'a mut Lanes<L>, Reader<'a, L>) {
        let (below, above) = self.numbers.split_at_mut(to as usize);
        let read = Reader {
            below,
            constants: &self.constants,
            view,
        };
        (&mut above[0], read)
    }
}

/// Finds operands.
#[derive(Clone, Copy)]
struct Reader<'a, const L: usize> {
    below: &'a [Lanes<L>],
    constants: &'a [Lanes<L>],
    view: &'a View<'a, L>,
}

impl<'a, const L: usize> Reader<'a, L> {
    #[inline(always)]
    fn at(&self, operand: Operand) -> &'a Lanes<L> {
        match operand {
            Operand::Variable(variable) => &self.view.variables[variable.index()],
            Operand::Constant(constant) => &self.constants[constant as usize],
            Operand::Temporary(from) => &self.below[from as usize],
        }
    }
}

/// Lane by lane, out = an expression of one operand or two. Written out, and not with closures: one
/// that is not inlined is compiled without the wide instructions of its caller.
macro_rules! each {
    ($out:ident, $a:ident in $read:ident => $value:expr) => {{
        let row = $read.at($a);
        for lane in 0..L {
            let $a = row[lane];
            $out[lane] = $value;
        }
    }};
    ($out:ident, $a:ident, $b:ident in $read:ident => $value:expr) => {{
        let (first, second) = ($read.at($a), $read.at($b));
        for lane in 0..L {
            let ($a, $b) = (first[lane], second[lane]);
            $out[lane] = $value;
        }
    }};
}

#[inline(always)]
fn step_number<const L: usize>(
    operation: Operation,
    out: &mut Lanes<L>,
    read: Reader<'_, L>,
    conditions: &[Mask<L>],
) {
    let memory = read.view.memory;
    match operation {
        Operation::Day => *out = Row::of(read.view.day),
        Operation::CountAction(action) => counts(out, &memory.actions[action]),
        Operation::CountEvent(event) => counts(out, &memory.events[event]),
        Operation::DaysSinceAction(action, otherwise) => {
            days_since(
                out,
                read.view.day,
                &memory.actions[action],
                read.at(otherwise),
            );
        }
        Operation::DaysSinceEvent(event, otherwise) => {
            days_since(
                out,
                read.view.day,
                &memory.events[event],
                read.at(otherwise),
            );
        }
        Operation::Negate(a) => each!(out, a in read => -a),
        Operation::Abs(a) => each!(out, a in read => a.abs()),
        Operation::Sqrt(a) => each!(out, a in read => a.sqrt()),
        Operation::Exp(a) => each!(out, a in read => single::exp(a)),
        Operation::Ln(a) => each!(out, a in read => single::ln(a)),
        Operation::Logistic(a) => each!(out, a in read => single::logistic(a)),
        Operation::Add(a, b) => each!(out, a, b in read => a + b),
        Operation::Subtract(a, b) => each!(out, a, b in read => a - b),
        Operation::Multiply(a, b) => each!(out, a, b in read => a * b),
        Operation::Divide(a, b) => each!(out, a, b in read => a / b),
        Operation::Power(a, b) => each!(out, a, b in read => single::power(a, b)),
        Operation::Min(a, b) => each!(out, a, b in read => single::min(a, b)),
        Operation::Max(a, b) => each!(out, a, b in read => single::max(a, b)),
        Operation::Contest(a, b, decisiveness) => {
            let (a, b, v) = (read.at(a), read.at(b), read.at(decisiveness));
            for lane in 0..L {
                out[lane] = single::contest(a[lane], b[lane], v[lane]);
            }
        }
        Operation::Select(condition, a, b) => {
            let (condition, a, b) = (&conditions[condition as usize], read.at(a), read.at(b));
            for lane in 0..L {
                out[lane] = select(condition[lane], a[lane], b[lane]);
            }
        }
        _ => unreachable!("gives a condition"),
    }
}

#[inline(always)]
fn counts<const L: usize>(out: &mut Lanes<L>, record: &Record<L>) {
    for lane in 0..L {
        out[lane] = record.count(lane) as i32 as f32;
    }
}

#[inline(always)]
fn days_since<const L: usize>(
    out: &mut Lanes<L>,
    day: f32,
    record: &Record<L>,
    otherwise: &Lanes<L>,
) {
    for lane in 0..L {
        let last_day = record.last_day(lane);
        let since = day - last_day as i32 as f32;
        out[lane] = select(bit(last_day != 0), since, otherwise[lane]);
    }
}

#[inline(always)]
fn step_condition<const L: usize>(
    operation: Operation,
    out: &mut Mask<L>,
    read: Reader<'_, L>,
    below: &[Mask<L>],
) {
    let memory = read.view.memory;
    let at = |condition: u32| &below[condition as usize];
    match operation {
        Operation::Truth(truth) => *out = Row::of(bit(truth)),
        Operation::Less(a, b) => each!(out, a, b in read => bit(a < b)),
        Operation::LessOrEqual(a, b) => each!(out, a, b in read => bit(a <= b)),
        Operation::Equal(a, b) => each!(out, a, b in read => bit(a == b)),
        Operation::NotFinite(a) => {
            let a = read.at(a);
            for lane in 0..L {
                out[lane] = not_finite(a[lane]);
            }
        }
        Operation::Not(a) => {
            let a = at(a);
            for lane in 0..L {
                out[lane] = !a[lane];
            }
        }
        Operation::And(a, b) => {
            let (a, b) = (at(a), at(b));
            for lane in 0..L {
                out[lane] = a[lane] & b[lane];
            }
        }
        Operation::Or(a, b) => {
            let (a, b) = (at(a), at(b));
            for lane in 0..L {
                out[lane] = a[lane] | b[lane];
            }
        }
        Operation::Choose(condition, a, b) => {
            let (condition, a, b) = (at(condition), at(a), at(b));
            for lane in 0..L {
                out[lane] = (condition[lane] & a[lane]) | (!condition[lane] & b[lane]);
            }
        }
        Operation::HappenedAction(action) => {
            let record = &memory.actions[action];
            for lane in 0..L {
                out[lane] = bit(record.count(lane) != 0);
            }
        }
        Operation::HappenedEvent(event) => {
            let record = &memory.events[event];
            for lane in 0..L {
                out[lane] = bit(record.count(lane) != 0);
            }
        }
        Operation::SucceededAction(action) => {
            let record = &memory.actions[action];
            for lane in 0..L {
                out[lane] = bit(record.successes(lane) != 0);
            }
        }
        _ => unreachable!("gives a number"),
    }
}
