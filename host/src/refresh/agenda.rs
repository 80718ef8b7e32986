//! Which sessions are due, and when: pure, on monotonic time that the pool measured.

use std::collections::HashMap;
use std::time::Duration;

use crate::config::schema::Refresh;
use crate::model::ids::SessionId;
use crate::pool::words::KeptSession;

/// What to do about a session at this tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Refresh it.
    Refresh(SessionId),
    /// It would be due, but somebody uses it; its use keeps it signed in as well.
    InUse(SessionId),
}

/// The due times of sessions.
#[derive(Debug)]
pub struct Agenda {
    interval: Duration,
    jitter: f64,
    /// Each session's own interval, so that sessions do not move in step. Drawn anew after every refresh.
    intervals: HashMap<SessionId, Duration>,
}

impl Agenda {
    /// An agenda with this interval and jitter.
    #[must_use]
    pub fn new(config: &Refresh) -> Self {
        let interval = Duration::from_millis(config.interval_ms);
        Self {
            interval,
            jitter: config.jitter,
            intervals: HashMap::new(),
        }
    }

    /// The intervals that were drawn, by session.
    #[must_use]
    pub fn intervals(&self) -> &HashMap<SessionId, Duration> {
        &self.intervals
    }

    /// The sessions that are due now. `draw` gives numbers from 0 to 1.
    pub fn due(&mut self, sessions: &[KeptSession], mut draw: impl FnMut() -> f64) -> Vec<Due> {
        self.intervals
            .retain(|id, _| sessions.iter().any(|session| session.session_id == *id));
        let mut due = Vec::new();
        for session in sessions {
            let id = session.session_id;
            let spread = 1.0 + self.jitter * (2.0 * draw() - 1.0);
            let interval = *self
                .intervals
                .entry(id)
                .or_insert(self.interval.mul_f64(spread));
            if session.quiet_for < interval {
                continue;
            }
            if session.in_use {
                due.push(Due::InUse(id));
            } else {
                self.intervals.remove(&id);
                due.push(Due::Refresh(id));
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn agenda(jitter: f64) -> Agenda {
        Agenda::new(&Refresh {
            tick_ms: 1,
            interval_ms: 60_000,
            jitter,
        })
    }

    fn session(quiet_for: Duration, in_use: bool) -> KeptSession {
        KeptSession {
            session_id: SessionId::random(),
            quiet_for,
            in_use,
        }
    }

    #[test]
    fn a_session_is_due_when_its_last_use_is_older_than_the_interval() {
        let old = session(MINUTE, false);
        let young = session(Duration::from_millis(59_999), false);
        let due = agenda(0.0).due(&[old, young], || 0.5);
        assert_eq!(due, [Due::Refresh(old.session_id)]);
    }

    #[test]
    fn a_session_in_use_is_never_refreshed() {
        let used = session(10 * MINUTE, true);
        assert_eq!(
            agenda(0.0).due(&[used], || 0.5),
            [Due::InUse(used.session_id)]
        );
    }

    #[test]
    fn jitter_moves_the_interval_both_ways() {
        let at = |quiet_for, drawn: f64| {
            !agenda(0.2)
                .due(&[session(quiet_for, false)], || drawn)
                .is_empty()
        };
        assert!(at(MINUTE.mul_f64(0.81), 0.0));
        assert!(!at(MINUTE.mul_f64(1.19), 1.0));
        assert!(at(MINUTE.mul_f64(1.21), 1.0));
    }

    #[test]
    fn a_session_keeps_its_own_interval_until_it_was_refreshed() {
        let mut agenda = agenda(0.2);
        let early = session(MINUTE.mul_f64(1.1), false);
        assert!(agenda.due(&[early], || 1.0).is_empty());
        // Another draw does not make it due: its interval is drawn already.
        assert!(agenda.due(&[early], || 0.0).is_empty());
    }
}
