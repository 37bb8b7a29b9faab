//! Reads CSV files as spreadsheets save them.
//!
//! It accepts a byte-order mark, both kinds of line ends, commas, tabs or semicolons with decimal
//! commas, and Excel's first line `sep=;`.

/// The rows of a CSV file, with a lowercase header.
pub(super) struct Spreadsheet {
    pub(super) header: Vec<String>,
    /// The rows with their numbers; the header is row 1, as in a spreadsheet.
    pub(super) rows: Vec<(u64, csv::StringRecord)>,
    pub(super) has_decimal_commas: bool,
}

impl Spreadsheet {
    /// Parses a file. `header_mistakes` returns the mistakes of its header.
    ///
    /// # Errors
    /// All mistakes of the header, or the first row that cannot be read.
    pub(super) fn parse(
        bytes: &[u8],
        header_mistakes: impl Fn(&[String]) -> Vec<String>,
    ) -> Result<Self, Vec<String>> {
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            return Err(vec![
                "the file is UTF-16 text: save it as CSV in UTF-8 (in Excel: \"CSV UTF-8\")"
                    .to_owned(),
            ]);
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let (bytes, n_skipped) = without_separator_line(bytes);
        let first_line = bytes.split(|&byte| byte == b'\n').next().unwrap_or(bytes);
        let separators = [b';', b'\t'];
        let separator = separators
            .into_iter()
            .find(|byte| first_line.contains(byte));
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .delimiter(separator.unwrap_or(b','))
            .flexible(true)
            .from_reader(bytes);
        let header = reader.headers().cloned().unwrap_or_default();
        let header: Vec<String> = header.iter().map(str::to_lowercase).collect();
        let mut mistakes = header_mistakes(&header);
        let mut rows = Vec::new();
        for record in reader.records() {
            let (position, problem) = match &record {
                Ok(record) => (record.position(), wrong_length(record, header.len())),
                Err(error) => {
                    let problem =
                        "the row is not UTF-8 text: save the file as CSV in UTF-8".to_owned();
                    (error.position(), Some(problem))
                }
            };
            let number = n_skipped + position.map_or(0, |position| line_of(bytes, position));
            match (problem, record) {
                (None, Ok(record)) => rows.push((number, record)),
                (Some(problem), _) if mistakes.is_empty() => {
                    mistakes.push(format!("row {number}: {problem}"));
                }
                // Further mistakes would follow from the first.
                _ => {}
            }
        }
        if mistakes.is_empty() {
            Ok(Self {
                header,
                rows,
                has_decimal_commas: separator == Some(b';'),
            })
        } else {
            Err(mistakes)
        }
    }
}

/// Removes Excel's first line `sep=;`, and returns the number of removed lines.
fn without_separator_line(bytes: &[u8]) -> (&[u8], u64) {
    let end = bytes.iter().position(|&byte| byte == b'\n');
    match end {
        Some(end) if bytes.starts_with(b"sep=") && end <= b"sep=;\r".len() => {
            (&bytes[end + 1..], 1)
        }
        _ => (bytes, 0),
    }
}

/// The line, from 1, of the record after a position. The reader skips empty lines, but they count.
fn line_of(bytes: &[u8], position: &csv::Position) -> u64 {
    let from = (position.byte() as usize).min(bytes.len());
    let is_empty = |byte: &&u8| matches!(byte, b'\n' | b'\r');
    let n_empty = bytes[from..].iter().take_while(is_empty).count();
    let before = &bytes[..from + n_empty];
    1 + before.iter().filter(|&&byte| byte == b'\n').count() as u64
}

/// The message if a row has too many fields. Spreadsheets omit or append empty fields at the end.
fn wrong_length(record: &csv::StringRecord, n_columns: usize) -> Option<String> {
    let n_fields = record.len();
    let is_filled = record.iter().skip(n_columns).any(|text| !text.is_empty());
    is_filled.then(|| {
        format!(
            "the row has {n_fields} fields for {n_columns} columns: write numbers with a decimal point, or separate all fields by semicolons"
        )
    })
}
