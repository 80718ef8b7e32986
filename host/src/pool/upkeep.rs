//! What time brings: leases that are overdue, browsers that are gone or worn out. Rules of the roster.

use crate::config::limits;
use crate::model::clock::Moment;
use crate::model::ids::SessionId;
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
            if entry.can_make_room() && !awaits && entry.wear.worn_out(now).is_some() {
                actions.push(entry.begin_to_close(Next::Reopen));
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
            actions.push(entry.begin_to_close(next));
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
    fn abandoned(&self, now: Moment) -> Vec<(SessionId, Epoch)> {
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
