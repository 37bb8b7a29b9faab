//! A log of completed work: evaluations of a calibration, points of a sweep.
//!
//! Each record is one line of JSON with a key and a value, appended as soon as the work is done, so a process
//! that is ended loses only what was in progress. A line carries the beginning of the SHA-256 of its
//! content: a line that was cut or edited is left out when the log is read, and its work is done again.

use super::ExportError;
use super::csv::sha256;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Number of hexadecimal digits of a checksum.
const CHECK_DIGITS: usize = 16;

/// Longest time for which records may be in the memory of the system only.
const SYNC_INTERVAL: Duration = Duration::from_secs(1);

/// Records by key, in a file to which more are appended.
#[derive(Debug, Default)]
pub struct RecordLog {
    /// The lines by key.
    lines: BTreeMap<String, String>,
    /// `None` keeps the records in memory only.
    path: Option<PathBuf>,
    /// Opened when the first record is appended.
    file: Option<File>,
    /// Time of the last synchronization with the disk.
    synced: Option<Instant>,
    failure: Option<ExportError>,
    /// The keys that were found or appended.
    used: BTreeSet<String>,
    n_found: u64,
}

/// A key of a record: a hash of everything that the work depends on, each part with its length.
pub fn key_of_record(parts: &[&str]) -> String {
    let parts = parts.iter().map(|part| format!("{}:{part}", part.len()));
    let mut key = sha256(parts.collect::<String>().as_bytes());
    key.truncate(2 * CHECK_DIGITS);
    key
}

impl RecordLog {
    /// Reads the records of a file, to which more are appended, and of an older one, if they exist. The
    /// file is created with its first record.
    ///
    /// # Errors
    /// If the file exists and cannot be read and written.
    pub fn open(path: &Path, older: Option<&Path>) -> Result<Self, ExportError> {
        let mut log = Self {
            path: Some(path.to_owned()),
            ..Self::default()
        };
        if let Some(bytes) = older.and_then(|older| fs::read(older).ok()) {
            log.add_lines(&bytes);
        }
        match fs::read(path) {
            Ok(bytes) => {
                log.add_lines(&bytes);
                let at_file = |error| ExportError::write(path, error);
                log.file = Some(open_after_last_line(path, &bytes).map_err(at_file)?);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(ExportError::write(path, error)),
        }
        Ok(log)
    }

    /// Adds the lines that are whole and unchanged.
    fn add_lines(&mut self, bytes: &[u8]) {
        let lines = bytes.split_inclusive(|&byte| byte == b'\n');
        let whole = lines.filter_map(|line| line.strip_suffix(b"\n"));
        for line in whole.filter_map(|line| std::str::from_utf8(line).ok()) {
            if let Some((key, _)) = parse_line(line) {
                self.lines.insert(key.to_owned(), line.to_owned());
            }
        }
    }

    /// The value of a key, if there is a record that can be read.
    pub fn find<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        let (_, value) = parse_line(self.lines.get(key)?)?;
        let value = serde_json::from_str(value).ok()?;
        self.used.insert(key.to_owned());
        self.n_found += 1;
        Some(value)
    }

    /// How often a record was found.
    pub fn n_found(&self) -> u64 {
        self.n_found
    }

    /// Appends a record and, at least every second, waits until all are on the disk. A failure is kept for
    /// [`RecordLog::check`]; returns whether there was none.
    pub fn append(&mut self, key: &str, value: &impl Serialize) -> bool {
        let line = line_of(key, value);
        if self.failure.is_none()
            && let Some(path) = self.path.clone()
            && let Err(error) = self.write(&path, &line)
        {
            self.failure = Some(ExportError::write(&path, error));
        }
        self.used.insert(key.to_owned());
        self.lines.insert(key.to_owned(), line);
        self.failure.is_none()
    }

    // Only decides when the disk is waited for.
    #[allow(clippy::disallowed_methods)]
    fn write(&mut self, path: &Path, line: &str) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            file @ None => file.insert(open_after_last_line(path, b"")?),
        };
        // In one piece, so that a reader finds a whole line or a cut one, never a mixture.
        file.write_all(format!("{line}\n").as_bytes())?;
        let is_due = self
            .synced
            .is_none_or(|synced| synced.elapsed() >= SYNC_INTERVAL);
        if is_due {
            file.sync_data()?;
            self.synced = Some(Instant::now());
        }
        Ok(())
    }

    /// Waits until all records are on the disk. A failure is kept for [`RecordLog::check`].
    pub fn sync(&mut self) {
        let synced = self.file.as_ref().map_or(Ok(()), File::sync_data);
        if let (Err(error), Some(path), None) = (synced, &self.path, &self.failure) {
            self.failure = Some(ExportError::write(path, error));
        }
    }

    /// Whether there is a record of this key.
    pub fn contains(&self, key: &str) -> bool {
        self.lines.contains_key(key)
    }

    /// Whether a record could not be written.
    pub fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    /// Checks that all records were written.
    ///
    /// # Errors
    /// If one was not.
    pub fn check(&mut self) -> Result<(), ExportError> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// All records as lines, by key.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.values().map(String::as_str)
    }

    /// Removes the file: its records are in other files now, or no longer of use.
    pub fn remove(mut self) {
        drop(self.file.take());
        if let Some(path) = &self.path {
            // A file that stays is read by the next command, which finds the same records.
            let _ = fs::remove_file(path);
        }
    }

    /// Removes the records that were found or appended, and the file if there are no others.
    pub fn remove_used(mut self) {
        for key in &self.used {
            self.lines.remove(key);
        }
        if self.lines.is_empty() {
            return self.remove();
        }
        let text: String = self
            .lines
            .values()
            .map(|line| format!("{line}\n"))
            .collect();
        if let Some(path) = &self.path {
            let draft = path.with_extension("draft");
            // As for removing the file.
            let _ = fs::write(&draft, text).and_then(|()| fs::rename(&draft, path));
        }
    }
}

/// Opens a file for appending after its last whole line.
fn open_after_last_line(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    let end = bytes
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |end| end + 1);
    file.set_len(end as u64)?;
    file.seek(SeekFrom::Start(end as u64))?;
    Ok(file)
}

fn line_of(key: &str, value: &impl Serialize) -> String {
    let value = serde_json::to_string(value).expect("records are made of texts, numbers and lists");
    let content = format!("\"key\":\"{key}\",\"value\":{value}}}");
    format!("{{\"check\":\"{}\",{content}", check_of(&content))
}

fn check_of(content: &str) -> String {
    let mut check = sha256(content.as_bytes());
    check.truncate(CHECK_DIGITS);
    check
}

/// The key and the JSON of the value of a line; `None` if it was changed.
fn parse_line(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("{\"check\":\"")?;
    let (check, content) = rest.split_once("\",")?;
    if check != check_of(content) {
        return None;
    }
    let (key, value) = content
        .strip_prefix("\"key\":\"")?
        .split_once("\",\"value\":")?;
    Some((key, value.strip_suffix('}')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_survive_cuts_and_edits_of_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        let mut log = RecordLog::open(&path, None).unwrap();
        for number in [1_u64, 2, 3] {
            assert!(log.append(&format!("k{number}"), &vec![number, u64::MAX]));
        }
        log.check().unwrap();
        let whole = fs::read_to_string(&path).unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(whole.lines().next().unwrap()).is_ok());
        // Cut at every byte: whole lines stay, a cut line is gone, and appending starts a new line.
        for end in 0..whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            let n_lines = whole[..end].matches('\n').count();
            let mut log = RecordLog::open(&path, None).unwrap();
            assert_eq!(log.lines().count(), n_lines, "cut at {end}");
            log.append("next", &7);
            let mut log = RecordLog::open(&path, None).unwrap();
            assert_eq!(log.lines().count(), n_lines + 1, "cut at {end}");
            assert_eq!(log.find::<u32>("next"), Some(7));
        }
        // Any changed digit leaves the record out.
        fs::write(&path, whole.replace("[2,", "[4,")).unwrap();
        let mut log = RecordLog::open(&path, None).unwrap();
        assert_eq!(log.find::<Vec<u64>>("k1"), Some(vec![1, u64::MAX]));
        assert_eq!(log.find::<Vec<u64>>("k2"), None);
        assert_eq!(log.find::<Vec<u64>>("k3"), Some(vec![3, u64::MAX]));
    }

    #[test]
    fn removing_records_keeps_those_of_other_studies() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        let mut log = RecordLog::open(&path, None).unwrap();
        log.append("mine", &1);
        log.append("other", &2);
        let mut log = RecordLog::open(&path, None).unwrap();
        assert_eq!((log.find("mine"), log.n_found()), (Some(1), 1));
        log.remove_used();
        let mut log = RecordLog::open(&path, None).unwrap();
        assert_eq!((log.find::<u8>("mine"), log.find("other")), (None, Some(2)));
        log.remove_used();
        assert!(!path.exists());
    }

    #[test]
    fn a_log_that_cannot_be_written_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing/log.jsonl");
        let mut log = RecordLog::open(&path, None).unwrap();
        assert!(!log.append("key", &1));
        let message = log.check().unwrap_err().to_string();
        assert!(message.contains("log.jsonl"), "{message}");
    }

    #[test]
    fn keys_of_different_parts_differ() {
        assert_ne!(key_of_record(&["ab", "c"]), key_of_record(&["a", "bc"]));
        assert_ne!(key_of_record(&["ab"]), key_of_record(&["ab", ""]));
    }
}
