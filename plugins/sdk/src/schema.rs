//! JSON Schemas (2020-12) of an operation's input and output.
//!
//! Owns: the one rule beyond the author's own attributes, that an input which says nothing of
//! unknown fields refuses them.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// The schema of what the type can be read from.
pub(crate) fn of_input<T: JsonSchema>() -> String {
    let mut schema = SchemaSettings::draft2020_12()
        .for_deserialize()
        .into_generator()
        .into_root_schema_for::<T>();
    let open = ["additionalProperties", "unevaluatedProperties"]
        .iter()
        .all(|keyword| schema.get(*keyword).is_none());
    if open {
        schema.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
    }
    schema.to_value().to_string()
}

/// The schema of what the type is written as.
pub(crate) fn of_output<T: JsonSchema>() -> String {
    let schema = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>();
    schema.to_value().to_string()
}

#[cfg(test)]
mod tests {
    use crate::schema::of_input;
    use schemars::JsonSchema;
    use serde_json::Value;

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is used")]
    struct Lax {
        value: u32,
    }

    #[test]
    fn input_without_deny_unknown_fields_still_refuses_them() {
        let schema: Value = serde_json::from_str(&of_input::<Lax>()).unwrap();
        assert_eq!(schema["unevaluatedProperties"], Value::Bool(false));
    }
}
