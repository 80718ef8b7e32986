//! A host without browsers that tells receivers what happens.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use gantry::config::schema::{Account, Config};
use gantry::config::secrets::Credentials;
use gantry::config::webhooks::Webhook;
use gantry::dispatch::handle::Dispatch;
use gantry::dispatch::request::{RunAnswer, RunRequest, Who};
use gantry::dispatch::telling::Telling;
use gantry::http::server::Server;
use gantry::model::caller::Caller;
use gantry::model::message::Occasion;
use gantry::model::origin::Origin;
use gantry::model::outcome::Failed;
use gantry::webhooks::deliveries::{Deliveries, Receivers};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::fake_host::FakeHost;
use crate::fake_page::{FakePage, Told};
use crate::guests::Guest;

/// `whsec_` and 32 bytes that are nobody's.
pub(crate) const SECRET: &str = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
/// Another.
pub(crate) const FORMER: &str = "whsec_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

pub(crate) struct Host {
    pub(crate) dispatch: Dispatch,
    pub(crate) told: Told,
    pub(crate) folder: Arc<TempDir>,
    url: String,
    _telling: Telling,
    _deliveries: Option<Deliveries>,
    _serving: AbortOnDropHandle<()>,
}

/// What a host is made of.
pub(crate) struct Plan {
    pub(crate) folder: Arc<TempDir>,
    page: fn() -> FakePage,
    webhooks: Vec<Webhook>,
    retry_ms: Vec<u64>,
    sends: bool,
}

impl Plan {
    pub(crate) fn new() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self {
            folder,
            page: at_login,
            webhooks: Vec::new(),
            retry_ms: vec![20, 20, 20],
            sends: true,
        }
    }

    /// Tells this receiver.
    pub(crate) fn telling(mut self, name: &str, url: &str) -> Self {
        let webhook = Webhook {
            name: name.to_owned(),
            url: url.parse().unwrap(),
            secret_file: Some(self.secret(name, SECRET)),
            secret_env: None,
            previous_secret_file: None,
            previous_secret_env: None,
            events: None,
        };
        self.webhooks.push(webhook);
        self
    }

    /// Changes the last webhook.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Webhook)) -> Self {
        change(self.webhooks.last_mut().unwrap());
        self
    }

    pub(crate) fn only(self, events: &[Occasion]) -> Self {
        self.with(|webhook| webhook.events = Some(events.to_vec()))
    }

    pub(crate) fn retrying(mut self, retry_ms: &[u64]) -> Self {
        self.retry_ms = retry_ms.to_vec();
        self
    }

    /// Over a portal that asks for a person.
    pub(crate) fn in_need_of_a_person(mut self) -> Self {
        self.page = FakePage::new;
        self
    }

    /// A host that writes what is to be told, and dies before it is sent.
    pub(crate) fn sending_nothing(mut self) -> Self {
        self.sends = false;
        self
    }

    /// The next host over the same storage.
    pub(crate) fn over(mut self, before: &Host) -> Self {
        self.folder = Arc::clone(&before.folder);
        for index in 0..self.webhooks.len() {
            let file = self.secret(&self.webhooks[index].name, SECRET);
            self.webhooks[index].secret_file = Some(file);
        }
        self
    }

    /// A file with a secret.
    pub(crate) fn secret(&self, name: &str, secret: &str) -> PathBuf {
        let file = self.folder.path().join(format!("{name}.secret"));
        std::fs::write(&file, secret).unwrap();
        file
    }

    fn configure(&self, config: &mut Config) {
        config.limits.reconcile_ms = vec![50, 150, 300];
        config.limits.webhook_retry_ms.clone_from(&self.retry_ms);
        config.webhooks.clone_from(&self.webhooks);
        let settings = config.plugins.settings.entry("books".to_owned());
        settings.or_default().grants.push("submit".to_owned());
        let password_file = self.folder.path().join("password");
        std::fs::write(&password_file, "secret").unwrap();
        let account = Account {
            username: "user".to_owned(),
            password_file,
        };
        config.accounts.insert("office".to_owned(), account);
    }

    pub(crate) async fn start(self) -> Host {
        let books = Guest::operation("books")
            .capability("submit")
            .effectful(&["do"]);
        let mut host = FakeHost::below(Arc::clone(&self.folder), self.page)
            .with_plugin("session.wasm", Guest::session("session").build())
            .with_plugin("answer.wasm", Guest::operation("answer").build())
            .with_plugin("books.wasm", books.build());
        self.configure(&mut host.config);
        let receivers = Receivers::of(&host.config).unwrap();
        let dispatch = host.start().await;
        let telling = Telling::start(dispatch.clone()).await.unwrap();
        let deliveries = self
            .sends
            .then(|| Deliveries::start(receivers, dispatch.webhooks(), &self.retry_ms));
        dispatch.recover_runs().await.unwrap();
        let loopback = ([127, 0, 0, 1], 0).into();
        let server = Server::bind(loopback, dispatch.clone()).await.unwrap();
        let url = format!("http://{}", server.address().unwrap());
        let serving = tokio::spawn(async move {
            server.serve(CancellationToken::new()).await.unwrap();
        });
        Host {
            dispatch,
            told: host.told,
            folder: self.folder,
            url,
            _telling: telling,
            _deliveries: deliveries,
            _serving: AbortOnDropHandle::new(serving),
        }
    }
}

impl Host {
    /// Books, and waits for the answer. The letter says how it ends: see `books.wat`.
    pub(crate) async fn book(&self, letter: &str) -> Result<RunAnswer, Failed> {
        self.dispatch.run(Self::booking(letter)).await
    }

    pub(crate) fn booking(letter: &str) -> RunRequest {
        let key = format!("key-0123456789-{letter}");
        let input = json!({ "do": letter });
        Self::request("books", input, Some(key))
    }

    /// Reads, and waits for the answer.
    pub(crate) async fn read(&self) -> Result<RunAnswer, Failed> {
        let request = Self::request("answer", json!({}), None);
        self.dispatch.run(request).await
    }

    fn request(operation: &str, input: Value, key: Option<String>) -> RunRequest {
        RunRequest {
            caller: Caller::Local,
            operation: operation.to_owned(),
            input,
            resume: None,
            who: Who {
                credentials: Some(Credentials::new("user", "secret")),
                ..Who::default()
            },
            patience: None,
            key,
            detached: false,
            debug: false,
            record: false,
            version: None,
            origin: Origin::default(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Value) {
        let request = reqwest::Client::new().get(format!("{}{path}", self.url));
        answer(request).await
    }

    pub(crate) async fn figures(&self) -> String {
        let answer = reqwest::get(format!("{}/metrics", self.url)).await;
        answer.unwrap().text().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str) -> (StatusCode, Value) {
        let request = reqwest::Client::new().post(format!("{}{path}", self.url));
        answer(request).await
    }

    /// The one webhook, as it is shown.
    pub(crate) async fn webhook(&self) -> Value {
        let (status, body) = self.get("/v1/webhooks").await;
        assert_eq!(status, 200, "{body}");
        body["webhooks"][0].clone()
    }

    /// The deliveries of a webhook, newest first.
    pub(crate) async fn deliveries(&self, name: &str) -> Vec<Value> {
        let path = format!("/v1/webhooks/{name}/deliveries");
        let (status, body) = self.get(&path).await;
        assert_eq!(status, 200, "{body}");
        body["deliveries"].as_array().unwrap().clone()
    }

    /// The newest delivery of a webhook, when it stands like this.
    pub(crate) async fn delivery(&self, name: &str, state: &str) -> Value {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
        loop {
            let newest = self.deliveries(name).await.first().cloned();
            if let Some(newest) = newest.filter(|it| it["state"] == state) {
                return newest;
            }
            assert!(tokio::time::Instant::now() < deadline, "not in time");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

async fn answer(request: reqwest::RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

fn at_login() -> FakePage {
    FakePage::new()
        .at_site("account")
        .with_input_type("password")
}
