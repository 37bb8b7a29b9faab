//! How results come into their folder: all of them or none.
//!
//! Files are written into a staging folder beside the results, on the same disk. Only when all
//! are whole is the old manifest removed and each file renamed into place; files that only the
//! old manifest listed are deleted, nothing else in the folder is touched, and the new manifest
//! comes last. So a folder without a manifest is incomplete, and a full disk, a crash or a
//! mistake before that point leaves earlier results as they were.

use super::ExportError;
use super::manifest::{MANIFEST_NAME, Manifest, listed_files};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A place where the files of one results folder are gathered. Dropped, it takes them with it.
#[derive(Debug)]
pub struct Staging {
    staged: TempDir,
    target: PathBuf,
}

impl Staging {
    /// Makes a staging folder beside `target`, and the folders above it where they are missing.
    /// So a target that cannot be written to is known before a simulation begins.
    ///
    /// # Errors
    /// Where no folder can be made there, or something that is not a folder has its name.
    pub fn begin(target: &Path) -> Result<Self, ExportError> {
        let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else {
            return Err(ExportError::NotAFolderName(target.to_owned()));
        };
        let parent = if parent.as_os_str().is_empty() {
            Path::new(".")
        } else {
            parent
        };
        fs::create_dir_all(parent).map_err(|error| ExportError::make(parent, error))?;
        if target.exists() && !target.is_dir() {
            return Err(ExportError::NotAFolder(target.to_owned()));
        }
        let staged = tempfile::Builder::new()
            .prefix(&format!(".{}.", name.to_string_lossy()))
            .tempdir_in(parent)
            .map_err(|error| ExportError::make(parent, error))?;
        Ok(Self {
            staged,
            target: target.to_owned(),
        })
    }

    /// Where the files are to be written.
    pub fn folder(&self) -> &Path {
        self.staged.path()
    }

    /// Moves the files that the manifest lists into place, the manifest last.
    ///
    /// # Errors
    /// Where a file cannot be moved: the error names it, and the staged results are kept and
    /// their place is told.
    pub fn publish(self, manifest: &Manifest) -> Result<(), ExportError> {
        let staged_manifest = self.folder().join(MANIFEST_NAME);
        fs::write(&staged_manifest, manifest.text())
            .map_err(|error| ExportError::write(&staged_manifest, error))?;
        match self.move_into_place(manifest) {
            Ok(()) => Ok(()),
            Err((path, source)) => Err(ExportError::Publish {
                path,
                source,
                kept: self.staged.keep(),
            }),
        }
    }

    fn move_into_place(&self, manifest: &Manifest) -> Result<(), (PathBuf, std::io::Error)> {
        let target = &self.target;
        fs::create_dir_all(target).map_err(|error| (target.clone(), error))?;
        let manifest_path = target.join(MANIFEST_NAME);
        let old = match fs::read_to_string(&manifest_path) {
            Ok(text) => {
                fs::remove_file(&manifest_path).map_err(|error| (manifest_path.clone(), error))?;
                listed_files(&text)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err((manifest_path, error)),
        };
        for file in &manifest.files {
            self.move_file(&file.name)?;
        }
        for name in old {
            let path = target.join(&name);
            let is_stale = manifest.files.iter().all(|file| file.name != name);
            let is_file = fs::symlink_metadata(&path).is_ok_and(|about| about.is_file());
            if is_stale && is_file {
                fs::remove_file(&path).map_err(|error| (path, error))?;
            }
        }
        self.move_file(MANIFEST_NAME)
    }

    fn move_file(&self, name: &str) -> Result<(), (PathBuf, std::io::Error)> {
        let to = self.target.join(name);
        fs::rename(self.folder().join(name), &to).map_err(|error| (to, error))
    }
}
