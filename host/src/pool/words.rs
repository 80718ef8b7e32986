//! What the roster is asked, and what it has done about it.

use std::time::{Duration, SystemTime};

use crate::browser::launch::{Afterwards, Profile};
use crate::config::secrets::CredentialsHash;
use crate::model::ids::{RunId, SessionId};
use crate::pool::error::LeaseDenied;
use crate::pool::recall::Reason;

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
    Session(SessionId, Option<Owner>),
    /// The one of these credentials, opened if there is none.
    Account(Owner),
}

impl Wanted {
    /// The session that was named.
    pub(crate) const fn session(&self) -> Option<SessionId> {
        match self {
            Self::Session(id, _) => Some(*id),
            Self::Account(_) => None,
        }
    }
}

/// Whose a session is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The credentials' hash.
    pub key: CredentialsHash,
    /// Their user name.
    pub username: String,
}

/// What the pool's task has to do after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Start a browser, with this profile.
    Launch(SessionId, Profile),
    /// Give the waiter the session. It counts as leased already.
    Grant(SessionId, WaiterId),
    /// Tell the waiter that it gets nothing.
    Deny(WaiterId, LeaseDenied),
    /// End the session's browser, then say `closed`.
    Close(SessionId, Afterwards),
    /// Tell the holder of a leased session that somebody waits for it.
    Hurry(SessionId),
    /// Call the lease back and kill the browser of its session; the lease comes back by itself.
    Kill(SessionId, Reason),
    /// The session is no more; what becomes of its profile.
    Forget(SessionId, Afterwards),
}

/// One grant of one session. A lease that comes home under an older number than the session's last is that of a
/// holder who was given up; nothing it says counts any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Epoch(pub u64);

/// What a lease is prolonged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The run that it is for from now on.
    pub run_id: RunId,
    /// How long it may be held from now on, as in `Purpose`.
    pub hold: Duration,
    /// How long of that nobody drives the page: its caller has to send something first.
    pub held: Option<Duration>,
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

/// A session of an earlier host that is to be opened again.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// Its id, which callers still know.
    pub session_id: SessionId,
    /// Its portal user.
    pub username: String,
    /// Whether it is kept signed in.
    pub keep_alive: bool,
    /// When it was first asked for; wall time, since that host's clock is gone.
    pub created: SystemTime,
}

/// Whether browsers start, as far as the pool knows. None is started to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Launching {
    /// How long none is started any more, because several did not start.
    pub stopped_for: Option<Duration>,
    /// Whether the last one did not start, and that was lately.
    pub failed_lately: bool,
}
