//! A host without browsers that has one session, which awaits a person.

use std::sync::Arc;
use std::time::Duration;

use gantry::config::secrets::Credentials;
use gantry::dispatch::error::RunError;
use gantry::dispatch::handle::Dispatch;
use gantry::dispatch::request::Who;
use gantry::model::caller::Caller;
use gantry::model::ids::SessionId;
use gantry::model::session::{LeaseKind, SessionSnapshot, SessionState};
use tempfile::TempDir;

use crate::fake_host::FakeHost;
use crate::fake_page::{Actions, FakePage, Told};
use crate::guests::Guest;

pub(crate) struct Host {
    pub(crate) dispatch: Dispatch,
    pub(crate) session: SessionId,
    pub(crate) told: Told,
    pub(crate) actions: Actions,
    _folder: Arc<TempDir>,
}

impl Host {
    /// A host with a session whose sign-in needs a person.
    pub(crate) async fn awaiting() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let host = FakeHost::below(folder, FakePage::new)
            .with_plugin("session.wasm", Guest::session("session").build());
        let dispatch = host.start().await;
        let who = Who {
            credentials: Some(Credentials::new("user", "secret")),
            ..Who::default()
        };
        let needed = dispatch.ready_session(&Caller::Local, who, None).await;
        let Err(RunError::OperatorNeeded { session_id, .. }) = needed else {
            panic!("{needed:?}");
        };
        Self {
            dispatch,
            session: session_id,
            told: host.told,
            actions: host.actions,
            _folder: host.folder,
        }
    }

    pub(crate) async fn snapshot(&self) -> SessionSnapshot {
        self.dispatch.session(self.session).await.unwrap()
    }

    pub(crate) async fn state(&self) -> SessionState {
        self.snapshot().await.state
    }

    pub(crate) async fn leased_for(&self) -> Option<LeaseKind> {
        self.snapshot().await.in_use.map(|in_use| in_use.by)
    }

    /// Returns when the session has come to this state.
    pub(crate) async fn until(&self, state: SessionState) {
        while self.state().await != state {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The clicks, when there are so many.
    pub(crate) async fn clicks(&self, count: usize) -> Vec<String> {
        loop {
            let mut clicks = self.actions.all();
            clicks.retain(|action| action.starts_with("click "));
            if clicks.len() >= count {
                return clicks;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
