//! What every test needs: an engine, a loader, a folder that goes away, and a context for a call.

use std::sync::Arc;
use std::time::Duration;

use gantry::artifacts::store::ArtifactStore;
use gantry::config::schema::{Config, Limits};
use gantry::model::ids::RunId;
use gantry::plugin::bounds::GuestBounds;
use gantry::plugin::call;
use gantry::plugin::context::{CallContext, Called, Journal};
use gantry::plugin::engine::Engine;
use gantry::plugin::load::{Loader, Plugin};
use gantry::plugin::load_error::LoadError;
use gantry::plugin::version::{OperationVersion, SessionVersion};
use serde_json::Value;
use tempfile::TempDir;
use tokio::time::Instant;

use crate::fake_page::FakePage;
use crate::plugin::fake_journal::FakeJournal;

/// Nothing here takes this long; it ends a test that would hang.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A host's plugin layer in a folder of its own.
pub(crate) struct Setup {
    pub(crate) dir: TempDir,
    pub(crate) config: Config,
    pub(crate) engine: Engine,
    pub(crate) journal: Arc<FakeJournal>,
}

impl Setup {
    pub(crate) fn new() -> Self {
        Self::with_bounds(GuestBounds::new(&Limits::default()))
    }

    /// With small bounds, where a test is to reach one soon.
    pub(crate) fn with_bounds(bounds: GuestBounds) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.storage.dir = dir.path().join("data");
        config.plugins.dir = dir.path().join("plugins");
        Self {
            dir,
            config,
            engine: Engine::with_bounds(bounds).unwrap(),
            journal: Arc::default(),
        }
    }

    pub(crate) fn grant(mut self, plugin: &str, grant: &str) -> Self {
        let settings = self
            .config
            .plugins
            .settings
            .entry(plugin.to_owned())
            .or_default();
        settings.grants.push(grant.to_owned());
        self
    }

    pub(crate) fn loader(&self) -> Loader {
        Loader::new(self.engine.clone(), &self.config)
    }

    pub(crate) async fn load(&self, component: Vec<u8>) -> Result<Plugin, LoadError> {
        self.loader()
            .load(component)
            .await
            .map(|loaded| loaded.plugin)
    }

    pub(crate) async fn operation(&self, component: Vec<u8>) -> Arc<OperationVersion> {
        match self.load(component).await.unwrap() {
            Plugin::Operation(version) => version,
            Plugin::Session(_) => panic!("a session component"),
        }
    }

    pub(crate) async fn session(&self, component: Vec<u8>) -> Arc<SessionVersion> {
        match self.load(component).await.unwrap() {
            Plugin::Session(version) => version,
            Plugin::Operation(_) => panic!("an operation"),
        }
    }

    pub(crate) fn context(&self, time: Duration) -> CallContext {
        let run_id = RunId::random();
        let store = ArtifactStore::open(&self.dir.path().join("artifacts")).unwrap();
        CallContext {
            run_id,
            deadline: Instant::now() + time,
            artifacts: Arc::new(store.for_run(run_id)),
            journal: Some(Arc::clone(&self.journal) as Arc<dyn Journal>),
            credentials: None,
        }
    }

    /// Runs an operation on `{}`, in a task of its own, as the host does.
    pub(crate) async fn run(
        &self,
        version: &Arc<OperationVersion>,
        page: FakePage,
        time: Duration,
    ) -> Called<Value> {
        let (version, context) = (Arc::clone(version), self.context(time));
        let run = async move {
            call::run(
                &version,
                (&serde_json::json!({}), None),
                Box::new(page),
                context,
            )
            .await
        };
        tokio::time::timeout(PATIENCE, tokio::spawn(run))
            .await
            .unwrap()
            .unwrap()
    }
}

/// The error of something that has to fail.
pub(crate) fn error<T>(result: Result<T, LoadError>) -> LoadError {
    match result {
        Ok(_) => panic!("it was loaded"),
        Err(error) => error,
    }
}
