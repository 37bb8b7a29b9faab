//! The JSON Schema of a scenario file, for completion and checking in editors.
//!
//! It is generated from the specification in `fields` (draft 2020-12). Editors
//! that validate TOML by JSON Schema treat dates as strings. Whatever depends on other values (names, bounds
//! of a variable, types of expressions) is checked by the reader only.

use super::fields::{
    DomainRule, ExpressionType, FAMILIES, Field, FieldDefault, FieldKind, INTERVAL, ROOT, TableSpec,
};
use super::limits;
use super::vocabulary::{FUNCTIONS, WORDS};
use serde_json::{Map, Value, json};

/// The JSON Schema of a scenario file.
pub fn json_schema() -> Value {
    let mut schema = table(&ROOT);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("realpolitik scenario");
    schema["$defs"] = json!({
        "name": name(),
        "distribution": distribution(),
        "number_expression": expression(
            "Expression with a number as its value, such as \"0.7 * rift + 0.3\".",
        ),
        "condition": expression(
            "Condition, true or false, such as \"trust < 0.2 and day > 7\".",
        ),
    });
    schema
}

/// The schema of a table with the given fields.
fn table(spec: &TableSpec) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in spec.fields {
        properties.insert(field.key.to_owned(), property(field));
        if field.default == FieldDefault::Required {
            required.push(field.key);
        }
    }
    let mut schema = json!({
        "type": "object",
        "description": spec.doc,
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// The schema of a field with its description, default and example.
fn property(field: &Field) -> Value {
    let mut schema = kind(field.key, field.kind);
    schema["title"] = json!(field.key);
    schema["description"] = match field.unit {
        Some(unit) => json!(format!("{} Unit: {unit}.", field.doc)),
        None => json!(field.doc),
    };
    match field.default {
        FieldDefault::Number(value) if value == value.trunc() => {
            schema["default"] = json!(value as i64)
        }
        FieldDefault::Number(value) => schema["default"] = json!(value),
        FieldDefault::Word(word) => schema["default"] = json!(word),
        FieldDefault::Required | FieldDefault::None => {}
    }
    if let Some(example) = example(field.example) {
        schema["examples"] = json!([example]);
    }
    schema
}

fn kind(key: &str, kind: FieldKind) -> Value {
    match kind {
        FieldKind::String { max } => json!({
            "type": "string",
            "minLength": 1,
            "maxLength": max,
            "pattern": "^[^=+\\-@\\t]",
        }),
        FieldKind::Name | FieldKind::ActorName => json!({"$ref": "#/$defs/name"}),
        FieldKind::Choice(words) => json!({"enum": words}),
        FieldKind::Date => json!({"type": "string", "format": "date"}),
        FieldKind::Integer { min, max } => {
            json!({"type": "integer", "minimum": min, "maximum": max})
        }
        FieldKind::Number => number(DomainRule::Real),
        FieldKind::Quantity { domain, expression } => quantity(domain, expression),
        FieldKind::Expression(ExpressionType::Number) => json!({
            "anyOf": [{"$ref": "#/$defs/number_expression"}, number(DomainRule::Real)],
        }),
        FieldKind::Expression(ExpressionType::Condition) => json!({"$ref": "#/$defs/condition"}),
        FieldKind::Coefficient => json!({
            "type": "number",
            "minimum": -limits::MAX_ABS_CORRELATION,
            "maximum": limits::MAX_ABS_CORRELATION,
        }),
        FieldKind::Boolean => json!({"type": "boolean"}),
        FieldKind::ActorNames { max } => json!({
            "type": "array",
            "items": {"$ref": "#/$defs/name"},
            "uniqueItems": true,
            "maxItems": max,
        }),
        FieldKind::VariablePair => pair(json!({"$ref": "#/$defs/name"})),
        FieldKind::QuantityPair => {
            let path = "^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+$";
            pair(json!({"type": "string", "pattern": path}))
        }
        FieldKind::Effects => json!({
            "type": "object",
            "propertyNames": {"$ref": "#/$defs/name"},
            "additionalProperties": quantity(DomainRule::Real, true),
            "maxProperties": limits::EFFECTS_PER_LIST,
        }),
        FieldKind::Table(spec) => table(spec),
        FieldKind::NamedTables(spec) => named(key, table(spec)),
        FieldKind::VariableTables(spec) => named("variables", table(spec)),
        FieldKind::ArrayOfTables { spec, max } => {
            json!({"type": "array", "items": table(spec), "maxItems": max})
        }
        FieldKind::NamedExpressions => named(
            key,
            json!({
                "anyOf": [
                    {"$ref": "#/$defs/number_expression"},
                    {"$ref": "#/$defs/condition"},
                    number(DomainRule::Real),
                ],
            }),
        ),
    }
}

/// An array of two different items.
fn pair(of: Value) -> Value {
    json!({"type": "array", "items": of, "minItems": 2, "maxItems": 2, "uniqueItems": true})
}

/// A table whose keys are names that the user chooses.
fn named(key: &str, of: Value) -> Value {
    let max = match key {
        "variables" => limits::VARIABLES,
        "indicators" => limits::INDICATORS,
        "actors" => limits::ACTORS,
        "actions" => limits::ACTIONS,
        "events" => limits::EVENTS,
        "outcomes" => limits::OUTCOMES,
        _ => limits::IMPERATIVES_PER_ACTOR,
    };
    let mut schema = json!({
        "type": "object",
        "propertyNames": {"$ref": "#/$defs/name"},
        "additionalProperties": of,
        "maxProperties": max,
    });
    if key == "outcomes" {
        schema["minProperties"] = json!(1);
    }
    schema
}

fn quantity(domain: DomainRule, expression: bool) -> Value {
    let mut forms = vec![number(domain), json!({"$ref": "#/$defs/distribution"})];
    if expression {
        forms.push(json!({"$ref": "#/$defs/number_expression"}));
    }
    json!({"anyOf": forms})
}

fn number(domain: DomainRule) -> Value {
    let magnitude = limits::MAX_ABS_NUMBER;
    let (min, max) = match domain {
        DomainRule::Unit => (0.0, 1.0),
        DomainRule::NonNegative => (0.0, magnitude),
        DomainRule::Real | DomainRule::Bounds => (-magnitude, magnitude),
    };
    json!({"type": "number", "minimum": min, "maximum": max})
}

fn name() -> Value {
    let functions = FUNCTIONS.iter().map(|function| function.name);
    let words: Vec<_> = WORDS.iter().copied().chain(functions).collect();
    json!({
        "description": "Lowercase letters, digits and underscores, beginning with a letter.",
        "type": "string",
        "pattern": "^[a-z][a-z0-9_]*$",
        "maxLength": limits::NAME_BYTES,
        "not": {"enum": words},
    })
}

fn expression(doc: &str) -> Value {
    json!({"description": doc, "type": "string", "minLength": 1, "maxLength": limits::EXPRESSION_BYTES})
}

/// A distribution of any family, or an interval.
fn distribution() -> Value {
    let [from, to] = INTERVAL;
    let mut forms = vec![json!({
        "type": "object",
        "title": "90 % interval",
        "description": "5th and 95th percentiles.",
        "properties": {from: number(DomainRule::Real), to: number(DomainRule::Real)},
        "required": INTERVAL,
        "additionalProperties": false,
    })];
    for family in FAMILIES {
        let parameters = family.forms.iter().map(|form| {
            let keys = form.required.iter().chain(form.optional);
            let properties: Map<_, _> = keys
                .map(|key| ((*key).to_owned(), number(DomainRule::Real)))
                .collect();
            json!({
                "type": "object",
                "properties": properties,
                "required": form.required,
                "additionalProperties": false,
            })
        });
        let parameters: Vec<_> = parameters.collect();
        forms.push(json!({
            "type": "object",
            "title": family.key,
            "description": family.doc,
            "properties": {family.key: {"anyOf": parameters}},
            "required": [family.key],
            "additionalProperties": false,
        }));
    }
    json!({
        "description": "Distribution of an uncertain quantity: sampled once per draw, constant within a run.",
        "anyOf": forms,
    })
}

/// Converts an example value from TOML to JSON.
fn example(toml: &str) -> Option<Value> {
    let document = format!("example = {toml}");
    let arena = toml_spanner::Arena::new();
    let document = toml_spanner::parse(&document, &arena).ok()?;
    document.table().get("example").map(json_of)
}

fn json_of(value: &toml_spanner::Item<'_>) -> Value {
    use toml_spanner::Value as Toml;
    match value.value() {
        Toml::String(text) => json!(&**text),
        Toml::Integer(value) => json!(value.as_i64().unwrap_or_default()),
        Toml::Float(value) => json!(*value),
        Toml::Boolean(value) => json!(*value),
        Toml::DateTime(moment) => {
            let mut text = std::mem::MaybeUninit::uninit();
            json!(moment.format(&mut text))
        }
        Toml::Array(all) => all.iter().map(json_of).collect(),
        Toml::Table(table) => table
            .iter()
            .map(|(key, value)| (key.as_str().to_owned(), json_of(value)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_every_table_has_a_description_in_the_schema() {
        fn check(schema: &Value, spec: &TableSpec) {
            for field in spec.fields {
                let property = &schema["properties"][field.key];
                let doc = property["description"].as_str().expect("a description");
                assert!(doc.starts_with(field.doc) && doc.ends_with('.'), "{doc}");
                match field.kind {
                    FieldKind::Table(spec) => check(property, spec),
                    FieldKind::NamedTables(spec) | FieldKind::VariableTables(spec) => {
                        check(&property["additionalProperties"], spec);
                    }
                    FieldKind::ArrayOfTables { spec, .. } => check(&property["items"], spec),
                    _ => {}
                }
            }
            let n_properties = schema["properties"].as_object().expect("properties").len();
            assert_eq!(n_properties, spec.fields.len());
        }
        check(&json_schema(), &ROOT);
    }

    #[test]
    fn every_example_is_toml() {
        fn check(spec: &TableSpec) {
            for field in spec.fields {
                let fine = field.example.is_empty() || example(field.example).is_some();
                assert!(fine, "{} = {}", field.key, field.example);
                if let FieldKind::Table(spec)
                | FieldKind::NamedTables(spec)
                | FieldKind::VariableTables(spec)
                | FieldKind::ArrayOfTables { spec, .. } = field.kind
                {
                    check(spec);
                }
            }
        }
        check(&ROOT);
    }
}
