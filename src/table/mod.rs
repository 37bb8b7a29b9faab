//! Tables (floor 7): estimates written as CSV, JSON and a manifest, and the reader of users' tables.
//!
//! A table is described once ([`columns`]): names, meanings and values of its columns stand together, and
//! header, dictionary and cells come from there. The tables of a simulation are in [`run`], those of a
//! study beside the study. A [`Sink`] takes rows in chunks: CSV files and text ([`csv`]), JSON
//! objects. [`user_table`] reads the tables that users hand in. This module computes nothing.

pub mod cell;
pub mod column;
pub mod columns;
pub mod csv;
mod dictionary;
mod json;
pub mod manifest;
pub mod run;
pub mod sink;
mod staging;
pub mod user_table;

pub use columns::Columns;
pub use csv::{CsvFolder, CsvTable, CsvText, Dialect, WrittenFile, sha256};
pub use json::JsonRows;
pub use manifest::Manifest;
pub use run::{RunsTable, write_tables};
pub use sink::{Chunk, Sink, Table};
pub use staging::Staging;

use std::path::{Path, PathBuf};
use thiserror::Error;

/// The reason why results cannot be written.
#[derive(Debug, Error)]
pub enum ExportError {
    /// A folder cannot be created.
    #[error("cannot create a folder in {}", .0.display())]
    MakeFolder(PathBuf, #[source] std::io::Error),
    /// The path exists and is not a folder.
    #[error("{} exists and is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// The path has no final name.
    #[error("{} does not name a folder", .0.display())]
    NotAFolderName(PathBuf),
    /// A file cannot be written; earlier results are unchanged.
    #[error("cannot write {}; earlier results are unchanged", .0.display())]
    Write(PathBuf, #[source] std::io::Error),
    /// A file cannot be moved into the results folder.
    #[error(
        "cannot replace {}; close it in other programs. The new results are complete, in {}",
        path.display(),
        kept.display()
    )]
    Publish {
        /// The file that could not be replaced.
        path: PathBuf,
        /// The system error.
        source: std::io::Error,
        /// The folder of the staged results.
        kept: PathBuf,
    },
}

impl ExportError {
    fn write(path: &Path, error: impl Into<std::io::Error>) -> Self {
        Self::Write(path.to_owned(), error.into())
    }

    fn make(parent: &Path, error: std::io::Error) -> Self {
        Self::MakeFolder(parent.to_owned(), error)
    }
}
