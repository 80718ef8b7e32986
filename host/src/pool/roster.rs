//! The pool's rules: pure, synchronous, without a browser.
//!
//! Owns: which sessions there are, who has them, who waits. Every change is a method that takes the time and
//! gives back the actions to carry out. Capacity is counted from the entries themselves, never kept in a counter.

use crate::model::clock::Moment;
use crate::model::ids::SessionId;
use crate::model::session::{LeaseKind, SessionSnapshot};
use crate::pool::entry::{Condition, Entry, Next, Stage, Standing, Waiter};
use crate::pool::error::LeaseDenied;
use crate::pool::words::{Action, Bounds, KeptSession, WaiterId, Wanted};

/// The pool's books.
#[derive(Debug)]
pub struct Roster {
    bounds: Bounds,
    /// In the order in which they were asked for.
    entries: Vec<Entry>,
    draining: bool,
}

impl Roster {
    /// An empty pool.
    #[must_use]
    pub const fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            entries: Vec::new(),
            draining: false,
        }
    }

    /// Asks for a lease. Granted at once if the session is free and nobody waits; otherwise the waiter waits.
    pub fn request(&mut self, wanted: Wanted, waiter: Waiter, now: Moment) -> Vec<Action> {
        let mut actions = Vec::new();
        match self.admit(wanted, waiter.kind, now) {
            Ok(index) => {
                self.entries[index].queue.push_back(waiter);
                self.settle(now, &mut actions);
            }
            Err(denied) => actions.push(Action::Deny(waiter.id, denied)),
        }
        actions
    }

    /// Asks for a lease without waiting: only a session that is free and that nobody waits for is lent.
    pub fn try_request(&mut self, id: SessionId, waiter: Waiter, now: Moment) -> Vec<Action> {
        let denied = match self.find(id) {
            None => LeaseDenied::UnknownSession(id),
            Some(_) if self.draining => LeaseDenied::Draining,
            Some(index) if self.entries[index].can_make_room() => {
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
                actions.push(Action::Forget(entry.id));
            }
            !needless
        });
        actions
    }

    /// A browser was started.
    pub fn launched(&mut self, id: SessionId, now: Moment) -> Vec<Action> {
        let mut actions = Vec::new();
        if let Some(index) = self.find(id) {
            let entry = &mut self.entries[index];
            entry.standing = Standing::New;
            entry.last_activity = now;
            if entry.end_when_returned {
                entry.stage = Stage::Closing(Next::End);
                actions.push(Action::Close(id));
            } else {
                entry.stage = Stage::Idle;
            }
        }
        self.settle(now, &mut actions);
        actions
    }

    /// A browser could not be started: whoever waits for it is told, and the session ends.
    pub fn launch_failed(&mut self, id: SessionId, why: &LeaseDenied, now: Moment) -> Vec<Action> {
        let mut actions = Vec::new();
        if let Some(index) = self.find(id) {
            let entry = self.entries.remove(index);
            deny_all(&entry, why, &mut actions);
            actions.push(Action::Forget(id));
        }
        self.settle(now, &mut actions);
        actions
    }

    /// A lease ended.
    pub fn returned(&mut self, id: SessionId, condition: Condition, now: Moment) -> Vec<Action> {
        let mut actions = Vec::new();
        let Some(index) = self.find(id) else {
            return actions;
        };
        let entry = &mut self.entries[index];
        let Stage::Leased { kind, .. } = entry.stage else {
            return actions;
        };
        entry.note_return(kind, &condition, now);
        entry.stage = Stage::Idle;
        match condition {
            Condition::Untouched => {}
            Condition::SignedIn => entry.standing = Standing::SignedIn,
            Condition::SignedOut => entry.standing = Standing::SignedOut,
            Condition::Unknown => entry.standing = Standing::Suspect,
            Condition::AwaitingOperator(reason) => {
                let denied = LeaseDenied::OperatorNeeded {
                    session: id,
                    reason: reason.clone(),
                };
                entry.standing = Standing::AwaitingOperator(reason);
                deny_all(entry, &denied, &mut actions);
                entry.queue.clear();
            }
            Condition::Refused { refusal, message } => {
                // Every further try with these credentials would count against the account.
                let denied = LeaseDenied::Refused { refusal, message };
                deny_all(entry, &denied, &mut actions);
                entry.queue.clear();
                entry.stage = Stage::Closing(Next::End);
            }
            Condition::Broken(_) => {
                let wanted = entry.keep_alive || !entry.queue.is_empty();
                let next = if wanted { Next::Reopen } else { Next::End };
                entry.stage = Stage::Closing(next);
            }
        }
        if entry.end_when_returned {
            entry.stage = Stage::Closing(Next::End);
        }
        if matches!(entry.stage, Stage::Closing(_)) {
            actions.push(Action::Close(id));
        }
        self.settle(now, &mut actions);
        actions
    }

    /// A closed session's processes are gone.
    pub fn closed(&mut self, id: SessionId, now: Moment) -> Vec<Action> {
        let mut actions = Vec::new();
        if let Some(index) = self.find(id) {
            let entry = &mut self.entries[index];
            let reopen = entry.stage == Stage::Closing(Next::Reopen) && !entry.end_when_returned;
            if reopen && !self.draining {
                entry.stage = Stage::Opening;
                actions.push(Action::Launch(id));
            } else {
                let entry = self.entries.remove(index);
                deny_all(&entry, &LeaseDenied::Closed(id), &mut actions);
                actions.push(Action::Forget(id));
            }
        }
        self.settle(now, &mut actions);
        actions
    }

    /// Ends a session: at once if it is free, when its lease ends if not, or by killing its browser with
    /// `force`. Those who wait for it are told. None if there is no such session.
    pub fn close(&mut self, id: SessionId, force: bool, now: Moment) -> Option<Vec<Action>> {
        let index = self.find(id)?;
        let mut actions = Vec::new();
        let entry = &mut self.entries[index];
        deny_all(entry, &LeaseDenied::Closed(id), &mut actions);
        entry.queue.clear();
        match entry.stage {
            Stage::Queued => {
                self.entries.remove(index);
                actions.push(Action::Forget(id));
            }
            Stage::Idle => {
                entry.stage = Stage::Closing(Next::End);
                actions.push(Action::Close(id));
            }
            Stage::Closing(_) => entry.stage = Stage::Closing(Next::End),
            Stage::Opening => entry.end_when_returned = true,
            Stage::Leased { .. } => {
                entry.end_when_returned = true;
                if force {
                    actions.push(Action::Kill(id));
                }
            }
        }
        self.settle(now, &mut actions);
        Some(actions)
    }

    /// No new lease from now on; every session ends as soon as nobody uses it.
    pub fn drain(&mut self, now: Moment) -> Vec<Action> {
        self.draining = true;
        let mut actions = Vec::new();
        for entry in &mut self.entries {
            deny_all(entry, &LeaseDenied::Draining, &mut actions);
            entry.queue.clear();
        }
        let ids: Vec<SessionId> = self.entries.iter().map(|entry| entry.id).collect();
        for id in ids {
            actions.extend(self.close(id, false, now).unwrap_or_default());
        }
        actions
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
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

    fn find(&self, id: SessionId) -> Option<usize> {
        self.entries.iter().position(|entry| entry.id == id)
    }

    /// The entry a request belongs to, made if need be; or why there is none for it.
    fn admit(
        &mut self,
        wanted: Wanted,
        kind: LeaseKind,
        now: Moment,
    ) -> Result<usize, LeaseDenied> {
        if self.draining {
            return Err(LeaseDenied::Draining);
        }
        let found = self.wanted(&wanted, kind)?;
        let waiting = self.entries.iter().map(|entry| entry.queue.len()).sum();
        let free = found.is_some_and(|index| self.entries[index].can_make_room());
        if !free && waiting >= self.bounds.queue_total {
            return Err(LeaseDenied::HostFull { waiting });
        }
        match (found, wanted) {
            (Some(index), _) => {
                let entry = &self.entries[index];
                let waiting = entry.queue.len();
                if !free && waiting >= self.bounds.queue_per_session {
                    return Err(LeaseDenied::QueueFull {
                        session: entry.id,
                        waiting,
                    });
                }
                Ok(index)
            }
            (
                None,
                Wanted::Account {
                    key,
                    username,
                    keep_alive,
                },
            ) => {
                let id = SessionId::random();
                self.entries
                    .push(Entry::new(id, key, username, keep_alive, now));
                Ok(self.entries.len() - 1)
            }
            (None, Wanted::Session(id, _)) => Err(LeaseDenied::UnknownSession(id)),
        }
    }

    fn wanted(&self, wanted: &Wanted, kind: LeaseKind) -> Result<Option<usize>, LeaseDenied> {
        let alive = |entry: &&Entry| !entry.is_ending();
        let entry = match wanted {
            Wanted::Session(id, _) => self.get(*id).filter(alive),
            Wanted::Account { key, .. } => self
                .entries
                .iter()
                .filter(alive)
                .find(|entry| entry.key == *key),
        };
        let Some(entry) = entry else { return Ok(None) };
        if let Wanted::Session(id, Some(key)) = wanted
            && entry.key != *key
        {
            return Err(LeaseDenied::OtherAccount(*id));
        }
        if kind == LeaseKind::Operation
            && let Standing::AwaitingOperator(reason) = &entry.standing
        {
            let reason = reason.clone();
            return Err(LeaseDenied::OperatorNeeded {
                session: entry.id,
                reason,
            });
        }
        Ok(self.find(entry.id))
    }

    /// Brings the books to rest: free sessions go to those who wait for them; browsers are started for sessions
    /// that have none while there is room; and where room is wanted, the idle session whose last operation is
    /// oldest makes it.
    fn settle(&mut self, now: Moment, actions: &mut Vec<Action>) {
        for index in 0..self.entries.len() {
            if self.entries[index].stage == Stage::Idle
                && let Some(waiter) = self.entries[index].queue.pop_front()
            {
                actions.push(self.grant(index, waiter, now));
            }
        }
        while let Some(index) = self
            .entries
            .iter()
            .position(|entry| entry.stage == Stage::Queued)
        {
            if self.entries.iter().filter(|entry| entry.has_slot()).count() >= self.bounds.sessions
            {
                break;
            }
            self.entries[index].stage = Stage::Opening;
            actions.push(Action::Launch(self.entries[index].id));
        }
        let wanting = self
            .entries
            .iter()
            .filter(|entry| entry.stage == Stage::Queued)
            .count();
        let coming = self
            .entries
            .iter()
            .filter(|entry| entry.stage == Stage::Closing(Next::End));
        for _ in coming.count()..wanting {
            let oldest = self
                .entries
                .iter_mut()
                .filter(|entry| entry.can_make_room());
            let Some(entry) = oldest.min_by_key(|entry| entry.recency()) else {
                break;
            };
            entry.stage = Stage::Closing(Next::End);
            actions.push(Action::Close(entry.id));
        }
    }

    fn grant(&mut self, index: usize, waiter: Waiter, now: Moment) -> Action {
        let entry = &mut self.entries[index];
        let Waiter { id, kind, run_id } = waiter;
        entry.stage = Stage::Leased {
            kind,
            run_id,
            since: now,
        };
        Action::Grant(entry.id, id)
    }
}

fn deny_all(entry: &Entry, why: &LeaseDenied, actions: &mut Vec<Action>) {
    actions.extend(
        entry
            .queue
            .iter()
            .map(|waiter| Action::Deny(waiter.id, why.clone())),
    );
}

#[cfg(test)]
#[path = "roster_tests.rs"]
mod tests;
