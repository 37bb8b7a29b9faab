//! Any text as `--set PATH=VALUE` upon a small scenario.

#![no_main]

use libfuzzer_sys::fuzz_target;
use realpolitik::diagnostic::{Sources, render};
use realpolitik::scenario::{Override, read};

const BASE: &str = include_str!("base.toml");

fuzz_target!(|text: &str| {
    let Ok(set) = text.parse::<Override>() else {
        return;
    };
    let mut sources = Sources::default();
    let reading = read(&mut sources, "base.toml", BASE, &[set]);
    render(&sources, &reading.diagnostics, true);
    assert_eq!(reading.scenario.is_none(), reading.diagnostics.has_errors());
});
