//! Designs from a table whose columns are TOML paths.
//!
//! An empty field means "as in the file". A column `seed` gives a point independent random numbers.

use super::design::{Design, DesignPoint, Setting, replaced_paths};
use super::paths::column_problems;
use super::sweeping::ScenarioText;
use crate::base::diagnostic::is_invisible;
use crate::base::random::Seed;
use crate::table::user_table::{
    Mistake, Mistakes, NumberText, UserRow, UserTable, UserTableError, date_or_other_text,
    is_placeholder, quoted,
};
use std::path::Path;

/// The column that gives points their own seeds.
const SEED: &str = "seed";

/// Reads the table of a design of a scenario.
///
/// # Errors
/// If the file cannot be read or has mistakes, also in the paths of its columns; the error contains all of
/// them.
pub fn read_design(path: &Path, text: &ScenarioText<'_>) -> Result<Design, UserTableError> {
    design(&UserTable::read(path)?, |paths, points| {
        column_problems(text, paths, points)
    })
}

/// The design of a table. `problems` finds what is wrong with its paths.
fn design(
    table: &UserTable,
    problems: impl FnOnce(&[String], &[DesignPoint]) -> Vec<(usize, String)>,
) -> Result<Design, UserTableError> {
    let mut mistakes = table.mistakes();
    let line = table.header_line();
    let names = table.header().iter();
    let paths: Vec<String> = names.filter(|name| *name != SEED).cloned().collect();
    if paths.is_empty() {
        let problem = "the header has no TOML path: name a column, such as events.storm.hazard";
        mistakes.push(Mistake::in_row(line, problem));
    }
    let replaced = replaced_paths(&paths);
    let points: Vec<DesignPoint> = table
        .rows()
        .map(|row| {
            let point = point(row, &paths, &mut mistakes);
            let is_set = |index: usize| point.settings[index] != Setting::AsInFile;
            for &(index, later) in replaced.iter().filter(|pair| is_set(pair.0) && is_set(pair.1)) {
                let problem = format!(
                    "has no effect, because the column {} sets the value after it: leave one of the two fields empty",
                    quoted(&paths[later])
                );
                mistakes.push(row.mistake(&paths[index], problem));
            }
            point
        })
        .collect();
    // A name with an invisible character has been reported.
    let is_hidden = |c: char| is_invisible(c) || c.is_whitespace() && c != ' ';
    for (index, problem) in problems(&paths, &points) {
        if paths[index].contains(is_hidden) {
            continue;
        }
        mistakes.push(Mistake::in_field(line, &paths[index], problem));
    }
    if points.is_empty() && mistakes.is_empty() {
        let problem = "the table has no rows: write a row for each point";
        mistakes.push(Mistake::in_row(line, problem));
    }
    mistakes.finish()?;
    Design::list(paths, points)
        .map_err(|error| UserTableError::single(table.path(), line, error.to_string()))
}

/// The point of a row. Its mistakes are added to the list.
fn point(row: UserRow<'_>, paths: &[String], mistakes: &mut Mistakes) -> DesignPoint {
    let settings = paths.iter().map(|path| {
        let setting = setting(row, path).map_err(|problem| row.mistake(path, problem));
        mistakes.collect(setting).unwrap_or(Setting::AsInFile)
    });
    DesignPoint {
        settings: settings.collect(),
        seed: mistakes.collect(seed(row)).flatten(),
    }
}

fn setting(row: UserRow<'_>, path: &str) -> Result<Setting, String> {
    let (Some(field), Some(number)) = (row.value(path), row.number_text(path)) else {
        return Ok(Setting::AsInFile);
    };
    if is_placeholder(field) {
        return Err(format!(
            "{} stands for a missing value: leave the field empty, which means \"as in the file\"",
            quoted(field)
        ));
    }
    match number {
        NumberText::Number(number) => return Ok(Setting::Number(number)),
        NumberText::Misleading(problem) => return Err(problem),
        NumberText::Other => {}
    }
    if field.starts_with(['=', '+', '-', '@']) {
        return Err(format!(
            "is {}, which spreadsheets evaluate as a formula: put it in parentheses",
            quoted(field)
        ));
    }
    if field.contains(char::is_control) {
        return Err("contains a line break or control character: write it on one line".to_owned());
    }
    match date_or_other_text(field) {
        Some(date) => Ok(Setting::Text(date?.to_string())),
        None => Ok(Setting::Text(field.to_owned())),
    }
}

fn seed(row: UserRow<'_>) -> Result<Option<Seed>, Mistake> {
    let Some(field) = row.value(SEED) else {
        return Ok(None);
    };
    let hexadecimal = field
        .strip_prefix("0x")
        .or_else(|| field.strip_prefix("0X"));
    let seed = match hexadecimal {
        Some(digits) if !digits.starts_with('+') => u64::from_str_radix(digits, 16).ok(),
        Some(_) => None,
        None => row.count(SEED).unwrap_or(None),
    };
    match seed {
        Some(seed) => Ok(Some(Seed(seed))),
        None => Err(row.mistake(
            SEED,
            format!(
                "{} is not a seed: write a number of 64 bits, such as 42 or 0x2a",
                quoted(field)
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Design, String> {
        let table = UserTable::parse(Path::new("p.csv"), text.as_bytes());
        let design = table.and_then(|table| design(&table, |_, _| Vec::new()));
        design.map_err(|error| error.to_string())
    }

    #[test]
    fn fields_are_numbers_texts_dates_and_seeds() {
        let plain = parse(
            "a.x,a.y,seed\n0.5,,7\n,\"{ from = 1, to = 2 }\",0x2a\n1E-3,sequential,7.0\n,,\n\
             NA,20.05.2031,\n,2031-05-20,\n",
        )
        .unwrap();
        let european = parse(
            "\u{feff}A.X;a.y;Seed\r\n0,5;;7\r\n;{ from = 1, to = 2 };0x2a\r\n1E-3;sequential;7\r\n;;\r\n\
             ;2031-05-20;\r\n;2031-05-20 00:00:00;\r\n",
        );
        assert_eq!(european.as_ref(), Ok(&plain));
        assert_eq!(plain.paths, ["a.x", "a.y"]);
        let text = |text: &str| Setting::Text(text.to_owned());
        let settings = plain.points.iter().map(|point| point.settings.clone());
        assert_eq!(
            settings.collect::<Vec<_>>(),
            [
                [Setting::Number(0.5), Setting::AsInFile],
                [Setting::AsInFile, text("{ from = 1, to = 2 }")],
                [Setting::Number(0.001), text("sequential")],
                [Setting::AsInFile, text("2031-05-20")],
                [Setting::AsInFile, text("2031-05-20")],
            ]
        );
        let seeds: Vec<_> = plain.points.iter().map(|point| point.seed).collect();
        assert_eq!(
            seeds,
            [Some(Seed(7)), Some(Seed(42)), Some(Seed(7)), None, None]
        );
    }

    #[test]
    fn mistakes_have_line_and_column() {
        for (text, expected) in [
            (
                "seed\n7\n",
                "p.csv:1: the header has no TOML path: name a column, such as events.storm.hazard",
            ),
            (
                "a.x\n",
                "p.csv:1: the table has no rows: write a row for each point",
            ),
            (
                "a.x,A.x\n1,2\n",
                "p.csv:1: the column `a.x` occurs twice (A and B): remove one",
            ),
            (
                "a.x,seed\n1,2\n1,x\n15%,2.5\n",
                "p.csv:3, column `seed`: `x` is not a seed: write a number of 64 bits, such as 42 or 0x2a\n\
                 p.csv:4, column `a.x`: `15%` is a percentage: write 0.15\n\
                 p.csv:4, column `seed`: `2.5` is not a seed: write a number of 64 bits, such as 42 or 0x2a",
            ),
            (
                "a.x\n-tension\n",
                "p.csv:2, column `a.x`: is `-tension`, which spreadsheets evaluate as a formula: put it in parentheses",
            ),
            (
                "a.x,b.x\n-,n/a\n(0.03),(a + 1)\n\u{2014},(0.03 + 1)\n",
                "p.csv:2, column `a.x`: `-` stands for a missing value: leave the field empty, which means \"as in the file\"\n\
                 p.csv:2, column `b.x`: `n/a` stands for a missing value: leave the field empty, which means \"as in the file\"\n\
                 p.csv:3, column `a.x`: `(0.03)` is a negative number as accountants write it: write -0.03\n\
                 p.csv:4, column `a.x`: `\u{2014}` stands for a missing value: leave the field empty, which means \"as in the file\"",
            ),
            (
                "a.x*,a.x,a.x.from,a\n2,,0.1,\n,1,0.1,\n2,1,,\n,,0.1,{ x = 1 }\n",
                "p.csv:4, column `a.x*`: has no effect, because the column `a.x` sets the value after it: leave one of the two fields empty\n\
                 p.csv:5, column `a.x.from`: has no effect, because the column `a` sets the value after it: leave one of the two fields empty",
            ),
            (
                "a.x\n\"1 +\n2\"\n",
                "p.csv:2, column `a.x`: contains a line break or control character: write it on one line",
            ),
            (
                "scenario.start\n2031-05-20T08:00Z\n",
                "p.csv:2, column `scenario.start`: `2031-05-20T08:00Z` has a time of day: write the date alone: 2031-05-20",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err(), expected);
        }
        let rows = "1\n".repeat(100_001);
        let error = parse(&format!("a.x\n{rows}")).unwrap_err();
        assert!(
            error.starts_with("p.csv:1: 100001 points exceed"),
            "{error}"
        );
    }
}
