//! Finds deadlines in English text: `by 30 November 2016`, `before November 30`, `no later than
//! 2016-11-30`, `by the end of November`.
//!
//! Only dates that a word of deadlines introduces are found, so that dates of the background, such as
//! `since the ceasefire of 24 November 2015`, are not. `before` excludes its date; `by`, `until`,
//! `through`, `up to`, `on or before` and `no later than` include it.

use super::months::MONTHS;
use jiff::ToSpan;
use jiff::civil::Date;
use std::ops::Range;

/// A deadline in a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Deadline {
    /// The bytes from the introducing word to the end of the date.
    pub range: Range<usize>,
    /// The last day that counts.
    pub last_date: Date,
    /// Whether the text names the first day that does not count.
    pub is_before: bool,
}

/// A word, number or date of the text, in lowercase and without the punctuation around it.
#[derive(Debug)]
struct Word {
    text: String,
    range: Range<usize>,
    /// Whether a sentence or a parenthesis ends after it.
    ends_clause: bool,
}

/// A date in a text, the year of which may be missing.
struct WrittenDate {
    first: YearlessDate,
    last: YearlessDate,
    year: Option<i16>,
    /// The number of words.
    n_words: usize,
}

type YearlessDate = (i8, Option<i8>);

/// The deadlines of a text. A date without a year is the one nearest to `near`.
pub(super) fn deadlines(text: &str, near: Date) -> Vec<Deadline> {
    let words = words(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match deadline(&words, at, near) {
            Some((deadline, n_words)) => {
                found.push(deadline);
                at += n_words;
            }
            None => at += 1,
        }
    }
    found
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut at = 0;
    for piece in text.split_whitespace() {
        // The pieces are in order, so each is found after the one before it.
        let start = at + text[at..].find(piece).unwrap_or(0);
        at = start + piece.len();
        let is_outside = |c: char| !c.is_alphanumeric();
        let trimmed = piece.trim_matches(is_outside);
        if trimmed.is_empty() {
            continue;
        }
        let from = start + (piece.len() - piece.trim_start_matches(is_outside).len());
        let end = from + trimmed.len();
        words.push(Word {
            text: trimmed.to_lowercase(),
            range: from..end,
            ends_clause: text[end..at].contains([';', ')', '?', '!', ':']),
        });
    }
    words
}

/// The deadline that begins at a word, with its number of words.
fn deadline(words: &[Word], at: usize, near: Date) -> Option<(Deadline, usize)> {
    let word = |index: usize| words.get(index).map_or("", |word| word.text.as_str());
    let mut next = at;
    let mut is_before = false;
    match word(at) {
        "by" | "until" | "till" | "through" | "thru" => next += 1,
        "before" => {
            let previous = at.checked_sub(1).map_or("", word);
            let is_inclusive = at >= 2 && word(at - 2) == "on" && previous == "or";
            // `the week before 30 November` counts back from the date.
            if is_time_span(previous) {
                return None;
            }
            is_before = !is_inclusive;
            next += 1;
        }
        "no" | "not" if word(at + 1) == "later" && word(at + 2) == "than" => next += 3,
        "up" if word(at + 1) == "to" => next += 2,
        _ => return None,
    }
    if words[at].ends_clause {
        return None;
    }
    // `before` and `by the end of November` mean the same.
    let mut is_end = word(at) == "through" || word(at) == "thru";
    loop {
        match word(next) {
            "end" | "close" if word(next + 1) == "of" => {
                is_end = true;
                is_before = false;
                next += 2;
            }
            "the" | "midnight" | "noon" | "on" => next += 1,
            day if is_weekday(day) => next += 1,
            _ => break,
        }
    }
    let date = written_date(words, next)?;
    let (month, day) = if is_before { date.first } else { date.last };
    // `by November` leaves open which day of the month is meant.
    if date.first != date.last && !is_before && !is_end {
        return None;
    }
    let whole = |year: i16| match day {
        Some(day) => Date::new(year, month, day).ok(),
        None => Some(Date::new(year, month, 1).ok()?.last_of_month()),
    };
    let whole = match date.year {
        Some(year) => whole(year)?,
        None => {
            let years = near.year().saturating_sub(1)..=near.year().saturating_add(1);
            let candidates = years.filter_map(whole);
            candidates.min_by_key(|one| (*one - near).get_days().abs())?
        }
    };
    let last_date = match is_before {
        true => whole.checked_sub(1.day()).ok()?,
        false => whole,
    };
    let end = next + date.n_words;
    let range = words[at].range.start..words[end - 1].range.end;
    let deadline = Deadline {
        range,
        last_date,
        is_before,
    };
    Some((deadline, end - at))
}

/// The date that begins at a word: a day, a month or a year.
fn written_date(words: &[Word], at: usize) -> Option<WrittenDate> {
    let word = |index: usize| words.get(index).map_or("", |word| word.text.as_str());
    let date = |month: i8, day: i8, year: Option<i16>, n_words: usize| WrittenDate {
        first: (month, Some(day)),
        last: (month, Some(day)),
        year,
        n_words,
    };
    if let Some((year, month, day)) = numeric_date(word(at)) {
        return Some(date(month, day, Some(year), 1));
    }
    let year_at = |index: usize| year(word(index)).filter(|_| !words[index - 1].ends_clause);
    if let Some(day) = day_of_month(word(at)) {
        let of = usize::from(word(at + 1) == "of");
        let month = month(word(at + 1 + of))?;
        let year = year_at(at + 2 + of);
        let n_words = 2 + of + usize::from(year.is_some());
        return Some(date(month, day, year, n_words));
    }
    if let Some(month) = month(word(at)) {
        let the = usize::from(word(at + 1) == "the");
        if let Some(day) = day_of_month(word(at + 1 + the)) {
            let year = year_at(at + 2 + the);
            let n_words = 2 + the + usize::from(year.is_some());
            return Some(date(month, day, year, n_words));
        }
        let year = year_at(at + 1);
        // `may` alone is more often the verb.
        if word(at) == "may" && year.is_none() {
            return None;
        }
        return Some(WrittenDate {
            first: (month, Some(1)),
            last: (month, None),
            year,
            n_words: 1 + usize::from(year.is_some()),
        });
    }
    let year = year(word(at))?;
    Some(WrittenDate {
        first: (1, Some(1)),
        last: (12, Some(31)),
        year: Some(year),
        n_words: 1,
    })
}

/// Year, month and day of `2016-11-30` or `30.11.2016`.
fn numeric_date(text: &str) -> Option<(i16, i8, i8)> {
    let (year, month, day) = match text.contains('-') {
        true => {
            let mut parts = text.split('-');
            (parts.next()?, parts.next()?, parts.next()?)
        }
        false => {
            let mut parts = text.split('.');
            let (day, month) = (parts.next()?, parts.next()?);
            (parts.next()?, month, day)
        }
    };
    let date = Date::new(self::year(year)?, month.parse().ok()?, day.parse().ok()?);
    let date = date.ok()?;
    Some((date.year(), date.month(), date.day()))
}

fn year(text: &str) -> Option<i16> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let year = text.parse().ok().filter(|_| is_year)?;
    (1800..=2200).contains(&year).then_some(year)
}

/// The day of `30`, `30th` or `1st`.
fn day_of_month(text: &str) -> Option<i8> {
    let endings = ["st", "nd", "rd", "th"].into_iter();
    let mut endings = endings.filter_map(|ending| text.strip_suffix(ending));
    let digits = endings.next().unwrap_or(text);
    let is_short = digits.len() <= 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let day = digits.parse().ok().filter(|_| is_short)?;
    (1..=31).contains(&day).then_some(day)
}

/// The number of a month, the name of which may be shortened to three or four letters.
fn month(text: &str) -> Option<i8> {
    let is_name = |name: &str| name == text || (text.len() <= 4 && name.starts_with(text));
    let is_long = text.len() >= 3;
    let at = MONTHS.iter().position(|name| is_long && is_name(name))?;
    i8::try_from(at + 1).ok()
}

fn is_weekday(text: &str) -> bool {
    const DAYS: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    DAYS.contains(&text)
}

/// Whether a word names a stretch of time, such as `week`.
fn is_time_span(text: &str) -> bool {
    let singular = text.strip_suffix('s').unwrap_or(text);
    matches!(
        singular,
        "day" | "week" | "month" | "year" | "hour" | "minute" | "night" | "evening" | "morning"
    )
}

/// The date that a whole text is, such as `30 November 2016`, `Nov 30, 2016`, `30.11.2016` or
/// `2016-5-1`.
pub(super) fn date_of(text: &str) -> Option<Date> {
    /// Maximum length of a date in words \[bytes\].
    const MAX_BYTES: usize = 40;
    if text.len() > MAX_BYTES {
        return None;
    }
    let words = words(text);
    let date = written_date(&words, 0)?;
    let (month, day) = date.last;
    let is_one_day = date.first == date.last && date.n_words == words.len();
    Date::new(date.year.filter(|_| is_one_day)?, month, day?).ok()
}

/// A date as English text writes it, such as `30 November 2016`.
pub(super) fn in_words(date: Date) -> String {
    let month = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
    let (first, rest) = month.split_at(1);
    format!(
        "{} {}{rest} {}",
        date.day(),
        first.to_uppercase(),
        date.year()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let near = "2031-06-20".parse().unwrap();
        let all = deadlines(text, near).into_iter();
        all.map(|one| format!("{} | {}", one.last_date, &text[one.range]))
            .collect()
    }

    #[test]
    fn english_deadlines_are_found() {
        for (text, expected) in [
            ("by 30 June 2031?", "2031-06-30 | by 30 June 2031"),
            ("before June 30, 2031", "2031-06-29 | before June 30, 2031"),
            (
                "before the 1st of July 2031",
                "2031-06-30 | before the 1st of July 2031",
            ),
            ("by June 30", "2031-06-30 | by June 30"),
            ("by Jun. 30, 2031", "2031-06-30 | by Jun. 30, 2031"),
            ("by the end of June?", "2031-06-30 | by the end of June"),
            (
                "before the end of June 2031",
                "2031-06-30 | before the end of June 2031",
            ),
            ("before July 2031", "2031-06-30 | before July 2031"),
            ("before 2032", "2031-12-31 | before 2032"),
            ("by the end of 2031", "2031-12-31 | by the end of 2031"),
            ("until 2031-06-30", "2031-06-30 | until 2031-06-30"),
            ("by 30.06.2031", "2031-06-30 | by 30.06.2031"),
            (
                "no later than Monday, 30 June 2031",
                "2031-06-30 | no later than Monday, 30 June 2031",
            ),
            (
                "on or before 30 June 2031",
                "2031-06-30 | before 30 June 2031",
            ),
            ("through June", "2031-06-30 | through June"),
            ("up to 30 June", "2031-06-30 | up to 30 June"),
            (
                "by midnight on 30 June",
                "2031-06-30 | by midnight on 30 June",
            ),
            ("by 3 January", "2031-01-03 | by 3 January"),
        ] {
            assert_eq!(found(text), [expected], "{text}");
        }
    }

    #[test]
    fn other_dates_are_not_deadlines() {
        for text in [
            "since the ceasefire of 24 November 2030",
            "as on 1 June",
            "the week before 30 June 2031",
            "two days before 30 June",
            "is it taken by three armies?",
            "by May or later",
            "they may win by a margin of 30",
            "in June 2031",
            "by June 2031",
            "seized before the war",
            "30 February 2031, by 31 June 2031",
            "by 12:30",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn whole_texts_that_are_dates_are_read() {
        for text in [
            "30 November 2016",
            "Nov 30, 2016",
            "November 30th 2016",
            "30.11.2016",
            "2016-11-30",
        ] {
            assert_eq!(date_of(text).unwrap().to_string(), "2016-11-30", "{text}");
        }
        assert_eq!(date_of("2016-5-1").unwrap().to_string(), "2016-05-01");
        for text in [
            "November 2016",
            "30 November",
            "30 November 2016 or later",
            "5.1",
            "2016",
        ] {
            assert_eq!(date_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_is_written_in_words() {
        assert_eq!(in_words("2016-11-30".parse().unwrap()), "30 November 2016");
    }
}
