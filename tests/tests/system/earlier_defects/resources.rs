//! S23 to S28: what sessions cost and leave.

use std::process::Stdio;
use std::time::{Duration, Instant};

use gantry_portal::Latencies;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use crate::earlier_defects::{chromium, glance, list, opened};
use crate::killed::{Binary, scene};
use crate::office::{Office, until_async};
use crate::pace::paced;
use crate::processes;

#[tokio::test]
async fn s23_a_dead_browser_is_replaced_without_leaving_a_process_or_a_folder() {
    let office = Office::quick().await;
    opened(&office, 0).await;
    let data = office.folder.path().join("data");
    kill(Pid::from_raw(chromium(&data)), Signal::SIGKILL).unwrap();
    glance(&office, 0).await.ok();
    assert_eq!(std::fs::read_dir(data.join("browsers")).unwrap().count(), 1);
    let drivers = || {
        let all = processes::below(&data);
        all.into_iter()
            .filter(|command| command.contains("--log-path"))
            .count()
    };
    until_async("one driver is left", async || drivers() == 1).await;
    office.close().await;
}

#[tokio::test]
async fn s24_the_browser_outlives_the_request_that_opened_it() {
    let office = Office::quick().await;
    opened(&office, 0).await;
    let data = office.folder.path().join("data");
    let pid = chromium(&data);
    let answer = glance(&office, 0).await.ok();
    assert_eq!(answer["is_new_session"], false);
    assert_eq!(chromium(&data), pid);
    office.close().await;
}

#[tokio::test]
async fn s25_first_sign_ins_at_once_share_the_drivers_and_change_nothing_on_disk() {
    let office = Office::quick().await;
    let driver = std::fs::canonicalize("/usr/bin/chromedriver").unwrap();
    let before = std::fs::metadata(&driver).unwrap().modified().unwrap();
    tokio::join!(opened(&office, 0), opened(&office, 1), opened(&office, 2));
    assert_eq!(
        std::fs::metadata(&driver).unwrap().modified().unwrap(),
        before
    );
    let home = std::env::home_dir().unwrap();
    for cache in [".cache/selenium", ".wdm"] {
        assert!(!home.join(cache).exists(), "no driver is downloaded");
    }
    office.close().await;
}

#[tokio::test]
async fn s26_a_failed_sign_in_waits_for_no_key() {
    let (portal, _folder, file) = scene(Latencies::none()).await;
    for stdin in [Stdio::piped, Stdio::null] {
        let host = Binary::start_with(&file, stdin()).await;
        let account = &portal.accounts()[0];
        let body = json!({ "username": account.username, "password": "wrong" });
        let began = Instant::now();
        let request = reqwest::Client::new().post(format!("{}/v1/sessions", host.url));
        let answer = request.json(&body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 422);
        assert!(
            began.elapsed() < paced(Duration::from_secs(30)),
            "{:?}",
            began.elapsed()
        );
        assert_eq!(host.stop().await, Some(0));
    }
}

#[tokio::test]
async fn s27_files_belong_to_the_run_that_made_them() {
    let office = Office::quick().await;
    let first = list(&office, 0).await.ok();
    let second = list(&office, 0).await.ok();
    let ids = |answer: &Value| -> Vec<Value> {
        let artifacts = answer["artifacts"].as_array().unwrap();
        artifacts
            .iter()
            .map(|artifact| artifact["id"].clone())
            .collect()
    };
    assert!(!ids(&first).is_empty());
    assert!(ids(&first).iter().all(|id| !ids(&second).contains(id)));
    office.close().await;
}
