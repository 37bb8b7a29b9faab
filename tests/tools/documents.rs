//! README and guide: every output block equals what its command prints, and every command of the
//! guide works. `UPDATE_DOCS=1 cargo test --test tools documents` writes the output blocks anew.

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};

const OPENING: &str = "<!-- output of: ";

#[test]
fn output_blocks_equal_what_their_commands_print() {
    let mut pages = guide_pages();
    pages.push(root().join("README.md"));
    let mut n_blocks = 0;
    for path in pages {
        let text = fs::read_to_string(&path).expect("a readable page");
        let mut parts = text.split(OPENING);
        let mut renewed = parts.next().expect("a first part").to_owned();
        for part in parts {
            let (command, rest) = part
                .split_once(" -->\n```text\n")
                .expect("a command, then its block");
            let (_, after) = rest.split_once("```\n").expect("the end of the block");
            let output = output_of(command);
            renewed += &format!("{OPENING}{command} -->\n```text\n{output}```\n{after}");
            n_blocks += 1;
        }
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, &renewed).expect("a writable page");
        } else {
            assert!(
                text == renewed,
                "{} shows other output than its commands print: \
                 UPDATE_DOCS=1 cargo test --test tools documents",
                path.display()
            );
        }
    }
    assert!(n_blocks > 3, "only {n_blocks} output blocks were found");
}

#[test]
fn commands_of_the_guide_work() {
    let mut n_commands = 0;
    for page in guide_pages() {
        n_commands += run_page(&page);
    }
    assert!(n_commands > 20, "only {n_commands} commands were found");
}

/// Writes the files of a page and runs its commands in order, with few runs, in a copy of `params/`.
fn run_page(page: &Path) -> usize {
    let text = fs::read_to_string(page).expect("a readable page");
    let copy = tempfile::tempdir().expect("a temporary folder");
    let params = copy.path().join("params");
    fs::create_dir(&params).expect("a folder for scenarios");
    for entry in fs::read_dir(root().join("params")).expect("the scenarios") {
        let path = entry.expect("a folder entry").path();
        fs::copy(&path, params.join(path.file_name().expect("a name"))).expect("a copy");
    }
    let mut n_commands = 0;
    let mut blocks = text.split("```");
    let mut before = blocks.next().unwrap_or_default();
    while let (Some(block), after) = (blocks.next(), blocks.next().unwrap_or_default()) {
        let (language, body) = block.split_once('\n').expect("a line with the language");
        if let Some((is_new, name)) = target_file(before) {
            let path = copy.path().join(name);
            let start = if is_new {
                String::new()
            } else {
                fs::read_to_string(&path).expect("a first part") + "\n"
            };
            fs::write(&path, start + body).expect("a writable file");
        }
        if language == "console" {
            for command in body
                .replace("\\\n", " ")
                .lines()
                .filter_map(|line| line.strip_prefix("$ "))
            {
                run_command(page, command, copy.path());
                n_commands += 1;
            }
        }
        before = after;
    }
    n_commands
}

/// The file that the block after this text belongs to, and whether the block starts it.
fn target_file(before: &str) -> Option<(bool, &str)> {
    let marker = before.trim_end().lines().next_back()?;
    let marker = marker.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
    match marker.strip_prefix("file: ") {
        Some(name) => Some((true, name)),
        None => Some((false, marker.strip_prefix("append to: ")?)),
    }
}

fn run_command(page: &Path, command: &str, folder: &Path) {
    let simulates = ["run", "compare", "sweep", "sensitivity", "tune"];
    let subcommand = command.split_whitespace().nth(1).unwrap_or_default();
    let has_runs = command.contains("--runs") || command.contains("--screen");
    let fewer_runs = if simulates.contains(&subcommand) && !has_runs {
        " --runs 2048"
    } else {
        ""
    };
    let program = Path::new(env!("CARGO_BIN_EXE_realpolitik"));
    let folders = [
        program.parent().expect("a folder").to_owned(),
        PathBuf::from("/usr/bin"),
        PathBuf::from("/bin"),
    ];
    let path = std::env::join_paths(folders).expect("a search path");
    let output = std::process::Command::new("sh")
        .args(["-c", &format!("{command}{fewer_runs}")])
        .current_dir(folder)
        .env("PATH", path)
        .output()
        .expect("a shell");
    assert!(
        output.status.success(),
        "{}: `{command}` failed:\n{}{}",
        page.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// What a command prints, without the speed, which differs between runs.
fn output_of(command: &str) -> String {
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("realpolitik"));
    let results = tempfile::tempdir().expect("a folder for results");
    let output = Command::new(env!("CARGO_BIN_EXE_realpolitik"))
        .current_dir(root())
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .args(words)
        .arg("--output")
        .arg(results.path())
        .assert()
        .success()
        .get_output()
        .clone();
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    let folder = results.path().display().to_string();
    let lines = shown.lines().map(|line| {
        let line = line.replace(&folder, "output");
        match line.rsplit_once("; ") {
            Some((before, speed)) if speed.ends_with("runs/s") => format!("{before}\n"),
            _ => format!("{}\n", line.trim_end()),
        }
    });
    lines.collect()
}

fn guide_pages() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("src/guide")).expect("the guide");
    let paths = entries.map(|entry| entry.expect("a folder entry").path());
    let mut pages: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    pages
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
