//! Runs as resources: answered later, followed, cancelled, repeated, and there after a restart.

use gantry_portal::{Latencies, PortalConfig};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::killed::{Binary, scene};
use crate::office::{Answer, Office, by, until_async};

fn slow() -> PortalConfig {
    PortalConfig {
        latencies: Latencies {
            batch_ms: 400,
            ..Latencies::none()
        },
        ..PortalConfig::quick()
    }
}

/// Asks for the container list, to be answered later.
fn asks(office: &Office, input: &Value) -> RequestBuilder {
    let url = format!("{}/v1/operations/get-containers", office.url);
    let body = by(&office.account(0), input);
    office
        .client
        .post(url)
        .header("prefer", "respond-async")
        .json(&body)
}

async fn accepted(request: RequestBuilder) -> String {
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(answer.status, 202, "{:#}", answer.body);
    assert_eq!(answer.headers["preference-applied"], "respond-async");
    let location = answer.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(
        location,
        format!("/v1/runs/{}", answer.body["run_id"].as_str().unwrap())
    );
    location
}

/// The events of a run that has ended, as (id, name, data).
async fn events(office: &Office, location: &str, after: Option<&str>) -> Vec<(u64, String, Value)> {
    let mut request = office
        .client
        .get(format!("{}{location}/events", office.url));
    if let Some(after) = after {
        request = request.header("last-event-id", after);
    }
    let text = request.send().await.unwrap().text().await.unwrap();
    let field = |block: &str, name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default().trim().to_owned()
    };
    text.split("\n\n")
        .filter(|block| block.contains("data:"))
        .map(|block| {
            let data = serde_json::from_str(&field(block, "data:")).unwrap();
            (
                field(block, "id:").parse().unwrap(),
                field(block, "event:"),
                data,
            )
        })
        .collect()
}

#[tokio::test]
async fn a_run_is_answered_later_under_its_own_address() {
    let office = Office::open(slow(), |_| {}).await;
    let location = accepted(asks(&office, &json!({}))).await;
    let early = office.get(&location).await.ok();
    assert!(
        ["waiting", "running"].contains(&early["state"].as_str().unwrap()),
        "{early:#}"
    );
    assert!(early.get("answer").is_none());
    let run = office.get(&format!("{location}?wait=60")).await.ok();
    assert_eq!(run["state"], "succeeded", "{run:#}");
    let rows = office
        .portal
        .containers_of(&office.account(0).username)
        .len();
    assert_eq!(run["answer"]["output"]["count"], json!(rows));
    assert_eq!(run["answer"]["run_id"], run["run_id"]);
    assert_eq!(run["account"], json!(office.account(0).username));
    let listed = office.get("/v1/runs").await.ok();
    assert_eq!(listed["runs"][0]["run_id"], run["run_id"]);
}

#[tokio::test]
async fn whoever_waits_a_while_may_have_the_answer_at_once() {
    let office = Office::quick().await;
    let request = asks(&office, &json!({ "target_count": 1 })).header("prefer", "wait=60");
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(answer.status, 200, "{:#}", answer.body);
    assert_eq!(answer.body["operation"], "get-containers");
}

#[tokio::test]
async fn events_are_told_in_order_and_go_on_after_the_last_one_seen() {
    let office = Office::open(slow(), |_| {}).await;
    let location = accepted(asks(&office, &json!({}))).await;
    // Followed from the beginning, while it runs.
    let all = events(&office, &location, None).await;
    let names: Vec<&str> = all.iter().map(|(_, name, _)| name.as_str()).collect();
    assert_eq!(names[..2], ["queued", "leased"]);
    assert_eq!(names.last(), Some(&"ended"));
    assert!(
        names.iter().filter(|name| **name == "step").count() >= 3,
        "{names:?}"
    );
    assert!(all.is_sorted_by(|one, next| one.0 < next.0));
    let (_, _, ended) = all.last().unwrap();
    assert_eq!(ended["state"], "succeeded");
    // It is over: what is kept is told again, from where the caller was.
    let leased = all.iter().find(|(_, name, _)| name == "leased").unwrap().0;
    let later = events(&office, &location, Some(&leased.to_string())).await;
    assert!(later.iter().all(|(id, _, _)| *id > leased));
    assert_eq!(later.last().unwrap().1, "ended");
}

#[tokio::test]
async fn a_cancelled_run_ends_at_once_and_its_session_works_on() {
    let office = Office::open(slow(), |_| {}).await;
    let location = accepted(asks(&office, &json!({}))).await;
    until_async("the list is being read", async || {
        office.get(&location).await.ok()["progress"].is_object()
    })
    .await;
    let cancelled = office.delete(&location).await;
    assert_eq!(cancelled.status, 202);
    assert_eq!(cancelled.body["state"], "cancelled", "{:#}", cancelled.body);
    assert_eq!(cancelled.body["problem"]["code"], "run-cancelled");
    assert_eq!(office.delete(&location).await.problem(), (409, "run-ended"));
    let account = office.account(0);
    let glance = json!({ "target_count": 1 });
    let next = office.run("get-containers", &account, glance).await.ok();
    assert_eq!(next["is_new_session"], false);
    assert_eq!(office.portal.attempts().len(), 1);
}

#[tokio::test]
async fn the_same_key_is_the_same_run() {
    let office = Office::open(slow(), |_| {}).await;
    let key = ("idempotency-key", "0b7c1f6e-one-request");
    let one = json!({ "target_count": 1 });
    let request = |input| asks(&office, input).header(key.0, key.1);
    let location = accepted(request(&one)).await;
    let again = Answer::of(request(&one).send().await.unwrap()).await;
    assert_eq!(again.problem(), (409, "idempotency-key-in-flight"));
    assert_eq!(again.headers["location"].to_str().unwrap(), location);
    let run = office.get(&format!("{location}?wait=60")).await.ok();
    let replayed = Answer::of(request(&one).send().await.unwrap()).await;
    assert_eq!(replayed.headers["idempotency-replayed"], "true");
    assert_eq!(replayed.ok(), run["answer"]);
    let other = Answer::of(request(&json!({ "target_count": 2 })).send().await.unwrap()).await;
    assert_eq!(other.problem(), (422, "idempotency-key-reused"));
    let bad = asks(&office, &one).header("idempotency-key", "short");
    let bad = Answer::of(bad.send().await.unwrap()).await;
    assert_eq!(bad.problem(), (400, "idempotency-key-invalid"));
}

#[tokio::test]
async fn a_run_that_nobody_knows_is_not_found() {
    let office = Office::quick().await;
    for path in [
        "/v1/runs/nothing",
        "/v1/runs/0123456789abcdef0123456789abcdef",
    ] {
        assert_eq!(office.get(path).await.problem(), (404, "run-not-found"));
        assert_eq!(
            office.get(&format!("{path}/events")).await.problem(),
            (404, "run-not-found")
        );
        assert_eq!(office.delete(path).await.problem(), (404, "run-not-found"));
    }
}

#[tokio::test]
async fn results_outlive_the_host_and_what_was_cut_short_says_that_nothing_was_done() {
    let (portal, _folder, file) = scene(Latencies {
        batch_ms: 400,
        ..Latencies::none()
    })
    .await;
    let client = reqwest::Client::new();
    let start = async |host: &Binary, input: Value| {
        let request = client.post(format!("{}/v1/operations/get-containers", host.url));
        let request = request.header("prefer", "respond-async");
        accepted(request.json(&by(&portal.accounts()[0], &input))).await
    };
    let show = async |host: &Binary, location: &str| -> Value {
        let answer = client.get(format!("{}{location}", host.url)).send().await;
        answer.unwrap().json().await.unwrap()
    };
    let mut host = Binary::start(&file).await;
    let whole = start(&host, json!({ "target_count": 1 })).await;
    let ended = show(&host, &format!("{whole}?wait=60")).await;
    assert_eq!(ended["state"], "succeeded", "{ended:#}");
    let cut = start(&host, json!({})).await;
    until_async("the list is being read", async || {
        show(&host, &cut).await["state"] == "running"
    })
    .await;
    host.child.kill().await.unwrap();
    let host = Binary::start(&file).await;
    assert_eq!(show(&host, &whole).await["answer"], ended["answer"]);
    let run = show(&host, &cut).await;
    assert_eq!(run["state"], "failed", "{run:#}");
    assert_eq!(run["problem"]["code"], "host-restarted");
    assert_eq!(run["problem"]["executed"], "no");
    assert_eq!(run["problem"]["retryable"], true);
    assert_eq!(host.stop().await, Some(0));
}
