//! Looking containers up: the list is walked once, and the rows that are wanted are opened as they
//! come by.
//!
//! Owns: who is still looked for. Each container is told once, as soon as it is known.
//! Never: asks the portal for a batch after all were found, and never answers a row whose number only
//! resembles the one that is wanted.

use std::collections::BTreeSet;

use emodal::container::Container;
use emodal::container_number::ContainerNumber;
use emodal::layout::Layout;
use gantry_sdk::{Failure, PageError, progress};

use crate::opening::open_list;
use crate::openings::Openings;
use crate::outcome::{Missing, Opened};
use crate::step::{Ended, Pace, Step};
use crate::walk::Walk;

/// Looks one container up and opens its row.
///
/// # Errors
/// The container's own reason, `signed-out`, or whatever became of the page.
pub fn look_up(number: &ContainerNumber) -> Result<Opened, Failure> {
    let mut outcome = Err(Missing::unseen(Ended::Stalled));
    let wanted = [number.clone()];
    look_up_all(&wanted, |_, told| outcome = told)?;
    outcome.map_err(Failure::from)
}

/// Looks containers up, each number once, and tells each of them.
///
/// # Errors
/// `signed-out`, or whatever became of the page; nothing more is told then.
pub fn look_up_all(
    wanted: &[ContainerNumber],
    tell: impl FnMut(&ContainerNumber, Result<Opened, Missing>),
) -> Result<(), Failure> {
    let layout = open_list()?;
    // One container is often in the first batch.
    let pace = if wanted.len() == 1 {
        Pace::LookingFirst
    } else {
        Pace::Ahead
    };
    let search = Search {
        walk: Walk::new(&layout, pace),
        pace,
        layout: &layout,
        wanted: wanted.iter().cloned().collect(),
        openings: Openings::default(),
        seen: 0,
        rebuilds: 0,
        tell,
    };
    search.run()
}

struct Search<'a, Tell> {
    walk: Walk,
    pace: Pace,
    layout: &'a Layout,
    /// Not met yet.
    wanted: BTreeSet<ContainerNumber>,
    openings: Openings,
    /// How many containers of the walk were looked at.
    seen: usize,
    rebuilds: u32,
    tell: Tell,
}

impl<Tell: FnMut(&ContainerNumber, Result<Opened, Missing>)> Search<'_, Tell> {
    fn run(mut self) -> Result<(), Failure> {
        let mut ended = Ended::EndOfList;
        while !self.wanted.is_empty() {
            let step = self.walk.step()?;
            if self.pace == Pace::LookingFirst {
                progress::report("rows", self.walk.collected().rows(), None);
            }
            let looked = self.look();
            self.tell_all();
            match looked {
                Ok(()) => {}
                Err(PageError::Deadline) => {
                    ended = Ended::Deadline;
                    break;
                }
                Err(error) => return Err(error.into()),
            }
            if let Step::Ended(how) = step {
                ended = how;
                break;
            }
        }
        while !self.openings.is_empty() {
            self.openings.await_some(self.layout)?;
            self.tell_all();
        }
        for number in std::mem::take(&mut self.wanted) {
            (self.tell)(&number, Err(Missing::unseen(ended)));
        }
        Ok(())
    }

    /// Reads what has opened meanwhile, and opens what is wanted of the rows that came.
    fn look(&mut self) -> Result<(), PageError> {
        if self.rebuilds != self.walk.rebuilds() {
            self.rebuilds = self.walk.rebuilds();
            self.seen = 0;
            self.wanted.extend(self.openings.forget());
        }
        self.openings.take_ready(self.layout)?;
        // From below, so that no row that opens moves one that is still to be clicked.
        for container in self.new_rows().into_iter().rev() {
            let Some(number) = self.wanted_number(&container) else {
                continue;
            };
            if container.expandable {
                self.walk.disturb();
                self.openings.open(&number, &container, self.layout)?;
            } else {
                (self.tell)(&number, Err(Missing::no_details()));
            }
            self.wanted.remove(&number);
        }
        Ok(())
    }

    /// The wanted ones among the rows that were not looked at yet.
    fn new_rows(&mut self) -> Vec<Container> {
        let containers = self.walk.collected().containers();
        let new = containers.get(self.seen..).unwrap_or_default();
        let wanted = new
            .iter()
            .filter(|container| self.wanted_number(container).is_some())
            .cloned()
            .collect();
        self.seen = containers.len();
        wanted
    }

    /// The wanted number that this row has: all of it, in its own cell.
    fn wanted_number(&self, container: &Container) -> Option<ContainerNumber> {
        let number = container.container_number.parse().ok()?;
        self.wanted.contains(&number).then_some(number)
    }

    fn tell_all(&mut self) {
        for (number, outcome) in self.openings.fetch() {
            (self.tell)(&number, outcome);
        }
    }
}
