//! The list as a whole, in every mode and layout.

use serde_json::json;

use crate::appointments::{
    asked, bare, by_number, in_download_folders, listed, names, numbers, portal,
};
use crate::office::Office;

#[tokio::test]
async fn all_appointments_come_with_the_portals_own_file() {
    let office = Office::open(portal(57), |_| {}).await;
    let answer = asked(&office, 0, json!({})).await.ok();
    let output = &answer["output"];
    assert_eq!(output["selected_count"], 57);
    assert_eq!(output["complete"], true, "{output:#}");
    assert_eq!(output["stopped_reason"], "end-of-list");
    assert_eq!(names(output), numbers(&listed(&office, 0), 57));
    assert_eq!(output["rows"]["columns"][1], "Terminal");
    let artifact = &answer["artifacts"][0];
    assert_eq!(artifact["id"], output["file"]);
    assert_eq!(artifact["name"], "appointments.xlsx");
    assert!(in_download_folders(&office).is_empty());
    office.close().await;
}

#[tokio::test]
async fn a_count_gives_so_many_and_no_more() {
    let office = Office::open(portal(57), |_| {}).await;
    for (count, complete) in [(3, false), (21, false), (400, true)] {
        let answer = asked(&office, 0, json!({ "target_count": count }))
            .await
            .ok();
        let output = &answer["output"];
        let expected = numbers(&listed(&office, 0), count);
        assert_eq!(output["selected_count"], expected.len());
        assert_eq!(names(output), expected);
        assert_eq!(output["complete"], complete, "{count}");
    }
    office.close().await;
}

#[tokio::test]
async fn without_numbers_all_can_be_had_and_none_looked_for() {
    let office = Office::open(bare(43), |_| {}).await;
    let all = asked(&office, 0, json!({})).await.ok();
    assert_eq!(all["output"]["selected_count"], 43);
    assert_eq!(all["output"]["complete"], true);
    let some = asked(&office, 0, json!({ "target_count": 2 })).await.ok();
    assert_eq!(names(&some["output"]), names(&all["output"])[..2]);
    let one = asked(&office, 0, by_number("1")).await;
    assert_eq!(one.problem(), (502, "appointment-ids-not-shown"));
    office.close().await;
}

#[tokio::test]
async fn an_account_without_appointments_is_told_so_and_gets_no_file() {
    let office = Office::open(portal(0), |_| {}).await;
    let output = asked(&office, 0, json!({})).await.ok()["output"].take();
    assert_eq!(output["selected_count"], 0);
    assert_eq!(output["complete"], true);
    assert!(output["file"].is_null());
    office.close().await;
}

#[tokio::test]
async fn f25_a_loading_address_is_waited_for() {
    let mut config = portal(5);
    config.appointments.loading_ms = Some(7_000);
    let office = Office::open(config, |_| {}).await;
    let output = asked(&office, 0, json!({})).await.ok()["output"].take();
    assert_eq!(output["selected_count"], 5);
    office.close().await;
}

#[tokio::test]
async fn the_earlier_route_answers_in_its_own_fields() {
    let office = Office::open(portal(25), |_| {}).await;
    let account = office.account(0);
    let body = json!({
        "username": account.username, "password": account.password,
        "target_count": 4, "infinite_scrolling": true, "debug": true,
    });
    let answer = office.post("/get_appointments", body).await.ok();
    assert_eq!(answer["success"], true);
    assert_eq!(answer["selected_count"], 4);
    for (link, begins) in [
        ("file_url", b"PK\x03\x04"),
        ("debug_bundle_url", b"PK\x03\x04"),
    ] {
        let url = answer[link].as_str().unwrap();
        let file = office.client.get(url).send().await.unwrap();
        assert!(file.bytes().await.unwrap().starts_with(begins), "{link}");
    }
    let cleaned = office.post("/cleanup", json!({})).await.ok();
    assert_eq!(cleaned["success"], true);
    assert!(cleaned["current_storage_mb"].as_f64().unwrap() > 0.0);
    office.close().await;
}
