//! S17 to S22: the truth about a session.

use gantry_portal::{Fault, FaultKind, FaultMatch, Origin, PortalConfig};
use serde_json::json;

use crate::earlier_defects::{asked, credentials, opened, refresh, session};
use crate::office::Office;

#[tokio::test]
async fn s17_an_error_page_is_no_proof_of_being_signed_in() {
    let office = Office::quick().await;
    let id = opened(&office, 0).await;
    for status in [404, 500] {
        let broken = Fault::always(FaultKind::Status { status }, FaultMatch::default());
        office.portal.add_fault(broken);
        assert_eq!(refresh(&office, &id).await["result"], "unknown", "{status}");
        office.portal.clear_faults();
    }
    office.close().await;
}

#[tokio::test]
async fn s18_a_login_page_with_the_portals_words_in_its_address_is_no_success() {
    let office = Office::quick().await;
    let mut wrong = credentials(&office, 0);
    wrong["password"] = json!("wrong");
    let answer = office.post("/v1/sessions", wrong).await;
    assert_eq!(answer.problem(), (422, "credentials-invalid"));
    let form = office
        .portal
        .requests()
        .into_iter()
        .any(|entry| entry.origin == Origin::Account && entry.query.contains("signin-oidc"));
    assert!(form, "its address has the words that earlier meant success");
    opened(&office, 0).await;
    office.close().await;
}

#[tokio::test]
async fn s19_a_page_that_cannot_be_read_is_neither_well_nor_signed_out() {
    let office = Office::quick().await;
    let id = opened(&office, 0).await;
    let blank = FaultKind::BlankPage { blank_ms: 120_000 };
    let wizard = FaultMatch::page(Origin::Wizard);
    office.portal.add_fault(Fault::always(blank, wizard));
    assert_eq!(refresh(&office, &id).await["result"], "unknown");
    assert_eq!(session(&office, &id).await["state"], "suspect");
    assert_eq!(office.portal.attempts().len(), 1);
    office.close().await;
}

#[tokio::test]
async fn s20_a_refresh_visits_all_four_sites() {
    let office = Office::quick().await;
    let id = opened(&office, 0).await;
    let before = asked(&office, 0).len();
    assert_eq!(refresh(&office, &id).await["result"], "refreshed");
    let visited = &asked(&office, 0)[before..];
    for origin in [
        Origin::Account,
        Origin::Containers,
        Origin::Wizard,
        Origin::Appointments,
    ] {
        assert!(
            visited.iter().any(|entry| entry.origin == origin),
            "{origin:?}"
        );
    }
    office.close().await;
}

#[tokio::test]
async fn s21_a_session_id_is_never_passed_over_for_the_credentials_beside_it() {
    let office = Office::quick().await;
    let id = opened(&office, 0).await;
    let mut of_another = credentials(&office, 1);
    of_another["session_id"] = json!(id);
    let answer = office.post("/v1/sessions", of_another).await;
    assert_eq!(answer.problem(), (409, "session-of-other-account"));
    let mut unknown = credentials(&office, 1);
    unknown["session_id"] = json!("0123456789abcdef0123456789abcdef");
    let answer = office.post("/v1/sessions", unknown).await;
    assert_eq!(answer.problem(), (404, "session-not-found"));
    assert_eq!(office.portal.attempts().len(), 1);
    office.close().await;
}

#[tokio::test]
async fn s22_a_session_that_is_gone_is_told_from_bad_input() {
    let office = Office::open(PortalConfig::quick(), |_| {}).await;
    let id = opened(&office, 0).await;
    office.delete(&format!("/v1/sessions/{id}")).await;
    let gone = office
        .post("/v1/operations/get-containers", json!({ "session_id": id }))
        .await;
    assert_eq!(gone.problem(), (404, "session-not-found"));
    let as_before = office
        .post("/get_containers", json!({ "session_id": id }))
        .await;
    assert_eq!(as_before.status.as_u16(), 404);
    assert_eq!(as_before.body["code"], "session-not-found");
    let bad = office.post("/get_containers", json!({})).await;
    assert_eq!(bad.status.as_u16(), 400);
    office.close().await;
}
