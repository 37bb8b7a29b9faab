//! The tables of the manual as Markdown: fields, distributions, functions.
//!
//! `params/README.md` holds them between markers; a test keeps it equal to the
//! specification in `fields`.

use super::fields::{
    DomainRule, ExpressionType, FAMILIES, Field, FieldDefault, FieldKind, INTERVAL, ROOT, TableSpec,
};
use super::limits;
use super::vocabulary::FUNCTIONS;
use std::fmt::Write;

/// The fields of every kind of TOML table, each table under a heading of its own.
pub fn fields() -> String {
    let mut text = String::new();
    add_table(&mut text, "The file", "", &ROOT);
    text
}

/// The distributions, as a Markdown table.
pub fn distributions() -> String {
    let mut text = table(&["TOML", "distribution"]);
    let braced = |keys: &[&str]| {
        let keys: Vec<_> = keys.iter().map(|key| format!("{key} = …")).collect();
        format!("{{ {} }}", keys.join(", "))
    };
    let meaning = "90 % interval, given by the 5th and 95th percentiles: logit-normal between the \
                   bounds for fields in [0, 1] and for values of variables, lognormal for fields of 0 \
                   or more, otherwise normal.";
    row(&mut text, &[&format!("`{}`", braced(&INTERVAL)), meaning]);
    for family in FAMILIES {
        let forms = family.forms.iter().map(|form| {
            let keys: Vec<_> = form.required.iter().chain(form.optional).copied().collect();
            format!("`{{ {} = {} }}`", family.key, braced(&keys))
        });
        row(
            &mut text,
            &[&forms.collect::<Vec<_>>().join(" or "), family.doc],
        );
    }
    text
}

/// The functions of the expression language, as a Markdown table.
pub fn functions() -> String {
    let mut text = table(&["function", "value"]);
    for function in FUNCTIONS {
        row(&mut text, &[&format!("`{}`", function.usage), function.doc]);
    }
    text
}

/// The header row of a Markdown table.
fn table(columns: &[&str]) -> String {
    let mut text = String::new();
    row(&mut text, columns);
    text + &"|---".repeat(columns.len()) + "|\n"
}

fn row(text: &mut String, cells: &[&str]) {
    for cell in cells {
        text.push_str("| ");
        // A bar would end the cell.
        text.push_str(&cell.replace('|', "\\|"));
        text.push(' ');
    }
    text.push_str("|\n");
}

/// Adds a heading, the description of a table and its fields, then the tables within it. `header` is
/// the TOML header without brackets.
fn add_table(text: &mut String, heading: &str, header: &str, spec: &TableSpec) {
    if !text.is_empty() {
        text.push('\n');
    }
    // Writing to a text cannot fail.
    let _ = write!(text, "### {heading}\n\n{}\n\n", spec.doc);
    text.push_str(&table(&["key", "type", "default", "unit", "description"]));
    for field in spec.fields {
        let unit = field.unit.unwrap_or_default();
        let key = format!("`{}`", field.key);
        row(
            text,
            &[&key, &kind(field), &default(field), unit, field.doc],
        );
    }
    for field in spec.fields {
        let path = match header {
            "" => field.key.to_owned(),
            header => format!("{header}.{}", field.key),
        };
        let (header, spec) = match field.kind {
            FieldKind::Table(spec) => (path, spec),
            FieldKind::NamedTables(spec) => (format!("{path}.NAME"), spec),
            FieldKind::VariableTables(spec) => (format!("{path}.VARIABLE"), spec),
            FieldKind::ArrayOfTables { spec, .. } => {
                add_table(text, &format!("`[[{path}]]`"), &path, spec);
                continue;
            }
            _ => continue,
        };
        add_table(text, &format!("`[{header}]`"), &header, spec);
    }
}

/// The type of a field in words.
fn kind(field: &Field) -> String {
    match field.kind {
        FieldKind::String { max } => format!("string, up to {} characters", thousands(max as i64)),
        FieldKind::Name => "name".to_owned(),
        FieldKind::Choice(words) => {
            let words: Vec<_> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
            words.join(" or ")
        }
        FieldKind::Date => "date".to_owned(),
        FieldKind::Integer { min, max } => {
            format!("integer, {min} to {}", thousands(max))
        }
        FieldKind::Number => "number".to_owned(),
        FieldKind::Coefficient => "number between -1 and 1".to_owned(),
        FieldKind::Boolean => "boolean".to_owned(),
        FieldKind::Quantity { domain, expression } => {
            let forms = match expression {
                true => "number, distribution or expression",
                false => "number or distribution",
            };
            match domain {
                DomainRule::Unit => format!("{forms}, 0 to 1"),
                DomainRule::NonNegative => format!("{forms}, 0 or more"),
                DomainRule::Real => forms.to_owned(),
                DomainRule::Bounds => format!("{forms}, within the variable's bounds"),
            }
        }
        FieldKind::Expression(ExpressionType::Number) => "expression or number".to_owned(),
        FieldKind::Expression(ExpressionType::Condition) => "condition".to_owned(),
        FieldKind::ActorName => "name of an actor".to_owned(),
        FieldKind::ActorNames { max } => {
            format!("array of actor names, up to {}", thousands(max as i64))
        }
        FieldKind::VariablePair => "array of two variable names".to_owned(),
        FieldKind::QuantityPair => "array of two TOML paths".to_owned(),
        FieldKind::Effects => format!(
            "table `{{ variable = amount, … }}`, up to {}",
            limits::EFFECTS_PER_LIST
        ),
        FieldKind::Table(_) => "table".to_owned(),
        FieldKind::NamedTables(_) => "named tables".to_owned(),
        FieldKind::VariableTables(_) => "tables named after variables".to_owned(),
        FieldKind::ArrayOfTables { max, .. } => {
            format!("array of tables, up to {}", thousands(max as i64))
        }
        FieldKind::NamedExpressions => "named expressions, conditions or numbers".to_owned(),
    }
}

/// The default of a field in words.
fn default(field: &Field) -> String {
    match field.default {
        FieldDefault::Required => "required".to_owned(),
        FieldDefault::None => String::new(),
        FieldDefault::Number(value) => format!("`{value}`"),
        FieldDefault::Word(word) => format!("`\"{word}\"`"),
    }
}

/// An integer with thousands separators.
fn thousands(value: i64) -> String {
    let digits = value.to_string();
    let mut shown = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_a_heading_and_every_key_a_row() {
        let text = fields();
        for heading in [
            "### The file\n",
            "### `[scenario]`\n",
            "### `[actors.NAME.perceives.VARIABLE]`\n",
            "### `[outcomes.NAME.resolution]`\n",
            "### `[[correlations]]`\n",
        ] {
            assert!(text.contains(heading), "{heading}");
        }
        let weight = "| `weight` | number or distribution, 0 or more | required |  | Weight";
        assert!(text.contains(weight), "{text}");
        let rows = text.lines().filter(|line| line.starts_with("| `"));
        assert!(rows.clone().all(|row| row.matches(" |").count() == 5));
        assert_eq!(rows.count(), n_fields(&ROOT));
    }

    fn n_fields(spec: &TableSpec) -> usize {
        let inner = spec.fields.iter().map(|field| match field.kind {
            FieldKind::Table(spec)
            | FieldKind::NamedTables(spec)
            | FieldKind::VariableTables(spec)
            | FieldKind::ArrayOfTables { spec, .. } => n_fields(spec),
            _ => 0,
        });
        spec.fields.len() + inner.sum::<usize>()
    }

    #[test]
    fn thousands_are_separated_by_commas() {
        assert_eq!(
            [7, 999, 1_000, 1_000_000].map(thousands),
            ["7", "999", "1,000", "1,000,000"]
        );
    }

    #[test]
    fn every_distribution_and_function_is_listed() {
        assert_eq!(distributions().lines().count(), FAMILIES.len() + 3);
        assert_eq!(functions().lines().count(), FUNCTIONS.len() + 2);
        assert!(distributions().contains("| `{ from = …, to = … }` | 90 % interval"));
        assert!(functions().contains("| `contest(a, b, decisiveness)` | contest success"));
    }
}
