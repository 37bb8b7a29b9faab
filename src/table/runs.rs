//! `runs.csv`: a row for each run, written while the simulation advances.

use super::cell::Cell;
use super::columns::RUNS;
use super::writer::{CsvTable, Rows, WrittenFile};
use super::{ExportError, Staging};
use crate::program::BoundProgram;
use crate::scenario::Scenario;
use crate::simulate::RunRecord;

/// `runs.csv`, while it is being written.
#[derive(Debug)]
pub struct RunsTable {
    table: CsvTable,
}

impl RunsTable {
    /// Creates the file in the staging folder.
    ///
    /// # Errors
    /// If it cannot be created.
    pub fn begin(
        staging: &Staging,
        scenario: &Scenario,
        bound: &BoundProgram,
    ) -> Result<Self, ExportError> {
        let mut header = RUNS.header();
        let parameters = &bound.program.parameters;
        header.extend(bound.drawn().map(|(id, _)| parameters[id].path.clone()));
        let outcomes = scenario.outcomes.iter();
        header.extend(outcomes.map(|outcome| format!("day_{}", outcome.name)));
        let variables = scenario.variables.iter();
        header.extend(variables.map(|variable| format!("final_{}", variable.name)));
        let table = CsvTable::begin(staging.folder(), RUNS.name, header)?;
        Ok(Self { table })
    }

    /// Adds runs in the order of their numbers.
    ///
    /// # Errors
    /// If a row cannot be written.
    pub fn add(&mut self, records: &[RunRecord]) -> Result<(), ExportError> {
        for record in records {
            self.table.row(&cells(record))?;
        }
        Ok(())
    }

    /// Finishes the file and returns its parts.
    ///
    /// # Errors
    /// If the last rows cannot be written.
    pub fn finish(self) -> Result<Vec<WrittenFile>, ExportError> {
        self.table.finish()
    }
}

fn cells(record: &RunRecord) -> Vec<Cell<'static>> {
    let mut cells = vec![
        record.run_id.into(),
        // Draw k serves runs 2k and 2k + 1.
        (record.run_id / 2).into(),
        u32::from(record.faulted).into(),
    ];
    if record.faulted {
        let n = record.drawn.len() + record.outcome_days.len() + record.variables.len();
        cells.extend((0..n).map(|_| Cell::Missing));
        return cells;
    }
    cells.extend(record.drawn.iter().map(|&value| Cell::from(value)));
    let days = record.outcome_days.iter();
    cells.extend(days.map(|&day| Cell::from((day > 0).then_some(day))));
    cells.extend(record.variables.iter().map(|&value| Cell::from(value)));
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_faulted_run_has_no_values_and_a_day_of_zero_is_no_day() {
        let record = RunRecord {
            run_id: 7,
            faulted: false,
            drawn: vec![0.1],
            outcome_days: vec![0, 3],
            variables: vec![0.25],
        };
        let text = |record: &RunRecord| {
            let cells = cells(record);
            let texts: Vec<_> = cells.iter().map(|cell| cell.text().into_owned()).collect();
            texts.join(",")
        };
        assert_eq!(text(&record), "7,3,0,0.1,,3,0.25");
        let faulted = RunRecord {
            faulted: true,
            variables: vec![f32::NAN],
            ..record
        };
        assert_eq!(text(&faulted), "7,3,1,,,,");
    }
}
