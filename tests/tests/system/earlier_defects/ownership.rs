//! S11 to S13: browsers that the wrong owner killed. S10 belongs to held sessions.

use gantry_portal::{Fault, FaultKind, FaultMatch, Latencies, Origin, PortalConfig};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

use crate::earlier_defects::{chromium, glance, list, opened, refresh, session, until_batch};
use crate::office::{Office, until_async};

#[tokio::test]
async fn s11_a_dead_browser_costs_no_sign_in_under_way_and_no_other_session() {
    let office = Office::open(
        PortalConfig {
            latencies: Latencies {
                page_ms: 400,
                ..Latencies::none()
            },
            ..PortalConfig::quick()
        },
        |_| {},
    )
    .await;
    let dying = opened(&office, 0).await;
    let profiles = office.folder.path().join("data");
    let pid = chromium(&profiles);
    let signing_in = async {
        let answer = glance(&office, 1).await.ok();
        assert_eq!(answer["is_new_session"], true);
    };
    let crash = async {
        let opening = || {
            std::fs::read_dir(profiles.join("browsers"))
                .unwrap()
                .count()
                == 2
        };
        until_async("the other browser starts", async || opening()).await;
        kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
        glance(&office, 0).await.ok();
    };
    tokio::join!(signing_in, crash);
    session(&office, &dying).await;
    for route in ["/cleanup_orphaned_processes", "/emergency_recovery"] {
        let answer = office.post(route, json!({})).await;
        assert!(answer.status.is_client_error(), "{route} kills nothing");
    }
    glance(&office, 1).await.ok();
    assert_eq!(
        office.portal.sign_ins().len(),
        office.portal.attempts().len()
    );
    office.close().await;
}

#[tokio::test]
async fn s12_closing_a_session_waits_for_its_operation_and_leaves_no_trace_of_it() {
    let office = Office::open(
        PortalConfig {
            latencies: Latencies {
                batch_ms: 150,
                ..Latencies::none()
            },
            ..PortalConfig::quick()
        },
        |_| {},
    )
    .await;
    let id = opened(&office, 0).await;
    let closing = async {
        until_batch(&office, 0, 2).await;
        office.delete(&format!("/v1/sessions/{id}")).await
    };
    let (answer, closed) = tokio::join!(list(&office, 0), closing);
    assert_eq!(answer.ok()["output"]["complete"], true);
    assert_eq!(closed.status.as_u16(), 204);
    let again = opened(&office, 0).await;
    assert_ne!(
        again, id,
        "the credentials lead to a new session, not to the closed one"
    );
    office.close().await;
}

#[tokio::test]
async fn s13_a_refresh_that_fails_for_a_moment_is_no_sign_out() {
    let office = Office::quick().await;
    let id = opened(&office, 0).await;
    for fault in [FaultKind::Status { status: 503 }, FaultKind::Cut] {
        office
            .portal
            .add_fault(Fault::always(fault, FaultMatch::page(Origin::Wizard)));
        let answer = refresh(&office, &id).await;
        assert_eq!(answer["result"], "unknown", "{answer}");
        office.portal.clear_faults();
    }
    glance(&office, 0).await.ok();
    assert_eq!(session(&office, &id).await["state"], "idle");
    assert_eq!(office.portal.attempts().len(), 1, "nobody signed in again");
    office.close().await;
}
