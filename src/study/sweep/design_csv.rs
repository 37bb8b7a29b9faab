//! CSV reader of designs whose columns are TOML paths, as spreadsheets save them.
//!
//! A byte-order mark is skipped. The separator is a comma or a semicolon, whichever the header
//! contains; with semicolons, `0,5` is 0.5. An empty field means "as in the file". A column `seed`
//! gives a point independent random numbers.

use super::design::{Design, DesignPoint, Setting};
use crate::base::random::Seed;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The column that gives points their own seeds.
const SEED: &str = "seed";

/// A design that cannot be read.
#[derive(Debug, Error)]
pub enum DesignFileError {
    /// The file cannot be read.
    #[error("cannot read {}", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    /// The table has a mistake.
    #[error("{}:{line}: {problem}", path.display())]
    Table {
        /// The file of the design.
        path: PathBuf,
        /// The line of the mistake, from 1.
        line: u64,
        /// Message without file and line.
        problem: String,
    },
}

/// Reads the CSV file of a design.
///
/// # Errors
/// If the file cannot be read or has a mistake; the message names the file and the line.
pub fn read_design(path: &Path) -> Result<Design, DesignFileError> {
    let bytes =
        std::fs::read(path).map_err(|error| DesignFileError::Read(path.to_owned(), error))?;
    parse(&bytes).map_err(|(line, problem)| DesignFileError::Table {
        path: path.to_owned(),
        line,
        problem,
    })
}

fn parse(bytes: &[u8]) -> Result<Design, (u64, String)> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()]
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count();
        (
            line as u64,
            "the file is not UTF-8 text: save it as `CSV UTF-8`".to_owned(),
        )
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Paths contain neither separator, so the header decides.
    let header_line = text.lines().next().unwrap_or_default();
    let separator = if header_line.contains(';') {
        b';'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let broken = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        (
            line,
            "the row does not have as many fields as the header".to_owned(),
        )
    };
    let header: Vec<String> = reader
        .headers()
        .map_err(broken)?
        .iter()
        .map(str::to_owned)
        .collect();
    if let Some(index) = header.iter().position(String::is_empty) {
        return Err((1, format!("column {} has no name", index + 1)));
    }
    let paths: Vec<String> = header
        .iter()
        .filter(|name| *name != SEED)
        .cloned()
        .collect();
    if paths.is_empty() {
        return Err((1, "the header has no TOML path".to_owned()));
    }
    let mut points = Vec::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let line = record.position().map_or(0, csv::Position::line);
        // Spreadsheets append empty rows.
        if !record.iter().all(str::is_empty) {
            let point = parse_point(&header, &record, separator == b';');
            points.push(point.map_err(|problem| (line, problem))?);
        }
    }
    if points.is_empty() {
        return Err((1, "the table has no rows".to_owned()));
    }
    Design::list(paths, points).map_err(|error| (1, error.to_string()))
}

fn parse_point(
    header: &[String],
    record: &csv::StringRecord,
    has_decimal_commas: bool,
) -> Result<DesignPoint, String> {
    let mut point = DesignPoint {
        settings: Vec::new(),
        seed: None,
    };
    for (column, field) in header.iter().zip(record) {
        if column == SEED {
            point.seed = parse_seed(field)?;
        } else {
            let setting = parse_setting(field, has_decimal_commas);
            let setting = setting.map_err(|problem| format!("`{column}` {problem}"))?;
            point.settings.push(setting);
        }
    }
    Ok(point)
}

fn parse_setting(field: &str, has_decimal_commas: bool) -> Result<Setting, String> {
    if field.is_empty() {
        return Ok(Setting::AsInFile);
    }
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let with_point = match field.split_once(',') {
        Some((whole, rest))
            if has_decimal_commas
                && digits(whole.trim_start_matches(['+', '-']))
                && rest.starts_with(|c: char| c.is_ascii_digit())
                && !rest.contains(',') =>
        {
            format!("{whole}.{rest}")
        }
        _ => field.to_owned(),
    };
    match with_point.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Setting::Number(number)),
        _ if field.starts_with(['=', '+', '-', '@']) => Err(format!(
            "is `{field}`, which spreadsheets evaluate as a formula: put it in parentheses"
        )),
        _ if field.contains(char::is_control) => {
            Err("contains a line break: write it on one line".to_owned())
        }
        _ => Ok(Setting::Text(field.to_owned())),
    }
}

fn parse_seed(field: &str) -> Result<Option<Seed>, String> {
    if field.is_empty() {
        return Ok(None);
    }
    let hexadecimal = field
        .strip_prefix("0x")
        .or_else(|| field.strip_prefix("0X"));
    let seed = match hexadecimal {
        Some(digits) if !digits.starts_with('+') => u64::from_str_radix(digits, 16).ok(),
        Some(_) => None,
        None => field.parse().ok(),
    };
    match seed {
        Some(seed) => Ok(Some(Seed(seed))),
        None => Err(format!(
            "`seed` is `{field}`: write a number of 64 bits, such as 42 or 0x2a"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreadsheet_formats_are_read() {
        let plain =
            parse(b"a.x,a.y,seed\n0.5,,7\n,\"{ from = 1, to = 2 }\",0x2a\n1E-3,sequential,\n,,\n")
                .unwrap();
        let european = parse(
            "\u{feff}a.x;a.y;seed\r\n0,5;;7\r\n;{ from = 1, to = 2 };0x2a\r\n1E-3;sequential;\r\n;;\r\n".as_bytes(),
        );
        assert_eq!(european.unwrap(), plain);
        assert_eq!(plain.paths, ["a.x", "a.y"]);
        let settings: Vec<_> = plain
            .points
            .iter()
            .map(|point| point.settings.clone())
            .collect();
        assert_eq!(
            settings,
            [
                [Setting::Number(0.5), Setting::AsInFile],
                [
                    Setting::AsInFile,
                    Setting::Text("{ from = 1, to = 2 }".into())
                ],
                [Setting::Number(0.001), Setting::Text("sequential".into())],
            ]
        );
        let seeds: Vec<_> = plain.points.iter().map(|point| point.seed).collect();
        assert_eq!(seeds, [Some(Seed(7)), Some(Seed(42)), None]);
    }

    #[test]
    fn mistakes_have_their_line() {
        for (text, line, part) in [
            ("a.x,,a.y\n1,2,3\n", 1, "column 2 has no name"),
            ("seed\n7\n", 1, "no TOML path"),
            ("a.x\n", 1, "no rows"),
            ("a.x,a.x\n1,2\n", 1, "varied twice"),
            ("a.x,a.y\n1,2\n3\n", 3, "as many fields"),
            ("a.x,seed\n1,2\n1,x\n", 3, "`seed` is `x`"),
            ("a.x\n-tension\n", 2, "put it in parentheses"),
        ] {
            let (found, problem) = parse(text.as_bytes()).unwrap_err();
            assert_eq!(found, line, "{text:?}: {problem}");
            assert!(problem.contains(part), "{text:?}: {problem}");
        }
        assert!(
            parse(b"a.x\n1\n\xff\n")
                .unwrap_err()
                .1
                .contains("CSV UTF-8")
        );
    }
}
