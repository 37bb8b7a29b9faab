//! The parser: precedence, errors and recovery.

use super::{Expression, ExpressionNode, parse};
use proptest::prelude::*;

/// An expression with all parentheses that its tree implies.
fn parenthesized(expression: &Expression) -> String {
    match &expression.node {
        ExpressionNode::Number(value) => value.to_string(),
        ExpressionNode::Boolean(value) => value.to_string(),
        ExpressionNode::String(text) => format!("'{text}'"),
        ExpressionNode::Name(name) => name.clone(),
        ExpressionNode::Negate(a) => format!("(-{})", parenthesized(a)),
        ExpressionNode::Not(a) => format!("(not {})", parenthesized(a)),
        ExpressionNode::Binary(operator, a, b) => {
            format!(
                "({} {} {})",
                parenthesized(a),
                operator.symbol(),
                parenthesized(b)
            )
        }
        ExpressionNode::Call {
            name, arguments, ..
        } => {
            let arguments: Vec<_> = arguments.iter().map(parenthesized).collect();
            format!("{name}({})", arguments.join(", "))
        }
        ExpressionNode::Invalid => "?".to_owned(),
    }
}

/// The tree of a text without errors.
fn tree(text: &str) -> String {
    let (expression, errors) = parse(text);
    assert_eq!(errors, [], "{text}");
    assert_eq!(
        &text[expression.span.clone()],
        text.trim(),
        "the span of {text}"
    );
    parenthesized(&expression)
}

/// The errors of a text, each with the piece of the text where it stands.
fn errors(text: &str) -> Vec<(&'static str, &str)> {
    let (_, errors) = parse(text);
    let place = |one: super::ParseError| (one.code, &text[one.span]);
    errors.into_iter().map(place).collect()
}

#[test]
fn operators_have_mathematical_precedence() {
    for (text, expected) in [
        ("a + b * c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b / c", "((a / b) / c)"),
        ("a ^ b ^ c", "(a ^ (b ^ c))"),
        ("-a ^ 2", "(-(a ^ 2))"),
        ("2 ^ -1", "(2 ^ (-1))"),
        ("2 ^ -a ^ b * c", "((2 ^ (-(a ^ b))) * c)"),
        ("-a * b", "((-a) * b)"),
        ("a * -b + c", "((a * (-b)) + c)"),
        ("- - a", "(-(-a))"),
        ("not a and b", "((not a) and b)"),
        ("not a < b", "(not (a < b))"),
        ("not not a or b", "((not (not a)) or b)"),
        ("a or b and c", "(a or (b and c))"),
        ("a and b or c and d", "((a and b) or (c and d))"),
        (
            "a + 1 < b * 2 and c >= d",
            "(((a + 1) < (b * 2)) and (c >= d))",
        ),
        ("(a + b) * c", "((a + b) * c)"),
        ("if(a < b, max(a, b), -c)", "if((a < b), max(a, b), (-c))"),
        ("  days_since(x, 99)  ", "days_since(x, 99)"),
        ("date('2016-11-08')", "date('2016-11-08')"),
        ("1e-3 + .5 + 2. + 1E+2", "(((0.001 + 0.5) + 2) + 100)"),
        ("f()", "f()"),
        ("true == false", "(true == false)"),
    ] {
        assert_eq!(tree(text), expected, "{text}");
    }
}

#[test]
fn errors_have_their_places() {
    for (text, expected) in [
        ("", &[("empty-expression", "")][..]),
        ("a +", &[("missing-operand", "+")]),
        ("a + * b", &[("missing-operand", "*")]),
        ("a b", &[("missing-operator", "b")]),
        ("a = b", &[("unexpected-character", "=")]),
        ("a ≤ b", &[("unexpected-character", "≤")]),
        ("0 < a < 1", &[("chained-comparison", "0 < a < 1")]),
        (
            "a == b == c and 0 < d < 1",
            &[
                ("chained-comparison", "a == b == c"),
                ("chained-comparison", "0 < d < 1"),
            ],
        ),
        ("(a", &[("unmatched-parenthesis", "(")]),
        ("a)", &[("unmatched-parenthesis", ")")]),
        ("max(a, b", &[("unmatched-parenthesis", "(")]),
        (
            "max(a b, c) + (d e)",
            &[("missing-operator", "b"), ("missing-operator", "e")],
        ),
        ("1,5", &[("unexpected-comma", ",")]),
        ("3a + 1", &[("invalid-number", "3a")]),
        (
            "5% * 1e99",
            &[("invalid-number", "5%"), ("out-of-range", "1e99")],
        ),
        (
            "date('2016",
            &[
                ("unterminated-string", "'2016"),
                ("unmatched-parenthesis", "("),
            ],
        ),
    ] {
        assert_eq!(errors(text), expected, "{text}");
    }
}

#[test]
fn nesting_is_limited_and_chains_are_not() {
    let nested = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
    assert!(errors(&nested(64)).is_empty());
    assert_eq!(errors(&nested(65))[0].0, "too-deep");
    for repeated in ["-", "not ", "2^", "abs(", "max(1, "] {
        let codes: Vec<_> = parse(&format!("{}a", repeated.repeat(65))).1;
        assert!(codes.iter().any(|one| one.code == "too-deep"), "{repeated}");
    }
    assert!(errors(&format!("a{}", " + a".repeat(900))).is_empty());
    assert_eq!(
        errors(&format!("a{}", " + a".repeat(1_000)))[0].0,
        "too-long"
    );
    assert_eq!(errors(&"a".repeat(20_000))[0].0, "too-long");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_parser_panic_and_places_are_within(text in "\\PC{0,80}|[-+*/^()<>=! ,.a-c0-9'\"]{0,80}") {
        let (expression, errors) = parse(&text);
        prop_assert!(text.get(expression.span.clone()).is_some());
        for mistake in &errors {
            prop_assert!(text.get(mistake.span.clone()).is_some(), "{mistake:?}");
        }
        // Every invalid node has an error, and every error an invalid node.
        prop_assert!(!parenthesized(&expression).contains('?') || !errors.is_empty());
    }

    #[test]
    fn printed_tree_parses_to_the_same_tree(
        words in prop::collection::vec("[-+*/^<(),]|and|or|not|[a-c]|[1-9]|max\\(", 1..14),
    ) {
        let (expression, errors) = parse(&words.join(" "));
        if errors.is_empty() {
            let text = parenthesized(&expression);
            let (again, errors) = parse(&text);
            prop_assert_eq!(errors, []);
            prop_assert_eq!(parenthesized(&again), text);
        }
    }
}
