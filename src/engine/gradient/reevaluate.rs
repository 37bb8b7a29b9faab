//! A decision asked again with other numbers.
//!
//! In: the state on which an actor of another engine has just decided, and numbers of the
//! caller's. Out: what each option weighs with these numbers, valued by the same code as in the
//! engine itself, on what the actor saw, and how that answers to each number ([`Slopes`]). Nothing
//! is lived and no luck is used up: it serves the derivatives of a decision's probability. The
//! program is that of the other engine with its own numbers ([`Rehearsal::begin`]), or a loosened
//! one ([`crate::program::loosen`]), bound to rows that the caller fills in ([`Rehearsal::set`]).

use crate::base::index::{ActionId, ActorId, Id, IdVec, ParameterId, VariableId};
use crate::engine::dispatch::on_path;
use crate::engine::gradient::SlopeRoom;
use crate::engine::lanes::{Lanes, Mask, Row, any};
use crate::engine::{Engine, InstructionPath, Slopes, State};
use crate::program::{BoundProgram, Input, TrackRow};

/// Asks the decisions of a block again.
#[derive(Debug)]
pub struct Rehearsal<'p, const L: usize> {
    engine: Engine<'p, L>,
    is_open: bool,
    total: Lanes<L>,
    room: SlopeRoom<L>,
    slopes: Slopes<L>,
}

/// The parts of a rehearsal that walk lanes.
#[derive(Clone, Copy)]
enum Part<'a, const L: usize> {
    Face(&'a State<L>, ActorId),
    Interests(ActorId),
    Replies(ActorId),
    Track(ActorId, &'a TrackRow),
    Option(ActionId),
    Slopes(ActorId, &'a IdVec<ActionId, Lanes<L>>),
}

impl<'p, const L: usize> Rehearsal<'p, L> {
    /// Room for one block of a program bound to rows. Every row is 0 until it is set.
    pub fn new(bound: &'p BoundProgram<'p>, path: InstructionPath) -> Self {
        let mut engine = Engine::with_path(bound, path);
        engine.state.drawn = vec![Lanes::<L>::of(0.0); bound.program.parameters.len()];
        Self {
            engine,
            is_open: false,
            total: Lanes::<L>::of(0.0),
            room: SlopeRoom::new(bound.program),
            slopes: Slopes::new(bound.program),
        }
    }

    /// Takes what was drawn for the block of another engine of the same program, bound alike.
    pub fn begin(&mut self, state: &State<L>) {
        self.engine.resume(state);
    }

    /// Sets a parameter. A weight counts from the next [`Rehearsal::weigh`] on.
    pub fn set(&mut self, parameter: ParameterId, row: &Lanes<L>) {
        self.engine.state.drawn[parameter.index()] = *row;
    }

    /// Sets a variable that loosening has added, wherever it is read: in the world, in what the
    /// actor sees, and in what it expects.
    pub fn set_factor(&mut self, factor: VariableId, value: f32) {
        let row = Row::of(value);
        let Engine { state, scratch, .. } = &mut self.engine;
        state.variables[factor.index()] = row;
        scratch.beliefs[factor.index()] = row;
        scratch.mind.expected[factor.index()] = row;
        scratch.mind.imagined[factor.index()] = row;
    }

    /// Puts an actor where it had its turn to deliberate, and lets it deliberate in all lanes,
    /// whether it did or not. The state is one of the same program before it was loosened; the
    /// variables that loosening has added keep their values. Says whether anything was open.
    pub fn face(&mut self, state: &State<L>, actor: ActorId) -> bool {
        self.perform(Part::Face(state, actor));
        self.is_open
    }

    /// Weighs an actor's interests anew.
    pub fn weigh(&mut self, actor: ActorId) {
        self.perform(Part::Interests(actor));
    }

    /// Reckons anew with the replies to the actor that was faced.
    pub fn reckon(&mut self, actor: ActorId) {
        self.perform(Part::Replies(actor));
    }

    /// Where an option is open to the actor that was faced.
    pub fn open(&self, action: ActionId) -> &Mask<L> {
        &self.engine.scratch.open[action.index()]
    }

    /// What each option of a track weighs to the actor that was faced, waiting first, and the sum.
    pub fn weigh_track(&mut self, actor: ActorId, track: &TrackRow) -> (&[Lanes<L>], &Lanes<L>) {
        self.perform(Part::Track(actor, track));
        let weights = &self.engine.scratch.track.weights;
        (&weights[..=track.actions.len()], &self.total)
    }

    /// λ·log₂e·utility of an option to the actor that was faced, with the numbers as they are now;
    /// meaningful where it is open.
    pub fn logit(&mut self, action: ActionId) -> &Lanes<L> {
        self.perform(Part::Option(action));
        &self.engine.scratch.track.logits[0]
    }

    /// Adds the slopes of the logits of the actor that was faced, each times the surprise of its
    /// option, which is 0 where it is closed.
    pub fn add_slopes(&mut self, actor: ActorId, surprise: &IdVec<ActionId, Lanes<L>>) {
        if self.is_open {
            self.perform(Part::Slopes(actor, surprise));
        }
    }

    /// The slopes that have been added since they were last cleared.
    pub fn slopes(&mut self) -> &mut Slopes<L> {
        &mut self.slopes
    }

    /// A quantity of the actor that was faced, on what it sees.
    pub fn quantity(&mut self, actor: ActorId, input: Input) -> Lanes<L> {
        let Engine {
            bound,
            state,
            work,
            scratch,
            ..
        } = &mut self.engine;
        let morning = Engine::morning(bound, state, &scratch.beliefs, actor);
        *work.input(input, &morning, &Mask::<L>::of(0), &mut Lanes::<L>::of(0.0))
    }

    fn perform(&mut self, part: Part<'_, L>) {
        on_path!(
            self.engine.work.path,
            self.perform_portable,
            self.perform_avx2,
            self.perform_avx512,
            (part)
        )
    }

    #[inline(never)]
    fn perform_portable(&mut self, part: Part<'_, L>) {
        self.perform_here(part);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    #[inline(never)]
    fn perform_avx2(&mut self, part: Part<'_, L>) {
        self.perform_here(part);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    #[inline(never)]
    fn perform_avx512(&mut self, part: Part<'_, L>) {
        self.perform_here(part);
    }

    /// The one source of all paths.
    #[inline(always)]
    fn perform_here(&mut self, part: Part<'_, L>) {
        let engine = &mut self.engine;
        match part {
            Part::Face(state, actor) => {
                engine.weigh_interests();
                engine.state.take_place_of(state);
                engine.perceive(actor);
                engine.measure_for(actor);
                self.is_open = engine.face(actor, &Mask::<L>::of(u32::MAX), true);
            }
            Part::Interests(actor) => engine.weigh_interests_of(actor),
            Part::Replies(actor) => {
                if self.is_open {
                    engine.reckon(actor);
                }
            }
            Part::Track(actor, track) => self.total = engine.weigh_track(actor, track),
            Part::Option(action) => {
                let open = engine.scratch.open[action.index()];
                if any(&open) {
                    let actor = engine.bound.program.actions[action].actor;
                    engine.value_option(actor, action, 0, &open);
                }
            }
            Part::Slopes(actor, surprise) => {
                engine.add_slopes(actor, surprise, &mut self.room, &mut self.slopes);
            }
        }
    }
}

impl<const L: usize> State<L> {
    /// Becomes the same as `state` in all that a decision reads, save for what was drawn, which
    /// is the caller's, and for variables that `state` does not have.
    fn take_place_of(&mut self, state: &Self) {
        self.day = state.day;
        self.first_run = state.first_run;
        self.key_high = state.key_high;
        self.key_low = state.key_low;
        self.variables[..state.variables.len()].copy_from_slice(&state.variables);
        for (mine, theirs) in self.pending.iter_mut().zip(&state.pending) {
            mine.in_use = theirs.in_use;
            if theirs.in_use {
                mine.slots.copy_from_slice(&theirs.slots);
            }
        }
        for (mine, theirs) in self.histories.iter_mut().zip(&state.histories) {
            mine.copy_from_slice(theirs);
        }
        let records = self.memory.actions.iter_mut().zip(&state.memory.actions);
        records.for_each(|(mine, theirs)| mine.clone_from(theirs));
        let records = self.memory.events.iter_mut().zip(&state.memory.events);
        records.for_each(|(mine, theirs)| mine.clone_from(theirs));
    }
}
