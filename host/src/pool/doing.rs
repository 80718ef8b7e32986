//! The pool's task at work: what the roster's actions do to browsers and waiters.

use std::sync::Arc;

use tokio::time::Instant;

use crate::browser::error::PageError;
use crate::browser::launch::{Afterwards, LaunchOrder, Profile};
use crate::model::ids::SessionId;
use crate::pool::commands::Picture;
use crate::pool::ended::EndedFor;
use crate::pool::entry::Stage;
use crate::pool::error::PictureDenied;
use crate::pool::lease::{Granted, Lease};
use crate::pool::recall::{Reason, Recall};
use crate::pool::task::{Done, Seat, Task};
use crate::pool::words::{Action, WaiterId};
use crate::telemetry::table;

/// How a command is remembered that was not answered.
const HUNG: &str = PageError::Hung("").name();

impl Task {
    pub(in crate::pool) fn act(&mut self, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Launch(id, profile) => self.launch(id, profile),
                Action::Grant(session, waiter) => self.grant(session, waiter),
                Action::Deny(waiter, denied) => {
                    if let Some(reply) = self.waiters.remove(&waiter) {
                        drop(reply.send(Err(denied)));
                    }
                }
                Action::Close(id, afterwards) => self.close(id, afterwards),
                Action::Hurry(id) => self.call_back(id, Reason::Wanted),
                Action::Kill(id, reason) => {
                    tracing::warn!(session.id = %id, ?reason, "a lease is taken away");
                    self.call_back(id, reason);
                    if let Some(seat) = self.seats.get(&id) {
                        seat.browser.kill();
                    }
                }
                Action::Forget(id, afterwards) => self.forget(id, afterwards),
            }
        }
    }

    fn launch(&self, id: SessionId, profile: Profile) {
        let entry = self
            .roster
            .get(id)
            .expect("a session that is launched is in the roster");
        let order = LaunchOrder {
            session: id,
            username: entry.username.clone(),
            keep_alive: entry.keep_alive,
            profile,
        };
        let launcher = Arc::clone(&self.launcher);
        let permits = Arc::clone(&self.launching);
        let (done, figures) = (self.done.clone(), self.figures.clone());
        tokio::spawn(async move {
            let permit = permits.acquire().await;
            let began = Instant::now();
            let outcome = launcher.launch(&order).await;
            drop(permit);
            let kind = match &outcome {
                Ok(up) => match up.profile {
                    Profile::Fresh => "fresh",
                    Profile::Kept => "kept",
                },
                Err(_) => "failed",
            };
            figures.took(&table::SESSION_CREATE, &[kind], began.elapsed());
            drop(done.send(Done::Launched(id, outcome)).await);
        });
    }

    fn close(&mut self, id: SessionId, afterwards: Afterwards) {
        let Some(Seat { browser, page, .. }) = self.seats.remove(&id) else {
            return;
        };
        let why = self.roster.get(id).and_then(|entry| entry.ended_for);
        let last = page.as_ref().and_then(|page| page.last_commands().pop());
        let why = match why {
            // A browser that does not answer is as lost as one that is gone; its last command tells which it was.
            Some(EndedFor::Crash) if last.is_some_and(|last| last.outcome == HUNG) => {
                EndedFor::Hung
            }
            why => why.unwrap_or(EndedFor::Admin),
        };
        self.figures.count(&table::DESTROYED, &[why.as_str()]);
        let done = self.done.clone();
        tokio::spawn(async move {
            browser.close(page, afterwards).await;
            drop(done.send(Done::Closed(id)).await);
        });
    }

    fn grant(&mut self, session: SessionId, waiter: WaiterId) {
        let entry = self
            .roster
            .get(session)
            .expect("a session that is granted is in the roster");
        let seat = self
            .seats
            .get_mut(&session)
            .expect("a session that is granted has a browser");
        seat.recall = Recall::new();
        let Stage::Leased { kind, run_id, .. } = entry.stage else {
            unreachable!("the roster grants by making it leased")
        };
        let run_id = run_id.map(|id| id.to_string());
        tracing::info!(session.id = %session, lease.kind = kind.as_str(), run.id = run_id, "leased");
        let page = seat.page.take();
        let granted = Granted {
            session,
            epoch: entry.epoch,
            credentials: self.credentials.get(&session).cloned(),
            standing: entry.standing.clone(),
            page: page.expect("a session that is granted has its page"),
            recall: seat.recall.clone(),
        };
        let lease = Lease::new(granted, self.home.clone());
        // Where the asker went away, the lease that cannot be delivered is dropped here and so comes home.
        if let Some(reply) = self.waiters.remove(&waiter) {
            drop(reply.send(Ok(lease)));
        }
    }

    /// A picture of a session's page, to be taken by whoever asks: the task waits for no browser.
    pub(in crate::pool) fn look(&self, id: SessionId) -> Result<Picture, PictureDenied> {
        if self.roster.get(id).is_none() {
            return Err(PictureDenied::UnknownSession(id.to_string()));
        }
        let seat = self.seats.get(&id).ok_or(PictureDenied::NoBrowser(id))?;
        Ok(seat.browser.picture())
    }

    fn call_back(&self, id: SessionId, reason: Reason) {
        if let Some(seat) = self.seats.get(&id) {
            seat.recall.call(reason);
        }
    }

    fn forget(&mut self, id: SessionId, afterwards: Afterwards) {
        self.credentials.remove(&id);
        self.seats.remove(&id);
        if afterwards == Afterwards::RemoveProfile {
            let launcher = Arc::clone(&self.launcher);
            tokio::spawn(async move { launcher.discard(id).await });
        }
        tracing::info!(session.id = %id, "session ended");
        for closer in self.closers.remove(&id).into_iter().flatten() {
            drop(closer.send(Ok(())));
        }
    }
}
