//! `runs.csv`: a row for each run, written while the simulation advances.

use super::common::{DAY, keyed};
use super::variables::VARIABLE_UNIT;
use crate::program::BoundProgram;
use crate::scenario::Scenario;
use crate::simulate::RunRecord;
use crate::table::columns::Columns;
use crate::table::sink::Table;
use crate::table::{CsvFolder, CsvTable, ExportError};
use std::collections::BTreeSet;

/// `runs.csv`, while it is being written.
pub struct RunsTable<'a> {
    table: Table<'a, RunRecord>,
    file: CsvTable,
}

impl<'a> RunsTable<'a> {
    /// Creates the file in a folder.
    ///
    /// # Errors
    /// If it cannot be created.
    pub fn begin(
        folder: &CsvFolder,
        scenario: &'a Scenario,
        bound: &BoundProgram,
    ) -> Result<Self, ExportError> {
        let table = runs(scenario, bound);
        let file = folder.begin(table.about())?;
        Ok(Self { table, file })
    }

    /// Adds runs in the order of their numbers.
    ///
    /// # Errors
    /// If a row cannot be written.
    pub fn add(&mut self, records: Vec<RunRecord>) -> Result<(), ExportError> {
        self.table.append(records, &mut self.file)
    }

    /// Finishes the file, which is then listed in the folder.
    ///
    /// # Errors
    /// If the last rows cannot be written.
    pub fn finish(self, folder: &mut CsvFolder) -> Result<(), ExportError> {
        folder.finish_table(self.file)
    }
}

fn runs<'a>(scenario: &'a Scenario, bound: &BoundProgram) -> Table<'a, RunRecord> {
    let mut columns = keyed(&scenario.name, |row: &RunRecord| {
        format!("run_{}", row.run_id)
    })
    .count("run_id", "", "number of the run, from 0", |row| row.run_id)
    .count(
        "draw",
        "",
        "number of the draw of the uncertain quantities, from 0; runs 2k and 2k + 1 share draw k",
        |row| row.run_id / 2,
    )
    .flag(
        "faulted",
        "1 if a computation gave a non-finite number; the following fields are then empty",
        |row| row.faulted,
    );
    let mut paths = BTreeSet::new();
    for (index, (id, _)) in bound.drawn().enumerate() {
        let path = bound.program.parameters[id].path.clone();
        // A variable that is hidden without a belief has a second parameter with the path and the
        // value of its initial value.
        if !paths.insert(path.clone()) {
            continue;
        }
        let meaning = "sampled value of the uncertain quantity with this TOML path";
        columns = columns.exact(path, "unit of the quantity", meaning, move |row| {
            unless_faulted(row, row.drawn[index])
        });
    }
    for (index, outcome) in scenario.outcomes.iter().enumerate() {
        let name = format!("day_{}", outcome.name);
        let meaning = "day on which the outcome occurred; empty if it did not";
        columns = columns.count(name, DAY, meaning, move |row| {
            unless_faulted(row, row.outcome_days[index]).filter(|&day| day > 0)
        });
    }
    with_final_values(columns, scenario)
}

fn with_final_values<'a>(
    mut columns: Columns<'a, RunRecord>,
    scenario: &'a Scenario,
) -> Table<'a, RunRecord> {
    for (index, variable) in scenario.variables.iter().enumerate() {
        let name = format!("final_{}", variable.name);
        let meaning = "value of the variable at the end of the last day";
        columns = columns.exact(name, VARIABLE_UNIT, meaning, move |row| {
            unless_faulted(row, row.variables[index])
        });
    }
    Table::new("runs", "a run (only with --every-run)", columns)
}

/// The value, or nothing for a faulted run, whose values are meaningless.
fn unless_faulted<T>(record: &RunRecord, value: T) -> Option<T> {
    (!record.faulted).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diagnostic::Sources;
    use crate::program::{bind, compile};
    use crate::table::{CsvText, Dialect};

    const SCENARIO: &str = "
        [scenario]
        title = \"Two outcomes\"
        start = 2031-01-01
        horizon_days = 5
        [variables.tension]
        initial = { from = 0.1, to = 0.2 }
        [outcomes.never]
        question = \"Never?\"
        when = \"tension > 1\"
        [outcomes.some_day]
        question = \"Some day?\"
        when = \"tension > 0.15\"
    ";

    #[test]
    fn a_faulted_run_has_no_values_and_a_day_of_zero_is_no_day() {
        let reading = crate::scenario::read(&mut Sources::default(), "two.toml", SCENARIO, &[]);
        let scenario = reading.scenario.unwrap();
        let program = compile(&scenario);
        let bound = bind(&program, &[]).unwrap();
        let table = runs(&scenario, &bound);
        let record = RunRecord {
            run_id: 7,
            faulted: false,
            drawn: vec![0.1],
            outcome_days: vec![0, 3],
            variables: vec![0.25],
        };
        let faulted = RunRecord {
            run_id: 8,
            faulted: true,
            variables: vec![f32::NAN],
            ..record.clone()
        };
        let mut text = CsvText::begin(table.about(), Dialect::Comma);
        table.append([record, faulted], &mut text).unwrap();
        let text = text.finish();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "scenario,key,run_id,draw,faulted,variables.tension.initial,day_never,day_some_day,final_tension",
                "two,two/run_7,7,3,0,0.1,,3,0.25",
                "two,two/run_8,8,4,1,,,,",
            ]
        );
    }
}
