//! A simulation: runs from the first on, batch by batch, folded into one tally.

use super::chunk_observer::ChunkObserver;
use super::record::{FirstDays, RunRecord};
use super::tally::{Shape, Tally, VALUE_ONE};
use crate::base::index::{Id, IdVec};
use crate::base::random::keyed::{Branch, Seed};
use crate::engine::lanes::{Lanes, Mask};
use crate::engine::{Engine, InstructionPath, LANES, Observer, SimulateDays, State};
use crate::program::{BoundProgram, Program};
use crate::scenario::limits;
use rayon::prelude::*;

/// The runs of a batch: what is simulated as one piece, and where a simulation can stop. A
/// multiple of every block width.
pub const CHUNK_RUNS: u64 = 1024;

/// What is simulated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimulationPlan {
    /// The seed of all luck.
    pub seed: Seed,
    /// Which luck the days have; the ordinary one is 0. What is not known is drawn the same on
    /// every branch.
    pub branch: Branch,
    /// The first run, a multiple of [`CHUNK_RUNS`]; 0 unless this is a shard of a larger whole.
    pub first_run: u64,
    /// How many runs are lived, from the first on.
    pub n_runs: u64,
    /// On runs `0..variable_runs`, the variables are tallied day by day.
    pub variable_runs: u64,
    /// Whether [`Simulation::advance`] gives back a record of each run.
    pub keep_runs: bool,
    /// Names the program, its values and the engine; goes into the tally.
    pub fingerprint: u64,
}

impl SimulationPlan {
    /// One past the last run.
    fn end(&self) -> u64 {
        self.first_run + self.n_runs
    }
}

/// Runs being lived, in blocks of `L` lanes.
#[derive(Debug)]
pub struct Simulation<'p, const L: usize = LANES> {
    bound: &'p BoundProgram<'p>,
    plan: SimulationPlan,
    path: InstructionPath,
    shape: Shape,
    next_run: u64,
    tally: Tally,
}

impl<'p, const L: usize> Simulation<'p, L>
where
    for<'a> Engine<'a, L>: SimulateDays<L>,
{
    /// A simulation that has lived no run yet, on the processor's widest path.
    pub fn new(bound: &'p BoundProgram<'p>, plan: SimulationPlan) -> Self {
        Self::with_path(bound, plan, InstructionPath::widest())
    }

    /// The same on a given path, which the processor must have.
    pub fn with_path(
        bound: &'p BoundProgram<'p>,
        plan: SimulationPlan,
        path: InstructionPath,
    ) -> Self {
        const { assert!(L >= 2 && L <= LaneSet::BITS as usize && CHUNK_RUNS.is_multiple_of(L as u64)) };
        let program = bound.program;
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
            "a shard begins with a batch"
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

    /// Lives the next `n_batches` batches (fewer at the end) on the threads of the rayon pool
    /// that it is called in, and folds them in order. Gives the records of the runs where the
    /// plan asks for them, else nothing.
    pub fn advance(&mut self, n_batches: u64) -> Vec<RunRecord> {
        let keep_runs = self.plan.keep_runs;
        let kept = self.advance_keeping(n_batches, |state, lane, kept: &mut Vec<RunRecord>| {
            if keep_runs {
                kept.push(record_of(state, lane));
            }
        });
        kept.into_iter().flatten().collect()
    }

    /// The same, keeping of each run the days on which things first happened.
    pub fn advance_days(&mut self, n_batches: u64) -> FirstDays {
        let mut all = FirstDays::default();
        for more in self.advance_keeping(n_batches, note_days) {
            all.extend(more);
        }
        all
    }

    /// Lives the next batches; gives what `keep` has kept of each batch's runs, in order.
    fn advance_keeping<K: Default + Send>(
        &mut self,
        n_batches: u64,
        keep: impl Fn(&State<L>, usize, &mut K) + Sync,
    ) -> Vec<K> {
        self.advance_with(
            n_batches,
            |simulation| Engine::<L>::with_path(simulation.bound, simulation.path),
            |simulation, engine, batch| simulation.simulate(engine, batch, &keep),
        )
    }

    /// The same under the eyes of spectators, one to a thread. Gives their accounts in the order of
    /// the batches; variables are not tallied.
    pub fn advance_before<S: ChunkObserver<L>>(
        &mut self,
        n_batches: u64,
        chunk_observer: impl Fn() -> S + Sync,
    ) -> Vec<S::ChunkResult> {
        self.advance_with(
            n_batches,
            |simulation| {
                let engine = Engine::<L>::with_path(simulation.bound, simulation.path);
                (engine, chunk_observer())
            },
            |simulation, (engine, chunk_observer), batch| {
                simulation.simulate_before(engine, chunk_observer, batch)
            },
        )
    }

    /// Lives the next batches, each thread with its own tools; folds the tallies in order, and
    /// gives what else each batch has left, in order.
    fn advance_with<T, K: Send>(
        &mut self,
        n_batches: u64,
        tools: impl Fn(&Self) -> T + Sync,
        simulate: impl Fn(&Self, &mut T, u64) -> (Tally, K) + Sync,
    ) -> Vec<K> {
        let first = self.next_run / CHUNK_RUNS;
        let end = (first + n_batches).min(self.plan.end().div_ceil(CHUNK_RUNS));
        let simulation = &*self;
        let batches: Vec<(Tally, K)> = (first..end)
            .into_par_iter()
            .map_init(
                || tools(simulation),
                |tools, batch| simulate(simulation, tools, batch),
            )
            .collect();
        let mut all = Vec::with_capacity(batches.len());
        for (tally, kept) in batches {
            self.tally
                .merge(&tally)
                .expect("batches are of one program and never overlap");
            all.push(kept);
        }
        self.next_run = (end * CHUNK_RUNS).min(self.plan.end()).max(self.next_run);
        all
    }

    /// Whether all runs of the plan have been lived.
    pub fn is_finished(&self) -> bool {
        self.next_run >= self.plan.end()
    }

    /// How many runs have been lived: a contiguous prefix.
    pub fn n_simulated(&self) -> u64 {
        self.next_run - self.plan.first_run
    }

    /// The sums so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Lives one batch.
    fn simulate<K: Default>(
        &self,
        engine: &mut Engine<'_, L>,
        batch: u64,
        keep: &impl Fn(&State<L>, usize, &mut K),
    ) -> (Tally, K) {
        let first = batch * CHUNK_RUNS;
        let end = (first + CHUNK_RUNS).min(self.plan.end());
        let with_variables = first < self.plan.variable_runs;
        let mut tally = Tally::new(&self.shape, with_variables);
        let mut kept = K::default();
        let mut evenings = DailyStates { days: Vec::new() };
        for first_run in (first..end).step_by(L) {
            let state = if first_run < self.plan.variable_runs {
                evenings.days.clear();
                engine.simulate(self.plan.seed, first_run, self.plan.branch, &mut evenings)
            } else {
                engine.simulate(self.plan.seed, first_run, self.plan.branch, &mut ())
            };
            let lanes = LaneSets::new(state, end);
            tally.record(state, &lanes);
            if first_run < self.plan.variable_runs {
                let most = self.plan.variable_runs - first_run;
                tally.record_variables(self.bound.program, &evenings, lanes.first(most));
            }
            for lane in lanes_of(lanes.covered) {
                keep(state, lane, &mut kept);
            }
        }
        tally.ranges.push((first, end));
        (tally, kept)
    }

    /// Lives one batch before a chunk_observer.
    fn simulate_before<S: ChunkObserver<L>>(
        &self,
        engine: &mut Engine<'_, L>,
        chunk_observer: &mut S,
        batch: u64,
    ) -> (Tally, S::ChunkResult) {
        let first = batch * CHUNK_RUNS;
        let end = (first + CHUNK_RUNS).min(self.plan.end());
        let mut tally = Tally::new(&self.shape, false);
        for first_run in (first..end).step_by(L) {
            engine.begin(self.plan.seed, first_run, self.plan.branch);
            chunk_observer.begin(engine.state());
            engine.simulate_until(self.bound.program.horizon_days, chunk_observer);
            let state = engine.state();
            let lanes = LaneSets::new(state, end);
            tally.record(state, &lanes);
            chunk_observer.end(state, &mut lanes_of(lanes.pairs));
        }
        tally.ranges.push((first, end));
        (tally, chunk_observer.account())
    }
}

/// The evenings of one block.
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

/// A set of lanes of one block, one bit a lane.
type LaneSet = u128;

/// Those of which something is asked.
struct LaneSets {
    /// Lanes that belong to the plan.
    covered: LaneSet,
    /// Lanes that faulted.
    faulted: LaneSet,
    /// Lanes that count: covered, and neither they nor the other life faulted.
    counted: LaneSet,
    /// First lanes of the pairs of which both lives count.
    pairs: LaneSet,
}

/// First lanes of pairs.
const FIRST_LIVES: LaneSet = LaneSet::MAX / 3;

impl LaneSets {
    fn new<const L: usize>(state: &State<L>, end: u64) -> Self {
        let covered = lowest((end - state.first_run).min(L as u64));
        // A life beyond the end of the plan is lived, but its faults are nobody's.
        let faulted = set_where::<L>(|lane| state.faults[lane] != 0) & covered;
        let first_faulted = (faulted | (faulted >> 1)) & FIRST_LIVES;
        let counted = covered & !(first_faulted | (first_faulted << 1));
        Self {
            covered,
            faulted,
            counted,
            pairs: counted & (counted >> 1) & FIRST_LIVES,
        }
    }

    /// The counted lanes among the first `n`.
    fn first(&self, n: u64) -> LaneSet {
        self.counted & lowest(n)
    }
}

/// The set of the lowest `n` lanes, of all where there are fewer.
fn lowest(n: u64) -> LaneSet {
    match n < u64::from(LaneSet::BITS) {
        true => (1 << n) - 1,
        false => LaneSet::MAX,
    }
}

/// The set of lanes in which something holds.
fn set_where<const L: usize>(holds: impl Fn(usize) -> bool) -> LaneSet {
    (0..L).fold(0, |set, lane| set | LaneSet::from(holds(lane)) << lane)
}

/// The lanes in a set, ascending.
fn lanes_of(mut set: LaneSet) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        if set == 0 {
            return None;
        }
        let lane = set.trailing_zeros() as usize;
        set &= set - 1;
        Some(lane)
    })
}

fn count(set: LaneSet) -> u64 {
    u64::from(set.count_ones())
}

impl Tally {
    /// Adds the counted lanes of a block at its end.
    fn record<const L: usize>(&mut self, state: &State<L>, lanes: &LaneSets) {
        self.n_runs += count(lanes.counted);
        self.n_left_out += count(lanes.covered & !lanes.counted);
        self.n_pairs += count(lanes.pairs);
        let faulted: Vec<u64> = lanes_of(lanes.faulted)
            .map(|lane| state.first_run + lane as u64)
            .collect();
        self.note_faults(faulted.len() as u64, &faulted);
        for (clamps, row) in self.clamps.iter_mut().zip(&state.clamps) {
            *clamps += lanes_of(lanes.counted)
                .map(|lane| u64::from(row[lane]))
                .sum::<u64>();
        }
        self.record_outcomes(state, lanes);
        let Self {
            actions, events, ..
        } = self;
        record_occurrences(actions, &state.history.actions, lanes);
        record_occurrences(events, &state.history.events, lanes);
    }

    fn record_outcomes<const L: usize>(&mut self, state: &State<L>, lanes: &LaneSets) {
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

    /// Adds the evenings of a block in the lanes of a set.
    fn record_variables<const L: usize>(
        &mut self,
        program: &Program,
        evenings: &DailyStates<L>,
        set: LaneSet,
    ) {
        let Some(variables) = &mut self.variables else {
            return;
        };
        variables.n_runs += count(set);
        let horizon = usize::from(program.horizon_days);
        for (id, row) in program.variables.enumerate() {
            let scale = VALUE_ONE as f32 / (row.max - row.min);
            for (day, evening) in evenings.days.iter().enumerate() {
                let values = &evening[id.index()];
                let tally = &mut variables.days[id.index() * horizon + day];
                for lane in lanes_of(set) {
                    // Half a unit more, cut off, is rounding; values lie within the bounds.
                    let q = ((values[lane] - row.min) * scale + 0.5) as u32;
                    tally.add(q.min(VALUE_ONE));
                }
            }
        }
    }
}

/// A day has so many bits, and 0 is none.
const DAY_BITS: u32 = 10;
const _: () = assert!(limits::HORIZON_DAYS < 1 << DAY_BITS);

/// Adds what the counted lanes remember. Sums of one block fit 32 bits: counts and days are at most
/// 1,000 a lane.
fn record_occurrences<I: Id, const L: usize>(
    tallies: &mut [super::OccurrenceTally],
    records: &IdVec<I, crate::engine::ActionRecord<L>>,
    lanes: &LaneSets,
) {
    let mask = |set: LaneSet| -> Mask<L> {
        Mask::from_fn(|lane| 0_u32.wrapping_sub((set >> lane) as u32 & 1))
    };
    let (counted, pairs) = (mask(lanes.counted), mask(lanes.pairs));
    // Even and odd lanes by first day: counting one day twice in a row would have to wait.
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

fn note_days<const L: usize>(state: &State<L>, lane: usize, kept: &mut FirstDays) {
    kept.faulted.push(state.faults[lane] != 0);
    let outcomes = state.outcome_days.iter().map(|days| days[lane] as u16);
    kept.days.extend(outcomes);
    let actions = state.history.actions.iter();
    kept.days
        .extend(actions.map(|record| record.first_day(lane) as u16));
}
