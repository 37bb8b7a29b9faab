//! The tables of what happens to the world: actions, by someone's choice, and events, by nobody's.

use super::{LABEL, field, quantity, whole};
use crate::scenario::fields::{Absent, DomainRule, Field, FieldKind, Gives, TableRule};
use crate::scenario::limits;

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
    whole(1, limits::OCCURRENCES),
    Absent::Nothing,
    "How many times a run may see it; any number of times by default.",
)
.unit("times per run")
.example("1");

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
