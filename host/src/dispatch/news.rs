//! News for those who look at the host: that sessions, runs or plugins are not as they were.
//!
//! Owns: who listens, and how many may. Ends: with the host's stop, or when a listener has listened for long enough.
//! Never: tells a caller of what it may not see; says what changed, only that something did.

use std::sync::Arc;

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, watch};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::config::limits;
use crate::dispatch::desk::Desk;
use crate::model::ids::TokenId;
use crate::model::session::SessionSnapshot;

/// Why nobody can listen now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListenDenied {
    /// As many as may listen do.
    #[error(
        "{limit} listeners are there already, and there may not be more; close a page that shows this host"
    )]
    Full {
        /// How many may.
        limit: usize,
    },
    /// The host is stopping.
    #[error("the host is stopping; come back when it runs again")]
    Stopping,
}

/// Where changes of runs are told, by the token whose they are.
pub(in crate::dispatch) type OfRuns = broadcast::Sender<Option<TokenId>>;

/// Who listens.
pub(in crate::dispatch) struct News {
    pub(in crate::dispatch) runs: OfRuns,
    places: Arc<Semaphore>,
}

impl Default for News {
    fn default() -> Self {
        Self {
            runs: broadcast::Sender::new(limits::dashboard::NEWS_WAITING),
            places: Arc::new(Semaphore::new(limits::dashboard::LISTENERS)),
        }
    }
}

/// Which lists are not as they were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changed {
    /// The sessions that the listener may see.
    pub sessions: bool,
    /// Its runs.
    pub runs: bool,
    /// The plugins.
    pub plugins: bool,
}

impl Changed {
    const ALL: Self = Self {
        sessions: true,
        runs: true,
        plugins: true,
    };

    /// Whether anything is.
    #[must_use]
    pub const fn is_any(self) -> bool {
        self.sessions || self.runs || self.plugins
    }
}

/// Somebody who listens.
pub struct Listener {
    desk: Desk,
    shown: Vec<SessionSnapshot>,
    sessions: watch::Receiver<u64>,
    runs: broadcast::Receiver<Option<TokenId>>,
    plugins: watch::Receiver<u64>,
    stopping: CancellationToken,
    /// What was noticed and not told yet.
    noticed: Changed,
    /// Nothing is told before.
    not_before: Instant,
    until: Instant,
    _place: OwnedSemaphorePermit,
}

impl Desk {
    /// Listens for news. The first says that everything is to be looked at.
    ///
    /// # Errors
    /// Too many listen, or the host is stopping.
    pub fn listen(&self) -> Result<Listener, ListenDenied> {
        let parts = self.parts();
        if parts.views.stopping.is_cancelled() {
            return Err(ListenDenied::Stopping);
        }
        let place = Arc::clone(&parts.news.places).try_acquire_owned();
        let place = place.map_err(|_| ListenDenied::Full {
            limit: limits::dashboard::LISTENERS,
        })?;
        let now = Instant::now();
        Ok(Listener {
            desk: self.clone(),
            shown: Vec::new(),
            sessions: parts.pool.changes(),
            runs: parts.news.runs.subscribe(),
            plugins: parts.registry.changes(),
            stopping: parts.views.stopping.clone(),
            noticed: Changed::ALL,
            not_before: now,
            until: now + limits::dashboard::NEWS_FOR,
            _place: place,
        })
    }
}

impl Listener {
    /// The next news; none when nothing follows.
    ///
    /// # Cancellation
    /// What was noticed is told by the next call.
    pub async fn next(&mut self) -> Option<Changed> {
        loop {
            let told = self.noticed.is_any();
            tokio::select! {
                biased;
                () = self.stopping.cancelled() => return None,
                () = sleep_until(self.until) => return None,
                // What comes while it is not time yet is told together.
                () = sleep_until(self.not_before), if told => {
                    if self.noticed.sessions {
                        self.shown = self.desk.sessions().await;
                    }
                    self.not_before = Instant::now() + limits::dashboard::NEWS_EVERY;
                    return Some(std::mem::take(&mut self.noticed));
                }
                changed = self.sessions.changed(), if !self.noticed.sessions => {
                    changed.ok()?;
                    // Another caller's session may be what changed.
                    self.noticed.sessions = self.desk.sessions().await != self.shown;
                }
                changed = self.plugins.changed() => {
                    changed.ok()?;
                    self.noticed.plugins = true;
                }
                owner = self.runs.recv() => match owner {
                    Ok(owner) => self.noticed.runs |= self.desk.caller().sees(owner),
                    Err(RecvError::Lagged(_)) => self.noticed.runs = true,
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }
}
