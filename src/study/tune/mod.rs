//! Which numbers make the results what they should be?
//!
//! In: a scenario, what the results should be ([`Target`]), and which numbers may be moved
//! between what ([`Free`]). Out: [`Tuning`]: the same file with other numbers, what it reaches,
//! how well the targets pin the numbers down, and, where it is asked for, the posterior.
//!
//! The search minimises Σ weight·((estimate − target)/tolerance)², on the plain scale of each
//! target: where a probability hardly moves, near 0 or 1, it is the trust region that keeps the
//! steps sensible, and "within the tolerance" means what it says. A descent from the file's
//! numbers comes first; where it does not suffice, the whole ranges are searched. Every evaluation
//! meets the same luck (common random numbers), so two places differ by what their numbers do, and
//! the search is the same each time. The posterior is another matter: there each particle has luck
//! of its own, since with a common one the spread would be that of one history's chances.
//!
//! A distribution is tuned by one of its numbers (its mean, an end of its interval), never
//! replaced. Absent on purpose: files but that of the targets and the log of evaluations.

mod edit;
mod fit;
mod free;
mod log;
mod model;
mod sheet;
mod tables;
mod targets;
mod warnings;

pub use crate::optimize::abc_smc::{
    Particle, Posterior, Prior, Schedule, UnitCube, covariance, effective_particles, mean, sample,
};
pub use crate::optimize::search::{End, Purpose};
pub use fit::{Alike, Fit};
pub use free::{Free, NotFree, Scale};
pub use log::{Evaluation, Known, Log, Status, fingerprint, header_of};
pub use model::Job;
pub use tables::{
    SummaryRow, posterior_header, posterior_summary, posterior_summary_header, write_files,
    write_parameters, write_posterior, write_posterior_summary, write_targets,
};
pub use targets::{Target, TargetKind, read_targets};

use crate::base::diagnostic::{Diagnostics, Sources};
use crate::base::random::Seed;
use crate::base::random::keyed::KeyedStream;
use crate::optimize::search::Found;
use crate::scenario::Override;
use crate::study::{Simulator, Stopped};
use edit::Written;
use model::Model;
use rand::TryRng;
use std::path::PathBuf;
use targets::Reached;
use thiserror::Error;

/// How to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Evaluations of the search at most.
    pub n_evaluations: u64,
    /// The posterior, where it is asked for.
    pub posterior: Option<PosteriorSettings>,
}

/// How to sample the posterior.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PosteriorSettings {
    /// Particles.
    pub n_particles: usize,
    /// Runs of each trial.
    pub n_runs: u64,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Tuning {
    /// By target.
    pub targets: Vec<TunedTarget>,
    /// By free number.
    pub parameters: Vec<TunedParameter>,
    /// The file with its new numbers.
    pub text: String,
    /// Why the search ended; `None` where it was stopped.
    pub end: Option<End>,
    /// The posterior, where it was asked for and not stopped.
    pub posterior: Option<Posterior>,
    /// All evaluations, in order.
    pub evaluations: Vec<Evaluation>,
    /// How many of them an earlier command had made.
    pub n_reused: u64,
    /// Whether everything that was asked for was done.
    pub is_complete: bool,
    /// What the reader should know.
    pub warnings: Vec<String>,
}

/// A target and what became of it.
#[derive(Clone, Debug)]
pub struct TunedTarget {
    /// The target.
    pub target: Target,
    /// With the file's own numbers.
    pub before: Option<f64>,
    /// With the new ones, as they are written.
    pub after: Option<f64>,
    /// The standard error of that by simulation, where it is known.
    pub standard_error: Option<f64>,
    /// Whether it is within the tolerance.
    pub is_met: bool,
}

/// A free number and what became of it.
#[derive(Clone, Debug)]
pub struct TunedParameter {
    /// The number.
    pub free: Free,
    /// As the file has it.
    pub before: f64,
    /// As it is written.
    pub after: f64,
    /// At which end of its range it lies, if at one.
    pub at_bound: Option<&'static str>,
    /// Its standard error, the tolerances taken as standard errors of the targets; `None` where
    /// the targets do not pin it down, or the search was stopped.
    pub standard_error: Option<f64>,
    /// `idle` where it moves no target, `alike` where it cannot be told apart from others.
    pub pinned: &'static str,
}

/// Why there is no tuning.
#[derive(Debug, Error)]
pub enum TuneError {
    /// A file cannot be read.
    #[error("cannot read {}", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    /// Mistakes in the file of targets.
    #[error("{}", mistakes.iter().map(|mistake| format!("{}: {mistake}", path.display())).collect::<Vec<_>>().join("\n"))]
    Targets {
        /// The file.
        path: PathBuf,
        /// Each with its row and column.
        mistakes: Vec<String>,
    },
    /// A path leads to no number of the file.
    #[error("`{path}` cannot be tuned: {problem}")]
    NotTunable {
        /// The path.
        path: String,
        /// Why, and what to do.
        problem: String,
    },
    /// Two of what is free or set are the same, or one is part of the other.
    #[error("`{one}` is free and `{other}` is {how}: a number can only be one of these, once")]
    Twice {
        /// The one.
        one: String,
        /// The other.
        other: String,
        /// Free or set.
        how: &'static str,
    },
    /// The reader refuses what a free number would be.
    #[error("`{assignment}` would be tried, and the scenario does not allow it")]
    Refused {
        /// Path and value.
        assignment: String,
        /// What the reader read.
        sources: Sources,
        /// What it said.
        diagnostics: Diagnostics,
    },
    /// No place could be evaluated.
    #[error(
        "nothing could be evaluated: the scenario is rejected, or faults, wherever the search begins; try narrower ranges"
    )]
    Nowhere,
    /// It was stopped before there was anything.
    #[error("stopped before anything was evaluated")]
    Stopped,
}

/// Tunes.
///
/// # Errors
/// Where the free numbers are none, or nothing could be evaluated. A search that is stopped is
/// none: it gives the best that was found.
pub fn tune(
    job: Job<'_>,
    settings: &Settings,
    log: Log,
    simulator: &mut Simulator<'_>,
) -> Result<Tuning, TuneError> {
    let places = places(&job)?;
    let mut warnings = Vec::new();
    check_ranges(&job, &places, &mut warnings)?;
    let mut model = Model::new(job, log, simulator);
    let file_values: Vec<f64> = places.iter().map(|place| place.value).collect();
    let before = model
        .evaluate(&file_values, job.seed, job.n_runs, Purpose::File)
        .map_err(|Stopped| TuneError::Stopped)?;
    let searched = search(&mut model, settings, &file_values);
    let mut tuning = match searched {
        Ok(None) => return Err(TuneError::Nowhere),
        Ok(Some(found)) => match finish(&mut model, &found, &places) {
            Ok(finished) => finished,
            Err(Stopped) => best_so_far(&model, &places)?,
        },
        Err(Stopped) => best_so_far(&model, &places)?,
    };
    for (row, before) in tuning.targets.iter_mut().zip(&before.estimates) {
        row.before = *before;
    }
    if let (true, Some(settings)) = (tuning.is_complete, settings.posterior) {
        match sample_posterior(&mut model, settings) {
            Ok(posterior) => tuning.posterior = Some(posterior),
            Err(Stopped) => tuning.is_complete = false,
        }
    }
    tuning.n_reused = model.log.n_reused;
    tuning.evaluations = model.log.into_rows(tuning.is_complete);
    warnings.append(&mut tuning.warnings);
    warnings.extend(warnings::of(&tuning));
    tuning.warnings = warnings;
    Ok(tuning)
}

/// Where the free numbers stand in the file.
fn places(job: &Job<'_>) -> Result<Vec<Written>, TuneError> {
    for (at, free) in job.free.iter().enumerate() {
        let twice = |other: &str, how| TuneError::Twice {
            one: free.path.clone(),
            other: other.to_owned(),
            how,
        };
        if let Some(other) = job.free[..at].iter().find(|one| one.path == free.path) {
            return Err(twice(&other.path, "free again"));
        }
        let overlaps =
            |set: &&Override| is_part(&set.path, &free.path) || is_part(&free.path, &set.path);
        if let Some(set) = job.overrides.iter().find(overlaps) {
            return Err(twice(&set.path, "set"));
        }
    }
    job.free
        .iter()
        .map(|free| edit::find(job.text, &free.path))
        .collect()
}

/// Whether the second path is the first, or leads through it.
fn is_part(whole: &str, part: &str) -> bool {
    let rest = part.strip_prefix(whole);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Looks whether the reader takes what will be tried: a little beside each number, where it shows
/// whether it may be a fraction; and at the ends of its range, which are only warned of, since
/// with the others moved they may be allowed.
fn check_ranges(
    job: &Job<'_>,
    places: &[Written],
    warnings: &mut Vec<String>,
) -> Result<(), TuneError> {
    const BESIDE: f64 = 0.013_7;
    for (free, place) in job.free.iter().zip(places) {
        let start = free.place(place.value);
        let beside = if start < 0.5 {
            start + BESIDE
        } else {
            start - BESIDE
        };
        let value = free.value(beside);
        if let Some((sources, diagnostics)) = job.refusal(free, value) {
            return Err(TuneError::Refused {
                assignment: format!("{}={value}", free.path),
                sources,
                diagnostics,
            });
        }
        for end in [free.low, free.high] {
            if let Some((_, diagnostics)) = job.refusal(free, end) {
                let why = diagnostics.0.first().map_or("", |one| &one.message);
                warnings.push(format!(
                    "`{}` cannot be {end} while the other numbers are as they are: {why}; such places are walked round",
                    free.path
                ));
            }
        }
        if !(free.low..=free.high).contains(&place.value) {
            warnings.push(format!(
                "`{}` is {} in the file, outside its range {}..{}: the search begins at the nearer end",
                free.path, place.value, free.low, free.high
            ));
        }
    }
    Ok(())
}

fn search(
    model: &mut Model<'_, '_>,
    settings: &Settings,
    file_values: &[f64],
) -> Result<Option<Found>, Stopped> {
    let parts = model.job.free.iter().zip(file_values);
    let start: Vec<f64> = parts.map(|(free, &value)| free.place(value)).collect();
    let targets = model.job.targets.iter();
    let tolerances: Vec<f64> = targets.map(Target::residual_of_tolerance).collect();
    let mut luck = KeyedStream::new(model.job.seed, "tune:search");
    let mut residuals = |place: &[f64], purpose| model.residuals(place, purpose);
    crate::optimize::search::search(
        &start,
        &tolerances,
        settings.n_evaluations,
        &mut luck,
        &mut residuals,
    )
}

/// Writes what was found into the text, and lives that.
fn finish(model: &mut Model<'_, '_>, found: &Found, places: &[Written]) -> Result<Tuning, Stopped> {
    let job = model.job;
    let fit = Fit::new(&found.slopes);
    let values = model.values(&found.place);
    let known = model.evaluate(&values, job.seed, job.n_runs, Purpose::Step)?;
    let is_met = |estimates: &[Option<f64>]| -> Vec<bool> {
        let parts = job.targets.iter().zip(estimates);
        parts.map(|(target, &value)| target.is_met(value)).collect()
    };
    let slope = |at: usize| {
        found.slopes[at]
            .iter()
            .fold(0.0_f64, |most, x| most.max(x.abs()))
    };
    let round =
        |at: usize| edit::number_text(&job.free[at], values[at], slope(at), places[at].is_whole);
    let short: Vec<String> = numbers(&job, places, &values, round);
    let (text, reached) = simulate_text(model, places, &short)?;
    let after: Vec<Option<f64>> = reached.iter().map(|one| one.map(|one| one.value)).collect();
    // Rounding is bounded by the slopes at the end; where they mislead, all digits are written.
    let is_lost = is_met(&known.estimates)
        .into_iter()
        .zip(is_met(&after))
        .any(|(whole, rounded)| whole && !rounded);
    let (text, reached) = if is_lost {
        let whole = |at: usize| edit::plain(values[at], places[at].is_whole);
        simulate_text(model, places, &numbers(&job, places, &values, whole))?
    } else {
        (text, reached)
    };
    let mut tuning = tuning(&job, places, text, &reached);
    tuning.end = Some(found.end);
    tuning.is_complete = true;
    for (at, row) in tuning.parameters.iter_mut().enumerate() {
        let error = fit.standard_errors[at];
        row.standard_error = error.map(|error| error * row.free.slope(row.after).abs());
        if fit.idle.contains(&at) {
            row.pinned = "idle";
        } else if error.is_none() {
            row.pinned = "alike";
        }
    }
    tuning.warnings = warnings::of_fit(&job, &fit);
    Ok(tuning)
}

/// The texts of all numbers; what has not moved stays as it is written.
fn numbers(
    job: &Job<'_>,
    places: &[Written],
    values: &[f64],
    text: impl Fn(usize) -> String,
) -> Vec<String> {
    let number = |at: usize| {
        let (place, value) = (&places[at], values[at]);
        if (value - place.value).abs() <= 1e-8 * value.abs() {
            job.text[place.range.clone()].to_owned()
        } else {
            text(at)
        }
    };
    (0..values.len()).map(number).collect()
}

/// Lives the file that is to be written, from its text.
fn simulate_text(
    model: &mut Model<'_, '_>,
    places: &[Written],
    numbers: &[String],
) -> Result<(String, Vec<Option<Reached>>), Stopped> {
    let job = model.job;
    let text = edit::replace(job.text, places, numbers);
    let (status, reached) = model.simulate(&text, job.overrides, job.seed, job.n_runs)?;
    model.log.add(Evaluation {
        purpose: Purpose::Tuned,
        seed: job.seed,
        n_runs: job.n_runs,
        values: read_back(&job, &text),
        known: Known {
            status,
            estimates: reached.iter().map(|one| one.map(|one| one.value)).collect(),
        },
    });
    Ok((text, reached))
}

/// The free numbers of a text.
fn read_back(job: &Job<'_>, text: &str) -> Vec<f64> {
    let value = |free: &Free| edit::find(text, &free.path).map(|place| place.value);
    let values: Result<Vec<f64>, TuneError> = job.free.iter().map(value).collect();
    values.expect("numbers were put where numbers were")
}

/// The rows of what has been reached with a text.
fn tuning(job: &Job<'_>, places: &[Written], text: String, reached: &[Option<Reached>]) -> Tuning {
    let rows = job.targets.iter().zip(reached);
    let targets = rows.map(|(target, reached)| TunedTarget {
        target: target.clone(),
        before: None,
        after: reached.map(|reached| reached.value),
        standard_error: reached.and_then(|reached| reached.standard_error),
        is_met: target.is_met(reached.map(|reached| reached.value)),
    });
    let values = read_back(job, &text);
    let rows = job.free.iter().zip(places).zip(values);
    let parameters = rows.map(|((free, place), after)| TunedParameter {
        free: free.clone(),
        before: place.value,
        after,
        at_bound: match after {
            after if after == free.low => Some("low"),
            after if after == free.high => Some("high"),
            _ => None,
        },
        standard_error: None,
        pinned: "",
    });
    Tuning {
        targets: targets.collect(),
        parameters: parameters.collect(),
        text,
        end: None,
        posterior: None,
        evaluations: Vec::new(),
        n_reused: 0,
        is_complete: false,
        warnings: Vec::new(),
    }
}

/// What was best when the user stopped the search.
fn best_so_far(model: &Model<'_, '_>, places: &[Written]) -> Result<Tuning, TuneError> {
    let job = model.job;
    let is_in_range = |row: &&Evaluation| {
        let mut parts = job.free.iter().zip(&row.values);
        parts.all(|(free, value)| (free.low..=free.high).contains(value))
    };
    // Those with few runs say too little.
    let is_whole = |row: &&Evaluation| (row.seed, row.n_runs) == (job.seed, job.n_runs);
    let sums = model.log.asked.iter().filter(is_whole).filter(is_in_range);
    let sums = sums.filter_map(|row| Some((row.known.sum_of_squares(job.targets)?, row)));
    let (_, best) = sums
        .min_by(|one, other| one.0.total_cmp(&other.0))
        .ok_or(TuneError::Stopped)?;
    let whole = |at: usize| edit::plain(best.values[at], places[at].is_whole);
    let text = edit::replace(
        job.text,
        places,
        &numbers(&job, places, &best.values, whole),
    );
    let known = |value: &Option<f64>| {
        value.map(|value| Reached {
            value,
            standard_error: None,
        })
    };
    let reached: Vec<Option<Reached>> = best.known.estimates.iter().map(known).collect();
    Ok(tuning(&job, places, text, &reached))
}

/// Trials of one generation, for each particle.
const TRIALS_PER_PARTICLE: u64 = 100;

fn sample_posterior(
    model: &mut Model<'_, '_>,
    settings: PosteriorSettings,
) -> Result<Posterior, Stopped> {
    let job = model.job;
    let schedule = Schedule {
        n_particles: settings.n_particles,
        // All targets within their tolerances.
        last_tolerance: 1.0,
        kept_share: 0.5,
        max_trials: TRIALS_PER_PARTICLE * settings.n_particles as u64,
    };
    let mut luck = KeyedStream::new(job.seed, "tune:posterior");
    let mut distance = |place: &[f64], luck: &mut KeyedStream| {
        let Ok(seed) = luck.try_next_u64();
        let values = model.values(place);
        let known = model.evaluate(&values, Seed(seed), settings.n_runs, Purpose::Particle)?;
        Ok(known.max_distance(job.targets))
    };
    sample(
        &UnitCube(job.free.len()),
        &schedule,
        &mut luck,
        &mut distance,
    )
}
