//! What is left of an expression where only some variables are others than before.
//!
//! A goal is evaluated on many hypothetical states that differ in a variable or two. What does not
//! hang on these keeps its bits, and is read from where the evaluation before left it.

use super::code::{Code, CodeResult, Operand};
use super::fuse::Pass;
use crate::base::index::VariableId;
use std::cell::Cell;

/// The passes of a code that hang on variables that an action changes. They read the temporaries of
/// the code, as it was evaluated before, and write others, which come after them.
#[derive(Clone, Debug)]
pub struct Patch {
    /// In the order of the code.
    pub passes: Vec<Pass>,
    /// Where the number then is.
    pub result: Operand,
    /// The condition temporary that holds where evaluation faulted; `None` where it cannot fault
    /// but where it did before.
    pub fault: Option<u32>,
    /// Number temporaries, those of the code included.
    pub n_numbers: usize,
    /// Condition temporaries, those of the code included.
    pub n_conditions: usize,
}

impl Patch {
    /// The patch of a number's code where some variables change, each being found then at some place;
    /// `None` where nothing of it hangs on them.
    pub(super) fn of(code: &Code, place: impl Fn(VariableId) -> Option<u32>) -> Option<Self> {
        let CodeResult::Number(result) = code.result else {
            return None;
        };
        // By temporary of the code, the one that takes its place.
        let mut numbers: Vec<Option<u32>> = vec![None; code.n_numbers];
        let mut conditions: Vec<Option<u32>> = vec![None; code.n_conditions];
        let (mut n_numbers, mut n_conditions) = (code.n_numbers, code.n_conditions);
        let mut passes = Vec::new();
        for pass in &code.passes {
            let is_other = Cell::new(false);
            let moved = pass.reading(
                &mut |operand| {
                    let (is_changed, operand) = moved(operand, &numbers, &place);
                    is_other.set(is_other.get() | is_changed);
                    operand
                },
                &mut |condition| {
                    let to = conditions[condition as usize];
                    is_other.set(is_other.get() | to.is_some());
                    to.unwrap_or(condition)
                },
            );
            if !is_other.get() {
                continue;
            }
            let (places, next) = match pass.gives_number() {
                true => (&mut numbers, &mut n_numbers),
                false => (&mut conditions, &mut n_conditions),
            };
            places[pass.to() as usize] = Some(*next as u32);
            passes.push(moved.writing(*next as u32));
            *next += 1;
        }
        let (is_changed, result) = moved(result, &numbers, &place);
        let fault = code.fault.and_then(|fault| conditions[fault as usize]);
        (is_changed || fault.is_some()).then_some(Self {
            passes,
            result,
            fault,
            n_numbers,
            n_conditions,
        })
    }
}

/// Whether a number is another than before, and where it is.
fn moved(
    operand: Operand,
    numbers: &[Option<u32>],
    place: impl Fn(VariableId) -> Option<u32>,
) -> (bool, Operand) {
    match operand {
        Operand::Variable(variable) => match place(variable) {
            Some(place) => (true, Operand::After(place)),
            None => (false, operand),
        },
        Operand::Constant(_) | Operand::After(_) => (false, operand),
        Operand::Temporary(from) => match numbers[from as usize] {
            Some(to) => (true, Operand::Temporary(to)),
            None => (false, operand),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::index::Id;
    use crate::program::code::{Operation, Step};
    use crate::program::fuse::fuse;
    use Operand::{After, Constant, Temporary, Variable};

    /// The code of √(x·y) / if(x < y, eᶻ, a constant), watched, and x, y and z.
    fn code() -> (Code, [VariableId; 3]) {
        let ids = [0, 1, 2].map(VariableId::new);
        let [x, y, z] = ids.map(Variable);
        let number = |operation, to| Step { operation, to };
        let steps = vec![
            number(Operation::Multiply(x, y), 0),
            number(Operation::Sqrt(Temporary(0)), 1),
            number(Operation::Exp(z), 2),
            number(Operation::Less(x, y), 0),
            number(Operation::Select(0, Temporary(2), Constant(0)), 3),
            number(Operation::Divide(Temporary(1), Temporary(3)), 4),
            number(Operation::NotFinite(Temporary(4)), 1),
        ];
        let result = CodeResult::Number(Temporary(4));
        let code = Code {
            text: String::new(),
            passes: fuse(&steps, 5, result),
            steps,
            n_numbers: 5,
            n_conditions: 2,
            result,
            fault: Some(1),
            reads: ids.to_vec(),
        };
        (code, ids)
    }

    fn operations(patch: &Patch) -> Vec<(Operation, u32)> {
        let of = |pass: &Pass| match *pass {
            Pass::Step(step) => (step.operation, step.to),
            _ => panic!("{pass:?}"),
        };
        patch.passes.iter().map(of).collect()
    }

    #[test]
    fn only_what_hangs_on_the_change_is_left() {
        let (code, [.., z]) = code();
        let patch = Patch::of(&code, |variable| (variable == z).then_some(3)).expect("z is read");
        let expected = [
            (Operation::Exp(After(3)), 5),
            (Operation::Select(0, Temporary(5), Constant(0)), 6),
            (Operation::Divide(Temporary(1), Temporary(6)), 7),
            (Operation::NotFinite(Temporary(7)), 2),
        ];
        assert_eq!(operations(&patch), expected);
        assert_eq!((patch.result, patch.fault), (Temporary(7), Some(2)));
        assert_eq!((patch.n_numbers, patch.n_conditions), (8, 3));
    }

    #[test]
    fn a_condition_that_changes_takes_along_what_it_chooses() {
        let (code, [x, ..]) = code();
        let patch = Patch::of(&code, |variable| (variable == x).then_some(0)).expect("x is read");
        let selected = (Operation::Select(2, Temporary(2), Constant(0)), 7);
        assert_eq!(operations(&patch)[3], selected);
        assert_eq!(patch.passes.len(), 6);
    }

    #[test]
    fn what_is_not_read_leaves_nothing() {
        let (code, _) = code();
        let other = VariableId::new(3);
        assert!(Patch::of(&code, |variable| (variable == other).then_some(0)).is_none());
    }
}
