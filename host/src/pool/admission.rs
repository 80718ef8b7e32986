//! Who is let into the pool's queues: rules of the roster.

use crate::model::clock::Moment;
use crate::model::ids::SessionId;
use crate::model::session::LeaseKind;
use crate::pool::entry::{Entry, Standing, Waiter};
use crate::pool::error::LeaseDenied;
use crate::pool::roster::Roster;
use crate::pool::words::Wanted;

impl Roster {
    /// The entry a request belongs to, made if need be; or why there is none for it.
    pub(in crate::pool) fn admit(
        &mut self,
        wanted: Wanted,
        waiter: Waiter,
        now: Moment,
    ) -> Result<usize, LeaseDenied> {
        if self.draining {
            return Err(LeaseDenied::Draining);
        }
        let found = self.wanted(&wanted, &waiter)?;
        self.room_in_queues(found, waiter.kind)?;
        match (found, wanted) {
            (Some(index), Wanted::Session(_, owner)) => {
                // A session of an earlier host learns from its first caller whose it is.
                let entry = &mut self.entries[index];
                entry.key = entry.key.take().or(owner.map(|owner| owner.key));
                Ok(index)
            }
            (Some(index), Wanted::Account(_)) => Ok(index),
            (None, Wanted::Account(owner)) => {
                let entry = Entry::new(SessionId::random(), owner, true, now);
                self.entries.push(entry);
                Ok(self.entries.len() - 1)
            }
            (None, Wanted::Session(id, _)) => Err(LeaseDenied::UnknownSession(id.to_string())),
        }
    }

    fn room_in_queues(&self, found: Option<usize>, kind: LeaseKind) -> Result<(), LeaseDenied> {
        if found.is_some_and(|index| self.entries[index].is_free_for(kind)) {
            return Ok(());
        }
        if let Some(entry) = found.map(|index| &self.entries[index]) {
            let waiting = entry.queue.len();
            if waiting >= self.bounds.queue_per_session {
                return Err(LeaseDenied::QueueFull {
                    session: entry.id,
                    waiting,
                    retry_after: self.retry_after(waiting, 1),
                });
            }
        }
        let waiting = self.entries.iter().map(|entry| entry.queue.len()).sum();
        if waiting >= self.bounds.queue_total {
            return Err(LeaseDenied::HostFull {
                waiting,
                retry_after: self.retry_after(waiting, self.bounds.sessions),
            });
        }
        Ok(())
    }

    fn wanted(&self, wanted: &Wanted, waiter: &Waiter) -> Result<Option<usize>, LeaseDenied> {
        let is_wanted = |entry: &&Entry| match wanted {
            Wanted::Session(id, _) => entry.id == *id,
            Wanted::Account(owner) => entry.key.as_ref() == Some(&owner.key),
        };
        let mut alive = self.entries.iter().filter(|entry| !entry.is_ending());
        let Some(entry) = alive.find(is_wanted) else {
            return Ok(None);
        };
        if let Wanted::Session(id, Some(owner)) = wanted
            && (entry.username != owner.username
                || entry.key.as_ref().is_some_and(|key| *key != owner.key))
        {
            return Err(LeaseDenied::OtherAccount(*id));
        }
        if let Standing::AwaitingOperator(reason) = &entry.standing
            && waiter.is_turned_away_by_operator()
        {
            let reason = reason.clone();
            return Err(LeaseDenied::OperatorNeeded {
                session: entry.id,
                reason,
            });
        }
        Ok(self.find(entry.id))
    }
}
