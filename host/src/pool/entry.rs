//! One session in the pool's books.

use std::collections::VecDeque;
use std::time::{Duration, Instant, SystemTime};

use crate::browser::launch::{Afterwards, Profile};
use crate::config::secrets::CredentialsHash;
use crate::model::clock::Moment;
use crate::model::ids::{RunId, SessionId};
use crate::model::session::{InUse, LeaseKind, Refusal, SessionSnapshot, SessionState, live_path};
use crate::pool::ended::EndedFor;
use crate::pool::wear::Wear;
use crate::pool::words::{Action, Adopted, Epoch, KeptSession, Owner, WaiterId};

/// A waiter, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiter {
    /// Who.
    pub id: WaiterId,
    /// What for.
    pub kind: LeaseKind,
    /// The run, if it is for an operation.
    pub run_id: Option<RunId>,
    /// How long it may hold the lease.
    pub hold: Duration,
    /// Whether it goes on waiting where a person has to act first.
    pub is_patient: bool,
    /// Since when it waits.
    pub asked: Moment,
}

impl Waiter {
    /// Whether it is told at once that a person has to act first.
    pub(crate) fn is_turned_away_by_operator(&self) -> bool {
        matches!(self.kind, LeaseKind::Operation | LeaseKind::SignIn) && !self.is_patient
    }
}

/// What is known of a session's sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Its browser and profile are fresh: nobody has signed in.
    New,
    /// It was shown to be signed in, last time anybody looked.
    SignedIn,
    /// It was shown to be signed out.
    SignedOut,
    /// Its last user went away in the middle of something, or its browser came up from a kept profile. Look
    /// before use.
    Suspect,
    /// A person has to act, for this reason.
    AwaitingOperator(String),
}

/// How a session comes back from a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The holder did nothing to it.
    Untouched,
    /// The holder used it, left it in order, and learned nothing of its sign-in.
    AsBefore,
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
    /// Nobody can sign it in any more: it is signed out, and no credentials are known.
    Lost,
}

/// What happens after a browser was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The session ends.
    End,
    /// The session gets another browser.
    Reopen,
    /// The session gives its place to one that has waited for long, and stands in line for a browser again.
    Requeue,
    /// This host is done with it; its profile waits for the next.
    Rest,
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
        /// Since when, or since it was prolonged.
        since: Moment,
        /// For how long at most.
        hold: Duration,
        /// Until when it is held for a caller who has to send something first.
        held_until: Option<SystemTime>,
        /// Since when the holder is asked to give it back, its browser killed.
        killed: Option<Moment>,
    },
    /// Being closed.
    Closing(Next),
}

/// One session.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id.
    pub id: SessionId,
    /// Whose it is; not known of a session that an earlier host left, until its caller says so.
    pub key: Option<CredentialsHash>,
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
    /// What becomes of it when its lease ends or its browser is up, if it is not to go on.
    pub then: Option<Next>,
    /// Why its last browser was ended.
    pub ended_for: Option<EndedFor>,
    /// The number of its last grant.
    pub epoch: Epoch,
    /// Which profile its next browser starts with.
    pub profile: Profile,
    /// Its browser's wear.
    pub wear: Wear,
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
    pub(crate) fn new(id: SessionId, owner: Owner, keep_alive: bool, now: Moment) -> Self {
        Self {
            id,
            key: Some(owner.key),
            username: owner.username,
            keep_alive,
            stage: Stage::Queued,
            standing: Standing::New,
            queue: VecDeque::new(),
            then: None,
            ended_for: None,
            epoch: Epoch::default(),
            profile: Profile::Fresh,
            wear: Wear::of_new(now),
            created: now,
            last_used: None,
            last_activity: now,
            last_refresh: None,
            last_probe: None,
            operations: 0,
        }
    }

    /// The session of an earlier host.
    pub(crate) fn adopted(adopted: Adopted, owner: Option<Owner>, now: Moment) -> Self {
        Self {
            id: adopted.session_id,
            key: owner.map(|owner| owner.key),
            username: adopted.username,
            keep_alive: adopted.keep_alive,
            stage: Stage::Queued,
            standing: Standing::Suspect,
            queue: VecDeque::new(),
            then: None,
            ended_for: None,
            epoch: Epoch::default(),
            profile: Profile::Kept,
            wear: Wear::of_new(now),
            created: Moment {
                wall: adopted.created,
                ..now
            },
            last_used: None,
            last_activity: now,
            last_refresh: None,
            last_probe: None,
            operations: 0,
        }
    }

    /// Notes that it has a browser, with this profile.
    pub(crate) fn note_launch(&mut self, profile: Profile, now: Moment) {
        let losses = match profile {
            Profile::Kept => self.wear.losses,
            Profile::Fresh => 0,
        };
        self.wear = Wear {
            losses,
            ..Wear::of_new(now)
        };
        self.last_activity = now;
    }

    /// Whether it counts against the pool's size: it has a browser, or will in a moment, or still had one.
    pub(crate) const fn has_slot(&self) -> bool {
        !matches!(self.stage, Stage::Queued)
    }

    pub(crate) const fn has_browser(&self) -> bool {
        matches!(self.stage, Stage::Idle | Stage::Leased { .. })
    }

    /// Whether it may be closed to make room: nobody uses it, nobody waits for it.
    pub(crate) fn can_make_room(&self) -> bool {
        self.stage == Stage::Idle && self.queue.is_empty()
    }

    /// Whether it can be lent at once to somebody who does not wait. Where a person has to act first, those who
    /// wait for that are not in the way.
    pub(crate) fn is_free(&self) -> bool {
        self.stage == Stage::Idle && self.next_in_turn().is_none()
    }

    /// Whether whoever asks for this has it at once. While a person has to act only a person has.
    pub(crate) fn is_free_for(&self, kind: LeaseKind) -> bool {
        let awaits = matches!(self.standing, Standing::AwaitingOperator(_));
        self.is_free() && (!awaits || kind == LeaseKind::Operator)
    }

    /// The place in the queue of whoever is to have it next: the first, but while a person has to act, only a
    /// person.
    pub(crate) fn next_in_turn(&self) -> Option<usize> {
        let awaits = matches!(self.standing, Standing::AwaitingOperator(_));
        let is_next = |waiter: &Waiter| !awaits || waiter.kind == LeaseKind::Operator;
        self.queue.iter().position(is_next)
    }

    /// The age that decides who makes room: the last operation, not the last keep-alive (portal-facts S4).
    pub(crate) fn recency(&self) -> Instant {
        self.last_used.unwrap_or(self.created).instant
    }

    /// Whether it will end without anybody being able to use it again.
    pub(crate) const fn is_ending(&self) -> bool {
        self.then.is_some() || matches!(self.stage, Stage::Closing(Next::End | Next::Rest))
    }

    /// Whether somebody has to keep it signed in: not without a browser, and not while a person has to act.
    pub(crate) const fn is_kept(&self) -> bool {
        self.keep_alive
            && matches!(self.stage, Stage::Idle | Stage::Leased { .. })
            && !matches!(self.standing, Standing::AwaitingOperator(_))
    }

    /// Whether its profile is worth keeping: somebody was signed in with it, or a person is about to be.
    pub(crate) const fn has_history(&self) -> bool {
        self.last_probe.is_some() || matches!(self.standing, Standing::AwaitingOperator(_))
    }

    /// Begins to close its browser; what becomes of the session then is `next`.
    pub(crate) fn begin_to_close(&mut self, next: Next, why: EndedFor) -> Action {
        self.ended_for = Some(why);
        self.profile = if self.has_history() && !self.wear.suspects_profile() {
            Profile::Kept
        } else {
            Profile::Fresh
        };
        self.stage = Stage::Closing(next);
        let afterwards = match (next, self.profile) {
            (Next::End, _) | (_, Profile::Fresh) => Afterwards::RemoveProfile,
            (Next::Reopen | Next::Requeue | Next::Rest, Profile::Kept) => Afterwards::KeepProfile,
        };
        Action::Close(self.id, afterwards)
    }

    /// What whoever keeps it signed in has to know.
    pub(crate) fn kept(&self, now: Moment) -> KeptSession {
        KeptSession {
            session_id: self.id,
            quiet_for: now.since(self.last_activity),
            in_use: !self.is_free(),
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
            self.wear.operations += 1;
        }
        self.wear.note(condition);
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
                ..
            } => Some(InUse {
                by: kind,
                since: since.wall,
                run_id,
            }),
            _ => None,
        };
        let held_until = match self.stage {
            Stage::Leased { held_until, .. } => held_until,
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
            held_until,
            keep_alive: self.keep_alive,
            credentials_hash: self.key.as_ref().map(CredentialsHash::short),
            created_at: self.created.wall,
            last_used: wall(self.last_used),
            last_refresh: wall(self.last_refresh),
            last_activity: self.last_activity.wall,
            // Only the scheduler's clients know its intervals.
            next_refresh: None,
            last_probe: wall(self.last_probe),
            operations: self.operations,
            queue_length: self.queue.len(),
            browser_since: self.has_browser().then_some(self.wear.since.wall),
            memory_bytes: self.wear.memory_bytes.filter(|_| self.has_browser()),
            live_url: operator_reason.as_ref().map(|_| live_path(self.id)),
            operator_reason,
        }
    }

    fn state(&self) -> SessionState {
        match (&self.stage, &self.standing) {
            (Stage::Queued | Stage::Closing(Next::Requeue), _) => SessionState::Queued,
            (Stage::Opening | Stage::Closing(Next::Reopen), _) => SessionState::Opening,
            (
                Stage::Leased {
                    kind: LeaseKind::SignIn,
                    ..
                },
                _,
            ) => SessionState::SigningIn,
            (Stage::Leased { .. }, _) => SessionState::Leased,
            (Stage::Closing(Next::End | Next::Rest), _) => SessionState::Closing,
            (Stage::Idle, Standing::SignedIn) => SessionState::Idle,
            (Stage::Idle, Standing::Suspect) => SessionState::Suspect,
            (Stage::Idle, Standing::New | Standing::SignedOut) => SessionState::SignedOut,
            (Stage::Idle, Standing::AwaitingOperator(_)) => SessionState::AwaitingOperator,
        }
    }
}
