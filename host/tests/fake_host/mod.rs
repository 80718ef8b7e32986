//! A host without browsers: pool, engine, components, store and dispatch are real, the pages are in memory.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::future::BoxFuture;
use gantry::artifacts::store::ArtifactStore;
use gantry::browser::launch::{
    Afterwards, Browser, LaunchError, LaunchOrder, Launched, Launcher, Profile, Usage,
};
use gantry::browser::page::Page;
use gantry::config::schema::Config;
use gantry::dispatch::handle::Dispatch;
use gantry::model::clock::{Clock, SystemClock};
use gantry::model::ids::SessionId;
use gantry::plugin::engine::Engine;
use gantry::plugin::registry::Registry;
use gantry::pool::handle::Pool;
use gantry::store::database::Store;
use gantry::telemetry::figures::Figures;
use tempfile::TempDir;

use crate::fake_page::{Actions, FakePage, Told};

/// What a host is made of, before it starts.
pub(crate) struct FakeHost {
    pub(crate) config: Config,
    pub(crate) folder: Arc<TempDir>,
    /// What its pages say from now on.
    pub(crate) told: Told,
    /// What is done to its pages.
    pub(crate) actions: Actions,
    /// Why no browser starts, from now on; none lets them start.
    pub(crate) refused: Arc<Mutex<Option<LaunchError>>>,
    pub(crate) clock: Arc<dyn Clock>,
    page: fn() -> FakePage,
}

impl FakeHost {
    /// Over the storage in this folder, with pages like this one.
    pub(crate) fn below(folder: Arc<TempDir>, page: fn() -> FakePage) -> Self {
        let mut config = Config::default();
        config.storage.dir = folder.path().join("data");
        config.plugins.dir = folder.path().join("plugins");
        std::fs::create_dir_all(&config.plugins.dir).unwrap();
        Self {
            config,
            folder,
            told: Told::default(),
            actions: Actions::default(),
            refused: Arc::default(),
            clock: Arc::new(SystemClock),
            page,
        }
    }

    /// Serves this component.
    pub(crate) fn with_plugin(self, file: &str, component: Vec<u8>) -> Self {
        std::fs::write(self.config.plugins.dir.join(file), component).unwrap();
        self
    }

    pub(crate) async fn start(&self) -> Dispatch {
        let database = self.folder.path().join("gantry.db");
        let store = Store::open(&database).await.unwrap();
        self.start_with(store).await.0
    }

    /// Over this database; also what looks at its plugin folder.
    pub(crate) async fn start_with(&self, store: Store) -> (Dispatch, Arc<Registry>) {
        let launcher = Arc::new(FakeLauncher {
            told: self.told.clone(),
            actions: self.actions.clone(),
            refused: Arc::clone(&self.refused),
            page: self.page,
        });
        let clock = Arc::clone(&self.clock);
        let pool = Pool::start(&self.config.pool, launcher, clock.clone(), Figures::new());
        let engine = Engine::new(&self.config.limits).unwrap();
        let path = self.folder.path();
        let registry = Registry::open(&self.config, engine, store.clone()).await;
        let registry = Arc::new(registry.unwrap());
        let artifacts = ArtifactStore::open(&path.join("artifacts")).unwrap();
        let (config, served) = (self.config.clone(), Arc::clone(&registry));
        let dispatch = Dispatch::new(config, pool, served, artifacts, store, clock);
        (dispatch, registry)
    }
}

struct FakeLauncher {
    told: Told,
    actions: Actions,
    refused: Arc<Mutex<Option<LaunchError>>>,
    page: fn() -> FakePage,
}

struct FakeBrowser;

#[async_trait]
impl Launcher for FakeLauncher {
    async fn launch(&self, _: &LaunchOrder) -> Result<Launched, LaunchError> {
        if let Some(error) = self.refused.lock().unwrap().clone() {
            return Err(error);
        }
        let page = (self.page)()
            .listening_to(&self.told)
            .noting_in(&self.actions);
        Ok(Launched {
            page: Box::new(page),
            browser: Box::new(FakeBrowser),
            profile: Profile::Fresh,
        })
    }

    fn installed(&self) -> Result<(), LaunchError> {
        match &*self.refused.lock().unwrap() {
            Some(error @ LaunchError::ProgramMissing { .. }) => Err(error.clone()),
            _ => Ok(()),
        }
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
