//! The specification of a scenario's fields: which keys exist, their types,
//! defaults, limits and descriptions.
//!
//! The reader takes keys, types, defaults and limits from here, `--set` the valid paths, the JSON
//! Schema and the manual everything. A new field is added here and read where its table is read.
//! Editors show the descriptions.

mod tables;

pub use super::expression::ExpressionType;

pub use tables::{
    ACTION, ACTOR, CORRELATION, EVENT, IMPERATIVE, OUTCOME, PERCEPTION, RESOLUTION, ROOT, SCENARIO,
    VARIABLE,
};

/// A kind of TOML table with its fields.
#[derive(Debug)]
pub struct TableSpec {
    /// The noun for one such table, for messages.
    pub noun: &'static str,
    /// The description, one sentence.
    pub doc: &'static str,
    /// The fields, in the order of the manual.
    pub fields: &'static [Field],
}

impl TableSpec {
    /// The field with this key.
    pub fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.key == key)
    }
}

/// A key of a table with its specification.
#[derive(Debug)]
pub struct Field {
    pub key: &'static str,
    /// The type of its value.
    pub kind: FieldKind,
    pub default: FieldDefault,
    /// The description, one sentence.
    pub doc: &'static str,
    /// The unit, if it has one.
    pub unit: Option<&'static str>,
    /// An example value as TOML.
    pub example: &'static str,
}

/// The default of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldDefault {
    /// The field is required.
    Required,
    /// Without the field, its feature is not used.
    None,
    Number(f64),
    Word(&'static str),
}

/// The type of a field's value.
#[derive(Clone, Copy, Debug)]
pub enum FieldKind {
    /// A string for display; it must not look like a formula to a spreadsheet.
    String {
        /// Maximum number of characters.
        max: usize,
    },
    /// A name: lowercase letters, digits, underscores.
    Name,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A date without a time of day.
    Date,
    Integer {
        min: i64,
        max: i64,
    },
    Number,
    /// A correlation coefficient: a number strictly between −1 and 1.
    Coefficient,
    Boolean,
    /// A number, a distribution or, if allowed, an expression.
    Quantity {
        /// The values that the quantity can take.
        domain: DomainRule,
        /// Whether an expression is allowed.
        expression: bool,
    },
    /// An expression of this type.
    Expression(ExpressionType),
    /// The name of an actor.
    ActorName,
    /// The names of actors, each once.
    ActorNames {
        /// Maximum number of items.
        max: usize,
    },
    /// The names of two variables.
    VariablePair,
    /// The TOML paths of two quantities.
    QuantityPair,
    /// Effects: `{ variable = amount, … }`.
    Effects,
    /// A table with these fields.
    Table(&'static TableSpec),
    /// Tables with these fields, named by the user.
    NamedTables(&'static TableSpec),
    /// Tables with these fields, named after variables.
    VariableTables(&'static TableSpec),
    /// An array of tables.
    ArrayOfTables {
        /// The fields of each table.
        spec: &'static TableSpec,
        /// Maximum number of items.
        max: usize,
    },
    /// Expressions, named by the user.
    NamedExpressions,
}

/// The domain of a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainRule {
    /// The unit interval [0, 1].
    Unit,
    /// Numbers of 0 or more.
    NonNegative,
    Real,
    /// Between `min` and `max` of the variable.
    Bounds,
}

/// A family of distributions.
#[derive(Debug)]
pub struct Family {
    /// The key in the file.
    pub key: &'static str,
    /// The alternative sets of parameters, of which one must be complete.
    pub forms: &'static [Parameterization],
    /// The description, one sentence.
    pub doc: &'static str,
}

/// A set of parameters of a family.
#[derive(Debug)]
pub struct Parameterization {
    pub required: &'static [&'static str],
    pub optional: &'static [&'static str],
}

const fn form(required: &'static [&'static str]) -> Parameterization {
    Parameterization {
        required,
        optional: &[],
    }
}

/// The two keys of a 90 % interval, which is written without a family name.
pub const INTERVAL: [&str; 2] = ["from", "to"];

/// The families of distributions in the order of the manual.
pub static FAMILIES: &[Family] = &[
    Family {
        key: "normal",
        forms: &[form(&["mean", "sd"])],
        doc: "Normal distribution, unbounded.",
    },
    Family {
        key: "truncated_normal",
        forms: &[Parameterization {
            required: &["mean", "sd"],
            optional: &["min", "max"],
        }],
        doc: "Normal distribution truncated to [min, max], by default the domain of the field; \
              mean and sd are those before truncation.",
    },
    Family {
        key: "lognormal",
        forms: &[form(&["mean", "sd"]), form(&["mu", "sigma"])],
        doc: "Lognormal distribution, above 0; mu and sigma are mean and sd of the logarithm.",
    },
    Family {
        key: "beta",
        forms: &[form(&["mean", "sd"]), form(&["alpha", "beta"])],
        doc: "Beta distribution on [0, 1].",
    },
    Family {
        key: "uniform",
        forms: &[form(&["min", "max"])],
        doc: "Uniform distribution on [min, max].",
    },
    Family {
        key: "triangular",
        forms: &[form(&["min", "mode", "max"])],
        doc: "Triangular distribution on [min, max] with its peak at mode.",
    },
    Family {
        key: "pert",
        forms: &[form(&["min", "mode", "max"])],
        doc: "PERT distribution (a scaled beta) on [min, max] with its peak at mode.",
    },
];
