//! Words and signs → the tree of an expression, by precedence (Pratt), with recovery.
//!
//! From loosest to tightest: `or`; `and`; `not`; comparisons, which do not chain; `+ -`; `* /`;
//! unary `-`; `^`, which binds to the right, so that `-a^2` is −(a²) and `2^-1` is ½. Every
//! level of nesting is counted against [`limits::EXPRESSION_DEPTH`], so no text can exhaust the
//! stack. After a mistake the parser goes on at the next operand, comma or bracket.

use super::lex::{Token, TokenKind, lex};
use super::syntax::{Expression, ExpressionNode, Operator, ParseError, TextSpan};
use crate::scenario::limits;

/// How tightly a sign holds what stands to its right.
type BindingPower = u8;

const LOOSEST: BindingPower = 0;
const NOT: BindingPower = 5;
const NEGATE: BindingPower = 13;

/// A hint does not repeat more of an expression than this [bytes].
const LONG: usize = 120;

/// The tightness to the left and to the right of a sign.
fn tightness(operator: Operator) -> (BindingPower, BindingPower) {
    match operator {
        Operator::Or => (1, 2),
        Operator::And => (3, 4),
        Operator::Add | Operator::Subtract => (9, 10),
        Operator::Multiply | Operator::Divide => (11, 12),
        Operator::Power => (15, 14),
        _ => (7, 8),
    }
}

/// Parses a text; a piece that could not be parsed is [`ExpressionNode::Broken`] and its mistake reported.
pub fn parse(text: &str) -> (Expression, Vec<ParseError>) {
    let mut mistakes = Vec::new();
    if text.len() > limits::EXPRESSION_BYTES {
        let mistake = ParseError::new(
            "too-long",
            0..text.len(),
            format!(
                "this expression is longer than {} bytes",
                limits::EXPRESSION_BYTES
            ),
        );
        mistakes.push(mistake.hint("move parts of it to named expressions under `[indicators]`"));
        return (broken(0..text.len()), mistakes);
    }
    let tokens = lex(text, &mut mistakes);
    let mut parser = Parser {
        text,
        tokens: &tokens,
        at: 0,
        depth: 0,
        too_deep: false,
        mistakes,
    };
    let expression = parser.whole();
    (expression, parser.mistakes)
}

fn broken(span: TextSpan) -> Expression {
    Expression {
        span,
        node: ExpressionNode::Broken,
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: &'t [Token],
    at: usize,
    depth: usize,
    too_deep: bool,
    mistakes: Vec<ParseError>,
}

impl Parser<'_> {
    /// The whole text as one expression.
    fn whole(&mut self) -> Expression {
        if self.tokens.is_empty() {
            // Where the lexer has already complained about every sign, nothing is to be added.
            if self.mistakes.is_empty() {
                self.mistakes.push(
                    ParseError::new(
                        "empty-expression",
                        0..self.text.len(),
                        "this expression is empty",
                    )
                    .hint("write a number, a name or a formula, such as `1 - trust`"),
                );
            }
            return broken(0..self.text.len());
        }
        let expression = self.expression(LOOSEST);
        match self.peek().map(|token| token.kind.clone()) {
            None => expression,
            // One complaint is enough about what follows a mistake.
            Some(_) if self.too_deep => broken(0..self.text.len()),
            Some(kind) => {
                let span = self.tokens[self.at].span.clone();
                let mistake = match kind {
                    TokenKind::Close => {
                        ParseError::new("unmatched-parenthesis", span, "unmatched `)`")
                            .hint("remove it, or add the opening `(`")
                    }
                    TokenKind::Comma => ParseError::new(
                        "unexpected-comma",
                        span,
                        "unexpected `,` outside a function call",
                    )
                    .hint("use a decimal point, as in `0.5`"),
                    _ => self.missing_operator(span),
                };
                self.mistakes.push(mistake);
                broken(0..self.text.len())
            }
        }
    }

    /// An expression whose signs all hold more tightly than `least`.
    ///
    /// Signs that bind to the left nest no deeper than there are precedences, so only what can
    /// go on without end is counted, by [`Parser::nested`].
    fn expression(&mut self, least: BindingPower) -> Expression {
        let first = self.operand();
        self.operators(first, least)
    }

    /// The same, one level deeper.
    fn nested(&mut self, least: BindingPower) -> Expression {
        self.depth += 1;
        let expression = if self.depth > limits::EXPRESSION_DEPTH {
            self.give_up()
        } else {
            self.expression(least)
        };
        self.depth -= 1;
        expression
    }

    /// Reports too deep a nesting once, and takes the rest of the text as read.
    fn give_up(&mut self) -> Expression {
        let from = self
            .peek()
            .map_or(self.text.len(), |token| token.span.start);
        if !self.too_deep {
            self.too_deep = true;
            self.mistakes.push(
                ParseError::new(
                    "too-deep",
                    from..self.text.len(),
                    format!(
                        "this expression is nested more than {} levels deep",
                        limits::EXPRESSION_DEPTH
                    ),
                )
                .hint("move parts of it to named expressions under `[indicators]`"),
            );
        }
        self.at = self.tokens.len();
        broken(from..self.text.len())
    }

    /// What follows an operand: signs that hold more tightly than `least`, and their operands.
    fn operators(&mut self, mut left: Expression, least: BindingPower) -> Expression {
        let mut is_chained = false;
        while let Some(token) = self.peek() {
            let TokenKind::Operator(operator) = token.kind else {
                break;
            };
            let (to_left, to_right) = tightness(operator);
            if to_left < least {
                break;
            }
            self.at += 1;
            let right = if operator == Operator::Power {
                self.nested(to_right)
            } else {
                self.expression(to_right)
            };
            if operator.compares() && is_comparison(&left) {
                is_chained = true;
                self.report_chain(&left, operator, &right);
            }
            let span = left.span.start..right.span.end.max(left.span.end);
            left = if is_chained && operator.compares() {
                broken(span)
            } else {
                Expression {
                    span,
                    node: ExpressionNode::Binary(operator, Box::new(left), Box::new(right)),
                }
            };
        }
        left
    }

    /// `a < b < c` is probably meant as `a < b and b < c`.
    fn report_chain(&mut self, left: &Expression, operator: Operator, right: &Expression) {
        let ExpressionNode::Binary(first, a, b) = &left.node else {
            return;
        };
        let span = left.span.start..right.span.end;
        let [a, b, c] = [a, b, right].map(|operand| &self.text[operand.span.clone()]);
        let (first, next) = (first.sign(), operator.sign());
        let mut mistake =
            ParseError::new("chained-comparison", span, "comparisons cannot be chained");
        if a.len() + b.len() + c.len() < LONG {
            mistake = mistake.hint(format!("write `{a} {first} {b} and {b} {next} {c}`"));
        }
        self.mistakes.push(mistake);
    }

    /// A number, name, call, bracket, or a sign before one of these.
    fn operand(&mut self) -> Expression {
        while let Some(token) = self.peek().cloned() {
            let span = token.span;
            match token.kind {
                TokenKind::Number(value) => return self.leaf(span, ExpressionNode::Number(value)),
                TokenKind::Boolean(value) => {
                    return self.leaf(span, ExpressionNode::Boolean(value));
                }
                TokenKind::String(value) => return self.leaf(span, ExpressionNode::String(value)),
                TokenKind::Name(name) => {
                    self.at += 1;
                    if matches!(
                        self.peek(),
                        Some(Token {
                            kind: TokenKind::Open,
                            ..
                        })
                    ) {
                        return self.call(name, span);
                    }
                    return Expression {
                        span,
                        node: ExpressionNode::Name(name),
                    };
                }
                TokenKind::Operator(Operator::Subtract) => {
                    return self.prefixed(span, NEGATE, ExpressionNode::Negate);
                }
                TokenKind::Not => return self.prefixed(span, NOT, ExpressionNode::Not),
                TokenKind::Open => return self.bracket(span),
                TokenKind::Close | TokenKind::Comma => {
                    self.mistakes.push(self.missing_operand(span.clone()));
                    return broken(span.start..span.start);
                }
                TokenKind::Operator(_) => {
                    self.mistakes.push(self.missing_operand(span));
                    self.at += 1;
                    // What stands to the right of the sign is read as if the sign were not there.
                }
            }
        }
        let end = self.text.trim_end().len();
        let last = self.tokens.last().map_or(0..0, |token| token.span.clone());
        if !self.too_deep {
            self.mistakes.push(
                ParseError::new(
                    "missing-operand",
                    last.clone(),
                    format!("missing operand after `{}`", &self.text[last]),
                )
                .hint("add a number, a name or a condition after it"),
            );
        }
        broken(end..end)
    }

    fn leaf(&mut self, span: TextSpan, node: ExpressionNode) -> Expression {
        self.at += 1;
        Expression { span, node }
    }

    fn prefixed(
        &mut self,
        span: TextSpan,
        hold: BindingPower,
        node: fn(Box<Expression>) -> ExpressionNode,
    ) -> Expression {
        self.at += 1;
        let operand = self.nested(hold);
        Expression {
            span: span.start..operand.span.end.max(span.end),
            node: node(Box::new(operand)),
        }
    }

    /// `( … )`.
    fn bracket(&mut self, open: TextSpan) -> Expression {
        self.at += 1;
        let inner = self.nested(LOOSEST);
        match self.close(&open, "unclosed `(`") {
            Ok(end) => Expression {
                span: open.start..end,
                node: inner.node,
            },
            Err(end) => broken(open.start..end),
        }
    }

    /// `name( … , … )`; the name has been read.
    fn call(&mut self, name: String, name_span: TextSpan) -> Expression {
        let open = self.tokens[self.at].span.clone();
        self.at += 1;
        let mut arguments = Vec::new();
        if !matches!(
            self.peek(),
            Some(Token {
                kind: TokenKind::Close,
                ..
            })
        ) {
            loop {
                arguments.push(self.nested(LOOSEST));
                if !matches!(
                    self.peek(),
                    Some(Token {
                        kind: TokenKind::Comma,
                        ..
                    })
                ) {
                    break;
                }
                self.at += 1;
            }
        }
        match self.close(&open, "unclosed `(` of this function call") {
            Ok(end) => Expression {
                span: name_span.start..end,
                node: ExpressionNode::Call {
                    name,
                    name_span,
                    arguments,
                },
            },
            Err(end) => broken(name_span.start..end),
        }
    }

    /// Takes the closing bracket, or reports that it is missing and fails; either way it gives
    /// the end of what was opened.
    fn close(&mut self, open: &TextSpan, message: &str) -> Result<usize, usize> {
        match self.peek().cloned() {
            Some(token) if token.kind == TokenKind::Close => {
                self.at += 1;
                Ok(token.span.end)
            }
            Some(token) => {
                let mistake = if token.kind == TokenKind::Comma {
                    ParseError::new(
                        "unexpected-comma",
                        token.span.clone(),
                        "unexpected `,` outside a function call",
                    )
                    .hint("use a decimal point, as in `0.5`")
                } else {
                    self.missing_operator(token.span.clone())
                };
                self.mistakes.push(mistake);
                Err(self.skip_to_close())
            }
            None => {
                if !self.too_deep {
                    self.mistakes.push(
                        ParseError::new("unmatched-parenthesis", open.clone(), message)
                            .hint("add the missing `)`"),
                    );
                }
                Err(self.text.trim_end().len())
            }
        }
    }

    /// Passes over the rest of a bracket that has gone wrong.
    fn skip_to_close(&mut self) -> usize {
        let mut depth = 0_usize;
        while let Some(token) = self.peek().cloned() {
            self.at += 1;
            match token.kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close if depth == 0 => return token.span.end,
                TokenKind::Close => depth -= 1,
                _ => {}
            }
        }
        self.text.trim_end().len()
    }

    fn missing_operand(&self, span: TextSpan) -> ParseError {
        let sign = &self.text[span.clone()];
        ParseError::new(
            "missing-operand",
            span,
            format!("missing operand before `{sign}`"),
        )
        .hint("add a number, a name or a condition before it")
    }

    fn missing_operator(&self, span: TextSpan) -> ParseError {
        let next = &self.text[span.clone()];
        ParseError::new(
            "missing-operator",
            span,
            format!("missing operator before `{next}`"),
        )
        .hint(match &next.to_lowercase()[..] {
            word @ ("and" | "or" | "not") => format!("write `{word}` in lowercase"),
            _ => "put one of `+ - * / ^ < <= > >= == != and or` between the two operands, or remove one"
                .to_owned(),
        })
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }
}

/// Whether it is a bare comparison (one in brackets is a condition like any other, and comparing
/// it is a mistake of kind, not of chaining).
fn is_comparison(expression: &Expression) -> bool {
    match &expression.node {
        ExpressionNode::Binary(operator, a, _) => {
            operator.compares() && a.span.start == expression.span.start
        }
        _ => false,
    }
}
