//! Time to read, compile and bind the founding scenario, and scenarios of ten and twenty-five copies of it,
//! which shows that the cost grows linearly.
//!
//!     cargo bench --bench language

mod scenarios;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use realpolitik::base::diagnostic::Sources;
use realpolitik::program::{bind, compile};
use realpolitik::scenario::read;
use std::time::Duration;

fn language(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("language");
    group.sample_size(10);
    group.warm_up_time(Duration::from_millis(300));
    group.measurement_time(Duration::from_secs(1));
    for n in [1, 10, 25] {
        let text = scenarios::copies(&scenarios::founding(), n);
        let scenario = scenarios::scenario(&text);
        let program = compile(&scenario);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("read", n), &text, |bencher, text| {
            bencher.iter_with_large_drop(|| {
                let mut sources = Sources::default();
                let reading = read(&mut sources, "bench.toml", text, &[]);
                (sources, reading)
            });
        });
        group.bench_with_input(
            BenchmarkId::new("compile", n),
            &scenario,
            |bencher, scenario| {
                bencher.iter_with_large_drop(|| compile(scenario));
            },
        );
        group.bench_with_input(
            BenchmarkId::new("read and compile", n),
            &text,
            |bencher, text| {
                // As in a command, both are dropped at the end and not measured.
                bencher.iter_with_large_drop(|| {
                    let mut sources = Sources::default();
                    let reading = read(&mut sources, "bench.toml", text, &[]);
                    let program = reading.scenario.as_ref().map(compile);
                    (sources, reading, program)
                });
            },
        );
        group.bench_with_input(BenchmarkId::new("bind", n), &program, |bencher, program| {
            bencher.iter(|| bind(program, &[]).map(|bound| bound.drawn().len()));
        });
    }
    group.finish();
}

criterion_group!(benches, language);
criterion_main!(benches);
