//! CSV: files in a folder, and text for a pipe.
//!
//! It follows RFC 4180 with CRLF line ends, has a byte-order mark if a field is not ASCII, and is split
//! into several files if a spreadsheet could not show all rows. Rows are written as they come; no table
//! is held in memory.

use super::ExportError;
use super::cell::{Cell, Digits};
use super::column::{ColumnDescription, TableDescription};
use super::sink::{Chunk, Sink, Table};
use crate::base::diagnostic::is_invisible;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Maximum number of rows of a file, header included, in Excel and LibreOffice.
pub const MAX_ROWS: u64 = 1_048_576;

/// UTF-8 byte-order mark, by which spreadsheets detect the encoding.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The separators of a CSV file, which depend on the reader's locale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Commas between fields and a decimal point: RFC 4180, notebooks, English spreadsheets.
    #[default]
    Comma,
    /// Semicolons between fields and a decimal comma: spreadsheets in most of Europe and South America.
    Semicolon,
}

impl Dialect {
    /// The name on the command line and in manifests.
    pub fn word(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
        }
    }

    fn delimiter(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
        }
    }

    /// The text of a field. Text that a spreadsheet would evaluate as a formula is preceded by an
    /// apostrophe, which spreadsheets hide.
    fn text<'c>(self, cell: &'c Cell<'_>, digits: Digits) -> Cow<'c, str> {
        let text = cell.text(digits);
        match self {
            _ if matches!(cell, Cell::Text(_)) && is_formula(&text) => {
                Cow::Owned(format!("'{text}"))
            }
            Self::Semicolon if cell.is_real() => Cow::Owned(text.replace('.', ",")),
            _ => text,
        }
    }
}

/// Whether spreadsheets evaluate a text: it begins like a formula, blanks and invisible characters
/// aside, and is no number.
fn is_formula(text: &str) -> bool {
    let visible = text.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c));
    let is_number = visible.len() == text.len() && text.parse::<f64>().is_ok();
    !is_number && visible.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
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

/// A folder of CSV files: its finished files and their descriptions, in order.
#[derive(Debug)]
pub struct CsvFolder {
    path: PathBuf,
    dialect: Dialect,
    files: Vec<WrittenFile>,
    tables: Vec<TableDescription>,
}

impl CsvFolder {
    /// A folder, which exists, without files.
    pub fn new(path: &Path, dialect: Dialect) -> Self {
        Self {
            path: path.to_owned(),
            dialect,
            files: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// The separators of its files.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Begins a file of a table; [`CsvFolder::finish_table`] lists it.
    ///
    /// # Errors
    /// If the file cannot be created.
    pub fn begin(&self, about: &TableDescription) -> Result<CsvTable, ExportError> {
        CsvTable::begin(&self.path, about.clone(), self.dialect, MAX_ROWS)
    }

    /// Finishes a table of this folder.
    ///
    /// # Errors
    /// If its last rows cannot be written.
    pub fn finish_table(&mut self, table: CsvTable) -> Result<(), ExportError> {
        let (about, files) = table.finish()?;
        self.files.extend(files);
        self.tables.push(about);
        Ok(())
    }

    /// Writes a whole table.
    ///
    /// # Errors
    /// If its file cannot be written.
    pub fn write<'a, R: 'a>(
        &mut self,
        table: &Table<'a, R>,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<(), ExportError> {
        let mut file = self.begin(table.about())?;
        table.append(rows, &mut file)?;
        self.finish_table(file)
    }

    /// Writes a file that is not a table, line by line.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_lines<'l>(
        &mut self,
        name: &str,
        lines: impl IntoIterator<Item = &'l str>,
    ) -> Result<(), ExportError> {
        let path = self.path.join(name);
        let at_file = |error| ExportError::write(&path, error);
        let mut file = BufWriter::new(File::create(&path).map_err(at_file)?);
        for line in lines {
            writeln!(file, "{line}").map_err(at_file)?;
        }
        file.flush().map_err(at_file)?;
        drop(file);
        self.files.push(WrittenFile {
            name: name.to_owned(),
            n_rows: None,
            sha256: sha256_of_file(&path).map_err(at_file)?,
        });
        Ok(())
    }

    /// Writes the dictionary of all tables, and returns the files.
    ///
    /// # Errors
    /// If the dictionary cannot be written.
    pub fn finish(mut self) -> Result<Vec<WrittenFile>, ExportError> {
        let mut tables = std::mem::take(&mut self.tables);
        tables.push(super::dictionary::table().about().clone());
        self.write(
            &super::dictionary::table(),
            super::dictionary::rows(&tables),
        )?;
        Ok(self.files)
    }
}

/// A table being written into a folder: `name.csv`, then `name.2.csv`, `name.3.csv`, …, each with the
/// header, if it has more rows than a spreadsheet shows.
#[derive(Debug)]
pub struct CsvTable {
    folder: PathBuf,
    about: TableDescription,
    dialect: Dialect,
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
    fn begin(
        folder: &Path,
        about: TableDescription,
        dialect: Dialect,
        max_rows: u64,
    ) -> Result<Self, ExportError> {
        let part = Part::begin(folder, format!("{}.csv", about.name), &about, dialect)?;
        Ok(Self {
            folder: folder.to_owned(),
            about,
            dialect,
            max_rows,
            part,
            finished: Vec::new(),
        })
    }

    fn finish(mut self) -> Result<(TableDescription, Vec<WrittenFile>), ExportError> {
        let last = self.part.finish(&self.folder)?;
        self.finished.push(last);
        Ok((self.about, self.finished))
    }

    fn next_part(&mut self) -> Result<(), ExportError> {
        let number = self.finished.len() + 2;
        let name = format!("{}.{number}.csv", self.about.name);
        let next = Part::begin(&self.folder, name, &self.about, self.dialect)?;
        let full = std::mem::replace(&mut self.part, next);
        self.finished.push(full.finish(&self.folder)?);
        Ok(())
    }
}

impl Sink for CsvTable {
    fn append(&mut self, chunk: &Chunk<'_>) -> Result<(), ExportError> {
        for row in chunk.rows() {
            if self.part.n_rows + 1 == self.max_rows {
                self.next_part()?;
            }
            self.part
                .row(&self.folder, &self.about.columns, self.dialect, row)?;
        }
        Ok(())
    }
}

impl Part {
    fn begin(
        folder: &Path,
        name: String,
        about: &TableDescription,
        dialect: Dialect,
    ) -> Result<Self, ExportError> {
        let path = folder.join(&name);
        let file = File::create(&path).map_err(|error| ExportError::write(&path, error))?;
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .delimiter(dialect.delimiter())
            .from_writer(BufWriter::new(file));
        writer
            .write_record(about.header())
            .map_err(|error| ExportError::write(&path, error))?;
        Ok(Self {
            name,
            writer,
            n_rows: 0,
            is_ascii: about.header().all(str::is_ascii),
        })
    }

    fn row(
        &mut self,
        folder: &Path,
        columns: &[ColumnDescription],
        dialect: Dialect,
        cells: &[Cell<'_>],
    ) -> Result<(), ExportError> {
        let Self {
            name,
            writer,
            is_ascii,
            ..
        } = self;
        let at_file = |error| ExportError::write(&folder.join(&*name), error);
        for (cell, column) in cells.iter().zip(columns) {
            let text = dialect.text(cell, column.digits);
            *is_ascii &= text.is_ascii();
            writer.write_field(text.as_bytes()).map_err(at_file)?;
        }
        writer.write_record(None::<&[u8]>).map_err(at_file)?;
        self.n_rows += 1;
        Ok(())
    }

    fn finish(self, folder: &Path) -> Result<WrittenFile, ExportError> {
        let path = folder.join(&self.name);
        let at_file = |error| ExportError::write(&path, error);
        let mut file = self
            .writer
            .into_inner()
            .map_err(|error| at_file(error.into_error()))?
            .into_inner()
            .map_err(|error| at_file(error.into_error()))?;
        // Only here: a full disk may only show here.
        file.flush().map_err(at_file)?;
        drop(file);
        if !self.is_ascii {
            mark_as_utf8(&path).map_err(at_file)?;
        }
        Ok(WrittenFile {
            sha256: sha256_of_file(&path).map_err(at_file)?,
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
pub(super) fn sha256_of_file(path: &Path) -> std::io::Result<String> {
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

/// Rows as CSV text for a pipe: LF line ends, no byte-order mark.
#[derive(Debug)]
pub struct CsvText {
    writer: csv::Writer<Vec<u8>>,
    columns: Vec<ColumnDescription>,
    dialect: Dialect,
}

impl CsvText {
    /// A text that starts with the header.
    pub fn begin(about: &TableDescription, dialect: Dialect) -> Self {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(dialect.delimiter())
            .from_writer(Vec::new());
        writer
            .write_record(about.header())
            .expect("writing to memory does not fail");
        Self {
            writer,
            columns: about.columns.clone(),
            dialect,
        }
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

impl Sink for CsvText {
    fn append(&mut self, chunk: &Chunk<'_>) -> Result<(), ExportError> {
        for row in chunk.rows() {
            let fields = row.iter().zip(&self.columns);
            let fields = fields.map(|(cell, column)| self.dialect.text(cell, column.digits));
            let fields: Vec<_> = fields.collect();
            self.writer
                .write_record(fields.iter().map(|field| field.as_bytes()))
                .expect("writing to memory does not fail");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Columns;

    /// Rows of a name and a number.
    fn table() -> Table<'static, (&'static str, Option<f64>)> {
        let columns = Columns::new()
            .id("name", "a name", |row: &(&'static str, Option<f64>)| row.0)
            .estimate("value", "", "a value", |row| row.1);
        Table::new("plain", "a row", columns)
    }

    #[test]
    fn csv_follows_rfc_4180_with_byte_order_mark_only_if_not_ascii() {
        for (name, bytes) in [
            ("a, \"b\"", "name,value\r\n\"a, \"\"b\"\"\",0.5\r\nc,\r\n"),
            ("US–Turkey", "\u{feff}name,value\r\nUS–Turkey,0.5\r\nc,\r\n"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let mut files = CsvFolder::new(folder.path(), Dialect::Comma);
            files
                .write(&table(), [(name, Some(0.5)), ("c", None)])
                .unwrap();
            let written = std::fs::read(folder.path().join("plain.csv")).unwrap();
            assert_eq!(written, bytes.as_bytes());
            assert_eq!(files.files[0].n_rows, Some(2));
            assert_eq!(files.files[0].sha256, sha256(&written));
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    #[test]
    fn text_that_begins_like_a_formula_is_preceded_by_an_apostrophe() {
        for (name, expected) in [
            ("=1+1", "'=1+1"),
            ("\u{200b}=1+1", "'\u{200b}=1+1"),
            ("\u{feff}@x", "'\u{feff}@x"),
            (" -trust", "' -trust"),
            ("＝1", "'＝1"),
            ("-0.5", "-0.5"),
            ("a=1", "a=1"),
        ] {
            let mut text = CsvText::begin(table().about(), Dialect::Comma);
            table().append([(name, None)], &mut text).unwrap();
            assert_eq!(text.finish(), format!("name,value\n{expected},\n"));
        }
    }

    #[test]
    fn semicolons_go_with_decimal_commas_in_numbers_only() {
        let mut text = CsvText::begin(table().about(), Dialect::Semicolon);
        let rows = [("v1.5; x", Some(0.25)), ("b", Some(1e-7))];
        table().append(rows, &mut text).unwrap();
        assert_eq!(text.finish(), "name;value\n\"v1.5; x\";0,25\nb;1e-7\n");
    }

    #[test]
    fn tables_too_long_for_a_spreadsheet_are_split() {
        let folder = tempfile::tempdir().unwrap();
        let about = table().about().clone();
        let mut file = CsvTable::begin(folder.path(), about, Dialect::Comma, 4).unwrap();
        let rows = (0..7).map(|row| ("x", Some(f64::from(row))));
        table().append(rows, &mut file).unwrap();
        let (_, written) = file.finish().unwrap();
        let names: Vec<_> = written
            .iter()
            .map(|file| (&*file.name, file.n_rows))
            .collect();
        assert_eq!(
            names,
            [
                ("plain.csv", Some(3)),
                ("plain.2.csv", Some(3)),
                ("plain.3.csv", Some(1))
            ]
        );
        let last = std::fs::read_to_string(folder.path().join("plain.3.csv")).unwrap();
        assert_eq!(last, "name,value\r\nx,6\r\n");
    }

    #[test]
    fn the_dictionary_describes_every_column_of_every_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = CsvFolder::new(folder.path(), Dialect::Comma);
        files.write(&table(), [("a", None)]).unwrap();
        let files = files.finish().unwrap();
        assert_eq!(files.len(), 2);
        let text = std::fs::read_to_string(folder.path().join("dictionary.csv")).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "file,column,unit,kind,tier,meaning,row");
        assert_eq!(lines[1], "plain.csv,name,,id,main,a name,a row");
        assert_eq!(lines[2], "plain.csv,value,,real,main,a value,a row");
        assert!(lines[3].starts_with("dictionary.csv,file,"), "{text}");
    }
}
