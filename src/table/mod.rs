//! Tables (floor 7): estimates written as CSV, JSON and a manifest, and the reader of users' tables.
//!
//! A table is described once ([`columns`]): names, meanings and values of its columns stand together, and
//! header, dictionary and cells come from there. The tables of a simulation are in [`run`], those of a
//! study beside the study. A [`Sink`] takes rows in chunks: CSV files and text ([`csv`]), JSON
//! objects. [`user_table`] reads the tables that users hand in. This module computes nothing.
//!
//! Results are published by [`Staging`], and the completed parts of a study are in a [`RecordLog`].

pub mod cell;
pub mod column;
pub mod columns;
pub mod csv;
mod dictionary;
mod json;
pub mod manifest;
mod record_log;
pub mod run;
pub mod sink;
mod staging;
pub mod user_table;

pub use columns::Columns;
pub use csv::{CsvFolder, CsvTable, CsvText, Dialect, WrittenFile, sha256};
pub use json::JsonRows;
pub use manifest::Manifest;
pub use record_log::{RecordLog, key_of_record};
pub use run::{RunsTable, write_tables};
pub use sink::{Chunk, Sink, Table};
pub use staging::{OnWait, Staging, recover};

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
    /// The results folder is a symbolic link to nothing.
    #[error(
        "{} is a symbolic link to a folder that does not exist: create that folder, or remove the link",
        .0.display()
    )]
    DanglingLink(PathBuf, #[source] std::io::Error),
    /// Another file system is mounted at the results folder, which then cannot be replaced.
    #[error(
        "a file system is mounted at {}, so the folder cannot be replaced: give another folder with --output, such as one in it",
        .0.display()
    )]
    MountPoint(PathBuf),
    /// The results folder cannot be written.
    #[error("cannot write to the folder {}", .0.display())]
    NotWritable(PathBuf, #[source] std::io::Error),
    /// A command of another kind writes to the results folder.
    #[error(
        "`realpolitik {holder}` is writing to {}: wait until it ends, or give another folder with --output",
        folder.display()
    )]
    HeldByOtherKind {
        /// The results folder.
        folder: PathBuf,
        /// The kind of command.
        holder: String,
    },
    /// Another command writes to the results folder, and was not waited for until it ended.
    #[error("another command is writing to {}: run this one again when it has ended", .0.display())]
    StoppedWaiting(PathBuf),
    /// A file cannot be written; earlier results are unchanged.
    #[error("cannot write {}; earlier results are unchanged", final_path(.0).display())]
    Write(PathBuf, #[source] std::io::Error),
    /// A file of the user in the results folder can neither be linked nor copied.
    #[error(
        "cannot keep {}, a file in the results folder that is none of the results: move it elsewhere. Earlier results are unchanged",
        .0.display()
    )]
    Carry(PathBuf, #[source] std::io::Error),
    /// Results that a command left complete cannot be put in place.
    #[error(
        "cannot complete the results that an earlier command left: {} cannot be replaced. Close it in other programs, or move it elsewhere",
        .0.display()
    )]
    Replace(PathBuf, #[source] std::io::Error),
    /// The results folder cannot be replaced.
    #[error(
        "cannot replace {}; close it in other programs. The new results are complete, in {}, and the next command on this folder puts them in place",
        path.display(),
        kept.display()
    )]
    Publish {
        /// The file or folder that could not be replaced.
        path: PathBuf,
        /// The system error.
        source: std::io::Error,
        /// The folder of the staged results.
        kept: PathBuf,
    },
}

/// The path that a file of a staging folder will have: `output/NAME/x.csv` for
/// `output/.realpolitik/NAME/new/x.csv`.
fn final_path(path: &Path) -> PathBuf {
    let parts: Vec<_> = path.components().collect();
    let work = parts
        .iter()
        .position(|part| part.as_os_str() == ".realpolitik");
    match work {
        Some(work)
            if parts
                .get(work + 2)
                .is_some_and(|part| part.as_os_str() == "new") =>
        {
            let (before, inside) = (&parts[..work], &parts[work + 3..]);
            let name = std::iter::once(&parts[work + 1]);
            before.iter().chain(name).chain(inside).collect()
        }
        _ => path.to_owned(),
    }
}

impl ExportError {
    fn write(path: &Path, error: impl Into<std::io::Error>) -> Self {
        Self::Write(path.to_owned(), error.into())
    }

    fn make(parent: &Path, error: std::io::Error) -> Self {
        Self::MakeFolder(parent.to_owned(), error)
    }
}
