//! What is told of sessions: that one needs a person, and that its browser is gone.

use gantry_portal::{Challenge, PortalConfig};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use crate::processes;
use crate::webhooks::scene::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_needs_a_person_is_told_with_where_to_go() {
    let portal = PortalConfig {
        challenge: Challenge::Operator,
        ..PortalConfig::quick()
    };
    let scene = Scene::over(portal, &[], &[1_000]).await;
    let host = scene.host().await;
    let refused = scene.glance(&host).await;
    assert_eq!(refused.status().as_u16(), 409);
    let refused: Value = refused.json().await.unwrap();
    let told = scene.receiver.of("account.needs_auth").await;
    Scene::all_are_signed(&told);
    assert_eq!(told.len(), 1);
    let data = &told[0].body()["data"];
    assert_eq!(data["session_id"], refused["session_id"]);
    assert_eq!(data["live_url"], refused["live_url"]);
    assert_eq!(data["code"], "operator-needed");
    let account = &scene.portal.accounts()[0];
    for secret in [&account.username, &account.password] {
        assert!(!told[0].text.contains(secret.as_str()), "{}", told[0].text);
    }
    assert_eq!(host.stop().await, Some(0));
}

/// Kills the first process of the session's Chromium; its driver lives.
fn kill_chromium(scene: &Scene) {
    let all = processes::find(&scene.folder.path().join("data/browsers"));
    let of_others = ["chromedriver", "crashpad", "--type="];
    let is_first = |command: &str| !of_others.iter().any(|other| command.contains(other));
    let found = all.iter().filter(|process| is_first(&process.command));
    let found: Vec<i32> = found.map(|process| process.pid).collect();
    let [chromium] = found[..] else {
        panic!("one of them is it: {all:#?}");
    };
    kill(Pid::from_raw(chromium), Signal::SIGKILL).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_is_killed_is_told_as_a_lost_session() {
    let scene = Scene::over(PortalConfig::quick(), &[], &[1_000]).await;
    let host = scene.host().await;
    let answer = scene.glance(&host).await;
    assert_eq!(answer.status().as_u16(), 200);
    let answer: Value = answer.json().await.unwrap();
    kill_chromium(&scene);
    let told = scene.receiver.of("session.lost").await;
    Scene::all_are_signed(&told);
    assert_eq!(told.len(), 1);
    let data = &told[0].body()["data"];
    assert_eq!(data["session_id"], answer["session_id"]);
    assert_eq!(
        (&data["reason"], &data["run_id"]),
        (&json!("browser-lost"), &json!(null))
    );
    assert_eq!(host.stop().await, Some(0));
    assert_eq!(
        scene.receiver.of("session.lost").await.len(),
        1,
        "a stop loses none"
    );
}
