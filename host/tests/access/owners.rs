//! What belongs to whom: another's sessions, runs, files and holds are not there, in exactly the words for what is not.

use gantry::model::caller::Scope;
use gantry::model::ids::RunId;
use serde_json::{Value, json};

use crate::host::Host;

const ALL_BUT_ADMIN: [Scope; 3] = [Scope::Read, Scope::Book, Scope::Operate];

/// Routes that name something of somebody's, by what they name.
const OF_SESSIONS: [(&str, &str); 12] = [
    ("get", "/v1/sessions/{id}"),
    ("get", "/v1/sessions/{id}/screen"),
    ("delete", "/v1/sessions/{id}"),
    ("post", "/v1/sessions/{id}/refresh"),
    ("post", "/v1/sessions/{id}/live"),
    ("delete", "/v1/sessions/{id}/live"),
    ("get", "/v1/sessions/{id}/live/events"),
    ("post", "/v1/sessions/{id}/live/gestures"),
    ("post", "/v1/sessions/{id}/live/dialog"),
    ("post", "/v1/sessions/{id}/live/done"),
    ("post", "/v1/sessions/{id}/live/restart"),
    ("delete", "/sessions/{id}"),
];
const OF_RUNS: [(&str, &str); 4] = [
    ("get", "/v1/runs/{id}"),
    ("get", "/v1/runs/{id}/events"),
    ("post", "/v1/runs/{id}/reconcile"),
    ("delete", "/v1/runs/{id}"),
];
const OF_FILES: [(&str, &str); 4] = [
    ("get", "/v1/artifacts/{id}"),
    ("get", "/v1/artifacts/{id}?format=csv"),
    ("get", "/files/{id}"),
    ("delete", "/v1/artifacts/{id}"),
];

fn body(method: &str, path: &str) -> Option<Value> {
    match (method, path) {
        ("post", path) if path.ends_with("/gestures") => {
            Some(json!({ "gestures": [{ "do": "key", "key": "Tab" }] }))
        }
        ("post", path) if path.ends_with("/dialog") => Some(json!({ "accept": true })),
        ("post", _) => Some(json!({})),
        _ => None,
    }
}

/// Asks for what is another's and for what is not there, and sees that nothing tells them apart.
async fn is_as_if_not_there(host: &Host, token: &str, (method, path): (&str, &str), id: &str) {
    let nothing = RunId::random().to_string();
    let body = body(method, path);
    let ask = |id: &str| host.ask(Some(token), method, &path.replace("{id}", id), body.clone());
    let (of_another, of_nobody) = (ask(id).await, ask(&nothing).await);
    assert_eq!(of_another.status, 404, "{method} {path}: {of_another:?}");
    let told = of_another.body.to_string().replace(id, "ID");
    assert_eq!(told, of_nobody.body.to_string().replace(&nothing, "ID"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_anothers_cannot_be_told_from_what_is_not_there() {
    let host = Host::open().await;
    let owner = host.token(&ALL_BUT_ADMIN, |_| {}).await;
    let other = host.token(&ALL_BUT_ADMIN, |_| {}).await;
    let admin = host.token(&[Scope::Admin], |_| {}).await;
    let answer = host.run(&owner, "answer", "office").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let id = |name: &str| answer.body[name].as_str().unwrap().to_owned();
    let (session, run) = (id("session_id"), id("run_id"));
    let file = answer.body["artifacts"][0]["id"].as_str().unwrap();
    for (routes, id) in [
        (&OF_SESSIONS[..], session.as_str()),
        (&OF_RUNS[..], &run),
        (&OF_FILES[..], file),
    ] {
        for route in routes {
            is_as_if_not_there(&host, &other, *route, id).await;
        }
        for token in [&owner, &admin] {
            let path = routes[0].1.replace("{id}", id);
            let shown = host.ask(Some(token), "get", &path, None).await;
            assert_eq!(shown.status, 200, "{path}: {shown:?}");
        }
    }
    for (path, list) in [("/v1/sessions", "sessions"), ("/v1/runs", "runs")] {
        for (token, seen) in [(&owner, 1), (&other, 0), (&admin, 1)] {
            let listed = host.ask(Some(token), "get", path, None).await;
            assert_eq!(listed.body[list].as_array().unwrap().len(), seen, "{path}");
        }
    }
    // A session that is another's cannot be used by its id either.
    let body = json!({ "session_id": session });
    let used = host
        .ask(Some(&other), "post", "/v1/operations/answer", Some(body))
        .await;
    assert_eq!(
        (used.status.as_u16(), used.code()),
        (404, "session-not-found"),
        "{used:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_use_the_same_account_shares_its_session_and_not_its_runs() {
    let host = Host::open().await;
    let first = host.token(&[Scope::Read], |_| {}).await;
    let second = host.token(&[Scope::Read], |_| {}).await;
    let one = host.run(&first, "answer", "office").await;
    let two = host.run(&second, "answer", "office").await;
    assert_eq!(one.body["session_id"], two.body["session_id"]);
    let path = format!("/v1/sessions/{}", one.body["session_id"].as_str().unwrap());
    assert_eq!(
        host.ask(Some(&second), "get", &path, None).await.status,
        200
    );
    let path = format!("/v1/runs/{}", one.body["run_id"].as_str().unwrap());
    assert_eq!(
        host.ask(Some(&second), "get", &path, None).await.status,
        404
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_callers_may_choose_the_same_key_and_get_an_answer_each() {
    let host = Host::open().await;
    let (first, second) = (
        host.token(&[Scope::Book], |_| {}).await,
        host.token(&[Scope::Book], |_| {}).await,
    );
    let client = reqwest::Client::new();
    let mut runs = Vec::new();
    for (token, account) in [(&first, "office"), (&second, "yard"), (&first, "office")] {
        let request = client
            .post(format!("{}/v1/operations/books", host.url))
            .bearer_auth(token)
            .header("idempotency-key", "the-same-key-for-both")
            .json(&json!({ "account": account, "input": { "do": "c" } }));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let body: Value = answer.json().await.unwrap();
        runs.push(body["run_id"].as_str().unwrap().to_owned());
    }
    assert_ne!(runs[0], runs[1], "they are different requests");
    assert_eq!(runs[0], runs[2], "and this is the first one again");
}
