//! Compares the deadlines in the texts of an outcome with its last day that counts.

use super::super::deadlines::{Deadline, deadlines, in_words};
use super::super::document::{TomlItem, TomlValue};
use super::super::limits;
use super::reader::Reader;
use super::section::Section;
use crate::base::diagnostic::Diagnostic;
use jiff::ToSpan;
use jiff::civil::Date;

/// How many days before the start a date is taken for background and not for a deadline.
const BACKGROUND_DAYS: i32 = 366;

impl Reader<'_> {
    /// Warns if the question, or else the criterion, names another deadline than the last day that
    /// counts. One deadline that agrees is enough: others may belong to the background.
    pub(super) fn compare_deadlines(&mut self, section: &Section<'_, '_>, last_day: u16) {
        let Some(start) = self.start else {
            return;
        };
        let last_date = start.saturating_add((i64::from(last_day) - 1).days());
        for key in ["question", "criterion"] {
            let (_, node) = section.find(key);
            let Some((node, text)) = node.and_then(text_of) else {
                continue;
            };
            let mut all = deadlines(text, last_date);
            // Of a criterion, dates before the start are background.
            let n_days = if key == "question" {
                BACKGROUND_DAYS
            } else {
                0
            };
            all.retain(|one| (start - one.last_date).get_days() <= n_days);
            if all.iter().any(|one| one.last_date == last_date) {
                return;
            }
            if let Some(deadline) = all.last() {
                let hint = self.hint_for_deadline(deadline, key, start, last_date);
                let stated = in_words(deadline.last_date);
                let says = match deadline.is_before {
                    true => {
                        let named = deadline.last_date.saturating_add(1.day());
                        format!(
                            "says before {}, so {stated} is the last day",
                            in_words(named)
                        )
                    }
                    false => format!("says {stated}"),
                };
                let message = format!(
                    "the {key} {says}, but the last day that counts is {}",
                    in_words(last_date)
                );
                let place = node.place().span(&deadline.range);
                let warning = Diagnostic::warning("deadline-differs", place, message);
                self.warnings.push(warning.hint(hint));
                return;
            }
        }
    }

    /// What to write, in the table of the outcome or in its text.
    fn hint_for_deadline(
        &self,
        deadline: &Deadline,
        key: &str,
        start: Date,
        last_date: Date,
    ) -> String {
        let in_text = match deadline.is_before {
            true => format!("before {}", in_words(last_date.saturating_add(1.day()))),
            false => in_words(last_date),
        };
        let in_text = format!("write \"{in_text}\" in the {key}");
        let day = (deadline.last_date - start).get_days() + 1;
        let horizon_days = i32::from(self.horizon_days);
        if day < 1 {
            format!("{in_text}, or choose an earlier `start`")
        } else if day <= horizon_days {
            format!(
                "write `by = {}` in this outcome, or {in_text}",
                deadline.last_date
            )
        } else if day as usize <= limits::HORIZON_DAYS as usize {
            format!(
                "write `horizon_days = {day}` in `[scenario]` and `by = {}` in this outcome, or {in_text}",
                deadline.last_date
            )
        } else {
            in_text
        }
    }
}

/// The text of a string.
fn text_of<'n, 't>(node: &'n TomlValue<'t>) -> Option<(&'n TomlValue<'t>, &'n str)> {
    match &node.item {
        TomlItem::String(text, _) => Some((node, text)),
        _ => None,
    }
}
