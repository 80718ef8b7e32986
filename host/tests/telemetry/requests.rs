//! `Request-Id`: in and out, in problems, and in the audit log.

use gantry::model::caller::Scope;
use reqwest::{Client, Response};
use serde_json::Value;

use crate::access::host::Host;

async fn asks(host: &Host, token: &str, path: &str, id: Option<&str>) -> Response {
    let request = Client::new()
        .delete(format!("{}{path}", host.url))
        .bearer_auth(token);
    let request = match id {
        Some(id) => request.header("request-id", id),
        None => request,
    };
    request.send().await.unwrap()
}

fn id(answer: &Response) -> String {
    answer.headers()["request-id"].to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_keeps_the_id_it_came_with_in_the_answer_the_problem_and_the_audit_log() {
    let host = Host::open().await;
    let token = host.token(&[Scope::Admin], |_| {}).await;
    let given = "office-7/2026:a";
    let answer = asks(&host, &token, "/v1/plugins/nothing", Some(given)).await;
    assert_eq!(answer.status().as_u16(), 404);
    assert_eq!(id(&answer), given);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["request_id"], given);
    assert_eq!(problem["code"], "plugin-not-found");
    let audit = host.ask(Some(&token), "get", "/v1/audit", None).await;
    assert_eq!(audit.body["deeds"][0]["request_id"], given, "{audit:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_an_id_or_with_one_that_is_no_id_gets_one_of_its_own() {
    let host = Host::open().await;
    let token = host.token(&[Scope::Admin], |_| {}).await;
    let long = "a".repeat(129);
    let mut seen = Vec::new();
    for given in [None, None, Some(""), Some("two words"), Some(&*long)] {
        let answer = asks(&host, &token, "/nowhere", given).await;
        let told = id(&answer);
        assert_eq!(told.len(), 32, "{given:?}");
        assert!(!seen.contains(&told), "{told}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["request_id"], Value::from(told.clone()));
        seen.push(told);
    }
    let whole = "a".repeat(128);
    let answer = asks(&host, &token, "/nowhere", Some(&whole)).await;
    assert_eq!(id(&answer), whole);
    // Also those that are let in nowhere, and answers that are no problems.
    let stranger = asks(&host, "nobody", "/v1/plugins/x", Some("mine")).await;
    assert_eq!(
        (stranger.status().as_u16(), id(&stranger)),
        (401, "mine".to_owned())
    );
    let live = Client::new().get(format!("{}/livez", host.url)).send();
    assert_eq!(id(&live.await.unwrap()).len(), 32);
}
