//! Dates as spreadsheets and scripts write them: one rule for all forms.
//!
//! A time of day, with or without an offset, may make the date another one in another place, so it is a
//! mistake in every form, except midnight without an offset, which scripts write for a date.

use super::mistakes::quoted;
use jiff::civil::Date;

/// How dates are written, in messages.
const INSTRUCTION: &str = "write a date such as 2031-05-20";

/// Reads a date.
///
/// # Errors
/// If the text is not a date, or could be several: what to write instead.
pub(super) fn parse_date(text: &str) -> Result<Date, String> {
    let shown = quoted(text);
    let Some((date, rest)) = leading_date(text) else {
        return Err(problem(text));
    };
    let Some(date) = date else {
        return Err(format!(
            "{shown} is not a day of the calendar: {INSTRUCTION}"
        ));
    };
    if is_midnight(rest) {
        return Ok(date);
    }
    let is_separate =
        rest.starts_with(|c: char| !c.is_alphanumeric() || matches!(c, 'T' | 't' | 'Z'));
    if is_separate {
        Err(format!(
            "{shown} has a time of day: write the date alone: {date}"
        ))
    } else {
        Err(format!("{shown} is not a date: {INSTRUCTION}"))
    }
}

/// A date that begins a text with digits in ISO or German form, in a field that may also contain another
/// text; `None` for that.
pub fn date_or_other_text(text: &str) -> Option<Result<Date, String>> {
    let (date, _) = leading_date(text)?;
    date.is_some().then(|| parse_date(text))
}

/// The date at the start of a text, `None` if the calendar does not have it, and the text after it.
fn leading_date(text: &str) -> Option<(Option<Date>, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '.'))
        .unwrap_or(text.len());
    // An offset directly after the date begins with a sign too.
    let iso_length = "2031-05-20".len();
    let (start, rest) = match text
        .get(..iso_length)
        .filter(|start| start.matches('-').count() == 2)
    {
        Some(start) => (start, &text[iso_length..]),
        None => text.split_at(end),
    };
    let (parts, order): (Vec<&str>, _) = if start.contains('-') {
        (start.split('-').collect(), [0, 1, 2])
    } else {
        (start.split('.').collect(), [2, 1, 0])
    };
    let [first, second, third] = parts.as_slice() else {
        return None;
    };
    let is_digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    let fields = [*first, *second, *third];
    let [year, month, day] = order.map(|index| fields[index]);
    let is_iso = order == [0, 1, 2];
    let has_lengths = year.len() == 4
        && [month, day]
            .iter()
            .all(|part| part.len() == 2 || !is_iso && part.len() == 1);
    if !fields.iter().all(is_digits) || !has_lengths {
        return None;
    }
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    Some((date.ok(), rest))
}

/// Whether the text after a date is empty or a midnight without an offset.
fn is_midnight(rest: &str) -> bool {
    let time = rest.strip_prefix(['T', 't', ' ']).map(str::trim);
    let Some(time) = time else {
        return rest.is_empty();
    };
    let parts: Vec<&str> = time.split([':', '.', ',']).collect();
    let is_zeros = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte == b'0');
    (2..=4).contains(&parts.len())
        && parts[..2].iter().all(|part| part.len() <= 2)
        && parts.iter().all(is_zeros)
}

/// The problem of a text that does not begin with a date.
fn problem(text: &str) -> String {
    let shown = quoted(text);
    let date = text.split([' ', 'T']).next().unwrap_or_default();
    let numbers: Option<Vec<i16>> = date.split('/').map(|part| part.parse().ok()).collect();
    let iso = |year, month, day| {
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        Date::new(year, month, day).ok()
    };
    let Some([first, second, third]) = numbers
        .as_deref()
        .and_then(|all| <&[i16; 3]>::try_from(all).ok())
    else {
        return format!("{shown} is not a date: {INSTRUCTION}");
    };
    let (first, second, third) = (*first, *second, *third);
    if let Some(date) = iso(first, second, third).filter(|_| first > 999) {
        return format!("{shown} is not a date in this form: write {date}");
    }
    let month_first = iso(third, first, second);
    let day_first = iso(third, second, first);
    match (
        month_first.filter(|_| third > 999),
        day_first.filter(|_| third > 999),
    ) {
        (Some(one), Some(other)) if one != other => {
            format!("{shown} is ambiguous, with the month or the day first: write {one} or {other}")
        }
        (Some(date), _) | (None, Some(date)) => {
            format!("{shown} is ambiguous, with the month or the day first: write {date}")
        }
        (None, None) => format!("{shown} is not a date: {INSTRUCTION}"),
    }
}
