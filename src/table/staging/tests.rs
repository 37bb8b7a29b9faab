//! A publication is stopped after every number of operations, and completed or removed afterwards.

use super::operations::FileOperations;
use super::publish::{Staging, recover};
use crate::table::ExportError;
use crate::table::csv::sha256;
use crate::table::manifest::{ListedFile, MANIFEST_NAME};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// The operations that a test allows.
#[derive(Debug)]
pub(super) struct Limits {
    /// Number of further operations; all others fail, as if the process had ended.
    n_left: AtomicI64,
    pub(super) has_exchange: bool,
    pub(super) has_links: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            n_left: AtomicI64::new(i64::MAX),
            has_exchange: true,
            has_links: true,
        }
    }
}

impl Limits {
    pub(super) fn admit(&self) -> io::Result<()> {
        match self.n_left.fetch_sub(1, Ordering::Relaxed) {
            left if left > 0 => Ok(()),
            _ => Err(io::Error::other("the process has ended")),
        }
    }
}

fn operations(n_left: i64, has_exchange: bool, has_links: bool) -> FileOperations {
    FileOperations {
        limits: Limits {
            n_left: AtomicI64::new(n_left),
            has_exchange,
            has_links,
        },
    }
}

fn never_wait(_: &Path, _: Duration) -> bool {
    false
}

fn listed(names: &[&str]) -> Vec<ListedFile> {
    let list = |name: &&str| ListedFile {
        name: (*name).to_owned(),
        rows: None,
        sha256: String::new(),
    };
    names.iter().map(list).collect()
}

/// Stages and publishes files with the given content.
fn publish_with(
    operations: FileOperations,
    target: &Path,
    names: &[&str],
    content: &str,
) -> Result<(), ExportError> {
    let staging = Staging::begin_with(operations, target, "run", &mut never_wait)?;
    for name in names {
        fs::write(staging.folder().join(name), content).unwrap();
    }
    staging.carry_own_files()?;
    let files = listed(names);
    let manifest = serde_json::json!({ "content": content, "files": files }).to_string();
    staging.publish_files(&manifest, &files, || {})
}

fn publish(target: &Path, names: &[&str], content: &str) -> Result<(), ExportError> {
    publish_with(FileOperations::default(), target, names, content)
}

/// All files below a folder with their text.
fn texts(folder: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            let inside = texts(&path).into_iter();
            all.extend(inside.map(|(inner, text)| (format!("{name}/{inner}"), text)));
        } else {
            all.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    all
}

fn names(folder: &Path) -> Vec<String> {
    texts(folder).into_keys().collect()
}

/// Old results with files of the user: beside them, in folders, and with the name of a new result.
fn old_results(target: &Path) {
    publish(target, &["a.csv", "b.csv"], "old").unwrap();
    fs::write(target.join("notes.md"), "mine").unwrap();
    fs::write(target.join("c.csv"), "my table").unwrap();
    fs::create_dir_all(target.join("charts/deep")).unwrap();
    fs::write(target.join("charts/deep/plot.svg"), "my chart").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("notes.md", target.join("link.md")).unwrap();
}

/// Asserts that the folder has the old or the new results, whole, and every file of the user.
fn assert_old_or_new(target: &Path, at: &str) -> bool {
    let found = texts(target);
    let is_new = found[MANIFEST_NAME].contains("\"new\"");
    let (results, content) = match is_new {
        true => (["a.csv", "c.csv"], "new"),
        false => (["a.csv", "b.csv"], "old"),
    };
    for name in results {
        assert_eq!(found[name], content, "{at}: {name}");
    }
    let mine = if is_new { "c.csv.kept" } else { "c.csv" };
    assert_eq!(found[mine], "my table", "{at}");
    assert_eq!(found["notes.md"], "mine", "{at}");
    assert_eq!(found["charts/deep/plot.svg"], "my chart", "{at}");
    let n_links = usize::from(cfg!(unix));
    assert_eq!(found.len(), 6 + n_links, "{at}: {found:?}");
    is_new
}

#[test]
fn a_publication_that_ends_anywhere_leaves_old_or_new_results() {
    for (has_exchange, has_links) in [(true, true), (true, false), (false, true)] {
        let (mut n_old, mut n_new) = (0, 0);
        for n_operations in 0.. {
            let at = format!("exchange {has_exchange}, links {has_links}, after {n_operations}");
            let folder = tempfile::tempdir().unwrap();
            let target = folder.path().join("results");
            old_results(&target);
            let limited = operations(n_operations, has_exchange, has_links);
            let done = publish_with(limited, &target, &["a.csv", "c.csv"], "new");
            if done.is_ok() {
                assert!(assert_old_or_new(&target, &at));
                break;
            }
            if has_exchange {
                // Whole even before the next command.
                let found = texts(&target);
                let content = if found[MANIFEST_NAME].contains("\"new\"") {
                    "new"
                } else {
                    "old"
                };
                assert_eq!(found["a.csv"], content, "{at}");
                assert_eq!(found["notes.md"], "mine", "{at}");
            }
            // A reader completes it, and the next command removes what is left.
            recover(&target);
            let is_new = assert_old_or_new(&target, &at);
            (n_old, n_new) = (n_old + u32::from(!is_new), n_new + u32::from(is_new));
            drop(Staging::begin(&target, "run", &mut never_wait).unwrap());
            assert_eq!(assert_old_or_new(&target, &at), is_new);
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{at}");
        }
        assert!(n_old > 10 && n_new > 5, "{n_old} old, {n_new} new");
    }
}

#[test]
fn a_recovery_that_ends_anywhere_is_recovered() {
    for has_exchange in [true, false] {
        for n_operations in (12..48).step_by(5) {
            for n_more in (0..24).step_by(4) {
                let at = format!("exchange {has_exchange}, after {n_operations} and {n_more}");
                let folder = tempfile::tempdir().unwrap();
                let target = folder.path().join("results");
                old_results(&target);
                let limited = operations(n_operations, has_exchange, true);
                let _ = publish_with(limited, &target, &["a.csv", "c.csv"], "new");
                let limited = operations(n_more, has_exchange, true);
                drop(Staging::begin_with(
                    limited,
                    &target,
                    "run",
                    &mut never_wait,
                ));
                drop(Staging::begin(&target, "run", &mut never_wait).unwrap());
                assert_old_or_new(&target, &at);
                assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{at}");
            }
        }
    }
}

#[test]
fn a_first_publication_that_ends_anywhere_leaves_all_or_nothing() {
    for n_operations in 0.. {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("deep/er/results");
        let limited = operations(n_operations, true, true);
        let done = publish_with(limited, &target, &["a.csv"], "new");
        recover(&target);
        if target.exists() {
            assert_eq!(names(&target), ["a.csv", MANIFEST_NAME]);
        }
        if done.is_ok() {
            break;
        }
        drop(Staging::begin(&target, "run", &mut never_wait).unwrap());
        let left = fs::read_dir(target.parent().unwrap()).unwrap().count();
        assert_eq!(left, usize::from(target.exists()), "after {n_operations}");
    }
}

#[test]
fn stale_results_go_and_nothing_else_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("results");
    publish(&target, &["a.csv", "a.2.csv", "b.csv"], "old").unwrap();
    publish(&target, &["a.csv", "c.csv"], "new").unwrap();
    assert_eq!(names(&target), ["a.csv", "c.csv", MANIFEST_NAME]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let staging = Staging::begin(&target, "run", &mut never_wait).unwrap();
    fs::write(staging.folder().join("a.csv"), "half").unwrap();
    drop(staging);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(texts(&target)["a.csv"], "new");
}

#[test]
fn what_appears_in_the_old_folder_meanwhile_is_moved_over() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("results");
    old_results(&target);
    let staging = Staging::begin(&target, "run", &mut never_wait).unwrap();
    fs::write(staging.folder().join("a.csv"), "new").unwrap();
    staging.carry_own_files().unwrap();
    // Saved by an editor, which replaces the file, and a new one.
    fs::write(target.join("draft"), "newer").unwrap();
    fs::rename(target.join("draft"), target.join("notes.md")).unwrap();
    fs::write(target.join("charts/late.svg"), "late").unwrap();
    let files = listed(&["a.csv"]);
    let manifest = serde_json::json!({ "files": files }).to_string();
    staging.publish_files(&manifest, &files, || {}).unwrap();
    let found = texts(&target);
    assert_eq!(found["charts/late.svg"], "late");
    assert_eq!(found["notes.md.kept"], "newer");
    assert_eq!(found["a.csv"], "new");
}

#[test]
fn a_result_that_the_user_changed_is_kept() {
    for has_exchange in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("results");
        let names = ["a.csv", "b.csv", "c.csv", "log.jsonl"];
        let publish = |content: &str, names: &[&str]| {
            let limited = operations(i64::MAX, has_exchange, true);
            let staging = Staging::begin_with(limited, &target, "run", &mut never_wait).unwrap();
            for name in names {
                fs::write(staging.folder().join(name), content).unwrap();
            }
            let renamed = staging.carry_own_files().unwrap();
            let mut files = listed(names);
            for file in &mut files {
                file.sha256 = sha256(content.as_bytes());
            }
            let manifest = serde_json::json!({ "files": files }).to_string();
            staging.publish_files(&manifest, &files, || {}).unwrap();
            renamed
        };
        publish("old", &names);
        for name in ["a.csv", "c.csv", "log.jsonl"] {
            fs::write(target.join(name), "edited").unwrap();
        }
        fs::write(target.join("a.csv.kept"), "mine").unwrap();
        let renamed = publish("new", &["a.csv", "log.jsonl"]);
        assert_eq!(renamed, [("a.csv".to_owned(), "a.csv.kept2".to_owned())]);
        let mut found = texts(&target);
        found.remove(MANIFEST_NAME);
        let text = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let expected = [
            text("a.csv", "new"),
            text("a.csv.kept", "mine"),
            text("a.csv.kept2", "edited"),
            text("c.csv", "edited"),
            text("log.jsonl", "new"),
        ];
        assert_eq!(found, BTreeMap::from(expected));
    }
}

#[test]
fn a_folder_in_the_place_of_a_result_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("results");
    fs::create_dir_all(target.join("b.csv/inside")).unwrap();
    fs::write(target.join("b.csv/inside/x"), "mine").unwrap();
    fs::create_dir_all(target.join(MANIFEST_NAME)).unwrap();
    publish(&target, &["a.csv", "b.csv"], "new").unwrap();
    let found = texts(&target);
    assert_eq!(found["b.csv.kept/inside/x"], "mine");
    assert_eq!(found["b.csv"], "new");
    assert!(target.join("manifest.json.kept").is_dir());
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
fn leftovers_of_version_0_4_0_are_removed_unless_they_are_complete() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("results");
    let make = |name: &str, files: &[(&str, &str)]| {
        fs::create_dir(folder.path().join(name)).unwrap();
        for (file, text) in files {
            fs::write(folder.path().join(name).join(file), text).unwrap();
        }
    };
    let listing = r#"{ "files": [{ "name": "a.csv" }] }"#;
    make(".results.Ab3dEf", &[("a.csv", "half")]);
    make(".results.Ab3dEg", &[(MANIFEST_NAME, listing)]);
    make(
        ".results.Ab3dEh",
        &[(MANIFEST_NAME, listing), ("a.csv", "kept for the user")],
    );
    make(".results.backup", &[("notes.md", "mine")]);
    make(".results.old", &[("a.csv", "mine")]);
    make(".results2.Ab3dEf", &[("a.csv", "of another folder")]);
    publish(&target, &["a.csv"], "new").unwrap();
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut left: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    let expected = [
        ".results.Ab3dEh",
        ".results.backup",
        ".results.old",
        ".results2.Ab3dEf",
        "results",
    ];
    assert_eq!(left, expected);
}

#[test]
fn unusable_targets_are_reported_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let begin = |path: &Path| Staging::begin(path, "run", &mut never_wait).unwrap_err();
    let file = folder.path().join("results");
    fs::write(&file, "mine").unwrap();
    assert!(matches!(begin(&file), ExportError::NotAFolder(_)));
    assert!(matches!(
        begin(&file.join("deeper")),
        ExportError::MakeFolder(..)
    ));
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    #[cfg(unix)]
    {
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("missing", &link).unwrap();
        assert!(matches!(begin(&link), ExportError::DanglingLink(..)));
    }
    // A mount point that every Linux has.
    if cfg!(target_os = "linux") {
        assert!(matches!(
            begin(Path::new("/proc")),
            ExportError::MountPoint(_)
        ));
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_a_results_folder_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("disk/real");
    publish(&real, &["a.csv"], "old").unwrap();
    let link = folder.path().join("results");
    std::os::unix::fs::symlink("disk/real", &link).unwrap();
    publish(&link, &["a.csv"], "new").unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(texts(&real)["a.csv"], "new");
}

#[test]
fn long_names_are_no_problem() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("x".repeat(255));
    publish(&target, &["a.csv"], "new").unwrap();
    publish(&target, &["a.csv"], "newer").unwrap();
    assert_eq!(texts(&target)["a.csv"], "newer");
}

#[test]
fn one_command_at_a_time_writes_to_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("results");
    let first = Staging::begin(&target, "run", &mut never_wait).unwrap();
    let second = Staging::begin(&target, "run", &mut never_wait).unwrap_err();
    assert!(matches!(second, ExportError::StoppedWaiting(_)), "{second}");
    let other = Staging::begin(&target, "batch", &mut |_, _| true).unwrap_err();
    assert!(
        other
            .to_string()
            .contains("`realpolitik run` is writing to"),
        "{other}"
    );
    // Once the first has ended, one that waits goes on.
    let mut first = Some(first);
    let mut on_wait = |_: &Path, waited: Duration| {
        if waited >= Duration::from_millis(100) {
            first.take();
        }
        true
    };
    Staging::begin(&target, "run", &mut on_wait).unwrap();
}
