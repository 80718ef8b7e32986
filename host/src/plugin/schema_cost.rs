//! How much work a schema can make of one value, and how deep it can go: a schema is a stranger's, and checking
//! it has neither a deadline nor a stack of its own choosing.
//!
//! A chain of definitions that each use the next one twice doubles the work with every link. Only references
//! into the same document are followed, so that all there is to follow can be counted.

use std::collections::HashMap;

use serde_json::Value;

use crate::config::limits;

/// Keywords whose values are data, not schemas.
const DATA: [&str; 5] = ["const", "default", "enum", "examples", "$comment"];
/// Keywords that would refer to something by another way than its place.
const BY_NAME: [&str; 5] = [
    "$anchor",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$recursiveRef",
];
/// Keywords of the root that are no part of checking: an address, and what is there to be referred to.
const ROOT: [&str; 2] = ["$id", "$defs"];

/// The objects and arrays in a schema. Checking one place of a value never goes deeper than through each once.
#[must_use]
pub fn nodes(schema: &Value) -> usize {
    match schema {
        Value::Array(items) => 1 + items.iter().map(nodes).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(nodes).sum::<usize>(),
        _ => 0,
    }
}

/// The objects and arrays in a schema, each counted as often as it is used. Recursion counts once: what it costs
/// depends on the value, and a value has an end. Recurses as deeply as there are `nodes`.
///
/// # Errors
/// What in the schema cannot be counted, or that it is too much.
pub fn cost(schema: &Value) -> Result<u64, String> {
    let mut walk = Walk {
        root: schema,
        known: HashMap::new(),
    };
    let keywords = schema.as_object().into_iter().flatten();
    let cost = walk.of_all(keywords.filter(|(keyword, _)| !ROOT.contains(&keyword.as_str())))?;
    if cost > limits::SCHEMA_COST {
        return Err(format!(
            "it is too complex: its parts are used {cost} times"
        ));
    }
    Ok(cost)
}

struct Walk<'a> {
    root: &'a Value,
    /// By pointer; none while it is being counted.
    known: HashMap<&'a str, Option<u64>>,
}

impl<'a> Walk<'a> {
    fn of(&mut self, schema: &'a Value) -> Result<u64, String> {
        match schema {
            Value::Object(keywords) => self.of_all(keywords.iter()),
            Value::Array(schemas) => schemas.iter().try_fold(1_u64, |sum, schema| {
                Ok(sum.saturating_add(self.of(schema)?))
            }),
            _ => Ok(0),
        }
    }

    fn of_all(
        &mut self,
        keywords: impl Iterator<Item = (&'a String, &'a Value)>,
    ) -> Result<u64, String> {
        let mut sum = 1_u64;
        for (keyword, value) in keywords {
            if BY_NAME.contains(&keyword.as_str()) && value.is_string() {
                return Err(format!(
                    "`{keyword}` is not supported here: use `#/$defs/…`"
                ));
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
        assert!(cost(&bomb).unwrap_err().contains("too complex"));
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
