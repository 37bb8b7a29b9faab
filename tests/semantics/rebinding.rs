//! Binding a program anew and reading the scenario again are the same: the same settings are rejected,
//! and the results are the same to the bit, in waves of any size and on any number of threads.

use crate::common::{bits, folder, params, plan};
use rayon::prelude::*;
use realpolitik::base::random::Seed;
use realpolitik::engine::InstructionPath;
use realpolitik::program::{BoundProgram, list};
use realpolitik::scenario::{Domain, Override, Value, limits};
use realpolitik::session::Session;
use realpolitik::simulate::Simulation;
use realpolitik::study::sweep::{
    Design, DesignPoint, PointResult, ScenarioText, Setting, SweepSettings, SweptPoint, sweep,
};
use realpolitik::study::{BoundPoint, PointBinder};
use realpolitik::table::RecordLog;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Texts that are no plain numbers, numbers of no quantity, and numbers in unusual notation.
const UNUSUAL: [&str; 16] = [
    "-0.0",
    "+0.5",
    "1_0e-1",
    "0x1",
    "0.5 # half",
    "1e400",
    "-inf",
    "nan",
    "2e30",
    "92233720368547758080",
    "day / 100",
    "true",
    "\"0.5\"",
    "{ uniform = { low = 0.2, high = 0.4 } }",
    "{ from = 0.2, to = 0.4 }",
    "",
];

fn set(path: &str, value: &str) -> Override {
    Override {
        path: path.to_owned(),
        value: value.to_owned(),
    }
}

/// Numbers in and out of a domain.
fn numbers(domain: Domain) -> Vec<f64> {
    let (low, high) = domain.bounds();
    match (low.is_finite(), high.is_finite()) {
        (true, true) => vec![
            low + 0.3 * (high - low),
            low,
            high,
            low - 1e-9 * (1.0 + low.abs()),
            high + 1e-9 * (1.0 + high.abs()),
        ],
        (true, false) => vec![low + 0.7, low, low - 1e-300],
        _ => vec![-0.25, 0.75],
    }
}

/// All that the runs of a bound program show.
fn results(bound: &Arc<BoundProgram>) -> impl PartialEq + use<> {
    let path = InstructionPath::widest();
    let mut simulation = Simulation::<8>::with_path(bound.clone(), plan(8, 5), path);
    let records = simulation.advance(1);
    (simulation.into_tally(), bits(&records))
}

/// The listing of the program without the values of parameters.
fn structure(bound: &BoundProgram) -> String {
    let mut program = bound.program.as_ref().clone();
    let ids: Vec<_> = program.parameters.ids().collect();
    for id in ids {
        program.parameters[id].value = Value::Number(0.0);
    }
    list(&program)
}

/// Checks that both ways agree, and returns whether the program was bound anew. Structure and results
/// are compared if `compares_results`, acceptance and values always.
fn check(
    binder: &PointBinder<'_>,
    settings: &[Override],
    name: &str,
    compares_results: bool,
) -> bool {
    let Some(rebound) = binder.rebind(settings) else {
        return false;
    };
    let shown = || {
        let shown: Vec<String> = settings.iter().map(ToString::to_string).collect();
        format!("{name}: {}", shown.join(", "))
    };
    let Ok(reread) = binder.reread(settings) else {
        panic!("{}: bound anew, but rejected by the reader", shown());
    };
    let ends = |point: &BoundPoint| {
        let program = &point.bound.program;
        let ids = program.parameters.ids();
        ids.map(|id| {
            let first = point.bound.value_in(id, Seed(5), 0).to_bits();
            (first, point.bound.value_in(id, Seed(5), 1).to_bits())
        })
        .collect::<Vec<_>>()
    };
    assert!(ends(&rebound) == ends(&reread), "{}: values", shown());
    if compares_results {
        assert!(
            structure(&rebound.bound) == structure(&reread.bound),
            "{}: another structure",
            shown()
        );
        assert!(
            results(&rebound.bound) == results(&reread.bound),
            "{}: other results",
            shown()
        );
    }
    true
}

#[test]
fn every_parameter_is_bound_anew_as_it_is_read_again() {
    let n_rebound = AtomicUsize::new(0);
    let n_reread = AtomicUsize::new(0);
    for (name, text) in ["params", "tests/semantics/agreement"]
        .iter()
        .flat_map(|name| folder(name))
    {
        let binder = PointBinder::new("test.toml", &text, &[]);
        let base = binder.rebind(&[]).expect("an accepted scenario");
        let parameters = base.bound.program.parameters.iter();
        let parameters: BTreeMap<&str, Domain> = parameters
            .map(|one| (one.path.as_str(), one.domain))
            .collect();
        let parameters: Vec<(&str, Domain)> = parameters.into_iter().collect();
        // Of a large scenario, the results are compared at one value of each path.
        let compares_all = parameters.len() <= 100;
        parameters
            .par_iter()
            .enumerate()
            .for_each(|(index, &(path, domain))| {
                let numbers = numbers(domain).into_iter().map(|one| format!("{one:e}"));
                let unusual = UNUSUAL.iter().cycle().skip(index * 3).take(3);
                let values = numbers.chain(unusual.map(|one| (*one).to_owned()));
                for (position, value) in values.enumerate() {
                    let compares_results = compares_all || position == index % 2;
                    let is_rebound = check(&binder, &[set(path, &value)], &name, compares_results);
                    let counted = if is_rebound { &n_rebound } else { &n_reread };
                    counted.fetch_add(1, Ordering::Relaxed);
                }
                // Several paths at once, and a path that is set twice.
                let (next, _) = parameters[(index + 1) % parameters.len()];
                let settings = [set(path, "0.25"), set(next, "0.75"), set(path, "0.5")];
                check(&binder, &settings, &name, compares_all);
            });
    }
    let (n_rebound, n_reread) = (n_rebound.into_inner(), n_reread.into_inner());
    assert!(n_rebound > 3_000, "{n_rebound} bound anew");
    assert!(n_reread > 1_500, "{n_reread} read again");
}

#[test]
fn overrides_of_all_points_come_first() {
    let text = params("quickstart.toml");
    let plain = PointBinder::new("test.toml", &text, &[]);
    let base = plain.rebind(&[]).expect("an accepted scenario");
    let parameters = &base.bound.program.parameters;
    let (mut n_multiplied, mut n_replaced) = (0, 0);
    for parameter in parameters {
        let path = &parameter.path;
        for first in [
            set(&format!("{path}*"), "0.5"),
            set(path, "{ from = 0.2, to = 0.4 }"),
            set(path, "0.3 + 0.1 * day / 30"),
            set(&format!("{path}.from"), "0.01"),
        ] {
            let overrides = [first];
            let binder = PointBinder::new("test.toml", &text, &overrides);
            n_replaced += usize::from(check(&binder, &[set(path, "0.5")], "quickstart", true));
            for next in parameters.iter().take(5) {
                check(&binder, &[set(&next.path, "0.5")], "quickstart", false);
            }
            // A factor applies to the value before it, so it is read again.
            let factor = set(&format!("{path}*"), "0.5");
            assert!(binder.rebind(std::slice::from_ref(&factor)).is_none());
            n_multiplied += usize::from(binder.reread(&[factor]).is_ok());
        }
    }
    assert!(
        n_multiplied > 10 && n_replaced > 20,
        "{n_multiplied}, {n_replaced}"
    );
}

#[test]
fn what_changes_more_than_a_number_is_read_again() {
    let text = params("within_the_month.toml");
    let binder = PointBinder::new("test.toml", &text, &[]);
    let base = binder.rebind(&[]).expect("an accepted scenario");
    let program = &base.bound.program;
    for path in [
        "scenario.horizon_days",
        "variables.nothing.initial",
        "title",
        "",
    ] {
        assert!(binder.rebind(&[set(path, "20")]).is_none(), "{path}");
    }
    // The limit on the number of settings counts those of all points.
    let path = &program.parameters.iter().next().expect("a parameter").path;
    let (few, many) = (limits::SETTINGS, limits::SETTINGS + 1);
    let settings = vec![set(path, "0.5"); many];
    assert!(binder.rebind(&settings[..few]).is_some() && binder.reread(&settings[..few]).is_ok());
    assert!(binder.rebind(&settings).is_none() && binder.reread(&settings).is_err());
    // A number takes no part in a copula, which mixes the others anew.
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/semantics/agreement/correlations.toml"
    ));
    let text = text.expect("a readable scenario");
    let binder = PointBinder::new("test.toml", &text, &[]);
    let base = binder.rebind(&[]).expect("an accepted scenario");
    let mixed = base.bound.program.parameters.iter();
    let mixed: Vec<_> = mixed.filter(|one| !one.mix.is_empty()).collect();
    assert!(!mixed.is_empty());
    for parameter in mixed {
        let settings = [set(&parameter.path, "0.5")];
        assert!(binder.rebind(&settings).is_none(), "{}", parameter.path);
    }
}

/// Points of a sweep of the quickstart: numbers, texts, rejected ones, some with their own seeds.
fn design() -> Design {
    let settings = |index: usize| {
        let number = Setting::Number(index as f64 / 50.0);
        match index % 7 {
            3 => [Setting::Text("{ from = 0.2, to = 0.4 }".into()), number],
            5 => [number, Setting::Number(1.5)],
            6 => [Setting::AsInFile, number],
            _ => [number.clone(), number],
        }
    };
    let point = |index: usize| DesignPoint {
        settings: settings(index).to_vec(),
        seed: (index % 4 == 1).then_some(Seed(index as u64)),
    };
    let paths = ["variables.tension.initial", "variables.garrison.initial"];
    let paths = paths.map(str::to_owned).to_vec();
    Design::list(paths, (0..45).map(point).collect()).expect("distinct paths")
}

/// Sweeps on a number of threads, and stops after so many reports of progress.
fn swept(n_threads: usize, n_runs: u64, n_reports: usize) -> (Vec<SweptPoint>, Vec<u64>) {
    let text = params("quickstart.toml");
    let text = ScenarioText {
        file: "test.toml",
        text: &text,
        overrides: &[],
        fingerprint: 1,
    };
    let settings = SweepSettings {
        seed: Seed(3),
        n_runs,
        confidence: 0.95,
    };
    let session = Session::new(NonZeroUsize::new(n_threads), None).expect("threads");
    let cancel = session.cancel_flag();
    let mut reports = Vec::new();
    let mut on_progress = |n_simulated| {
        reports.push(n_simulated);
        if reports.len() == n_reports {
            cancel.cancel();
        }
    };
    let points = sweep(
        &text,
        design(),
        &settings,
        &mut RecordLog::default(),
        &mut session.simulator(&mut on_progress),
    )
    .points;
    (points, reports)
}

#[test]
fn waves_of_points_change_no_result() {
    let text = params("quickstart.toml");
    let binder = PointBinder::new("test.toml", &text, &[]);
    let design = design();
    for n_runs in [500, 1_500] {
        let (points, reports) = swept(3, n_runs, usize::MAX);
        let shown = format!("{points:?}");
        assert!(reports.len() > 1 && reports.is_sorted(), "{reports:?}");
        for n_threads in [1, 2] {
            assert_eq!(
                format!("{:?}", swept(n_threads, n_runs, usize::MAX).0),
                shown
            );
        }
        let mut n_rejected = 0;
        for (point, swept) in design.points.iter().zip(&points) {
            let settings = design.paths.iter().zip(&point.settings);
            let settings = settings.filter_map(|(path, one)| Some(set(path, &one.text()?)));
            let outcomes = match (&swept.result, binder.reread(&settings.collect::<Vec<_>>())) {
                (PointResult::Done(outcomes), Ok(reread)) => {
                    let plan = plan(n_runs, point.seed.map_or(3, |seed| seed.0));
                    let mut simulation = <Simulation>::new(reread.bound, plan);
                    simulation.advance(n_runs);
                    let tally = simulation.into_tally();
                    outcomes.iter().zip(tally.outcomes)
                }
                (PointResult::Rejected(_), Err(_)) => {
                    n_rejected += 1;
                    continue;
                }
                (result, _) => panic!("{result:?}"),
            };
            for (outcome, tally) in outcomes {
                assert_eq!(outcome.n_yes, tally.first_day.iter().sum::<u64>());
            }
        }
        assert!((5..15).contains(&n_rejected), "{n_rejected} points");
    }
}

#[test]
fn a_stopped_sweep_keeps_complete_waves() {
    let (all, _) = swept(2, 500, usize::MAX);
    let (some, reports) = swept(2, 500, 1);
    assert_eq!(reports.len(), 1);
    let is_reached = |point: &&SweptPoint| !matches!(point.result, PointResult::NotReached);
    let n_reached = some.iter().filter(is_reached).count();
    assert!((2..all.len()).contains(&n_reached), "{n_reached} points");
    for (one, other) in some.iter().zip(&all).filter(|(one, _)| is_reached(one)) {
        assert_eq!(format!("{one:?}"), format!("{other:?}"));
    }
}
