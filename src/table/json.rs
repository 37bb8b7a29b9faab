//! Rows as JSON objects.

use super::ExportError;
use super::column::{ColumnDescription, TableDescription};
use super::sink::{Chunk, Sink};

/// A list of JSON objects with the column names as keys.
#[derive(Debug)]
pub struct JsonRows {
    columns: Vec<ColumnDescription>,
    rows: Vec<serde_json::Value>,
}

impl JsonRows {
    /// An empty list of objects.
    pub fn begin(about: &TableDescription) -> Self {
        Self {
            columns: about.columns.clone(),
            rows: Vec::new(),
        }
    }

    /// The list as a JSON value.
    pub fn into_value(self) -> serde_json::Value {
        serde_json::Value::Array(self.rows)
    }

    /// The list as JSON text.
    pub fn finish(self) -> String {
        let mut text = format!("{:#}", self.into_value());
        text.push('\n');
        text
    }
}

impl Sink for JsonRows {
    fn append(&mut self, chunk: &Chunk<'_>) -> Result<(), ExportError> {
        for row in chunk.rows() {
            let fields = self.columns.iter().zip(row);
            let fields =
                fields.map(|(column, cell)| (column.name.to_string(), cell.json(column.digits)));
            self.rows.push(serde_json::Value::Object(fields.collect()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Columns, Table};

    #[test]
    fn objects_have_the_columns_as_keys() {
        let columns = Columns::new()
            .id("name", "a name", |row: &(&'static str, Option<f64>)| row.0)
            .estimate("value", "", "a value", |row| row.1);
        let table = Table::new("test", "a row", columns);
        let mut rows = JsonRows::begin(table.about());
        table
            .append([("a", None), ("b", Some(1.0 / 3.0))], &mut rows)
            .unwrap();
        let back: serde_json::Value = serde_json::from_str(&rows.finish()).unwrap();
        let expected = serde_json::json!([
            { "name": "a", "value": null },
            { "name": "b", "value": 0.333333 },
        ]);
        assert_eq!(back, expected);
    }
}
