//! What everybody else holds of the pool: asking for leases, and looking at the books.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, broadcast, mpsc, oneshot, watch};
use tokio::time::{Instant, timeout};
use tracing::{Instrument as _, Span};

use crate::browser::launch::{LaunchError, Launcher};
use crate::config::limits;
use crate::config::schema;
use crate::config::secrets::{Credentials, HashKey};
use crate::model::clock::Clock;
use crate::model::ids::SessionId;
use crate::model::session::{LeaseKind, SessionSnapshot};
use crate::pool::commands::Command;
pub use crate::pool::commands::Purpose;
use crate::pool::error::{LeaseDenied, PictureDenied};
use crate::pool::happening::Happening;
use crate::pool::lease::Lease;
use crate::pool::task::Task;
use crate::pool::words::{Adopted, Bounds, KeptSession, Launching, Owner, Term, WaiterId, Wanted};
use crate::telemetry::figures::Figures;
use crate::telemetry::{table, traces};

/// Whose session is wanted.
#[derive(Debug, Clone)]
pub enum Whose {
    /// The session with this id; with credentials, only if it is theirs.
    Session(SessionId, Option<Credentials>),
    /// The session of these credentials; opened if there is none.
    Account(Credentials),
}

/// A handle on the pool. Cheap to clone.
#[derive(Clone)]
pub struct Pool {
    inbox: mpsc::Sender<Command>,
    happenings: broadcast::Sender<Happening>,
    key: Arc<HashKey>,
    waiters: Arc<AtomicU64>,
    changed: Arc<watch::Sender<u64>>,
    pictures: Arc<Semaphore>,
    wait: Duration,
    figures: Figures,
    launcher: Arc<dyn Launcher>,
}

impl Pool {
    /// Starts the pool's task. It ends with `stop`, or when the last handle is dropped.
    #[must_use]
    pub fn start(
        config: &schema::Pool,
        launcher: Arc<dyn Launcher>,
        clock: Arc<dyn Clock>,
        figures: Figures,
    ) -> Self {
        let (inbox, commands) = mpsc::channel(limits::POOL_INBOX);
        let bounds = Bounds {
            sessions: config.max_sessions,
            queue_per_session: config.queue_per_session,
            queue_total: config.queue_total,
        };
        let changed = Arc::new(watch::Sender::new(0));
        let told = Arc::clone(&changed);
        let (happenings, _) = broadcast::channel(limits::webhooks::HAPPENINGS);
        let tellers = (happenings.clone(), figures.clone(), told);
        tokio::spawn(Task::new(bounds, Arc::clone(&launcher), clock, commands, tellers).run());
        Self {
            inbox,
            happenings,
            key: Arc::new(HashKey::random()),
            waiters: Arc::default(),
            changed,
            pictures: Arc::new(Semaphore::new(limits::dashboard::PICTURES)),
            wait: Duration::from_millis(config.wait_ms),
            figures,
            launcher,
        }
    }

    /// The figures of the host that this is the pool of.
    #[must_use]
    pub const fn figures(&self) -> &Figures {
        &self.figures
    }

    /// How long a request waits for its session, unless it says otherwise.
    #[must_use]
    pub const fn default_wait(&self) -> Duration {
        self.wait
    }

    /// Hears what happens to sessions from now on.
    #[must_use]
    pub fn happenings(&self) -> broadcast::Receiver<Happening> {
        self.happenings.subscribe()
    }

    /// Asks for a lease, and waits for it in turn.
    ///
    /// # Cancellation
    /// A request whose future is dropped leaves the queue; a lease that was on its way goes home by itself.
    pub async fn lease(&self, whose: Whose, purpose: Purpose) -> Result<Lease, LeaseDenied> {
        let asked = Instant::now();
        let kind = purpose.kind.as_str();
        let waiting = if traces::is_traced() {
            tracing::info_span!(target: traces::TARGET, "queue", lease.kind = kind)
        } else {
            Span::none()
        };
        let mut leased = self.leased(whose, purpose).instrument(waiting).await;
        match &mut leased {
            Ok(lease) => {
                lease.traced(kind);
                let waited = asked.elapsed();
                self.figures.took(&table::SESSION_WAIT, &[kind], waited);
            }
            Err(denied) => self.count_denied(denied),
        }
        leased
    }

    fn count_denied(&self, denied: &LeaseDenied) {
        let reason = match denied {
            LeaseDenied::WaitedTooLong { .. } => {
                return self.figures.count(&table::ACQUIRE_TIMEOUTS, &[]);
            }
            LeaseDenied::QueueFull { .. } => "queue-full",
            LeaseDenied::HostFull { .. } => "host-full",
            LeaseDenied::LaunchesStopped { .. } => "launches-stopped",
            LeaseDenied::Draining => "draining",
            _ => return,
        };
        self.figures.count(&table::REJECTIONS, &[reason]);
    }

    async fn leased(&self, whose: Whose, purpose: Purpose) -> Result<Lease, LeaseDenied> {
        let (wanted, credentials) = self.wanted(whose);
        let (reply, mut lease) = oneshot::channel();
        let waiter = self.waiter();
        let command = Command::Lease {
            wanted,
            credentials,
            purpose,
            waiter,
            reply,
        };
        let asked = self.inbox.send(command).await;
        asked.map_err(|_| LeaseDenied::Draining)?;
        if let Ok(reply) = timeout(purpose.wait, &mut lease).await {
            return reply.map_err(|_| LeaseDenied::Draining)?;
        }
        // The answer is there in any case now: a lease that was granted a moment ago, or why there is none.
        self.ask(|reply| Command::GiveUp { waiter, reply }).await;
        lease.try_recv().map_err(|_| LeaseDenied::Draining)?
    }

    /// Asks for a lease on a session that is free now; never waits for it.
    pub async fn try_lease(
        &self,
        id: SessionId,
        kind: LeaseKind,
        hold: Duration,
    ) -> Result<Lease, LeaseDenied> {
        let waiter = self.waiter();
        let command = |reply| Command::TryLease {
            id,
            kind,
            hold,
            waiter,
            reply,
        };
        let reply = self.ask(command).await;
        if let Some(Err(LeaseDenied::InUse(_))) = &reply {
            self.figures.count(&table::CONFLICTS_PREVENTED, &["in_use"]);
        }
        reply.unwrap_or(Err(LeaseDenied::Draining))
    }

    /// Lets a lease be held for longer than it was asked for, counted from now.
    pub async fn prolong(&self, lease: &Lease, term: Term) {
        let (session, epoch) = (lease.session(), lease.epoch());
        let command = |reply| Command::Prolong {
            session,
            epoch,
            term,
            reply,
        };
        // A pool that is gone calls no lease back.
        self.ask(command).await;
    }

    /// Whether a lease is on the session that is meant.
    #[must_use]
    pub fn is_of(&self, lease: &Lease, whose: &Whose) -> bool {
        let is_theirs = |given: &Credentials| {
            let known = lease.credentials();
            known.is_some_and(|known| self.key.hash(known) == self.key.hash(given))
        };
        match whose {
            Whose::Session(id, given) => {
                *id == lease.session() && given.as_ref().is_none_or(is_theirs)
            }
            Whose::Account(given) => is_theirs(given),
        }
    }

    /// Opens a session of an earlier host again; without credentials only its id leads to it. One for which there
    /// is no room stays where it is, for a later host.
    pub async fn adopt(&self, adopted: Adopted, credentials: Option<Credentials>) {
        let owner = credentials.as_ref().map(|given| self.owner(given));
        let command = Command::Adopt {
            adopted,
            owner,
            credentials,
        };
        // A pool that is gone adopts nothing.
        drop(self.inbox.send(command).await);
    }

    /// All sessions. From the books; no browser is asked.
    pub async fn sessions(&self) -> Vec<SessionSnapshot> {
        self.ask(|reply| Command::Sessions { reply })
            .await
            .unwrap_or_default()
    }

    /// Tells whenever what `sessions` shows has changed.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// A small picture of a session's page, as JPEG. Takes no lease: whoever has the session is not disturbed.
    ///
    /// # Errors
    /// There is no such session, it has no browser, or the browser gave no picture in time.
    pub async fn picture(&self, id: SessionId) -> Result<Vec<u8>, PictureDenied> {
        let gone = || PictureDenied::UnknownSession(id.to_string());
        let not_taken = |why: &str| PictureDenied::NotTaken {
            session: id,
            why: why.to_owned(),
        };
        let taking = async {
            let turn = self.pictures.acquire().await;
            let asked = self.ask(|reply| Command::Look { id, reply }).await;
            let taken = asked.unwrap_or_else(|| Err(gone()))?.await;
            drop(turn);
            taken.map_err(|why| not_taken(&why))
        };
        let taken = timeout(limits::dashboard::PICTURE, taking).await;
        taken.unwrap_or_else(|_| Err(not_taken("its page did not answer in time")))
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

    /// Whether browsers start, from the books; none if the pool is gone.
    pub async fn launching(&self) -> Option<Launching> {
        self.ask(|reply| Command::Launching { reply }).await
    }

    /// Whether the programs that a browser is started from are there. Looks at files; starts nothing.
    pub fn installed(&self) -> Result<(), LaunchError> {
        self.launcher.installed()
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

    fn waiter(&self) -> WaiterId {
        WaiterId(self.waiters.fetch_add(1, Ordering::Relaxed))
    }

    fn owner(&self, credentials: &Credentials) -> Owner {
        Owner {
            key: self.key.hash(credentials),
            username: credentials.username.clone(),
        }
    }

    fn wanted(&self, whose: Whose) -> (Wanted, Option<Credentials>) {
        match whose {
            Whose::Session(id, credentials) => {
                let owner = credentials.as_ref().map(|given| self.owner(given));
                (Wanted::Session(id, owner), credentials)
            }
            Whose::Account(credentials) => {
                let owner = self.owner(&credentials);
                (Wanted::Account(owner), Some(credentials))
            }
        }
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(command(reply)).await.ok()?;
        answer.await.ok()
    }
}
