//! What keeps details from being read, and what is said then.

use gantry_portal::{Expiry, ExpiryForm, Fault, FaultKind, FaultMatch, Origin, RequestKind, Whose};
use serde_json::json;

use crate::details::{
    ask, assert_own_timelines, bulk, first, in_order, is_import, milestones, numbers, timeline,
};
use crate::office::Office;

fn details() -> FaultMatch {
    FaultMatch {
        kind: Some(RequestKind::Detail),
        ..FaultMatch::default()
    }
}

#[tokio::test]
async fn a_row_without_an_arrow_has_no_details() {
    let office = Office::open(in_order(1), |_| {}).await;
    let truth = first(&office.portal, |one| !one.is_expandable());
    for operation in ["get-container-timeline", "get-booking-number"] {
        let answer = ask(&office, operation, &truth.number).await;
        assert_eq!(answer.problem(), (502, "no-details"));
        assert_eq!(answer.body["retryable"], false);
    }
    office.close().await;
}

#[tokio::test]
async fn not_found_is_said_only_of_a_list_that_was_read_to_its_end() {
    let office = Office::open(in_order(1), |_| {}).await;
    let answer = ask(&office, "get-booking-number", "CSQU3054383").await;
    assert_eq!(answer.problem(), (404, "container-not-found"));
    assert_eq!(answer.body["retryable"], false);
    let failing = FaultMatch {
        kind: Some(RequestKind::Batch),
        batch: Some(3),
        ..FaultMatch::default()
    };
    office
        .portal
        .add_fault(Fault::always(FaultKind::Status { status: 500 }, failing));
    let answer = ask(&office, "get-booking-number", "CSQU3054383").await;
    assert_eq!(answer.problem(), (502, "list-incomplete"));
    assert_eq!(answer.body["retryable"], true);
    office.close().await;
}

#[tokio::test]
async fn details_that_take_long_are_waited_for() {
    let office = Office::open(in_order(3), |_| {}).await;
    let fault = Fault::once(FaultKind::Delay { delay_ms: 8_000 }, details());
    office.portal.add_fault(fault);
    let truth = first(&office.portal, is_import);
    let output = timeline(&office, &truth.number).await;
    assert_eq!(output["milestones"], milestones(&truth));
    office.close().await;
}

#[tokio::test]
async fn one_row_whose_details_fail_does_not_fail_the_others() {
    let office = Office::open(in_order(3), |_| {}).await;
    let imports = office.portal.containers().into_iter().filter(is_import);
    let mut imports: Vec<_> = imports.step_by(12).take(8).collect();
    let failing = FaultMatch {
        path_prefix: Some(format!("/api/containers/{}", imports[7].number)),
        ..details()
    };
    let fault = Fault::always(FaultKind::Status { status: 500 }, failing);
    office.portal.add_fault(fault);
    let input = json!({ "import_containers": numbers(&imports) });
    let mut results = bulk(&office, input).await;
    let failed = results["import_results"].as_array_mut().unwrap().pop();
    assert_eq!(failed.unwrap()["error"]["code"], "details-failed");
    imports.pop();
    assert_own_timelines(&results, &imports);
    office.close().await;
}

#[tokio::test]
async fn a_session_that_ends_while_a_row_opens_is_signed_in_again() {
    for form in [ExpiryForm::Rendered, ExpiryForm::Redirect] {
        let office = Office::open(in_order(4), |_| {}).await;
        let truth = first(&office.portal, is_import);
        let origins = vec![Origin::Containers, Origin::Account];
        let expire = FaultKind::Expire { form, origins };
        office.portal.add_fault(Fault::once(expire, details()));
        let output = timeline(&office, &truth.number).await;
        assert_eq!(output["milestones"], milestones(&truth), "{form:?}");
        assert_eq!(office.portal.attempts().len(), 2, "{form:?}");
        office.close().await;
    }
}

#[tokio::test]
async fn a_session_that_has_ended_before_is_signed_in_again() {
    let office = Office::open(in_order(4), |_| {}).await;
    let truth = first(&office.portal, is_import);
    timeline(&office, &truth.number).await;
    let ended = office.portal.expire(&Expiry {
        whose: Whose::Everybody,
        origins: vec![],
        form: ExpiryForm::Rendered,
    });
    assert!(ended > 0);
    let output = timeline(&office, &truth.number).await;
    assert_eq!(output["milestones"], milestones(&truth));
    office.close().await;
}
