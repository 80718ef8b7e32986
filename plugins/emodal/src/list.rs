//! The container list as a whole: its rows as they are collected, and when it has ended.
//!
//! Owns: the locators of the list, the dropping of duplicates, and the rule of the end. The list
//! has ended when it stands at its bottom and the portal, asked for more, had nothing; or when the
//! page twice did not even ask. Time alone proves nothing.

use crate::container::Container;
use gantry_sdk::page::Scrolled;
use gantry_sdk::{Locator, css};
use std::collections::BTreeSet;

/// The element that scrolls. The window does not.
#[must_use]
pub fn scroller() -> Locator {
    css("#searchres")
}

/// The rows of containers: not the opened details, nor rows inside those, nor a single cell that
/// says "no data".
#[must_use]
pub fn rows() -> Locator {
    css("#searchres tbody > tr:not(td *, .detail):has(> td + td)")
}

/// What became of a batch of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The rows followed those that were known; so many are new.
    Added(u32),
    /// The page has built its list anew: read it from the start.
    Rebuilt,
}

/// The containers read so far, each number once.
#[derive(Debug, Clone, Default)]
pub struct Collected {
    containers: Vec<Container>,
    numbers: BTreeSet<String>,
    duplicates: u32,
    rows: u32,
    last: Option<String>,
}

impl Collected {
    /// The first row to read: the last known one, as proof that the list is still the same.
    #[must_use]
    pub fn start(&self) -> u32 {
        self.rows.saturating_sub(1)
    }

    /// How many rows of the page were taken.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// The containers, in the order of the page.
    #[must_use]
    pub fn containers(&self) -> &[Container] {
        &self.containers
    }

    /// Rows left out because their number was there already.
    #[must_use]
    pub fn duplicates(&self) -> u32 {
        self.duplicates
    }

    /// Whether this number is among them.
    #[must_use]
    pub fn has(&self, container_number: &str) -> bool {
        self.numbers.contains(container_number)
    }

    /// Takes the rows from [`start`](Self::start) on. If the list was built anew, nothing is kept.
    pub fn take(&mut self, batch: Vec<Container>) -> Taken {
        let mut batch = batch.into_iter();
        if let Some(last) = &self.last
            && batch
                .next()
                .is_none_or(|again| again.container_number != *last)
        {
            *self = Self::default();
            return Taken::Rebuilt;
        }
        let mut added = 0;
        for container in batch {
            added += 1;
            self.last = Some(container.container_number.clone());
            if self.numbers.insert(container.container_number.clone()) {
                self.containers.push(container);
            } else {
                self.duplicates += 1;
            }
        }
        self.rows += added;
        Taken::Added(added)
    }

    /// Gives the containers up, at most so many.
    #[must_use]
    pub fn into_containers(mut self, at_most: usize) -> Vec<Container> {
        self.containers.truncate(at_most);
        self.containers
    }
}

/// How a wait at the bottom of the list ended without new rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// The page asked the portal for more, and nothing came of it.
    Answered,
    /// Nothing happens; perhaps the page did not ask.
    Quiet,
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Go up a little and to the end again, and wait once more.
    Nudge,
    /// The list has ended.
    End,
}

/// How sure it is that the list has ended.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ending {
    nudged: bool,
}

impl Ending {
    /// Rows came: nothing has ended.
    pub fn grew(&mut self) {
        self.nudged = false;
    }

    /// No rows came while the list stood here.
    pub fn silent(&mut self, silence: Silence, position: Scrolled) -> Step {
        let is_sure = self.nudged || silence == Silence::Answered;
        if is_sure && is_at_bottom(position) {
            return Step::End;
        }
        self.nudged = true;
        Step::Nudge
    }
}

/// Fractions of a pixel are rounded away on the way here, on each of the three sides.
const ROUNDING: u32 = 3;

fn is_at_bottom(position: Scrolled) -> bool {
    position.offset + position.viewport + ROUNDING >= position.extent
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
