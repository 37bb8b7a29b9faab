//! The tables of a scenario file and their fields.

mod actors;
mod occurrences;

pub use actors::{ACTOR, IMPERATIVE, PERCEPTION};
pub use occurrences::{ACTION, EVENT};

use super::{Absent, DomainRule, Field, FieldKind, Gives, TableRule};
use crate::scenario::limits;

const fn field(key: &'static str, kind: FieldKind, absent: Absent, doc: &'static str) -> Field {
    Field {
        key,
        kind,
        absent,
        doc,
        unit: None,
        example: "",
    }
}

impl Field {
    const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(unit);
        self
    }

    const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }
}

const fn text(most: usize) -> FieldKind {
    FieldKind::Text { most }
}

/// A number, a distribution or an expression.
const fn quantity(domain: DomainRule) -> FieldKind {
    FieldKind::Quantity {
        domain,
        expression: true,
    }
}

/// A number or a distribution.
const fn constant(domain: DomainRule) -> FieldKind {
    FieldKind::Quantity {
        domain,
        expression: false,
    }
}

const fn whole(least: i64, most: i64) -> FieldKind {
    FieldKind::Whole { least, most }
}

const LABEL: Field = field(
    "label",
    text(limits::LABEL_CHARACTERS),
    Absent::Nothing,
    "The name for people, shown in tables; the name of the table by default.",
)
.example("\"US–Turkey trust\"");

/// The whole file.
pub static ROOT: TableRule = TableRule {
    noun: "scenario",
    doc: "A world and its forecast questions.",
    fields: &[
        field(
            "scenario",
            FieldKind::Table(&SCENARIO),
            Absent::Refused,
            "What the scenario is called, and the days that are lived.",
        ),
        field(
            "variables",
            FieldKind::NamedTables(&VARIABLE),
            Absent::Nothing,
            "The quantities of the world's state that move in time.",
        ),
        field(
            "indicators",
            FieldKind::NamedExpressions,
            Absent::Nothing,
            "Named expressions over variables and other indicators.",
        )
        .example("{ rift = \"1 - us_turkey_trust\" }"),
        field(
            "actors",
            FieldKind::NamedTables(&ACTOR),
            Absent::Nothing,
            "Those who decide.",
        ),
        field(
            "actions",
            FieldKind::NamedTables(&ACTION),
            Absent::Nothing,
            "What actors may do. Waiting is always open to all of them.",
        ),
        field(
            "events",
            FieldKind::NamedTables(&EVENT),
            Absent::Nothing,
            "What happens to the world without anyone's choice.",
        ),
        field(
            "correlations",
            FieldKind::ListOfTables {
                rule: &CORRELATION,
                most: limits::CORRELATIONS,
            },
            Absent::Nothing,
            "What goes together by luck; all that is not named here is independent.",
        )
        .example("[{ shocks = [\"us_turkey_trust\", \"nato_cohesion\"], coefficient = -0.4 }]"),
        field(
            "outcomes",
            FieldKind::NamedTables(&OUTCOME),
            Absent::Refused,
            "The forecast questions.",
        ),
    ],
};

/// `[scenario]`
pub static SCENARIO: TableRule = TableRule {
    noun: "scenario",
    doc: "What the scenario is called, and the days that are lived.",
    fields: &[
        field(
            "title",
            text(limits::TITLE_CHARACTERS),
            Absent::Refused,
            "What the scenario is, in a sentence.",
        )
        .example("\"Within the month: Russia tries to split the US from Turkey\""),
        field(
            "note",
            text(limits::TEXT_CHARACTERS),
            Absent::Nothing,
            "Free text about the whole: sources, caveats, authorship.",
        ),
        field(
            "start",
            FieldKind::Date,
            Absent::Refused,
            "The date of day 1.",
        )
        .example("2016-11-01"),
        field(
            "horizon_days",
            whole(1, limits::HORIZON_DAYS),
            Absent::Refused,
            "How many days are lived.",
        )
        .unit("days")
        .example("30"),
        field(
            "moves",
            FieldKind::Word(&["simultaneous", "sequential"]),
            Absent::Word("simultaneous"),
            "Whether all actors decide on the same morning's state, or one after the other in \
             the order of `order`.",
        )
        .example("\"simultaneous\""),
        field(
            "order",
            FieldKind::ActorNames {
                most: limits::ACTORS,
            },
            Absent::Nothing,
            "The order in which actors move where `moves` is \"sequential\": every actor once.",
        )
        .example("[\"russia\", \"turkey\"]"),
    ],
};

/// `[variables.…]`
pub static VARIABLE: TableRule = TableRule {
    noun: "variable",
    doc: "A quantity of the world's state that moves in time.",
    fields: &[
        LABEL,
        field(
            "initial",
            constant(DomainRule::Bounds),
            Absent::Refused,
            "Its value on the morning of day 1.",
        )
        .example("{ beta = { mean = 0.55, sd = 0.08 } }"),
        field(
            "baseline",
            quantity(DomainRule::Bounds),
            Absent::Nothing,
            "Where it returns to; needed where `reversion` is given.",
        )
        .example("0.5"),
        field(
            "reversion",
            quantity(DomainRule::Unit),
            Absent::Nothing,
            "The share of the distance to the baseline that is closed in a day.",
        )
        .unit("1/day")
        .example("0.02"),
        field(
            "volatility",
            quantity(DomainRule::NonNegative),
            Absent::Nothing,
            "The standard deviation of the daily shock.",
        )
        .unit("per day")
        .example("0.012"),
        field(
            "min",
            FieldKind::Number,
            Absent::Number(0.0),
            "The lower bound, where it stops.",
        )
        .example("0.0"),
        field(
            "max",
            FieldKind::Number,
            Absent::Number(1.0),
            "The upper bound, where it stops.",
        )
        .example("1.0"),
    ],
};

/// `[[correlations]]`
pub static CORRELATION: TableRule = TableRule {
    noun: "correlation",
    doc: "Two uncertain quantities, or the daily shocks of two variables, that go together.",
    fields: &[
        field(
            "between",
            FieldKind::QuantityPair,
            Absent::Nothing,
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
            Absent::Nothing,
            "Two variables with `volatility`, whose daily shocks are correlated. Either this or \
             `between`.",
        )
        .example("[\"us_turkey_trust\", \"nato_cohesion\"]"),
        field(
            "coefficient",
            FieldKind::Coefficient,
            Absent::Refused,
            "How closely they go together, above -1 and below 1; below 0, one is high where the \
             other is low.",
        )
        .example("0.6"),
    ],
};

/// `[outcomes.…]`
pub static OUTCOME: TableRule = TableRule {
    noun: "outcome",
    doc: "A forecast question.",
    fields: &[
        LABEL,
        field(
            "question",
            text(limits::TEXT_CHARACTERS),
            Absent::Refused,
            "The question as it is asked of a forecaster.",
        )
        .example("\"Do the United States and Turkey openly split before 1 December 2016?\""),
        field(
            "criterion",
            text(limits::TEXT_CHARACTERS),
            Absent::Nothing,
            "What counts as yes, for whoever resolves it.",
        ),
        field(
            "when",
            FieldKind::Expression(Gives::Condition),
            Absent::Refused,
            "The condition that makes it true.",
        )
        .example("\"us_turkey_trust < 0.2\""),
        field(
            "sustained_days",
            whole(1, limits::HORIZON_DAYS),
            Absent::Number(1.0),
            "On how many days running the condition must hold.",
        )
        .unit("days")
        .example("3"),
        field(
            "by",
            FieldKind::Date,
            Absent::Nothing,
            "The last day that counts; the last day lived by default.",
        )
        .example("2016-11-30"),
        field(
            "resolution",
            FieldKind::Table(&RESOLUTION),
            Absent::Nothing,
            "How the question was answered, for scoring.",
        )
        .example("{ answer = \"no\", date = 2016-12-01 }"),
    ],
};

/// `resolution = { … }`
pub static RESOLUTION: TableRule = TableRule {
    noun: "resolution",
    doc: "How a question was answered.",
    fields: &[
        field(
            "answer",
            FieldKind::Word(&["yes", "no", "annulled"]),
            Absent::Refused,
            "The answer.",
        )
        .example("\"no\""),
        field(
            "date",
            FieldKind::Date,
            Absent::Nothing,
            "For a yes, the day on which it came true; else the day on which it was known.",
        )
        .example("2016-12-01"),
        field(
            "source",
            text(limits::TITLE_CHARACTERS),
            Absent::Nothing,
            "Where it stands.",
        ),
    ],
};
