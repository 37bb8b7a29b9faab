//! `realpolitik score`: hold forecasts against what came true.

use super::Exit;
use super::arguments::{ScoreArguments, ScoreFormat};
use super::results::now;
use super::show::{LINES_AROUND_THE_HEADER, grouped, percent, print};
use super::study::refuse_other_results;
use crate::base::random::Seed;
use crate::scenario::Answer;
use crate::study::score::{
    self, Measure, Question, Resolutions, ResultsFolder, Scores, Settings, Status,
};
use crate::table::columns::{RELIABILITY, SCORE_GROUPS, SCORE_SUMMARY};
use crate::table::manifest::ListedFile;
use crate::table::{CsvText, ExportError, JsonRows, Rows, Staging};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};
use serde_json::json;
use std::path::Path;

/// The luck of the bootstrap, which is not asked for: it would only invite choosing.
const SEED: Seed = Seed(0x2016_1101);

/// Scores, prints, and writes where it is wanted.
pub(super) fn score(arguments: &ScoreArguments) -> anyhow::Result<Exit> {
    if let Some(target) = &arguments.output {
        refuse_other_results(target, "score")?;
    }
    let folders = arguments
        .folders
        .iter()
        .map(|folder| score::read_results(folder));
    let folders = folders.collect::<Result<Vec<_>, _>>()?;
    let file = arguments
        .resolutions
        .as_deref()
        .map(score::read_resolutions);
    let file = file.transpose()?;
    let settings = Settings {
        bins: arguments.bins,
        n_bootstrap: arguments.bootstrap,
        confidence: arguments.confidence,
        seed: SEED,
    };
    let scores = score::score(&folders, file.as_ref(), &settings)?;
    for note in &scores.notes {
        eprintln!("note: {note}");
    }
    if let Some(target) = &arguments.output {
        write(target, &scores, &folders, file.as_ref(), &settings)?;
    }
    match arguments.format {
        ScoreFormat::Table => print(&text(&scores, &settings))?,
        ScoreFormat::Csv => print(&csv(&scores)?)?,
        ScoreFormat::Json => print(&json_text(&scores)?)?,
    }
    Ok(Exit::Good)
}

fn write(
    target: &Path,
    scores: &Scores,
    folders: &[ResultsFolder],
    file: Option<&Resolutions>,
    settings: &Settings,
) -> anyhow::Result<()> {
    let staging = Staging::begin(target)?;
    let written = score::write_files(staging.folder(), scores)?;
    let files: Vec<ListedFile> = written.iter().map(ListedFile::from).collect();
    let folder = |folder: &ResultsFolder| {
        json!({
            "folder": folder.path.display().to_string(),
            "scenario": folder.scenario,
            "fingerprint": folder.fingerprint,
            "created": folder.created,
        })
    };
    let manifest = json!({
        "schema_version": 1,
        "kind": "score",
        "completeness": "complete",
        "engine_version": env!("CARGO_PKG_VERSION"),
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
        "seed": format!("{:#x}", settings.seed.0),
        "confidence": settings.confidence,
        "command": std::env::args_os()
            .map(|argument| argument.to_string_lossy().into_owned())
            .collect::<Vec<_>>(),
        "created": now(),
        "notes": scores.notes,
        "files": files,
    });
    staging.publish_files(&format!("{manifest:#}\n"), &files)?;
    Ok(())
}

fn csv(scores: &Scores) -> Result<String, ExportError> {
    let mut rows = CsvText::begin(&score::question_header(scores));
    score::write_questions(scores, &mut rows)?;
    Ok(rows.finish())
}

fn json_text(scores: &Scores) -> Result<String, ExportError> {
    type Write = fn(&Scores, &mut dyn Rows) -> Result<(), ExportError>;
    let parts: [(&str, Vec<String>, Write); 4] = [
        (
            "questions",
            score::question_header(scores),
            score::write_questions,
        ),
        ("groups", SCORE_GROUPS.header(), score::write_groups),
        ("summary", SCORE_SUMMARY.header(), score::write_summary),
        (
            "reliability",
            RELIABILITY.header(),
            score::write_reliability,
        ),
    ];
    let mut object = serde_json::Map::new();
    for (name, header, write) in parts {
        let mut rows = JsonRows::begin(header);
        write(scores, &mut rows)?;
        object.insert(name.to_owned(), rows.into_value());
    }
    Ok(format!("{:#}\n", serde_json::Value::Object(object)))
}

/// What people see: the questions, the groups, the means, the calibration, and what is left out.
fn text(scores: &Scores, settings: &Settings) -> String {
    let mut text = String::new();
    let n_scored = scores.with_status(Status::Scored).count();
    if n_scored == 0 {
        text.push_str(
            "No question has an answer yet: write `resolution = { answer = \"yes\", date = … }` \
             under an outcome and run again, or give --resolutions FILE.\n",
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
        (Status::Unresolved, "Without an answer yet"),
        (Status::Annulled, "Annulled"),
        (Status::NoForecast, "Without a forecast"),
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
    let mut table = table(&[
        "Question",
        "Forecast",
        "Answer",
        "Brier\n(0–1)",
        "Log score\n(nats)",
        "CRPS of the\nday (days)",
    ]);
    for question in scores.with_status(Status::Scored) {
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
                .day
                .map_or_else(unknown, |day| format!("{:.2}", day.crps_days)),
        ]);
    }
    align(&mut table);
    table
}

fn group_table(scores: &Scores) -> Table {
    let mut table = table(&["Options", "Status", "Came true", "Given", "Score\n(0–1)"]);
    for group in &scores.groups {
        let order = if group.is_ordered { ", ordered" } else { "" };
        table.add_row(vec![
            format!("{} ({} options{order})", group.name, group.options.len()),
            match group.probability_sum {
                Some(sum) if group.status == score::GroupStatus::SumNotOne => {
                    format!("adds up to {}", percent(sum))
                }
                _ => group.status.word().to_owned(),
            },
            group.answer.clone().unwrap_or_else(unknown),
            group.probability_of_answer.map_or_else(unknown, percent),
            group.score.map_or_else(unknown, number),
        ]);
    }
    align(&mut table);
    table
}

fn summary_table(scores: &Scores, settings: &Settings) -> Table {
    let interval = format!("Bootstrap\n({} %)", settings.confidence * 100.0);
    let mut table = table(&["Over all questions", "Value", &interval, "Questions"]);
    for Measure {
        label,
        n_questions,
        measured,
        ..
    } in scores.summary.iter().filter(|measure| is_shown(measure))
    {
        table.add_row(vec![
            label.clone(),
            measured.value.map_or_else(unknown, number),
            measured.interval.map_or_else(unknown, |interval| {
                format!("{} to {}", number(interval.low), number(interval.high))
            }),
            grouped(*n_questions),
        ]);
    }
    align(&mut table);
    table
}

/// Counts stand elsewhere in what is printed.
fn is_shown(measure: &Measure) -> bool {
    let is_count = measure.name.starts_with("questions_");
    let is_empty = measure.measured.value == Some(0.0)
        && ["log_scores_clipped", "within_bins"].contains(&measure.name.as_str());
    !is_count && !is_empty && measure.n_questions > 0
}

fn reliability_table(scores: &Scores, settings: &Settings) -> Table {
    let band = format!("If calibrated\n({} %)", settings.confidence * 100.0);
    let mut table = table(&[
        "Calibration: forecasts in",
        "Questions",
        "Mean forecast",
        "Came true",
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
            bin.consistency.map_or_else(unknown, |band| {
                format!("{} to {}", percent(band.low), percent(band.high))
            }),
        ]);
    }
    align(&mut table);
    table
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(LINES_AROUND_THE_HEADER)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(100)
        .set_header(header.to_vec());
    table
}

fn align(table: &mut Table) {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    if let Some(labels) = table.column_mut(0) {
        labels.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(44)));
    }
}

fn unknown() -> String {
    "–".to_owned()
}

/// A score for people, without the sign of a rounded zero.
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
    fn scores_for_people() {
        assert_eq!(number(0.040_04), "0.040");
        assert_eq!(number(-0.000_01), "0.000");
        assert_eq!(number(-0.25), "-0.250");
    }
}
