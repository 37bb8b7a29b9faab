//! Which outcomes occurred in which runs of a simulation, one bit each, recorded so that an interrupted
//! analysis resumes.
//!
//! A simulation of an analysis is divided into parts of [`PART_RUNS`] runs. Each part is recorded when it is
//! complete, and taken from its record when the same command is given again. A run is a pure function of
//! its number, so parts give the same runs as the whole.

use super::moments::RunPair;
use crate::base::index::{Id, OutcomeId};
use crate::program::BoundProgram;
use crate::simulate::{CHUNK_RUNS, RunRecord, SimulationPlan, Tally};
use crate::study::{Simulator, Stopped};
use crate::table::{RecordLog, key_of_record};
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::sync::Arc;

/// Runs of a part.
pub const PART_RUNS: u64 = 32 * CHUNK_RUNS;

/// The runs of a part of a simulation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Occurrences {
    /// Number of runs.
    pub n_runs: u64,
    /// Runs that faulted.
    faulted: Bits,
    /// By outcome, the runs in which it occurred.
    occurred: Vec<Bits>,
    /// The sums over the runs, if they are needed.
    pub tally: Option<Tally>,
}

/// One bit per run, as hexadecimal digits of four runs each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Bits(String);

impl Bits {
    fn new(bits: impl Iterator<Item = bool>) -> Self {
        let bits: Vec<bool> = bits.collect();
        let mut digits = String::with_capacity(bits.len() / 4 + 1);
        for four in bits.chunks(4) {
            let digit = (0..).zip(four).map(|(place, &bit)| u8::from(bit) << place);
            write!(digits, "{:x}", digit.sum::<u8>()).expect("writing to memory does not fail");
        }
        Self(digits)
    }

    fn get(&self, run: usize) -> bool {
        let digit = self.0.as_bytes().get(run / 4).copied();
        let digit = digit.and_then(|digit| char::from(digit).to_digit(16));
        digit.is_some_and(|digit| digit >> (run % 4) & 1 == 1)
    }
}

impl Occurrences {
    /// The runs of these records.
    pub fn new(records: &[RunRecord], outcomes: &[OutcomeId]) -> Self {
        let occurred = |outcome: &OutcomeId| {
            let days = records
                .iter()
                .map(|record| record.outcome_days[outcome.index()]);
            Bits::new(days.map(|day| day != 0))
        };
        Self {
            n_runs: records.len() as u64,
            faulted: Bits::new(records.iter().map(|record| record.faulted)),
            occurred: outcomes.iter().map(occurred).collect(),
            tally: None,
        }
    }

    /// Whether a run, counted from the first one here, faulted.
    pub fn is_faulted(&self, run: usize) -> bool {
        self.faulted.get(run)
    }

    /// Number of runs that faulted.
    pub fn n_faulted(&self) -> u64 {
        let runs = 0..self.n_runs as usize;
        runs.filter(|&run| self.is_faulted(run)).count() as u64
    }

    /// Whether an outcome, given by its place among the requested ones, occurred in a run.
    pub fn has_occurred(&self, outcome: usize, run: usize) -> bool {
        self.occurred[outcome].get(run)
    }

    /// The pairs of runs of complete draws of an outcome. The first run must be even.
    pub fn pairs(&self, outcome: usize) -> Vec<RunPair> {
        let pair = |draw: usize| {
            let runs = [2 * draw, 2 * draw + 1];
            let is_complete = !runs.iter().any(|&run| self.is_faulted(run));
            is_complete
                .then(|| runs.map(|run| f64::from(u8::from(self.has_occurred(outcome, run)))))
        };
        (0..self.n_runs as usize / 2).map(pair).collect()
    }
}

/// Simulates parts of one simulation, or takes them from their records.
pub struct RecordedSimulation<'a> {
    /// The program with its values.
    pub bound: Arc<BoundProgram>,
    /// The plan of the whole simulation.
    pub plan: SimulationPlan,
    /// Everything that the runs depend on besides the plan: what is bound.
    pub name: String,
    /// The outcomes that are recorded.
    pub outcomes: &'a [OutcomeId],
    /// Whether the sums over the runs are needed.
    pub keeps_tally: bool,
}

impl RecordedSimulation<'_> {
    /// The part that begins at a run, which is a multiple of [`PART_RUNS`].
    ///
    /// # Errors
    /// If the simulator is asked to stop, or the part cannot be recorded.
    pub fn part(
        &self,
        first_run: u64,
        records: &mut RecordLog,
        simulator: &mut Simulator<'_>,
    ) -> Result<Occurrences, Stopped> {
        let n_runs = PART_RUNS.min(self.plan.n_runs - first_run);
        let key = self.key(first_run, n_runs);
        if let Some(found) = records.find::<Occurrences>(&key)
            && found.n_runs == n_runs
            && found.occurred.len() == self.outcomes.len()
            && found.tally.is_some() == self.keeps_tally
        {
            return Ok(found);
        }
        let plan = SimulationPlan {
            first_run,
            n_runs,
            keep_runs: true,
            ..self.plan
        };
        let mut simulation = simulator.begin(&self.bound, plan);
        let mut runs = Vec::new();
        while !simulation.is_finished() {
            runs.extend(simulator.advance(&mut simulation)?);
        }
        let mut part = Occurrences::new(&runs, self.outcomes);
        part.tally = self.keeps_tally.then(|| simulation.into_tally());
        match records.append(&key, &part) {
            true => Ok(part),
            false => Err(Stopped),
        }
    }

    fn key(&self, first_run: u64, n_runs: u64) -> String {
        let outcomes = self
            .outcomes
            .iter()
            .map(|outcome| outcome.index().to_string());
        let plan = &self.plan;
        let numbers = [
            plan.fingerprint,
            plan.seed.0,
            plan.branch.0,
            first_run,
            n_runs,
        ];
        let numbers = numbers.map(|number| number.to_string()).join(" ");
        let outcomes = outcomes.collect::<Vec<_>>().join(" ");
        let tally = if self.keeps_tally { "tally" } else { "" };
        key_of_record(&["runs", &self.name, &numbers, &outcomes, tally])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_those_of_the_runs() {
        let bits = |run: usize| (run * run) % 3 == 1;
        for n_runs in [0, 1, 4, 7, 64, 1023] {
            let packed = Bits::new((0..n_runs).map(bits));
            assert!(
                (0..n_runs).all(|run| packed.get(run) == bits(run)),
                "{n_runs}"
            );
            assert!(!packed.get(n_runs + 4));
        }
    }

    #[test]
    fn pairs_leave_out_faulted_draws() {
        let run = |faulted: bool, day: u16| RunRecord {
            run_id: 0,
            faulted,
            drawn: Vec::new(),
            outcome_days: vec![day, 0],
            variables: Vec::new(),
        };
        let runs = [run(false, 3), run(false, 0), run(true, 3), run(false, 1)];
        let part = Occurrences::new(&runs, &[OutcomeId::new(1), OutcomeId::new(0)]);
        assert_eq!(part.pairs(0), [Some([0.0, 0.0]), None]);
        assert_eq!(part.pairs(1), [Some([1.0, 0.0]), None]);
        let text = serde_json::to_string(&part).unwrap();
        assert_eq!(serde_json::from_str::<Occurrences>(&text).unwrap(), part);
    }
}
