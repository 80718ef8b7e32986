//! Whether a version may take the place of another without anybody noticing: it takes what callers send today, answers in
//! the form they know, and may do no more.
//!
//! Pure. Careful rather than clever: what it cannot compare it calls different, and a person decides.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::plugin::capability::Capability;

/// What says nothing of which values are valid.
const ANNOTATIONS: [&str; 9] = [
    "$comment",
    "$id",
    "$schema",
    "deprecated",
    "description",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];
/// Keywords whose value names schemas.
const NAMED_SCHEMAS: [&str; 4] = ["$defs", "definitions", "patternProperties", "properties"];
/// Keywords whose value has no order.
const SETS: [&str; 3] = ["enum", "required", "type"];
/// Keywords that admit more the lower they are, and those that do the higher they are.
const LEAST: [&str; 5] = [
    "exclusiveMinimum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
];
const MOST: [&str; 5] = [
    "exclusiveMaximum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
];

/// What callers and operators rely on in a version.
#[derive(Debug, Clone, Copy)]
pub struct Promises<'a> {
    /// JSON Schema of its input.
    pub input: &'a Value,
    /// JSON Schema of its output.
    pub output: &'a Value,
    /// What it may do.
    pub capabilities: &'a BTreeSet<Capability>,
    /// Whether it does something that cannot be taken back.
    pub effectful: bool,
    /// The input fields that name what it does.
    pub effect_key: &'a [String],
}

/// What would be noticed if `new` took the place of `old`; nothing if it can.
#[must_use]
pub fn differences(old: Promises, new: Promises) -> Vec<String> {
    let mut found = Vec::new();
    for more in new.capabilities.difference(old.capabilities) {
        found.push(format!(
            "it asks for `{more}`, which the one that is served does not"
        ));
    }
    if new.effectful != old.effectful {
        let now = if new.effectful { "is" } else { "is no longer" };
        found.push(format!("it {now} effectful"));
    }
    if new.effect_key != old.effect_key {
        found.push("its effect key is another".to_owned());
    }
    narrowed(&bare(old.input), &bare(new.input), "input", &mut found);
    if let Some(place) = unequal(&bare(old.output), &bare(new.output), "output") {
        found.push(format!("{place} is another"));
    }
    found
}

/// The schema without annotations, and with sets in one order.
fn bare(schema: &Value) -> Value {
    match schema {
        Value::Object(keywords) => {
            let kept = keywords
                .iter()
                .filter(|(keyword, _)| !ANNOTATIONS.contains(&keyword.as_str()));
            kept.map(|(keyword, value)| (keyword.clone(), bare_keyword(keyword, value)))
                .collect()
        }
        Value::Array(schemas) => schemas.iter().map(bare).collect(),
        // Both admit everything.
        Value::Bool(true) => Value::Object(Map::new()),
        other => other.clone(),
    }
}

fn bare_keyword(keyword: &str, value: &Value) -> Value {
    match value {
        Value::Object(named) if NAMED_SCHEMAS.contains(&keyword) => named
            .iter()
            .map(|(name, schema)| (name.clone(), bare(schema)))
            .collect(),
        Value::Array(members) if SETS.contains(&keyword) => {
            let mut members = members.clone();
            members.sort_by_key(ToString::to_string);
            Value::Array(members)
        }
        // Values, and not schemas.
        value if matches!(keyword, "const" | "default") => value.clone(),
        value => bare(value),
    }
}

/// Where the first difference is.
fn unequal(old: &Value, new: &Value, at: &str) -> Option<String> {
    match (old, new) {
        (old, new) if old == new => None,
        (Value::Object(old), Value::Object(new)) => {
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            names.into_iter().find_map(|name| {
                let at = format!("{at}/{name}");
                match (old.get(name), new.get(name)) {
                    (Some(old), Some(new)) => unequal(old, new, &at),
                    _ => Some(at),
                }
            })
        }
        _ => Some(at.to_owned()),
    }
}

/// Notes where `new` does not take what `old` takes.
fn narrowed(old: &Value, new: &Value, at: &str, found: &mut Vec<String>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Value::Bool(false), _) => {}
        (Value::Object(old), Value::Object(new)) => {
            let keywords: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for keyword in keywords {
                keyword_narrowed(keyword, (old.get(keyword), new.get(keyword)), at, found);
            }
        }
        _ => found.push(format!("{at} is another")),
    }
}

fn keyword_narrowed(
    keyword: &str,
    (old, new): (Option<&Value>, Option<&Value>),
    at: &str,
    found: &mut Vec<String>,
) {
    let here = format!("{at}/{keyword}");
    match (keyword, old, new) {
        (_, old, new) if old == new => {}
        ("default" | "$ref", _, _) => found.push(format!("{here} is another")),
        (keyword, Some(Value::Object(old)), new) if NAMED_SCHEMAS.contains(&keyword) => {
            let none = Map::new();
            let new = new.and_then(Value::as_object).unwrap_or(&none);
            for (name, schema) in old {
                match new.get(name) {
                    Some(new) => narrowed(schema, new, &format!("{here}/{name}"), found),
                    None => found.push(format!("{here}/{name} is gone")),
                }
            }
        }
        // What is new there is either required, which `required` says, or can be left out.
        (keyword, None, Some(_)) if NAMED_SCHEMAS.contains(&keyword) => {}
        ("required", old, new) => {
            for name in members(new).filter(|name| !members(old).any(|known| known == *name)) {
                found.push(format!("{at} has to have {name}"));
            }
        }
        // A constraint less.
        (_, Some(_), None) => {}
        ("enum" | "type", Some(old), Some(new)) => {
            let (old, new) = (listed(old), listed(new));
            for gone in old.into_iter().filter(|value| !takes(&new, value)) {
                found.push(format!("{here} lacks {gone}"));
            }
        }
        (keyword, Some(old), Some(new)) if admits_more(keyword, old, new) => {}
        ("additionalProperties" | "items" | "additionalItems", Some(old), Some(new)) => {
            narrowed(old, new, &here, found);
        }
        ("anyOf" | "oneOf", Some(Value::Array(old)), Some(Value::Array(new))) => {
            for (place, alternative) in old.iter().enumerate() {
                let still_there = new.iter().any(|new| {
                    let mut found = Vec::new();
                    narrowed(alternative, new, "", &mut found);
                    found.is_empty()
                });
                if !still_there {
                    found.push(format!("{here}/{place} is not taken any more"));
                }
            }
        }
        _ => found.push(format!("{here} is another")),
    }
}

fn members(set: Option<&Value>) -> impl Iterator<Item = &Value> {
    set.and_then(Value::as_array).into_iter().flatten()
}

/// `"string"` is short for `["string"]`.
fn listed(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(values) => values.iter().collect(),
        one => vec![one],
    }
}

fn takes(new: &[&Value], value: &Value) -> bool {
    new.contains(&value) || (value == "integer" && new.iter().any(|new| *new == "number"))
}

fn admits_more(keyword: &str, old: &Value, new: &Value) -> bool {
    let (Some(old), Some(new)) = (old.as_f64(), new.as_f64()) else {
        return false;
    };
    (LEAST.contains(&keyword) && new <= old) || (MOST.contains(&keyword) && new >= old)
}

#[cfg(test)]
#[path = "replacing_tests.rs"]
mod tests;
