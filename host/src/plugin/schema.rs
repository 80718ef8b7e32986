//! JSON Schemas of components: compiled once when a component is loaded, asked for every call.
//!
//! Never: fetches anything a schema refers to, or lets a pattern of its run without bound.

use std::fmt;

use jsonschema::{PatternOptions, Validator};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::config::limits;
use crate::plugin::schema_cost;

/// Parts of a schema times levels of a value that any thread's stack bears with a wide margin.
const SHALLOW: usize = 500;

/// A schema, ready to be asked.
#[derive(Debug, Clone)]
pub struct Schema {
    text: Value,
    validator: Validator,
    nodes: usize,
}

/// Something in a JSON value that its schema does not allow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct InputProblem {
    /// Where (JSON Pointer, RFC 6901); empty for the whole.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for InputProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pointer.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "`{}`: {}", self.pointer, self.message)
        }
    }
}

impl Schema {
    /// The schema in this text.
    ///
    /// # Errors
    /// What is wrong with it, for its author.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > limits::SCHEMA_BYTES {
            return Err(format!("it is longer than {} bytes", limits::SCHEMA_BYTES));
        }
        let value: Value =
            serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        if !value.is_object() {
            return Err("it is not an object; `{}` allows everything".to_owned());
        }
        let nodes = schema_cost::nodes(&value);
        if nodes > limits::SCHEMA_NODES {
            return Err(format!(
                "it has {nodes} parts, and may have {}",
                limits::SCHEMA_NODES
            ));
        }
        let build = || {
            schema_cost::cost(&value)?;
            jsonschema::draft202012::options()
                // Linear in the text. The default engine backtracks, and the pattern is a stranger's.
                .with_pattern_options(PatternOptions::regex())
                .build(&value)
                .map_err(|error| error.to_string())
        };
        let validator = on_deep_stack(build)?;
        Ok(Self {
            text: value,
            validator,
            nodes,
        })
    }

    /// The schema as JSON.
    #[must_use]
    pub const fn text(&self) -> &Value {
        &self.text
    }

    /// Asks whether a value matches.
    ///
    /// # Errors
    /// The first problems, at most `limits::SCHEMA_PROBLEMS`.
    pub fn check(&self, value: &Value) -> Result<(), Vec<InputProblem>> {
        let depth = depth(value);
        if depth > limits::JSON_DEPTH {
            let message = format!("it is nested more than {} deep", limits::JSON_DEPTH);
            return Err(vec![InputProblem {
                pointer: String::new(),
                message,
            }]);
        }
        let problems = if self.nodes * depth <= SHALLOW {
            self.problems(value)
        } else {
            on_deep_stack(|| self.problems(value))
        };
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    fn problems(&self, value: &Value) -> Vec<InputProblem> {
        self.validator
            .iter_errors(value)
            .take(limits::SCHEMA_PROBLEMS)
            .map(|error| InputProblem {
                pointer: error.instance_path().to_string(),
                // Masked: a value may be long, and it may be a stranger's.
                message: error.masked().to_string(),
            })
            .collect()
    }
}

/// Checking recurses over the schema within the value. A schema and a value that are both deep need more stack
/// than a thread has, and running out of it would end the whole host.
fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("schema".to_owned())
            .stack_size(limits::SCHEMA_STACK_BYTES)
            .spawn_scoped(scope, work)
            .expect("a thread can be made: the host needs many")
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_named_with_its_place() {
        let schema = Schema::parse(
            r#"{"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["m"]}"#,
        )
        .unwrap();
        let problems = schema.check(&serde_json::json!({"n": "1"})).unwrap_err();
        let pointers: Vec<&str> = problems.iter().map(|p| p.pointer.as_str()).collect();
        assert!(
            pointers.contains(&"/n") && pointers.contains(&""),
            "{problems:?}"
        );
    }

    #[test]
    fn a_schema_that_points_outside_is_refused() {
        let error = Schema::parse(r#"{"$ref": "https://elsewhere.test/schema.json"}"#).unwrap_err();
        assert!(error.contains("elsewhere.test"), "{error}");
    }

    #[test]
    fn text_that_is_no_schema_is_refused() {
        for text in ["", "true", "[]", r#"{"type": 1}"#] {
            assert!(Schema::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn recursion_without_progress_ends() {
        for text in [
            r##"{"$ref": "#"}"##,
            r##"{"not": {"$ref": "#"}, "allOf": [{"$ref": "#"}]}"##,
            r##"{"if": {"$ref": "#"}, "then": {"$ref": "#"}}"##,
            r##"{"unevaluatedProperties": {"$ref": "#"}, "oneOf": [{"$ref": "#"}]}"##,
            r##"{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}"##,
        ] {
            // What it says does not matter: it has to return.
            let _ = Schema::parse(text)
                .unwrap()
                .check(&serde_json::json!({"a": [1]}));
        }
    }

    /// A value that is as deep as values may be.
    fn deep_value() -> Value {
        (1..limits::JSON_DEPTH).fold(Value::from(1), |inner, _| serde_json::json!({"a": inner}))
    }

    #[test]
    fn the_deepest_schema_is_checked_against_the_deepest_value() {
        // Every part is on the way, and the way begins anew at each level of the value.
        let last = (limits::SCHEMA_NODES - 8) / 3;
        let definitions: serde_json::Map<String, Value> = (0..=last)
            .map(|n| {
                let next = if n == last {
                    "#".to_owned()
                } else {
                    format!("#/$defs/d{}", n + 1)
                };
                (
                    format!("d{n}"),
                    serde_json::json!({"allOf": [{"$ref": next}]}),
                )
            })
            .collect();
        let first = serde_json::json!({"a": {"$ref": "#/$defs/d0"}});
        let text = serde_json::json!({"$defs": definitions, "properties": first}).to_string();
        let schema = Schema::parse(&text).unwrap();
        assert!(schema.nodes > limits::SCHEMA_NODES - 20);
        schema.check(&deep_value()).unwrap();
    }

    #[test]
    fn json_that_is_nested_too_deeply_is_refused() {
        let schema = Schema::parse("{}").unwrap();
        schema.check(&deep_value()).unwrap();
        let problems = schema
            .check(&serde_json::json!([deep_value()]))
            .unwrap_err();
        assert!(problems[0].message.contains("nested"), "{problems:?}");
    }

    #[test]
    fn a_schema_that_multiplies_itself_is_refused() {
        let link = |next: usize| {
            let next = format!("#/$defs/d{next}");
            serde_json::json!({"allOf": [{"$ref": next}, {"$ref": next}]})
        };
        let definitions: serde_json::Map<String, Value> = (0..30)
            .map(|n| (format!("d{n}"), link(if n == 29 { 29 } else { n + 1 })))
            .collect();
        let bomb = serde_json::json!({"$defs": definitions, "$ref": "#/$defs/d0"});
        let error = Schema::parse(&bomb.to_string()).unwrap_err();
        assert!(error.contains("too complex"), "{error}");
    }
}
