//! The reader answers every file quickly, in little memory and without a panic.

#![allow(
    clippy::disallowed_methods,
    reason = "what is promised here is time, so it is measured"
)]

use crate::allocation::peak_bytes;
use proptest::prelude::*;
use realpolitik::base::diagnostic::{Sources, ceil_boundary, floor_boundary, render};
use realpolitik::program::compile;
use realpolitik::scenario::{Override, Reading, limits, read};
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// Maximum time of one reading; typical times are a tenth of it.
const TIME: Duration = Duration::from_secs(1);
/// Maximum memory of one reading, besides the text itself.
const BYTES: usize = 100_000_000;

/// The time that this thread has computed, which other processes do not change.
fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).expect("a time that has passed");
    Duration::new(
        seconds,
        u32::try_from(time.tv_nsec).expect("below a second"),
    )
}

/// Reads and renders a text within the limits of time and memory.
fn read_hostile(what: &str, text: &str) -> (Reading, String) {
    let start = thread_time();
    let ((reading, shown), bytes) = peak_bytes(|| {
        let mut sources = Sources::default();
        let reading = read(&mut sources, "hostile.toml", text, &[]);
        let shown = render(&sources, &reading.diagnostics, false);
        (reading, shown)
    });
    let time = thread_time() - start;
    assert!(time < TIME, "{what} took {time:?}");
    assert!(bytes < BYTES, "{what} took {bytes} bytes");
    assert!(
        shown.len() < 1_000_000,
        "{what} has {} bytes of diagnostics",
        shown.len()
    );
    (reading, shown)
}

/// Checks that a hostile text is rejected within the limits.
fn is_rejected(what: &str, text: &str) {
    let (reading, shown) = read_hostile(what, text);
    assert!(
        reading.scenario.is_none() && !shown.is_empty(),
        "{what} was accepted"
    );
}

const HEAD: &str = "[scenario]\ntitle = \"x\"\nstart = 2016-11-01\nhorizon_days = 30\n";

fn filled(piece: &str) -> String {
    piece.repeat(limits::FILE_BYTES / piece.len())
}

/// Numbered pieces up to the limit of the file size.
fn numbered(piece: impl Fn(usize) -> String) -> String {
    let mut text = HEAD.to_owned();
    for number in 0.. {
        let next = piece(number);
        if text.len() + next.len() > limits::FILE_BYTES {
            break;
        }
        text += &next;
    }
    text
}

#[test]
fn too_large_file_is_rejected() {
    is_rejected("five megabytes", &"#".repeat(limits::FILE_BYTES + 1));
}

#[test]
fn repeated_characters_are_rejected() {
    for piece in [
        "[",
        "]",
        "{",
        "}",
        "=",
        ",",
        "\"",
        "'",
        "\n",
        "\r",
        "\0",
        "a",
        "a ",
        "a=",
        "a=1\n",
        "[[",
        "[a]\n",
        "[[a]]\n",
        "a.",
        "[a.",
        "#\n",
        "\"\"\"",
        "'''\n",
        "a=[",
        "a={",
        "a={a=",
        "1 ",
        "a = b\n",
        "\\",
        "é",
        "\u{feff}",
        "= =\n",
        "a b\n",
        "[[a",
        "a=[[],",
        "\t",
        "-",
        "+1",
        "0x",
        "1e",
        "2016-11-01 ",
        "\"a\"=",
        "'a'.",
        "a.a.a.a=1\n",
        "{a=1},",
    ] {
        is_rejected(&format!("repeated {piece:?}"), &filled(piece));
    }
}

#[test]
fn repeated_characters_in_strings_are_rejected() {
    for (open, piece, close) in [
        ("a=\"", "\\q", "\""),
        ("a=\"", "\u{1}", "\""),
        ("a='", "\u{1}", "'"),
        ("#", "\u{1}", "\n"),
        ("#", "\r", "\n"),
        ("a=\"\"\"", "\\ x", "\"\"\""),
        ("a='''", "\r", "'''"),
        ("a=", "_1", ""),
        ("a=", "1:", ""),
    ] {
        let repeated = piece.repeat((limits::FILE_BYTES - 20) / piece.len());
        is_rejected(
            &format!("a text of {piece:?}"),
            &format!("{open}{repeated}{close}"),
        );
    }
}

#[test]
fn repeated_tables_are_rejected() {
    /// Creates the piece of a number.
    type Piece = fn(usize) -> String;
    let tables: [(&str, Piece); 18] = [
        ("actions", |n| format!("[actions.a{n}]\nactor=\"x\"\n")),
        ("empty actions", |n| format!("[actions.a{n}]\n")),
        ("tables after their children", |n| {
            format!("[a{n}.b]\n[a{n}]\n")
        }),
        ("keys", |n| format!("k{n}=1\n")),
        ("dotted keys", |n| format!("a{n}.b.c=1\n")),
        ("deep headers", |n| format!("[a{n}{}]\n", ".a".repeat(30))),
        ("deep dotted keys", |n| {
            format!("a{n}{}=1\n", ".a".repeat(30))
        }),
        ("deep dotted keys in a list", |n| match n {
            0 => "a=[{a=1},\n".to_owned(),
            _ => format!("{{a{}=1}},\n", ".a".repeat(29)),
        }),
        ("inline tables", |n| format!("a{n}={{b={{c=1}}}}\n")),
        ("variables", |n| format!("[variables.v{n}]\ninitial=0.5\n")),
        ("invalid values", |n| format!("a{n}=b{n}\n")),
        ("arrays of tables", |_| "[[a]]\nb=1\n".to_owned()),
        ("unknown names", |n| {
            format!("[events.e{n}]\nhazard=\"x{n}\"\n")
        }),
        ("long unknown names", |n| {
            format!("[events.e{n}]\nhazard=\"{n:0>60}\"\neffects={{a{n:0>60}=1}}\n")
        }),
        ("duplicate keys", |_| "a=1\n".to_owned()),
        ("correlations of nothing", |n| {
            format!("[[correlations]]\nbetween=[\"a.{n}\",\"b.{n}\"]\n")
        }),
        ("correlations of no shocks", |n| {
            format!("[[correlations]]\nshocks=[\"a{n}\",\"b\"]\ncoefficient=0.1\n")
        }),
        ("perceptions", |n| {
            format!("[actors.a.perceives.v{n}]\nhidden=true\nbelief=2\n")
        }),
    ];
    for (what, piece) in tables {
        is_rejected(what, &numbered(piece));
    }
}

#[test]
fn deep_nesting_is_rejected() {
    for (open, close) in [("[", "]"), ("{a=", "}"), ("[{a=", "}]")] {
        for depth in [60, 79, 81, 1_000, 100_000] {
            let text = format!("{HEAD}x={}1{}", open.repeat(depth), close.repeat(depth));
            is_rejected("deep nesting", &text);
        }
    }
    let dots = format!("{}a", "a.".repeat(70));
    for depth in [10, 70, 1_000] {
        let (open, close) = (format!("{{{dots}=").repeat(depth), "}".repeat(depth));
        is_rejected("deep dotted keys", &format!("{HEAD}x={open}1{close}"));
        let open = format!("[{{{dots}=").repeat(depth);
        is_rejected(
            "deep dotted keys",
            &format!("{HEAD}x={open}1{}", "}]".repeat(depth)),
        );
    }
    is_rejected(
        "a deep key",
        &format!("{HEAD}{}a=1", "a.".repeat(1_000_000)),
    );
    is_rejected(
        "a deep header",
        &format!("{HEAD}[{}a]", "a.".repeat(1_000_000)),
    );
    is_rejected(
        "a deep quoted key",
        &format!("{HEAD}{}a=1", "\"\".".repeat(1_000_000)),
    );
}

/// A scenario with a chain of indicators, each a long sum that begins with the previous one, and
/// actions whose conditions use the last.
fn chain(n_indicators: usize, n_terms: usize, n_actions: usize) -> String {
    let terms: String = (0..n_terms).map(|term| format!("+v*{term}")).collect();
    let mut text = format!("{HEAD}[variables.v]\ninitial=0.5\n[indicators]\ni0=\"v\"\n");
    for one in 1..=n_indicators {
        text += &format!("i{one}=\"i{}{terms}\"\n", one - 1);
    }
    text += "[actors.a]\nprecision=10\n[actors.a.imperatives.g]\nweight=1\ngoal=\"v\"\n";
    for one in 0..n_actions {
        let condition = format!("i{n_indicators} > {one}");
        text += &format!("[actions.x{one}]\nactor=\"a\"\nrequires=\"{condition}\"\n");
    }
    text + "[outcomes.o]\nquestion=\"q?\"\nwhen=\"v > 0.5\"\n"
}

#[test]
fn long_chains_of_long_indicators_are_accepted() {
    let (reading, shown) = read_hostile("a long chain", &chain(90, 480, 1));
    let program = compile(&reading.scenario.expect(&shown));
    let n_steps = program
        .codes
        .iter()
        .map(|code| code.instructions.len())
        .max();
    assert!(n_steps > Some(40_000), "{n_steps:?}");
}

#[test]
fn short_files_with_large_expressions_are_rejected() {
    let (reading, shown) = read_hostile("many uses of a long chain", &chain(150, 480, 1_000));
    assert!(reading.scenario.is_none());
    assert!(shown.contains("error[scenario-too-large]"), "{shown}");
}

#[test]
fn short_files_with_many_delayed_effects_are_rejected() {
    let late = |n_actions: usize| {
        let mut text = HEAD.replace("= 30", "= 1000");
        for one in 0..100 {
            text += &format!("[variables.v{one}]\ninitial=0.5\n");
        }
        let effects: String = (0..100).map(|one| format!("v{one}=0.1,")).collect();
        text += "[actors.a]\nprecision=10\n[actors.a.imperatives.g]\nweight=1\ngoal=\"v0\"\n";
        for one in 0..n_actions {
            text +=
                &format!("[actions.x{one}]\nactor=\"a\"\ndelay_days=999\neffects={{{effects}}}\n");
        }
        text + "[outcomes.o]\nquestion=\"q?\"\nwhen=\"v0 > 0.5\"\n"
    };
    let (reading, shown) = read_hostile("late effects", &late(10));
    assert!(reading.scenario.is_some(), "{shown}");
    let (_, shown) = read_hostile("too many late effects", &late(11));
    assert!(
        shown.contains("delayed effects take 1098900 days"),
        "{shown}"
    );
}

#[test]
fn huge_strings_are_rejected() {
    let long = "x".repeat(limits::FILE_BYTES - 1_000);
    for text in [
        format!("{HEAD}note=\"{long}\""),
        format!("{HEAD}[variables.{long}]"),
        format!("{HEAD}[indicators]\na=\"{long}\""),
        format!("{HEAD}moves=\"{long}\""),
        format!("{HEAD}{long}=1"),
        format!("{HEAD}[actions.a]\nactor=\"{long}\""),
        format!("{HEAD}order=[{}]", "\"a\",".repeat(100_000)),
        format!(
            "{HEAD}[actors.a]\nanticipates=[{}]",
            "\"a\",".repeat(100_000)
        ),
        format!(
            "{HEAD}[[correlations]]\nshocks=[{}]",
            "\"a\",".repeat(100_000)
        ),
        format!("{HEAD}[[correlations]]\nbetween=[\"{long}\", \"a\"]"),
        format!("{HEAD}[x]\ny={}", "1".repeat(4_000_000)),
    ] {
        is_rejected("a huge text", &text);
    }
}

#[test]
fn hostile_expressions_are_rejected() {
    let within = |text: &str| {
        let text: String = text.chars().take(limits::EXPRESSION_BYTES - 10).collect();
        format!("{HEAD}[variables.x]\ninitial=0.5\n[outcomes.o]\nquestion=\"?\"\nwhen='{text}'\n")
    };
    for piece in [
        "(",
        ")",
        "-",
        "not ",
        "x^",
        "x+",
        "x<",
        "if(",
        "max(",
        "x,",
        "1e",
        "!",
        "x and ",
        "2^-",
        "clamp(x,",
        "- -",
        "not(",
        "\"",
        ".",
        "((x)",
        "x(",
        "if(x<1,",
        "é",
        "happened(",
    ] {
        is_rejected(
            &format!("an expression of {piece:?}"),
            &within(&piece.repeat(8_000)),
        );
    }
}

#[test]
fn extreme_numbers_are_rejected() {
    for number in [
        "1e400",
        "-1e400",
        "1e-400",
        "inf",
        "-inf",
        "nan",
        "9223372036854775808",
        "-99999999999999999999",
        "1_000_000_000",
        "0xffffffffffffffffff",
        "1e1000000000000",
    ] {
        for field in ["horizon_days", "title", "start", "moves"] {
            is_rejected(number, &format!("[scenario]\n{field}={number}\n"));
        }
    }
}

/// A scenario near all limits, which must be accepted.
#[test]
fn scenario_at_its_limits_is_accepted() {
    let mut text = HEAD.to_owned();
    for n in 0..limits::VARIABLES {
        text += &format!("[variables.v{n}]\ninitial=0.5\n");
    }
    text += "[indicators]\ni0=\"v0\"\n";
    for n in 1..limits::INDICATORS {
        text += &format!("i{n}=\"0.5*i{}+0.25*v{n}+0.25*v0\"\n", n - 1);
    }
    for n in 0..limits::ACTORS {
        text += &format!("[actors.a{n}]\nprecision=200\n");
        // Longer indicators would make the goals of this many anticipating actors exceed the limit.
        text += &format!("imperatives.g={{weight=1,goal=\"(i{}+v{n})/2\"}}\n", n % 4);
        text += "anticipates=[";
        for other in (0..=limits::ANTICIPATED_ACTORS)
            .filter(|other| *other != n)
            .take(100)
        {
            text += &format!("\"a{other}\",");
        }
        text += "]\n";
    }
    for n in 0..limits::VARIABLES {
        text += &format!("[actors.a0.perceives.v{n}]\nnoise=0.1\n");
    }
    for n in 0..limits::ACTIONS {
        text += &format!("[actions.c{n}]\nactor=\"a{}\"\n", n % limits::ACTORS);
        text += &format!("effects={{v{}=0.01,v{}=-0.01}}\n", n % 1000, (n + 1) % 1000);
    }
    text += "[outcomes.o]\nquestion=\"?\"\nwhen=\"i999>0.5\"\n";
    let (reading, shown) = read_hostile("the largest scenario", &text);
    assert!(reading.scenario.is_some(), "{shown}");
}

/// One variable whose shocks are correlated with those of all others.
fn star_of_correlations(coefficient: f64) -> String {
    let mut text = HEAD.to_owned() + "[outcomes.o]\nquestion=\"?\"\nwhen=\"v0>0.5\"\n";
    for n in 0..limits::VARIABLES {
        text += &format!("[variables.v{n}]\ninitial=0.5\nvolatility=0.01\n");
    }
    for n in 1..limits::VARIABLES {
        text += "[[correlations]]\n";
        text += &format!("shocks=[\"v0\",\"v{n}\"]\ncoefficient={coefficient}\n");
    }
    text
}

#[test]
fn maximum_number_of_correlations_is_accepted() {
    // A star of n rays is positive definite where n·coefficient² < 1.
    let (reading, shown) = read_hostile("possible correlations", &star_of_correlations(0.031));
    assert!(reading.scenario.is_some(), "{shown}");
    let (_, shown) = read_hostile("impossible correlations", &star_of_correlations(0.032));
    assert!(shown.contains("are inconsistent"), "{shown}");
    let one_more = "[[correlations]]\nshocks=[\"v1\",\"v2\"]\ncoefficient=0.01\n".repeat(2);
    let (_, shown) = read_hostile("too many", &(star_of_correlations(0.0) + &one_more));
    assert!(shown.contains("1001 correlations"), "{shown}");
}

#[test]
fn too_many_anticipated_actors_are_rejected() {
    let mut text = HEAD.to_owned() + "[actors.all_seeing]\nprecision=1\nanticipates=[";
    for n in 0..=limits::ANTICIPATED_ACTORS {
        text += &format!("\"a{n}\",");
    }
    text += "]\n";
    for n in 0..=limits::ANTICIPATED_ACTORS {
        text += &format!("[actors.a{n}]\nprecision=1\n");
    }
    let (_, shown) = read_hostile("too many", &text);
    assert!(
        shown.contains("101 anticipated actors exceed the limit of 100"),
        "{shown}"
    );
}

/// Reads the sample with one override.
fn read_sample(text: &str, set: Option<Override>) -> Reading {
    let mut sources = Sources::default();
    let overrides: Vec<_> = set.into_iter().collect();
    let reading = read(&mut sources, "sample.toml", text, &overrides);
    // Rendering must not panic either.
    render(&sources, &reading.diagnostics, true);
    reading
}

const SAMPLE: &str = include_str!("accepted/within_the_month_sample.toml");
const PERCEPTION: &str = include_str!("accepted/perception_and_correlation.toml");

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC*|[\\x00-\\x7f]{0,200}") {
        read_sample(&text, None);
    }

    #[test]
    fn no_change_of_a_valid_file_makes_the_reader_panic(
        sample in prop::sample::select(vec![SAMPLE, PERCEPTION]),
        changes in prop::collection::vec((0..PERCEPTION.len(), 0..40_usize, "[\\x00-\\x7f]{0,12}|\\PC{0,3}"), 1..6),
    ) {
        let mut text = sample.to_owned();
        for (at, length, new) in changes {
            let start = floor_boundary(&text, at.min(text.len()));
            let end = ceil_boundary(&text, (start + length).min(text.len()));
            text.replace_range(start..end, &new);
        }
        let reading = read_sample(&text, None);
        prop_assert_eq!(reading.scenario.is_none(), reading.diagnostics.has_errors());
    }

    #[test]
    fn no_pieces_of_a_valid_file_make_the_reader_panic(
        sample in prop::sample::select(vec![SAMPLE, PERCEPTION]),
        pieces in prop::collection::vec((0..PERCEPTION.len(), 0..120_usize), 1..20),
    ) {
        let mut text = String::new();
        for (at, length) in pieces {
            let start = floor_boundary(sample, at);
            let end = ceil_boundary(sample, (at + length).min(sample.len()).max(start));
            text += &sample[start..end];
        }
        read_sample(&text, None);
    }

    #[test]
    fn no_override_makes_the_reader_panic(
        path in "[a-z_.]{0,30}|(actors|actions|variables|scenario|outcomes)\\.(russia|us_turkey_trust|title|propaganda_campaign)(\\.[a-z_]{1,12}){0,3}|\\PC{0,10}",
        value in "[\\x00-\\x7f]{0,30}|\\{ from = [0-9.]{1,3}, to = [0-9.]{1,3} \\}",
    ) {
        read_sample(SAMPLE, Some(Override { path, value }));
    }

    #[test]
    fn no_expression_makes_the_reader_panic(
        words in prop::collection::vec(
            "[-+*/^()<>=!,.]|[0-9]{1,3}|rift|propaganda|and|or|not|if\\(|max\\(|clamp\\(|day|date\\(|count\\(propaganda_campaign\\)|true|\\PC",
            0..40,
        ),
    ) {
        let value = words.join(" ");
        let path = "outcomes.us_turkey_split.when".to_owned();
        read_sample(SAMPLE, Some(Override { path, value }));
    }
}
