//! The operations of compiled expressions, one loop over the lanes for each.

use crate::base::math::single;
use crate::engine::lanes::{LaneArray, Lanes, Mask, not_finite, select, to_mask};
use crate::engine::state::record::ActionRecord;
use crate::engine::utility::operands::Reader;
use crate::program::Operation;

/// out = an expression of one or two operands, in each lane. A macro instead of a closure, since a
/// closure that is not inlined would be compiled without the wide instructions of its caller.
macro_rules! each {
    ($out:ident, $a:ident in $read:ident => $value:expr) => {{
        let row = $read.operand($a);
        for lane in 0..L {
            let $a = row[lane];
            $out[lane] = $value;
        }
    }};
    ($out:ident, $a:ident, $b:ident in $read:ident => $value:expr) => {{
        let (first, second) = ($read.operand($a), $read.operand($b));
        for lane in 0..L {
            let ($a, $b) = (first[lane], second[lane]);
            $out[lane] = $value;
        }
    }};
}

/// Executes an operation that computes a number.
#[inline(always)]
pub(crate) fn execute_number<const L: usize>(
    operation: Operation,
    out: &mut Lanes<L>,
    read: Reader<'_, L>,
    conditions: &[Mask<L>],
) {
    let history = read.sources.view.history;
    match operation {
        Operation::Day => *out = LaneArray::splat(read.sources.view.day),
        Operation::CountAction(action) => copy_counts(out, &history.actions[action]),
        Operation::CountEvent(event) => copy_counts(out, &history.events[event]),
        Operation::DaysSinceAction(action, otherwise) => {
            compute_days_since(
                out,
                read.sources.view.day,
                &history.actions[action],
                read.operand(otherwise),
            );
        }
        Operation::DaysSinceEvent(event, otherwise) => {
            compute_days_since(
                out,
                read.sources.view.day,
                &history.events[event],
                read.operand(otherwise),
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
            let (a, b, v) = (read.operand(a), read.operand(b), read.operand(decisiveness));
            for lane in 0..L {
                out[lane] = single::contest(a[lane], b[lane], v[lane]);
            }
        }
        Operation::Select(condition, a, b) => {
            let (condition, a, b) = (
                &conditions[condition as usize],
                read.operand(a),
                read.operand(b),
            );
            for lane in 0..L {
                out[lane] = select(condition[lane], a[lane], b[lane]);
            }
        }
        _ => unreachable!("the operation computes a condition"),
    }
}

#[inline(always)]
fn copy_counts<const L: usize>(out: &mut Lanes<L>, record: &ActionRecord<L>) {
    for lane in 0..L {
        out[lane] = record.count(lane) as i32 as f32;
    }
}

#[inline(always)]
fn compute_days_since<const L: usize>(
    out: &mut Lanes<L>,
    day: f32,
    record: &ActionRecord<L>,
    otherwise: &Lanes<L>,
) {
    for lane in 0..L {
        let last_day = record.last_day(lane);
        let since = day - last_day as i32 as f32;
        out[lane] = select(to_mask(last_day != 0), since, otherwise[lane]);
    }
}

/// Executes an operation that computes a condition.
#[inline(always)]
pub(crate) fn execute_condition<const L: usize>(
    operation: Operation,
    out: &mut Mask<L>,
    read: Reader<'_, L>,
    below: &[Mask<L>],
) {
    let history = read.sources.view.history;
    let condition = |condition: u32| &below[condition as usize];
    match operation {
        Operation::Truth(truth) => *out = LaneArray::splat(to_mask(truth)),
        Operation::Less(a, b) => each!(out, a, b in read => to_mask(a < b)),
        Operation::LessOrEqual(a, b) => each!(out, a, b in read => to_mask(a <= b)),
        Operation::Equal(a, b) => each!(out, a, b in read => to_mask(a == b)),
        Operation::NotFinite(a) => {
            let a = read.operand(a);
            for lane in 0..L {
                out[lane] = not_finite(a[lane]);
            }
        }
        Operation::Not(a) => {
            let a = condition(a);
            for lane in 0..L {
                out[lane] = !a[lane];
            }
        }
        Operation::And(a, b) => {
            let (a, b) = (condition(a), condition(b));
            for lane in 0..L {
                out[lane] = a[lane] & b[lane];
            }
        }
        Operation::Or(a, b) => {
            let (a, b) = (condition(a), condition(b));
            for lane in 0..L {
                out[lane] = a[lane] | b[lane];
            }
        }
        Operation::SelectCondition(c, a, b) => {
            let (c, a, b) = (condition(c), condition(a), condition(b));
            for lane in 0..L {
                out[lane] = (c[lane] & a[lane]) | (!c[lane] & b[lane]);
            }
        }
        Operation::HappenedAction(action) => {
            let record = &history.actions[action];
            for lane in 0..L {
                out[lane] = to_mask(record.count(lane) != 0);
            }
        }
        Operation::HappenedEvent(event) => {
            let record = &history.events[event];
            for lane in 0..L {
                out[lane] = to_mask(record.count(lane) != 0);
            }
        }
        Operation::SucceededAction(action) => {
            let record = &history.actions[action];
            for lane in 0..L {
                out[lane] = to_mask(record.successes(lane) != 0);
            }
        }
        _ => unreachable!("the operation computes a number"),
    }
}
