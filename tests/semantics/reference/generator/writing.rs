//! Writing a drawn scenario as a file.

use super::expressions::Context;
use super::{
    ACTIONS, ACTORS, Action, Actor, BOUNDS, EVENTS, Effects, Event, INDICATORS, Indicator,
    OUTCOMES, Outcome, Quantity, Sight, TRACKS, VARIABLES, Variable,
};
use std::fmt::{self, Write};

/// The whole file; variables see no indicators, which come after them.
pub(super) fn write_all(
    (horizon_days, order, correlation): (u16, Option<usize>, Option<i32>),
    (variables, indicators): &(Vec<Variable>, Vec<Indicator>),
    (actors, actions): &(Vec<Actor>, Vec<Action>),
    (events, outcomes): &(Vec<Event>, Vec<Outcome>),
    context: &Context,
) -> Result<String, fmt::Error> {
    let mut text = String::new();
    let out = &mut text;
    writeln!(out, "[scenario]\ntitle = \"Random\"\nstart = 2030-01-01")?;
    writeln!(out, "horizon_days = {horizon_days}")?;
    if let Some(first) = order {
        let mut names = ACTORS[..actors.len()].to_vec();
        names.rotate_left(first % actors.len());
        writeln!(out, "moves = \"sequential\"\norder = {names:?}")?;
    }
    for (name, variable) in VARIABLES.iter().zip(variables) {
        write_variable(out, name, variable, context)?;
    }
    let context = &write_indicators(out, indicators, context)?;
    for (name, actor) in ACTORS.iter().zip(actors) {
        write_actor(out, name, actor, context)?;
        write_mind(out, name, actor, (actors.len(), variables), context)?;
    }
    for (name, action) in ACTIONS.iter().zip(actions) {
        let actor = ACTORS[action.actor % actors.len()];
        writeln!(out, "[actions.{name}]\nactor = \"{actor}\"")?;
        write_action(out, action, variables, context)?;
    }
    for (name, event) in EVENTS.iter().zip(events) {
        writeln!(out, "[events.{name}]")?;
        writeln!(out, "hazard = {}", event.hazard.text(0.0, 0.4, context))?;
        write_limit(out, event.limit)?;
        write_effects(out, "effects", &event.effects, variables, context)?;
        write_timing(out, event.timing)?;
    }
    for (name, outcome) in OUTCOMES.iter().zip(outcomes) {
        writeln!(out, "[outcomes.{name}]\nquestion = \"{name}?\"")?;
        writeln!(out, "when = \"{}\"", outcome.when.text(context))?;
        let last_day = outcome.last_day.map(|day| 1 + day % horizon_days);
        let sustained_days = outcome.sustained_days.min(last_day.unwrap_or(horizon_days));
        writeln!(out, "sustained_days = {sustained_days}")?;
        if let Some(day) = last_day {
            writeln!(out, "by = 2030-01-{day:02}")?;
        }
    }
    if let Some(percent) = correlation {
        write_correlations(out, f64::from(percent) / 100.0, variables, actors)?;
    }
    Ok(text)
}

fn write_variable(
    out: &mut String,
    name: &str,
    variable: &Variable,
    context: &Context,
) -> fmt::Result {
    let (min, max) = BOUNDS[variable.bounds];
    writeln!(out, "[variables.{name}]\nmin = {min:?}\nmax = {max:?}")?;
    writeln!(
        out,
        "initial = {}",
        variable.initial.text(min, max, context)
    )?;
    if let Some((baseline, reversion)) = &variable.pull {
        writeln!(out, "baseline = {}", baseline.text(min, max, context))?;
        writeln!(out, "reversion = {}", reversion.text(0.0, 1.0, context))?;
    }
    if let Some(volatility) = &variable.volatility {
        let text = volatility.text(0.0, 0.2 * (max - min), context);
        writeln!(out, "volatility = {text}")?;
    }
    Ok(())
}

/// Writes the indicators, each of which may use those before it, and gives what all others may
/// use.
fn write_indicators<'a>(
    out: &mut String,
    indicators: &[Indicator],
    context: &Context<'a>,
) -> Result<Context<'a>, fmt::Error> {
    let mut context = context.clone();
    if !indicators.is_empty() {
        writeln!(out, "[indicators]")?;
    }
    for (name, indicator) in INDICATORS.iter().zip(indicators) {
        let (text, is_number) = match indicator {
            Indicator::Number(tree) => (tree.text(&context), true),
            Indicator::Condition(tree) => (tree.text(&context), false),
        };
        writeln!(out, "{name} = \"{text}\"")?;
        context.indicators.push((name, is_number));
    }
    Ok(context)
}

fn write_actor(out: &mut String, name: &str, actor: &Actor, context: &Context) -> fmt::Result {
    let (sharpness, precision) = &actor.precision;
    writeln!(out, "[actors.{name}]")?;
    writeln!(
        out,
        "precision = {}",
        precision.text(0.0, *sharpness, context)
    )?;
    if let Some(tempo) = &actor.tempo {
        writeln!(out, "tempo = {}", tempo.text(0.0, 1.0, context))?;
    }
    for (goal_name, (weight, goal)) in ["want", "aim", "need"].iter().zip(&actor.imperatives) {
        writeln!(out, "[actors.{name}.imperatives.{goal_name}]")?;
        writeln!(out, "weight = {}", weight.text(0.0, 2.0, context))?;
        writeln!(out, "goal = \"{}\"", goal.text(context))?;
    }
    Ok(())
}

fn write_mind(
    out: &mut String,
    name: &str,
    actor: &Actor,
    (n_actors, variables): (usize, &[Variable]),
    context: &Context,
) -> fmt::Result {
    let mut lines = String::new();
    if let Some((aversion, risk)) = &actor.risk {
        writeln!(lines, "risk = {}", risk.text(-aversion, *aversion, context))?;
    }
    if let Some((whom, insight)) = &actor.anticipates {
        let others = ACTORS[..n_actors].iter().zip(whom);
        let others: Vec<&str> = others
            .filter(|(other, is_meant)| **is_meant && **other != name)
            .map(|(other, _)| *other)
            .collect();
        writeln!(lines, "anticipates = {others:?}")?;
        writeln!(lines, "insight = {}", insight.text(0.0, 1.0, context))?;
    }
    let mut seen = Vec::new();
    for (variable, sight) in &actor.perceives {
        let variable = variable % variables.len();
        if seen.contains(&variable) {
            continue;
        }
        seen.push(variable);
        let (min, max) = BOUNDS[variables[variable].bounds];
        let parts = match sight {
            Sight::Late(days, noise) => {
                let noise = noise.as_ref().map(|noise| {
                    format!(", noise = {}", noise.text(0.0, 0.1 * (max - min), context))
                });
                format!("delay_days = {days}{}", noise.unwrap_or_default())
            }
            Sight::Hidden(belief) => {
                let belief = belief
                    .as_ref()
                    .map(|belief| format!(", belief = {}", belief.text(min, max, context)));
                format!("hidden = true{}", belief.unwrap_or_default())
            }
        };
        writeln!(lines, "perceives.{} = {{ {parts} }}", VARIABLES[variable])?;
    }
    // They belong before the tables of the imperatives.
    let header = format!("[actors.{name}]\n");
    let place = out.find(&header).map_or(out.len(), |at| at + header.len());
    out.insert_str(place, &lines);
    Ok(())
}

/// Correlates shocks, and what is not known, in pairs.
fn write_correlations(
    out: &mut String,
    coefficient: f64,
    variables: &[Variable],
    actors: &[Actor],
) -> fmt::Result {
    let rows = VARIABLES.iter().zip(variables);
    let shocked = rows
        .clone()
        .filter(|(_, variable)| variable.volatility.is_some());
    let shocked: Vec<&str> = shocked.map(|(name, _)| *name).collect();
    let is_drawn = |quantity: &Quantity| matches!(quantity, Quantity::Drawn(..));
    let mut drawn: Vec<String> = rows
        .filter(|(_, variable)| is_drawn(&variable.initial))
        .map(|(name, _)| format!("variables.{name}.initial"))
        .collect();
    for (name, actor) in ACTORS.iter().zip(actors) {
        if is_drawn(&actor.precision.1) {
            drawn.push(format!("actors.{name}.precision"));
        }
    }
    for pair in shocked.chunks_exact(2) {
        writeln!(out, "[[correlations]]\nshocks = {pair:?}")?;
        writeln!(out, "coefficient = {coefficient:?}")?;
    }
    // Three in a chain, as far as there are; a chain of weaker links is always possible.
    for (link, pair) in drawn.windows(2).enumerate() {
        if link % 3 != 2 {
            writeln!(out, "[[correlations]]\nbetween = {pair:?}")?;
            writeln!(out, "coefficient = {:?}", 0.7 * coefficient)?;
        }
    }
    Ok(())
}

fn write_action(
    out: &mut String,
    action: &Action,
    variables: &[Variable],
    context: &Context,
) -> fmt::Result {
    writeln!(out, "track = \"{}\"", TRACKS[action.track])?;
    if let Some(requires) = &action.requires {
        writeln!(out, "requires = \"{}\"", requires.text(context))?;
    }
    if let Some(success) = &action.success {
        writeln!(out, "success = {}", success.text(0.0, 1.0, context))?;
    }
    if let Some(cost) = &action.appeal_and_cost.0 {
        writeln!(out, "cost = {}", cost.text(-0.01, 0.03, context))?;
    }
    if let Some(appeal) = &action.appeal_and_cost.1 {
        writeln!(out, "appeal = {}", appeal.text(-0.02, 0.02, context))?;
    }
    if let Some(odds) = &action.odds {
        writeln!(out, "daily_odds = {}", odds.text(0.0, 2.0, context))?;
    }
    writeln!(out, "cooldown_days = {}", action.cooldown_days)?;
    write_limit(out, action.limit)?;
    write_effects(out, "effects", &action.effects.0, variables, context)?;
    write_effects(
        out,
        "failure_effects",
        &action.effects.1,
        variables,
        context,
    )?;
    write_timing(out, action.timing)
}

fn write_limit(out: &mut String, limit: Option<u16>) -> fmt::Result {
    match limit {
        Some(limit) => writeln!(out, "limit = {limit}"),
        None => Ok(()),
    }
}

fn write_timing(out: &mut String, (delay_days, over_days): (u16, u16)) -> fmt::Result {
    writeln!(out, "delay_days = {delay_days}\nover_days = {over_days}")
}

/// Each variable at most once.
fn write_effects(
    out: &mut String,
    key: &str,
    effects: &Effects,
    variables: &[Variable],
    context: &Context,
) -> fmt::Result {
    let mut parts: Vec<String> = Vec::new();
    let mut used = Vec::new();
    for (variable, amount) in effects {
        let variable = variable % variables.len();
        if used.contains(&variable) {
            continue;
        }
        used.push(variable);
        let (min, max) = BOUNDS[variables[variable].bounds];
        let most = 0.3 * (max - min);
        let text = amount.text(-most, most, context);
        parts.push(format!("{} = {text}", VARIABLES[variable]));
    }
    if parts.is_empty() {
        return Ok(());
    }
    writeln!(out, "{key} = {{ {} }}", parts.join(", "))
}
