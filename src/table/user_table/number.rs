//! Numbers as spreadsheets write them. A number that could have another meaning is a mistake.

use super::mistakes::quoted;
use super::separator::Separator;

/// What a field that may be a number contains.
#[derive(Clone, Debug, PartialEq)]
pub enum NumberText {
    /// A finite number.
    Number(f64),
    /// Something that is meant as a number but is not read: the problem, with what to write instead.
    Misleading(String),
    /// Another text.
    Other,
}

/// Whether a comma or a point is the decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Decimal,
    /// The decimal mark, unless it could separate thousands as in `1.234`.
    DecimalUnlessThousands,
    NotDecimal,
}

/// How the numbers of a table are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NumberFormat {
    comma: Role,
    point: Role,
}

impl NumberFormat {
    /// The format of a table with these fields. Where the separator leaves the decimal mark open, numbers
    /// such as `0.25` or `0,25` show it for those such as `1.234`.
    pub(super) fn new<'f>(
        separator: Separator,
        fields: impl Iterator<Item = &'f str> + Clone,
    ) -> Self {
        if separator == Separator::Comma {
            return Self {
                comma: Role::NotDecimal,
                point: Role::Decimal,
            };
        }
        let shows = |mark: char| {
            let mut fields = fields.clone();
            fields.any(|field| {
                let parts = Parts::new(field).filter(|parts| parts.is_single(mark));
                parts.is_some_and(|parts| !parts.may_be_thousands())
            })
        };
        let (has_commas, has_points) = (shows(','), shows('.'));
        let role = |is_certain: bool| match is_certain {
            true => Role::Decimal,
            false => Role::DecimalUnlessThousands,
        };
        let has_decimal_commas = match separator {
            Separator::Semicolon => has_commas || !has_points,
            _ => has_commas && !has_points,
        };
        Self {
            comma: role(has_decimal_commas),
            point: role(has_points && !has_commas),
        }
    }

    /// Reads a field.
    pub(super) fn parse(self, field: &str) -> NumberText {
        let field = field.trim();
        let shown = quoted(field);
        if is_not_finite(field) {
            return NumberText::Misleading(format!(
                "{shown} is not a finite number: write a number, or leave the field empty"
            ));
        }
        if is_placeholder(field) {
            return NumberText::Misleading(format!(
                "{shown} stands for a missing value: write a number, or leave the field empty"
            ));
        }
        if let Some(problem) = self.accounting_problem(field) {
            return NumberText::Misleading(format!("{shown} {problem}"));
        }
        if let Some(percent) = field.strip_suffix('%') {
            return match self.parse(percent) {
                NumberText::Number(number) => NumberText::Misleading(format!(
                    "{shown} is a percentage: write {}",
                    rounded(number / 100.0)
                )),
                other => other,
            };
        }
        let Some(parts) = Parts::new(field) else {
            return without_grouping(field).map_or(NumberText::Other, |plain| {
                NumberText::Misleading(format!("{shown} is not a number: write {plain}"))
            });
        };
        match self.problem(&parts) {
            Some(instruction) => NumberText::Misleading(format!("{shown} {instruction}")),
            None => match parts.number() {
                None => NumberText::Other,
                Some(number) if number.is_finite() => NumberText::Number(number),
                Some(_) => NumberText::Misleading(format!(
                    "{shown} is too large: write a number below 1e308"
                )),
            },
        }
    }

    /// The problem of a negative number in parentheses or with its sign behind it, as accountants write it.
    fn accounting_problem(self, field: &str) -> Option<String> {
        let inside = field
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'));
        let size = inside
            .or_else(|| field.strip_suffix(['-', '\u{2212}']))?
            .trim();
        if !size.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')) {
            return None;
        }
        let (size, divisor) = match size.strip_suffix('%') {
            Some(percent) => (percent, 100.0),
            None => (size, 1.0),
        };
        match self.parse(size) {
            NumberText::Number(number) => Some(format!(
                "is a negative number as accountants write it: write -{}",
                rounded(number / divisor)
            )),
            NumberText::Misleading(_) => Some(
                "is a negative number as accountants write it: write it with a minus sign and without separators of thousands, such as -0.25"
                    .to_owned(),
            ),
            NumberText::Other => None,
        }
    }

    /// Why a number with these parts is not read, and what to write instead.
    fn problem(self, parts: &Parts) -> Option<String> {
        let n_marks = parts.n_commas + parts.n_points;
        if n_marks == 0 {
            return None;
        }
        if n_marks > 1 {
            let plain = parts.without_thousands()?;
            return Some(format!("has separators of thousands: write {plain}"));
        }
        let role = match parts.n_commas {
            0 => self.point,
            _ => self.comma,
        };
        let decimal = parts.text.replace(',', ".");
        match (role, parts.may_be_thousands()) {
            (Role::Decimal, _) | (Role::DecimalUnlessThousands, false) => None,
            (Role::NotDecimal, false) => Some(format!("has a decimal comma: write {decimal}")),
            // With another zero it cannot be a group of three digits.
            _ => Some(format!(
                "may be {} or {decimal}: write {0} or {decimal}0",
                parts.text.replace([',', '.'], "")
            )),
        }
    }
}

/// A text of digits, commas and points, with a sign and an exponent.
struct Parts {
    /// The text with an ASCII sign.
    text: String,
    n_commas: usize,
    n_points: usize,
}

impl Parts {
    /// `None` if the text has other characters.
    fn new(field: &str) -> Option<Self> {
        // Some locales write the minus sign of typography.
        let text = field.replace('\u{2212}', "-");
        let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
        let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let is_digit = |c: char| c.is_ascii_digit();
        let is_number = mantissa.contains(is_digit)
            && mantissa
                .chars()
                .all(|c| is_digit(c) || matches!(c, ',' | '.'))
            && !exponent.is_empty()
            && exponent.chars().all(is_digit);
        let n_commas = mantissa.matches(',').count();
        let n_points = mantissa.matches('.').count();
        is_number.then_some(Self {
            text,
            n_commas,
            n_points,
        })
    }

    /// Whether there is one such mark and none of the other kind.
    fn is_single(&self, mark: char) -> bool {
        let counts = (self.n_commas, self.n_points);
        counts == if mark == ',' { (1, 0) } else { (0, 1) }
    }

    /// Whether it could be a whole number with separators of thousands, such as `1.234` or `1.234.567`.
    fn may_be_thousands(&self) -> bool {
        let digits = self.text.trim_start_matches(['+', '-']);
        let mut groups = digits.split([',', '.']);
        let first = groups.next().unwrap_or_default();
        !first.starts_with('0')
            && (1..=3).contains(&first.len())
            && groups.all(|group| group.len() == 3 && !group.contains(['e', 'E']))
    }

    /// The number without separators of thousands, with a decimal point; `None` if its groups are not
    /// those of a number.
    fn without_thousands(&self) -> Option<String> {
        let last = self.text.rfind([',', '.'])?;
        let mark = self.text.as_bytes()[last];
        let n_of_last = if mark == b',' {
            self.n_commas
        } else {
            self.n_points
        };
        let whole = |text: &str| text.replace([',', '.'], "");
        if n_of_last > 1 {
            return self.may_be_thousands().then(|| whole(&self.text));
        }
        Some(format!(
            "{}.{}",
            whole(&self.text[..last]),
            &self.text[last + 1..]
        ))
    }

    fn number(&self) -> Option<f64> {
        self.text.replace(',', ".").parse().ok()
    }
}

/// Whether a text stands for a number that is not finite, or for an error of a spreadsheet's formula.
fn is_not_finite(field: &str) -> bool {
    const WORDS: [&str; 4] = ["nan", "inf", "infinity", "#num!"];
    const ERRORS: [&str; 6] = ["#n/a", "#nv", "#value!", "#wert!", "#div/0!", "#ref!"];
    let lower = field.to_lowercase();
    let word = lower.trim_start_matches(['+', '-', '\u{2212}']);
    WORDS.contains(&word) || ERRORS.contains(&word) || word == "\u{221e}"
}

/// Whether a field has a sign or word for a missing value that is not read as one. A lowercase word may be a
/// name.
pub fn is_placeholder(field: &str) -> bool {
    const WORDS: [&str; 9] = [
        "n/a", "n.a.", "n. a.", "k.a.", "k. a.", "<na>", "none", "null", "nil",
    ];
    let is_dash = |c: char| matches!(c, '-' | '\u{2212}' | '\u{2012}'..='\u{2015}' | '?');
    if field.chars().all(is_dash) {
        return !field.is_empty();
    }
    let is_name = field.chars().all(|c| c.is_ascii_lowercase());
    !is_name && WORDS.contains(&field.to_lowercase().as_str())
}

/// A number whose groups of digits are separated by blanks or apostrophes, without these.
fn without_grouping(field: &str) -> Option<String> {
    let is_separator = |c: char| c.is_whitespace() || matches!(c, '\'' | '\u{2019}');
    // A dash in place of the minus sign is a sign too.
    let text = match field.strip_prefix(['\u{2012}', '\u{2013}', '\u{2014}', '\u{fe63}']) {
        Some(rest) => format!("-{rest}"),
        None => field.to_owned(),
    };
    let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
    let mut groups = digits.split(is_separator);
    let first = groups.next()?;
    let is_group =
        |group: &str| group.len() >= 3 && group.as_bytes()[..3].iter().all(u8::is_ascii_digit);
    if !first.starts_with(|c: char| c.is_ascii_digit()) || !groups.all(is_group) {
        return None;
    }
    let joined = text.replace(is_separator, "").replace(',', ".");
    let parts = Parts::new(&joined)?;
    (parts.n_points <= 1).then_some(joined)
}

/// A number with 12 significant digits, so that 7 % is 0.07.
pub(super) fn rounded(number: f64) -> f64 {
    let text = format!("{number:.11e}");
    text.parse().expect("the text of a number is a number")
}
