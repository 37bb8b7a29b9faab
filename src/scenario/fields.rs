//! The one table of a scenario's fields: what may be written where, and what it means.
//!
//! The reader takes from here which keys a table has, what kind of value each holds, its default
//! and its limits; `--set` takes which paths exist; the JSON Schema is this table in another
//! form. So a field is added here, and read where its table is read. Each sentence of
//! documentation is shown by editors.

mod tables;

pub use tables::{
    ACTION, ACTOR, CORRELATION, EVENT, IMPERATIVE, OUTCOME, PERCEPTION, RESOLUTION, ROOT, SCENARIO,
    VARIABLE,
};

/// A table of the file and its fields.
#[derive(Debug)]
pub struct TableSpec {
    /// What one such table is, as a noun.
    pub noun: &'static str,
    /// What it is, in a sentence.
    pub doc: &'static str,
    /// What may be written in it.
    pub fields: &'static [Field],
}

impl TableSpec {
    /// The field of a key.
    pub fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.key == key)
    }
}

/// A key of a table.
#[derive(Debug)]
pub struct Field {
    /// The key.
    pub key: &'static str,
    /// What kind of value it has.
    pub kind: FieldKind,
    /// What holds where it is not written.
    pub default: FieldDefault,
    /// What it means, in a sentence.
    pub doc: &'static str,
    /// Its unit, where it has one.
    pub unit: Option<&'static str>,
    /// An example, as TOML.
    pub example: &'static str,
}

/// What holds where a field is not written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldDefault {
    /// That is an error.
    Required,
    /// Nothing: the feature is not used.
    None,
    /// This number.
    Number(f64),
    /// This word.
    Word(&'static str),
}

/// What kind of value a field has.
#[derive(Clone, Copy, Debug)]
pub enum FieldKind {
    /// Text for people, of so many characters at most; it must not look like a formula.
    String {
        /// The greatest number of characters.
        most: usize,
    },
    /// A name: lowercase letters, digits, underscores.
    Name,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// A date without a time.
    Date,
    /// A whole number.
    Integer {
        /// The least.
        least: i64,
        /// The greatest.
        most: i64,
    },
    /// A number.
    Number,
    /// A coefficient of correlation: a number between −1 and 1, both excluded.
    Coefficient,
    /// `true` or `false`.
    Boolean,
    /// A number, or more than that.
    Quantity {
        /// The values that it may take.
        domain: DomainRule,
        /// Whether it may also depend on the state.
        expression: bool,
    },
    /// An expression.
    Expression(ExpressionType),
    /// The name of an actor.
    ActorName,
    /// The names of actors, each once.
    ActorNames {
        /// The greatest number of them.
        most: usize,
    },
    /// The names of two variables.
    VariablePair,
    /// The TOML paths of two quantities.
    QuantityPair,
    /// Changes of variables: `{ variable = amount, … }`.
    Effects,
    /// A table with fields of its own.
    Table(&'static TableSpec),
    /// Tables with fields of their own, each under a name of the user's choice.
    NamedTables(&'static TableSpec),
    /// Tables with fields of their own, each under the name of a variable.
    VariableTables(&'static TableSpec),
    /// A list of tables with fields of their own.
    ArrayOfTables {
        /// The fields of each.
        rule: &'static TableSpec,
        /// The greatest number of them.
        most: usize,
    },
    /// Expressions, each under a name of the user's choice.
    NamedExpressions,
}

/// The values that a quantity may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainRule {
    /// [0, 1].
    Unit,
    /// [0, ∞).
    NonNegative,
    /// Any.
    Real,
    /// Between `min` and `max` of the variable that it is about.
    Bounds,
}

/// What an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpressionType {
    /// A number.
    Number,
    /// True or false.
    Condition,
}

/// A distribution that may be written for what is not known.
#[derive(Debug)]
pub struct Family {
    /// Its key.
    pub key: &'static str,
    /// The sets of parameters that it takes, one of them complete.
    pub forms: &'static [Parameterization],
    /// What it is, in a sentence.
    pub doc: &'static str,
}

/// A set of parameters.
#[derive(Debug)]
pub struct Parameterization {
    /// Those that must be written.
    pub required: &'static [&'static str],
    /// Those that may be.
    pub optional: &'static [&'static str],
}

const fn form(required: &'static [&'static str]) -> Parameterization {
    Parameterization {
        required,
        optional: &[],
    }
}

/// The two keys of a 90 % interval, which is written without the name of a family.
pub const INTERVAL: [&str; 2] = ["from", "to"];

/// The families of distributions.
pub static FAMILIES: &[Family] = &[
    Family {
        key: "normal",
        forms: &[form(&["mean", "sd"])],
        doc: "The bell curve, unbounded.",
    },
    Family {
        key: "truncated_normal",
        forms: &[Parameterization {
            required: &["mean", "sd"],
            optional: &["min", "max"],
        }],
        doc: "The bell curve cut to [min, max], by default what the field allows; mean and sd \
              are those before the cut.",
    },
    Family {
        key: "lognormal",
        forms: &[form(&["mean", "sd"]), form(&["mu", "sigma"])],
        doc: "Positive, with a long upper tail; mu and sigma are those of the logarithm.",
    },
    Family {
        key: "beta",
        forms: &[form(&["mean", "sd"]), form(&["alpha", "beta"])],
        doc: "Between 0 and 1.",
    },
    Family {
        key: "uniform",
        forms: &[form(&["min", "max"])],
        doc: "Anything from min to max alike.",
    },
    Family {
        key: "triangular",
        forms: &[form(&["min", "mode", "max"])],
        doc: "From min to max, most likely the mode.",
    },
    Family {
        key: "pert",
        forms: &[form(&["min", "mode", "max"])],
        doc: "From min to max, most likely the mode, smoother than the triangular.",
    },
];
