//! Numbers of simulated days where a date belongs.

use super::super::document::{TomlItem, TomlValue};
use super::reader::Reader;
use jiff::ToSpan;

impl Reader<'_> {
    /// The hint for the number of a simulated day where its date belongs, or for another value of `by`.
    pub(super) fn hint_for_day_number(&self, node: &TomlValue<'_>, key: &str) -> Option<String> {
        let start = self.start?;
        let date_of = |day: i64| start.checked_add((day - 1).days()).ok();
        let last = date_of(i64::from(self.horizon_days))?;
        let any = (key == "by")
            .then(|| format!("write a date from {start} to {last}, for example `by = {last}`"));
        let day = match &node.item {
            TomlItem::Integer(day) => *day,
            TomlItem::Float(day) if *day == day.trunc() => *day as i64,
            TomlItem::String(text, _) => {
                let lower = text.to_lowercase();
                let digits = lower
                    .trim_start_matches("day")
                    .trim_start_matches([' ', '+', '_']);
                match digits.trim_end_matches("days").trim_end().parse() {
                    Ok(day) => day,
                    Err(_) => return any,
                }
            }
            _ => return any,
        };
        if !(1..=i64::from(self.horizon_days)).contains(&day) {
            return any;
        }
        let date = date_of(day)?;
        Some(format!("write the date of day {day}: `{key} = {date}`"))
    }
}
