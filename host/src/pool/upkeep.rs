//! What time brings: leases that are overdue, browsers that are gone or worn out. Rules of the roster.

use crate::config::limits;
use crate::model::clock::Moment;
use crate::model::ids::SessionId;
use crate::pool::ended::EndedFor;
use crate::pool::ending::kill;
use crate::pool::entry::{Condition, Next, Stage, Standing};
use crate::pool::recall::Reason;
use crate::pool::roster::Roster;
use crate::pool::words::{Action, Epoch, Term};

impl Roster {
    /// Looks at the clock: calls back leases that were held for longer than they were asked for, takes back those
    /// whose holders do not react, and replaces worn-out browsers that nobody uses.
    pub fn upkeep(&mut self, now: Moment) -> Vec<Action> {
        let mut actions = Vec::new();
        for (id, epoch) in self.abandoned(now) {
            let why = Condition::Broken("its lease was never given back".to_owned());
            actions.extend(self.returned(id, epoch, why, now));
        }
        for entry in &mut self.entries {
            if let Stage::Leased {
                since,
                hold,
                killed: None,
                ..
            } = entry.stage
                && now.since(since) > hold
            {
                actions.extend(kill(entry, Reason::Overdue, now));
            }
            let awaits = matches!(entry.standing, Standing::AwaitingOperator(_));
            if entry.can_make_room()
                && !awaits
                && let Some(why) = entry.wear.worn_out(now)
            {
                actions.push(entry.begin_to_close(Next::Reopen, EndedFor::worn_out(why)));
            }
        }
        self.settle(now, &mut actions);
        actions
    }

    /// A lease goes on, as something else than it was asked for: its time begins anew. One that is not the session's
    /// last, or was called back, stays as it is.
    pub fn prolong(&mut self, id: SessionId, epoch: Epoch, term: Term, now: Moment) {
        let entry = self.entries.iter_mut().find(|entry| entry.id == id);
        if let Some(entry) = entry.filter(|entry| entry.epoch == epoch)
            && let Stage::Leased {
                run_id,
                since,
                hold,
                held_until,
                killed: None,
                ..
            } = &mut entry.stage
        {
            *run_id = Some(term.run_id);
            *since = now;
            *hold = term.hold;
            *held_until = term.held.map(|held| now.wall + held);
        }
    }

    /// The browser of a session was found gone. While it is leased its holder finds out by itself.
    pub fn found_gone(&mut self, id: SessionId, now: Moment) -> Vec<Action> {
        let mut actions = Vec::new();
        if let Some(index) = self.find(id)
            && self.entries[index].stage == Stage::Idle
        {
            let entry = &mut self.entries[index];
            entry.wear.note(&Condition::Broken("found gone".to_owned()));
            let wanted = entry.keep_alive || !entry.queue.is_empty();
            let next = if wanted { Next::Reopen } else { Next::End };
            actions.push(entry.begin_to_close(next, EndedFor::Crash));
        }
        self.settle(now, &mut actions);
        actions
    }

    /// The memory of a session's browser.
    pub fn measured(&mut self, id: SessionId, memory_bytes: u64) {
        if let Some(index) = self.find(id) {
            self.entries[index].wear.memory_bytes = Some(memory_bytes);
        }
    }

    /// Leases that were called back long ago and did not come home.
    pub(in crate::pool) fn abandoned(&self, now: Moment) -> Vec<(SessionId, Epoch)> {
        let is_abandoned = |stage: &Stage| {
            matches!(stage, Stage::Leased { killed: Some(killed), .. }
                if now.since(*killed) > limits::RECLAIM)
        };
        let abandoned = self
            .entries
            .iter()
            .filter(|entry| is_abandoned(&entry.stage));
        abandoned.map(|entry| (entry.id, entry.epoch)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant, SystemTime};

    use super::*;
    use crate::browser::launch::Profile;
    use crate::config::secrets::{Credentials, HashKey};
    use crate::model::ids::RunId;
    use crate::model::session::LeaseKind;
    use crate::pool::entry::Waiter;
    use crate::pool::words::{Bounds, Owner, WaiterId, Wanted};

    const MINUTE: Duration = Duration::from_mins(1);

    fn after(start: Moment, minutes: u32) -> Moment {
        Moment {
            instant: start.instant + MINUTE * minutes,
            wall: start.wall + MINUTE * minutes,
        }
    }

    /// A roster with one session, leased for a minute.
    fn leased(now: Moment) -> (Roster, SessionId) {
        let bounds = Bounds {
            sessions: 1,
            queue_per_session: 1,
            queue_total: 1,
        };
        let owner = Owner {
            key: HashKey::random().hash(&Credentials::new("someone", "secret")),
            username: "someone".to_owned(),
        };
        let waiter = Waiter {
            id: WaiterId(1),
            kind: LeaseKind::Operation,
            run_id: None,
            hold: MINUTE,
            is_patient: false,
            asked: now,
        };
        let mut roster = Roster::new(bounds);
        roster.request(Wanted::Account(owner), None, waiter, now);
        let id = roster.entries()[0].id;
        roster.launched(id, Profile::Fresh, now);
        (roster, id)
    }

    #[test]
    fn a_prolonged_lease_is_overdue_when_its_new_time_is_over_and_shows_until_when_it_is_held() {
        let start = Moment {
            instant: Instant::now(),
            wall: SystemTime::now(),
        };
        let (mut roster, id) = leased(start);
        let epoch = roster.get(id).unwrap().epoch;
        let term = Term {
            run_id: RunId::random(),
            hold: MINUTE * 10,
            held: Some(MINUTE * 9),
        };
        roster.prolong(id, Epoch(epoch.0 + 1), term, start);
        assert_eq!(roster.snapshots()[0].held_until, None, "of another grant");
        roster.prolong(id, epoch, term, after(start, 1));
        let held_until = Some(after(start, 10).wall);
        assert_eq!(roster.snapshots()[0].held_until, held_until);
        assert_eq!(roster.upkeep(after(start, 11)), []);
        let overdue = [Action::Kill(id, Reason::Overdue)];
        assert_eq!(roster.upkeep(after(start, 12)), overdue);
    }
}
