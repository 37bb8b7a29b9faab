//! Runs per second on one core: by block width, instruction set, scenario of the repository, and size of
//! generated scenarios, of which each measure is doubled twice to show that the cost grows linearly.
//!
//!     cargo bench --bench throughput

mod scenarios;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput};
use criterion::{criterion_group, criterion_main};
use realpolitik::base::random::{Branch, Seed};
use realpolitik::engine::{Engine, InstructionPath, LANES, SimulateDays};
use realpolitik::program::{BoundProgram, bind, compile};
use realpolitik::simulate::{CHUNK_RUNS, Simulation, SimulationPlan};
use scenarios::Size;
use std::sync::Arc;
use std::time::Duration;

fn group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10);
    group.warm_up_time(Duration::from_millis(300));
    group.measurement_time(Duration::from_secs(1));
    group.throughput(Throughput::Elements(CHUNK_RUNS));
    group
}

/// Simulates one chunk, tallied like every chunk after the runs whose variables are tallied.
fn simulate_batch<const L: usize>(bound: &Arc<BoundProgram>, path: InstructionPath) -> u64
where
    for<'a> Engine<'a, L>: SimulateDays<L>,
{
    let plan = SimulationPlan {
        seed: Seed(1),
        branch: Branch(0),
        first_run: 0,
        n_runs: CHUNK_RUNS,
        variable_runs: 0,
        keep_runs: false,
        fingerprint: 0,
    };
    let mut simulation = Simulation::<L>::with_path(bound.clone(), plan, path);
    simulation.advance(1);
    simulation.tally().n_runs
}

fn measure<const L: usize>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    id: BenchmarkId,
    text: &str,
    path: InstructionPath,
) where
    for<'a> Engine<'a, L>: SimulateDays<L>,
{
    let scenario = scenarios::scenario(text);
    let program = compile(&scenario);
    let bound = Arc::new(bind(&program, &[]).expect("nothing is set"));
    group.bench_function(id, |bencher| {
        bencher.iter(|| simulate_batch::<L>(&bound, path))
    });
}

fn lanes(criterion: &mut Criterion) {
    let (text, path) = (scenarios::month_model(), InstructionPath::widest());
    let mut group = group(criterion, "lanes");
    measure::<8>(&mut group, BenchmarkId::from_parameter(8), &text, path);
    measure::<LANES>(&mut group, BenchmarkId::from_parameter(LANES), &text, path);
}

fn instructions(criterion: &mut Criterion) {
    let text = scenarios::month_model();
    let mut group = group(criterion, "instructions");
    for path in InstructionPath::ALL {
        if path.is_available() {
            measure::<LANES>(
                &mut group,
                BenchmarkId::from_parameter(path.name()),
                &text,
                path,
            );
        }
    }
}

fn files(criterion: &mut Criterion) {
    let mut group = group(criterion, "scenario");
    for (name, text) in [
        ("month_model", scenarios::month_model()),
        ("within_the_month", scenarios::founding()),
        ("quickstart", scenarios::file("params/quickstart.toml")),
    ] {
        let id = BenchmarkId::from_parameter(name);
        measure::<LANES>(&mut group, id, &text, InstructionPath::widest());
    }
}

/// A measure of size and how it is doubled.
type Doubling = (&'static str, fn(&mut Size, usize));

fn sizes(criterion: &mut Criterion) {
    const BASE: Size = Size {
        actors: 5,
        actions: 3,
        variables: 10,
        days: 15,
    };
    const DOUBLINGS: [Doubling; 4] = [
        ("actors", |size, times| size.actors *= times),
        ("actions of an actor", |size, times| size.actions *= times),
        ("variables", |size, times| size.variables *= times),
        ("days", |size, times| size.days *= times),
    ];
    let mut group = group(criterion, "size");
    let id = BenchmarkId::from_parameter("base");
    let path = InstructionPath::widest();
    measure::<LANES>(&mut group, id, &scenarios::generated(BASE), path);
    for (name, enlarge) in DOUBLINGS {
        for times in [2, 4] {
            let mut size = BASE;
            enlarge(&mut size, times);
            let id = BenchmarkId::new(name, format!("x{times}"));
            measure::<LANES>(&mut group, id, &scenarios::generated(size), path);
        }
    }
}

/// Everything is simulated on one thread.
fn on_one_core(criterion: &mut Criterion) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    let built = pool.use_current_thread().build_global();
    built.expect("no pool before this one");
    lanes(criterion);
    instructions(criterion);
    files(criterion);
    sizes(criterion);
}

criterion_group!(benches, on_one_core);
criterion_main!(benches);
