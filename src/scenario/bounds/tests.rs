//! Interval analysis against direct evaluation of random expressions at random states.

use super::{IntervalAnalysis, Truth, bounds_of_number, truth_of};
use crate::base::diagnostic::Sources;
use crate::base::index::Id;
use crate::base::math::double;
use crate::scenario::read;
use crate::scenario::{Arithmetic, Comparison, Condition, Formula, Function, Number, Scenario};
use proptest::prelude::*;

/// A scenario with three variables and the given indicators.
fn scenario(indicators: &[(&str, &str)]) -> Scenario {
    let mut text = "[scenario]\ntitle = 'x'\nstart = 2016-11-01\nhorizon_days = 30\n\
                    [variables]\na = { initial = 0 }\nb = { initial = 1, min = 0.5, max = 2 }\n\
                    c = { initial = 0, min = -3, max = 1 }\n\
                    [actors.x]\nprecision = 1\n\
                    [actions.act]\nactor = 'x'\nlimit = 3\ncooldown_days = 1\n\
                    [outcomes.o]\nquestion = 'x'\nwhen = 'day > 3'\n[indicators]\n"
        .to_owned();
    for (name, formula) in indicators {
        text += &format!("{name} = \"{formula}\"\n");
    }
    let mut sources = Sources::default();
    let reading = read(&mut sources, "x.toml", &text, &[]);
    let shown = crate::base::diagnostic::render(&sources, &reading.diagnostics, false);
    reading.scenario.unwrap_or_else(|| panic!("{shown}"))
}

/// A state with its history of occurrences.
struct SampledState {
    values: [f64; 3],
    day: f64,
    count: f64,
    days_since: Option<f64>,
}

/// Evaluates a number at a state; `None` if an intermediate result is not finite.
fn evaluate(number: &Number, state: &SampledState) -> Option<f64> {
    let of = |a: &Number| evaluate(a, state);
    let value = match number {
        Number::Constant(value) => *value,
        Number::Variable(id) => state.values[id.index()],
        Number::Indicator(_) => unreachable!("the formulas of these tests name no indicator"),
        Number::Day => state.day,
        Number::Negate(a) => -of(a)?,
        Number::Arithmetic(operation, a, b) => {
            let (a, b) = (of(a)?, of(b)?);
            match operation {
                Arithmetic::Add => a + b,
                Arithmetic::Subtract => a - b,
                Arithmetic::Multiply => a * b,
                Arithmetic::Divide => a / b,
                Arithmetic::Power => double::power(a, b),
            }
        }
        Number::If(choice, a, b) => {
            if evaluate_condition(choice, state)? {
                of(a)?
            } else {
                of(b)?
            }
        }
        Number::Function(function, a) => {
            let a = of(a)?;
            match function {
                Function::Abs => a.abs(),
                Function::Sqrt => a.sqrt(),
                Function::Exp => double::exp(a),
                Function::Ln => double::ln(a),
                Function::Logistic => double::logistic(a),
            }
        }
        Number::Min(all) => all
            .iter()
            .map(of)
            .collect::<Option<Vec<_>>>()?
            .into_iter()
            .fold(f64::INFINITY, f64::min),
        Number::Max(all) => all
            .iter()
            .map(of)
            .collect::<Option<Vec<_>>>()?
            .into_iter()
            .fold(f64::NEG_INFINITY, f64::max),
        Number::Clamp(x, low, high) => {
            let (x, low, high) = (of(x)?, of(low)?, of(high)?);
            x.min(high).max(low)
        }
        Number::Contest(a, b, v) => {
            let (a, b, v) = (of(a)?, of(b)?, of(v)?);
            if a < 0.0 || b < 0.0 {
                return None;
            }
            // In the form without overflow, as in the engine.
            if a == b {
                0.5
            } else {
                1.0 / (1.0 + double::power(b / a, v))
            }
        }
        Number::Count(_) => state.count,
        Number::DaysSince(_, otherwise) => state.days_since.or(of(otherwise))?,
    };
    value.is_finite().then_some(value)
}

fn evaluate_condition(condition: &Condition, state: &SampledState) -> Option<bool> {
    Some(match condition {
        Condition::Constant(value) => *value,
        Condition::Indicator(_) => unreachable!("the formulas of these tests name no indicator"),
        Condition::Compare(comparison, a, b) => {
            let (a, b) = (evaluate(a, state)?, evaluate(b, state)?);
            match comparison {
                Comparison::Less => a < b,
                Comparison::LessOrEqual => a <= b,
                Comparison::Greater => a > b,
                Comparison::GreaterOrEqual => a >= b,
                Comparison::Equal => a == b,
                Comparison::NotEqual => a != b,
            }
        }
        Condition::Not(a) => !evaluate_condition(a, state)?,
        Condition::And(a, b) => evaluate_condition(a, state)? && evaluate_condition(b, state)?,
        Condition::Or(a, b) => evaluate_condition(a, state)? || evaluate_condition(b, state)?,
        Condition::If(choice, a, b) => {
            if evaluate_condition(choice, state)? {
                evaluate_condition(a, state)?
            } else {
                evaluate_condition(b, state)?
            }
        }
        Condition::Happened(_) | Condition::Succeeded(_) => state.days_since.is_some(),
    })
}

/// Texts of numeric expressions, some with conditions.
fn number_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("a"),
        Just("b"),
        Just("c"),
        Just("day"),
        Just("count(act)"),
        Just("0"),
        Just("1"),
        Just("2"),
        Just("3"),
        Just("0.5"),
        Just("-1"),
        Just("40"),
    ];
    leaf.prop_map(str::to_owned)
        .prop_recursive(5, 24, 3, |inner| {
            let binary = (inner.clone(), "[-+*/^]", inner.clone());
            let unary = ("-|abs|sqrt|exp|ln|logistic", inner.clone());
            let triple = ("clamp|contest", inner.clone(), inner.clone(), inner.clone());
            let choice = (
                inner.clone(),
                "<|<=|>|==|!=",
                inner.clone(),
                inner.clone(),
                inner.clone(),
            );
            prop_oneof![
                4 => binary.prop_map(|(a, sign, b)| format!("({a}) {sign} ({b})")),
                2 => unary.prop_map(|(function, a)| format!("{function}({a})")),
                1 => triple.prop_map(|(function, a, b, c)| format!("{function}({a}, {b}, {c})")),
                1 => choice.prop_map(|(a, sign, b, c, d)| format!("if({a} {sign} {b}, {c}, {d})")),
                1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("min({a}, {b})")),
                1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("max({a}, {b})")),
                1 => inner.prop_map(|a| format!("days_since(act, {a})")),
            ]
        })
}

/// A share of a variable's range, often an end.
fn share() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1.0), Just(0.5), 0.0..1.0_f64]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_are_within_their_bounds(
        text in number_text(),
        shares in [share(), share(), share()],
        day in 1..=30_u16,
        count in 0..=3_u16,
    ) {
        let scenario = scenario(&[("x", &text)]);
        let Formula::Number(formula) = &scenario.indicators.as_slice()[0].formula else {
            panic!("a number");
        };
        let mut values = [0.0; 3];
        for (value, (share, variable)) in values.iter_mut().zip(shares.iter().zip(&scenario.variables)) {
            *value = variable.min + share * (variable.max - variable.min);
        }
        let state = SampledState {
            values,
            day: f64::from(day),
            count: f64::from(count),
            days_since: (count > 0).then_some(f64::from(day) / 2.0),
        };
        let anywhere = IntervalAnalysis::new(&scenario);
        let here = IntervalAnalysis::at_state(&scenario, day, &values);
        for analysis in [anywhere, here] {
            let bounds = analysis.number(&formula.tree);
            match evaluate(&formula.tree, &state) {
                Some(value) => prop_assert!(
                    bounds.low <= value && value <= bounds.high,
                    "{text} is {value}, outside {bounds:?}"
                ),
                None => prop_assert!(bounds.may_fault, "{text} faults at {values:?}"),
            }
        }
        let doubt = Condition::Compare(
            Comparison::Less,
            Box::new(formula.tree.clone()),
            Box::new(Number::Constant(1.0)),
        );
        if let Some(value) = evaluate_condition(&doubt, &state) {
            let expected = if value { Truth::Never } else { Truth::Always };
            prop_assert_ne!(truth_of(&doubt, &scenario), expected);
        }
    }
}

#[test]
fn bounds_are_tight_if_each_variable_appears_once() {
    for (text, low, high, may_fault) in [
        ("1 - a", 0.0, 1.0, false),
        ("a * b", 0.0, 2.0, false),
        ("a / b", 0.0, 2.0, false),
        ("b / a", f64::NEG_INFINITY, f64::INFINITY, true),
        ("c ^ 2", 0.0, 9.0, false),
        ("c ^ 3", -27.0, 1.0, false),
        ("a ^ 0.5", 0.0, 1.0, false),
        ("b ^ c", 0.125, 8.0_f64.max(2.0), false),
        ("(-0) ^ c", 0.0, f64::INFINITY, true),
        ("abs(c)", 0.0, 3.0, false),
        ("sqrt(a * b)", 0.0, 2.0_f64.sqrt(), false),
        ("sqrt(c)", 0.0, 1.0, true),
        ("clamp(c, 0, 1)", 0.0, 1.0, false),
        ("contest(a, b, 2)", 0.0, 0.8, false),
        ("count(act)", 0.0, 3.0, false),
        ("days_since(act, 99)", 0.0, 99.0, false),
        ("exp(100 * b)", f64::NAN, f64::NAN, true),
        ("if(b > 0, a, 7)", 0.0, 1.0, false),
        ("day", 1.0, 30.0, false),
    ] {
        let scenario = scenario(&[("x", text)]);
        let Formula::Number(formula) = &scenario.indicators.as_slice()[0].formula else {
            panic!("a number");
        };
        let bounds = bounds_of_number(&formula.tree, &scenario);
        assert_eq!(bounds.may_fault, may_fault, "{text}: {bounds:?}");
        let near = |a: f64, b: f64| b.is_nan() || a == b || (a - b).abs() < 1e-9;
        assert!(
            near(bounds.low, low) && near(bounds.high, high),
            "{text}: {bounds:?}"
        );
    }
}

#[test]
fn chain_of_indicators_takes_linear_time() {
    // Each uses the previous one twice: without memoization this takes 2^900 steps.
    let names: Vec<_> = (0..900).map(|n| format!("i{n}")).collect();
    let formulas: Vec<_> = (0..900)
        .map(|n| {
            if n == 0 {
                "a".to_owned()
            } else {
                format!("0.5 * i{} + 0.5 * i{}", n - 1, n - 1)
            }
        })
        .collect();
    let indicators: Vec<_> = names
        .iter()
        .zip(&formulas)
        .map(|(n, f)| (n.as_str(), f.as_str()))
        .collect();
    let scenario = scenario(&indicators);
    let last = scenario.indicators.ids().next_back().expect("an indicator");
    let bounds = bounds_of_number(&Number::Indicator(last), &scenario);
    assert!(
        bounds.low >= 0.0 && (bounds.high - 1.0).abs() < 1e-9,
        "{bounds:?}"
    );
}
