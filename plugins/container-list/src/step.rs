//! The words of a walk: how it goes on, and what a step of it came to.

use gantry_sdk::{Failure, PageError};

/// How a walk goes on from a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// The portal is asked for the next batch while this one is read: where all of the list, or much
    /// of it, is wanted.
    Ahead,
    /// Nothing is asked of the portal before what is there was looked at: where any batch may be the
    /// last one wanted.
    Looking,
    /// The first batch is looked at before anything is asked of the portal; from then on as `Ahead`. What is wanted may be
    /// anywhere, and a batch too many costs the portal little.
    LookingFirst,
}

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// There are more rows than before, or all of them were read again.
    Rows,
    /// There will be none.
    Ended(Ended),
}

/// Why there will be no more rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The list has no more: it stood at its bottom, with nothing under way, twice.
    EndOfList,
    /// The portal did not answer for longer than a batch can take, or shows a complaint where the
    /// list ends.
    Stalled,
    /// The time of this call ran out.
    Deadline,
}

/// Why a step broke off.
pub(crate) enum Stop {
    Page(PageError),
    Failure(Failure),
}

impl From<PageError> for Stop {
    fn from(error: PageError) -> Self {
        Self::Page(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}
