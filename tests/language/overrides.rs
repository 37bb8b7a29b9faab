//! Overrides, `--set PATH=VALUE`: how they change a scenario and which errors they report.

use realpolitik::base::diagnostic::{Sources, render};
use realpolitik::base::index::{Id, VariableId};
use realpolitik::base::random::Distribution;
use realpolitik::scenario::{
    Answer, Correlated, Correlation, Override, PerceptionKind, Scenario, Value, read,
};

const SAMPLE: &str = include_str!("accepted/within_the_month_sample.toml");
const PERCEPTION: &str = include_str!("accepted/perception_and_correlation.toml");

fn overrides(sets: &[&str]) -> Vec<Override> {
    let parsed = sets.iter().map(|set| set.parse().expect("PATH=VALUE"));
    parsed.collect()
}

/// The sample with overrides that must be accepted.
fn set(sets: &[&str]) -> Scenario {
    set_in(SAMPLE, sets)
}

/// Any scenario with overrides that must be accepted.
fn set_in(text: &str, sets: &[&str]) -> Scenario {
    let mut sources = Sources::default();
    let reading = read(&mut sources, "params/sample.toml", text, &overrides(sets));
    let shown = render(&sources, &reading.diagnostics, false);
    reading.scenario.unwrap_or_else(|| panic!("{shown}"))
}

/// The diagnostics of overrides that must be rejected.
fn rejected(sets: &[&str]) -> String {
    let mut sources = Sources::default();
    let reading = read(&mut sources, "params/sample.toml", SAMPLE, &overrides(sets));
    assert!(reading.scenario.is_none(), "{sets:?} was accepted");
    render(&sources, &reading.diagnostics, false)
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Number(number) => *number,
        other => panic!("{other:?} is no number"),
    }
}

#[test]
fn override_replaces_a_weight() {
    let scenario = set(&["actors.russia.imperatives.break_nato.weight=0"]);
    let imperative = &scenario.actors.as_slice()[0].imperatives[0];
    assert_eq!(number(&imperative.weight.value), 0.0);
    assert_eq!(
        imperative.weight.path,
        "actors.russia.imperatives.break_nato.weight"
    );
    assert_eq!(scenario.name, "sample");
}

#[test]
fn every_type_of_value_can_be_set() {
    let scenario = set(&[
        "scenario.horizon_days=60",
        "scenario.title=Sixty days",
        "scenario.start = 2016-12-01",
        "variables.us_turkey_trust.initial={ uniform = { min = 0.2, max = 0.4 } }",
        "actions.propaganda_campaign.requires=propaganda < 0.5 and day > 3",
        "indicators.rift=\"(1 - us_turkey_trust)^2\"",
        "outcomes.us_turkey_split.resolution.answer=yes",
    ]);
    assert_eq!(scenario.horizon_days, 60);
    assert_eq!(scenario.title, "Sixty days");
    assert_eq!(scenario.start.to_string(), "2016-12-01");
    let initial = &scenario.variables.as_slice()[0].initial.value;
    let uniform = Distribution::uniform(0.2, 0.4).expect("a distribution");
    assert!(matches!(initial, Value::Distribution(given) if *given == uniform));
    let requires = scenario.actions.as_slice()[0]
        .requires
        .as_ref()
        .expect("a condition");
    assert_eq!(requires.text, "propaganda < 0.5 and day > 3");
    let resolution = scenario.outcomes.as_slice()[0]
        .resolution
        .as_ref()
        .expect("a resolution");
    assert_eq!(resolution.answer, Answer::Yes);
}

#[test]
fn absent_keys_can_be_added() {
    let scenario = set(&[
        "events.soldiers_killed_near_al_bab.delay_days=3",
        "variables.propaganda.volatility=0.01",
        "actions.propaganda_campaign.effects.nato_cohesion=-0.02",
        "outcomes.us_turkey_split.by=2016-11-20",
    ]);
    assert_eq!(scenario.events.as_slice()[0].timing.delay_days, 3);
    let volatility = scenario.variables.as_slice()[1]
        .volatility
        .as_ref()
        .expect("a shock");
    assert_eq!(number(&volatility.value), 0.01);
    let effect = scenario.actions.as_slice()[0]
        .effects
        .last()
        .expect("an effect");
    assert_eq!(
        effect.amount.path,
        "actions.propaganda_campaign.effects.nato_cohesion"
    );
    assert_eq!(scenario.outcomes.as_slice()[0].last_day, 20);
}

#[test]
fn parameter_of_a_distribution_can_be_set() {
    let scenario = set(&["variables.us_turkey_trust.initial.beta.mean=0.3"]);
    let beta = Distribution::beta_from_moments(0.3, 0.08).expect("a distribution");
    let initial = &scenario.variables.as_slice()[0].initial.value;
    assert!(matches!(initial, Value::Distribution(given) if *given == beta));
}

#[test]
fn anticipation_risk_and_perception_can_be_set() {
    let scenario = set_in(
        PERCEPTION,
        &[
            "actors.russia.risk=50",
            "actors.russia.anticipates=[]",
            "actors.united_states.perceives.deal.hidden=false",
            "actors.turkey.perceives.trust.hidden=true",
            "actors.turkey.perceives.oil_price.delay_days=7",
        ],
    );
    let [russia, turkey, united_states, _] = scenario.actors.as_slice() else {
        panic!("four actors");
    };
    let risk = russia.risk.as_ref().expect("an attitude to risk");
    assert_eq!(number(&risk.value), 50.0);
    assert!(russia.anticipates.is_empty());
    assert_eq!(united_states.perceives.len(), 1);
    let [oil_price, trust] = &turkey.perceives[..] else {
        panic!("two perceptions");
    };
    assert!(matches!(
        oil_price.kind,
        PerceptionKind::Observed {
            delay_days: 7,
            noise: Some(_)
        }
    ));
    assert!(matches!(
        trust.kind,
        PerceptionKind::Hidden { belief: None }
    ));
}

#[test]
fn correlations_can_be_set() {
    assert_eq!(set_in(PERCEPTION, &[]).correlations.len(), 6);
    // Setting a quantity to a number or expression leaves its correlations in place; an unused
    // belief has none.
    let scenario = set_in(
        PERCEPTION,
        &[
            "variables.trust.initial=0.4",
            "events.incident.effects.trust=-0.1 * trust",
        ],
    );
    assert_eq!(scenario.correlations.len(), 6);
    let scenario = set_in(
        PERCEPTION,
        &["actors.united_states.perceives.deal.hidden=false"],
    );
    assert_eq!(scenario.correlations.len(), 5);
    assert_eq!(set_in(PERCEPTION, &["correlations=[]"]).correlations, []);
    let one = "correlations=[{ shocks = [\"buildup\", \"trust\"], coefficient = -0.5 }]";
    let correlations = set_in(PERCEPTION, &[one]).correlations;
    let between = Correlated::Shocks(VariableId::new(2), VariableId::new(0));
    assert_eq!(
        correlations,
        [Correlation {
            between,
            coefficient: -0.5
        }]
    );
}

#[test]
fn last_of_two_overrides_applies() {
    let scenario = set(&["scenario.horizon_days=60", "scenario.horizon_days=90"]);
    assert_eq!(scenario.horizon_days, 90);
}

#[test]
fn errors_are_shown_in_the_override() {
    insta::assert_snapshot!(rejected(&[
        "actors.rusia.precision=1",
        "actors.russia.precison=1",
        "actors.russia.imperatives.brake_nato.weight=0",
        "actor.russia.precision=1",
        "scenario.title.first=x",
        "variables.fear.initial=0.5",
        "variables.propaganda.initial=1.5",
        "actions.propaganda_campaign.requires=propagnda < 0.5",
        "actions.propaganda_campaign.effects.trust=1",
        "indicators.rift={ beta = { mean = 0.5 sd = 0.1 } }",
        "events.soldiers_killed_near_al_bab.hazard=",
        "actors..precision=1",
        "actors.russia.imperatives.break_nato.goal=us_turkey_trust < 0.5",
        "actors.russia.perceives.trust.hidden=true",
        "actors.russia.perceives.propaganda.delay=1",
        "actors.russia.anticipates=[\"russia\"]",
        "actors.russia.insight=high",
        "correlations.0.coefficient=0.1",
        "correlations=[{ shocks = [\"us_turkey_trust\"], coefficient = 2 }]",
    ]));
}

/// Every type of value, multiplied by 2 or ½.
#[test]
fn factor_multiplies_the_value_in_the_file() {
    let of = |sets: &[&str], place: fn(&Scenario) -> &Value| place(&set(sets)).clone();
    fn first_weight(scenario: &Scenario) -> &Value {
        &scenario.actors.as_slice()[0].imperatives[0].weight.value
    }
    let path = "actors.russia.imperatives.break_nato.weight";
    for (before, factor, after) in [
        ("0.4", "2", "0.8"),
        ("3", "1.5", "4.5"),
        ("{ from = 0.5, to = 0.8 }", "2", "{ from = 1.0, to = 1.6 }"),
        (
            "{ uniform = { min = 1, max = 3 } }",
            "0.5",
            "{ uniform = { min = 0.5, max = 1.5 } }",
        ),
        (
            "{ triangular = { min = 1, mode = 2, max = 4 } }",
            "2",
            "{ triangular = { min = 2, mode = 4, max = 8 } }",
        ),
        (
            "{ lognormal = { mean = 1, sd = 0.5 } }",
            "2",
            "{ lognormal = { mean = 2, sd = 1.0 } }",
        ),
        (
            "{ beta = { mean = 0.4, sd = 0.1 } }",
            "0.5",
            "{ beta = { mean = 0.2, sd = 0.05 } }",
        ),
        (
            "{ truncated_normal = { mean = 1, sd = 0.5, max = 3 } }",
            "2",
            "{ truncated_normal = { mean = 2, sd = 1.0, max = 6 } }",
        ),
    ] {
        let written = format!("{path}={after}");
        let set_first = format!("{path}={before}");
        for times in [format!("{path}*={factor}"), format!("{path} *= {factor}")] {
            let product = of(&[&set_first, &times], first_weight);
            let expected = of(&[&written], first_weight);
            match (&product, &expected) {
                (Value::Number(a), Value::Number(b)) => assert_eq!(a, b),
                (Value::Distribution(a), Value::Distribution(b)) => assert_eq!(a, b, "{before}"),
                other => panic!("{before}: {other:?}"),
            }
        }
    }
    // The log mean of a lognormal increases by the logarithm of the factor.
    let set_first = format!("{path}={{ lognormal = {{ mu = 0, sigma = 0.5 }} }}");
    let product = of(&[&set_first, &format!("{path}*=2")], first_weight);
    let Value::Distribution(Distribution::LogNormal { mu, sigma }) = product else {
        panic!("{product:?}");
    };
    assert!((mu - std::f64::consts::LN_2).abs() < 1e-15 && sigma == 0.5);
    // An expression stays an expression, an integer stays an integer.
    let scenario = set(&[
        "events.soldiers_killed_near_al_bab.hazard=0.01 + 0.01",
        "events.soldiers_killed_near_al_bab.hazard*=0.5",
        "scenario.horizon_days=20",
        "scenario.horizon_days*=1.5",
    ]);
    let Value::Expression(hazard) = &scenario.events.as_slice()[0].hazard.value else {
        panic!("an expression");
    };
    assert_eq!(hazard.text, "(0.01 + 0.01) * (0.5)");
    assert_eq!(scenario.horizon_days, 30);
}

#[test]
fn invalid_factors_are_rejected() {
    for (sets, part) in [
        (
            &["actors.russia.precision*=x"][..],
            "the factor after `*=` must be a number",
        ),
        (&["actors.rusia.precision*=2"], "did you mean `russia`"),
        (&["scenario.title*=2"], "a string cannot be multiplied"),
        (&["scenario.note*=2"], "nothing to multiply"),
        (
            &[
                "actors.russia.imperatives.break_nato.weight={ from = 1, to = 2 }",
                "actors.russia.imperatives.break_nato.weight*=0",
            ],
            "by a number above 0",
        ),
        (
            &[
                "actors.russia.imperatives.break_nato.weight={ beta = { alpha = 1, beta = 2 } }",
                "actors.russia.imperatives.break_nato.weight*=0.5",
            ],
            "give it by `mean` and `sd`",
        ),
        (
            &[
                "actions.propaganda_campaign.success=0.6",
                "actions.propaganda_campaign.success*=2",
            ],
            "out of range",
        ),
    ] {
        let shown = rejected(sets);
        assert!(shown.contains(part), "{sets:?}: {shown}");
    }
}

#[test]
fn override_without_value_is_rejected() {
    let error = "scenario.horizon_days"
        .parse::<Override>()
        .expect_err("no `=`");
    assert!(error.to_string().contains("PATH=VALUE"), "{error}");
}
