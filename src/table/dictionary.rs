//! `dictionary.csv`: the definition of every column of every file.

use super::column::{ColumnDescription, TableDescription};
use super::columns::Columns;
use super::sink::Table;

/// A column of a file.
pub struct DictionaryRow<'a> {
    table: &'a TableDescription,
    column: &'a ColumnDescription,
}

/// The columns of `dictionary.csv`.
pub fn table<'a>() -> Table<'a, DictionaryRow<'a>> {
    let columns = Columns::new()
        .id("file", "name of the file", |row: &DictionaryRow<'a>| {
            format!("{}.csv", row.table.name)
        })
        .id("column", "name in the header", |row| &*row.column.name)
        .text("unit", "unit of the values", |row| row.column.unit)
        .text(
            "kind",
            "text, id (name or key), flag (0 or 1), count, probability, percent (a share, stored as a fraction), real or date",
            |row| row.column.kind.word(),
        )
        .text(
            "tier",
            "main, or specialist for columns that few readers need",
            |row| row.column.tier.word(),
        )
        .text("meaning", "definition of the column", |row| {
            &*row.column.meaning
        })
        .text("row", "what one row of the file describes", |row| {
            row.table.row
        });
    Table::new(
        "dictionary",
        "a column of one of the files in this folder",
        columns,
    )
}

/// The rows for these tables.
pub fn rows(tables: &[TableDescription]) -> impl Iterator<Item = DictionaryRow<'_>> {
    tables.iter().flat_map(|table| {
        let columns = table.columns.iter();
        columns.map(move |column| DictionaryRow { table, column })
    })
}
