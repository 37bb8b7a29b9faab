//! The house rules as tests, so that `cargo test` alone says whether a change is fit: formatting,
//! lints with warnings denied, documentation that builds without a warning.

use std::process::Command;

/// Runs cargo in the project's folder and shows what it said where it fails.
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
