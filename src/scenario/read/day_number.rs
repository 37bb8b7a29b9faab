//! Numbers of simulated days where a date belongs.

use super::super::document::{TomlItem, TomlValue};
use super::reader::Reader;
use jiff::ToSpan;

impl Reader<'_> {
    /// The hint for the number of a simulated day where its date belongs.
    pub(super) fn hint_for_day_number(&self, node: &TomlValue<'_>, key: &str) -> Option<String> {
        let day = match &node.item {
            TomlItem::Integer(day) => *day,
            TomlItem::Float(day) if *day == day.trunc() => *day as i64,
            TomlItem::String(text, _) => {
                let lower = text.to_lowercase();
                let digits = lower
                    .trim_start_matches("day")
                    .trim_start_matches([' ', '+', '_']);
                digits.trim_end_matches("days").trim_end().parse().ok()?
            }
            _ => return None,
        };
        let start = self.start?;
        if !(1..=i64::from(self.horizon_days)).contains(&day) {
            return None;
        }
        let date = start.checked_add((day - 1).days()).ok()?;
        Some(format!("write the date of day {day}: `{key} = {date}`"))
    }
}
