//! What happens to sessions that people outside may want to know: told by the pool's task, heard by whoever listens.

use crate::model::ids::{RunId, SessionId};
use crate::model::session::Refusal;
use crate::pool::entry::{Condition, Entry, Stage};
use crate::pool::recall::Reason;

/// Something that happened to a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// The session.
    pub session_id: SessionId,
    /// The portal's user name.
    pub username: String,
    /// What.
    pub what: What,
}

/// What happened to a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It was shown to be signed in.
    SignedIn,
    /// It cannot be signed in without a person, for this reason.
    AwaitsPerson(String),
    /// The portal refuses its account.
    Refused(Refusal),
    /// It lost its browser, or was taken away from who used it.
    Lost {
        /// Why.
        why: Loss,
        /// The run that used it then.
        run_id: Option<RunId>,
    },
}

/// Why a session was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Its browser crashed, or did not answer any more.
    BrowserLost,
    /// It was used for longer than any request may.
    Overdue,
    /// Somebody closed it by force while it was used.
    Closed,
}

impl Loss {
    /// Its name, for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BrowserLost => "browser-lost",
            Self::Overdue => "overdue",
            Self::Closed => "closed",
        }
    }
}

impl Happening {
    /// What a lease that ends like this tells; it was called back for this reason, if it was.
    pub(in crate::pool) fn of_return(
        entry: &Entry,
        condition: &Condition,
        recalled: Option<Reason>,
    ) -> Option<Self> {
        let what = match condition {
            Condition::SignedIn => What::SignedIn,
            Condition::AwaitingOperator(reason) => What::AwaitsPerson(reason.clone()),
            Condition::Refused { refusal, .. } => What::Refused(*refusal),
            Condition::Broken(_) => {
                let why = match recalled {
                    Some(Reason::Overdue) => Loss::Overdue,
                    Some(Reason::Closed) => Loss::Closed,
                    Some(Reason::Wanted) | None => Loss::BrowserLost,
                };
                return Some(Self::lost(entry, why));
            }
            Condition::Untouched
            | Condition::AsBefore
            | Condition::SignedOut
            | Condition::Unknown
            | Condition::Lost => return None,
        };
        Some(Self::of(entry, what))
    }

    /// Its browser is gone, or it is taken away.
    pub(in crate::pool) fn lost(entry: &Entry, why: Loss) -> Self {
        let run_id = match entry.stage {
            Stage::Leased { run_id, .. } => run_id,
            Stage::Queued | Stage::Opening | Stage::Idle | Stage::Closing(_) => None,
        };
        Self::of(entry, What::Lost { why, run_id })
    }

    fn of(entry: &Entry, what: What) -> Self {
        Self {
            session_id: entry.id,
            username: entry.username.clone(),
            what,
        }
    }
}
