//! The fast parser and the recovering parser test each other.

use super::*;
use crate::scenario::limits;
use proptest::prelude::*;
use std::path::Path;

const SOURCE: SourceId = SourceId(0);

/// The tree of the recovering parser, if the text is valid and within the size limits.
fn recovered_tree(text: &str) -> Option<TomlTable<'_>> {
    let mut sink = DiagnosticSink::new(SOURCE);
    let tree = recovering::parse(text, SOURCE, &mut sink)?;
    (!sink.has_errors()).then_some(tree)
}

/// Checks that both parsers return the same tree.
fn assert_same(text: &str) {
    let (fast, recovering) = (fast::parse(text, SOURCE), recovered_tree(text));
    assert!(fast.is_some(), "not read: {text}");
    assert_eq!(format!("{fast:#?}"), format!("{recovering:#?}"), "{text}");
}

/// Checks that whatever the fast parser reads, the recovering parser reads the same.
fn assert_never_differ(text: &str) {
    if let Some(fast) = fast::parse(text, SOURCE) {
        let recovering = recovered_tree(text);
        assert!(recovering.is_some(), "only read by the fast parser: {text}");
        assert_eq!(format!("{:#?}", Some(fast)), format!("{recovering:#?}"));
    }
}

#[test]
fn parsers_agree_on_scenarios() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut n_files = 0;
    for folder in [
        "params",
        "tests/language/accepted",
        "tests/semantics/agreement",
        "tests/language/warned",
    ] {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                assert_same(&std::fs::read_to_string(&path).expect("a readable file"));
                n_files += 1;
            }
        }
    }
    assert!(n_files > 10);
}

#[test]
fn parsers_agree_on_every_part_of_the_language() {
    for text in [
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
    ] {
        assert_same(text);
    }
}

/// Valid texts that only the recovering parser reads: a number that is too large, and tables whose
/// headers follow those of their children.
#[test]
fn unusual_texts_are_left_to_the_recovering_parser() {
    for text in [
        "a = 1e400",
        "[a.b]\n[a]",
        "[a.b.c]\nd = 1\n[a]\ne = 2\n[a.b]\nf = 3",
    ] {
        assert!(fast::parse(text, SOURCE).is_none(), "{text}");
        assert!(recovered_tree(text).is_some(), "{text}");
    }
}

#[test]
fn texts_near_a_limit_are_left_to_the_recovering_parser() {
    let deep = |n: usize| format!("a = {}{}", "[".repeat(n), "]".repeat(n));
    let dotted = |n: usize| format!("{}a = 1", "a.".repeat(n));
    let word = |n: usize| format!("{} = 1", "a".repeat(n));
    let number = |n: usize| format!("a = 1{}", "0".repeat(n - 1));
    let headers = |n: usize| (0..n).map(|one| format!("[a{one}]\n")).collect::<String>();
    for text in [
        deep(limits::TABLE_DEPTH - 1),
        dotted(limits::TABLE_DEPTH - 1),
        word(limits::TOKEN_BYTES),
        headers(limits::TABLES),
    ] {
        assert_same(&text);
    }
    let long = word(limits::TOKEN_BYTES + 1);
    for text in [
        deep(limits::TABLE_DEPTH + 1),
        dotted(limits::TABLE_DEPTH + 1),
        long.clone(),
        format!(
            "'{}'.b = 1\n{}.c = 2",
            &long[..long.len() - 4],
            &long[..long.len() - 4]
        ),
        number(limits::TOKEN_BYTES + 1),
        headers(limits::TABLES + 1),
        "a.b.c = 1\n".repeat(limits::TABLES + 1),
    ] {
        assert!(fast::parse(&text, SOURCE).is_none(), "{text:.99}");
        assert!(recovered_tree(&text).is_none(), "{text:.99}");
    }
}

/// Texts with the maximum number of tokens per sign: the fast parser takes what the recovering
/// parser takes, up to the limit.
#[test]
fn densest_texts_are_within_the_limits_of_both_parsers() {
    let max = limits::FILE_TOKENS / fast::TOKENS_PER_SIGN;
    let lines = |n: usize| -> String {
        let lines = (0..n).map(|line| format!("k{line}=2016-11-30 10:00#\n"));
        lines.collect::<String>() + "z=2016-11-30 10:00#"
    };
    assert_same(&lines(max / 2 - 1));
    for text in [lines(max / 2), lines(max / 2 + 1)] {
        assert!(fast::parse(&text, SOURCE).is_none());
        assert!(recovered_tree(&text).is_none());
    }
    for piece in [
        "2016-11-30 10:00,",
        "2016-11-30 10:00#\n,",
        "{a=2016-11-30 10:00},",
        "'',",
        "[[[]]],",
    ] {
        let n_signs = piece
            .matches(['.', ',', '=', '[', ']', '{', '}', '\n'])
            .count();
        let n = (max - 4) / n_signs;
        let text = |n: usize| format!("a=[{}]", piece.repeat(n));
        assert!(fast::parse(&text(n), SOURCE).is_some(), "{piece}");
        assert!(recovered_tree(&text(n)).is_some(), "{piece}");
        assert!(fast::parse(&text(n + 2), SOURCE).is_none(), "{piece}");
    }
    let text = |n: usize| format!("a=[{}{}]", "1.5,".repeat(50_000), "1,".repeat(n));
    assert!(fast::parse(&text(max - 100_004), SOURCE).is_some());
    assert!(fast::parse(&text(max - 99_996), SOURCE).is_none());
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
        "\r\n",
        "é",
        "a = 1\n",
        "[a]\n",
        "[a.b]\n",
        "[[c]]\n",
        "b.a = 2\n",
        "d = {a = 1}\n",
        "e = [1, 2]\n",
    ];
    let piece = prop::sample::select(pieces.to_vec());
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]
    #[test]
    fn parsers_agree_on_random_texts(text in texts()) {
        assert_never_differ(&text);
    }
}
