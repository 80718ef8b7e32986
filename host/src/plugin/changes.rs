//! What is different between two JSON values, place by place.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::config::limits;

/// A place where two values differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Where, as a JSON Pointer (RFC 6901).
    pub at: String,
    /// What was recorded there; none if there was nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Value>,
    /// What is there now; none if there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Value>,
}

/// The places where two values differ, the first `limits::CHANGES_TOLD` of them.
#[must_use]
pub fn between(recorded: &Value, now: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    look(String::new(), Some(recorded), Some(now), &mut changes);
    changes
}

fn look(at: String, recorded: Option<&Value>, now: Option<&Value>, changes: &mut Vec<Change>) {
    if recorded == now || changes.len() == limits::CHANGES_TOLD {
        return;
    }
    match (recorded, now) {
        (Some(Value::Object(recorded)), Some(Value::Object(now))) => {
            for name in names(recorded, now) {
                let escaped = name.replace('~', "~0").replace('/', "~1");
                let at = format!("{at}/{escaped}");
                look(at, recorded.get(name), now.get(name), changes);
            }
        }
        (Some(Value::Array(recorded)), Some(Value::Array(now))) => {
            for place in 0..recorded.len().max(now.len()) {
                let at = format!("{at}/{place}");
                look(at, recorded.get(place), now.get(place), changes);
            }
        }
        _ => changes.push(Change {
            at,
            recorded: recorded.cloned(),
            now: now.cloned(),
        }),
    }
}

fn names<'a>(recorded: &'a Map<String, Value>, now: &'a Map<String, Value>) -> BTreeSet<&'a str> {
    recorded
        .keys()
        .chain(now.keys())
        .map(String::as_str)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_place_that_differs_is_named_with_both_values() {
        let recorded = json!({ "a/b": [1, 2, { "c": 3 }], "gone": null, "same": "x" });
        let now = json!({ "a/b": [1, 5, { "c": "3" }, 4], "same": "x" });
        let change = |at: &str, recorded: Option<Value>, now: Option<Value>| Change {
            at: at.to_owned(),
            recorded,
            now,
        };
        let expected = [
            change("/a~1b/1", Some(json!(2)), Some(json!(5))),
            change("/a~1b/2/c", Some(json!(3)), Some(json!("3"))),
            change("/a~1b/3", None, Some(json!(4))),
            change("/gone", Some(Value::Null), None),
        ];
        assert_eq!(between(&recorded, &now), expected);
        assert_eq!(between(&recorded, &recorded), []);
    }

    #[test]
    fn of_many_differences_the_first_are_told() {
        let recorded = json!(vec![0; 1_000]);
        let now = json!(vec![1; 1_000]);
        assert_eq!(between(&recorded, &now).len(), limits::CHANGES_TOLD);
    }
}
