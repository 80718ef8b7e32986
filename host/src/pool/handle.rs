//! What everybody else holds of the pool: asking for leases, and looking at the books.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::browser::launch::Launcher;
use crate::config::limits;
use crate::config::schema;
use crate::config::secrets::{Credentials, HashKey};
use crate::model::ids::{RunId, SessionId};
use crate::model::session::{LeaseKind, SessionSnapshot};
use crate::pool::error::LeaseDenied;
use crate::pool::lease::Lease;
use crate::pool::task::{Command, Task};
use crate::pool::words::{Bounds, KeptSession, Wanted};

/// Whose session is wanted.
#[derive(Debug, Clone)]
pub enum Whose {
    /// The session with this id; with credentials, only if it is theirs.
    Session(SessionId, Option<Credentials>),
    /// The session of these credentials; opened if there is none.
    Account(Credentials),
}

/// What a lease is wanted for.
#[derive(Debug, Clone, Copy)]
pub struct Purpose {
    /// What.
    pub kind: LeaseKind,
    /// The run, for an operation.
    pub run_id: Option<RunId>,
    /// Whether a session opened for it is kept signed in.
    pub keep_alive: bool,
    /// How long the asker waits.
    pub wait: Duration,
    /// How long it may hold the lease; a lease that is held for longer is called back and loses its browser.
    pub hold: Duration,
}

/// A handle on the pool. Cheap to clone.
#[derive(Clone)]
pub struct Pool {
    inbox: mpsc::Sender<Command>,
    key: Arc<HashKey>,
    wait: Duration,
}

impl Pool {
    /// Starts the pool's task. It ends with `stop`, or when the last handle is dropped.
    #[must_use]
    pub fn start(config: &schema::Pool, launcher: Arc<dyn Launcher>) -> Self {
        let (inbox, commands) = mpsc::channel(limits::POOL_INBOX);
        let bounds = Bounds {
            sessions: config.max_sessions,
            queue_per_session: config.queue_per_session,
            queue_total: config.queue_total,
        };
        tokio::spawn(Task::new(bounds, launcher, commands).run());
        let wait = Duration::from_millis(config.wait_ms);
        Self {
            inbox,
            key: Arc::new(HashKey::random()),
            wait,
        }
    }

    /// How long a request waits for its session, unless it says otherwise.
    #[must_use]
    pub const fn default_wait(&self) -> Duration {
        self.wait
    }

    /// Asks for a lease, and waits for it in turn.
    ///
    /// # Cancellation
    /// A request whose future is dropped leaves the queue; a lease that was on its way goes home by itself.
    pub async fn lease(&self, whose: Whose, purpose: Purpose) -> Result<Lease, LeaseDenied> {
        let (wanted, credentials) = self.wanted(whose, purpose.keep_alive);
        let (reply, lease) = oneshot::channel();
        let Purpose {
            kind, run_id, wait, ..
        } = purpose;
        let asked = Instant::now();
        let command = Command::Lease {
            wanted,
            credentials,
            kind,
            run_id,
            reply,
        };
        self.inbox
            .send(command)
            .await
            .map_err(|_| LeaseDenied::Draining)?;
        match timeout(wait, lease).await {
            Ok(reply) => reply.map_err(|_| LeaseDenied::Draining)?,
            Err(_) => Err(LeaseDenied::WaitedTooLong(asked.elapsed())),
        }
    }

    /// Asks for a lease on a session that is free now; never waits for it.
    pub async fn try_lease(&self, id: SessionId, kind: LeaseKind) -> Result<Lease, LeaseDenied> {
        self.ask(|reply| Command::TryLease { id, kind, reply })
            .await
            .unwrap_or(Err(LeaseDenied::Draining))
    }

    /// All sessions. From the books; no browser is asked.
    pub async fn sessions(&self) -> Vec<SessionSnapshot> {
        self.ask(|reply| Command::Sessions { reply })
            .await
            .unwrap_or_default()
    }

    /// One session.
    pub async fn session(&self, id: SessionId) -> Option<SessionSnapshot> {
        self.sessions()
            .await
            .into_iter()
            .find(|session| session.session_id == id)
    }

    /// The sessions that are to be kept signed in.
    pub async fn kept(&self) -> Vec<KeptSession> {
        self.ask(|reply| Command::Kept { reply })
            .await
            .unwrap_or_default()
    }

    /// Ends a session once its lease has ended; with `force` its browser is killed at once. Returns when its
    /// processes are gone.
    pub async fn close(&self, id: SessionId, force: bool) -> Result<(), LeaseDenied> {
        let closed = self.ask(|reply| Command::Close { id, force, reply }).await;
        closed.unwrap_or(Err(LeaseDenied::Draining))
    }

    /// Gives no lease any more, and closes every session as its lease ends; those still leased after `grace`
    /// are killed. Returns when no browser is left.
    pub async fn stop(&self, grace: Duration) {
        let drained = self.ask(|reply| Command::Drain { reply });
        if timeout(grace, drained).await.is_ok() {
            return;
        }
        for session in self.sessions().await {
            tracing::warn!(session.id = %session.session_id, "killed: still in use at the end of the grace time");
            drop(self.close(session.session_id, true).await);
        }
    }

    fn wanted(&self, whose: Whose, keep_alive: bool) -> (Wanted, Option<Credentials>) {
        match whose {
            Whose::Session(id, credentials) => {
                let key = credentials
                    .as_ref()
                    .map(|credentials| self.key.hash(credentials));
                (Wanted::Session(id, key), credentials)
            }
            Whose::Account(credentials) => {
                let key = self.key.hash(&credentials);
                let username = credentials.username.clone();
                (
                    Wanted::Account {
                        key,
                        username,
                        keep_alive,
                    },
                    Some(credentials),
                )
            }
        }
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(command(reply)).await.ok()?;
        answer.await.ok()
    }
}
