//! One block of runs, day by day (floor 4).
//!
//! In: a bound program, a seed, the number of a block's first run. Out: the block's [`State`]
//! after its last day, and whatever an [`Observer`] saw on the way. An [`Engine`] owns one block
//! of `L` runs in lanes and the room that a day's work needs. Living a block allocates nothing, but
//! for temporaries of expressions, whose rows grow where they are evaluated for the first time.
//! The engine knows nothing of names, files, threads or tallies: it walks flat tables.
//!
//! The order of a day is the one promised to users: due effects arrive; actors choose and their
//! actions take effect, turn by turn; events strike; variables drift; conditions are judged.

mod day;
mod dispatch;
mod gradient;
pub mod lanes;
mod observer;
mod plan;
mod state;
mod utility;

pub use dispatch::{InstructionPath, SimulateDays};
pub use gradient::{ActionSlopes, ActorSlopes, Rehearsal, Slopes};
pub use observer::{Choice, Observer, Trial, Tried};
pub use state::{Memory, Record, State};
pub use utility::View;

use crate::base::index::{ActorId, Id};
use crate::base::random::keyed::{self, Branch, LaneKey, Seed, SiteKey};
use crate::program::{ActorRow, BoundProgram, Input, ParameterValue};
use day::{choose, drift, effects, sample};
use lanes::{Lanes, Mask, Row};
use plan::PlainTrack;
use state::history;
use utility::evaluate::{Situation, Workspace};
use utility::linear::{Bare, Extents, Finish, LinearWorth, Logit, weigh_logits};
use utility::response;

/// The lanes of a block in ordinary use.
pub const LANES: usize = 128;

/// Lives blocks of `L` runs, one after the other.
#[derive(Debug)]
pub struct Engine<'p, const L: usize> {
    bound: &'p BoundProgram<'p>,
    state: State<L>,
    work: Workspace<L>,
    interests: Interests<L>,
    scratch: Scratch<L>,
    notebook: history::Notebook<L>,
    ready: plan::Ready,
}

/// What the actors want in each lane: functions of the parameters alone, made once per block.
#[derive(Debug)]
struct Interests<const L: usize> {
    /// Whether they are those of the block in hand.
    are_weighed: bool,
    /// By actor, whether nothing in them is drawn and they have been weighed for some block.
    are_lasting: Vec<bool>,
    /// Normalised weights by actor and imperative.
    weights: Vec<Vec<Lanes<L>>>,
    /// Derivatives of the linear part of utility by actor and row of its gradient.
    gradients: Vec<Vec<Lanes<L>>>,
    /// λ·log₂e by actor, where it is no expression.
    precisions: Vec<Option<Lanes<L>>>,
    /// By action and side, what its changes are worth in the linear part of its actor's goals where
    /// there is room for all of them.
    free_worths: Vec<[Lanes<L>; 2]>,
    /// By track of plain options, whether all their weights are proven to lie within 2^±120 in
    /// every lane of this block.
    are_bounded: Vec<bool>,
    /// By plain option: its weight where there is room for all its changes, or its logit, if its
    /// track is not bounded.
    free_weights: Vec<Lanes<L>>,
}

/// Room for a day's work.
#[derive(Debug)]
struct Scratch<const L: usize> {
    /// The world as the deliberating actor sees it, where it sees it otherwise than it is.
    beliefs: Vec<Lanes<L>>,
    /// By variable: its extent in the world, as far as it is asked for.
    extents: Extents,
    /// What the deliberating actor compares.
    mind: Mind<L>,
    /// Today's effects on the variables.
    effects: effects::Effects<L>,
    /// The normals of shocks.
    normals: drift::Normals<L>,
    /// New values of drifting variables.
    drifted: Vec<Lanes<L>>,
    /// By action: where it is open to a deliberating actor.
    open: Vec<Mask<L>>,
    /// By action: whether it is open in any lane.
    is_open: Vec<bool>,
    /// By track: what was chosen on it today.
    decisions: Vec<choose::Decision<L>>,
    /// By action: where it was chosen today.
    chosen: Vec<Mask<L>>,
    /// By option of a track.
    track: choose::TrackRoom<L>,
    /// What was picked in the draw in hand.
    picked: sample::Picked<L>,
}

/// What a deliberating actor compares.
#[derive(Debug)]
struct Mind<const L: usize> {
    /// s⁺: what it expects the world to be when its own effects on their way have arrived.
    expected: Vec<Lanes<L>>,
    /// Whether s⁺ is in `expected`; else it is what the actor sees.
    expects: bool,
    /// By variable: its extent on s⁺, where it is not the world.
    extents: Extents,
    /// The state on which goals are evaluated: s⁺, or after an option.
    imagined: Vec<Lanes<L>>,
    /// By touch of the option in hand: the variable's value after it.
    after: Vec<Lanes<L>>,
    /// By imperative: its residual on s⁺.
    residuals: Vec<utility::Kept<L>>,
    /// The share of others' precision with which it reads them.
    insight: Lanes<L>,
    /// By one whom it anticipates: the expected worth of the reply if it waits.
    replies: Vec<Lanes<L>>,
    /// By one whom it anticipates: room for valuing replies.
    reply: Vec<response::ReplyRoom<L>>,
}

impl<'p, const L: usize> Engine<'p, L> {
    /// An engine with room for one block, on the widest path that the processor has.
    pub fn new(bound: &'p BoundProgram<'p>) -> Self {
        Self::with_path(bound, InstructionPath::widest())
    }

    /// The same on a given path.
    ///
    /// # Panics
    /// Where the processor lacks the path's instructions.
    pub fn with_path(bound: &'p BoundProgram<'p>, path: InstructionPath) -> Self {
        assert!(path.is_available(), "this processor has no {}", path.name());
        let program = bound.program;
        let zero = Lanes::<L>::of(0.0);
        let n_variables = program.variables.len();
        let max_imperatives = program
            .actors
            .iter()
            .map(|actor| actor.imperatives.len())
            .max()
            .unwrap_or(0);
        let anticipated = program.actors.iter().map(|actor| actor.anticipates.len());
        let max_anticipated = anticipated.max().unwrap_or(0);
        let max_touches = program
            .actions
            .iter()
            .map(|action| action.effects.len())
            .max()
            .unwrap_or(0);
        let rows = |count: usize| vec![zero; count];
        let ready = plan::Ready::new(bound);
        Self {
            bound,
            state: State::new(bound),
            work: Workspace::new(program, path),
            interests: Interests {
                are_weighed: false,
                are_lasting: vec![false; program.actors.len()],
                weights: program
                    .actors
                    .iter()
                    .map(|row| rows(row.imperatives.len()))
                    .collect(),
                gradients: program
                    .actors
                    .iter()
                    .map(|row| rows(row.gradient.len()))
                    .collect(),
                precisions: vec![None; program.actors.len()],
                free_worths: vec![[zero; 2]; program.actions.len()],
                are_bounded: vec![false; program.n_tracks],
                free_weights: rows(program.actions.len()),
            },
            notebook: history::Notebook::new(ready.are_noted()),
            ready,
            scratch: Scratch {
                beliefs: rows(n_variables),
                extents: Extents::new(n_variables),
                mind: Mind {
                    expected: rows(n_variables),
                    expects: false,
                    extents: Extents::new(n_variables),
                    imagined: rows(n_variables),
                    after: rows(max_touches),
                    residuals: vec![utility::Kept::new(); max_imperatives],
                    insight: zero,
                    replies: rows(program.actors.len()),
                    reply: (0..max_anticipated)
                        .map(|_| response::ReplyRoom::new(program, max_touches, max_imperatives))
                        .collect(),
                },
                effects: effects::Effects::new(bound),
                normals: drift::Normals::new(n_variables),
                drifted: rows(n_variables),
                open: vec![Mask::<L>::of(0); program.actions.len()],
                is_open: vec![false; program.actions.len()],
                decisions: vec![choose::Decision::new(); program.n_tracks],
                chosen: vec![Mask::<L>::of(0); program.actions.len()],
                track: choose::TrackRoom::new(program),
                picked: sample::Picked::new(),
            },
        }
    }

    /// Lives runs `first_run..first_run + L` from the first day to the last and returns the
    /// state at the end. `first_run` is even.
    pub fn simulate(
        &mut self,
        seed: Seed,
        first_run: u64,
        branch: Branch,
        observer: &mut dyn Observer<L>,
    ) -> &State<L>
    where
        Self: SimulateDays<L>,
    {
        self.begin(seed, first_run, branch);
        self.simulate_until(self.bound.program.horizon_days, observer);
        &self.state
    }

    /// Puts a block on the eve of its first day.
    pub fn begin(&mut self, seed: Seed, first_run: u64, branch: Branch) {
        self.state.begin(self.bound, seed, first_run, branch);
        self.scratch.normals.forget();
        self.interests.are_weighed = false;
    }

    /// Continues from a state that was cloned earlier, of this program.
    pub fn resume(&mut self, state: &State<L>) {
        self.state.clone_from(state);
        self.scratch.normals.forget();
        self.interests.are_weighed = false;
    }

    /// The block as it is now.
    pub fn state(&self) -> &State<L> {
        &self.state
    }

    /// Weighs what every actor wants, unless it has been weighed for this block.
    #[inline(always)]
    fn weigh_interests(&mut self) {
        if std::mem::replace(&mut self.interests.are_weighed, true) {
            return;
        }
        for (id, actor) in self.bound.program.actors.enumerate() {
            if !self.interests.are_lasting[id.index()] {
                self.weigh_interests_of(id);
                self.weigh_plain_options(id);
                self.interests.are_lasting[id.index()] = wants_the_same(self.bound, actor);
            }
        }
    }

    /// Normalises an actor's weights: ŵᵢ = wᵢ / Σ wⱼ, all 0 where the sum is 0; and from them the
    /// gradients Σ ŵᵢ·cᵢᵥ, summed in the order of the imperatives' names.
    #[inline(always)]
    fn weigh_interests_of(&mut self, actor_id: ActorId) {
        let bound = self.bound;
        let actor = &bound.program.actors[actor_id];
        let weights = &mut self.interests.weights[actor_id.index()];
        let mut sum = Lanes::<L>::of(0.0);
        for (row, imperative) in weights.iter_mut().zip(&actor.imperatives) {
            *row = match bound.parameter_value(imperative.weight) {
                ParameterValue::Constant(value) => Row::of(value),
                ParameterValue::Drawn(drawn) => self.state.drawn[drawn],
            };
            for lane in 0..L {
                sum[lane] += row[lane];
            }
        }
        for row in weights.iter_mut() {
            for lane in 0..L {
                row[lane] = lanes::keep(lanes::bit(sum[lane] > 0.0), row[lane] / sum[lane]);
            }
        }
        let gradients = &mut self.interests.gradients[actor_id.index()];
        for (row, gradient) in gradients.iter_mut().zip(&actor.gradient) {
            *row = Lanes::<L>::of(0.0);
            for &(imperative, coefficient) in &gradient.terms {
                for lane in 0..L {
                    row[lane] += weights[imperative][lane] * coefficient;
                }
            }
        }
        for &action in actor.tracks.iter().flat_map(|track| &track.actions) {
            let worths = &mut self.interests.free_worths[action.index()];
            for (worth, changes) in worths.iter_mut().zip(&self.ready.actions[action].linear) {
                if let Some(changes) = changes {
                    LinearWorth {
                        gradient: gradients,
                        terms: &changes.terms,
                    }
                    .on(gradients, 0, worth, Bare);
                }
            }
        }
        self.interests.precisions[actor_id.index()] = match actor.precision {
            Input::Code(..) => None,
            Input::Parameter(parameter) => {
                let mut row = match bound.parameter_value(parameter) {
                    ParameterValue::Constant(value) => Row::of(value),
                    ParameterValue::Drawn(drawn) => self.state.drawn[drawn],
                };
                for lane in 0..L {
                    row[lane] *= std::f32::consts::LOG2_E;
                }
                Some(row)
            }
        };
    }

    /// Weighs an actor's plain options where there is room for their changes, and finds the tracks on
    /// which no weight can leave 2^±120, so that neither they nor their sum need be watched.
    #[inline(always)]
    fn weigh_plain_options(&mut self, id: ActorId) {
        let greatest = |row: &Lanes<L>| row.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        let Self {
            bound,
            interests,
            ready,
            ..
        } = self;
        let Some(precision) = &interests.precisions[id.index()] else {
            return;
        };
        let max_precision = greatest(precision);
        for track in &bound.program.actors[id].tracks {
            let Some(PlainTrack { options, .. }) = &ready.tracks[track.index] else {
                continue;
            };
            let are_bounded = options.iter().all(|plain| {
                let odds = plain.numbers.odds;
                let are_common = (1.0 / MAX_ODDS..=MAX_ODDS).contains(&odds);
                max_precision * plain.most < 59.0 && are_common
            });
            interests.are_bounded[track.index] = are_bounded;
            for plain in options {
                let action = plain.action.index();
                let worth = &interests.free_worths[action][0];
                let weight = &mut interests.free_weights[action];
                let logit = Logit {
                    precision,
                    numbers: plain.numbers,
                };
                for lane in 0..L {
                    weight[lane] = logit.of(lane, worth[lane]);
                }
                if are_bounded {
                    weigh_logits(weight, plain.numbers.odds);
                }
            }
        }
    }
}

/// Whether an actor's weights and its precision are the same in all blocks.
fn wants_the_same(bound: &BoundProgram<'_>, actor: &ActorRow) -> bool {
    let is_known = |parameter| {
        matches!(
            bound.parameter_value(parameter),
            ParameterValue::Constant(_)
        )
    };
    let precision = match actor.precision {
        Input::Parameter(parameter) => is_known(parameter),
        Input::Code(..) => true,
    };
    precision && actor.imperatives.iter().all(|one| is_known(one.weight))
}

/// 2⁶⁰: odds beyond it, or below its inverse, are watched.
const MAX_ODDS: f32 = (1_u64 << 60) as f32;

impl<const L: usize> State<L> {
    /// The world as it is.
    #[inline(always)]
    fn view(&self) -> View<'_, L> {
        View {
            variables: &self.variables,
            memory: &self.memory,
            day: f32::from(self.day),
        }
    }

    /// What quantities are read from.
    #[inline(always)]
    fn situation<'a>(&'a self, bound: &'a BoundProgram<'a>) -> Situation<'a, L> {
        Situation {
            bound,
            drawn: &self.drawn,
            view: self.view(),
        }
    }

    /// 32 random bits of each lane at a site and day.
    #[inline(always)]
    fn words(&self, site: SiteKey) -> Mask<L> {
        let mut words = Mask::<L>::of(0);
        for lane in 0..L {
            let key = LaneKey {
                high: self.key_high[lane],
                low: self.key_low[lane],
            };
            words[lane] = keyed::word(key, site);
        }
        words
    }
}
