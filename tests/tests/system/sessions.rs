//! Sessions from outside: shared, waited for, refused, closed.

use std::time::{Duration, Instant};

use gantry_portal::{Account, Expiry, ExpiryForm, Latencies, PortalConfig, Whose};
use serde_json::{Value, json};

use crate::office::{Office, until_async};

fn credentials(account: &Account) -> Value {
    json!({ "username": account.username, "password": account.password })
}

#[tokio::test]
async fn twenty_equal_first_requests_make_one_browser_and_one_sign_in() {
    // More may wait for one session than usually do.
    let office = Office::open(PortalConfig::quick(), |config| {
        config.pool.queue_per_session = 20;
    })
    .await;
    let account = office.account(0);
    let one = || office.run("get-containers", &account, json!({ "target_count": 1 }));
    let answers = futures::future::join_all((0..20).map(|_| one())).await;
    let answers: Vec<Value> = answers.into_iter().map(crate::office::Answer::ok).collect();
    let new = answers
        .iter()
        .filter(|answer| answer["is_new_session"] == true)
        .count();
    assert_eq!(new, 1);
    assert!(
        answers
            .iter()
            .all(|answer| answer["session_id"] == answers[0]["session_id"])
    );
    assert_eq!(office.portal.attempts().len(), 1);
    assert_eq!(office.portal.sign_ins().len(), 1);
    let folders = std::fs::read_dir(office.folder.path().join("data/browsers"))
        .unwrap()
        .count();
    assert_eq!(folders, 1);
    office.close().await;
}

#[tokio::test]
async fn an_eleventh_account_waits_while_ten_sessions_are_busy_and_is_then_told_when_to_come_back()
{
    const WAIT: Duration = Duration::from_secs(10);
    let portal = PortalConfig {
        accounts: Account::invented(11),
        latencies: Latencies {
            batch_ms: 20_000,
            ..Latencies::none()
        },
        ..PortalConfig::quick()
    };
    let wait_ms = u64::try_from(WAIT.as_millis()).unwrap();
    let office = Office::open(portal, |config| config.pool.wait_ms = wait_ms).await;
    for index in 0..10 {
        office
            .post("/v1/sessions", credentials(&office.account(index)))
            .await
            .ok();
    }
    let accounts: Vec<Account> = (0..10).map(|index| office.account(index)).collect();
    let busy = accounts
        .iter()
        .map(|account| office.run("get-containers", account, json!({})));
    let mut busy = futures::future::join_all(busy.collect::<Vec<_>>());
    let eleventh = async {
        let all_leased = async || {
            let sessions = office.get("/v1/sessions").await.body["sessions"].take();
            sessions
                .as_array()
                .unwrap()
                .iter()
                .all(|session| session["state"] == "leased")
        };
        until_async("all ten are busy", all_leased).await;
        let began = Instant::now();
        let answer = office
            .run("get-containers", &office.account(10), json!({}))
            .await;
        assert_eq!(answer.problem(), (503, "queue-timeout"));
        assert!(began.elapsed() >= WAIT);
        assert!(
            answer.headers["retry-after"]
                .to_str()
                .unwrap()
                .parse::<u64>()
                .unwrap()
                > 0
        );
        assert_eq!(answer.body["retryable"], true);
        let sessions = office.get("/v1/sessions").await.body["sessions"].take();
        assert_eq!(
            sessions.as_array().unwrap().len(),
            10,
            "nobody was evicted, nobody is left waiting"
        );
    };
    tokio::select! {
        _ = &mut busy => panic!("a list of slow batches ended early"),
        () = eleventh => {}
    }
    assert_eq!(office.portal.attempts().len(), 10);
    // Their callers leave.
    drop(busy);
    office.close().await;
}

#[tokio::test]
async fn a_session_is_found_by_its_id_alone() {
    let office = Office::quick().await;
    let opened = office
        .post("/v1/sessions", credentials(&office.account(0)))
        .await;
    assert_eq!(opened.status.as_u16(), 201);
    let id = opened.body["session_id"].clone();
    let again = office
        .post("/v1/sessions", json!({ "session_id": id }))
        .await;
    assert_eq!(
        (again.status.as_u16(), &again.body["session_id"]),
        (200, &id)
    );
    assert_eq!(office.portal.attempts().len(), 1);
    office.close().await;
}

#[tokio::test]
async fn a_closed_session_leaves_no_process_and_no_folder() {
    let office = Office::quick().await;
    let opened = office
        .post("/v1/sessions", credentials(&office.account(0)))
        .await
        .ok();
    let path = format!("/v1/sessions/{}", opened["session_id"].as_str().unwrap());
    assert_eq!(office.delete(&path).await.status.as_u16(), 204);
    assert_eq!(
        std::fs::read_dir(office.folder.path().join("data/browsers"))
            .unwrap()
            .count(),
        0
    );
    assert_eq!(
        crate::processes::below(office.folder.path()),
        Vec::<String>::new()
    );
    assert_eq!(
        office.delete(&path).await.problem(),
        (404, "session-not-found")
    );
    office.close().await;
}

#[tokio::test]
async fn a_session_signed_out_in_mid_list_is_signed_in_once_and_the_list_is_whole() {
    for form in [ExpiryForm::Rendered, ExpiryForm::Redirect] {
        let portal = PortalConfig {
            latencies: Latencies {
                batch_ms: 300,
                ..Latencies::none()
            },
            ..PortalConfig::quick()
        };
        let office = Office::open(portal, |_| {}).await;
        let account = office.account(0);
        let list = office.run("get-containers", &account, json!({}));
        let expire = async {
            let scrolled = || {
                office
                    .portal
                    .requests()
                    .iter()
                    .any(|entry| entry.batch == Some(3))
            };
            until_async("the list is being read", async || scrolled()).await;
            let expiry = Expiry {
                whose: Whose::Everybody,
                origins: Vec::new(),
                form,
            };
            assert!(office.portal.expire(&expiry) > 0);
        };
        let (answer, ()) = tokio::join!(list, expire);
        let answer = answer.ok();
        assert_eq!(
            answer["output"]["count"],
            PortalConfig::QUICK_CONTAINERS,
            "{form:?}"
        );
        assert_eq!(answer["output"]["complete"], true);
        assert_eq!(office.portal.attempts().len(), 2, "{form:?}");
        office.close().await;
    }
}

#[tokio::test]
async fn a_caller_who_leaves_gives_the_session_back_and_the_next_run_works() {
    let portal = PortalConfig {
        latencies: Latencies {
            batch_ms: 500,
            ..Latencies::none()
        },
        ..PortalConfig::quick()
    };
    let office = Office::open(portal, |_| {}).await;
    let account = office.account(0);
    for _ in 0..3 {
        let list = office.run("get-containers", &account, json!({}));
        // Long enough to be in the middle of it, the first time after signing in.
        let left = tokio::time::timeout(Duration::from_millis(2_500), list).await;
        assert!(left.is_err(), "the list ended before its caller left");
        let free =
            async || office.get("/v1/sessions").await.body["sessions"][0]["in_use"] == Value::Null;
        until_async("the session is free", free).await;
    }
    let began = Instant::now();
    let answer = office.run("get-containers", &account, json!({})).await.ok();
    assert_eq!(answer["output"]["complete"], true);
    println!("a whole list {:?} after a caller left", began.elapsed());
    assert_eq!(
        office.portal.sign_ins().len(),
        1,
        "nobody had to sign in again"
    );
    office.close().await;
}

#[tokio::test]
async fn a_plain_checkbox_in_the_form_is_ticked_as_a_person_would() {
    let portal = PortalConfig {
        challenge: gantry_portal::Challenge::Checkbox,
        ..PortalConfig::quick()
    };
    let office = Office::open(portal, |_| {}).await;
    office
        .post("/v1/sessions", credentials(&office.account(0)))
        .await
        .ok();
    office.close().await;
}
