//! The handle on dispatch: what HTTP and the refresh scheduler hold.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::artifacts::error::ArtifactError;
use crate::artifacts::shelf::Keep;
use crate::artifacts::store::{ArtifactStore, Swept};
use crate::config::limits;
use crate::config::load;
use crate::config::schema::Config;
use crate::dispatch::attempts::Attempts;
use crate::dispatch::error::RunError;
use crate::dispatch::held::Holds;
use crate::dispatch::live::{Ended, Views};
use crate::dispatch::news::News;
use crate::dispatch::owners::Owners;
use crate::dispatch::pausing::Held;
use crate::dispatch::readiness::LastLook;
use crate::dispatch::request::{ReadySession, Who};
use crate::dispatch::runs::Live;
use crate::dispatch::schedule::Schedule;
use crate::dispatch::turns::Turns;
use crate::model::caller::Caller;
use crate::model::clock::Clock;
use crate::model::ids::RunId;
use crate::model::ids::SessionId;
use crate::model::session::{LeaseKind, SessionSnapshot};
use crate::plugin::load_error::ChangeDenied;
use crate::plugin::registry::Registry;
use crate::plugin::status::{PluginDetail, PluginStatus, VersionStatus};
use crate::plugin::version::OperationVersion;
use crate::pool::entry::Condition;
use crate::pool::error::LeaseDenied;
use crate::pool::handle::{Pool, Purpose, Whose};
use crate::pool::words::KeptSession;
use crate::store::database::Store;
use crate::webhooks::handle::Webhooks;

/// Runs operations on sessions. Cheap to clone.
#[derive(Clone)]
pub struct Dispatch(pub(in crate::dispatch) Arc<Parts>);

pub(in crate::dispatch) struct Parts {
    pub(in crate::dispatch) config: Config,
    pub(in crate::dispatch) pool: Pool,
    pub(in crate::dispatch) registry: Arc<Registry>,
    pub(in crate::dispatch) artifacts: ArtifactStore,
    pub(in crate::dispatch) clock: Arc<dyn Clock>,
    attempts: Mutex<Attempts>,
    pub(in crate::dispatch) holds: Mutex<Holds<Held>>,
    stopping: AtomicBool,
    pub(in crate::dispatch) views: Views,
    pub(in crate::dispatch) store: Store,
    pub(in crate::dispatch) live: Live,
    pub(in crate::dispatch) owners: Owners,
    pub(in crate::dispatch) turns: Turns,
    pub(in crate::dispatch) webhooks: Webhooks,
    pub(in crate::dispatch) schedule: Schedule,
    pub(in crate::dispatch) news: News,
    pub(in crate::dispatch) last_look: LastLook,
}

impl Dispatch {
    /// Dispatch over these.
    #[must_use]
    pub fn new(
        config: Config,
        pool: Pool,
        registry: Arc<Registry>,
        artifacts: ArtifactStore,
        store: Store,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let webhooks = Webhooks::new(
            &config,
            store.clone(),
            Arc::clone(&clock),
            pool.figures().clone(),
        );
        let news = News::default();
        let interval = Duration::from_millis(config.refresh.interval_ms);
        Self(Arc::new(Parts {
            config,
            pool,
            registry,
            artifacts,
            clock,
            attempts: Mutex::default(),
            holds: Mutex::default(),
            stopping: AtomicBool::new(false),
            views: Views::none(),
            owners: Owners::new(store.clone()),
            store,
            live: Live::over(&news),
            turns: Turns::default(),
            webhooks,
            schedule: Schedule::new(interval),
            news,
            last_look: LastLook::default(),
        }))
    }

    /// A session that is signed in, opened if there is none.
    pub async fn ready_session(
        &self,
        caller: &Caller,
        who: Who,
        patience: Option<Duration>,
    ) -> Result<ReadySession, RunError> {
        let purpose = self.signing_in(patience, who.keep_alive);
        let ready = self.ready(caller, self.whose(who)?, purpose).await?;
        let session_id = ready.lease.session();
        ready.lease.finish(Condition::SignedIn);
        Ok(ReadySession {
            session_id,
            is_new: ready.is_new,
        })
    }

    /// All sessions, from the pool's books.
    pub async fn sessions(&self) -> Vec<SessionSnapshot> {
        let mut sessions = self.0.pool.sessions().await;
        self.0.schedule.note(&mut sessions);
        sessions
    }

    /// One session, from the pool's books.
    pub async fn session(&self, id: SessionId) -> Result<SessionSnapshot, RunError> {
        let mut sessions = self.sessions().await.into_iter();
        let session = sessions.find(|session| session.session_id == id);
        session.ok_or_else(|| LeaseDenied::UnknownSession(id.to_string()).into())
    }

    /// The sessions to be kept signed in.
    pub async fn kept_sessions(&self) -> Vec<KeptSession> {
        self.0.pool.kept().await
    }

    /// Ends a session when its lease has ended; with `force` at once. A live view has to make way only by force.
    pub async fn close_session(&self, id: SessionId, force: bool) -> Result<(), RunError> {
        if force && let Ok(view) = self.live_view(id) {
            view.end(Ended::SessionClosed).await;
        }
        Ok(self.0.pool.close(id, force).await?)
    }

    /// The plugins, and the files that are none.
    #[must_use]
    pub fn plugins(&self) -> Vec<PluginStatus> {
        self.0.registry.list()
    }

    /// One plugin, with what its callers have to know.
    pub fn plugin(&self, name: &str) -> Result<PluginDetail, ChangeDenied> {
        self.0.registry.detail(name)
    }

    /// The versions of a plugin that are or were served.
    pub async fn plugin_versions(&self, name: &str) -> Result<Vec<VersionStatus>, ChangeDenied> {
        self.0.registry.versions(name).await
    }

    /// Writes a component into the plugin folder.
    pub async fn install_plugin(
        &self,
        name: &str,
        component: Vec<u8>,
    ) -> Result<PluginStatus, ChangeDenied> {
        self.0.registry.install(name, component).await
    }

    /// Serves the waiting version of a plugin that has this digest, although callers will notice.
    pub async fn accept_plugin(&self, name: &str, digest: &str) -> Result<(), ChangeDenied> {
        self.0.registry.accept(name, digest).await
    }

    /// Serves a former version of a plugin again.
    pub async fn roll_back_plugin(
        &self,
        name: &str,
        digest: Option<&str>,
    ) -> Result<PluginStatus, ChangeDenied> {
        self.0.registry.roll_back(name, digest).await
    }

    /// Removes a plugin from the plugin folder.
    pub async fn remove_plugin(&self, name: &str) -> Result<(), ChangeDenied> {
        self.0.registry.remove(name).await
    }

    /// Takes no new work, ends the holds, waits for what is under way, and closes every session; kills those that outlast `grace`.
    pub async fn stop(&self, grace: Duration) {
        self.0.stopping.store(true, Ordering::Relaxed);
        self.stop_live_views();
        self.end_holds().await;
        self.0.pool.stop(grace).await;
    }

    /// Whether the host is on its way out.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }

    /// The files that runs left.
    #[must_use]
    pub fn artifacts(&self) -> &ArtifactStore {
        &self.0.artifacts
    }

    /// Removes the files that are kept for too long, and the oldest of those that there is no room for.
    pub async fn sweep_artifacts(&self) -> Result<Swept, ArtifactError> {
        let storage = &self.0.config.storage;
        let keep = Keep {
            age: Duration::from_hours(storage.retention_hours),
            bytes: storage.quota_mb << 20,
        };
        let now = self.0.clock.now().wall;
        let swept = self.0.artifacts.sweep(keep, now).await?;
        if swept.runs > 0 {
            tracing::info!(?swept, "files of old runs are removed");
        }
        Ok(swept)
    }

    /// Who outside is told what happens.
    #[must_use]
    pub fn webhooks(&self) -> &Webhooks {
        &self.0.webhooks
    }

    /// How many browsers there may be.
    #[must_use]
    pub fn max_sessions(&self) -> usize {
        self.0.config.pool.max_sessions
    }

    /// The purpose of a run.
    pub(in crate::dispatch) fn operation(
        &self,
        run_id: RunId,
        call: Duration,
        patience: Option<Duration>,
        keep_alive: Option<bool>,
    ) -> Purpose {
        // Signed out in the middle it signs in and begins again.
        let calls = 2 * (limits::PROBE + limits::SIGN_IN + call);
        Purpose {
            kind: LeaseKind::Operation,
            run_id: Some(run_id),
            hold: calls + limits::LEASE_MARGIN,
            ..self.signing_in(patience, keep_alive)
        }
    }

    fn signing_in(&self, patience: Option<Duration>, keep_alive: Option<bool>) -> Purpose {
        let wait = patience.unwrap_or(self.0.pool.default_wait());
        Purpose {
            kind: LeaseKind::SignIn,
            run_id: None,
            keep_alive,
            wait: wait.min(limits::WAIT_MAX),
            is_patient: patience.is_some(),
            hold: limits::PROBE + limits::SIGN_IN + limits::LEASE_MARGIN,
        }
    }

    /// Wall time of one call of an operation.
    pub(in crate::dispatch) fn call_limit(&self, version: &OperationVersion) -> Duration {
        let limits = &self.0.config.limits;
        version.run_limit.unwrap_or(if version.effectful {
            limits.run_write()
        } else {
            limits.run_read()
        })
    }

    /// Wall time of one look for an effect: it only reads.
    pub(in crate::dispatch) fn look_limit(&self, version: &OperationVersion) -> Duration {
        version.run_limit.unwrap_or(self.0.config.limits.run_read())
    }

    pub(in crate::dispatch) fn attempts(&self) -> MutexGuard<'_, Attempts> {
        let attempts = self.0.attempts.lock();
        attempts.unwrap_or_else(PoisonError::into_inner)
    }

    pub(in crate::dispatch) fn now(&self) -> Instant {
        self.0.clock.now().instant
    }

    pub(in crate::dispatch) fn whose(&self, who: Who) -> Result<Whose, RunError> {
        if who.credentials.is_some() && !self.0.config.server.passwords {
            return Err(RunError::PasswordsNotTaken);
        }
        let credentials = match (who.credentials, who.account) {
            (Some(_), Some(_)) => return Err(RunError::WhoAmbiguous),
            (Some(credentials), None) => Some(credentials),
            (None, Some(alias)) => {
                let accounts = &self.0.config.accounts;
                let account = accounts.get(&alias);
                let account = account.ok_or_else(|| RunError::UnknownAccount(alias.clone()))?;
                Some(load::credentials(&alias, account)?)
            }
            (None, None) => None,
        };
        match (who.session_id, credentials) {
            (Some(id), credentials) => Ok(Whose::Session(id, credentials)),
            (None, Some(credentials)) => Ok(Whose::Account(credentials)),
            (None, None) => Err(RunError::WhoMissing),
        }
    }
}
