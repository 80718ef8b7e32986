//! What comes of a live view, and of what is done in it.

use std::time::Instant;

use gantry_portal::PortalConfig;
use serde_json::json;

use crate::office::until_async;

use crate::operator::person::{Person, right_choice};
use crate::operator::waiting::{LIST, PATIENCE, Waiting, asks_for_a_person, request};

#[tokio::test]
async fn a_person_completes_a_sign_in_in_the_live_page_and_the_request_that_waited_is_answered() {
    let waiting = Waiting::over(asks_for_a_person()).await;
    // Told once where to look, the caller asks again and says that it waits for the person.
    let patient = waiting.patient_request();
    let portal = &waiting.office.portal;
    let shown = waiting.shown().await;
    assert_eq!(shown["live_url"], waiting.live.as_str());
    let choice = right_choice(portal);
    let mut person = Person::with_browser(&waiting.office).await;
    let (choice_at, login_at) = person.knows_the_form(portal, choice).await;

    person.opens(&waiting.live).await;
    assert_eq!(waiting.state().await, "leased");
    let asked = person.says("document.getElementById('reason').textContent");
    assert_eq!(asked.await, shown["operator_reason"]);
    person.answers(portal, choice_at).await;
    person.sees_the_picture_at_rest().await;
    let clicked = Instant::now();
    person.clicks_in_the_picture(login_at).await;
    assert_eq!(person.sees_the_end().await, "signed-in");
    println!("signed in and noticed in {:?}", clicked.elapsed());
    let answer = tokio::time::timeout(PATIENCE, patient)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(answer["session_id"], waiting.session.as_str());
    assert_eq!(
        answer["output"]["complete"], false,
        "as much as was asked for"
    );
    assert_eq!(waiting.state().await, "idle");
    waiting.goes_on().await;
    person.goes().await;
    waiting.office.close().await;
}

#[tokio::test]
async fn a_dialog_of_the_portal_is_answered_in_the_live_page() {
    let waiting = Waiting::over(PortalConfig {
        alert_on_submit: Some("Scheduled maintenance tonight".to_owned()),
        ..asks_for_a_person()
    })
    .await;
    let portal = &waiting.office.portal;
    let choice = right_choice(portal);
    let mut person = Person::with_browser(&waiting.office).await;
    let (choice_at, login_at) = person.knows_the_form(portal, choice).await;

    person.opens(&waiting.live).await;
    person.answers(portal, choice_at).await;
    person.sees_the_picture_at_rest().await;
    person.clicks_in_the_picture(login_at).await;
    person.sees("#dialog").await;
    let text = person.says("document.getElementById('dialog-text').textContent");
    assert_eq!(text.await, "Scheduled maintenance tonight");
    person.clicks("#dialog-yes").await;
    assert_eq!(person.sees_the_end().await, "signed-in");
    waiting.goes_on().await;
    person.goes().await;
    waiting.office.close().await;
}

#[tokio::test]
async fn a_person_who_gives_up_leaves_the_session_waiting_and_can_start_over() {
    let waiting = Waiting::over(asks_for_a_person()).await;
    let mut person = Person::with_browser(&waiting.office).await;
    person.opens(&waiting.live).await;
    person.clicks("#restart").await;
    // A fresh form has a challenge of its own.
    let fresh = async || waiting.office.portal.challenges().len() == 2;
    until_async("a fresh form", fresh).await;
    // Perhaps in the middle of the start: whatever is cut, a person is still needed.
    person.clicks("#leave").await;
    assert_eq!(person.sees_the_end().await, "given-up");
    // It is looked at every two seconds, and leased for that moment.
    let awaits = async || waiting.state().await == "awaiting-operator";
    until_async("it awaits a person", awaits).await;
    let refused = waiting.office.post(LIST, request(&waiting.office)).await;
    assert_eq!(refused.problem(), (409, "operator-needed"));
    person.clicks("#again").await;
    person.sees("#picture").await;
    assert_eq!(waiting.state().await, "leased");
    assert_eq!(waiting.office.portal.attempts(), []);
    person.goes().await;
    waiting.office.close().await;
}

#[tokio::test]
async fn closing_the_session_by_force_ends_its_live_view() {
    let waiting = Waiting::over(asks_for_a_person()).await;
    let (office, live) = (&waiting.office, &waiting.live);
    assert_eq!(
        office.get(&format!("{live}/events")).await.problem(),
        (409, "live-not-open")
    );
    let opened = office.post(live, json!({})).await.ok();
    assert_eq!(opened["session_id"], waiting.session.as_str());
    let mut events = waiting.events().await;
    let frame = events.until("frame").await;
    assert_eq!(frame["width"], 1600);
    let path = format!("/v1/sessions/{}?force=true", waiting.session);
    assert_eq!(office.delete(&path).await.status.as_u16(), 204);
    assert_eq!(
        events.until("ended").await,
        json!({ "why": "session-closed" })
    );
    assert_eq!(events.next().await, None);
    waiting.office.close().await;
}

#[tokio::test]
async fn a_host_that_stops_ends_live_views_and_does_not_wait_for_their_people() {
    let waiting = Waiting::over(asks_for_a_person()).await;
    waiting.office.post(&waiting.live, json!({})).await.ok();
    let mut events = waiting.events().await;
    let began = Instant::now();
    let ended = async { events.until("ended").await };
    let (ended, ()) = tokio::join!(ended, waiting.office.close());
    assert_eq!(ended, json!({ "why": "host-stopping" }));
    assert!(began.elapsed() < PATIENCE);
}

#[tokio::test]
async fn what_the_live_routes_cannot_use_is_refused_with_a_reason() {
    let waiting = Waiting::over(asks_for_a_person()).await;
    let (office, live) = (&waiting.office, &waiting.live);
    let page = office.client.get(format!("{}{live}", office.url));
    let page = page.send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    let awaits = async || waiting.state().await == "awaiting-operator";
    until_async("the page opens nothing", awaits).await;

    let text = office.post_text(live, "{\"now\": true}").await;
    assert_eq!(text.problem(), (422, "invalid-body"));
    let undeclared = office.client.post(format!("{}{live}", office.url));
    assert_eq!(undeclared.send().await.unwrap().status().as_u16(), 415);
    let unknown = format!("/v1/sessions/{}/live", "0".repeat(32));
    let unknown = office.post(&unknown, json!({})).await;
    assert_eq!(unknown.problem(), (404, "session-not-found"));
    assert_eq!(waiting.tell("dialog", json!({ "accept": true })).await, 409);

    office.post(live, json!({})).await.ok();
    // A second viewer joins.
    office.post(live, json!({})).await.ok();
    let secret = json!({ "gestures": [{ "do": "text", "text": "hunter2", "loud": true }] });
    let refused = office.post(&format!("{live}/gestures"), secret).await;
    assert_eq!(refused.problem(), (422, "invalid-body"));
    assert!(!refused.body.to_string().contains("hunter2"));
    let many = json!({ "gestures": vec![json!({ "do": "move", "x": 1, "y": 1 }); 65] });
    assert_eq!(waiting.tell("gestures", many).await, 422);
    let far = json!({ "gestures": [{ "do": "click", "x": 99999, "y": 1 }] });
    assert_eq!(waiting.tell("gestures", far).await, 202);
    let mut events = waiting.events().await;
    let notice = events.until("notice").await;
    assert!(notice["text"].as_str().unwrap().contains("outside"));
    assert_eq!(office.delete(live).await.status.as_u16(), 204);
    let again = office.delete(live).await;
    assert_eq!(again.problem(), (409, "live-not-open"));
    waiting.office.close().await;
}
