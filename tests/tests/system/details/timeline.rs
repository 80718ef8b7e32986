//! `get-container-timeline`: milestones, their dates and states, and Pregate.

use gantry_portal::{
    EXPORT_MILESTONES, Fault, FaultKind, FaultMatch, IMPORT_MILESTONES, MarkupChange, PortalConfig,
    TimelineOrder,
};
use serde_json::{Value, json};

use crate::details::{
    ask, assert_own_timelines, bulk, cards, detail, first, in_order, is_export, is_import,
    milestones, numbers, pregate, signed_in, timeline,
};
use crate::office::Office;

fn names(output: &Value) -> Vec<&str> {
    let milestones = output["milestones"].as_array().unwrap();
    milestones
        .iter()
        .map(|milestone| milestone["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn an_import_has_its_own_milestones_cards_and_pregate() {
    let office = Office::quick().await;
    let truth = first(&office.portal, is_import);
    let output = timeline(&office, &truth.number).await;
    assert_eq!(output["container_id"], truth.number);
    assert_eq!(output["trade_type"], "IMPORT");
    assert_eq!(output["status"], truth.status);
    assert_eq!(output["milestones"], milestones(&truth));
    assert_eq!(output["milestone_count"], 9);
    assert_eq!(output["passed_pregate"], pregate(&truth));
    assert_eq!(output["pregate_reason"], Value::Null);
    assert_eq!(output["cards"], cards(&truth));
    office.close().await;
}

#[tokio::test]
async fn milestones_come_newest_first_whatever_the_order_of_the_document() {
    let config = PortalConfig {
        timeline_order: TimelineOrder::OldestFirst,
        ..in_order(3)
    };
    let office = Office::open(config, |_| {}).await;
    let import = first(&office.portal, is_import);
    let output = timeline(&office, &import.number).await;
    assert_eq!(names(&output), IMPORT_MILESTONES);
    assert_eq!(output["milestones"], milestones(&import));
    let export = first(&office.portal, is_export);
    let output = timeline(&office, &export.number).await;
    assert_eq!(names(&output), EXPORT_MILESTONES);
    assert_eq!(output["milestones"], milestones(&export));
    office.close().await;
}

#[tokio::test]
async fn d10_an_exports_timeline_without_pregate_is_no_error() {
    let office = Office::open(in_order(2), |_| {}).await;
    let truth = first(&office.portal, is_export);
    let output = timeline(&office, &truth.number).await;
    assert_eq!(output["milestones"], milestones(&truth));
    assert_eq!(output["milestone_count"], 5);
    assert_eq!(output["passed_pregate"], Value::Null);
    assert_eq!(output["pregate_reason"], "export");
    office.close().await;
}

#[tokio::test]
async fn d16_pregate_is_told_by_its_divider_with_or_without_a_date() {
    let office = Office::open(in_order(4), |_| {}).await;
    let imports = office.portal.containers().into_iter().filter(is_import);
    let imports: Vec<_> = imports.take(30).collect();
    let of_pregate = |passed: bool, dated: bool| {
        let mut timelines = imports.iter().flat_map(|import| &detail(import).timeline);
        timelines.any(|milestone| {
            milestone.name == "Pregate"
                && milestone.passed == passed
                && (milestone.date != "N/A") == dated
        })
    };
    // The seed must hold what the test is about.
    assert!(of_pregate(true, true) && of_pregate(true, false) && of_pregate(false, false));
    let two_colours = |classes: &[String]| classes.len() == 2;
    let mut dividers = imports.iter().flat_map(|import| &detail(import).timeline);
    assert!(dividers.any(|milestone| two_colours(&milestone.divider)));
    let results = bulk(&office, json!({ "import_containers": numbers(&imports) })).await;
    assert_own_timelines(&results, &imports);
    office.close().await;
}

#[tokio::test]
async fn d17_without_a_divider_nothing_is_known() {
    let office = Office::open(in_order(5), |_| {}).await;
    let change = MarkupChange::DividersUnmarked;
    office.portal.add_fault(Fault::always(
        FaultKind::Markup { change },
        FaultMatch::default(),
    ));
    let truth = first(&office.portal, is_import);
    let output = timeline(&office, &truth.number).await;
    let states = output["milestones"].as_array().unwrap().iter();
    for milestone in states {
        assert_eq!(milestone["state"], "unknown", "{milestone:#}");
    }
    assert_eq!(names(&output), IMPORT_MILESTONES);
    assert_eq!(output["passed_pregate"], Value::Null);
    assert_eq!(output["pregate_reason"], "divider-unknown");
    office.close().await;
}

#[tokio::test]
async fn a_container_in_the_first_batch_costs_one_batch() {
    let office = Office::open(in_order(6), |_| {}).await;
    let truth = first(&office.portal, is_import);
    let from = signed_in(&office).await;
    timeline(&office, &truth.number).await;
    let asked = &office.portal.requests()[from..];
    let batches: Vec<_> = asked.iter().filter_map(|entry| entry.batch).collect();
    assert_eq!(batches, [0]);
    office.close().await;
}

#[tokio::test]
async fn an_arrow_of_another_name_opens_its_row_too() {
    let office = Office::open(in_order(7), |_| {}).await;
    let change = MarkupChange::ArrowIconChanged;
    office.portal.add_fault(Fault::always(
        FaultKind::Markup { change },
        FaultMatch::default(),
    ));
    let truth = first(&office.portal, is_import);
    let output = timeline(&office, &truth.number).await;
    assert_eq!(output["milestones"], milestones(&truth));
    office.close().await;
}

#[tokio::test]
async fn the_earlier_route_answers_the_same() {
    let office = Office::open(in_order(8), |_| {}).await;
    let truth = first(&office.portal, is_import);
    let account = office.account(0);
    let body = json!({
        "username": account.username,
        "password": account.password,
        "container_id": truth.number,
    });
    let answer = office.post("/get_container_timeline", body).await.ok();
    assert_eq!(answer["success"], true);
    assert_eq!(answer["passed_pregate"], pregate(&truth));
    assert_eq!(answer["milestone_count"], 9);
    let refused = ask(&office, "get-container-timeline", "CSQU3054384").await;
    assert_eq!(refused.problem(), (422, "invalid-input"));
    office.close().await;
}
