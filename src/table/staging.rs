//! Publishes the files of a results folder, all or none.
//!
//! Files are written into a staging folder beside the results, on the same file system. When all are
//! complete, the old manifest is removed, each file is renamed into place, files that only the old
//! manifest listed are deleted, and the new manifest is written last. A folder without a manifest is
//! therefore incomplete, and a failure before that point leaves earlier results unchanged. Other files
//! in the folder are not touched.

use super::ExportError;
use super::manifest::{ListedFile, MANIFEST_NAME, Manifest, listed_files};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A staging folder for the files of one results folder; it is deleted on drop.
#[derive(Debug)]
pub struct Staging {
    staged: TempDir,
    target: PathBuf,
}

impl Staging {
    /// Creates a staging folder beside `target`, and missing parent folders, so that an unwritable
    /// target is reported before a simulation starts.
    ///
    /// # Errors
    /// If no folder can be created there, or the target exists and is not a folder.
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

    /// The folder into which the files are written.
    pub fn folder(&self) -> &Path {
        self.staged.path()
    }

    /// Moves the files listed in the manifest into place, the manifest last.
    ///
    /// # Errors
    /// If a file cannot be moved: the error names it and the folder in which the staged results are
    /// kept.
    pub fn publish(self, manifest: &Manifest) -> Result<(), ExportError> {
        self.publish_files(&manifest.text(), &manifest.files)
    }

    /// Like [`Staging::publish`], for a manifest given as text that lists `files`.
    fn publish_files(self, manifest: &str, files: &[ListedFile]) -> Result<(), ExportError> {
        let staged_manifest = self.folder().join(MANIFEST_NAME);
        fs::write(&staged_manifest, manifest)
            .map_err(|error| ExportError::write(&staged_manifest, error))?;
        match self.move_into_place(files) {
            Ok(()) => Ok(()),
            Err((path, source)) => Err(ExportError::Publish {
                path,
                source,
                kept: self.staged.keep(),
            }),
        }
    }

    fn move_into_place(&self, files: &[ListedFile]) -> Result<(), (PathBuf, std::io::Error)> {
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
        for file in files {
            self.move_file(&file.name)?;
        }
        for name in old {
            let path = target.join(&name);
            let is_stale = files.iter().all(|file| file.name != name);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(names: &[&str]) -> Vec<ListedFile> {
        let list = |name: &&str| ListedFile {
            name: (*name).to_owned(),
            rows: None,
            sha256: String::new(),
        };
        names.iter().map(list).collect()
    }

    /// Stages and publishes files with the given content.
    fn publish(target: &Path, names: &[&str], content: &str) -> Result<(), ExportError> {
        let staging = Staging::begin(target)?;
        for name in names {
            fs::write(staging.folder().join(name), content).unwrap();
        }
        let files = listed(names);
        let manifest = serde_json::json!({ "files": files }).to_string();
        staging.publish_files(&manifest, &files)
    }

    fn names_in(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<_> = entries
            .map(|entry| name(entry).into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn stale_files_go_and_foreign_files_stay() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("deep/er/results");
        publish(&target, &["a.csv", "a.2.csv", "b.csv"], "old").unwrap();
        fs::write(target.join("notes.txt"), "mine").unwrap();
        publish(&target, &["a.csv", "c.csv"], "new").unwrap();
        assert_eq!(
            names_in(&target),
            ["a.csv", "c.csv", MANIFEST_NAME, "notes.txt"]
        );
        assert_eq!(fs::read_to_string(target.join("a.csv")).unwrap(), "new");
        assert_eq!(
            fs::read_to_string(target.join("notes.txt")).unwrap(),
            "mine"
        );
        // No staging folder is left.
        assert_eq!(names_in(target.parent().unwrap()), ["results"]);
    }

    #[test]
    fn what_was_not_published_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("results");
        publish(&target, &["a.csv"], "old").unwrap();
        let staging = Staging::begin(&target).unwrap();
        fs::write(staging.folder().join("a.csv"), "half").unwrap();
        drop(staging);
        assert_eq!(names_in(folder.path()), ["results"]);
        assert_eq!(names_in(&target), ["a.csv", MANIFEST_NAME]);
        assert_eq!(fs::read_to_string(target.join("a.csv")).unwrap(), "old");
    }

    #[test]
    fn a_file_that_cannot_be_replaced_is_named_and_the_results_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("results");
        // A folder with the name of the file takes the role of a locked file.
        fs::create_dir_all(target.join("b.csv/inside")).unwrap();
        fs::write(target.join(MANIFEST_NAME), "{}").unwrap();
        let error = publish(&target, &["a.csv", "b.csv"], "new").unwrap_err();
        let ExportError::Publish { path, kept, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(path, target.join("b.csv"));
        assert_eq!(fs::read_to_string(kept.join("b.csv")).unwrap(), "new");
        assert!(kept.join(MANIFEST_NAME).is_file());
        assert!(
            !target.join(MANIFEST_NAME).exists(),
            "a folder that is half old and half new has no manifest"
        );
    }

    #[test]
    fn a_listed_name_outside_the_folder_is_not_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("results");
        fs::create_dir_all(&target).unwrap();
        fs::write(folder.path().join("precious.csv"), "mine").unwrap();
        let old = r#"{ "files": [{ "name": "../precious.csv" }, { "name": "gone.csv" }] }"#;
        fs::write(target.join(MANIFEST_NAME), old).unwrap();
        publish(&target, &["a.csv"], "new").unwrap();
        assert!(folder.path().join("precious.csv").is_file());
    }

    #[test]
    fn a_file_in_the_way_of_the_folder_is_told_of_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("results");
        fs::write(&file, "mine").unwrap();
        assert!(matches!(
            Staging::begin(&file),
            Err(ExportError::NotAFolder(_))
        ));
        let inside = file.join("deeper");
        assert!(matches!(
            Staging::begin(&inside),
            Err(ExportError::MakeFolder(..))
        ));
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    }
}
