//! What would change it? Variants of a scenario held against it under the same luck.
//!
//! In: a base and variants, each with its numbers, and how many runs to live. Out: [`Compared`]:
//! for each variant and each outcome that both have, the two probabilities and their paired
//! difference, how many runs changed their answer each way, and the same for the actions. Luck is
//! keyed by names, so what a variant did not touch happens alike on both sides, run by run; this
//! is why differences are told far more sharply than by two simulations of their own.
//!
//! The simulations are advanced side by side, and of a stretch only first days are held, so memory
//! does not grow with the runs. A draw that faults on either side is left out on both.

mod paired;
mod reasons;
mod tables;
mod variant;

pub use paired::Change;
pub use tables::{outcome_header, write_files, write_outcomes};
pub use variant::{NotAVariant, Variant};

use super::simulator::{Simulator, Stopped};
use crate::base::random::{Branch, Seed};
use crate::program::BoundProgram;
use crate::scenario::{Action, Actor, Outcome, Scenario};
use crate::simulate::{FirstDays, Simulation, SimulationPlan, Tally};
use paired::PairedSums;
use reasons::{Same, reasons};

/// One side of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What it is called in results.
    pub name: &'a str,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its numbers.
    pub bound: &'a BoundProgram<'a>,
    /// Names its text, values and engine.
    pub fingerprint: u64,
}

/// How to compare.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The seed of all luck, the same on all sides.
    pub seed: Seed,
    /// Runs of each side.
    pub n_runs: u64,
    /// The share of intervals that are meant to hold the truth, in (0, 1).
    pub confidence: f64,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Compared<'a> {
    /// The base.
    pub base: Side<'a>,
    /// The base's sums.
    pub base_tally: Tally,
    /// The variants in their order.
    pub variants: Vec<ComparedVariant<'a>>,
    /// Runs lived on each side: a prefix of those that were asked for.
    pub n_simulated: u64,
    /// Whether all were lived.
    pub is_finished: bool,
}

/// What a variant changes.
#[derive(Clone, Debug)]
pub struct ComparedVariant<'a> {
    /// The variant.
    pub side: Side<'a>,
    /// Its sums.
    pub tally: Tally,
    /// The outcomes that both sides have, in the order of the base.
    pub outcomes: Vec<OutcomeChange<'a>>,
    /// The actions that both sides have, those first whose share of the runs changed most.
    pub actions: Vec<ActionChange<'a>>,
    /// Names of outcomes that only the base has.
    pub outcomes_only_in_base: Vec<&'a str>,
    /// Names of outcomes that only the variant has.
    pub outcomes_only_in_variant: Vec<&'a str>,
    /// Names of actions that only the base has.
    pub actions_only_in_base: Vec<&'a str>,
    /// Names of actions that only the variant has.
    pub actions_only_in_variant: Vec<&'a str>,
    /// Where every run is that of the base: the likely reasons.
    pub same_because: Option<Vec<String>>,
    /// What the reader should know of what is compared with what.
    pub notes: Vec<String>,
}

/// An outcome on both sides.
#[derive(Clone, Debug)]
pub struct OutcomeChange<'a> {
    /// As the base has it.
    pub base: &'a Outcome,
    /// As the variant has it.
    pub variant: &'a Outcome,
    /// What changes; `None` where no run was counted.
    pub change: Option<Change>,
}

/// An action on both sides.
#[derive(Clone, Debug)]
pub struct ActionChange<'a> {
    /// Who may do it.
    pub actor: &'a Actor,
    /// As the base has it.
    pub action: &'a Action,
    /// What changes in the share of runs; `None` where no run was counted.
    pub change: Option<Change>,
}

/// Compares variants with a base.
///
/// # Errors
/// Where the watch asked to stop before the first stretch was lived on all sides.
pub fn compare<'a>(
    base: Side<'a>,
    variants: &[Side<'a>],
    settings: &Settings,
    simulator: &mut Simulator<'_>,
) -> Result<Compared<'a>, Stopped> {
    let plan = |side: &Side<'_>| SimulationPlan {
        seed: settings.seed,
        branch: Branch(0),
        first_run: 0,
        n_runs: settings.n_runs,
        variable_runs: 0,
        keep_runs: false,
        fingerprint: side.fingerprint,
    };
    let mut base_simulation = simulator.begin(base.bound, plan(&base));
    let mut others: Vec<Other<'_>> = variants
        .iter()
        .map(|&side| Other::new(&base, side, simulator.begin(side.bound, plan(&side))))
        .collect();
    let mut done: Option<Prefix> = None;
    while !base_simulation.is_finished() {
        let Ok(stretch) = simulate_stretch(&mut base_simulation, &mut others, simulator) else {
            break;
        };
        for (other, days) in others.iter_mut().zip(&stretch.variants) {
            other.add(&stretch.base, days);
        }
        done = Some(Prefix {
            base: base_simulation.tally().clone(),
            variants: others
                .iter()
                .map(|other| other.simulation.tally().clone())
                .collect(),
            n_simulated: base_simulation.n_simulated(),
        });
    }
    let Prefix {
        base: base_tally,
        variants,
        n_simulated,
    } = done.ok_or(Stopped)?;
    let compared = others.into_iter().zip(variants);
    let variants =
        compared.map(|(other, tally)| other.finish(&base, &base_tally, tally, settings.confidence));
    Ok(Compared {
        variants: variants.collect(),
        base,
        base_tally,
        n_simulated,
        is_finished: n_simulated == settings.n_runs,
    })
}

/// What has been lived on all sides.
struct Prefix {
    base: Tally,
    variants: Vec<Tally>,
    n_simulated: u64,
}

/// The same runs on all sides.
struct Stretch {
    base: FirstDays,
    variants: Vec<FirstDays>,
}

fn simulate_stretch(
    base: &mut Simulation<'_>,
    others: &mut [Other<'_>],
    simulator: &mut Simulator<'_>,
) -> Result<Stretch, Stopped> {
    let base = simulator.advance_days(base)?;
    let variants = others
        .iter_mut()
        .map(|other| simulator.advance_days(&mut other.simulation));
    Ok(Stretch {
        base,
        variants: variants.collect::<Result<_, _>>()?,
    })
}

/// A variant while it is lived.
struct Other<'a> {
    side: Side<'a>,
    simulation: Simulation<'a>,
    /// For each column of days that both sides have, its place on either.
    columns: Vec<(usize, usize)>,
    sums: Vec<PairedSums>,
    n_outcomes: usize,
    faults_differ: bool,
}

impl<'a> Other<'a> {
    fn new(base: &Side<'_>, side: Side<'a>, simulation: Simulation<'a>) -> Self {
        let outcomes = |side: &Side<'_>| -> Vec<String> {
            side.scenario
                .outcomes
                .iter()
                .map(|one| one.name.clone())
                .collect()
        };
        let actions = |side: &Side<'_>| -> Vec<String> {
            side.scenario
                .actions
                .iter()
                .map(|one| one.name.clone())
                .collect()
        };
        let mut columns = shared(&outcomes(base), &outcomes(&side));
        let n_outcomes = columns.len();
        let (before, after) = (base.scenario.outcomes.len(), side.scenario.outcomes.len());
        let shared_actions = shared(&actions(base), &actions(&side));
        columns.extend(
            shared_actions
                .into_iter()
                .map(|(a, b)| (before + a, after + b)),
        );
        Self {
            side,
            simulation,
            sums: vec![PairedSums::default(); columns.len()],
            columns,
            n_outcomes,
            faults_differ: false,
        }
    }

    /// Adds the draws of a stretch, which begins with a whole draw.
    fn add(&mut self, base: &FirstDays, variant: &FirstDays) {
        debug_assert_eq!(base.n_runs(), variant.n_runs());
        let n_runs = base.n_runs();
        for first in (0..n_runs).step_by(2) {
            let runs = first..(first + 2).min(n_runs);
            let faulted = |days: &FirstDays| runs.clone().any(|run| days.is_faulted(run));
            let (here, there) = (faulted(base), faulted(variant));
            self.faults_differ |= here != there;
            if here || there {
                continue;
            }
            let rows: Vec<_> = runs
                .map(|run| (base.days(run), variant.days(run)))
                .collect();
            let mut lives = [(0, 0); 2];
            for (sums, &(a, b)) in self.sums.iter_mut().zip(&self.columns) {
                for (life, (before, after)) in lives.iter_mut().zip(&rows) {
                    *life = (before[a], after[b]);
                }
                sums.add(&lives[..rows.len()]);
            }
        }
    }

    fn finish(
        self,
        base: &Side<'a>,
        base_tally: &Tally,
        tally: Tally,
        confidence: f64,
    ) -> ComparedVariant<'a> {
        let (before, after) = (base.scenario, self.side.scenario);
        let (outcome_sums, action_sums) = self.sums.split_at(self.n_outcomes);
        let (outcome_columns, action_columns) = self.columns.split_at(self.n_outcomes);
        let outcomes = outcome_columns.iter().zip(outcome_sums);
        let outcomes = outcomes.map(|(&(a, b), sums)| OutcomeChange {
            base: &before.outcomes.as_slice()[a],
            variant: &after.outcomes.as_slice()[b],
            change: sums.estimate(confidence),
        });
        let actions = action_columns.iter().zip(action_sums);
        let actions = actions.map(|(&(a, _), sums)| {
            let action = &before.actions.as_slice()[a - before.outcomes.len()];
            ActionChange {
                actor: &before.actors[action.actor],
                action,
                change: sums.estimate(confidence),
            }
        });
        let mut actions: Vec<_> = actions.collect();
        let size =
            |one: &ActionChange<'_>| one.change.map_or(0.0, |change| change.difference.abs());
        actions.sort_by(|one, other| size(other).total_cmp(&size(one)));
        let names = Names::new(before, after);
        let is_same = names.are_shared()
            && !self.faults_differ
            && self.sums.iter().all(|sums| !sums.has_changed)
            && has_same_sums(base_tally, &tally);
        let same = Same {
            base,
            variant: &self.side,
            tally: base_tally,
        };
        ComparedVariant {
            outcomes: outcomes.collect(),
            actions,
            outcomes_only_in_base: names.outcomes_only_in_base,
            outcomes_only_in_variant: names.outcomes_only_in_variant,
            actions_only_in_base: names.actions_only_in_base,
            actions_only_in_variant: names.actions_only_in_variant,
            same_because: is_same.then(|| reasons(same)),
            notes: notes(before, after),
            side: self.side,
            tally,
        }
    }
}

/// Places of the names that are in both lists.
fn shared(before: &[String], after: &[String]) -> Vec<(usize, usize)> {
    let find = |(place, name): (usize, &String)| {
        let other = after.iter().position(|known| known == name)?;
        Some((place, other))
    };
    before.iter().enumerate().filter_map(find).collect()
}

/// Names that only one side has.
struct Names<'a> {
    outcomes_only_in_base: Vec<&'a str>,
    outcomes_only_in_variant: Vec<&'a str>,
    actions_only_in_base: Vec<&'a str>,
    actions_only_in_variant: Vec<&'a str>,
}

impl<'a> Names<'a> {
    fn new(base: &'a Scenario, variant: &'a Scenario) -> Self {
        let outcomes = [base, variant].map(|side| -> Vec<&str> {
            side.outcomes.iter().map(|one| one.name.as_str()).collect()
        });
        let actions = [base, variant].map(|side| -> Vec<&str> {
            side.actions.iter().map(|one| one.name.as_str()).collect()
        });
        let without = |all: &[&'a str], others: &[&'a str]| -> Vec<&'a str> {
            let alone = all.iter().filter(|name| !others.contains(name));
            alone.copied().collect()
        };
        Self {
            outcomes_only_in_base: without(&outcomes[0], &outcomes[1]),
            outcomes_only_in_variant: without(&outcomes[1], &outcomes[0]),
            actions_only_in_base: without(&actions[0], &actions[1]),
            actions_only_in_variant: without(&actions[1], &actions[0]),
        }
    }

    fn are_shared(&self) -> bool {
        self.outcomes_only_in_base.is_empty()
            && self.outcomes_only_in_variant.is_empty()
            && self.actions_only_in_base.is_empty()
            && self.actions_only_in_variant.is_empty()
    }
}

/// Whether everything that was counted is the same; the fingerprints differ by nature.
fn has_same_sums(one: &Tally, other: &Tally) -> bool {
    one.outcomes == other.outcomes
        && one.joint == other.joint
        && one.actions == other.actions
        && one.events == other.events
}

/// What is compared with what, where that is not the same on both sides.
fn notes(base: &Scenario, variant: &Scenario) -> Vec<String> {
    let mut notes = Vec::new();
    if base.start != variant.start {
        notes.push(format!(
            "the base begins on {} and the variant on {}: day 1 is compared with day 1",
            base.start, variant.start
        ));
    }
    if base.horizon_days != variant.horizon_days {
        notes.push(format!(
            "the base lives {} days and the variant {}: each question counts up to its own last day",
            base.horizon_days, variant.horizon_days
        ));
    }
    for outcome in &base.outcomes {
        let other = variant.outcomes.iter().find(|one| one.name == outcome.name);
        let Some(other) = other else { continue };
        if outcome.when.text != other.when.text || outcome.sustained_days != other.sustained_days {
            notes.push(format!(
                "`{}` comes true by another condition in the variant than in the base",
                outcome.name
            ));
        }
    }
    notes
}
