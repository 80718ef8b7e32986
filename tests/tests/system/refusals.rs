//! Bad input: the right status and a reason, before any browser is started. One test each.

use gantry_portal::PortalConfig;
use serde_json::{Value, json};

use crate::office::{Answer, Office, by};

const LIST: &str = "/v1/operations/get-containers";

/// Sends one request to an office where nothing has happened yet, and sees that nothing happened since.
async fn refused(send: impl AsyncFnOnce(&Office) -> Answer) -> Answer {
    let office = Office::quick().await;
    let answer = send(&office).await;
    assert_eq!(office.get("/v1/sessions").await.body["sessions"], json!([]));
    assert_eq!(
        std::fs::read_dir(office.folder.path().join("data/browsers"))
            .unwrap()
            .count(),
        0
    );
    assert_eq!(office.portal.requests(), []);
    office.close().await;
    answer
}

/// The same for the earlier system's routes: its body, and its statuses.
async fn refused_as_before(path: &'static str, body: &'static str) -> (u16, Value) {
    let answer = refused(async |office| office.post_text(path, body).await).await;
    assert_eq!(answer.body["success"], false, "{:#}", answer.body);
    assert!(answer.body["error"].is_string());
    (answer.status.as_u16(), answer.body["code"].clone())
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let answer = refused(async |office| office.post_text(LIST, "{").await).await;
    assert_eq!(answer.problem(), (400, "not-json"));
}

#[tokio::test]
async fn a_field_of_the_wrong_type_is_refused_with_its_place() {
    let answer = refused(async |office| {
        let input = json!({ "target_count": "many" });
        office
            .run("get-containers", &office.account(0), input)
            .await
    })
    .await;
    assert_eq!(answer.problem(), (422, "invalid-input"));
    assert_eq!(answer.body["problems"][0]["pointer"], "/target_count");
}

#[tokio::test]
async fn an_unknown_field_of_the_input_is_refused_with_its_name() {
    let answer = refused(async |office| {
        let input = json!({ "target_cuont": 3 });
        office
            .run("get-containers", &office.account(0), input)
            .await
    })
    .await;
    assert_eq!(answer.problem(), (422, "invalid-input"));
    assert!(
        answer.body["problems"].to_string().contains("target_cuont"),
        "{:#}",
        answer.body
    );
}

#[tokio::test]
async fn an_unknown_field_of_the_body_is_refused_with_its_name() {
    let answer = refused(async |office| office.post(LIST, json!({ "user": "a" })).await).await;
    assert_eq!(answer.problem(), (422, "invalid-body"));
    assert!(answer.body["detail"].as_str().unwrap().contains("user"));
}

#[tokio::test]
async fn a_list_sent_for_a_text_is_refused() {
    let body = json!({ "username": ["a"], "password": "b" });
    let answer = refused(async |office| office.post(LIST, body.clone()).await).await;
    assert_eq!(answer.problem(), (422, "invalid-body"));
}

#[tokio::test]
async fn an_unknown_operation_is_not_found() {
    let answer =
        refused(async |office| office.run("get-rich", &office.account(0), json!({})).await).await;
    assert_eq!(answer.problem(), (404, "operation-not-found"));
}

#[tokio::test]
async fn an_unknown_session_is_not_found_even_with_credentials() {
    let answer = refused(async |office| {
        let mut body = by(&office.account(0), &json!({}));
        body["session_id"] = json!("0123456789abcdef0123456789abcdef");
        office.post(LIST, body).await
    })
    .await;
    assert_eq!(answer.problem(), (404, "session-not-found"));
}

#[tokio::test]
async fn text_that_is_no_session_id_is_not_found() {
    let answer = refused(async |office| office.get("/v1/sessions/session_1").await).await;
    assert_eq!(answer.problem(), (404, "session-not-found"));
}

#[tokio::test]
async fn a_request_for_nobody_is_refused() {
    let answer = refused(async |office| office.post(LIST, json!({})).await).await;
    assert_eq!(answer.problem(), (422, "who-missing"));
}

#[tokio::test]
async fn a_user_name_without_a_password_is_refused() {
    let body = json!({ "username": "dispatcher1" });
    let answer = refused(async |office| office.post(LIST, body.clone()).await).await;
    assert_eq!(answer.problem(), (422, "credentials-incomplete"));
}

#[tokio::test]
async fn an_account_that_is_not_configured_is_not_found() {
    let body = json!({ "account": "main" });
    let answer = refused(async |office| office.post(LIST, body.clone()).await).await;
    assert_eq!(answer.problem(), (404, "account-not-found"));
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let answer = refused(async |office| office.post_text(LIST, &"[".repeat(2 << 20)).await).await;
    assert_eq!(answer.problem().0, 413);
}

#[tokio::test]
async fn a_body_that_is_not_declared_as_json_is_refused_so_that_no_web_page_can_send_one() {
    let answer = refused(async |office| {
        let url = format!("{}{LIST}", office.url);
        let body = by(&office.account(0), &json!({})).to_string();
        let request = office.client.post(url).header("content-type", "text/plain");
        Answer::of(request.body(body).send().await.unwrap()).await
    })
    .await;
    assert_eq!(answer.problem(), (415, "not-json-type"));
}

#[tokio::test]
async fn a_name_that_was_pointed_at_the_host_is_not_served() {
    let answer = refused(async |office| {
        let url = format!("{}/v1/sessions", office.url);
        let request = office.client.get(url).header("host", "rebound.test:5010");
        Answer::of(request.send().await.unwrap()).await
    })
    .await;
    assert_eq!(answer.problem(), (421, "host-not-served"));
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_refused() {
    let answer = refused(async |office| {
        office
            .delete("/v1/sessions/0123456789abcdef0123456789abcdef?force=maybe")
            .await
    })
    .await;
    assert_eq!(answer.problem(), (422, "invalid-query"));
}

#[tokio::test]
async fn a_path_that_is_no_route_is_not_found() {
    let answer = refused(async |office| office.get("/v2/sessions").await).await;
    assert_eq!(answer.problem(), (404, "route-not-found"));
}

#[tokio::test]
async fn an_artifact_path_leads_to_artifacts_only() {
    for path in [
        "/files/..%2f..%2fetc%2fpasswd",
        "/v1/artifacts/lock",
        "/files/lock",
    ] {
        let answer = refused(async |office| office.get(path).await).await;
        assert_eq!(answer.problem(), (404, "artifact-not-found"), "{path}");
    }
}

#[tokio::test]
async fn credentials_and_another_users_session_are_a_conflict_and_nobodys_browser_moves() {
    let office = Office::quick().await;
    let first = office.post("/v1/sessions", json_of(&office, 0)).await.ok();
    let asked = office.portal.requests().len();
    let mut body = by(&office.account(1), &json!({}));
    body["session_id"] = first["session_id"].clone();
    let answer = office.post(LIST, body).await;
    assert_eq!(answer.problem(), (409, "session-of-other-account"));
    assert_eq!(office.portal.requests().len(), asked);
    assert_eq!(
        office.get("/v1/sessions").await.body["sessions"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    office.close().await;
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_for_all_who_wait_and_leaves_no_session() {
    let office = Office::quick().await;
    let body = json!({ "username": "dispatcher1", "password": "wrong" });
    let answers = futures::future::join_all((0..4).map(|_| office.post(LIST, body.clone()))).await;
    for answer in answers {
        assert_eq!(answer.problem(), (422, "credentials-invalid"));
    }
    assert_eq!(office.portal.attempts().len(), 1);
    let gone = async || office.get("/v1/sessions").await.body["sessions"] == json!([]);
    crate::office::until_async("the refused session is gone", gone).await;
    office.close().await;
}

#[tokio::test]
async fn a_challenge_for_a_person_is_told_and_asked_for_once() {
    let portal = PortalConfig {
        challenge: gantry_portal::Challenge::Operator,
        ..PortalConfig::quick()
    };
    let office = Office::open(portal, |_| {}).await;
    let body = by(&office.account(0), &json!({}));
    let first = office.post(LIST, body.clone()).await;
    assert_eq!(
        first.problem(),
        (409, "operator-needed"),
        "{:#}",
        first.body
    );
    let session = first.body["session_id"].as_str().unwrap();
    let shown = office.get(&format!("/v1/sessions/{session}")).await.ok();
    // It is looked at every two seconds, and leased for that moment.
    let state = shown["state"].as_str().unwrap();
    assert!(["awaiting-operator", "leased"].contains(&state), "{state}");
    assert!(
        shown["operator_reason"]
            .as_str()
            .is_some_and(|reason| !reason.is_empty())
    );
    assert_eq!(
        office.post(LIST, body).await.problem(),
        (409, "operator-needed")
    );
    assert_eq!(office.portal.attempts(), []);
    office.close().await;
}

#[tokio::test]
async fn earlier_routes_refuse_what_is_not_json_with_400() {
    assert_eq!(
        refused_as_before("/get_containers", "not json").await,
        (400, json!("not-json"))
    );
}

#[tokio::test]
async fn earlier_routes_refuse_null_and_lists_with_400() {
    assert_eq!(
        refused_as_before("/get_containers", "null").await,
        (400, json!("invalid-body"))
    );
    assert_eq!(
        refused_as_before("/get_session", "[]").await,
        (400, json!("invalid-body"))
    );
}

#[tokio::test]
async fn earlier_routes_refuse_wrong_types_and_unknown_fields_with_400() {
    let wrong = r#"{"username": "a", "password": "b", "target_count": "x"}"#;
    assert_eq!(
        refused_as_before("/get_containers", wrong).await,
        (400, json!("invalid-body"))
    );
    let unknown = r#"{"username": "a", "password": "b", "targt": 1}"#;
    assert_eq!(
        refused_as_before("/get_containers", unknown).await,
        (400, json!("invalid-body"))
    );
}

#[tokio::test]
async fn earlier_routes_want_a_session_or_credentials() {
    assert_eq!(
        refused_as_before("/get_session", "{}").await,
        (400, json!("who-missing"))
    );
}

#[tokio::test]
async fn earlier_routes_tell_a_session_that_is_gone_from_bad_input() {
    let gone = r#"{"session_id": "session_1759000000_42"}"#;
    assert_eq!(
        refused_as_before("/get_containers", gone).await,
        (404, json!("session-not-found"))
    );
}

#[tokio::test]
async fn earlier_routes_answer_a_wrong_password_with_401() {
    let office = Office::quick().await;
    let body = json!({ "username": "dispatcher1", "password": "wrong", "captcha_api_key": "x" });
    let answer = office.post("/get_session", body).await;
    assert_eq!(answer.status.as_u16(), 401);
    assert_eq!(answer.body["details"], "invalid_credentials");
    office.close().await;
}

fn json_of(office: &Office, index: usize) -> Value {
    let account = office.account(index);
    json!({ "username": account.username, "password": account.password })
}
