//! A host that is killed before a message has come to its receiver.

use std::time::Duration;

use gantry_portal::PortalConfig;
use serde_json::{Value, json};

use crate::office::until_async;
use crate::webhooks::receiver::Reply;
use crate::webhooks::scene::Scene;

const BROKEN: Reply = Reply(500, &[]);

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_failed_twice_comes_after_the_host_was_killed_and_when_it_was_due() {
    let retry_ms = [300, 8_000, 3_600_000];
    let scene = Scene::over(PortalConfig::quick(), &[BROKEN, BROKEN], &retry_ms).await;
    let mut host = scene.host().await;
    let answer = scene.glance(&host).await;
    assert_eq!(answer.status().as_u16(), 200);
    let answer: Value = answer.json().await.unwrap();
    scene.receiver.first(2).await;
    let noted = async || scene.newest(&host).await["attempts"] == 2;
    until_async("the second failure is on disk", noted).await;
    let due = scene.newest(&host).await["next_attempt"].clone();
    host.child.kill().await.unwrap();
    let host = scene.host().await;
    assert_eq!(
        scene.newest(&host).await["next_attempt"],
        due,
        "it stands where it stood"
    );
    let told = scene.receiver.first(3).await;
    Scene::all_are_signed(&told);
    for later in &told[1..] {
        assert_eq!(later.id(), told[0].id());
        assert_eq!(later.text, told[0].text);
    }
    assert_eq!(told[0].event(), "operation.succeeded");
    assert_eq!(told[0].body()["data"]["run_id"], answer["run_id"]);
    let pauses = [told[1].at - told[0].at, told[2].at - told[1].at];
    println!("attempts after {pauses:?}, the host killed and started in the second");
    assert!(pauses[0] >= Duration::from_millis(295), "{pauses:?}");
    assert!(pauses[1] >= Duration::from_millis(7_995), "{pauses:?}");
    let delivered = async || scene.newest(&host).await["state"] == "delivered";
    until_async("it is delivered", delivered).await;
    assert_eq!(scene.newest(&host).await["attempts"], 3);
    assert_eq!(scene.receiver.all().len(), 3, "and not sent once more");
    assert_eq!(host.stop().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_just_before_the_host_was_killed_comes_from_the_next() {
    // Nothing that was sent counts: as if the host had died before.
    let scene = Scene::over(PortalConfig::quick(), &[BROKEN], &[1, 1, 1]).await;
    let mut host = scene.host().await;
    let answer: Value = scene.glance(&host).await.json().await.unwrap();
    // That the run has ended and what is told of it are one step in the store; the caller's answer comes before it.
    let noted = async || !scene.newest(&host).await.is_null();
    until_async("its end is on disk", noted).await;
    host.child.kill().await.unwrap();
    let host = scene.host().await;
    let delivered = async || scene.newest(&host).await["state"] == "delivered";
    until_async("it is delivered", delivered).await;
    let told = scene.receiver.of("operation.succeeded").await;
    Scene::all_are_signed(&told);
    assert!(told.iter().all(|it| it.id() == told[0].id()), "{told:?}");
    let data = &told[0].body()["data"];
    assert_eq!(data["run_id"], answer["run_id"]);
    assert_eq!(
        data["account"],
        json!(null),
        "no account of the configuration"
    );
    assert_eq!(host.stop().await, Some(0));
}
