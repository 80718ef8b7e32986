//! Why a request gave no answer: every reason a caller can meet, with what is known of its effect.

use std::fmt;
use std::time::Duration;

use crate::config::load::ConfigError;
use crate::model::caller::Scope;
use crate::model::ids::{ArtifactId, HoldId, RunId, SessionId};
use crate::model::session::Refusal;
use crate::plugin::call_error::{CallError, Failure};
use crate::plugin::schema::InputProblem;
use crate::pool::error::LeaseDenied;
use crate::pool::lease::Lease;
use crate::pool::recall::Reason;
use crate::store::error::StoreError;

/// Why a request gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No operation has this name.
    #[error("no operation `{0}`; GET /v1/plugins lists those there are")]
    UnknownOperation(String),
    /// Nobody has this version of it.
    #[error(
        "no version of `{operation}` with the digest {digest} is served or waits; GET /v1/plugins/{operation} says which are"
    )]
    UnknownVersion {
        /// The operation.
        operation: String,
        /// The version.
        digest: String,
    },
    /// The input does not fit the operation's schema.
    #[error("the input does not fit the operation's schema")]
    InvalidInput(Vec<InputProblem>),
    /// Neither a session nor credentials nor an account.
    #[error("say for whom: a session_id, username and password, or an account")]
    WhoMissing,
    /// Both credentials and an account.
    #[error("send username and password or an account, not both")]
    WhoAmbiguous,
    /// The configuration has no such account.
    #[error("no account `{0}` is configured")]
    UnknownAccount(String),
    /// The caller's token may not use this account.
    #[error("this token may not use the account `{0}`; ask for one that may")]
    AccountNotAllowed(String),
    /// The caller's token does not allow this.
    #[error("this token does not have the scope `{}`; ask for one that has", .0.as_str())]
    ScopeMissing(Scope),
    /// The caller has so many runs under way already.
    #[error("this token has {0} runs under way, and may not have more; wait for one of them")]
    TooManyRuns(u32),
    /// The host takes no passwords.
    #[error("this host takes no passwords; name an account of its configuration, or a session")]
    PasswordsNotTaken,
    /// The account's password cannot be read.
    #[error(transparent)]
    Account(#[from] ConfigError),
    /// There is no component that can sign in.
    #[error("no session plugin is loaded; put session.wasm into the plugin folder")]
    NoSessionPlugin,
    /// The pool gave no lease.
    #[error(transparent)]
    Lease(#[from] LeaseDenied),
    /// The portal refused the account.
    #[error("the portal refused the account: {message}")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// In its words.
        message: String,
    },
    /// Signing in needs a person.
    #[error("session `{session_id}` needs a person: {reason}")]
    OperatorNeeded {
        /// The session.
        session_id: SessionId,
        /// What the page asks for.
        reason: String,
    },
    /// Too many password attempts; one more could lock the account.
    #[error(
        "no further password is typed for this account for now: several did not lead in, and the portal locks accounts. Check the password, and come back later"
    )]
    SignInLimited {
        /// When to come back.
        retry_after: Duration,
    },
    /// The portal gave no page to sign in with.
    #[error("could not sign in, the portal is down: {0}")]
    PortalDown(String),
    /// The portal's pages are not as the session plugin knows them.
    #[error("could not sign in, the portal's pages have changed: {}; a new session plugin is needed", .0.message)]
    LayoutChanged(Failure),
    /// The operation needs something from its caller.
    #[error("{}", .0.failure.message)]
    Paused(Box<Paused>),
    /// A paused run cannot be continued now, or not by this request. The hold is as it was.
    #[error(transparent)]
    Hold(#[from] HoldDenied),
    /// The browser of a paused run is gone or does not answer; the hold is over.
    #[error(
        "the browser of session `{session_id}` was lost while the run was paused; run the operation anew, without `resume`"
    )]
    HoldLost {
        /// The session.
        session_id: SessionId,
    },
    /// The session was closed by force, or its lease held for too long.
    #[error("session `{session_id}` was taken away from this request: {why}")]
    TakenAway {
        /// The session.
        session_id: SessionId,
        /// The run, if it had begun.
        run_id: Option<RunId>,
        /// Why.
        why: Taken,
    },
    /// It could not be found out whether the session is signed in.
    #[error("could not sign in: {0}")]
    SignIn(CallError),
    /// No run has this id.
    #[error("no run `{0}`; runs are kept for some days after their end")]
    UnknownRun(String),
    /// An operation with effects was asked for without a key.
    #[error(
        "`{0}` does what cannot be taken back: send the header `Idempotency-Key` with a name of your own for this request, so that it is never done twice"
    )]
    KeyMissing(String),
    /// The key cannot be one.
    #[error("an `Idempotency-Key` has 16 to 255 visible ASCII characters; a UUID will do")]
    KeyInvalid,
    /// The same request is under way.
    #[error("the same request is under way as run `{0}`; wait for that one")]
    KeyInFlight(RunId),
    /// The key was used for another request.
    #[error("this `Idempotency-Key` was used for another request, run `{0}`; take a new one")]
    KeyReused(RunId),
    /// Another run of the account does the same thing.
    #[error(
        "run `{0}` of this account does the same, and its end is not known yet; wait for that one"
    )]
    SameEffect(RunId),
    /// The run was cancelled.
    #[error("the run was cancelled; nothing was done that cannot be taken back")]
    Cancelled(RunId),
    /// The run cannot be cancelled any more.
    #[error("run `{0}` cannot be cancelled any more: what it does may have happened")]
    PastCancelling(RunId),
    /// The run has ended.
    #[error("run `{0}` has ended; there is nothing to cancel")]
    HasEnded(RunId),
    /// It is known how the run ended, or it is being found out.
    #[error("run `{0}` is not one whose end nobody knows; there is nothing to look for")]
    NotUnknown(RunId),
    /// The account has no session, and its password is not known.
    #[error(
        "no session of `{0}` is open and the configuration does not have its password; open a session, and have the host look again"
    )]
    NoWayIn(String),
    /// The host met an error of its own in the middle of a run.
    #[error("the host met an error of its own; its log has more")]
    Panicked(RunId),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operation gave no answer.
    #[error("{error}")]
    Call {
        /// The run.
        run_id: RunId,
        /// The session it ran on.
        session_id: SessionId,
        /// Why.
        error: CallError,
        /// What its page looked like, and what it did with it.
        left: Vec<ArtifactId>,
    },
}

/// A run that needs something from its caller.
#[derive(Debug)]
pub struct Paused {
    /// The run.
    pub run_id: RunId,
    /// The session it ran on.
    pub session_id: SessionId,
    /// The phase it goes on in.
    pub phase: u32,
    /// What is missing.
    pub failure: Failure,
    /// What leads back to it, and for how long; none if the host is stopping.
    pub kept: Option<(HoldId, Duration)>,
}

/// Why a paused run is not continued. Nothing was done, and what is held is held on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoldDenied {
    /// There is no such hold.
    #[error(
        "no hold `{0}`: it was given up, it expired, or its run has ended; run the operation anew, without `resume`"
    )]
    NotFound(String),
    /// It is another operation that paused.
    #[error("this hold is of the operation `{0}`; send the rest of its input there")]
    OtherOperation(String),
    /// The session or the account is not that of the run.
    #[error("this hold is of another account or session; ask for the one whose run paused")]
    OtherAccount,
    /// Another request continues it.
    #[error("another request continues this hold now; wait for its answer")]
    InUse,
    /// The host is stopping.
    #[error("the host is stopping, and holds nothing any more")]
    Draining,
}

/// Why a session was taken away from a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Somebody closed it by force.
    Closed,
    /// It was held for longer than any request may.
    Overdue,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "it was closed by force",
            Self::Overdue => "it was held for too long",
        })
    }
}

impl RunError {
    /// The error of a lease that was taken away, if it was.
    pub(in crate::dispatch) fn taken_away(lease: &Lease, run_id: Option<RunId>) -> Option<Self> {
        let why = match lease.recall().reason()? {
            Reason::Wanted => return None,
            Reason::Closed => Taken::Closed,
            Reason::Overdue => Taken::Overdue,
        };
        Some(Self::TakenAway {
            session_id: lease.session(),
            run_id,
            why,
        })
    }

    /// Whether the browser went away under the request.
    #[must_use]
    pub const fn is_browser_lost(&self) -> bool {
        matches!(
            self,
            Self::SignIn(CallError::BrowserLost(_))
                | Self::Call {
                    error: CallError::BrowserLost(_),
                    ..
                }
        )
    }
}
