//! Scenario to program: the structure, without numbers.
//!
//! Total: a checked scenario always compiles. Wherever an order matters to the bits of a result
//! (sums of effects, of weights, of options), rows are put in the order of names here, once, so
//! that the order of the file never reaches the engine.

use super::build::{Constants, build_condition, build_sum};
use super::code::Code;
use super::goal::{Goals, split_goal};
use super::minds;
use super::{
    ActionRow, ActorRow, ClampedQuantity, EventRow, GradientRow, HistoryRow, ImperativeRow, Input,
    OutcomeRow, Parameter, PendingRow, Program, Reversion, Shock, Site, Touch, TrackRow, Turn,
    VariableRow,
};
use crate::base::index::{
    ActionId, ActorId, CodeId, Id, IdVec, OutcomeId, ParameterId, SiteId, VariableId,
};
use crate::base::random::keyed::hash_name;
use crate::scenario::bounds::IntervalAnalysis;
use crate::scenario::{
    Action, Actor, ConditionExpression, Domain, Effect, MoveOrder, NumberExpression, Quantity,
    Scenario, Timing, Value, Variable,
};
use std::collections::{BTreeMap, BTreeSet};

/// Compiles a checked scenario.
pub fn compile(scenario: &Scenario) -> Program {
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
    let pending = PendingRows::lay_out(scenario, &compiler.actions_of);

    let mut actions: IdVec<ActionId, ActionRow> = scenario
        .actions
        .iter()
        .map(|action| compiler.action(action, &goals[action.actor.index()], &pending))
        .collect();
    let events = scenario
        .events
        .iter()
        .map(|event| {
            let touches =
                compiler.touches(&event.effects, &[], |variable| pending.of_world(variable));
            EventRow {
                name: event.name.clone(),
                hazard: compiler.input(&event.hazard),
                site: compiler.site("event", &format!("events.{}", event.name), "strike"),
                limit: event.limit,
                touches: with_pending_only_where_late(touches, event.timing),
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
    minds::reckon_with_replies(scenario, &goals, &compiler.codes, &mut actors, &mut actions);
    let shock_groups = minds::correlate(scenario, &mut compiler.parameters);

    let mut n_tracks = 0;
    for track in actors.iter_mut().flat_map(|actor| &mut actor.tracks) {
        track.index = n_tracks;
        n_tracks += 1;
        for (k, &action) in track.options.iter().enumerate() {
            actions[action].place = (track.index, k as u32 + 1);
        }
    }
    let mut events_by_name: Vec<_> = scenario.events.ids().collect();
    events_by_name.sort_by_key(|&id| &scenario.events[id].name);
    Program {
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
        histories: compiler.histories,
        shock_groups,
        sites: compiler.sites,
    }
}

/// Who decides on the same state.
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

/// The actions of each actor, in the order of the actions' names.
fn actions_by_actor(scenario: &Scenario) -> Vec<Vec<ActionId>> {
    let mut sorted: Vec<_> = scenario.actions.ids().collect();
    sorted.sort_by_key(|&id| &scenario.actions[id].name);
    let mut actions_of = vec![Vec::new(); scenario.actors.len()];
    for id in sorted {
        actions_of[scenario.actions[id].actor.index()].push(id);
    }
    actions_of
}

/// The layout of `Program::pending`.
struct PendingRows {
    rows: Vec<PendingRow>,
    of_actor: Vec<std::ops::Range<usize>>,
    world: std::ops::Range<usize>,
}

impl PendingRows {
    /// One row for each source (actors in the order of names, then the world) and variable that
    /// it changes on later days, long enough for the farthest day.
    fn lay_out(scenario: &Scenario, actions_of: &[Vec<ActionId>]) -> Self {
        let mut layout = Self {
            rows: Vec::new(),
            of_actor: vec![0..0; scenario.actors.len()],
            world: 0..0,
        };
        let mut actors: Vec<_> = scenario.actors.ids().collect();
        actors.sort_by_key(|&id| &scenario.actors[id].name);
        for actor in actors {
            let effects = actions_of[actor.index()].iter().flat_map(|&id| {
                let action = &scenario.actions[id];
                let both = action.effects.iter().chain(&action.failure_effects);
                both.map(move |effect| (effect.variable, action.timing))
            });
            layout.of_actor[actor.index()] = layout.add(scenario, effects);
        }
        let effects = scenario.events.iter().flat_map(|event| {
            event
                .effects
                .iter()
                .map(move |effect| (effect.variable, event.timing))
        });
        layout.world = layout.add(scenario, effects);
        layout
    }

    fn add(
        &mut self,
        scenario: &Scenario,
        effects: impl Iterator<Item = (VariableId, Timing)>,
    ) -> std::ops::Range<usize> {
        let mut reach = BTreeMap::new();
        for (variable, timing) in effects {
            let days = days_ahead(timing);
            if days > 0 {
                let farthest = reach
                    .entry(&scenario.variables[variable].name)
                    .or_insert((variable, 0));
                farthest.1 = farthest.1.max(days);
            }
        }
        let start = self.rows.len();
        let rows = reach.into_values();
        self.rows
            .extend(rows.map(|(variable, reach_days)| PendingRow {
                variable,
                reach_days,
            }));
        start..self.rows.len()
    }

    fn find(&self, range: &std::ops::Range<usize>, variable: VariableId) -> Option<usize> {
        range
            .clone()
            .find(|&row| self.rows[row].variable == variable)
    }

    fn of_actor(&self, actor: ActorId, variable: VariableId) -> Option<usize> {
        self.find(&self.of_actor[actor.index()], variable)
    }

    fn of_world(&self, variable: VariableId) -> Option<usize> {
        self.find(&self.world, variable)
    }
}

/// How many days ahead the last part of an effect arrives.
fn days_ahead(timing: Timing) -> u16 {
    timing.delay_days + (timing.over_days - 1)
}

fn with_pending_only_where_late(mut touches: Vec<Touch>, timing: Timing) -> Vec<Touch> {
    if days_ahead(timing) == 0 {
        touches.iter_mut().for_each(|touch| touch.pending = None);
    }
    touches
}

pub(super) struct Compiler<'a> {
    pub(super) scenario: &'a Scenario,
    actions_of: Vec<Vec<ActionId>>,
    analysis: IntervalAnalysis<'a>,
    constants: Constants,
    codes: IdVec<CodeId, Code>,
    parameters: IdVec<ParameterId, Parameter>,
    clamped: Vec<ClampedQuantity>,
    pub(super) histories: Vec<HistoryRow>,
    sites: IdVec<SiteId, Site>,
}

impl<'a> Compiler<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        Self {
            scenario,
            actions_of: actions_by_actor(scenario),
            analysis: IntervalAnalysis::new(scenario),
            constants: Constants::default(),
            codes: IdVec::new(),
            parameters: IdVec::new(),
            clamped: Vec::new(),
            histories: Vec::new(),
            sites: IdVec::new(),
        }
    }

    pub(super) fn site(&mut self, kind: &str, path: &str, role: &str) -> SiteId {
        let name = [kind, ":", path, ":", role].concat();
        let hash = hash_name(&name);
        self.sites.push(Site { name, hash })
    }

    pub(super) fn parameter(&mut self, quantity: &Quantity) -> ParameterId {
        self.parameters.push(Parameter {
            path: quantity.path.clone(),
            domain: quantity.domain,
            value: quantity.value.clone(),
            path_hash: hash_name(&quantity.path),
            mix: Vec::new(), // known when all parameters are
        })
    }

    pub(super) fn input(&mut self, quantity: &Quantity) -> Input {
        match &quantity.value {
            Value::Number(_) | Value::Distribution(_) => Input::Parameter(self.parameter(quantity)),
            Value::Expression(expression) => {
                let code = self.number_code(expression);
                let clamp = (quantity.domain != Domain::Real).then(|| {
                    let (low, high) = quantity.domain.bounds();
                    self.clamped.push(ClampedQuantity {
                        path: quantity.path.clone(),
                        low: low as f32,
                        high: high as f32,
                    });
                    (self.clamped.len() - 1) as u32
                });
                Input::Code(code, clamp)
            }
        }
    }

    fn number_code(&mut self, expression: &NumberExpression) -> CodeId {
        let terms = [(1.0, &expression.tree)];
        let code = build_sum(
            self.scenario,
            &self.analysis,
            &mut self.constants,
            &expression.text,
            &terms,
        );
        self.codes.push(code)
    }

    fn condition_code(&mut self, expression: &ConditionExpression) -> CodeId {
        let tree = &expression.tree;
        let code = build_condition(
            self.scenario,
            &self.analysis,
            &mut self.constants,
            &expression.text,
            tree,
        );
        self.codes.push(code)
    }

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

    /// Splits an actor's goals; imperatives come in the order of their names.
    fn goals(&mut self, actor: &Actor) -> Goals {
        let mut sorted: Vec<_> = actor.imperatives.iter().collect();
        sorted.sort_by_key(|imperative| &imperative.name);
        let mut goals = Goals {
            imperatives: Vec::new(),
            gradient: Vec::new(),
            residual_concerns: Vec::new(),
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
            let residual = (!split.residual.is_empty()).then(|| {
                let text = &imperative.goal.text;
                build_sum(
                    self.scenario,
                    &self.analysis,
                    &mut self.constants,
                    text,
                    &split.residual,
                )
            });
            let mut concerns = BTreeSet::new();
            if let Some(code) = &residual {
                concerns.extend(&code.reads);
                if code.fault.is_some() {
                    concerns.extend(split.coefficients.keys());
                }
            }
            goals.residual_concerns.push(concerns);
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

    fn action(&mut self, action: &Action, goals: &Goals, pending: &PendingRows) -> ActionRow {
        let touches = self.touches(&action.effects, &action.failure_effects, |variable| {
            pending.of_actor(action.actor, variable)
        });
        ActionRow {
            name: action.name.clone(),
            actor: action.actor,
            place: (0, 0), // numbered when all tracks are known
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
            concern: goals.concern(&touches, &self.codes),
            stirs: Vec::new(), // known when all actions are
            touches: with_pending_only_where_late(touches, action.timing),
            timing: action.timing,
        }
    }

    /// Both lists of effects by variable, in the order of the variables' names.
    fn touches(
        &mut self,
        effects: &[Effect],
        failure_effects: &[Effect],
        pending: impl Fn(VariableId) -> Option<usize>,
    ) -> Vec<Touch> {
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
            .map(|(variable, success, failure)| Touch {
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
        pending: &PendingRows,
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
            anticipates: Vec::new(), // known when all actions are
            insight: self.input(&actor.insight),
            perceives: self.perceptions(actor),
            imperatives: goals.imperatives.clone(),
            gradient: goals.gradient.clone(),
            tracks: tracks
                .into_iter()
                .map(|(name, options)| TrackRow {
                    name: name.to_owned(),
                    index: 0, // numbered when all tracks are known
                    site: self.site("track", &format!("{path}.{name}"), "choice"),
                    options,
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
