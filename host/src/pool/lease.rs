//! Leases: the right to use one browser session, alone, for a time.
//!
//! Owns: that right, and the page while nobody else has it. The pool keeps the processes.
//! Ends: by `finish`, or by drop; a lease that was used and then dropped leaves its session suspect.
//! Never: speaks HTTP, knows plugins, or awaits in `drop`.

use tokio::sync::mpsc::UnboundedSender;
use tokio::time::timeout;
use tracing::Span;
use tracing::field::Empty;

use crate::browser::page::Page;
use crate::config::limits;
use crate::config::secrets::Credentials;
use crate::model::ids::SessionId;
use crate::pool::entry::{Condition, Standing};
use crate::pool::lent::{LentPage, Slot};
use crate::pool::recall::Recall;
use crate::pool::words::Epoch;
use crate::telemetry::traces;

/// What a lease sends home when it ends.
pub(crate) struct Returned {
    pub(crate) session: SessionId,
    pub(crate) epoch: Epoch,
    pub(crate) page: Option<Box<dyn Page>>,
    pub(crate) condition: Condition,
}

/// What a lease is made of.
pub(crate) struct Granted {
    pub(crate) session: SessionId,
    pub(crate) epoch: Epoch,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) standing: Standing,
    pub(crate) page: Box<dyn Page>,
    pub(crate) recall: Recall,
}

/// The right to use one session. While it exists nobody else can reach the session's page.
pub struct Lease {
    session: SessionId,
    epoch: Epoch,
    credentials: Option<Credentials>,
    standing: Standing,
    slot: Slot,
    recall: Recall,
    /// Whether its page could not be put in order for the next.
    is_disorderly: bool,
    /// How it was left; none until somebody says so.
    condition: Option<Condition>,
    home: UnboundedSender<Returned>,
    /// Ends with the lease.
    span: Span,
}

impl Lease {
    pub(crate) fn new(granted: Granted, home: UnboundedSender<Returned>) -> Self {
        let Granted {
            session,
            epoch,
            credentials,
            standing,
            page,
            recall,
        } = granted;
        Self {
            session,
            epoch,
            credentials,
            standing,
            slot: Slot::holding(page, recall.clone()),
            recall,
            is_disorderly: false,
            condition: None,
            home,
            span: Span::none(),
        }
    }

    /// Has it told how long it is held, as part of what is traced now.
    pub(crate) fn traced(&mut self, kind: &'static str) {
        if traces::is_traced() {
            self.span = tracing::info_span!(target: traces::TARGET, "lease", lease.kind = kind,
                session.id = %self.session, condition = Empty);
        }
    }

    /// The session.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }

    pub(crate) const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Whose session it is; none if an earlier host opened it and nobody has said its password since.
    #[must_use]
    pub const fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
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
            .lend(false)
            .expect("the page of a lease is lent to one user at a time")
    }

    /// As `lend`, for work that can wait: the loan takes no further command once somebody waits for the session.
    ///
    /// # Panics
    /// As `lend`.
    #[must_use]
    pub fn lend_until_wanted(&mut self) -> LentPage {
        self.slot
            .lend(true)
            .expect("the page of a lease is lent to one user at a time")
    }

    /// Says no to dialogs that the page has opened while nobody used it. One command where there is none.
    pub async fn dismiss_dialogs(&mut self) {
        let session = self.session;
        let mut page = self.lend();
        for _ in 0..limits::DIALOGS {
            match page.answer_dialog(false).await {
                Ok(Some(_)) => tracing::info!(session.id = %session, "dismissed a dialog"),
                // What is wrong with the page its user meets next.
                Ok(None) | Err(_) => return,
            }
        }
    }

    /// Asks the browser whether it is still there. What it does not answer in time it has lost.
    pub async fn answers(&mut self) -> bool {
        let session = self.session;
        let asked = self.lend().location().await;
        if let Err(error) = &asked {
            tracing::info!(session.id = %session, %error, "a browser does not answer");
        }
        asked.is_ok()
    }

    /// Puts the page in order for its next user, who may be anybody. What cannot be put in order costs the
    /// session its browser.
    pub async fn tidy(&mut self) {
        let session = self.session;
        let mut page = self.lend();
        if page.is_lost() || page.commands() == 0 {
            return;
        }
        let tidied = timeout(limits::TIDY, page.tidy()).await;
        drop(page);
        match tidied {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::info!(session.id = %session, %error, "a page cannot be put in order");
            }
            Err(_) => {
                tracing::info!(session.id = %session, "a page is not in order in time");
                self.is_disorderly = true;
            }
        }
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
            _ if self.recall.is_taken_away() => Condition::Broken("it was taken away".to_owned()),
            (None, _) => Condition::Broken("its page did not come back".to_owned()),
            (Some(page), _) if page.is_lost() => {
                Condition::Broken("the browser is lost".to_owned())
            }
            // Only a person goes on from here, who looks first by nature.
            (Some(_), Some(condition @ Condition::AwaitingOperator(_))) => condition,
            // A command may still be running in the browser. Look before anybody uses it.
            (Some(page), _) if page.in_flight() => Condition::Unknown,
            (Some(_), Some(condition)) => condition,
            (Some(_), None) if self.slot.was_lent() => Condition::Unknown,
            (Some(_), None) => Condition::Untouched,
        };
        self.span.record("condition", condition.name());
        let returned = Returned {
            session: self.session,
            epoch: self.epoch,
            page,
            condition,
        };
        // If the pool is gone, so is the host; the page goes with the value.
        drop(self.home.send(returned));
    }
}
