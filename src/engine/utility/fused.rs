//! Two operations on numbers in one pass over the lanes.
//!
//! Each pair of operations is a loop of its own. They are types with a function, and not closures:
//! one that is not inlined is compiled without the wide instructions of its caller.

use crate::base::math::single;
use crate::engine::lanes::Lanes;
use crate::program::BinaryOperation;

/// Two operations in one pass: (a ∘ b) • c, or c • (a ∘ b).
#[inline(always)]
pub(in crate::engine) fn pair<const L: usize>(
    out: &mut Lanes<L>,
    operands: [&Lanes<L>; 3],
    first: BinaryOperation,
    second: BinaryOperation,
    is_left: bool,
) {
    match first {
        BinaryOperation::Add => pair_with::<Sum, L>(out, operands, second, is_left),
        BinaryOperation::Subtract => pair_with::<Difference, L>(out, operands, second, is_left),
        BinaryOperation::Multiply => pair_with::<Product, L>(out, operands, second, is_left),
        BinaryOperation::Min => pair_with::<Lesser, L>(out, operands, second, is_left),
        BinaryOperation::Max => pair_with::<Greater, L>(out, operands, second, is_left),
    }
}

#[inline(always)]
fn pair_with<F: OfTwo, const L: usize>(
    out: &mut Lanes<L>,
    operands: [&Lanes<L>; 3],
    second: BinaryOperation,
    is_left: bool,
) {
    match (second, is_left) {
        // Either way round it is the same number.
        (BinaryOperation::Add, _) => both::<F, Sum, false, L>(out, operands),
        (BinaryOperation::Multiply, _) => both::<F, Product, false, L>(out, operands),
        (BinaryOperation::Subtract, false) => both::<F, Difference, false, L>(out, operands),
        (BinaryOperation::Subtract, true) => both::<F, Difference, true, L>(out, operands),
        (BinaryOperation::Min, false) => both::<F, Lesser, false, L>(out, operands),
        (BinaryOperation::Min, true) => both::<F, Lesser, true, L>(out, operands),
        (BinaryOperation::Max, false) => both::<F, Greater, false, L>(out, operands),
        (BinaryOperation::Max, true) => both::<F, Greater, true, L>(out, operands),
    }
}

#[inline(always)]
fn both<F: OfTwo, S: OfTwo, const LEFT: bool, const L: usize>(
    out: &mut Lanes<L>,
    [a, b, c]: [&Lanes<L>; 3],
) {
    for lane in 0..L {
        let inner = F::of(a[lane], b[lane]);
        out[lane] = match LEFT {
            true => S::of(c[lane], inner),
            false => S::of(inner, c[lane]),
        };
    }
}

/// An operation on two numbers.
trait OfTwo {
    fn of(a: f32, b: f32) -> f32;
}

macro_rules! of_two {
    ($($name:ident: $a:ident, $b:ident => $value:expr;)*) => {$(
        struct $name;
        impl OfTwo for $name {
            #[inline(always)]
            fn of($a: f32, $b: f32) -> f32 {
                $value
            }
        }
    )*};
}
of_two! {
    Sum: a, b => a + b;
    Difference: a, b => a - b;
    Product: a, b => a * b;
    Lesser: a, b => single::min(a, b);
    Greater: a, b => single::max(a, b);
}
