//! Steps of compiled expressions, one after another, on rows of lanes.

use crate::base::index::Id;
use crate::base::math::single;
use crate::engine::dispatch::{InstructionPath, on_path};
use crate::engine::lanes::{Lanes, Mask, Row, bit, not_finite, select};
use crate::engine::state::Record;
use crate::engine::utility::evaluate::View;
use crate::engine::utility::fused::pair;
use crate::program::{Code, CodeResult, FusedInstruction, Operand, Operation, Patch};

/// Where steps leave their results.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Frame<const L: usize> {
    numbers: Vec<Lanes<L>>,
    conditions: Vec<Mask<L>>,
}

/// Steps that belong together: a code, or what is left of one.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Line<'a> {
    passes: &'a [FusedInstruction],
    fault: Option<u32>,
    n_numbers: usize,
    n_conditions: usize,
}

impl<'a> From<&'a Code> for Line<'a> {
    fn from(code: &'a Code) -> Self {
        Self {
            passes: &code.fused,
            fault: code.fault,
            n_numbers: code.n_numbers,
            n_conditions: code.n_conditions,
        }
    }
}

impl<'a> From<&'a Patch> for Line<'a> {
    fn from(patch: &'a Patch) -> Self {
        Self {
            passes: &patch.fused,
            fault: patch.fault,
            n_numbers: patch.n_numbers,
            n_conditions: patch.n_conditions,
        }
    }
}

/// What steps read beside their frame.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Sources<'a, const L: usize> {
    constants: &'a [Lanes<L>],
    view: &'a View<'a, L>,
    after: &'a [Lanes<L>],
}

impl<'a, const L: usize> Sources<'a, L> {
    /// The program's constants; the world, or what somebody takes for it; and, for a patch, the
    /// variables that an action changes, by touch.
    #[inline(always)]
    pub(in crate::engine) fn new(
        constants: &'a [Lanes<L>],
        view: &'a View<'a, L>,
        after: &'a [Lanes<L>],
    ) -> Self {
        Self {
            constants,
            view,
            after,
        }
    }
}

impl<const L: usize> Frame<L> {
    /// The number that steps have left.
    #[inline(always)]
    pub(in crate::engine) fn number<'s>(
        &'s self,
        result: Operand,
        sources: Sources<'s, L>,
    ) -> &'s Lanes<L> {
        Reader {
            below: &self.numbers,
            sources,
        }
        .at(result)
    }

    /// The condition that steps have left.
    #[inline(always)]
    pub(in crate::engine) fn condition(&self, result: CodeResult) -> &Mask<L> {
        match result {
            CodeResult::Condition(from) => &self.conditions[from as usize],
            CodeResult::Number(_) => unreachable!("a condition was compiled"),
        }
    }

    /// Does the steps; their faults are noted in the lanes of `active` alone.
    pub(in crate::engine) fn run(
        &mut self,
        path: InstructionPath,
        line: Line<'_>,
        sources: Sources<'_, L>,
        active: &Mask<L>,
        faults: &mut Mask<L>,
    ) {
        // Room is made where there is none yet: a frame is used again and again.
        if self.numbers.len() < line.n_numbers {
            self.numbers.resize(line.n_numbers, Row::of(0.0));
        }
        if self.conditions.len() < line.n_conditions {
            self.conditions.resize(line.n_conditions, Row::of(0));
        }
        on_path!(
            path,
            self.run_portable,
            self.run_avx2,
            self.run_avx512,
            (line, sources, active, faults)
        )
    }

    #[inline(never)]
    fn run_portable(
        &mut self,
        line: Line<'_>,
        sources: Sources<'_, L>,
        active: &Mask<L>,
        faults: &mut Mask<L>,
    ) {
        self.run_steps(line, sources, active, faults);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    #[inline(never)]
    fn run_avx2(
        &mut self,
        line: Line<'_>,
        sources: Sources<'_, L>,
        active: &Mask<L>,
        faults: &mut Mask<L>,
    ) {
        self.run_steps(line, sources, active, faults);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    #[inline(never)]
    fn run_avx512(
        &mut self,
        line: Line<'_>,
        sources: Sources<'_, L>,
        active: &Mask<L>,
        faults: &mut Mask<L>,
    ) {
        self.run_steps(line, sources, active, faults);
    }

    #[inline(always)]
    fn run_steps(
        &mut self,
        line: Line<'_>,
        sources: Sources<'_, L>,
        active: &Mask<L>,
        faults: &mut Mask<L>,
    ) {
        for pass in line.passes {
            match *pass {
                FusedInstruction::Single(step) => {
                    self.step(step.operation, step.to as usize, sources)
                }
                FusedInstruction::Pair {
                    first,
                    operands: (a, b),
                    second,
                    other: with,
                    is_left,
                    to,
                } => {
                    let (out, read) = self.writer(to, sources);
                    let operands = [read.at(a), read.at(b), read.at(with)];
                    pair(out, operands, first, second, is_left);
                }
                FusedInstruction::Products {
                    first: (a, b),
                    second: (c, d),
                    is_difference: is_less,
                    to,
                } => {
                    let (out, read) = self.writer(to, sources);
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
        if let Some(fault) = line.fault {
            let fault = &self.conditions[fault as usize];
            for lane in 0..L {
                faults[lane] |= fault[lane] & active[lane];
            }
        }
    }

    #[inline(always)]
    fn step(&mut self, operation: Operation, to: usize, sources: Sources<'_, L>) {
        if operation.is_numeric() {
            // Temporaries are written once and in order, so operands lie below the one written.
            let (below, above) = self.numbers.split_at_mut(to);
            let read = Reader { below, sources };
            step_number(operation, &mut above[0], read, &self.conditions);
        } else {
            let (below, above) = self.conditions.split_at_mut(to);
            let read = Reader {
                below: &self.numbers,
                sources,
            };
            step_condition(operation, &mut above[0], read, below);
        }
    }

    /// A number temporary, and what those before it and all else are read from: temporaries are
    /// written once and in order, so operands lie below the one written.
    #[inline(always)]
    fn writer<'a>(
        &'a mut self,
        to: u32,
        sources: Sources<'a, L>,
    ) -> (&'a mut Lanes<L>, Reader<'a, L>) {
        let (below, above) = self.numbers.split_at_mut(to as usize);
        (&mut above[0], Reader { below, sources })
    }
}

/// Finds operands.
#[derive(Clone, Copy)]
struct Reader<'a, const L: usize> {
    below: &'a [Lanes<L>],
    sources: Sources<'a, L>,
}

impl<'a, const L: usize> Reader<'a, L> {
    #[inline(always)]
    fn at(&self, operand: Operand) -> &'a Lanes<L> {
        match operand {
            Operand::Variable(variable) => &self.sources.view.variables[variable.index()],
            Operand::Constant(constant) => &self.sources.constants[constant as usize],
            Operand::Temporary(from) => &self.below[from as usize],
            Operand::After(touch) => &self.sources.after[touch as usize],
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
    let memory = read.sources.view.memory;
    match operation {
        Operation::Day => *out = Row::of(read.sources.view.day),
        Operation::CountAction(action) => counts(out, &memory.actions[action]),
        Operation::CountEvent(event) => counts(out, &memory.events[event]),
        Operation::DaysSinceAction(action, otherwise) => {
            days_since(
                out,
                read.sources.view.day,
                &memory.actions[action],
                read.at(otherwise),
            );
        }
        Operation::DaysSinceEvent(event, otherwise) => {
            days_since(
                out,
                read.sources.view.day,
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
    let memory = read.sources.view.memory;
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
        Operation::SelectCondition(condition, a, b) => {
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
