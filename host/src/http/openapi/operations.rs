//! The operations in the document: each that is served is a path of its own, with its schemas as they are at this moment.

use serde_json::{Value, json};

use crate::dispatch::handle::Dispatch;
use crate::http::access::needs::SCHEME;
use crate::model::caller::Scope;
use crate::plugin::status::{PluginKind, ServedStatus};

/// The route that stands for all operations.
const ALL: &str = "/v1/operations/{name}";

/// Replaces the route that stands for all operations by one for each that is served.
pub fn unfold(document: &mut Value, dispatch: &Dispatch) {
    let Some(all) = document["paths"]
        .as_object_mut()
        .and_then(|paths| paths.remove(ALL))
    else {
        return;
    };
    let served = dispatch
        .plugins()
        .into_iter()
        .filter_map(|status| status.served);
    for served in served.filter(|served| served.kind == PluginKind::Operation) {
        // It may have been removed a moment ago.
        if let Ok(detail) = dispatch.plugin(&served.name) {
            let (input, output) = (
                format!("{}.input", served.name),
                format!("{}.output", served.name),
            );
            let operation = one(&all["post"], &served, (&input, &output));
            document["paths"][format!("/v1/operations/{}", served.name)] =
                json!({ "post": operation });
            let schemas = &mut document["components"]["schemas"];
            for (name, schema) in [(input, detail.input_schema), (output, detail.output_schema)] {
                schemas[&name] = embedded(schema.unwrap_or_else(|| json!({})), &name);
            }
        }
    }
}

fn one(all: &Value, served: &ServedStatus, (input, output): (&str, &str)) -> Value {
    let mut operation = all.clone();
    operation["operationId"] = json!(format!("operations.{}", served.name));
    operation["summary"] = json!(served.summary);
    operation["description"] = json!(format!(
        "Version {}, SHA-256 {}.",
        served.version, served.digest
    ));
    if served.effectful {
        operation["security"] = json!([{ SCHEME: [Scope::Book.as_str()] }]);
    }
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters.retain(|parameter| parameter["in"] != "path");
        for parameter in parameters
            .iter_mut()
            .filter(|it| it["name"] == "Idempotency-Key")
        {
            parameter["required"] = json!(served.effectful);
        }
    }
    let body = &mut operation["requestBody"]["content"]["application/json"]["schema"];
    *body = with(body, "input", input);
    let answer = &mut operation["responses"]["200"]["content"]["application/json"]["schema"];
    *answer = with(answer, "output", output);
    operation
}

/// A schema whose field is as another says.
fn with(schema: &Value, field: &str, of: &str) -> Value {
    let of = json!({ "$ref": format!("#/components/schemas/{of}") });
    json!({ "allOf": [schema, { "properties": { field: of } }] })
}

/// A schema of a component as a part of the document: what it refers to in itself lies deeper now.
fn embedded(mut schema: Value, name: &str) -> Value {
    if let Some(fields) = schema.as_object_mut() {
        fields.remove("$schema");
        fields.remove("$id");
    }
    deepen(&mut schema, &format!("#/components/schemas/{name}"));
    schema
}

fn deepen(value: &mut Value, place: &str) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(to) if name == "$ref" && to.starts_with('#') => {
                        *to = format!("{place}{}", &to[1..]);
                    }
                    value => deepen(value, place),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| deepen(value, place)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_a_component_s_schema_stay_references_into_it() {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "properties": { "of": { "$ref": "#/$defs/Part" }, "all": { "items": { "$ref": "#" } } },
            "$defs": { "Part": { "type": "string" } },
        });
        let embedded = embedded(schema, "a.input");
        let place = "#/components/schemas/a.input";
        assert_eq!(
            embedded["properties"]["of"]["$ref"],
            format!("{place}/$defs/Part")
        );
        assert_eq!(embedded["properties"]["all"]["items"]["$ref"], place);
        assert!(embedded.get("$schema").is_none());
    }
}
