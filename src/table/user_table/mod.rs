//! The reader of all tables that users hand in: points of a sweep, targets, resolutions, and the
//! program's own tables after a spreadsheet has saved them again.
//!
//! [`UserTable::read`] accepts what Excel, LibreOffice, Google Sheets, Numbers, R and pandas write:
//!
//! - **Encoding**: UTF-8 with or without a byte-order mark, and UTF-16 with one.
//! - **Separator**: comma, semicolon or tab. Excel's first line `sep=;` decides, otherwise the header.
//! - **Lines**: all three line ends; rows without a value are ignored.
//! - **Columns**: names in any case, in any order; columns without a name and without values are
//!   ignored, as are the row numbers that R and pandas write into a first column without a name (1 to
//!   n, or 0 to n − 1).
//! - **Numbers**: a decimal point; with semicolons a decimal comma; with tabs either. A number that
//!   could have a separator of thousands is a mistake. `NA` is a missing value, as R writes it.
//! - **Dates**: `2031-05-20` or `20.05.2031`, also with midnight as the time of day.
//!
//! All mistakes of a file are collected in [`Mistakes`], each with its line and column.

mod changed_name;
mod date;
mod decode;
mod mistakes;
mod number;
mod records;
mod row;
mod separator;
mod table;
#[cfg(test)]
mod tests;

pub use changed_name::{composed, probable_name};
pub use date::date_or_other_text;
pub use mistakes::{Mistake, Mistakes, UserTableError, quoted};
pub use number::{NumberText, is_placeholder};
pub use row::UserRow;
pub use table::{UserTable, read_regular_file};
