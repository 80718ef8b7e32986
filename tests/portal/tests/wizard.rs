//! The wizard in a real Chromium: an import and an export walked by hand, and its traps.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod chromium;

use chromium::ESCAPE;
use chromium::walk::{SLOT, Walk};
use gantry_portal::{
    BookingAnswer, Confirmation, Fault, FaultKind, FaultMatch, Latencies, MarkupChange, MoveType,
    Origin, PortalConfig, WizardConfig,
};

const PIER: &str = "TTI Lantern Pier LLC - Long Beach";

fn with(wizard: WizardConfig) -> PortalConfig {
    PortalConfig {
        wizard,
        ..PortalConfig::quick()
    }
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
    let number = walk.booking_that(BookingAnswer::Open);
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
