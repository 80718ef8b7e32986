//! What is in no cassette, and what still holds in it.

use serde_json::json;

use super::*;
use crate::browser::asked;
use crate::browser::cassette::{Asked, Call, FORM};
use crate::browser::page::{ElementRef, Locator};

fn element() -> ElementRef {
    ElementRef("e1".to_owned())
}

fn call(asked: Asked, answer: Value) -> Call {
    Call {
        asked,
        came: Came::Answer(answer),
    }
}

fn cassette(input: Value, calls: Vec<Call>, output: Value) -> Cassette {
    Cassette {
        cassette: FORM,
        contract: "0.1".to_owned(),
        operation: "o".to_owned(),
        version: "1.0.0".to_owned(),
        digest: "0".repeat(64),
        input,
        resumed: None,
        calls,
        times_ms: Vec::new(),
        truncated: false,
        outcome: Outcome::Output(output),
    }
}

fn redacted(cassette: Cassette) -> Cassette {
    Unredacted::new(cassette, vec!["haulier7".to_owned()]).redacted()
}

#[test]
fn nothing_of_anybody_is_in_a_cassette() {
    let refused = Call {
        asked: asked::of_element("text", &element()),
        came: Came::Error(PageError::NotInteractable("Haulier7 covers it".to_owned())),
    };
    let page = json!({
        "url": "https://x.test/a?code=once", "site": "containers", "path": "/a",
    });
    let text = json!("Hello haulier7, jo@haul.test, (555) 010-2030, CSQU3054383, plate 8ZZZ123");
    let cassette = redacted(cassette(
        json!({ "container": "CSQU3054383", "truck_plate": "8ZZZ123", "count": 3 }),
        vec![
            call(asked::plain("location"), page),
            call(asked::of_element("text", &element()), text),
            refused,
        ],
        json!({ "by_number": { "CSQU3054383": "HAULIER7" } }),
    ));
    let written = String::from_utf8(cassette.to_json()).unwrap();
    let lower = written.to_lowercase();
    for gone in [
        "haulier7",
        "jo@",
        "haul.test",
        "010-2030",
        "csqu305",
        "8zzz123",
        "once",
    ] {
        assert!(!lower.contains(gone), "{gone} in {written}");
    }
    assert_eq!(cassette.input["count"], 3);
    assert_eq!(cassette.digest, "0".repeat(64));
    let Came::Answer(place) = &cassette.calls[0].came else {
        panic!("it was answered");
    };
    assert_eq!(place["url"], "https://x.test/a");
}

#[test]
fn what_was_typed_is_the_same_in_input_calls_answers_and_outcome() {
    let found = Locator::Xpath("//td[.='AB12345']".to_owned());
    let cassette = redacted(cassette(
        json!({ "chassis": "ab12345", "size": "40FT HC", "day": "2026-11-30" }),
        vec![
            call(asked::fill(&element(), "AB12345"), Value::Null),
            call(asked::fill(&element(), "2026-11-30"), Value::Null),
            call(asked::choose(&element(), "40FT HC"), Value::Null),
            call(asked::find("find", None, &found), json!("e2")),
            call(
                asked::of_element("text", &element()),
                json!("Chassis AB12345"),
            ),
        ],
        json!({ "chassis": "AB12345" }),
    ));
    let made_up = cassette.calls[0].asked.with["text"].as_str().unwrap();
    assert_ne!(made_up, "AB12345");
    assert_eq!(cassette.input["chassis"], made_up.to_lowercase());
    assert_eq!(
        cassette.calls[3].asked.with["what"]["value"],
        format!("//td[.='{made_up}']")
    );
    assert_eq!(
        cassette.calls[4].came,
        Came::Answer(json!(format!("Chassis {made_up}")))
    );
    assert_eq!(
        cassette.outcome,
        Outcome::Output(json!({ "chassis": made_up }))
    );
    // A day stays a day, and what was chosen is one of the portal's own words.
    assert_eq!(cassette.input["day"], "2026-11-30");
    assert_eq!(cassette.input["size"], "40FT HC");
}

#[test]
fn what_an_operation_says_of_itself_stays() {
    let script = "return [...document.querySelectorAll('#grid-0123456789-0123456789-0123456789')]";
    let asked = asked::evaluate(script, &[json!("#a")]);
    let answer = json!({ "token": "0123456789abcdef0123456789abcdef0" });
    let cassette = redacted(cassette(
        json!({}),
        vec![call(asked, answer.clone())],
        json!(null),
    ));
    assert_eq!(cassette.calls[0].asked.with["script"], script);
    assert_ne!(cassette.calls[0].came, Came::Answer(answer));
}
