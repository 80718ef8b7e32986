//! Leases: the right to use one browser session, alone, for a time.
//!
//! Owns: that right, and the page while nobody else has it. The pool keeps the processes.
//! Ends: by `finish`, or by drop; a lease that was used and then dropped leaves its session suspect.
//! Never: speaks HTTP, knows plugins, or awaits in `drop`.

use tokio::sync::mpsc::UnboundedSender;

use crate::browser::page::Page;
use crate::config::secrets::Credentials;
use crate::model::ids::SessionId;
use crate::pool::entry::{Condition, Standing};
use crate::pool::lent::{LentPage, Slot};
use crate::pool::recall::Recall;

/// What a lease sends home when it ends.
pub(crate) struct Returned {
    pub(crate) session: SessionId,
    pub(crate) page: Option<Box<dyn Page>>,
    pub(crate) condition: Condition,
}

/// The right to use one session. While it exists nobody else can reach the session's page.
pub struct Lease {
    session: SessionId,
    credentials: Credentials,
    standing: Standing,
    slot: Slot,
    recall: Recall,
    /// How it was left; none until somebody says so.
    condition: Option<Condition>,
    home: UnboundedSender<Returned>,
}

impl Lease {
    pub(crate) fn new(
        session: SessionId,
        credentials: Credentials,
        standing: Standing,
        page: Box<dyn Page>,
        recall: Recall,
        home: UnboundedSender<Returned>,
    ) -> Self {
        let slot = Slot::holding(page, recall.clone());
        Self {
            session,
            credentials,
            standing,
            slot,
            recall,
            condition: None,
            home,
        }
    }

    /// The session.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// Whose session it is.
    #[must_use]
    pub const fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// What was known of the sign-in when the session was lent.
    #[must_use]
    pub const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Tells when the pool wants the lease back.
    #[must_use]
    pub const fn recall(&self) -> &Recall {
        &self.recall
    }

    /// Lends the page on. It comes back when the loan is dropped; one that is still out when the lease ends
    /// costs the session its browser.
    ///
    /// # Panics
    /// If the page is out already: one lease, one user of the page.
    #[must_use]
    pub fn lend(&mut self) -> LentPage {
        self.slot
            .lend()
            .expect("the page of a lease is lent to one user at a time")
    }

    /// Ends the lease and says how the session was left.
    pub fn finish(mut self, condition: Condition) {
        self.condition = Some(condition);
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let page = self.slot.take();
        let condition = match (&page, self.condition.take()) {
            (None, _) => Condition::Broken("its page did not come back".to_owned()),
            (Some(page), _) if page.is_lost() => {
                Condition::Broken("the browser is lost".to_owned())
            }
            // A command may still be running in the browser. Look before anybody uses it.
            (Some(page), _) if page.in_flight() => Condition::Unknown,
            (Some(_), Some(condition)) => condition,
            (Some(_), None) if self.slot.was_lent() => Condition::Unknown,
            (Some(_), None) => Condition::Untouched,
        };
        let returned = Returned {
            session: self.session,
            page,
            condition,
        };
        // If the pool is gone, so is the host; the page goes with the value.
        drop(self.home.send(returned));
    }
}
