//! Type checking: from the syntax tree to a number or condition of the model.
//!
//! Names are resolved and types checked. All errors of an expression are reported; `None`
//! means that an error in the tree below has been reported. Dates become day numbers, with
//! day 1 the start.

use super::foreign::{foreign_function, foreign_name};
use super::hyphens::{name_with_hyphens, without_hyphens};
use super::syntax::{Expression, ExpressionNode, ExpressionType, Operator, TextSpan};
use crate::base::diagnostic::{Diagnostic, escaped};
use crate::base::index::{Id, IndicatorId};
use crate::scenario::deadlines::date_of;
use crate::scenario::diagnostics::{DiagnosticSink, TextLocation};
use crate::scenario::model::{Arithmetic, Comparison, Condition, Function, Number, Occurrence};
use crate::scenario::names::{Names, ValueId, hint_for_unknown};
use crate::scenario::vocabulary::{ANY, FUNCTIONS, similar_valid_name};
use jiff::civil::Date;

/// Checks one expression of a scenario.
pub(crate) struct TypeChecker<'s> {
    /// The names that an expression may use.
    pub names: &'s Names,
    /// The type of each indicator; `None` if its formula is invalid or not yet checked.
    pub indicator_types: &'s [Option<ExpressionType>],
    /// The date of day 1; `None` if it is invalid.
    pub start: Option<Date>,
    /// Where the text of the expression stands.
    pub place: TextLocation,
    pub sink: &'s mut DiagnosticSink,
}

/// The indicators to which an expression refers, with their places.
pub(crate) fn referenced_indicators(
    expression: &Expression,
    names: &Names,
) -> Vec<(IndicatorId, TextSpan)> {
    let mut used = Vec::new();
    let mut stack = vec![expression];
    while let Some(Expression { span, node }) = stack.pop() {
        match node {
            ExpressionNode::Name(name) => {
                if let Some(ValueId::Indicator(id)) = names.values.get(name) {
                    used.push((*id, span.clone()));
                }
            }
            ExpressionNode::Negate(a) | ExpressionNode::Not(a) => stack.push(a),
            ExpressionNode::Binary(_, a, b) => stack.extend([&**b, &**a]),
            ExpressionNode::Call { arguments, .. } => stack.extend(arguments.iter().rev()),
            ExpressionNode::Number(_)
            | ExpressionNode::Boolean(_)
            | ExpressionNode::String(_)
            | ExpressionNode::Invalid => {}
        }
    }
    used
}

impl TypeChecker<'_> {
    /// The type of an expression by its outermost node; `None` if it is invalid.
    pub fn expression_type(&self, expression: &Expression) -> Option<ExpressionType> {
        match &expression.node {
            ExpressionNode::Number(_) | ExpressionNode::Negate(_) => Some(ExpressionType::Number),
            ExpressionNode::Boolean(_) | ExpressionNode::Not(_) => Some(ExpressionType::Condition),
            ExpressionNode::Binary(operator, ..) => Some(match operator {
                Operator::And | Operator::Or => ExpressionType::Condition,
                operator if operator.is_comparison() => ExpressionType::Condition,
                _ => ExpressionType::Number,
            }),
            ExpressionNode::Name(name) => match self.names.values.get(name) {
                Some(ValueId::Indicator(id)) => self.indicator_types[id.index()],
                Some(ValueId::Variable(_)) => Some(ExpressionType::Number),
                None if name == "day" => Some(ExpressionType::Number),
                None => None,
            },
            ExpressionNode::Call {
                name, arguments, ..
            } => match name.as_str() {
                "if" => arguments
                    .get(1..)?
                    .iter()
                    .find_map(|argument| self.expression_type(argument)),
                "happened" | "succeeded" => Some(ExpressionType::Condition),
                name if FUNCTIONS.iter().any(|known| known.name == name) => {
                    Some(ExpressionType::Number)
                }
                _ => None,
            },
            ExpressionNode::String(_) | ExpressionNode::Invalid => None,
        }
    }

    /// Checks the expression as a number.
    pub fn number(&mut self, expression: &Expression) -> Option<Number> {
        if self.expression_type(expression) == Some(ExpressionType::Condition) {
            let text = "expected a number, found a condition (true or false)";
            self.report(
                "type-mismatch",
                &expression.span,
                text,
                "convert the condition to a number: `if(condition, 1, 0)`",
            );
            self.condition(expression);
            return None;
        }
        match &expression.node {
            ExpressionNode::Number(value) => Some(Number::Constant(*value)),
            ExpressionNode::Name(name) => self.number_named(name, &expression.span),
            ExpressionNode::Negate(a) => Some(Number::Negate(Box::new(self.number(a)?))),
            ExpressionNode::Binary(operator, a, b) => {
                if self.reports_hyphens(expression) {
                    return None;
                }
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
            ExpressionNode::Call {
                name,
                name_span,
                arguments,
            } => {
                self.check_signature(name, name_span, arguments, &expression.span)?;
                self.number_called(name, arguments)
            }
            ExpressionNode::String(_) => self.stray_string(&expression.span),
            ExpressionNode::Boolean(_) | ExpressionNode::Not(_) | ExpressionNode::Invalid => None,
        }
    }

    /// Checks the expression as a condition.
    pub fn condition(&mut self, expression: &Expression) -> Option<Condition> {
        if self.expression_type(expression) == Some(ExpressionType::Number) {
            let text = "expected a condition, found a number";
            let hint = match &expression.node {
                ExpressionNode::Name(name) => {
                    format!("compare the number, for example `{name} > 0.5`")
                }
                _ => "compare the number, for example `… > 0.5`".to_owned(),
            };
            self.report("type-mismatch", &expression.span, text, hint);
            self.number(expression);
            return None;
        }
        match &expression.node {
            ExpressionNode::Boolean(value) => Some(Condition::Constant(*value)),
            ExpressionNode::Not(a) => Some(Condition::Not(Box::new(self.condition(a)?))),
            ExpressionNode::Binary(operator, a, b) => self.condition_binary(*operator, a, b),
            ExpressionNode::Name(name) => match self.names.values.get(name) {
                Some(ValueId::Indicator(id)) => {
                    self.indicator_types[id.index()].map(|_| Condition::Indicator(*id))
                }
                _ => {
                    self.unknown_name(name, &expression.span);
                    None
                }
            },
            ExpressionNode::Call {
                name,
                name_span,
                arguments,
            } => {
                self.check_signature(name, name_span, arguments, &expression.span)?;
                match name.as_str() {
                    "happened" => Some(Condition::Happened(self.occurrence(&arguments[0])?)),
                    "succeeded" => Some(Condition::Succeeded(self.occurrence(&arguments[0])?)),
                    // An `if` whose branches are all invalid has no known type.
                    _ => {
                        let choice = self.condition(&arguments[0]);
                        let (a, b) = (self.condition(&arguments[1]), self.condition(&arguments[2]));
                        Some(Condition::If(Box::new(choice?), Box::new(a?), Box::new(b?)))
                    }
                }
            }
            ExpressionNode::String(_) => self.stray_string(&expression.span),
            ExpressionNode::Number(_) | ExpressionNode::Negate(_) | ExpressionNode::Invalid => None,
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

    /// Reports a difference of unknown names that is a known name with hyphens; `false` if it is none.
    fn reports_hyphens(&mut self, expression: &Expression) -> bool {
        let Some(name) = name_with_hyphens(&expression.node) else {
            return false;
        };
        let is_known = |part: &str| self.names.values.contains_key(part) || part == "day";
        if name.split('-').all(is_known) {
            return false;
        }
        let Some(valid) = without_hyphens(&name, is_known) else {
            return false;
        };
        let message = format!("unknown variable or indicator `{name}`");
        let hint = format!("write `{valid}`: names have no hyphens");
        self.report("unknown-name", &expression.span, message, hint);
        true
    }

    fn number_named(&mut self, name: &str, span: &TextSpan) -> Option<Number> {
        match self.names.values.get(name) {
            Some(ValueId::Variable(id)) => Some(Number::Variable(*id)),
            Some(ValueId::Indicator(id)) => {
                self.indicator_types[id.index()].map(|_| Number::Indicator(*id))
            }
            None if name == "day" => Some(Number::Day),
            None => {
                self.unknown_name(name, span);
                None
            }
        }
    }

    /// Checks the call of a function whose name and number of arguments are valid.
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

    /// The day number of a date.
    fn day_of_date(&mut self, argument: &Expression) -> Option<Number> {
        let hint = "write a valid date, for example `date('2016-11-08')`";
        let ExpressionNode::String(text) = &argument.node else {
            if argument.node != ExpressionNode::Invalid {
                self.report(
                    "invalid-date",
                    &argument.span,
                    "expected a date in quotes",
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
                let message = format!("`{}` is not a valid date", escaped(text));
                let hint = match date_of(text) {
                    Some(date) => format!("write `date('{date}')`"),
                    None => hint.to_owned(),
                };
                self.report("invalid-date", &argument.span, message, hint);
                None
            }
        }
    }

    /// Resolves an argument to the action or event that it names.
    fn occurrence(&mut self, argument: &Expression) -> Option<Occurrence> {
        let ExpressionNode::Name(name) = &argument.node else {
            if argument.node != ExpressionNode::Invalid {
                let text = "expected the name of an action or event";
                let hint = match &argument.node {
                    ExpressionNode::String(name) => {
                        let known = self.names.occurrences.keys().map(String::as_str);
                        let hint = hint_for_unknown(self.sink, name, known, "events", "");
                        match self.names.occurrences.contains_key(name) {
                            true => format!("remove the quotes: `{name}`"),
                            false => format!("names have no quotes; {hint}"),
                        }
                    }
                    _ => {
                        let known = |name: &str| self.names.occurrences.contains_key(name);
                        match name_with_hyphens(&argument.node)
                            .and_then(|name| without_hyphens(&name, known))
                        {
                            Some(valid) => format!("write `{valid}`: names have no hyphens"),
                            None => {
                                "write one name, for example `happened(send_patrol)`".to_owned()
                            }
                        }
                    }
                };
                self.report("invalid-argument", &argument.span, text, hint);
            }
            return None;
        };
        if let Some(occurrence) = self.names.occurrences.get(name) {
            return Some(*occurrence);
        }
        let known = self.names.occurrences.keys().map(String::as_str);
        let hint = match self.sink.nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.names.values.contains_key(name) => {
                format!("`{name}` has a value: compare it, for example `{name} > 0.5`")
            }
            None => "name an action or event that has a table `[actions.NAME]` or `[events.NAME]`"
                .to_owned(),
        };
        let message = format!("unknown action or event `{name}`");
        self.report("unknown-name", &argument.span, message, hint);
        None
    }

    /// Checks that a function exists and takes this number of arguments.
    fn check_signature(
        &mut self,
        name: &str,
        name_span: &TextSpan,
        arguments: &[Expression],
        whole: &TextSpan,
    ) -> Option<()> {
        let Some(known) = FUNCTIONS.iter().find(|known| known.name == name) else {
            let lower = name.to_lowercase();
            if FUNCTIONS.iter().any(|known| known.name == lower) {
                let message = format!("unknown function `{name}`");
                let hint = format!("write `{lower}` in lowercase");
                self.report("unknown-function", name_span, message, hint);
                return None;
            }
            let functions = FUNCTIONS.iter().map(|known| known.name);
            let near = self.sink.nearest(name, functions);
            let hint = match near.filter(|near| is_misspelling(name, near)) {
                Some(near) => format!("did you mean `{near}`?"),
                None if self.names.values.contains_key(name) => {
                    format!("to multiply, write `{name} * (…)`")
                }
                None if foreign_function(name).is_some() => {
                    foreign_function(name).unwrap_or_default().to_owned()
                }
                None => {
                    let all: Vec<_> = FUNCTIONS.iter().map(|known| known.name).collect();
                    format!("available functions: {}", all.join(", "))
                }
            };
            let message = format!("unknown function `{name}`");
            self.report("unknown-function", name_span, message, hint);
            return None;
        };
        let given = arguments.len();
        if (known.min..=known.max).contains(&given) {
            return Some(());
        }
        let wanted = match (known.min, known.max) {
            (min, ANY) => format!("at least {min}"),
            (min, _) => min.to_string(),
        };
        let message = format!(
            "`{name}` takes {wanted} argument{}, found {given}",
            if known.min == 1 { "" } else { "s" }
        );
        self.report(
            "argument-count",
            whole,
            message,
            format!("write `{}`", known.usage),
        );
        None
    }

    /// Reports a string that is not the argument of `date`.
    fn stray_string<T>(&mut self, span: &TextSpan) -> Option<T> {
        let text = "strings are allowed only in `date('…')`";
        self.report(
            "type-mismatch",
            span,
            text,
            "write names without quotes, and dates as `date('2016-11-08')`",
        );
        None
    }

    fn unknown_name(&mut self, name: &str, span: &TextSpan) {
        let hint = if let Some(occurrence) = self.names.occurrences.get(name) {
            let what = match occurrence {
                Occurrence::Action(_) => "an action",
                Occurrence::Event(_) => "an event",
            };
            format!(
                "`{name}` is {what}: use `happened({name})`, `count({name})` or \
                 `days_since({name}, 999)`"
            )
        } else if let Some(function) = FUNCTIONS.iter().find(|known| known.name == name) {
            format!("`{name}` is a function: write `{}`", function.usage)
        } else {
            let known = self.names.values.keys().map(String::as_str);
            let valid = similar_valid_name(name);
            let hyphenated = known
                .clone()
                .find(|one| one.split('-').any(|part| part == name));
            match self.sink.nearest(name, known.chain(["day"])) {
                _ if hyphenated.is_some() => {
                    let valid = similar_valid_name(hyphenated.unwrap_or_default());
                    format!("write `{valid}`: names have no hyphens")
                }
                _ if valid != name && self.names.values.contains_key(&valid) => {
                    format!("names have only a-z, 0-9 and _: write `{valid}`")
                }
                Some(near) => format!("did you mean `{near}`?"),
                None if foreign_name(name).is_some() => {
                    foreign_name(name).unwrap_or_default().to_owned()
                }
                None if self.names.actors.contains_key(name) => {
                    format!("`{name}` is an actor and has no value: use a variable or an indicator")
                }
                None if !valid.is_empty() => format!(
                    "define it in a table `[variables.{valid}]` or as a key of `[indicators]`{}",
                    if valid == name {
                        String::new()
                    } else {
                        format!(", and write `{valid}` here: names have only a-z, 0-9 and _")
                    }
                ),
                None => "names have only a-z, 0-9 and _".to_owned(),
            }
        };
        let message = format!("unknown variable or indicator `{name}`");
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
        self.sink
            .push(Diagnostic::error(code, span, message).hint(hint));
    }
}

/// Whether a word is a misspelled name of a function, and not the name of another function, such
/// as `sin` beside `min`.
fn is_misspelling(word: &str, function: &str) -> bool {
    let max = if function.len() >= 6 { 2 } else { 1 };
    word.chars().next() == function.chars().next() && strsim::osa_distance(word, function) <= max
}
