//! The replies of one other, on s⁺ and after either side of the option in hand.
//!
//! R = τ·Σ over tracks Σ over replies P·V, P the logit share and V what the reply is worth to the one who
//! reckons. So ∂R/∂τ = R/τ, ∂R/∂V = τP, and ∂R/∂logit = τP·(V − ΣPV of its track). A reply that
//! an option does not stir is as it was on s⁺, but for its share: what it counts is gathered and
//! handed on once.

use crate::base::index::ActorId;
use crate::base::math::single;
use crate::engine::Interests;
use crate::engine::Slopes;
use crate::engine::gradient::partials::{add_product, unit};
use crate::engine::gradient::response::{Counts, Reading, Reply, Two};
use crate::engine::lanes::{Lanes, Mask, any, bit, keep, select};
use crate::engine::utility::evaluate::{Situation, Workspace};
use crate::engine::utility::invalidation::Shift;
use crate::engine::utility::on;
use crate::program::{Anticipation, Program};

/// The place of s⁺; those after success and failure follow.
pub(in crate::engine) const EXPECTED: usize = 0;

/// What one other is expected to reply.
#[derive(Debug)]
pub(in crate::engine) struct Replies<const L: usize> {
    two: Two,
    /// Its place among those whom the one who reckons anticipates.
    anticipation: usize,
    places: [Place<L>; 3],
    after: Vec<Lanes<L>>,
    /// By side and imperative, of the one who reckons and of the responder.
    gains: [Vec<Lanes<L>>; 4],
    insight: Lanes<L>,
    /// What s⁺ counts.
    counts: Lanes<L>,
    /// By reply: what those count that no option stirs, by logit and by worth.
    gathered: Vec<[Lanes<L>; 2]>,
    is_needed: bool,
}

/// The replies on one hypothetical state.
#[derive(Clone, Debug)]
struct Place<const L: usize> {
    /// By imperative: the residuals of the one who reckons, and of the responder.
    before: [Vec<Lanes<L>>; 2],
    /// Through the tracks.
    replies: Vec<Reply<L>>,
    shares: Vec<Lanes<L>>,
    /// By track: ΣPV.
    means: Vec<Lanes<L>>,
    reading: Reading<L>,
    tempo: Lanes<L>,
    tempo_unit: Lanes<L>,
}

impl<const L: usize> Replies<L> {
    pub(in crate::engine) fn new(
        program: &Program,
        own: ActorId,
        anticipation: &Anticipation,
        max_touches: usize,
    ) -> Self {
        let zero = Lanes::<L>::of(0.0);
        let responder = anticipation.responder;
        let two = Two { own, responder };
        let mut anticipated = program.actors[own].anticipates.iter();
        let place = anticipated.position(|one| one.responder == responder);
        let n_own = program.actors[own].imperatives.len();
        let n_theirs = program.actors[responder].imperatives.len();
        let tracks = &program.actors[responder].tracks;
        let options = tracks.iter().flat_map(|track| &track.actions).enumerate();
        let replies: Vec<Reply<L>> = options
            .map(|(index, &action)| Reply::new(program, two, anticipation, index, action))
            .collect();
        let place_of_replies = Place {
            before: [vec![zero; n_own], vec![zero; n_theirs]],
            shares: vec![zero; replies.len()],
            means: vec![zero; tracks.len()],
            reading: Reading {
                sharpness: zero,
                by_precision: zero,
                by_insight: zero,
            },
            tempo: zero,
            tempo_unit: zero,
            replies,
        };
        Self {
            two,
            anticipation: place.unwrap_or(0),
            after: vec![zero; max_touches],
            gains: [n_own, n_own, n_theirs, n_theirs].map(|n| vec![zero; n]),
            insight: zero,
            counts: zero,
            gathered: vec![[zero; 2]; place_of_replies.replies.len()],
            places: std::array::from_fn(|_| place_of_replies.clone()),
            is_needed: false,
        }
    }

    /// Begins a decision: nothing counts yet.
    #[inline(always)]
    pub(in crate::engine) fn begin(&mut self, needed: &Mask<L>, insight: &Lanes<L>) {
        self.is_needed = any(needed);
        self.insight = *insight;
        self.counts = Lanes::<L>::of(0.0);
        self.gathered.fill([Lanes::<L>::of(0.0); 2]);
    }

    /// Reckons with the replies on the state `base`, which is left as it was; without a `shift` it
    /// is s⁺.
    #[inline(always)]
    #[allow(
        clippy::too_many_arguments,
        reason = "one step of a loop, cut out to be read"
    )]
    pub(in crate::engine) fn appraise(
        &mut self,
        place: usize,
        morning: &Situation<'_, L>,
        base: &mut [Lanes<L>],
        shift: Option<&Shift>,
        active: &Mask<L>,
        interests: &Interests<L>,
        work: &mut Workspace<L>,
    ) {
        if !self.is_needed {
            return;
        }
        let program = morning.bound.program;
        let (own, responder) = (
            &program.actors[self.two.own],
            &program.actors[self.two.responder],
        );
        let anticipation = &own.anticipates[self.anticipation];
        self.evaluate_before(place, anticipation, &on(morning, base), shift, active, work);
        let there = on(morning, base);
        let here = &mut self.places[place];
        let mut slot = Lanes::<L>::of(0.0);
        let precision = *work.input(responder.precision, &there, active, &mut slot);
        here.tempo = *work.input(responder.tempo, &there, active, &mut slot);
        here.tempo_unit = unit(program, responder.tempo, &here.tempo);
        let units = [
            unit(program, responder.precision, &precision),
            unit(program, own.insight, &self.insight),
        ];
        let reading = &mut here.reading;
        for lane in 0..L {
            reading.sharpness[lane] = precision[lane] * self.insight[lane];
            reading.by_precision[lane] = self.insight[lane] * units[0][lane];
            reading.by_insight[lane] = precision[lane] * units[1][lane];
        }
        for (index, concern) in anticipation.response_dependencies.iter().enumerate() {
            if shift.is_some_and(|shift| !shift.options[index].any()) {
                continue;
            }
            let here = &mut self.places[place];
            let reply = &mut here.replies[index];
            reply.look(morning, base, active, work);
            if reply.is_open {
                let before = [here.before[0].as_slice(), here.before[1].as_slice()];
                let (after, gains) = (&mut self.after, &mut self.gains);
                reply.value(
                    self.two, concern, morning, base, before, after, gains, interests, work,
                );
            }
        }
        self.share(place, program, shift, active);
    }

    /// Leaves in a place the residuals that a reply may change, as they are before it.
    #[inline(always)]
    fn evaluate_before(
        &mut self,
        place: usize,
        anticipation: &Anticipation,
        there: &Situation<'_, L>,
        shift: Option<&Shift>,
        active: &Mask<L>,
        work: &mut Workspace<L>,
    ) {
        let program = there.bound.program;
        let actors = [self.two.own, self.two.responder];
        let sets = [&anticipation.residuals, &anticipation.responder_residuals];
        for (k, indices) in sets.into_iter().enumerate() {
            let shifted = shift.map(|shift| [&shift.residuals, &shift.responder_residuals][k]);
            let imperatives = &program.actors[actors[k]].imperatives;
            for (at, &index) in indices.iter().enumerate() {
                let Some(residual) = imperatives[index].residual else {
                    continue;
                };
                self.places[place].before[k][index] = match shifted {
                    Some(shifted) if !shifted[at] => self.places[EXPECTED].before[k][index],
                    _ => *work.number(&program.codes[residual], &there.view, active),
                };
            }
        }
    }

    /// The reply as it is on a place.
    #[inline(always)]
    fn reply(&self, place: usize, index: usize, shift: Option<&Shift>) -> &Reply<L> {
        match shift.is_none_or(|shift| shift.options[index].any()) {
            true => &self.places[place].replies[index],
            false => &self.places[EXPECTED].replies[index],
        }
    }

    /// Leaves in a place how probable each reply is, and what those of a track are worth in the
    /// mean.
    #[inline(always)]
    fn share(&mut self, place: usize, program: &Program, shift: Option<&Shift>, active: &Mask<L>) {
        let sharpness = self.places[place].reading.sharpness;
        let mut first = 0;
        for (k, track) in program.actors[self.two.responder].tracks.iter().enumerate() {
            let indices = first..first + track.actions.len();
            first = indices.end;
            let mut largest = Lanes::<L>::of(0.0);
            for index in indices.clone() {
                let reply = self.reply(place, index, shift);
                if !reply.is_open {
                    continue;
                }
                for lane in 0..L {
                    let logit = sharpness[lane] * reply.utility[lane];
                    let is_meant = reply.open[lane] & active[lane] & bit(reply.odds[lane] > 0.0);
                    let higher = is_meant & bit(logit > largest[lane]);
                    largest[lane] = select(higher, logit, largest[lane]);
                }
            }
            let mut total = Lanes::<L>::of(0.0);
            for lane in 0..L {
                total[lane] = single::exp(-largest[lane]);
            }
            for index in indices.clone() {
                let reply = self.reply(place, index, shift);
                let mut share = Lanes::<L>::of(0.0);
                if reply.is_open {
                    for lane in 0..L {
                        let logit = sharpness[lane] * reply.utility[lane];
                        let weight = reply.odds[lane] * single::exp(logit - largest[lane]);
                        let is_meant =
                            reply.open[lane] & active[lane] & bit(reply.odds[lane] > 0.0);
                        share[lane] = keep(is_meant, weight);
                        total[lane] += share[lane];
                    }
                }
                self.places[place].shares[index] = share;
            }
            let mut mean = Lanes::<L>::of(0.0);
            for index in indices {
                let mut share = self.places[place].shares[index];
                let reply = self.reply(place, index, shift);
                for lane in 0..L {
                    share[lane] /= total[lane];
                    let is_open = reply.open[lane] & active[lane];
                    mean[lane] += keep(is_open, share[lane] * reply.worth[lane]);
                }
                self.places[place].shares[index] = share;
            }
            self.places[place].means[k] = mean;
        }
    }

    /// Adds what the replies in a place are worth beyond those on s⁺.
    #[inline(always)]
    pub(in crate::engine) fn add_worth(&self, place: usize, worth: &mut Lanes<L>) {
        let [expected, here] = [EXPECTED, place].map(|place| &self.places[place]);
        for (then, now) in expected.means.iter().zip(&here.means) {
            for lane in 0..L {
                worth[lane] += here.tempo[lane] * now[lane] - expected.tempo[lane] * then[lane];
            }
        }
    }

    /// Hands on what the replies in a place count to the numbers that they hang on, and as much
    /// with the other sign to s⁺, with which it was compared.
    #[inline(always)]
    pub(in crate::engine) fn hand_on(
        &mut self,
        place: usize,
        counts: &Lanes<L>,
        shift: &Shift,
        program: &Program,
        slopes: &mut Slopes<L>,
    ) {
        for lane in 0..L {
            self.counts[lane] -= counts[lane];
        }
        self.hand_on_from(place, counts, Some(shift), program, slopes);
    }

    /// Hands on what s⁺ counts, and what was gathered on it.
    #[inline(always)]
    pub(in crate::engine) fn settle(&mut self, program: &Program, slopes: &mut Slopes<L>) {
        if self.is_needed {
            let counts = self.counts;
            self.hand_on_from(EXPECTED, &counts, None, program, slopes);
        }
    }

    #[inline(always)]
    fn hand_on_from(
        &mut self,
        place: usize,
        counts: &Lanes<L>,
        shift: Option<&Shift>,
        program: &Program,
        slopes: &mut Slopes<L>,
    ) {
        let responder = &program.actors[self.two.responder];
        let mut first = 0;
        for (k, track) in responder.tracks.iter().enumerate() {
            let here = &self.places[place];
            let (mean, tempo) = (here.means[k], here.tempo);
            let to = &mut slopes.actors[self.two.responder].tempo;
            add_product(
                to,
                &Mask::<L>::of(u32::MAX),
                counts,
                &mean,
                &here.tempo_unit,
            );
            for index in first..first + track.actions.len() {
                let reply = self.reply(place, index, shift);
                if !reply.is_open {
                    continue;
                }
                let share = &self.places[place].shares[index];
                let (mut logit, mut worth) = (Lanes::<L>::of(0.0), Lanes::<L>::of(0.0));
                for lane in 0..L {
                    let acts = counts[lane] * tempo[lane] * share[lane];
                    worth[lane] = keep(reply.open[lane], acts);
                    let above = reply.worth[lane] - mean[lane];
                    logit[lane] = keep(reply.open[lane], acts * above);
                }
                let is_stirred = shift.is_none_or(|shift| shift.options[index].any());
                let gathered = &mut self.gathered[index];
                if shift.is_none() || !is_stirred {
                    for lane in 0..L {
                        gathered[0][lane] += logit[lane];
                        gathered[1][lane] += worth[lane];
                    }
                }
                if is_stirred {
                    let own = [logit, worth];
                    let [logit, worth] = match shift {
                        None => &self.gathered[index],
                        Some(_) => &own,
                    };
                    let reading = &self.places[place].reading;
                    let counts = Counts {
                        logit,
                        worth,
                        reading,
                    };
                    let reply = &self.places[place].replies[index];
                    reply.hand_on(self.two, &counts, responder.risk.is_some(), slopes);
                }
            }
            first += track.actions.len();
        }
    }
}
