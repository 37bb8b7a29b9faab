//! Steps that are done in one go.
//!
//! Half of what an evaluation costs is handing numbers from one step to the next. A number that
//! only one other step reads is computed there instead, by the same operations in the same order:
//! no bit hangs on it.

use super::code::{CodeResult, Operand, Operation, Step};

/// Something that is done in one pass over the lanes.
#[derive(Clone, Copy, Debug)]
pub enum Pass {
    /// A step by itself.
    Step(Step),
    /// (a ∘ b) • c, or c • (a ∘ b).
    Pair {
        /// ∘
        first: Binary,
        /// a and b.
        of: (Operand, Operand),
        /// •
        second: Binary,
        /// c.
        with: Operand,
        /// Whether c stands first.
        is_left: bool,
        /// The number temporary that is written.
        to: u32,
    },
    /// a·b ± c·d.
    Products {
        /// a and b.
        one: (Operand, Operand),
        /// c and d.
        other: (Operand, Operand),
        /// Whether the second is taken away.
        is_less: bool,
        /// The number temporary that is written.
        to: u32,
    },
}

impl Pass {
    /// The temporary that is written.
    pub fn to(&self) -> u32 {
        match *self {
            Pass::Step(Step { to, .. }) | Pass::Pair { to, .. } | Pass::Products { to, .. } => to,
        }
    }

    /// Whether it writes a number temporary; else it writes a condition.
    pub fn gives_number(&self) -> bool {
        match self {
            Pass::Step(step) => step.operation.gives_number(),
            Pass::Pair { .. } | Pass::Products { .. } => true,
        }
    }

    /// The same, writing another temporary.
    pub(super) fn writing(mut self, other: u32) -> Self {
        match &mut self {
            Pass::Step(Step { to, .. }) | Pass::Pair { to, .. } | Pass::Products { to, .. } => {
                *to = other;
            }
        }
        self
    }

    /// The same with other operands in the places of its own: numbers and conditions.
    pub(super) fn reading(
        mut self,
        number: &mut impl FnMut(Operand) -> Operand,
        condition: &mut impl FnMut(u32) -> u32,
    ) -> Self {
        match &mut self {
            Pass::Step(step) => step.operation = step.operation.reading(number, condition),
            Pass::Pair {
                of: (a, b),
                with: c,
                ..
            } => [a, b, c].into_iter().for_each(|a| *a = number(*a)),
            Pass::Products {
                one: (a, b),
                other: (c, d),
                ..
            } => [a, b, c, d].into_iter().for_each(|a| *a = number(*a)),
        }
        self
    }
}

/// An operation on two numbers that costs little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// a + b
    Add,
    /// a − b
    Subtract,
    /// a·b
    Multiply,
    /// The lesser.
    Min,
    /// The greater.
    Max,
}

/// A step as such an operation.
fn binary(operation: Operation) -> Option<(Binary, Operand, Operand)> {
    Some(match operation {
        Operation::Add(a, b) => (Binary::Add, a, b),
        Operation::Subtract(a, b) => (Binary::Subtract, a, b),
        Operation::Multiply(a, b) => (Binary::Multiply, a, b),
        Operation::Min(a, b) => (Binary::Min, a, b),
        Operation::Max(a, b) => (Binary::Max, a, b),
        _ => return None,
    })
}

/// The passes that do what the steps of a code do.
pub(super) fn fuse(steps: &[Step], n_numbers: usize, result: CodeResult) -> Vec<Pass> {
    // By number temporary: how many read it.
    let mut readers = vec![0_u32; n_numbers];
    let mut read = |operand: Operand| {
        if let Operand::Temporary(from) = operand {
            readers[from as usize] += 1;
        }
    };
    for step in steps {
        step.operation
            .operands()
            .into_iter()
            .flatten()
            .for_each(&mut read);
    }
    if let CodeResult::Number(operand) = result {
        read(operand);
    }
    // By number temporary: the place of the step that writes it, while that can still be moved.
    let mut movable: Vec<Option<usize>> = vec![None; n_numbers];
    let mut passes: Vec<Option<Pass>> = Vec::with_capacity(steps.len());
    for step in steps {
        let to = step.to;
        let Some((second, a, b)) = binary(step.operation) else {
            passes.push(Some(Pass::Step(*step)));
            continue;
        };
        let source = |operand: Operand| match operand {
            Operand::Temporary(from) => movable[from as usize],
            _ => None,
        };
        let parts = |place: usize| match passes[place] {
            Some(Pass::Step(step)) => binary(step.operation),
            _ => None,
        };
        let (left, right) = (source(a), source(b));
        let products = match (left.and_then(parts), right.and_then(parts)) {
            (Some((Binary::Multiply, a, b)), Some((Binary::Multiply, c, d)))
                if left != right && matches!(second, Binary::Add | Binary::Subtract) =>
            {
                Some(((a, b), (c, d)))
            }
            _ => None,
        };
        let (pass, moved) = if let Some((one, other)) = products {
            let is_less = second == Binary::Subtract;
            let pass = Pass::Products {
                one,
                other,
                is_less,
                to,
            };
            (pass, [left, right])
        } else if let Some((first, c, d)) = left.and_then(parts) {
            let pass = Pass::Pair {
                first,
                of: (c, d),
                second,
                with: b,
                is_left: false,
                to,
            };
            (pass, [left, None])
        } else if let Some((first, c, d)) = right.and_then(parts) {
            let pass = Pass::Pair {
                first,
                of: (c, d),
                second,
                with: a,
                is_left: true,
                to,
            };
            (pass, [right, None])
        } else {
            if readers[to as usize] == 1 {
                movable[to as usize] = Some(passes.len());
            }
            (Pass::Step(*step), [None, None])
        };
        for place in moved.into_iter().flatten() {
            passes[place] = None;
        }
        passes.push(Some(pass));
    }
    passes.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Operand::{Constant, Temporary};

    fn passes(operations: &[Operation], result: u32) -> Vec<Pass> {
        let step = |(to, &operation): (usize, &Operation)| Step {
            operation,
            to: to as u32,
        };
        let steps: Vec<Step> = operations.iter().enumerate().map(step).collect();
        fuse(&steps, steps.len(), CodeResult::Number(Temporary(result)))
    }

    #[test]
    fn what_one_step_alone_reads_is_computed_there() {
        let (x, y) = (Constant(0), Constant(1));
        let passes = passes(
            &[
                Operation::Multiply(x, y),
                Operation::Multiply(y, y),
                Operation::Subtract(Temporary(0), Temporary(1)),
                Operation::Subtract(x, y),
                Operation::Max(Temporary(2), Temporary(3)),
            ],
            4,
        );
        assert_eq!(passes.iter().map(Pass::to).collect::<Vec<_>>(), [2, 4]);
        assert!(matches!(passes[0], Pass::Products { is_less: true, .. }));
        let Pass::Pair {
            second, is_left, ..
        } = passes[1]
        else {
            panic!("{:?}", passes[1]);
        };
        assert_eq!((second, is_left), (Binary::Max, true));
    }

    #[test]
    fn what_several_read_is_written() {
        let (x, y) = (Constant(0), Constant(1));
        let twice = [
            Operation::Add(x, y),
            Operation::Multiply(Temporary(0), Temporary(0)),
            Operation::Sqrt(Temporary(1)),
        ];
        assert_eq!(
            passes(&twice, 2).iter().map(Pass::to).collect::<Vec<_>>(),
            [0, 1, 2]
        );
        // A fault is looked for in a number, or it is the result: that reads it as well.
        let watched = [
            Operation::Add(x, y),
            Operation::NotFinite(Temporary(0)),
            Operation::Add(Temporary(0), x),
        ];
        assert_eq!(passes(&watched, 2).len(), 3);
        let result = [Operation::Add(x, y), Operation::Add(Temporary(0), x)];
        assert_eq!(
            passes(&result, 0).iter().map(Pass::to).collect::<Vec<_>>(),
            [0, 1]
        );
    }
}
