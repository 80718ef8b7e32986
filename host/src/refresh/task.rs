//! The refresh task: looks at every tick which idle sessions are due, and has them kept alive, several at once.
//!
//! Owns: the agenda. Ends with its handle.
//! Never: waits for a session, or touches one without a lease.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use crate::config::limits;
use crate::config::schema::Refresh;
use crate::dispatch::handle::Dispatch;
use crate::refresh::agenda::{Agenda, Due};

/// The running task. Dropping it stops the ticks; refreshes under way end by themselves.
pub struct Refreshing(JoinHandle<()>);

impl Refreshing {
    /// Starts to refresh.
    #[must_use]
    pub fn start(config: &Refresh, dispatch: Dispatch) -> Self {
        let agenda = Agenda::new(config);
        Self(tokio::spawn(run(
            agenda,
            Duration::from_millis(config.tick_ms),
            dispatch,
        )))
    }
}

impl Drop for Refreshing {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn run(mut agenda: Agenda, tick: Duration, dispatch: Dispatch) {
    let parallel = Arc::new(Semaphore::new(limits::REFRESH_PARALLEL));
    let mut ticks = tokio::time::interval(tick);
    // After a pause of the machine one look is enough.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let sessions = dispatch.kept_sessions().await;
        let due = agenda.due(&sessions, rand::random);
        dispatch.note_intervals(agenda.intervals().clone());
        for due in due {
            match due {
                Due::InUse(id) => tracing::info!(session.id = %id, "refresh skipped: in use"),
                Due::Refresh(id) => {
                    // Those that find no permit now are still due at the next tick.
                    let Ok(permit) = Arc::clone(&parallel).try_acquire_owned() else {
                        break;
                    };
                    let dispatch = dispatch.clone();
                    tokio::spawn(async move {
                        dispatch.keep_alive(id).await;
                        drop(permit);
                    });
                }
            }
        }
    }
}
