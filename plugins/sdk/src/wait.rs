//! Waiting for one of several things by name.
//!
//! Owns: the pairing of a condition with what it means. The waiting itself is done in the page.

use crate::PageError;
use crate::clock;
use crate::page::{self, Condition};

/// Something that may become true in the page, and what it means to the caller.
#[derive(Debug, Clone)]
pub struct Awaited<T> {
    /// What it means.
    pub meaning: T,
    /// When it is so.
    pub condition: Condition,
}

impl<T> Awaited<T> {
    /// Pairs the two.
    pub fn new(meaning: T, condition: Condition) -> Self {
        Self { meaning, condition }
    }
}

/// Waits until one of the conditions is true and says what that means. The earliest in the list
/// wins if several are true.
///
/// # Errors
/// `timed-out` after `timeout_ms`, and whatever `page.wait` fails with.
pub fn first_of<T>(mut awaited: Vec<Awaited<T>>, timeout_ms: u32) -> Result<T, PageError> {
    let conditions: Vec<Condition> = awaited.iter().map(|one| one.condition.clone()).collect();
    let place = page::wait(&conditions, timeout_ms)? as usize;
    if place >= awaited.len() {
        return Err(PageError::TimedOut(
            "one of the conditions (the host named another)".to_owned(),
        ));
    }
    Ok(awaited.swap_remove(place).meaning)
}

/// A time limit that leaves `reserve_ms` of this call's time for what comes after.
#[must_use]
pub fn within(limit_ms: u32, reserve_ms: u64) -> u32 {
    let left = clock::remaining_ms().saturating_sub(reserve_ms);
    u32::try_from(left).unwrap_or(u32::MAX).min(limit_ms)
}
