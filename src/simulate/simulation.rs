//! A simulation: runs in ascending order, chunk by chunk, merged into one tally.

use super::chunk_observer::ChunkObserver;
use super::lane_sets::{LaneSet, LaneSets, count, lanes_of, set_where};
use super::record::{FirstDays, RunRecord};
use super::tally::{Shape, Tally, VALUE_ONE};
use crate::base::index::{Id, IdVec};
use crate::base::random::keyed::{Branch, Seed};
use crate::engine::lanes::{Lanes, Mask};
use crate::engine::{Engine, InstructionPath, LANES, Observer, SimulateDays, State};
use crate::program::{BoundProgram, Program};
use crate::scenario::limits;
use rayon::prelude::*;
use std::sync::Arc;

/// Runs per chunk: the unit of work of a thread, after which a simulation can stop. A multiple of
/// every block width.
pub const CHUNK_RUNS: u64 = 1024;

/// Which runs are simulated, with which random numbers, and what is recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimulationPlan {
    /// Seed of all random numbers.
    pub seed: Seed,
    /// Branch of the daily random numbers; ordinary runs use 0. The uncertain quantities are sampled
    /// identically on every branch.
    pub branch: Branch,
    /// First run, a multiple of [`CHUNK_RUNS`]; 0 unless the simulation is a shard.
    pub first_run: u64,
    /// Number of runs.
    pub n_runs: u64,
    /// Variables are tallied day by day on runs `0..variable_runs`.
    pub variable_runs: u64,
    /// Whether [`Simulation::advance`] returns a record of each run.
    pub keep_runs: bool,
    /// Hash of the program, its values and the engine; stored in the tally.
    pub fingerprint: u64,
}

impl SimulationPlan {
    /// The run after the last one.
    fn end(&self) -> u64 {
        self.first_run + self.n_runs
    }
}

/// A simulation in progress, in blocks of `L` lanes.
#[derive(Debug)]
pub struct Simulation<const L: usize = LANES> {
    bound: Arc<BoundProgram>,
    plan: SimulationPlan,
    path: InstructionPath,
    shape: Shape,
    next_run: u64,
    tally: Tally,
}

impl<const L: usize> Simulation<L>
where
    for<'a> Engine<'a, L>: SimulateDays<L>,
{
    /// A simulation before its first run, on the widest instruction set of the processor.
    pub fn new(bound: Arc<BoundProgram>, plan: SimulationPlan) -> Self {
        Self::with_path(bound, plan, InstructionPath::widest())
    }

    /// Like [`Simulation::new`], with a given instruction set, which the processor must support.
    pub fn with_path(
        bound: Arc<BoundProgram>,
        plan: SimulationPlan,
        path: InstructionPath,
    ) -> Self {
        const { assert!(L >= 2 && L <= LaneSet::BITS as usize && CHUNK_RUNS.is_multiple_of(L as u64)) };
        let program = &bound.program;
        let shape = Shape {
            fingerprint: plan.fingerprint,
            seed: plan.seed.0,
            horizon_days: program.horizon_days,
            n_variables: program.variables.len(),
            n_outcomes: program.outcomes.len(),
            n_actions: program.actions.len(),
            n_events: program.events.len(),
            n_clamped: program.clamped.len(),
        };
        let tally = Tally::new(&shape, false);
        assert!(
            plan.first_run.is_multiple_of(CHUNK_RUNS),
            "a shard starts at a chunk"
        );
        Self {
            bound,
            plan,
            path,
            shape,
            next_run: plan.first_run,
            tally,
        }
    }

    /// Simulates the next `n_chunks` chunks (fewer at the end) on the threads of the current rayon
    /// pool and merges their tallies in order. Returns the records of the runs if the plan asks for
    /// them.
    pub fn advance(&mut self, n_chunks: u64) -> Vec<RunRecord> {
        let keep_runs = self.plan.keep_runs;
        let kept = self.advance_collecting(n_chunks, |state, lane, kept: &mut Vec<RunRecord>| {
            if keep_runs {
                kept.push(record_of(state, lane));
            }
        });
        kept.into_iter().flatten().collect()
    }

    /// Like [`Simulation::advance`], but returns the first day of every outcome and action of each run.
    pub fn advance_days(&mut self, n_chunks: u64) -> FirstDays {
        let mut all = FirstDays::default();
        for more in self.advance_collecting(n_chunks, push_first_days) {
            all.extend(more);
        }
        all
    }

    /// Simulates the next chunks and returns what `keep` collected from the runs of each, in order.
    fn advance_collecting<K: Default + Send>(
        &mut self,
        n_chunks: u64,
        keep: impl Fn(&State<L>, usize, &mut K) + Sync,
    ) -> Vec<K> {
        let (bound, path) = (self.bound.clone(), self.path);
        self.advance_with(
            n_chunks,
            || Engine::<L>::with_path(&bound, path),
            |simulation, engine, chunk| simulation.simulate(engine, chunk, &keep),
        )
    }

    /// Simulates the next chunks with an observer per thread. Returns the chunk results in order;
    /// variables are not tallied.
    pub fn advance_observed<S: ChunkObserver<L>>(
        &mut self,
        n_chunks: u64,
        chunk_observer: impl Fn() -> S + Sync,
    ) -> Vec<S::ChunkResult> {
        let (bound, path) = (self.bound.clone(), self.path);
        self.advance_with(
            n_chunks,
            || (Engine::<L>::with_path(&bound, path), chunk_observer()),
            |simulation, (engine, chunk_observer), chunk| {
                simulation.simulate_observed(engine, chunk_observer, chunk)
            },
        )
    }

    /// Simulates the next chunks, each thread with its own workspace, merges the tallies in order, and
    /// returns the second result of each chunk, in order.
    fn advance_with<T, K: Send>(
        &mut self,
        n_chunks: u64,
        workspace: impl Fn() -> T + Sync,
        simulate: impl Fn(&Self, &mut T, u64) -> (Tally, K) + Sync,
    ) -> Vec<K> {
        let first = self.next_run / CHUNK_RUNS;
        let end = (first + n_chunks).min(self.plan.end().div_ceil(CHUNK_RUNS));
        let simulation = &*self;
        let chunks: Vec<(Tally, K)> = (first..end)
            .into_par_iter()
            .map_init(&workspace, |workspace, chunk| {
                simulate(simulation, workspace, chunk)
            })
            .collect();
        let mut all = Vec::with_capacity(chunks.len());
        for (tally, kept) in chunks {
            self.tally
                .merge(&tally)
                .expect("chunks of one plan never overlap");
            all.push(kept);
        }
        self.next_run = (end * CHUNK_RUNS).min(self.plan.end()).max(self.next_run);
        all
    }

    /// Whether all runs of the plan have been simulated.
    pub fn is_finished(&self) -> bool {
        self.next_run >= self.plan.end()
    }

    /// Number of runs simulated so far, which are a contiguous prefix.
    pub fn n_simulated(&self) -> u64 {
        self.next_run - self.plan.first_run
    }

    /// The tally of the runs simulated so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The tally of the runs simulated so far, without a copy.
    pub fn into_tally(self) -> Tally {
        self.tally
    }

    /// Simulates one chunk.
    fn simulate<K: Default>(
        &self,
        engine: &mut Engine<'_, L>,
        chunk: u64,
        keep: &impl Fn(&State<L>, usize, &mut K),
    ) -> (Tally, K) {
        let first = chunk * CHUNK_RUNS;
        let end = (first + CHUNK_RUNS).min(self.plan.end());
        let with_variables = first < self.plan.variable_runs;
        let mut tally = Tally::new(&self.shape, with_variables);
        let mut kept = K::default();
        let mut daily_states = DailyStates { days: Vec::new() };
        for first_run in (first..end).step_by(L) {
            let state = if first_run < self.plan.variable_runs {
                daily_states.days.clear();
                engine.simulate(
                    self.plan.seed,
                    first_run,
                    self.plan.branch,
                    &mut daily_states,
                )
            } else {
                engine.simulate(self.plan.seed, first_run, self.plan.branch, &mut ())
            };
            let lanes = LaneSets::new(state, end);
            tally.tally_block(state, &lanes);
            if first_run < self.plan.variable_runs {
                let max_lanes = self.plan.variable_runs - first_run;
                tally.tally_variables(&self.bound.program, &daily_states, lanes.first(max_lanes));
            }
            for lane in lanes_of(lanes.covered) {
                keep(state, lane, &mut kept);
            }
        }
        tally.ranges.push((first, end));
        (tally, kept)
    }

    /// Simulates one chunk with an observer.
    fn simulate_observed<S: ChunkObserver<L>>(
        &self,
        engine: &mut Engine<'_, L>,
        chunk_observer: &mut S,
        chunk: u64,
    ) -> (Tally, S::ChunkResult) {
        let first = chunk * CHUNK_RUNS;
        let end = (first + CHUNK_RUNS).min(self.plan.end());
        let mut tally = Tally::new(&self.shape, false);
        for first_run in (first..end).step_by(L) {
            engine.begin(self.plan.seed, first_run, self.plan.branch);
            chunk_observer.begin_block(engine.state());
            engine.simulate_until(self.bound.program.horizon_days, chunk_observer);
            let state = engine.state();
            let lanes = LaneSets::new(state, end);
            tally.tally_block(state, &lanes);
            chunk_observer.end_block(state, &mut lanes_of(lanes.pairs));
        }
        tally.ranges.push((first, end));
        (tally, chunk_observer.finish_chunk())
    }
}

/// The end-of-day states of one block.
struct DailyStates<const L: usize> {
    days: Vec<Vec<Lanes<L>>>,
}

impl<const L: usize> Observer<L> for DailyStates<L> {
    fn observes_choices(&self) -> bool {
        false
    }

    fn day(&mut self, state: &State<L>) {
        self.days.push(state.variables.clone());
    }
}

impl Tally {
    /// Tallies the counted lanes of a block after its last day.
    fn tally_block<const L: usize>(&mut self, state: &State<L>, lanes: &LaneSets) {
        self.n_runs += count(lanes.counted);
        self.n_left_out += count(lanes.covered & !lanes.counted);
        self.n_pairs += count(lanes.pairs);
        let faulted: Vec<u64> = lanes_of(lanes.faulted)
            .map(|lane| state.first_run + lane as u64)
            .collect();
        self.add_faults(faulted.len() as u64, &faulted);
        for (clamps, row) in self.clamps.iter_mut().zip(&state.clamps) {
            *clamps += lanes_of(lanes.counted)
                .map(|lane| u64::from(row[lane]))
                .sum::<u64>();
        }
        self.tally_outcomes(state, lanes);
        let Self {
            actions, events, ..
        } = self;
        tally_occurrences(actions, &state.history.actions, lanes);
        tally_occurrences(events, &state.history.events, lanes);
    }

    fn tally_outcomes<const L: usize>(&mut self, state: &State<L>, lanes: &LaneSets) {
        let hits: Vec<LaneSet> = state
            .outcome_days
            .iter()
            .map(|days| set_where::<L>(|lane| days[lane] != 0) & lanes.counted)
            .collect();
        let paired = lanes.pairs | lanes.pairs << 1;
        for ((tally, days), &hit) in self.outcomes.iter_mut().zip(&state.outcome_days).zip(&hits) {
            for lane in lanes_of(hit) {
                tally.first_day[days[lane] as usize - 1] += 1;
            }
            for lane in lanes_of(hit & paired) {
                tally.first_day_in_pairs[days[lane] as usize - 1] += 1;
            }
            for lane in lanes_of(hit & (hit >> 1) & lanes.pairs) {
                tally.both_by_day[days[lane].max(days[lane + 1]) as usize - 1] += 1;
            }
        }
        let mut joint = self.joint.iter_mut();
        for (i, first) in hits.iter().enumerate() {
            for second in &hits[i + 1..] {
                if let Some(cell) = joint.next() {
                    *cell += count(first & second);
                }
            }
        }
    }

    /// Tallies the end-of-day values of a block in the lanes of a set.
    fn tally_variables<const L: usize>(
        &mut self,
        program: &Program,
        daily_states: &DailyStates<L>,
        set: LaneSet,
    ) {
        let Some(variables) = &mut self.variables else {
            return;
        };
        variables.n_runs += count(set);
        let horizon = usize::from(program.horizon_days);
        for (id, row) in program.variables.enumerate() {
            let scale = VALUE_ONE as f32 / (row.max - row.min);
            for (day, state) in daily_states.days.iter().enumerate() {
                let values = &state[id.index()];
                let tally = &mut variables.days[id.index() * horizon + day];
                for lane in lanes_of(set) {
                    // Adding 0.5 before truncation rounds to nearest; values are within the bounds.
                    let q = ((values[lane] - row.min) * scale + 0.5) as u32;
                    tally.add(q.min(VALUE_ONE));
                }
            }
        }
    }
}

/// Bits of a day number; 0 stands for never.
const DAY_BITS: u32 = 10;
const _: () = assert!(limits::HORIZON_DAYS < 1 << DAY_BITS);

/// Tallies the action or event records of the counted lanes. Sums over one block fit 32 bits: counts
/// and days are at most 1,000 per lane.
fn tally_occurrences<I: Id, const L: usize>(
    tallies: &mut [super::OccurrenceTally],
    records: &IdVec<I, crate::engine::ActionRecord<L>>,
    lanes: &LaneSets,
) {
    let mask = |set: LaneSet| -> Mask<L> {
        Mask::from_fn(|lane| 0_u32.wrapping_sub((set >> lane) as u32 & 1))
    };
    let (counted, pairs) = (mask(lanes.counted), mask(lanes.pairs));
    // Even and odd lanes are counted apart: two increments of one counter in a row would stall.
    let mut first_days = [[0_u32; 1 << DAY_BITS]; 2];
    for (tally, record) in tallies.iter_mut().zip(records) {
        let [mut count, mut squares, mut successes, mut days_open] = [0_u32; 4];
        for lane in 0..L {
            let times = record.count(lane) & counted[lane];
            count += times;
            squares += times * times;
            successes += record.successes(lane) & counted[lane];
            days_open += record.days_available(lane) & counted[lane];
        }
        tally.days_open += u64::from(days_open);
        if count == 0 {
            continue;
        }
        tally.count += u64::from(count);
        tally.count_squares += u64::from(squares);
        tally.successes += u64::from(successes);
        let [mut hits, mut both, mut sum, mut sum_squares] = [0_u32; 4];
        for pair in 0..L / 2 {
            let is_pair = pairs[2 * pair];
            let one = record.count(2 * pair) & is_pair;
            let other = record.count(2 * pair + 1) & is_pair;
            hits += u32::from(one > 0) + u32::from(other > 0);
            both += u32::from((one > 0) & (other > 0));
            sum += one + other;
            sum_squares += (one + other) * (one + other);
        }
        tally.n_hits_in_pairs += u64::from(hits);
        tally.n_both += u64::from(both);
        tally.count_in_pairs += u64::from(sum);
        tally.pair_count_squares += u64::from(sum_squares);
        let mut first = Mask::<L>::splat(0);
        for lane in 0..L {
            first[lane] = record.first_day(lane) & counted[lane];
        }
        for two in first.chunks_exact(2) {
            first_days[0][two[0] as usize % (1 << DAY_BITS)] += 1;
            first_days[1][two[1] as usize % (1 << DAY_BITS)] += 1;
        }
        let [even, odd] = &mut first_days;
        for (day, n) in tally.first_day.iter_mut().enumerate() {
            *n += u64::from(even[day + 1] + odd[day + 1]);
        }
        even[..=tally.first_day.len()].fill(0);
        odd[..=tally.first_day.len()].fill(0);
    }
}

fn record_of<const L: usize>(state: &State<L>, lane: usize) -> RunRecord {
    RunRecord {
        run_id: state.first_run + lane as u64,
        faulted: state.faults[lane] != 0,
        drawn: state.drawn.iter().map(|row| row[lane]).collect(),
        outcome_days: state
            .outcome_days
            .iter()
            .map(|days| days[lane] as u16)
            .collect(),
        variables: state.variables.iter().map(|row| row[lane]).collect(),
    }
}

fn push_first_days<const L: usize>(state: &State<L>, lane: usize, kept: &mut FirstDays) {
    kept.faulted.push(state.faults[lane] != 0);
    let outcomes = state.outcome_days.iter().map(|days| days[lane] as u16);
    kept.days.extend(outcomes);
    let actions = state.history.actions.iter();
    kept.days
        .extend(actions.map(|record| record.first_day(lane) as u16));
}
