//! The scenario the earlier system died of: a refresh that disturbs an operation. Proven absent from the
//! portal's own request log, not from ours.

use std::time::{Duration, Instant};

use gantry::config::schema::Config;
use gantry_portal::{Latencies, Origin, PortalConfig, RequestEntry, RequestKind};
use serde_json::json;

use crate::office::Office;
use crate::pace::paced;

/// What one session asked for since a time, in order.
fn asked(office: &Office, sign_in: &str, since_ms: u64) -> Vec<RequestEntry> {
    let mut entries = office.portal.requests();
    entries.retain(|entry| entry.sign_in.as_deref() == Some(sign_in) && entry.start_ms >= since_ms);
    entries
}

/// The part of a session's requests that only a scrolling operation makes: from the page load before the second
/// batch to the last batch.
fn operation(entries: &[RequestEntry]) -> &[RequestEntry] {
    let scrolled = |entry: &RequestEntry| entry.batch.is_some_and(|batch| batch > 0);
    let second = entries
        .iter()
        .position(scrolled)
        .expect("the operation scrolled");
    let is_page = |entry: &RequestEntry| entry.kind == RequestKind::Page;
    let first = entries[..second]
        .iter()
        .rposition(is_page)
        .expect("it loaded the page");
    let last = entries
        .iter()
        .rposition(scrolled)
        .expect("the operation scrolled");
    &entries[first..=last]
}

/// Whether the sites that only a keep-alive visits were visited.
fn kept_alive(entries: &[RequestEntry]) -> bool {
    [Origin::Wizard, Origin::Appointments].iter().all(|origin| {
        entries
            .iter()
            .any(|entry| entry.origin == *origin && entry.kind == RequestKind::Page)
    })
}

async fn until(what: &str, limit: Duration, mut holds: impl FnMut() -> bool) {
    let limit = paced(limit);
    let deadline = Instant::now() + limit;
    while !holds() {
        assert!(Instant::now() < deadline, "{what}: not within {limit:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn eager(config: &mut Config) {
    config.refresh.tick_ms = 200;
    config.refresh.interval_ms = 200;
}

#[tokio::test]
async fn ten_full_lists_are_never_disturbed_by_a_refresh_and_each_is_followed_by_one() {
    full_lists(2).await;
}

#[tokio::test]
#[ignore = "minutes long: cargo xtask test --long"]
async fn fifty_full_lists_are_never_disturbed_by_a_refresh_and_each_is_followed_by_one() {
    full_lists(10).await;
}

/// Full lists, each slower than twenty ticks of a scheduler that is always due, so often on five sessions at once.
async fn full_lists(repeats: usize) {
    const SESSIONS: usize = 5;
    let portal = PortalConfig {
        accounts: gantry_portal::Account::invented(SESSIONS),
        containers: 430,
        latencies: Latencies {
            batch_ms: 380,
            page_ms: 50,
            ..Latencies::none()
        },
        ..PortalConfig::quick()
    };
    let office = Office::open(portal, eager).await;
    let sessions = (0..SESSIONS).map(|index| undisturbed(&office, index, repeats));
    let ticks: usize = futures::future::join_all(sessions).await.into_iter().sum();
    println!(
        "{} lists, {ticks} ticks of the scheduler while they ran, no disturbance",
        SESSIONS * repeats
    );
    office.close().await;
}

async fn undisturbed(office: &Office, index: usize, repeats: usize) -> usize {
    let account = office.account(index);
    let mut ticks = 0;
    for round in 0..repeats {
        let began = office.portal.now_ms();
        let answer = office.run("get-containers", &account, json!({})).await.ok();
        assert_eq!(answer["output"]["count"], 430);
        assert_eq!(
            answer["output"]["complete"], true,
            "{}",
            answer["output"]["stopped_reason"]
        );
        let sign_ins = office.portal.sign_ins();
        let own: Vec<_> = sign_ins
            .iter()
            .filter(|sign| sign.username == account.username)
            .collect();
        assert_eq!(own.len(), 1, "signed in once for all rounds");
        let sign_in = &own[0].id;

        let entries = asked(office, sign_in, began);
        let operation = operation(&entries);
        for entry in operation {
            assert_eq!(
                entry.origin,
                Origin::Containers,
                "round {round}: {} {}",
                entry.method,
                entry.path
            );
        }
        let loads = operation
            .iter()
            .filter(|entry| entry.kind == RequestKind::Page)
            .count();
        assert_eq!(
            loads, 1,
            "round {round}: nobody loaded a page under the operation"
        );
        let span = operation[operation.len() - 1].start_ms - operation[0].start_ms;
        assert!(span >= 20 * 200, "round {round}: only {span} ms");
        ticks += usize::try_from(span / 200).unwrap();

        let ended = operation[operation.len() - 1].start_ms;
        let refreshed = || kept_alive(&asked(office, sign_in, ended));
        until(
            "refreshed after the operation",
            Duration::from_secs(20),
            refreshed,
        )
        .await;
    }
    ticks
}

#[tokio::test]
async fn a_keep_alive_gives_way_to_an_operation_which_runs_on_a_quiet_page() {
    let portal = PortalConfig {
        latencies: Latencies {
            page_ms: 700,
            batch_ms: 50,
            ..Latencies::none()
        },
        ..PortalConfig::quick()
    };
    let office = Office::open(portal, |_| {}).await;
    let account = office.account(0);
    let list = office
        .run("get-containers", &account, json!({ "target_count": 1 }))
        .await
        .ok();
    let session = list["session_id"].as_str().unwrap().to_owned();
    let sign_in = office.portal.sign_ins()[0].id.clone();

    for _ in 0..5 {
        let began = office.portal.now_ms();
        let path = format!("/v1/sessions/{session}/refresh");
        let refresh = async { office.post(&path, json!({})).await.ok() };
        let list = async {
            // Asked for when the keep-alive has begun.
            let under_way = || !asked(&office, &sign_in, began).is_empty();
            until("the keep-alive began", Duration::from_secs(10), under_way).await;
            office.run("get-containers", &account, json!({})).await.ok()
        };
        let (kept, list) = tokio::join!(refresh, list);
        assert_eq!(kept["result"], "gave-way");
        assert_eq!(list["output"]["complete"], true);
        let entries = asked(&office, &sign_in, began);
        let operation = operation(&entries);
        // It waited for the page that was on its way, and not for the three after it.
        let before = entries
            .iter()
            .take_while(|entry| entry.start_ms < operation[0].start_ms);
        let visited = before.filter(|entry| entry.kind == RequestKind::Page);
        assert!(visited.count() <= 2, "{entries:?}");
        assert!(
            operation
                .iter()
                .all(|entry| entry.origin == Origin::Containers)
        );
    }
    office.close().await;
}

#[tokio::test]
async fn an_idle_session_is_refreshed_at_every_site_and_stays_signed_in() {
    let office = Office::open(PortalConfig::quick(), eager).await;
    let account = office.account(0);
    office
        .run("get-containers", &account, json!({ "target_count": 1 }))
        .await
        .ok();
    let sign_in = office.portal.sign_ins()[0].id.clone();
    for _ in 0..3 {
        let from = office.portal.now_ms();
        let refreshed = || kept_alive(&asked(&office, &sign_in, from));
        until("refreshed", Duration::from_secs(20), refreshed).await;
    }
    assert_eq!(office.portal.attempts().len(), 1);
    office.close().await;
}
