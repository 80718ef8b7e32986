//! A host that asks for tokens, and callers of it.

use std::sync::Arc;
use std::time::Duration;

use gantry::config::schema::{Account, Config, Tokens};
use gantry::config::token::Token;
use gantry::http::server::Server;
use gantry::model::caller::{Grant, Scope};
use gantry::store::database::Store;
use gantry::store::tokens::TokenRecord;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::access::routes::Names;
use crate::fake_host::FakeHost;
use crate::fake_page::FakePage;
use crate::guests::Guest;

const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Host {
    pub(crate) url: String,
    store: Store,
    client: Client,
    folder: Arc<TempDir>,
    _serving: AbortOnDropHandle<()>,
}

/// An answer: its status, headers and JSON, null if it has none.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// What one caller has of everything that can be named by an id.
pub(crate) struct Owned {
    pub(crate) session: String,
    pub(crate) run: String,
    pub(crate) file: String,
    hold: String,
}

impl Owned {
    pub(crate) fn id(&self, names: Names) -> &str {
        match names {
            Names::Session => &self.session,
            Names::Run => &self.run,
            Names::File => &self.file,
            Names::Hold => &self.hold,
        }
    }
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl Host {
    /// A host that asks for tokens.
    pub(crate) async fn open() -> Self {
        Self::with(|config| config.server.tokens = Tokens::Required).await
    }

    /// A host with the configuration changed as wanted.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let books = Guest::operation("books")
            .capability("submit")
            .effectful(&["do"]);
        let mut host = FakeHost::below(Arc::clone(&folder), at_login)
            .with_plugin("session.wasm", Guest::session("session").build())
            .with_plugin("answer.wasm", Guest::operation("answer").build())
            .with_plugin("books.wasm", books.build())
            .with_plugin("pauses.wasm", Guest::operation("pauses").build());
        let settings = &mut host.config.plugins.settings;
        let settings = settings.entry("books".to_owned()).or_default();
        settings.grants.push("submit".to_owned());
        for alias in ["office", "yard"] {
            let password_file = folder.path().join(alias);
            std::fs::write(&password_file, "secret").unwrap();
            let username = alias.to_owned();
            let account = Account {
                username,
                password_file,
            };
            host.config.accounts.insert(alias.to_owned(), account);
        }
        change(&mut host.config);
        let dispatch = host.start().await;
        let loopback = ([127, 0, 0, 1], 0).into();
        let server = Server::bind(loopback, dispatch).await.unwrap();
        let url = format!("http://{}", server.address().unwrap());
        let serving = tokio::spawn(async move {
            server.serve(CancellationToken::new()).await.unwrap();
        });
        Self {
            url,
            store: Store::open(&folder.path().join("gantry.db")).await.unwrap(),
            client: Client::builder().timeout(PATIENCE).build().unwrap(),
            folder,
            _serving: AbortOnDropHandle::new(serving),
        }
    }

    /// A token with these scopes, and whatever else is to be changed in what it may.
    pub(crate) async fn token(&self, scopes: &[Scope], change: impl FnOnce(&mut Grant)) -> String {
        let token = Token::random();
        let mut grant = Grant {
            id: token.id,
            name: format!("token {}", token.id),
            scopes: scopes.iter().copied().collect(),
            accounts: None,
            runs: 8,
            requests: 10_000,
        };
        change(&mut grant);
        let record = TokenRecord {
            grant,
            secret_hash: token.hash(),
            created_ms: 0,
            revoked_ms: None,
        };
        assert!(self.store.add_token(&record).await.unwrap());
        token.text()
    }

    pub(crate) async fn revoke(&self, name: &str) {
        let revoked = self.store.revoke_token(name, 1).await.unwrap();
        assert!(revoked.is_some(), "{name}");
    }

    /// Asks with this token, if any. What is sent is JSON, and a key of its own, which does no harm.
    pub(crate) async fn ask(
        &self,
        token: Option<&str>,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let method: Method = method.to_uppercase().parse().unwrap();
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        request = request.header("idempotency-key", Token::random().id.to_string());
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let kind = headers.get("content-type").and_then(|it| it.to_str().ok());
        // What goes on is not read to its end.
        let is_json = kind.is_some_and(|kind| kind.contains("json"));
        let text = if is_json {
            answer.text().await.unwrap()
        } else {
            String::new()
        };
        Answer {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
        }
    }

    /// Asks for a stream, and gives what comes until it is left.
    pub(crate) async fn stream(&self, token: &str, path: &str) -> reqwest::Response {
        let request = self.client.get(format!("{}{path}", self.url));
        request.bearer_auth(token).send().await.unwrap()
    }

    /// Runs an operation on a session of an account, and gives its answer.
    pub(crate) async fn run(&self, token: &str, operation: &str, account: &str) -> Answer {
        let input = match operation {
            "books" => json!({ "do": "c" }),
            _ => json!({}),
        };
        let body = json!({ "account": account, "debug": true, "input": input });
        let path = format!("/v1/operations/{operation}");
        self.ask(Some(token), "post", &path, Some(body)).await
    }

    /// Has a caller run something that leaves a file, and something that pauses.
    pub(crate) async fn owned(&self, token: &str) -> Owned {
        let answer = self.run(token, "answer", "office").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let paused = self.run(token, "pauses", "yard").await;
        assert_eq!(paused.status, 422, "{paused:?}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Owned {
            session: text(&answer.body["session_id"]),
            run: text(&answer.body["run_id"]),
            file: text(&answer.body["artifacts"][0]["id"]),
            hold: text(&paused.body["hold"]["id"]),
        }
    }

    /// All that is kept, apart from what is noted of callers.
    pub(crate) async fn kept(&self) -> (usize, usize) {
        let runs = self.store.newest(None, 1000).await.unwrap().len();
        let folder = self.folder.path().join("plugins");
        (runs, std::fs::read_dir(folder).unwrap().count())
    }

    /// What was noted, newest first: who, what, and how it was answered.
    pub(crate) async fn deeds(&self) -> Vec<(String, String, Option<u16>)> {
        let deeds = self.store.deeds(None, 1000).await.unwrap();
        deeds
            .into_iter()
            .map(|kept| (kept.deed.caller, kept.deed.action, kept.deed.status))
            .collect()
    }
}

fn at_login() -> FakePage {
    FakePage::new()
        .at_site("account")
        .with_input_type("password")
}
