//! The tables of what happens to the world: actions, by someone's choice, and events, by nobody's.

use super::shorthand::{LABEL, field, quantity, whole};
use crate::scenario::fields::{
    DomainRule, ExpressionType, Field, FieldDefault, FieldKind, TableSpec,
};
use crate::scenario::limits;

const EFFECTS: Field = field(
    "effects",
    FieldKind::Effects,
    FieldDefault::None,
    "What it adds to variables; an amount may be a number, a distribution or an expression.",
)
.example("{ propaganda = 0.08, us_turkey_trust = -0.012 }");

const DELAY_DAYS: Field = field(
    "delay_days",
    whole(0, limits::HORIZON_DAYS),
    FieldDefault::Number(0.0),
    "The effects begin this many days later.",
)
.unit("days")
.example("3");

const OVER_DAYS: Field = field(
    "over_days",
    whole(1, limits::HORIZON_DAYS),
    FieldDefault::Number(1.0),
    "The effects are spread evenly over this many days.",
)
.unit("days")
.example("7");

const LIMIT: Field = field(
    "limit",
    whole(1, limits::OCCURRENCES),
    FieldDefault::None,
    "How many times a run may see it; any number of times by default.",
)
.unit("times per run")
.example("1");

/// `[actions.…]`
pub static ACTION: TableSpec = TableSpec {
    noun: "action",
    doc: "Something that an actor may do.",
    fields: &[
        field(
            "actor",
            FieldKind::ActorName,
            FieldDefault::Required,
            "Who may do it.",
        )
        .example("\"russia\""),
        field(
            "track",
            FieldKind::Name,
            FieldDefault::Word("main"),
            "The line on which it is decided: one choice per actor, track and day.",
        )
        .example("\"influence\""),
        LABEL,
        field(
            "requires",
            FieldKind::Expression(ExpressionType::Condition),
            FieldDefault::None,
            "When it is open; always by default.",
        )
        .example("\"propaganda < 0.9\""),
        field(
            "success",
            quantity(DomainRule::Unit),
            FieldDefault::Number(1.0),
            "The probability that it succeeds.",
        )
        .example("0.85"),
        field(
            "cost",
            quantity(DomainRule::Real),
            FieldDefault::Number(0.0),
            "What it costs the actor.",
        )
        .unit("utility")
        .example("0.002"),
        field(
            "appeal",
            quantity(DomainRule::Real),
            FieldDefault::Number(0.0),
            "Utility that the imperatives do not explain.",
        )
        .unit("utility")
        .example("0.0"),
        field(
            "daily_odds",
            quantity(DomainRule::NonNegative),
            FieldDefault::Number(1.0),
            "The odds against waiting on a day when both are worth the same.",
        )
        .example("0.2"),
        field(
            "cooldown_days",
            whole(0, limits::HORIZON_DAYS),
            FieldDefault::Number(0.0),
            "Taken on day d, it is open again on day d + cooldown_days + 1.",
        )
        .unit("days")
        .example("3"),
        LIMIT,
        EFFECTS,
        field(
            "failure_effects",
            FieldKind::Effects,
            FieldDefault::None,
            "What it adds to variables when it fails.",
        )
        .example("{ us_turkey_trust = 0.004 }"),
        DELAY_DAYS,
        OVER_DAYS,
    ],
};

/// `[events.…]`
pub static EVENT: TableSpec = TableSpec {
    noun: "event",
    doc: "Something that happens to the world.",
    fields: &[
        LABEL,
        field(
            "hazard",
            quantity(DomainRule::Unit),
            FieldDefault::Required,
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
