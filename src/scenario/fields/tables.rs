//! The tables of a scenario file and their fields.

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

const EFFECTS: Field = field(
    "effects",
    FieldKind::Effects,
    Absent::Nothing,
    "What it adds to variables; an amount may be a number, a distribution or an expression.",
)
.example("{ propaganda = 0.08, us_turkey_trust = -0.012 }");

const DELAY_DAYS: Field = field(
    "delay_days",
    whole(0, limits::HORIZON_DAYS),
    Absent::Number(0.0),
    "The effects begin this many days later.",
)
.unit("days")
.example("3");

const OVER_DAYS: Field = field(
    "over_days",
    whole(1, limits::HORIZON_DAYS),
    Absent::Number(1.0),
    "The effects are spread evenly over this many days.",
)
.unit("days")
.example("7");

const LIMIT: Field = field(
    "limit",
    whole(1, limits::HAPPENINGS),
    Absent::Nothing,
    "How many times a run may see it; any number of times by default.",
)
.unit("times per run")
.example("1");

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
            FieldKind::ActorNames,
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

/// `[actors.…]`
pub static ACTOR: TableRule = TableRule {
    noun: "actor",
    doc: "One who decides: a state, a militia, an alliance.",
    fields: &[
        LABEL,
        field(
            "precision",
            quantity(DomainRule::NonNegative),
            Absent::Refused,
            "How sharply it prefers the better option: 0 is indifferent; 100 to 500 is usual, \
             because an option moves a goal by hundredths.",
        )
        .unit("1/utility")
        .example("300.0"),
        field(
            "tempo",
            quantity(DomainRule::Unit),
            Absent::Number(1.0),
            "The probability that it deliberates on a given day.",
        )
        .example("0.8"),
        field(
            "imperatives",
            FieldKind::NamedTables(&IMPERATIVE),
            Absent::Nothing,
            "What it wants.",
        ),
    ],
};

/// `[actors.….imperatives.…]`
pub static IMPERATIVE: TableRule = TableRule {
    noun: "imperative",
    doc: "Something that an actor wants.",
    fields: &[
        LABEL,
        field(
            "weight",
            constant(DomainRule::NonNegative),
            Absent::Refused,
            "How much it counts beside the actor's other imperatives; weights are relative.",
        )
        .example("{ from = 0.5, to = 0.8 }"),
        field(
            "goal",
            FieldKind::Expression(Gives::Number),
            Absent::Refused,
            "How well the world serves it, from 0 to 1.",
        )
        .example("\"0.7 * rift + 0.3 * (1 - nato_cohesion)\""),
    ],
};

/// `[actions.…]`
pub static ACTION: TableRule = TableRule {
    noun: "action",
    doc: "Something that an actor may do.",
    fields: &[
        field(
            "actor",
            FieldKind::ActorName,
            Absent::Refused,
            "Who may do it.",
        )
        .example("\"russia\""),
        field(
            "track",
            FieldKind::Name,
            Absent::Word("main"),
            "The line on which it is decided: one choice per actor, track and day.",
        )
        .example("\"influence\""),
        LABEL,
        field(
            "requires",
            FieldKind::Expression(Gives::Condition),
            Absent::Nothing,
            "When it is open; always by default.",
        )
        .example("\"propaganda < 0.9\""),
        field(
            "success",
            quantity(DomainRule::Unit),
            Absent::Number(1.0),
            "The probability that it succeeds.",
        )
        .example("0.85"),
        field(
            "cost",
            quantity(DomainRule::Real),
            Absent::Number(0.0),
            "What it costs the actor.",
        )
        .unit("utility")
        .example("0.002"),
        field(
            "appeal",
            quantity(DomainRule::Real),
            Absent::Number(0.0),
            "Utility that the imperatives do not explain.",
        )
        .unit("utility")
        .example("0.0"),
        field(
            "daily_odds",
            quantity(DomainRule::NonNegative),
            Absent::Number(1.0),
            "The odds against waiting on a day when both are worth the same.",
        )
        .example("0.2"),
        field(
            "cooldown_days",
            whole(0, limits::HORIZON_DAYS),
            Absent::Number(0.0),
            "Taken on day d, it is open again on day d + cooldown_days + 1.",
        )
        .unit("days")
        .example("3"),
        LIMIT,
        EFFECTS,
        field(
            "failure_effects",
            FieldKind::Effects,
            Absent::Nothing,
            "What it adds to variables when it fails.",
        )
        .example("{ us_turkey_trust = 0.004 }"),
        DELAY_DAYS,
        OVER_DAYS,
    ],
};

/// `[events.…]`
pub static EVENT: TableRule = TableRule {
    noun: "event",
    doc: "Something that happens to the world.",
    fields: &[
        LABEL,
        field(
            "hazard",
            quantity(DomainRule::Unit),
            Absent::Refused,
            "The probability that it strikes on a day.",
        )
        .unit("1/day")
        .example("\"0.01 + 0.02 * turkish_advance\""),
        LIMIT,
        EFFECTS,
        DELAY_DAYS,
        OVER_DAYS,
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
