//! Reads the anticipated actors and the perceptions of an actor.

use super::super::document::{TomlEntry, TomlItem, TomlValue};
use super::super::fields::PERCEPTION;
use super::super::limits;
use super::super::model::{Perception, PerceptionKind};
use super::super::names::ValueId;
use super::reader::Reader;
use super::section::{Section, expect_table, report_wrong_type};
use crate::base::diagnostic::Diagnostic;
use crate::base::index::{ActorId, Id};

impl Reader<'_> {
    /// Reads the actors that the actor `actor_name` anticipates.
    pub(super) fn anticipates(
        &mut self,
        section: &Section<'_, '_>,
        actor_name: &str,
    ) -> Vec<ActorId> {
        let (field, node) = section.find("anticipates");
        let mut others = Vec::new();
        let Some(node) = node else {
            return others;
        };
        let TomlItem::Array(nodes) = &node.item else {
            report_wrong_type(node, field, "an array of actor names", self.sink);
            return others;
        };
        if let Some(node) = nodes.get(limits::ANTICIPATED_ACTORS) {
            let max = limits::ANTICIPATED_ACTORS;
            let message = format!(
                "{} anticipated actors exceed the limit of {max}",
                nodes.len()
            );
            let hint = "keep those whose responses matter most";
            self.sink.error("too-many", node.span, message, hint);
        }
        for node in nodes.iter().take(limits::ANTICIPATED_ACTORS) {
            let Some(id) = self.actor_named(node, field) else {
                continue;
            };
            if self.names.actors.get(actor_name) == Some(&id) {
                let message = format!("`{actor_name}` cannot anticipate itself");
                let hint = "name other actors";
                self.sink.error("self-reference", node.span, message, hint);
            } else if others.contains(&id) {
                let message = "this actor is listed twice in `anticipates`";
                self.sink
                    .error("duplicate-name", node.span, message, "list each actor once");
            } else {
                others.push(id);
            }
        }
        others
    }

    /// Reads the perceptions of an actor, at most one per variable.
    pub(super) fn perceives(&mut self, section: &Section<'_, '_>) -> Vec<Perception> {
        let (field, node) = section.find("perceives");
        let Some(node) = node else {
            return Vec::new();
        };
        expect_table(node, field, self.sink);
        let TomlItem::Table(table) = &node.item else {
            return Vec::new();
        };
        if let Some(entry) = table.0.get(limits::VARIABLES) {
            let message = format!("there are more than {} perceptions", limits::VARIABLES);
            let hint = "remove the perceptions that are exact";
            self.sink.error("too-many", entry.key_span, message, hint);
        }
        let path = section.path_of("perceives");
        let entries = table.0.iter().take(limits::VARIABLES);
        entries
            .filter_map(|entry| self.perception(entry, &path))
            .collect()
    }

    /// Reads the perception of one variable; `None` if it is exact or invalid.
    fn perception(&mut self, entry: &TomlEntry<'_>, parent: &str) -> Option<Perception> {
        let path = format!("{parent}.{}", entry.key);
        let section = Section::open(&entry.value, &PERCEPTION, path, self.sink);
        let Some(ValueId::Variable(variable)) = self.names.values.get(&*entry.key) else {
            self.report_unknown_variable(&entry.key, entry.key_span);
            return None;
        };
        let (variable, section) = (*variable, section?);
        let bounds = self.bounds[variable.index()];
        let delay_days = self.integer(&section, "delay_days").unwrap_or(0) as u16;
        let noise = self.quantity(&section, "noise", super::tables::NO_BOUNDS);
        let belief = self.quantity(&section, "belief", bounds);
        let hidden = self.boolean(&section, "hidden");
        if hidden == Some(true) {
            for key in ["delay_days", "noise"] {
                if let (_, Some(node)) = section.find(key) {
                    let message = format!("`{key}` has no effect on a hidden variable");
                    let hint = format!("remove `{key}`, or remove `hidden = true`");
                    self.sink
                        .error("conflicting-keys", node.span, message, hint);
                }
            }
            return Some(Perception {
                variable,
                kind: PerceptionKind::Hidden { belief },
            });
        }
        if let (None, (_, Some(node))) = (hidden, section.find("belief")) {
            let message = "`belief` needs `hidden = true`";
            let hint = "add `hidden = true`, or remove `belief`";
            self.sink
                .error("conflicting-keys", node.span, message, hint);
            return None;
        }
        // An explicit `hidden = false` disables a belief, so that `--set` can switch it off.
        self.unused_quantities
            .extend(belief.map(|belief| belief.path));
        if delay_days == 0 && noise.is_none() {
            let message = format!(
                "`{}` is perceived exactly, so this table has no effect",
                entry.key
            );
            let hint = "add `delay_days`, `noise` or `hidden = true`, or remove the table";
            let warning = Diagnostic::warning("redundant-perception", entry.key_span, message);
            self.warnings.push(warning.hint(hint));
            return None;
        }
        Some(Perception {
            variable,
            kind: PerceptionKind::Observed { delay_days, noise },
        })
    }

    /// Reads a boolean; `None` if the key is absent.
    fn boolean(&mut self, section: &Section<'_, '_>, key: &str) -> Option<bool> {
        let (field, node) = section.find(key);
        match node? {
            TomlValue {
                item: TomlItem::Boolean(value),
                ..
            } => Some(*value),
            node => {
                report_wrong_type(node, field, "`true` or `false`", self.sink);
                None
            }
        }
    }
}
