//! Starting and ending browsers, as the pool speaks of it.

use async_trait::async_trait;

use crate::browser::page::Page;
use crate::model::ids::SessionId;

/// Why no browser could be started. Nothing of it is left.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LaunchError {
    /// A program is not where it should be.
    #[error("{program} was not found; install it, or set [browser] {key}")]
    ProgramMissing {
        /// Which.
        program: &'static str,
        /// The configuration key that names it.
        key: &'static str,
    },
    /// The driver did not start.
    #[error("the driver did not start: {0}")]
    Driver(String),
    /// The driver started and opened no browser session.
    #[error("no browser session was opened: {0}")]
    Session(String),
    /// The session's folder.
    #[error("cannot make the session's folder: {0}")]
    Folder(String),
}

/// A browser that was started: the page goes to whoever has the lease, the process stays with the pool.
pub struct Launched {
    /// Its one page.
    pub page: Box<dyn Page>,
    /// What ends it.
    pub browser: Box<dyn Browser>,
}

/// Starts browsers.
#[async_trait]
pub trait Launcher: Send + Sync {
    /// Starts one for a session. Bounded by the launcher's own deadlines.
    ///
    /// # Cancellation
    /// A launch whose future is dropped leaves no process and no folder.
    async fn launch(&self, session: SessionId) -> Result<Launched, LaunchError>;
}

/// A running browser, without its page.
#[async_trait]
pub trait Browser: Send + Sync {
    /// Kills all its processes at once. Commands under way on its page fail.
    fn kill(&self);
    /// Ends it: politely through its page, if there is one that works; then by force. Returns when its
    /// processes and its folder are gone, or have outlasted the limit, which is logged.
    async fn close(self: Box<Self>, page: Option<Box<dyn Page>>);
}
