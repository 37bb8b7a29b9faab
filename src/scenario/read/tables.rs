//! The tables of a file one by one: their fields, and what must agree between fields.

use super::super::document::{Item, Node, Table};
use super::super::fields::{
    ACTION, ACTOR, EVENT, Field, IMPERATIVE, OUTCOME, RESOLUTION, TableRule, VARIABLE,
};
use super::super::limits;
use super::super::model::{
    Action, Actor, Answer, Condition, ConditionExpression, Domain, Effect, Event, Imperative,
    Outcome, Quantity, Resolution, Timing, Variable,
};
use super::super::names::{self, Named, Quantified};
use super::Reader;
use super::quantity::BROKEN;
use super::section::{Section, expect_table, wrong_kind};
use crate::base::index::{ActorId, Id};
use jiff::ToSpan;

/// The bounds of quantities that are not a variable's.
pub(super) const NO_BOUNDS: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// What stands in for a table that is broken.
static NO_KEYS: Table<'static> = Table(Vec::new());

impl Reader<'_> {
    /// The actor that a text names.
    pub(super) fn actor_named(&mut self, node: &Node<'_>, field: &Field) -> Option<ActorId> {
        let Item::Text(name, _) = &node.item else {
            if !matches!(node.item, Item::Broken) {
                wrong_kind(node, field, "the name of an actor in quotes", self.findings);
            }
            return None;
        };
        if let Some(id) = self.names.actors.get(&**name) {
            return Some(*id);
        }
        let known = self.names.actors.keys().map(String::as_str);
        let hint = match self.findings.nearest(name, known) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("add a table `[actors.{}]`", name.escape_debug()),
        };
        let message = format!("there is no actor `{}`", name.escape_debug());
        self.findings
            .error("unknown-name", node.span, message, hint);
        None
    }

    /// Opens a named table; where it is none, that is reported and `None`.
    fn open<'d, 't>(
        &mut self,
        one: &Named<'d, 't>,
        rule: &'static TableRule,
        parent: &str,
    ) -> Option<Section<'d, 't>> {
        let path = format!("{parent}.{}", one.name);
        Section::open(&one.entry.value, rule, path, self.findings)
    }

    /// Reads `[variables.…]`.
    pub(super) fn variable(&mut self, one: &Named<'_, '_>) -> Variable {
        let Some(section) = self.open(one, &VARIABLE, "variables") else {
            return broken_variable(one.name);
        };
        let bounds = self.bounds(&section);
        let reversion = self.quantity(&section, "reversion", NO_BOUNDS);
        let baseline = self.quantity(&section, "baseline", bounds);
        if let (Some(given), None) = (&reversion, &baseline) {
            let place = given.span.unwrap_or(section.span());
            let message = "there is no `baseline` that it could return to";
            self.findings.error(
                "missing-key",
                place,
                message,
                "add, for instance, `baseline = 0.5`",
            );
        }
        Variable {
            name: one.name.to_owned(),
            label: self.label(&section, one.name),
            initial: self
                .quantity(&section, "initial", bounds)
                .unwrap_or_else(|| stand_in(section.path_of("initial"))),
            baseline,
            reversion,
            volatility: self.quantity(&section, "volatility", NO_BOUNDS),
            min: bounds.0,
            max: bounds.1,
        }
    }

    /// `min` and `max` of a variable; infinite where they are broken, so that nothing else is
    /// reported on their account.
    fn bounds(&mut self, section: &Section<'_, '_>) -> (f64, f64) {
        let mut read = |key: &str, default: f64| {
            let (field, node) = section.find(key);
            let Some(node) = node else {
                return Some(default);
            };
            if let Item::Whole(_) | Item::Real(_) = node.item {
                return super::quantity::number(node, self.findings);
            }
            wrong_kind(node, field, "a number", self.findings);
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
        let message = format!("`min` is {min} and `max` is {max}");
        let hint = "`max` must be greater; without them the bounds are 0 and 1";
        self.findings.error("out-of-range", place, message, hint);
        NO_BOUNDS
    }

    /// Reads `[actors.…]`.
    pub(super) fn actor(&mut self, one: &Named<'_, '_>) -> Actor {
        let section = self.open(one, &ACTOR, "actors");
        let section =
            section.unwrap_or_else(|| Section::stand_in(&one.entry.value, &NO_KEYS, &ACTOR));
        let (field, node) = section.find("imperatives");
        let mut imperatives = Vec::new();
        if let Some(node) = node {
            expect_table(node, field, self.findings);
            if let Item::Table(table) = &node.item {
                let most = limits::IMPERATIVES_PER_ACTOR;
                let path = section.path_of("imperatives");
                for one in names::named_in(table, "imperatives", most, self.findings) {
                    imperatives.extend(self.imperative(&one, &path));
                }
            }
        }
        Actor {
            name: one.name.to_owned(),
            label: self.label(&section, one.name),
            precision: self.quantity_or_stand_in(&section, "precision"),
            tempo: self.quantity_or_stand_in(&section, "tempo"),
            risk: self.quantity(&section, "risk", NO_BOUNDS),
            anticipates: self.anticipates(&section, one.name),
            insight: self.quantity_or_stand_in(&section, "insight"),
            perceives: self.perceives(&section),
            imperatives,
        }
    }

    fn imperative(&mut self, one: &Named<'_, '_>, parent: &str) -> Option<Imperative> {
        let section = self.open(one, &IMPERATIVE, parent)?;
        Some(Imperative {
            name: one.name.to_owned(),
            label: self.label(&section, one.name),
            weight: self.quantity_or_stand_in(&section, "weight"),
            goal: self.goal(&section, "goal"),
        })
    }

    /// Reads `[actions.…]`.
    pub(super) fn action(&mut self, one: &Named<'_, '_>) -> Action {
        let section = self.open(one, &ACTION, "actions");
        let section =
            section.unwrap_or_else(|| Section::stand_in(&one.entry.value, &NO_KEYS, &ACTION));
        let (field, node) = section.find("actor");
        let actor = node.and_then(|node| self.actor_named(node, field));
        Action {
            name: one.name.to_owned(),
            actor: actor.unwrap_or(ActorId::new(0)),
            track: self.name(&section, "track").unwrap_or_default(),
            label: self.label(&section, one.name),
            requires: self.condition(&section, "requires"),
            success: self.quantity_or_stand_in(&section, "success"),
            cost: self.quantity_or_stand_in(&section, "cost"),
            appeal: self.quantity_or_stand_in(&section, "appeal"),
            daily_odds: self.quantity_or_stand_in(&section, "daily_odds"),
            cooldown_days: self.whole(&section, "cooldown_days").unwrap_or(0) as u16,
            limit: self.whole(&section, "limit").map(|limit| limit as u32),
            effects: self.effects(&section, "effects"),
            failure_effects: self.effects(&section, "failure_effects"),
            timing: self.timing(&section),
        }
    }

    /// Reads `[events.…]`.
    pub(super) fn event(&mut self, one: &Named<'_, '_>) -> Event {
        let section = self.open(one, &EVENT, "events");
        let section =
            section.unwrap_or_else(|| Section::stand_in(&one.entry.value, &NO_KEYS, &EVENT));
        Event {
            name: one.name.to_owned(),
            label: self.label(&section, one.name),
            hazard: self.quantity_or_stand_in(&section, "hazard"),
            limit: self.whole(&section, "limit").map(|limit| limit as u32),
            effects: self.effects(&section, "effects"),
            timing: self.timing(&section),
        }
    }

    fn timing(&mut self, section: &Section<'_, '_>) -> Timing {
        Timing {
            delay_days: self.whole(section, "delay_days").unwrap_or(0) as u16,
            over_days: self.whole(section, "over_days").unwrap_or(1) as u16,
        }
    }

    /// `{ variable = amount, … }`.
    fn effects(&mut self, section: &Section<'_, '_>, key: &str) -> Vec<Effect> {
        let (field, node) = section.find(key);
        let mut effects = Vec::new();
        let Some(node) = node else {
            return effects;
        };
        let Item::Table(table) = &node.item else {
            wrong_kind(
                node,
                field,
                "a table of variables and amounts",
                self.findings,
            );
            return effects;
        };
        if let Some(entry) = table.0.get(limits::EFFECTS_PER_LIST) {
            let message = format!("there are more than {} effects", limits::EFFECTS_PER_LIST);
            self.findings.error(
                "too-many",
                entry.key_span,
                message,
                "leave out the smallest",
            );
        }
        let path = section.path_of(key);
        for entry in table.0.iter().take(limits::EFFECTS_PER_LIST) {
            let amount = self.value(&entry.value, (&entry.key, "0.05"), Domain::Real, true);
            let Some(Quantified::Variable(variable)) = self.names.quantified.get(&*entry.key)
            else {
                self.not_a_variable(&entry.key, entry.key_span);
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

    pub(super) fn not_a_variable(&mut self, name: &str, place: crate::base::diagnostic::Span) {
        if self.names.quantified.contains_key(name) {
            let message = format!("`{name}` is an indicator, which follows from variables");
            let hint = "name the variables that it is made of";
            self.findings.error("unknown-name", place, message, hint);
            return;
        }
        let variables = self.names.quantified.iter();
        let known = variables.filter(|(_, what)| matches!(what, Quantified::Variable(_)));
        let hint = match self
            .findings
            .nearest(name, known.map(|(name, _)| name.as_str()))
        {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add a table `[variables.{}]`", name.escape_debug()),
        };
        let message = format!("there is no variable `{}`", name.escape_debug());
        self.findings.error("unknown-name", place, message, hint);
    }

    /// Reads `[outcomes.…]`.
    pub(super) fn outcome(&mut self, one: &Named<'_, '_>) -> Outcome {
        let section = self.open(one, &OUTCOME, "outcomes");
        let section =
            section.unwrap_or_else(|| Section::stand_in(&one.entry.value, &NO_KEYS, &OUTCOME));
        let sustained_days = self.whole(&section, "sustained_days").unwrap_or(1) as u16;
        let last_day = self.last_day(&section);
        if sustained_days > last_day {
            let (_, node) = section.find("sustained_days");
            let message = format!("{sustained_days} days running do not fit into {last_day} days");
            let place = node.map_or(section.span(), |node| node.span);
            let hint = "shorten it, or let more days count";
            self.findings.error("out-of-range", place, message, hint);
        }
        let (_, resolution) = section.find("resolution");
        Outcome {
            name: one.name.to_owned(),
            label: self.label(&section, one.name),
            question: self.text(&section, "question").unwrap_or_default(),
            criterion: self.text(&section, "criterion"),
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

    /// The day of `by`, or the last that is lived.
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
        let message = format!("this date is not among the days that are lived, {start} to {end}");
        let hint = "choose one of these days, or change `horizon_days`";
        self.findings.error("out-of-range", span, message, hint);
        horizon_days
    }

    fn resolution(&mut self, node: &Node<'_>, outcome: &Section<'_, '_>) -> Option<Resolution> {
        let path = outcome.path_of("resolution");
        let section = Section::open(node, &RESOLUTION, path, self.findings)?;
        let date = self.date(&section, "date").map(|(date, _)| date);
        let source = self.text(&section, "source");
        let answer = match self.word(&section, "answer")? {
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

    fn quantity_or_stand_in(&mut self, section: &Section<'_, '_>, key: &str) -> Quantity {
        self.quantity(section, key, NO_BOUNDS)
            .unwrap_or_else(|| stand_in(section.path_of(key)))
    }
}

fn stand_in(path: String) -> Quantity {
    Quantity {
        path,
        span: None,
        domain: Domain::Real,
        value: BROKEN,
    }
}

fn broken_variable(name: &str) -> Variable {
    Variable {
        name: name.to_owned(),
        label: name.to_owned(),
        initial: stand_in(format!("variables.{name}.initial")),
        baseline: None,
        reversion: None,
        volatility: None,
        min: 0.0,
        max: 1.0,
    }
}
