//! Five pools with one mistake each, as such pools have had them. The schedules must find every one.

use gantry::browser::launch::Afterwards;
use gantry::model::clock::Moment;
use gantry::model::ids::SessionId;
use gantry::pool::entry::{Condition, Entry, Stage, Standing, Waiter};
use gantry::pool::roster::Roster;
use gantry::pool::words::{Action, Bounds, Epoch, WaiterId, Wanted};

use crate::pool::schedules::rules::Rules;

macro_rules! with_a_roster {
    () => {
        fn of(bounds: Bounds) -> Self {
            Self(Roster::new(bounds))
        }

        fn roster(&self) -> &Roster {
            &self.0
        }

        fn roster_mut(&mut self) -> &mut Roster {
            &mut self.0
        }
    };
}

/// A lease whose holder stopped in the middle is never given back.
pub(crate) struct ForgetsReleases(Roster);

impl Rules for ForgetsReleases {
    with_a_roster!();

    fn returned(
        &mut self,
        id: SessionId,
        epoch: Epoch,
        condition: Condition,
        now: Moment,
    ) -> Vec<Action> {
        if condition == Condition::Unknown {
            return Vec::new();
        }
        self.0.returned(id, epoch, condition, now)
    }
}

/// A full pool makes room with a session that somebody uses.
pub(crate) struct EvictsInUse(Roster);

impl Rules for EvictsInUse {
    with_a_roster!();

    fn request(
        &mut self,
        wanted: Wanted,
        keep_alive: Option<bool>,
        waiter: Waiter,
        now: Moment,
    ) -> Vec<Action> {
        let mut actions = self.0.request(wanted, keep_alive, waiter, now);
        let is_leased = |entry: &&Entry| matches!(entry.stage, Stage::Leased { .. });
        let has_no_place = |entry: &Entry| entry.stage == Stage::Queued;
        if actions.is_empty() && self.0.entries().iter().any(has_no_place) {
            let victim = self.0.entries().iter().find(is_leased);
            actions.extend(victim.map(|entry| Action::Close(entry.id, Afterwards::RemoveProfile)));
        }
        actions
    }
}

/// The second holder of a signed-in session is told that nobody has signed in.
pub(crate) struct SignsInTwice(Roster);

impl Rules for SignsInTwice {
    with_a_roster!();

    fn told(&self, id: SessionId) -> Option<Standing> {
        let standing = self.0.get(id).map(|entry| entry.standing.clone());
        standing.map(|standing| match standing {
            Standing::SignedIn => Standing::New,
            other => other,
        })
    }
}

/// Whoever comes second into a queue is dropped from it without a word.
pub(crate) struct LosesWaiters(Roster);

impl Rules for LosesWaiters {
    with_a_roster!();

    fn request(
        &mut self,
        wanted: Wanted,
        keep_alive: Option<bool>,
        waiter: Waiter,
        now: Moment,
    ) -> Vec<Action> {
        let actions = self.0.request(wanted, keep_alive, waiter, now);
        if self
            .0
            .entries()
            .iter()
            .any(|entry| is_second(entry, waiter.id))
        {
            drop(self.0.leave(waiter.id));
        }
        actions
    }
}

fn is_second(entry: &Entry, waiter: WaiterId) -> bool {
    entry.queue.get(1).is_some_and(|second| second.id == waiter)
}

/// The reply carries the session's id: whoever left as it arrived takes the session along.
pub(crate) struct RepliesWithIds(Roster);

impl Rules for RepliesWithIds {
    with_a_roster!();

    fn undelivered(&mut self, _: SessionId, _: Epoch, _: Condition, _: Moment) -> Vec<Action> {
        Vec::new()
    }
}
