//! The operations that open rows: `get-container-timeline`, `get-booking-number`, `get-info-bulk`. What they answer is
//! compared with the portal's own truth.
//!
//! Tests that begin with `d` and a number are of the defects of the earlier system's operations: portal-facts §5. Each
//! would fail on the behaviour described there.

mod booking;
mod bulk;
mod failures;
mod list_defects;
mod mix_ups;
mod timeline;

use gantry_portal::{Container, Detail, ListOrder, Portal, PortalConfig};
use serde_json::{Value, json};

use crate::office::{Answer, Office};

/// A portal whose list has always the order of its truth, so that neighbours are neighbours.
fn in_order(seed: u64) -> PortalConfig {
    PortalConfig {
        seed,
        order: ListOrder::Stable,
        ..PortalConfig::quick()
    }
}

/// Signs in; what is asked of the portal from here on, counted from the number that is returned, is for an operation.
async fn signed_in(office: &Office) -> usize {
    let account = office.account(0);
    let who = json!({ "username": account.username, "password": account.password });
    office.post("/v1/sessions", who).await.ok();
    office.portal.requests().len()
}

async fn ask(office: &Office, operation: &str, number: &str) -> Answer {
    let input = json!({ "container_id": number });
    office.run(operation, &office.account(0), input).await
}

async fn timeline(office: &Office, number: &str) -> Value {
    let answer = ask(office, "get-container-timeline", number).await;
    answer.ok()["output"].take()
}

async fn booking(office: &Office, number: &str) -> Value {
    let answer = ask(office, "get-booking-number", number).await;
    answer.ok()["output"].take()
}

async fn bulk(office: &Office, input: Value) -> Value {
    let answer = office
        .run("get-info-bulk", &office.account(0), input)
        .await
        .ok();
    answer["output"]["results"].clone()
}

fn is_import(container: &Container) -> bool {
    container.trade_type == "IMPORT"
}

fn is_export(container: &Container) -> bool {
    container.trade_type == "EXPORT"
}

fn detail(container: &Container) -> &Detail {
    container.detail.as_ref().unwrap()
}

fn booking_of(container: &Container) -> Option<&str> {
    container.detail.as_ref()?.booking.as_deref()
}

/// The first container of the truth for which this holds.
#[track_caller]
fn first(portal: &Portal, holds: impl Fn(&Container) -> bool) -> Container {
    let mut containers = portal.containers().into_iter();
    containers
        .find(|container| holds(container))
        .expect("the seed has one")
}

/// The milestones as they must be answered.
fn milestones(container: &Container) -> Value {
    let timeline = detail(container).timeline.iter();
    timeline
        .map(|milestone| {
            json!({
                "name": milestone.name,
                "date": (milestone.date != "N/A").then_some(&milestone.date),
                "state": if milestone.passed { "passed" } else { "pending" },
            })
        })
        .collect()
}

/// Whether Pregate is passed; null for an export.
fn pregate(container: &Container) -> Value {
    let mut timeline = detail(container).timeline.iter();
    timeline
        .find(|milestone| milestone.name == "Pregate")
        .map_or(Value::Null, |milestone| json!(milestone.passed))
}

/// The cards as they must be answered: those that have labels.
fn cards(container: &Container) -> Value {
    let cards = detail(container).cards.iter();
    cards
        .filter(|card| !card.fields.is_empty())
        .map(|card| {
            let fields = card.fields.iter();
            let fields: Vec<Value> = fields
                .map(|field| json!({ "label": field.label, "value": field.value }))
                .collect();
            let heading = (!card.title.is_empty()).then_some(&card.title);
            json!({ "heading": heading, "fields": fields })
        })
        .collect()
}

/// Twelve imports and eight exports, far apart.
pub(crate) fn twenty(portal: &Portal) -> (Vec<Container>, Vec<Container>) {
    let containers = portal.containers();
    let imports = containers.iter().filter(|one| is_import(one)).cloned();
    let exports = containers.iter().filter(|one| is_export(one)).cloned();
    (
        imports.step_by(20).take(12).collect(),
        exports.step_by(10).take(8).collect(),
    )
}

pub(crate) fn numbers(containers: &[Container]) -> Vec<&str> {
    let numbers = containers.iter().map(|container| container.number.as_str());
    numbers.collect()
}

/// Every import of a bulk answer has the milestones of its own truth.
#[track_caller]
fn assert_own_timelines(results: &Value, containers: &[Container]) {
    let results = results["import_results"].as_array().unwrap();
    assert_eq!(results.len(), containers.len());
    for (result, truth) in results.iter().zip(containers) {
        assert_eq!(result["container_id"], truth.number);
        assert_eq!(result["success"], true, "{result:#}");
        assert_eq!(result["timeline"], milestones(truth), "{}", truth.number);
        assert_eq!(result["pregate_status"], pregate(truth), "{}", truth.number);
    }
}

/// Every export of a bulk answer has the booking number of its own truth.
#[track_caller]
fn assert_own_bookings(results: &Value, containers: &[Container]) {
    let results = results["export_results"].as_array().unwrap();
    assert_eq!(results.len(), containers.len());
    for (result, truth) in results.iter().zip(containers) {
        assert_eq!(result["container_id"], truth.number);
        assert_eq!(result["success"], true, "{result:#}");
        let booking = json!(booking_of(truth));
        assert_eq!(result["booking_number"], booking, "{}", truth.number);
    }
}
