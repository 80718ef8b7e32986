//! What belongs to whom. That no route shows another's is in the table of all routes.

use gantry::model::caller::Scope;
use serde_json::{Value, json};

use crate::access::host::Host;

#[tokio::test(flavor = "multi_thread")]
async fn lists_show_a_caller_its_own_and_an_admin_everything() {
    let host = Host::open().await;
    let all = [Scope::Read, Scope::Book, Scope::Operate];
    let (owner, other) = (
        host.token(&all, |_| {}).await,
        host.token(&all, |_| {}).await,
    );
    let admin = host.token(&[Scope::Admin], |_| {}).await;
    let answer = host.run(&owner, "answer", "office").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    for (path, list) in [("/v1/sessions", "sessions"), ("/v1/runs", "runs")] {
        for (token, seen) in [(&owner, 1), (&other, 0), (&admin, 1)] {
            let listed = host.ask(Some(token), "get", path, None).await;
            assert_eq!(listed.body[list].as_array().unwrap().len(), seen, "{path}");
        }
    }
    // A session that is another's cannot be used by its id either.
    let body = json!({ "session_id": answer.body["session_id"] });
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
