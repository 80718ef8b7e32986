//! Whether a page may be on its way, so that an answer that is late says nothing of the browser's health.

use std::time::Duration;

/// What is known of it. The driver answers nothing while a page loads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loading {
    /// Nothing has been done that makes a page load.
    No,
    /// This many commands may be held back: the one that does it, and the one after it.
    Perhaps(u8),
    /// At any moment, since a person uses the page.
    Always,
}

impl Loading {
    /// What comes next may make a page load, by which the driver holds back that command and those after it.
    pub(crate) fn may_begin(&mut self) {
        if *self != Self::Always {
            *self = Self::Perhaps(2);
        }
    }

    /// The driver has given a load up: it holds nothing back for it.
    pub(crate) fn given_up(&mut self) {
        if *self != Self::Always {
            *self = Self::No;
        }
    }

    /// Somebody else makes pages load from now on, or no longer.
    pub(crate) const fn attended(by_a_person: bool) -> Self {
        if by_a_person {
            Self::Always
        } else {
            Self::Perhaps(1)
        }
    }

    /// How much longer than else an answer may take, if a page may take this long to load.
    pub(crate) const fn patience(self, page_load: Duration) -> Duration {
        match self {
            Self::No => Duration::ZERO,
            Self::Perhaps(_) | Self::Always => page_load,
        }
    }

    /// A command was answered.
    pub(crate) const fn answered(&mut self) {
        *self = match *self {
            Self::Perhaps(left @ 2..) => Self::Perhaps(left - 1),
            Self::Perhaps(_) | Self::No => Self::No,
            Self::Always => Self::Always,
        };
    }
}
