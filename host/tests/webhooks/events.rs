//! What is told, and of what.

use gantry::browser::error::PageError;
use gantry::dispatch::error::RunError;
use gantry::dispatch::request::Who;
use gantry::dispatch::watching::Watched;
use gantry::model::caller::Caller;
use gantry::model::message::Occasion;
use serde_json::{Value, json};

use crate::webhooks::host::{Host, Plan, SECRET};
use crate::webhooks::receiver::Receiver;

#[tokio::test]
async fn the_end_of_a_run_is_told_and_signed_without_what_was_asked_or_answered() {
    let receiver = Receiver::answering(&[]).await;
    let host = Plan::new().telling("office", &receiver.url).start().await;
    let answer = host.book("c").await.unwrap();
    let told = receiver.first(1).await.remove(0);
    assert!(told.is_signed_by(SECRET));
    assert_eq!(told.header("content-type"), "application/json");
    let body = told.body();
    assert_eq!(body["type"], "operation.succeeded");
    chrono::DateTime::parse_from_rfc3339(body["timestamp"].as_str().unwrap()).unwrap();
    let data = &body["data"];
    assert_eq!(data["run_id"], answer.run_id.to_string());
    assert_eq!(data["session_id"], answer.session_id.to_string());
    assert_eq!(data["operation"], "books");
    assert_eq!(data["account"], "office");
    assert_eq!(
        (&data["state"], &data["failure"]),
        (&json!("succeeded"), &Value::Null)
    );
    assert_eq!(data["plugin"]["version"], *answer.plugin.version);
    for secret in ["\"user\"", "\"secret\"", "\"number\"", "\"do\""] {
        assert!(!told.text.contains(secret), "{secret}: {}", told.text);
    }
}

#[tokio::test]
async fn a_failure_is_told_with_its_class_and_code() {
    let receiver = Receiver::answering(&[]).await;
    let host = Plan::new().telling("office", &receiver.url).start().await;
    let failed = host.book("r").await.unwrap_err();
    let body = receiver.first(1).await[0].body();
    assert_eq!(body["type"], "operation.failed");
    let failure = &body["data"]["failure"];
    assert_eq!(failure["code"], failed.code.as_str());
    assert_eq!(failure["class"], json!(failed.class));
    assert_eq!(failure["executed"], "no");
}

#[tokio::test]
async fn an_unknown_end_is_told_and_then_what_it_turned_out_to_be() {
    let receiver = Receiver::answering(&[]).await;
    let host = Plan::new().telling("office", &receiver.url).start().await;
    host.told.title("in");
    let failed = host.book("u").await.unwrap_err();
    let told = receiver.first(2).await;
    assert_eq!(told[0].event(), "operation.unknown");
    assert_eq!(told[1].event(), "operation.succeeded");
    for told in &told {
        assert_eq!(told.body()["data"]["run_id"], failed.more["run_id"]);
    }
    assert_eq!(told[0].body()["data"]["failure"]["executed"], "maybe");
}

#[tokio::test]
async fn an_unknown_end_is_told_once_however_often_a_host_starts() {
    let receiver = Receiver::answering(&[]).await;
    let plan = || Plan::new().telling("office", &receiver.url);
    let host = plan().start().await;
    host.told.title("unclear");
    host.book("u").await.unwrap_err();
    receiver.of("operation.unknown").await;
    let next = plan().over(&host).start().await;
    next.told.title("in");
    receiver.of("operation.succeeded").await;
    assert_eq!(receiver.of("operation.unknown").await.len(), 1);
}

#[tokio::test]
async fn what_was_written_before_a_host_died_is_sent_by_the_next() {
    let receiver = Receiver::answering(&[]).await;
    let plan = || Plan::new().telling("office", &receiver.url);
    let host = plan().sending_nothing().start().await;
    let answer = host.book("c").await.unwrap();
    assert_eq!(host.webhook().await["waiting"], 1);
    let next = plan().over(&host).start().await;
    let told = receiver.first(1).await.remove(0);
    assert!(told.is_signed_by(SECRET));
    assert_eq!(told.body()["data"]["run_id"], answer.run_id.to_string());
    next.delivery("office", "delivered").await;
}

#[tokio::test]
async fn a_webhook_is_told_of_its_events_only() {
    let (all, failures) = (
        Receiver::answering(&[]).await,
        Receiver::answering(&[]).await,
    );
    let host = Plan::new()
        .telling("all", &all.url)
        .telling("failures", &failures.url)
        .only(&[Occasion::OperationFailed])
        .start()
        .await;
    host.read().await.unwrap();
    all.first(1).await;
    host.book("r").await.unwrap_err();
    assert_eq!(failures.first(1).await[0].event(), "operation.failed");
    assert_eq!(all.first(2).await[1].id(), failures.all()[0].id());
    assert_eq!(host.deliveries("failures").await.len(), 1);
    assert_eq!(host.deliveries("all").await.len(), 2);
}

#[tokio::test]
async fn an_account_that_needs_a_person_is_told_once_and_so_is_its_recovery() {
    let receiver = Receiver::answering(&[]).await;
    let plan = Plan::new().telling("office", &receiver.url);
    let host = plan.in_need_of_a_person().start().await;
    let who = || Who {
        account: Some("office".to_owned()),
        ..Who::default()
    };
    let mut session = None;
    for _ in 0..3 {
        let needed = host.dispatch.ready_session(&Caller::Local, who(), None);
        if let Err(RunError::OperatorNeeded { session_id, .. }) = needed.await {
            session = Some(session_id);
        }
    }
    let session = session.unwrap();
    let told = receiver.of("account.needs_auth").await.remove(0);
    assert!(told.is_signed_by(SECRET));
    let data = &told.body()["data"];
    assert_eq!(data["account"], "office");
    assert_eq!(data["session_id"], session.to_string());
    assert_eq!(data["code"], "operator-needed");
    assert_eq!(data["live_url"], format!("/v1/sessions/{session}/live"));
    host.told.title("in");
    let watched = host.dispatch.look_for_operator(session).await;
    assert_eq!(watched, Watched::SignedIn);
    let told = receiver.of("account.recovered").await.remove(0);
    assert_eq!(told.body()["data"]["account"], "office");
    // Signed in is what it is now; that is no news.
    host.read().await.unwrap();
    receiver.of("operation.succeeded").await;
    assert_eq!(receiver.of("account.needs_auth").await.len(), 1);
    assert_eq!(receiver.of("account.recovered").await.len(), 1);
}

#[tokio::test]
async fn a_browser_that_is_lost_in_a_run_is_told_with_the_run() {
    let receiver = Receiver::answering(&[]).await;
    let host = Plan::new().telling("office", &receiver.url).start().await;
    host.book("c").await.unwrap();
    host.told.fail(PageError::BrowserLost("crashed".to_owned()));
    host.book("r").await.unwrap_err();
    let told = receiver.of("session.lost").await.remove(0);
    let data = &told.body()["data"];
    assert_eq!(
        (&data["reason"], &data["account"]),
        (&json!("browser-lost"), &json!("office"))
    );
    let failed = receiver.of("operation.failed").await.remove(0);
    assert_eq!(data["run_id"], failed.body()["data"]["run_id"]);
}

#[tokio::test]
async fn a_session_that_is_taken_from_a_run_is_told() {
    let receiver = Receiver::answering(&[]).await;
    let host = Plan::new().telling("office", &receiver.url).start().await;
    let session = host.read().await.unwrap().session_id;
    let _sleeping = host.dispatch.start(Host::booking("s")).await.unwrap();
    loop {
        let snapshot = host.dispatch.session(session).await.unwrap();
        if snapshot.in_use.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    host.dispatch.close_session(session, true).await.unwrap();
    let told = receiver.of("session.lost").await.remove(0);
    assert_eq!(told.body()["data"]["reason"], "closed");
    assert_eq!(told.body()["data"]["session_id"], session.to_string());
}
