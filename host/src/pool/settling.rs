//! Who gets what: the rule of the roster that brings the books to rest after every change.

use crate::browser::launch::Afterwards;
use crate::config::limits;
use crate::model::clock::Moment;
use crate::pool::ended::EndedFor;
use crate::pool::entry::{Entry, Next, Stage, Waiter};
use crate::pool::error::LeaseDenied;
use crate::pool::roster::{Roster, deny_all};
use crate::pool::words::{Action, Epoch};

impl Roster {
    /// Free sessions go to those who wait for them; browsers are started for sessions that have none while there is
    /// room; and where room is wanted, the idle session whose last operation is oldest makes it.
    pub(in crate::pool) fn settle(&mut self, now: Moment, actions: &mut Vec<Action>) {
        self.turn_away_where_nothing_starts(now, actions);
        self.give_way(now, actions);
        for index in 0..self.entries.len() {
            let entry = &mut self.entries[index];
            if entry.stage == Stage::Idle
                && let Some(place) = entry.next_in_turn()
                && let Some(waiter) = entry.queue.remove(place)
            {
                actions.push(self.grant(index, waiter, now));
            }
        }
        self.launch_what_has_room(actions);
        self.make_room(actions);
    }

    /// Lends a free session.
    pub(in crate::pool) fn grant(&mut self, index: usize, waiter: Waiter, now: Moment) -> Action {
        let entry = &mut self.entries[index];
        entry.epoch = Epoch(entry.epoch.0 + 1);
        entry.stage = Stage::Leased {
            kind: waiter.kind,
            run_id: waiter.run_id,
            since: now,
            hold: waiter.hold,
            held_until: None,
            killed: None,
        };
        Action::Grant(entry.id, waiter.id)
    }

    /// While the breaker is open nobody waits for a browser that is not going to be started.
    fn turn_away_where_nothing_starts(&mut self, now: Moment, actions: &mut Vec<Action>) {
        let Some(retry_after) = self.breaker.open_for(now) else {
            return;
        };
        let denied = LeaseDenied::LaunchesStopped { retry_after };
        self.entries.retain_mut(|entry| {
            let is_queued = entry.stage == Stage::Queued;
            if is_queued {
                deny_all(entry, &denied, actions);
                actions.push(Action::Forget(entry.id, Afterwards::RemoveProfile));
            }
            !is_queued
        });
    }

    fn launch_what_has_room(&mut self, actions: &mut Vec<Action>) {
        let taken = self.entries.iter().filter(|entry| entry.has_slot()).count();
        let room = self.bounds.sessions.saturating_sub(taken);
        let queued = self
            .entries
            .iter_mut()
            .filter(|entry| entry.stage == Stage::Queued);
        for entry in queued.take(room) {
            entry.stage = Stage::Opening;
            actions.push(Action::Launch(entry.id, entry.profile));
        }
    }

    fn make_room(&mut self, actions: &mut Vec<Action>) {
        for _ in 0..self.places_wanted() {
            let idle = self
                .entries
                .iter_mut()
                .filter(|entry| entry.can_make_room());
            let Some(entry) = idle.min_by_key(|entry| entry.recency()) else {
                break;
            };
            actions.push(entry.begin_to_close(Next::End, EndedFor::Room));
        }
    }

    /// A session that others wait for gives its place to an account that has waited longer than they, and for long:
    /// between two leases, and only where no idle session can make room.
    fn give_way(&mut self, now: Moment, actions: &mut Vec<Action>) {
        let asked = |entry: &Entry| entry.queue.front().map(|waiter| waiter.asked);
        let queued = self
            .entries
            .iter()
            .filter(|entry| entry.stage == Stage::Queued);
        let Some(longest) = queued.filter_map(asked).min_by_key(|asked| asked.instant) else {
            return;
        };
        let has_idle = self.entries.iter().any(Entry::can_make_room);
        if now.since(longest) < limits::FAIR_WAIT || has_idle || self.places_wanted() == 0 {
            return;
        }
        let gives_way = |entry: &&mut Entry| {
            entry.stage == Stage::Idle
                && asked(entry).is_some_and(|asked| asked.instant > longest.instant)
        };
        if let Some(entry) = self.entries.iter_mut().find(gives_way) {
            actions.push(entry.begin_to_close(Next::Requeue, EndedFor::Room));
        }
    }

    /// Sessions without a browser, less the places that are about to be free.
    fn places_wanted(&self) -> usize {
        let count = |is: fn(&Stage) -> bool| {
            let stages = self.entries.iter().map(|entry| &entry.stage);
            stages.filter(|stage| is(stage)).count()
        };
        let coming = |stage: &Stage| {
            matches!(
                stage,
                Stage::Closing(Next::End | Next::Rest | Next::Requeue)
            )
        };
        count(|stage| *stage == Stage::Queued).saturating_sub(count(coming))
    }
}
