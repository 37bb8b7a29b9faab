//! Samples the drawn parameters in consecutive draws.
//!
//! Correlated parameters are mixtures of the same normal scores, so each score is computed once per
//! draw and not once per parameter that contains it.

use super::bind::{BoundProgram, Sampler};
use crate::base::random::keyed::Seed;
use std::collections::BTreeMap;
use std::ops::Range;

/// Samples the drawn parameters of one program, a fixed number of draws at a time.
#[derive(Clone, Debug)]
pub struct DrawSampler {
    n_draws: usize,
    seed: Seed,
    first_draw: u64,
    /// By source of normal scores: the index of a sampler that computes its scores, and its path hash.
    sources: Vec<(usize, u64)>,
    /// By drawn parameter: the sources and coefficients of its score; empty if it is uncorrelated.
    mixes: Vec<Vec<(usize, f64)>>,
    /// Normal scores, `n_draws` by source.
    scores: Vec<f64>,
}

impl DrawSampler {
    /// Allocates the scores of `n_draws` draws.
    pub fn new(bound: &BoundProgram, n_draws: usize) -> Self {
        let mut indices = BTreeMap::new();
        let mut sources = Vec::new();
        let mut mixes = Vec::new();
        for (index, (_, sampler)) in bound.drawn().enumerate() {
            let terms = sampler.mix().iter().map(|&(path, coefficient)| {
                let source = *indices.entry((sampler.branch(), path)).or_insert_with(|| {
                    sources.push((index, path));
                    sources.len() - 1
                });
                (source, coefficient)
            });
            mixes.push(terms.collect());
        }
        Self {
            n_draws,
            seed: Seed(0),
            first_draw: 0,
            scores: vec![0.0; sources.len() * n_draws],
            sources,
            mixes,
        }
    }

    /// Moves to the draws from `first_draw`.
    pub fn begin(&mut self, bound: &BoundProgram, seed: Seed, first_draw: u64) {
        (self.seed, self.first_draw) = (seed, first_draw);
        let draws = self.draws();
        let samplers: &[_] = bound.samplers();
        let rows = self.scores.chunks_exact_mut(self.n_draws.max(1));
        for (row, &(sampler, path)) in rows.zip(&self.sources) {
            let sampler: &Sampler = &samplers[sampler].1;
            for (score, value) in row
                .iter_mut()
                .zip(sampler.scores(seed, draws.clone(), path))
            {
                *score = value;
            }
        }
    }

    fn draws(&self) -> Range<u64> {
        self.first_draw..self.first_draw + self.n_draws as u64
    }

    /// The values of a drawn parameter, given by its index, in the current draws.
    pub fn values<'a>(
        &'a self,
        bound: &'a BoundProgram,
        index: usize,
    ) -> impl Iterator<Item = f32> + 'a {
        let sampler = &bound.samplers()[index].1;
        let mix = &self.mixes[index];
        // Uncorrelated parameters are sampled directly.
        let mut own = mix
            .is_empty()
            .then(|| sampler.uncorrelated_draws(self.seed, self.draws()));
        (0..self.n_draws).map(move |draw| match &mut own {
            Some(own) => own.next().expect("as many values as draws"),
            None => {
                let terms = mix.iter().map(|&(source, coefficient)| {
                    coefficient * self.scores[source * self.n_draws + draw]
                });
                sampler.value_of_score(terms.sum())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diagnostic::Sources;
    use crate::base::random::keyed::DrawBranch;
    use crate::program::{bind, compile};
    use crate::scenario::read;

    #[test]
    fn draws_are_those_of_each_sampler_alone() {
        let mut text =
            "[scenario]\ntitle = \"x\"\nstart = 2030-01-01\nhorizon_days = 1\n".to_owned();
        for k in 0..5 {
            text += &format!(
                "[variables.v{k}]\ninitial = {{ from = 0.3, to = 0.{} }}\n",
                k + 5
            );
        }
        for (a, b, coefficient) in [(0, 3, 0.5), (3, 1, -0.4), (1, 2, 0.3)] {
            text += &format!(
                "[[correlations]]\nbetween = [\"variables.v{a}.initial\", \"variables.v{b}.initial\"]\n\
                 coefficient = {coefficient}\n"
            );
        }
        text += "[outcomes.o]\nquestion = \"?\"\nwhen = \"v0 > 0.6\"\n";
        let scenario = read(&mut Sources::default(), "x.toml", &text, &[]).scenario;
        let program = compile(&scenario.expect("an accepted scenario"));
        let bound = bind(&program, &[]).expect("its own values");
        for bound in [bound.clone(), bound.with_draws(|_| DrawBranch(7))] {
            assert!(bound.drawn().any(|(_, sampler)| sampler.mix().len() > 2));
            let mut sampler = DrawSampler::new(&bound, 16);
            for first_draw in [0, 1000] {
                sampler.begin(&bound, Seed(3), first_draw);
                for (index, (_, alone)) in bound.drawn().enumerate() {
                    let expected =
                        (first_draw..first_draw + 16).map(|draw| alone.draw(Seed(3), draw));
                    assert!(sampler.values(&bound, index).eq(expected));
                }
            }
        }
    }
}
