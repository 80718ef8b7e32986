//! What was wrong with how the earlier system's operations were called (portal-facts §5, D23 to D25): each would fail on
//! the behaviour described there.

use gantry_portal::{
    Fault, FaultKind, FaultMatch, Latencies, ListOrder, PortalConfig, RequestKind,
};
use reqwest::StatusCode;
use serde_json::json;

use crate::office::{Answer, Office, by, until_async};
use crate::processes;
use crate::wizard::desk::{CHECK, Desk, MAKE};

/// A list whose last row comes last.
fn slow() -> PortalConfig {
    PortalConfig {
        order: ListOrder::Stable,
        latencies: Latencies {
            batch_ms: 500,
            ..Latencies::none()
        },
        ..PortalConfig::quick()
    }
}

#[tokio::test]
async fn d23_wrong_fields_are_refused_before_any_browser_work() {
    let desk = Desk::quick().await;
    let key = ("idempotency-key", "d23-0123456789abcdef");
    for (operation, input) in [
        ("get-container-timeline", json!({})),
        ("get-booking-number", json!({ "container_id": 7 })),
        (
            "get-info-bulk",
            json!({ "import_containers": [], "export_containers": [] }),
        ),
        (CHECK, json!({ "terminal": "somewhere" })),
        (
            CHECK,
            json!({ "container_type": "import", "seals": ["1", "2", "3", "4", "5"] }),
        ),
        (MAKE, json!({ "container_type": "import" })),
    ] {
        let url = format!("{}/v1/operations/{operation}", desk.office.url);
        let request = desk.office.client.post(url).header(key.0, key.1);
        let answer = request
            .json(&by(&desk.account, &input))
            .send()
            .await
            .unwrap();
        let answer = Answer::of(answer).await;
        assert_eq!(
            answer.problem(),
            (422, "invalid-input"),
            "{operation} {input}"
        );
        assert!(answer.body["problems"][0].is_object(), "{:#}", answer.body);
    }
    assert_eq!(
        desk.office.get("/v1/sessions").await.ok()["sessions"],
        json!([])
    );
    assert!(desk.office.portal.requests().is_empty());
    desk.close_unbooked().await;
}

#[tokio::test]
async fn d23_a_long_call_is_a_run_that_answers_at_once_can_be_followed_and_taken_back() {
    let office = Office::open(slow(), |_| {}).await;
    let url = format!("{}/v1/operations/get-containers", office.url);
    let request = office.client.post(url).header("prefer", "respond-async");
    let began = std::time::Instant::now();
    let accepted = request
        .json(&by(&office.account(0), &json!({})))
        .send()
        .await;
    let accepted = Answer::of(accepted.unwrap()).await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED);
    let at_once = began.elapsed();
    let location = accepted.headers["location"].to_str().unwrap().to_owned();
    until_async("rows are read", async || {
        office.get(&location).await.ok()["progress"]["done"].as_u64() > Some(0)
    })
    .await;
    assert!(
        at_once < began.elapsed() / 2,
        "{at_once:?} of {:?}",
        began.elapsed()
    );
    assert_eq!(office.delete(&location).await.body["state"], "cancelled");
    let read = office
        .portal
        .requests()
        .iter()
        .filter(|it| it.batch.is_some())
        .count();
    assert!(
        read < 11,
        "{read} batches were read of a list that nobody wanted any more"
    );
    office.close().await;
}

#[tokio::test]
async fn d24_a_browser_that_crashes_is_told_as_that_and_never_as_a_container_that_is_not_there() {
    let office = Office::open(slow(), |_| {}).await;
    let account = office.account(0);
    let wanted = office.portal.containers().pop().unwrap().number;
    let input = json!({ "container_id": wanted });
    let run = office.run("get-container-timeline", &account, input);
    let browsers = office.folder.path().join("data/browsers");
    let crash_twice = async {
        // What only reads is repeated once, with another browser: that one crashes as well.
        for lists in [1, 2] {
            until_async("the list is being read", async || {
                let requests = office.portal.requests();
                requests.iter().filter(|it| it.batch == Some(1)).count() >= lists
            })
            .await;
            processes::kill_below(&browsers);
        }
    };
    let (answer, ()) = tokio::join!(run, crash_twice);
    assert_eq!(answer.problem(), (503, "browser-lost"));
    assert_eq!(answer.body["retryable"], true);
    office.close().await;
}

#[tokio::test]
async fn d25_errors_are_codes_with_what_to_do_next() {
    let desk = Desk::quick().await;
    let account = &desk.account;
    let absent = json!({ "container_id": "CSQU3054383" });
    let absent = desk
        .office
        .run("get-container-timeline", account, absent)
        .await;
    assert_eq!(absent.problem(), (404, "container-not-found"));
    assert_eq!(absent.body["retryable"], false);
    // In the middle of a form: the step, the field, and what is accepted there.
    let mut input = desk.import(&desk.plain_terminal());
    input["truck_plate"] = json!("NOT A PLATE");
    let refused = desk.check(input).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{:#}",
        refused.body
    );
    assert_eq!(refused.body["phase"], 2);
    assert_eq!(refused.body["fields"][0]["field"], "truck_plate");
    assert!(refused.body["hold"]["id"].is_string());
    // A portal that fails: another try may help, and the body says so.
    let failing = Fault::always(
        FaultKind::Status { status: 503 },
        FaultMatch::kind(RequestKind::Batch),
    );
    desk.office.portal.add_fault(failing);
    let list = desk
        .office
        .run("get-containers", &desk.office.account(1), json!({}))
        .await;
    assert_eq!(list.problem().0, 502, "{:#}", list.body);
    assert_eq!(list.body["retryable"], true);
    for answer in [&absent, &refused, &list] {
        for member in [
            "type",
            "title",
            "status",
            "detail",
            "code",
            "retryable",
            "executed",
            "run_id",
            "instance",
        ] {
            assert!(
                !answer.body[member].is_null(),
                "no {member}: {:#}",
                answer.body
            );
        }
    }
    desk.close_unbooked().await;
}
