//! The host put together, in the order in which its parts depend on each other, and taken apart in reverse.
//!
//! Owns: everything. Ends with `run`, which drains: no new work, leases end, browsers close.

use std::fs::{DirBuilder, File};
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::artifacts::store::ArtifactStore;
use crate::browser::driving::Driving;
use crate::browser::folder::BrowserStorage;
use crate::browser::local::LocalLauncher;
use crate::browser::machine;
use crate::browser::profile::{self, LeftSession};
use crate::browser::reaper::{self, Reaped};
use crate::config::limits;
use crate::config::schema::{Backend, Config};
use crate::dispatch::handle::Dispatch;
use crate::dispatch::telling::Telling;
use crate::http::server::Server;
use crate::http::starting::Starting;
use crate::model::clock::SystemClock;
use crate::plugin::engine::Engine;
use crate::plugin::registry::Registry;
use crate::plugin::watch::{Watch, watch};
use crate::pool::handle::Pool;
use crate::pool::words::Adopted;
use crate::refresh::person::LookOut;
use crate::refresh::task::Refreshing;
use crate::store::database::Store;
use crate::telemetry::figures::Figures;
use crate::telemetry::table;
use crate::webhooks::deliveries::{Deliveries, Receivers};

/// A host that is ready to serve.
pub struct App {
    server: Server,
    dispatch: Dispatch,
    /// Held for their whole life; each ends by being dropped.
    _refreshing: Refreshing,
    _look_out: LookOut,
    _forgetting: Forgetting,
    _summing_up: AbortOnDropHandle<()>,
    _watching: Watch,
    _telling: Telling,
    _deliveries: Deliveries,
    _storage: Storage,
}

/// The storage folder, which one host uses at a time.
struct Storage {
    dir: PathBuf,
    _lock: File,
}

impl App {
    /// Puts the host together: storage, what a dead host left, plugins, pool, refresh, server.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        let receivers = Receivers::of(&config)?;
        let storage = Storage::open(&config.storage.dir)?;
        let browsers = BrowserStorage::below(&storage.dir)?;
        let reaped = reaper::reap(&browsers)
            .await
            .context("removing what an earlier host left")?;
        if reaped.folders + reaped.groups > 0 {
            tracing::warn!(
                ?reaped,
                "an earlier host had not ended its browsers; they are gone now"
            );
        }
        let left = profile::left(&browsers.profiles).await?;
        if config.browser.backend == Backend::Grid {
            bail!("[browser] backend = \"grid\" is not served yet; use \"local\"");
        }
        let figures = Figures::new();
        count_left(&figures, reaped);
        let of_machine = browsers.clone();
        figures.watch(move || machine::readings(&of_machine));
        let driving = Driving::of(&config, figures.clone());
        let launcher = LocalLauncher::new(config.browser.clone(), driving, browsers)?;

        let store = Store::open(&storage.dir.join("gantry.db"))
            .await
            .context("opening the database")?;
        refuse_unasked(&config, &store).await?;
        let listen = config.server.listen;
        let starting = Starting::bind(listen)
            .await
            .with_context(|| format!("cannot listen on {listen}; is another host running?"))?;
        let engine = Engine::new(&config.limits)?;
        let registry = Arc::new(Registry::open(&config, engine, store.clone()).await?);
        let watching = watch(Arc::clone(&registry))?;

        let artifacts = ArtifactStore::open(&storage.dir.join("artifacts"))?;
        let clock = Arc::new(SystemClock);
        let pool = Pool::start(&config.pool, Arc::new(launcher), clock, figures.clone());
        let dispatch = Dispatch::new(
            config.clone(),
            pool.clone(),
            registry,
            artifacts,
            store,
            Arc::new(SystemClock),
        );
        let retry_ms = &config.limits.webhook_retry_ms;
        let deliveries = Deliveries::start(receivers, dispatch.webhooks(), retry_ms);
        // Before the sessions come up, of which it tells.
        let telling = Telling::start(dispatch.clone())
            .await
            .context("reading which accounts need a person")?;
        dispatch
            .take_up_owners()
            .await
            .context("reading which tokens used which sessions")?;
        dispatch
            .restore(left.into_iter().map(adopted).collect())
            .await;
        dispatch
            .recover_runs()
            .await
            .context("taking up the runs of an earlier host")?;
        let forgetting = Forgetting::start(dispatch.clone());
        let refreshing = Refreshing::start(&config.refresh, dispatch.clone());
        let look_out = LookOut::start(dispatch.clone());
        let server = starting.into_server(dispatch.clone()).await;
        Ok(Self {
            server,
            dispatch,
            _refreshing: refreshing,
            _look_out: look_out,
            _forgetting: forgetting,
            _summing_up: summing_up(figures),
            _watching: watching,
            _telling: telling,
            _deliveries: deliveries,
            _storage: storage,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.server.address()?)
    }

    /// Serves until `stop`, then drains: whoever comes meanwhile is told so, and the server goes last.
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        let drained = CancellationToken::new();
        let serving = self.server.serve(drained.clone());
        let draining = async {
            stop.cancelled().await;
            tracing::info!("stopping: no new work; waiting for sessions in use");
            self.dispatch.stop(limits::STOP_GRACE).await;
            drained.cancel();
            tokio::time::sleep(limits::STOP_SERVER).await;
        };
        tokio::select! {
            served = serving => served?,
            () = draining => tracing::warn!("stopped with requests still open"),
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// Forgets old runs, and removes old files, now and then.
struct Forgetting {
    _runs: AbortOnDropHandle<()>,
    _files: AbortOnDropHandle<()>,
}

impl Forgetting {
    fn start(dispatch: Dispatch) -> Self {
        let sweeper = dispatch.clone();
        let sweep = async move {
            let mut ticks = tokio::time::interval(limits::SWEEP_EVERY);
            loop {
                ticks.tick().await;
                if let Err(error) = sweeper.sweep_artifacts().await {
                    tracing::error!(%error, "old files could not be removed");
                }
            }
        };
        let forget = async move {
            let mut ticks = tokio::time::interval(limits::FORGET_EVERY);
            loop {
                ticks.tick().await;
                match dispatch.forget_old_runs().await {
                    Ok(0) => {}
                    Ok(runs) => tracing::info!(runs, "old runs are forgotten"),
                    Err(error) => tracing::error!(%error, "old runs could not be forgotten"),
                }
                if let Err(error) = dispatch.forget_old_deeds().await {
                    tracing::error!(%error, "what was done long ago could not be forgotten");
                }
                if let Err(error) = dispatch.webhooks().forget_old().await {
                    tracing::error!(%error, "old messages could not be forgotten");
                }
            }
        };
        Self {
            _runs: AbortOnDropHandle::new(tokio::spawn(forget)),
            _files: AbortOnDropHandle::new(tokio::spawn(sweep)),
        }
    }
}

impl Storage {
    fn open(dir: &Path) -> anyhow::Result<Self> {
        // Profiles hold cookies: nobody else is to read them. A folder that is there keeps its rights.
        let mut maker = DirBuilder::new();
        let made = maker.recursive(true).mode(0o700).create(dir);
        let made = made.and_then(|()| dir.canonicalize());
        let dir =
            made.with_context(|| format!("cannot use the storage folder {}", dir.display()))?;
        let lock = File::create(dir.join("lock"))?;
        if lock.try_lock().is_err() {
            bail!(
                "another host uses {}; stop it, or set [storage] dir",
                dir.display()
            );
        }
        Ok(Self { dir, _lock: lock })
    }
}

/// A host that needs tokens and has none could be called by nobody.
async fn refuse_unasked(config: &Config, store: &Store) -> anyhow::Result<()> {
    let tokens = store.tokens().await?;
    if config.server.needs_tokens() && !tokens.iter().any(|token| token.revoked_ms.is_none()) {
        bail!(
            "callers of {} have to show a token, and there is none; make one with \
             `gantry token new --name NAME --scope read` and the same configuration",
            config.server.listen
        );
    }
    Ok(())
}

fn adopted(left: LeftSession) -> Adopted {
    Adopted {
        session_id: left.session_id,
        username: left.username,
        keep_alive: left.keep_alive,
        created: left.created,
    }
}

/// Sums up times now and then, whether somebody asks for them or not.
fn summing_up(figures: Figures) -> AbortOnDropHandle<()> {
    AbortOnDropHandle::new(tokio::spawn(async move {
        let mut ticks = tokio::time::interval(limits::SUM_UP_EVERY);
        loop {
            ticks.tick().await;
            figures.sum_up();
        }
    }))
}

fn count_left(figures: &Figures, reaped: Reaped) {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    figures.add(&table::ORPHANS, &["group"], count(reaped.groups));
    figures.add(&table::ORPHANS, &["folder"], count(reaped.folders));
}
