//! The handle on dispatch: what HTTP and the refresh scheduler hold.

use std::sync::Arc;

use crate::artifacts::store::ArtifactStore;
use crate::config::limits;
use crate::config::load;
use crate::config::schema::Config;
use crate::dispatch::error::RunError;
use crate::dispatch::live::{Ended, Views};
use crate::dispatch::request::{ReadySession, Who};
use crate::model::ids::RunId;
use crate::model::ids::SessionId;
use crate::model::session::{LeaseKind, SessionSnapshot};
use crate::plugin::call_error::CallError;
use crate::plugin::registry::Registry;
use crate::plugin::status::PluginStatus;
use crate::pool::entry::{Condition, Standing};
use crate::pool::error::LeaseDenied;
use crate::pool::handle::{Pool, Purpose, Whose};
use crate::pool::lease::Lease;
use crate::pool::words::KeptSession;

/// Runs operations on sessions. Cheap to clone.
#[derive(Clone)]
pub struct Dispatch(pub(in crate::dispatch) Arc<Parts>);

pub(in crate::dispatch) struct Parts {
    pub(in crate::dispatch) config: Config,
    pub(in crate::dispatch) pool: Pool,
    pub(in crate::dispatch) registry: Arc<Registry>,
    pub(in crate::dispatch) artifacts: ArtifactStore,
    pub(in crate::dispatch) views: Views,
}

impl Dispatch {
    /// Dispatch over these.
    #[must_use]
    pub fn new(
        config: Config,
        pool: Pool,
        registry: Arc<Registry>,
        artifacts: ArtifactStore,
    ) -> Self {
        Self(Arc::new(Parts {
            config,
            pool,
            registry,
            artifacts,
            views: Views::none(),
        }))
    }

    /// A session that is signed in, opened if there is none.
    pub async fn ready_session(&self, who: Who) -> Result<ReadySession, RunError> {
        let mut lease = self.lease(who, LeaseKind::SignIn, None).await?;
        let session_id = lease.session();
        let is_new = *lease.standing() == Standing::New;
        match self.ensure_signed_in(&mut lease).await {
            Ok(()) => lease.finish(Condition::SignedIn),
            Err(stopped) => return Err(stopped.end(lease)),
        }
        Ok(ReadySession { session_id, is_new })
    }

    /// All sessions, from the pool's books.
    pub async fn sessions(&self) -> Vec<SessionSnapshot> {
        self.0.pool.sessions().await
    }

    /// One session, from the pool's books.
    pub async fn session(&self, id: SessionId) -> Result<SessionSnapshot, RunError> {
        let session = self.0.pool.session(id).await;
        session.ok_or_else(|| LeaseDenied::UnknownSession(id).into())
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

    /// Whether requests can be served: there is a component that signs in.
    #[must_use]
    pub fn can_sign_in(&self) -> bool {
        self.0.registry.session().is_some()
    }

    /// The files that runs left.
    #[must_use]
    pub fn artifacts(&self) -> &ArtifactStore {
        &self.0.artifacts
    }

    /// How many browsers there may be.
    #[must_use]
    pub fn max_sessions(&self) -> usize {
        self.0.config.pool.max_sessions
    }

    /// A lease on the session meant by `who`.
    pub(in crate::dispatch) async fn lease(
        &self,
        who: Who,
        kind: LeaseKind,
        run_id: Option<RunId>,
    ) -> Result<Lease, RunError> {
        let whose = self.whose(who)?;
        let wait = self.0.pool.default_wait();
        let purpose = Purpose {
            kind,
            run_id,
            keep_alive: true,
            wait,
            hold: limits::LEASE,
        };
        Ok(self.0.pool.lease(whose, purpose).await?)
    }

    fn whose(&self, who: Who) -> Result<Whose, RunError> {
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

/// Why a lease could not be used, and how its session is left.
pub(in crate::dispatch) struct Stopped {
    pub(in crate::dispatch) error: RunError,
    pub(in crate::dispatch) condition: Condition,
}

impl Stopped {
    /// Nothing was learned: not a reason to believe anything about the session.
    pub(in crate::dispatch) const fn without_verdict(error: CallError) -> Self {
        Self {
            error: RunError::SignIn(error),
            condition: Condition::Unknown,
        }
    }

    /// Ends the lease.
    pub(in crate::dispatch) fn end(self, lease: Lease) -> RunError {
        lease.finish(self.condition);
        self.error
    }
}
