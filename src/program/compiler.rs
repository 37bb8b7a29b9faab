//! The state of compiling: the tables of codes, parameters and sites, which grow
//! as quantities are added.

use super::build::{build_condition, build_sum};
use super::code::Code;
use super::constants::Constants;
use super::tables::{ClampedQuantity, Input, LaggedVariableRow, Parameter, Site};
use crate::base::index::{ActionId, CodeId, Id, IdVec, ParameterId, SiteId};
use crate::base::random::keyed::hash_name;
use crate::scenario::bounds::IntervalAnalysis;
use crate::scenario::{
    ConditionExpression, Domain, Number, NumberExpression, Quantity, Scenario, Value,
};

/// The tables that grow while a scenario is compiled.
pub(super) struct Compiler<'a> {
    pub(super) scenario: &'a Scenario,
    /// By actor: its actions in the order of their names.
    pub(super) actions_of: Vec<Vec<ActionId>>,
    analysis: IntervalAnalysis<'a>,
    pub(super) constants: Constants,
    pub(super) codes: IdVec<CodeId, Code>,
    pub(super) parameters: IdVec<ParameterId, Parameter>,
    pub(super) clamped: Vec<ClampedQuantity>,
    pub(super) lagged_variables: Vec<LaggedVariableRow>,
    pub(super) sites: IdVec<SiteId, Site>,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(scenario: &'a Scenario) -> Self {
        Self {
            scenario,
            actions_of: actions_by_actor(scenario),
            analysis: IntervalAnalysis::new(scenario),
            constants: Constants::default(),
            codes: IdVec::new(),
            parameters: IdVec::new(),
            clamped: Vec::new(),
            lagged_variables: Vec::new(),
            sites: IdVec::new(),
        }
    }

    /// Adds a source of random numbers. The name is frozen: it keys the numbers.
    pub(super) fn site(&mut self, kind: &str, path: &str, role: &str) -> SiteId {
        let name = [kind, ":", path, ":", role].concat();
        let hash = hash_name(&name);
        self.sites.push(Site { name, hash })
    }

    /// Adds a parameter: a quantity that is no expression.
    pub(super) fn parameter(&mut self, quantity: &Quantity) -> ParameterId {
        self.parameters.push(Parameter {
            path: quantity.path.clone(),
            domain: quantity.domain,
            value: quantity.value.clone(),
            path_hash: hash_name(&quantity.path),
            mix: Vec::new(), // filled in by `correlate_parameters`
        })
    }

    /// Adds a quantity and returns where the engine reads it from.
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
        let code = self.sum_code(&expression.text, &[(1.0, &expression.tree)]);
        self.codes.push(code)
    }

    /// The code of Σ scaleₖ·treeₖ, not added yet.
    pub(super) fn sum_code(&mut self, text: &str, terms: &[(f64, &Number)]) -> Code {
        let (scenario, constants) = (self.scenario, &mut self.constants);
        build_sum(scenario, &self.analysis, constants, text, terms)
    }

    /// Adds the code of a condition.
    pub(super) fn condition_code(&mut self, expression: &ConditionExpression) -> CodeId {
        let (text, tree) = (&expression.text, &expression.tree);
        let (scenario, constants) = (self.scenario, &mut self.constants);
        let code = build_condition(scenario, &self.analysis, constants, text, tree);
        self.codes.push(code)
    }
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
