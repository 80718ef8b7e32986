//! The rules under test: the pool's own, and the places where a broken pool differs from it.

use gantry::model::clock::Moment;
use gantry::model::ids::SessionId;
use gantry::pool::entry::{Condition, Standing, Waiter};
use gantry::pool::roster::Roster;
use gantry::pool::words::{Action, Bounds, Epoch, Wanted};

/// The rules, and the delivery of what they grant.
pub(crate) trait Rules {
    fn of(bounds: Bounds) -> Self;

    /// What no broken pool here does otherwise.
    fn roster(&self) -> &Roster;

    fn roster_mut(&mut self) -> &mut Roster;

    fn request(
        &mut self,
        wanted: Wanted,
        keep_alive: Option<bool>,
        waiter: Waiter,
        now: Moment,
    ) -> Vec<Action> {
        self.roster_mut().request(wanted, keep_alive, waiter, now)
    }

    fn returned(
        &mut self,
        id: SessionId,
        epoch: Epoch,
        condition: Condition,
        now: Moment,
    ) -> Vec<Action> {
        self.roster_mut().returned(id, epoch, condition, now)
    }

    /// What the holder of a lease is told of the sign-in.
    fn told(&self, id: SessionId) -> Option<Standing> {
        self.roster().get(id).map(|entry| entry.standing.clone())
    }

    /// A grant reached nobody: its waiter left as it arrived. A lease in the reply is dropped there and comes home.
    fn undelivered(
        &mut self,
        id: SessionId,
        epoch: Epoch,
        condition: Condition,
        now: Moment,
    ) -> Vec<Action> {
        self.returned(id, epoch, condition, now)
    }
}

impl Rules for Roster {
    fn of(bounds: Bounds) -> Self {
        Self::new(bounds)
    }

    fn roster(&self) -> &Roster {
        self
    }

    fn roster_mut(&mut self) -> &mut Roster {
        self
    }

    fn request(
        &mut self,
        wanted: Wanted,
        keep_alive: Option<bool>,
        waiter: Waiter,
        now: Moment,
    ) -> Vec<Action> {
        Self::request(self, wanted, keep_alive, waiter, now)
    }

    fn returned(
        &mut self,
        id: SessionId,
        epoch: Epoch,
        condition: Condition,
        now: Moment,
    ) -> Vec<Action> {
        Self::returned(self, id, epoch, condition, now)
    }
}
