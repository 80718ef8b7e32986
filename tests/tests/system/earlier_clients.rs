//! A client of the earlier system, unchanged: flat bodies, `success`, `session_id`, a spreadsheet as the answer.

use gantry_portal::{Account, PortalConfig};
use serde_json::{Value, json};

use crate::office::Office;
use crate::wizard::desk::Desk;

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
        (&json!(PortalConfig::QUICK_CONTAINERS), &json!(true))
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

/// A client of the earlier system at a desk, with its session.
struct Earlier {
    desk: Desk,
    id: Value,
}

impl Earlier {
    async fn open() -> Self {
        let desk = Desk::quick().await;
        let body = flat(&desk.account, &json!({}));
        let session = desk.office.post("/get_session", body).await.ok();
        let id = session["session_id"].clone();
        Self { desk, id }
    }

    /// A call that has to succeed, on the session that is there.
    async fn call(&self, path: &str, mut body: Value) -> Value {
        body["session_id"] = self.id.clone();
        let answer = self.desk.office.post(path, body).await.ok();
        assert_eq!(
            (&answer["success"], &answer["session_id"]),
            (&json!(true), &self.id),
            "{path}"
        );
        assert_eq!(answer["is_new_session"], false, "{path}");
        answer
    }
}

/// What only reads.
async fn reads(earlier: &Earlier) {
    let import = &earlier.desk.imports()[0];
    let timeline = earlier
        .call(
            "/get_container_timeline",
            json!({ "container": import.number }),
        )
        .await;
    assert_eq!(timeline["container_id"], json!(import.number));
    assert_eq!(
        timeline["milestone_count"],
        timeline["timeline"].as_array().unwrap().len()
    );
    assert!(timeline["timeline"][0]["milestone"].is_string());
    assert!(timeline["passed_pregate"].is_boolean());
    let containers = earlier.desk.office.portal.containers();
    let has_booking = |row: &&gantry_portal::Container| {
        row.detail
            .as_ref()
            .is_some_and(|detail| detail.booking.is_some())
    };
    let export = containers.iter().find(has_booking).unwrap();
    let asked = json!({ "container_id": export.number, "debug": false });
    let booking = earlier.call("/get_booking_number", asked).await;
    assert_eq!(
        booking["booking_number"],
        json!(export.detail.as_ref().unwrap().booking)
    );
    let asked =
        json!({ "import_containers": [import.number], "export_containers": [export.number] });
    let bulk = earlier.call("/get_info_bulk", asked).await;
    assert_eq!(bulk["results"]["summary"]["import_success"], 1);
    assert_eq!(
        bulk["results"]["import_results"][0]["timeline"],
        timeline["timeline"]
    );
    assert_eq!(
        bulk["results"]["export_results"][0]["booking_number"],
        booking["booking_number"]
    );
    let appointments = earlier
        .call(
            "/get_appointments",
            json!({ "target_count": 2, "infinite_scrolling": false }),
        )
        .await;
    assert_eq!(appointments["selected_count"], 2);
    let file = earlier
        .desk
        .office
        .client
        .get(appointments["file_url"].as_str().unwrap())
        .send()
        .await;
    assert_eq!(file.unwrap().status().as_u16(), 200);
}

/// A check, which goes on with what it lacked, and a booking.
async fn books(earlier: &Earlier) {
    let Earlier { desk, id } = earlier;
    let office = &desk.office;
    // A check that lacks its plate is an appointment session, and goes on with the plate alone.
    let terminal = desk.plain_terminal();
    let mut visit = desk.import(&terminal);
    visit["container_number"] = json!("shown on pictures");
    let plate = visit
        .as_object_mut()
        .unwrap()
        .remove("truck_plate")
        .unwrap();
    visit["session_id"] = id.clone();
    let lacking = office.post("/check_appointments", visit.clone()).await;
    assert_eq!(lacking.status.as_u16(), 400, "{:#}", lacking.body);
    assert_eq!(
        (&lacking.body["success"], &lacking.body["current_phase"]),
        (&json!(false), &json!(2))
    );
    let more = json!({
        "appointment_session_id": lacking.body["appointment_session_id"], "truck_plate": plate,
    });
    let check = earlier.call("/check_appointments", more.clone()).await;
    let times = desk.times(&terminal, gantry_portal::MoveType::PickFull);
    assert_eq!(
        (&check["available_times"], &check["count"]),
        (&json!(times), &json!(times.len()))
    );
    assert_eq!(check["phase_data"]["truck_plate"], plate);
    let gone = office
        .post("/check_appointments", flat(&desk.account, &more))
        .await;
    assert_eq!(
        (gone.status.as_u16(), &gone.body["code"]),
        (404, &json!("hold-not-found"))
    );

    visit["truck_plate"] = plate;
    visit["appointment_time"] = json!(times[1]);
    visit.as_object_mut().unwrap().remove("container_type");
    let made = earlier.call("/make_appointment", visit).await;
    assert_eq!(made["appointment_confirmed"], true);
    assert_eq!(made["appointment_details"]["slot"], json!(times[1]));
    let ledger = office.portal.bookings();
    assert_eq!(ledger.len(), 1);
    assert_eq!(made["confirmation"]["number"], json!(ledger[0].number));
}

#[tokio::test]
async fn a_client_of_the_earlier_system_walks_from_a_timeline_to_a_booking() {
    let earlier = Earlier::open().await;
    reads(&earlier).await;
    books(&earlier).await;
    let office = earlier.desk.office;
    let cleaned = office.post("/cleanup", json!({})).await.ok();
    assert!(cleaned["current_storage_mb"].is_number());
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
