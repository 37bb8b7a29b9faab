//! Any text as an expression: parsed by itself, then typed as a number and as a condition among
//! the names of a small scenario.

#![no_main]

use libfuzzer_sys::fuzz_target;
use realpolitik::diagnostic::{Sources, render};
use realpolitik::scenario::expression::parse;
use realpolitik::scenario::{Override, read};

const BASE: &str = include_str!("base.toml");

fuzz_target!(|text: &str| {
    let (_, mistakes) = parse(text);
    for path in ["indicators.asked", "outcomes.o.when", "events.e.hazard"] {
        let set = Override {
            path: path.to_owned(),
            value: text.to_owned(),
        };
        let mut sources = Sources::default();
        let reading = read(&mut sources, "base.toml", BASE, &[set]);
        render(&sources, &reading.diagnostics, false);
        assert_eq!(reading.scenario.is_none(), reading.diagnostics.has_errors());
    }
    for mistake in mistakes {
        assert!(text.get(mistake.span.clone()).is_some(), "{mistake:?}");
    }
});
