//! Formatting, lints with warnings denied, and documentation without warnings, so that `cargo test` alone
//! checks a change. These three are the only tests that start cargo.

use std::process::Command;

/// Runs cargo in the project's folder and shows its output if it fails.
fn cargo(arguments: &[&str], environment: &[(&str, &str)]) {
    let output = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .expect("cargo starts");
    assert!(
        output.status.success(),
        "cargo {} failed:\n{}{}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn formatting() {
    cargo(&["fmt", "--check"], &[]);
}

#[test]
fn lints() {
    cargo(
        &[
            "clippy",
            "--quiet",
            "--locked",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
        &[],
    );
}

#[test]
fn documentation() {
    cargo(
        &["doc", "--quiet", "--locked", "--no-deps"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    );
}

/// Every deliberate fault of `tests/broken.sh` replaces a text that its file contains.
#[test]
fn deliberate_faults_name_existing_code() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = std::fs::read_to_string(root.join("tests/broken.sh")).expect("the script");
    let (_, rows) = script.split_once("<<'END'\n").expect("the rows");
    let rows: Vec<_> = rows.lines().take_while(|line| *line != "END").collect();
    assert!(rows.len() > 30);
    for row in rows {
        let fields: Vec<_> = row.split(" ¦ ").collect();
        let [fault, file, original, replacement] = fields.as_slice() else {
            panic!("four fields expected: {row}");
        };
        let source = std::fs::read_to_string(root.join("src").join(file)).expect("a source file");
        assert!(
            source.contains(original),
            "{fault}: {file} has no `{original}`"
        );
        assert_ne!(original, replacement);
    }
}
