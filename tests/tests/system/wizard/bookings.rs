//! Making an appointment: what is refused before anything is submitted, and what stands in the portal's ledger after.

use gantry_portal::{
    AppointmentsConfig, AppointmentsLayout, Booking, Confirmation, Fault, FaultKind, FaultMatch,
    FormShape, MoveType, PortalConfig, RequestKind, WizardConfig,
};
use serde_json::{Value, json};

use crate::wizard::desk::{Desk, PIN, assert_offered, wanted};

/// With one of the offered times.
pub(crate) fn at(mut input: Value, time: &str) -> Value {
    input["appointment_time"] = json!(time);
    input
}

/// The one booking, of one submit.
#[track_caller]
fn only(desk: &Desk) -> Booking {
    assert_eq!(desk.requests(RequestKind::Submit).len(), 1);
    let mut bookings = desk.office.portal.bookings();
    assert_eq!(bookings.len(), 1, "{bookings:?}");
    bookings.remove(0)
}

#[tokio::test]
async fn d07_an_import_is_booked_once_as_asked_for_with_its_number() {
    let desk = Desk::quick().await;
    let terminal =
        desk.terminal(|it| it.asks_pin && it.own_chassis && it.no_appointments.is_none());
    let time = &desk.times(&terminal, MoveType::PickFull)[4];
    let mut input = desk.import(&terminal);
    input["own_chassis"] = json!(false);
    let answer = desk.make(at(input.clone(), time)).await.ok();
    let booked = only(&desk);
    assert_eq!(booked.slot, *time);
    assert_eq!(booked.terminal, terminal.name);
    assert_eq!(booked.container, Some(desk.imports()[0].number.clone()));
    assert_eq!(booked.plate, desk.plate());
    assert_eq!(
        (booked.own_chassis, booked.pin.as_deref()),
        (false, Some(PIN))
    );
    let output = &answer["output"];
    assert_eq!(output["already_exists"], false);
    assert_eq!(output["confirmation"]["number"], booked.number);
    assert_eq!(output["appointment"]["number"], booked.number);
    assert_eq!(output["slot"]["text"], time.as_str());
    assert_eq!(output["actual"]["own_chassis"], false);
    assert_eq!(output["actual"]["slot"], time.as_str());
    let evidence = output["evidence"][0].as_str().unwrap();
    let picture = desk
        .office
        .client
        .get(format!("{}/v1/artifacts/{evidence}", desk.office.url));
    assert!(picture.send().await.unwrap().status().is_success());

    // Asked for again, with another key: it is there, and nothing is submitted.
    let again = desk.make(at(input, time)).await.ok();
    assert_eq!(again["output"]["already_exists"], true);
    assert_eq!(again["output"]["appointment"]["number"], booked.number);
    only(&desk);
    desk.office.close().await;
}

#[tokio::test]
async fn an_export_is_booked_through_the_date_view_by_its_start() {
    let desk = Desk::quick().await;
    let terminal = desk.plain_terminal();
    let times = desk.times(&terminal, MoveType::DropFull);
    let mut input = desk.export(&terminal);
    input["seals"] = json!(["SEAL1"]);
    let checked = desk.checked(input.clone()).await;
    let start = checked["slots"][times.len() - 1]["start"]
        .as_str()
        .unwrap()
        .to_owned();
    let output = desk.make(at(input.clone(), &start)).await.ok()["output"].take();
    let booked = only(&desk);
    assert_eq!(booked.slot, times[times.len() - 1]);
    assert_eq!(booked.unit.as_deref(), input["unit_number"].as_str());
    assert_eq!(booked.seals, ["SEAL1", "", "", ""]);
    assert_eq!(booked.booking.as_deref(), input["booking_number"].as_str());
    assert_eq!(output["confirmation"]["number"], booked.number);
    desk.office.close().await;
}

#[tokio::test]
async fn a_line_without_a_container_is_booked_as_asked_for() {
    let desk = Desk::quick().await;
    let terminal = desk.terminal(|it| it.drop_empty == FormShape::Line);
    let (line, sizes) = desk.office.portal.lines().remove(0);
    let mut input = desk.import(&terminal);
    input.as_object_mut().unwrap().remove("container_id");
    input["move_type"] = json!("DROP EMPTY");
    input["line"] = json!(line);
    input["equip_size"] = json!(sizes[1]);
    input["quantity"] = json!(1);
    let time = desk.times(&terminal, MoveType::DropEmpty).remove(2);
    desk.make(at(input, &time)).await.ok();
    let booked = only(&desk);
    assert_eq!(
        (booked.line, booked.equip_size),
        (Some(line), Some(sizes[1].clone()))
    );
    assert_eq!(booked.slot, time);
    desk.office.close().await;
}

#[tokio::test]
async fn a_bare_sentence_is_a_confirmation_once_the_list_shows_the_appointment() {
    for layout in [AppointmentsLayout::Numbered, AppointmentsLayout::Bare] {
        let wizard = WizardConfig {
            confirmation: Confirmation::Sentence,
            ..WizardConfig::quick()
        };
        let appointments = AppointmentsConfig {
            layout,
            ..AppointmentsConfig::default()
        };
        let desk = Desk::open(PortalConfig {
            wizard,
            appointments,
            ..PortalConfig::quick()
        })
        .await;
        let terminal = desk.plain_terminal();
        let time = desk.times(&terminal, MoveType::PickFull).remove(1);
        let output = desk.make(at(desk.import(&terminal), &time)).await.ok()["output"].take();
        let booked = only(&desk);
        assert_eq!(
            output["confirmation"]["words"],
            "Your request has been submitted."
        );
        let number = (layout == AppointmentsLayout::Numbered).then_some(booked.number);
        assert_eq!(output["confirmation"]["number"], json!(number));
        assert_eq!(output["appointment"]["time"], time.as_str());
        desk.office.close().await;
    }
}

#[tokio::test]
async fn what_stands_at_the_end_of_either_list_already_is_found_and_nothing_is_opened() {
    for layout in [AppointmentsLayout::Numbered, AppointmentsLayout::Bare] {
        let appointments = AppointmentsConfig {
            layout,
            loading_ms: Some(300),
            ..AppointmentsConfig::default()
        };
        let desk = Desk::open(PortalConfig {
            appointments,
            ..PortalConfig::quick()
        })
        .await;
        let last = desk
            .office
            .portal
            .appointments_of(&desk.account.username)
            .pop()
            .unwrap();
        let input = json!({
            "container_type": "import", "terminal": last.terminal, "move_type": "PICK FULL",
            "container_id": last.container, "truck_plate": "ANOTHER", "appointment_time": last.slot,
        });
        let output = desk.make(input).await.ok()["output"].take();
        assert_eq!(output["already_exists"], true);
        assert_eq!(output["appointment"]["container_id"], json!(last.container));
        assert_eq!(output["differences"][0]["field"], "truck_plate");
        assert_eq!(output["differences"][0]["actual"], last.plate.as_str());
        assert_eq!(desk.requests(RequestKind::Step).len(), 0);
        desk.close_unbooked().await;
    }
}

#[tokio::test]
async fn d07_without_the_whole_list_of_appointments_nothing_is_submitted() {
    let desk = Desk::quick().await;
    let terminal = desk.plain_terminal();
    let time = desk.times(&terminal, MoveType::PickFull).remove(0);
    let failing = FaultMatch {
        kind: Some(RequestKind::Appointments),
        batch: Some(1),
        ..FaultMatch::default()
    };
    desk.office
        .portal
        .add_fault(Fault::always(FaultKind::Status { status: 500 }, failing));
    let answer = desk.make(at(desk.import(&terminal), &time)).await;
    assert_eq!(answer.problem().0, 502, "{:#}", answer.body);
    assert_eq!(answer.body["retryable"], true);
    desk.close_unbooked().await;
}

#[tokio::test]
async fn d07_d04_a_form_that_does_not_show_what_was_asked_for_is_not_submitted() {
    let desk = Desk::quick().await;
    let terminal = desk.plain_terminal();
    let time = desk.times(&terminal, MoveType::PickFull).remove(0);
    let mut input = desk.import(&terminal);
    input["line"] = json!("NOTITS");
    let answer = desk.make(at(input, &time)).await;
    assert_eq!(
        answer.problem(),
        (422, "read-back-differs"),
        "{:#}",
        answer.body
    );
    let shown = wanted(&answer, "line");
    assert!(shown.contains(&desk.imports()[0].line), "{shown}");
    // A container that the form has no place for is not booked as anything else.
    let terminal = desk.terminal(|it| it.drop_empty == FormShape::Line);
    let (line, sizes) = desk.office.portal.lines().remove(0);
    let mut input = desk.import(&terminal);
    input["move_type"] = json!("DROP EMPTY");
    input["line"] = json!(line);
    input["equip_size"] = json!(sizes[0]);
    input["quantity"] = json!(1);
    let time = desk.times(&terminal, MoveType::DropEmpty).remove(0);
    let answer = desk.make(at(input, &time)).await;
    assert_eq!(
        answer.problem(),
        (422, "read-back-differs"),
        "{:#}",
        answer.body
    );
    wanted(&answer, "container_id");
    desk.close_unbooked().await;
}

#[tokio::test]
async fn d08_a_time_that_is_not_offered_is_not_replaced_by_another() {
    let desk = Desk::quick().await;
    let terminal = desk.plain_terminal();
    let times = desk.times(&terminal, MoveType::PickFull);
    for time in [
        "Monday",
        "Sunday 01/04/2026 07:00 - 09:00",
        &times[0][..times[0].len() - 8],
    ] {
        let answer = desk.make(at(desk.import(&terminal), time)).await;
        assert_eq!(
            answer.problem(),
            (422, "slot-unavailable"),
            "{:#}",
            answer.body
        );
        assert_offered(&answer, "appointment_time", times.iter().take(20));
        assert_eq!(answer.body["phase"], 3);
    }
    let full = desk.terminal(|it| it.no_appointments.is_some());
    let answer = desk.make(at(desk.import(&full), &times[0])).await;
    assert_eq!(
        answer.problem(),
        (422, "slot-unavailable"),
        "{:#}",
        answer.body
    );
    let said = full.no_appointments.unwrap();
    assert!(answer.body["detail"].as_str().unwrap().contains(&said));
    desk.close_unbooked().await;
}

#[tokio::test]
async fn a_paused_booking_takes_the_missing_field_and_books_once() {
    let desk = Desk::quick().await;
    let terminal = desk.terminal(|it| it.asks_pin && it.no_appointments.is_none());
    let time = desk.times(&terminal, MoveType::PickFull).remove(0);
    let mut input = desk.import(&terminal);
    input.as_object_mut().unwrap().remove("pin_code");
    let paused = desk.make(at(input, &time)).await;
    assert_eq!(
        paused.problem(),
        (422, "field-missing"),
        "{:#}",
        paused.body
    );
    wanted(&paused, "pin_code");
    desk.go_on_booking(&paused, json!({ "pin_code": PIN }))
        .await
        .ok();
    assert_eq!(only(&desk).pin.as_deref(), Some(PIN));
    desk.office.close().await;
}
