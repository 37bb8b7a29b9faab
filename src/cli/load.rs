//! Reads a scenario file from disk, checks it and reports its diagnostics.

use crate::base::diagnostic::{Diagnostics, Severity, Sources, nearest, render};
use crate::scenario::{self, Override, Scenario, limits};
use crate::table::writer::sha256;
use anyhow::anyhow;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// A checked scenario and its provenance.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) scenario: Scenario,
    /// The path as the user wrote it.
    pub(super) file: String,
    /// SHA-256 of the file, hexadecimal.
    pub(super) sha256: String,
    /// Identifies the text, the overrides and the engine version.
    pub(super) fingerprint: u64,
    /// All texts that diagnostics refer to; the scenario file is the first.
    pub(super) sources: Sources,
    pub(super) warnings: Diagnostics,
}

/// Reads and checks a file; `None` if it has errors, which are printed to standard error.
///
/// # Errors
/// If the file cannot be read.
pub(super) fn load(file: &Path, overrides: &[Override]) -> anyhow::Result<Option<Loaded>> {
    let name = file.display().to_string();
    let bytes = read_file(file).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            anyhow!(
                "cannot read {name}: there is no such file{}",
                suggest_file(file)
            )
        }
        ErrorKind::IsADirectory => {
            anyhow!(
                "cannot read {name}: it is a folder{}",
                suggest_file_in(file)
            )
        }
        _ => anyhow!("cannot read {name}: {error}"),
    })?;
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text,
        // A file that is too large may be cut inside a character; the reader then reports its size.
        Err(error) if error.error_len().is_none() && bytes.len() > limits::FILE_BYTES + 3 => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => {
            eprintln!("error: {name} is not UTF-8 text: save it as UTF-8 in your editor");
            return Ok(None);
        }
    };
    let mut sources = Sources::default();
    let reading = scenario::read(&mut sources, &name, text, overrides);
    let Some(scenario) = reading.scenario else {
        report_diagnostics(&sources, &reading.diagnostics);
        return Ok(None);
    };
    Ok(Some(Loaded {
        scenario,
        sha256: sha256(&bytes),
        fingerprint: fingerprint(&bytes, overrides),
        file: name,
        sources,
        warnings: reading.diagnostics,
    }))
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

/// Prints diagnostics to standard error, in color if it is a terminal that supports it.
pub(super) fn report_diagnostics(sources: &Sources, diagnostics: &Diagnostics) {
    let choice = anstream::AutoStream::choice(&std::io::stderr());
    let is_colored = choice != anstream::ColorChoice::Never;
    eprint!("{}", render(sources, diagnostics, is_colored));
}

/// Diagnostics as the lines of `warnings` in a manifest.
pub(super) fn as_lines(diagnostics: &Diagnostics) -> impl Iterator<Item = String> + '_ {
    diagnostics.0.iter().map(|diagnostic| {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        format!("{severity}[{}]: {}", diagnostic.code, diagnostic.message)
    })
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
}
