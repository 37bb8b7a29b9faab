//! What is asked for on the command line, and how it is answered: one line of JSON.

use crate::model::Model;
use std::sync::Arc;
use std::time::Duration;

/// `--runs N --seed S --threads T model-file`
pub struct Request {
    pub runs: u64,
    pub seed: u64,
    pub threads: u64,
    pub model: Arc<Model>,
}

impl Request {
    pub fn read() -> Request {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let number = |name: &str| {
            let place = arguments.iter().position(|one| one == name).expect(name);
            arguments[place + 1].parse().expect("a number")
        };
        let file = arguments.last().expect("a model file");
        let text = std::fs::read_to_string(file).expect("a readable file");
        Request {
            runs: number("--runs"),
            seed: number("--seed"),
            threads: number("--threads"),
            model: Arc::new(Model::read(&text)),
        }
    }

    /// Simulates the draws, two runs each, in equal parts on the threads, and counts yes by outcome.
    pub fn share_out(&self, simulate: impl Fn(u64, u64) -> Vec<u64> + Sync) -> Vec<u64> {
        let draws = self.runs / 2;
        let simulate = &simulate;
        std::thread::scope(|scope| {
            let part = |thread| draws * (thread + 1) / self.threads - draws * thread / self.threads;
            let threads: Vec<_> = (0..self.threads)
                .map(|thread| scope.spawn(move || simulate(thread, part(thread))))
                .collect();
            let counts = threads
                .into_iter()
                .map(|thread| thread.join().expect("no panic"));
            counts
                .reduce(|sum, more| sum.iter().zip(&more).map(|(a, b)| a + b).collect())
                .expect("a thread")
        })
    }

    pub fn answer(&self, yes: &[u64], time: Duration) {
        let outcomes = self.model.outcomes.iter().zip(yes);
        let counts: Vec<String> = outcomes
            .map(|(outcome, yes)| format!("\"{}\": {yes}", outcome.name))
            .collect();
        println!(
            "{{\"runs\": {}, \"seconds\": {}, \"yes\": {{{}}}}}",
            self.runs / 2 * 2,
            time.as_secs_f64(),
            counts.join(", ")
        );
    }
}
