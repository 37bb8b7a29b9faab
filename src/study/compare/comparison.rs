//! Simulates a base and its variants side by side and estimates paired differences.
//!
//! The simulations are interleaved, and only the first days of one stretch are kept, so memory does
//! not grow with the runs. A draw with a faulted run on either side is left out on both.

use super::matching::{SharedColumns, UnsharedNames, notes};
use super::paired::{CountDifference, CountSums, PairedDifference, PairedSums};
use super::reasons::{Identical, reasons};
use super::side::Side;
use crate::base::random::{Branch, Seed};
use crate::scenario::{Action, Actor, Outcome};
use crate::simulate::{FirstDays, Simulation, SimulationPlan, Tally};
use crate::study::{Simulator, Stopped};

/// Settings of a comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ComparisonSettings {
    /// Seed of all random numbers, common to all sides.
    pub seed: Seed,
    /// Runs of each side.
    pub n_runs: u64,
    /// Confidence level of intervals, in (0, 1).
    pub confidence: f64,
}

/// The paired differences of all variants.
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    /// The base of all differences.
    pub base: Side<'a>,
    /// The tally of the base.
    pub base_tally: Tally,
    /// The variants in their order.
    pub variants: Vec<ComparedVariant<'a>>,
    /// Runs simulated on each side, a prefix of the requested ones.
    pub n_simulated: u64,
    /// Whether all requested runs were simulated.
    pub is_finished: bool,
}

/// The differences between one variant and the base.
#[derive(Clone, Debug)]
pub struct ComparedVariant<'a> {
    /// The variant with its name.
    pub side: Side<'a>,
    /// The tally of the variant.
    pub tally: Tally,
    /// The outcomes that both sides have, in the order of the base.
    pub outcomes: Vec<OutcomeDifference<'a>>,
    /// The actions that both sides have, by decreasing [`ActionDifference::size`].
    pub actions: Vec<ActionDifference<'a>>,
    /// Names of outcomes that only the base has.
    pub outcomes_only_in_base: Vec<&'a str>,
    /// Names of outcomes that only the variant has.
    pub outcomes_only_in_variant: Vec<&'a str>,
    /// Names of actions that only the base has.
    pub actions_only_in_base: Vec<&'a str>,
    /// Names of actions that only the variant has.
    pub actions_only_in_variant: Vec<&'a str>,
    /// The likely reasons, if every run is identical to the base.
    pub reasons_if_identical: Option<Vec<String>>,
    /// Differences between the sides that the reader should know.
    pub notes: Vec<String>,
}

/// An outcome that both sides have.
#[derive(Clone, Debug)]
pub struct OutcomeDifference<'a> {
    /// The outcome in the base.
    pub base: &'a Outcome,
    /// The outcome in the variant.
    pub variant: &'a Outcome,
    /// The difference of its probability; `None` if no run was counted.
    pub difference: Option<PairedDifference>,
}

/// An action that both sides have.
#[derive(Clone, Debug)]
pub struct ActionDifference<'a> {
    /// The actor that may take it.
    pub actor: &'a Actor,
    /// The action in the base.
    pub action: &'a Action,
    /// The difference of the share of runs in which it is taken; `None` if no run was counted.
    pub difference: Option<PairedDifference>,
    /// The difference of the mean number of times it is taken; `None` if no run was counted.
    pub count: Option<CountDifference>,
}

/// Compares variants with a base.
///
/// # Errors
/// If the progress callback asks to stop before the first stretch of all sides is complete.
pub fn compare<'a>(
    base: Side<'a>,
    variants: &[Side<'a>],
    settings: &ComparisonSettings,
    simulator: &mut Simulator<'_>,
) -> Result<Comparison<'a>, Stopped> {
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
    let begin = |&side: &Side<'a>| {
        VariantSimulation::new(&base, side, simulator.begin(side.bound, plan(&side)))
    };
    let mut others: Vec<VariantSimulation<'_>> = variants.iter().map(begin).collect();
    let mut complete: Option<CompletePrefix> = None;
    while !base_simulation.is_finished() {
        let Ok(stretch) = simulate_stretch(&mut base_simulation, &mut others, simulator) else {
            break;
        };
        for (other, days) in others.iter_mut().zip(&stretch.variants) {
            other.add(&stretch.base, days);
        }
        complete = Some(CompletePrefix {
            base: base_simulation.tally().clone(),
            variants: others
                .iter()
                .map(|other| other.simulation.tally().clone())
                .collect(),
            n_simulated: base_simulation.n_simulated(),
        });
    }
    let CompletePrefix {
        base: base_tally,
        variants,
        n_simulated,
    } = complete.ok_or(Stopped)?;
    let compared = others.into_iter().zip(variants);
    let variants =
        compared.map(|(other, tally)| other.finish(&base, &base_tally, tally, settings.confidence));
    Ok(Comparison {
        variants: variants.collect(),
        base,
        base_tally,
        n_simulated,
        is_finished: n_simulated == settings.n_runs,
    })
}

/// The tallies of the runs that all sides have completed.
struct CompletePrefix {
    base: Tally,
    variants: Vec<Tally>,
    n_simulated: u64,
}

/// First days of the same runs on all sides.
struct Stretch {
    base: FirstDays,
    variants: Vec<FirstDays>,
}

fn simulate_stretch(
    base: &mut Simulation,
    others: &mut [VariantSimulation<'_>],
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

/// A variant during its simulation.
struct VariantSimulation<'a> {
    side: Side<'a>,
    simulation: Simulation,
    shared: SharedColumns,
    /// Sums by shared column.
    sums: Vec<PairedSums>,
    /// Sums of counts by shared action.
    count_sums: Vec<CountSums>,
    /// Whether a quantity is sampled on either side. If none is, the two runs of a draw share nothing.
    is_uncertain: bool,
    /// Whether a draw faulted on only one side.
    faults_differ: bool,
}

impl<'a> VariantSimulation<'a> {
    fn new(base: &Side<'_>, side: Side<'a>, simulation: Simulation) -> Self {
        let shared = SharedColumns::new(base.scenario, side.scenario);
        let is_uncertain = [base.bound, side.bound]
            .iter()
            .any(|one| one.drawn().len() > 0);
        Self {
            is_uncertain,
            side,
            simulation,
            sums: vec![PairedSums::default(); shared.columns.len()],
            count_sums: vec![CountSums::default(); shared.columns.len() - shared.n_outcomes],
            shared,
            faults_differ: false,
        }
    }

    /// Adds the draws of a stretch, or its runs one by one if nothing is uncertain. Its first run is the
    /// first run of a draw.
    fn add(&mut self, base: &FirstDays, variant: &FirstDays) {
        debug_assert_eq!(base.n_runs(), variant.n_runs());
        let n_runs = base.n_runs();
        let n_in_cluster = if self.is_uncertain { 2 } else { 1 };
        for first in (0..n_runs).step_by(2) {
            let runs = first..(first + 2).min(n_runs);
            let faulted = |days: &FirstDays| runs.clone().any(|run| days.is_faulted(run));
            let (here, there) = (faulted(base), faulted(variant));
            self.faults_differ |= here != there;
            if here || there {
                continue;
            }
            let mut values = [(0, 0); 2];
            let values = &mut values[..runs.len()];
            for (sums, &(a, b)) in self.sums.iter_mut().zip(&self.shared.columns) {
                for (value, run) in values.iter_mut().zip(runs.clone()) {
                    *value = (base.days(run)[a], variant.days(run)[b]);
                }
                values.chunks(n_in_cluster).for_each(|runs| sums.add(runs));
            }
            for (sums, (a, b)) in self.count_sums.iter_mut().zip(self.shared.actions()) {
                for (value, run) in values.iter_mut().zip(runs.clone()) {
                    *value = (base.counts(run)[a], variant.counts(run)[b]);
                }
                values.chunks(n_in_cluster).for_each(|runs| sums.add(runs));
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
        let n_outcomes = self.shared.n_outcomes;
        let (outcome_sums, action_sums) = self.sums.split_at(n_outcomes);
        let outcome_columns = &self.shared.columns[..n_outcomes];
        let outcomes = outcome_columns.iter().zip(outcome_sums);
        let outcomes = outcomes.map(|(&(a, b), sums)| OutcomeDifference {
            base: &before.outcomes.as_slice()[a],
            variant: &after.outcomes.as_slice()[b],
            difference: sums.estimate(confidence),
        });
        let sums = action_sums.iter().zip(&self.count_sums);
        let actions = self.shared.actions().zip(sums);
        let actions = actions.map(|((a, _), (sums, count_sums))| {
            let action = &before.actions.as_slice()[a];
            ActionDifference {
                actor: &before.actors[action.actor],
                action,
                difference: sums.estimate(confidence),
                count: count_sums.estimate(confidence),
            }
        });
        let mut actions: Vec<_> = actions.collect();
        actions.sort_by(|one, other| other.size().total_cmp(&one.size()));
        let names = UnsharedNames::new(before, after);
        let is_identical = names.is_empty()
            && !self.faults_differ
            && self.sums.iter().all(|sums| !sums.has_changed)
            && has_same_counts(base_tally, &tally);
        let identical = Identical {
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
            reasons_if_identical: is_identical.then(|| reasons(identical)),
            notes: notes(before, after),
            side: self.side,
            tally,
        }
    }
}

impl ActionDifference<'_> {
    /// The larger of the changes of its share of runs and of its mean count. Of an action that is
    /// taken more than once in a run, it is the relative change of the count, so that the two can be
    /// compared.
    pub fn size(&self) -> f64 {
        let share = self.difference.map_or(0.0, |change| change.difference);
        let count = self.count.map_or(0.0, |count| {
            count.difference / count.base_mean.max(count.variant_mean).max(1.0)
        });
        share.abs().max(count.abs())
    }
}

/// Whether both tallies have the same counts. Their fingerprints always differ.
fn has_same_counts(one: &Tally, other: &Tally) -> bool {
    one.outcomes == other.outcomes
        && one.joint == other.joint
        && one.actions == other.actions
        && one.events == other.events
}
