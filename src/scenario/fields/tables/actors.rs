//! The tables of actors: preferences, anticipation and perception.

use super::shorthand::{LABEL, constant, field, integer, quantity};
use crate::scenario::fields::{DomainRule, ExpressionType, FieldDefault, FieldKind, TableSpec};
use crate::scenario::limits;

/// The fields of the tables `[actors.NAME]`.
pub static ACTOR: TableSpec = TableSpec {
    noun: "actor",
    doc: "A decision maker, such as a state, a militia or an alliance.",
    fields: &[
        LABEL,
        field(
            "precision",
            quantity(DomainRule::NonNegative),
            FieldDefault::Required,
            "Precision λ of the logit choice (quantal response): 0 ignores utility; 100 to 500 is \
             usual, because an action changes a goal by hundredths.",
        )
        .unit("1/utility")
        .example("300.0"),
        field(
            "tempo",
            quantity(DomainRule::Unit),
            FieldDefault::Number(1.0),
            "Probability of being activated on a day.",
        )
        .example("0.8"),
        field(
            "risk",
            quantity(DomainRule::Real),
            FieldDefault::None,
            "Coefficient α of absolute risk aversion (exponential utility): positive is risk \
             averse, negative risk seeking. Default: risk neutral.",
        )
        .unit("1/utility")
        .example("20.0"),
        field(
            "anticipates",
            FieldKind::ActorNames {
                max: limits::ANTICIPATED_ACTORS,
            },
            FieldDefault::None,
            "Actors whose responses it anticipates when it chooses.",
        )
        .example("[\"turkey\", \"united_states\"]"),
        field(
            "insight",
            quantity(DomainRule::Unit),
            FieldDefault::Number(1.0),
            "Factor on the precision of the anticipated actors in its model of their choices; 1 \
             is their true precision.",
        )
        .example("0.8"),
        field(
            "perceives",
            FieldKind::VariableTables(&PERCEPTION),
            FieldDefault::None,
            "Variables that it perceives with delay, with noise or not at all.",
        )
        .example("{ turkish_buildup = { delay_days = 2, noise = 0.05 } }"),
        field(
            "imperatives",
            FieldKind::NamedTables(&IMPERATIVE),
            FieldDefault::None,
            "Goals with their weights.",
        ),
    ],
};

/// The fields of the tables `[actors.NAME.imperatives.NAME]`.
pub static IMPERATIVE: TableSpec = TableSpec {
    noun: "imperative",
    doc: "A goal of an actor with its weight.",
    fields: &[
        LABEL,
        field(
            "weight",
            constant(DomainRule::NonNegative),
            FieldDefault::Required,
            "Weight relative to the actor's other imperatives; weights are divided by their sum.",
        )
        .example("{ from = 0.5, to = 0.8 }"),
        field(
            "goal",
            FieldKind::Expression(ExpressionType::Number),
            FieldDefault::Required,
            "Degree to which the state meets the goal, from 0 to 1.",
        )
        .example("\"0.7 * rift + 0.3 * (1 - nato_cohesion)\""),
    ],
};

/// The fields of the tables `[actors.NAME.perceives.VARIABLE]`.
pub static PERCEPTION: TableSpec = TableSpec {
    noun: "perception",
    doc: "How an actor perceives the variable after which the table is named.",
    fields: &[
        field(
            "delay_days",
            integer(0, limits::PERCEPTION_DELAY_DAYS),
            FieldDefault::Number(0.0),
            "Delay of the perceived value; before day 1 it is the initial value.",
        )
        .unit("days")
        .example("2"),
        field(
            "noise",
            quantity(DomainRule::NonNegative),
            FieldDefault::None,
            "Standard deviation of the perception error, independent from day to day. Default: no error.",
        )
        .example("0.05"),
        field(
            "hidden",
            FieldKind::Boolean,
            FieldDefault::None,
            "If true, the actor does not perceive the variable and uses a constant `belief`. Default: false.",
        )
        .example("true"),
        field(
            "belief",
            constant(DomainRule::Bounds),
            FieldDefault::None,
            "Belief about a hidden variable. Default: its true initial value.",
        )
        .example("{ beta = { mean = 0.2, sd = 0.1 } }"),
    ],
};
