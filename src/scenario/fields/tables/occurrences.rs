//! The tables of occurrences: actions, which actors choose, and events, which are random.

use super::shorthand::{LABEL, field, integer, quantity};
use crate::scenario::fields::{
    DomainRule, ExpressionType, Field, FieldDefault, FieldKind, TableSpec,
};
use crate::scenario::limits;

const EFFECTS: Field = field(
    "effects",
    FieldKind::Effects,
    FieldDefault::None,
    "Amounts added to variables on success; each is a number, a distribution or an expression.",
)
.example("{ propaganda = 0.08, us_turkey_trust = -0.012 }");

const DELAY_DAYS: Field = field(
    "delay_days",
    integer(0, limits::HORIZON_DAYS),
    FieldDefault::Number(0.0),
    "Days until the first part of the effects arrives.",
)
.unit("days")
.example("3");

const OVER_DAYS: Field = field(
    "over_days",
    integer(1, limits::HORIZON_DAYS),
    FieldDefault::Number(1.0),
    "Number of days over which the effects are divided evenly.",
)
.unit("days")
.example("7");

const LIMIT: Field = field(
    "limit",
    integer(1, limits::OCCURRENCES),
    FieldDefault::None,
    "Maximum number of occurrences per run. Default: no maximum.",
)
.unit("occurrences per run")
.example("1");

/// The fields of the tables `[actions.NAME]`.
pub static ACTION: TableSpec = TableSpec {
    noun: "action",
    doc: "An action of an actor.",
    fields: &[
        field(
            "actor",
            FieldKind::ActorName,
            FieldDefault::Required,
            "Actor that can take the action.",
        )
        .example("\"russia\""),
        field(
            "track",
            FieldKind::Name,
            FieldDefault::Word("main"),
            "Track of the action. An actor makes one choice per track and day.",
        )
        .example("\"influence\""),
        LABEL,
        field(
            "requires",
            FieldKind::Expression(ExpressionType::Condition),
            FieldDefault::None,
            "Condition under which the action is available. Default: always.",
        )
        .example("\"propaganda < 0.9\""),
        field(
            "success",
            quantity(DomainRule::Unit),
            FieldDefault::Number(1.0),
            "Success probability.",
        )
        .example("0.85"),
        field(
            "cost",
            quantity(DomainRule::Real),
            FieldDefault::Number(0.0),
            "Cost, subtracted from utility.",
        )
        .unit("utility")
        .example("0.002"),
        field(
            "appeal",
            quantity(DomainRule::Real),
            FieldDefault::Number(0.0),
            "Utility that the imperatives do not represent.",
        )
        .unit("utility")
        .example("0.0"),
        field(
            "daily_odds",
            quantity(DomainRule::NonNegative),
            FieldDefault::Number(1.0),
            "Base odds against waiting on a day of equal utility; their logarithm is the alternative-specific constant.",
        )
        .example("0.2"),
        field(
            "cooldown_days",
            integer(0, limits::HORIZON_DAYS),
            FieldDefault::Number(0.0),
            "Days without the action after it was taken: taken on day d, it is available again from day d + cooldown_days + 1.",
        )
        .unit("days")
        .example("3"),
        LIMIT,
        EFFECTS,
        field(
            "failure_effects",
            FieldKind::Effects,
            FieldDefault::None,
            "Amounts added to variables on failure.",
        )
        .example("{ us_turkey_trust = 0.004 }"),
        DELAY_DAYS,
        OVER_DAYS,
    ],
};

/// The fields of the tables `[events.NAME]`.
pub static EVENT: TableSpec = TableSpec {
    noun: "event",
    doc: "A random event that no actor chooses.",
    fields: &[
        LABEL,
        field(
            "hazard",
            quantity(DomainRule::Unit),
            FieldDefault::Required,
            "Hazard rate: the probability that the event occurs on a day.",
        )
        .unit("1/day")
        .example("\"0.01 + 0.02 * turkish_advance\""),
        LIMIT,
        EFFECTS,
        DELAY_DAYS,
        OVER_DAYS,
    ],
};
