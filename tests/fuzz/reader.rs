//! Any text as a scenario file: it is read or answered, and the answer can be rendered.

#![no_main]

use libfuzzer_sys::fuzz_target;
use realpolitik::base::diagnostic::{Sources, render};
use realpolitik::scenario::read;

fuzz_target!(|text: &str| {
    let mut sources = Sources::default();
    let reading = read(&mut sources, "fuzz.toml", text, &[]);
    assert_eq!(reading.scenario.is_none(), reading.diagnostics.has_errors());
    // Rendering takes far longer than reading, so one text in sixteen is enough.
    if text.len().is_multiple_of(16) {
        let said = render(
            &sources,
            &reading.diagnostics,
            text.len().is_multiple_of(32),
        );
        assert!(reading.scenario.is_some() || !said.is_empty());
    }
});
