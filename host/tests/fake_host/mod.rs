//! A host without browsers: pool, engine, components, store and dispatch are real, the pages are in memory.

use std::sync::Arc;

use async_trait::async_trait;
use futures::future::BoxFuture;
use gantry::artifacts::store::ArtifactStore;
use gantry::browser::launch::{
    Afterwards, Browser, LaunchError, LaunchOrder, Launched, Launcher, Profile, Usage,
};
use gantry::browser::page::Page;
use gantry::config::schema::Config;
use gantry::dispatch::handle::Dispatch;
use gantry::model::clock::SystemClock;
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
            page,
        }
    }

    /// Serves this component.
    pub(crate) fn with_plugin(self, file: &str, component: Vec<u8>) -> Self {
        std::fs::write(self.config.plugins.dir.join(file), component).unwrap();
        self
    }

    pub(crate) async fn start(&self) -> Dispatch {
        let launcher = Arc::new(FakeLauncher {
            told: self.told.clone(),
            actions: self.actions.clone(),
            page: self.page,
        });
        let clock = Arc::new(SystemClock);
        let pool = Pool::start(&self.config.pool, launcher, clock.clone(), Figures::new());
        let engine = Engine::new(&self.config.limits).unwrap();
        let path = self.folder.path();
        let store = Store::open(&path.join("gantry.db")).await.unwrap();
        let registry = Registry::open(&self.config, engine, store.clone()).await;
        let registry = Arc::new(registry.unwrap());
        let artifacts = ArtifactStore::open(&path.join("artifacts")).unwrap();
        Dispatch::new(self.config.clone(), pool, registry, artifacts, store, clock)
    }
}

struct FakeLauncher {
    told: Told,
    actions: Actions,
    page: fn() -> FakePage,
}

struct FakeBrowser;

#[async_trait]
impl Launcher for FakeLauncher {
    async fn launch(&self, _: &LaunchOrder) -> Result<Launched, LaunchError> {
        let page = (self.page)()
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
