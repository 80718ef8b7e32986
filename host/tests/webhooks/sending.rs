//! How messages come to their receivers at last.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};

use crate::prometheus::value;
use crate::webhooks::host::{FORMER, Plan, SECRET};
use crate::webhooks::receiver::{Received, Receiver, Reply};

const BROKEN: Reply = Reply(500, &[]);

#[tokio::test]
async fn what_is_not_taken_is_sent_again_the_same_after_growing_pauses() {
    let receiver = Receiver::answering(&[BROKEN, BROKEN]).await;
    let plan = Plan::new().telling("office", &receiver.url);
    let host = plan.retrying(&[200, 600, 3_600_000]).start().await;
    host.read().await.unwrap();
    let told = receiver.first(3).await;
    assert!(told.iter().all(|it| it.is_signed_by(SECRET)));
    for later in &told[1..] {
        assert_eq!(later.id(), told[0].id());
        assert_eq!(later.text, told[0].text);
    }
    let pauses = [told[1].at - told[0].at, told[2].at - told[1].at];
    assert!(pauses[0] >= Duration::from_millis(195), "{pauses:?}");
    assert!(pauses[1] >= Duration::from_millis(595), "{pauses:?}");
    let times = told.iter().map(|it| it.header("webhook-timestamp"));
    assert!(times.is_sorted(), "the timestamp is the attempt's");
    let delivery = host.delivery("office", "delivered").await;
    assert_eq!(delivery["id"], told[0].id());
    assert_eq!(delivery["attempts"], 3);
    assert_eq!(delivery["last_attempt"]["status"], 204);
    assert_eq!(delivery["next_attempt"], Value::Null);
}

#[tokio::test]
async fn what_nobody_takes_is_given_up_and_can_be_sent_again() {
    let receiver = Receiver::answering(&[BROKEN, BROKEN]).await;
    let plan = Plan::new().telling("office", &receiver.url);
    let host = plan.retrying(&[10]).start().await;
    host.read().await.unwrap();
    let failed = host.delivery("office", "failed").await;
    assert_eq!(failed["attempts"], 2);
    let error = failed["last_attempt"]["error"].as_str().unwrap();
    assert!(error.contains("500"), "{error}");
    assert_eq!(host.webhook().await["failed"], 1);
    let path = format!(
        "/v1/webhooks/office/deliveries/{}/retry",
        failed["id"].as_str().unwrap()
    );
    let (status, delivery) = host.post(&path).await;
    assert_eq!((status.as_u16(), &delivery["id"]), (202, &failed["id"]));
    let delivered = host.delivery("office", "delivered").await;
    assert_eq!(delivered["attempts"], 3);
    let told = receiver.first(3).await;
    assert!(told.iter().all(|it| it.id() == failed["id"]));
    let figures = host.figures().await;
    for sent in ["retried", "failed", "delivered"] {
        let labels = [("event", "operation.succeeded"), ("result", sent)];
        let counted = value(&figures, "webhook_deliveries_total", &labels);
        assert_eq!(counted, Some(1.0), "{sent}: {figures}");
    }
}

#[tokio::test]
async fn a_receiver_that_says_when_is_not_asked_sooner() {
    for status in [429, 503] {
        let later = Reply(status, &[("retry-after", "1")]);
        let receiver = Receiver::answering(&[later]).await;
        let plan = Plan::new().telling("office", &receiver.url);
        let host = plan.retrying(&[10]).start().await;
        host.read().await.unwrap();
        let told = receiver.first(2).await;
        let pause = told[1].at - told[0].at;
        assert!(pause >= Duration::from_millis(995), "{pause:?}");
    }
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_left_alone_over_a_restart_until_it_is_enabled() {
    let receiver = Receiver::answering(&[Reply(410, &[])]).await;
    let plan = || Plan::new().telling("office", &receiver.url);
    let host = plan().start().await;
    host.read().await.unwrap();
    receiver.first(1).await;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    while host.webhook().await["disabled_since"] == Value::Null {
        assert!(tokio::time::Instant::now() < deadline, "not in time");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let next = plan().over(&host).start().await;
    next.read().await.unwrap();
    // A read is answered a moment before its end is on disk.
    let mut shown = next.webhook().await;
    while shown["waiting"] != 2 {
        assert!(tokio::time::Instant::now() < deadline, "{shown:#}");
        tokio::time::sleep(Duration::from_millis(5)).await;
        shown = next.webhook().await;
    }
    assert_ne!(shown["disabled_since"], Value::Null);
    assert_eq!(
        (&shown["waiting"], &shown["next_attempt"]),
        (&json!(2), &Value::Null)
    );
    assert_eq!(shown["last_attempt"]["status"], 410);
    let (status, problem) = next.post("/v1/webhooks/office/test").await;
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (409, &json!("webhook-disabled"))
    );
    assert_eq!(receiver.all().len(), 1, "nothing was sent meanwhile");
    let (status, shown) = next.post("/v1/webhooks/office/enable").await;
    assert_eq!(
        (status.as_u16(), &shown["disabled_since"]),
        (200, &Value::Null)
    );
    let told = receiver.first(3).await;
    let mut again: Vec<&str> = told[1..].iter().map(Received::id).collect();
    again.retain(|id| *id == told[0].id());
    assert_eq!(again.len(), 1, "what met the 410 is sent as well");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let receiver = Receiver::answering(&[
        Reply(307, &[("location", "/elsewhere")]),
        Reply(301, &[("location", "/elsewhere")]),
    ])
    .await;
    let host = Plan::new().telling("office", &receiver.url).start().await;
    host.read().await.unwrap();
    let told = receiver.first(3).await;
    assert!(told.iter().all(|it| it.path == "/hook"), "{told:?}");
    assert_eq!(told[0].id(), told[2].id());
}

#[tokio::test]
async fn a_receiver_that_is_not_there_is_tried_again() {
    let nowhere = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook?token=hush", nowhere.local_addr().unwrap());
    drop(nowhere);
    let host = Plan::new().telling("office", &url).start().await;
    host.read().await.unwrap();
    let failed = host.delivery("office", "failed").await;
    assert_eq!(failed["attempts"], 4);
    assert_eq!(failed["last_attempt"]["status"], Value::Null);
    let error = failed["last_attempt"]["error"].as_str().unwrap();
    assert!(error.contains("cannot be reached"), "{error}");
    let shown = host.webhook().await.to_string() + error;
    assert!(!shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn while_a_secret_is_changed_both_sign() {
    let receiver = Receiver::answering(&[]).await;
    let plan = Plan::new().telling("office", &receiver.url);
    let former = plan.secret("former", FORMER);
    let plan = plan.with(|webhook| webhook.previous_secret_file = Some(former));
    let host = plan.start().await;
    host.read().await.unwrap();
    let told = receiver.first(1).await.remove(0);
    assert!(told.is_signed_by(SECRET) && told.is_signed_by(FORMER));
    assert_eq!(told.header("webhook-signature").split(' ').count(), 2);
    assert_eq!(host.webhook().await["rotating"], true);
}

#[tokio::test]
async fn one_receiver_that_is_slow_does_not_hold_up_another() {
    let quick = Receiver::answering(&[]).await;
    // Takes connections and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent_url = format!("http://{}/", silent.local_addr().unwrap());
    let host = Plan::new()
        .telling("silent", &silent_url)
        .telling("quick", &quick.url)
        .start()
        .await;
    for _ in 0..10 {
        host.read().await.unwrap();
    }
    quick.first(10).await;
    assert_eq!(host.deliveries("silent").await.len(), 10);
    assert_eq!(host.webhook().await["waiting"], 10);
}

#[tokio::test]
async fn a_receiver_that_says_nothing_is_left_after_15_seconds() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let plan = Plan::new().telling("silent", &url).retrying(&[]);
    let host = plan.start().await;
    let began = Instant::now();
    host.read().await.unwrap();
    let failed = host.delivery("silent", "failed").await;
    let took = began.elapsed();
    let bounds = Duration::from_secs(15)..Duration::from_secs(20);
    assert!(bounds.contains(&took), "{took:?}");
    let error = failed["last_attempt"]["error"].as_str().unwrap();
    assert!(error.contains("15 s"), "{error}");
}

#[tokio::test]
async fn a_test_message_arrives() {
    let receiver = Receiver::answering(&[]).await;
    let host = Plan::new().telling("office", &receiver.url).start().await;
    let (status, delivery) = host.post("/v1/webhooks/office/test").await;
    assert_eq!(
        (status.as_u16(), &delivery["event"]),
        (202, &json!("webhook.test"))
    );
    let told = receiver.first(1).await.remove(0);
    assert!(told.is_signed_by(SECRET));
    assert_eq!(
        (delivery["id"].as_str(), told.event().as_str()),
        (Some(told.id()), "webhook.test")
    );
    let (status, problem) = host.post("/v1/webhooks/nobody/test").await;
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (404, &json!("webhook-not-found"))
    );
}

#[tokio::test]
async fn a_store_that_fails_for_a_while_loses_nothing() {
    let receiver = Receiver::answering(&[]).await;
    let host = Plan::new().telling("office", &receiver.url).start().await;
    let file = host.folder.path().join("gantry.db");
    let mut database = SqliteConnection::connect(&format!("sqlite://{}", file.display()))
        .await
        .unwrap();
    let full =
        "CREATE TRIGGER full BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'full'); END";
    sqlx::query(full).execute(&mut database).await.unwrap();
    let answer = host.book("c").await.unwrap();
    assert_eq!(host.webhook().await["waiting"], 0);
    sqlx::query("DROP TRIGGER full")
        .execute(&mut database)
        .await
        .unwrap();
    let told = receiver.first(1).await.remove(0);
    assert_eq!(told.body()["data"]["run_id"], answer.run_id.to_string());
}
