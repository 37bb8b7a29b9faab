//! Random numbers and distributions inside an expression, and where they belong.

use super::super::foreign_distributions::{extent, replacement_of};
use super::syntax::ParseError;
use crate::scenario::diagnostics::four_digits;
use std::ops::Range;

/// Maximum length of a text that is examined \[bytes\].
const MAX_BYTES: usize = 400;
/// Maximum number of distributions that one hint replaces.
const MAX_REPLACED: usize = 4;

/// Calls that draw a number from 0 to 1, in lowercase without spaces, the longest first.
const DRAWS: &[&str] = &[
    "worksheetfunction.rand()",
    "np.random.uniform(0,1)",
    "np.random.uniform()",
    "np.random.random()",
    "numpy.random.rand()",
    "np.random.rand()",
    "random.uniform(0,1)",
    "random.random()",
    "math.random()",
    "riskuniform(0,1)",
    "riskuniform(0;1)",
    "random.rand()",
    "uniform(0,1)",
    "runif(1,0,1)",
    "runif(1)",
    "runif()",
    "random()",
    "rand()",
    "rnd()",
    "rng()",
    "random-float1.0",
    "random-float1",
    "random-float100",
    "random100",
    "random-float",
];

/// The bytes of the first draw of a random number in a text, and the largest number that it draws.
fn draw_in(text: &str) -> Option<(Range<usize>, f64)> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    for (at, _) in text.char_indices() {
        if text[..at].chars().next_back().is_some_and(is_word) {
            continue;
        }
        for draw in DRAWS {
            if let Some(length) = length_without_spaces(&text[at..], draw) {
                let max = if draw.ends_with("100") { 100.0 } else { 1.0 };
                return Some((at..at + length, max));
            }
        }
    }
    None
}

/// The length of the text that is `wanted` apart from spaces and case, if `text` begins with it.
fn length_without_spaces(text: &str, wanted: &str) -> Option<usize> {
    let mut rest = wanted.chars().peekable();
    for (at, c) in text.char_indices() {
        match rest.peek() {
            None => {
                let goes_on = wanted.ends_with(|c: char| c.is_alphanumeric())
                    && (c.is_alphanumeric() || c == '.' || c == '_');
                return (!goes_on).then_some(at);
            }
            Some(next) if c.to_ascii_lowercase() == *next => {
                rest.next();
            }
            Some(_) if c == ' ' && at > 0 => {}
            Some(_) => return None,
        }
    }
    rest.peek().is_none().then_some(text.len())
}

/// Whether a whole text only draws a random number.
pub(super) fn is_random_draw(text: &str) -> bool {
    let whole = text.trim().trim_start_matches('=').trim();
    draw_in(whole).is_some_and(|(place, _)| place == (0..whole.len()))
}

/// The error about a random number in an expression, which has none.
pub(super) fn random_number(text: &str) -> Option<ParseError> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let (draw, max) = draw_in(text)?;
    let (place, chance) = match comparison_with(text, &draw) {
        Some((place, bound)) => (place, Some(bound / max)),
        None => (draw, None),
    };
    let chance = chance.filter(|chance| *chance > 0.0 && *chance < 1.0);
    let written = text[place.clone()].trim();
    let hint = match chance {
        Some(chance) => {
            let drawn = "days_since(chance, 99) <= 1";
            let condition = match rest_without(text, &place) {
                Some(rest) if rest.is_empty() => format!("`{drawn}`"),
                Some(rest) => format!("`{rest} and {drawn}`"),
                None => format!("`{drawn}` instead of `{written}`"),
            };
            format!(
                "let an event draw it: add a table `[events.chance]` with `hazard = {}` at the end of the \
                 file, and write {condition} (it holds with this probability on each day from day 2)",
                four_digits(chance)
            )
        }
        None => format!(
            "remove `{written}`, and give a chance as a key: `hazard` of an event, `success` or \
             `daily_odds` of an action; a quantity that is drawn once per run is a variable with a \
             distribution, such as `initial = {{ uniform = {{ min = 0, max = 1 }} }}`"
        ),
    };
    let message = "an expression has no random numbers";
    Some(ParseError::new("unexpected-random-number", place, message).hint(hint))
}

/// The comparison of a draw with a number: its bytes, and the share of the draws for which it holds.
fn comparison_with(text: &str, draw: &Range<usize>) -> Option<(Range<usize>, f64)> {
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let after = &text[draw.end..];
    let trimmed = after.trim_start();
    if let Some(sign) = trimmed.chars().next().filter(|c| matches!(c, '<' | '>')) {
        let rest = trimmed[1..].trim_start_matches('=').trim_start();
        let number = &rest[..rest.find(|c| !is_number(c)).unwrap_or(rest.len())];
        let end = text.len() - rest.len() + number.len();
        let bound: f64 = number.parse().ok()?;
        return Some((
            draw.start..end,
            if sign == '<' { bound } else { 1.0 - bound },
        ));
    }
    let before = text[..draw.start].trim_end();
    let without = before.trim_end_matches('=');
    let sign = without.chars().next_back()?;
    let number = without.strip_suffix(['<', '>'])?.trim_end();
    let start = number.trim_end_matches(is_number).len();
    let bound: f64 = number[start..].parse().ok()?;
    Some((
        start..draw.end,
        if sign == '>' { bound } else { 1.0 - bound },
    ))
}

/// The text without one of the conditions that `and` joins; empty if it is the only one, `None` if
/// it is joined otherwise.
fn rest_without(text: &str, place: &Range<usize>) -> Option<String> {
    let before = text[..place.start].trim().trim_start_matches('=').trim();
    let after = text[place.end..].trim();
    let words = ["and", "AND", "And", "&&"];
    match (before, after) {
        ("", "") => Some(String::new()),
        (before, "") => words
            .iter()
            .find_map(|word| before.strip_suffix(word))
            .map(|rest| rest.trim().to_owned()),
        ("", after) => words
            .iter()
            .find_map(|word| after.strip_prefix(word))
            .map(|rest| rest.trim().to_owned()),
        (before, after) => {
            let end = words.iter().find_map(|word| before.strip_suffix(word))?;
            let joins = words.iter().any(|word| after.starts_with(word));
            joins.then(|| format!("{} {after}", end.trim()))
        }
    }
}

/// The error about intervals and distributions inside an expression; each becomes a variable.
pub(super) fn distribution_inside(text: &str) -> Option<ParseError> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() && found.len() < MAX_REPLACED {
        let (place, toml) = match first_distribution(text, at) {
            Some(one) => one,
            None => break,
        };
        at = place.end;
        found.push((place, toml));
    }
    let (first, _) = found.first()?.clone();
    let mut new = String::new();
    let mut tables = Vec::new();
    let mut written = 0;
    for (index, (place, toml)) in found.iter().enumerate() {
        let name = match index {
            0 => "uncertain_factor".to_owned(),
            index => format!("uncertain_factor_{}", index + 1),
        };
        let keys = bounds_for(&text[place.clone()]);
        tables.push(format!(
            "a table `[variables.{name}]` with `initial = {toml}`{keys}"
        ));
        new += &text[written..place.start];
        new += &name;
        written = place.end;
    }
    new += &text[written..];
    let message = "an expression cannot contain a distribution";
    let hint = format!(
        "give it a variable of its own: add at the end of the file {}, and write `{}` here",
        tables.join(" and "),
        new.trim()
    );
    Some(ParseError::new("unexpected-distribution", first, message).hint(hint))
}

/// The keys `min` and `max` of a variable that can have all values of a distribution, as the end of
/// an instruction; empty if these are from 0 to 1.
fn bounds_for(distribution: &str) -> String {
    let inner = distribution.trim_matches(['(', ')']);
    let Some((low, high)) = extent(inner).or_else(|| extent(distribution)) else {
        return String::new();
    };
    let mut keys = String::new();
    // Nearly all values above the 95th percentile are below twice as much.
    if high >= 1.0 {
        keys += &format!(" and `max = {}`", four_digits(2.0 * high));
    }
    if low < 0.0 {
        keys += &format!(" and `min = {}`", four_digits(2.0 * low));
    }
    keys
}

/// The first distribution in a text from a byte on: its bytes, with the parentheses around an interval,
/// and the TOML.
fn first_distribution(text: &str, from: usize) -> Option<(Range<usize>, String)> {
    let interval = first_interval(text, from);
    let call = first_call(text, from);
    match (interval, call) {
        (Some(a), Some(b)) => Some(if a.0.start < b.0.start { a } else { b }),
        (a, b) => a.or(b),
    }
}

/// The first interval such as `(5 to 9)`.
fn first_interval(text: &str, from: usize) -> Option<(Range<usize>, String)> {
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '%');
    for (at, _) in text.match_indices(" to ").filter(|(at, _)| *at >= from) {
        let before = text[from..at].trim_end();
        let start = from + before.trim_end_matches(is_number).len();
        let after = &text[at + 4..];
        let skipped = after.len() - after.trim_start().len();
        let number = after[skipped..].find(|c| !is_number(c));
        let end = at + 4 + skipped + number.unwrap_or(after.len() - skipped);
        let Some(found) = replacement_of(&text[start..end]) else {
            continue;
        };
        let is_enclosed = text[from..start].trim_end().ends_with('(')
            && text[end..].trim_start().starts_with(')');
        let place = match is_enclosed {
            true => {
                let open = text[..start].rfind('(')?;
                let close = end + text[end..].find(')')?;
                let is_call = text[..open].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                if is_call { start..end } else { open..close + 1 }
            }
            false => start..end,
        };
        return Some((place, found.toml));
    }
    None
}

/// The first call such as `normal(0.5, 0.1)`.
fn first_call(text: &str, from: usize) -> Option<(Range<usize>, String)> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    for (open, _) in text.match_indices('(').filter(|(at, _)| *at >= from) {
        let start = from + text[from..open].trim_end_matches(is_name).len();
        let mut depth = 0_i32;
        let close = text[open..].char_indices().find(|(_, c)| {
            depth += i32::from(*c == '(') - i32::from(*c == ')');
            depth == 0
        });
        let (length, _) = close?;
        let place = start..open + length + 1;
        if start < open
            && let Some(found) = replacement_of(&text[place.clone()])
        {
            return Some((place, found.toml));
        }
    }
    None
}
