//! `get-containers`, from the HTTP call to the rows: every cell, every mode.

use std::collections::BTreeMap;

use gantry_portal::{
    Badge, Container, EndOfList, FeesCell, Portal, PortalConfig, TextCell, has_valid_check_digit,
};
use serde_json::{Value, json};

use crate::office::Office;

const KEYS: [&str; 18] = [
    "container_number",
    "trade_type",
    "status",
    "holds",
    "pregate_ticket",
    "emodal_pregate_status",
    "gate_status",
    "origin",
    "destination",
    "current_loc",
    "line",
    "vessel_name",
    "vessel_code",
    "voyage",
    "size_type",
    "fees",
    "lfd_gtd",
    "tags",
];

/// A row as the operation must answer it, from the portal's own truth.
fn expected(truth: &Container) -> Value {
    let mut row: serde_json::Map<String, Value> = KEYS
        .iter()
        .map(|key| (*key).to_owned())
        .zip(truth.shown().map(Value::from))
        .collect();
    let load = match truth.badge {
        Some(Badge::L) => json!("loaded"),
        Some(Badge::E) => json!("empty"),
        None => Value::Null,
    };
    let second = truth.pregate_ticket.second.as_ref();
    let masks = named(&[
        ("pregate_ticket", truth.pregate_ticket.first.masked),
        ("emodal_pregate_status", truth.emodal_pregate_status.masked),
        ("gate_status", truth.gate_status.masked),
    ]);
    // A star before a value is no mask (portal-facts §3.4).
    let starred = |cell: &TextCell| cell.text.starts_with('*') && !cell.masked;
    let stars = named(&[
        (
            "emodal_pregate_status",
            starred(&truth.emodal_pregate_status),
        ),
        ("gate_status", starred(&truth.gate_status)),
    ]);
    row.insert("starred".to_owned(), json!(stars));
    row.insert("load".to_owned(), load);
    row.insert(
        "pregate_ticket_second".to_owned(),
        json!(second.map(|cell| &cell.text)),
    );
    let second_masked = second.is_some_and(|cell| cell.masked);
    row.insert("masked".to_owned(), json!(masks));
    row.insert(
        "pregate_ticket_second_masked".to_owned(),
        json!(second_masked),
    );
    row.insert(
        "fees_icon".to_owned(),
        json!(truth.fees == FeesCell::IconOnly),
    );
    row.insert("expandable".to_owned(), json!(truth.is_expandable()));
    Value::Object(row)
}

fn named(marks: &[(&'static str, bool)]) -> Vec<&'static str> {
    marks
        .iter()
        .filter(|(_, set)| *set)
        .map(|(key, _)| *key)
        .collect()
}

/// The rows by container number.
#[track_caller]
fn by_number(rows: impl IntoIterator<Item = Value>) -> BTreeMap<String, Value> {
    let mut map = BTreeMap::new();
    for row in rows {
        let number = row["container_number"].as_str().unwrap().to_owned();
        assert_eq!(map.insert(number.clone(), row), None, "{number} twice");
    }
    map
}

#[track_caller]
pub(crate) fn assert_whole(portal: &Portal, answer: &Value) {
    let output = &answer["output"];
    assert_eq!(output["complete"], true, "{}", output["stopped_reason"]);
    assert_eq!(output["stopped_reason"], "end-of-list");
    let rows = by_number(output["containers"].as_array().unwrap().iter().cloned());
    let truth = by_number(portal.containers().iter().map(expected));
    assert_eq!(rows.len(), truth.len());
    for (number, expected) in &truth {
        assert_eq!(&rows[number], expected, "{number}");
    }
}

pub(crate) async fn list(office: &Office, input: Value) -> Value {
    office
        .run("get-containers", &office.account(0), input)
        .await
        .ok()
}

async fn all_rows_are_equal(config: PortalConfig) {
    let office = Office::open(config, |_| {}).await;
    let answer = list(&office, json!({})).await;
    assert_whole(&office.portal, &answer);
    let truth = office.portal.containers();
    assert!(
        truth
            .iter()
            .all(|container| has_valid_check_digit(&container.number))
    );
    // The seed must hold what the test is about.
    assert!(
        truth
            .iter()
            .any(|container| container.fees == FeesCell::IconOnly)
    );
    assert!(
        truth
            .iter()
            .any(|container| container.pregate_ticket.first.masked)
    );
    assert!(truth.iter().any(|container| !container.is_expandable()));
    assert!(answer["output"]["duplicates"].as_u64().unwrap() > 0);
    office.close().await;
}

pub(crate) fn seed(seed: u64) -> PortalConfig {
    PortalConfig {
        seed,
        containers: 430,
        ..PortalConfig::quick()
    }
}

#[tokio::test]
async fn all_430_rows_equal_the_portals_data_cell_by_cell_seed_1() {
    all_rows_are_equal(seed(1)).await;
}

#[tokio::test]
async fn all_430_rows_equal_the_portals_data_cell_by_cell_seed_2() {
    all_rows_are_equal(seed(2)).await;
}

#[tokio::test]
async fn all_430_rows_equal_the_portals_data_cell_by_cell_seed_3() {
    all_rows_are_equal(seed(3)).await;
}

#[tokio::test]
async fn all_430_rows_equal_the_portals_data_where_the_list_ends_silently() {
    let config = PortalConfig {
        end_of_list: EndOfList::Silent,
        loading_bar: true,
        ..seed(14)
    };
    all_rows_are_equal(config).await;
}

#[tokio::test]
async fn all_430_rows_equal_the_portals_data_where_the_list_ends_with_a_mark() {
    let config = PortalConfig {
        end_of_list: EndOfList::Marker,
        ..seed(5)
    };
    all_rows_are_equal(config).await;
}

#[tokio::test]
async fn the_spreadsheet_has_the_18_columns_and_every_row() {
    use calamine::{Reader, Xlsx};
    let office = Office::quick().await;
    let answer = list(&office, json!({})).await;
    let id = answer["output"]["spreadsheet"].as_str().unwrap();
    let url = format!("{}/v1/artifacts/{id}", office.url);
    let response = office.client.get(url).send().await.unwrap();
    assert_eq!(
        response.headers()["content-disposition"],
        "attachment; filename=\"containers.xlsx\""
    );
    let bytes = response.bytes().await.unwrap();
    let mut book = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range("Containers").unwrap();
    let rows: Vec<Vec<String>> = sheet
        .rows()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
    assert_eq!(rows[0][..18], gantry_portal::COLUMNS);
    let mut written: Vec<Vec<String>> = rows[1..].iter().map(|row| row[..18].to_vec()).collect();
    let mut truth: Vec<Vec<String>> = office
        .portal
        .containers()
        .iter()
        .map(|container| container.shown().to_vec())
        .collect();
    written.sort();
    truth.sort();
    assert_eq!(written, truth);
    office.close().await;
}

#[tokio::test]
async fn a_target_count_is_exact() {
    let office = Office::quick().await;
    let output = list(&office, json!({ "target_count": 50 })).await["output"].take();
    assert_eq!(output["containers"].as_array().unwrap().len(), 50);
    assert_eq!(
        (&output["count"], &output["complete"]),
        (&json!(50), &json!(false))
    );
    assert_eq!(output["stopped_reason"], "target-count");
    office.close().await;
}

#[tokio::test]
async fn a_target_container_ends_the_reading_when_it_is_seen() {
    let office = Office::quick().await;
    let number = office.portal.containers()[7].number.clone();
    let output = list(&office, json!({ "target_container_id": number })).await["output"].take();
    assert_eq!(output["found_target_container"], true);
    assert_eq!(output["stopped_reason"], "target-found");
    let rows = output["containers"].as_array().unwrap();
    assert!(
        rows.iter()
            .any(|row| row["container_number"] == number.as_str())
    );
    office.close().await;
}

#[tokio::test]
async fn a_container_that_is_not_in_the_list_is_not_found_and_nothing_else_is_taken_for_it() {
    let office = Office::quick().await;
    // ISO 6346's own example number; the portal's belong to other prefixes.
    let input = json!({ "target_container_id": "CSQU3054383" });
    let output = list(&office, input).await["output"].take();
    assert_eq!(output["found_target_container"], false);
    assert_eq!(output["complete"], true);
    office.close().await;
}

#[tokio::test]
async fn a_container_number_with_a_wrong_check_digit_is_refused_with_its_field() {
    let office = Office::quick().await;
    let input = json!({ "target_container_id": "CSQU3054384" });
    let answer = office
        .run("get-containers", &office.account(0), input)
        .await;
    assert_eq!(answer.problem().0, 422);
    assert_eq!(answer.body["fields"][0]["field"], "target_container_id");
    let sessions = office.get("/v1/sessions").await.ok();
    assert_eq!(
        sessions["sessions"][0]["state"], "idle",
        "nothing was done to it"
    );
    office.close().await;
}
