//! Why a browser is ended, as figures name it. Pure.

use crate::pool::entry::{Condition, Next};
use crate::pool::wear::WornOut;

/// Why a browser is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedFor {
    /// To make room for another account.
    Room,
    /// It was old.
    Age,
    /// It had served many operations.
    Operations,
    /// It had grown.
    Memory,
    /// Too much went wrong with it.
    Faults,
    /// It was gone.
    Crash,
    /// It did not answer, or its lease was held for too long.
    Hung,
    /// Nobody can sign it in.
    Auth,
    /// The host stops.
    Drain,
    /// Somebody closed the session.
    Admin,
}

impl EndedFor {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Room => "lru",
            Self::Age => "age",
            Self::Operations => "ops",
            Self::Memory => "memory",
            Self::Faults => "faults",
            Self::Crash => "crash",
            Self::Hung => "hung",
            Self::Auth => "auth",
            Self::Drain => "drain",
            Self::Admin => "admin",
        }
    }

    /// Of a browser that is worn out.
    #[must_use]
    pub const fn worn_out(why: WornOut) -> Self {
        match why {
            WornOut::Age(_) => Self::Age,
            WornOut::Operations(_) => Self::Operations,
            WornOut::Memory(_) => Self::Memory,
            WornOut::Faults => Self::Faults,
        }
    }

    /// Of a session that somebody ends.
    #[must_use]
    pub const fn asked(next: Next, is_draining: bool) -> Self {
        match next {
            Next::End if !is_draining => Self::Admin,
            Next::End | Next::Rest => Self::Drain,
            Next::Reopen | Next::Requeue => Self::Room,
        }
    }

    /// Of a session whose lease came back like this; `overdue` if it had been called back.
    #[must_use]
    pub const fn returned(condition: &Condition, overdue: bool) -> Self {
        match condition {
            Condition::Broken(_) if overdue => Self::Hung,
            Condition::Broken(_) => Self::Crash,
            _ => Self::Auth,
        }
    }
}

impl Condition {
    /// Its kind in one word, without anything of the portal or the browser.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Untouched => "untouched",
            Self::AsBefore => "as-before",
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
            Self::Unknown => "unknown",
            Self::AwaitingOperator(_) => "awaiting-operator",
            Self::Refused { .. } => "refused",
            Self::Broken(_) => "broken",
            Self::Lost => "lost",
        }
    }
}
