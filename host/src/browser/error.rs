//! What can go wrong on a page, sorted by what the host does about it (host-behaviour e.6).

use serde::{Deserialize, Deserializer, Serialize};

use crate::browser::downloads::DownloadError;
use crate::browser::page::Locator;

/// The name of a command.
pub type CommandName = &'static str;

/// Why a page action did not happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum PageError {
    /// Nothing matches.
    #[error("nothing in the page matches {0:?}")]
    NoSuchElement(Locator),
    /// Hidden, disabled or covered.
    #[error("the element cannot be used: {0}")]
    NotInteractable(String),
    /// The element's document or subtree is gone.
    #[error("the element is not in the page any more")]
    StaleElement,
    /// What was waited for did not come true.
    #[error("{0} did not come true in time")]
    TimedOut(String),
    /// The portal was too slow to load a page; the browser is well.
    #[error("the page did not load in time")]
    PageLoadTimeout,
    /// Not allowed, or not a site of this portal. Nothing was sent to the browser.
    #[error("not granted: {0}")]
    Denied(String),
    /// A native dialog is open.
    #[error("a dialog is open: {0}")]
    DialogOpen(String),
    /// No native dialog is open.
    #[error("no dialog is open")]
    NoDialog,
    /// The locator, script or argument is malformed.
    #[error("invalid argument: {0}")]
    InvalidArgument(String),
    /// The script threw.
    #[error("the script failed: {0}")]
    Script(String),
    /// The address cannot be reached (name resolution, refused connection, certificate).
    #[error("the portal cannot be reached: {0}")]
    Unreachable(String),
    /// The portal failed a request that the page itself made for the last action.
    #[error("the portal failed the page's own request: {0}")]
    PortalFailed(String),
    /// A download gave no file.
    #[error(transparent)]
    Download(#[from] DownloadError),
    /// Whoever lent the page wants it back: nothing more is sent. The page is as the last command left it.
    #[error("the page was called back")]
    CalledBack,
    /// Browser, tab or driver is gone. Destroy the session's browser.
    #[error("the browser is gone: {0}")]
    BrowserLost(String),
    /// A command did not come back within our own deadline. Kill the session's browser, by process group.
    #[error("the browser did not answer `{0}` in time")]
    Hung(#[serde(deserialize_with = "written_down")] CommandName),
    /// The driver answered in a way that is not in the specification.
    #[error("the driver answered unexpectedly: {0}")]
    Protocol(String),
    /// The page is a recorded one, and nobody did this to it when it was recorded. Nothing works afterwards.
    #[error("{0}")]
    Differs(String),
}

impl PageError {
    /// Its kind in one word, without anything of the page.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NoSuchElement(_) => "no-such-element",
            Self::NotInteractable(_) => "not-interactable",
            Self::StaleElement => "stale-element",
            Self::TimedOut(_) => "timed-out",
            Self::PageLoadTimeout => "page-load-timeout",
            Self::Denied(_) => "denied",
            Self::DialogOpen(_) => "dialog-open",
            Self::NoDialog => "no-dialog",
            Self::InvalidArgument(_) => "invalid-argument",
            Self::Script(_) => "script-failed",
            Self::Unreachable(_) => "unreachable",
            Self::PortalFailed(_) => "portal-failed",
            Self::Download(_) => "download-failed",
            Self::CalledBack => "called-back",
            Self::BrowserLost(_) => "browser-lost",
            Self::Hung(_) => "hung",
            Self::Protocol(_) => "protocol",
            Self::Differs(_) => "differs",
        }
    }

    /// Whether the browser behind the page has to be replaced.
    #[must_use]
    pub const fn is_fatal(&self) -> bool {
        matches!(
            self,
            Self::BrowserLost(_) | Self::Hung(_) | Self::Protocol(_)
        )
    }
}

/// Names of commands are the host's own words; which one it was is not read back.
fn written_down<'de, D: Deserializer<'de>>(deserializer: D) -> Result<CommandName, D::Error> {
    String::deserialize(deserializer).map(|_| "a recorded command")
}
