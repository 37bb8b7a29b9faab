//! Finds the separator of the fields: from Excel's first line `sep=;`, or from the header.

use super::decode::line_breaks;
use super::mistakes::quoted;

/// The separator of the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    Comma,
    Semicolon,
    Tab,
}

impl Separator {
    /// In the order of preference where the header has equally many.
    const ALL: [Self; 3] = [Self::Tab, Self::Semicolon, Self::Comma];

    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

/// Where the table begins, and how its fields are separated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start {
    /// The first byte after the line `sep=;`, if there is one.
    pub(super) byte: usize,
    pub(super) separator: Separator,
}

/// Finds the separator of a table.
///
/// # Errors
/// If the first line names another separator, or the header has another one: its line, from 1, and the
/// problem.
pub(super) fn start_of(text: &str) -> Result<Start, (u64, String)> {
    let first_end = text.find(['\n', '\r']).unwrap_or(text.len());
    let first_line = text[..first_end].trim_start().trim_matches('"');
    let has_mark = first_line
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("sep="));
    if has_mark {
        // A spreadsheet that saves the file again may append separators.
        let named = &first_line[4..];
        let found = Separator::ALL.into_iter().find(|one| {
            let separator = char::from(one.byte());
            !named.is_empty() && named.trim_matches('"').chars().all(|c| c == separator)
        });
        let problem = "the line `sep=` names a separator that is not read: separate the fields by commas, semicolons or tabs";
        let separator = found.ok_or((1, problem.to_owned()))?;
        let line_end = match &text.as_bytes()[first_end..] {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        };
        return Ok(Start {
            byte: first_end + line_end,
            separator,
        });
    }
    let at = text.find(char::is_alphanumeric).unwrap_or(0);
    let before = &text[..at];
    let begin = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let header = text[begin..].split(['\n', '\r']).next();
    let header = header.unwrap_or_default().trim();
    let separator = match most_frequent(header) {
        Some(separator) => separator,
        None if is_quoted_as_a_whole(header) => {
            let problem = "each line is quoted as a whole, so the table has one column only: remove the quotation marks at the beginning and the end of each line";
            return Err((1 + line_breaks(before.as_bytes()), problem.to_owned()));
        }
        None if header.contains([' ', '|']) => {
            let problem = format!(
                "the header {} has no separator: separate the fields by commas, semicolons or tabs",
                quoted(header)
            );
            return Err((1 + line_breaks(before.as_bytes()), problem));
        }
        None => Separator::Comma,
    };
    Ok(Start { byte: 0, separator })
}

/// Whether a header without a separator outside of quotation marks has one inside.
fn is_quoted_as_a_whole(header: &str) -> bool {
    let inside = header
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inside.is_some_and(|inside| inside.contains([',', ';', '\t']))
}

/// The separator that occurs most often outside of quotation marks.
fn most_frequent(header: &str) -> Option<Separator> {
    let mut counts = [0_usize; 3];
    let mut is_quoted = false;
    for byte in header.bytes() {
        is_quoted ^= byte == b'"';
        let found = Separator::ALL.iter().position(|one| one.byte() == byte);
        if let Some(index) = found.filter(|_| !is_quoted) {
            counts[index] += 1;
        }
    }
    let mut best = (None, 0);
    for (separator, count) in Separator::ALL.into_iter().zip(counts) {
        if count > best.1 {
            best = (Some(separator), count);
        }
    }
    best.0
}
