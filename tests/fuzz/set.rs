//! Any text as `--set PATH=VALUE` upon a small scenario.

#![no_main]

use libfuzzer_sys::fuzz_target;
use realpolitik::base::diagnostic::{Diagnostics, Sources, render};
use realpolitik::scenario::{Override, read};

const BASE: &str = include_str!("base.toml");

fuzz_target!(|text: &str| {
    let Ok(set) = text.parse::<Override>() else {
        return;
    };
    let mut sources = Sources::default();
    let reading = read(&mut sources, "base.toml", BASE, &[set]);
    render_some(text, &sources, &reading.diagnostics);
    assert_eq!(reading.scenario.is_none(), reading.diagnostics.has_errors());
});

/// Rendering takes far longer than reading, so one text in sixteen is enough.
fn render_some(text: &str, sources: &Sources, diagnostics: &Diagnostics) {
    if text.len().is_multiple_of(16) {
        render(sources, diagnostics, text.len().is_multiple_of(32));
    }
}
