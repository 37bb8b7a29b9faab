//! The tables of a scenario file and their fields.

mod actors;
mod occurrences;
mod shorthand;

pub use actors::{ACTOR, IMPERATIVE, PERCEPTION};
pub use occurrences::{ACTION, EVENT};

use super::{DomainRule, ExpressionType, FieldDefault, FieldKind, TableSpec};
use crate::scenario::limits;
use shorthand::{LABEL, constant, field, quantity, text, whole};

/// The whole file.
pub static ROOT: TableSpec = TableSpec {
    noun: "scenario file",
    doc: "A scenario and its outcomes, the questions that are forecast.",
    fields: &[
        field(
            "scenario",
            FieldKind::Table(&SCENARIO),
            FieldDefault::Required,
            "What the scenario is called, and the days that are lived.",
        ),
        field(
            "variables",
            FieldKind::NamedTables(&VARIABLE),
            FieldDefault::None,
            "The quantities of the world's state that move in time.",
        ),
        field(
            "indicators",
            FieldKind::NamedExpressions,
            FieldDefault::None,
            "NamedEntry expressions over variables and other indicators.",
        )
        .example("{ rift = \"1 - us_turkey_trust\" }"),
        field(
            "actors",
            FieldKind::NamedTables(&ACTOR),
            FieldDefault::None,
            "Those who decide.",
        ),
        field(
            "actions",
            FieldKind::NamedTables(&ACTION),
            FieldDefault::None,
            "What actors may do. Waiting is always open to all of them.",
        ),
        field(
            "events",
            FieldKind::NamedTables(&EVENT),
            FieldDefault::None,
            "What happens to the world without anyone's choice.",
        ),
        field(
            "correlations",
            FieldKind::ArrayOfTables {
                rule: &CORRELATION,
                most: limits::CORRELATIONS,
            },
            FieldDefault::None,
            "What goes together by collisions; all that is not named here is independent.",
        )
        .example("[{ shocks = [\"us_turkey_trust\", \"nato_cohesion\"], coefficient = -0.4 }]"),
        field(
            "outcomes",
            FieldKind::NamedTables(&OUTCOME),
            FieldDefault::Required,
            "The forecast questions.",
        ),
    ],
};

/// `[scenario]`
pub static SCENARIO: TableSpec = TableSpec {
    noun: "scenario",
    doc: "What the scenario is called, and the days that are lived.",
    fields: &[
        field(
            "title",
            text(limits::TITLE_CHARACTERS),
            FieldDefault::Required,
            "What the scenario is, in a sentence.",
        )
        .example("\"Within the month: Russia tries to split the US from Turkey\""),
        field(
            "note",
            text(limits::TEXT_CHARACTERS),
            FieldDefault::None,
            "Free text about the whole: sources, caveats, authorship.",
        ),
        field(
            "start",
            FieldKind::Date,
            FieldDefault::Required,
            "The date of day 1.",
        )
        .example("2016-11-01"),
        field(
            "horizon_days",
            whole(1, limits::HORIZON_DAYS),
            FieldDefault::Required,
            "How many days are lived.",
        )
        .unit("days")
        .example("30"),
        field(
            "moves",
            FieldKind::Choice(&["simultaneous", "sequential"]),
            FieldDefault::Word("simultaneous"),
            "Whether all actors decide on the same morning's state, or one after the other in \
             the order of `order`.",
        )
        .example("\"simultaneous\""),
        field(
            "order",
            FieldKind::ActorNames {
                most: limits::ACTORS,
            },
            FieldDefault::None,
            "The order in which actors move where `moves` is \"sequential\": every actor once.",
        )
        .example("[\"russia\", \"turkey\"]"),
    ],
};

/// `[variables.…]`
pub static VARIABLE: TableSpec = TableSpec {
    noun: "variable",
    doc: "A quantity of the world's state that moves in time.",
    fields: &[
        LABEL,
        field(
            "initial",
            constant(DomainRule::Bounds),
            FieldDefault::Required,
            "Its value on the morning of day 1.",
        )
        .example("{ beta = { mean = 0.55, sd = 0.08 } }"),
        field(
            "baseline",
            quantity(DomainRule::Bounds),
            FieldDefault::None,
            "Where it returns to; required where `reversion` is given.",
        )
        .example("0.5"),
        field(
            "reversion",
            quantity(DomainRule::Unit),
            FieldDefault::None,
            "The share of the distance to the baseline that is closed in a day.",
        )
        .unit("1/day")
        .example("0.02"),
        field(
            "volatility",
            quantity(DomainRule::NonNegative),
            FieldDefault::None,
            "The standard deviation of the daily shock.",
        )
        .unit("per day")
        .example("0.012"),
        field(
            "min",
            FieldKind::Number,
            FieldDefault::Number(0.0),
            "The lower bound, where it stops.",
        )
        .example("0.0"),
        field(
            "max",
            FieldKind::Number,
            FieldDefault::Number(1.0),
            "The upper bound, where it stops.",
        )
        .example("1.0"),
    ],
};

/// `[[correlations]]`
pub static CORRELATION: TableSpec = TableSpec {
    noun: "correlation",
    doc: "Two uncertain quantities, or the daily shocks of two variables, that go together.",
    fields: &[
        field(
            "between",
            FieldKind::QuantityPair,
            FieldDefault::None,
            "Two quantities that are distributions, each by its TOML path; their normal scores \
             are correlated (a Gaussian copula). Either this or `shocks`.",
        )
        .example(
            "[\"variables.us_turkey_trust.initial\", \
             \"actors.russia.imperatives.break_nato.weight\"]",
        ),
        field(
            "shocks",
            FieldKind::VariablePair,
            FieldDefault::None,
            "Two variables with `volatility`, whose daily shocks are correlated. Either this or \
             `between`.",
        )
        .example("[\"us_turkey_trust\", \"nato_cohesion\"]"),
        field(
            "coefficient",
            FieldKind::Coefficient,
            FieldDefault::Required,
            "How closely they go together, above -1 and below 1; below 0, one is high where the \
             other is low.",
        )
        .example("0.6"),
    ],
};

/// `[outcomes.…]`
pub static OUTCOME: TableSpec = TableSpec {
    noun: "outcome",
    doc: "A forecast question.",
    fields: &[
        LABEL,
        field(
            "question",
            text(limits::TEXT_CHARACTERS),
            FieldDefault::Required,
            "The question as it is asked of a forecaster.",
        )
        .example("\"Do the United States and Turkey openly split before 1 December 2016?\""),
        field(
            "criterion",
            text(limits::TEXT_CHARACTERS),
            FieldDefault::None,
            "What counts as yes, for whoever resolves it.",
        ),
        field(
            "when",
            FieldKind::Expression(ExpressionType::Condition),
            FieldDefault::Required,
            "The condition that makes it true.",
        )
        .example("\"us_turkey_trust < 0.2\""),
        field(
            "sustained_days",
            whole(1, limits::HORIZON_DAYS),
            FieldDefault::Number(1.0),
            "On how many days running the condition must hold.",
        )
        .unit("days")
        .example("3"),
        field(
            "by",
            FieldKind::Date,
            FieldDefault::None,
            "The last day that counts; the last day lived by default.",
        )
        .example("2016-11-30"),
        field(
            "resolution",
            FieldKind::Table(&RESOLUTION),
            FieldDefault::None,
            "How the question was answered, for scoring.",
        )
        .example("{ answer = \"no\", date = 2016-12-01 }"),
    ],
};

/// `resolution = { … }`
pub static RESOLUTION: TableSpec = TableSpec {
    noun: "resolution",
    doc: "How a question was answered.",
    fields: &[
        field(
            "answer",
            FieldKind::Choice(&["yes", "no", "annulled"]),
            FieldDefault::Required,
            "The answer.",
        )
        .example("\"no\""),
        field(
            "date",
            FieldKind::Date,
            FieldDefault::None,
            "For a yes, the day on which it came true; else the day on which it was known.",
        )
        .example("2016-12-01"),
        field(
            "source",
            text(limits::TITLE_CHARACTERS),
            FieldDefault::None,
            "Where it stands.",
        ),
    ],
};
