//! Trees of valid texts, size limits, and what remains of texts with errors.

use super::lexer::{Lexer, TokenKind};
use super::*;
use crate::scenario::limits;
use proptest::prelude::*;
use std::fmt::Write;

const SOURCE: SourceId = SourceId(0);

/// The tree of a text, if there is one, and the messages about its errors.
fn parse(text: &str) -> (Option<TomlTable<'_>>, Vec<String>) {
    let mut sink = DiagnosticSink::new(SOURCE);
    let tree = parse_document(text, SOURCE, &mut sink);
    let diagnostics = sink.into_diagnostics().0;
    for one in &diagnostics {
        let span = one.span.expect("a place");
        assert!(text.get(span.start..span.end).is_some(), "{one:?}");
        assert!(one.hint.is_some(), "{one:?}");
    }
    let messages = diagnostics.into_iter().map(|one| one.message);
    (tree, messages.collect())
}

/// The tree of a valid text.
fn valid(text: &str) -> TomlTable<'_> {
    let (tree, messages) = parse(text);
    assert!(messages.is_empty(), "{messages:?} in {text:.99}");
    tree.expect("a valid text")
}

/// Lists the values of a table, one a line: the place of the key, the path, the place of the value
/// and the value.
fn list(table: &TomlTable<'_>, path: &str, lines: &mut String) {
    for entry in &table.0 {
        let path = format!("{path}/{}", entry.key.escape_debug());
        write!(lines, "{}..{} ", entry.key_span.start, entry.key_span.end).expect("memory");
        list_value(&entry.value, &path, lines);
    }
}

fn list_value(value: &TomlValue<'_>, path: &str, lines: &mut String) {
    let span = value.span;
    write!(lines, "{path} {}..{} ", span.start, span.end).expect("memory");
    match &value.item {
        TomlItem::Table(table) => {
            lines.push_str("table\n");
            list(table, path, lines);
        }
        TomlItem::Array(values) => {
            lines.push_str("array\n");
            for (index, value) in values.iter().enumerate() {
                list_value(value, &format!("{path}/{index}"), lines);
            }
        }
        scalar => writeln!(lines, "{scalar:?}").expect("memory"),
    }
}

fn listed(table: &TomlTable<'_>) -> String {
    let mut lines = String::new();
    list(table, "", &mut lines);
    lines
}

/// Every part of the language.
const VALID: &[&str] = &[
    "",
    "\u{feff}a = 1",
    "a = 1\r\nb = 2 # comment\r\n",
    "[a]\ne = 2\n[a.b.c]\nd = 1",
    "a.b.c = 1\na.b.d = 2\n'x y'.\"z\\u00e9\" = 3",
    "[ a . 'b]' . \"]c\" ]# comment ]\nd = 1",
    "[[a]]\nb = 1\n[[a.c]]\nd = 1\n[[a.c]]\n[[a]]\nb = 2",
    "a = [1, 2.5, [], [[]], {}, {b = 1, c.d = 2, c.e = [1]}, # comment\n true,\n]",
    "a = {\n b = 1, # comment\n c = 2,\n}",
    "a = 'literal \\n'\nb = \"escaped \\\" \\n\"\nc = \"plain é\"\nd = ''\ne = \"\"",
    "a = \"\"\"\n two\n lines\"\"\"\nb = '''\r\nraw'''\nc = \"\"\"a\\\n   b\"\"\"\nd = \"\"\"\"q\"\"\"\"",
    "a = \"\"\"\"\"\"\nb = '''\n'''\nc = '''''a'''''",
    "a = 0x1F\nb = 0o17\nc = 0b11\nd = 1_000\ne = -5\nf = +5\ng = -0",
    "a = 9223372036854775807\nb = 9223372036854775808\nc = -9223372036854775809",
    "a = 0x99999999999999999\nb = 123456789012345678901234567890",
    "a = 1e3\nb = -1.5E-3\nc = 1_0.0_1\nd = inf\ne = -inf\nf = 1e300\ng = +0.0\nh = -0.0",
    "a = 2016-11-30\nb = 2016-11-30T10:00:00Z\nc = 10:00:00\nd = 2016-11-30 10:00\ne = 0000-01-01",
    "'' = 1\n\"a.b\" = 2\n1 = 3\n-1 = 4\n'é' = 5\n2016-11-30 = 6",
    // Numbers that are too large for the parser.
    "a = 1e400\nb = -1_0e400 # comment\nc = [1, 1e999, { d = 1e400 }]",
    "a = 1000000000000000000000000000000000000000\nb = 0xffffffffffffffffffffffffffffffffff",
    // Headers that follow those of their children.
    "[a.b]\n[a]",
    "[a.b]\n[c]\n[a]\n[d]",
    "[a.b.c]\nd = 1\n[a]\ne = 2\n[a . 'b']\nf = 3",
];

#[test]
fn valid_texts_have_the_expected_trees() {
    let mut lines = String::new();
    for text in VALID {
        writeln!(lines, "{text:?}\n{}", listed(&valid(text))).expect("memory");
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn texts_are_accepted_up_to_the_limits() {
    let deep = |n: usize| format!("a = {}{}", "[".repeat(n), "]".repeat(n));
    let dotted = |n: usize| format!("{}a = 1", "a.".repeat(n));
    let word = |n: usize| format!("{} = 1", "a".repeat(n));
    let number = |n: usize| format!("a = 1{}", "0".repeat(n - 1));
    let headers = |n: usize| (0..n).map(|one| format!("[a{one}]\n")).collect::<String>();
    let lines = |n: usize| (0..n).map(|n| format!("a{n}=[0,1]#\n")).collect::<String>();
    valid(&deep(limits::TABLE_DEPTH));
    valid(&dotted(limits::TABLE_DEPTH));
    valid(&word(limits::TOKEN_BYTES));
    valid(&number(limits::TOKEN_BYTES));
    valid(&headers(limits::TABLES));
    // Nine tokens a line.
    valid(&lines(limits::FILE_TOKENS / 9));
    for (text, part) in [
        (deep(limits::TABLE_DEPTH + 1), "nested more than"),
        (dotted(limits::TABLE_DEPTH + 1), "nested more than"),
        (word(limits::TOKEN_BYTES + 1), "this token has more than"),
        (headers(limits::TABLES + 1), "more than 60000 tables"),
        (
            "a.b.c = 1\n".repeat(limits::TABLES + 1),
            "more than 60000 tables",
        ),
        (
            lines(limits::FILE_TOKENS / 9 + 1),
            "more than 600000 tokens",
        ),
        (format!("a = {}", "[".repeat(300)), "nested more than"),
        (format!("a = {}", "{a=".repeat(300)), "nested more than"),
    ] {
        let (tree, messages) = parse(&text);
        assert!(tree.is_none(), "{text:.99}");
        assert!(messages[0].contains(part), "{messages:?} in {text:.99}");
    }
}

/// The number of tokens of the densest valid texts is bounded by the number of their signs, so that
/// they are counted only where there are many signs.
#[test]
fn signs_bound_the_number_of_tokens() {
    for piece in [
        "k=2016-11-30 10:00#\n",
        "2016-11-30 10:00,",
        "2016-11-30 10:00#\n,",
        "{a=2016-11-30 10:00},",
        "'',",
        "[[[]]],",
        "a.a.a=1.5\n",
        "[a]#\n",
    ] {
        let is_token = |kind| kind != TokenKind::Whitespace;
        let n_tokens = Lexer::new(piece, 0)
            .filter(|token| is_token(token.kind))
            .count();
        let signs = ['.', ',', '=', '[', ']', '{', '}', '\n'];
        let n_signs = piece.matches(signs).count();
        assert!(
            n_tokens <= size_limits::TOKENS_PER_SIGN * n_signs,
            "{piece}"
        );
    }
}

/// Statements with one error each.
const BROKEN: &[&str] = &[
    "x =",
    "x",
    "x = b",
    "x = 1 2",
    "x = 0,5",
    "x = 'open",
    "x = \"open",
    "x = \"\\q\"",
    "x = \"\\u12\"",
    "x = \"\u{1}\"",
    "x = 2016-02-30",
    "x y = 1",
    "x: 1",
    "= 1",
    "x = [1, 2",
    "x = [1,",
    "x = {y = 1",
    "x = [1 2]",
    "x = [\n  'a'\n  'b',\n  'c',\n]",
    "x = {\n  y = 1\n  z = 2,\n}",
    "x = {y = 1, y = 2}",
    "\u{a0}x = 1",
    "x =\u{a0}1",
    "x = 1\u{a0}",
    "x\u{feff} = 1",
    "x = −1",
    "x = “a”",
    "first = 2",
    "first.y = 2",
    "first = [\n  1,\n]",
    "# \u{1}",
    "}",
    "]",
    "%",
    "x = 1\ry = 2",
    "x = '''a''' b",
];

#[test]
fn one_error_is_reported_once_and_the_rest_is_parsed() {
    for broken in BROKEN {
        let before = "[t]\nfirst = 1\n";
        let after = "\nlast = [1, 2]\n[u]\nkey = 2\n";
        let text = format!("{before}{broken}{after}");
        let (tree, messages) = parse(&text);
        assert_eq!(messages.len(), 1, "{messages:?} in {text}");
        let lines = listed(&tree.expect("a tree"));
        for part in ["/t/first", "/t/last", "/t/last/1", "/u/key"] {
            assert!(
                lines.contains(&format!("{part} ")),
                "{part} in {text}:\n{lines}"
            );
        }
    }
}

#[test]
fn keys_below_a_broken_header_belong_to_no_table() {
    for broken in [
        "[x y]",
        "[x",
        "[[x]",
        "[x]]",
        "[x] y = 1",
        "[]",
        "[",
        "[x.]",
        "[t]",
        "[[t]]",
        "[t.a]",
        "[ä]",
    ] {
        let text = format!("[t]\na = 1\n{broken}\nb = 2\nb = 2\n[u]\nkey = 2\n");
        let (tree, messages) = parse(&text);
        assert!(matches!(messages.len(), 1 | 2), "{messages:?} in {text}");
        let lines = listed(&tree.expect("a tree"));
        let keys: Vec<&str> = lines
            .split_whitespace()
            .filter(|part| part.starts_with('/'))
            .collect();
        assert_eq!(keys, ["/t", "/t/a", "/u", "/u/key"], "{text}");
    }
}

#[test]
fn a_file_full_of_errors_is_checked_in_part() {
    let text = "a b\n".repeat(1_000);
    let (tree, messages) = parse(&text);
    assert!(tree.is_none());
    assert_eq!(messages.len(), limits::DIAGNOSTICS);
    let last = messages.last().expect("a message");
    assert!(last.starts_with("too many syntax errors"), "{last}");
}

#[test]
fn values_have_the_places_of_their_text() {
    for (value, expected) in [
        ("1.5", "4..7 Float(1.5)"),
        ("1e400", "4..9 Float(inf)"),
        ("'a'", "4..7 String(\"a\", Some(5))"),
        ("[1, {x = 'é'}]", "/0 5..6 Integer(1)"),
        ("[1, {x = 'é'}]", "/1/x 13..17 String(\"é\", Some(14))"),
        ("2016-11-30", "4..14 Date(2016-11-30)"),
    ] {
        let text = format!("a.b={value}");
        let value = parse_value(&text, 4, SOURCE).expect("a value");
        let mut lines = String::new();
        list_value(&value, "", &mut lines);
        assert!(lines.contains(expected), "{lines}");
    }
    for broken in [
        "",
        "a",
        "1 2",
        "1\nb = 2",
        "1 # comment",
        "[1",
        "{a = 1 b = 2}",
        "1\n[c]",
    ] {
        let text = format!("ä={broken}");
        match parse_value(&text, 3, SOURCE) {
            Err(ValueError::Syntax(error)) => assert!(error.hint.is_some(), "{error:?}"),
            other => panic!("{other:?} of {broken}"),
        }
    }
    for large in [
        "[".repeat(limits::TABLE_DEPTH + 1) + &"]".repeat(limits::TABLE_DEPTH + 1),
        "[".repeat(999),
    ] {
        let text = format!("a.b={large}");
        let value = parse_value(&text, 4, SOURCE);
        assert!(matches!(value, Err(ValueError::TooLarge)), "{value:?}");
    }
}

/// Texts of pieces of TOML, mainly invalid.
fn texts() -> impl Strategy<Value = String> {
    let pieces = [
        "a",
        "b",
        "'c'",
        "\"d\"",
        ".",
        "=",
        " = ",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        ",",
        "\n",
        "\n",
        " ",
        "\t",
        "#",
        "# x\n",
        "1",
        "-1",
        "+",
        "1.5",
        "1e3",
        "1e400",
        "0x1f",
        "_",
        "true",
        "inf",
        "nan",
        "2016-11-30",
        "T10:00:00",
        "Z",
        "\"\"\"",
        "'''",
        "\\",
        "\\n",
        "\\u12",
        "\r\n",
        "\r",
        "é",
        "\u{a0}",
        "\u{200b}",
        "\u{feff}",
        "−",
        "“",
        "%",
        "0,5",
        ":",
        "\0",
        "-",
        "//",
        "\"",
        "'",
        "a = 1\n",
        "[a]\n",
        "[a.b]\n",
        "[[c]]\n",
        "[-]\n",
        "b.a = 2\n",
        "d = {a = 1}\n",
        "e = [1, 2]\n",
    ];
    let piece = prop::sample::select(pieces.to_vec());
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn errors_are_reported_and_the_rest_is_always_parsed(text in texts()) {
        let arena = toml_spanner::Arena::new();
        let is_valid = toml_spanner::parse(&text, &arena).is_ok();
        let (tree, messages) = parse(&text);
        prop_assert!(tree.is_some(), "{:?}", messages);
        // Numbers that are too large for the parser are no errors.
        if is_valid || !text.contains("e400") {
            prop_assert_eq!(messages.is_empty(), is_valid, "{:?}", messages);
        }
        let set = format!("a={text}");
        if let Ok(value) = parse_value(&set, 2, SOURCE) {
            prop_assert!(set.get(value.span.start..value.span.end).is_some());
        }
    }
}
