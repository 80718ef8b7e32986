//! How much work a schema can make of one value: a schema is a stranger's, and checking it has no deadline.
//!
//! A chain of definitions that each use the next one twice doubles the work with every link. Only references
//! into the same document are followed, so that all there is to follow can be counted.

use std::collections::HashMap;

use serde_json::Value;

/// Keywords whose values are data, not schemas.
const DATA: [&str; 5] = ["const", "default", "enum", "examples", "$comment"];
/// Keywords that would refer to something by another way than its place.
const BY_NAME: [&str; 4] = ["$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef"];

/// Counts the subschemas, each as often as it is used. Recursion counts once: what it costs depends on the
/// value, and a value has an end.
///
/// # Errors
/// What in the schema cannot be counted.
pub fn cost(schema: &Value) -> Result<u64, String> {
    Walk {
        root: schema,
        known: HashMap::new(),
    }
    .of(schema)
}

struct Walk<'a> {
    root: &'a Value,
    /// By pointer; none while it is being counted.
    known: HashMap<&'a str, Option<u64>>,
}

impl<'a> Walk<'a> {
    fn of(&mut self, schema: &'a Value) -> Result<u64, String> {
        match schema {
            Value::Object(keywords) => {
                let mut sum = 1_u64;
                for (keyword, value) in keywords {
                    if BY_NAME.contains(&keyword.as_str()) && value.is_string() {
                        return Err(format!("`{keyword}` is not supported: use `#/$defs/…`"));
                    }
                    let cost = match value {
                        _ if DATA.contains(&keyword.as_str()) => 0,
                        Value::String(reference) if keyword == "$ref" => self.at(reference)?,
                        value => self.of(value)?,
                    };
                    sum = sum.saturating_add(cost);
                }
                Ok(sum)
            }
            Value::Array(schemas) => schemas.iter().try_fold(1_u64, |sum, schema| {
                Ok(sum.saturating_add(self.of(schema)?))
            }),
            _ => Ok(0),
        }
    }

    fn at(&mut self, reference: &'a str) -> Result<u64, String> {
        if let Some(known) = self.known.get(reference) {
            return Ok(known.unwrap_or(1));
        }
        let target = reference
            .strip_prefix('#')
            .and_then(|pointer| self.root.pointer(pointer));
        let Some(target) = target else {
            return Err(format!(
                "`{reference}` is nothing in this schema: use `#/$defs/…`"
            ));
        };
        self.known.insert(reference, None);
        let cost = self.of(target)?;
        self.known.insert(reference, Some(cost));
        Ok(cost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_used_twice_counts_twice() {
        let mut definitions = serde_json::Map::new();
        for n in 0..60 {
            let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
            definitions.insert(format!("d{n}"), json!({"allOf": [next, next]}));
        }
        definitions.insert("d60".to_owned(), json!({"type": "object"}));
        let bomb = json!({"$defs": definitions, "$ref": "#/$defs/d0"});
        assert!(cost(&bomb).unwrap() > 1 << 60);
    }

    #[test]
    fn an_ordinary_recursive_schema_is_cheap() {
        let tree = json!({
            "$defs": {"tree": {"properties": {
                "left": {"$ref": "#/$defs/tree"}, "right": {"$ref": "#/$defs/tree"},
            }}},
            "$ref": "#/$defs/tree", "default": {"$ref": "https://elsewhere.test"},
        });
        assert!(cost(&tree).unwrap() < 50);
        assert!(cost(&json!({"$ref": "#"})).unwrap() < 10);
    }

    #[test]
    fn a_reference_to_elsewhere_is_named() {
        for reference in ["https://elsewhere.test/s.json", "#/$defs/none", "#name"] {
            let error = cost(&json!({"items": {"$ref": reference}})).unwrap_err();
            assert!(error.contains(reference), "{error}");
        }
    }
}
