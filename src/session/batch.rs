//! A batch: the outcomes of several scenarios in one folder, and the settings in which they differ.

use super::{LoadedScenario, Manifest, Provenance, Publication, Run, Session, SimulationSettings};
use crate::estimate::OutcomeEstimate;
use crate::scenario::{Quantity, Scenario, Value, stated_values};
use crate::table::cell::Cell;
use crate::table::column::is_good_header;
use crate::table::run::{keyed_by, outcomes};
use crate::table::{Columns, CsvTable, ExportError, Table};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A batch being written: `outcomes.csv` with the outcomes of all scenarios stacked, and
/// `settings.csv` with a column for every setting in which they differ.
#[derive(Debug)]
pub struct Batch {
    publication: Publication,
    outcomes: Option<CsvTable>,
    members: Vec<Member>,
    rows: Vec<BatchRow>,
}

/// An outcome of one scenario of a batch, for a summary.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchRow {
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the outcome.
    pub outcome: String,
    /// Display name of the outcome.
    pub label: String,
    /// Its probability and the ends of its Monte Carlo interval; `None` without runs.
    pub probability: Option<[f64; 3]>,
}

/// A scenario of the batch with the values of its quantities.
#[derive(Debug)]
struct Member {
    loaded: LoadedScenario,
    /// The TOML paths of its settings.
    paths: Vec<String>,
    /// By path: the value, and the text by which it is compared.
    settings: BTreeMap<String, (Setting, String)>,
    is_complete: bool,
}

/// The value of a setting as a scenario states it.
#[derive(Clone, Debug)]
enum Setting {
    Number(f64),
    /// Anything else, as it stands in the file.
    Text(String),
}

impl Setting {
    fn of(quantity: &Quantity, loaded: &LoadedScenario) -> Self {
        if let Value::Number(number) = &quantity.value {
            return Self::Number(*number);
        }
        let text = quantity.span.and_then(|span| {
            let source = loaded.sources.0.get(usize::from(span.source.0))?;
            source.text.get(span.start..span.end)
        });
        Self::text(text.unwrap_or_default().trim_matches(['"', '\'']))
    }

    fn text(text: &str) -> Self {
        let is_formula = text.starts_with(['=', '+', '-', '@']);
        Self::Text(match is_formula {
            // A spreadsheet would evaluate it.
            true => format!("({text})"),
            false => text.to_owned(),
        })
    }
}

/// What makes two values of a quantity equal: the same number, distribution or text of an expression.
fn compared(quantity: &Quantity, setting: &Setting) -> String {
    match (&quantity.value, setting) {
        (Value::Number(number), _) => number.to_string(),
        (Value::Distribution(distribution), _) => distribution.to_string(),
        (Value::Expression(_), Setting::Text(text)) => text.clone(),
        (Value::Expression(_), Setting::Number(_)) => String::new(),
    }
}

/// The settings of a scenario by path, and the paths in order: all quantities, then whatever else the
/// file states, such as dates, limits, goals and conditions.
fn settings(
    scenario: &Scenario,
    loaded: &LoadedScenario,
) -> (Vec<String>, BTreeMap<String, (Setting, String)>) {
    let mut paths = Vec::new();
    let mut settings = BTreeMap::new();
    for quantity in scenario.quantities() {
        let setting = Setting::of(quantity, loaded);
        let compared = compared(quantity, &setting);
        paths.push(quantity.path.clone());
        settings.insert(quantity.path.clone(), (setting, compared));
    }
    let quantities: BTreeSet<String> = paths.iter().cloned().collect();
    for stated in stated_values(loaded.text(), |path| quantities.contains(path)) {
        // A short form, such as `x = 0.5` for `x.initial`, states a quantity.
        let below = format!("{}.", stated.path);
        let states_quantity = quantities.contains(&stated.path)
            || quantities
                .range(below.clone()..)
                .next()
                .is_some_and(|path| path.starts_with(&below));
        if !states_quantity && is_good_header(&stated.path) {
            let setting = match stated.number {
                Some(number) => Setting::Number(number),
                None => Setting::text(&stated.text),
            };
            paths.push(stated.path.clone());
            settings.insert(stated.path, (setting, stated.text));
        }
    }
    (paths, settings)
}

impl Batch {
    /// Begins a batch.
    pub fn new(publication: Publication) -> Self {
        Self {
            publication,
            outcomes: None,
            members: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Adds the outcomes of a simulated scenario.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn add(&mut self, loaded: &LoadedScenario, run: &Run) -> Result<(), ExportError> {
        let estimates = run.estimates();
        let table = outcomes(&run.scenario);
        let mut file = match self.outcomes.take() {
            Some(file) => file,
            None => self.publication.tables().begin(table.about())?,
        };
        table.append(estimates.outcomes(), &mut file)?;
        self.outcomes = Some(file);
        self.rows.extend(
            estimates
                .outcomes()
                .map(|one| BatchRow::of(&run.scenario.name, &one)),
        );
        let (paths, settings) = settings(&run.scenario, loaded);
        self.members.push(Member {
            paths,
            settings,
            loaded: loaded.clone(),
            is_complete: run.is_complete(),
        });
        Ok(())
    }

    /// The folder that the batch will be in.
    pub fn folder(&self) -> &Path {
        self.publication.folder()
    }

    /// The outcomes of all scenarios so far.
    pub fn rows(&self) -> &[BatchRow] {
        &self.rows
    }

    /// Publishes the batch; `None` if no scenario was added, which leaves an earlier batch as it is.
    /// `left_out` are the files without results; `is_complete` is false if the user stopped the batch.
    ///
    /// # Errors
    /// If a file cannot be written or moved into place.
    pub fn finish(
        self,
        session: &Session,
        settings: SimulationSettings,
        left_out: Vec<String>,
        is_complete: bool,
        command: Vec<String>,
    ) -> Result<Option<Manifest>, ExportError> {
        let Self {
            mut publication,
            outcomes,
            members,
            ..
        } = self;
        let _guard = session.begin_publishing();
        let Some(outcomes) = outcomes else {
            return Ok(None);
        };
        publication.tables().finish_table(outcomes)?;
        let table = settings_table(differing_paths(&members), &members);
        publication.tables().write(&table, members.iter())?;
        let is_complete = is_complete && members.iter().all(|member| member.is_complete);
        let provenance = Provenance {
            scenarios: members.iter().map(|member| &member.loaded).collect(),
            settings,
            is_complete,
            command,
            details: json!({ "left_out": left_out }),
            ..Provenance::default()
        };
        publication.finish(Some(session), provenance).map(Some)
    }
}

impl BatchRow {
    fn of(scenario: &str, estimate: &OutcomeEstimate<'_>) -> Self {
        Self {
            scenario: scenario.to_owned(),
            outcome: estimate.outcome.name.clone(),
            label: estimate.outcome.label.clone(),
            probability: estimate.proportion.map(|proportion| {
                let interval = proportion.interval;
                [proportion.probability, interval.low, interval.high]
            }),
        }
    }
}

/// The paths of the settings that not all scenarios have with the same value, in the order in which
/// they first occur.
fn differing_paths(members: &[Member]) -> Vec<String> {
    let mut values: BTreeMap<&str, (usize, &str, bool)> = BTreeMap::new();
    let mut order = Vec::new();
    let all = members
        .iter()
        .flat_map(|member| member.paths.iter().map(move |path| (path, member)));
    for (path, member) in all {
        let compared = &member.settings[path].1;
        let (n, first, differs) = values.entry(path).or_insert_with(|| {
            order.push(path);
            (0, compared.as_str(), false)
        });
        *n += 1;
        *differs |= *first != compared;
    }
    let differs = |path: &&String| {
        values
            .get(path.as_str())
            .is_some_and(|&(n, _, differs)| differs || n < members.len())
    };
    order.into_iter().filter(differs).cloned().collect()
}

/// The columns of `settings.csv`.
fn settings_table<'a>(paths: Vec<String>, members: &'a [Member]) -> Table<'a, &'a Member> {
    let columns = keyed_by(
        |row: &&'a Member| row.loaded.scenario.name.as_str(),
        |_| "settings".to_owned(),
    )
    .text("file", "path of the scenario file as given", |row| {
        &row.loaded.file
    });
    let add = |columns: Columns<'a, &'a Member>, path: String| {
        let mut settings = members.iter().filter_map(|one| one.settings.get(&path));
        let has_texts = settings.any(|(setting, _)| matches!(setting, Setting::Text(_)));
        let meaning = "value at this TOML path, as the file states it; empty if the scenario has no such setting";
        let column = path.clone();
        columns.stated(column, meaning, has_texts, move |row| {
            let setting = row.settings.get(&path);
            setting.map_or(Cell::Missing, |(setting, _)| match setting {
                Setting::Number(number) => (*number).into(),
                Setting::Text(text) => text.into(),
            })
        })
    };
    let columns = paths.into_iter().fold(columns, add);
    Table::new("settings", "a scenario of the batch", columns)
}
