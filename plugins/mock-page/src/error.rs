//! Why an action did not happen: the contract's `page-error` and `problem`.

use crate::words::Locator;

/// A cause that has no case of its own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// Stable, kebab-case.
    pub code: &'static str,
    /// For a person.
    pub message: String,
    /// Whether the same call may succeed later by itself.
    pub retryable: bool,
}

/// Why a page action did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// Nothing matches.
    #[error("nothing in the page matches {0}")]
    NoSuchElement(Locator),
    /// Hidden, disabled, or no control of that kind.
    #[error("the element cannot be used: {0}")]
    NotInteractable(String),
    /// The element's document or subtree is gone.
    #[error("the element is not in the page any more")]
    StaleElement,
    /// What was waited for is not so; it will not come true by itself.
    #[error("{0} did not come true in time")]
    TimedOut(String),
    /// A grant or a site that the component would need.
    #[error("not granted: {0}")]
    Denied(String),
    /// A native dialog is open.
    #[error("a dialog is open: {0}")]
    DialogOpen(String),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Problem),
}

impl Problem {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retryable: false,
        }
    }

    /// What only a browser can do.
    pub(crate) fn unsupported(message: impl Into<String>) -> Self {
        Self::new("mock-unsupported", message)
    }
}
