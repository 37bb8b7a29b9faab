//! Recognizes distributions in the notation of other tools, such as Squiggle, the add-ins of
//! spreadsheets, NetLogo, R and Python, and writes the nearest value of this language as TOML.
//!
//! What it does not recognize is left to the ordinary messages.

use super::diagnostics::four_digits;
use super::other_tools::{MAX_BYTES, number};

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
            "n",
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
        names: &["uniform", "unif", "u", "between", "randbetween"],
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
/// Names of mixtures and discrete distributions, which this language does not have.
const MIXTURES: &[&str] = &[
    "mixture",
    "mx",
    "discrete",
    "duniform",
    "choice",
    "choices",
    "categorical",
    "riskdiscrete",
    "riskduniform",
    "multinomial",
    "sample",
    "oneof",
];
/// Names of functions that draw a yes or a no.
const BERNOULLI: &[&str] = &[
    "bernoulli",
    "riskbernoulli",
    "flip",
    "coin",
    "yesno",
    "rbern",
];
/// Names of functions of one number that stand for the number.
const POINTS: &[&str] = &["pointmass", "delta", "dirac", "risksimtable"];
/// The quantiles 0.05 and 0.95 of the exponential distribution with mean 1.
const EXPONENTIAL_PERCENTILES: [f64; 2] = [0.05129, 2.99573];
/// The quantile 0.95 of the standard normal distribution.
const Z95: f64 = 1.645;

/// The value that a distribution of another tool means.
pub(super) struct Replacement {
    /// The value as TOML.
    pub toml: String,
    /// Why the value is not the same distribution, as the end of a hint; empty if it is the same.
    pub note: &'static str,
}

/// An argument of a call: its name, if it has one, and its text.
type Argument<'t> = (Option<&'t str>, &'t str);

/// The value that is nearest to a distribution in the notation of another tool, such as `normal(0, 1)`,
/// `=RiskPert(1;2;3)`, `5 to 9` or `random-float 1`.
pub(super) fn replacement_of(text: &str) -> Option<Replacement> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let text = text.trim().trim_start_matches(['=', '~']).trim();
    let text = text.trim_end_matches(';');
    let same = |toml| Replacement { toml, note: "" };
    if let Some((from, to)) = interval(text) {
        return Some(same(format!("{{ from = {from}, to = {to} }}")));
    }
    let Some((name, rest)) = text.split_once('(') else {
        // NetLogo separates arguments by spaces.
        let (name, rest) = text.split_once(' ')?;
        name.starts_with("random-").then_some(())?;
        let all: Option<Vec<_>> = rest.split_whitespace().map(number).collect();
        return family_with(&plain_name(name), &[], &all?).map(same);
    };
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | ' ');
    if !name.chars().all(is_name) {
        return None;
    }
    let rest = rest.strip_suffix(')')?;
    let takes_mean = ["np.", "numpy.", "Risk", "scipy."];
    let takes_mean = takes_mean.iter().any(|prefix| name.starts_with(prefix));
    let name = plain_name(name);
    if MIXTURES.contains(&name.as_str()) {
        let (low, high) = extent_of_parts(rest)?;
        return Some(Replacement {
            toml: covering(low, high),
            note: "there are no mixtures and no discrete distributions, and this one distribution \
                   covers all parts",
        });
    }
    of_call(&name, takes_mean, rest)
}

/// The value nearest to a distribution that is called by its plain name with these arguments.
/// `takes_mean` says whether the parameter of an exponential distribution is its mean.
fn of_call(name: &str, takes_mean: bool, rest: &str) -> Option<Replacement> {
    let same = |toml| Replacement { toml, note: "" };
    let all = arguments(rest)?;
    let takes_one = BERNOULLI.contains(&name) || POINTS.contains(&name);
    // The comma of a function with one argument is a decimal comma.
    let given: Option<Vec<_>> = match number(rest).filter(|_| takes_one) {
        Some(only) => Some(vec![only]),
        None => all.iter().map(|(_, value)| number(value)).collect(),
    };
    let given = given?;
    match (name, given.as_slice()) {
        (name, [p]) if BERNOULLI.contains(&name) => Some(Replacement {
            toml: p.clone(),
            note: "the number itself is the probability, drawn anew each time",
        }),
        ("binomial" | "binom" | "riskbinomial", [n, p]) if n == "1" => Some(Replacement {
            toml: p.clone(),
            note: "the number itself is the probability, drawn anew each time",
        }),
        (name, [value]) if POINTS.contains(&name) => Some(Replacement {
            toml: value.clone(),
            note: "a known value is a number",
        }),
        ("exponential" | "expon" | "riskexpon" | "rexp" | "expovariate", [parameter]) => {
            let parameter: f64 = parameter.parse().ok()?;
            let mean = if takes_mean {
                parameter
            } else {
                1.0 / parameter
            };
            let [from, to] = EXPONENTIAL_PERCENTILES.map(|one| four_digits(one * mean));
            (parameter > 0.0).then(|| Replacement {
                toml: format!("{{ from = {from}, to = {to} }}"),
                note: "it has the 5th and the 95th percentile of the exponential distribution",
            })
        }
        ("gamma" | "riskgamma", [shape, scale]) => {
            let (shape, scale): (f64, f64) = (shape.parse().ok()?, scale.parse().ok()?);
            let (mean, sd) = (
                four_digits(shape * scale),
                four_digits(shape.sqrt() * scale),
            );
            (shape > 0.0 && scale > 0.0).then(|| Replacement {
                toml: format!("{{ lognormal = {{ mean = {mean}, sd = {sd} }} }}"),
                note: "it has the mean and the standard deviation of the gamma distribution",
            })
        }
        _ => {
            let keys: Vec<_> = all.iter().map(|(key, _)| *key).collect();
            family_with(name, &keys, &given).map(same)
        }
    }
}

/// The first and the last number of an interval such as `5 to 9` or `0.2–0.4`.
fn interval(text: &str) -> Option<(String, String)> {
    let (middle, half) = text
        .split_once('±')
        .or_else(|| text.split_once("+/-"))
        .map_or((None, None), |(middle, half)| {
            (number(middle), number(half))
        });
    if let (Some(middle), Some(half)) = (middle, half) {
        let (middle, half): (f64, f64) = (middle.parse().ok()?, half.parse().ok()?);
        let [from, to] = [middle - half, middle + half].map(|one| four_digits(one).to_string());
        return (half > 0.0).then_some((from, to));
    }
    if text.contains(" –") || text.contains(" —") {
        // With spaces around it, a dash is a minus sign.
        return None;
    }
    let separators = [" to ", " TO ", " bis ", "–", "—", "...", "..", "…"];
    let mut found = separators.iter().filter_map(|one| text.split_once(one));
    found.find_map(|(from, to)| Some((number(from)?, number(to)?)))
}

/// The last part of a name, in lowercase, with letters and digits only.
fn plain_name(name: &str) -> String {
    let last = name.trim().rsplit('.').next().unwrap_or_default();
    let plain = last.chars().filter(|c| c.is_alphanumeric());
    plain.collect::<String>().to_lowercase()
}

/// A distribution with a foreign name, and these numbers under these names.
fn family_with(name: &str, keys: &[Option<&str>], given: &[String]) -> Option<String> {
    if STANDARD_UNIFORM.contains(&name) {
        let max = match given {
            [] => "1",
            [max] => max,
            _ => return None,
        };
        return Some(format!("{{ uniform = {{ min = 0, max = {max} }} }}"));
    }
    let is_risk = name.starts_with("risk");
    let without_prefix = ["risk", "random", "r"].into_iter();
    let mut candidates = without_prefix.filter_map(|prefix| name.strip_prefix(prefix));
    let find = |name: &str| {
        let mut all = FOREIGN_FAMILIES.iter();
        all.find(|one| one.names.contains(&name))
    };
    let found = find(name).or_else(|| candidates.find_map(find))?;
    if let Some(written) = with_names(found.family, keys, given) {
        return Some(written);
    }
    let parameters = match found.family {
        // The add-ins of spreadsheets take the moments of the lognormal itself.
        "lognormal" if is_risk => &["mean", "sd"],
        _ => found.parameters,
    };
    let given = match given {
        // R takes the number of draws first.
        [_, rest @ ..] if name.starts_with('r') && rest.len() == parameters.len() => rest,
        all => all,
    };
    let given = match (given.len() == parameters.len(), given) {
        (true, _) => given,
        // The number of draws may come last.
        (false, [first @ .., _]) if keys.last() == Some(&Some("size")) => first,
        _ => return None,
    };
    (parameters.len() == given.len()).then(|| written(found.family, parameters, given))
}

/// A family with its parameters as TOML.
fn written(family: &str, parameters: &[&str], given: &[String]) -> String {
    let pairs = parameters.iter().zip(given);
    let pairs: Vec<String> = pairs
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    format!("{{ {family} = {{ {} }} }}", pairs.join(", "))
}

/// A family whose numbers all have names, such as `{mean: 0.3, stdev: 0.1}`, in any order.
fn with_names(family: &str, keys: &[Option<&str>], given: &[String]) -> Option<String> {
    let find = |names: &[&str]| {
        let is_one = |key: &Option<&str>| {
            key.is_some_and(|key| names.contains(&key.to_lowercase().as_str()))
        };
        given.get(keys.iter().position(is_one)?).cloned()
    };
    const PERCENTILES: [&[&str]; 2] = [&["p5", "p05", "q5"], &["p95", "q95"]];
    if let [Some(from), Some(to)] = PERCENTILES.map(find) {
        return Some(format!("{{ from = {from}, to = {to} }}"));
    }
    const MEAN: &[&str] = &["mean", "mu", "loc", "meanlog", "average"];
    const SD: &[&str] = &["stdev", "sd", "std", "stddev", "scale", "sigma"];
    const MIN: &[&str] = &["min", "low", "lower", "left", "a", "minimum"];
    const MODE: &[&str] = &["mode", "likely", "mostlikely", "ml", "c", "m"];
    const MAX: &[&str] = &["max", "high", "upper", "right", "b", "maximum"];
    const MOMENTS: (&[&str], &[&[&str]]) = (&["mean", "sd"], &[MEAN, SD]);
    const LOG: (&[&str], &[&[&str]]) = (&["mu", "sigma"], &[MEAN, &["sigma", "sdlog"]]);
    const SHAPES: (&[&str], &[&[&str]]) = (
        &["alpha", "beta"],
        &[&["alpha", "a", "shape1"], &["beta", "b", "shape2"]],
    );
    const THREE: (&[&str], &[&[&str]]) = (&["min", "mode", "max"], &[MIN, MODE, MAX]);
    let forms = match family {
        "lognormal" => vec![LOG, MOMENTS],
        "beta" => vec![SHAPES, MOMENTS],
        "uniform" => vec![(&["min", "max"][..], &[MIN, MAX][..])],
        "triangular" | "pert" => vec![THREE],
        _ => vec![MOMENTS],
    };
    forms.into_iter().find_map(|(parameters, names)| {
        let values: Option<Vec<String>> = names.iter().map(|names| find(names)).collect();
        values.map(|values| written(family, parameters, &values))
    })
}

/// The arguments between two parentheses, which may also stand in braces.
fn arguments(text: &str) -> Option<Vec<Argument<'_>>> {
    let text = text.trim();
    let text = match text.strip_prefix('{') {
        Some(inner) => inner.strip_suffix('}')?,
        None => text,
    };
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    let separator = if text.contains(';') { ';' } else { ',' };
    let all = text
        .split(separator)
        .map(|one| match one.split_once(['=', ':']) {
            Some((key, value)) => (Some(key.trim().trim_matches(['"', '\''])), value.trim()),
            None => (None, one.trim()),
        });
    Some(all.collect())
}

/// The smallest and the largest value of the parts of a mixture, without their weights.
fn extent_of_parts(text: &str) -> Option<(f64, f64)> {
    let parts = top_level_parts(text);
    // Values in one list and weights in another, or parts and then a list of weights.
    let is_list = |part: &str| part.starts_with(['[', '{']);
    let values: Vec<&str> = match parts.as_slice() {
        [first, ..] if is_list(first) => top_level_parts(first),
        all => {
            let parts = all.iter().filter(|part| !is_list(part));
            parts.copied().collect()
        }
    };
    let mut extents = values.iter().filter_map(|part| extent(part));
    let first = extents.next()?;
    let wider = |a: (f64, f64), b: (f64, f64)| (a.0.min(b.0), a.1.max(b.1));
    let all = extents.fold(first, wider);
    (all.0 < all.1).then_some(all)
}

/// The parts of a text between commas or semicolons outside of brackets; the brackets around a
/// list are left out.
fn top_level_parts(text: &str) -> Vec<&str> {
    let text = text.trim();
    let inner = text.strip_prefix(['[', '{']);
    let inner = inner.and_then(|inner| inner.strip_suffix([']', '}']));
    // The first and the last bracket may belong to two lists.
    let mut depth = 0_i32;
    let is_one_list = inner.is_some_and(|inner| {
        inner.chars().all(|c| {
            depth += i32::from(matches!(c, '[' | '{')) - i32::from(matches!(c, ']' | '}'));
            depth >= 0
        })
    });
    let text = inner.filter(|_| is_one_list).unwrap_or(text);
    let separator = if text.contains(';') { ';' } else { ',' };
    let (mut parts, mut from, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            c if c == separator && depth == 0 => {
                parts.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[from..].trim());
    parts
}

/// The 5th and the 95th percentile of a distribution in the notation of another tool, or its ends; a
/// number is both.
pub(super) fn extent(text: &str) -> Option<(f64, f64)> {
    // A value may have its weight beside it, as in `100: 0.25` or `[100, 0.25]`.
    let pair = text.trim_start_matches(['[', '(']);
    let value = pair.split([':', ',']).next().unwrap_or(text);
    let is_pair = text.starts_with(['[', '(']) || text.contains(':');
    if let Some(value) = number(if is_pair { value } else { text }) {
        let value = value.parse().ok()?;
        return Some((value, value));
    }
    let toml = replacement_of(text)?.toml;
    let value = |key: &str| {
        let rest = toml.split_once(&format!("{key} = "))?.1;
        let length = rest.find([',', ' ']).unwrap_or(rest.len());
        rest[..length].parse::<f64>().ok()
    };
    let ends = |low: &str, high: &str| Some((value(low)?, value(high)?));
    let moments = || {
        let (mean, sd) = ends("mean", "sd")?;
        Some((four_digits(mean - Z95 * sd), four_digits(mean + Z95 * sd)))
    };
    let shapes = || {
        let (alpha, beta) = ends("alpha", "beta")?;
        let mean = alpha / (alpha + beta);
        let sd = (mean * (1.0 - mean) / (alpha + beta + 1.0)).sqrt();
        Some((
            four_digits((mean - Z95 * sd).max(0.01)),
            four_digits((mean + Z95 * sd).min(0.99)),
        ))
    };
    ends("from", "to")
        .or_else(|| ends("min", "max"))
        .or_else(moments)
        .or_else(shapes)
}

/// The distribution that covers two values in every domain that contains both: an interval, or, if
/// one of them may be a bound, a uniform distribution.
pub(super) fn covering(low: f64, high: f64) -> String {
    let may_be_bound = low == 0.0 || high == 1.0;
    match may_be_bound {
        true => format!("{{ uniform = {{ min = {low}, max = {high} }} }}"),
        false => format!("{{ from = {low}, to = {high} }}"),
    }
}

/// The smallest and the largest number in a text, if it has two different ones.
pub(super) fn numbers_in(text: &str) -> Option<(f64, f64)> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | '_');
    let words = text.split(|c: char| !is_part(c) && !c.is_alphabetic());
    let numbers = words.filter(|word| word.starts_with(|c: char| c.is_ascii_digit() || c == '.'));
    let mut values = numbers.filter_map(|word| number(word)?.parse::<f64>().ok());
    let first = values.next()?;
    let (low, high) = values.fold((first, first), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    (low < high).then_some((low, high))
}

#[cfg(test)]
mod tests;
