//! The README shows what its commands print: each output block is compared with a run of the
//! command named above it. `UPDATE_README=1 cargo test --test readme` writes them anew.

use assert_cmd::Command;

const OPENING: &str = "<!-- output of: ";

#[test]
fn the_readme_shows_what_its_commands_print() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let text = std::fs::read_to_string(path).expect("the README");
    let mut parts = text.split(OPENING);
    let mut renewed = parts.next().expect("a first part").to_owned();
    let mut n_blocks = 0;
    for part in parts {
        let (command, rest) = part
            .split_once(" -->\n```text\n")
            .expect("a command, then its block");
        let (_, after) = rest.split_once("```\n").expect("the block's end");
        renewed += &format!(
            "{OPENING}{command} -->\n```text\n{}```\n{after}",
            run(command)
        );
        n_blocks += 1;
    }
    assert!(n_blocks > 0, "the README shows no output");
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path, &renewed).expect("the README can be written");
        return;
    }
    assert!(
        text == renewed,
        "README.md shows other numbers than its commands print: UPDATE_README=1 cargo test --test readme"
    );
}

/// What a command prints, without the speed, which is not the same twice.
fn run(command: &str) -> String {
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("realpolitik"));
    let results = tempfile::tempdir().expect("a folder for results");
    let output = Command::new(env!("CARGO_BIN_EXE_realpolitik"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
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
