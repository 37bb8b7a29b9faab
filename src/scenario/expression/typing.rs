//! Tree as written → number or condition of the model: names resolved, kinds checked.
//!
//! Every mistake is reported and the walk goes on, so that one expression tells all that is
//! wrong with it. `None` means that something below has been reported. Dates become day numbers,
//! day 1 being the start.

use super::functions::{ANY, FUNCTIONS};
use super::syntax::{Expression, Node, Operator, TextSpan};
use crate::base::diagnostic::Diagnostic;
use crate::base::index::{Id, IndicatorId};
use crate::scenario::findings::{Findings, Place};
use crate::scenario::model::{Arithmetic, Comparison, Condition, Function, Number, Occurrence};
use crate::scenario::names::{Names, Quantified};
use jiff::civil::Date;

/// Whether an expression gives a number or is true or false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A number.
    Number,
    /// True or false.
    Condition,
}

/// Checks the expressions of one scenario.
pub(crate) struct Typing<'s> {
    /// What names stand for.
    pub names: &'s Names,
    /// The kind of each indicator; `None` where its formula is broken or not yet known.
    pub kinds: &'s [Option<Kind>],
    /// The date of day 1; `None` where it is broken.
    pub start: Option<Date>,
    /// Where the text stands.
    pub place: Place,
    /// Where mistakes go.
    pub findings: &'s mut Findings,
}

/// The indicators that an expression names, with their places.
pub(crate) fn names_used(expression: &Expression, names: &Names) -> Vec<(IndicatorId, TextSpan)> {
    let mut used = Vec::new();
    let mut stack = vec![expression];
    while let Some(Expression { span, node }) = stack.pop() {
        match node {
            Node::Name(name) => {
                if let Some(Quantified::Indicator(id)) = names.quantified.get(name) {
                    used.push((*id, span.clone()));
                }
            }
            Node::Negate(a) | Node::Not(a) => stack.push(a),
            Node::Binary(_, a, b) => stack.extend([&**b, &**a]),
            Node::Call { arguments, .. } => stack.extend(arguments.iter().rev()),
            Node::Number(_) | Node::Truth(_) | Node::Text(_) | Node::Broken => {}
        }
    }
    used
}

impl Typing<'_> {
    /// What an expression gives, going by its outermost sign; `None` if it is broken.
    pub fn kind(&self, expression: &Expression) -> Option<Kind> {
        match &expression.node {
            Node::Number(_) | Node::Negate(_) => Some(Kind::Number),
            Node::Truth(_) | Node::Not(_) => Some(Kind::Condition),
            Node::Binary(operator, ..) => Some(match operator {
                Operator::And | Operator::Or => Kind::Condition,
                operator if operator.compares() => Kind::Condition,
                _ => Kind::Number,
            }),
            Node::Name(name) => match self.names.quantified.get(name) {
                Some(Quantified::Indicator(id)) => self.kinds[id.index()],
                Some(Quantified::Variable(_)) => Some(Kind::Number),
                None if name == "day" => Some(Kind::Number),
                None => None,
            },
            Node::Call {
                name, arguments, ..
            } => match name.as_str() {
                "if" => arguments
                    .get(1..)?
                    .iter()
                    .find_map(|argument| self.kind(argument)),
                "happened" | "succeeded" => Some(Kind::Condition),
                name if FUNCTIONS.iter().any(|known| known.name == name) => Some(Kind::Number),
                _ => None,
            },
            Node::Text(_) | Node::Broken => None,
        }
    }

    /// The expression as a number.
    pub fn number(&mut self, expression: &Expression) -> Option<Number> {
        if self.kind(expression) == Some(Kind::Condition) {
            let text = "this is true or false, and a number is needed here";
            self.report(
                "kind-mismatch",
                &expression.span,
                text,
                "write `if(…, 1, 0)` around it",
            );
            self.condition(expression);
            return None;
        }
        match &expression.node {
            Node::Number(value) => Some(Number::Constant(*value)),
            Node::Name(name) => self.number_named(name, &expression.span),
            Node::Negate(a) => Some(Number::Negate(Box::new(self.number(a)?))),
            Node::Binary(operator, a, b) => {
                let (a, b) = (self.number(a), self.number(b));
                let operator = match operator {
                    Operator::Add => Arithmetic::Add,
                    Operator::Subtract => Arithmetic::Subtract,
                    Operator::Multiply => Arithmetic::Multiply,
                    Operator::Divide => Arithmetic::Divide,
                    _ => Arithmetic::Power,
                };
                Some(Number::Arithmetic(operator, Box::new(a?), Box::new(b?)))
            }
            Node::Call {
                name,
                name_span,
                arguments,
            } => {
                self.signature(name, name_span, arguments, &expression.span)?;
                self.number_called(name, arguments)
            }
            Node::Text(_) => self.stray_text(&expression.span),
            Node::Truth(_) | Node::Not(_) | Node::Broken => None,
        }
    }

    /// The expression as a condition.
    pub fn condition(&mut self, expression: &Expression) -> Option<Condition> {
        if self.kind(expression) == Some(Kind::Number) {
            let text = "this is a number, and a condition is needed here";
            let hint = "compare it with something, such as `… > 0.5`";
            self.report("kind-mismatch", &expression.span, text, hint);
            self.number(expression);
            return None;
        }
        match &expression.node {
            Node::Truth(value) => Some(Condition::Constant(*value)),
            Node::Not(a) => Some(Condition::Not(Box::new(self.condition(a)?))),
            Node::Binary(operator, a, b) => self.condition_binary(*operator, a, b),
            Node::Name(name) => match self.names.quantified.get(name) {
                Some(Quantified::Indicator(id)) => {
                    self.kinds[id.index()].map(|_| Condition::Indicator(*id))
                }
                _ => {
                    self.unknown_name(name, &expression.span);
                    None
                }
            },
            Node::Call {
                name,
                name_span,
                arguments,
            } => {
                self.signature(name, name_span, arguments, &expression.span)?;
                match name.as_str() {
                    "happened" => Some(Condition::Happened(self.occurrence(&arguments[0])?)),
                    "succeeded" => Some(Condition::Succeeded(self.occurrence(&arguments[0])?)),
                    // Whether the branches are conditions is not known where all are broken.
                    _ => {
                        let choice = self.condition(&arguments[0]);
                        let (a, b) = (self.condition(&arguments[1]), self.condition(&arguments[2]));
                        Some(Condition::If(Box::new(choice?), Box::new(a?), Box::new(b?)))
                    }
                }
            }
            Node::Text(_) => self.stray_text(&expression.span),
            Node::Number(_) | Node::Negate(_) | Node::Broken => None,
        }
    }

    fn condition_binary(
        &mut self,
        operator: Operator,
        a: &Expression,
        b: &Expression,
    ) -> Option<Condition> {
        let comparison = match operator {
            Operator::And | Operator::Or => {
                let (a, b) = (self.condition(a), self.condition(b));
                let (a, b) = (Box::new(a?), Box::new(b?));
                return Some(if operator == Operator::And {
                    Condition::And(a, b)
                } else {
                    Condition::Or(a, b)
                });
            }
            Operator::Less => Comparison::Less,
            Operator::LessOrEqual => Comparison::LessOrEqual,
            Operator::Greater => Comparison::Greater,
            Operator::GreaterOrEqual => Comparison::GreaterOrEqual,
            Operator::Equal => Comparison::Equal,
            _ => Comparison::NotEqual,
        };
        let (a, b) = (self.number(a), self.number(b));
        Some(Condition::Compare(comparison, Box::new(a?), Box::new(b?)))
    }

    fn number_named(&mut self, name: &str, span: &TextSpan) -> Option<Number> {
        match self.names.quantified.get(name) {
            Some(Quantified::Variable(id)) => Some(Number::Variable(*id)),
            Some(Quantified::Indicator(id)) => {
                self.kinds[id.index()].map(|_| Number::Indicator(*id))
            }
            None if name == "day" => Some(Number::Day),
            None => {
                self.unknown_name(name, span);
                None
            }
        }
    }

    /// A function whose name and number of arguments have been checked.
    fn number_called(&mut self, name: &str, arguments: &[Expression]) -> Option<Number> {
        match name {
            "date" => return self.day_of_date(&arguments[0]),
            "count" => return Some(Number::Count(self.occurrence(&arguments[0])?)),
            "days_since" => {
                let (what, otherwise) =
                    (self.occurrence(&arguments[0]), self.number(&arguments[1]));
                return Some(Number::DaysSince(what?, Box::new(otherwise?)));
            }
            "if" => {
                let choice = self.condition(&arguments[0]);
                let (a, b) = (self.number(&arguments[1]), self.number(&arguments[2]));
                return Some(Number::If(Box::new(choice?), Box::new(a?), Box::new(b?)));
            }
            _ => {}
        }
        let read: Vec<_> = arguments.iter().map(|one| self.number(one)).collect();
        let mut numbers: Vec<Number> = read.into_iter().collect::<Option<_>>()?;
        if name == "min" {
            return Some(Number::Min(numbers));
        }
        if name == "max" {
            return Some(Number::Max(numbers));
        }
        let mut numbers = numbers.drain(..).map(Box::new);
        // The number of arguments has been checked against the signature.
        let mut next = || numbers.next();
        Some(match name {
            "clamp" => Number::Clamp(next()?, next()?, next()?),
            "contest" => Number::Contest(next()?, next()?, next()?),
            "abs" => Number::Function(Function::Abs, next()?),
            "sqrt" => Number::Function(Function::Sqrt, next()?),
            "exp" => Number::Function(Function::Exp, next()?),
            "ln" => Number::Function(Function::Ln, next()?),
            _ => Number::Function(Function::Logistic, next()?),
        })
    }

    /// The day number of a quoted date.
    fn day_of_date(&mut self, argument: &Expression) -> Option<Number> {
        let hint = "write it as `date(\"2016-11-08\")`";
        let Node::Text(text) = &argument.node else {
            if argument.node != Node::Broken {
                self.report(
                    "bad-date",
                    &argument.span,
                    "a quoted date is needed here",
                    hint,
                );
            }
            return None;
        };
        match text.parse::<Date>() {
            Ok(date) => {
                let start = self.start?;
                let days = (date - start).get_days();
                Some(Number::Constant(f64::from(days) + 1.0))
            }
            Err(_) => {
                let message = format!("`{}` is not a date", text.escape_debug());
                self.report("bad-date", &argument.span, message, hint);
                None
            }
        }
    }

    /// The action or event that an argument names.
    fn occurrence(&mut self, argument: &Expression) -> Option<Occurrence> {
        let Node::Name(name) = &argument.node else {
            if argument.node != Node::Broken {
                let text = "the name of an action or event is needed here";
                self.report("bad-argument", &argument.span, text, "write its name alone");
            }
            return None;
        };
        if let Some(occurrence) = self.names.occurrences.get(name) {
            return Some(*occurrence);
        }
        let known = self.names.occurrences.keys().map(String::as_str);
        let hint = match self.findings.nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.names.quantified.contains_key(name) => {
                format!("`{name}` is a quantity of the world: compare it instead")
            }
            None => "actions and events have tables `[actions.…]` and `[events.…]`".to_owned(),
        };
        let message = format!("there is no action or event `{name}`");
        self.report("unknown-name", &argument.span, message, hint);
        None
    }

    /// Checks that a function exists and takes so many arguments.
    fn signature(
        &mut self,
        name: &str,
        name_span: &TextSpan,
        arguments: &[Expression],
        whole: &TextSpan,
    ) -> Option<()> {
        let Some(known) = FUNCTIONS.iter().find(|known| known.name == name) else {
            let functions = FUNCTIONS.iter().map(|known| known.name);
            let hint = match self.findings.nearest(name, functions) {
                Some(near) => format!("did you mean `{near}`?"),
                None if self.names.quantified.contains_key(name) => {
                    format!("to multiply, write `{name} * (…)`")
                }
                None => {
                    let all: Vec<_> = FUNCTIONS.iter().map(|known| known.name).collect();
                    format!("the functions are {}", all.join(", "))
                }
            };
            let message = format!("there is no function `{name}`");
            self.report("unknown-function", name_span, message, hint);
            return None;
        };
        let given = arguments.len();
        if (known.least..=known.most).contains(&given) {
            return Some(());
        }
        let wanted = match (known.least, known.most) {
            (least, ANY) => format!("at least {least}"),
            (least, _) => least.to_string(),
        };
        let message = format!(
            "`{name}` takes {wanted} argument{}, and here are {given}",
            if known.least == 1 { "" } else { "s" }
        );
        self.report(
            "argument-count",
            whole,
            message,
            format!("write `{}`", known.usage),
        );
        None
    }

    /// A text that is not the argument of `date`.
    fn stray_text<T>(&mut self, span: &TextSpan) -> Option<T> {
        let text = "a quoted text has a place in `date(\"…\")` alone";
        self.report("kind-mismatch", span, text, "write names without quotes");
        None
    }

    fn unknown_name(&mut self, name: &str, span: &TextSpan) {
        let hint = if let Some(occurrence) = self.names.occurrences.get(name) {
            let what = match occurrence {
                Occurrence::Action(_) => "an action",
                Occurrence::Event(_) => "an event",
            };
            format!(
                "`{name}` is {what}: write `happened({name})`, `count({name})` or \
                 `days_since({name}, 999)`"
            )
        } else if let Some(function) = FUNCTIONS.iter().find(|known| known.name == name) {
            format!("`{name}` is a function: write `{}`", function.usage)
        } else {
            let known = self.names.quantified.keys().map(String::as_str);
            match self.findings.nearest(name, known.chain(["day"])) {
                Some(near) => format!("did you mean `{near}`?"),
                None if self.names.actors.contains_key(name) => {
                    format!("`{name}` is an actor: only variables and indicators have values")
                }
                None => format!("add a table `[variables.{name}]`, or a line to `[indicators]`"),
            }
        };
        let message = format!("there is no variable or indicator `{name}`");
        self.report("unknown-name", span, message, hint);
    }

    fn report(
        &mut self,
        code: &'static str,
        span: &TextSpan,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let span = self.place.span(span);
        self.findings
            .push(Diagnostic::error(code, span, message).hint(hint));
    }
}
