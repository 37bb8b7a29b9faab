//! Warns of names that spreadsheets, data frames or file systems change or refuse.

use crate::base::diagnostic::{Diagnostic, Severity, Span};
use crate::scenario::diagnostics::DiagnosticSink;
use crate::scenario::model::Scenario;
use crate::scenario::months::MONTHS;
use crate::scenario::names::NameSpans;

/// Maximum number of digits that spreadsheets show of a whole number.
const MAX_DIGITS: usize = 11;

/// Warns of names in tables, and of the name of the scenario, which is that of its file.
pub(super) fn warn_about_names(scenario: &Scenario, places: &NameSpans, sink: &mut DiagnosticSink) {
    warn_about_file(&scenario.name, sink);
    let outcomes = scenario.outcomes.iter().map(|one| one.name.as_str());
    let variables = scenario.variables.iter().map(|one| one.name.as_str());
    let actors = scenario.actors.iter().map(|one| one.name.as_str());
    let actions = scenario.actions.iter().map(|one| one.name.as_str());
    let events = scenario.events.iter().map(|one| one.name.as_str());
    let outcomes = outcomes.zip(&places.outcomes);
    let variables = variables.zip(&places.variables);
    let actors = actors.zip(&places.actors);
    let actions = actions.zip(&places.actions);
    let events = events.zip(&places.events);
    let all = outcomes.chain(variables).chain(actors).chain(actions);
    for (name, place) in all.chain(events) {
        warn_about_name(name, *place, sink);
    }
}

fn warn_about_name(name: &str, place: Span, sink: &mut DiagnosticSink) {
    let Some(reading) = misreading(name) else {
        return;
    };
    let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
    let better = match digits {
        "" => format!("{name}_value"),
        _ => format!("{}_{digits}", &name[..name.len() - digits.len()]),
    };
    let message = format!("`{name}` in a table of results is {reading}");
    let hint = format!("write another name, for example `{better}`");
    sink.push(Diagnostic::warning("misread-name", place, message).hint(hint));
}

/// Warns of the name of the file.
fn warn_about_file(name: &str, sink: &mut DiagnosticSink) {
    let lower = name.to_lowercase();
    let better: String = lower
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect();
    let better = better.trim_matches('_');
    let message = if let Some(reading) = misreading(&lower) {
        format!("the name of the scenario, `{name}`, in a table of results is {reading}")
    } else if is_reserved_file(&lower) || name.ends_with(['.', ' ']) {
        format!("Windows cannot have a file or folder with the name `{name}`")
    } else if name.starts_with(['=', '+', '-', '@']) {
        format!(
            "the name of the scenario, `{name}`, in a table of results is read by spreadsheets as a formula"
        )
    } else {
        return;
    };
    let diagnostic = Diagnostic {
        severity: Severity::Warning,
        code: "misread-name",
        span: None,
        message,
        hint: None,
    };
    sink.push(diagnostic.hint(format!(
        "rename the file, for example to `scenario_{better}.toml`"
    )));
}

/// What other programs take a name in lowercase for; `None` if they keep it.
fn misreading(name: &str) -> Option<&'static str> {
    if is_like_date(name) {
        return Some("changed by spreadsheets into a date");
    }
    if matches!(name, "nan" | "null" | "none" | "na" | "n/a") {
        return Some("read by data frames as a missing value");
    }
    if matches!(name, "inf" | "infinity") {
        return Some("read by data frames as an infinite number");
    }
    if matches!(name, "true" | "false") {
        return Some("changed by spreadsheets into a truth value");
    }
    let is_number = name.parse::<f64>().is_ok();
    let is_exponent = is_digits(name.strip_prefix('e').unwrap_or_default());
    // A whole number is kept if it has neither leading zeros nor too many digits.
    let is_kept =
        is_digits(name) && (name == "0" || !name.starts_with('0')) && name.len() <= MAX_DIGITS;
    if is_number && !is_kept {
        return Some("changed by spreadsheets into a number");
    }
    is_exponent.then_some("read by some programs as a number in exponent notation")
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether spreadsheets read a text as a date: `mar1`, `1-mar`, `2016-11`, `11/30/2016`.
fn is_like_date(name: &str) -> bool {
    let parts: Vec<&str> = name.split(['-', '/', '.', ' ']).collect();
    let is_short = |part: &&str| is_digits(part) && part.len() <= 4;
    if (2..=3).contains(&parts.len()) && parts.iter().all(is_short) {
        // `1.5` is a number, and `1.5.2` a date.
        return parts.len() == 3 || !name.contains('.');
    }
    let letters: String = name.chars().filter(|c| c.is_ascii_alphabetic()).collect();
    let rest = name.replace(&letters, "");
    let digits = rest.trim_matches(['-', '/', '.', ' ']);
    let is_name = |month: &str| letters == month || letters == month[..3];
    let is_month = letters == "sept" || MONTHS.into_iter().any(is_name);
    is_month && is_digits(digits) && digits.len() <= 4
}

/// Whether Windows reserves the name of a file.
fn is_reserved_file(name: &str) -> bool {
    let numbered = ["com", "lpt"].into_iter();
    let mut numbered = numbered.filter_map(|prefix| name.strip_prefix(prefix));
    matches!(name, "con" | "prn" | "aux" | "nul")
        || numbered.any(|digit| digit.len() == 1 && is_digits(digit) && digit != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_other_programs_change_are_found() {
        let changed = [
            "mar1",
            "sept2",
            "march15",
            "dec2016",
            "e5",
            "1e5",
            "007",
            "2016-11",
            "2016-11-30",
            "1-2",
            "11/30/2016",
            "1-mar",
            "mar-1",
            "nan",
            "none",
            "true",
            "1.5",
            "123456789012",
        ];
        for name in changed {
            assert!(misreading(name).is_some(), "{name}");
        }
        let kept = [
            "march",
            "mar_1",
            "may",
            "e",
            "e5a",
            "crisis",
            "2016",
            "7",
            "0",
            "summary1",
            "marx1",
            "a-b",
            "2016-11-plan",
            "v1.2b",
            "decide1",
        ];
        for name in kept {
            assert_eq!(misreading(name), None, "{name}");
        }
        assert!(is_reserved_file("con") && is_reserved_file("lpt1"));
        assert!(!is_reserved_file("console") && !is_reserved_file("com0"));
    }
}
