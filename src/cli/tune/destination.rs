//! The file for the calibrated scenario: where it is, and that it replaces nothing of the user.
//!
//! A file that exists is replaced only if `tune` wrote it and it was not changed since, which the records of
//! the calibrations and the manifest of the last one show by its hash. Otherwise the default name gets a
//! number, and `--write` is rejected.

use crate::cli::arguments::TuneArguments;
use crate::session::RecordLog;
use crate::study::tune::Tuning;
use crate::table::{key_of_record, sha256};
use anyhow::{Context, bail};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file for the calibrated scenario.
pub(super) struct Destination {
    path: PathBuf,
    /// The hash of the file that the last calibration wrote.
    last: Option<String>,
}

impl Destination {
    /// Chooses the file and checks that it can be written, before the search, which may take hours.
    /// `folder` is the results folder.
    ///
    /// # Errors
    /// If it cannot be written, or `--write` names a file that `tune` did not write.
    pub(super) fn begin(
        arguments: &TuneArguments,
        path: PathBuf,
        folder: &Path,
        records: &RecordLog,
    ) -> anyhow::Result<Self> {
        let manifest = fs::read_to_string(folder.join("manifest.json")).unwrap_or_default();
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap_or_default();
        let last = manifest["tuned"]["sha256"].as_str().map(str::to_owned);
        let destination = Self { path, last };
        let shown = destination.path.display().to_string();
        check_writable(&destination.path).with_context(|| format!("cannot write {shown}"))?;
        if arguments.write.is_some() && !destination.may_replace(records) {
            bail!(
                "--write {shown} exists, and `tune` did not write it or it was changed since: move the file, or give another name"
            );
        }
        Ok(destination)
    }

    /// Whether the file does not exist, or was written by `tune` and not changed since.
    fn may_replace(&self, records: &RecordLog) -> bool {
        match fs::read(&self.path) {
            Ok(bytes) => {
                let hash = sha256(&bytes);
                self.last.as_ref() == Some(&hash) || records.contains(&key_of_file(&hash))
            }
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        }
    }

    /// Puts a number into the name, so that it is free, and reports it.
    fn choose_free_name(&mut self, records: &RecordLog) {
        let taken = self.path.clone();
        let stem = taken.with_extension("");
        for number in 2_u32.. {
            let mut name = stem.clone().into_os_string();
            name.push(format!(".{number}.toml"));
            self.path = PathBuf::from(name);
            if self.may_replace(records) {
                break;
            }
        }
        eprintln!(
            "note: {} was not written by `tune`, or was changed since: the calibrated scenario is in {}",
            taken.display(),
            self.path.display()
        );
    }

    /// Writes the calibrated scenario, and records it. `scratch` is a name for a draft. Returns the path
    /// of the file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn write(
        mut self,
        arguments: &TuneArguments,
        tuning: &Tuning,
        scratch: &Path,
        records: &mut RecordLog,
    ) -> anyhow::Result<PathBuf> {
        let mut replaces_scenario = arguments.in_place;
        if arguments.in_place && !tuning.is_complete {
            // The log belongs to the scenario as it is. If its numbers changed, the same command could
            // not resume.
            self.path = default_destination(&arguments.file);
            replaces_scenario = false;
        }
        let is_there = fs::read(&self.path).is_ok_and(|bytes| bytes == tuning.text.as_bytes());
        if !replaces_scenario && !is_there && !self.may_replace(records) {
            self.choose_free_name(records);
        }
        // Recorded first: whenever the process ends, the next command knows the file.
        let shown = self.path.display().to_string();
        records.append(&key_of_file(&sha256(tuning.text.as_bytes())), &true);
        records.sync();
        records.check()?;
        let written = replace_file(&self.path, scratch, &tuning.text);
        written.with_context(|| format!("cannot write {shown}"))?;
        Ok(self.path)
    }
}

/// The key of the record of a calibrated file with this hash.
fn key_of_file(hash: &str) -> String {
    key_of_record(&["calibrated file", hash])
}

/// The file for the calibrated scenario. It is checked before the search, which may take hours:
/// without `--in-place` it must not be the scenario, and never the targets.
pub(super) fn destination(arguments: &TuneArguments) -> anyhow::Result<PathBuf> {
    let file = &arguments.file;
    if arguments.in_place {
        // A symbolic link is kept; its target is replaced.
        return Ok(file.canonicalize().unwrap_or_else(|_| file.clone()));
    }
    let written = arguments.write.clone();
    let destination = written.unwrap_or_else(|| default_destination(file));
    let is_same = |other: &Path| match (destination.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => destination == *other,
    };
    let path = destination.display();
    if is_same(file) {
        bail!(
            "--write {path} is the scenario itself: give --in-place if its numbers may be replaced"
        );
    }
    if is_same(&arguments.targets) {
        bail!("--write {path} is the file of the targets: give another file");
    }
    if destination.is_dir() {
        bail!("--write {path} is a folder: give the name of a file in it");
    }
    if !parent_folder(&destination).is_dir() {
        bail!("--write {path} is in a folder that does not exist: create it first");
    }
    Ok(destination)
}

fn default_destination(file: &Path) -> PathBuf {
    file.with_extension("tuned.toml")
}

fn parent_folder(path: &Path) -> &Path {
    let parent = path.parent();
    parent
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Checks that a file of this name can be created or replaced, without a trace.
fn check_writable(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    tempfile::tempfile_in(parent_folder(path)).map(drop)
}

/// Replaces a file in one step, keeping its permissions; a new file has the usual ones. A draft is
/// written to `scratch`, or beside the file if that is on another file system.
fn replace_file(path: &Path, scratch: &Path, text: &str) -> io::Result<()> {
    let old = fs::metadata(path).ok().map(|about| about.permissions());
    let fill = |file: &mut File| {
        file.write_all(text.as_bytes())?;
        if let Some(permissions) = &old {
            file.set_permissions(permissions.clone())?;
        }
        file.sync_all()
    };
    fill(&mut File::create(scratch)?)?;
    if fs::rename(scratch, path).is_err() {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".tuned.");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // The system takes away what the user's file mode mask says.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let mut draft = builder.tempfile_in(parent_folder(path))?;
        fill(draft.as_file_mut())?;
        draft.persist(path).map_err(|error| error.error)?;
        let _ = fs::remove_file(scratch);
    }
    match cfg!(unix) {
        true => File::open(parent_folder(path))?.sync_all(),
        false => Ok(()),
    }
}
