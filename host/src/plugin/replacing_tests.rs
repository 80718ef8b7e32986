//! What callers notice of a new version, and what they do not.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::plugin::capability::Capability;
use crate::plugin::replacing::{Promises, differences};

fn of_input(old: &Value, new: &Value) -> Vec<String> {
    between((old, &json!({})), (new, &json!({})))
}

fn between(old: (&Value, &Value), new: (&Value, &Value)) -> Vec<String> {
    let none = BTreeSet::new();
    let promises = |(input, output)| Promises {
        input,
        output,
        capabilities: &none,
        effectful: false,
        effect_key: &[],
    };
    differences(promises(old), promises(new))
}

fn object(properties: &Value, required: &Value) -> Value {
    json!({ "type": "object", "properties": properties, "required": required })
}

#[test]
fn words_for_people_make_no_difference() {
    let (old, new) = (
        json!({ "title": "A", "type": "object", "properties": { "title": { "type": "string" } } }),
        json!({ "type": "object", "description": "B", "properties": { "title": { "type": ["string"], "examples": ["x"] } } }),
    );
    assert_eq!(of_input(&old, &new), Vec::<String>::new());
    let same = between(
        (&json!({}), &old),
        (
            &json!({}),
            &json!({ "type": "object", "properties": { "title": { "type": "string" } } }),
        ),
    );
    assert_eq!(same, Vec::<String>::new());
}

#[test]
fn an_optional_field_more_is_taken_and_a_required_one_is_not() {
    let old = object(&json!({ "a": { "type": "string" } }), &json!(["a"]));
    let fields = json!({ "a": { "type": "string" }, "b": { "type": "string" } });
    assert_eq!(
        of_input(&old, &object(&fields, &json!(["a"]))),
        Vec::<String>::new()
    );
    assert_eq!(
        of_input(&old, &object(&fields, &json!(["a", "b"]))),
        ["input has to have \"b\""]
    );
}

#[test]
fn a_field_that_is_gone_or_takes_less_is_named() {
    let old = object(
        &json!({ "a": { "type": "integer", "minimum": 1 }, "b": { "enum": ["x", "y"] }, "c": {} }),
        &json!([]),
    );
    let wider = object(
        &json!({ "a": { "type": "number", "minimum": 0 }, "b": { "enum": ["x", "y", "z"] }, "c": true }),
        &json!([]),
    );
    assert_eq!(of_input(&old, &wider), Vec::<String>::new());
    assert_eq!(
        of_input(&wider, &old),
        [
            "input/properties/a/minimum is another",
            "input/properties/a/type lacks \"number\"",
            "input/properties/b/enum lacks \"z\"",
        ]
    );
    let gone = object(
        &json!({ "a": { "type": "integer", "minimum": 1 } }),
        &json!([]),
    );
    assert_eq!(
        of_input(&old, &gone),
        ["input/properties/b is gone", "input/properties/c is gone"]
    );
}

#[test]
fn a_constraint_more_is_a_difference_and_one_less_is_not() {
    let (free, bound) = (
        json!({ "type": "string" }),
        json!({ "type": "string", "pattern": "^A" }),
    );
    assert_eq!(of_input(&free, &bound), ["input/pattern is another"]);
    assert_eq!(of_input(&bound, &free), Vec::<String>::new());
}

#[test]
fn an_alternative_more_is_taken_and_one_less_is_not() {
    let (one, two) = (
        json!({ "anyOf": [{ "type": "string" }] }),
        json!({ "anyOf": [{ "type": "null" }, { "type": "string" }] }),
    );
    assert_eq!(of_input(&one, &two), Vec::<String>::new());
    assert_eq!(
        of_input(&two, &one),
        ["input/anyOf/0 is not taken any more"]
    );
}

#[test]
fn another_default_is_another_behaviour() {
    let of = |value: bool| object(&json!({ "a": { "default": value } }), &json!([]));
    assert_eq!(
        of_input(&of(true), &of(false)),
        ["input/properties/a/default is another"]
    );
}

#[test]
fn any_other_output_is_a_difference() {
    let (old, new) = (
        object(&json!({ "a": {} }), &json!([])),
        object(&json!({ "a": {}, "b": {} }), &json!([])),
    );
    assert_eq!(
        between((&json!({}), &old), (&json!({}), &new)),
        ["output/properties/b is another"]
    );
}

#[test]
fn more_rights_and_another_effect_are_differences() {
    let (free, nothing) = (json!({}), BTreeSet::new());
    let script = BTreeSet::from([Capability::Script]);
    let keys = ["a".to_owned()];
    let old = Promises {
        input: &free,
        output: &free,
        capabilities: &nothing,
        effectful: false,
        effect_key: &[],
    };
    let new = Promises {
        capabilities: &script,
        effectful: true,
        effect_key: &keys,
        ..old
    };
    assert_eq!(differences(old, new).len(), 3);
    // Fewer rights are nobody's loss.
    let fewer = Promises {
        capabilities: &script,
        ..old
    };
    assert_eq!(differences(fewer, old), Vec::<String>::new());
}
