//! Calling a lease back: the pool says so, the lease's page takes no further command, and its holder ends it.
//!
//! Owns: one flag a lease. Never: touches the page; a command under way ends by itself.

use std::sync::Arc;

use tokio::sync::watch;

/// Why a lease is called back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Somebody waits for the session, and the holder has said it can wait (a keep-alive).
    Wanted,
    /// The session is closed by force; its browser is being killed.
    Closed,
    /// The lease was held for longer than it was asked for; its browser is being killed.
    Overdue,
}

/// The holder's end, and the pool's. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Recall(Arc<watch::Sender<Option<Reason>>>);

impl Recall {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }

    /// Calls the lease back. The first reason stands, but for a stronger one than `Wanted`.
    pub(crate) fn call(&self, reason: Reason) {
        self.0.send_if_modified(|said| {
            let is_news = matches!(said, None | Some(Reason::Wanted)) && *said != Some(reason);
            if is_news {
                *said = Some(reason);
            }
            is_news
        });
    }

    /// Whether it was called back, for whatever reason.
    #[must_use]
    pub fn is_called(&self) -> bool {
        self.0.borrow().is_some()
    }

    /// Why, if it was.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        *self.0.borrow()
    }

    /// Whether the session was taken away, whatever the holder wants.
    #[must_use]
    pub fn is_taken_away(&self) -> bool {
        is_taken_away(&self.0.borrow())
    }

    /// Returns when the session is taken away, whatever the holder wants; never for `Wanted`.
    pub async fn taken_away(&self) -> Reason {
        let mut said = self.0.subscribe();
        let said = said.wait_for(is_taken_away).await;
        said.ok()
            .and_then(|said| *said)
            .expect("this end keeps the channel open")
    }
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature is the channel's"
)]
const fn is_taken_away(said: &Option<Reason>) -> bool {
    matches!(said, Some(Reason::Closed | Reason::Overdue))
}
