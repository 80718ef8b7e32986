//! Effects that were begun: what the host would have written to disk.

use crate::error::Problem;

/// How an effect ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It happened; the text is the evidence.
    Confirmed(String),
    /// The portal refused it, in these words.
    Refused(String),
    /// It cannot be told.
    Unknown(String),
}

/// An effect that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BegunEffect {
    /// What was done, for people.
    pub summary: String,
    /// What names it among all effects.
    pub key: String,
    /// What comes back in `reconcile`.
    pub memo: String,
    /// How it ended; none if the call did not say.
    pub outcome: Option<Settled>,
}

/// Why an effect may not begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EffectError {
    /// A grant is missing.
    #[error("not granted: {0}")]
    Denied(String),
    /// The call has begun one, or the end of one with the same key is not known.
    #[error("{0}")]
    Duplicate(String),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Problem),
}

impl BegunEffect {
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.outcome, None | Some(Settled::Unknown(_)))
    }
}
