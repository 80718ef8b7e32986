//! Starting and ending browsers, as the pool speaks of it.

use async_trait::async_trait;
use futures::future::BoxFuture;

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
    /// Driver and browser do not go together (portal-facts F6).
    #[error(
        "Chromium and ChromeDriver do not go together; install both from one source, or set [browser] chromium and chromedriver: {0}"
    )]
    Mismatch(String),
    /// The driver started and opened no browser session.
    #[error("no browser session was opened: {0}")]
    Session(String),
    /// The session's folder.
    #[error("cannot make the session's folder: {0}")]
    Folder(String),
}

impl LaunchError {
    /// What a driver's refusal to open a session means.
    pub(crate) fn of_session(text: String) -> Self {
        if text.contains("only supports Chrome version") {
            Self::Mismatch(text)
        } else {
            Self::Session(text)
        }
    }

    /// Whether it may have been bad luck.
    pub(crate) const fn is_worth_another_try(&self) -> bool {
        matches!(self, Self::Driver(_) | Self::Session(_))
    }
}

/// What a browser is started for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchOrder {
    /// The session.
    pub session: SessionId,
    /// Its portal user, written beside the profile so that a later host knows whose it is.
    pub username: String,
    /// Whether the session is kept signed in, written likewise.
    pub keep_alive: bool,
    /// Which profile it starts with.
    pub profile: Profile,
}

/// Which profile a browser starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// An empty one; what is left of an earlier one is removed.
    Fresh,
    /// The one that the session's last browser left, if it can be used, so that nobody has to sign in again.
    Kept,
}

/// What becomes of the profile when a browser ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Afterwards {
    /// The session is over: it is removed.
    RemoveProfile,
    /// The session goes on, in this host or the next.
    KeepProfile,
}

/// A running browser's use of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Whether driver and Chromium both run.
    pub is_running: bool,
    /// Memory of all its processes, shared pages divided among those who share them (PSS, proc(5)); if it was
    /// asked for.
    pub memory_bytes: Option<u64>,
}

/// A browser that was started: the page goes to whoever has the lease, the process stays with the pool.
pub struct Launched {
    /// Its one page.
    pub page: Box<dyn Page>,
    /// What ends it.
    pub browser: Box<dyn Browser>,
    /// The profile it came up with: `Kept` only if it was asked for and could be used.
    pub profile: Profile,
}

/// Starts browsers.
#[async_trait]
pub trait Launcher: Send + Sync {
    /// Starts one for a session. Bounded by the launcher's own deadlines.
    ///
    /// # Cancellation
    /// A launch whose future is dropped leaves no process and no folder.
    async fn launch(&self, order: &LaunchOrder) -> Result<Launched, LaunchError>;
    /// Whether the programs are there that a browser is started from. Looks at files; starts nothing.
    fn installed(&self) -> Result<(), LaunchError> {
        Ok(())
    }
    /// Removes what is left of a session that has no browser: a profile that was kept. There may be nothing.
    async fn discard(&self, session: SessionId);
}

/// A running browser, without its page.
#[async_trait]
pub trait Browser: Send + Sync {
    /// Kills all its processes at once. Commands under way on its page fail.
    fn kill(&self);
    /// Looks what it uses. The look does not borrow the browser, and asks the operating system only; its memory
    /// takes the kernel some milliseconds.
    fn usage(&self, with_memory: bool) -> BoxFuture<'static, Usage>;
    /// A small picture of its page, as JPEG, taken beside whatever is done with the page and without disturbing it.
    /// Does not borrow the browser; bounded by the asker.
    ///
    /// # Errors
    /// Why there is none, for a person.
    fn picture(&self) -> BoxFuture<'static, Result<Vec<u8>, String>> {
        Box::pin(std::future::ready(Err(
            "this browser cannot be looked at from beside".to_owned(),
        )))
    }
    /// Ends it: politely through its page, if there is one that works; then by force. Returns when its
    /// processes and its folder are gone, or have outlasted the limit, which is logged.
    async fn close(self: Box<Self>, page: Option<Box<dyn Page>>, afterwards: Afterwards);
}
