//! A whole office for a test: a portal, a host with the real plugins and real browsers, and a caller.
//!
//! Owns: all of it, in folders of its own. Everything ends when the value is dropped, and nothing it left may have a
//! password in it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gantry::app::App;
use gantry::config::schema::{Config, Origins, Tokens};
use gantry::config::token::Token;
use gantry::model::caller::{Grant, Scope};
use gantry::store::database::Store;
use gantry::store::tokens::TokenRecord;
use gantry_portal::{Account, Portal, PortalConfig};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::fmt::TestWriter;
use tracing_subscriber::fmt::writer::MakeWriterExt as _;

use crate::pace::paced;
use crate::remains::{self, Kept};

/// No answer takes longer in a test; a host that hangs fails it.
pub(crate) const PATIENCE: Duration = Duration::from_mins(5);

pub(crate) struct Office {
    pub(crate) portal: Portal,
    pub(crate) url: String,
    pub(crate) client: Client,
    pub(crate) folder: TempDir,
    storage: PathBuf,
    stop: CancellationToken,
    host: Option<JoinHandle<anyhow::Result<()>>>,
    kept: Vec<TempDir>,
}

/// An answer: its status and its JSON.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Office {
    /// An office over a portal, with the configuration changed as wanted.
    pub(crate) async fn open(portal: PortalConfig, change: impl FnOnce(&mut Config)) -> Self {
        show_logs();
        let portal = Portal::start(portal).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(&portal, folder.path());
        change(&mut config);
        Self::with(portal, folder, config).await
    }

    /// An office whose callers have to show a token, and a token that may do everything.
    pub(crate) async fn guarded(
        portal: PortalConfig,
        change: impl FnOnce(&mut Config),
    ) -> (Self, String) {
        show_logs();
        let portal = Portal::start(portal).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(&portal, folder.path());
        config.server.tokens = Tokens::Required;
        change(&mut config);
        let token = token(&config, Scope::Admin).await;
        (Self::with(portal, folder, config).await, token)
    }

    async fn with(portal: Portal, folder: TempDir, config: Config) -> Self {
        let storage = config.storage.dir.clone();
        let app = App::start(config).await.unwrap();
        let url = format!("http://{}", app.address().unwrap());
        let stop = CancellationToken::new();
        let host = Some(tokio::spawn(app.run(stop.clone())));
        let client = Client::builder().timeout(PATIENCE).build().unwrap();
        Self {
            portal,
            url,
            client,
            folder,
            storage,
            stop,
            host,
            kept: Vec::new(),
        }
    }

    /// An office over a quick portal, with nothing changed.
    pub(crate) async fn quick() -> Self {
        Self::open(PortalConfig::quick(), |_| {}).await
    }

    /// Keeps a further folder as long as the office is open.
    pub(crate) fn keep(&mut self, folder: TempDir) {
        self.kept.push(folder);
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        let request = self.client.post(format!("{}{path}", self.url)).json(&body);
        Answer::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn post_text(&self, path: &str, body: &str) -> Answer {
        let request = self
            .client
            .post(format!("{}{path}", self.url))
            .header("content-type", "application/json")
            .body(body.to_owned());
        Answer::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(
            self.client
                .get(format!("{}{path}", self.url))
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::of(
            self.client
                .delete(format!("{}{path}", self.url))
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    /// Sends a component.
    pub(crate) async fn put(&self, path: &str, component: Vec<u8>) -> Answer {
        let request = self
            .client
            .put(format!("{}{path}", self.url))
            .header("content-type", "application/wasm")
            .body(component);
        Answer::of(request.send().await.unwrap()).await
    }

    /// Runs an operation for an account.
    pub(crate) async fn run(&self, operation: &str, account: &Account, input: Value) -> Answer {
        self.post(&format!("/v1/operations/{operation}"), by(account, &input))
            .await
    }

    pub(crate) fn account(&self, index: usize) -> Account {
        self.portal.accounts()[index].clone()
    }

    /// Stops the host as SIGTERM does, and waits for its end.
    pub(crate) async fn close(mut self) {
        self.stop.cancel();
        let host = self.host.take().unwrap();
        tokio::time::timeout(PATIENCE, host)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(host) = &self.host {
            host.abort();
        }
        remains::no_password(&self.storage);
    }
}

impl Answer {
    pub(crate) async fn of(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.unwrap();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Self {
            status,
            headers,
            body,
        }
    }

    /// The body of an answer that must be a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!(self.status.is_success(), "{}: {:#}", self.status, self.body);
        self.body
    }

    /// The status and the code of an answer that must be a problem.
    #[track_caller]
    pub(crate) fn problem(&self) -> (u16, &str) {
        assert_eq!(
            self.headers["content-type"], "application/problem+json",
            "{:#}",
            self.body
        );
        assert!(
            self.body["detail"]
                .as_str()
                .is_some_and(|detail| !detail.is_empty())
        );
        assert_eq!(self.body["executed"], "no");
        (self.status.as_u16(), self.body["code"].as_str().unwrap())
    }
}

/// A token of a host that is not started yet, as `gantry token new` makes it.
async fn token(config: &Config, scope: Scope) -> String {
    let token = Token::random();
    let record = TokenRecord {
        grant: Grant {
            id: token.id,
            name: scope.as_str().to_owned(),
            scopes: [scope].into(),
            accounts: None,
            runs: 64,
            requests: 1_000_000,
        },
        secret_hash: token.hash(),
        created_ms: 0,
        revoked_ms: None,
    };
    let store = Store::open(&config.storage.dir.join("gantry.db")).await;
    assert!(store.unwrap().add_token(&record).await.unwrap());
    token.text()
}

/// Waits until something holds that has to be asked for; what it waits for is said if it does not come.
pub(crate) async fn until_async(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + paced(Duration::from_secs(30));
    while !holds().await {
        assert!(Instant::now() < deadline, "{what}: not in time");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The body of a request for an account.
pub(crate) fn by(account: &Account, input: &Value) -> Value {
    json!({ "username": account.username, "password": account.password, "input": input })
}

/// A configuration over a portal, with all folders below one.
pub(crate) fn config(portal: &Portal, folder: &Path) -> Config {
    let mut config = Config::default();
    config.server.listen = "127.0.0.1:0".parse().unwrap();
    config.storage.dir = folder.join("data");
    share_compiled(&config.storage.dir);
    config.plugins.dir = plugins();
    config.portal.origins = origins(portal);
    grant(&mut config, "get-appointments", "downloads");
    config.portal.pace_ms = 0;
    // A slow machine is no reason to turn a test away.
    config.pool.wait_ms = 120_000;
    // No refresh unless a test asks for it.
    config.refresh.tick_ms = 3_600_000;
    config
}

/// Compiled plugins are shared by all tests of a build: compiling them takes longer than most tests do.
fn share_compiled(storage: &Path) {
    let shared = target().join("compiled-in-tests");
    std::fs::create_dir_all(&shared).unwrap();
    std::fs::create_dir_all(storage).unwrap();
    let link = storage.join("compiled");
    if !link.exists() {
        std::os::unix::fs::symlink(shared, link).unwrap();
    }
}

/// Grants a plugin something.
pub(crate) fn grant(config: &mut Config, plugin: &str, what: &str) {
    let settings = config.plugins.settings.entry(plugin.to_owned());
    settings.or_default().grants.push(what.to_owned());
}

pub(crate) fn origins(portal: &Portal) -> Origins {
    let at = portal.origins();
    let url = |text: &str| text.parse().unwrap();
    Origins {
        account: url(&at.account),
        containers: url(&at.containers),
        wizard: url(&at.wizard),
        appointments: url(&at.appointments),
    }
}

/// Where `cargo xtask plugins` leaves the components.
pub(crate) fn plugins() -> PathBuf {
    let folder = target().join("plugins");
    assert!(
        folder.join("session.wasm").is_file(),
        "run `cargo xtask plugins` first"
    );
    folder
}

/// The target folder that this test was built in: `<target>/<profile>/deps/<test>`.
pub(crate) fn target() -> PathBuf {
    std::env::current_exe()
        .unwrap()
        .ancestors()
        .nth(3)
        .unwrap()
        .to_owned()
}

/// The host's log, for a test that fails: `GANTRY_LOG=debug cargo nextest run … --no-capture`.
fn show_logs() {
    let filter = std::env::var("GANTRY_LOG").unwrap_or_else(|_| "info".to_owned());
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(TestWriter::new().and(|| Kept))
        .try_init();
}
