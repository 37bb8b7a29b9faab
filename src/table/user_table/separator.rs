//! Finds the separator of the fields: from Excel's first line `sep=;`, or from the header.

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
/// If the first line names another separator.
pub(super) fn start_of(text: &str) -> Result<Start, String> {
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
        let separator = found.ok_or_else(|| {
            "the line `sep=` names a separator that is not read: separate the fields by commas, semicolons or tabs".to_owned()
        })?;
        let line_end = match text[first_end..].as_bytes() {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        };
        return Ok(Start {
            byte: first_end + line_end,
            separator,
        });
    }
    let mut lines = text.split(['\n', '\r']);
    let header = lines.find(|line| line.contains(char::is_alphanumeric));
    Ok(Start {
        byte: 0,
        separator: most_frequent(header.unwrap_or_default()),
    })
}

/// The separator that occurs most often outside of quotation marks; a comma if there is none.
fn most_frequent(header: &str) -> Separator {
    let mut counts = [0_usize; 3];
    let mut is_quoted = false;
    for byte in header.bytes() {
        is_quoted ^= byte == b'"';
        let found = Separator::ALL.iter().position(|one| one.byte() == byte);
        if let Some(index) = found.filter(|_| !is_quoted) {
            counts[index] += 1;
        }
    }
    let mut best = (Separator::Comma, 0);
    for (separator, count) in Separator::ALL.into_iter().zip(counts) {
        if count > best.1 {
            best = (separator, count);
        }
    }
    best.0
}
