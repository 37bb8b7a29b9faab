//! Writes the files of scores; [`crate::table::columns`] describes their columns.

use super::groups::Group;
use super::question::Question;
use super::resolutions::REFERENCE;
use super::scoring::Scores;
use crate::table::cell::Cell;
use crate::table::columns::{DICTIONARY, RELIABILITY, SCORE, SCORE_GROUPS, SCORE_SUMMARY};
use crate::table::{CsvTable, ExportError, Rows, WrittenFile, dictionary};
use std::path::Path;

/// Writes all files of scores.
///
/// # Errors
/// If a file cannot be written.
pub fn write_files(folder: &Path, scores: &Scores) -> Result<Vec<WrittenFile>, ExportError> {
    type Write = fn(&Scores, &mut dyn Rows) -> Result<(), ExportError>;
    let tables: [(&str, Vec<String>, Write); 5] = [
        (SCORE.name, question_header(scores), write_questions),
        (SCORE_GROUPS.name, SCORE_GROUPS.header(), write_groups),
        (SCORE_SUMMARY.name, SCORE_SUMMARY.header(), write_summary),
        (RELIABILITY.name, RELIABILITY.header(), write_reliability),
        (DICTIONARY.name, DICTIONARY.header(), |_, rows| {
            dictionary::write_score(rows)
        }),
    ];
    let mut written = Vec::new();
    for (name, header, write) in tables {
        let mut table = CsvTable::begin(folder, name, header)?;
        write(scores, &mut table)?;
        written.extend(table.finish()?);
    }
    Ok(written)
}

/// The header of `score.csv`, with the reference columns.
pub fn question_header(scores: &Scores) -> Vec<String> {
    let references = scores.references.iter();
    let two = references.flat_map(|name| [name.clone(), format!("brier_{name}")]);
    SCORE.header().into_iter().chain(two).collect()
}

/// Writes the rows of `score.csv`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_questions(scores: &Scores, rows: &mut dyn Rows) -> Result<(), ExportError> {
    debug_assert!(
        scores
            .references
            .iter()
            .all(|name| name.starts_with(REFERENCE))
    );
    for question in &scores.questions {
        rows.row(&question_cells(question, scores.references.len()))?;
    }
    Ok(())
}

fn question_cells(question: &Question, n_references: usize) -> Vec<Cell<'_>> {
    let forecast = &question.forecast;
    let resolution = question.resolution.as_ref();
    let score = question.score.as_ref();
    let date = score.and_then(|score| score.date);
    let mut cells: Vec<Cell<'_>> = vec![
        question.scenario.as_str().into(),
        forecast.outcome.as_str().into(),
        forecast.label.as_str().into(),
        forecast.question.as_str().into(),
        forecast.last_date.into(),
        question.status.word().into(),
        question.answer().map(|answer| answer.word()).into(),
        resolution.and_then(|resolution| resolution.date).into(),
        resolution
            .and_then(|resolution| resolution.source.as_deref())
            .into(),
        question.resolved_by.map(|by| by.word()).into(),
        question.group.as_deref().into(),
        question.order.into(),
        forecast.n_runs.into(),
        forecast.probability.into(),
        score.map(|score| score.brier).into(),
        score.map(|score| score.log.nats).into(),
        score.map(|score| u16::from(score.log.is_clipped)).into(),
        date.map(|date| date.integrated_brier).into(),
        date.map(|date| date.crps_days).into(),
        date.map(|date| date.crps_days_fair).into(),
    ];
    for index in 0..n_references {
        cells.push(question.references.get(index).copied().flatten().into());
        let theirs = score.and_then(|score| score.references.get(index).copied().flatten());
        cells.push(theirs.into());
    }
    cells
}

/// Writes the rows of `score_groups.csv`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_groups(scores: &Scores, rows: &mut dyn Rows) -> Result<(), ExportError> {
    for group in &scores.groups {
        rows.row(&group_cells(group))?;
    }
    Ok(())
}

fn group_cells(group: &Group) -> [Cell<'_>; 11] {
    [
        group.scenario.as_str().into(),
        group.name.as_str().into(),
        group.status.word().into(),
        u16::from(group.is_ordered).into(),
        (group.alternatives.len() as u64).into(),
        group.alternatives.join(" ").into(),
        group.probability_sum.into(),
        group.answer.as_deref().into(),
        group.probability_of_answer.into(),
        group.score.into(),
        group.score.map(|score| 2.0 * score).into(),
    ]
}

/// Writes the rows of `score_summary.csv`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_summary(scores: &Scores, rows: &mut dyn Rows) -> Result<(), ExportError> {
    for measure in &scores.summary {
        let interval = measure.measured.interval;
        rows.row(&[
            measure.name.as_str().into(),
            measure.label.as_str().into(),
            measure.n_questions.into(),
            measure.measured.value.into(),
            interval.map(|interval| interval.low).into(),
            interval.map(|interval| interval.high).into(),
            measure.meaning.as_str().into(),
        ])?;
    }
    Ok(())
}

/// Writes the rows of `reliability.csv`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_reliability(scores: &Scores, rows: &mut dyn Rows) -> Result<(), ExportError> {
    for bin in &scores.reliability {
        rows.row(&[
            bin.low.into(),
            bin.high.into(),
            bin.n_questions.into(),
            bin.n_yes.into(),
            bin.mean_probability.into(),
            bin.share_yes().into(),
            bin.consistency.map(|band| band.low).into(),
            bin.consistency.map(|band| band.high).into(),
        ])?;
    }
    Ok(())
}
