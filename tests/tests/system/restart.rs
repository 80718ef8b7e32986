//! Sessions over a restart of the host: opened again from their profiles, or forgotten and cleaned.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gantry_portal::{Expiry, ExpiryForm, Latencies, Portal, Whose};
use reqwest::Client;
use serde_json::{Value, json};

use crate::killed::{Binary, scene};
use crate::office::until_async;
use crate::pace::paced;

async fn opened(host: &Binary, portal: &Portal) -> String {
    let account = &portal.accounts()[0];
    let body = json!({ "username": account.username, "password": account.password });
    let request = Client::new().post(format!("{}/v1/sessions", host.url));
    let answer = request.json(&body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 201);
    let body: Value = answer.json().await.unwrap();
    body["session_id"].as_str().unwrap().to_owned()
}

/// The first batch of the list, by session id alone.
async fn glance(host: &Binary, id: &str) -> (u16, Value) {
    let body = json!({ "session_id": id, "input": { "target_count": 1 } });
    let request = Client::new().post(format!("{}/v1/operations/get-containers", host.url));
    let answer = request.json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn profiles(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("data/profiles"))
        .unwrap()
        .count()
}

/// Waits until a host has forgotten a session. A browser that hangs at its start is given up after 20 s and started anew.
async fn until_forgotten(host: &Binary, id: &str) {
    let deadline = Instant::now() + paced(Duration::from_secs(75));
    loop {
        let request = Client::new().get(format!("{}/v1/sessions/{id}", host.url));
        let answer = request.send().await.unwrap();
        if answer.status() == 404 {
            return;
        }
        let seen = answer.text().await.unwrap();
        assert!(Instant::now() < deadline, "not forgotten in time: {seen}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Adds the portal's first account to a configuration.
fn configure_account(file: &PathBuf, folder: &Path, portal: &Portal) {
    let account = &portal.accounts()[0];
    let password = folder.join("password");
    std::fs::write(&password, &account.password).unwrap();
    let text = std::fs::read_to_string(file).unwrap();
    let more = format!(
        "\n[accounts.office]\nusername = {:?}\npassword_file = {:?}\n",
        account.username,
        password.to_str().unwrap()
    );
    let text = text.replace("[accounts]\n", "") + &more;
    std::fs::write(file, text).unwrap();
}

#[tokio::test]
async fn s28_a_session_goes_on_after_a_restart_without_a_password() {
    let (portal, folder, file) = scene(Latencies::none()).await;
    let host = Binary::start(&file).await;
    let id = opened(&host, &portal).await;
    assert_eq!(host.stop().await, Some(0));
    assert_eq!(profiles(folder.path()), 1);
    let host = Binary::start(&file).await;
    let (status, answer) = glance(&host, &id).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["session_id"], json!(id));
    assert_eq!(
        portal.attempts().len(),
        1,
        "the password was typed once, by the first host"
    );
    assert_eq!(host.stop().await, Some(0));
}

#[tokio::test]
async fn a_session_that_is_signed_out_after_a_restart_is_forgotten_with_its_profile() {
    let (portal, folder, file) = scene(Latencies::none()).await;
    let host = Binary::start(&file).await;
    let id = opened(&host, &portal).await;
    assert_eq!(host.stop().await, Some(0));
    let everybody = Expiry {
        whose: Whose::Everybody,
        origins: Vec::new(),
        form: ExpiryForm::Redirect,
    };
    assert!(portal.expire(&everybody) > 0);
    let host = Binary::start(&file).await;
    until_forgotten(&host, &id).await;
    until_async("its profile is gone", async || profiles(folder.path()) == 0).await;
    let (status, answer) = glance(&host, &id).await;
    assert_eq!(
        (status, &answer["code"]),
        (404, &json!("session-not-found"))
    );
    assert_eq!(portal.attempts().len(), 1);
    assert_eq!(host.stop().await, Some(0));
}

#[tokio::test]
async fn a_session_of_a_configured_account_comes_back_even_after_a_host_was_killed() {
    let (portal, folder, file) = scene(Latencies::none()).await;
    configure_account(&file, folder.path(), &portal);
    let mut host = Binary::start(&file).await;
    let id = opened(&host, &portal).await;
    host.child.kill().await.unwrap();
    let host = Binary::start(&file).await;
    let (status, answer) = glance(&host, &id).await;
    assert_eq!(status, 200, "{answer}");
    // What Chromium had not written yet is lost with it: then the account's password is typed once more.
    assert!(portal.attempts().len() <= 2);
    assert_eq!(host.stop().await, Some(0));
}
