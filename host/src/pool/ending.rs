//! How sessions end, and how those of an earlier host begin again: rules of the roster.

use crate::browser::launch::Afterwards;
use crate::model::clock::Moment;
use crate::model::ids::SessionId;
use crate::pool::ended::EndedFor;
use crate::pool::entry::{Entry, Next, Stage};
use crate::pool::error::LeaseDenied;
use crate::pool::recall::Reason;
use crate::pool::roster::{Roster, deny_all, hurry};
use crate::pool::words::{Action, Adopted, Owner};

impl Roster {
    /// A closed session's processes are gone.
    pub fn closed(&mut self, id: SessionId, now: Moment) -> Vec<Action> {
        let mut actions = Vec::new();
        if let Some(index) = self.find(id) {
            let mut entry = self.entries.remove(index);
            match entry.stage {
                Stage::Closing(Next::Reopen) if !self.draining => {
                    entry.stage = Stage::Opening;
                    actions.push(Action::Launch(id, entry.profile));
                    self.entries.insert(index, entry);
                }
                Stage::Closing(Next::Requeue) if !self.draining && !entry.queue.is_empty() => {
                    entry.stage = Stage::Queued;
                    self.entries.push(entry);
                }
                stage => {
                    deny_all(&mut entry, &LeaseDenied::Closed(id), &mut actions);
                    let rests = matches!(stage, Stage::Closing(Next::Rest));
                    actions.push(Action::Forget(id, keep_if(rests)));
                }
            }
        }
        self.settle(now, &mut actions);
        actions
    }

    /// Ends a session: at once if it is free, when its lease ends if not, or by killing its browser with
    /// `force`. Those who wait for it are told. None if there is no such session.
    pub fn close(&mut self, id: SessionId, force: bool, now: Moment) -> Option<Vec<Action>> {
        let mut actions = self.end(id, Next::End, &LeaseDenied::Closed(id))?;
        if force && let Some(index) = self.find(id) {
            actions.extend(kill(&mut self.entries[index], Reason::Closed, now));
        }
        self.settle(now, &mut actions);
        Some(actions)
    }

    /// No new lease from now on; every session rests as soon as nobody uses it.
    pub fn drain(&mut self, now: Moment) -> Vec<Action> {
        self.draining = true;
        let mut actions = Vec::new();
        let ids: Vec<SessionId> = self.entries.iter().map(|entry| entry.id).collect();
        for id in ids {
            let ended = self.end(id, Next::Rest, &LeaseDenied::Draining);
            actions.extend(ended.unwrap_or_default());
        }
        self.settle(now, &mut actions);
        actions
    }

    /// Opens a session of an earlier host again, from its profile, if there is room. Whoever looks first finds it
    /// suspect.
    pub fn adopt(&mut self, adopted: Adopted, owner: Option<Owner>, now: Moment) -> Vec<Action> {
        let taken = self.entries.iter().filter(|entry| entry.has_slot()).count();
        // It is here already: to forget it would take its browser from under its holder.
        if self.get(adopted.session_id).is_some() {
            return Vec::new();
        }
        let key = owner.as_ref().map(|owner| &owner.key);
        let theirs = |entry: &Entry| key.is_some() && entry.key.as_ref() == key;
        if self.entries.iter().any(theirs) {
            // One session an account: the one that was started last came first.
            return vec![Action::Forget(
                adopted.session_id,
                Afterwards::RemoveProfile,
            )];
        }
        if self.draining || taken >= self.bounds.sessions {
            return vec![Action::Forget(adopted.session_id, Afterwards::KeepProfile)];
        }
        let mut entry = Entry::adopted(adopted, owner, now);
        entry.stage = Stage::Opening;
        let action = Action::Launch(entry.id, entry.profile);
        self.entries.push(entry);
        vec![action]
    }

    fn end(&mut self, id: SessionId, next: Next, why: &LeaseDenied) -> Option<Vec<Action>> {
        let index = self.find(id)?;
        let mut actions = Vec::new();
        let asked = EndedFor::asked(next, self.draining);
        let entry = &mut self.entries[index];
        deny_all(entry, why, &mut actions);
        match entry.stage {
            Stage::Queued => {
                self.entries.remove(index);
                actions.push(Action::Forget(id, keep_if(next == Next::Rest)));
            }
            Stage::Idle => actions.push(entry.begin_to_close(next, asked)),
            // What is on its way out for good stays so.
            Stage::Closing(Next::End) => {}
            Stage::Closing(_) => entry.stage = Stage::Closing(next),
            Stage::Opening | Stage::Leased { .. } => {
                entry.then = Some(entry.then.filter(|then| *then == Next::End).unwrap_or(next));
                actions.extend(hurry(entry));
            }
        }
        Some(actions)
    }
}

const fn keep_if(rests: bool) -> Afterwards {
    if rests {
        Afterwards::KeepProfile
    } else {
        Afterwards::RemoveProfile
    }
}

/// Takes a leased session away from its holder.
pub(in crate::pool) fn kill(entry: &mut Entry, reason: Reason, now: Moment) -> Option<Action> {
    let Stage::Leased { killed, .. } = &mut entry.stage else {
        return None;
    };
    killed.get_or_insert(now);
    Some(Action::Kill(entry.id, reason))
}
