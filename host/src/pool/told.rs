//! Telling whoever listens that the sessions are not as they were.
//!
//! Owns: what was shown last. Costs nothing while nobody listens.

use std::sync::Arc;

use tokio::sync::watch;

use crate::model::session::SessionSnapshot;
use crate::pool::roster::Roster;

/// What was shown last, and who is told of changes.
pub(in crate::pool) struct Told {
    shown: Vec<SessionSnapshot>,
    changed: Arc<watch::Sender<u64>>,
}

impl Told {
    pub(in crate::pool) fn new(changed: Arc<watch::Sender<u64>>) -> Self {
        Self {
            shown: Vec::new(),
            changed,
        }
    }

    /// Tells if what can be seen of the sessions has changed.
    pub(in crate::pool) fn tell(&mut self, roster: &Roster) {
        if self.changed.receiver_count() == 0 {
            return;
        }
        let now = roster.snapshots();
        if now != self.shown {
            self.shown = now;
            self.changed.send_modify(|changes| *changes += 1);
        }
    }
}
