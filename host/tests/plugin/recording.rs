//! Recorded calls and replays: real components over a page in memory, and then over what was recorded of it.

use std::sync::Arc;
use std::time::Duration;

use gantry::browser::cassette::{Asked, Came, Cassette, Outcome};
use gantry::browser::error::PageError;
use gantry::browser::live::Gesture;
use gantry::browser::page::{
    Column, Condition, ElementRef, GrowingList, Locator, Page, ScrollTo, Take,
};
use gantry::browser::replaying::Replay;
use gantry::browser::tape::Tape;
use gantry::config::schema::Limits;
use gantry::plugin::bindings::clock;
use gantry::plugin::bounds::GuestBounds;
use gantry::plugin::context::Called;
use gantry::plugin::recorded;
use gantry::plugin::replay::{ReplayError, Report, replay};
use gantry::plugin::state::{CallState, Caller};
use gantry::plugin::version::OperationVersion;
use serde_json::{Value, json};

use crate::fake_page::FakePage;
use crate::gate::Gate;
use crate::guests::{self, Guest};
use crate::plugin::setup::{PATIENCE, Setup};

const LONG: Duration = Duration::from_secs(30);

/// Runs an operation for `dispatcher7`, and gives what was recorded as it is written.
async fn record(
    setup: &Setup,
    version: &OperationVersion,
    page: FakePage,
    input: &Value,
) -> (Called<Value>, Cassette) {
    let (context, names) = (setup.context(LONG), vec!["dispatcher7".to_owned()]);
    let page = Box::new(page);
    let (called, recorded) = recorded::run(version, (input, None), page, context, names).await;
    let written = recorded.written().await.unwrap();
    (called, Cassette::read(&written).unwrap())
}

async fn replayed(setup: &Setup, component: Vec<u8>, cassette: &Cassette) -> Report {
    let version = setup.operation(component).await;
    let report = tokio::time::timeout(PATIENCE, replay(&version, cassette));
    report.await.unwrap().unwrap()
}

fn calls(cassette: &Cassette) -> Vec<&str> {
    let calls = cassette.calls.iter();
    calls.map(|call| call.asked.call.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_build_over_its_cassette_comes_to_the_same() {
    let setup = Setup::new();
    let component = guests::component("pauses");
    let version = setup.operation(component.clone()).await;
    let input = json!({ "plate": "8ZZZ123", "container": "CSQU3054383", "by": "dispatcher7" });
    let page = FakePage::new();
    let actions = page.actions();
    let (called, cassette) = record(&setup, &version, page, &input).await;
    assert_eq!(
        called.outcome.unwrap(),
        input,
        "the caller gets what is true"
    );
    assert_eq!(called.stats.commands, 2);
    assert_eq!(called.page.commands(), 2, "the page came back");
    assert!(!actions.all().contains(&"dropped".to_owned()));
    assert_eq!(calls(&cassette), ["goto", "goto"]);
    assert_eq!(cassette.digest, version.identity.digest);
    let written = String::from_utf8(cassette.to_json()).unwrap();
    for gone in ["8ZZZ123", "CSQU3054383", "dispatcher7"] {
        assert!(!written.contains(gone), "{written}");
    }
    let report = replayed(&setup, component, &cassette).await;
    assert!(report.is_same(), "{report:?}");
    assert_eq!((report.calls_made, report.calls_recorded), (2, 2));
    assert_eq!(report.outcome, cassette.outcome);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_build_that_answers_otherwise_is_shown_by_its_answer() {
    let setup = Setup::new();
    let guest = Guest::operation("version-after-title").named("answer");
    let version = setup.operation(guest.build()).await;
    let (_, cassette) = record(&setup, &version, FakePage::new(), &json!({})).await;
    let report = replayed(&setup, guest.version("2.0.0").build(), &cassette).await;
    assert_eq!(report.difference, None);
    assert_eq!(report.changes.len(), 1);
    let change = &report.changes[0];
    assert_eq!(change.at, "/output");
    assert_eq!(change.recorded, Some(json!("1.0.0")));
    assert_eq!(change.now, Some(json!("2.0.0")));
    assert!(!report.is_same());
    assert_eq!(
        (&*report.recorded, &*report.replayed),
        ("answer 1.0.0", "answer 2.0.0")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_build_that_does_something_else_ends_there_and_is_told_why() {
    let setup = Setup::new();
    let version = setup.operation(guests::component("pauses")).await;
    let input = json!({ "plate": "any" });
    let (_, cassette) = record(&setup, &version, FakePage::new(), &input).await;
    let report = replayed(&setup, guests::component("title-or-fail"), &cassette).await;
    let difference = report.difference.unwrap();
    assert_eq!(difference.asked.call, "title");
    let recorded = difference.recorded.unwrap();
    assert_eq!(
        (&*recorded.call, &recorded.with["site"]),
        ("goto", &json!("containers"))
    );
    assert_eq!(
        (difference.call, difference.place, difference.of),
        (1, 1, 2)
    );
    assert_eq!(report.not_done.len(), 2);
    // `k` is the case `other` of `page-error`.
    let Outcome::Failure { code, .. } = report.outcome else {
        panic!("it has no title");
    };
    assert_eq!(code, "k");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_is_recorded_and_comes_again() {
    let setup = Setup::new();
    let component = guests::component("title-or-fail");
    let version = setup.operation(component.clone()).await;
    let page = FakePage::new().failing(PageError::TimedOut("the list".to_owned()));
    let (called, cassette) = record(&setup, &version, page, &json!({})).await;
    assert_eq!(called.outcome.unwrap_err().code(), "d");
    assert!(matches!(
        cassette.calls[0].came,
        Came::Error(PageError::TimedOut(_))
    ));
    let report = replayed(&setup, component, &cassette).await;
    assert!(report.is_same(), "{report:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_input_that_a_build_does_not_take_is_refused() {
    let setup = Setup::new();
    let version = setup.operation(guests::component("title-or-fail")).await;
    let (_, cassette) = record(&setup, &version, FakePage::new(), &json!({})).await;
    let stricter = Guest::operation("title-or-fail").input_schema(r#"{"required":["a"]}"#);
    let version = setup.operation(stricter.build()).await;
    let refused = replay(&version, &cassette).await;
    assert!(matches!(refused, Err(ReplayError::InputRefused(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorded_call_that_is_dropped_drops_its_page() {
    let setup = Setup::new();
    let version = setup.operation(guests::component("title-or-fail")).await;
    let gate = Gate::closed();
    let page = FakePage::new().behind(&gate);
    let actions = page.actions();
    let context = setup.context(LONG);
    let run = tokio::spawn({
        let version = Arc::clone(&version);
        async move {
            let input = json!({});
            let page = Box::new(page);
            recorded::run(&version, (&input, None), page, context, Vec::new()).await;
        }
    });
    gate.reached_by(1).await;
    assert!(!actions.all().contains(&"dropped".to_owned()));
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    assert!(actions.all().contains(&"dropped".to_owned()));
}

fn css(text: &str) -> Locator {
    Locator::Css(text.to_owned())
}

/// Asks a page for everything that a guest can ask for, and gives the answers.
async fn ask_for_everything(page: &mut dyn Page) -> Vec<String> {
    let mut answers = Vec::new();
    macro_rules! ask {
        ($($call:ident($($argument:expr),*)),* $(,)?) => {
            $(answers.push(format!("{:?}", page.$call($($argument),*).await));)*
        };
    }
    let element = page.find(None, &css("#a")).await.unwrap();
    let list = GrowingList {
        rows: css("tr"),
        columns: vec![Column {
            at: None,
            take: Take::Text,
        }],
        container: css("div"),
    };
    let condition = [Condition::Present { what: css("#a") }];
    ask!(
        goto("containers", "/containers"),
        location(),
        title(),
        find(Some(&element), &css("#b")),
        find_all(None, &css("#b")),
        find_visible(&css("#b")),
        click(&element, false),
        fill(&element, "typed"),
        press(&element, "Enter"),
        choose(&element, "option"),
        sets_off(&element, "Enter"),
        text(&element),
        attribute(&element, "type"),
        is_visible(&element),
        wait(&condition, LONG),
        read(&list.rows, &list.columns, 3),
        scroll(&list.container, ScrollTo::End),
        grow(&list, (1, 2), &condition, LONG),
        answer_dialog(true),
        begin_download(),
        evaluate("return 1", vec![json!(1)]),
    );
    answers.retain(|answer| answer.len() < 10_000);
    answers
}

#[tokio::test]
async fn all_that_a_guest_can_ask_is_recorded_and_nothing_else() {
    let fake = FakePage::new().at_site("containers");
    let (tape, mut page) = Tape::of(Box::new(fake));
    let answers = ask_for_everything(&mut page).await;
    page.screenshot().await.unwrap();
    let file = page.finish_download(LONG).await.unwrap();
    assert_eq!(std::fs::read(&file.file).unwrap(), b"a,b\n1,2\n");
    let noted = 24;
    page.tidy().await.unwrap();
    page.frame().await.unwrap();
    page.gesture(&Gesture::Text {
        text: "secret".to_owned(),
    })
    .await
    .unwrap();
    page.console().await.unwrap();
    page.redacted_source().await.unwrap();
    assert_eq!(page.told_time(5), 5);
    assert!(page.time_passes() && !page.in_flight() && !page.is_lost());
    drop(page);
    let taken = tape.finish();
    assert_eq!(taken.calls.len(), noted);
    assert_eq!(taken.times_ms, [5]);
    let file = &taken.calls[noted - 1].came;
    let Came::Answer(file) = file else {
        panic!("{file:?}")
    };
    assert_eq!(
        (&file["name"], &file["bytes"]),
        (&json!("../list.csv"), &json!(8))
    );
    assert_eq!(file["sha256"].as_str().unwrap().len(), 64);

    let cassette = Cassette {
        cassette: 1,
        contract: String::new(),
        operation: String::new(),
        version: String::new(),
        digest: String::new(),
        input: Value::Null,
        resumed: None,
        calls: taken.calls,
        times_ms: taken.times_ms,
        truncated: taken.truncated,
        outcome: Outcome::Output(Value::Null),
    };
    let (replay, mut page) = Replay::of(&cassette);
    // The elements of the page in memory are called by what will be their numbers.
    assert_eq!(ask_for_everything(&mut page).await, answers);
    let picture = page.screenshot().await.unwrap();
    assert!(picture.starts_with(b"\x89PNG"));
    let file = page.finish_download(LONG).await.unwrap();
    assert_eq!((&*file.name, file.bytes), ("../list.csv", 0));
    let times = [9, 9, 9].map(|now| page.told_time(now));
    assert_eq!(times, [5, 5, 5]);
    let followed = replay.ended();
    assert_eq!((followed.made, followed.recorded), (noted, noted));
    assert_eq!(followed.difference, None);
}

#[tokio::test]
async fn a_call_of_the_real_page_names_its_elements_and_the_cassette_numbers_them() {
    let (tape, mut page) = Tape::of(Box::new(FakePage::new()));
    let [guarded, other] = [Locator::Text("Submit".to_owned()), css("#a")];
    let actions = [
        page.find(None, &other).await.unwrap(),
        page.find(None, &guarded).await.unwrap(),
    ];
    assert_eq!(actions[1], ElementRef("guarded".to_owned()));
    page.click(&actions[1], false).await.unwrap();
    drop(page);
    let click = tape.finish().calls.pop().unwrap();
    let expected = Asked {
        call: "click".to_owned(),
        with: json!({ "element": "e2", "even_guarded": false }),
    };
    assert_eq!(click.asked, expected);
    assert_eq!(click.came, Came::Answer(json!({ "guarded": "Submit" })));
}

#[tokio::test]
async fn in_a_replay_the_clock_tells_the_recorded_time_and_nobody_sleeps() {
    let setup = Setup::new();
    let version = setup.operation(guests::component("title-or-fail")).await;
    let (_, mut cassette) = record(&setup, &version, FakePage::new(), &json!({})).await;
    cassette.times_ms = vec![1_000, 2_000];
    let (_, page) = Replay::of(&cassette);
    let caller = Caller {
        plugin: "p".to_owned(),
        grants: [].into(),
        sites: None,
    };
    let bounds = GuestBounds::new(&Limits::default());
    let mut state = CallState::new(caller, &bounds, Box::new(page), setup.context(LONG));
    let begun = std::time::Instant::now();
    let mut times = Vec::new();
    for _ in 0..3 {
        times.push(clock::Host::now(&mut state).await.unwrap());
        clock::Host::sleep_ms(&mut state, 20_000).await.unwrap();
    }
    assert_eq!(times, [1_000, 2_000, 2_000]);
    assert!(begun.elapsed() < Duration::from_secs(20));
}
