//! Prints a program in readable form, for users and tests.
//!
//! Parameters are listed by TOML path. Expressions are listed as instructions with `t` for number
//! temporaries and `c` for condition temporaries. The same scenario always gives the same text.

use super::code::{Code, CodeResult};
use super::instruction::{Instruction, Operand, Operation};
use super::tables::{EffectRow, Input, PerceptionRow, PerceptionSource, Program};
use crate::base::diagnostic::plural;
use crate::base::index::ParameterId;
use crate::scenario::{Timing, Value};
use std::fmt::{Display, Formatter, Result, Write};

/// The listing of a program.
pub fn list(program: &Program) -> String {
    Listing { program }.to_string()
}

struct Listing<'p> {
    program: &'p Program,
}

impl Display for Listing<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        let program = self.program;
        writeln!(out, "days 1..={}", program.horizon_days)?;
        for (index, turn) in program.turns.iter().enumerate() {
            let names: Vec<_> = turn
                .actors
                .iter()
                .map(|&id| program.actors[id].name.as_str())
                .collect();
            writeln!(out, "turn {}: {}", index + 1, names.join(", "))?;
        }
        self.variables(out)?;
        self.actors(out)?;
        self.events(out)?;
        self.outcomes(out)?;
        self.correlations(out)?;
        writeln!(out, "\nsites")?;
        for site in &program.sites {
            writeln!(out, "  {:016x} {}", site.hash, site.name)?;
        }
        Ok(())
    }
}

impl Listing<'_> {
    fn variables(&self, out: &mut Formatter<'_>) -> Result {
        for row in &self.program.variables {
            writeln!(out, "\nvariable {} in [{}, {}]", row.name, row.min, row.max)?;
            self.parameter(out, row.initial)?;
            if let Some(reversion) = &row.reversion {
                self.input(out, "baseline", reversion.baseline)?;
                self.input(out, "reversion", reversion.share)?;
            }
            if let Some(shock) = &row.shock {
                self.input(out, "volatility", shock.volatility)?;
            }
        }
        Ok(())
    }

    fn actors(&self, out: &mut Formatter<'_>) -> Result {
        let program = self.program;
        for row in &program.actors {
            writeln!(out, "\nactor {}", row.name)?;
            self.input(out, "precision", row.precision)?;
            self.input(out, "tempo", row.tempo)?;
            if let Some(risk) = row.risk {
                self.input(out, "risk", risk)?;
            }
            if !row.anticipates.is_empty() {
                let others = row
                    .anticipates
                    .iter()
                    .map(|one| &program.actors[one.responder].name);
                let others: Vec<_> = others.map(String::as_str).collect();
                writeln!(out, "  anticipates {}", others.join(", "))?;
                self.input(out, "insight", row.insight)?;
            }
            for perception in &row.perceives {
                self.perception(out, perception)?;
            }
            for (index, imperative) in row.imperatives.iter().enumerate() {
                writeln!(out, "  imperative {}", imperative.name)?;
                self.parameter(out, imperative.weight)?;
                let linear = row.gradient.iter().filter_map(|gradient| {
                    let term = gradient.terms.iter().find(|term| term.0 == index)?;
                    Some(format!(
                        "{}·{}",
                        term.1, program.variables[gradient.variable].name
                    ))
                });
                let linear: Vec<_> = linear.collect();
                if !linear.is_empty() {
                    writeln!(out, "    linear: {}", linear.join(" + "))?;
                }
                if let Some(residual) = imperative.residual {
                    writeln!(out, "    residual:")?;
                    self.code(out, &program.codes[residual])?;
                }
            }
            for track in &row.tracks {
                writeln!(out, "  track {}", track.name)?;
                for &action in &track.actions {
                    self.action(out, action)?;
                }
            }
        }
        Ok(())
    }

    /// Correlated quantities and shocks: normal scores mixed by the rows of a Cholesky factor.
    fn correlations(&self, out: &mut Formatter<'_>) -> Result {
        let parameters = &self.program.parameters;
        // A hidden variable without a `belief` shares the parameter of its initial value.
        let mut mixed: Vec<_> = parameters.iter().collect();
        mixed.retain(|row| !row.mix.is_empty());
        mixed.sort_by_key(|row| &row.path);
        mixed.dedup_by_key(|row| row.path_hash);
        let path_of = |hash: u64| {
            let mut named = parameters.iter().filter(|row| row.path_hash == hash);
            named.next().map_or("?", |row| row.path.as_str())
        };
        for (index, row) in mixed.into_iter().enumerate() {
            if index == 0 {
                writeln!(out, "\ncorrelated draws")?;
            }
            let terms = row.mix.iter().map(|&(hash, share)| (share, path_of(hash)));
            writeln!(out, "  normal score of {} = {}", row.path, sum(terms))?;
        }
        for group in &self.program.shock_groups {
            writeln!(out, "\ncorrelated shocks")?;
            let name = |place: usize| self.program.variables[group.variables[place]].name.as_str();
            for (place, factor) in group.factor.iter().enumerate() {
                let terms = factor.iter().enumerate();
                let terms = terms.map(|(other, &share)| (f64::from(share), name(other)));
                writeln!(out, "  shock of {} = {}", name(place), sum(terms))?;
            }
        }
        Ok(())
    }

    fn perception(&self, out: &mut Formatter<'_>, row: &PerceptionRow) -> Result {
        let name = &self.program.variables[row.variable].name;
        match row.source {
            PerceptionSource::Current => writeln!(out, "  perceives {name}")?,
            PerceptionSource::Lagged { days, .. } => writeln!(
                out,
                "  perceives {name} with a delay of {days} {}",
                plural(days.into(), "day")
            )?,
            PerceptionSource::Belief(belief) => {
                writeln!(out, "  does not perceive {name}; belief:")?;
                self.parameter(out, belief)?;
            }
        }
        match &row.noise {
            Some(noise) => self.input(out, "noise", noise.volatility),
            None => Ok(()),
        }
    }

    fn action(&self, out: &mut Formatter<'_>, action: crate::base::index::ActionId) -> Result {
        let program = self.program;
        let row = &program.actions[action];
        write!(out, "   action {}{}", row.name, timing(row.timing))?;
        if row.cooldown_days > 0 {
            let days = row.cooldown_days;
            write!(out, ", cooldown {days} {}", plural(days.into(), "day"))?;
        }
        if let Some(limit) = row.limit {
            write!(out, ", limit {limit}")?;
        }
        writeln!(out)?;
        if let Some(requires) = row.requires {
            writeln!(out, "    requires:")?;
            self.code(out, &program.codes[requires])?;
        }
        self.input(out, "success", row.success)?;
        self.input(out, "cost", row.cost)?;
        self.input(out, "appeal", row.appeal)?;
        self.input(out, "daily_odds", row.daily_odds)?;
        self.effects(out, &row.effects)
    }

    fn events(&self, out: &mut Formatter<'_>) -> Result {
        for &event in &self.program.events_by_name {
            let row = &self.program.events[event];
            write!(out, "\nevent {}{}", row.name, timing(row.timing))?;
            if let Some(limit) = row.limit {
                write!(out, ", limit {limit}")?;
            }
            writeln!(out)?;
            self.input(out, "hazard", row.hazard)?;
            self.effects(out, &row.effects)?;
        }
        Ok(())
    }

    fn outcomes(&self, out: &mut Formatter<'_>) -> Result {
        for row in &self.program.outcomes {
            writeln!(
                out,
                "\noutcome {} (sustained_days {}, last day {})",
                row.name, row.sustained_days, row.last_day
            )?;
            self.code(out, &self.program.codes[row.when])?;
        }
        Ok(())
    }

    fn effects(&self, out: &mut Formatter<'_>, effects: &[EffectRow]) -> Result {
        for effect in effects {
            let name = &self.program.variables[effect.variable].name;
            for (role, input) in [("success", effect.success), ("failure", effect.failure)] {
                if let Some(input) = input {
                    self.input(out, &format!("{name} on {role}"), input)?;
                }
            }
        }
        Ok(())
    }

    fn parameter(&self, out: &mut Formatter<'_>, id: ParameterId) -> Result {
        let parameter = &self.program.parameters[id];
        match &parameter.value {
            Value::Number(value) => writeln!(out, "    {} = {value}", parameter.path),
            Value::Distribution(distribution) => {
                writeln!(out, "    {} ~ {distribution}", parameter.path)
            }
            Value::Expression(expression) => {
                writeln!(out, "    {} = {}", parameter.path, expression.text)
            }
        }
    }

    fn input(&self, out: &mut Formatter<'_>, role: &str, input: Input) -> Result {
        match input {
            Input::Parameter(id) => self.parameter(out, id),
            Input::Code(code, clamped) => {
                write!(out, "    {role}")?;
                if let Some(index) = clamped {
                    let clamped = &self.program.clamped[index as usize];
                    write!(out, ", clamped to [{}, {}]", clamped.low, clamped.high)?;
                }
                writeln!(out, ":")?;
                self.code(out, &self.program.codes[code])
            }
        }
    }

    fn code(&self, out: &mut Formatter<'_>, code: &Code) -> Result {
        writeln!(
            out,
            "      # {}",
            code.text.split_whitespace().collect::<Vec<_>>().join(" ")
        )?;
        for instruction in &code.instructions {
            writeln!(out, "      {}", self.instruction(instruction))?;
        }
        let result = match code.result {
            CodeResult::Number(operand) => self.operand(operand),
            CodeResult::Condition(register) => format!("c{register}"),
        };
        write!(out, "      return {result}")?;
        match code.fault {
            Some(fault) => writeln!(out, ", fault if c{fault}"),
            None => writeln!(out),
        }
    }

    fn operand(&self, operand: Operand) -> String {
        match operand {
            Operand::Variable(variable) => self.program.variables[variable].name.clone(),
            Operand::Constant(index) => self.program.constants[index as usize].to_string(),
            Operand::Temporary(index) => format!("t{index}"),
            Operand::After(index) => format!("after{index}"),
        }
    }

    fn instruction(&self, instruction: &Instruction) -> String {
        let kind = if instruction.operation.is_numeric() {
            't'
        } else {
            'c'
        };
        let mut text = format!("{kind}{} = ", instruction.to);
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{}", self.operation(instruction.operation));
        text
    }

    fn operation(&self, operation: Operation) -> String {
        let number = |operand| self.operand(operand);
        let infix = |a, sign: &str, b| format!("{} {sign} {}", number(a), number(b));
        let action = |id| &self.program.actions[id].name;
        let event = |id| &self.program.events[id].name;
        match operation {
            Operation::Day => "day".to_owned(),
            Operation::CountAction(id) => format!("count({})", action(id)),
            Operation::CountEvent(id) => format!("count({})", event(id)),
            Operation::DaysSinceAction(id, otherwise) => {
                format!("days_since({}, {})", action(id), number(otherwise))
            }
            Operation::DaysSinceEvent(id, otherwise) => {
                format!("days_since({}, {})", event(id), number(otherwise))
            }
            Operation::Negate(a) => format!("-{}", number(a)),
            Operation::Abs(a) => format!("abs({})", number(a)),
            Operation::Sqrt(a) => format!("sqrt({})", number(a)),
            Operation::Exp(a) => format!("exp({})", number(a)),
            Operation::Ln(a) => format!("ln({})", number(a)),
            Operation::Logistic(a) => format!("logistic({})", number(a)),
            Operation::Add(a, b) => infix(a, "+", b),
            Operation::Subtract(a, b) => infix(a, "-", b),
            Operation::Multiply(a, b) => infix(a, "*", b),
            Operation::Divide(a, b) => infix(a, "/", b),
            Operation::Power(a, b) => infix(a, "^", b),
            Operation::Min(a, b) => format!("min({}, {})", number(a), number(b)),
            Operation::Max(a, b) => format!("max({}, {})", number(a), number(b)),
            Operation::Contest(a, b, v) => {
                format!("contest({}, {}, {})", number(a), number(b), number(v))
            }
            Operation::Select(c, a, b) => format!("if(c{c}, {}, {})", number(a), number(b)),
            Operation::Truth(truth) => truth.to_string(),
            Operation::Less(a, b) => infix(a, "<", b),
            Operation::LessOrEqual(a, b) => infix(a, "<=", b),
            Operation::Equal(a, b) => infix(a, "==", b),
            Operation::NotFinite(a) => format!("not_finite({})", number(a)),
            Operation::Not(a) => format!("not c{a}"),
            Operation::And(a, b) => format!("c{a} and c{b}"),
            Operation::Or(a, b) => format!("c{a} or c{b}"),
            Operation::SelectCondition(c, a, b) => format!("if(c{c}, c{a}, c{b})"),
            Operation::HappenedAction(id) => format!("happened({})", action(id)),
            Operation::HappenedEvent(id) => format!("happened({})", event(id)),
            Operation::SucceededAction(id) => format!("succeeded({})", action(id)),
        }
    }
}

/// A weighted sum as text, terms of weight 0 left out.
fn sum<'t>(terms: impl Iterator<Item = (f64, &'t str)>) -> String {
    let terms = terms.filter(|(share, _)| *share != 0.0);
    let terms: Vec<_> = terms
        .map(|(share, of)| format!("{share:.6}·{of}"))
        .collect();
    terms.join(" + ")
}

fn timing(timing: Timing) -> String {
    match (timing.delay_days, timing.over_days) {
        (0, 1) => String::new(),
        (0, over) => format!(", over_days {over}"),
        (delay, 1) => format!(", delay_days {delay}"),
        (delay, over) => format!(", delay_days {delay}, over_days {over}"),
    }
}
