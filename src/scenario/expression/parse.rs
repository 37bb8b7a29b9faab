//! Words and signs → the tree of an expression, by precedence (Pratt), with recovery.
//!
//! From loosest to tightest: `or`; `and`; `not`; comparisons, which do not chain; `+ -`; `* /`;
//! unary `-`; `^`, which binds to the right, so that `-a^2` is −(a²) and `2^-1` is ½. Every
//! level of nesting is counted against [`limits::EXPRESSION_DEPTH`], so no text can exhaust the
//! stack. After a mistake the parser goes on at the next operand, comma or bracket.

use super::lex::{Token, TokenKind, lex};
use super::syntax::{Expression, Mistake, Node, Operator, TextSpan};
use crate::scenario::limits;

/// How tightly a sign holds what stands to its right.
type Tightness = u8;

const LOOSEST: Tightness = 0;
const NOT: Tightness = 5;
const NEGATE: Tightness = 13;

/// A hint does not repeat more of an expression than this [bytes].
const LONG: usize = 120;

/// The tightness to the left and to the right of a sign.
fn tightness(operator: Operator) -> (Tightness, Tightness) {
    match operator {
        Operator::Or => (1, 2),
        Operator::And => (3, 4),
        Operator::Add | Operator::Subtract => (9, 10),
        Operator::Multiply | Operator::Divide => (11, 12),
        Operator::Power => (15, 14),
        _ => (7, 8),
    }
}

/// Parses a text; a piece that could not be parsed is [`Node::Broken`] and its mistake reported.
pub fn parse(text: &str) -> (Expression, Vec<Mistake>) {
    let mut mistakes = Vec::new();
    if text.len() > limits::EXPRESSION_BYTES {
        let mistake = Mistake::new(
            "too-long",
            0..text.len(),
            format!(
                "this expression is longer than {} characters",
                limits::EXPRESSION_BYTES
            ),
        );
        mistakes.push(mistake.hint("give its parts names under `[indicators]`"));
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
        node: Node::Broken,
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: &'t [Token],
    at: usize,
    depth: usize,
    too_deep: bool,
    mistakes: Vec<Mistake>,
}

impl Parser<'_> {
    /// The whole text as one expression.
    fn whole(&mut self) -> Expression {
        if self.tokens.is_empty() {
            // Where the lexer has already complained about every sign, nothing is to be added.
            if self.mistakes.is_empty() {
                self.mistakes.push(
                    Mistake::new(
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
                        Mistake::new("unmatched-bracket", span, "this `)` closes nothing")
                            .hint("remove it, or open a bracket before it")
                    }
                    TokenKind::Comma => Mistake::new(
                        "misplaced-comma",
                        span,
                        "a comma has no place outside the brackets of a function",
                    )
                    .hint("decimals are written with a point, such as `0.5`"),
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
    fn expression(&mut self, least: Tightness) -> Expression {
        let first = self.operand();
        self.operators(first, least)
    }

    /// The same, one level deeper.
    fn nested(&mut self, least: Tightness) -> Expression {
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
                Mistake::new(
                    "too-deep",
                    from..self.text.len(),
                    format!(
                        "this expression is nested more than {} levels deep",
                        limits::EXPRESSION_DEPTH
                    ),
                )
                .hint("give its parts names under `[indicators]`"),
            );
        }
        self.at = self.tokens.len();
        broken(from..self.text.len())
    }

    /// What follows an operand: signs that hold more tightly than `least`, and their operands.
    fn operators(&mut self, mut left: Expression, least: Tightness) -> Expression {
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
                    node: Node::Binary(operator, Box::new(left), Box::new(right)),
                }
            };
        }
        left
    }

    /// `a < b < c` is probably meant as `a < b and b < c`.
    fn report_chain(&mut self, left: &Expression, operator: Operator, right: &Expression) {
        let Node::Binary(first, a, b) = &left.node else {
            return;
        };
        let span = left.span.start..right.span.end;
        let [a, b, c] = [a, b, right].map(|operand| &self.text[operand.span.clone()]);
        let (first, next) = (first.sign(), operator.sign());
        let mut mistake = Mistake::new("chained-comparison", span, "comparisons do not chain");
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
                TokenKind::Number(value) => return self.leaf(span, Node::Number(value)),
                TokenKind::Truth(value) => return self.leaf(span, Node::Truth(value)),
                TokenKind::Text(value) => return self.leaf(span, Node::Text(value)),
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
                        node: Node::Name(name),
                    };
                }
                TokenKind::Operator(Operator::Subtract) => {
                    return self.prefixed(span, NEGATE, Node::Negate);
                }
                TokenKind::Not => return self.prefixed(span, NOT, Node::Not),
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
                Mistake::new(
                    "missing-operand",
                    last.clone(),
                    format!("something is missing after `{}`", &self.text[last]),
                )
                .hint("write the number or condition that belongs there"),
            );
        }
        broken(end..end)
    }

    fn leaf(&mut self, span: TextSpan, node: Node) -> Expression {
        self.at += 1;
        Expression { span, node }
    }

    fn prefixed(
        &mut self,
        span: TextSpan,
        hold: Tightness,
        node: fn(Box<Expression>) -> Node,
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
        match self.close(&open, "this bracket") {
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
        match self.close(&open, "the bracket of this function") {
            Ok(end) => Expression {
                span: name_span.start..end,
                node: Node::Call {
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
    fn close(&mut self, open: &TextSpan, what: &str) -> Result<usize, usize> {
        match self.peek().cloned() {
            Some(token) if token.kind == TokenKind::Close => {
                self.at += 1;
                Ok(token.span.end)
            }
            Some(token) => {
                let mistake = if token.kind == TokenKind::Comma {
                    Mistake::new(
                        "misplaced-comma",
                        token.span.clone(),
                        "a comma has no place outside the brackets of a function",
                    )
                    .hint("decimals are written with a point, such as `0.5`")
                } else {
                    self.missing_operator(token.span.clone())
                };
                self.mistakes.push(mistake);
                Err(self.skip_to_close())
            }
            None => {
                if !self.too_deep {
                    self.mistakes.push(
                        Mistake::new(
                            "unmatched-bracket",
                            open.clone(),
                            format!("{what} is never closed"),
                        )
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

    fn missing_operand(&self, span: TextSpan) -> Mistake {
        let sign = &self.text[span.clone()];
        Mistake::new(
            "missing-operand",
            span,
            format!("something is missing before `{sign}`"),
        )
        .hint("write the number or condition that belongs there")
    }

    fn missing_operator(&self, span: TextSpan) -> Mistake {
        let next = &self.text[span.clone()];
        Mistake::new(
            "missing-operator",
            span,
            format!("a sign is missing before `{next}`"),
        )
        .hint(match &next.to_lowercase()[..] {
            word @ ("and" | "or" | "not") => format!("write `{word}` in small letters"),
            _ => "put one of `+ - * / ^ < <= > >= == != and or` between the two, or remove one"
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
        Node::Binary(operator, a, _) => {
            operator.compares() && a.span.start == expression.span.start
        }
        _ => false,
    }
}
