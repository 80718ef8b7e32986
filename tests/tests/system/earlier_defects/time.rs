//! S14 to S16: time.

use std::time::{Duration, Instant};

use gantry::config::schema::Refresh;
use gantry::model::ids::SessionId;
use gantry::pool::words::KeptSession;
use gantry::refresh::agenda::{Agenda, Due};
use gantry_portal::{Fault, FaultKind, FaultMatch, Origin, PortalConfig, RequestKind};
use serde_json::Value;

use crate::earlier_defects::{asked, glance, list, opened, session};
use crate::office::{Office, until_async};
use crate::pace::{paced, paced_ms};

#[test]
fn s14_a_session_that_was_quiet_for_a_day_and_a_minute_is_due() {
    let mut agenda = Agenda::new(&Refresh::default());
    let session = KeptSession {
        session_id: SessionId::random(),
        quiet_for: Duration::from_hours(24) + Duration::from_mins(1),
        in_use: false,
    };
    let due = agenda.due(&[session], || 0.5);
    assert_eq!(due, [Due::Refresh(session.session_id)]);
}

#[tokio::test]
async fn s15_one_page_that_hangs_stalls_the_refresh_of_no_other_session() {
    let office = Office::open(PortalConfig::quick(), |config| {
        config.refresh.tick_ms = 50;
        config.refresh.interval_ms = 400;
    })
    .await;
    let hung = FaultMatch {
        username: Some(office.account(0).username),
        ..FaultMatch::page(Origin::Wizard)
    };
    opened(&office, 0).await;
    let other = opened(&office, 1).await;
    office
        .portal
        .add_fault(Fault::always(FaultKind::Hang, hung));
    let stalled = || {
        asked(&office, 0)
            .iter()
            .any(|entry| entry.origin == Origin::Wizard && entry.end_ms.is_none())
    };
    until_async("the first session's refresh hangs", async || stalled()).await;
    let before = session(&office, &other).await["last_refresh"].clone();
    let refreshed = async || {
        let now = session(&office, &other).await["last_refresh"].clone();
        now != Value::Null && now != before
    };
    until_async("the second session is refreshed meanwhile", refreshed).await;
    assert!(stalled(), "the first still hangs");
}

#[tokio::test]
async fn s16_a_page_that_never_answers_ends_in_a_typed_error_and_a_caller_that_left_frees_its_session()
 {
    let office = Office::open(PortalConfig::quick(), |config| {
        config.limits.navigate_ms = paced_ms(2_000);
    })
    .await;
    let id = opened(&office, 0).await;
    let pages = FaultMatch {
        path_prefix: Some("/containers".to_owned()),
        ..FaultMatch::kind(RequestKind::Page)
    };
    office
        .portal
        .add_fault(Fault::always(FaultKind::Hang, pages));
    let began = Instant::now();
    let answer = glance(&office, 0).await;
    let (status, code) = answer.problem();
    assert!(status >= 500, "{status} {code}");
    println!(
        "a page that hangs: {status} {code} after {:?}",
        began.elapsed()
    );
    assert!(began.elapsed() < paced(Duration::from_mins(1)));
    let left = tokio::time::timeout(Duration::from_millis(500), list(&office, 0)).await;
    assert!(left.is_err());
    office.portal.clear_faults();
    let free = async || session(&office, &id).await["in_use"] == Value::Null;
    until_async("the session is free", free).await;
    glance(&office, 0).await.ok();
    office.close().await;
}
