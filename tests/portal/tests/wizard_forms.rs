//! The forms of the wizard in a real Chromium: their shapes, their checks, their refusals.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod chromium;

use chromium::walk::Walk;
use gantry_portal::{
    BookingAnswer, Fault, FaultKind, FaultMatch, FormShape, Latencies, MoveType, PortalConfig,
    RefusalForm, RequestKind,
};

#[tokio::test]
async fn the_form_follows_terminal_and_move_type_and_is_rebuilt_empty() {
    let walk = Walk::start(PortalConfig::quick()).await;
    let has = async |name: &str| {
        let inputs = walk.texts(&format!("input[formcontrolname={name}]")).await;
        !inputs.is_empty()
    };
    let depot = "Lantern Pier Empty Depot (TTI)";
    walk.place(depot, MoveType::PickFull).await;
    walk.chip("containerNumber", &walk.import().number).await;
    assert!(
        walk.text("mat-hint")
            .await
            .starts_with("1 / Maximum Allowed(10)")
    );
    walk.choose("Move Type", "DROP EMPTY").await;
    walk.browser
        .until("document.querySelector('input[formcontrolname=line]') !== null")
        .await;
    assert!(!has("containerNumber").await && has("equipSize").await);
    walk.choose("Move Type", "PICK FULL").await;
    walk.browser
        .until("document.querySelector('mat-hint') !== null")
        .await;
    assert!(walk.text("mat-hint").await.starts_with("0 /"));
    let terminals = walk.portal.terminals();
    let depot = terminals.iter().find(|each| each.name == depot).unwrap();
    assert_eq!(depot.form(MoveType::DropEmpty), FormShape::Line);
}

#[tokio::test]
async fn an_empty_is_dropped_by_line_and_one_of_its_sizes() {
    let walk = Walk::start(PortalConfig::quick()).await;
    walk.place("Salt Harbor - Los Angeles", MoveType::DropEmpty)
        .await;
    walk.type_in("line", "qxln").await;
    walk.browser
        .click("//mat-option[normalize-space()='QXLN EAST']")
        .await;
    walk.browser.click("input[formcontrolname=equipSize]").await;
    let sizes = "document.querySelectorAll('mat-option').length === 2";
    walk.browser.until(sizes).await;
    walk.browser
        .click("//mat-option[normalize-space()='40HC']")
        .await;
    walk.type_in("quantity", "2").await;
    walk.next_to(2).await;
    assert_eq!(walk.texts(".move-card").await.len(), 2);
}

#[tokio::test]
async fn next_does_nothing_while_a_booking_number_is_checked() {
    let walk = Walk::start(PortalConfig::quick()).await;
    let number = walk.booking_that(BookingAnswer::Open);
    walk.place("TTI", MoveType::DropFull).await;
    walk.type_in("quantity", "1").await;
    walk.portal.set_latencies(Latencies {
        validation_ms: 4_000,
        ..Latencies::none()
    });
    walk.chip("bookingNumber", &number).await;
    walk.browser.click("button.text-next").await;
    let steps = || {
        let all = walk.portal.requests();
        all.into_iter()
            .filter(|entry| entry.kind == RequestKind::Step)
            .count()
    };
    let checked = || {
        let all = walk.portal.requests();
        let path = "/trucker/web/api/validate/booking";
        all.iter()
            .any(|entry| entry.path == path && entry.end_ms.is_some())
    };
    assert!(!checked(), "the click came while the check was on its way");
    chromium::until(checked).await;
    assert_eq!(steps(), 0);
    // The page may need a moment to see the answer: the click is repeated, as a person would.
    while steps() == 0 {
        // The page may have gone on since: then there is nothing to click.
        let _ = walk.browser.try_click("button.next").await;
    }
    walk.at_step(2).await;
}

#[tokio::test]
async fn a_booking_number_is_refused_in_two_dialogs_of_which_one_freezes_the_page() {
    let walk = Walk::start(PortalConfig::quick()).await;
    walk.place("TTI", MoveType::DropFull).await;
    walk.chip("bookingNumber", "NOSUCH1").await;
    walk.browser
        .until("document.querySelector('.dialog-content') !== null")
        .await;
    let dialog = walk.text("div.dialog-content").await;
    assert_eq!(dialog, "no open transactions for this booking number");
    assert_eq!(
        walk.browser
            .eval("document.querySelector('app-root').inert")
            .await,
        false
    );
    let close = "//button[span[@class='mat-button-wrapper'][text()='CLOSE']]";
    walk.browser.click(close).await;
    walk.browser.click("mat-icon[matchipremove]").await;
    let number = walk.booking_that(BookingAnswer::LineRequired);
    walk.chip("bookingNumber", &number).await;
    walk.browser
        .until("document.querySelector('.dialog-content') !== null")
        .await;
    let dialog = walk.text("div.dialog-content").await;
    assert_eq!(dialog, "booking shippingline is required");
    assert_eq!(
        walk.browser
            .eval("document.querySelector('app-root').inert")
            .await,
        true
    );
    walk.browser.click(close).await;
    assert_eq!(
        walk.browser
            .eval("document.querySelector('app-root').inert")
            .await,
        false
    );
}

#[tokio::test]
async fn a_step_can_be_refused_beside_the_form() {
    let walk = Walk::start(PortalConfig::quick()).await;
    let refuse = FaultKind::Refuse {
        text: "try later".to_owned(),
        shown: RefusalForm::Inline,
    };
    walk.portal
        .add_fault(Fault::once(refuse, FaultMatch::kind(RequestKind::Step)));
    walk.place("TTI", MoveType::PickFull).await;
    walk.chip("containerNumber", &walk.import().number).await;
    walk.browser.click("button.text-next").await;
    walk.browser
        .until("document.querySelector('.step-error').textContent === 'try later'")
        .await;
    walk.next_to(2).await;
}

#[tokio::test]
async fn a_suggested_plate_can_be_chosen_although_another_contains_it() {
    let walk = Walk::start(PortalConfig::quick()).await;
    let plates = walk.portal.plates_of(&walk.username());
    assert!(plates[1].starts_with(&plates[0]));
    walk.place("TTI", MoveType::PickFull).await;
    walk.chip("containerNumber", &walk.import().number).await;
    walk.next_to(2).await;
    walk.type_in("Plate", &plates[0]).await;
    let suggested = "document.querySelectorAll('.mat-autocomplete-panel mat-option').length === 2";
    walk.browser.until(suggested).await;
    let first = format!("//mat-option[normalize-space()='{}']", plates[0]);
    walk.browser.click(&first).await;
    walk.next_to(3).await;
    assert_eq!(walk.texts(".summary-value").await[5], plates[0]);
}

#[tokio::test]
async fn ten_containers_fit_and_what_is_no_number_does_not() {
    let walk = Walk::start(PortalConfig::quick()).await;
    walk.place("TTI", MoveType::PickFull).await;
    let rows = walk.portal.containers();
    walk.chip("containerNumber", &rows[0].number).await;
    walk.chip("containerNumber", &rows[0].number).await;
    assert_eq!(walk.texts("mat-chip").await.len(), 1);
    let clear = "document.querySelector('input[formcontrolname=containerNumber]').value = ''";
    for row in &rows[1..10] {
        walk.browser.eval(clear).await;
        walk.chip("containerNumber", &row.number).await;
    }
    assert_eq!(walk.text("mat-hint").await, "10 / Maximum Allowed(10)");
    walk.browser.click("mat-icon[matchipremove]").await;
    walk.chip("containerNumber", "NOTANUMBER").await;
    assert_eq!(walk.text("mat-hint").await, "9 / Maximum Allowed(10)");
    walk.next_to(2).await;
    assert_eq!(walk.texts(".move-card").await.len(), 9);
}
