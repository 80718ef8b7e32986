//! The wizard in a real Chromium: an import and an export walked by hand, and its traps.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod chromium;

use chromium::ESCAPE;
use chromium::walk::{SLOT, Walk};
use gantry_portal::{
    BookingAnswer, Confirmation, Fault, FaultKind, FaultMatch, FormShape, Latencies, MarkupChange,
    MoveType, Origin, Portal, PortalConfig, RequestKind, WizardConfig,
};

const PIER: &str = "TTI Lantern Pier LLC - Long Beach";

fn with(wizard: WizardConfig) -> PortalConfig {
    PortalConfig {
        wizard,
        ..PortalConfig::quick()
    }
}

fn booking_that(portal: &Portal, answer: BookingAnswer) -> String {
    let username = &portal.accounts()[0].username;
    let containers = portal.containers();
    let details = containers.iter().filter_map(|row| row.detail.as_ref());
    details
        .filter_map(|detail| detail.booking.clone())
        .find(|number| portal.booking_answer(username, number) == answer)
        .unwrap()
}

#[tokio::test]
async fn an_import_is_booked_as_the_page_showed_it() {
    let walk = Walk::start(PortalConfig::quick()).await;
    let company = walk.portal.companies_of(&walk.username()).remove(0);
    let import = walk.to_slots(PIER).await;
    let offered = walk.portal.slots(PIER, MoveType::PickFull).unwrap();
    assert_eq!(walk.slot().await, offered.open[0].text);
    walk.browser.click(SLOT).await;
    let options = walk.texts("mat-option .mat-option-text").await;
    let texts: Vec<String> = offered.open.iter().map(|slot| slot.text.clone()).collect();
    assert_eq!(options, texts);
    walk.browser.press(ESCAPE).await;
    assert_eq!(walk.slot().await, texts[0]);
    let summary = walk.texts(".summary-value").await;
    assert_eq!(
        summary,
        [
            "PICK FULL",
            &import.number,
            &import.line,
            &import.size_type,
            "Yes",
            "MADEUP 1"
        ]
    );
    walk.submit().await;
    walk.at_step(4).await;
    let booked = walk.portal.bookings();
    assert_eq!(booked.len(), 1);
    let one = &booked[0];
    assert_eq!(one.number, walk.text(".appointment-number").await);
    assert_eq!((&one.company, one.terminal.as_str()), (&company, PIER));
    assert_eq!(one.container.as_ref(), Some(&import.number));
    assert_eq!((&one.slot, one.plate.as_str()), (&texts[0], "MADEUP 1"));
    assert!(one.own_chassis && one.pin.is_none() && one.unit.is_none());
    let left = walk.portal.slots(PIER, MoveType::PickFull).unwrap();
    assert_eq!(left.open[0].left, offered.open[0].left - 1);
}

#[tokio::test]
async fn an_export_is_booked_with_unit_and_seals_for_a_time_of_the_date_view() {
    let walk = Walk::start(with(WizardConfig {
        confirmation: Confirmation::Sentence,
        redirect_ms: 100,
        ..WizardConfig::quick()
    }))
    .await;
    let number = booking_that(&walk.portal, BookingAnswer::Open);
    walk.place("Quiet Dock & Sons", MoveType::DropFull).await;
    walk.chip("bookingNumber", &number).await;
    walk.type_in("quantity", "1").await;
    walk.next_to(2).await;
    walk.type_in("Unit", "qzxu1234567").await;
    for seal in 1..=4 {
        walk.type_in(&format!("Seal{seal}_Num"), &format!("S{seal}"))
            .await;
    }
    walk.plate("ZZ1").await;
    walk.next_to(3).await;
    assert!(walk.texts(SLOT).await.is_empty());
    walk.browser
        .click("//button[.//mat-icon[text()='calendar_month']]")
        .await;
    let offered = walk
        .portal
        .slots("Quiet Dock & Sons", MoveType::DropFull)
        .unwrap();
    let last = &offered.open.last().unwrap().text;
    let day: Vec<&str> = last.split(' ').take(2).collect();
    walk.browser
        .click(&format!("//button[@aria-label='{}']", day.join(" ")))
        .await;
    walk.browser
        .click(&format!("//button[text()='{last}']"))
        .await;
    assert_eq!(walk.text(".slot-text").await, *last);
    walk.submit().await;
    walk.browser
        .until("location.pathname === '/myappointments'")
        .await;
    let booked = walk.portal.bookings().remove(0);
    assert_eq!(booked.booking.as_ref(), Some(&number));
    assert_eq!(booked.unit.as_deref(), Some("QZXU1234567"));
    assert_eq!(booked.seals, ["S1", "S2", "S3", "S4"]);
    assert_eq!(&booked.slot, last);
    assert_eq!(booked.container, None);
}

#[tokio::test]
async fn no_appointments_is_an_option_in_two_spellings_and_cannot_be_booked() {
    let walk = Walk::start(PortalConfig::quick()).await;
    for spelling in ["No Appointments Available", "No Appointments Available!"] {
        let full = walk
            .portal
            .terminals()
            .into_iter()
            .find(|terminal| terminal.no_appointments.as_deref() == Some(spelling))
            .unwrap();
        walk.browser.goto(&walk.address()).await;
        walk.to_slots(&full.name).await;
        assert_eq!(walk.slot().await, spelling);
        walk.submit().await;
        walk.browser
            .until("[...document.querySelectorAll('.step-error')].some((each) => each.textContent === 'Please select an appointment time')")
            .await;
    }
    assert_eq!(walk.portal.bookings(), []);
}

#[tokio::test]
async fn a_click_on_the_body_changes_the_slot_and_escape_does_not() {
    let walk = Walk::start(PortalConfig::quick()).await;
    walk.to_slots(PIER).await;
    let first = walk.slot().await;
    walk.browser.click(SLOT).await;
    walk.browser.press(ESCAPE).await;
    walk.browser
        .until("document.querySelector('.cdk-overlay-container') === null")
        .await;
    assert_eq!(walk.slot().await, first);
    walk.browser.click(SLOT).await;
    walk.browser
        .until("document.querySelector('mat-option') !== null")
        .await;
    walk.browser.click("body").await;
    assert_ne!(walk.slot().await, first);
}

#[tokio::test]
async fn the_own_chassis_switch_stands_differently_at_different_terminals() {
    let walk = Walk::start(PortalConfig::quick()).await;
    let import = walk.import();
    for (name, shown, after) in [(PIER, "YES", "No"), ("TTI", "NO", "Yes")] {
        walk.browser.goto(&walk.address()).await;
        walk.place(name, MoveType::PickFull).await;
        walk.chip("containerNumber", &import.number).await;
        walk.next_to(2).await;
        assert_eq!(walk.text("mat-slide-toggle").await, shown);
        walk.browser.click("mat-slide-toggle label").await;
        walk.plate("P").await;
        walk.next_to(3).await;
        assert_eq!(walk.texts(".summary-value").await[4], after);
    }
}

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
    let number = booking_that(&walk.portal, BookingAnswer::Open);
    walk.place("TTI", MoveType::DropFull).await;
    walk.type_in("quantity", "1").await;
    walk.portal.set_latencies(Latencies {
        validation_ms: 1_500,
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
    while !checked() {
        tokio::task::yield_now().await;
    }
    assert_eq!(steps(), 0);
    // The page may need a moment to see the answer: the click is repeated, as a person would.
    while steps() == 0 {
        walk.browser.click("button.next").await;
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
    let number = booking_that(&walk.portal, BookingAnswer::LineRequired);
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
async fn a_terminal_that_asks_for_a_pin_takes_no_next_without_it() {
    let walk = Walk::start(PortalConfig::quick()).await;
    let asks = walk
        .portal
        .terminals()
        .into_iter()
        .find(|each| each.asks_pin);
    walk.place(&asks.unwrap().name, MoveType::PickFull).await;
    walk.chip("containerNumber", &walk.import().number).await;
    walk.next_to(2).await;
    walk.plate("P").await;
    let active = "document.querySelectorAll('.mat-horizontal-stepper-content:not([hidden]) .text-next').length";
    assert_eq!(walk.browser.eval(active).await, 0);
    walk.type_in("Pin", "0815").await;
    walk.next_to(3).await;
    walk.submit().await;
    walk.at_step(4).await;
    assert_eq!(walk.portal.bookings()[0].pin.as_deref(), Some("0815"));
}

#[tokio::test]
async fn a_move_may_have_to_be_ticked_before_next_and_options_may_come_late() {
    let walk = Walk::start(with(WizardConfig {
        checkbox_needed: true,
        lazy_options: true,
        company_preselected: false,
        ..WizardConfig::quick()
    }))
    .await;
    let company = walk.portal.companies_of(&walk.username()).remove(1);
    walk.portal.set_latencies(Latencies {
        lookup_ms: 150,
        ..Latencies::none()
    });
    walk.choose("Trucking company", &company).await;
    walk.place("TTI", MoveType::PickFull).await;
    walk.chip("containerNumber", &walk.import().number).await;
    walk.next_to(2).await;
    walk.plate("P").await;
    let active = "document.querySelectorAll('.mat-horizontal-stepper-content:not([hidden]) .text-next').length";
    assert_eq!(walk.browser.eval(active).await, 0);
    walk.browser.click(".move-card mat-checkbox label").await;
    walk.next_to(3).await;
}

#[tokio::test]
async fn a_step_can_be_refused_beside_the_form() {
    let walk = Walk::start(PortalConfig::quick()).await;
    let refuse = FaultKind::Refuse {
        text: "try later".to_owned(),
        shown: gantry_portal::RefusalForm::Inline,
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

#[tokio::test]
async fn a_changed_wizard_names_neither_its_step_nor_its_slot() {
    let walk = Walk::start(PortalConfig::quick()).await;
    for change in [
        MarkupChange::StepperUnmarked,
        MarkupChange::SlotSelectRenamed,
    ] {
        let at = FaultMatch::page(Origin::Wizard);
        walk.portal
            .add_fault(Fault::always(FaultKind::Markup { change }, at));
    }
    walk.browser.goto(&walk.address()).await;
    walk.browser
        .until("document.querySelector('mat-step-header') !== null")
        .await;
    let marked = "document.querySelectorAll('mat-step-header[aria-selected]').length";
    assert_eq!(walk.browser.eval(marked).await, 0);
}
