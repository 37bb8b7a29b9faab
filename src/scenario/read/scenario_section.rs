//! Reads `[scenario]`: title, time frame and order of moves.

use super::super::document::{TomlItem, TomlValue};
use super::super::fields::{Field, SCENARIO};
use super::super::limits;
use super::super::model::MoveOrder;
use super::reader::Reader;
use super::section::{Section, report_wrong_type};
use crate::base::index::{ActorId, Id};
use jiff::ToSpan;
use jiff::civil::Date;

/// The values of `[scenario]`.
pub(super) struct ScenarioSection {
    pub title: String,
    pub note: Option<String>,
    pub start: Option<Date>,
    pub horizon_days: u16,
    pub moves: MoveOrder,
}

impl Reader<'_> {
    /// Reads `[scenario]`, with placeholders for invalid values.
    pub(super) fn scenario_section(&mut self, root: &Section<'_, '_>) -> ScenarioSection {
        let placeholder = ScenarioSection {
            title: String::new(),
            note: None,
            start: None,
            horizon_days: limits::HORIZON_DAYS as u16,
            moves: MoveOrder::Simultaneous,
        };
        let (_, Some(node)) = root.find("scenario") else {
            return placeholder;
        };
        let path = "scenario".to_owned();
        let Some(section) = Section::open(node, &SCENARIO, path, self.sink) else {
            return placeholder;
        };
        let horizon = self.integer(&section, "horizon_days");
        let horizon_days = horizon.map_or(placeholder.horizon_days, |days| days as u16);
        let start = self.date(&section, "start").map(|(start, span)| {
            // Day 1 is the start.
            let n_days_after = i64::from(horizon_days) - 1;
            if start.checked_add(n_days_after.days()).is_err() {
                let message = "the last day is after the year 9999";
                let hint = "choose an earlier `start`, or a shorter `horizon_days`";
                self.sink.error("out-of-range", span, message, hint);
            }
            start
        });
        ScenarioSection {
            title: self.string(&section, "title").unwrap_or_default(),
            note: self.string(&section, "note"),
            start,
            horizon_days,
            moves: self.moves(&section),
        }
    }

    fn moves(&mut self, section: &Section<'_, '_>) -> MoveOrder {
        let sequential = self.choice(section, "moves") == Some("sequential");
        let (field, node) = section.find("order");
        match (sequential, node) {
            (true, Some(node)) => MoveOrder::Sequential(self.order_of_moves(node, field)),
            (true, None) => {
                let (_, moves) = section.find("moves");
                let message = "sequential moves need an `order`";
                let actors = self.names.actors.keys();
                let actors: Vec<_> = actors.map(|name| format!("\"{name}\"")).collect();
                let hint = format!("list every actor once: `order = [{}]`", actors.join(", "));
                let place = moves.map_or(section.span(), |node| node.span);
                self.sink.error("missing-key", place, message, hint);
                MoveOrder::Simultaneous
            }
            (false, Some(node)) => {
                let message = "`order` is given, but moves are simultaneous";
                let hint = "add `moves = \"sequential\"`, or remove `order`";
                self.sink
                    .error("conflicting-keys", node.span, message, hint);
                MoveOrder::Simultaneous
            }
            (false, None) => MoveOrder::Simultaneous,
        }
    }

    /// Reads the order of sequential moves, which lists every actor once.
    fn order_of_moves(&mut self, node: &TomlValue<'_>, field: &Field) -> Vec<ActorId> {
        let mut order = Vec::new();
        let TomlItem::Array(nodes) = &node.item else {
            report_wrong_type(node, field, "an array of actor names", self.sink);
            return order;
        };
        let mut seen = vec![false; self.names.actors.len()];
        let mut is_valid = true;
        for one in nodes.iter().take(limits::ACTORS + 1) {
            let Some(id) = self.actor_named(one, field) else {
                is_valid = false;
                continue;
            };
            if std::mem::replace(&mut seen[id.index()], true) {
                let message = "this actor is listed twice in `order`";
                self.sink
                    .error("duplicate-name", one.span, message, "list each actor once");
                is_valid = false;
            }
            order.push(id);
        }
        let mut missing = self.names.actors.iter().filter(|(_, id)| !seen[id.index()]);
        if let Some((name, _)) = missing.next().filter(|_| is_valid) {
            let others = match missing.count() {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            let message = format!("`order` does not list `{name}`{others}");
            self.sink
                .error("missing-key", node.span, message, "list every actor once");
        }
        order
    }
}
