//! Compiles a scenario to a program: its structure, without values of parameters.
//!
//! A checked scenario always compiles. Wherever an order affects a result (sums of effects or
//! weights, the order of alternatives), rows are put in the order of names here, so that the order
//! of the file never reaches the engine.

use super::compiler::Compiler;
use super::correlate::{correlate_parameters, correlated_shocks};
use super::foresight::link_anticipated_responses;
use super::goal::Goals;
use super::pending::{PendingLayout, clear_unused_pending};
use super::tables::{
    ActionRow, ActorRow, EffectRow, EventRow, GradientRow, ImperativeRow, Input, OutcomeRow,
    Program, Reversion, Shock, Site, TrackRow, Turn, VariableRow,
};
use crate::base::index::{ActionId, ActorId, Id, IdVec, OutcomeId, SiteId, VariableId};
use crate::base::random::keyed::{self, SiteKey};
use crate::scenario::linear::split_goal;
use crate::scenario::{Action, Actor, Effect, MoveOrder, Scenario, Variable};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Compiles a checked scenario. The program is shared by all that is bound from it.
pub fn compile(scenario: &Scenario) -> Arc<Program> {
    let mut compiler = Compiler::new(scenario);
    let variables = scenario
        .variables
        .iter()
        .map(|row| compiler.variable(row))
        .collect();
    let goals = scenario
        .actors
        .iter()
        .map(|actor| compiler.goals(actor))
        .collect::<Vec<_>>();
    let pending = PendingLayout::new(scenario, &compiler.actions_of);

    let mut actions: IdVec<ActionId, ActionRow> = scenario
        .actions
        .iter()
        .map(|action| compiler.action(action, &goals[action.actor.index()], &pending))
        .collect();
    let events = scenario
        .events
        .iter()
        .map(|event| {
            let effects = compiler.effect_rows(&event.effects, &[], |variable| {
                pending.row_of_events(variable)
            });
            EventRow {
                name: event.name.clone(),
                hazard: compiler.input(&event.hazard),
                site: compiler.site("event", &format!("events.{}", event.name), "strike"),
                limit: event.limit,
                effects: clear_unused_pending(effects, event.timing),
                timing: event.timing,
            }
        })
        .collect();
    let outcomes = compiler.outcomes();
    let mut actors: IdVec<ActorId, ActorRow> = scenario
        .actors
        .enumerate()
        .map(|(id, actor)| compiler.actor(id, actor, &goals[id.index()], &pending))
        .collect();
    link_anticipated_responses(scenario, &goals, &compiler.codes, &mut actors, &mut actions);
    correlate_parameters(scenario, &mut compiler.parameters);

    let n_tracks = number_tracks(&mut actors, &mut actions);
    let mut events_by_name: Vec<_> = scenario.events.ids().collect();
    events_by_name.sort_by_key(|&id| &scenario.events[id].name);
    Arc::new(Program {
        horizon_days: scenario.horizon_days,
        variables,
        actors,
        actions,
        events,
        outcomes,
        turns: turns(scenario, &compiler.actions_of),
        n_tracks,
        events_by_name,
        codes: compiler.codes,
        constants: compiler.constants.into_values(),
        parameters: compiler.parameters,
        clamped: compiler.clamped,
        pending: pending.rows,
        lagged_variables: compiler.lagged_variables,
        shock_groups: correlated_shocks(scenario),
        site_keys: site_keys(&compiler.sites, scenario.horizon_days),
        sites: compiler.sites,
    })
}

/// The keys of all sites on all days, day by day.
fn site_keys(sites: &IdVec<SiteId, Site>, horizon_days: u16) -> Arc<[SiteKey]> {
    let keys_of = |day| {
        let hashes = sites.iter().map(|site| site.hash);
        hashes.map(move |hash| keyed::site_key(hash, day))
    };
    let days = 0..=u32::from(horizon_days);
    days.flat_map(keys_of).collect()
}

/// Numbers the tracks of all actors and the alternatives on each, and returns the number of tracks.
fn number_tracks(
    actors: &mut IdVec<ActorId, ActorRow>,
    actions: &mut IdVec<ActionId, ActionRow>,
) -> usize {
    let mut n_tracks = 0;
    for track in actors.iter_mut().flat_map(|actor| &mut actor.tracks) {
        track.index = n_tracks;
        n_tracks += 1;
        for (k, &action) in track.actions.iter().enumerate() {
            actions[action].track = track.index;
            actions[action].alternative = k as u32 + 1;
        }
    }
    n_tracks
}

/// The turns of a day.
fn turns(scenario: &Scenario, actions_of: &[Vec<ActionId>]) -> Vec<Turn> {
    let groups: Vec<Vec<ActorId>> = match &scenario.moves {
        MoveOrder::Simultaneous => {
            let mut all: Vec<_> = scenario.actors.ids().collect();
            all.sort_by_key(|&id| &scenario.actors[id].name);
            vec![all]
        }
        MoveOrder::Sequential(order) => order.iter().map(|&id| vec![id]).collect(),
    };
    groups
        .into_iter()
        .map(|actors| {
            let all = actors.iter().flat_map(|actor| &actions_of[actor.index()]);
            let mut actions: Vec<_> = all.copied().collect();
            actions.sort_by_key(|&id| &scenario.actions[id].name);
            Turn { actions, actors }
        })
        .collect()
}

impl<'a> Compiler<'a> {
    fn variable(&mut self, variable: &Variable) -> VariableRow {
        let path = format!("variables.{}", variable.name);
        let reversion = match (&variable.baseline, &variable.reversion) {
            (Some(baseline), Some(share)) => Some(Reversion {
                baseline: self.input(baseline),
                share: self.input(share),
            }),
            _ => None,
        };
        let shock = variable.volatility.as_ref().map(|volatility| Shock {
            volatility: self.input(volatility),
            radius: self.site("shock", &path, "radius"),
            angle: self.site("shock", &path, "angle"),
        });
        VariableRow {
            name: variable.name.clone(),
            min: variable.min as f32,
            max: variable.max as f32,
            initial: self.parameter(&variable.initial),
            reversion,
            shock,
        }
    }

    /// Splits the goals of an actor, imperatives in the order of their names.
    fn goals(&mut self, actor: &Actor) -> Goals {
        let mut sorted: Vec<_> = actor.imperatives.iter().collect();
        sorted.sort_by_key(|imperative| &imperative.name);
        let mut goals = Goals {
            imperatives: Vec::new(),
            gradient: Vec::new(),
            residual_reads: Vec::new(),
        };
        let mut gradient: BTreeMap<VariableId, Vec<(usize, f32)>> = BTreeMap::new();
        for (index, imperative) in sorted.into_iter().enumerate() {
            let split = split_goal(self.scenario, &imperative.goal.tree);
            for (&variable, &coefficient) in &split.coefficients {
                gradient
                    .entry(variable)
                    .or_default()
                    .push((index, coefficient as f32));
            }
            let residual = (!split.residual.is_empty())
                .then(|| self.sum_code(&imperative.goal.text, &split.residual));
            let mut reads = BTreeSet::new();
            if let Some(code) = &residual {
                reads.extend(&code.reads);
                if code.fault.is_some() {
                    reads.extend(split.coefficients.keys());
                }
            }
            goals.residual_reads.push(reads);
            goals.imperatives.push(ImperativeRow {
                name: imperative.name.clone(),
                weight: self.parameter(&imperative.weight),
                residual: residual.map(|code| self.codes.push(code)),
            });
        }
        goals.gradient = gradient
            .into_iter()
            .map(|(variable, terms)| GradientRow { variable, terms })
            .collect();
        goals
    }

    fn action(&mut self, action: &Action, goals: &Goals, pending: &PendingLayout) -> ActionRow {
        let effects = self.effect_rows(&action.effects, &action.failure_effects, |variable| {
            pending.row_of_actor(action.actor, variable)
        });
        ActionRow {
            name: action.name.clone(),
            actor: action.actor,
            track: 0,       // numbered when all tracks are known
            alternative: 0, // likewise
            requires: action
                .requires
                .as_ref()
                .map(|requires| self.condition_code(requires)),
            limit: action.limit,
            cooldown_days: action.cooldown_days,
            success: self.input(&action.success),
            success_site: self.site("action", &format!("actions.{}", action.name), "success"),
            cost: self.input(&action.cost),
            appeal: self.input(&action.appeal),
            daily_odds: self.input(&action.daily_odds),
            dependencies: goals.dependencies(&effects, &self.codes),
            invalidates: Vec::new(), // filled in by `link_anticipated_responses`
            effects: clear_unused_pending(effects, action.timing),
            timing: action.timing,
        }
    }

    /// Merges effects and failure effects by variable, in the order of the variables' names.
    fn effect_rows(
        &mut self,
        effects: &[Effect],
        failure_effects: &[Effect],
        pending: impl Fn(VariableId) -> Option<usize>,
    ) -> Vec<EffectRow> {
        let mut by_name: BTreeMap<&'a str, (VariableId, Option<Input>, Option<Input>)> =
            BTreeMap::new();
        for (list, on_success) in [(effects, true), (failure_effects, false)] {
            for effect in list {
                let input = self.input(&effect.amount);
                let name = self.scenario.variables[effect.variable].name.as_str();
                let entry = by_name.entry(name).or_insert((effect.variable, None, None));
                *(if on_success {
                    &mut entry.1
                } else {
                    &mut entry.2
                }) = Some(input);
            }
        }
        by_name
            .into_values()
            .map(|(variable, success, failure)| EffectRow {
                variable,
                success,
                failure,
                pending: pending(variable),
            })
            .collect()
    }

    fn actor(
        &mut self,
        id: ActorId,
        actor: &Actor,
        goals: &Goals,
        pending: &PendingLayout,
    ) -> ActorRow {
        let path = format!("actors.{}", actor.name);
        let mut tracks: BTreeMap<&str, Vec<ActionId>> = BTreeMap::new();
        for &action in &self.actions_of[id.index()] {
            tracks
                .entry(&self.scenario.actions[action].track)
                .or_default()
                .push(action);
        }
        ActorRow {
            name: actor.name.clone(),
            precision: self.input(&actor.precision),
            tempo: self.input(&actor.tempo),
            tempo_site: self.site("actor", &path, "deliberate"),
            risk: actor.risk.as_ref().map(|risk| self.input(risk)),
            anticipates: Vec::new(), // filled in by `link_anticipated_responses`
            insight: self.input(&actor.insight),
            perceives: self.perceptions(actor),
            imperatives: goals.imperatives.clone(),
            gradient: goals.gradient.clone(),
            tracks: tracks
                .into_iter()
                .map(|(name, actions)| TrackRow {
                    name: name.to_owned(),
                    index: 0, // numbered when all tracks are known
                    site: self.site("track", &format!("{path}.{name}"), "choice"),
                    actions,
                })
                .collect(),
            pending: pending.of_actor[id.index()].clone(),
        }
    }

    fn outcomes(&mut self) -> IdVec<OutcomeId, OutcomeRow> {
        let scenario = self.scenario;
        scenario
            .outcomes
            .iter()
            .map(|outcome| OutcomeRow {
                name: outcome.name.clone(),
                when: self.condition_code(&outcome.when),
                sustained_days: outcome.sustained_days,
                last_day: outcome.last_day,
            })
            .collect()
    }
}
