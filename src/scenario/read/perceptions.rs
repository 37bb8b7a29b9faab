//! Whom an actor reckons with, and what it sees otherwise than it is.

use super::super::document::{Entry, Item, Node};
use super::super::fields::PERCEPTION;
use super::super::limits;
use super::super::model::{Perception, Sight};
use super::super::names::Quantified;
use super::Reader;
use super::section::{Section, expect_table, wrong_kind};
use crate::base::diagnostic::Diagnostic;
use crate::base::index::{ActorId, Id};

impl Reader<'_> {
    /// Those whose replies the actor `own` reckons with.
    pub(super) fn anticipates(&mut self, section: &Section<'_, '_>, own: &str) -> Vec<ActorId> {
        let (field, node) = section.find("anticipates");
        let mut others = Vec::new();
        let Some(node) = node else {
            return others;
        };
        let Item::List(nodes) = &node.item else {
            wrong_kind(node, field, "a list of actors", self.findings);
            return others;
        };
        if let Some(one) = nodes.get(limits::ANTICIPATED_ACTORS) {
            let most = limits::ANTICIPATED_ACTORS;
            let message = format!(
                "there are {} actors here, and {most} is the limit",
                nodes.len()
            );
            let hint = "name those whose replies matter most";
            self.findings.error("too-many", one.span, message, hint);
        }
        for one in nodes.iter().take(limits::ANTICIPATED_ACTORS) {
            let Some(id) = self.actor_named(one, field) else {
                continue;
            };
            if self.names.actors.get(own) == Some(&id) {
                let message = format!("`{own}` is the actor itself");
                let hint = "name others: what it does next is its own to decide";
                self.findings
                    .error("self-reference", one.span, message, hint);
            } else if others.contains(&id) {
                let message = "this actor is named already";
                self.findings
                    .error("duplicate-name", one.span, message, "name each once");
            } else {
                others.push(id);
            }
        }
        others
    }

    /// What an actor sees otherwise than it is; at most one perception of each variable.
    pub(super) fn perceives(&mut self, section: &Section<'_, '_>) -> Vec<Perception> {
        let (field, node) = section.find("perceives");
        let Some(node) = node else {
            return Vec::new();
        };
        expect_table(node, field, self.findings);
        let Item::Table(table) = &node.item else {
            return Vec::new();
        };
        if let Some(entry) = table.0.get(limits::VARIABLES) {
            let message = format!("there are more than {} perceptions", limits::VARIABLES);
            let hint = "name each variable once, and only what is not seen as it is";
            self.findings
                .error("too-many", entry.key_span, message, hint);
        }
        let path = section.path_of("perceives");
        let entries = table.0.iter().take(limits::VARIABLES);
        entries
            .filter_map(|entry| self.perception(entry, &path))
            .collect()
    }

    /// How an actor sees one variable; `None` where it sees it as it is, or where that is broken.
    fn perception(&mut self, entry: &Entry<'_>, parent: &str) -> Option<Perception> {
        let path = format!("{parent}.{}", entry.key);
        let section = Section::open(&entry.value, &PERCEPTION, path, self.findings);
        let Some(Quantified::Variable(variable)) = self.names.quantified.get(&*entry.key) else {
            self.not_a_variable(&entry.key, entry.key_span);
            return None;
        };
        let (variable, section) = (*variable, section?);
        let bounds = self.bounds[variable.index()];
        let delay_days = self.whole(&section, "delay_days").unwrap_or(0) as u16;
        let noise = self.quantity(&section, "noise", super::tables::NO_BOUNDS);
        let belief = self.quantity(&section, "belief", bounds);
        let hidden = self.truth(&section, "hidden");
        if hidden == Some(true) {
            for key in ["delay_days", "noise"] {
                if let (_, Some(node)) = section.find(key) {
                    let message = format!("`{key}` has no meaning for what is hidden");
                    let hint = "remove it, or `hidden = true`";
                    self.findings
                        .error("contradiction", node.span, message, hint);
                }
            }
            return Some(Perception {
                variable,
                sight: Sight::Hidden { belief },
            });
        }
        if let (None, (_, Some(node))) = (hidden, section.find("belief")) {
            let message = "there is a belief only about what is hidden";
            let hint = "add `hidden = true`, or remove the belief";
            self.findings
                .error("contradiction", node.span, message, hint);
            return None;
        }
        // Written out, `hidden = false` sets a belief aside, so that `--set` can switch it off.
        self.set_aside.extend(belief.map(|belief| belief.path));
        if delay_days == 0 && noise.is_none() {
            let message = format!("`{}` is seen as it is: this does nothing", entry.key);
            let hint = "write `delay_days`, `noise` or `hidden = true`, or remove the table";
            let warning = Diagnostic::warning("idle-perception", entry.key_span, message);
            self.warnings.push(warning.hint(hint));
            return None;
        }
        Some(Perception {
            variable,
            sight: Sight::Late { delay_days, noise },
        })
    }

    /// `true` or `false`; `None` where it is not given.
    fn truth(&mut self, section: &Section<'_, '_>, key: &str) -> Option<bool> {
        let (field, node) = section.find(key);
        match node? {
            Node {
                item: Item::Truth(value),
                ..
            } => Some(*value),
            node => {
                wrong_kind(node, field, "true or false", self.findings);
                None
            }
        }
    }
}
