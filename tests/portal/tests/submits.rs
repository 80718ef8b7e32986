//! Submit in a real Chromium under each fault, and what the ledger then says.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod chromium;

use chromium::walk::Walk;
use gantry_portal::{
    ExpiryForm, Fault, FaultKind, FaultMatch, MoveType, PortalConfig, RefusalForm, RequestEntry,
    RequestKind, WizardConfig,
};

const PLACE: &str = "Outer Mole - Berth 1";

/// At step 3, with this at the next submit.
async fn at_submit(fault: Option<FaultKind>) -> Walk {
    let walk = Walk::start(PortalConfig::quick()).await;
    if let Some(kind) = fault {
        let at = FaultMatch::kind(RequestKind::Submit);
        walk.portal.add_fault(Fault::once(kind, at));
    }
    walk.to_slots(PLACE).await;
    walk
}

fn submits(walk: &Walk) -> Vec<RequestEntry> {
    let mut all = walk.portal.requests();
    all.retain(|entry| entry.kind == RequestKind::Submit);
    all
}

async fn until_answered(walk: &Walk) {
    chromium::until(|| submits(walk).iter().any(|entry| entry.end_ms.is_some())).await;
}

#[tokio::test]
async fn a_lost_click_sends_nothing_and_the_next_one_books() {
    let walk = at_submit(Some(FaultKind::LostClick)).await;
    assert_eq!(walk.portal.faults(), []);
    walk.submit().await;
    assert_eq!(
        walk.browser
            .eval("document.querySelectorAll('.dialog-content').length")
            .await,
        0
    );
    walk.at_step(3).await;
    assert_eq!((submits(&walk).len(), walk.portal.bookings().len()), (0, 0));
    walk.submit().await;
    walk.at_step(4).await;
    assert_eq!((submits(&walk).len(), walk.portal.bookings().len()), (1, 1));
}

#[tokio::test]
async fn a_slow_confirmation_is_booked_before_it_is_shown() {
    let walk = at_submit(Some(FaultKind::Delay { delay_ms: 3_000 })).await;
    walk.submit().await;
    chromium::until(|| !walk.portal.bookings().is_empty()).await;
    assert_eq!(submits(&walk)[0].end_ms, None);
    walk.at_step(4).await;
    assert_eq!(walk.portal.bookings().len(), 1);
}

#[tokio::test]
async fn two_clicks_are_two_bookings() {
    let walk = at_submit(Some(FaultKind::Delay { delay_ms: 2_000 })).await;
    walk.submit().await;
    walk.submit().await;
    walk.at_step(4).await;
    let booked = walk.portal.bookings();
    assert_eq!(booked.len(), 2);
    assert_ne!(booked[0].request, booked[1].request);
    assert_eq!(booked[0].container, booked[1].container);
}

#[tokio::test]
async fn a_refused_submit_shows_why_and_books_nothing() {
    for (shown, place) in [
        (RefusalForm::Dialog, ".dialog-content"),
        (RefusalForm::Inline, ".step-error:not([hidden])"),
    ] {
        let text = "Container is on hold".to_owned();
        let walk = at_submit(Some(FaultKind::Refuse { text, shown })).await;
        walk.submit().await;
        let there =
            format!("document.querySelector({place:?})?.textContent === 'Container is on hold'");
        walk.browser.until(&there).await;
        walk.at_step(3).await;
        assert_eq!(walk.portal.bookings(), []);
    }
}

#[tokio::test]
async fn an_error_can_come_before_the_booking_or_after_it() {
    for (kind, booked) in [
        (FaultKind::Status { status: 500 }, 0),
        (FaultKind::StatusAfterwards { status: 500 }, 1),
    ] {
        let walk = at_submit(Some(kind)).await;
        walk.submit().await;
        walk.browser
            .until("document.querySelector('.dialog-content') !== null")
            .await;
        walk.at_step(3).await;
        assert_eq!(submits(&walk)[0].status, Some(500));
        assert_eq!(walk.portal.bookings().len(), booked);
    }
}

#[tokio::test]
async fn a_cut_shows_nothing_and_only_the_ledger_knows_whether_it_came_too_late() {
    for (kind, booked) in [(FaultKind::Cut, 0), (FaultKind::CutAfterwards, 1)] {
        let walk = at_submit(Some(kind)).await;
        walk.submit().await;
        until_answered(&walk).await;
        walk.at_step(3).await;
        assert_eq!(submits(&walk)[0].status, None);
        assert_eq!(
            walk.browser
                .eval("document.querySelectorAll('.dialog-content').length")
                .await,
            0
        );
        // The browser may have sent it again by itself: that is cut as well, and books nothing.
        assert_eq!(walk.portal.bookings().len(), booked);
        walk.submit().await;
        walk.at_step(4).await;
        assert_eq!(walk.portal.bookings().len(), booked + 1);
    }
}

#[tokio::test]
async fn a_session_can_end_at_the_submit_which_then_books_nothing() {
    for (form, sign) in [
        (
            ExpiryForm::Rendered,
            "document.body.textContent.includes('You are not logged in')",
        ),
        (
            ExpiryForm::Redirect,
            "location.pathname === '/Account/Login'",
        ),
    ] {
        let origins = Vec::new();
        let walk = at_submit(Some(FaultKind::Expire { origins, form })).await;
        walk.submit().await;
        walk.browser.until(sign).await;
        assert_eq!(walk.portal.bookings(), []);
    }
}

#[tokio::test]
async fn a_slot_that_is_taken_is_gone_for_the_others() {
    let wizard = WizardConfig {
        slot_capacity: 1,
        ..WizardConfig::quick()
    };
    let walk = Walk::start(PortalConfig {
        wizard,
        ..PortalConfig::quick()
    })
    .await;
    let first = || {
        let offered = walk.portal.slots(PLACE, MoveType::PickFull).unwrap();
        offered.open[0].text.clone()
    };
    let taken = first();
    walk.to_slots(PLACE).await;
    walk.submit().await;
    walk.at_step(4).await;
    assert_ne!(first(), taken);
    walk.browser.goto(&walk.address()).await;
    walk.to_slots(PLACE).await;
    assert_eq!(walk.slot().await, first());
}
