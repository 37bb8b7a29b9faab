//! Recognizes distributions and conditionals in the notation of other tools, and writes them in the
//! notation of this language.
//!
//! It reads short texts only: formulas of spreadsheets and their add-ins, Squiggle, NetLogo, Python
//! and C. What it does not recognize is left to the ordinary messages.

/// Maximum length of a text that is examined \[bytes\].
const MAX_BYTES: usize = 200;

/// A family of distributions under its names in other tools.
struct ForeignFamily {
    names: &'static [&'static str],
    /// The family here, which is valid in any domain that the numbers fit.
    family: &'static str,
    parameters: &'static [&'static str],
}

const FOREIGN_FAMILIES: &[ForeignFamily] = &[
    ForeignFamily {
        names: &[
            "normal",
            "norm",
            "gauss",
            "gaussian",
            "normalvariate",
            "truncatednormal",
        ],
        family: "truncated_normal",
        parameters: &["mean", "sd"],
    },
    ForeignFamily {
        names: &["lognormal", "lognorm", "lognormvariate", "lnorm"],
        family: "lognormal",
        parameters: &["mu", "sigma"],
    },
    ForeignFamily {
        names: &["beta", "betavariate"],
        family: "beta",
        parameters: &["alpha", "beta"],
    },
    ForeignFamily {
        names: &["uniform", "unif", "between", "randbetween"],
        family: "uniform",
        parameters: &["min", "max"],
    },
    ForeignFamily {
        names: &["triangular", "triang", "triangle"],
        family: "triangular",
        parameters: &["min", "mode", "max"],
    },
    ForeignFamily {
        names: &["pert", "betapert"],
        family: "pert",
        parameters: &["min", "mode", "max"],
    },
];

/// Names of functions that draw a number between 0 and 1.
const STANDARD_UNIFORM: &[&str] = &["rand", "random", "randomfloat"];

/// The distribution that a text such as `normal(0, 1)`, `=RiskPert(1;2;3)`, `5 to 9` or
/// `random-float 1` means, as TOML.
pub(super) fn distribution_of(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let text = text.trim().trim_start_matches('=').trim();
    if let Some((from, to)) = text.split_once(" to ") {
        let (from, to) = (number(from)?, number(to)?);
        return Some(format!("{{ from = {from}, to = {to} }}"));
    }
    let (name, arguments) = match text.split_once('(') {
        Some((name, rest)) => (name, arguments(rest.strip_suffix(')')?)?),
        None => {
            // NetLogo separates arguments by spaces.
            let (name, rest) = text.split_once(' ')?;
            name.starts_with("random-").then_some(())?;
            let all: Option<Vec<_>> = rest.split_whitespace().map(number).collect();
            (name, all?)
        }
    };
    family_with(name, &arguments)
}

/// A distribution with a foreign name and these numbers.
fn family_with(name: &str, arguments: &[String]) -> Option<String> {
    let last = name.trim().rsplit('.').next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| c.is_alphanumeric()).collect();
    let plain = plain.to_lowercase();
    if STANDARD_UNIFORM.contains(&plain.as_str()) {
        let max = match arguments {
            [] => "1",
            [max] => max,
            _ => return None,
        };
        return Some(format!("{{ uniform = {{ min = 0, max = {max} }} }}"));
    }
    let is_risk = plain.starts_with("risk");
    let without_prefix = ["risk", "random", "r"].into_iter();
    let mut candidates = without_prefix.filter_map(|prefix| plain.strip_prefix(prefix));
    let find = |name: &str| {
        FOREIGN_FAMILIES
            .iter()
            .find(|one| one.names.contains(&name))
    };
    let found = find(&plain).or_else(|| candidates.find_map(find))?;
    let parameters = match found.family {
        // The add-ins of spreadsheets take the moments of the lognormal itself.
        "lognormal" if is_risk => &["mean", "sd"],
        _ => found.parameters,
    };
    if parameters.len() != arguments.len() {
        return None;
    }
    let pairs = parameters.iter().zip(arguments);
    let pairs: Vec<String> = pairs
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    Some(format!(
        "{{ {} = {{ {} }} }}",
        found.family,
        pairs.join(", ")
    ))
}

/// The numbers between two parentheses.
fn arguments(text: &str) -> Option<Vec<String>> {
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    let separator = if text.contains(';') { ';' } else { ',' };
    text.split(separator)
        .map(|one| number(one.rsplit('=').next().unwrap_or(one)))
        .collect()
}

/// A number as TOML writes it; it may have a decimal comma, a percent sign or separators of
/// thousands.
pub(super) fn number(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let text = text.trim();
    let (text, scale) = match text.strip_suffix('%') {
        Some(percentage) => (percentage.trim(), 100.0),
        None => (text, 1.0),
    };
    let text = text.replace('\u{2212}', "-").replace('_', "");
    // Of two separators the last is the decimal one; one that occurs twice separates thousands.
    let text = match (text.rfind(','), text.rfind('.')) {
        (Some(comma), Some(point)) if comma > point => text.replace('.', "").replace(',', "."),
        (Some(_), None) if text.matches(',').count() == 1 => text.replace(',', "."),
        _ => text.replace(',', ""),
    };
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return None;
    }
    let value = text.parse::<f64>().ok().filter(|value| value.is_finite())?;
    if scale == 1.0 {
        return Some(value.to_string());
    }
    // Twelve digits hide the rounding of the division.
    let share = format!("{:.12}", value / scale);
    let share = share.trim_end_matches('0').trim_end_matches('.');
    Some(share.to_owned())
}

/// The conditional that a text such as `a > b ? 1 : 0`, `1 if a > b else 0`,
/// `if a > b then 1 else 0` or `=IF(a>b;1;0)` means, as an expression.
pub(super) fn conditional_of(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let text = text.trim().trim_start_matches('=').trim();
    let lower = text.to_ascii_lowercase();
    let written = |condition: &str, yes: &str, no: &str| {
        // A decimal comma goes with semicolons between arguments.
        let with_points = |part: &str| match text.contains(';') {
            true => decimal_points(part),
            false => part.to_owned(),
        };
        let parts = [condition, yes, no].map(with_points);
        let [condition, yes, no] = [&*parts[0], &*parts[1], &*parts[2]];
        let parts =
            [condition, yes, no].map(|part| part.trim().trim_end_matches([':', ';']).trim());
        let is_simple = |part: &&str| {
            let other = [" if ", " else ", "?", ";"];
            !part.is_empty() && !other.iter().any(|word| part.contains(word))
        };
        let [condition, yes, no] = parts;
        parts
            .iter()
            .all(is_simple)
            .then(|| format!("if({condition}, {yes}, {no})"))
    };
    if let Some((condition, branches)) = text.split_once('?') {
        let (yes, no) = branches.split_once(':')?;
        return written(condition, yes, no);
    }
    if let Some(rest) = lower.strip_prefix("if(")
        && rest.ends_with(')')
        && rest.contains(';')
    {
        let inner = &text[3..text.len() - 1];
        let parts: Vec<&str> = inner.split(';').collect();
        let &[condition, yes, no] = parts.as_slice() else {
            return None;
        };
        return written(condition, yes, no);
    }
    let at_else = lower.find(" else ")?;
    let (before, no) = (&text[..at_else], &text[at_else + 6..]);
    if lower.starts_with("if ") {
        let at_then = lower.find(" then ");
        return match at_then {
            Some(at) if at < at_else => written(&before[3..at], &before[at + 6..], no),
            _ => {
                let (condition, yes) = before[3..].split_once(':')?;
                written(condition, yes, no)
            }
        };
    }
    let at_if = lower.find(" if ").filter(|at| *at < at_else)?;
    written(&before[at_if + 4..], &before[..at_if], no)
}

/// The text with decimal points in place of the commas between two digits.
fn decimal_points(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let is_digit = |at: Option<usize>| {
        let c = at.and_then(|at| characters.get(at));
        c.is_some_and(char::is_ascii_digit)
    };
    let pointed = characters.iter().enumerate().map(|(at, c)| {
        let is_decimal = *c == ',' && is_digit(at.checked_sub(1)) && is_digit(Some(at + 1));
        if is_decimal { '.' } else { *c }
    });
    pointed.collect()
}

/// The interval that two numbers in any brackets mean, such as `(0.2, 0.5)`, as TOML.
pub(super) fn interval_of(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let inner = text.trim().strip_prefix(['(', '[', '{'])?;
    let inner = inner.strip_suffix([')', ']', '}'])?;
    let separator = if inner.contains(';') { ';' } else { ',' };
    let (from, to) = inner.split_once(separator)?;
    let (from, to) = (number(from)?, number(to)?);
    Some(format!("{{ from = {from}, to = {to} }}"))
}

/// The entry that an assignment such as `strain += 0.05` or `strain - 5%` means, as TOML.
pub(super) fn effect_of(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let text = text.trim();
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let rest = text.trim_start_matches(is_name);
    let name = &text[..text.len() - rest.len()];
    let rest = rest.trim_start();
    let sign = match rest.chars().next()? {
        '-' => "-",
        '+' | '=' | ':' => "",
        _ => return None,
    };
    let amount = number(rest[1..].trim_start_matches(['=', ' ']))?;
    let amount = match (sign, amount.strip_prefix('-')) {
        ("-", Some(positive)) => positive.to_owned(),
        _ => format!("{sign}{amount}"),
    };
    (!name.is_empty()).then(|| format!("{name} = {amount}"))
}

/// The number at the beginning of a text that goes on with a unit, such as `30 days`.
pub(super) fn number_with_unit(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let text = text.trim();
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | '_');
    let unit = text.trim_start_matches(is_number);
    let digits = &text[..text.len() - unit.len()];
    let is_unit = |c: char| c.is_alphabetic() || matches!(c, ' ' | '/' | '€' | '$' | '°');
    let is_plain = !unit.trim().is_empty() && unit.chars().all(is_unit) && unit.len() <= 20;
    number(digits).filter(|_| is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_effects_and_units_are_recognized() {
        assert_eq!(
            interval_of("(0,2; 0,5)").as_deref(),
            Some("{ from = 0.2, to = 0.5 }")
        );
        assert_eq!(interval_of("[0.2, 0.5, 0.7]"), None);
        assert_eq!(
            effect_of("strain += 0.05").as_deref(),
            Some("strain = 0.05")
        );
        assert_eq!(effect_of("strain - 5%").as_deref(), Some("strain = -0.05"));
        assert_eq!(effect_of("strain * 2"), None);
        assert_eq!(number_with_unit("30 days").as_deref(), Some("30"));
        assert_eq!(number_with_unit("30"), None);
        assert_eq!(number("1.000,5").as_deref(), Some("1000.5"));
        assert_eq!(number("1,000.5").as_deref(), Some("1000.5"));
    }

    #[test]
    fn distributions_of_other_tools_are_written_as_toml() {
        for (text, expected) in [
            ("5 to 9", "{ from = 5, to = 9 }"),
            ("0,2 to 0,5", "{ from = 0.2, to = 0.5 }"),
            ("10% to 25 %", "{ from = 0.1, to = 0.25 }"),
            (
                "normal(0.4, 0.1)",
                "{ truncated_normal = { mean = 0.4, sd = 0.1 } }",
            ),
            (
                "RiskNormal(0,4;0,1)",
                "{ truncated_normal = { mean = 0.4, sd = 0.1 } }",
            ),
            (
                "=RiskPert(1;2;3)",
                "{ pert = { min = 1, mode = 2, max = 3 } }",
            ),
            ("RiskLognorm(3, 1)", "{ lognormal = { mean = 3, sd = 1 } }"),
            (
                "lognormal(1, 0.5)",
                "{ lognormal = { mu = 1, sigma = 0.5 } }",
            ),
            (
                "np.random.normal(loc=0.5, scale=.1)",
                "{ truncated_normal = { mean = 0.5, sd = 0.1 } }",
            ),
            ("rbeta(2, 5)", "{ beta = { alpha = 2, beta = 5 } }"),
            (
                "random-normal 0.5 0.1",
                "{ truncated_normal = { mean = 0.5, sd = 0.1 } }",
            ),
            ("random-float 1", "{ uniform = { min = 0, max = 1 } }"),
            ("RAND()", "{ uniform = { min = 0, max = 1 } }"),
        ] {
            assert_eq!(distribution_of(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "max(0, 1)",
            "normal(a, b)",
            "beta",
            "a to b",
            "normal(1)",
            "trust",
        ] {
            assert_eq!(distribution_of(text), None, "{text}");
        }
    }

    #[test]
    fn conditionals_of_other_tools_are_written_as_calls() {
        for (text, expected) in [
            ("a > b ? 1 : 0", "if(a > b, 1, 0)"),
            ("0.4 if fear > 0.5 else 0.1", "if(fear > 0.5, 0.4, 0.1)"),
            ("if a > b then 1 else 0", "if(a > b, 1, 0)"),
            ("IF a > b THEN 1 ELSE 0", "if(a > b, 1, 0)"),
            ("if a > b: 1 else 0", "if(a > b, 1, 0)"),
            ("=IF(a>0,7;1;0)", "if(a>0.7, 1, 0)"),
        ] {
            assert_eq!(conditional_of(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "if(a, b, c)",
            "a ? b",
            "if a > b",
            "x + y",
            "a ? b : c ? d : e",
        ] {
            assert_eq!(conditional_of(text), None, "{text}");
        }
    }
}
