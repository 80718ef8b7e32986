//! `get-info-bulk`: many containers in one walk, where one failure is one container's.

use serde_json::{Value, json};

use crate::details::{
    assert_own_bookings, assert_own_timelines, bulk, first, in_order, is_export, is_import,
    milestones, numbers, signed_in,
};
use crate::office::{Answer, Office, by, until_async};
use gantry_portal::{Latencies, PortalConfig};

/// ISO 6346's own example number; the portal's belong to other prefixes.
const ABSENT: &str = "CSQU3054383";

/// A portal that takes its time for the details of a row.
fn slow_details() -> PortalConfig {
    PortalConfig {
        latencies: Latencies {
            detail_ms: 400,
            batch_ms: 200,
            ..Latencies::none()
        },
        ..in_order(1)
    }
}

#[tokio::test]
async fn twenty_containers_of_which_three_fail_are_seventeen_answers_and_three_reasons() {
    let office = Office::open(in_order(1), |_| {}).await;
    let containers = office.portal.containers();
    let imports = containers.iter().filter(|one| is_import(one)).cloned();
    let imports: Vec<_> = imports.step_by(10).take(10).collect();
    let exports = containers.iter().filter(|one| is_export(one)).cloned();
    let exports: Vec<_> = exports.step_by(5).take(7).collect();
    let without_data = first(&office.portal, |one| !one.is_expandable());
    let mut import_numbers = numbers(&imports);
    import_numbers.extend([ABSENT, without_data.number.as_str()]);
    let mut export_numbers = numbers(&exports);
    export_numbers.push("not a number");
    let from = signed_in(&office).await;
    let input = json!({
        "import_containers": import_numbers,
        "export_containers": export_numbers,
    });
    let results = bulk(&office, input).await;
    assert_eq!(
        results["summary"],
        json!({
            "total_import": 12, "import_success": 10, "import_failed": 2,
            "total_export": 8, "export_success": 7, "export_failed": 1,
        })
    );
    let mut read = results.clone();
    let failed = read["import_results"].as_array_mut().unwrap().split_off(10);
    assert_own_timelines(&read, &imports);
    assert_eq!(failed[0]["error"]["code"], "container-not-found");
    assert_eq!(failed[1]["error"]["code"], "no-details");
    let failed_exports = read["export_results"].as_array_mut().unwrap().split_off(7);
    assert_own_bookings(&read, &exports);
    let error = &failed_exports[0]["error"];
    assert_eq!(error["code"], "invalid-container-number");
    assert!(!error["message"].as_str().unwrap().is_empty());
    // The list was walked once, whatever the number of containers.
    let asked = office.portal.requests();
    let firsts = asked[from..].iter().filter(|entry| entry.batch == Some(0));
    assert_eq!(firsts.count(), 1);
    office.close().await;
}

#[tokio::test]
async fn what_was_read_before_a_cancel_is_kept_and_was_told_as_it_came() {
    let office = Office::open(slow_details(), |_| {}).await;
    let containers = office.portal.containers();
    let imports = containers.iter().filter(|one| is_import(one)).cloned();
    let imports: Vec<_> = imports.step_by(6).take(20).collect();
    let account = office.account(0);
    let body = by(&account, &json!({ "import_containers": numbers(&imports) }));
    let url = format!("{}/v1/operations/get-info-bulk", office.url);
    let request = office.client.post(url).header("prefer", "respond-async");
    let accepted = Answer::of(request.json(&body).send().await.unwrap()).await;
    let location = accepted.headers["location"].to_str().unwrap().to_owned();
    until_async("some containers are read", async || {
        let run = office.get(&location).await.ok();
        let progress = &run["progress"];
        run["parts"].as_object().unwrap().len() >= 3
            && progress["step"] == "containers"
            && progress["total"] == 20
    })
    .await;
    let cancelled = office.delete(&location).await;
    assert_eq!(cancelled.body["state"], "cancelled", "{:#}", cancelled.body);
    let run = office.get(&location).await.ok();
    let parts = run["parts"].as_object().unwrap();
    assert!((3..20).contains(&parts.len()), "{}", parts.len());
    for (item, part) in parts {
        let number = item.strip_prefix("import/").unwrap();
        let truth = imports.iter().find(|one| one.number == number).unwrap();
        assert_eq!(part["success"], true, "{part:#}");
        assert_eq!(part["timeline"], milestones(truth));
    }
    // Each was an event of its own, and is told again to whoever asks later.
    let events = office
        .client
        .get(format!("{}{location}/events", office.url));
    let events = events.send().await.unwrap().text().await.unwrap();
    assert_eq!(events.matches("event: part").count(), parts.len());
    office.close().await;
}

#[tokio::test]
async fn a_container_that_is_asked_for_twice_is_answered_once_in_each_list() {
    let office = Office::open(in_order(2), |_| {}).await;
    let export = first(&office.portal, is_export);
    let small = export.number.to_lowercase();
    let input = json!({
        "import_containers": [export.number, small],
        "export_containers": [small, export.number],
    });
    let results = bulk(&office, input).await;
    assert_own_bookings(&results, std::slice::from_ref(&export));
    // What is asked of an export as of an import is answered as it is: it has no Pregate.
    assert_own_timelines(&results, std::slice::from_ref(&export));
    let details = &results["import_results"][0]["pregate_details"];
    assert_eq!(details["reason"], "export");
    office.close().await;
}

#[tokio::test]
async fn a_call_without_containers_or_with_too_many_is_refused() {
    let office = Office::open(in_order(2), |_| {}).await;
    let many: Vec<&str> = std::iter::repeat_n(ABSENT, 101).collect();
    for input in [
        json!({}),
        json!({ "import_containers": [], "export_containers": [] }),
        json!({ "export_containers": many }),
    ] {
        let answer = office
            .run("get-info-bulk", &office.account(0), input.clone())
            .await;
        assert_eq!(answer.status.as_u16(), 422, "{input}: {:#}", answer.body);
    }
    office.close().await;
}

#[tokio::test]
async fn containers_that_are_no_numbers_cost_no_list() {
    let office = Office::open(in_order(2), |_| {}).await;
    let from = signed_in(&office).await;
    let results = bulk(&office, json!({ "export_containers": ["CSQU3054384"] })).await;
    assert_eq!(results["export_results"][0]["success"], false);
    assert_eq!(results["export_results"][0]["booking_number"], Value::Null);
    let asked = office.portal.requests();
    assert!(asked[from..].iter().all(|entry| entry.batch.is_none()));
    office.close().await;
}
