//! Any text as an expression: parsed by itself, then typed as a number and as a condition among
//! the names of a small scenario.

#![no_main]

use libfuzzer_sys::fuzz_target;
use realpolitik::base::diagnostic::{Diagnostics, Sources, render};
use realpolitik::scenario::expression::parse;
use realpolitik::scenario::{Override, read};

const BASE: &str = include_str!("base.toml");

fuzz_target!(|text: &str| {
    let (_, mistakes) = parse(text);
    // Each place wants another kind: any, a condition, a number.
    let sets = ["indicators.asked", "outcomes.o.when", "events.e.hazard"].map(|path| Override {
        path: path.to_owned(),
        value: text.to_owned(),
    });
    let mut sources = Sources::default();
    let reading = read(&mut sources, "base.toml", BASE, &sets);
    render_some(text, &sources, &reading.diagnostics);
    assert_eq!(reading.scenario.is_none(), reading.diagnostics.has_errors());
    for mistake in mistakes {
        assert!(text.get(mistake.span.clone()).is_some(), "{mistake:?}");
    }
});

/// Rendering takes far longer than reading, so one text in sixteen is enough.
fn render_some(text: &str, sources: &Sources, diagnostics: &Diagnostics) {
    if text.len().is_multiple_of(16) {
        render(sources, diagnostics, text.len().is_multiple_of(32));
    }
}
