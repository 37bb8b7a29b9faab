//! A temporary folder in which commands are executed, and readers of their files.

use assert_cmd::Command;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A small scenario with an actor, an action, an event and two outcomes. Its labels are not ASCII.
pub const SMALL: &str = r#"
[scenario]
title = "Two neighbors – a test"
start = 2030-03-01
horizon_days = 10

[variables.tension]
label = "Tension – in all"
initial = { from = 0.30, to = 0.50 }
volatility = 0.02

[variables.calm]
initial = 0.5

[actors.north]
label = "North"
precision = 20.0

[actors.north.imperatives.peace]
weight = { from = 0.3, to = 0.5 }
goal = "1 - tension"

[actors.north.imperatives.quiet]
weight = 0.2
goal = "calm"

[actions.talk]
actor = "north"
success = 0.8
daily_odds = 0.1
effects = { tension = -0.05 }

[events.storm]
hazard = 0.05
effects = { tension = 0.2 }

[outcomes.crisis]
question = "Is there a crisis before 11 March 2030?"
when = "tension > 0.6"

[outcomes.peace]
question = "Is there peace by 10 March 2030?"
when = "tension < 0.2"
"#;

/// The small scenario with five mistakes.
pub fn five_mistakes() -> String {
    SMALL
        .replace("success = 0.8", "succes = 0.8")
        .replace("hazard = 0.05", "hazard = 1.5")
        .replace("actor = \"north\"", "actor = \"nort\"")
        .replace("goal = \"calm\"", "goal = \"calmm\"")
        .replace("when = \"tension > 0.6\"", "when = \"tension >\"")
}

/// A temporary folder with files.
pub struct Sandbox(pub TempDir);

impl Sandbox {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let sandbox = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            let path = sandbox.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        sandbox
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// Executes the program. Returns the exit code, standard output and standard error.
    pub fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = Command::cargo_bin("realpolitik")
            .unwrap()
            .current_dir(self.0.path())
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let code = output
            .status
            .code()
            .expect("the program was not ended by a signal");
        (code, text(output.stdout), text(output.stderr))
    }

    pub fn run_small(&self, more: &[&str]) -> (i32, String, String) {
        let small = [
            "run",
            "small.toml",
            "--runs",
            "4000",
            "--variable-runs",
            "1000",
        ];
        self.run(&[&small, more].concat())
    }

    /// The files of a results folder with their bytes.
    pub fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        files_in(&self.path(folder))
    }

    pub fn manifest(&self, folder: &str) -> serde_json::Value {
        let text = fs::read_to_string(self.path(folder).join("manifest.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

pub fn files_in(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let name = |entry: &fs::DirEntry| entry.file_name().into_string().unwrap();
    entries
        .map(|entry| (name(&entry), fs::read(entry.path()).unwrap()))
        .collect()
}

pub fn small() -> Sandbox {
    Sandbox::new(&[("small.toml", SMALL)])
}

/// The rows of a CSV file as maps from header to field.
pub fn rows(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::Reader::from_reader(bytes);
    reader.deserialize().map(Result::unwrap).collect()
}

pub fn file_names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

/// Asserts that the dictionary of a results folder lists the columns of every file, in order.
pub fn assert_dictionary_is_complete(files: &BTreeMap<String, Vec<u8>>) {
    let dictionary = rows(&files["dictionary.csv"]);
    let mut n_columns = 0;
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".csv")) {
        let text = std::str::from_utf8(bytes).unwrap();
        let header = text.trim_start_matches('\u{feff}').lines().next().unwrap();
        let listed = dictionary.iter().filter(|row| row["file"] == *name);
        let listed: Vec<&str> = listed.map(|row| row["column"].as_str()).collect();
        assert_eq!(listed.join(","), header, "{name}");
        n_columns += listed.len();
    }
    assert_eq!(
        n_columns,
        dictionary.len(),
        "a file is listed that does not exist"
    );
}
