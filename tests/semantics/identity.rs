//! A run is a pure function of (program, seed, run number): the same bits for every division of the work,
//! for unrelated changes of the scenario, and for any order of its tables.

use crate::common::{bits, folder, params, plan, scenario, simulate, simulate_on, tally};
use realpolitik::base::index::IdVec;
use realpolitik::base::math::single;
use realpolitik::base::random::{Branch, Seed};
use realpolitik::engine::{Engine, InstructionPath, LANES, Observer, State};
use realpolitik::program::{bind, compile};
use realpolitik::scenario::Scenario;
use realpolitik::simulate::{CHUNK_RUNS, CancelFlag, Simulation, SimulationPlan, Tally};
use std::sync::Arc;
use std::time::Duration;

const FILES: [&str; 2] = ["quickstart.toml", "within_the_month.toml"];
const N_RUNS: u64 = 2 * CHUNK_RUNS + 77;

#[test]
fn lane_widths_give_the_same_runs() {
    for file in FILES {
        let program = compile(&scenario(&params(file)));
        let reference = simulate::<LANES>(&program, plan(N_RUNS, 1), 1, 1);
        assert!(reference.0.n_runs == N_RUNS);
        for (step, threads) in [(1, 2), (9, 1)] {
            let narrow = simulate::<8>(&program, plan(N_RUNS, 1), step, threads);
            assert_eq!(
                reference, narrow,
                "{file}, 8 lanes, {step} batches at a time"
            );
        }
    }
}

/// The instruction sets of this processor.
fn paths() -> impl Iterator<Item = InstructionPath> {
    let all = InstructionPath::ALL.into_iter();
    all.filter(|path| path.is_available())
}

#[test]
fn instruction_sets_and_lane_widths_give_the_same_bits() {
    for (name, text) in [
        "params",
        "tests/language/accepted",
        "tests/semantics/agreement",
    ]
    .iter()
    .flat_map(|name| folder(name))
    {
        let program = compile(&scenario(&text));
        let plan = plan(333, 4);
        let (tally, records) = simulate_on::<LANES>(&program, plan, InstructionPath::Portable);
        let records = bits(&records);
        assert_eq!((tally.n_covered(), records.len()), (333, 333), "{name}");
        for path in paths() {
            for (n_lanes, (other, others)) in [
                (8, simulate_on::<8>(&program, plan, path)),
                (LANES, simulate_on::<LANES>(&program, plan, path)),
            ] {
                assert_eq!(tally, other, "{name}, {path:?}, {n_lanes} lanes");
                assert!(
                    records == bits(&others),
                    "{name}, {path:?}, {n_lanes} lanes: the counts agree, the values do not"
                );
            }
        }
    }
}

/// A value of a sweep: `e` in −87..88, `p` and `q` positive.
type OfThree = fn(f32, f32, f32) -> f32;

/// Every function of the language, as written and as it should be computed.
const FUNCTIONS: [(&str, OfThree); 19] = [
    ("exp(e)", |e, _, _| single::exp(e)),
    ("ln(p)", |_, p, _| single::ln(p)),
    ("sqrt(p)", |_, p, _| p.sqrt()),
    ("abs(e)", |e, _, _| e.abs()),
    ("-e", |e, _, _| -e),
    ("e + p", |e, p, _| e + p),
    ("e - p", |e, p, _| e - p),
    ("e * p", |e, p, _| e * p),
    ("e / p", |e, p, _| e / p),
    ("e * p + q", |e, p, q| e * p + q),
    ("p ^ (e / 32)", |e, p, _| single::power(p, e / 32.0)),
    ("e ^ 2", |e, _, _| single::power(e, 2.0)),
    ("q ^ -1.7", |_, _, q| single::power(q, -1.7)),
    ("logistic(e)", |e, _, _| single::logistic(e)),
    ("contest(p, q, 2.5)", |_, p, q| single::contest(p, q, 2.5)),
    ("min(e, p)", |e, p, _| single::min(e, p)),
    ("max(e, q)", |e, _, q| single::max(e, q)),
    ("clamp(e, -10, 20)", |e, _, _| single::clamp(e, -10.0, 20.0)),
    ("if(e < 1, p, q)", |e, p, q| if e < 1.0 { p } else { q }),
];

/// An observer that watches choices and records nothing.
struct Watcher;

impl Observer<LANES> for Watcher {}

/// The final state of the runs of a block without faults, lane by lane, without the last days of actions,
/// which are kept only if the program reads them.
fn remains(state: &State<LANES>) -> Vec<Vec<u32>> {
    fn records<I: realpolitik::base::index::Id>(
        records: &IdVec<I, realpolitik::engine::ActionRecord<LANES>>,
        lane: usize,
    ) -> impl Iterator<Item = u32> {
        records.iter().flat_map(move |record| {
            let (count, well) = (record.count(lane), record.successes(lane));
            [
                record.first_day(lane),
                count,
                well,
                record.days_available(lane),
            ]
        })
    }
    let lanes = (0..LANES).filter(|&lane| state.faults[lane] == 0);
    lanes
        .map(|lane| {
            let variables = state.variables.iter().map(|row| row[lane].to_bits());
            let days = state.outcome_days.iter().map(|row| row[lane]);
            let actions = records(&state.history.actions, lane);
            let events = records(&state.history.events, lane);
            let last_days = state
                .history
                .events
                .iter()
                .map(|record| record.last_day(lane));
            let memory = actions.chain(events).chain(last_days);
            variables.chain(days).chain(memory).collect()
        })
        .collect()
}

/// Observed choices take the general path, unobserved ones the faster paths: both give the same bits.
#[test]
fn observers_change_no_bit() {
    let mut files = [
        "params",
        "tests/language/accepted",
        "tests/semantics/agreement",
    ]
    .iter()
    .flat_map(|name| folder(name))
    .collect::<Vec<_>>();
    let model = format!("{}/benches/month_model.toml", env!("CARGO_MANIFEST_DIR"));
    let model = std::fs::read_to_string(model).expect("the month model");
    // Bounded and unbounded weights are sampled alike: some precisions here are large.
    let sharp = model.replace("precision = 2", "precision = 8832");
    // The packed action history is flushed after a fixed number of days, which this horizon exceeds.
    let long = model.replace("horizon_days = 30", "horizon_days = 95");
    let months = [
        ("month", model),
        ("sharp month", sharp),
        ("long month", long),
    ];
    files.extend(months.map(|(name, text)| (name.into(), text)));
    for (name, text) in files {
        let program = compile(&scenario(&text));
        let bound = bind(&program, &[]).expect("the scenario's own values");
        for path in paths() {
            let (mut one, mut other) = (
                Engine::<LANES>::with_path(&bound, path),
                Engine::<LANES>::with_path(&bound, path),
            );
            for first_run in [0, 4 * LANES as u64] {
                let watched = one.simulate(Seed(8), first_run, Branch(0), &mut Watcher);
                let unwatched = other.simulate(Seed(8), first_run, Branch(0), &mut ());
                assert!(
                    watched.faults == unwatched.faults,
                    "{name}, {path:?}: faults"
                );
                assert!(
                    watched.clamps == unwatched.clamps,
                    "{name}, {path:?}: clamps"
                );
                assert!(remains(watched) == remains(unwatched), "{name}, {path:?}");
            }
        }
    }
}

/// A scenario of one day in which each function's value becomes a variable's value.
fn sweep() -> String {
    let mut text = "[scenario]\ntitle = \"Sweep\"\nstart = 2030-01-01\nhorizon_days = 1\n\
        [variables.e]\nmin = -87\nmax = 88\ninitial = { uniform = { min = -87, max = 88 } }\n\
        [variables.p]\nmin = 0\nmax = 40\ninitial = { uniform = { min = 1e-5, max = 40 } }\n\
        [variables.q]\nmin = 0\nmax = 2\ninitial = { uniform = { min = 1e-3, max = 2 } }\n\
        [outcomes.o]\nquestion = \"?\"\nwhen = \"e > p\"\n"
        .to_owned();
    for (number, (written, _)) in FUNCTIONS.iter().enumerate() {
        text += &format!(
            "[variables.f{number}]\nmin = -1e30\nmax = 1e30\ninitial = 0\n\
             baseline = \"clamp({written}, -1e30, 1e30)\"\nreversion = 1\n"
        );
    }
    text
}

#[test]
fn math_functions_have_the_same_bits_on_every_instruction_set() {
    let program = compile(&scenario(&sweep()));
    let n_runs = 16 * CHUNK_RUNS;
    let plan = SimulationPlan {
        variable_runs: 0,
        ..plan(n_runs, 8)
    };
    let (tally, reference) = simulate_on::<LANES>(&program, plan, InstructionPath::Portable);
    assert_eq!((tally.n_runs, tally.n_faulted), (n_runs, 0));
    for record in &reference {
        let [e, p, q] = [0, 1, 2].map(|variable| record.variables[variable]);
        for ((written, function), value) in FUNCTIONS.iter().zip(&record.variables[3..]) {
            // Drifting from 0 loses the sign of a zero.
            let expected = single::clamp(function(e, p, q), -1e30, 1e30) + 0.0;
            assert_eq!(
                value.to_bits(),
                expected.to_bits(),
                "{written} at e = {e:e}, p = {p:e}, q = {q:e}"
            );
        }
    }
    let reference = bits(&reference);
    for path in paths() {
        assert!(reference == bits(&simulate_on::<8>(&program, plan, path).1));
        assert!(reference == bits(&simulate_on::<LANES>(&program, plan, path).1));
    }
}

#[test]
fn thread_count_and_chunking_change_no_bit() {
    for file in FILES {
        let program = compile(&scenario(&params(file)));
        let reference = simulate::<LANES>(&program, plan(N_RUNS, 7), 1, 1);
        for (step, threads) in [(1, 2), (2, 7), (64, 1), (64, 2), (64, 7)] {
            let other = simulate::<LANES>(&program, plan(N_RUNS, 7), step, threads);
            assert_eq!(
                reference, other,
                "{file}, {step} batches at a time on {threads} threads"
            );
        }
    }
}

#[test]
fn shards_merge_in_any_order() {
    let program = compile(&scenario(&params("quickstart.toml")));
    let n_runs = 5 * CHUNK_RUNS + 3;
    let (whole, records) = simulate::<LANES>(&program, plan(n_runs, 3), 64, 2);
    let shard = |first: u64, n: u64| {
        let part = SimulationPlan {
            first_run: first * CHUNK_RUNS,
            n_runs: n,
            ..plan(0, 3)
        };
        simulate::<8>(
            &program,
            SimulationPlan {
                variable_runs: n_runs,
                ..part
            },
            1,
            1,
        )
    };
    let parts = [
        shard(3, 2 * CHUNK_RUNS + 3),
        shard(0, CHUNK_RUNS),
        shard(1, 2 * CHUNK_RUNS),
    ];
    let mut merged = parts[0].0.clone();
    for (part, _) in &parts[1..] {
        merged.merge(part).expect("shards of one plan");
    }
    assert_eq!(whole, merged);
    let mut runs: Vec<_> = parts
        .iter()
        .flat_map(|(_, records)| records.clone())
        .collect();
    runs.sort_by_key(|record| record.run_id);
    assert_eq!(records, runs);
    assert!(
        merged.merge(&parts[1].0).is_err(),
        "a shard must not count twice"
    );
}

/// Wherever a simulation is canceled, what is complete is the tally of as many runs.
#[test]
fn a_canceled_simulation_is_a_prefix() {
    let program = compile(&scenario(&params("within_the_month.toml")));
    let bound = Arc::new(bind(&program, &[]).expect("the scenario's own values"));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build();
    let pool = pool.expect("threads");
    let n_runs = 40 * CHUNK_RUNS;
    let mut n_partial = 0;
    for delay_ms in (0..13).map(|doublings| 1 << doublings) {
        let cancel = CancelFlag::default();
        let simulation = Simulation::<LANES>::new(bound.clone(), plan(n_runs, 9));
        let mut simulation = simulation.with_cancel_flag(cancel.clone());
        let records = std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(delay_ms));
                cancel.cancel();
            });
            pool.install(|| simulation.advance(40))
        });
        let n_simulated = simulation.n_simulated();
        assert_eq!(records.len() as u64, n_simulated);
        assert!(n_simulated.is_multiple_of(CHUNK_RUNS));
        assert!(pool.install(|| simulation.advance(1)).is_empty() || n_simulated == n_runs);
        if n_simulated == 0 {
            continue;
        }
        if n_simulated == n_runs {
            break;
        }
        n_partial += 1;
        if n_partial > 2 {
            break;
        }
        let expected = SimulationPlan {
            variable_runs: n_runs,
            ..plan(n_simulated, 9)
        };
        let (tally, few) = simulate::<LANES>(&program, expected, 64, 2);
        assert_eq!(simulation.into_tally(), tally);
        assert_eq!(records, few);
    }
    assert!(n_partial > 0, "no cancellation fell into the simulation");
}

#[test]
fn tallies_survive_serialization() {
    let (_, tally) = tally(&params("quickstart.toml"), 1_000, 3);
    let text = serde_json::to_string(&tally).expect("numbers");
    let back: Tally = serde_json::from_str(&text).expect("what was written");
    assert_eq!(tally, back);
}

#[test]
fn fewer_runs_are_a_prefix() {
    let program = compile(&scenario(&params("within_the_month.toml")));
    let (_, many) = simulate::<LANES>(&program, plan(3_000, 5), 64, 2);
    for n_runs in [1, 2, 63, 1_025] {
        let (tally, few) = simulate::<LANES>(&program, plan(n_runs, 5), 64, 2);
        assert_eq!(few[..], many[..n_runs as usize]);
        assert_eq!((tally.n_runs, tally.n_pairs), (n_runs, n_runs / 2));
    }
}

/// The tallies by name, without names that start with `ghost`.
fn by_name(scenario: &Scenario, tally: &Tally) -> Vec<String> {
    let n_days = usize::from(scenario.horizon_days);
    let n_outcomes = scenario.outcomes.len();
    let outcomes: Vec<_> = scenario.outcomes.iter().collect();
    let mut rows = Vec::new();
    for (outcome, row) in outcomes.iter().zip(&tally.outcomes) {
        rows.push(format!("{} {row:?}", outcome.name));
    }
    for i in 0..n_outcomes {
        for j in i + 1..n_outcomes {
            let mut names = [&outcomes[i].name, &outcomes[j].name];
            let mut both = tally.joint[Tally::joint_index(n_outcomes, i, j)];
            if names[0] > names[1] {
                names.swap(0, 1);
                let first = &mut both.n_both_in_first_pairs;
                std::mem::swap(first, &mut both.n_both_in_second_pairs);
            }
            rows.push(format!("{names:?} {both:?}"));
        }
    }
    for (action, row) in scenario.actions.iter().zip(&tally.actions) {
        rows.push(format!("{} {row:?}", action.name));
    }
    for (event, row) in scenario.events.iter().zip(&tally.events) {
        rows.push(format!("{} {row:?}", event.name));
    }
    let variables = tally.variables.as_ref().expect("tallied");
    for (variable, days) in scenario.variables.iter().zip(variables.days.chunks(n_days)) {
        rows.push(format!("{} {days:?}", variable.name));
    }
    rows.retain(|row| !row.contains("ghost"));
    rows.sort();
    rows
}

fn rows(text: &str) -> Vec<String> {
    let (scenario, tally) = tally(text, 1_500, 11);
    by_name(&scenario, &tally)
}

#[test]
fn inert_mechanisms_change_no_other_mechanism() {
    let base = params("quickstart.toml");
    let plain = rows(&base);
    let additions = [
        // A variable that moves and is not read.
        "[variables.aa_ghost]\ninitial = { beta = { mean = 0.3, sd = 0.1 } }\n\
         baseline = 0.5\nreversion = 0.1\nvolatility = 0.05\n",
        // An action that is never available, first by name on its track.
        "[actions.aa_ghost]\nactor = \"northland\"\nrequires = \"tension > 2\"\n\
         effects = { tension = 0.5 }\n",
        // An action that is never chosen.
        "[actions.zz_ghost]\nactor = \"southland\"\ndaily_odds = 0\neffects = { tension = 0.5 }\n",
        // An actor with an action without effect, on a track of its own.
        "[actors.ghost]\nprecision = 100\n[actors.ghost.imperatives.peace]\nweight = 1\n\
         goal = \"1 - tension\"\n[actions.ghost_walks]\nactor = \"ghost\"\n",
        // An event that never occurs, and one without effect.
        "[events.aa_ghost]\nhazard = 0\neffects = { tension = 0.5 }\n",
        "[events.ghost_bell]\nhazard = 0.3\n",
        // A further outcome.
        "[outcomes.aa_ghost]\nquestion = \"Is there tension?\"\nwhen = \"tension > 0.4\"\n",
    ];
    for addition in additions {
        assert_eq!(plain, rows(&format!("{base}\n{addition}")), "{addition}");
    }
}

/// The tables of a file, each with its header.
fn tables(text: &str) -> Vec<String> {
    let mut tables: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') || tables.is_empty() {
            tables.push(String::new());
        }
        let last = tables.last_mut().expect("just pushed");
        last.push_str(line);
        last.push('\n');
    }
    tables
}

#[test]
fn table_order_changes_no_bit() {
    for file in FILES {
        let base = params(file);
        let mut reversed = tables(&base);
        reversed.reverse();
        assert_eq!(rows(&base), rows(&reversed.concat()), "{file}");
    }
}

#[test]
fn random_numbers_are_keyed_by_names_not_labels() {
    let base = params("quickstart.toml");
    let relabelled = base.replace("label  = \"", "label  = \"Another ");
    assert_ne!(base, relabelled);
    assert_eq!(rows(&base), rows(&relabelled));
    let renamed = base.replace("collision_at_sea", "shock_at_sea");
    let old = rows(&base);
    let new = rows(&renamed);
    assert!(old != new, "another name gives other random numbers");
}

#[test]
fn scaling_all_weights_of_an_actor_changes_no_bit() {
    // A power of two changes no rounding.
    let base = params("quickstart.toml");
    let scaled = base
        .replace("weight = 0.6\n", "weight = 2.4\n")
        .replace("weight = { from = 0.3, to = 0.5 }", "weight = 1.6")
        .replace("weight = 0.5\n", "weight = 0.125\n");
    let known = base.replace("weight = { from = 0.3, to = 0.5 }", "weight = 0.4");
    assert_ne!(base, scaled);
    assert_eq!(rows(&known), rows(&scaled));
}

#[test]
fn constant_terms_of_goals_cancel() {
    let base = params("quickstart.toml");
    let shifted = base.replace("goal   = \"1 - garrison\"", "goal   = \"0.25 - garrison\"");
    assert_ne!(base, shifted);
    assert_eq!(rows(&base), rows(&shifted));
}
