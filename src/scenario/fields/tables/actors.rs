//! The tables of those who decide: what they want, reckon with and see.

use super::shorthand::{LABEL, constant, field, quantity, whole};
use crate::scenario::fields::{DomainRule, ExpressionType, FieldDefault, FieldKind, TableSpec};
use crate::scenario::limits;

/// `[actors.…]`
pub static ACTOR: TableSpec = TableSpec {
    noun: "actor",
    doc: "One who decides: a state, a militia, an alliance.",
    fields: &[
        LABEL,
        field(
            "precision",
            quantity(DomainRule::NonNegative),
            FieldDefault::Required,
            "How sharply it prefers the better option: 0 is indifferent; 100 to 500 is usual, \
             because an option moves a goal by hundredths.",
        )
        .unit("1/utility")
        .example("300.0"),
        field(
            "tempo",
            quantity(DomainRule::Unit),
            FieldDefault::Number(1.0),
            "The probability that it deliberates on a given day.",
        )
        .example("0.8"),
        field(
            "risk",
            quantity(DomainRule::Real),
            FieldDefault::None,
            "Its aversion to the spread between success and failure: 0 is neutral, a positive \
             number shuns it, a negative one seeks it; neutral by default.",
        )
        .unit("1/utility")
        .example("20.0"),
        field(
            "anticipates",
            FieldKind::ActorNames {
                most: limits::ANTICIPATED_ACTORS,
            },
            FieldDefault::None,
            "Whose replies it reckons with when it weighs what to do.",
        )
        .example("[\"turkey\", \"united_states\"]"),
        field(
            "insight",
            quantity(DomainRule::Unit),
            FieldDefault::Number(1.0),
            "How well it reads those whom it anticipates: the share of their precision with which \
             it takes them to choose.",
        )
        .example("0.8"),
        field(
            "perceives",
            FieldKind::VariableTables(&PERCEPTION),
            FieldDefault::None,
            "What it sees otherwise than it is: late, blurred or not at all.",
        )
        .example("{ turkish_buildup = { delay_days = 2, noise = 0.05 } }"),
        field(
            "imperatives",
            FieldKind::NamedTables(&IMPERATIVE),
            FieldDefault::None,
            "What it wants.",
        ),
    ],
};

/// `[actors.….imperatives.…]`
pub static IMPERATIVE: TableSpec = TableSpec {
    noun: "imperative",
    doc: "Something that an actor wants.",
    fields: &[
        LABEL,
        field(
            "weight",
            constant(DomainRule::NonNegative),
            FieldDefault::Required,
            "How much it counts beside the actor's other imperatives; weights are relative.",
        )
        .example("{ from = 0.5, to = 0.8 }"),
        field(
            "goal",
            FieldKind::Expression(ExpressionType::Number),
            FieldDefault::Required,
            "How well the world serves it, from 0 to 1.",
        )
        .example("\"0.7 * rift + 0.3 * (1 - nato_cohesion)\""),
    ],
};

/// `[actors.….perceives.…]`
pub static PERCEPTION: TableSpec = TableSpec {
    noun: "perception",
    doc: "How an actor sees a variable, which is named by the table's name.",
    fields: &[
        field(
            "delay_days",
            whole(0, limits::PERCEPTION_DELAY_DAYS),
            FieldDefault::Number(0.0),
            "It sees the value of so many mornings ago; before day 1, the initial value.",
        )
        .unit("days")
        .example("2"),
        field(
            "noise",
            quantity(DomainRule::NonNegative),
            FieldDefault::None,
            "The standard deviation of the error in what it sees, fresh each day; none by default.",
        )
        .example("0.05"),
        field(
            "hidden",
            FieldKind::Boolean,
            FieldDefault::None,
            "Whether it sees nothing of it and keeps a belief from before day 1; false by default.",
        )
        .example("true"),
        field(
            "belief",
            constant(DomainRule::Bounds),
            FieldDefault::None,
            "What it takes a hidden variable to be; the variable's initial value by default.",
        )
        .example("{ beta = { mean = 0.2, sd = 0.1 } }"),
    ],
};
