//! An operation on a mock portal: the first ring of an author's tests.

#![allow(clippy::unwrap_used, reason = "this is a test")]

use gantry_sdk::effects::{self, Settled};
use gantry_sdk::mock::{self, Next};
use gantry_sdk::page::{self, Column, Condition, Counted, GrowingList, Growth, ScrollTo, Take};
use gantry_sdk::schemars::JsonSchema;
use gantry_sdk::serde::{Deserialize, Serialize};
use gantry_sdk::serde_json::{Value, json};
use gantry_sdk::wait::{Awaited, first_of};
use gantry_sdk::{
    Capability, Failure, Operation, Trace, artifacts, clock, css, downloads, label, log, progress,
    text,
};

/// Books a slot: everything that an operation does, on a small scale.
struct Book;

#[derive(Deserialize, JsonSchema)]
#[serde(crate = "gantry_sdk::serde", deny_unknown_fields)]
#[schemars(crate = "gantry_sdk::schemars")]
struct Input {
    container: String,
    /// Whether to say so before the click.
    announce: bool,
    /// How often to click.
    clicks: u32,
}

#[derive(Serialize, JsonSchema)]
#[serde(crate = "gantry_sdk::serde")]
#[schemars(crate = "gantry_sdk::schemars")]
struct Output {
    number: String,
}

impl Operation for Book {
    type Input = Input;
    type Output = Output;
    const NAME: &'static str = "book";
    const SUMMARY: &'static str = "Books a slot.";
    const CAPABILITIES: &'static [Capability] = &[Capability::Submit];
    const EFFECTFUL: bool = true;

    fn run(input: Input) -> Result<Output, Failure> {
        page::goto("wizard", "/book")?;
        page::find(&label("Container"))?.fill(&input.container)?;
        let effect = input
            .announce
            .then(|| effects::begin("a slot", &input.container, "memo"))
            .transpose()?;
        let submit = page::find(&text("Submit"))?;
        for _ in 0..input.clicks {
            submit.click()?;
        }
        let number = page::find(&css("#number"))?.text()?;
        if let Some(effect) = effect {
            effects::settle(effect, &Settled::Confirmed(number.clone()));
        }
        Ok(Output { number })
    }

    fn resume(_: Input, phase: u32) -> Result<Output, Failure> {
        let number = format!("{} in {phase}", page::location()?.path);
        Ok(Output { number })
    }

    fn reconcile(memo: &str) -> Result<Trace, Failure> {
        page::goto("wizard", "/book")?;
        Ok(Trace::Unclear(memo.to_owned()))
    }
}

fn portal() -> mock::Portal {
    let form = "<label>Container <input></label><button>Submit</button><p id=number></p>";
    let booked = Next::inside(css("#number"), "A-7");
    mock::Portal::new()
        .page("wizard", "/book", form)
        .on_click(text("Submit"), booked)
}

fn input(announce: bool, clicks: u32) -> Value {
    json!({ "container": "ABCU1234567", "announce": announce, "clicks": clicks })
}

#[test]
fn operation_answers_from_what_the_portal_shows() {
    let portal = portal();
    let output = portal.run::<Book>(&input(true, 1)).unwrap();
    assert_eq!(output, json!({ "number": "A-7" }));
    assert_eq!(
        portal.typed(),
        [("Container".to_owned(), "ABCU1234567".to_owned())]
    );
    assert_eq!(portal.clicked(), ["Submit"]);
    let effects = portal.effects();
    assert_eq!(effects[0].key, "ABCU1234567");
    assert_eq!(
        effects[0].outcome,
        Some(mock::Settled::Confirmed("A-7".to_owned()))
    );
}

#[test]
fn effect_is_denied_without_its_grant() {
    let portal = portal().granting([]);
    let failure = portal.run::<Book>(&input(true, 1)).unwrap_err();
    assert_eq!(failure.code, "denied");
    assert!(
        failure.message.contains("the grant `submit`"),
        "{}",
        failure.message
    );
    assert!(portal.clicked().is_empty() && portal.effects().is_empty());
}

#[test]
fn guarded_click_is_refused_without_an_effect() {
    let portal = portal();
    let failure = portal.run::<Book>(&input(false, 1)).unwrap_err();
    assert_eq!(failure.code, "denied");
    assert!(
        failure.message.contains("`Submit` is guarded"),
        "{}",
        failure.message
    );
    assert!(portal.clicked().is_empty());
}

#[test]
fn effect_lets_its_click_through_once() {
    let portal = portal();
    let failure = portal.run::<Book>(&input(true, 2)).unwrap_err();
    assert!(
        failure.message.contains("the one click"),
        "{}",
        failure.message
    );
    assert_eq!(portal.clicked(), ["Submit"]);
    assert_eq!(portal.effects()[0].outcome, None);
    // Its end is not known: the next run does not repeat it.
    let failure = portal.run::<Book>(&input(true, 1)).unwrap_err();
    assert_eq!(failure.code, "duplicate-effect");
}

#[test]
fn input_is_read_as_the_host_would_have_it_read() {
    let failure = portal()
        .run::<Book>(&json!({ "container": 7 }))
        .unwrap_err();
    assert_eq!(failure.code, "invalid-input");
}

#[test]
fn resumed_run_finds_the_page_as_it_was_left_and_a_new_call_does_not() {
    let portal = portal();
    portal.run::<Book>(&input(true, 1)).unwrap();
    let resumed = portal.resume::<Book>(&input(true, 1), 2).unwrap();
    assert_eq!(resumed, json!({ "number": "/book in 2" }));
    let trace = portal.reconcile::<Book>("memo").unwrap();
    assert!(matches!(trace, Trace::Unclear(memo) if memo == "memo"));
}

#[test]
fn page_without_fixture_fails_with_what_there_is() {
    let failure = mock::Portal::new()
        .page("account", "/", "")
        .run::<Book>(&input(true, 1))
        .unwrap_err();
    assert_eq!(failure.code, "mock-no-fixture");
    assert!(
        failure.message.contains("`/` of `account`"),
        "{}",
        failure.message
    );
}

#[test]
fn part_of_an_operation_is_tested_on_an_installed_portal() {
    let rows = ["<li>2</li>", "<li>3</li>"];
    let portal = mock::Portal::new()
        .page("containers", "/", "<ul><li>1</li></ul>")
        .grows(css("ul"), css("ul"), rows);
    let _installed = portal.install();
    page::goto("containers", "/").unwrap();
    let list = GrowingList {
        rows: css("li"),
        columns: vec![Column {
            at: None,
            take: Take::Text,
        }],
        container: css("ul"),
    };
    let mut known = 0;
    while let Growth::Grew((_, table)) =
        page::grow(&list, known, known, &[Condition::Answered(100)], 1_000).unwrap()
    {
        known = table.total;
    }
    assert_eq!(known, 3);
    page::scroll(&css("ul"), ScrollTo::Top).unwrap();
    let awaited = vec![
        Awaited::new(
            "many",
            Condition::CountOver(Counted {
                what: css("li"),
                over: 9,
            }),
        ),
        Awaited::new("some", Condition::Visible(css("li"))),
    ];
    assert_eq!(first_of(awaited, 1_000).unwrap(), "some");
}

#[test]
fn files_lines_and_parts_are_there_for_the_test() {
    let portal = mock::Portal::new()
        .page("containers", "/", "<button>Export</button>")
        .on_click(text("Export"), Next::download("list.csv", "a,b\n1,2"))
        .granting([Capability::Downloads]);
    let _installed = portal.install();
    page::goto("containers", "/").unwrap();
    downloads::begin().unwrap();
    page::find(&text("Export")).unwrap().click().unwrap();
    let file = downloads::finish(1_000).unwrap();
    assert_eq!(artifacts::read_table(&file).unwrap().rows, [["1", "2"]]);
    log::warn("crooked");
    progress::report("list", 1, Some(2));
    progress::keep("one", "{\"a\": 1}").unwrap();
    assert_eq!(progress::keep("two", "{").unwrap_err().code, "not-json");
    assert_eq!(portal.artifacts()[0].name, "list.csv");
    assert_eq!(portal.log()[0].message, "crooked");
    assert_eq!(portal.progress()[0].total, Some(2));
    assert_eq!(portal.parts(), [("one".to_owned(), json!({ "a": 1 }))]);
}

#[test]
fn time_goes_on_only_when_it_is_slept_through() {
    let portal = mock::Portal::new().with_time(1_000, 500);
    let _installed = portal.install();
    clock::sleep_ms(200);
    assert_eq!((clock::now(), clock::remaining_ms()), (1_200, 300));
}

#[test]
fn scripts_need_their_grant_and_a_list_of_arguments() {
    let portal = mock::Portal::new().on_script("return", &json!([1]));
    let installed = portal.install();
    assert!(matches!(
        page::evaluate("return", "[]"),
        Err(gantry_sdk::PageError::Denied(_))
    ));
    drop(installed);
    let portal = portal.granting([Capability::Script]);
    let _installed = portal.install();
    assert_eq!(page::evaluate("return", "[]").unwrap(), "[1]");
    assert!(page::evaluate("return", "{}").is_err());
}

#[test]
fn portal_is_installed_for_as_long_as_it_was_asked_for() {
    let (outer, inner) = (
        mock::Portal::new().with_time(1, 1),
        mock::Portal::new().with_time(2, 2),
    );
    let _outer = outer.install();
    {
        let _inner = inner.install();
        assert_eq!(clock::now(), 2);
    }
    assert_eq!(clock::now(), 1);
}

#[test]
#[should_panic(expected = "no mock portal is installed")]
fn page_without_a_portal_panics_and_says_how_to_get_one() {
    let _ = page::title();
}
