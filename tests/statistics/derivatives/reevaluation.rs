//! Re-evaluating a decision with the same numbers reproduces every weight to the bit.

use crate::common;
use realpolitik::base::index::{ActionId, ActorId};
use realpolitik::base::random::{Branch, Seed};
use realpolitik::engine::lanes::{LaneArray, Lanes, Mask};
use realpolitik::engine::{
    Choice, Engine, InstructionPath, LANES, Observer, Reevaluation, SimulateDays, State,
};
use realpolitik::program::{ParameterValue, Program, bind, bind_to_rows, compile, parameterize};

/// Compares each choice with its re-evaluation.
struct Rehearsed<'p> {
    program: &'p Program,
    reevaluation: Reevaluation<'p, LANES>,
    seen: Vec<(ActionId, Mask<LANES>, Lanes<LANES>)>,
    n_options: usize,
}

impl Observer<LANES> for Rehearsed<'_> {
    fn choice(&mut self, choice: &Choice<'_, LANES>) {
        for (k, &action) in choice.actions.iter().enumerate() {
            self.seen
                .push((action, choice.available[k], choice.logits[k]));
        }
    }

    fn actor_chose(&mut self, state: &State<LANES>, actor: ActorId) {
        let anything = self.reevaluation.prepare_choice(state, actor);
        for (action, open, logit) in std::mem::take(&mut self.seen) {
            assert_eq!(self.program.actions[action].actor, actor);
            let rehearsed = *self.reevaluation.available(action);
            // Lanes in which the actor was not activated are re-evaluated too.
            assert!(anything && (0..LANES).all(|lane| open[lane] & !rehearsed[lane] == 0));
            let again = self.reevaluation.compute_logit(action);
            for lane in (0..LANES).filter(|&lane| open[lane] != 0) {
                assert_eq!(again[lane].to_bits(), logit[lane].to_bits());
                self.n_options += 1;
            }
        }
    }
}

/// Simulates one block of a text; returns how many available alternatives were re-evaluated.
fn reevaluate(name: &str, text: &str) -> usize {
    let program = compile(&common::scenario(text));
    let bound = bind(&program, &[]).expect("the scenario's own values");
    let loose = parameterize(&program);
    let rows = bind_to_rows(&loose.program);
    let mut reevaluation = Reevaluation::new(&rows, InstructionPath::widest());
    for factor in loose.factors() {
        reevaluation.set_factor(factor, 1.0);
    }
    let mut engine = Engine::<LANES>::new(&bound);
    engine.begin(Seed(7), 128, Branch(0));
    for id in program.parameters.ids() {
        let row = match bound.parameter_value(id) {
            ParameterValue::Constant(value) => LaneArray::splat(value),
            ParameterValue::Drawn(index) => engine.state().drawn[index],
        };
        reevaluation.set_parameter(id, &row);
    }
    for actor in program.actors.ids() {
        reevaluation.update_preferences(actor);
    }
    let mut rehearsed = Rehearsed {
        program: &program,
        reevaluation,
        seen: Vec::new(),
        n_options: 0,
    };
    engine.simulate_until(program.horizon_days.min(20), &mut rehearsed);
    println!("{name}: {} options", rehearsed.n_options);
    rehearsed.n_options
}

#[test]
fn reevaluation_reproduces_every_bit() {
    let mut n_options = 0;
    for folder in ["tests/language/accepted", "params"] {
        for (name, text) in common::folder(folder) {
            n_options += reevaluate(&name, &text);
        }
    }
    assert!(n_options > 50_000);
}
