//! Tables as programs write them, and the mistakes in others.

use super::*;
use std::path::Path;

mod values;

fn parse(bytes: impl AsRef<[u8]>) -> UserTable {
    UserTable::parse(Path::new("t.csv"), bytes.as_ref()).unwrap()
}

/// All mistakes of the reader itself.
fn message(bytes: impl AsRef<[u8]>) -> String {
    let table = UserTable::parse(Path::new("t.csv"), bytes.as_ref());
    let read = table.and_then(|table| table.mistakes().finish());
    read.unwrap_err().to_string()
}

/// The lines and fields of a table.
fn content(table: &UserTable) -> Vec<(u64, Vec<Option<&str>>)> {
    let rows = table.rows().map(|row| {
        let fields = table.header().iter().map(|column| row.text(column));
        (row.line(), fields.collect())
    });
    rows.collect()
}

fn utf16(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = format!("\u{feff}{text}");
    text.encode_utf16().flat_map(bytes_of).collect()
}

#[test]
fn encodings_separators_and_line_ends_give_the_same_table() {
    let plain = "name,value\na,\"x, y\"\nK\u{f6}ln,0.5\n";
    let expected = vec![
        (2, vec![Some("a"), Some("x, y")]),
        (3, vec![Some("K\u{f6}ln"), Some("0.5")]),
    ];
    let tabs = "name\tvalue\na\tx, y\nK\u{f6}ln\t0.5\n";
    for bytes in [
        plain.as_bytes().to_vec(),
        format!("\u{feff}{plain}").into_bytes(),
        plain.replace('\n', "\r\n").into_bytes(),
        plain.replace('\n', "\r").into_bytes(),
        plain.trim_end().as_bytes().to_vec(),
        tabs.as_bytes().to_vec(),
        "name;value\na;x, y\nK\u{f6}ln;0.5\n".as_bytes().to_vec(),
        utf16(&tabs.replace('\n', "\r\n"), u16::to_le_bytes),
        utf16(plain, u16::to_be_bytes),
        " NAME , Value,\na, \"x, y\" ,\nK\u{f6}ln,\u{a0}0.5\u{a0},\n,,\n\n"
            .as_bytes()
            .to_vec(),
        "\"name\",\"value\"\n\"a\",\"x, y\"\n\"K\u{f6}ln\",0.5\n"
            .as_bytes()
            .to_vec(),
        "name,,value\na,,\"x, y\"\nK\u{f6}ln,,0.5\n"
            .as_bytes()
            .to_vec(),
        "\"\",name,value\n\"1\",a,\"x, y\"\n\"2\",K\u{f6}ln,0.5\n"
            .as_bytes()
            .to_vec(),
        ",name,value\n0,a,\"x, y\"\n1,K\u{f6}ln,0.5\n"
            .as_bytes()
            .to_vec(),
    ] {
        let table = parse(&bytes);
        assert_eq!(table.header(), ["name", "value"]);
        assert_eq!(content(&table), expected, "{bytes:?}");
        assert!(table.mistakes().is_empty(), "{bytes:?}");
    }
}

#[test]
fn first_line_of_excel_names_the_separator() {
    for (line, separator) in [
        ("sep=;", ';'),
        ("\"sep=;\"", ';'),
        ("SEP=,", ','),
        ("sep=\t", '\t'),
        ("sep=;;;", ';'),
    ] {
        let text = format!("\u{feff}{line}\r\na{separator}b\r\n1{separator}x\r\n");
        assert_eq!(
            content(&parse(text)),
            [(3, vec![Some("1"), Some("x")])],
            "{line}"
        );
    }
    // The line decides, also where the header has more of another separator.
    assert_eq!(parse("sep=;\na,b,c;d\n").header(), ["a,b,c", "d"]);
    assert_eq!(
        message("sep=|\na|b\n"),
        "t.csv:1: the line `sep=` names a separator that is not read: separate the fields by commas, semicolons or tabs"
    );
}

#[test]
fn files_that_are_not_text_have_instructions() {
    let save = "save the file as CSV in UTF-8 (in Excel: \"CSV UTF-8\"; in LibreOffice: character set UTF-8)";
    let without_mark = utf16("a,b\n", u16::to_le_bytes)[2..].to_vec();
    for (bytes, expected) in [
        (
            b"a,b\r\n1,2\r\n\r\n3,K\xf6ln\r\n".to_vec(),
            "t.csv:4: the text is not UTF-8: it contains the byte 0xF6 (in Windows-1252: `\u{f6}`)",
        ),
        (
            b"a,b\rx,\x80\r".to_vec(),
            "t.csv:2: the text is not UTF-8: it contains the byte 0x80",
        ),
        (
            without_mark,
            "t.csv:1: the file contains NUL characters, as UTF-16 text without a byte-order mark does",
        ),
        (
            b"\xff\xfea".to_vec(),
            "t.csv:1: the file is damaged UTF-16 text",
        ),
        (
            b"PK\x03\x04...".to_vec(),
            "t.csv:1: the file is a workbook (.xlsx, .ods or .numbers), not text",
        ),
    ] {
        assert_eq!(message(bytes), format!("{expected}: {save}"));
    }
    for empty in ["", "\n\n", "\u{feff}", ",,\n"] {
        assert_eq!(
            message(empty),
            "t.csv:1: the file has no header: write the names of the columns in its first line"
        );
    }
}

#[test]
fn quotation_marks_that_swallow_rows_are_found() {
    let never = "a quotation mark opens on this line and is never closed: close it, or remove it";
    for (text, line, problem) in [
        ("a,b\n1,\"x\n2,y\n", 2, never),
        ("a,b\n1,x\n\n2,\"y", 4, never),
        ("a,b\n1,x\n2,\"", 3, never),
        (
            "a,b\n1,\"x\n2,\"y\"\n",
            2,
            "a quotation mark opens on this line and is closed on line 3, before `y\"`: close it on this line, or remove it",
        ),
        (
            "a,b,c\n1,\"x,4\n2,y,5\n3,z\",6\n",
            2,
            "a quotation mark opens on this line and is closed on line 4, after what look like other rows: close it on this line, or write the field on one line",
        ),
        (
            "a,b\n1,\"the \"Times\"\"\n",
            2,
            "`Times\"\"` follows a closing quotation mark: double each quotation mark inside of a quoted field (\"\")",
        ),
    ] {
        assert_eq!(message(text), format!("t.csv:{line}: {problem}"), "{text}");
    }
    // Rows below the mistake are still read.
    let table = parse("a,b\n1,\"x\n2,y\n3,z\n");
    assert_eq!(content(&table).len(), 2);
    // A quotation mark inside of a field is a character, and a field may have several lines.
    let table = parse("a,b\n1,5\" gun\n\"one, two\nthree, \"\"four\"\"\",y\n2,z\n");
    assert_eq!(
        content(&table),
        [
            (2, vec![Some("1"), Some("5\" gun")]),
            (3, vec![Some("one, two\nthree, \"four\""), Some("y")]),
            (5, vec![Some("2"), Some("z")]),
        ]
    );
    assert!(table.mistakes().is_empty());
}

#[test]
fn values_without_a_column_are_mistakes() {
    assert_eq!(
        message("a,,b,\n1,,2,\n3,x,4,\n5,y,6,z,\n7,,8,,9\n"),
        "t.csv:3: column B has the value `x` but no name: name it in the header, or delete it (row numbers of R: `row.names = FALSE`)\n\
         t.csv:4: column D has the value `z` but no name: name it in the header, or delete it (row numbers of R: `row.names = FALSE`)\n\
         t.csv:5: the row has 5 fields, but the header has 4: write numbers with a decimal point and texts with commas in quotation marks, or separate all fields by semicolons"
    );
    // Row numbers with a gap are no row numbers.
    assert!(message(",a\n1,x\n3,y\n").starts_with("t.csv:2: column A has the value `1`"));
    assert_eq!(
        message("a;b\n1;2;x\n"),
        "t.csv:2: the row has 3 fields, but the header has 2: write texts with semicolons in quotation marks"
    );
}

#[test]
fn headers_are_checked() {
    assert_eq!(
        message("a\u{200b},B,b,c\u{a0}d\n1,2,3,4\n"),
        "t.csv:1: the column `a\\u{200b}` contains U+200B (zero-width space), which cannot be seen: delete it\n\
         t.csv:1: the column `b` occurs twice (B and C): remove one\n\
         t.csv:1: the column `c\u{a0}d` contains U+00A0 (no-break space), which cannot be seen: delete it"
    );
    for header in ["a|b", "a b", "\"a\" \"b\""] {
        assert_eq!(
            message(format!("\n{header}\n1 2\n")),
            format!(
                "t.csv:2: the header `{header}` has no separator: separate the fields by commas, semicolons or tabs"
            )
        );
    }
    assert_eq!(
        message("a\n0,5\n"),
        "t.csv:2: the row has 2 fields, but the header has 1: write numbers with a decimal point, or `sep=;` as the first line of the file"
    );
    let row_names = "the header has one field fewer than the rows, as R writes it with row names: give write.table row.names = FALSE, or col.names = NA";
    for rows in [
        "\"1\",0.5,x\n",
        "1,0.5,x\n2,0.7,y\n",
        "\"3\",0.5,x\n\"17\",0.7,y\n",
        "\"north\",0.5,x\n\"south\",0.7,y\n",
    ] {
        let expected = format!("t.csv:1: {row_names}");
        assert_eq!(message(format!("\"a\",\"b\"\n{rows}")), expected, "{rows}");
    }
    // A decimal comma in every row is another mistake.
    let comma = message("a,b\n0,5,x\n0,7,y\n");
    assert!(
        comma.starts_with("t.csv:2: the row has 3 fields"),
        "{comma}"
    );
    for text in ["\n\"a,b\"\n\"1,2\"\n", "\n\"a;\"\"b\"\"\"\n\"1;2\"\n"] {
        assert_eq!(
            message(text),
            "t.csv:2: each line is quoted as a whole, so the table has one column only: remove the quotation marks at the beginning and the end of each line"
        );
    }
    let mut table = parse("kind,nam,x\n");
    let mut mistakes = table.mistakes();
    table.reject_unknown(&["kind", "name"], |_| false, "", &mut mistakes);
    let error = table.require(&["kind", "name"], &mut mistakes).unwrap_err();
    assert_eq!(
        error.to_string(),
        "t.csv:1: unknown column `nam`: did you mean `name`?\n\
         t.csv:1: unknown column `x`: write one of kind, name\n\
         t.csv:1: the column `name` is missing"
    );
}

#[test]
fn mistakes_are_sorted_and_capped() {
    let mut mistakes = Mistakes::new(Path::new("t\u{1b}.csv"));
    for line in (1..=20_000).rev() {
        mistakes.push(Mistake::in_field(line, "a", "is wrong"));
    }
    let text = mistakes.finish().unwrap_err().to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 21);
    assert_eq!(lines[0], "t\\u{1b}.csv:1, column `a`: is wrong");
    assert_eq!(lines[19], "t\\u{1b}.csv:20, column `a`: is wrong");
    assert_eq!(lines[20], "t\\u{1b}.csv: and 19,980 more mistakes");
}

#[test]
fn rows_without_required_fields_are_short() {
    let mut table = parse("a,b,c\n1,2\n1\n");
    let mut mistakes = table.mistakes();
    table.require(&["a", "b"], &mut mistakes).unwrap();
    assert_eq!(content(&table).len(), 1);
    assert_eq!(
        mistakes.finish().unwrap_err().to_string(),
        "t.csv:3, column `b`: is missing: the row has 1 of the 3 fields of the header"
    );
}

#[test]
fn any_bytes_are_read_without_a_panic() {
    let pieces: [&[u8]; 16] = [
        b"\"",
        b",",
        b";",
        b"\t",
        b"\r",
        b"\n",
        b"sep=",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xf6",
        b"\0",
        b" ",
        b"1.234",
        b"a",
        b"20.05.2031",
        "\u{2212}é".as_bytes(),
    ];
    let mut state = 1_u64;
    for _ in 0..20_000 {
        let mut bytes = Vec::new();
        for _ in 0..12 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            bytes.extend_from_slice(pieces[(state >> 60) as usize]);
        }
        let Ok(table) = UserTable::parse(Path::new("t.csv"), &bytes) else {
            continue;
        };
        let _ = table.mistakes().finish().map_err(|error| error.to_string());
        for row in table.rows() {
            for column in table.header() {
                let _ = (row.number(column), row.count(column), row.date(column));
                let _ = (row.safe_text(column), row.name(column, "x"));
            }
        }
    }
}
