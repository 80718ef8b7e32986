//! When sessions are due to be kept signed in, for those who look at them. The agenda decides; this only shows it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::dispatch::handle::Dispatch;
use crate::model::ids::SessionId;
use crate::model::session::{SessionSnapshot, SessionState};

/// The intervals that the scheduler has drawn.
pub(in crate::dispatch) struct Schedule {
    /// Of sessions for which none is drawn yet.
    usual: Duration,
    drawn: Mutex<HashMap<SessionId, Duration>>,
}

impl Schedule {
    pub(in crate::dispatch) fn new(usual: Duration) -> Self {
        Self {
            usual,
            drawn: Mutex::default(),
        }
    }

    /// Notes in the sessions when they are due, if they are to be kept signed in as they are now.
    pub(in crate::dispatch) fn note(&self, sessions: &mut [SessionSnapshot]) {
        let drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        for session in sessions.iter_mut().filter(|session| is_kept(session)) {
            let interval = drawn.get(&session.session_id).unwrap_or(&self.usual);
            session.next_refresh = session.last_activity.checked_add(*interval);
        }
    }
}

const fn is_kept(session: &SessionSnapshot) -> bool {
    session.keep_alive
        && matches!(
            session.state,
            SessionState::SigningIn
                | SessionState::Idle
                | SessionState::Leased
                | SessionState::Suspect
                | SessionState::SignedOut
        )
}

impl Dispatch {
    /// Notes the intervals that the scheduler has drawn. Replaces those of before.
    pub fn note_intervals(&self, intervals: HashMap<SessionId, Duration>) {
        let drawn = self.0.schedule.drawn.lock();
        *drawn.unwrap_or_else(PoisonError::into_inner) = intervals;
    }
}
