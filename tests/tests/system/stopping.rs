//! A host that is asked to stop while an operation runs, once and twice.

use std::time::Duration;

use gantry_portal::{Latencies, Portal, PortalConfig};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use reqwest::Client;
use serde_json::{Value, json};

use crate::killed::{Binary, scene};
use crate::office::{Answer, by, until_async};
use crate::processes;

/// How long a batch takes: of a full list some seconds are left to ask for more meanwhile.
const SLOW_MS: u64 = 300;
/// How long one takes that outlasts the host.
const SLOWEST_MS: u64 = 3_000;
const END_WITHIN: Duration = Duration::from_mins(1);

fn batches(batch_ms: u64) -> Latencies {
    Latencies {
        batch_ms,
        ..Latencies::none()
    }
}

async fn list(client: &Client, host: &str, body: Value) -> Answer {
    let url = format!("{host}/v1/operations/get-containers");
    Answer::of(client.post(url).json(&body).send().await.unwrap()).await
}

async fn in_its_middle(portal: &Portal) {
    let asked = async || portal.requests().iter().any(|entry| entry.batch == Some(1));
    until_async("the list is in its middle", asked).await;
}

fn terminate(host: &Binary) {
    let pid = i32::try_from(host.child.id().unwrap()).unwrap();
    kill(Pid::from_raw(pid), Signal::SIGTERM).unwrap();
}

fn assert_refused(answer: &Answer) {
    assert_eq!(answer.problem(), (503, "draining"), "{:#}", answer.body);
    let wait = answer.headers["retry-after"].to_str().unwrap();
    assert!(wait.parse::<u64>().unwrap() > 0, "{wait}");
    assert_eq!(answer.body["retryable"], true);
}

#[tokio::test]
async fn a_host_asked_to_stop_refuses_new_work_lets_the_running_list_finish_and_ends_with_0() {
    let (portal, folder, file) = scene(batches(SLOW_MS)).await;
    let mut host = Binary::start(&file).await;
    let client = Client::new();
    let running = list(&client, &host.url, by(&portal.accounts()[0], &json!({})));
    let stopping = async {
        in_its_middle(&portal).await;
        let attempts = portal.attempts().len();
        terminate(&host);
        let ready = format!("{}/readyz", host.url);
        let is_draining = async || {
            let answer = client.get(&ready).send().await.unwrap();
            answer.status().as_u16() == 503
        };
        until_async("it says that it stops", is_draining).await;
        assert_refused(&Answer::of(client.get(&ready).send().await.unwrap()).await);
        // The account whose session is in use, and one that has none.
        for account in &portal.accounts()[..2] {
            assert_refused(&list(&client, &host.url, by(account, &json!({}))).await);
        }
        let live = client.get(format!("{}/livez", host.url));
        assert_eq!(live.send().await.unwrap().status().as_u16(), 200);
        assert_eq!(portal.attempts().len(), attempts, "nobody was signed in");
    };
    let (answer, ()) = tokio::join!(running, stopping);
    let answer = answer.ok();
    assert_eq!(answer["output"]["complete"], true);
    assert_eq!(answer["output"]["count"], PortalConfig::QUICK_CONTAINERS);

    let ended = tokio::time::timeout(END_WITHIN, host.child.wait()).await;
    assert_eq!(ended.unwrap().unwrap().code(), Some(0));
    assert_eq!(processes::below(folder.path()), Vec::<String>::new());
    let browsers = std::fs::read_dir(folder.path().join("data/browsers"));
    assert_eq!(browsers.unwrap().count(), 0);
}

#[tokio::test]
async fn a_second_request_to_stop_ends_the_host_at_once_and_the_next_start_cleans_up() {
    let (portal, folder, file) = scene(batches(SLOWEST_MS)).await;
    let mut host = Binary::start(&file).await;
    let client = Client::new();
    let url = format!("{}/v1/operations/get-containers", host.url);
    let body = by(&portal.accounts()[0], &json!({}));
    let running = tokio::spawn(client.post(url).json(&body).send());
    in_its_middle(&portal).await;

    terminate(&host);
    let ready = format!("{}/readyz", host.url);
    let is_draining = async || {
        let answer = client.get(&ready).send().await.unwrap();
        answer.status().as_u16() == 503
    };
    until_async("it has heard the first", is_draining).await;
    terminate(&host);
    let ended = tokio::time::timeout(Duration::from_secs(2), host.child.wait()).await;
    assert_eq!(ended.unwrap().unwrap().code(), Some(130));
    assert!(running.await.unwrap().is_err(), "its caller saw the end");

    let browsers = folder.path().join("data/browsers");
    let _host = Binary::start(&file).await;
    // Its session is opened again, found signed out, since Chromium had not written its cookies yet, and forgotten.
    let gone = async || {
        let folders = std::fs::read_dir(&browsers).unwrap().count();
        folders == 0 && processes::below(&browsers).is_empty()
    };
    until_async("nothing of the first host is left", gone).await;
}
