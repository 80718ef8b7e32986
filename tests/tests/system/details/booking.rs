//! `get-booking-number`: the number beside its label in the container's own details, or why there is none.

use gantry_portal::{Fault, FaultKind, FaultMatch, MarkupChange, RequestKind};
use serde_json::Value;

use crate::details::{ask, booking, booking_of, first, in_order, is_export, is_import};
use crate::office::Office;

#[tokio::test]
async fn an_export_has_its_own_booking_number() {
    let office = Office::quick().await;
    let truth = first(&office.portal, |one| booking_of(one).is_some());
    let output = booking(&office, &truth.number).await;
    assert_eq!(output["container_id"], truth.number);
    assert_eq!(output["booking_number"], booking_of(&truth).unwrap());
    assert_eq!(output["reason"], Value::Null);
    office.close().await;
}

#[tokio::test]
async fn d10_no_booking_is_an_answer_and_a_page_that_is_not_ready_is_an_error() {
    let office = Office::open(in_order(2), |_| {}).await;
    let import = first(&office.portal, is_import);
    let output = booking(&office, &import.number).await;
    assert_eq!(output["booking_number"], Value::Null);
    assert_eq!(output["reason"], "import");
    let unready = FaultMatch {
        kind: Some(RequestKind::Detail),
        ..FaultMatch::default()
    };
    let fault = Fault::always(FaultKind::Status { status: 500 }, unready);
    office.portal.add_fault(fault);
    let truth = first(&office.portal, |one| booking_of(one).is_some());
    let answer = ask(&office, "get-booking-number", &truth.number).await;
    assert_eq!(answer.problem(), (502, "details-failed"));
    assert_eq!(answer.body["retryable"], true);
    office.portal.clear_faults();
    let output = booking(&office, &truth.number).await;
    assert_eq!(output["booking_number"], booking_of(&truth).unwrap());
    office.close().await;
}

#[tokio::test]
async fn d15_an_export_without_a_booking_has_none_whatever_else_looks_like_one() {
    let office = Office::open(in_order(1), |_| {}).await;
    // Its status, its pregate ticket and its cards are full of capitals and digits.
    let truth = first(&office.portal, |one| {
        is_export(one) && booking_of(one).is_none() && one.pregate_ticket.link
    });
    let output = booking(&office, &truth.number).await;
    assert_eq!(output["booking_number"], Value::Null);
    assert_eq!(output["reason"], "not-available");
    assert_eq!(output["trade_type"], "EXPORT");
    office.close().await;
}

#[tokio::test]
async fn d15_a_label_is_paired_where_values_stand_beside_labels_too() {
    let office = Office::open(in_order(1), |_| {}).await;
    let change = MarkupChange::ValuesBesideLabels;
    office.portal.add_fault(Fault::always(
        FaultKind::Markup { change },
        FaultMatch::default(),
    ));
    let truth = first(&office.portal, |one| booking_of(one).is_some());
    let output = booking(&office, &truth.number).await;
    assert_eq!(output["booking_number"], booking_of(&truth).unwrap());
    office.close().await;
}

#[tokio::test]
async fn d15_a_label_without_a_value_of_its_own_is_not_given_its_neighbours() {
    let office = Office::open(in_order(1), |_| {}).await;
    let change = MarkupChange::ValueMissing;
    office.portal.add_fault(Fault::always(
        FaultKind::Markup { change },
        FaultMatch::default(),
    ));
    let truth = first(&office.portal, is_export);
    let answer = ask(&office, "get-booking-number", &truth.number).await;
    assert_eq!(answer.problem(), (502, "details-unreadable"));
    office.close().await;
}
