//! The defects of the earlier system's session management, one test each: portal-facts §2.2, S1 to S33. Each would
//! fail on the behaviour described there.

mod locking;
mod ownership;
mod resources;
mod time;
mod truth;

use std::path::{Path, PathBuf};

use gantry_portal::RequestEntry;
use serde_json::{Value, json};

use crate::office::{Office, by, until_async};

/// A session that is signed in.
async fn opened(office: &Office, index: usize) -> String {
    let body = credentials(office, index);
    let answer = office.post("/v1/sessions", body).await.ok();
    answer["session_id"].as_str().unwrap().to_owned()
}

fn credentials(office: &Office, index: usize) -> Value {
    let account = office.account(index);
    json!({ "username": account.username, "password": account.password })
}

async fn session(office: &Office, id: &str) -> Value {
    office.get(&format!("/v1/sessions/{id}")).await.ok()
}

async fn refresh(office: &Office, id: &str) -> Value {
    let path = format!("/v1/sessions/{id}/refresh");
    office.post(&path, json!({})).await.ok()
}

/// A full list for an account.
async fn list(office: &Office, index: usize) -> crate::office::Answer {
    let account = office.account(index);
    office.run("get-containers", &account, json!({})).await
}

/// The first batch of an account's list.
async fn glance(office: &Office, index: usize) -> crate::office::Answer {
    let body = by(&office.account(index), &json!({ "target_count": 1 }));
    office.post("/v1/operations/get-containers", body).await
}

/// What an account's browser asked for, in order.
fn asked(office: &Office, index: usize) -> Vec<RequestEntry> {
    let mut entries = office.portal.requests();
    let username = office.account(index).username;
    entries.retain(|entry| entry.username.as_deref() == Some(&username));
    entries
}

/// Waits until an account's list was asked for this batch.
async fn until_batch(office: &Office, index: usize, batch: usize) {
    let reached = || {
        asked(office, index)
            .iter()
            .any(|entry| entry.batch == Some(batch))
    };
    until_async("the list is in its middle", async || reached()).await;
}

/// The main process of the one browser below a folder.
fn chromium(folder: &Path) -> i32 {
    let browsers = folder.to_str().unwrap().to_owned();
    let is_main = |path: &PathBuf| {
        let command = std::fs::read(path.join("cmdline")).unwrap_or_default();
        let command = String::from_utf8_lossy(&command).replace('\0', " ");
        command.contains(&format!("--user-data-dir={browsers}")) && !command.contains("--type=")
    };
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let mut found = processes.map(|entry| entry.path()).filter(is_main);
    let pid = found.next().expect("the browser runs");
    pid.file_name().unwrap().to_str().unwrap().parse().unwrap()
}
