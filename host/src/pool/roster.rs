//! The pool's rules: pure, synchronous, without a browser.
//!
//! Owns: which sessions there are, who has them, who waits. Every change is a method that takes the time and
//! gives back the actions to carry out. Capacity is counted from the entries themselves, never kept in a counter.
//! Here are requests and returns; who is let in is in `admission.rs`, who gets what in `settling.rs`, how sessions
//! end in `ending.rs`, and what time brings in `upkeep.rs`.

use std::time::Duration;

use crate::browser::launch::{Afterwards, Profile};
use crate::config::limits;
use crate::model::clock::Moment;
use crate::model::ids::SessionId;
use crate::model::session::{LeaseKind, SessionSnapshot};
use crate::pool::breaker::Breaker;
use crate::pool::ended::EndedFor;
use crate::pool::entry::{Condition, Entry, Next, Stage, Standing, Waiter};
use crate::pool::error::LeaseDenied;
use crate::pool::words::{Action, Bounds, Epoch, KeptSession, Launching, WaiterId, Wanted};

/// The pool's books.
#[derive(Debug)]
pub struct Roster {
    pub(in crate::pool) bounds: Bounds,
    /// In the order in which they were asked for.
    pub(in crate::pool) entries: Vec<Entry>,
    pub(in crate::pool) breaker: Breaker,
    pub(in crate::pool) draining: bool,
    /// How long operations hold a lease, the last ones counting most.
    pub(in crate::pool) usual_hold: Duration,
}

impl Roster {
    /// An empty pool.
    #[must_use]
    pub fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            entries: Vec::new(),
            breaker: Breaker::default(),
            draining: false,
            usual_hold: limits::FIRST_HOLD,
        }
    }

    /// Whether browsers start, as far as is known.
    #[must_use]
    pub fn launching(&self, now: Moment) -> Launching {
        Launching {
            stopped_for: self.breaker.open_for(now),
            failed_lately: self.breaker.failed_lately(now),
        }
    }

    /// Asks for a lease. Granted at once if the session is free and nobody waits; otherwise the waiter waits. With
    /// `keep_alive`, says from now on whether the session is kept signed in.
    pub fn request(
        &mut self,
        wanted: Wanted,
        keep_alive: Option<bool>,
        waiter: Waiter,
        now: Moment,
    ) -> Vec<Action> {
        let mut actions = Vec::new();
        match self.admit(wanted, waiter, now) {
            Ok(index) => {
                let entry = &mut self.entries[index];
                entry.keep_alive = keep_alive.unwrap_or(entry.keep_alive);
                entry.queue.push_back(waiter);
                actions.extend(hurry(entry));
                self.settle(now, &mut actions);
            }
            Err(denied) => actions.push(Action::Deny(waiter.id, denied)),
        }
        actions
    }

    /// Asks for a lease without waiting: only a session that is free is lent.
    pub fn try_request(&mut self, id: SessionId, waiter: Waiter, now: Moment) -> Vec<Action> {
        let denied = match self.find(id) {
            None => LeaseDenied::UnknownSession(id.to_string()),
            Some(_) if self.draining => LeaseDenied::Draining,
            Some(index) if self.entries[index].is_free() => {
                return vec![self.grant(index, waiter, now)];
            }
            Some(_) => LeaseDenied::InUse(id),
        };
        vec![Action::Deny(waiter.id, denied)]
    }

    /// A waiter went away.
    pub fn leave(&mut self, waiter: WaiterId) -> Vec<Action> {
        for entry in &mut self.entries {
            entry.queue.retain(|waiting| waiting.id != waiter);
        }
        // A session that has no browser yet exists only for its waiters.
        let mut actions = Vec::new();
        self.entries.retain(|entry| {
            let needless = entry.stage == Stage::Queued && entry.queue.is_empty();
            if needless {
                actions.push(Action::Forget(entry.id, Afterwards::RemoveProfile));
            }
            !needless
        });
        actions
    }

    /// A waiter has waited long enough: why it gets nothing, if it still waits.
    pub fn give_up(&mut self, waiter: WaiterId, now: Moment) -> Vec<Action> {
        let waits = |entry: &&Entry| entry.queue.iter().any(|waiting| waiting.id == waiter);
        let Some(entry) = self.entries.iter().find(waits) else {
            return Vec::new();
        };
        let place = entry.queue.iter().position(|waiting| waiting.id == waiter);
        let place = place.expect("it was just found in this queue");
        let denied = match &entry.standing {
            Standing::AwaitingOperator(reason) if entry.stage == Stage::Idle => {
                LeaseDenied::OperatorNeeded {
                    session: entry.id,
                    reason: reason.clone(),
                }
            }
            _ => LeaseDenied::WaitedTooLong {
                waited: now.since(entry.queue[place].asked),
                retry_after: self.retry_after(place, 1),
            },
        };
        let mut actions = vec![Action::Deny(waiter, denied)];
        actions.extend(self.leave(waiter));
        actions
    }

    /// A browser was started, with this profile.
    pub fn launched(&mut self, id: SessionId, profile: Profile, now: Moment) -> Vec<Action> {
        self.breaker.succeeded();
        let mut actions = Vec::new();
        if let Some(index) = self.find(id) {
            let entry = &mut self.entries[index];
            entry.standing = match (profile, &entry.standing) {
                // Only a person can go on where a person was needed.
                (Profile::Kept, Standing::AwaitingOperator(_)) => entry.standing.clone(),
                (Profile::Kept, _) => Standing::Suspect,
                (Profile::Fresh, _) => Standing::New,
            };
            entry.note_launch(profile, now);
            match entry.then.take() {
                Some(next) => {
                    let why = EndedFor::asked(next, self.draining);
                    actions.push(entry.begin_to_close(next, why));
                }
                None => entry.stage = Stage::Idle,
            }
        }
        self.settle(now, &mut actions);
        actions
    }

    /// A browser could not be started: whoever waits for it is told, and the session ends.
    pub fn launch_failed(&mut self, id: SessionId, why: &LeaseDenied, now: Moment) -> Vec<Action> {
        self.breaker.failed(now);
        let mut actions = Vec::new();
        if let Some(index) = self.find(id) {
            let mut entry = self.entries.remove(index);
            deny_all(&mut entry, why, &mut actions);
            let afterwards = match entry.profile {
                Profile::Kept => Afterwards::KeepProfile,
                Profile::Fresh => Afterwards::RemoveProfile,
            };
            actions.push(Action::Forget(id, afterwards));
        }
        self.settle(now, &mut actions);
        actions
    }

    /// A lease ended. One that is not the session's last says nothing any more.
    pub fn returned(
        &mut self,
        id: SessionId,
        epoch: Epoch,
        condition: Condition,
        now: Moment,
    ) -> Vec<Action> {
        let mut actions = Vec::new();
        let found = self.find(id).filter(|index| {
            let entry = &self.entries[*index];
            entry.epoch == epoch && matches!(entry.stage, Stage::Leased { .. })
        });
        let Some(index) = found else { return actions };
        let entry = &mut self.entries[index];
        let mut overdue = false;
        if let Stage::Leased {
            kind,
            since,
            held_until,
            killed,
            ..
        } = entry.stage
        {
            overdue = killed.is_some();
            entry.note_return(kind, &condition, now);
            // How long a caller takes to send what is missing says nothing of how long operations take.
            if kind == LeaseKind::Operation && held_until.is_none() {
                self.usual_hold = (self.usual_hold * 7 + now.since(since) * 3) / 10;
            }
        }
        let found = EndedFor::returned(&condition, overdue);
        let next = back_in_stock(entry, condition, &mut actions);
        let then = entry.then.take();
        let why = then.map_or(found, |then| EndedFor::asked(then, self.draining));
        match then.or(next) {
            Some(next) => actions.push(entry.begin_to_close(next, why)),
            None => entry.stage = Stage::Idle,
        }
        self.settle(now, &mut actions);
        actions
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether no session is lent any more.
    pub(in crate::pool) const fn is_draining(&self) -> bool {
        self.draining
    }

    /// All sessions, in the order in which they were asked for.
    #[must_use]
    pub fn snapshots(&self) -> Vec<SessionSnapshot> {
        self.entries.iter().map(Entry::snapshot).collect()
    }

    /// The sessions that have a browser and are to be kept signed in, but for those that wait for a person.
    #[must_use]
    pub fn kept(&self, now: Moment) -> Vec<KeptSession> {
        let kept = self.entries.iter().filter(|entry| entry.is_kept());
        kept.map(|entry| entry.kept(now)).collect()
    }

    /// The entry of a session.
    #[must_use]
    pub fn get(&self, id: SessionId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// All entries, for those who check the rules.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(in crate::pool) fn find(&self, id: SessionId) -> Option<usize> {
        self.entries.iter().position(|entry| entry.id == id)
    }

    /// When somebody who stands at this place in a line for so many sessions may expect one.
    pub(in crate::pool) fn retry_after(&self, place: usize, sessions: usize) -> Duration {
        let turns = u32::try_from(place + 1).unwrap_or(u32::MAX);
        let among = u32::try_from(sessions.max(1)).unwrap_or(u32::MAX);
        let wait = self.usual_hold.saturating_mul(turns) / among;
        wait.clamp(Duration::from_secs(1), limits::RETRY_AFTER_MAX)
    }
}

/// Notes in the books what a lease has learned; what becomes of the session, if it is not simply free.
fn back_in_stock(
    entry: &mut Entry,
    condition: Condition,
    actions: &mut Vec<Action>,
) -> Option<Next> {
    match condition {
        Condition::Untouched | Condition::AsBefore => None,
        Condition::SignedIn => {
            entry.standing = Standing::SignedIn;
            None
        }
        Condition::SignedOut => {
            entry.standing = Standing::SignedOut;
            None
        }
        Condition::Unknown => {
            entry.standing = Standing::Suspect;
            None
        }
        Condition::AwaitingOperator(reason) => {
            let denied = LeaseDenied::OperatorNeeded {
                session: entry.id,
                reason: reason.clone(),
            };
            entry.standing = Standing::AwaitingOperator(reason);
            deny(entry, &denied, Waiter::is_turned_away_by_operator, actions);
            None
        }
        Condition::Refused { refusal, message } => {
            // Every further try with these credentials would count against the account.
            let denied = LeaseDenied::Refused { refusal, message };
            deny_all(entry, &denied, actions);
            Some(Next::End)
        }
        Condition::Lost => {
            deny_all(entry, &LeaseDenied::CredentialsNeeded(entry.id), actions);
            Some(Next::End)
        }
        Condition::Broken(_) if entry.keep_alive || !entry.queue.is_empty() => Some(Next::Reopen),
        Condition::Broken(_) => Some(Next::End),
    }
}

/// Tells a keep-alive that somebody waits.
pub(in crate::pool) fn hurry(entry: &Entry) -> Option<Action> {
    let kept = matches!(
        entry.stage,
        Stage::Leased {
            kind: LeaseKind::KeepAlive,
            ..
        }
    );
    kept.then_some(Action::Hurry(entry.id))
}

pub(in crate::pool) fn deny_all(entry: &mut Entry, why: &LeaseDenied, actions: &mut Vec<Action>) {
    deny(entry, why, |_| true, actions);
}

fn deny(
    entry: &mut Entry,
    why: &LeaseDenied,
    whom: impl Fn(&Waiter) -> bool,
    actions: &mut Vec<Action>,
) {
    let told = entry.queue.iter().filter(|waiter| whom(waiter));
    actions.extend(told.map(|waiter| Action::Deny(waiter.id, why.clone())));
    entry.queue.retain(|waiter| !whom(waiter));
}

#[cfg(test)]
#[path = "roster_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "roster_rules_tests.rs"]
mod rules_tests;

#[cfg(test)]
#[path = "roster_profile_tests.rs"]
mod profile_tests;
