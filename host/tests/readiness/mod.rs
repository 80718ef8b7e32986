//! When a host says that it can take work, and when that it cannot: over HTTP, with real pool, store and registry, and
//! browsers in memory.

mod host;

use std::time::Duration;

use gantry::browser::launch::LaunchError;
use gantry::http::starting::Starting;
use sqlx::{Connection as _, Executor as _, SqliteConnection};

use crate::guests::Guest;
use crate::readiness::host::{Host, Told};

/// What a probe waits, as a rule.
const PROBE: Duration = Duration::from_secs(1);

fn broken() -> LaunchError {
    LaunchError::Driver("it fell over /in/some/folder".to_owned())
}

#[track_caller]
fn assert_not_ready(told: &Told, code: &str, bad: &[&str]) {
    assert_eq!(told.status, 503, "{:#}", told.body);
    assert_eq!(told.kind, "application/problem+json");
    assert_eq!(told.body["code"], code, "{:#}", told.body);
    assert_eq!(told.bad(), bad, "{:#}", told.body);
    let detail = told.body["detail"].as_str().unwrap();
    assert!(bad.iter().all(|name| detail.contains(name)), "{detail}");
    // Whoever asks is a stranger.
    assert!(!told.body.to_string().contains("/in/some/folder"));
}

#[tokio::test]
async fn a_host_in_order_is_ready_and_says_how_each_part_stands() {
    let host = Host::open().await;
    let told = host.readyz().await;
    assert_eq!(told.status, 200, "{:#}", told.body);
    assert_eq!(told.body["status"], "ready");
    let checks: Vec<&String> = told.body["checks"].as_object().unwrap().keys().collect();
    assert_eq!(
        checks,
        ["browser", "draining", "plugins", "starting", "store"]
    );
    assert!(told.bad().is_empty());
    assert!(
        host.dispatch.sessions().await.is_empty(),
        "no browser was started"
    );
}

#[tokio::test]
async fn a_host_that_stops_is_not_ready() {
    let host = Host::open().await;
    host.dispatch.stop(Duration::from_secs(1)).await;
    assert_not_ready(&host.readyz().await, "draining", &["draining"]);
}

#[tokio::test]
async fn a_host_without_a_browser_is_not_ready_until_there_is_one() {
    let host = Host::open().await;
    host.browsers(Some(LaunchError::ProgramMissing {
        program: "Chromium",
        key: "chromium",
    }));
    let told = host.readyz().await;
    assert_not_ready(&told, "not-ready", &["browser"]);
    let detail = told.body["checks"]["browser"]["detail"].as_str().unwrap();
    assert!(detail.contains("Chromium was not found"), "{detail}");
    host.browsers(None);
    assert_eq!(host.readyz().await.status, 200);
}

#[tokio::test]
async fn a_host_whose_last_browser_did_not_start_is_not_ready_until_one_does() {
    let host = Host::open().await;
    host.browsers(Some(broken()));
    host.sign_in("a").await.unwrap_err();
    assert_not_ready(&host.readyz().await, "not-ready", &["browser"]);
    host.browsers(None);
    host.sign_in("a").await.unwrap();
    assert_eq!(host.readyz().await.status, 200);
}

#[tokio::test]
async fn a_host_that_starts_no_browsers_any_more_is_not_ready_until_it_tries_again() {
    let host = Host::open().await;
    host.browsers(Some(broken()));
    for user in ["a", "b", "c", "d", "e"] {
        host.sign_in(user).await.unwrap_err();
    }
    let told = host.readyz().await;
    assert_not_ready(&told, "not-ready", &["browser"]);
    let detail = told.body["checks"]["browser"]["detail"].as_str().unwrap();
    assert!(detail.starts_with("several browsers"), "{detail}");
    // Nobody wants a browser meanwhile, so nothing could show that they start again: old failures do not count.
    host.clock.by(Duration::from_secs(61));
    assert_eq!(host.readyz().await.status, 200);
}

#[tokio::test]
async fn a_host_with_an_empty_plugin_folder_is_not_ready() {
    let host = Host::with(|host| host).await;
    assert_not_ready(&host.readyz().await, "not-ready", &["plugins"]);
}

#[tokio::test]
async fn a_host_that_cannot_sign_in_is_not_ready_until_the_session_plugin_is_there() {
    let host =
        Host::with(|host| host.with_plugin("answer.wasm", Guest::operation("answer").build()))
            .await;
    let told = host.readyz().await;
    assert_not_ready(&told, "not-ready", &["plugins"]);
    assert!(
        told.body["detail"]
            .as_str()
            .unwrap()
            .contains("session.wasm")
    );
    host.put("session.wasm", Guest::session("session").build());
    host.is_ready_again().await;
}

#[tokio::test]
async fn a_host_that_has_no_operation_is_not_ready() {
    let host =
        Host::with(|host| host.with_plugin("session.wasm", Guest::session("session").build()))
            .await;
    assert_not_ready(&host.readyz().await, "not-ready", &["plugins"]);
}

#[tokio::test]
async fn a_configured_plugin_that_does_not_load_counts_and_another_file_is_only_told() {
    let with_broken = |configured: bool| {
        Host::with(move |mut host| {
            if configured {
                let settings = &mut host.config.plugins.settings;
                settings.entry("books".to_owned()).or_default();
            }
            host.with_plugin("session.wasm", Guest::session("session").build())
                .with_plugin("answer.wasm", Guest::operation("answer").build())
                .with_plugin("books.wasm", b"no component".to_vec())
        })
    };
    let host = with_broken(true).await;
    assert_not_ready(&host.readyz().await, "not-ready", &["plugins"]);
    host.put("books.wasm", Guest::operation("books").build());
    host.is_ready_again().await;

    let host = with_broken(false).await;
    let told = host.readyz().await;
    assert_eq!(told.status, 200, "{:#}", told.body);
    let detail = told.body["checks"]["plugins"]["detail"].as_str().unwrap();
    assert!(detail.contains("1 files of the folder are not"), "{detail}");
}

#[tokio::test]
async fn a_host_whose_database_is_gone_is_not_ready() {
    let host = Host::open().await;
    host.store.close().await;
    assert_not_ready(&host.readyz().await, "not-ready", &["store"]);
}

#[tokio::test]
async fn a_host_whose_database_takes_no_writes_is_not_ready_says_so_within_a_second_and_recovers() {
    let host = Host::open().await;
    // Somebody else holds the file, as a full or hung disk would: what is written waits.
    let url = format!("sqlite://{}", host.database.display());
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let told = host.readyz().await;
    assert_not_ready(&told, "not-ready", &["store"]);
    assert!(told.took < 2 * PROBE, "{:?}", told.took);
    other.execute("ROLLBACK").await.unwrap();
    host.is_ready_again().await;
}

#[tokio::test]
async fn a_host_that_is_not_yet_put_together_lives_and_is_not_ready() {
    let probe = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = probe.local_addr().unwrap();
    drop(probe);
    let starting = Starting::bind(address).await.unwrap();
    let get = async |path: &str| {
        reqwest::get(format!("http://{address}{path}"))
            .await
            .unwrap()
    };
    assert_eq!(get("/livez").await.status(), 200);
    let answer = get("/readyz").await;
    assert_eq!(answer.status(), 503);
    let body: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(body["code"], "starting");
    assert_eq!(get("/v1/sessions").await.status(), 503);
    // The same socket is the host's afterwards.
    let host = Host::open().await;
    let server = starting.into_server(host.dispatch.clone()).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let serving = tokio::spawn(server.serve(stop.clone()));
    assert_eq!(get("/readyz").await.status(), 200);
    stop.cancel();
    serving.await.unwrap().unwrap();
}
