//! Derivatives against closed forms.

use crate::derivatives::measure::derivatives_of;

fn world(horizon_days: u32, rest: &str) -> String {
    format!(
        "[scenario]\ntitle = \"A world with a closed form\"\nstart = 2030-01-01\nhorizon_days = {horizon_days}\n\n{rest}"
    )
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// The derivative of a smooth function, to about ten digits.
fn derivative(f: impl Fn(f64) -> f64, at: f64) -> f64 {
    let h = 1e-3 * at.abs().max(0.1);
    (8.0 * (f(at + h) - f(at - h)) - (f(at + 2.0 * h) - f(at - 2.0 * h))) / (12.0 * h)
}

/// From 5 to 10 before 0: P = 1/(1 + (q/p)⁵), so ∂P/∂ logit p = 5·P·(1 − P).
#[test]
fn gamblers_ruin() {
    let text = world(
        300,
        r#"
[variables.purse]
initial = 5
min = 0
max = 10
[actors.gambler]
precision = 0
[actions.play]
actor = "gambler"
requires = "purse > 0.5 and purse < 9.5"
success = 0.45
daily_odds = 1e12
effects = { purse = 1 }
failure_effects = { purse = -1 }
[outcomes.rich]
question = "Does the gambler leave rich?"
when = "purse >= 9.5"
"#,
    );
    let p: f64 = 0.45;
    let rich = 1.0 / (1.0 + libm::pow((1.0 - p) / p, 5.0));
    let by_logit = 5.0 * rich * (1.0 - rich);
    assert!((by_logit - 0.981_535).abs() < 1e-6);
    derivatives_of(&text, 16_384).assert_near(
        "rich",
        "actions.play.success",
        by_logit / (p * (1.0 - p)),
    );
}

#[test]
fn logit_probabilities() {
    let (one, two) = (libm::log(2.5), libm::log(1.5));
    let text = world(
        1,
        &format!(
            r#"
[actors.chooser]
precision = 1
[actions.one]
actor = "chooser"
appeal = {one}
[actions.two]
actor = "chooser"
cost = {cost}
[outcomes.one]
question = "Is it one?"
when = "happened(one)"
"#,
            cost = -two
        ),
    )
    .replace("cost = -", "appeal = ");
    let measured = derivatives_of(&text, 40_000);
    measured.assert_near("one", "actions.one.appeal", 0.25);
    measured.assert_near("one", "actions.one.cost", -0.25);
    measured.assert_near("one", "actions.two.appeal", -0.15);
    measured.assert_near("one", "actions.two.cost", 0.15);
    measured.assert_near("one", "actions.one.daily_odds", 0.25);
    measured.assert_near("one", "actions.two.daily_odds", -0.15);
    // P₁ = e^(λU₁)/Σ: by λ, P₁·(U₁ − mean U).
    measured.assert_near(
        "one",
        "actors.chooser.precision",
        0.5 * (one - 0.5 * one - 0.3 * two),
    );
}

/// P = 1 − (1 − h)ⁿ, for a known hazard, an expression, and an uncertain hazard.
#[test]
fn hazards() {
    let text = world(
        10,
        r#"
[variables.known]
initial = 0.1
[events.storm]
hazard = 0.1
[events.flood]
hazard = "known"
[events.quake]
hazard = { uniform = { min = 0.02, max = 0.3 } }
[outcomes.storm]
question = "A storm?"
when = "happened(storm)"
[outcomes.flood]
question = "A flood?"
when = "happened(flood)"
[outcomes.quake]
question = "A quake?"
when = "happened(quake)"
[outcomes.early_storm]
question = "A storm in the first week?"
when = "happened(storm)"
by = 2030-01-04
[outcomes.both]
question = "A storm and a flood?"
when = "happened(storm) and happened(flood)"
"#,
    );
    let measured = derivatives_of(&text, 40_000);
    let by_day = |n: f64, h: f64| n * libm::pow(1.0 - h, n - 1.0);
    measured.assert_near("storm", "events.storm.hazard", by_day(10.0, 0.1));
    measured.assert_near("early_storm", "events.storm.hazard", by_day(4.0, 0.1));
    measured.assert_near("flood", "events.flood.hazard", 0.1 * by_day(10.0, 0.1));
    let mean = (libm::pow(0.98, 10.0) - libm::pow(0.7, 10.0)) / 0.28;
    measured.assert_near("quake", "events.quake.hazard", mean);
    let other = 1.0 - libm::pow(0.9, 10.0);
    measured.assert_near("both", "events.storm.hazard", other * by_day(10.0, 0.1));
    measured.assert_near("storm", "events.flood.hazard", 0.0);
}

/// Activation with probability τ and action with ½: P = 1 − (1 − τ/2)ⁿ.
#[test]
fn tempo() {
    let text = world(
        5,
        r#"
[variables.pace]
initial = 0.3
[actors.slow]
precision = 1
tempo = 0.3
[actors.paced]
precision = 1
tempo = "pace"
[actors.quick]
precision = 1
[actions.slow_act]
actor = "slow"
[actions.quick_act]
actor = "quick"
[actions.quick_word]
actor = "quick"
track = "words"
daily_odds = 3
[actions.paced_act]
actor = "paced"
[outcomes.slow]
question = "Does the slow one act?"
when = "happened(slow_act)"
[outcomes.quick]
question = "Does the quick one act?"
when = "happened(quick_act)"
[outcomes.word]
question = "Does the quick one both act and speak on the first day?"
when = "happened(quick_act) and happened(quick_word)"
by = 2030-01-01
[outcomes.paced]
question = "Does the paced one act?"
when = "happened(paced_act)"
"#,
    );
    let measured = derivatives_of(&text, 40_000);
    let truth = 2.5 * libm::pow(0.85, 4.0);
    measured.assert_near("slow", "actors.slow.tempo", truth);
    measured.assert_near("paced", "actors.paced.tempo", 0.3 * truth);
    measured.assert_near("quick", "actors.quick.tempo", 2.5 * libm::pow(0.5, 4.0));
    measured.assert_near("word", "actors.quick.tempo", 0.5 * 0.75);
}

const WEIGHED: &str = r#"
[variables.bread]
initial = 0.2
[variables.peace]
initial = 0.5
[variables.fame]
initial = 0.3
[variables.scale]
initial = 1
[actors.ruler]
precision = 8
[actors.ruler.imperatives.feed]
weight = 1
goal = "bread"
[actors.ruler.imperatives.calm]
weight = { uniform = { min = 1.999999, max = 2.000001 } }
goal = "peace * peace"
[actors.ruler.imperatives.shine]
weight = 3
goal = "sqrt(fame)"
[actions.march]
actor = "ruler"
success = 0.7
cost = "0.05 * scale"
daily_odds = 0.8
effects = { bread = 0.3, fame = 0.34, peace = -0.2 }
failure_effects = { peace = -0.4 }
[outcomes.marches]
question = "Does the ruler march?"
when = "happened(march)"
[outcomes.wins]
question = "Does the ruler win?"
when = "succeeded(march)"
"#;

/// One choice of weights w, λ, p, cost and odds: P = logistic(λu + ln r).
#[test]
fn a_choice_of_several_imperatives() {
    let measured = derivatives_of(&world(1, WEIGHED), 60_000);
    let share = |w: [f64; 3], precision: f64, p: f64, cost: f64, odds: f64| {
        let won = [0.3, 0.09 - 0.25, 0.8 - libm::sqrt(0.3)];
        let lost = [0.0, 0.01 - 0.25, 0.0];
        let total: f64 = w.iter().sum();
        let u: f64 = (0..3)
            .map(|i| w[i] / total * (p * won[i] + (1.0 - p) * lost[i]))
            .sum();
        logistic(precision * (u - cost) + libm::log(odds))
    };
    let marches = |w, precision, p, cost, odds| share(w, precision, p, cost, odds);
    for (i, name) in ["feed", "calm", "shine"].into_iter().enumerate() {
        let with = |weight: f64| {
            let mut w = [1.0, 2.0, 3.0];
            w[i] = weight;
            marches(w, 8.0, 0.7, 0.05, 0.8)
        };
        let truth = derivative(with, [1.0, 2.0, 3.0][i]);
        let path = format!("actors.ruler.imperatives.{name}.weight");
        measured.assert_near("marches", &path, truth);
    }
    let w = [1.0, 2.0, 3.0];
    let by_precision = derivative(|precision| marches(w, precision, 0.7, 0.05, 0.8), 8.0);
    measured.assert_near("marches", "actors.ruler.precision", by_precision);
    let by_success = derivative(|p| marches(w, 8.0, p, 0.05, 0.8), 0.7);
    measured.assert_near("marches", "actions.march.success", by_success);
    let by_both = derivative(|p| p * marches(w, 8.0, p, 0.05, 0.8), 0.7);
    measured.assert_near("wins", "actions.march.success", by_both);
    let by_cost = derivative(|cost| marches(w, 8.0, 0.7, cost, 0.8), 0.05);
    measured.assert_near("marches", "actions.march.cost", 0.05 * by_cost);
    let by_odds = derivative(|odds| marches(w, 8.0, 0.7, 0.05, odds), 0.8);
    measured.assert_near("marches", "actions.march.daily_odds", by_odds);
}

const ANTICIPATION: &str = r#"
moves = "sequential"
order = ["first", "second"]
[variables.lure]
initial = 0.2
[variables.spoils]
initial = 0.6
[actors.first]
precision = 10
anticipates = ["second"]
insight = 0.8
[actors.first.imperatives.keep]
weight = 1
goal = "spoils"
[actors.second]
precision = 20
tempo = 0.9
[actors.second.imperatives.take]
weight = 2
goal = "1 - spoils * lure"
[actors.second.imperatives.rest]
weight = 1
goal = "spoils"
[actions.show]
actor = "first"
appeal = 0.05
effects = { lure = 0.4 }
[actions.grab]
actor = "second"
success = 0.75
cost = 0.03
daily_odds = 1.5
effects = { spoils = -0.5 }
[outcomes.shown]
question = "Does the first show?"
when = "happened(show)"
[outcomes.grabbed]
question = "Does the second grab?"
when = "happened(grab)"
"#;

/// The first actor's choice depends on the second's numbers through the anticipated response.
#[test]
fn anticipated_response() {
    let text = world(1, "").trim_end().to_owned() + "\n" + ANTICIPATION;
    let measured = derivatives_of(&text, 60_000);
    // Take, rest, precision, tempo, success, cost, odds; insight, precision of the first.
    let start = [2.0, 1.0, 20.0, 0.9, 0.75, 0.03, 1.5, 0.8, 10.0];
    let grabs = |x: &[f64; 9], lure: f64, insight: f64| {
        let utility = (x[0] * 0.5 * lure - x[1] * 0.5) / (x[0] + x[1]);
        logistic(insight * x[2] * (x[4] * utility - x[5]) + libm::log(x[6]))
    };
    let shown = |x: &[f64; 9]| {
        let reply = |lure| -0.5 * x[4] * x[3] * grabs(x, lure, x[7]);
        logistic(x[8] * (0.05 + reply(0.6) - reply(0.2)))
    };
    let grabbed = |x: &[f64; 9]| {
        let share = shown(x);
        x[3] * (share * grabs(x, 0.6, 1.0) + (1.0 - share) * grabs(x, 0.2, 1.0))
    };
    let paths = [
        "actors.second.imperatives.take.weight",
        "actors.second.imperatives.rest.weight",
        "actors.second.precision",
        "actors.second.tempo",
        "actions.grab.success",
        "actions.grab.cost",
        "actions.grab.daily_odds",
        "actors.first.insight",
        "actors.first.precision",
    ];
    for (place, path) in paths.into_iter().enumerate() {
        let with = |value: f64, of: &dyn Fn(&[f64; 9]) -> f64| {
            let mut x = start;
            x[place] = value;
            of(&x)
        };
        let truth =
            |of: &dyn Fn(&[f64; 9]) -> f64| derivative(|value| with(value, of), start[place]);
        measured.assert_near("shown", path, truth(&shown));
        measured.assert_near("grabbed", path, truth(&grabbed));
    }
}
