//! A host whose parts can be broken and mended, and who asks it whether it is ready.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gantry::browser::launch::LaunchError;
use gantry::config::secrets::Credentials;
use gantry::dispatch::error::RunError;
use gantry::dispatch::handle::Dispatch;
use gantry::dispatch::request::{ReadySession, Who};
use gantry::http::server::Server;
use gantry::model::caller::Caller;
use gantry::model::clock::{Clock, Moment, SystemClock};
use gantry::plugin::watch::Watch;
use gantry::store::database::Store;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::fake_host::FakeHost;
use crate::fake_page::FakePage;
use crate::guests::Guest;

/// Nothing takes so long; it ends a test that would hang.
const PATIENCE: Duration = Duration::from_secs(30);

/// The machine's clock, which can be put forward.
#[derive(Default)]
pub(crate) struct Forward(Mutex<Duration>);

impl Forward {
    pub(crate) fn by(&self, more: Duration) {
        *self.0.lock().unwrap() += more;
    }
}

impl Clock for Forward {
    fn now(&self) -> Moment {
        let (now, more) = (SystemClock.now(), *self.0.lock().unwrap());
        Moment {
            instant: now.instant + more,
            wall: now.wall + more,
        }
    }
}

pub(crate) struct Host {
    pub(crate) dispatch: Dispatch,
    pub(crate) store: Store,
    pub(crate) database: PathBuf,
    pub(crate) clock: Arc<Forward>,
    fake: FakeHost,
    url: String,
    _watch: Watch,
    _serving: AbortOnDropHandle<()>,
}

/// An answer of `/readyz`.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: StatusCode,
    pub(crate) kind: String,
    pub(crate) body: Value,
    pub(crate) took: Duration,
}

impl Told {
    /// The names of the checks that are not well.
    pub(crate) fn bad(&self) -> Vec<&str> {
        let checks = self.body["checks"].as_object().unwrap().iter();
        let bad = checks.filter(|(_, check)| check["ok"] == false);
        bad.map(|(name, _)| name.as_str()).collect()
    }
}

impl Host {
    pub(crate) async fn open() -> Self {
        Self::with(|host| {
            host.with_plugin("session.wasm", Guest::session("session").build())
                .with_plugin("answer.wasm", Guest::operation("answer").build())
        })
        .await
    }

    /// A host with what is put into its plugin folder here.
    pub(crate) async fn with(prepare: impl FnOnce(FakeHost) -> FakeHost) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let database = folder.path().join("gantry.db");
        let mut fake = prepare(FakeHost::below(folder, at_login));
        let clock = Arc::new(Forward::default());
        fake.clock = Arc::clone(&clock) as Arc<dyn Clock>;
        let store = Store::open(&database).await.unwrap();
        let (dispatch, registry) = fake.start_with(store.clone()).await;
        let watch = gantry::plugin::watch::watch(registry).unwrap();
        let server = Server::bind(([127, 0, 0, 1], 0).into(), dispatch.clone());
        let server = server.await.unwrap();
        let url = format!("http://{}/readyz", server.address().unwrap());
        let serving = tokio::spawn(async move {
            server.serve(CancellationToken::new()).await.unwrap();
        });
        Self {
            dispatch,
            store,
            database,
            clock,
            fake,
            url,
            _watch: watch,
            _serving: AbortOnDropHandle::new(serving),
        }
    }

    pub(crate) async fn readyz(&self) -> Told {
        let client = Client::builder().timeout(PATIENCE).build().unwrap();
        let asked = Instant::now();
        let answer = client.get(&self.url).send().await.unwrap();
        let status = answer.status();
        let kind = answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let body = answer.json().await.unwrap();
        Told {
            status,
            kind,
            body,
            took: asked.elapsed(),
        }
    }

    /// Waits until it says that it is ready.
    pub(crate) async fn is_ready_again(&self) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let told = self.readyz().await;
            if told.status == 200 {
                return;
            }
            assert!(Instant::now() < deadline, "{:#}", told.body);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// From now on browsers fail to start, or start again.
    pub(crate) fn browsers(&self, refused: Option<LaunchError>) {
        *self.fake.refused.lock().unwrap() = refused;
    }

    /// Wants a session for a user, which needs a browser.
    pub(crate) async fn sign_in(&self, user: &str) -> Result<ReadySession, RunError> {
        let who = Who {
            credentials: Some(Credentials::new(user, "secret")),
            ..Who::default()
        };
        let asked = self.dispatch.ready_session(&Caller::Local, who, None);
        tokio::time::timeout(PATIENCE, asked).await.unwrap()
    }

    /// Puts a file into the plugin folder.
    pub(crate) fn put(&self, file: &str, component: Vec<u8>) {
        std::fs::write(self.fake.config.plugins.dir.join(file), component).unwrap();
    }
}

fn at_login() -> FakePage {
    FakePage::new()
        .at_site("account")
        .with_input_type("password")
}
