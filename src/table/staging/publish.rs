//! A staging folder, and how it takes the place of a results folder.
//!
//! The work folder of `NAME` is `.realpolitik/NAME` beside it, and contains
//!
//! - `lock`, while a command holds it;
//! - `new`, the staging folder;
//! - `journal`, once the staging folder is complete: the SHA-256 of its manifest;
//! - `old`, the former results, where the system cannot exchange two folders in one step;
//! - `progress.jsonl`, completed parts of a study ([`crate::table::RecordLog`]).
//!
//! Publishing has these steps, and each is on the disk before the next:
//!
//! 1. The files and the manifest are complete in `new`, the user's files have second names there.
//! 2. The journal is written.
//! 3. `new` and the results folder are exchanged; or the results folder is renamed to `old`, and `new` to
//!    its name.
//! 4. The former results are removed, then the journal.
//!
//! A process may end anywhere. Before step 2, the next command removes `new`: the old results are in place.
//! After it, the journal says which manifest is the new one, so the next command knows whether step 3 was
//! made, and does what is missing.

use super::lock::{OnWait, READER, TargetLock};
use super::operations::{FileOperations, exists, is_file};
use super::own_files::{carry, retire};
use super::target::Target;
use crate::table::ExportError;
use crate::table::csv::sha256;
use crate::table::manifest::{ListedFile, MANIFEST_NAME, Manifest};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longest time for which a reader waits for a command that is publishing.
const READER_PATIENCE: Duration = Duration::from_secs(2);

/// A staging folder for the files of one results folder, which no other command writes to meanwhile. It
/// is removed on drop, except after a publication that failed halfway.
#[derive(Debug)]
pub struct Staging {
    paths: Paths,
    operations: FileOperations,
    /// Whether the staging folder is kept, since it is complete or no longer exists.
    is_kept: bool,
    /// Released after everything else.
    _lock: TargetLock,
}

/// The paths of a publication.
#[derive(Debug)]
struct Paths {
    target: Target,
    new: PathBuf,
    old: PathBuf,
    journal: PathBuf,
}

/// A step that failed, with the path that it was about.
type Failed = (PathBuf, io::Error);

impl Paths {
    fn new(target: Target) -> Self {
        let path = |name: &str| target.work.join(name);
        Self {
            new: path("new"),
            old: path("old"),
            journal: path("journal"),
            target,
        }
    }
}

impl Staging {
    /// Locks the results folder `target` for a command of this kind, completes or removes what
    /// earlier commands left, and creates a staging folder. Missing parent folders are created. So an
    /// unwritable target is reported before a simulation starts.
    ///
    /// # Errors
    /// If the folder cannot be written, or another command writes to it and `on_wait` does not wait.
    pub fn begin(target: &Path, kind: &str, on_wait: &mut OnWait<'_>) -> Result<Self, ExportError> {
        Self::begin_with(FileOperations::default(), target, kind, on_wait)
    }

    pub(super) fn begin_with(
        operations: FileOperations,
        target: &Path,
        kind: &str,
        on_wait: &mut OnWait<'_>,
    ) -> Result<Self, ExportError> {
        let target = Target::new(target)?;
        target.prepare()?;
        let lock = TargetLock::wait(&target.path, &target.work, kind, on_wait)?;
        // What the command before left may have changed it.
        target.prepare()?;
        target.remove_old_leftovers();
        let paths = Paths::new(target);
        let recovered = complete_or_remove(&operations, &paths);
        recovered.map_err(|(path, error)| ExportError::Replace(path, error))?;
        let created = operations.create_folder(&paths.new);
        created.map_err(|error| ExportError::make(&paths.new, error))?;
        Ok(Self {
            paths,
            operations,
            is_kept: false,
            _lock: lock,
        })
    }

    /// The folder into which the files are written.
    pub fn folder(&self) -> &Path {
        &self.paths.new
    }

    /// The results folder, where symbolic links lead.
    pub fn target(&self) -> &Path {
        &self.paths.target.path
    }

    /// A file for the completed parts of a study, which stays until it is removed.
    pub fn progress_file(&self) -> PathBuf {
        self.paths.target.work.join("progress.jsonl")
    }

    /// A name in the work folder for a file outside the results folder, to be renamed from there.
    pub fn scratch_file(&self) -> PathBuf {
        self.paths.new.join(".file")
    }

    /// Gives the user's files in the results folder second names among the new results. Returns those
    /// whose names had to change, since the results need them, with their new names.
    ///
    /// # Errors
    /// If a file can neither be linked nor copied.
    pub fn carry_own_files(&self) -> Result<Vec<(String, String)>, ExportError> {
        let target = &self.paths.target.path;
        if !exists(target) {
            return Ok(Vec::new());
        }
        carry(&self.operations, target, &self.paths.new)
            .map_err(|(path, error)| ExportError::Carry(path, error))
    }

    /// Puts the files that the manifest lists in place of the earlier results. The user's files must
    /// have been carried over.
    ///
    /// # Errors
    /// If the earlier results cannot be replaced. They are then unchanged, and the next command on
    /// the folder puts the new results in place.
    pub fn publish(self, manifest: &Manifest, then: impl FnOnce()) -> Result<(), ExportError> {
        self.publish_files(&manifest.text(), &manifest.files, then)
    }

    /// Like [`Staging::publish`], for a manifest given as text that lists `files`.
    pub(super) fn publish_files(
        mut self,
        manifest: &str,
        files: &[ListedFile],
        then: impl FnOnce(),
    ) -> Result<(), ExportError> {
        self.complete(manifest, files)
            .map_err(|(path, error)| ExportError::Write(path, error))?;
        // From here on the new results are complete.
        self.is_kept = true;
        put_in_place(&self.operations, &self.paths, manifest).map_err(|(path, source)| {
            ExportError::Publish {
                path,
                source,
                kept: self.paths.new.clone(),
            }
        })?;
        then();
        Ok(())
    }

    /// Steps 1 and 2: everything that the staging folder contains is on the disk, and the journal says
    /// so.
    fn complete(&self, manifest: &str, files: &[ListedFile]) -> Result<(), Failed> {
        let (operations, paths) = (&self.operations, &self.paths);
        for file in files {
            let path = paths.new.join(&file.name);
            let synced = operations.sync_file(&path);
            synced.map_err(|error| (path, error))?;
        }
        let path = paths.new.join(MANIFEST_NAME);
        let written = operations.write(&path, manifest.as_bytes());
        written.map_err(|error| (path, error))?;
        let at_new = |error| (paths.new.clone(), error);
        operations.sync_folder(&paths.new).map_err(at_new)?;
        let at_journal = |error| (paths.journal.clone(), error);
        let draft = paths.target.work.join("journal.new");
        let hash = sha256(manifest.as_bytes());
        operations
            .write(&draft, hash.as_bytes())
            .map_err(at_journal)?;
        operations
            .rename(&draft, &paths.journal)
            .map_err(at_journal)?;
        operations
            .sync_folder(&paths.target.work)
            .map_err(at_journal)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.is_kept {
            // What cannot be removed is removed by the next command.
            let _ = self.operations.remove_tree(&self.paths.new);
        }
    }
}

/// Steps 3 and 4, from wherever they were left.
fn put_in_place(operations: &FileOperations, paths: &Paths, manifest: &str) -> Result<(), Failed> {
    let target = &paths.target.path;
    let at_target = |error| (target.clone(), error);
    if !has_manifest(target, &sha256(manifest.as_bytes())) {
        let is_exchanged =
            exists(target) && operations.exchange(&paths.new, target).map_err(at_target)?;
        if !is_exchanged {
            if exists(target) {
                operations.rename(target, &paths.old).map_err(at_target)?;
            }
            operations.rename(&paths.new, target).map_err(at_target)?;
        }
        let parent = &paths.target.parent;
        operations.sync_folder(parent).map_err(at_target)?;
        let work = operations.sync_folder(&paths.target.work);
        work.map_err(at_target)?;
    }
    clean_up(operations, paths)
}

/// Step 4: removes the former results, in `old` or by the exchange in `new`, and the journal.
fn clean_up(operations: &FileOperations, paths: &Paths) -> Result<(), Failed> {
    for former in [&paths.old, &paths.new] {
        retire(operations, former, &paths.target.path).map_err(|error| (former.clone(), error))?;
    }
    let at_journal = |error| (paths.journal.clone(), error);
    operations.remove_file(&paths.journal).map_err(at_journal)
}

/// Whether a folder has the manifest with this SHA-256.
fn has_manifest(folder: &Path, hash: &str) -> bool {
    let bytes = fs::read(folder.join(MANIFEST_NAME));
    bytes.is_ok_and(|bytes| sha256(&bytes) == hash)
}

/// Completes or removes what a process left that was ended. The lock must be held.
fn complete_or_remove(operations: &FileOperations, paths: &Paths) -> Result<(), Failed> {
    let target = &paths.target.path;
    let at = |path: &Path| {
        let path = path.to_owned();
        |error| (path, error)
    };
    if let Ok(hash) = fs::read_to_string(&paths.journal) {
        let is_complete = has_manifest(&paths.new, &hash);
        if is_complete && !has_manifest(target, &hash) {
            let manifest = fs::read_to_string(paths.new.join(MANIFEST_NAME));
            let manifest = manifest.map_err(at(&paths.new))?;
            return put_in_place(operations, paths, &manifest);
        }
        if !exists(target) {
            // The results were removed by hand; what is left of the former ones is put back.
            for former in [&paths.old, &paths.new] {
                if exists(former) && !exists(target) {
                    operations.rename(former, target).map_err(at(former))?;
                }
            }
        }
        if exists(target) {
            return clean_up(operations, paths);
        }
        return operations
            .remove_file(&paths.journal)
            .map_err(at(&paths.journal));
    }
    let draft = paths.target.work.join("journal.new");
    operations.remove_file(&draft).map_err(at(&draft))?;
    operations.remove_tree(&paths.new).map_err(at(&paths.new))
}

/// Completes the publication of a results folder that a process began and did not end, for a command
/// that reads the folder. Without one, and without permission to write, it does nothing.
pub fn recover(target: &Path) {
    let Ok(target) = Target::new(target) else {
        return;
    };
    let paths = Paths::new(target);
    if !is_file(&paths.journal) {
        return;
    }
    let target = &paths.target;
    let mut on_wait = |_: &Path, waited| waited < READER_PATIENCE;
    if let Ok(_lock) = TargetLock::wait(&target.path, &target.work, READER, &mut on_wait) {
        // If it fails, the reader reports what is wrong with the folder.
        let _ = complete_or_remove(&FileOperations::default(), &paths);
    }
}
