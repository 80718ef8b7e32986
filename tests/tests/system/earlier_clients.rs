//! A client of the earlier system, unchanged: flat bodies, `success`, `session_id`, a spreadsheet as the answer.

use gantry_portal::{Account, PortalConfig};
use serde_json::{Value, json};

use crate::office::Office;

fn flat(account: &Account, more: &Value) -> Value {
    let mut body = json!({
        "username": account.username,
        "password": account.password,
        "captcha_api_key": "unused",
        "debug": false,
    });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn a_client_of_the_earlier_system_walks_through() {
    let office = Office::open(PortalConfig::quick(), |_| {}).await;
    let account = office.account(0);
    let health = office.get("/health").await.ok();
    assert_eq!(
        (&health["active_sessions"], &health["session_capacity"]),
        (&json!(0), &json!("0/10"))
    );

    let session = office
        .post("/get_session", flat(&account, &json!({})))
        .await
        .ok();
    assert_eq!(
        (&session["success"], &session["is_new"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(session["username"], account.username.as_str());
    assert_eq!(session["expires_at"], Value::Null);
    let id = session["session_id"].clone();

    let listed = office.get("/sessions").await.ok();
    assert_eq!(listed["active_sessions"], 1);
    assert_eq!(listed["sessions"][0]["session_id"], id);

    let asked = json!({ "session_id": id, "return_url": true });
    let answer = office.post("/get_containers", asked).await.ok();
    assert_eq!(answer["success"], true);
    assert_eq!(
        (&answer["session_id"], &answer["is_new_session"]),
        (&id, &json!(false))
    );
    assert_eq!(
        (&answer["total_containers"], &answer["complete"]),
        (&json!(430), &json!(true))
    );
    let url = answer["file_url"].as_str().unwrap();
    assert!(url.starts_with(&office.url), "an absolute link: {url}");
    let file = office.client.get(url).send().await.unwrap();
    assert_eq!(file.status().as_u16(), 200);
    let bytes = file.bytes().await.unwrap();
    assert_eq!(bytes.len() as u64, answer["file_size"].as_u64().unwrap());

    let path = format!("/sessions/{}", id.as_str().unwrap());
    assert_eq!(office.delete(&path).await.ok()["success"], true);
    let gone = office
        .post("/get_containers", json!({ "session_id": id }))
        .await;
    assert_eq!(
        (gone.status.as_u16(), &gone.body["success"]),
        (404, &json!(false))
    );
    office.close().await;
}

#[tokio::test]
async fn the_answer_is_the_spreadsheet_itself_unless_a_link_is_asked_for() {
    let office = Office::open(PortalConfig::quick(), |_| {}).await;
    let url = format!("{}/get_containers", office.url);
    let body = flat(&office.account(0), &json!({ "target_count": 3 }));
    let answer = office.client.post(url).json(&body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(
        answer.headers()["content-type"],
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    );
    assert_eq!(answer.headers()["gantry-complete"], "false");
    let bytes = answer.bytes().await.unwrap();
    let book: calamine::Xlsx<_> = calamine::Reader::new(std::io::Cursor::new(bytes)).unwrap();
    let mut book = book;
    let rows = calamine::Reader::worksheet_range(&mut book, "Containers").unwrap();
    assert_eq!(rows.height(), 1 + 3);
    office.close().await;
}

#[tokio::test]
async fn only_the_first_page_is_read_without_scrolling() {
    let office = Office::open(PortalConfig::quick(), |_| {}).await;
    let asked = json!({ "infinite_scrolling": false, "return_url": true });
    let answer = office
        .post("/get_containers", flat(&office.account(0), &asked))
        .await
        .ok();
    assert_eq!(answer["total_containers"], "first_page_only");
    assert_eq!(answer["count"], 40);
    assert_eq!(answer["complete"], false);
    office.close().await;
}
