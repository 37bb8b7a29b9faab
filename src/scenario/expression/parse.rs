//! Parses tokens into the syntax tree of an expression by operator precedence
//! (Pratt), with error recovery.
//!
//! Operators from lowest to highest precedence: `or`; `and`; `not`; comparisons, which cannot
//! be chained; `+ -`; `* /`; unary `-`; `^`, which is right-associative, so that `-a^2` is
//! −(a²) and `2^-1` is ½. Every level of nesting counts against [`limits::EXPRESSION_DEPTH`],
//! so that no text can exhaust the stack. After an error the parser continues at the next
//! operand, comma or parenthesis.

use super::lex::{Token, TokenKind, lex};
use super::rewrite::{has_unknown_call, rewritten};
use super::syntax::{Expression, ExpressionNode, Operator, ParseError, TextSpan};
use crate::scenario::limits;
use crate::scenario::vocabulary::FUNCTIONS;

type BindingPower = u8;

const LOWEST: BindingPower = 0;
const NOT: BindingPower = 5;
const NEGATE: BindingPower = 13;

/// Codes of errors about what cannot be rewritten as an expression.
const SAYS_ALL: &[&str] = &["unexpected-distribution", "unexpected-random-number"];

/// Maximum length of the operands that a hint repeats \[bytes\].
const MAX_REPEATED_BYTES: usize = 120;

/// The binding powers of an operator to its left and right.
fn binding_powers(operator: Operator) -> (BindingPower, BindingPower) {
    match operator {
        Operator::Or => (1, 2),
        Operator::And => (3, 4),
        Operator::Add | Operator::Subtract => (9, 10),
        Operator::Multiply | Operator::Divide => (11, 12),
        Operator::Power => (15, 14),
        _ => (7, 8),
    }
}

/// Parses a text. A part that could not be parsed becomes [`ExpressionNode::Invalid`], and its
/// error is among those returned.
pub fn parse(text: &str) -> (Expression, Vec<ParseError>) {
    let mut errors = Vec::new();
    if text.len() > limits::EXPRESSION_BYTES {
        let error = ParseError::new(
            "too-long",
            0..text.len(),
            format!(
                "this expression is longer than {} bytes",
                limits::EXPRESSION_BYTES
            ),
        );
        errors.push(error.hint("move parts of it to named expressions under `[indicators]`"));
        return (invalid(0..text.len()), errors);
    }
    let (expression, errors) = parse_tokens(text);
    if errors.iter().any(|error| SAYS_ALL.contains(&error.code)) {
        return (expression, errors);
    }
    if errors.is_empty() && !has_unknown_call(&expression) {
        return (expression, errors);
    }
    match rewritten(text).filter(|new| parse_tokens(&new.text).1.is_empty()) {
        Some(new) => (invalid(0..text.len()), vec![new.error]),
        None => (expression, errors),
    }
}

/// Parses a text as it is written.
fn parse_tokens(text: &str) -> (Expression, Vec<ParseError>) {
    let mut errors = Vec::new();
    let tokens = lex(text, &mut errors);
    let mut parser = Parser {
        text,
        tokens: &tokens,
        at: 0,
        depth: 0,
        too_deep: false,
        errors,
    };
    let expression = parser.whole();
    (expression, parser.errors)
}

fn invalid(span: TextSpan) -> Expression {
    Expression {
        span,
        node: ExpressionNode::Invalid,
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: &'t [Token],
    at: usize,
    depth: usize,
    too_deep: bool,
    errors: Vec<ParseError>,
}

impl Parser<'_> {
    /// Parses the whole text as one expression.
    fn whole(&mut self) -> Expression {
        if self.tokens.is_empty() {
            // If the lexer has reported every character, there is nothing to add.
            if self.errors.is_empty() {
                self.errors.push(
                    ParseError::new(
                        "empty-expression",
                        0..self.text.len(),
                        "this expression is empty",
                    )
                    .hint("write a number, a name or an expression, such as `1 - trust`"),
                );
            }
            return invalid(0..self.text.len());
        }
        let expression = self.expression(LOWEST);
        match self.peek().map(|token| token.kind.clone()) {
            None => expression,
            // One error is enough about what follows too deep a nesting.
            Some(_) if self.too_deep => invalid(0..self.text.len()),
            Some(kind) => {
                let span = self.tokens[self.at].span.clone();
                let error = match kind {
                    TokenKind::Close => {
                        ParseError::new("unmatched-parenthesis", span, "unmatched `)`")
                            .hint("remove it, or add the opening `(`")
                    }
                    TokenKind::Comma => self.comma_outside_call(span),
                    _ => self.missing_operator(span),
                };
                self.errors.push(error);
                invalid(0..self.text.len())
            }
        }
    }

    /// Parses an expression whose operators bind at least as tightly as `min_power`.
    ///
    /// Left-associative operators nest no deeper than there are precedences, so only the unbounded
    /// recursions are counted, by [`Parser::nested`].
    fn expression(&mut self, min_power: BindingPower) -> Expression {
        let first = self.operand();
        self.operators(first, min_power)
    }

    /// Parses an expression one level deeper.
    fn nested(&mut self, min_power: BindingPower) -> Expression {
        self.depth += 1;
        let expression = if self.depth > limits::EXPRESSION_DEPTH {
            self.give_up()
        } else {
            self.expression(min_power)
        };
        self.depth -= 1;
        expression
    }

    /// Reports too deep a nesting once and skips the rest of the text.
    fn give_up(&mut self) -> Expression {
        let from = self
            .peek()
            .map_or(self.text.len(), |token| token.span.start);
        if !self.too_deep {
            self.too_deep = true;
            self.errors.push(
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
        invalid(from..self.text.len())
    }

    /// Parses the operators after an operand that bind at least as tightly as `min_power`,
    /// with their right operands.
    fn operators(&mut self, mut left: Expression, min_power: BindingPower) -> Expression {
        let mut is_chained = false;
        while let Some(token) = self.peek() {
            let TokenKind::Operator(operator) = token.kind else {
                break;
            };
            let (to_left, to_right) = binding_powers(operator);
            if to_left < min_power {
                break;
            }
            self.at += 1;
            let right = if operator == Operator::Power {
                self.nested(to_right)
            } else {
                self.expression(to_right)
            };
            if operator.is_comparison() && is_comparison(&left) {
                is_chained = true;
                self.report_chain(&left, operator, &right);
            }
            let span = left.span.start..right.span.end.max(left.span.end);
            left = if is_chained && operator.is_comparison() {
                invalid(span)
            } else {
                Expression {
                    span,
                    node: ExpressionNode::Binary(operator, Box::new(left), Box::new(right)),
                }
            };
        }
        left
    }

    /// Reports `a < b < c`, which probably means `a < b and b < c`.
    fn report_chain(&mut self, left: &Expression, operator: Operator, right: &Expression) {
        let ExpressionNode::Binary(first, a, b) = &left.node else {
            return;
        };
        let span = left.span.start..right.span.end;
        let [a, b, c] = [a, b, right].map(|operand| &self.text[operand.span.clone()]);
        let (first, next) = (first.symbol(), operator.symbol());
        let mut error =
            ParseError::new("chained-comparison", span, "comparisons cannot be chained");
        if a.len() + b.len() + c.len() < MAX_REPEATED_BYTES {
            error = error.hint(format!("write `{a} {first} {b} and {b} {next} {c}`"));
        }
        self.errors.push(error);
    }

    /// Parses a number, a name, a call, a parenthesized expression, or a unary operator before one.
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
                TokenKind::Open => return self.parenthesized(span),
                TokenKind::Close | TokenKind::Comma => {
                    self.errors.push(self.missing_operand(span.clone()));
                    return invalid(span.start..span.start);
                }
                TokenKind::Operator(_) => {
                    self.errors.push(self.missing_operand(span));
                    self.at += 1;
                    // The text after the operator is parsed as if the operator were not there.
                }
            }
        }
        let end = self.text.trim_end().len();
        let last = self.tokens.last().map_or(0..0, |token| token.span.clone());
        if !self.too_deep {
            self.errors.push(
                ParseError::new(
                    "missing-operand",
                    last.clone(),
                    format!("missing operand after `{}`", &self.text[last]),
                )
                .hint("add a number, a name or a condition after it"),
            );
        }
        invalid(end..end)
    }

    fn leaf(&mut self, span: TextSpan, node: ExpressionNode) -> Expression {
        self.at += 1;
        Expression { span, node }
    }

    fn prefixed(
        &mut self,
        span: TextSpan,
        power: BindingPower,
        node: fn(Box<Expression>) -> ExpressionNode,
    ) -> Expression {
        self.at += 1;
        let operand = self.nested(power);
        Expression {
            span: span.start..operand.span.end.max(span.end),
            node: node(Box::new(operand)),
        }
    }

    /// Parses `( … )`.
    fn parenthesized(&mut self, open: TextSpan) -> Expression {
        self.at += 1;
        let inner = self.nested(LOWEST);
        match self.close(&open, "unclosed `(`") {
            Ok(end) => Expression {
                span: open.start..end,
                node: inner.node,
            },
            Err(end) => invalid(open.start..end),
        }
    }

    /// Parses the arguments of `name( … , … )`.
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
                arguments.push(self.nested(LOWEST));
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
            Err(end) => invalid(name_span.start..end),
        }
    }

    /// Consumes the closing parenthesis, or reports `message` and fails. Either way it returns the end
    /// of the parenthesized text.
    fn close(&mut self, open: &TextSpan, message: &str) -> Result<usize, usize> {
        match self.peek().cloned() {
            Some(token) if token.kind == TokenKind::Close => {
                self.at += 1;
                Ok(token.span.end)
            }
            Some(token) => {
                let error = if token.kind == TokenKind::Comma {
                    self.comma_outside_call(token.span.clone())
                } else {
                    self.missing_operator(token.span.clone())
                };
                self.errors.push(error);
                Err(self.skip_to_close())
            }
            None => {
                if !self.too_deep {
                    self.errors.push(
                        ParseError::new("unmatched-parenthesis", open.clone(), message)
                            .hint("add the missing `)`"),
                    );
                }
                Err(self.text.trim_end().len())
            }
        }
    }

    /// Skips the rest of a parenthesized text after an error.
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
        let symbol = &self.text[span.clone()];
        ParseError::new(
            "missing-operand",
            span,
            format!("missing operand before `{symbol}`"),
        )
        .hint("add a number, a name or a condition before it")
    }

    /// The error of a comma outside of a call; between two numbers it is a decimal comma.
    fn comma_outside_call(&self, span: TextSpan) -> ParseError {
        let is_number = |token: &Token| matches!(token.kind, TokenKind::Number(_));
        let before = self.tokens[..self.at].last();
        let before = before.filter(|token| is_number(token) && token.span.end == span.start);
        let after = self.tokens.get(self.at + 1);
        let after = after.filter(|token| is_number(token) && token.span.start == span.end);
        let hint = match (before, after) {
            (Some(before), Some(after)) => format!(
                "write `{}.{}`: numbers have a decimal point",
                &self.text[before.span.clone()],
                &self.text[after.span.clone()]
            ),
            _ => "remove it: a comma only separates the arguments of a function".to_owned(),
        };
        let message = format!(
            "unexpected `{}` outside a function call",
            &self.text[span.clone()]
        );
        ParseError::new("unexpected-comma", span, message).hint(hint)
    }

    fn missing_operator(&self, span: TextSpan) -> ParseError {
        let next = &self.text[span.clone()];
        let before = self.tokens[..self.at].last();
        let before = before.map_or("", |token| &self.text[token.span.clone()]);
        let is_conditional = |word: &str| {
            matches!(
                word.to_lowercase().as_str(),
                "if" | "then" | "else" | "elif" | "ifelse"
            )
        };
        let hint = if is_conditional(before) || is_conditional(next) {
            "write a conditional as `if(condition, a, b)`".to_owned()
        } else if next == "to" || before == "to" {
            "an expression has no intervals: write `{ from = 5, to = 9 }` as the whole value, without \
             quotes"
                .to_owned()
        } else if matches!(next, "is" | "eq") || matches!(before, "is" | "eq") {
            "compare two numbers with `==`, `<` or `>`, for example `trust > 0.5`".to_owned()
        } else if let Some(function) = FUNCTIONS.iter().find(|one| one.name == before) {
            format!("put the arguments in parentheses: `{}`", function.usage)
        } else if FUNCTIONS.iter().any(|one| one.name == next) && is_name(before) {
            format!("write `{next}({before})`")
        } else if is_name(before) && is_name(next) {
            format!(
                "put an operator such as `*`, `>` or `and` between the two; if it is one name, write \
                 it without spaces: `{before}_{next}`"
            )
        } else {
            "put one of `+ - * / ^ < <= > >= == != and or` between the two operands, or remove one"
                .to_owned()
        };
        let message = format!("missing operator before `{next}`");
        ParseError::new("missing-operator", span, message).hint(hint)
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }
}

/// Whether the text of a token is a name.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Whether this is a comparison without parentheses. One in parentheses is a condition like any other,
/// and comparing it is a type error.
fn is_comparison(expression: &Expression) -> bool {
    match &expression.node {
        ExpressionNode::Binary(operator, a, _) => {
            operator.is_comparison() && a.span.start == expression.span.start
        }
        _ => false,
    }
}
