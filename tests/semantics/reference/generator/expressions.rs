//! Random expressions.

use proptest::collection::vec;
use proptest::prelude::*;

/// What an expression may refer to.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    pub variables: &'a [&'static str],
    /// With whether it is a number.
    pub indicators: Vec<(&'static str, bool)>,
    pub occurrences: Vec<&'static str>,
}

/// A number.
#[derive(Clone, Debug)]
pub enum Number {
    Constant(i32),
    /// A constant of another size: 10 to a power.
    Power(i32),
    Variable(usize),
    Indicator(usize),
    Day,
    Negate(Box<Number>),
    Arithmetic(&'static str, Box<Number>, Box<Number>),
    /// A quotient that is kept from faulting where the first is true.
    Quotient(bool, Box<Number>, Box<Number>),
    /// aⁿ for a small whole n.
    WholePower(Box<Number>, i32),
    /// A function of any number.
    Function(&'static str, Box<Number>),
    /// exp, sqrt, ln or a broken power, kept from faulting where the first is true.
    Partial(bool, u8, Box<Number>),
    Extreme(&'static str, Vec<Number>),
    If(Box<Condition>, Box<Number>, Box<Number>),
    Clamp(Box<Number>, Box<Number>, Box<Number>),
    Contest(bool, Box<Number>, Box<Number>, i32),
    Count(usize),
    DaysSince(usize, Box<Number>),
}

/// A condition.
#[derive(Clone, Debug)]
pub enum Condition {
    Constant(bool),
    Indicator(usize),
    Compare(&'static str, Number, Number),
    /// A variable against a threshold.
    Threshold(&'static str, usize, i32),
    Not(Box<Condition>),
    Junction(&'static str, Box<Condition>, Box<Condition>),
    If(Box<Condition>, Box<Condition>, Box<Condition>),
    Memory(&'static str, usize),
}

const COMPARISONS: [&str; 6] = ["<", "<=", ">", ">=", "==", "!="];

fn leaf() -> BoxedStrategy<Number> {
    prop_oneof![
        4 => (-3_000..3_000).prop_map(Number::Constant),
        1 => (-25..25).prop_map(Number::Power),
        9 => (0..5usize).prop_map(Number::Variable),
        3 => (0..4usize).prop_map(Number::Indicator),
        1 => Just(Number::Day),
        2 => (0..10usize).prop_map(Number::Count),
    ]
    .boxed()
}

/// Numbers of a few operations.
pub fn number() -> BoxedStrategy<Number> {
    leaf()
        .prop_recursive(3, 12, 3, |inner| {
            let a = inner.clone().prop_map(Box::new).boxed();
            let pair = (a.clone(), a.clone());
            let operations = prop::sample::select(vec!["+", "-", "*"]);
            let functions = prop::sample::select(vec!["abs", "logistic"]);
            let safe = prop::bool::weighted(0.95);
            prop_oneof![
                9 => (operations, pair.clone()).prop_map(|(o, (a, b))| Number::Arithmetic(o, a, b)),
                1 => a.clone().prop_map(Number::Negate),
                2 => (safe, pair.clone()).prop_map(|(safe, (a, b))| Number::Quotient(safe, a, b)),
                2 => (a.clone(), -2..4).prop_map(|(a, n)| Number::WholePower(a, n)),
                2 => (functions, a.clone()).prop_map(|(name, a)| Number::Function(name, a)),
                2 => (safe, 0..4u8, a.clone()).prop_map(|(s, kind, a)| Number::Partial(s, kind, a)),
                2 => (prop::sample::select(vec!["min", "max"]), vec(inner.clone(), 1..4))
                    .prop_map(|(name, terms)| Number::Extreme(name, terms)),
                2 => (small_condition().prop_map(Box::new), pair.clone())
                    .prop_map(|(condition, (a, b))| Number::If(condition, a, b)),
                1 => (a.clone(), pair.clone()).prop_map(|(x, (a, b))| Number::Clamp(x, a, b)),
                1 => (safe, pair, -3_000..5_000)
                    .prop_map(|(safe, (a, b), v)| Number::Contest(safe, a, b, v)),
                1 => (0..10usize, a).prop_map(|(which, a)| Number::DaysSince(which, a)),
            ]
        })
        .boxed()
}

fn small_condition() -> BoxedStrategy<Condition> {
    let comparison = || prop::sample::select(COMPARISONS.to_vec());
    prop_oneof![
        6 => (comparison(), 0..5usize, 0..10_007).prop_map(|(c, v, t)| Condition::Threshold(c, v, t)),
        3 => (comparison(), leaf(), leaf()).prop_map(|(c, a, b)| Condition::Compare(c, a, b)),
        1 => (0..4usize).prop_map(Condition::Indicator),
        2 => (prop::sample::select(vec!["happened", "succeeded"]), 0..10usize)
            .prop_map(|(name, which)| Condition::Memory(name, which)),
        1 => any::<bool>().prop_map(Condition::Constant),
    ]
    .boxed()
}

/// Conditions of a few comparisons.
pub fn condition() -> BoxedStrategy<Condition> {
    let comparison = prop::sample::select(COMPARISONS.to_vec());
    let compare =
        (comparison, number(), number()).prop_map(|(c, a, b)| Condition::Compare(c, a, b));
    prop_oneof![2 => small_condition(), 1 => compare]
        .prop_recursive(2, 6, 3, |inner| {
            let a = inner.prop_map(Box::new).boxed();
            let junctions = prop::sample::select(vec!["and", "or"]);
            prop_oneof![
                a.clone().prop_map(Condition::Not),
                (junctions, a.clone(), a.clone())
                    .prop_map(|(j, a, b)| Condition::Junction(j, a, b)),
                (a.clone(), a.clone(), a).prop_map(|(c, a, b)| Condition::If(c, a, b)),
            ]
        })
        .boxed()
}

impl Context<'_> {
    fn variable(&self, index: usize) -> &'static str {
        self.variables[index % self.variables.len()]
    }

    fn indicator(&self, index: usize, is_number: bool) -> Option<&'static str> {
        let fitting: Vec<&'static str> = self
            .indicators
            .iter()
            .filter(|(_, kind)| *kind == is_number)
            .map(|(name, _)| *name)
            .collect();
        let place = index.checked_rem(fitting.len())?;
        Some(fitting[place])
    }

    fn occurrence(&self, index: usize) -> Option<&'static str> {
        let place = index.checked_rem(self.occurrences.len())?;
        Some(self.occurrences[place])
    }
}

impl Number {
    /// As the language has it, in brackets where needed.
    pub fn text(&self, context: &Context) -> String {
        match self {
            Number::Constant(n) => format!("({:?})", f64::from(*n) / 1_009.0),
            Number::Power(n) => format!("1e{n}"),
            Number::Variable(index) => context.variable(*index).to_owned(),
            Number::Indicator(index) => match context.indicator(*index, true) {
                Some(name) => name.to_owned(),
                None => context.variable(*index).to_owned(),
            },
            Number::Day => "day".to_owned(),
            Number::Negate(a) => format!("(-{})", a.text(context)),
            Number::Arithmetic(operation, a, b) => {
                format!("({} {operation} {})", a.text(context), b.text(context))
            }
            Number::Quotient(true, a, b) => {
                format!("({} / (0.1 + abs({})))", a.text(context), b.text(context))
            }
            Number::Quotient(false, a, b) => {
                format!("({} / {})", a.text(context), b.text(context))
            }
            Number::WholePower(a, n) if *n < 0 => {
                format!("(0.3 + abs({})) ^ ({n})", a.text(context))
            }
            Number::WholePower(a, n) => format!("({}) ^ {n}", a.text(context)),
            Number::Function(name, a) => format!("{name}({})", a.text(context)),
            Number::Partial(safe, kind, a) => partial(*safe, *kind, &a.text(context)),
            Number::Extreme(name, terms) => {
                let terms: Vec<String> = terms.iter().map(|term| term.text(context)).collect();
                format!("{name}({})", terms.join(", "))
            }
            Number::If(condition, a, b) => {
                let condition = condition.text(context);
                format!("if({condition}, {}, {})", a.text(context), b.text(context))
            }
            Number::Clamp(x, a, b) => {
                let (a, b) = (a.text(context), b.text(context));
                format!("clamp({}, {a}, {b})", x.text(context))
            }
            Number::Contest(safe, a, b, v) => {
                let (a, b) = (a.text(context), b.text(context));
                let v = f64::from(*v) / 1_009.0;
                if *safe {
                    format!("contest(0.01 + abs({a}), 0.01 + abs({b}), {v:?})")
                } else {
                    format!("contest({a}, {b}, {v:?})")
                }
            }
            Number::Count(index) => match context.occurrence(*index) {
                Some(name) => format!("count({name})"),
                None => "1".to_owned(),
            },
            Number::DaysSince(index, a) => match context.occurrence(*index) {
                Some(name) => format!("days_since({name}, {})", a.text(context)),
                None => a.text(context),
            },
        }
    }
}

/// A function that is not defined, or overflows, for some numbers.
fn partial(safe: bool, kind: u8, a: &str) -> String {
    match (kind, safe) {
        (0, true) => format!("exp(min({a}, 4))"),
        (0, false) => format!("exp({a})"),
        (1, true) => format!("sqrt(abs({a}))"),
        (1, false) => format!("sqrt({a})"),
        (2, true) => format!("ln(1 + abs({a}))"),
        (2, false) => format!("ln({a})"),
        (_, true) => format!("abs({a}) ^ 1.37"),
        (_, false) => format!("({a}) ^ 0.41"),
    }
}

impl Condition {
    /// As the language has it, in brackets where needed.
    pub fn text(&self, context: &Context) -> String {
        match self {
            Condition::Constant(holds) => holds.to_string(),
            Condition::Indicator(index) => match context.indicator(*index, false) {
                Some(name) => name.to_owned(),
                None => "true".to_owned(),
            },
            Condition::Compare(comparison, a, b) => {
                format!("({} {comparison} {})", a.text(context), b.text(context))
            }
            Condition::Threshold(comparison, index, threshold) => {
                let threshold = f64::from(*threshold) / 10_007.0;
                format!("{} {comparison} {threshold:?}", context.variable(*index))
            }
            Condition::Not(a) => format!("not ({})", a.text(context)),
            Condition::Junction(junction, a, b) => {
                format!("(({}) {junction} ({}))", a.text(context), b.text(context))
            }
            Condition::If(condition, a, b) => {
                let condition = condition.text(context);
                format!("if({condition}, {}, {})", a.text(context), b.text(context))
            }
            Condition::Memory(name, index) => match context.occurrence(*index) {
                Some(occurrence) => format!("{name}({occurrence})"),
                None => "false".to_owned(),
            },
        }
    }
}
