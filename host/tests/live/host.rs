//! A host without browsers: pool, engine, a session component, and one session that awaits a person.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::future::BoxFuture;
use gantry::artifacts::store::ArtifactStore;
use gantry::browser::launch::{
    Afterwards, Browser, LaunchError, LaunchOrder, Launched, Launcher, Profile, Usage,
};
use gantry::browser::page::Page;
use gantry::config::schema::{self, Config};
use gantry::config::secrets::Credentials;
use gantry::dispatch::error::RunError;
use gantry::dispatch::handle::Dispatch;
use gantry::dispatch::request::Who;
use gantry::model::clock::SystemClock;
use gantry::model::ids::SessionId;
use gantry::model::session::{LeaseKind, SessionSnapshot, SessionState};
use gantry::plugin::engine::Engine;
use gantry::plugin::registry::Registry;
use gantry::pool::handle::Pool;
use tempfile::TempDir;

use crate::fake_page::{Actions, FakePage, Told};
use crate::guests::Guest;

pub(crate) struct Host {
    pub(crate) dispatch: Dispatch,
    pub(crate) session: SessionId,
    pub(crate) told: Told,
    pub(crate) actions: Actions,
    _folder: TempDir,
}

struct FakeLauncher {
    told: Told,
    actions: Actions,
}

struct FakeBrowser;

#[async_trait]
impl Launcher for FakeLauncher {
    async fn launch(&self, _: &LaunchOrder) -> Result<Launched, LaunchError> {
        let page = FakePage::new()
            .listening_to(&self.told)
            .noting_in(&self.actions);
        Ok(Launched {
            page: Box::new(page),
            browser: Box::new(FakeBrowser),
            profile: Profile::Fresh,
        })
    }

    async fn discard(&self, _: SessionId) {}
}

#[async_trait]
impl Browser for FakeBrowser {
    fn kill(&self) {}

    fn usage(&self, _: bool) -> BoxFuture<'static, Usage> {
        Box::pin(std::future::ready(Usage {
            is_running: true,
            memory_bytes: Some(1 << 20),
        }))
    }

    async fn close(self: Box<Self>, _: Option<Box<dyn Page>>, _: Afterwards) {}
}

impl Host {
    /// A host with a session whose sign-in needs a person.
    pub(crate) async fn awaiting() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.storage.dir = folder.path().join("data");
        config.plugins.dir = folder.path().join("plugins");
        std::fs::create_dir_all(&config.plugins.dir).unwrap();
        let component = Guest::session("session").build();
        std::fs::write(config.plugins.dir.join("session.wasm"), component).unwrap();
        let (told, actions) = (Told::default(), Actions::default());
        let launcher = FakeLauncher {
            told: told.clone(),
            actions: actions.clone(),
        };
        let pool = Pool::start(
            &schema::Pool::default(),
            Arc::new(launcher),
            Arc::new(SystemClock),
        );
        let engine = Engine::new(&config.limits).unwrap();
        let registry = Arc::new(Registry::open(&config, engine).await.unwrap());
        let artifacts = ArtifactStore::open(&folder.path().join("artifacts")).unwrap();
        let dispatch = Dispatch::new(config, pool, registry, artifacts, Arc::new(SystemClock));
        let who = Who {
            credentials: Some(Credentials::new("user", "secret")),
            ..Who::default()
        };
        let needed = dispatch.ready_session(who, None).await;
        let Err(RunError::OperatorNeeded { session_id, .. }) = needed else {
            panic!("{needed:?}");
        };
        Self {
            dispatch,
            session: session_id,
            told,
            actions,
            _folder: folder,
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
