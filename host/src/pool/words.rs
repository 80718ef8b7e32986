//! What the roster is asked, and what it has done about it.

use std::time::Duration;

use crate::config::secrets::CredentialsHash;
use crate::model::ids::SessionId;
use crate::pool::error::LeaseDenied;

/// Somebody who waits for a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WaiterId(pub u64);

/// The pool's bounds, from `[pool]` in the configuration.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Browsers at once.
    pub sessions: usize,
    /// Waiters for one session.
    pub queue_per_session: usize,
    /// Waiters, together.
    pub queue_total: usize,
}

/// Which session is wanted.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// This one; if credentials came along, only if it is theirs.
    Session(SessionId, Option<CredentialsHash>),
    /// The one of these credentials, opened if there is none.
    Account {
        /// The credentials' hash.
        key: CredentialsHash,
        /// Their user name.
        username: String,
        /// Whether a session opened for this is kept signed in.
        keep_alive: bool,
    },
}

/// What the pool's task has to do after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Start a browser.
    Launch(SessionId),
    /// Give the waiter the session. It counts as leased already.
    Grant(SessionId, WaiterId),
    /// Tell the waiter that it gets nothing.
    Deny(WaiterId, LeaseDenied),
    /// End the session's browser, then say `closed`.
    Close(SessionId),
    /// Kill the browser of a leased session; its lease comes back by itself.
    Kill(SessionId),
    /// The session is no more.
    Forget(SessionId),
}

/// A session that is to be kept signed in, for whoever does that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptSession {
    /// Its id.
    pub session_id: SessionId,
    /// How long ago its last lease ended, or its browser started.
    pub quiet_for: Duration,
    /// Whether somebody has it, or waits for it.
    pub in_use: bool,
}
