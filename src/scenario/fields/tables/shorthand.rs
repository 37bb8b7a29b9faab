//! Constructors that keep the tables of fields short.

use crate::scenario::fields::{DomainRule, Field, FieldDefault, FieldKind};
use crate::scenario::limits;

pub const fn field(
    key: &'static str,
    kind: FieldKind,
    default: FieldDefault,
    doc: &'static str,
) -> Field {
    Field {
        key,
        kind,
        default,
        doc,
        unit: None,
        example: "",
    }
}

impl Field {
    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(unit);
        self
    }

    pub const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }
}

pub const fn text(max: usize) -> FieldKind {
    FieldKind::String { max }
}

/// A number, a distribution or an expression.
pub const fn quantity(domain: DomainRule) -> FieldKind {
    FieldKind::Quantity {
        domain,
        expression: true,
    }
}

/// A number or a distribution.
pub const fn constant(domain: DomainRule) -> FieldKind {
    FieldKind::Quantity {
        domain,
        expression: false,
    }
}

pub const fn integer(min: i64, max: i64) -> FieldKind {
    FieldKind::Integer { min, max }
}

pub const LABEL: Field = field(
    "label",
    text(limits::LABEL_CHARACTERS),
    FieldDefault::None,
    "Display name in tables and charts. Default: the name of the table.",
)
.example("\"US–Turkey trust\"");
