//! Every way in which reading the list can end, and what it costs.

use std::time::{Duration, Instant};

use gantry_portal::{
    Fault, FaultKind, FaultMatch, Latencies, MarkupChange, PortalConfig, RequestKind,
};
use serde_json::json;

use crate::containers::{assert_whole, list, seed};
use crate::measure::measured;
use crate::office::Office;
use crate::priced;

#[tokio::test]
async fn batches_delayed_by_20_s_are_still_a_whole_list() {
    let latencies = Latencies {
        batch_ms: 20_000,
        ..Latencies::none()
    };
    let config = PortalConfig {
        batch_size: 60,
        latencies,
        ..seed(6)
    };
    let office = Office::open(config, |_| {}).await;
    let answer = list(&office, json!({})).await;
    assert_whole(&office.portal, &answer);
    office.close().await;
}

#[tokio::test]
async fn a_portal_that_stalls_for_ever_ends_the_run_in_time_and_not_as_complete() {
    let office = Office::open(seed(7), |config| config.limits.run_read_ms = 12_000).await;
    let stalled = FaultMatch {
        kind: Some(RequestKind::Batch),
        batch: Some(3),
        ..FaultMatch::default()
    };
    office
        .portal
        .add_fault(Fault::always(FaultKind::Hang, stalled));
    let began = Instant::now();
    let output = list(&office, json!({})).await["output"].take();
    assert!(
        began.elapsed() < Duration::from_secs(25),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(output["complete"], false);
    assert!(["deadline", "stalled"].contains(&output["stopped_reason"].as_str().unwrap()));
    assert!(output["count"].as_u64().unwrap() >= 100);
    office.close().await;
}

#[tokio::test]
async fn a_batch_that_fails_is_never_the_end_of_the_list() {
    let office = Office::quick().await;
    let failing = FaultMatch {
        kind: Some(RequestKind::Batch),
        batch: Some(4),
        ..FaultMatch::default()
    };
    office
        .portal
        .add_fault(Fault::always(FaultKind::Status { status: 500 }, failing));
    let answer = office
        .run("get-containers", &office.account(0), json!({}))
        .await;
    if answer.status.is_success() {
        assert_eq!(
            answer.body["output"]["complete"], false,
            "{}",
            answer.body["output"]["stopped_reason"]
        );
    } else {
        assert_eq!(answer.problem().0, 502, "{:#}", answer.body);
    }
    office.close().await;
}

#[tokio::test]
async fn a_changed_page_is_said_to_be_changed() {
    for change in [
        MarkupChange::ScrollerRenamed,
        MarkupChange::ColumnMissing {
            column: "Holds".to_owned(),
        },
        MarkupChange::ColumnRenamed {
            column: "Fees".to_owned(),
            to: "Charges".to_owned(),
        },
    ] {
        let office = Office::quick().await;
        // Signed in on the page as it was.
        list(&office, json!({ "target_count": 1 })).await;
        office.portal.add_fault(Fault::always(
            FaultKind::Markup {
                change: change.clone(),
            },
            FaultMatch::default(),
        ));
        let answer = office
            .run("get-containers", &office.account(0), json!({}))
            .await;
        assert_eq!(
            answer.problem(),
            (502, "layout-changed"),
            "{change:?}: {:#}",
            answer.body
        );
        office.close().await;
    }
}

#[tokio::test]
async fn a_full_list_costs_little_beside_the_portals_own_latency() {
    let config = PortalConfig {
        latencies: priced::containers().latencies,
        ..seed(8)
    };
    let office = Office::open(config, |_| {}).await;
    // Signed in, and everything loaded once.
    list(&office, json!({ "target_count": 1 })).await;
    let account = office.account(0);
    let run = office.run("get-containers", &account, json!({}));
    let measured = measured(&office, run, 0).await;
    assert_whole(&office.portal, &measured.answer);
    measured.assert_costs_little();
    let batches = measured.answer["output"]["batches"].as_u64().unwrap();
    assert!(
        measured.commands <= 3 * batches,
        "{measured} for {batches} batches"
    );
    office.close().await;
}
