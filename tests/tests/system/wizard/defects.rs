//! What the earlier system got wrong in its wizard operations (portal-facts D1 to D9).

use gantry_portal::{
    Fault, FaultKind, FaultMatch, MarkupChange, MoveType, PortalConfig, WizardConfig,
};
use serde_json::{Value, json};

use crate::wizard::desk::{Desk, assert_offered, texts, wanted};

#[tokio::test]
async fn d01_no_appointments_is_an_empty_list_with_the_portals_words_in_both_spellings() {
    let desk = Desk::quick().await;
    for words in ["No Appointments Available", "No Appointments Available!"] {
        let terminal = desk.terminal(|it| it.no_appointments.as_deref() == Some(words));
        let output = desk.checked(desk.import(&terminal)).await;
        assert_eq!(output["slots"], json!([]));
        assert_eq!(output["count"], 0);
        assert_eq!(output["no_slots_reason"], words);
        let output = desk.checked(desk.export(&terminal)).await;
        assert_eq!(output["no_slots_reason"], words);
    }
    desk.close_unbooked().await;
}

#[tokio::test]
async fn d02_reading_the_times_leaves_the_chosen_one_as_it_was() {
    let desk = Desk::quick().await;
    let terminal = desk.plain_terminal();
    let output = desk.checked(desk.import(&terminal)).await;
    let times = desk.times(&terminal, MoveType::PickFull);
    assert_eq!(texts(&output), times);
    assert_eq!(output["count"], times.len());
    assert_eq!(output["no_slots_reason"], Value::Null);
    // The portal chooses the first by itself.
    assert_eq!(output["actual"]["slot"], times[0].as_str());
    desk.close_unbooked().await;
}

#[tokio::test]
async fn d03_own_chassis_is_what_was_asked_for_whatever_the_terminals_default() {
    let desk = Desk::quick().await;
    for default in [true, false] {
        let terminal =
            desk.terminal(|it| it.own_chassis == default && it.no_appointments.is_none());
        for wanted in [Some(true), Some(false), None] {
            let mut input = desk.import(&terminal);
            input["own_chassis"] = json!(wanted);
            let output = desk.checked(input).await;
            assert_eq!(output["actual"]["own_chassis"], wanted.unwrap_or(default));
            assert_eq!(output["differences"], json!([]));
        }
    }
    desk.close_unbooked().await;
}

#[tokio::test]
async fn d04_the_answer_tells_what_the_form_shows_beside_what_was_asked_for() {
    let desk = Desk::quick().await;
    let terminal = desk.terminal(|it| it.asks_pin && it.no_appointments.is_none());
    let import = &desk.imports()[0];
    let mut input = desk.import(&terminal);
    input["line"] = json!("NOTITS");
    let output = desk.checked(input).await;
    let actual = &output["actual"];
    assert_eq!(actual["trucking_company"], desk.company());
    assert_eq!(actual["terminal"], terminal.name);
    assert_eq!(actual["move_type"], "PICK FULL");
    assert_eq!(actual["unit_number"], import.number);
    assert_eq!(actual["containers"], json!([import.number]));
    assert_eq!(actual["line"], import.line);
    assert_eq!(actual["equip_size"], import.size_type);
    assert_eq!(actual["truck_plate"], desk.plate());
    let difference = json!([{ "field": "line", "requested": "NOTITS", "actual": import.line }]);
    assert_eq!(output["differences"], difference);
    assert_eq!(output["requested"]["container_id"], import.number);
    assert_eq!(
        output["requested"]["pin_code"],
        Value::Null,
        "a PIN is not answered back"
    );
    desk.close_unbooked().await;
}

#[tokio::test]
async fn d05_a_plate_that_is_not_offered_is_neither_replaced_nor_typed() {
    let desk = Desk::quick().await;
    let plates = desk.office.portal.plates_of(&desk.account.username);
    for unknown in ["NOPLATE 1", &plates[0][..3]] {
        let mut input = desk.import(&desk.plain_terminal());
        input["truck_plate"] = json!(unknown);
        let answer = desk.check(input).await;
        assert_eq!(
            answer.problem(),
            (422, "field-not-accepted"),
            "{:#}",
            answer.body
        );
        assert_eq!(answer.body["phase"], 2);
        assert_offered(&answer, "truck_plate", &plates);
        // The twin of the first has one letter more: it is not the first.
        let output = desk
            .go_on(&answer, json!({ "truck_plate": plates[1] }))
            .await
            .ok();
        assert_eq!(
            output["output"]["actual"]["truck_plate"],
            plates[1].as_str()
        );
    }
    desk.close_unbooked().await;
}

#[tokio::test]
async fn d05_a_container_that_the_portal_does_not_know_is_refused_in_its_words() {
    let desk = Desk::quick().await;
    let mut input = desk.import(&desk.plain_terminal());
    // ISO 6346's own example number; the portal's belong to other prefixes.
    input["container_id"] = json!("CSQU3054383");
    let answer = desk.check(input).await;
    assert_eq!(
        answer.problem(),
        (422, "portal-refused"),
        "{:#}",
        answer.body
    );
    let detail = answer.body["detail"].as_str().unwrap();
    assert!(
        detail.contains("no open transactions for this container number"),
        "{detail}"
    );
    assert_eq!(answer.body["phase"], 1);
    wanted(&answer, "container_id");
    desk.close_unbooked().await;
}

#[tokio::test]
async fn d05_a_stepper_that_tells_no_step_is_no_success() {
    for change in [
        MarkupChange::StepperUnmarked,
        MarkupChange::SlotSelectRenamed,
    ] {
        let desk = Desk::quick().await;
        let kind = FaultKind::Markup {
            change: change.clone(),
        };
        desk.office
            .portal
            .add_fault(Fault::always(kind, FaultMatch::default()));
        let answer = desk.check(desk.import(&desk.plain_terminal())).await;
        assert_eq!(
            answer.problem(),
            (502, "layout-changed"),
            "{change:?}: {:#}",
            answer.body
        );
        desk.close_unbooked().await;
    }
}

#[tokio::test]
async fn d06_part_of_a_terminals_name_is_no_terminal_and_the_choices_are_listed() {
    let desk = Desk::quick().await;
    let names: Vec<String> = desk
        .office
        .portal
        .terminals()
        .into_iter()
        .map(|it| it.name)
        .collect();
    let mut input = desk.import(&desk.plain_terminal());
    input["terminal"] = json!("Lantern Pier");
    let answer = desk.check(input).await;
    assert_eq!(
        answer.problem(),
        (422, "field-not-accepted"),
        "{:#}",
        answer.body
    );
    assert_offered(&answer, "terminal", &names);
    // "TTI" is a terminal and part of two others' names.
    let output = desk.go_on(&answer, json!({ "terminal": "tti" })).await.ok();
    assert_eq!(output["output"]["actual"]["terminal"], "TTI");
    desk.close_unbooked().await;
}

#[tokio::test]
async fn d06_dashes_spaces_and_case_of_a_terminals_name_do_not_count() {
    let desk = Desk::quick().await;
    let terminal = desk.terminal(|it| it.name == "Green Buoy LLC -Seattle");
    let mut input = desk.import(&terminal);
    input["terminal"] = json!("green buoy  LLC \u{2013} Seattle");
    let output = desk.checked(input).await;
    assert_eq!(output["actual"]["terminal"], terminal.name.as_str());
    assert_eq!(output["differences"], json!([]));
    desk.close_unbooked().await;
}

#[tokio::test]
async fn d06_a_pin_a_unit_and_seals_are_asked_for_and_never_made_up() {
    let desk = Desk::quick().await;
    let terminal = desk.terminal(|it| it.asks_pin && it.no_appointments.is_none());
    let mut input = desk.export(&terminal);
    for field in ["pin_code", "unit_number"] {
        input.as_object_mut().unwrap().remove(field);
    }
    let answer = desk.check(input).await;
    assert_eq!(
        answer.problem(),
        (422, "field-missing"),
        "{:#}",
        answer.body
    );
    wanted(&answer, "pin_code");
    wanted(&answer, "unit_number");
    assert_eq!(
        answer.body["fields"].as_array().unwrap().len(),
        2,
        "seals are not needed"
    );
    desk.close_unbooked().await;
}

#[tokio::test]
async fn d06_a_company_that_was_not_named_is_not_chosen_for_the_caller() {
    for company_preselected in [true, false] {
        let wizard = WizardConfig {
            company_preselected,
            ..WizardConfig::quick()
        };
        let desk = Desk::open(PortalConfig {
            wizard,
            ..PortalConfig::quick()
        })
        .await;
        let companies = desk.office.portal.companies_of(&desk.account.username);
        let mut input = desk.import(&desk.plain_terminal());
        input.as_object_mut().unwrap().remove("trucking_company");
        let answer = desk.check(input).await;
        assert_eq!(
            answer.problem(),
            (422, "field-missing"),
            "{:#}",
            answer.body
        );
        assert_offered(&answer, "trucking_company", &companies);
        let night = json!({ "trucking_company": companies[1].to_lowercase() });
        let output = desk.go_on(&answer, night).await.ok();
        assert_eq!(
            output["output"]["actual"]["trucking_company"],
            companies[1].as_str()
        );
        desk.close_unbooked().await;
    }
}

#[tokio::test]
async fn d09_an_empty_plate_is_a_missing_one_and_no_word_means_any() {
    let desk = Desk::quick().await;
    for plate in [json!(""), Value::Null] {
        let mut input = desk.import(&desk.plain_terminal());
        input["truck_plate"] = plate;
        let answer = desk.check(input).await;
        assert_eq!(
            answer.problem(),
            (422, "field-missing"),
            "{:#}",
            answer.body
        );
        assert!(wanted(&answer, "truck_plate").contains(&desk.plate()));
        // Given up, so that the next check has the session.
        let hold = answer.body["hold"]["id"].as_str().unwrap();
        let given_up = desk.office.delete(&format!("/v1/holds/{hold}")).await;
        assert!(given_up.status.is_success(), "{hold}: {:#}", given_up.body);
    }
    desk.close_unbooked().await;
}
