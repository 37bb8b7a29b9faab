//! Random scenarios: the text of a file that the reader accepts.
//!
//! Everything is drawn as plain numbers and trees and only then written out, so that proptest can
//! shrink it. References are numbers taken modulo what there is to refer to. Names are in another
//! order than the tables, numbers have odd digits so that thresholds are seldom met exactly, and
//! most operations that can fault are kept from it, so that most runs reach the last day.

mod expressions;
mod writing;

use expressions::{Condition, Context, Number, condition, number};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use std::fmt::{self, Debug};
use writing::write_all;

const VARIABLES: [&str; 5] = ["mood", "army", "trust", "debt", "income"];
const INDICATORS: [&str; 4] = ["strain", "balance", "odds_now", "alarm"];
const ACTORS: [&str; 3] = ["west", "east", "middle"];
const ACTIONS: [&str; 7] = ["talk", "act", "threaten", "buy", "sell", "march", "build"];
const EVENTS: [&str; 3] = ["storm", "leak", "accident"];
const OUTCOMES: [&str; 3] = ["third", "first", "second"];
const TRACKS: [&str; 2] = ["main", "economy"];
/// Bounds of variables.
const BOUNDS: [(f64, f64); 5] = [
    (0.0, 1.0),
    (0.0, 1.0),
    (-1.0, 1.0),
    (0.0, 250.0),
    (-40.0, 10.0),
];

/// The text of a scenario file.
#[derive(Clone)]
pub struct Text(pub String);

impl Debug for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "\n{}", self.0)
    }
}

/// Scenarios of up to 5 variables, 3 actors, 7 actions, 3 events and 12 days.
pub fn scenario_text() -> impl Strategy<Value = Text> {
    let world = (vec(variable(), 1..=5), vec(indicator(), 0..=4));
    let people = (vec(actor(), 1..=3), vec(action(), 0..=7));
    let rest = (vec(event(), 0..=3), vec(outcome(), 1..=3));
    let frame = (1..=12u16, of(0..3usize), weighted(0.3, -99..100));
    (frame, world, people, rest).prop_map(|(frame, world, people, rest)| {
        let context = Context {
            variables: &VARIABLES[..world.0.len()],
            indicators: Vec::new(),
            occurrences: [&ACTIONS[..people.1.len()], &EVENTS[..rest.0.len()]].concat(),
        };
        Text(write_all(frame, &world, &people, &rest, &context).expect("a String takes all text"))
    })
}

/// A number, a distribution or an expression, in units of what it is a quantity of.
#[derive(Clone, Debug)]
enum Quantity {
    /// A share of the scale.
    Known(f64),
    /// A distribution of a kind, about a share of the scale.
    Drawn(u8, f64),
    /// An expression times a share of the scale.
    Depends(f64, Number),
}

fn quantity() -> BoxedStrategy<Quantity> {
    prop_oneof![
        4 => constant(),
        1 => (share(), number()).prop_map(|(share, tree)| Quantity::Depends(share, tree)),
    ]
    .boxed()
}

fn constant() -> BoxedStrategy<Quantity> {
    prop_oneof![
        3 => share().prop_map(Quantity::Known),
        1 => (0..4u8, share()).prop_map(|(kind, share)| Quantity::Drawn(kind, share)),
    ]
    .boxed()
}

/// A number in [0, 1], now and then an end of it.
fn share() -> BoxedStrategy<f64> {
    prop_oneof![
        8 => (1..10_007u32).prop_map(|n| f64::from(n) / 10_007.0),
        1 => Just(0.0),
        1 => Just(1.0),
    ]
    .boxed()
}

impl Quantity {
    /// As TOML, within [low, high]; expressions are clamped by the engine where they leave it.
    fn text(&self, low: f64, high: f64, context: &Context) -> String {
        let at = |share: f64| low + share * (high - low);
        match self {
            Quantity::Known(share) => format!("{:?}", at(*share)),
            Quantity::Drawn(kind, share) => {
                let (from, to) = (at(share * 0.6), at(0.3 + share * 0.7));
                let mode = at(share * 0.6 + 0.1);
                let (mean, sd) = (0.5 * (from + to), 0.2 * (to - from));
                match kind {
                    0 => format!("{{ uniform = {{ min = {from:?}, max = {to:?} }} }}"),
                    1 => format!(
                        "{{ triangular = {{ min = {from:?}, mode = {mode:?}, max = {to:?} }} }}"
                    ),
                    2 => {
                        format!("{{ pert = {{ min = {from:?}, mode = {mode:?}, max = {to:?} }} }}")
                    }
                    _ => format!(
                        "{{ truncated_normal = {{ mean = {mean:?}, sd = {sd:?}, min = {low:?}, \
                         max = {high:?} }} }}"
                    ),
                }
            }
            Quantity::Depends(share, tree) => {
                let scale = 0.6 * share * (high - low);
                format!(
                    "\"{:?} + {scale:?} * {}\"",
                    at(0.4 * share),
                    tree.text(context)
                )
            }
        }
    }
}

#[derive(Clone, Debug)]
struct Variable {
    bounds: usize,
    initial: Quantity,
    pull: Option<(Quantity, Quantity)>,
    volatility: Option<Quantity>,
}

fn variable() -> impl Strategy<Value = Variable> {
    let pull = of((quantity(), quantity()));
    (0..BOUNDS.len(), constant(), pull, of(quantity())).prop_map(
        |(bounds, initial, pull, volatility)| Variable {
            bounds,
            initial,
            pull,
            volatility,
        },
    )
}

#[derive(Clone, Debug)]
enum Indicator {
    Number(Number),
    Condition(Condition),
}

fn indicator() -> impl Strategy<Value = Indicator> {
    prop_oneof![
        number().prop_map(Indicator::Number),
        condition().prop_map(Indicator::Condition),
    ]
}

#[derive(Clone, Debug)]
struct Actor {
    precision: (f64, Quantity),
    tempo: Option<Quantity>,
    imperatives: Vec<(Quantity, Number)>,
    /// A greatest aversion, and where between its negative and it.
    risk: Option<(f64, Quantity)>,
    /// The other actors it anticipates, with their insight.
    anticipates: Option<([bool; 3], Quantity)>,
    perceives: Vec<(usize, Sight)>,
}

/// What an actor sees of a variable.
#[derive(Clone, Debug)]
enum Sight {
    /// Days late, and a noise.
    Late(u16, Option<Quantity>),
    /// A belief.
    Hidden(Option<Quantity>),
}

fn sight() -> impl Strategy<Value = (usize, Sight)> {
    let late = (0..5u16, quantity()).prop_map(|(days, noise)| Sight::Late(days, Some(noise)));
    let sight = prop_oneof![
        2 => late,
        1 => (1..5u16).prop_map(|days| Sight::Late(days, None)),
        2 => of(constant()).prop_map(Sight::Hidden),
    ];
    (0..5usize, sight)
}

fn actor() -> impl Strategy<Value = Actor> {
    let sharpness = prop_oneof![Just(3.0), Just(30.0), Just(300.0), Just(1e5)];
    let imperatives = vec((constant(), number()), 0..=3);
    let aversion = prop_oneof![Just(1.0), Just(30.0), Just(1000.0)];
    let minds = (
        weighted(0.3, (aversion, quantity())),
        weighted(0.3, (any::<[bool; 3]>(), quantity())),
        prop_oneof![2 => Just(Vec::new()), 1 => vec(sight(), 1..3)],
    );
    ((sharpness, quantity()), of(quantity()), imperatives, minds).prop_map(
        |(precision, tempo, imperatives, (risk, anticipates, perceives))| Actor {
            precision,
            tempo,
            imperatives,
            risk,
            anticipates,
            perceives,
        },
    )
}

/// A variable, and an amount about 0 as a share of its range.
type Effects = Vec<(usize, Quantity)>;

fn effects() -> impl Strategy<Value = Effects> {
    vec((0..5usize, quantity()), 0..=3)
}

#[derive(Clone, Debug)]
struct Action {
    actor: usize,
    track: usize,
    requires: Option<Condition>,
    success: Option<Quantity>,
    appeal_and_cost: (Option<Quantity>, Option<Quantity>),
    odds: Option<Quantity>,
    cooldown_days: u16,
    limit: Option<u16>,
    effects: (Effects, Effects),
    timing: (u16, u16),
}

fn action() -> impl Strategy<Value = Action> {
    let whose = (0..3usize, 0..2usize, weighted(0.4, condition()));
    let appeal_and_cost = (of(quantity()), of(quantity()));
    let limits = (0..4u16, of(1..4u16), timing());
    let chances = (of(quantity()), of(quantity()));
    (
        whose,
        appeal_and_cost,
        chances,
        limits,
        (effects(), effects()),
    )
        .prop_map(
            |(whose, appeal_and_cost, chances, limits, effects)| Action {
                actor: whose.0,
                track: whose.1,
                requires: whose.2,
                success: chances.0,
                appeal_and_cost,
                odds: chances.1,
                cooldown_days: limits.0,
                limit: limits.1,
                effects,
                timing: limits.2,
            },
        )
}

fn timing() -> impl Strategy<Value = (u16, u16)> {
    prop_oneof![Just((0, 1)), (0..4u16, 1..5u16)]
}

#[derive(Clone, Debug)]
struct Event {
    hazard: Quantity,
    limit: Option<u16>,
    effects: Effects,
    timing: (u16, u16),
}

fn event() -> impl Strategy<Value = Event> {
    (quantity(), of(1..4u16), effects(), timing()).prop_map(|(hazard, limit, effects, timing)| {
        Event {
            hazard,
            limit,
            effects,
            timing,
        }
    })
}

#[derive(Clone, Debug)]
struct Outcome {
    when: Condition,
    sustained_days: u16,
    last_day: Option<u16>,
}

fn outcome() -> impl Strategy<Value = Outcome> {
    (condition(), 1..4u16, of(0..12u16)).prop_map(|(when, sustained_days, last_day)| Outcome {
        when,
        sustained_days,
        last_day,
    })
}
