//! What handles ask of the pool's task.

use std::time::Duration;

use futures::future::BoxFuture;
use tokio::sync::oneshot;

use crate::config::secrets::Credentials;
use crate::model::clock::Moment;
use crate::model::ids::{RunId, SessionId};
use crate::model::session::{LeaseKind, SessionSnapshot};
use crate::pool::entry::Waiter;
use crate::pool::error::{LeaseDenied, PictureDenied};
use crate::pool::lease::Lease;
use crate::pool::words::{Adopted, Epoch, KeptSession, Launching, Owner, Term, WaiterId, Wanted};

pub(crate) type LeaseReply = oneshot::Sender<Result<Lease, LeaseDenied>>;
/// A picture that is being taken.
pub(crate) type Picture = BoxFuture<'static, Result<Vec<u8>, String>>;
pub(crate) type LookReply = oneshot::Sender<Result<Picture, PictureDenied>>;
pub(crate) type ClosedReply = oneshot::Sender<Result<(), LeaseDenied>>;

pub(crate) enum Command {
    Lease {
        wanted: Wanted,
        credentials: Option<Credentials>,
        purpose: Purpose,
        waiter: WaiterId,
        reply: LeaseReply,
    },
    TryLease {
        id: SessionId,
        kind: LeaseKind,
        hold: Duration,
        waiter: WaiterId,
        reply: LeaseReply,
    },
    Prolong {
        session: SessionId,
        epoch: Epoch,
        term: Term,
        reply: oneshot::Sender<()>,
    },
    GiveUp {
        waiter: WaiterId,
        reply: oneshot::Sender<()>,
    },
    Adopt {
        adopted: Adopted,
        owner: Option<Owner>,
        credentials: Option<Credentials>,
    },
    Sessions {
        reply: oneshot::Sender<Vec<SessionSnapshot>>,
    },
    Kept {
        reply: oneshot::Sender<Vec<KeptSession>>,
    },
    Close {
        id: SessionId,
        force: bool,
        reply: ClosedReply,
    },
    Look {
        id: SessionId,
        reply: LookReply,
    },
    Launching {
        reply: oneshot::Sender<Launching>,
    },
    Drain {
        reply: oneshot::Sender<()>,
    },
}

/// What a lease is wanted for.
#[derive(Debug, Clone, Copy)]
pub struct Purpose {
    /// What.
    pub kind: LeaseKind,
    /// The run, for an operation.
    pub run_id: Option<RunId>,
    /// Whether the session is kept signed in from now on; a new one is, unless this says no.
    pub keep_alive: Option<bool>,
    /// How long the asker waits.
    pub wait: Duration,
    /// Whether it goes on waiting where a person has to act first.
    pub is_patient: bool,
    /// How long it may hold the lease; a lease that is held for longer is called back and loses its browser.
    pub hold: Duration,
}

impl Purpose {
    pub(crate) const fn waiter(self, id: WaiterId, now: Moment) -> Waiter {
        Waiter {
            id,
            kind: self.kind,
            run_id: self.run_id,
            hold: self.hold,
            is_patient: self.is_patient,
            asked: now,
        }
    }
}
