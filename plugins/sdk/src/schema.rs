//! JSON Schemas (2020-12) of an operation's input and output.
//!
//! Owns: the two rules beyond the author's own attributes: an input which says nothing of unknown
//! fields refuses them, and a whole number has the bounds of its type, so that what cannot be read
//! is refused before any work in the browser.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Number, Value};

/// The schema of what the type can be read from.
pub(crate) fn of_input<T: JsonSchema>() -> String {
    let mut schema = SchemaSettings::draft2020_12()
        .for_deserialize()
        .with_transform(RecursiveTransform(bound))
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

/// Says the bounds of a whole number where the author said none.
fn bound(schema: &mut Schema) {
    let bounds: Option<(Number, Number)> = match schema.get("format").and_then(Value::as_str) {
        Some("uint8") => Some((u8::MIN.into(), u8::MAX.into())),
        Some("uint16") => Some((u16::MIN.into(), u16::MAX.into())),
        // Components have 32 bits.
        Some("uint32" | "uint") => Some((u32::MIN.into(), u32::MAX.into())),
        Some("uint64") => Some((u64::MIN.into(), u64::MAX.into())),
        Some("int8") => Some((i8::MIN.into(), i8::MAX.into())),
        Some("int16") => Some((i16::MIN.into(), i16::MAX.into())),
        Some("int32" | "int") => Some((i32::MIN.into(), i32::MAX.into())),
        Some("int64") => Some((i64::MIN.into(), i64::MAX.into())),
        _ => None,
    };
    let Some((least, most)) = bounds else {
        return;
    };
    for (keyword, bound) in [("minimum", least), ("maximum", most)] {
        if schema.get(keyword).is_none() {
            schema.insert(keyword.to_owned(), Value::Number(bound));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::of_input;
    use schemars::JsonSchema;
    use serde_json::{Value, json};

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

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is used")]
    struct Numbers {
        count: Option<u32>,
        #[schemars(range(min = 1, max = 100))]
        page: u8,
        shift: i16,
        ratio: f64,
    }

    #[test]
    fn whole_numbers_have_the_bounds_of_their_type_unless_the_author_said_closer_ones() {
        let schema: Value = serde_json::from_str(&of_input::<Numbers>()).unwrap();
        let bounds = |field: &str| {
            let field = &schema["properties"][field];
            json!([field["minimum"], field["maximum"]])
        };
        assert_eq!(bounds("count"), json!([0, u32::MAX]));
        assert_eq!(bounds("page"), json!([1, 100]));
        assert_eq!(bounds("shift"), json!([i16::MIN, i16::MAX]));
        assert_eq!(bounds("ratio"), json!([null, null]));
    }
}
