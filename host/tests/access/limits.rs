//! How much a token may do, and what is noted of it.

use std::time::Duration;

use gantry::config::schema::Tokens;
use gantry::model::caller::Scope;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::access::host::Host;

#[tokio::test(flavor = "multi_thread")]
async fn booking_needs_the_scope_book_whatever_route_leads_to_it() {
    let host = Host::open().await;
    let reader = host.token(&[Scope::Read, Scope::Operate], |_| {}).await;
    let booker = host.token(&[Scope::Book], |_| {}).await;
    let refused = host.run(&reader, "books", "office").await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (403, "scope-missing")
    );
    assert_eq!(refused.body["scope"], "book");
    let flat = json!({ "account": "office", "do": "c" });
    let refused = host.ask(Some(&reader), "post", "/books", Some(flat)).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (403, "scope-missing")
    );
    assert_eq!(host.kept().await.0, 0, "nothing was begun");
    assert_eq!(host.run(&booker, "books", "office").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_names_the_accounts_that_it_may_and_no_password_where_none_is_taken() {
    let host = Host::with(|config| {
        config.server.tokens = Tokens::Required;
        config.server.passwords = false;
    })
    .await;
    let only = |grant: &mut gantry::model::caller::Grant| {
        grant.accounts = Some(["office".to_owned()].into());
    };
    let token = host.token(&[Scope::Read], only).await;
    assert_eq!(host.run(&token, "answer", "office").await.status, 200);
    let refused = host.run(&token, "answer", "yard").await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (403, "account-not-allowed")
    );
    let body = json!({ "username": "yard", "password": "secret" });
    let refused = host
        .ask(Some(&token), "post", "/v1/sessions", Some(body))
        .await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (422, "passwords-not-taken")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_is_nobodys_at_once() {
    let host = Host::open().await;
    let token = host
        .token(&[Scope::Read], |grant| grant.name = "gone".to_owned())
        .await;
    assert_eq!(
        host.ask(Some(&token), "get", "/v1/runs", None).await.status,
        200
    );
    host.revoke("gone").await;
    let refused = host.ask(Some(&token), "get", "/v1/runs", None).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (401, "token-invalid")
    );
    // The right id with another's secret is no better.
    let other = host.token(&[Scope::Admin], |_| {}).await;
    let forged = format!("{}_{}", &token[..39], other.rsplit('_').next().unwrap());
    assert_eq!(
        host.ask(Some(&forged), "get", "/v1/runs", None)
            .await
            .status,
        401
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_asks_too_often_is_told_when_to_come_back() {
    let host = Host::open().await;
    let token = host.token(&[Scope::Read], |grant| grant.requests = 3).await;
    for left in [2, 1, 0] {
        let answer = host.ask(Some(&token), "get", "/v1/runs", None).await;
        assert_eq!(answer.status, 200);
        let policy = "\"requests\";q=3;w=60, \"runs\";q=8;qu=\"concurrent-requests\"";
        assert_eq!(answer.headers["ratelimit-policy"], policy);
        let limit = format!("\"requests\";r={left};t=0, \"runs\";r=8");
        assert_eq!(answer.headers["ratelimit"], limit);
    }
    let refused = host.ask(Some(&token), "get", "/v1/runs", None).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (429, "too-many-requests")
    );
    let wait: u64 = refused.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let told = refused.headers["ratelimit"].to_str().unwrap();
    let reset: u64 = told
        .split("t=")
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    // A third of a minute for one; whoever comes back when told finds it.
    assert!((1..=20).contains(&reset) && wait >= reset, "{told}, {wait}");
    let other = host.token(&[Scope::Read], |_| {}).await;
    assert_eq!(
        host.ask(Some(&other), "get", "/v1/runs", None).await.status,
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_has_as_many_runs_at_once_as_it_may() {
    let host = Host::open().await;
    let token = host.token(&[Scope::Book], |grant| grant.runs = 1).await;
    // It sleeps until it is cancelled.
    let body = json!({ "account": "office", "input": { "do": "s" } });
    let client = reqwest::Client::new();
    let begin = |key: &'static str| {
        client
            .post(format!("{}/v1/operations/books", host.url))
            .bearer_auth(&token)
            .header("idempotency-key", key)
            .header("prefer", "respond-async")
            .json(&body)
            .send()
    };
    let first = begin("first-of-two-runs").await.unwrap();
    assert_eq!(first.status(), 202);
    let limit = first.headers()["ratelimit"].to_str().unwrap();
    assert!(limit.ends_with("\"runs\";r=0"), "{limit}");
    let run: serde_json::Value = first.json().await.unwrap();
    let refused = host.run(&token, "answer", "yard").await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (429, "too-many-runs")
    );
    assert!(refused.headers.contains_key("retry-after"));
    let path = format!("/v1/runs/{}", run["run_id"].as_str().unwrap());
    let cancelled = host.ask(Some(&token), "delete", &path, None).await;
    assert_eq!(cancelled.status, 202, "{cancelled:?}");
    assert_eq!(host.run(&token, "answer", "yard").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_changed_something_or_tried_to_is_noted() {
    let host = Host::open().await;
    let named = |name: &'static str| {
        move |grant: &mut gantry::model::caller::Grant| grant.name = name.to_owned()
    };
    let reader = host.token(&[Scope::Read], named("reader")).await;
    let admin = host.token(&[Scope::Admin], named("admin")).await;
    let run = host.run(&reader, "answer", "office").await;
    host.ask(Some(&reader), "delete", "/v1/plugins/answer", None)
        .await;
    host.ask(Some(&reader), "get", "/v1/runs", None).await;
    host.ask(Some(&admin), "delete", "/v1/plugins/answer", None)
        .await;
    let told = host
        .ask(Some(&admin), "get", "/v1/audit?limit=2", None)
        .await;
    let deeds = told.body["deeds"].as_array().unwrap();
    let seen: Vec<_> = deeds
        .iter()
        .map(|deed| {
            (
                deed["caller"].as_str().unwrap(),
                deed["status"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(seen, [("admin", 204), ("reader", 403)], "newest first");
    assert_eq!(deeds[0]["action"], "DELETE /v1/plugins/{name}");
    assert_eq!(deeds[0]["target"], "/v1/plugins/answer");
    let before = format!("/v1/audit?before={}", deeds[1]["id"]);
    let told = host.ask(Some(&admin), "get", &before, None).await;
    let first = &told.body["deeds"][0];
    assert_eq!(first["action"], "POST /v1/operations/{name}");
    assert_eq!(first["run_id"], run.body["run_id"]);
    assert!(!told.body.to_string().contains(&admin) && !told.body.to_string().contains("secret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_are_too_large_or_do_not_come_end_the_connection() {
    let host = Host::open().await;
    let client = reqwest::Client::new();
    let large = client
        .get(format!("{}/livez", host.url))
        .header("x-large", "a".repeat(100_000));
    let answered = large.send().await.map(|answer| answer.status().as_u16());
    assert!(matches!(answered, Ok(431) | Err(_)), "{answered:?}");
    let address = host.url.trim_start_matches("http://");
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\n")
        .await
        .unwrap();
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(20), slow.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "it is not waited for for ever");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_loopback_no_token_is_needed_and_a_wrong_one_is_still_wrong() {
    let host = Host::with(|_| {}).await;
    assert_eq!(host.ask(None, "get", "/v1/audit", None).await.status, 200);
    assert_eq!(
        host.ask(Some("gantry_no"), "get", "/v1/runs", None)
            .await
            .status,
        401
    );
}
