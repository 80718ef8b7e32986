//! What must be nowhere: passwords, tokens and the secrets of webhooks, in all that a host leaves or tells.

use std::fs::File;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use gantry::config::schema::Tokens;
use gantry_portal::{Account, Fault, FaultKind, FaultMatch, MarkupChange, Portal, PortalConfig};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio_util::task::AbortOnDropHandle;

use crate::killed::{Binary, binary};
use crate::office::{by, config};
use crate::remains::Remains;
use crate::webhooks::scene::webhook;

/// `whsec_` and 32 bytes that are nobody's.
const OF_WEBHOOK: &str = "whsec_MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXY=";

/// Whoever is sent something: spans, and messages of webhooks.
async fn listener() -> (Arc<Mutex<String>>, String, AbortOnDropHandle<()>) {
    let heard = Arc::new(Mutex::new(String::new()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let hear = async |State(heard): State<Arc<Mutex<String>>>, body: String| {
        heard.lock().unwrap().push_str(&body);
    };
    let routes = Router::new().fallback(hear).with_state(Arc::clone(&heard));
    let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    (heard, url, AbortOnDropHandle::new(serving))
}

async fn token(file: &Path) -> String {
    let made = Command::new(binary())
        .args(["token", "new", "--name", "all", "--scope", "admin"])
        .arg("--config")
        .arg(file)
        .output();
    let made = String::from_utf8(made.await.unwrap().stdout).unwrap();
    let words = made.split_whitespace();
    let mut tokens = words.filter(|word| word.starts_with("gantry_"));
    tokens.next().unwrap().to_owned()
}

/// A caller, which keeps all that it is answered.
struct Caller<'a> {
    host: &'a Binary,
    token: &'a str,
    found: &'a mut Remains,
}

impl Caller<'_> {
    async fn ask(&mut self, method: &str, path: &str, body: Option<Value>) -> String {
        let url = format!("{}{path}", self.host.url);
        let request = Client::new().request(method.parse().unwrap(), url);
        let mut request = request.bearer_auth(self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap().text().await.unwrap();
        self.found.add(format!("{method} {path}"), answer.clone());
        answer
    }

    async fn run(&mut self, account: &Account, input: Value) -> Value {
        let mut body = by(account, &input);
        body["debug"] = json!(true);
        body["record"] = json!(true);
        let path = "/v1/operations/get-containers";
        let answer = self.ask("POST", path, Some(body)).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        if let Some(run) = answer["run_id"].as_str() {
            // It has ended, and so its events do.
            self.ask("GET", &format!("/v1/runs/{run}/events"), None)
                .await;
            self.ask("GET", &format!("/v1/runs/{run}"), None).await;
        }
        answer
    }
}

#[tokio::test]
async fn secrets_are_in_no_log_trace_event_bundle_error_message_database_or_process() {
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (traces, collector, _collecting) = listener().await;
    let (messages, receiver, _receiving) = listener().await;
    let mut settings = config(&portal, folder.path());
    settings.server.tokens = Tokens::Required;
    settings.telemetry.otlp_endpoint = Some(collector.parse().unwrap());
    let webhook = webhook(&receiver, OF_WEBHOOK, folder.path());
    settings.webhooks.push(webhook);
    let file = folder.path().join("gantry.toml");
    std::fs::write(&file, toml::to_string(&settings).unwrap()).unwrap();
    let token = token(&file).await;
    let log = folder.path().join("log");
    let writes = File::create(&log).unwrap();
    let host = Binary::start_logging(&file, Stdio::null(), writes.into()).await;

    let mut found = Remains::default();
    let mut caller = Caller {
        host: &host,
        token: &token,
        found: &mut found,
    };
    let right = portal.accounts()[0].clone();
    let mut wrong = portal.accounts()[1].clone();
    "a password that is wrong".clone_into(&mut wrong.password);
    let answer = caller.run(&right, json!({ "target_count": 1 })).await;
    assert!(answer["output"].is_object(), "{answer:#}");
    assert_eq!(
        caller.run(&wrong, json!({})).await["code"],
        "credentials-invalid"
    );
    let renamed = FaultKind::Markup {
        change: MarkupChange::ScrollerRenamed,
    };
    portal.add_fault(Fault::always(renamed, FaultMatch::default()));
    assert_eq!(
        caller.run(&right, json!({})).await["code"],
        "layout-changed"
    );
    for path in [
        "/v1/runs",
        "/v1/sessions",
        "/v1/audit",
        "/v1/webhooks",
        "/metrics",
    ] {
        caller.ask("GET", path, None).await;
    }
    // While the browsers are there.
    found.add_arguments();
    assert_eq!(host.stop().await, Some(0));

    found.add_storage(&folder.path().join("data"));
    found.add("log", std::fs::read(&log).unwrap());
    found.add("traces", traces.lock().unwrap().clone());
    found.add("messages of webhooks", messages.lock().unwrap().clone());
    // What is looked for is found where it is allowed to be; so what is not found is not there.
    let run = answer["run_id"].as_str().unwrap();
    for place in [
        "database",
        "log",
        "traces",
        "messages of webhooks",
        "GET /v1/audit",
    ] {
        assert!(
            found.places(run).contains(&place),
            "{place} tells of the run"
        );
    }
    assert!(!found.places("--user-data-dir").is_empty());
    let files = found.all().filter(|place| place.contains("artifacts"));
    assert!(files.count() > 5, "bundles and cassettes");
    let (_, of_token) = token.rsplit_once('_').unwrap();
    let of_webhook = OF_WEBHOOK.trim_start_matches("whsec_");
    for secret in [
        right.password.as_str(),
        wrong.password.as_str(),
        of_token,
        of_webhook,
    ] {
        assert_eq!(found.places(secret), Vec::<&str>::new(), "{secret}");
    }
}
