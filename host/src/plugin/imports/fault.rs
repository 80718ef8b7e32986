//! How page functions fail: in the guest's words, or by ending the call.

use wasmtime::component::ResourceTableError;

use crate::artifacts::error::ArtifactError;
use crate::browser::downloads::DownloadError;
use crate::browser::error::PageError;
use crate::config::limits;
use crate::plugin::bindings::types;
use crate::plugin::imports::words;
use crate::plugin::state::CallState;

/// Why a page function did not do what was asked.
#[derive(Debug)]
pub enum PageFault {
    /// The guest is told.
    Guest(types::PageError),
    /// The guest ends.
    Trap(wasmtime::Error),
}

impl From<types::PageError> for PageFault {
    fn from(error: types::PageError) -> Self {
        Self::Guest(error)
    }
}

impl From<wasmtime::Error> for PageFault {
    fn from(error: wasmtime::Error) -> Self {
        Self::Trap(error)
    }
}

impl From<ResourceTableError> for PageFault {
    fn from(error: ResourceTableError) -> Self {
        match error {
            ResourceTableError::Full => types::PageError::Other(problem(
                "too-many-elements",
                &format!(
                    "the component holds {} handles: drop elements, or read lists with `page.read`",
                    limits::GUEST_HANDLES
                ),
                false,
            ))
            .into(),
            // A handle that the table does not know: the bindings check handles, so the host is at fault.
            other => Self::Trap(other.into()),
        }
    }
}

impl types::Host for CallState {
    fn convert_page_error(&mut self, fault: PageFault) -> wasmtime::Result<types::PageError> {
        match fault {
            PageFault::Guest(error) => Ok(error),
            PageFault::Trap(error) => Err(error),
        }
    }
}

/// A page's error in the guest's words.
#[must_use]
pub fn to_guest(error: PageError) -> types::PageError {
    let other = |code, retryable, error: &PageError| {
        types::PageError::Other(problem(code, &error.to_string(), retryable))
    };
    match error {
        PageError::NoSuchElement(what) => {
            types::PageError::NoSuchElement(words::locator_to_guest(what))
        }
        PageError::NotInteractable(why) => types::PageError::NotInteractable(why),
        PageError::StaleElement => types::PageError::StaleElement,
        PageError::TimedOut(what) => types::PageError::TimedOut(what),
        PageError::Denied(what) => types::PageError::Denied(what),
        PageError::DialogOpen(text) => types::PageError::DialogOpen(text),
        PageError::PageLoadTimeout => other("page-load-timeout", true, &error),
        PageError::Unreachable(_) => other("portal-down", true, &error),
        PageError::InvalidArgument(_) => other("invalid-argument", false, &error),
        PageError::Script(_) => other("script-failed", false, &error),
        PageError::NoDialog => other("no-dialog", false, &error),
        PageError::PortalFailed(_) => other("portal-error", true, &error),
        PageError::Differs(_) => other("replay-differs", false, &error),
        PageError::Download(why) => types::PageError::Other(download_problem(&why)),
        PageError::CalledBack => types::PageError::Cancelled,
        PageError::BrowserLost(_) | PageError::Hung(_) | PageError::Protocol(_) => {
            types::PageError::BrowserLost
        }
    }
}

fn download_problem(error: &DownloadError) -> types::Problem {
    let (code, retryable) = match error {
        DownloadError::NotAwaited => ("download-not-begun", false),
        DownloadError::BrokenOff(_) => ("download-broken-off", true),
        DownloadError::Several(..) => ("downloads-ambiguous", false),
        DownloadError::TooLarge { .. } => ("download-too-large", false),
        DownloadError::Folder(_) => ("storage-failed", true),
    };
    problem(code, &error.to_string(), retryable)
}

/// A file's error in the guest's words.
#[must_use]
pub fn artifact_problem(error: &ArtifactError) -> types::Problem {
    let (code, retryable) = match error {
        ArtifactError::NotFound(_) => ("artifact-not-found", false),
        ArtifactError::TooLarge { .. } => ("artifacts-too-large", false),
        ArtifactError::InvalidName(_) => ("invalid-name", false),
        ArtifactError::InvalidTable(_) => ("invalid-table", false),
        ArtifactError::NotATable(_) => ("not-a-table", false),
        ArtifactError::Io(_) => ("storage-failed", true),
    };
    problem(code, &error.to_string(), retryable)
}

/// A problem without details.
#[must_use]
pub fn problem(code: &str, message: &str, retryable: bool) -> types::Problem {
    types::Problem {
        code: code.to_owned(),
        message: message.to_owned(),
        retryable,
        details: Vec::new(),
    }
}
