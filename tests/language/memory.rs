//! The memory of a simulation is known before it is allocated.

use crate::allocation::peak_bytes;
use crate::common::{folder, plan, scenario};
use realpolitik::engine::memory::{engine_bytes, gradient_bytes};
use realpolitik::engine::{Engine, InstructionPath, LANES, Reevaluation};
use realpolitik::program::{BoundProgram, bind, compile};
use realpolitik::simulate::{MemoryNeed, Simulation, SimulationPlan};
use std::fmt::Write;
use std::sync::Arc;

fn bound(text: &str) -> Arc<BoundProgram> {
    let program = compile(&scenario(text));
    Arc::new(bind(&program, &[]).expect("the scenario's own values"))
}

/// Actors that all anticipate each other, with goals that are not linear.
fn court(n_actors: usize, n_actions: usize) -> String {
    let mut text = "[scenario]\ntitle = \"x\"\nstart = 2030-01-01\nhorizon_days = 3\n".to_owned();
    let mut add = |more: String| text.write_str(&more).expect("a string grows");
    for actor in 0..n_actors {
        add(format!(
            "[variables.v{actor}]\ninitial = {{ from = 0.3, to = 0.5 }}\n"
        ));
    }
    for actor in 0..n_actors {
        let others = (0..n_actors).filter(|&other| other != actor);
        let others: Vec<String> = others.map(|other| format!("\"a{other}\"")).collect();
        add(format!(
            "[actors.a{actor}]\nprecision = 3\nanticipates = [{}]\n\
             [actors.a{actor}.imperatives]\n\
             one = {{ weight = 1, goal = \"v{actor} * v0 + min(v1, v{actor})\" }}\n",
            others.join(", ")
        ));
        for action in 0..n_actions {
            add(format!(
                "[actions.x{actor}_{action}]\nactor = \"a{actor}\"\n\
                 effects = {{ v{actor} = 0.1, v{} = -0.05 }}\n",
                (actor + 1 + action % (n_actors - 1)) % n_actors
            ));
        }
    }
    add("[outcomes.o]\nquestion = \"?\"\nwhen = \"v0 > 0.6\"\n".to_owned());
    text
}

#[test]
fn the_memory_of_an_engine_is_bounded_closely() {
    let mut scenarios = folder("params");
    scenarios.extend(folder("tests/language/accepted"));
    scenarios.push(("court".to_owned(), court(12, 6)));
    scenarios.push(("wide".to_owned(), court(2, 120)));
    for (name, text) in scenarios {
        let bound = bound(&text);
        let promised = engine_bytes::<LANES>(&bound) as usize;
        let ((), used) = peak_bytes(|| {
            let mut engine = Engine::<LANES>::new(&bound);
            let plan = plan(128, 1);
            engine.simulate(plan.seed, 0, plan.branch, &mut ());
        });
        // The execution plan is counted apart.
        let plan_bytes = MemoryNeed::of(&bound, &plan(0, 1)).shared as usize;
        assert!(
            used <= promised + plan_bytes,
            "{name}: {used} of {promised} + {plan_bytes}"
        );
        assert!(
            promised < 2 * used + 300_000,
            "{name}: {used} of {promised}"
        );
        let promised = gradient_bytes::<LANES>(&bound) as usize;
        let (_, used) =
            peak_bytes(|| Reevaluation::<LANES>::new(&bound, InstructionPath::widest()));
        assert!(
            used <= promised + plan_bytes,
            "gradients of {name}: {used} of {promised} + {plan_bytes}"
        );
        assert!(
            promised < 2 * used + 300_000,
            "gradients of {name}: {used} of {promised}"
        );
    }
}

/// A simulation on one thread stays within what was promised, and by default no figure is absurd.
#[test]
fn the_memory_of_a_simulation_is_bounded() {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build();
    let pool = pool.expect("one thread");
    for (name, text) in folder("params") {
        let bound = bound(&text);
        let plan = SimulationPlan {
            keep_runs: false,
            ..plan(2_048, 1)
        };
        let promised = MemoryNeed::of(&bound, &plan).with_threads(1) as usize;
        let ((), used) = pool.install(|| {
            peak_bytes(|| {
                let mut simulation = Simulation::<LANES>::new(bound.clone(), plan);
                simulation.advance(2);
                assert!(simulation.tally().variables.is_some());
            })
        });
        assert!(used <= promised, "{name}: {used} of {promised}");
        assert!(
            promised < 4 * used + 1_000_000,
            "{name}: {used} of {promised}"
        );
    }
}
