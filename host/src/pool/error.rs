//! Why the pool gave no lease.

use std::time::Duration;

use crate::browser::launch::LaunchError;
use crate::model::ids::SessionId;
use crate::model::session::Refusal;

/// Why there is no picture of a session's page. Nothing was done to it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureDenied {
    /// No session has this id.
    #[error("no session `{0}`; it may have been closed. GET /v1/sessions lists those there are")]
    UnknownSession(String),
    /// The session has no browser at this moment.
    #[error("session `{0}` has no browser now; ask again when its state is another")]
    NoBrowser(SessionId),
    /// The browser gave none.
    #[error("no picture of session `{session}` could be taken: {why}; ask again in a moment")]
    NotTaken {
        /// The session.
        session: SessionId,
        /// Why.
        why: String,
    },
}

/// Why the pool refused a lease. Nothing was taken and nothing was done; most may be asked again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeaseDenied {
    /// No session has this id.
    #[error(
        "no session `{0}`; it may have been closed. Ask with the account's credentials instead"
    )]
    UnknownSession(String),
    /// The session belongs to other credentials than those in the request.
    #[error("session `{0}` belongs to other credentials; leave out one of the two")]
    OtherAccount(SessionId),
    /// As many as may wait for this session do.
    #[error("{waiting} requests already wait for session `{session}`")]
    QueueFull {
        /// The session.
        session: SessionId,
        /// How many wait.
        waiting: usize,
        /// When to ask again.
        retry_after: Duration,
    },
    /// As many as may wait at all do.
    #[error("{waiting} requests already wait for a session")]
    HostFull {
        /// How many wait.
        waiting: usize,
        /// When to ask again.
        retry_after: Duration,
    },
    /// The session did not become free in time.
    #[error("no session became free within {} ms", waited.as_millis())]
    WaitedTooLong {
        /// How long the asker waited.
        waited: Duration,
        /// When to ask again.
        retry_after: Duration,
    },
    /// Somebody uses the session, and the asker does not wait.
    #[error("session `{0}` is in use")]
    InUse(SessionId),
    /// A person has to act in the session first.
    #[error("session `{session}` needs a person: {reason}")]
    OperatorNeeded {
        /// The session.
        session: SessionId,
        /// What for.
        reason: String,
    },
    /// The portal refused the account while the asker waited for it to be signed in.
    #[error("the portal refused the account: {message}")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// In the portal's words.
        message: String,
    },
    /// No browser could be started.
    #[error(transparent)]
    LaunchFailed(#[from] LaunchError),
    /// Browsers failed to start several times in a row; no further one is tried for a while.
    #[error("no browser is started for now: several failed to start; the host's log says why")]
    LaunchesStopped {
        /// When to ask again.
        retry_after: Duration,
    },
    /// The session is signed out, and the host does not know its password: an earlier host opened it.
    #[error(
        "session `{0}` is signed out and its password is not known; ask with the account's credentials"
    )]
    CredentialsNeeded(SessionId),
    /// The session was closed while the asker waited.
    #[error("session `{0}` was closed")]
    Closed(SessionId),
    /// The host is stopping.
    #[error("the host is stopping")]
    Draining,
}
