//! Where each attempt to deliver a message is counted.

/// What came of sending a message once, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// The receiver has taken it.
    Delivered,
    /// It has not; it is sent again.
    Retried,
    /// It has not, and it was sent often enough.
    Failed,
    /// The receiver is gone, and nothing more is sent there.
    Disabled,
}

impl Sent {
    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Retried => "retried",
            Self::Failed => "failed",
            Self::Disabled => "disabled",
        }
    }
}

/// Counts one attempt: `event` is what the message tells of.
pub fn counted(event: &str, result: Sent) {
    tracing::debug!(event, result = result.as_str(), "a message was sent");
}
