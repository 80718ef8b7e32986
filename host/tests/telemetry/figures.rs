//! Figures of a host that has served all kinds of requests.

use std::time::{Duration, Instant};

use gantry::model::caller::Scope;
use gantry::telemetry::metric::Kind;
use gantry::telemetry::table;
use serde_json::json;

use crate::access::host::Host;
use crate::prometheus::{problems, samples, value};

const PATIENCE: Duration = Duration::from_secs(30);

/// The figures, as somebody with this token reads them.
async fn figures(host: &Host, token: &str) -> String {
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .build()
        .unwrap();
    let request = client
        .get(format!("{}/metrics", host.url))
        .bearer_auth(token);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let kind = answer.headers()["content-type"].to_str().unwrap();
    assert_eq!(kind, "text/plain; version=0.0.4; charset=utf-8");
    answer.text().await.unwrap()
}

/// Books as another host's caller would, with a key of its own.
async fn books(host: &Host, token: &str, letter: &str, key: &str) -> u16 {
    let body = json!({ "account": "office", "input": { "do": letter } });
    let request = reqwest::Client::new()
        .post(format!("{}/v1/operations/books", host.url))
        .bearer_auth(token)
        .header("idempotency-key", key)
        .json(&body);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_after_runs_of_all_outcomes_are_what_prometheus_takes_and_what_happened() {
    let host = Host::open().await;
    let token = host.token(&[Scope::Admin], |_| {}).await;
    for _ in 0..2 {
        assert_eq!(host.run(&token, "answer", "office").await.status, 200);
    }
    assert_eq!(host.run(&token, "answer", "yard").await.status, 200);
    // Confirmed, and asked for again; another request with the same key; refused.
    let key = "key-0123456789-c";
    assert_eq!(books(&host, &token, "c", key).await, 200);
    assert_eq!(books(&host, &token, "c", key).await, 200);
    assert_eq!(books(&host, &token, "r", key).await, 422);
    let refused = books(&host, &token, "r", "key-0123456789-r").await;
    assert!(refused >= 400, "{refused}");
    host.ask(Some(&token), "get", "/nowhere/QXZU0175802", None)
        .await;
    host.ask(
        Some(&token),
        "get",
        "/v1/runs/00000000000000000000000000000000",
        None,
    )
    .await;

    let text = figures(&host, &token).await;
    assert_eq!(problems(&text), Vec::<String>::new(), "{text}");
    let is = |name: &str, labels: &[(&str, &str)], wanted: f64| {
        assert_eq!(value(&text, name, labels), Some(wanted), "{name}\n{text}");
    };
    let answered = [("op", "answer"), ("outcome", "succeeded")];
    is("portal_operations_total", &answered, 3.0);
    is("portal_operation_duration_seconds_count", &answered, 3.0);
    is(
        "portal_operation_queue_wait_seconds_count",
        &answered[..1],
        3.0,
    );
    let booked = [("op", "books"), ("outcome", "succeeded"), ("code", "ok")];
    is("portal_operations_total", &booked, 1.0);
    let refused = [("op", "books"), ("outcome", "failed"), ("code", "refused")];
    is("portal_operations_total", &refused, 1.0);
    // The third came with a key of the caller as well, though it only reads.
    is("idempotency_requests_total", &[("result", "replay")], 1.0);
    is("idempotency_requests_total", &[("result", "mismatch")], 1.0);
    is("idempotency_requests_total", &[("result", "new")], 2.0);
    // The account that was refused something is looked at before its next use.
    is("session_count", &[("state", "idle")], 1.0);
    is("session_count", &[("state", "suspect")], 1.0);
    is("session_pool_max", &[], 10.0);
    is("session_pending_requests", &[], 0.0);
    is("portal_writes_unknown", &[], 0.0);
    is("session_acquire_timeouts_total", &[], 0.0);
    is("lease_violations_total", &[], 0.0);
    is("account_auth_state", &[("state", "signed_in")], 1.0);
    is("auth_attempts_total", &[("result", "signed_in")], 2.0);
    is(
        "session_create_duration_seconds_count",
        &[("kind", "fresh")],
        2.0,
    );
    is(
        "session_use_duration_seconds_count",
        &[("kind", "operation")],
        5.0,
    );
    is(
        "session_wait_duration_seconds_count",
        &[("kind", "operation")],
        5.0,
    );
    is("plugin_files", &[("state", "served")], 4.0);
    let route = [("route", "/v1/operations/{name}"), ("status", "200")];
    is("http_server_request_duration_seconds_count", &route, 5.0);
    let unmatched = [("route", "unmatched"), ("status", "404"), ("method", "GET")];
    is(
        "http_server_request_duration_seconds_count",
        &unmatched,
        1.0,
    );
    assert!(value(&text, "session_age_seconds", &[("account", "yard")]).unwrap() >= 0.0);

    for secret in [
        "QXZU0175802",
        "secret",
        "user",
        &token,
        "00000000000000000000000000000000",
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    // Nothing is told that is not in the table, under no other label.
    for sample in samples(&text) {
        let of = |ending: &str| sample.name.strip_suffix(ending).unwrap_or(&sample.name);
        let names = [&*sample.name, of("_bucket"), of("_sum"), of("_count")];
        let metric = table::ALL
            .iter()
            .find(|metric| names.contains(&metric.name));
        let metric = metric.unwrap_or_else(|| panic!("{sample:?}"));
        let labels = sample.labels.keys().filter(|label| *label != "le");
        let mut told: Vec<&str> = labels.map(String::as_str).collect();
        let mut wanted = metric.labels.to_vec();
        wanted.sort_unstable();
        told.sort_unstable();
        assert_eq!(told, wanted, "{sample:?}");
        let is_bucket = sample.name.ends_with("_bucket");
        assert!(!is_bucket || metric.kind == Kind::Histogram);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_a_token_may_not_name_has_no_alias_in_its_figures() {
    let host = Host::open().await;
    let office = host
        .token(&[Scope::Read], |grant| {
            grant.accounts = Some(["office".to_owned()].into());
        })
        .await;
    let all = host.token(&[Scope::Read], |_| {}).await;
    for account in ["office", "yard"] {
        assert_eq!(host.run(&all, "answer", account).await.status, 200);
    }
    for (token, told, untold) in [(&all, "yard", "-"), (&office, "-", "yard")] {
        let text = figures(&host, token).await;
        let age = |account| value(&text, "session_age_seconds", &[("account", account)]);
        assert!(age("office").is_some());
        assert!(age(told).is_some(), "{text}");
        assert!(age(untold).is_none(), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn effects_that_nobody_knows_of_and_requests_that_are_turned_away_are_counted() {
    let host = Host::with(|config| {
        config.limits.reconcile_ms = vec![3_600_000];
    })
    .await;
    let token = host.token(&[Scope::Admin], |grant| grant.runs = 2).await;
    let unknown = books(&host, &token, "u", "key-0123456789-u").await;
    assert_eq!(unknown, 504);
    let text = figures(&host, &token).await;
    assert_eq!(
        value(&text, "portal_writes_unknown", &[]),
        Some(1.0),
        "{text}"
    );
    let ended = [("op", "books"), ("outcome", "unknown")];
    assert_eq!(value(&text, "portal_operations_total", &ended), Some(1.0));

    let few = host.token(&[Scope::Read], |grant| grant.requests = 1).await;
    for _ in 0..3 {
        host.ask(Some(&few), "get", "/v1/runs", None).await;
    }
    let text = figures(&host, &token).await;
    let refused = [("reason", "too-many-requests")];
    let refused = value(&text, "admission_rejections_total", &refused);
    assert!(refused.is_some_and(|refused| refused >= 1.0), "{text}");
    assert_eq!(problems(&text), Vec::<String>::new(), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_for_an_effect_and_keep_alives_are_counted_by_how_they_ended() {
    let host = Host::with(|config| config.limits.reconcile_ms = vec![1]).await;
    let token = host.token(&[Scope::Admin], |_| {}).await;
    // The page shows neither that it happened nor that it did not.
    let unknown = books(&host, &token, "u", "key-0123456789-u").await;
    assert_eq!(unknown, 504);
    let deadline = Instant::now() + PATIENCE;
    let searched = |text: &str| {
        let result = [("result", "unresolved")];
        value(text, "portal_reconciliations_total", &result)
    };
    while searched(&figures(&host, &token).await) != Some(1.0) {
        assert!(
            Instant::now() < deadline,
            "{}",
            figures(&host, &token).await
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let listed = host.ask(Some(&token), "get", "/v1/sessions", None).await;
    let session = listed.body["sessions"][0]["session_id"].as_str().unwrap();
    let refresh = format!("/v1/sessions/{session}/refresh");
    let refreshed = host.ask(Some(&token), "post", &refresh, None).await;
    assert_eq!(refreshed.status, 200, "{refreshed:?}");
    let text = figures(&host, &token).await;
    let is =
        |name, labels: &[_]| assert_eq!(value(&text, name, labels), Some(1.0), "{name}: {text}");
    // The session plugin finds it signed out, and signs in again.
    is("keepalive_total", &[("result", "expired")]);
    is("keepalive_duration_seconds_count", &[("result", "expired")]);
    is("portal_writes_unknown", &[]);
}
