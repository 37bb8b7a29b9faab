//! Reads the tables of a file, with the checks between fields.

use super::super::document::{TomlItem, TomlTable, TomlValue};
use super::super::fields::{
    ACTION, ACTOR, EVENT, Field, FieldKind, IMPERATIVE, OUTCOME, RESOLUTION, TableSpec, VARIABLE,
};
use super::super::limits;
use super::super::model::{
    Action, Actor, Answer, Condition, ConditionExpression, Domain, Effect, Event, Imperative,
    Outcome, Quantity, Resolution, Timing, Variable,
};
use super::super::names::{self, NamedEntry, ValueId};
use super::super::other_tools::effect_of;
use super::quantity::PLACEHOLDER;
use super::reader::Reader;
use super::section::{Section, expect_table, number, report_wrong_type};
use crate::base::diagnostic::escaped;
use crate::base::index::{ActorId, Id};
use jiff::ToSpan;

/// The bounds of quantities that do not belong to a variable.
pub(super) const NO_BOUNDS: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// The placeholder for an invalid table.
static NO_KEYS: TomlTable<'static> = TomlTable(Vec::new());

impl Reader<'_> {
    /// Reads the name of an actor.
    pub(super) fn actor_named(&mut self, node: &TomlValue<'_>, field: &Field) -> Option<ActorId> {
        let TomlItem::String(name, _) = &node.item else {
            if matches!(field.kind, FieldKind::ActorNames { .. })
                && !matches!(node.item, TomlItem::Invalid)
            {
                let (key, is) = (field.key, node.item.describe());
                let message = format!(
                    "each entry of `{key}` must be the name of an actor in quotes, not {is}"
                );
                let hint = format!("write, for example, `{key} = {}`", field.example);
                self.sink.error("wrong-type", node.span, message, hint);
            } else if !matches!(node.item, TomlItem::Invalid) {
                report_wrong_type(node, field, "the name of an actor in quotes", self.sink);
            }
            return None;
        };
        if let Some(id) = self.names.actors.get(&**name) {
            return Some(*id);
        }
        let actors = self.names.actors.keys().map(String::as_str);
        let hint = names::hint_for_unknown(self.sink, name, actors, "actors", "\"");
        let message = format!("unknown actor `{}`", escaped(name));
        self.sink.error("unknown-name", node.span, message, hint);
        None
    }

    /// Opens a named table; reports a value that is no table and returns `None`.
    fn open<'d, 't>(
        &mut self,
        one: &NamedEntry<'d, 't>,
        spec: &'static TableSpec,
        parent: &str,
    ) -> Option<Section<'d, 't>> {
        let path = format!("{parent}.{}", one.name);
        Section::open(&one.entry.value, spec, path, self.sink)
    }

    pub(super) fn variable(&mut self, one: &NamedEntry<'_, '_>) -> Variable {
        let Some(section) = self.open(one, &VARIABLE, "variables") else {
            return placeholder_variable(one.name);
        };
        let bounds = self.bounds(&section);
        let reversion = self.quantity(&section, "reversion", NO_BOUNDS);
        let baseline = self.quantity(&section, "baseline", bounds);
        if let (Some(given), None) = (&reversion, &baseline) {
            let place = given.span.unwrap_or(section.span());
            let message = "`reversion` needs a `baseline`";
            self.sink.error(
                "missing-key",
                place,
                message,
                "add, for example, `baseline = 0.5`",
            );
        }
        Variable {
            name: one.name.to_owned(),
            label: self.label(&section, one.name),
            initial: self
                .quantity(&section, "initial", bounds)
                .unwrap_or_else(|| placeholder(section.path_of("initial"))),
            baseline,
            reversion,
            volatility: self.quantity(&section, "volatility", NO_BOUNDS),
            min: bounds.0,
            max: bounds.1,
        }
    }

    /// Reads `min` and `max` of a variable; infinite if they are invalid, so that no other
    /// error follows from them.
    fn bounds(&mut self, section: &Section<'_, '_>) -> (f64, f64) {
        let mut read = |key: &str, default: f64| {
            let (field, node) = section.find(key);
            let Some(node) = node else {
                return Some(default);
            };
            if let TomlItem::Integer(_) | TomlItem::Float(_) = node.item {
                return number(node, self.sink);
            }
            report_wrong_type(node, field, "a number", self.sink);
            None
        };
        let (Some(min), Some(max)) = (read("min", 0.0), read("max", 1.0)) else {
            return NO_BOUNDS;
        };
        if min < max {
            return (min, max);
        }
        let place = match (section.find("max").1, section.find("min").1) {
            (Some(node), _) | (None, Some(node)) => node.span,
            (None, None) => section.span(),
        };
        let message = format!("`min` = {min} must be less than `max` = {max}");
        let is_given = |key: &str| section.find(key).1.is_some();
        let hint = match (is_given("min"), is_given("max")) {
            (true, true) if min > max => format!("swap the two: `min = {max}` and `max = {min}`"),
            (true, true) => "write two different numbers".to_owned(),
            (true, false) => "write `max` too: without it, the largest value is 1".to_owned(),
            (false, _) => "write `min` too: without it, the smallest value is 0".to_owned(),
        };
        self.sink.error("out-of-range", place, message, hint);
        NO_BOUNDS
    }

    pub(super) fn actor(&mut self, one: &NamedEntry<'_, '_>) -> Actor {
        let section = self.open(one, &ACTOR, "actors");
        let section =
            section.unwrap_or_else(|| Section::placeholder(&one.entry.value, &NO_KEYS, &ACTOR));
        let (field, node) = section.find("imperatives");
        let mut imperatives = Vec::new();
        if let Some(node) = node {
            expect_table(node, field, self.sink);
            if let TomlItem::Table(table) = &node.item {
                let max = limits::IMPERATIVES_PER_ACTOR;
                let path = section.path_of("imperatives");
                for one in names::checked_entries(table, "imperatives", max, self.sink) {
                    imperatives.extend(self.imperative(&one, &path));
                }
            }
        }
        Actor {
            name: one.name.to_owned(),
            label: self.label(&section, one.name),
            precision: self.quantity_or_placeholder(&section, "precision"),
            tempo: self.quantity_or_placeholder(&section, "tempo"),
            risk: self.quantity(&section, "risk", NO_BOUNDS),
            anticipates: self.anticipates(&section, one.name),
            insight: self.quantity_or_placeholder(&section, "insight"),
            perceives: self.perceives(&section),
            imperatives,
        }
    }

    fn imperative(&mut self, one: &NamedEntry<'_, '_>, parent: &str) -> Option<Imperative> {
        let section = self.open(one, &IMPERATIVE, parent)?;
        Some(Imperative {
            name: one.name.to_owned(),
            label: self.label(&section, one.name),
            weight: self.quantity_or_placeholder(&section, "weight"),
            goal: self.goal(&section, "goal"),
        })
    }

    pub(super) fn action(&mut self, one: &NamedEntry<'_, '_>) -> Action {
        let section = self.open(one, &ACTION, "actions");
        let section =
            section.unwrap_or_else(|| Section::placeholder(&one.entry.value, &NO_KEYS, &ACTION));
        let (field, node) = section.find("actor");
        let actor = node.and_then(|node| self.actor_named(node, field));
        Action {
            name: one.name.to_owned(),
            actor: actor.unwrap_or(ActorId::new(0)),
            track: self.name(&section, "track").unwrap_or_default(),
            label: self.label(&section, one.name),
            requires: self.condition(&section, "requires"),
            success: self.quantity_or_placeholder(&section, "success"),
            cost: self.quantity_or_placeholder(&section, "cost"),
            appeal: self.quantity_or_placeholder(&section, "appeal"),
            daily_odds: self.quantity_or_placeholder(&section, "daily_odds"),
            cooldown_days: self.integer(&section, "cooldown_days").unwrap_or(0) as u16,
            limit: self.integer(&section, "limit").map(|limit| limit as u32),
            effects: self.effects(&section, "effects"),
            failure_effects: self.effects(&section, "failure_effects"),
            timing: self.timing(&section),
        }
    }

    pub(super) fn event(&mut self, one: &NamedEntry<'_, '_>) -> Event {
        let section = self.open(one, &EVENT, "events");
        let section =
            section.unwrap_or_else(|| Section::placeholder(&one.entry.value, &NO_KEYS, &EVENT));
        Event {
            name: one.name.to_owned(),
            label: self.label(&section, one.name),
            hazard: self.quantity_or_placeholder(&section, "hazard"),
            limit: self.integer(&section, "limit").map(|limit| limit as u32),
            effects: self.effects(&section, "effects"),
            timing: self.timing(&section),
        }
    }

    fn timing(&mut self, section: &Section<'_, '_>) -> Timing {
        Timing {
            delay_days: self.integer(section, "delay_days").unwrap_or(0) as u16,
            over_days: self.integer(section, "over_days").unwrap_or(1) as u16,
        }
    }

    /// Reads effects, `{ variable = amount, … }`.
    fn effects(&mut self, section: &Section<'_, '_>, key: &str) -> Vec<Effect> {
        let (field, node) = section.find(key);
        let mut effects = Vec::new();
        let Some(node) = node else {
            return effects;
        };
        let TomlItem::Table(table) = &node.item else {
            let effect = match &node.item {
                TomlItem::String(text, _) => effect_of(text),
                _ => None,
            };
            match effect {
                Some(effect) => {
                    let message =
                        format!("`{key}` must be a table of variables and amounts, not a string");
                    let hint = format!("write `{key} = {{ {effect} }}`");
                    self.sink.error("wrong-type", node.span, message, hint);
                }
                None => {
                    report_wrong_type(node, field, "a table of variables and amounts", self.sink);
                }
            }
            return effects;
        };
        if let Some(entry) = table.0.get(limits::EFFECTS_PER_LIST) {
            let message = format!("there are more than {} effects", limits::EFFECTS_PER_LIST);
            self.sink.error(
                "too-many",
                entry.key_span,
                message,
                "remove the smallest effects",
            );
        }
        let path = section.path_of(key);
        for entry in table.0.iter().take(limits::EFFECTS_PER_LIST) {
            let amount = self.value(&entry.value, (&entry.key, "0.05"), Domain::Real, true);
            let Some(ValueId::Variable(variable)) = self.names.values.get(&*entry.key) else {
                self.report_unknown_variable(&entry.key, entry.key_span);
                continue;
            };
            effects.push(Effect {
                variable: *variable,
                amount: Quantity {
                    path: [&path, ".", &entry.key].concat(),
                    span: Some(entry.value.span),
                    domain: Domain::Real,
                    value: amount,
                },
            });
        }
        effects
    }

    pub(super) fn report_unknown_variable(
        &mut self,
        name: &str,
        place: crate::base::diagnostic::Span,
    ) {
        if self.names.values.contains_key(name) {
            let message = format!("`{name}` is an indicator, not a variable");
            let hint = "name the variables in its expression instead";
            self.sink.error("unknown-name", place, message, hint);
            return;
        }
        let variables = self.names.values.iter();
        let known = variables.filter(|(_, what)| matches!(what, ValueId::Variable(_)));
        let known = known.map(|(name, _)| name.as_str());
        let hint = names::hint_for_unknown(self.sink, name, known, "variables", "");
        let message = format!("unknown variable `{}`", escaped(name));
        self.sink.error("unknown-name", place, message, hint);
    }

    pub(super) fn outcome(&mut self, one: &NamedEntry<'_, '_>) -> Outcome {
        let section = self.open(one, &OUTCOME, "outcomes");
        let section =
            section.unwrap_or_else(|| Section::placeholder(&one.entry.value, &NO_KEYS, &OUTCOME));
        let sustained_days = self.integer(&section, "sustained_days").unwrap_or(1) as u16;
        let last_day = self.last_day(&section);
        if sustained_days > last_day {
            let (_, node) = section.find("sustained_days");
            let (days, longer) = match last_day < self.horizon_days {
                true => ("days up to `by`", "choose a later `by`"),
                false => ("simulated days", "extend `horizon_days`"),
            };
            let message =
                format!("`sustained_days` = {sustained_days} exceeds the {last_day} {days}");
            let place = node.map_or(section.span(), |node| node.span);
            let hint = format!("write at most {last_day}, or {longer}");
            self.sink.error("out-of-range", place, message, hint);
        }
        self.compare_deadlines(&section, last_day);
        let (_, resolution) = section.find("resolution");
        Outcome {
            name: one.name.to_owned(),
            label: self.label(&section, one.name),
            question: self.string(&section, "question").unwrap_or_default(),
            criterion: self.string(&section, "criterion"),
            when: self
                .condition(&section, "when")
                .unwrap_or(ConditionExpression {
                    text: String::new(),
                    span: None,
                    tree: Condition::Constant(false),
                }),
            sustained_days,
            last_day,
            resolution: resolution.and_then(|node| self.resolution(node, &section)),
        }
    }

    /// Reads the day of `by`; defaults to the last simulated day.
    fn last_day(&mut self, section: &Section<'_, '_>) -> u16 {
        let horizon_days = self.horizon_days;
        let (Some((by, span)), Some(start)) = (self.date(section, "by"), self.start) else {
            return horizon_days;
        };
        let day = (by - start).get_days() + 1;
        if (1..=i32::from(horizon_days)).contains(&day) {
            return day as u16;
        }
        let end = start.saturating_add((i64::from(horizon_days) - 1).days());
        let message = format!("this date is outside the simulated days, {start} to {end}");
        let hint = "choose one of these days, or change `start` or `horizon_days`";
        self.sink.error("out-of-range", span, message, hint);
        horizon_days
    }

    fn resolution(
        &mut self,
        node: &TomlValue<'_>,
        outcome: &Section<'_, '_>,
    ) -> Option<Resolution> {
        let path = outcome.path_of("resolution");
        let section = Section::open(node, &RESOLUTION, path, self.sink)?;
        let date = self.date(&section, "date").map(|(date, _)| date);
        let source = self.string(&section, "source");
        let answer = match self.choice(&section, "answer")? {
            "yes" => Answer::Yes,
            "no" => Answer::No,
            _ => Answer::Annulled,
        };
        Some(Resolution {
            answer,
            date,
            source,
        })
    }

    fn quantity_or_placeholder(&mut self, section: &Section<'_, '_>, key: &str) -> Quantity {
        self.quantity(section, key, NO_BOUNDS)
            .unwrap_or_else(|| placeholder(section.path_of(key)))
    }
}

fn placeholder(path: String) -> Quantity {
    Quantity {
        path,
        span: None,
        domain: Domain::Real,
        value: PLACEHOLDER,
    }
}

fn placeholder_variable(name: &str) -> Variable {
    Variable {
        name: name.to_owned(),
        label: name.to_owned(),
        initial: placeholder(format!("variables.{name}.initial")),
        baseline: None,
        reversion: None,
        volatility: None,
        min: 0.0,
        max: 1.0,
    }
}
