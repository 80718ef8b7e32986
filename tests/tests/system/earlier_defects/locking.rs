//! S1 to S9: locking, ownership and release.

use std::time::Duration;

use gantry_portal::{Account, Fault, FaultKind, FaultMatch, Latencies, Origin, PortalConfig};
use serde_json::{Value, json};

use crate::earlier_defects::{asked, glance, list, opened, refresh, session, until_batch};
use crate::office::{Office, until_async};

fn slow(batch_ms: u64, accounts: usize) -> PortalConfig {
    PortalConfig {
        accounts: Account::invented(accounts),
        latencies: Latencies {
            batch_ms,
            ..Latencies::none()
        },
        ..PortalConfig::quick()
    }
}

#[tokio::test]
async fn s01_every_lease_comes_back_and_keep_alive_still_runs_whatever_became_of_the_calls() {
    let office = Office::open(slow(50, 3), |_| {}).await;
    let id = opened(&office, 0).await;
    for round in 0..6 {
        glance(&office, 0).await.ok();
        let account = office.account(0);
        let bad = office
            .run("get-containers", &account, json!({ "target_count": "x" }))
            .await;
        assert_eq!(bad.problem().0, 422);
        let pages = FaultMatch::page(Origin::Containers);
        let broken = Fault::always(FaultKind::Status { status: 500 }, pages);
        office.portal.add_fault(broken);
        assert!(!list(&office, 0).await.status.is_success(), "round {round}");
        office.portal.clear_faults();
        let left = tokio::time::timeout(Duration::from_millis(300), list(&office, 0)).await;
        assert!(left.is_err(), "the caller left in the middle");
    }
    let free = async || session(&office, &id).await["in_use"] == Value::Null;
    until_async("the session is free", free).await;
    assert_eq!(refresh(&office, &id).await["result"], "refreshed");
    assert_eq!(office.portal.sign_ins().len(), 1);
    office.close().await;
}

#[tokio::test]
async fn s02_two_calls_on_one_session_never_interleave() {
    let office = Office::open(slow(60, 3), |_| {}).await;
    opened(&office, 0).await;
    let (first, second) = tokio::join!(list(&office, 0), list(&office, 0));
    assert_eq!(
        first.ok()["output"]["count"],
        PortalConfig::QUICK_CONTAINERS
    );
    assert_eq!(
        second.ok()["output"]["count"],
        PortalConfig::QUICK_CONTAINERS
    );
    let batches = asked(&office, 0)
        .into_iter()
        .filter_map(|entry| entry.batch);
    let batches: Vec<usize> = batches.collect();
    // One list after the other: the numbers of the batches rise, begin again once, and rise.
    let restarts = batches.windows(2).filter(|pair| pair[1] < pair[0]).count();
    assert_eq!(restarts, 1, "{batches:?}");
    office.close().await;
}

#[tokio::test]
async fn s03_a_keep_alive_never_slips_in_between_the_check_and_the_use() {
    let office = Office::open(slow(10, 3), |config| {
        config.refresh.tick_ms = 5;
        config.refresh.interval_ms = 1;
    })
    .await;
    opened(&office, 0).await;
    for _ in 0..3 {
        let answer = list(&office, 0).await.ok();
        assert_eq!(answer["output"]["count"], PortalConfig::QUICK_CONTAINERS);
        assert_eq!(answer["output"]["complete"], true);
    }
    assert_eq!(office.portal.sign_ins().len(), 1);
    office.close().await;
}

#[tokio::test]
async fn s04_the_longest_running_operation_is_never_evicted() {
    let office = Office::open(slow(400, 3), |config| config.pool.max_sessions = 2).await;
    let busy = opened(&office, 0).await;
    let idle = opened(&office, 1).await;
    // By the time of its last use it is the oldest; but it is in use.
    let newcomer = async {
        until_batch(&office, 0, 2).await;
        opened(&office, 2).await;
    };
    let (answer, ()) = tokio::join!(list(&office, 0), newcomer);
    assert_eq!(answer.ok()["output"]["complete"], true);
    session(&office, &busy).await;
    let gone = office.get(&format!("/v1/sessions/{idle}")).await;
    assert_eq!(gone.problem(), (404, "session-not-found"));
    office.close().await;
}

#[tokio::test]
async fn s05_parallel_sign_ins_never_exceed_the_pool() {
    let office = Office::open(slow(0, 5), |config| config.pool.max_sessions = 2).await;
    let browsers = office.folder.path().join("data/browsers");
    let opening = (0..5).map(|index| glance(&office, index));
    let mut opening = Box::pin(futures::future::join_all(opening.collect::<Vec<_>>()));
    let mut most = 0;
    let answers = loop {
        most = most.max(std::fs::read_dir(&browsers).unwrap().count());
        tokio::select! {
            answers = &mut opening => break answers,
            () = tokio::time::sleep(Duration::from_millis(10)) => {}
        }
    };
    for answer in answers {
        answer.ok();
    }
    assert_eq!(most, 2);
    drop(opening);
    office.close().await;
}

#[tokio::test]
async fn s06_equal_new_credentials_in_parallel_sign_in_once_and_leave_no_orphan() {
    let office = Office::open(slow(0, 3), |config| config.pool.queue_per_session = 32).await;
    let opening = (0..20).map(|_| opened(&office, 0)).collect::<Vec<_>>();
    let ids = futures::future::join_all(opening).await;
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!(office.portal.attempts().len(), 1);
    let browsers = office.folder.path().join("data/browsers");
    assert_eq!(std::fs::read_dir(browsers).unwrap().count(), 1);
    office.close().await;
}

#[tokio::test]
async fn s07_ids_are_random_and_two_sessions_of_one_second_never_share_one() {
    let office = Office::quick().await;
    let (first, second) = tokio::join!(opened(&office, 0), opened(&office, 1));
    assert_ne!(first, second);
    for id in [&first, &second] {
        assert_eq!(id.len(), 32, "128 bits");
        assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(!id.contains(&office.account(0).username));
    }
    office.close().await;
}

#[tokio::test]
async fn s08_looking_at_the_sessions_works_at_any_time_while_they_come_and_go() {
    let office = Office::open(slow(0, 3), |config| config.pool.max_sessions = 2).await;
    let coming_and_going = async {
        for round in 0..6 {
            let id = opened(&office, round % 3).await;
            if round % 2 == 0 {
                office.delete(&format!("/v1/sessions/{id}")).await;
            }
        }
    };
    let mut looks = 0;
    let looking = async {
        loop {
            for path in ["/v1/sessions", "/sessions", "/health"] {
                office.get(path).await.ok();
                looks += 1;
            }
            // As often as anybody looks, and not so often that nothing else gets done on two cores.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        () = coming_and_going => {}
        () = looking => {}
    }
    assert!(looks > 100, "{looks}");
    office.close().await;
}

#[tokio::test]
async fn s09_a_missing_or_wrongly_typed_field_is_the_callers_error_everywhere() {
    let office = Office::quick().await;
    let bodies = [
        "null",
        "[]",
        "7",
        "{}",
        r#"{"username":["a"],"password":{}}"#,
        r#"{"session_id":7}"#,
    ];
    let routes = [
        "/v1/sessions",
        "/v1/operations/get-containers",
        "/get_session",
        "/get_containers",
    ];
    for route in routes {
        for body in bodies {
            let status = office.post_text(route, body).await.status.as_u16();
            assert!((400..500).contains(&status), "{route} {body}: {status}");
        }
    }
    assert!(office.portal.requests().is_empty());
    office.close().await;
}
