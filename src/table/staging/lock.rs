//! The lock of a results folder: one command at a time writes to it.
//!
//! The lock is held on a file by the operating system, which releases it however a process ends. The
//! file is in the work folder of the results folder, `.realpolitik/NAME` beside `NAME`, and contains the
//! kind of command that holds it. It is removed with the work folder when it is released.

use crate::table::ExportError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Folder of the work folders, beside the results folders.
pub(super) const WORK_FOLDER: &str = ".realpolitik";

/// Name of the lock file in a work folder.
const LOCK_NAME: &str = "lock";

/// The kind of a reader, which holds the lock for moments.
pub(super) const READER: &str = "read";

/// Time between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// Called while another command holds the lock, with the results folder and the time waited so far.
/// Returns whether to go on waiting.
pub type OnWait<'a> = dyn FnMut(&Path, Duration) -> bool + 'a;

/// The lock of a results folder, released on drop.
#[derive(Debug)]
pub(super) struct TargetLock {
    /// The work folder.
    folder: PathBuf,
    /// Holds the lock while it is open.
    file: Option<File>,
}

impl TargetLock {
    /// Waits for the lock of the results folder `target` with this work folder.
    ///
    /// # Errors
    /// If the lock file cannot be written, if a command of another kind holds the lock, or if
    /// `on_wait` ends the waiting.
    pub(super) fn wait(
        target: &Path,
        folder: &Path,
        kind: &str,
        on_wait: &mut OnWait<'_>,
    ) -> Result<Self, ExportError> {
        let mut waited = Duration::ZERO;
        loop {
            let found = Self::attempt(folder, kind);
            let holder = match found.map_err(|error| ExportError::make(folder, error))? {
                Attempt::Locked(lock) => return Ok(lock),
                Attempt::Held(holder) => holder,
            };
            let is_short = holder.is_empty() || [holder.as_str(), kind].contains(&READER);
            if !is_short && holder != kind {
                return Err(ExportError::HeldByOtherKind {
                    folder: target.to_owned(),
                    holder,
                });
            }
            if !on_wait(target, waited) {
                return Err(ExportError::StoppedWaiting(target.to_owned()));
            }
            std::thread::sleep(PAUSE);
            waited += PAUSE;
        }
    }

    fn attempt(folder: &Path, kind: &str) -> io::Result<Attempt> {
        let path = folder.join(LOCK_NAME);
        let mut file = loop {
            fs::create_dir_all(folder)?;
            let mut options = OpenOptions::new();
            let options = options.read(true).write(true).create(true).truncate(false);
            match options.open(&path) {
                // Another command released it, and removed the folder meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                opened => break opened?,
            }
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Empty while the holder writes it.
                let _ = file.read_to_string(&mut holder);
                return Ok(Attempt::Held(holder.trim_end().to_owned()));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        if !is_at(&file, &path) {
            // The holder removed the file when it released the lock.
            return Ok(Attempt::Held(String::new()));
        }
        file.set_len(0)?;
        file.rewind()?;
        // The line end marks a whole word, for a reader in between.
        file.write_all(format!("{kind}\n").as_bytes())?;
        Ok(Attempt::Locked(Self {
            folder: folder.to_owned(),
            file: Some(file),
        }))
    }
}

/// The result of one attempt to lock.
enum Attempt {
    Locked(TargetLock),
    /// Held by a command of this kind; empty if the kind is not written yet.
    Held(String),
}

impl Drop for TargetLock {
    fn drop(&mut self) {
        // What cannot be removed is used again by the next command.
        if cfg!(unix) {
            // While it is locked: a command that waits finds that its file is gone, and opens another.
            let _ = fs::remove_file(self.folder.join(LOCK_NAME));
        }
        drop(self.file.take());
        let _ = fs::remove_dir(&self.folder);
        if let Some(parent) = self.folder.parent() {
            let _ = fs::remove_dir(parent);
        }
    }
}

/// Whether an open file is the one with this name.
fn is_at(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let id = |about: fs::Metadata| (about.dev(), about.ino());
        let opened = file.metadata().map(id);
        matches!((opened, fs::metadata(path).map(id)), (Ok(one), Ok(other)) if one == other)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}
