//! `[scenario]`: the days that are lived, and who moves when.

use super::super::document::{Item, Node};
use super::super::fields::{Field, SCENARIO};
use super::super::limits;
use super::super::model::Moves;
use super::Reader;
use super::section::{Section, wrong_kind};
use crate::base::index::{ActorId, Id};
use jiff::ToSpan;
use jiff::civil::Date;

/// The fields of `[scenario]`.
pub(super) struct Frame {
    pub title: String,
    pub note: Option<String>,
    pub start: Option<Date>,
    pub horizon_days: u16,
    pub moves: Moves,
}

impl Reader<'_> {
    /// Reads `[scenario]`.
    pub(super) fn frame(&mut self, root: &Section<'_, '_>) -> Frame {
        let broken = Frame {
            title: String::new(),
            note: None,
            start: None,
            horizon_days: limits::HORIZON_DAYS as u16,
            moves: Moves::Simultaneous,
        };
        let (_, Some(node)) = root.find("scenario") else {
            return broken;
        };
        let path = "scenario".to_owned();
        let Some(section) = Section::open(node, &SCENARIO, path, self.findings) else {
            return broken;
        };
        let horizon = self.whole(&section, "horizon_days");
        let horizon_days = horizon.map_or(broken.horizon_days, |days| days as u16);
        let start = self.date(&section, "start").map(|(start, span)| {
            if start.checked_add(i64::from(horizon_days).days()).is_err() {
                let message = "the last day lies beyond the calendar";
                self.findings
                    .error("out-of-range", span, message, "begin earlier");
            }
            start
        });
        Frame {
            title: self.text(&section, "title").unwrap_or_default(),
            note: self.text(&section, "note"),
            start,
            horizon_days,
            moves: self.moves(&section),
        }
    }

    fn moves(&mut self, section: &Section<'_, '_>) -> Moves {
        let sequential = self.word(section, "moves") == Some("sequential");
        let (field, node) = section.find("order");
        match (sequential, node) {
            (true, Some(node)) => Moves::Sequential(self.order_of_moves(node, field)),
            (true, None) => {
                let (_, moves) = section.find("moves");
                let message = "sequential moves need an `order`";
                let hint = "add `order = [\"…\", \"…\"]` with every actor once";
                let place = moves.map_or(section.span(), |node| node.span);
                self.findings.error("missing-key", place, message, hint);
                Moves::Simultaneous
            }
            (false, Some(node)) => {
                let message = "`order` has no meaning where moves are simultaneous";
                let hint = "add `moves = \"sequential\"`, or remove `order`";
                self.findings
                    .error("contradiction", node.span, message, hint);
                Moves::Simultaneous
            }
            (false, None) => Moves::Simultaneous,
        }
    }

    /// The order of sequential moves: every actor once.
    fn order_of_moves(&mut self, node: &Node<'_>, field: &Field) -> Vec<ActorId> {
        let mut order = Vec::new();
        let Item::List(nodes) = &node.item else {
            wrong_kind(node, field, "a list of actors", self.findings);
            return order;
        };
        let mut seen = vec![false; self.names.actors.len()];
        let mut sound = true;
        for one in nodes.iter().take(limits::ACTORS + 1) {
            let Some(id) = self.actor_named(one, field) else {
                sound = false;
                continue;
            };
            if std::mem::replace(&mut seen[id.index()], true) {
                let message = "this actor is already in the order";
                self.findings
                    .error("duplicate-name", one.span, message, "each moves once a day");
                sound = false;
            }
            order.push(id);
        }
        let mut missing = self.names.actors.iter().filter(|(_, id)| !seen[id.index()]);
        if let Some((name, _)) = missing.next().filter(|_| sound) {
            let others = match missing.count() {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            let message = format!("the order leaves out `{name}`{others}");
            self.findings
                .error("missing-key", node.span, message, "name every actor once");
        }
        order
    }
}
