//! Loads scenarios: reads, checks and compiles a file.

use crate::base::diagnostic::{Diagnostics, Sources, nearest, render};
use crate::program::{self, Program};
use crate::scenario::{self, Override, Scenario, limits};
use crate::table::sha256;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use thiserror::Error;

/// A checked and compiled scenario with its provenance.
#[derive(Clone, Debug)]
pub struct LoadedScenario {
    /// The checked scenario.
    pub scenario: Arc<Scenario>,
    /// The compiled scenario.
    pub program: Arc<Program>,
    /// The path of the file as the caller wrote it.
    pub file: String,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// Identifies the text, the overrides and the engine version.
    pub fingerprint: u64,
    /// The overrides that were applied, in order.
    pub overrides: Vec<Override>,
    /// All texts that diagnostics refer to; the scenario file is the first.
    pub sources: Sources,
    /// Warnings about the scenario.
    pub warnings: Diagnostics,
}

/// The reason why a scenario cannot be loaded.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("cannot read {file}: {problem}")]
    Unreadable {
        /// The path as the caller wrote it.
        file: String,
        /// The reason, and a similar file if there is one.
        problem: String,
    },
    /// The file is not UTF-8 text.
    #[error("{0} is not UTF-8 text, but {1}: save it as UTF-8 in your editor")]
    NotText(String, String),
    /// The scenario has errors; the message shows all of them with their lines.
    #[error("{}", render(.0, .1, false).trim_end())]
    Rejected(Box<Sources>, Diagnostics),
}

impl LoadedScenario {
    /// Loads a file, with these overrides applied.
    ///
    /// # Errors
    /// If the file cannot be read, or the scenario has errors: all of them are returned.
    pub fn load(file: &Path, overrides: &[Override]) -> Result<Self, LoadError> {
        let bytes = read_file(file).map_err(|error| LoadError::Unreadable {
            file: file.display().to_string(),
            problem: match error.kind() {
                ErrorKind::NotFound => format!("there is no such file{}", suggest_file(file)),
                ErrorKind::IsADirectory => format!("it is a folder{}", suggest_file_in(file)),
                _ => error.to_string(),
            },
        })?;
        Self::parse(&file.display().to_string(), &bytes, overrides)
    }

    /// Loads the content of a file. `name` stands for the file in messages and results.
    ///
    /// # Errors
    /// If it is not text, or the scenario has errors: all of them are returned.
    pub fn parse(name: &str, bytes: &[u8], overrides: &[Override]) -> Result<Self, LoadError> {
        let n_zeros = bytes.iter().filter(|byte| **byte == 0).count();
        if n_zeros > bytes.len() / 4 && !bytes.starts_with(b"\xff\xfe") {
            let encoding = "probably UTF-16 without a byte-order mark".to_owned();
            return Err(LoadError::NotText(name.to_owned(), encoding));
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            // A file that is too large may be cut inside a character; the reader then reports its size.
            Err(error) if error.error_len().is_none() && bytes.len() > limits::FILE_BYTES + 3 => {
                std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
            }
            Err(error) => {
                let encoding = encoding(bytes, error.valid_up_to());
                return Err(LoadError::NotText(name.to_owned(), encoding));
            }
        };
        let mut sources = Sources::default();
        let reading = scenario::read(&mut sources, name, text, overrides);
        let Some(scenario) = reading.scenario else {
            return Err(LoadError::Rejected(Box::new(sources), reading.diagnostics));
        };
        Ok(Self {
            program: program::compile(&scenario),
            scenario: Arc::new(scenario),
            file: name.to_owned(),
            sha256: sha256(bytes),
            fingerprint: fingerprint(bytes, overrides),
            overrides: overrides.to_vec(),
            sources,
            warnings: reading.diagnostics,
        })
    }

    /// The text of the file.
    pub fn text(&self) -> &str {
        &self.sources.0[0].text
    }
}

/// The probable encoding of bytes that are not UTF-8 from the byte `bad` on.
fn encoding(bytes: &[u8], bad: usize) -> String {
    let n_zeros = bytes.iter().filter(|byte| **byte == 0).count();
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return "UTF-16".to_owned();
    }
    let line = bytes[..bad].iter().filter(|byte| **byte == b'\n').count() + 1;
    if n_zeros > bytes.len() / 8 {
        return format!("a binary file or another encoding (line {line})");
    }
    format!(
        "probably Windows-1252 (\"ANSI\") because of the first special character, in line {line}"
    )
}

/// Reads a file, up to a few bytes more than the limit, so that the reader can report its size.
fn read_file(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?
        .take(limits::FILE_BYTES as u64 + 4)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Suggests an existing scenario file with a similar name, as the end of a message.
fn suggest_file(file: &Path) -> String {
    let folder = file.parent().unwrap_or(Path::new(""));
    let names = scenario_files(folder);
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let near = match names.contains(&format!("{name}.toml")) {
        true => Some(format!("{name}.toml")),
        false => nearest(&name, names.iter().map(String::as_str)).map(str::to_owned),
    };
    near.map_or_else(String::new, |near| {
        format!("; did you mean {}?", folder.join(near).display())
    })
}

/// Suggests a scenario file in a folder, as the end of a message.
fn suggest_file_in(folder: &Path) -> String {
    match &scenario_files(folder)[..] {
        [] => " without scenario files (.toml)".to_owned(),
        [first, ..] => {
            let first = folder.join(first);
            format!(
                "; write the names of files in it, such as {}",
                first.display()
            )
        }
    }
}

/// The names of a folder's scenario files, in alphabetical order.
fn scenario_files(folder: &Path) -> Vec<String> {
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".toml")).collect();
    names.sort_unstable();
    names
}

/// Hashes a scenario text, its overrides and the engine version. Each part is preceded by its
/// length, so that different lists of parts never give the same bytes.
fn fingerprint(text: &[u8], overrides: &[Override]) -> u64 {
    let overrides = overrides.iter().map(|one| one.to_string().into_bytes());
    let version = env!("CARGO_PKG_VERSION").as_bytes().to_vec();
    let mut all = Vec::new();
    for part in [text.to_vec(), version].into_iter().chain(overrides) {
        all.extend((part.len() as u64).to_le_bytes());
        all.extend(part);
    }
    let hash = sha256(&all);
    u64::from_str_radix(&hash[..16], 16).expect("a hash is hexadecimal")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_of_different_texts_and_overrides_differ() {
        let one: Override = "a.b=1".parse().unwrap();
        let other: Override = "a.b=2".parse().unwrap();
        let both = [one, other];
        let turned = [both[1].clone(), both[0].clone()];
        let all = [
            fingerprint(b"", &[]),
            fingerprint(b"x", &[]),
            fingerprint(b"", &both[..1]),
            fingerprint(b"", &both[1..]),
            fingerprint(b"", &both),
            fingerprint(b"", &turned),
        ];
        for (index, value) in all.iter().enumerate() {
            assert!(!all[..index].contains(value), "{index}");
        }
    }

    #[test]
    fn a_rejected_scenario_says_why_in_its_message() {
        let error = LoadedScenario::parse("x.toml", b"[scenario]\ntitle = 1\n", &[]).unwrap_err();
        let message = error.to_string();
        assert!(message.contains("x.toml:2:9"), "{message}");
        let error = LoadedScenario::parse("x.toml", b"\xff", &[]).unwrap_err();
        assert!(matches!(error, LoadError::NotText(..)));
    }
}
