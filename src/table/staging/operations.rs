//! The file operations by which a results folder is published.
//!
//! Every change of a folder goes through [`FileOperations`], so that a test can stop a publication
//! after any number of operations, as the end of a process does, and can take away what some systems
//! do not have: the exchange of two folders, and hard links.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Performs file operations, all of them unless a test limits them.
#[derive(Debug, Default)]
pub(super) struct FileOperations {
    #[cfg(test)]
    pub(super) limits: super::tests::Limits,
}

impl FileOperations {
    /// Allows one more operation.
    ///
    /// # Errors
    /// Never, unless a test limits the operations.
    fn admit(&self) -> io::Result<()> {
        #[cfg(test)]
        self.limits.admit()?;
        Ok(())
    }

    /// Creates a folder whose parent exists; one that exists already is used.
    pub(super) fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.admit()?;
        match fs::create_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
            done => done,
        }
    }

    /// Writes a file and waits until it is on the disk.
    pub(super) fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.admit()?;
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).open(path)?;
        file.write_all(bytes)?;
        self.admit()?;
        file.sync_all()
    }

    /// Waits until the content of a file is on the disk.
    pub(super) fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.admit()?;
        File::open(path)?.sync_all()
    }

    /// Waits until the names in a folder are on the disk. File systems that cannot do that for
    /// folders do it with the files.
    pub(super) fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.admit()?;
        if cfg!(unix) {
            match File::open(path)?.sync_all() {
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => {}
                done => done?,
            }
        }
        Ok(())
    }

    /// Renames a file or folder.
    pub(super) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.admit()?;
        fs::rename(from, to)
    }

    /// Exchanges two folders in one step; `false` if the system cannot.
    pub(super) fn exchange(&self, one: &Path, other: &Path) -> io::Result<bool> {
        self.admit()?;
        #[cfg(test)]
        if !self.limits.has_exchange {
            return Ok(false);
        }
        #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
        {
            use rustix::fs::{CWD, RenameFlags, renameat_with};
            use rustix::io::Errno;
            match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
                Ok(()) => Ok(true),
                Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
                Err(error) => Err(error.into()),
            }
        }
        #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
        {
            let _ = (one, other);
            Ok(false)
        }
    }

    /// Gives a file a second name; copies it where the file system has no such names.
    pub(super) fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.admit()?;
        let linked = match self.has_links() {
            true => fs::hard_link(from, to),
            false => Err(io::ErrorKind::Unsupported.into()),
        };
        if linked.is_ok() {
            return Ok(());
        }
        let about = fs::symlink_metadata(from)?;
        #[cfg(unix)]
        if about.is_symlink() {
            return std::os::unix::fs::symlink(fs::read_link(from)?, to);
        }
        if !about.is_file() {
            return linked;
        }
        fs::copy(from, to)?;
        let copy = OpenOptions::new().write(true).open(to)?;
        copy.set_modified(about.modified()?)?;
        copy.sync_all()
    }

    fn has_links(&self) -> bool {
        #[cfg(test)]
        return self.limits.has_links;
        #[cfg(not(test))]
        true
    }

    /// Gives a folder the permissions of another.
    pub(super) fn copy_permissions(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.admit()?;
        fs::set_permissions(to, fs::metadata(from)?.permissions())
    }

    /// Removes a file; one that does not exist is no error.
    pub(super) fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.admit()?;
        accept_absent(fs::remove_file(path))
    }

    /// Removes an empty folder; one that does not exist is no error.
    pub(super) fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.admit()?;
        accept_absent(fs::remove_dir(path))
    }

    /// Removes a folder with everything in it; one that does not exist is no error.
    pub(super) fn remove_tree(&self, path: &Path) -> io::Result<()> {
        if !exists(path) {
            return Ok(());
        }
        for entry in fs::read_dir(path)? {
            let path = entry?.path();
            match is_folder(&path) {
                true => self.remove_tree(&path)?,
                false => self.remove_file(&path)?,
            }
        }
        self.remove_folder(path)
    }
}

fn accept_absent(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// Whether there is an entry of this name, a symbolic link included.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Whether the entry of this name is a folder, and no link to one.
pub(super) fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_dir())
}

/// Whether the entry of this name is an ordinary file.
pub(super) fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_file())
}
