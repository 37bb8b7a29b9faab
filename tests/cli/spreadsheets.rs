//! Tables as Excel, LibreOffice, Google Sheets, Numbers, R and pandas write them give the results of the
//! plain table, and each mistake in one has its message.

use crate::sandbox::{SMALL, Sandbox, rows, small};
use std::fs;
use std::path::{Path, PathBuf};

/// The files of a folder beside this test, `plain.csv` first.
fn tables(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/spreadsheets");
    let entries = fs::read_dir(folder.join(kind)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort_by_key(|path| (!path.ends_with("plain.csv"), path.clone()));
    assert_eq!(paths.len(), 11, "plain.csv and ten others");
    paths
}

/// Executes a command with each table of a kind and compares what it prints with that of the first.
fn assert_same_results(sandbox: &Sandbox, kind: &str, arguments: &dyn Fn(&str) -> Vec<String>) {
    let mut expected: Option<String> = None;
    for path in tables(kind) {
        let command = arguments(&path.display().to_string());
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        let (code, out, err) = sandbox.run(&command);
        assert_eq!(code, 0, "{}: {err}", path.display());
        assert!(out.lines().count() > 2, "{out}");
        match &expected {
            None => expected = Some(out),
            Some(plain) => assert_eq!(&out, plain, "{}", path.display()),
        }
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

#[test]
fn points_of_all_programs_give_the_same_sweep() {
    let sandbox = small();
    assert_same_results(&sandbox, "points", &|file| {
        words(&format!(
            "sweep small.toml --runs 200 --quiet --format csv --design {file}"
        ))
    });
    let seeds = rows(&sandbox.files("output/small.sweep")["sweep_points.csv"]);
    let seeds: Vec<&str> = seeds.iter().map(|row| row["seed"].as_str()).collect();
    assert_eq!(seeds, ["0x20161101", "0x7", "0x20161101", "0x2a"]);
}

#[test]
fn targets_of_all_programs_give_the_same_calibration() {
    let sandbox = small();
    assert_same_results(&sandbox, "targets", &|file| {
        words(&format!(
            "tune small.toml --runs 500 --evaluations 4 --quiet --format csv \
             --free actions.talk.daily_odds=0.01..1 --targets {file}"
        ))
    });
    let targets = rows(&sandbox.files("output/small.tune")["tune.csv"]);
    let numbers = targets.iter().map(|row| {
        let [day, target, weight] = ["day", "target", "weight"].map(|name| row[name].as_str());
        (day, target, weight)
    });
    assert_eq!(
        numbers.collect::<Vec<_>>(),
        [("5", "0.25", "1"), ("", "0.5", "2"), ("10", "0.45", "1.5")]
    );
}

#[test]
fn resolutions_of_all_programs_give_the_same_scores() {
    let sandbox = small();
    assert_eq!(sandbox.run_small(&["--quiet"]).0, 0);
    assert_same_results(&sandbox, "resolutions", &|file| {
        words(&format!(
            "score output/small --bootstrap 100 --format csv --resolutions {file}"
        ))
    });
    let plain = tables("resolutions")[0].display().to_string();
    let (_, out, _) = sandbox.run(&[
        "score",
        "output/small",
        "--format",
        "csv",
        "--resolutions",
        &plain,
    ]);
    let scored = rows(out.as_bytes());
    assert_eq!(scored[0]["resolution_date"], "2030-03-04");
    assert_eq!(
        scored[1]["resolution_source"],
        "K\u{f6}lner Anzeiger \u{2013} S. 1"
    );
    assert!(scored[1]["brier_reference_crowd"].starts_with("0.015625"));
}

/// The program's own tables are scored after a German spreadsheet has saved them again.
#[test]
fn results_with_decimal_commas_are_scored() {
    let text = SMALL.replace(
        "when = \"tension > 0.6\"",
        "when = \"tension > 0.6\"\nresolution = { answer = \"yes\", date = 2030-03-04 }",
    );
    let sandbox = Sandbox::new(&[("small.toml", &text)]);
    assert_eq!(sandbox.run_small(&["--quiet"]).0, 0);
    let score = ["score", "output/small", "--format", "json"];
    let (code, expected, err) = sandbox.run(&score);
    assert_eq!((code, err.as_str()), (0, ""));
    for name in ["outcomes.csv", "timeline.csv"] {
        let path = sandbox.path("output/small").join(name);
        let text = fs::read_to_string(&path).unwrap();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let mut writer = csv::WriterBuilder::new()
            .delimiter(b';')
            .from_writer(vec![]);
        for record in reader.records() {
            let record = record.unwrap();
            let fields = record.iter().map(|field| match field.parse::<f64>() {
                Ok(_) => field.replace('.', ","),
                Err(_) => field.to_owned(),
            });
            writer.write_record(fields).unwrap();
        }
        let saved = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        assert!(saved.contains("0,") && !saved.contains(";0."), "{saved}");
        fs::write(&path, format!("\u{feff}{saved}")).unwrap();
    }
    let (code, _, err) = sandbox.run(&score);
    assert_eq!(code, 2);
    assert!(err.contains("give --accept-changed"), "{err}");
    let (code, out, err) = sandbox.run(&[&score[..], &["--accept-changed"]].concat());
    assert_eq!((code, out), (0, expected), "{err}");
    assert!(err.contains("outcomes.csv was changed after"), "{err}");
}

/// The messages of a command for tables with mistakes, each below the name of its table.
fn messages(sandbox: &Sandbox, command: &[&str], tables: &[(&str, &[u8])]) -> String {
    let mut all = String::new();
    for (name, bytes) in tables {
        fs::write(sandbox.path(name), bytes).unwrap();
        let (code, out, err) = sandbox.run(&[command, &[name]].concat());
        assert!(code > 0 && out.is_empty(), "{name}: {code} {out}");
        all += &format!("== {name}\n{err}\n");
    }
    all
}

#[test]
fn mistakes_in_points_have_messages() {
    let unknown: Vec<String> = (0..50)
        .map(|number| format!("events.e{number}.hazard"))
        .collect();
    let unknown = format!("{}\n{}\n", unknown.join(","), ["0.1"; 50].join(","));
    let text = messages(
        &small(),
        &["sweep", "small.toml", "--design"],
        &[
            (
                "two_columns.csv",
                b"events.storm.hazard,,\n0.02,,\n0.03,x,\n",
            ),
            ("decimal_comma.csv", b"events.storm.hazard\n0,25\n"),
            (
                "thousands.csv",
                b"events.storm.hazard;actors.north.precision\n0,25;1.234,5\n;1.234\n",
            ),
            (
                "percent.csv",
                b"events.storm.hazard,actions.talk.success\n15%,7 %\n#N/A,NaN\n",
            ),
            (
                "open_quote.csv",
                b"events.storm.hazard,scenario.moves\n0.1,\"simultaneous\n0.2,\n",
            ),
            (
                "invisible.csv",
                "events.storm.hazard\u{200b}\n0.1\n".as_bytes(),
            ),
            (
                "twice.csv",
                b"events.storm.hazard,Events.Storm.Hazard\n0.1,0.2\n",
            ),
            ("escape.csv", b"events.storm.hazard,seed\n0.1,\x1b[31m7\n"),
            ("utf16_without_mark.csv", b"a\0.\0b\0\n\x001\0\n\0"),
            (
                "accounting.csv",
                b"events.storm.hazard,actions.talk.success\n(0.03),-\n",
            ),
            (
                "write_table.csv",
                b"\"events.storm.hazard\",\"seed\"\n\"1\",0.1,7\n\"2\",0.2,8\n",
            ),
            (
                "quoted_lines.csv",
                b"\"events.storm.hazard,seed\"\n\"0.1,7\"\n",
            ),
            (
                "unknown.csv",
                b"events.strom.hazard,variables.tension.initial.form,scenario.horizon\n150%,0.1,\n",
            ),
        ],
    );
    insta::assert_snapshot!(text);
    let text = messages(
        &small(),
        &["sweep", "small.toml", "--design"],
        &[("unknown.csv", unknown.as_bytes())],
    );
    assert!(
        text.contains("unknown.csv:1, column `events.e19.hazard`: unknown event `e19`"),
        "{text}"
    );
    assert!(!text.contains("events.e20.hazard"), "{text}");
    assert!(text.contains("unknown.csv: and 30 more mistakes"), "{text}");
}

#[test]
fn mistakes_in_targets_have_messages() {
    let command = [
        "tune",
        "small.toml",
        "--free",
        "actions.talk.success=0..1",
        "--targets",
    ];
    let header = "kind,name,day,target,tolerance\n";
    let row = "probability,crisis,,0.3,0.02\n";
    let text = messages(
        &small(),
        &command,
        &[
            ("padded.csv", b"kind,name,day,target,tolerance,,\nprobability,crisis,,0.3,0.02,,\nprobability,peace,,0.3,0.02,0.1,\n"),
            ("short_row.csv", format!("{header}probability,crisis,,0.3\n").as_bytes()),
            ("open_quote.csv", format!("{header}{row}probability,\"peace,,0.3,0.02\n").as_bytes()),
            ("repeated.csv", format!("{header}{}", row.repeat(40)).as_bytes()),
            ("decimal_commas.csv", format!("{header}probability,crisis,,0,3,0,02\n").as_bytes()),
            ("unknown_columns.csv", b"kind,name,days,target,tolerance,colour\n"),
            ("windows_1252.csv", format!("{header}probability,Stra\u{df}e,,0.3,0.02\n").chars().map(|c| c as u8).collect::<Vec<u8>>().as_slice()),
            ("blanks.csv", b"kind name target tolerance\nprobability crisis 0.3 0.02\n"),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn mistakes_in_resolutions_have_messages() {
    let sandbox = small();
    assert_eq!(sandbox.run_small(&["--quiet"]).0, 0);
    let dates = "scenario,outcome,answer,date\n\
                 small,crisis,yes,2030-03-05T23:30:00-05:00\n\
                 small,peace,no,2030-03-05T23:30:00Z\n\
                 other,a,yes,2030-03-06T00:30:00+02:00\n\
                 other,b,yes,2030-03-05 23:30\n\
                 other,c,yes,05.03.2030 23:30\n\
                 other,d,yes,3/5/2030\n\
                 other,e,yes,2030-02-30\n";
    let text = messages(
        &sandbox,
        &["score", "output/small", "--resolutions"],
        &[
            ("percent.csv", b"scenario,outcome,answer,reference_crowd\nsmall,crisis,yes,15%\nsmall,peace,no,15\n"),
            ("open_quote_last_row.csv", b"scenario,outcome,answer,source\nsmall,crisis,yes,\"Times\n"),
            ("open_quote_swallows.csv", b"scenario,outcome,answer,note\nsmall,crisis,yes,\"Times\nsmall,peace,maybe,Herald\nother,a,no,Herald\n"),
            ("quote_closed_below.csv", b"scenario,outcome,answer,note\nsmall,crisis,yes,\"Times\nsmall,peace,no,\"Herald\"\n"),
            ("quote_closed_at_end.csv", b"scenario,outcome,answer,note\nsmall,crisis,yes,\"Times\nsmall,peace,no,Herald\"\n"),
            ("windows_1252.csv", b"scenario,outcome,answer,source\nsmall,crisis,yes,K\xf6ln\n"),
            ("short_row.csv", b"scenario,outcome,answer,date\nsmall,crisis,yes\nsmall,peace\n"),
            ("dates.csv", dates.as_bytes()),
            ("unknown.csv", b"scenario,outcome,answer\nsmall,crises,yes\nsmall,\x1b[2Jx,no\n"),
            ("invisible.csv", "scenario,outcome,answer,source\nsmall,cri\u{200b}sis,yes,\u{202e}x\n".as_bytes()),
        ],
    );
    insta::assert_snapshot!(text);
}

/// An evaluation whose last field is cut is simulated again.
#[test]
fn cut_evaluation_is_not_reused() {
    let sandbox = small();
    fs::copy(&tables("targets")[0], sandbox.path("targets.csv")).unwrap();
    let tune = words(
        "tune small.toml --runs 500 --evaluations 4 --quiet --free actions.talk.daily_odds=0.01..1 \
         --targets targets.csv",
    );
    let tune: Vec<&str> = tune.iter().map(String::as_str).collect();
    let reused = || {
        let (code, _, err) = sandbox.run(&tune);
        assert_eq!(code, 0, "{err}");
        let manifest = sandbox.manifest("output/small.tune");
        manifest["search"]["taken_from_before"].as_u64().unwrap()
    };
    assert_eq!(reused(), 0);
    let path = sandbox.path("output/small.tune/evaluations.csv");
    let whole = fs::read(&path).unwrap();
    assert!(reused() > 0 && fs::read(&path).unwrap() == whole);
    let log_path = sandbox.path("output/small.tune/evaluations.jsonl");
    let with_log = |log: &str| {
        fs::write(&log_path, log).unwrap();
        let n_reused = reused();
        assert!(fs::read(&path).unwrap() == whole, "other results");
        n_reused
    };
    let log = fs::read_to_string(&log_path).unwrap();
    let evaluations = log
        .split_inclusive('\n')
        .filter(|line| line.contains("\"status\""));
    let evaluations: Vec<&str> = evaluations.collect();
    let three = evaluations[..3].concat();
    let n_three = with_log(&three);
    // That of the calibrated file is not requested again.
    let mut others = evaluations[3..].iter();
    let fourth = others.find(|line| with_log(&format!("{three}{line}")) > n_three);
    let fourth = fourth.expect("an evaluation is reused");
    let four = format!("{three}{fourth}");
    // The fourth record ends within its last number, or after it without a line end: it may be cut too.
    assert_eq!(with_log(&four[..four.len() - 6]), n_three);
    assert_eq!(with_log(&four[..four.len() - 1]), n_three);
    // A digit was changed.
    let (digit, other) = ("\"estimates\":[\"0.", "\"estimates\":[\"0.1");
    assert_eq!(
        with_log(&format!("{three}{}", fourth.replace(digit, other))),
        n_three
    );
}

#[test]
fn a_missing_table_or_a_folder_is_named() {
    let sandbox = small();
    for (table, reason) in [
        (
            "none.csv",
            "there is no such file: check the name and the folder",
        ),
        ("folder.csv", "it is a folder: give a file in it"),
    ] {
        fs::create_dir_all(sandbox.path("folder.csv")).unwrap();
        let (code, _, err) = sandbox.run(&["sweep", "small.toml", "--design", table]);
        assert_eq!(code, 2);
        assert!(
            err.contains(&format!("cannot read {table}: {reason}")),
            "{err}"
        );
        assert!(!err.contains("os error"), "{err}");
    }
}
