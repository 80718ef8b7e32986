//! What the real binary tells of a run: spans to a collector, and lines of a log for programs.

use std::collections::BTreeMap;
use std::fs::File;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use gantry_portal::{Latencies, Portal};
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

use crate::killed::{Binary, scene};
use crate::office::{Answer, by};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

/// Whoever gathers spans.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Value>>>);

/// One span, as far as it is looked at here.
#[derive(Debug, Clone)]
struct Span {
    trace: String,
    id: String,
    parent: String,
    name: String,
    attributes: BTreeMap<String, String>,
}

impl Collector {
    async fn open() -> (Self, String, AbortOnDropHandle<()>) {
        let collector = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new()
            .route("/v1/traces", post(receive))
            .with_state(collector.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        (collector, url, AbortOnDropHandle::new(serving))
    }

    fn text(&self) -> String {
        Value::from(self.0.lock().unwrap().clone()).to_string()
    }

    fn spans(&self) -> Vec<Span> {
        let received = self.0.lock().unwrap().clone();
        let each = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
        let mut spans = Vec::new();
        for request in &received {
            for resource in each(request, "resourceSpans") {
                for scope in each(&resource, "scopeSpans") {
                    spans.extend(each(&scope, "spans").iter().map(Span::of));
                }
            }
        }
        spans
    }
}

impl Span {
    fn of(span: &Value) -> Self {
        let text = |name: &str| span[name].as_str().unwrap_or_default().to_owned();
        let attributes = span["attributes"].as_array().cloned().unwrap_or_default();
        let attributes = attributes.iter().map(|attribute| {
            let value = &attribute["value"];
            let value = value["stringValue"].as_str();
            let key = attribute["key"].as_str().unwrap().to_owned();
            (key, value.unwrap_or_default().to_owned())
        });
        Self {
            trace: text("traceId"),
            id: text("spanId"),
            parent: text("parentSpanId"),
            name: text("name"),
            attributes: attributes.collect(),
        }
    }
}

async fn receive(
    State(collector): State<Collector>,
    headers: HeaderMap,
    Json(spans): Json<Value>,
) -> StatusCode {
    assert_eq!(headers["content-type"], "application/json");
    collector.0.lock().unwrap().push(spans);
    StatusCode::OK
}

/// A portal, and the configuration of a host with this `[telemetry]`.
async fn telling(settings: &str) -> (Portal, TempDir, std::path::PathBuf) {
    let (portal, folder, file) = scene(Latencies::none()).await;
    let mut config: toml::Table = std::fs::read_to_string(&file).unwrap().parse().unwrap();
    let settings: toml::Table = settings.parse().unwrap();
    config.insert("telemetry".to_owned(), settings.into());
    std::fs::write(&file, toml::to_string(&config).unwrap()).unwrap();
    (portal, folder, file)
}

#[tokio::test]
async fn a_run_is_told_as_a_tree_of_spans_in_the_trace_of_its_caller() {
    let (collector, url, _collecting) = Collector::open().await;
    let (portal, _folder, file) = telling(&format!("otlp_endpoint = \"{url}\"")).await;
    let host = Binary::start(&file).await;
    let account = &portal.accounts()[0];
    let request = Client::new()
        .post(format!("{}/v1/operations/get-containers", host.url))
        .header("traceparent", format!("00-{TRACE}-{PARENT}-01"))
        .header("request-id", "traced-request")
        .json(&by(account, &json!({ "target_count": 1 })));
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(answer.headers["request-id"], "traced-request");
    let run = answer.ok();
    // The last spans are sent when it stops.
    assert_eq!(host.stop().await, Some(0));

    let spans = collector.spans();
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    let roots: Vec<&Span> = spans
        .iter()
        .filter(|it| it.name == "operation.run")
        .collect();
    let [root] = roots.as_slice() else {
        panic!("one run, one root: {names:?}");
    };
    assert_eq!((root.trace.as_str(), root.parent.as_str()), (TRACE, PARENT));
    let said = |name: &str| root.attributes.get(name).map(String::as_str);
    assert_eq!(said("operation"), Some("get-containers"));
    assert_eq!(said("run.id"), run["run_id"].as_str());
    assert_eq!(said("plugin.digest"), run["plugin"]["digest"].as_str());
    assert_eq!(said("request.id"), Some("traced-request"));
    assert_eq!(said("outcome"), Some("succeeded"));
    assert_eq!(said("error.type"), None);

    // Everything is part of that trace, and hangs together.
    for span in &spans {
        assert_eq!(span.trace, TRACE, "{span:?}");
        let is_below = spans.iter().any(|other| other.id == span.parent);
        assert!(is_below || span.id == root.id, "{span:?}");
    }
    let below_root = |name: &str| {
        let found = spans
            .iter()
            .filter(|it| it.name == name && it.parent == root.id);
        found.cloned().collect::<Vec<Span>>()
    };
    assert_eq!(below_root("queue").len(), 1, "{names:?}");
    assert_eq!(below_root("lease").len(), 1, "{names:?}");
    let calls = below_root("plugin");
    let call = |name: &str| calls.iter().find(|it| it.attributes["plugin.call"] == name);
    for name in ["sign-in", "run"] {
        let call = call(name).unwrap_or_else(|| panic!("{name}: {calls:?}"));
        let commands = spans
            .iter()
            .filter(|it| it.parent == call.id && it.name.starts_with("webdriver."));
        assert!(commands.count() > 3, "{name}: {names:?}");
    }
    let own = call("run").unwrap();
    let commands = spans.iter().filter(|it| it.name.starts_with("webdriver."));
    let of_run = commands.filter(|it| it.parent == own.id).count();
    assert_eq!(
        json!(of_run),
        run["webdriver_commands"],
        "one span a command"
    );

    let text = collector.text();
    let addresses = ["?code=", "signin-oidc", "http://"];
    for secret in addresses
        .into_iter()
        .chain([account.password.as_str(), account.username.as_str()])
    {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_host_whose_collector_is_gone_serves_as_ever() {
    let settings = "otlp_endpoint = \"http://127.0.0.1:9\"";
    let (portal, _folder, file) = telling(settings).await;
    let host = Binary::start(&file).await;
    let request = Client::new()
        .post(format!("{}/v1/operations/get-containers", host.url))
        .header("traceparent", "no parent")
        .json(&by(&portal.accounts()[0], &json!({ "target_count": 1 })));
    Answer::of(request.send().await.unwrap()).await.ok();
    assert_eq!(host.stop().await, Some(0));
}

#[tokio::test]
async fn logs_for_programs_are_one_object_a_line_and_each_run_ends_with_one() {
    let (portal, folder, file) = telling("logs = \"json\"").await;
    let path = folder.path().join("log");
    let log = File::create(&path).unwrap();
    let host = Binary::start_logging(&file, Stdio::null(), log.into()).await;
    let account = &portal.accounts()[0];
    let client = Client::new();
    let asks = async |id: &'static str, input: Value| {
        let request = client
            .post(format!("{}/v1/operations/get-containers", host.url))
            .header("request-id", id)
            .json(&by(account, &input));
        Answer::of(request.send().await.unwrap()).await
    };
    let run = asks("good", json!({ "target_count": 1 })).await.ok();
    let mut mistyped = account.clone();
    "not it".clone_into(&mut mistyped.password);
    let request = client
        .post(format!("{}/v1/operations/get-containers", host.url))
        .header("request-id", "bad")
        .json(&by(&mistyped, &json!({})));
    let failed = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(failed.problem(), (422, "credentials-invalid"));
    assert_eq!(failed.body["request_id"], "bad");
    assert_eq!(host.stop().await, Some(0));

    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let ended: Vec<&Value> = lines
        .iter()
        .filter(|it| it["message"] == "run ended")
        .collect();
    let [good, bad] = ended.as_slice() else {
        panic!("a line a run: {ended:?}");
    };
    assert_eq!(good["request.id"], "good");
    assert_eq!(good["run.id"], run["run_id"]);
    assert_eq!(good["session.id"], run["session_id"]);
    assert_eq!(
        (&good["outcome"], &good["code"]),
        (&json!("succeeded"), &json!("ok"))
    );
    for time in ["queue_ms", "sign_in_ms", "run_ms"] {
        assert_eq!(good[time], run["timing"][time], "{time}");
    }
    assert!(good["total_ms"].as_u64() >= good["run_ms"].as_u64());
    assert_eq!(bad["request.id"], "bad");
    assert_eq!(
        (&bad["outcome"], &bad["class"]),
        (&json!("failed"), &json!("invalid"))
    );
    for secret in [account.password.as_str(), "not it"] {
        assert!(!text.contains(secret), "{secret}");
    }
}
