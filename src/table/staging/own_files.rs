//! Files in a results folder that realpolitik did not write: notes, charts, folders of the user, and tables
//! of results that the user has changed.
//!
//! A folder of results is replaced as a whole. Before that, every entry that its manifest does not list, or
//! lists with another SHA-256, gets a second name in the new folder, so it is in the results folder at every moment. What appeared in
//! the old folder meanwhile is moved over before the old folder is removed. Nothing is overwritten: an
//! entry whose name the new results need is kept under the name with `.kept` behind it.

use super::operations::{FileOperations, exists, is_file, is_folder};
use crate::table::csv::sha256_of_file;
use crate::table::manifest::{MANIFEST_NAME, listed_files};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Passes over an old folder before its removal is left to the next command.
const PASSES: usize = 3;

/// The files that the manifest of a folder lists, with their SHA-256.
struct Listing(BTreeMap<OsString, String>);

impl Listing {
    /// The listing of a folder; without files if the folder has no manifest of results.
    fn of(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join(MANIFEST_NAME)).unwrap_or_default();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        if !json["files"].is_array() {
            return Self(BTreeMap::new());
        }
        let files = listed_files(&text).into_iter();
        let files = files.map(|(name, hash)| (OsString::from(name), hash));
        // The manifest cannot state its own.
        Self(
            files
                .chain([(OsString::from(MANIFEST_NAME), String::new())])
                .collect(),
        )
    }

    fn has(&self, name: &OsStr) -> bool {
        self.0.contains_key(name)
    }

    /// Whether an entry of the folder is a result, and not a file of the user or one that the user has
    /// changed; a file that cannot be read may be. The record of a study is always one, since no program but
    /// realpolitik reads it.
    fn is_result(&self, path: &Path) -> bool {
        let hash = path.file_name().and_then(|name| self.0.get(name));
        let Some(hash) = hash.filter(|_| is_file(path)) else {
            return false;
        };
        let is_record = path.extension().is_some_and(|end| end == "jsonl");
        hash.is_empty() || is_record || sha256_of_file(path).is_ok_and(|found| found == *hash)
    }
}

/// The names of the entries of a folder, in order.
fn entry_names(folder: &Path) -> io::Result<Vec<OsString>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name()));
    let mut names = entries.collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// The name with `.kept` behind it, and a number if there are several.
fn kept_name(name: &OsStr, number: u32) -> OsString {
    let mut kept = name.to_owned();
    match number {
        1 => kept.push(".kept"),
        _ => kept.push(format!(".kept{number}")),
    }
    kept
}

/// The first name of this form that is free in a folder.
fn free_name(folder: &Path, name: &OsStr) -> OsString {
    let names = (1..).map(|number| kept_name(name, number));
    let mut free = names.filter(|name| !exists(&folder.join(name)));
    free.next()
        .expect("a folder has fewer entries than numbers")
}

/// Gives the user's entries of the results folder `from` second names in the folder `to` of the new
/// results. Returns the entries whose names had to change, with their new names.
///
/// # Errors
/// If an entry can neither be linked nor copied; the path is that of the entry.
pub(super) fn carry(
    operations: &FileOperations,
    from: &Path,
    to: &Path,
) -> Result<Vec<(String, String)>, (PathBuf, io::Error)> {
    let at = |path: &Path| {
        let path = path.to_owned();
        |error| (path, error)
    };
    let listing = Listing::of(from);
    let own = entry_names(from).map_err(at(from))?.into_iter();
    let own = own.filter(|name| !listing.is_result(&from.join(name)));
    // Entries that keep their names come first, so that none of the other names is theirs.
    let (taken, free): (Vec<_>, Vec<_>) =
        own.partition(|name| name == MANIFEST_NAME || exists(&to.join(name)));
    for name in &free {
        let path = from.join(name);
        link(operations, &path, &to.join(name)).map_err(at(&path))?;
    }
    let mut renamed = Vec::new();
    for name in &taken {
        let path = from.join(name);
        let kept = free_name(to, name);
        link(operations, &path, &to.join(&kept)).map_err(at(&path))?;
        let text = |name: &OsStr| name.to_string_lossy().into_owned();
        renamed.push((text(name), text(&kept)));
    }
    Ok(renamed)
}

/// Gives an entry a second name; a folder is created anew, with its entries linked.
fn link(operations: &FileOperations, from: &Path, to: &Path) -> io::Result<()> {
    if !is_folder(from) {
        return operations.link(from, to);
    }
    operations.create_folder(to)?;
    for name in entry_names(from)? {
        link(operations, &from.join(&name), &to.join(&name))?;
    }
    operations.copy_permissions(from, to)?;
    operations.sync_folder(to)
}

/// Removes an old results folder after the new one has taken its place at `target`. Entries of the
/// user that are not in the new folder are moved there.
///
/// # Errors
/// If an entry cannot be moved or removed.
pub(super) fn retire(operations: &FileOperations, old: &Path, target: &Path) -> io::Result<()> {
    for pass in 1..=PASSES {
        if !exists(old) {
            break;
        }
        let (old_listing, new_listing) = (Listing::of(old), Listing::of(target));
        for name in entry_names(old)? {
            let path = old.join(&name);
            match old_listing.is_result(&path) {
                // Last, since it says which files are results.
                true if name == MANIFEST_NAME => {}
                true => operations.remove_file(&path)?,
                false => retire_entry(operations, &path, target, &new_listing)?,
            }
        }
        if old_listing.has(OsStr::new(MANIFEST_NAME)) {
            operations.remove_file(&old.join(MANIFEST_NAME))?;
        }
        match operations.remove_folder(old) {
            // Something appeared meanwhile.
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty && pass < PASSES => {}
            done => done?,
        }
    }
    Ok(())
}

/// Removes an entry of the user that the folder `target` has too, and moves it there otherwise.
/// `listing` has the results there.
fn retire_entry(
    operations: &FileOperations,
    path: &Path,
    target: &Path,
    listing: &Listing,
) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default();
    let own = target.join(name);
    let is_taken = listing.has(name);
    let kept = (1..).map(|number| target.join(kept_name(name, number)));
    let candidates = (!is_taken).then(|| own.clone()).into_iter();
    let candidates = candidates.chain(kept.take_while(|path| exists(path)));
    let candidates: Vec<PathBuf> = candidates.filter(|path| exists(path)).collect();
    if is_folder(path) {
        let Some(twin) = candidates.iter().find(|path| is_folder(path)) else {
            return operations.rename(path, &target.join(new_name(target, name, is_taken)));
        };
        for name in entry_names(path)? {
            retire_entry(
                operations,
                &path.join(name),
                twin,
                &Listing(BTreeMap::new()),
            )?;
        }
        return operations.remove_folder(path);
    }
    match candidates.iter().any(|twin| is_same(path, twin)) {
        true => operations.remove_file(path),
        false => operations.rename(path, &target.join(new_name(target, name, is_taken))),
    }
}

/// The name of an entry that is moved into a folder: its own, if it is free.
fn new_name(folder: &Path, name: &OsStr, is_taken: bool) -> OsString {
    match is_taken || exists(&folder.join(name)) {
        true => free_name(folder, name),
        false => name.to_owned(),
    }
}

/// Whether two names are of one file, or of a file and its copy.
fn is_same(one: &Path, other: &Path) -> bool {
    let (Ok(a), Ok(b)) = (fs::symlink_metadata(one), fs::symlink_metadata(other)) else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if (a.dev(), a.ino()) == (b.dev(), b.ino()) {
            return true;
        }
    }
    if a.is_symlink() && b.is_symlink() {
        return fs::read_link(one).ok() == fs::read_link(other).ok();
    }
    let modified = (a.modified().ok(), b.modified().ok());
    a.is_file() && b.is_file() && a.len() == b.len() && modified.0 == modified.1
}
