//! Numbers, counts, probabilities and dates in fields.

use super::parse;

/// The number in the second row of a table with this separator and another number before it.
fn number(separator: char, other: &str, text: &str) -> Result<Option<f64>, String> {
    let text = format!("x{separator}y\n\"{other}\"{separator}\n{separator}\"{text}\"\n");
    let table = parse(text);
    let row = table.rows().last().unwrap();
    row.number("y").map_err(|mistake| mistake.problem)
}

#[test]
fn numbers_are_read_in_every_format() {
    for (text, expected) in [
        ("1e-3", 0.001),
        ("1E-3", 0.001),
        (".5", 0.5),
        ("5.", 5.0),
        ("+0.5", 0.5),
        ("-0.5", -0.5),
        ("\u{2212}0.5", -0.5),
        ("\u{a0}0.5\u{202f}", 0.5),
        ("0012", 12.0),
        ("1.234e3", 1234.0),
        ("0.234", 0.234),
        ("1.2345", 1.2345),
    ] {
        for separator in [',', ';', '\t'] {
            let read = number(separator, "", text);
            assert_eq!(read, Ok(Some(expected)), "{separator:?} {text}");
        }
        for separator in [';', '\t'] {
            let read = number(separator, "", &text.replace('.', ","));
            assert_eq!(read, Ok(Some(expected)), "{separator:?} {text}");
        }
    }
    assert_eq!(number(',', "", "1.234"), Ok(Some(1.234)));
    assert_eq!(number(';', "", "1,234"), Ok(Some(1.234)));
    // Another number of the file shows the decimal mark.
    assert_eq!(number('\t', "0,5", "1,234"), Ok(Some(1.234)));
    assert_eq!(number(';', "0.5", "1.234"), Ok(Some(1.234)));
    assert_eq!(number(',', "", "NA"), Ok(None));
}

/// Separator, another number of the file, the text, and what its message says.
const MISLEADING: [(char, &str, &str, &str); 34] = [
    (',', "", "0,25", "has a decimal comma: write 0.25"),
    (
        ',',
        "",
        "1,234",
        "may be 1234 or 1.234: write 1234 or 1.2340",
    ),
    (
        ';',
        "",
        "1.234",
        "may be 1234 or 1.234: write 1234 or 1.2340",
    ),
    (
        ';',
        "0,5",
        "1.234",
        "may be 1234 or 1.234: write 1234 or 1.2340",
    ),
    (
        ';',
        "0.5",
        "1,234",
        "may be 1234 or 1.234: write 1234 or 1.2340",
    ),
    (
        '\t',
        "",
        "1,234",
        "may be 1234 or 1.234: write 1234 or 1.2340",
    ),
    (
        '\t',
        "0.5",
        "1,234",
        "may be 1234 or 1.234: write 1234 or 1.2340",
    ),
    (
        ';',
        "",
        "1.234,5",
        "has separators of thousands: write 1234.5",
    ),
    (
        '\t',
        "",
        "1,234.5",
        "has separators of thousands: write 1234.5",
    ),
    (
        ',',
        "",
        "1,234,567",
        "has separators of thousands: write 1234567",
    ),
    (',', "", "1 234.5", "is not a number: write 1234.5"),
    (';', "", "-1'234,5", "is not a number: write -1234.5"),
    (',', "", "\u{2013}0.5", "is not a number: write -0.5"),
    (
        ',',
        "",
        "(0.03)",
        "is a negative number as accountants write it: write -0.03",
    ),
    (
        ';',
        "",
        "( 0,03 )",
        "is a negative number as accountants write it: write -0.03",
    ),
    (
        ',',
        "",
        "0.03-",
        "is a negative number as accountants write it: write -0.03",
    ),
    (
        ',',
        "",
        "(3%)",
        "is a negative number as accountants write it: write -0.03",
    ),
    (
        ',',
        "",
        "(1,234)",
        "is a negative number as accountants write it: write it with a minus sign and without separators of thousands, such as -0.25",
    ),
    (
        ',',
        "",
        "-",
        "stands for a missing value: write a number, or leave the field empty",
    ),
    (
        ',',
        "",
        "\u{2014}",
        "stands for a missing value: write a number, or leave the field empty",
    ),
    (
        ',',
        "",
        "N/A",
        "stands for a missing value: write a number, or leave the field empty",
    ),
    (',', "", "15%", "is a percentage: write 0.15"),
    (';', "", "7 %", "is a percentage: write 0.07"),
    (';', "", "12,5%", "is a percentage: write 0.125"),
    (
        ',',
        "",
        "NaN",
        "is not a finite number: write a number, or leave the field empty",
    ),
    (
        ',',
        "",
        "-Inf",
        "is not a finite number: write a number, or leave the field empty",
    ),
    (
        ',',
        "",
        "#N/A",
        "is not a finite number: write a number, or leave the field empty",
    ),
    (',', "", "1e999", "is too large: write a number below 1e308"),
    (
        ',',
        "",
        "1,2,3",
        "is not a number: write a number such as 0.25",
    ),
    (
        ',',
        "",
        "20.05.2031",
        "is not a number: write a number such as 0.25",
    ),
    (
        ',',
        "",
        "0x10",
        "is not a number: write a number such as 0.25",
    ),
    (
        ',',
        "",
        "1/4",
        "is not a number: write a number such as 0.25",
    ),
    (',', "", "e", "is not a number: write a number such as 0.25"),
    (',', "", ".", "is not a number: write a number such as 0.25"),
];

#[test]
fn numbers_with_two_meanings_are_rejected() {
    for (separator, other, text, expected) in MISLEADING {
        let problem = number(separator, other, text).unwrap_err();
        assert_eq!(problem, format!("`{text}` {expected}"), "{separator:?}");
    }
}

#[test]
fn counts_and_probabilities_are_checked() {
    let table = parse("n,p\n12,1\n12.0,0\n1.5,15\n-1,-0.1\nx,2e3\n");
    let counts: Vec<_> = table.rows().map(|row| row.count("n").ok()).collect();
    assert_eq!(counts, [Some(Some(12)), Some(Some(12)), None, None, None]);
    let mut problems = table.rows().filter_map(|row| row.probability("p").err());
    assert_eq!(
        problems.next().unwrap().problem,
        "15 is not a probability: write a number from 0 to 1, such as 0.15 for 15 %"
    );
    assert_eq!(problems.count(), 2);
}

#[test]
fn dates_follow_one_rule_in_all_forms() {
    let date = |text: &str| {
        let table = parse(format!("d;e\n{text};x\n"));
        let row = table.rows().next().unwrap();
        row.date("d")
            .map(|date| date.unwrap().to_string())
            .map_err(|mistake| mistake.problem)
    };
    for text in [
        "2031-05-20",
        "20.05.2031",
        "20.5.2031",
        "2031-05-20 00:00:00",
        "2031-05-20T00:00:00",
        "2031-05-20T00:00",
        "2031-05-20 00:00:00.000000",
        "20.05.2031 00:00",
    ] {
        assert_eq!(date(text), Ok("2031-05-20".to_owned()), "{text}");
    }
    for text in [
        "2031-05-20T23:30:00-05:00",
        "2031-05-20T00:30:00+02:00",
        "2031-05-20T23:30:00Z",
        "2031-05-20T00:00:00Z",
        "2031-05-20T00:00:00+00:00",
        "2031-05-20 23:30",
        "2031-05-20 12:00 AM",
        "2031-05-20Z",
        "20.05.2031 23:30",
        "2031-05-20T00:00[Europe/Berlin]",
    ] {
        let problem = "has a time of day: write the date alone: 2031-05-20";
        assert_eq!(date(text), Err(format!("`{text}` {problem}")));
    }
    for (text, problem) in [
        ("-", "stands for a missing value: leave the field empty"),
        (
            "5/20/2031",
            "is ambiguous, with the month or the day first: write 2031-05-20",
        ),
        (
            "20/05/2031",
            "is ambiguous, with the month or the day first: write 2031-05-20",
        ),
        (
            "5/6/2031",
            "is ambiguous, with the month or the day first: write 2031-05-06 or 2031-06-05",
        ),
        ("2031/05/20", "is not a date in this form: write 2031-05-20"),
        (
            "2031-02-30",
            "is not a day of the calendar: write a date such as 2031-05-20",
        ),
        (
            "31.04.2031",
            "is not a day of the calendar: write a date such as 2031-05-20",
        ),
        ("20.05.31", "is not a date: write a date such as 2031-05-20"),
        (
            "2031-5-20",
            "is not a date: write a date such as 2031-05-20",
        ),
        ("20310520", "is not a date: write a date such as 2031-05-20"),
        ("47993", "is not a date: write a date such as 2031-05-20"),
        (
            "20 May 2031",
            "is not a date: write a date such as 2031-05-20",
        ),
        (
            "2031-05-200",
            "is not a date: write a date such as 2031-05-20",
        ),
        (
            "99/99/9999",
            "is not a date: write a date such as 2031-05-20",
        ),
    ] {
        assert_eq!(date(text), Err(format!("`{text}` {problem}")));
    }
}
