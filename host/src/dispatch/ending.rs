//! What ends a live view from outside, and how the command under way is dealt with then.

use std::future::Future;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::config::limits;
use crate::dispatch::live::{Ended, Live};
use crate::pool::lease::Lease;
use crate::pool::recall::{Reason, Recall};

/// Everything that can end a live view without its person.
pub(in crate::dispatch) struct Ending {
    asked: watch::Receiver<Option<Ended>>,
    recall: Recall,
    stopping: CancellationToken,
    ends_at: Instant,
}

impl Ending {
    pub(in crate::dispatch) fn new(
        live: &Live,
        lease: &Lease,
        stopping: CancellationToken,
        ends_at: Instant,
    ) -> Self {
        Self {
            asked: live.end.subscribe(),
            recall: lease.recall().clone(),
            stopping,
            ends_at,
        }
    }

    /// Returns when the view has to end.
    pub(in crate::dispatch) async fn signalled(&self) -> Ended {
        let mut asked = self.asked.clone();
        tokio::select! {
            biased;
            // The other end lives as long as the view.
            Ok(why) = asked.wait_for(Option::is_some) => why.unwrap_or(Ended::GivenUp),
            reason = self.recall.taken_away() => taken_away(reason),
            () = self.stopping.cancelled() => Ended::HostStopping,
            () = sleep_until(self.ends_at) => Ended::OutOfTime,
        }
    }

    /// Lets something come to its end, unless the view has to end first. A command under way is given a moment
    /// even then, because one that is cut leaves the session suspect.
    pub(in crate::dispatch) async fn unless<T>(
        &self,
        act: impl Future<Output = T>,
    ) -> Result<T, Ended> {
        let mut act = std::pin::pin!(act);
        tokio::select! {
            biased;
            done = &mut act => Ok(done),
            why = self.signalled() => {
                let done = timeout(limits::OPERATOR_LAST_COMMAND, act).await;
                tracing::debug!(is_cut = done.is_err(), "the last command of a live view");
                Err(why)
            }
        }
    }

    /// Why the view has to end, if it is known by now.
    pub(in crate::dispatch) fn reason(&self) -> Option<Ended> {
        let asked = *self.asked.borrow();
        asked.or_else(|| self.recall.reason().map(taken_away))
    }
}

const fn taken_away(reason: Reason) -> Ended {
    match reason {
        Reason::Closed => Ended::SessionClosed,
        Reason::Overdue => Ended::OutOfTime,
        // Not said to operators; one that hears it has to let go like anybody.
        Reason::Wanted => Ended::GivenUp,
    }
}
