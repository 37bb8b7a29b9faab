//! `realpolitik sweep`: designs, tables, failed points, and agreement with `run`.

use crate::sandbox::{SMALL, Sandbox, assert_dictionary_is_complete, rows, small};
use std::collections::BTreeMap;
use std::fs;
#[cfg(unix)]
use std::process::{Command, Stdio};

type Row = BTreeMap<String, String>;

fn sweep(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let (code, out, err) = sandbox.run(&[&["sweep", "small.toml"], arguments].concat());
    assert_eq!(code, 0, "{err}");
    out
}

fn table(sandbox: &Sandbox, name: &str) -> Vec<Row> {
    rows(&sandbox.files("output/small.sweep")[name])
}

fn column<'a>(rows: &'a [Row], name: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[name].as_str()).collect()
}

#[test]
fn grid_has_a_row_per_point_and_outcome() {
    let sandbox = small();
    let arguments = [
        "--runs",
        "2000",
        "--set",
        "variables.calm.initial=0.6",
        "--vary",
        "events.storm.hazard=0.1..0.3:3",
        "--vary",
        "variables.tension.initial.from=0.1..0.2:2",
    ];
    let out = sweep(&sandbox, &arguments);
    assert!(
        out.contains("6 points of 2,000 runs") && out.contains("hazard"),
        "{out}"
    );
    let files = sandbox.files("output/small.sweep");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "dictionary.csv",
            "fixed_parameters.csv",
            "manifest.json",
            "sweep.csv",
            "sweep_points.csv"
        ]
    );
    let points = table(&sandbox, "sweep_points.csv");
    assert_eq!(
        column(&points, "events.storm.hazard"),
        ["0.1", "0.1", "0.2", "0.2", "0.3", "0.3"]
    );
    assert_eq!(
        column(&points, "variables.tension.initial.from"),
        ["0.1", "0.2", "0.1", "0.2", "0.1", "0.2"]
    );
    assert!(
        column(&points, "status")
            .iter()
            .all(|status| *status == "done")
    );
    let swept = table(&sandbox, "sweep.csv");
    assert_eq!(swept.len(), 12);
    // A point agrees with `run` at the same values.
    let set = [
        "run",
        "small.toml",
        "--runs",
        "2000",
        "--quiet",
        "--set",
        "variables.calm.initial=0.6",
        "--set",
        "events.storm.hazard=0.2",
        "--set",
        "variables.tension.initial.from=0.2",
    ];
    assert_eq!(sandbox.run(&set).0, 0);
    let alone = rows(&sandbox.files("output/small")["outcomes.csv"]);
    let days = rows(&sandbox.files("output/small")["outcome_days.csv"]);
    let diagnostics = rows(&sandbox.files("output/small")["outcome_diagnostics.csv"]);
    for ((outcome, days), diagnostics) in alone.iter().zip(&days).zip(&diagnostics) {
        let point = |row: &&Row| row["point"] == "4" && row["outcome"] == outcome["outcome"];
        let row = swept.iter().find(point).unwrap();
        for name in ["n_yes", "probability", "mc_se", "ci_low", "ci_high"] {
            assert_eq!(row[name], outcome[name], "{name}");
        }
        assert_eq!(row["parameter_sd"], diagnostics["parameter_sd"]);
        assert_eq!(row["mean_day_if_yes"], days["mean_day_if_yes"]);
    }
    // The quantities that were not varied are listed.
    let fixed = table(&sandbox, "fixed_parameters.csv");
    let paths = column(&fixed, "path");
    assert!(
        !paths.contains(&"events.storm.hazard") && !paths.contains(&"variables.tension.initial")
    );
    let calm = fixed
        .iter()
        .find(|row| row["path"] == "variables.calm.initial")
        .unwrap();
    assert_eq!(calm["number"], "0.6");
    let ran = rows(&sandbox.files("output/small")["parameters.csv"]);
    assert_eq!(ran.len(), fixed.len() + 2);
    assert_dictionary_is_complete(&files);
    // Threads change no byte.
    let more = ["--threads", "3", "--output", "again", "--quiet"];
    assert_eq!(sweep(&sandbox, &[&arguments[..], &more].concat()), "");
    let again = sandbox.files("again/small.sweep");
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".csv")) {
        assert!(again[name] == *bytes, "{name}");
    }
    let manifest = sandbox.manifest("output/small.sweep");
    assert_eq!(manifest["kind"], "sweep");
    assert_eq!(manifest["design"]["kind"], "grid");
    assert_eq!(
        manifest["design"]["axes"][0],
        "events.storm.hazard=0.1..0.3:3"
    );
    assert_eq!(manifest["points"]["done"], 6);
}

#[test]
fn table_of_a_spreadsheet_is_simulated() {
    let sandbox = small();
    let text = "\u{feff}events.storm.hazard;variables.tension.initial;scenario.moves;seed\r\n\
                0,2;;;\r\n\
                ;{ from = 0,1, to = 0.2 };;\r\n\
                ;{ from = 0.1, to = 0.2 };simultaneous;0x2a\r\n\
                1,5;;;\r\n\
                ;;;7\r\n";
    fs::write(sandbox.path("points.csv"), text).unwrap();
    let out = sweep(
        &sandbox,
        &[
            "--runs",
            "1000",
            "--design",
            "points.csv",
            "--format",
            "csv",
        ],
    );
    let swept = rows(out.as_bytes());
    assert_eq!(swept.len(), 6);
    let points = table(&sandbox, "sweep_points.csv");
    assert_eq!(
        column(&points, "status"),
        ["done", "rejected", "done", "rejected", "done"]
    );
    assert_eq!(
        column(&points, "events.storm.hazard"),
        ["0.2", "", "", "1.5", ""]
    );
    assert!(
        points[3]["reason"].contains("`hazard` = 1.5 is out of range"),
        "{:?}",
        points[3]
    );
    assert!(!points[1]["reason"].is_empty());
    assert_eq!(
        column(&points, "seed"),
        ["0x20161101", "0x20161101", "0x2a", "0x20161101", "0x7"]
    );
    // The last point is the file as it is, with another seed.
    assert_eq!(
        sandbox
            .run(&[
                "run",
                "small.toml",
                "--runs",
                "1000",
                "--seed",
                "7",
                "--quiet"
            ])
            .0,
        0
    );
    let alone = rows(&sandbox.files("output/small")["outcomes.csv"]);
    let last: Vec<&Row> = swept.iter().filter(|row| row["point"] == "5").collect();
    for (one, other) in last.iter().zip(&alone) {
        assert_eq!(one["probability"], other["probability"]);
    }
    let manifest = sandbox.manifest("output/small.sweep");
    assert_eq!(manifest["points"]["failed"], 2);
    assert_eq!(manifest["design"]["table"]["file"], "points.csv");
}

#[test]
fn hypercube_and_sobol_points_use_each_stratum_once() {
    let sandbox = small();
    for (design, kind) in [("lhs", "lhs"), ("sobol", "sobol")] {
        sweep(
            &sandbox,
            &[
                "--runs",
                "200",
                "--design",
                design,
                "--points",
                "8",
                "--quiet",
                "--vary",
                "events.storm.hazard=0..0.8",
                "--vary",
                "actors.north.precision*=0.1..10:log",
                "--vary",
                "scenario.horizon_days=5..12:whole",
            ],
        );
        let points = table(&sandbox, "sweep_points.csv");
        assert!(
            column(&points, "status")
                .iter()
                .all(|status| *status == "done"),
            "{points:?}"
        );
        let strata = |name: &str, stratum: &dyn Fn(f64) -> f64| {
            let numbers = points.iter().map(|row| row[name].parse::<f64>().unwrap());
            let mut strata: Vec<u32> = numbers.map(|x| stratum(x) as u32).collect();
            strata.sort_unstable();
            strata
        };
        let all: Vec<u32> = (0..8).collect();
        assert_eq!(
            strata("events.storm.hazard", &|x| x * 10.0),
            all,
            "{design}"
        );
        let logarithm = |x: f64| (x.log10() + 1.0) * 4.0;
        assert_eq!(
            strata("actors.north.precision_factor", &logarithm),
            all,
            "{design}"
        );
        let days = column(&points, "scenario.horizon_days");
        assert!(
            days.iter().all(|days| days.parse::<u16>().is_ok()),
            "{days:?}"
        );
        assert_eq!(
            sandbox.manifest("output/small.sweep")["design"]["kind"],
            kind
        );
    }
}

#[test]
fn faulted_points_have_reasons() {
    let text = SMALL.replace("hazard = 0.05", "hazard = \"0.05 + 0 * ln(calm)\"");
    let sandbox = Sandbox::new(&[("small.toml", &text)]);
    sweep(
        &sandbox,
        &[
            "--runs",
            "500",
            "--vary",
            "variables.calm.initial=0..1:2",
            "--quiet",
        ],
    );
    let points = table(&sandbox, "sweep_points.csv");
    assert_eq!(column(&points, "status"), ["faulted", "done"]);
    assert!(
        points[0]["reason"].contains("500 of 500 runs"),
        "{:?}",
        points[0]
    );
    assert_eq!(table(&sandbox, "sweep.csv").len(), 2);
}

#[test]
fn mistakes_are_reported() {
    let sandbox = small();
    fs::write(
        sandbox.path("bad.csv"),
        "events.storm.hazard,events.strom.hazard\n0.1,0.2\n15%,0.2\n",
    )
    .unwrap();
    fs::write(
        sandbox.path("empty.csv"),
        "events.strom.hazard,events.storm.hazard\n,0.2\n",
    )
    .unwrap();
    fs::write(
        sandbox.path("line.csv"),
        "events.storm.hazard\n0.1\n0.1,0.2\n",
    )
    .unwrap();
    let hazard = "events.storm.hazard=0..1";
    let cases: [(&[&str], i32, &str); 14] = [
        (&[], 2, "nothing is varied"),
        (
            &["--vary", "events.strom.hazard=0..1"],
            1,
            "did you mean `storm`",
        ),
        (&["--vary", "events.storm.hazard=1..0"], 2, "is not below"),
        (&["--vary", hazard, "--vary", hazard], 2, "varied twice"),
        (&["--vary", hazard, "--points", "8"], 2, "--design"),
        (
            &["--vary", hazard, "--design", "grid", "--points", "8"],
            2,
            "remove --points",
        ),
        (&["--vary", hazard, "--design", "sobol"], 2, "--points 64"),
        (
            &[
                "--vary",
                "events.storm.hazard=0..1:3",
                "--design",
                "lhs",
                "--points",
                "8",
            ],
            2,
            "only a grid has levels",
        ),
        (
            &["--vary", hazard, "--design", "bad.csv"],
            2,
            "--design FILE.csv contains all points",
        ),
        (
            &["--vary", hazard, "--design", "latin"],
            2,
            "write grid, lhs, sobol",
        ),
        (&["--design", "none.csv"], 2, "cannot read none.csv"),
        (
            &["--design", "bad.csv"],
            2,
            "bad.csv:1, column `events.strom.hazard`: unknown event `strom`: did you mean `storm`?\n\
             bad.csv:3, column `events.storm.hazard`: `15%` is a percentage: write 0.15",
        ),
        (&["--design", "empty.csv"], 2, "did you mean `storm`"),
        (
            &["--design", "line.csv"],
            2,
            "line.csv:3: the row has 2 fields, but the header has 1",
        ),
    ];
    for (arguments, code, part) in cases {
        let (got, _, err) = sandbox.run(&[&["sweep", "small.toml"], arguments].concat());
        assert!(
            got == code && err.contains(part),
            "{arguments:?}: {got} {err}"
        );
        assert!(!sandbox.path("output/small.sweep").exists());
    }
    // Without results at any point, the command fails. The first point has its path and reason.
    let (code, out, _) = sandbox.run(&[
        "sweep",
        "small.toml",
        "--vary",
        "events.storm.hazard=2..3:2",
        "--runs",
        "10",
    ]);
    assert_eq!(code, 1);
    let first = "without results: 2 points (all reasons are in sweep_points.csv)\n  point 1: `events.storm.hazard`: `hazard` = 2 is out of range";
    assert!(out.contains(first), "{out}");
    assert!(out.contains("\n  and 1 other point\n"), "{out}");
    // A point may be rejected at a value that is not varied.
    let text = SMALL.replace(
        "when = \"tension < 0.2\"",
        "when = \"tension < 0.2\"\nby = 2030-03-08",
    );
    fs::write(sandbox.path("small.toml"), text).unwrap();
    let days = "scenario.horizon_days=7..8:2";
    let out = sweep(&sandbox, &["--vary", days, "--runs", "10"]);
    let first = "without results: 1 point (all reasons are in sweep_points.csv)\n  point 1: `outcomes.peace.by`: this date is outside the simulated days";
    assert!(out.contains(first) && !out.contains("other point"), "{out}");
}

/// After Ctrl-C, the complete points are written and the others marked.
#[cfg(unix)]
#[test]
fn interrupted_sweep_keeps_its_points() {
    let sandbox = small();
    let arguments = [
        "sweep",
        "small.toml",
        "--quiet",
        "--threads",
        "1",
        "--runs",
        "512",
        "--vary",
        "events.storm.hazard=0..1:1000",
        "--vary",
        "actions.talk.success=0..1:100",
    ];
    let child = Command::new(assert_cmd::cargo::cargo_bin("realpolitik"))
        .current_dir(sandbox.0.path())
        .args(arguments)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The staging folder exists once the signal handler is installed.
    while !sandbox.path("output").exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    std::thread::sleep(std::time::Duration::from_millis(1_000));
    let pid = child.id().to_string();
    let kill = Command::new("kill").args(["-INT", &pid]).status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let manifest = sandbox.manifest("output/small.sweep");
    assert_eq!(manifest["completeness"], "interrupted");
    let done = manifest["points"]["done"].as_u64().unwrap();
    let not_reached = manifest["points"]["not_reached"].as_array().unwrap();
    assert!(done > 0 && done + not_reached.len() as u64 == 100_000);
    let points = table(&sandbox, "sweep_points.csv");
    assert_eq!(points.len(), 100_000);
    let n = |status: &str| points.iter().filter(|row| row["status"] == status).count() as u64;
    assert_eq!(
        (n("done"), n("not_reached")),
        (done, not_reached.len() as u64)
    );
    assert_eq!(table(&sandbox, "sweep.csv").len() as u64, 2 * done);
    assert_eq!(
        points[0]["status"], "done",
        "the first point of the grid is simulated first"
    );
    // The middle is simulated next.
    let middle = points
        .iter()
        .position(|row| row["point"] == "65537")
        .unwrap();
    assert!(done < 2 || points[middle]["status"] == "done");
}
