//! One session in the pool's books.

use std::collections::VecDeque;
use std::time::Instant;

use crate::config::secrets::CredentialsHash;
use crate::model::clock::Moment;
use crate::model::ids::{RunId, SessionId};
use crate::model::session::{InUse, LeaseKind, Refusal, SessionSnapshot, SessionState, live_path};
use crate::pool::words::{KeptSession, WaiterId};

/// A waiter, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiter {
    /// Who.
    pub id: WaiterId,
    /// What for.
    pub kind: LeaseKind,
    /// The run, if it is for an operation.
    pub run_id: Option<RunId>,
}

/// What is known of a session's sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Its browser is fresh: nobody has signed in.
    New,
    /// It was shown to be signed in, last time anybody looked.
    SignedIn,
    /// It was shown to be signed out.
    SignedOut,
    /// Its last user went away in the middle of something. Look before use.
    Suspect,
    /// A person has to act, for this reason.
    AwaitingOperator(String),
}

/// How a session comes back from a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The holder did nothing to it.
    Untouched,
    /// Shown to be signed in.
    SignedIn,
    /// Shown to be signed out.
    SignedOut,
    /// Not known; the holder stopped somewhere.
    Unknown,
    /// Signing in needs a person, for this reason.
    AwaitingOperator(String),
    /// The portal refuses the account.
    Refused {
        /// Why.
        refusal: Refusal,
        /// In its words.
        message: String,
    },
    /// The browser is gone or does not answer.
    Broken(String),
}

/// What happens after a browser was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The session ends.
    End,
    /// The session gets a fresh browser.
    Reopen,
}

/// Where a session's browser is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// There is none: the pool is full.
    Queued,
    /// Being started.
    Opening,
    /// Free.
    Idle,
    /// Lent.
    Leased {
        /// What for.
        kind: LeaseKind,
        /// The run, if it is for an operation.
        run_id: Option<RunId>,
        /// Since when.
        since: Moment,
    },
    /// Being closed.
    Closing(Next),
}

/// One session.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub key: CredentialsHash,
    /// The portal's user name.
    pub username: String,
    /// Whether it is kept signed in while idle.
    pub keep_alive: bool,
    /// Where its browser is.
    pub stage: Stage,
    /// What is known of its sign-in.
    pub standing: Standing,
    /// Who waits for it, first come first.
    pub queue: VecDeque<Waiter>,
    /// It ends when its lease does.
    pub end_when_returned: bool,
    /// When it was asked for.
    pub created: Moment,
    /// When an operation used it last.
    pub last_used: Option<Moment>,
    /// When anybody used it last.
    pub last_activity: Moment,
    /// When a keep-alive last found it signed in.
    pub last_refresh: Option<Moment>,
    /// When it was last shown to be signed in.
    pub last_probe: Option<Moment>,
    /// Operations served.
    pub operations: u64,
}

impl Entry {
    pub(crate) fn new(
        id: SessionId,
        key: CredentialsHash,
        username: String,
        keep_alive: bool,
        now: Moment,
    ) -> Self {
        Self {
            id,
            key,
            username,
            keep_alive,
            stage: Stage::Queued,
            standing: Standing::New,
            queue: VecDeque::new(),
            end_when_returned: false,
            created: now,
            last_used: None,
            last_activity: now,
            last_refresh: None,
            last_probe: None,
            operations: 0,
        }
    }

    /// Whether it counts against the pool's size: it has a browser, or will in a moment, or still had one.
    pub(crate) const fn has_slot(&self) -> bool {
        !matches!(self.stage, Stage::Queued)
    }

    /// Whether it may be closed to make room: nobody uses it, nobody waits for it.
    pub(crate) fn can_make_room(&self) -> bool {
        self.stage == Stage::Idle && self.queue.is_empty()
    }

    /// The age that decides who makes room: the last operation, not the last keep-alive (portal-facts S4).
    pub(crate) fn recency(&self) -> Instant {
        self.last_used.unwrap_or(self.created).instant
    }

    /// Whether it will end without anybody being able to use it again.
    pub(crate) const fn is_ending(&self) -> bool {
        self.end_when_returned || matches!(self.stage, Stage::Closing(Next::End))
    }

    /// Whether somebody has to keep it signed in: not without a browser, and not while a person has to act.
    pub(crate) const fn is_kept(&self) -> bool {
        self.keep_alive
            && matches!(self.stage, Stage::Idle | Stage::Leased { .. })
            && !matches!(self.standing, Standing::AwaitingOperator(_))
    }

    /// What whoever keeps it signed in has to know.
    pub(crate) fn kept(&self, now: Moment) -> KeptSession {
        KeptSession {
            session_id: self.id,
            quiet_for: now
                .instant
                .saturating_duration_since(self.last_activity.instant),
            in_use: !self.can_make_room(),
        }
    }

    /// Notes the end of a lease.
    pub(crate) fn note_return(&mut self, kind: LeaseKind, condition: &Condition, now: Moment) {
        if *condition == Condition::Untouched {
            return;
        }
        self.last_activity = now;
        if kind == LeaseKind::Operation {
            self.last_used = Some(now);
            self.operations += 1;
        }
        if *condition == Condition::SignedIn {
            self.last_probe = Some(now);
            if kind == LeaseKind::KeepAlive {
                self.last_refresh = Some(now);
            }
        }
    }

    /// The session as seen from outside.
    #[must_use]
    pub fn snapshot(&self) -> SessionSnapshot {
        let wall = |moment: Option<Moment>| moment.map(|moment| moment.wall);
        let in_use = match self.stage {
            Stage::Leased {
                kind,
                run_id,
                since,
            } => Some(InUse {
                by: kind,
                since: since.wall,
                run_id,
            }),
            _ => None,
        };
        let operator_reason = match &self.standing {
            Standing::AwaitingOperator(reason) => Some(reason.clone()),
            _ => None,
        };
        SessionSnapshot {
            session_id: self.id,
            username: self.username.clone(),
            state: self.state(),
            in_use,
            keep_alive: self.keep_alive,
            credentials_hash: self.key.short(),
            created_at: self.created.wall,
            last_used: wall(self.last_used),
            last_refresh: wall(self.last_refresh),
            last_probe: wall(self.last_probe),
            operations: self.operations,
            queue_length: self.queue.len(),
            live_url: operator_reason.as_ref().map(|_| live_path(self.id)),
            operator_reason,
        }
    }

    fn state(&self) -> SessionState {
        match (&self.stage, &self.standing) {
            (Stage::Queued, _) => SessionState::Queued,
            (Stage::Opening | Stage::Closing(Next::Reopen), _) => SessionState::Opening,
            (
                Stage::Leased {
                    kind: LeaseKind::SignIn,
                    ..
                },
                _,
            ) => SessionState::SigningIn,
            (Stage::Leased { .. }, _) => SessionState::Leased,
            (Stage::Closing(Next::End), _) => SessionState::Closing,
            (Stage::Idle, Standing::SignedIn) => SessionState::Idle,
            (Stage::Idle, Standing::Suspect) => SessionState::Suspect,
            (Stage::Idle, Standing::New | Standing::SignedOut) => SessionState::SignedOut,
            (Stage::Idle, Standing::AwaitingOperator(_)) => SessionState::AwaitingOperator,
        }
    }
}
