//! Two operations on numbers in a single pass over the lanes.
//!
//! Each pair of operations is a loop of its own. The operations are types with a function instead of
//! closures: a closure that is not inlined would be compiled without the wide
//! instructions of its caller.

use crate::base::math::single;
use crate::engine::lanes::Lanes;
use crate::program::BinaryOperation;

/// out = (a ∘ b) • c, or c • (a ∘ b) if `is_left`, with ∘ the first and • the second operation.
#[inline(always)]
pub(crate) fn execute_pair<const L: usize>(
    out: &mut Lanes<L>,
    operands: [&Lanes<L>; 3],
    first: BinaryOperation,
    second: BinaryOperation,
    is_left: bool,
) {
    match first {
        BinaryOperation::Add => execute_pair_with::<Sum, L>(out, operands, second, is_left),
        BinaryOperation::Subtract => {
            execute_pair_with::<Difference, L>(out, operands, second, is_left)
        }
        BinaryOperation::Multiply => {
            execute_pair_with::<Product, L>(out, operands, second, is_left)
        }
        BinaryOperation::Min => execute_pair_with::<Minimum, L>(out, operands, second, is_left),
        BinaryOperation::Max => execute_pair_with::<Maximum, L>(out, operands, second, is_left),
    }
}

#[inline(always)]
fn execute_pair_with<F: Binary, const L: usize>(
    out: &mut Lanes<L>,
    operands: [&Lanes<L>; 3],
    second: BinaryOperation,
    is_left: bool,
) {
    match (second, is_left) {
        // Addition and multiplication are commutative, to the bit.
        (BinaryOperation::Add, _) => execute_both::<F, Sum, false, L>(out, operands),
        (BinaryOperation::Multiply, _) => execute_both::<F, Product, false, L>(out, operands),
        (BinaryOperation::Subtract, false) => {
            execute_both::<F, Difference, false, L>(out, operands)
        }
        (BinaryOperation::Subtract, true) => execute_both::<F, Difference, true, L>(out, operands),
        (BinaryOperation::Min, false) => execute_both::<F, Minimum, false, L>(out, operands),
        (BinaryOperation::Min, true) => execute_both::<F, Minimum, true, L>(out, operands),
        (BinaryOperation::Max, false) => execute_both::<F, Maximum, false, L>(out, operands),
        (BinaryOperation::Max, true) => execute_both::<F, Maximum, true, L>(out, operands),
    }
}

#[inline(always)]
fn execute_both<F: Binary, S: Binary, const LEFT: bool, const L: usize>(
    out: &mut Lanes<L>,
    [a, b, c]: [&Lanes<L>; 3],
) {
    for lane in 0..L {
        let inner = F::apply(a[lane], b[lane]);
        out[lane] = match LEFT {
            true => S::apply(c[lane], inner),
            false => S::apply(inner, c[lane]),
        };
    }
}

/// A binary operation on numbers, resolved at compile time.
trait Binary {
    fn apply(a: f32, b: f32) -> f32;
}

macro_rules! define_operations {
    ($($name:ident: $a:ident, $b:ident => $value:expr;)*) => {$(
        struct $name;
        impl Binary for $name {
            #[inline(always)]
            fn apply($a: f32, $b: f32) -> f32 {
                $value
            }
        }
    )*};
}
define_operations! {
    Sum: a, b => a + b;
    Difference: a, b => a - b;
    Product: a, b => a * b;
    Minimum: a, b => single::min(a, b);
    Maximum: a, b => single::max(a, b);
}
