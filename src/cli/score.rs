//! `realpolitik score`: scores forecasts against resolutions.

use super::Exit;
use super::arguments::{Format, ScoreArguments};
use super::front::{Wait, command_line, json_of, report_renamed};
use super::show::{align, grouped, interval_header, missing, new_table, percent, print};
use crate::base::diagnostic::escaped_lines;
use crate::base::random::Seed;
use crate::scenario::Answer;
use crate::session::{Provenance, Publication, SimulationSettings};
use crate::study::score::{
    self, ChangedFiles, Measure, Question, QuestionStatus, Resolutions, ResultsFolder,
    ScoreSettings, Scores,
};
use crate::table::{CsvText, Dialect, ExportError};
use comfy_table::Table;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Seed of the bootstrap. It is fixed, so that it cannot be chosen for favorable scores.
const SEED: Seed = Seed(0x2016_1101);

/// Maximum width of the first column of all tables.
const LABEL_WIDTH: u16 = 44;

pub(super) fn score(arguments: &ScoreArguments) -> anyhow::Result<Exit> {
    let begin = |target: &PathBuf| {
        let mut wait = Wait::default();
        let mut on_wait = |folder: &Path, waited| wait.report(folder, waited);
        Publication::begin_waiting("score", target.clone(), arguments.csv, &mut on_wait)
    };
    let publication = arguments.output.as_ref().map(begin).transpose()?;
    let changed = match arguments.accept_changed {
        true => ChangedFiles::Accept,
        false => ChangedFiles::Reject,
    };
    let folders = arguments.folders.iter();
    let folders = folders.map(|folder| score::read_results(folder, changed));
    let folders = folders.collect::<Result<Vec<_>, _>>()?;
    let file = arguments
        .resolutions
        .as_deref()
        .map(score::read_resolutions);
    let file = file.transpose()?;
    let settings = ScoreSettings {
        bins: arguments.bins,
        n_bootstrap: arguments.bootstrap,
        confidence: arguments.confidence,
        seed: SEED,
    };
    let scores = score::score(&folders, file.as_ref(), &settings)?;
    for note in &scores.notes {
        eprintln!("note: {}", escaped_lines(note));
    }
    if let Some(publication) = publication {
        publish(publication, &scores, &folders, file.as_ref(), &settings)?;
    }
    match arguments.format {
        Format::Table => print(&text(&scores, &settings))?,
        Format::Csv => print(&csv(&scores, arguments.csv)?)?,
        Format::Json => print(&json_text(&scores)?)?,
    }
    Ok(Exit::Success)
}

fn publish(
    mut publication: Publication,
    scores: &Scores,
    folders: &[ResultsFolder],
    file: Option<&Resolutions>,
    settings: &ScoreSettings,
) -> Result<(), ExportError> {
    score::write_files(publication.tables(), scores)?;
    let folder = |folder: &ResultsFolder| {
        json!({
            "folder": folder.path.display().to_string(),
            "scenario": folder.scenario,
            "fingerprint": folder.fingerprint,
            "created": folder.created,
        })
    };
    let details = json!({
        "scored": folders.iter().map(folder).collect::<Vec<_>>(),
        "resolutions": file.map(|file| json!({
            "file": file.path.display().to_string(),
            "sha256": file.sha256,
        })),
        "bins": match settings.bins {
            score::Bins::Equal(n) => json!(n),
            score::Bins::Distinct => json!("distinct"),
        },
        "bootstrap": settings.n_bootstrap,
    });
    let provenance = Provenance {
        settings: SimulationSettings {
            n_runs: 0,
            seed: settings.seed,
            confidence: settings.confidence,
        },
        is_complete: true,
        command: command_line(),
        details,
        warnings: scores.notes.clone(),
        ..Provenance::default()
    };
    let folder = publication.folder().to_owned();
    let manifest = publication.finish(None, provenance)?;
    report_renamed(&folder, &manifest);
    Ok(())
}

fn csv(scores: &Scores, dialect: Dialect) -> Result<String, ExportError> {
    let table = score::question_table(scores);
    let mut rows = CsvText::begin(table.about(), dialect);
    table.append(scores.questions.iter(), &mut rows)?;
    Ok(rows.finish())
}

fn json_text(scores: &Scores) -> Result<String, ExportError> {
    let scenario = scores.scenario();
    let object = json!({
        "questions": json_of(&score::question_table(scores), scores.questions.iter())?.into_value(),
        "groups": json_of(&score::group_table(), scores.groups.iter())?.into_value(),
        "summary": json_of(&score::summary_table(scenario), scores.summary.iter())?.into_value(),
        "reliability": json_of(&score::reliability_table(scenario), scores.reliability.iter())?
            .into_value(),
    });
    Ok(format!("{object:#}\n"))
}

/// The tables of questions, groups, measures and calibration, and the questions without scores.
fn text(scores: &Scores, settings: &ScoreSettings) -> String {
    let mut text = String::new();
    let n_scored = scores.with_status(QuestionStatus::Scored).count();
    if n_scored == 0 {
        text.push_str(
            "No question is resolved: write `resolution = { answer = \"yes\", date = … }` under an \
             outcome and run again, or give --resolutions FILE.\n",
        );
    } else {
        text.push_str(&format!("{}\n\n", question_table(scores)));
    }
    if !scores.groups.is_empty() {
        text.push_str(&format!("{}\n\n", group_table(scores)));
    }
    if scores.questions.iter().any(Question::counts) {
        text.push_str(&format!("{}\n\n", summary_table(scores, settings)));
        text.push_str(&format!("{}\n\n", reliability_table(scores, settings)));
    }
    let kinds = [
        (QuestionStatus::Unresolved, "Unresolved"),
        (QuestionStatus::Annulled, "Annulled"),
        (QuestionStatus::NoForecast, "Without a forecast"),
    ];
    for (status, heading) in kinds {
        let names = scores
            .with_status(status)
            .map(|question| format!("{}.{}", question.scenario, question.forecast.outcome));
        let names: Vec<String> = names.collect();
        if !names.is_empty() {
            text.push_str(&format!(
                "{heading} ({}): {}\n",
                names.len(),
                names.join(", ")
            ));
        }
    }
    text
}

fn question_table(scores: &Scores) -> Table {
    let mut table = new_table(vec![
        "Question",
        "Forecast",
        "Answer",
        "Brier score\n(0–1)",
        "Log score\n(nats)",
        "CRPS of the date\n(days)",
    ]);
    for question in scores.with_status(QuestionStatus::Scored) {
        let Some(score) = &question.score else {
            continue;
        };
        let clipped = if score.log.is_clipped { "≥ " } else { "" };
        table.add_row(vec![
            question.forecast.label.clone(),
            percent(score.pair.probability),
            question.answer().map_or("", Answer::word).to_owned(),
            number(score.brier),
            format!("{clipped}{}", number(score.log.nats)),
            score
                .date
                .map_or_else(missing, |date| format!("{:.2}", date.crps_days)),
        ]);
    }
    align(&mut table, Some(LABEL_WIDTH));
    table
}

fn group_table(scores: &Scores) -> Table {
    let mut table = new_table(vec![
        "Group",
        "Status",
        "Answer",
        "Forecast of\nthe answer",
        "Score\n(0–1)",
    ]);
    for group in &scores.groups {
        let order = if group.is_ordered { ", ordered" } else { "" };
        table.add_row(vec![
            format!(
                "{} ({} alternatives{order})",
                group.name,
                group.alternatives.len()
            ),
            match group.probability_sum {
                Some(sum) if group.status == score::GroupStatus::SumNotOne => {
                    format!("adds up to {}", percent(sum))
                }
                _ => group.status.word().to_owned(),
            },
            group.answer.clone().unwrap_or_else(missing),
            group.probability_of_answer.map_or_else(missing, percent),
            group.score.map_or_else(missing, number),
        ]);
    }
    align(&mut table, Some(LABEL_WIDTH));
    table
}

fn summary_table(scores: &Scores, settings: &ScoreSettings) -> Table {
    let interval = interval_header("Bootstrap", settings.confidence);
    let mut table = new_table(vec!["All questions", "Value", &interval, "Questions"]);
    for Measure {
        label,
        n_questions,
        is_count,
        measured,
        ..
    } in scores.summary.iter().filter(|measure| is_shown(measure))
    {
        table.add_row(vec![
            label.clone(),
            measured.value.map_or_else(missing, |value| match is_count {
                true => grouped(value as u64),
                false => number(value),
            }),
            measured.interval.map_or_else(missing, |interval| {
                format!("{} to {}", number(interval.low), number(interval.high))
            }),
            grouped(*n_questions),
        ]);
    }
    align(&mut table, Some(LABEL_WIDTH));
    table
}

/// Whether a measure is in the table: counts are printed elsewhere.
fn is_shown(measure: &Measure) -> bool {
    let is_count = measure.name.starts_with("questions_");
    let is_empty = measure.measured.value == Some(0.0)
        && ["log_scores_clipped", "within_bins"].contains(&measure.name.as_str());
    !is_count && !is_empty && measure.n_questions > 0
}

fn reliability_table(scores: &Scores, settings: &ScoreSettings) -> Table {
    let band = interval_header("If calibrated", settings.confidence);
    let mut table = new_table(vec![
        "Calibration bin",
        "Questions",
        "Mean forecast",
        "Observed frequency",
        &band,
    ]);
    for bin in &scores.reliability {
        table.add_row(vec![
            if bin.low == bin.high {
                percent(bin.low)
            } else {
                format!("{} to {}", percent(bin.low), percent(bin.high))
            },
            grouped(bin.n_questions),
            percent(bin.mean_probability),
            percent(bin.share_yes()),
            bin.consistency.map_or_else(missing, |band| {
                format!("{} to {}", percent(band.low), percent(band.high))
            }),
        ]);
    }
    align(&mut table, Some(LABEL_WIDTH));
    table
}

/// A score with three decimals; a zero has no sign.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    if text == "-0.000" {
        "0.000".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_have_three_decimals() {
        assert_eq!(number(0.040_04), "0.040");
        assert_eq!(number(-0.000_01), "0.000");
        assert_eq!(number(-0.25), "-0.250");
    }
}
