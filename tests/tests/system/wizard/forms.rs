//! Every form of the wizard, every variant of what is not known of it, and walks that pause.

use gantry_portal::{
    BookingAnswer, Expiry, ExpiryForm, Fault, FaultKind, FaultMatch, FormShape, MoveType,
    PortalConfig, RefusalForm, RequestKind, Whose, WizardConfig,
};
use serde_json::json;

use crate::wizard::desk::{Desk, PIN, assert_offered, texts, wanted};

#[tokio::test]
async fn a_paused_check_goes_on_in_its_step_with_only_the_missing_field() {
    let desk = Desk::quick().await;
    let terminal = desk.terminal(|it| it.asks_pin && it.no_appointments.is_none());
    let mut input = desk.import(&terminal);
    input.as_object_mut().unwrap().remove("pin_code");
    let paused = desk.check(input).await;
    assert_eq!(
        paused.problem(),
        (422, "field-missing"),
        "{:#}",
        paused.body
    );
    assert_eq!(paused.body["phase"], 2);
    let from = desk.office.portal.now_ms();
    let answer = desk.go_on(&paused, json!({ "pin_code": PIN })).await.ok();
    let output = &answer["output"];
    assert_eq!(texts(output), desk.times(&terminal, MoveType::PickFull));
    assert_eq!(output["differences"], json!([]));
    let pages = desk.requests(RequestKind::Page);
    let since: Vec<_> = pages.iter().filter(|it| it.start_ms >= from).collect();
    // Only the wizard was left, at the end.
    assert_eq!(since.len(), 1, "{since:?}");
    let steps = desk.requests(RequestKind::Step);
    assert_eq!(steps.len(), 2, "step 1 was not walked again: {steps:?}");
    desk.close_unbooked().await;
}

#[tokio::test]
async fn a_paused_check_whose_page_went_elsewhere_says_so() {
    let desk = Desk::quick().await;
    let mut input = desk.import(&desk.plain_terminal());
    input.as_object_mut().unwrap().remove("truck_plate");
    let paused = desk.check(input).await;
    assert_eq!(
        paused.problem(),
        (422, "field-missing"),
        "{:#}",
        paused.body
    );
    let ended = desk.office.portal.expire(&Expiry {
        whose: Whose::Everybody,
        origins: vec![],
        form: ExpiryForm::Rendered,
    });
    assert!(ended > 0);
    // The page finds out at its next request and puts the notice in the wizard's place.
    let answer = desk
        .go_on(&paused, json!({ "truck_plate": desk.plate() }))
        .await;
    assert_eq!(answer.problem().1, "signed-out", "{:#}", answer.body);
    desk.close_unbooked().await;
}

#[tokio::test]
async fn exports_have_their_times_read_from_the_date_view() {
    let desk = Desk::quick().await;
    let terminal = desk.terminal(|it| it.asks_pin && it.no_appointments.is_none());
    let mut input = desk.export(&terminal);
    input["seals"] = json!(["SEAL1", "SEAL2"]);
    let output = desk.checked(input.clone()).await;
    let times = desk.times(&terminal, MoveType::DropFull);
    assert_eq!(texts(&output), times);
    assert_eq!(output["actual"]["slot"], times[0].as_str());
    assert_eq!(output["actual"]["booking_number"], input["booking_number"]);
    assert_eq!(output["actual"]["unit_number"], input["unit_number"]);
    assert_eq!(output["differences"], json!([]));
    desk.close_unbooked().await;
}

#[tokio::test]
async fn a_form_without_a_container_asks_for_line_size_and_quantity() {
    let desk = Desk::quick().await;
    let terminal = desk.terminal(|it| it.drop_empty == FormShape::Line);
    let mut input = desk.import(&terminal);
    input["move_type"] = json!("DROP EMPTY");
    input.as_object_mut().unwrap().remove("container_id");
    let lines = desk.office.portal.lines();
    let asking = desk.check(input).await;
    assert_eq!(
        asking.problem(),
        (422, "field-missing"),
        "{:#}",
        asking.body
    );
    assert_eq!(asking.body["phase"], 1);
    assert_offered(&asking, "line", lines.iter().map(|(line, _)| line));
    wanted(&asking, "quantity");
    // A line whose name begins another's, and a size that it does not have.
    let (line, sizes) = &lines[0];
    let more = json!({ "line": line, "equip_size": "99XX", "quantity": 1 });
    let asking = desk.go_on(&asking, more).await;
    assert_eq!(
        asking.problem(),
        (422, "field-not-accepted"),
        "{:#}",
        asking.body
    );
    assert_offered(&asking, "equip_size", sizes);
    let answer = desk
        .go_on(&asking, json!({ "equip_size": sizes[0] }))
        .await
        .ok();
    let output = &answer["output"];
    assert_eq!(texts(output), desk.times(&terminal, MoveType::DropEmpty));
    assert_eq!(output["actual"]["line"], line.as_str());
    assert_eq!(output["actual"]["equip_size"], sizes[0].as_str());
    assert_eq!(output["differences"], json!([]));
    desk.close_unbooked().await;
}

#[tokio::test]
async fn lazy_selects_a_wanted_box_and_slow_ticks_change_nothing() {
    for wizard in [
        WizardConfig {
            lazy_options: true,
            ..WizardConfig::quick()
        },
        WizardConfig {
            checkbox_needed: true,
            ..WizardConfig::quick()
        },
        WizardConfig {
            tick_ms: 700,
            blank_ms: 3_000,
            company_preselected: false,
            ..WizardConfig::quick()
        },
    ] {
        let desk = Desk::open(PortalConfig {
            wizard,
            ..PortalConfig::quick()
        })
        .await;
        let terminal = desk.terminal(|it| it.collapses && it.no_appointments.is_none());
        let output = desk.checked(desk.import(&terminal)).await;
        assert_eq!(texts(&output), desk.times(&terminal, MoveType::PickFull));
        assert_eq!(output["differences"], json!([]));
        desk.close_unbooked().await;
    }
}

#[tokio::test]
async fn both_dialogs_about_a_booking_are_told_and_the_page_goes_on() {
    let desk = Desk::quick().await;
    let terminal = desk.plain_terminal();
    let freezing = desk.booking_that(BookingAnswer::LineRequired);
    for (booking, words) in [
        (freezing.as_str(), "booking shippingline is required"),
        (
            "NOSUCHBOOKING",
            "no open transactions for this booking number",
        ),
    ] {
        let mut input = desk.export(&terminal);
        input["booking_number"] = json!(booking);
        let answer = desk.check(input).await;
        assert_eq!(
            answer.problem(),
            (422, "portal-refused"),
            "{:#}",
            answer.body
        );
        assert_eq!(wanted(&answer, "booking_number"), words);
        assert_eq!(answer.body["phase"], 1);
    }
    // Nothing of it is left: the next check is served.
    desk.checked(desk.export(&terminal)).await;
    desk.close_unbooked().await;
}

#[tokio::test]
async fn what_the_portal_says_to_a_step_is_told_in_its_words() {
    for (shown, prefix, phase) in [
        (RefusalForm::Dialog, "/trucker/web/api/step/details", 1),
        (RefusalForm::Inline, "/trucker/web/api/step/slots", 2),
    ] {
        let desk = Desk::quick().await;
        let at = FaultMatch {
            path_prefix: Some(prefix.to_owned()),
            ..FaultMatch::default()
        };
        let text = "The terminal is closed today".to_owned();
        desk.office
            .portal
            .add_fault(Fault::always(FaultKind::Refuse { text, shown }, at));
        let answer = desk.check(desk.import(&desk.plain_terminal())).await;
        assert_eq!(answer.problem().1, "portal-refused", "{:#}", answer.body);
        assert!(
            answer.body["detail"]
                .as_str()
                .unwrap()
                .contains("closed today")
        );
        assert_eq!(answer.body["phase"], phase);
        desk.close_unbooked().await;
    }
}

#[tokio::test]
async fn a_session_that_ends_in_the_middle_is_signed_in_and_the_check_repeated_once() {
    let desk = Desk::quick().await;
    let terminal = desk.plain_terminal();
    let at = FaultMatch::kind(RequestKind::Step);
    let form = ExpiryForm::Rendered;
    desk.office.portal.add_fault(Fault::once(
        FaultKind::Expire {
            origins: vec![],
            form,
        },
        at,
    ));
    let output = desk.checked(desk.import(&terminal)).await;
    assert_eq!(texts(&output), desk.times(&terminal, MoveType::PickFull));
    assert_eq!(desk.office.portal.attempts().len(), 2);
    desk.close_unbooked().await;
}
