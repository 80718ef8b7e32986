//! Every way in which a submit can end: confirmed, refused, or unknown and then found out. Never a second submit
//! (portal-facts D7).

use gantry_portal::{
    ExpiryForm, Fault, FaultKind, FaultMatch, MoveType, PortalConfig, RefusalForm, RequestKind,
};
use serde_json::Value;

use crate::office::{Answer, until_async};
use crate::wizard::bookings::at;
use crate::wizard::desk::Desk;

/// Books with something going wrong at Submit.
async fn submit_with(kind: FaultKind) -> (Desk, Answer) {
    let desk = Desk::open(PortalConfig::quick()).await;
    let terminal = desk.plain_terminal();
    let time = desk.times(&terminal, MoveType::PickFull).remove(3);
    let fault = Fault::always(kind, FaultMatch::kind(RequestKind::Submit));
    desk.office.portal.add_fault(fault);
    let answer = desk.make(at(desk.import(&terminal), &time)).await;
    (desk, answer)
}

/// What becomes of a run whose end nobody saw.
async fn found_out(desk: &Desk, answer: &Answer) -> Value {
    assert_eq!(answer.body["code"], "outcome-unknown", "{:#}", answer.body);
    assert_eq!(answer.body["executed"], "maybe");
    desk.office.portal.clear_faults();
    let path = format!("/v1/runs/{}", answer.body["run_id"].as_str().unwrap());
    let mut run = Value::Null;
    until_async("the host has found out", async || {
        run = desk.office.get(&path).await.ok();
        run["state"] != "unknown"
    })
    .await;
    run
}

/// Submits that reached the portal, and bookings.
fn ledger(desk: &Desk) -> (usize, usize) {
    (
        desk.requests(RequestKind::Submit).len(),
        desk.office.portal.bookings().len(),
    )
}

#[tokio::test]
async fn d07_a_slow_confirmation_is_waited_for() {
    let (desk, answer) = submit_with(FaultKind::Delay { delay_ms: 9_000 }).await;
    let output = answer.ok()["output"].take();
    assert_eq!(
        output["confirmation"]["number"],
        desk.office.portal.bookings()[0].number
    );
    assert_eq!(ledger(&desk), (1, 1));
    desk.office.close().await;
}

#[tokio::test]
async fn d07_a_refusal_is_told_in_the_portals_words_and_nothing_was_done() {
    for shown in [RefusalForm::Dialog, RefusalForm::Inline] {
        let text = "The selected appointment is no longer available".to_owned();
        let (desk, answer) = submit_with(FaultKind::Refuse {
            text: text.clone(),
            shown,
        })
        .await;
        assert_eq!(answer.problem().1, "portal-refused", "{:#}", answer.body);
        assert!(answer.body["detail"].as_str().unwrap().contains(&text));
        assert_eq!(ledger(&desk), (1, 0));
        desk.office.close().await;
    }
}

#[tokio::test]
async fn d07_a_lost_click_is_unknown_until_the_list_shows_that_nothing_happened() {
    let (desk, answer) = submit_with(FaultKind::LostClick).await;
    let run = found_out(&desk, &answer).await;
    assert_eq!(run["state"], "failed", "{run:#}");
    assert_eq!(ledger(&desk), (0, 0), "and nothing was clicked again");
    desk.office.close().await;
}

#[tokio::test]
async fn d07_what_was_booked_behind_an_error_is_found_and_not_booked_again() {
    for kind in [
        FaultKind::StatusAfterwards { status: 500 },
        FaultKind::CutAfterwards,
    ] {
        let (desk, answer) = submit_with(kind.clone()).await;
        let run = found_out(&desk, &answer).await;
        assert_eq!(run["state"], "succeeded", "{kind:?}: {run:#}");
        let output = &run["answer"]["output"];
        let bookings = desk.office.portal.bookings();
        assert_eq!(
            output["appointment"]["number"], bookings[0].number,
            "{output:#}"
        );
        assert_eq!(output["already_exists"], false);
        assert_eq!(bookings.len(), 1, "{kind:?}");
        desk.office.close().await;
    }
}

async fn nothing_was_booked(kind: FaultKind) {
    let (desk, answer) = submit_with(kind.clone()).await;
    let run = found_out(&desk, &answer).await;
    assert_eq!(run["state"], "failed", "{kind:?}: {run:#}");
    assert_eq!(desk.office.portal.bookings(), [], "{kind:?}");
    desk.office.close().await;
}

#[tokio::test]
async fn d07_what_failed_before_it_was_booked_is_found_out_too() {
    for kind in [FaultKind::Status { status: 503 }, FaultKind::Cut] {
        nothing_was_booked(kind).await;
    }
}

#[tokio::test]
async fn d07_a_sign_out_at_submit_is_found_out_after_signing_in_again() {
    for form in [ExpiryForm::Rendered, ExpiryForm::Redirect] {
        let origins = vec![];
        nothing_was_booked(FaultKind::Expire { origins, form }).await;
    }
}
