//! The path of a results folder, checked before anything is simulated.

use super::lock::WORK_FOLDER;
use super::operations::exists;
use crate::table::ExportError;
use crate::table::manifest::{MANIFEST_NAME, listed_files};
use std::fs;
use std::path::{Path, PathBuf};

/// The paths of a results folder.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// The results folder; where a symbolic link leads, if it is one.
    pub(super) path: PathBuf,
    /// The folder that contains it.
    pub(super) parent: PathBuf,
    /// The work folder beside it.
    pub(super) work: PathBuf,
}

impl Target {
    /// The paths of a results folder, which may not exist yet.
    ///
    /// # Errors
    /// If the path has no last name, or is a link to nothing.
    pub(super) fn new(path: &Path) -> Result<Self, ExportError> {
        let is_link = fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink());
        let path = match is_link {
            true => fs::canonicalize(path)
                .map_err(|error| ExportError::DanglingLink(path.to_owned(), error))?,
            false => path.to_owned(),
        };
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(ExportError::NotAFolderName(path));
        };
        let parent = match parent.as_os_str().is_empty() {
            true => Path::new("."),
            false => parent,
        };
        Ok(Self {
            work: parent.join(WORK_FOLDER).join(name),
            parent: parent.to_owned(),
            path,
        })
    }

    /// Creates missing parents, and checks that the folder can be replaced.
    ///
    /// # Errors
    /// If it cannot.
    pub(super) fn prepare(&self) -> Result<(), ExportError> {
        fs::create_dir_all(&self.parent).map_err(|error| ExportError::make(&self.parent, error))?;
        if !exists(&self.path) {
            return Ok(());
        }
        if !self.path.is_dir() {
            return Err(ExportError::NotAFolder(self.path.clone()));
        }
        if is_mount_point(&self.path, &self.parent) {
            return Err(ExportError::MountPoint(self.path.clone()));
        }
        check_writable(&self.path)
            .map_err(|error| ExportError::NotWritable(self.path.clone(), error))
    }

    /// Removes the staging folders that version 0.4.0 left beside the results folder when it was ended:
    /// `.NAME.` and six letters or digits. Those that contain complete results were left for the user.
    pub(super) fn remove_old_leftovers(&self) {
        let Some(name) = self.path.file_name().and_then(|name| name.to_str()) else {
            return;
        };
        let prefix = format!(".{name}.");
        for entry in fs::read_dir(&self.parent).into_iter().flatten().flatten() {
            let found = entry.file_name();
            let is_leftover = found
                .to_str()
                .and_then(|found| found.strip_prefix(&prefix))
                .is_some_and(|end| {
                    end.len() == 6 && end.bytes().all(|c| c.is_ascii_alphanumeric())
                });
            if is_leftover && is_incomplete(&entry.path()) {
                // What cannot be removed does no harm.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// Whether a folder contains nothing but files of tables, and not all that its manifest lists.
fn is_incomplete(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        let is_table = matches!(extension, Some("csv" | "marked"));
        let is_ours = is_table || path.ends_with(MANIFEST_NAME);
        if !is_ours || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            return false;
        }
    }
    match fs::read_to_string(folder.join(MANIFEST_NAME)) {
        Ok(text) => {
            let listed = listed_files(&text);
            listed.is_empty() || listed.iter().any(|(name, _)| !folder.join(name).is_file())
        }
        Err(_) => true,
    }
}

/// Whether another file system, or a part of one, is mounted at a folder, which then cannot be replaced.
fn is_mount_point(path: &Path, parent: &Path) -> bool {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
        let about = statx(
            CWD,
            path,
            AtFlags::SYMLINK_NOFOLLOW,
            StatxFlags::BASIC_STATS,
        );
        let root = StatxAttributes::MOUNT_ROOT;
        if let Ok(about) = about
            && about.stx_attributes_mask.contains(root)
        {
            return about.stx_attributes.contains(root);
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let device = |path: &Path| fs::metadata(path).map(|about| about.dev());
        matches!((device(path), device(parent)), (Ok(one), Ok(other)) if one != other)
    }
    #[cfg(not(unix))]
    {
        let _ = (path, parent);
        false
    }
}

/// Checks that entries of a folder can be created and removed.
fn check_writable(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::fs::{Access, access};
        access(path, Access::WRITE_OK | Access::EXEC_OK)?;
    }
    let _ = path;
    Ok(())
}
