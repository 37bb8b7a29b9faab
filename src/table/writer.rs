//! Writers of rows: CSV files and lists of JSON objects.
//!
//! CSV follows RFC 4180 with CRLF line ends, has a byte-order mark if a field is not ASCII, and is split
//! into several files if a spreadsheet could not show all rows. Rows are written as they come; no table
//! is held in memory.

use super::ExportError;
use super::cell::Cell;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Maximum number of rows of a file, header included, in Excel and LibreOffice.
pub const MAX_ROWS: u64 = 1_048_576;

/// UTF-8 byte-order mark, by which spreadsheets detect the encoding.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A sink for the rows of one table.
pub trait Rows {
    /// Writes the next row, which has as many fields as the header.
    ///
    /// # Errors
    /// If it cannot be written.
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), ExportError>;
}

/// A finished file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenFile {
    /// Name without folders.
    pub name: String,
    /// Number of rows without the header; `None` if it is not a table.
    pub n_rows: Option<u64>,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
}

/// A table being written into a folder: `name.csv`, then `name.2.csv`, `name.3.csv`, …, each with the
/// header, if it has more rows than a spreadsheet shows.
#[derive(Debug)]
pub struct CsvTable {
    folder: PathBuf,
    name: String,
    header: Vec<String>,
    max_rows: u64,
    part: Part,
    finished: Vec<WrittenFile>,
}

/// The file that is being written.
#[derive(Debug)]
struct Part {
    name: String,
    writer: csv::Writer<BufWriter<File>>,
    n_rows: u64,
    is_ascii: bool,
}

impl CsvTable {
    /// Creates a table in a folder. `name` has no extension.
    ///
    /// # Errors
    /// If the file cannot be created.
    pub fn begin(folder: &Path, name: &str, header: Vec<String>) -> Result<Self, ExportError> {
        Self::with_max_rows(folder, name, header, MAX_ROWS)
    }

    fn with_max_rows(
        folder: &Path,
        name: &str,
        header: Vec<String>,
        max_rows: u64,
    ) -> Result<Self, ExportError> {
        for column in &header {
            assert!(is_good_header(column), "`{column}` is not a valid header");
        }
        let part = Part::begin(folder, format!("{name}.csv"), &header)?;
        Ok(Self {
            folder: folder.to_owned(),
            name: name.to_owned(),
            header,
            max_rows,
            part,
            finished: Vec::new(),
        })
    }

    /// Finishes the table and returns its files in order.
    ///
    /// # Errors
    /// If the last rows cannot be written.
    pub fn finish(mut self) -> Result<Vec<WrittenFile>, ExportError> {
        let last = self.part.finish(&self.folder)?;
        self.finished.push(last);
        Ok(self.finished)
    }

    fn next_part(&mut self) -> Result<(), ExportError> {
        let number = self.finished.len() + 2;
        let next = Part::begin(
            &self.folder,
            format!("{}.{number}.csv", self.name),
            &self.header,
        )?;
        let full = std::mem::replace(&mut self.part, next);
        self.finished.push(full.finish(&self.folder)?);
        Ok(())
    }
}

impl Rows for CsvTable {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        assert_eq!(
            cells.len(),
            self.header.len(),
            "a row of {} has a field for each column",
            self.name
        );
        if self.part.n_rows + 1 == self.max_rows {
            self.next_part()?;
        }
        self.part.row(&self.folder, cells)
    }
}

impl Part {
    fn begin(folder: &Path, name: String, header: &[String]) -> Result<Self, ExportError> {
        let path = folder.join(&name);
        let file = File::create(&path).map_err(|error| ExportError::write(&path, error))?;
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(BufWriter::new(file));
        writer
            .write_record(header)
            .map_err(|error| ExportError::write(&path, error))?;
        Ok(Self {
            name,
            writer,
            n_rows: 0,
            is_ascii: header.iter().all(|column| column.is_ascii()),
        })
    }

    fn row(&mut self, folder: &Path, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        let Self {
            name,
            writer,
            is_ascii,
            ..
        } = self;
        let place = |error| ExportError::write(&folder.join(&*name), error);
        for cell in cells {
            let text = cell.text();
            *is_ascii &= text.is_ascii();
            writer.write_field(text.as_bytes()).map_err(place)?;
        }
        writer.write_record(None::<&[u8]>).map_err(place)?;
        self.n_rows += 1;
        Ok(())
    }

    fn finish(self, folder: &Path) -> Result<WrittenFile, ExportError> {
        let path = folder.join(&self.name);
        let place = |error| ExportError::write(&path, error);
        let mut file = self
            .writer
            .into_inner()
            .map_err(|error| place(error.into_error()))?
            .into_inner()
            .map_err(|error| place(error.into_error()))?;
        // Only here: a full disk may only show here.
        file.flush().map_err(place)?;
        drop(file);
        if !self.is_ascii {
            mark_as_utf8(&path).map_err(place)?;
        }
        Ok(WrittenFile {
            sha256: sha256_of_file(&path).map_err(place)?,
            name: self.name,
            n_rows: Some(self.n_rows),
        })
    }
}

/// Inserts a byte-order mark at the start of a file.
fn mark_as_utf8(path: &Path) -> std::io::Result<()> {
    let marked = path.with_extension("marked");
    let mut from = File::open(path)?;
    let mut to = File::create(&marked)?;
    to.write_all(BYTE_ORDER_MARK)?;
    std::io::copy(&mut from, &mut to)?;
    drop((from, to));
    std::fs::rename(&marked, path)
}

/// SHA-256 of a file, hexadecimal.
fn sha256_of_file(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hexadecimal(&hash.finalize())),
            n => hash.update(&buffer[..n]),
        }
    }
}

/// SHA-256 of bytes, hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a text is a valid column name: lowercase letters, digits, underscores, and the dots of a TOML
/// path. It never starts with `ID`, which Excel takes for the SYLK format.
pub fn is_good_header(column: &str) -> bool {
    column.starts_with(|c: char| c.is_ascii_lowercase())
        && column
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.')
}

/// Rows as CSV text for a pipe: LF line ends, no byte-order mark.
#[derive(Debug)]
pub struct CsvText {
    writer: csv::Writer<Vec<u8>>,
}

impl CsvText {
    /// A text that starts with the header.
    pub fn begin(header: &[String]) -> Self {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer
            .write_record(header)
            .expect("writing to memory does not fail");
        Self { writer }
    }

    /// The complete text.
    pub fn finish(self) -> String {
        let bytes = self
            .writer
            .into_inner()
            .expect("writing to memory does not fail");
        String::from_utf8(bytes).expect("all fields are UTF-8")
    }
}

impl Rows for CsvText {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        let fields = cells.iter().map(|cell| cell.text().into_owned());
        self.writer
            .write_record(fields)
            .expect("writing to memory does not fail");
        Ok(())
    }
}

/// Rows as JSON objects with the column names as keys.
#[derive(Debug)]
pub struct JsonRows {
    header: Vec<String>,
    rows: Vec<serde_json::Value>,
}

impl JsonRows {
    /// An empty list of objects.
    pub fn begin(header: Vec<String>) -> Self {
        Self {
            header,
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

impl Rows for JsonRows {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        let fields = self
            .header
            .iter()
            .cloned()
            .zip(cells.iter().map(Cell::json));
        self.rows.push(serde_json::Value::Object(fields.collect()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Vec<String> {
        vec!["name".to_owned(), "value".to_owned()]
    }

    #[test]
    fn csv_follows_rfc_4180_with_byte_order_mark_only_if_not_ascii() {
        let folder = tempfile::tempdir().unwrap();
        let mut table = CsvTable::begin(folder.path(), "plain", header()).unwrap();
        table.row(&["a, \"b\"".into(), 0.5.into()]).unwrap();
        table.row(&["c".into(), Cell::Missing]).unwrap();
        let written = table.finish().unwrap();
        let bytes = std::fs::read(folder.path().join("plain.csv")).unwrap();
        assert_eq!(bytes, b"name,value\r\n\"a, \"\"b\"\"\",0.5\r\nc,\r\n");
        assert_eq!(written[0].n_rows, Some(2));
        assert_eq!(written[0].sha256, sha256(&bytes));

        let mut table = CsvTable::begin(folder.path(), "marked", header()).unwrap();
        table.row(&["US–Turkey".into(), 1_u64.into()]).unwrap();
        let written = table.finish().unwrap();
        let bytes = std::fs::read(folder.path().join("marked.csv")).unwrap();
        assert_eq!(bytes, "\u{feff}name,value\r\nUS–Turkey,1\r\n".as_bytes());
        assert_eq!(written[0].sha256, sha256(&bytes));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn tables_too_long_for_a_spreadsheet_are_split() {
        let folder = tempfile::tempdir().unwrap();
        let mut table = CsvTable::with_max_rows(folder.path(), "long", header(), 4).unwrap();
        for row in 0_u64..7 {
            table.row(&["x".into(), row.into()]).unwrap();
        }
        let written = table.finish().unwrap();
        let names: Vec<_> = written
            .iter()
            .map(|file| (&*file.name, file.n_rows))
            .collect();
        assert_eq!(
            names,
            [
                ("long.csv", Some(3)),
                ("long.2.csv", Some(3)),
                ("long.3.csv", Some(1))
            ]
        );
        let last = std::fs::read_to_string(folder.path().join("long.3.csv")).unwrap();
        assert_eq!(last, "name,value\r\nx,6\r\n");
    }

    #[test]
    fn headers_are_snake_case() {
        assert!(is_good_header(
            "actors.russia.imperatives.break_nato.weight"
        ));
        for bad in ["", "ID", "Id", "a b", "=a", "-a", "1a", "été"] {
            assert!(!is_good_header(bad), "{bad}");
        }
    }

    #[test]
    fn json_objects_have_the_columns_as_keys() {
        let mut rows = JsonRows::begin(header());
        rows.row(&["a".into(), Cell::Missing]).unwrap();
        let back: serde_json::Value = serde_json::from_str(&rows.finish()).unwrap();
        assert_eq!(back, serde_json::json!([{ "name": "a", "value": null }]));
    }
}
