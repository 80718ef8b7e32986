//! A host without browsers that has one operation with effects, and a caller of it.

use std::sync::Arc;
use std::time::Duration;

use gantry::config::schema::Account;
use gantry::config::secrets::Credentials;
use gantry::dispatch::error::RunError;
use gantry::dispatch::handle::Dispatch;
use gantry::dispatch::request::{RunAnswer, RunRequest, Who};
use gantry::dispatch::runs::{Started, Ticket};
use gantry::dispatch::viewing::RunView;
use gantry::model::caller::Caller;
use gantry::model::ids::RunId;
use gantry::model::origin::Origin;
use gantry::model::outcome::Failed;
use gantry::model::run::{Event, Happened};
use serde_json::json;
use tempfile::TempDir;

use crate::fake_host::FakeHost;
use crate::fake_page::{Actions, FakePage, Told};
use crate::guests::Guest;

/// Nothing takes so long; it ends a test that would hang.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Host {
    pub(crate) dispatch: Dispatch,
    pub(crate) told: Told,
    pub(crate) actions: Actions,
    folder: Arc<TempDir>,
}

impl Host {
    pub(crate) async fn open() -> Self {
        Self::below(Arc::new(tempfile::tempdir().unwrap())).await
    }

    /// The next host over the same storage. The one before does nothing more: its run sleeps, for longer than any test.
    pub(crate) async fn dies_and_another_starts(&self) -> Self {
        let next = Self::below(Arc::clone(&self.folder)).await;
        next.dispatch.recover_runs().await.unwrap();
        next
    }

    async fn below(folder: Arc<TempDir>) -> Self {
        let books = Guest::operation("books")
            .capability("submit")
            .effectful(&["do"]);
        let mut host = FakeHost::below(folder, at_login)
            .with_plugin("session.wasm", Guest::session("session").build())
            .with_plugin("books.wasm", books.build());
        let config = &mut host.config;
        config.limits.reconcile_ms = vec![50, 150, 300];
        let settings = config
            .plugins
            .settings
            .entry("books".to_owned())
            .or_default();
        settings.grants.push("submit".to_owned());
        let password_file = host.folder.path().join("password");
        std::fs::write(&password_file, "secret").unwrap();
        let account = Account {
            username: "user".to_owned(),
            password_file,
        };
        config.accounts.insert("office".to_owned(), account);
        Self {
            dispatch: host.start().await,
            told: host.told,
            actions: host.actions,
            folder: host.folder,
        }
    }

    pub(crate) fn request(letter: &str, key: Option<&str>) -> RunRequest {
        RunRequest {
            caller: Caller::Local,
            origin: Origin::default(),
            operation: "books".to_owned(),
            input: json!({ "do": letter }),
            resume: None,
            who: Who {
                credentials: Some(Credentials::new("user", "secret")),
                ..Who::default()
            },
            patience: None,
            key: key.map(str::to_owned),
            detached: false,
            debug: false,
            record: false,
            version: None,
        }
    }

    pub(crate) async fn start(&self, letter: &str, key: &str) -> Result<Started, RunError> {
        self.dispatch.start(Self::request(letter, Some(key))).await
    }

    /// Books, and waits for the answer.
    pub(crate) async fn book(&self, letter: &str, key: &str) -> Result<RunAnswer, Failed> {
        let answered = self.dispatch.run(Self::request(letter, Some(key)));
        tokio::time::timeout(PATIENCE, answered).await.unwrap()
    }

    /// Has a run started that waits for an hour, or is about to end; it has its session when this returns.
    pub(crate) async fn under_way(&self, letter: &str, key: &str) -> Ticket {
        let Started::New(ticket) = self.start(letter, key).await.unwrap() else {
            panic!("it is a new run");
        };
        let mut events = self.dispatch.run_events(ticket.run_id(), 0).await.unwrap();
        let leased = async {
            while let Some(batch) = events.next().await {
                let leased = |event: &Event| matches!(event.what, Happened::Leased { .. });
                if batch.iter().any(leased) {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, leased).await.unwrap();
        ticket
    }

    /// How often the guarded button was clicked.
    pub(crate) fn submits(&self) -> usize {
        let actions = self.actions.all();
        actions
            .iter()
            .filter(|action| *action == "click guarded")
            .count()
    }

    /// How often the portal was asked about the effect of a run.
    pub(crate) async fn looks(&self, failed: &Failed) -> usize {
        let events = self.dispatch.run_events(Self::run_of(failed), 0).await;
        let told = events.unwrap().next().await.unwrap_or_default();
        let asked = |event: &&Event| matches!(event.what, Happened::Reconciled { .. });
        told.iter().filter(asked).count()
    }

    pub(crate) async fn looked(&self, failed: &Failed) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while self.looks(failed).await == 0 {
            assert!(tokio::time::Instant::now() < deadline, "not in time");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub(crate) async fn submitted(&self, times: usize) {
        self.until(|| self.submits() == times).await;
    }

    pub(crate) fn run_of(failed: &Failed) -> RunId {
        failed.more["run_id"].as_str().unwrap().parse().unwrap()
    }

    pub(crate) async fn view(&self, failed: &Failed) -> RunView {
        let run = Self::run_of(failed);
        self.dispatch.run_view(run, None).await.unwrap()
    }

    /// The run when it has ended for good.
    pub(crate) async fn settled(&self, failed: &Failed) -> RunView {
        let run = Self::run_of(failed);
        self.dispatch.run_view(run, Some(PATIENCE)).await.unwrap()
    }

    /// Returns when the host looks no further for the effect of a run.
    pub(crate) async fn given_up(&self, failed: &Failed) {
        let events = self.dispatch.run_events(Self::run_of(failed), 0).await;
        let mut events = events.unwrap();
        let over = async { while events.next().await.is_some() {} };
        tokio::time::timeout(PATIENCE, over).await.unwrap();
    }

    pub(crate) async fn effect_of(&self, failed: &Failed) -> &'static str {
        self.effect(Self::run_of(failed)).await
    }

    pub(crate) async fn effect(&self, run: RunId) -> &'static str {
        let view = self.dispatch.run_view(run, None).await.unwrap();
        view.effect.unwrap().state
    }

    async fn until(&self, holds: impl Fn() -> bool) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while !holds() {
            assert!(tokio::time::Instant::now() < deadline, "not in time");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn at_login() -> FakePage {
    FakePage::new()
        .at_site("account")
        .with_input_type("password")
}
