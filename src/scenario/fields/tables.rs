//! The tables of a scenario file and their fields.

mod actors;
mod occurrences;
mod shorthand;

pub use actors::{ACTOR, IMPERATIVE, PERCEPTION};
pub use occurrences::{ACTION, EVENT};

use super::{DomainRule, ExpressionType, FieldDefault, FieldKind, TableSpec};
use crate::scenario::limits;
use shorthand::{LABEL, constant, field, integer, quantity, text};

/// The top level of a file.
pub static ROOT: TableSpec = TableSpec {
    noun: "scenario file",
    doc: "A scenario and its outcomes, the questions that are forecast.",
    fields: &[
        field(
            "scenario",
            FieldKind::Table(&SCENARIO),
            FieldDefault::Required,
            "Title and time frame.",
        ),
        field(
            "variables",
            FieldKind::NamedTables(&VARIABLE),
            FieldDefault::None,
            "State variables.",
        ),
        field(
            "indicators",
            FieldKind::NamedExpressions,
            FieldDefault::None,
            "Named expressions of variables and other indicators.",
        )
        .example("{ rift = \"1 - us_turkey_trust\" }"),
        field(
            "actors",
            FieldKind::NamedTables(&ACTOR),
            FieldDefault::None,
            "Decision makers.",
        ),
        field(
            "actions",
            FieldKind::NamedTables(&ACTION),
            FieldDefault::None,
            "Actions of the actors. Waiting is always available and needs no table.",
        ),
        field(
            "events",
            FieldKind::NamedTables(&EVENT),
            FieldDefault::None,
            "Random events that no actor chooses.",
        ),
        field(
            "correlations",
            FieldKind::ArrayOfTables {
                spec: &CORRELATION,
                max: limits::CORRELATIONS,
            },
            FieldDefault::None,
            "Correlations between uncertain quantities or between daily shocks; all others are independent.",
        )
        .example("[{ shocks = [\"us_turkey_trust\", \"nato_cohesion\"], coefficient = -0.4 }]"),
        field(
            "outcomes",
            FieldKind::NamedTables(&OUTCOME),
            FieldDefault::Required,
            "Outcomes: the questions that are forecast.",
        ),
    ],
};

/// The fields of the table `[scenario]`.
pub static SCENARIO: TableSpec = TableSpec {
    noun: "scenario",
    doc: "Title and time frame.",
    fields: &[
        field(
            "title",
            text(limits::TITLE_CHARACTERS),
            FieldDefault::Required,
            "Title of the scenario, one sentence.",
        )
        .example("\"Within the month: Russia tries to split the US from Turkey\""),
        field(
            "note",
            text(limits::TEXT_CHARACTERS),
            FieldDefault::None,
            "Free text: sources, caveats, authors.",
        ),
        field(
            "start",
            FieldKind::Date,
            FieldDefault::Required,
            "Date of day 1.",
        )
        .example("2016-11-01"),
        field(
            "horizon_days",
            integer(1, limits::HORIZON_DAYS),
            FieldDefault::Required,
            "Number of simulated days.",
        )
        .unit("days")
        .example("30"),
        field(
            "moves",
            FieldKind::Choice(&["simultaneous", "sequential"]),
            FieldDefault::Word("simultaneous"),
            "`simultaneous`: all actors choose on the start-of-day state. `sequential`: they \
             choose one after the other, each on the state that the previous ones left.",
        )
        .example("\"simultaneous\""),
        field(
            "order",
            FieldKind::ActorNames {
                max: limits::ACTORS,
            },
            FieldDefault::None,
            "Order of the actors under sequential moves; lists every actor once.",
        )
        .example("[\"russia\", \"turkey\"]"),
    ],
};

/// The fields of the tables `[variables.NAME]`.
pub static VARIABLE: TableSpec = TableSpec {
    noun: "variable",
    doc: "A state variable: it starts at `initial`, reverts to `baseline` and receives effects and daily shocks.",
    fields: &[
        LABEL,
        field(
            "initial",
            constant(DomainRule::Bounds),
            FieldDefault::Required,
            "Initial value, at the start of day 1.",
        )
        .example("{ beta = { mean = 0.55, sd = 0.08 } }"),
        field(
            "baseline",
            quantity(DomainRule::Bounds),
            FieldDefault::None,
            "Long-run mean of the mean reversion; required with `reversion`.",
        )
        .example("0.5"),
        field(
            "reversion",
            quantity(DomainRule::Unit),
            FieldDefault::None,
            "Rate of mean reversion: the share of the distance to `baseline` that is closed per day. Default: none.",
        )
        .unit("1/day")
        .example("0.02"),
        field(
            "volatility",
            quantity(DomainRule::NonNegative),
            FieldDefault::None,
            "Standard deviation of the daily normal shock. Default: no shocks.",
        )
        .unit("per day")
        .example("0.012"),
        field(
            "min",
            FieldKind::Number,
            FieldDefault::Number(0.0),
            "Lower bound; values are clamped to it.",
        )
        .example("0.0"),
        field(
            "max",
            FieldKind::Number,
            FieldDefault::Number(1.0),
            "Upper bound; values are clamped to it.",
        )
        .example("1.0"),
    ],
};

/// The array of tables `[[correlations]]`.
pub static CORRELATION: TableSpec = TableSpec {
    noun: "correlation",
    doc: "A correlation between two uncertain quantities, or between the daily shocks of two variables.",
    fields: &[
        field(
            "between",
            FieldKind::QuantityPair,
            FieldDefault::None,
            "TOML paths of two quantities that are distributions; the coefficient is the \
             correlation of their normal scores (Gaussian copula). Either this or `shocks`.",
        )
        .example(
            "[\"variables.us_turkey_trust.initial\", \
             \"actors.russia.imperatives.break_nato.weight\"]",
        ),
        field(
            "shocks",
            FieldKind::VariablePair,
            FieldDefault::None,
            "Names of two variables with `volatility`, whose daily shocks are correlated. Either \
             this or `between`.",
        )
        .example("[\"us_turkey_trust\", \"nato_cohesion\"]"),
        field(
            "coefficient",
            FieldKind::Coefficient,
            FieldDefault::Required,
            "Correlation coefficient, strictly between -1 and 1.",
        )
        .example("0.6"),
    ],
};

/// The fields of the tables `[outcomes.NAME]`.
pub static OUTCOME: TableSpec = TableSpec {
    noun: "outcome",
    doc: "An outcome: a question that is forecast, and the condition under which it resolves yes.",
    fields: &[
        LABEL,
        field(
            "question",
            text(limits::TEXT_CHARACTERS),
            FieldDefault::Required,
            "Question that a forecaster is asked.",
        )
        .example("\"Do the United States and Turkey openly split before 1 December 2016?\""),
        field(
            "criterion",
            text(limits::TEXT_CHARACTERS),
            FieldDefault::None,
            "Resolution criterion: what counts as yes.",
        ),
        field(
            "when",
            FieldKind::Expression(ExpressionType::Condition),
            FieldDefault::Required,
            "Condition under which the outcome occurs.",
        )
        .example("\"us_turkey_trust < 0.2\""),
        field(
            "sustained_days",
            integer(1, limits::HORIZON_DAYS),
            FieldDefault::Number(1.0),
            "Number of consecutive days on which the condition must hold.",
        )
        .unit("days")
        .example("3"),
        field(
            "by",
            FieldKind::Date,
            FieldDefault::None,
            "Last day that counts. Default: the last simulated day.",
        )
        .example("2016-11-30"),
        field(
            "resolution",
            FieldKind::Table(&RESOLUTION),
            FieldDefault::None,
            "Actual resolution of the question, for scoring.",
        )
        .example("{ answer = \"no\", date = 2016-12-01 }"),
    ],
};

/// The fields of the table `[outcomes.NAME.resolution]`.
pub static RESOLUTION: TableSpec = TableSpec {
    noun: "resolution",
    doc: "The actual resolution of a question.",
    fields: &[
        field(
            "answer",
            FieldKind::Choice(&["yes", "no", "annulled"]),
            FieldDefault::Required,
            "Answer.",
        )
        .example("\"no\""),
        field(
            "date",
            FieldKind::Date,
            FieldDefault::None,
            "For a yes, the day on which the outcome occurred; otherwise the day of the resolution.",
        )
        .example("2016-12-01"),
        field(
            "source",
            text(limits::TITLE_CHARACTERS),
            FieldDefault::None,
            "Source of the resolution.",
        ),
    ],
};
