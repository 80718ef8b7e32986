//! Walking the list batch by batch, by scrolling its own scroller.
//!
//! Owns: what was read, and what to do when the list goes away or is built anew. How a list grows, and when it has ended,
//! is in `emodal::growing`.
//! Never: clicks. A click on a row opens it and covers the list; who clicks says so to the walk.

use emodal::cells;
use emodal::container::Container;
use emodal::growing::{Growing, Haste, More, Rows};
use emodal::instead;
use emodal::layout::Layout;
use emodal::list::{self, Collected, Silence, Taken};
use gantry_sdk::{Failure, PageError, log};

use crate::opening::await_list_again;
use crate::step::{Ended, Pace, Step, Stop};

/// Kept for what the operation does with the rows, and for its answer.
const RESERVE_MS: u64 = 5_000;

/// A walk through the list that is open.
#[derive(Debug)]
pub struct Walk {
    pace: Pace,
    growing: Growing,
    collected: Collected,
    batches: u32,
}

impl Walk {
    /// A walk that has not begun.
    #[must_use]
    pub fn new(layout: &Layout, pace: Pace) -> Self {
        let parts = cells::parts(layout);
        Self {
            pace,
            growing: Growing::new(list::rows(), list::scroller(), parts, RESERVE_MS),
            collected: Collected::default(),
            batches: 0,
        }
    }

    /// The rows so far.
    #[must_use]
    pub fn collected(&self) -> &Collected {
        &self.collected
    }

    /// In how many batches they came.
    #[must_use]
    pub fn batches(&self) -> u32 {
        self.batches
    }

    /// How often the page has built its list anew. What was opened before is closed again.
    #[must_use]
    pub fn rebuilds(&self) -> u32 {
        self.growing.rebuilds()
    }

    /// Gives up what was read: the rows, and in how many batches they came.
    #[must_use]
    pub fn into_parts(self) -> (Collected, u32) {
        (self.collected, self.batches)
    }

    /// The page was clicked: what it asks its server for is no longer only the next batch, so that an
    /// answer to it proves nothing of the end.
    pub fn disturb(&mut self) {
        self.growing.disturb();
    }

    /// Goes on to further rows, or to the end of the list. Running out of time is no error: it is an
    /// end.
    ///
    /// # Errors
    /// `signed-out`, `layout-changed`, or whatever the page fails with.
    pub fn step(&mut self) -> Result<Step, Failure> {
        let step = match self.go_on() {
            Ok(step) => step,
            Err(Stop::Page(PageError::Deadline)) => Step::Ended(Ended::Deadline),
            Err(Stop::Page(error)) => return Err(error.into()),
            Err(Stop::Failure(failure)) => return Err(failure),
        };
        if let Step::Ended(ended) = step {
            let (rows, batches) = (self.collected.rows(), self.batches);
            log::info(format!(
                "{rows} rows in {batches} batches, ended: {ended:?}"
            ));
        }
        Ok(step)
    }

    fn go_on(&mut self) -> Result<Step, Stop> {
        if self.pace != Pace::Ahead && self.collected.rows() == 0 {
            self.read_new_rows()?;
            if self.collected.rows() > 0 {
                self.growing.looked_at();
                return Ok(Step::Rows);
            }
        }
        let haste = match self.pace {
            Pace::Ahead | Pace::LookingFirst => Haste::Ahead,
            Pace::Looking => Haste::OnDemand,
        };
        loop {
            let (known, start) = (self.collected.rows(), self.collected.start());
            match self.growing.await_more(known, start, haste)? {
                More::Rows(rows) => {
                    if self.take(&rows)? == Taken::Rebuilt {
                        self.read_new_rows()?;
                    }
                    return Ok(Step::Rows);
                }
                More::AtEnd(silence) => {
                    if let Some(ended) = self.confirm_end(silence)? {
                        return Ok(Step::Ended(ended));
                    }
                }
                More::Gone => {
                    await_list_again()?;
                    self.read_new_rows()?;
                    return Ok(Step::Rows);
                }
                // Without any row there is nothing to answer.
                More::Stalled(Some(problem)) if self.collected.rows() == 0 => {
                    return Err(Failure::from(problem).into());
                }
                More::Stalled(_) => return Ok(Step::Ended(Ended::Stalled)),
                More::Late => return Ok(Step::Ended(Ended::Deadline)),
            }
        }
    }

    /// Looks once more whether the end is one: the known rows are still there, and nothing follows them.
    fn confirm_end(&mut self, silence: Silence) -> Result<Option<Ended>, Stop> {
        let known = (self.collected.rows(), self.rebuilds());
        self.read_new_rows()?;
        if known != (self.collected.rows(), self.rebuilds()) {
            return Ok(None);
        }
        let shows_enough = silence == Silence::Answered && self.collected.rows() > 0;
        let is_end = self.growing.prove_end(shows_enough)?;
        Ok(Some(if is_end {
            Ended::EndOfList
        } else {
            Ended::Stalled
        }))
    }

    /// Takes the rows that are not known yet, and all of them again if the page has built its list
    /// anew.
    fn read_new_rows(&mut self) -> Result<(), Stop> {
        loop {
            let rows = self.growing.read(self.collected.start())?;
            if self.take(&rows)? != Taken::Rebuilt {
                return Ok(());
            }
        }
    }

    fn take(&mut self, rows: &Rows) -> Result<Taken, Stop> {
        let rows = rows.iter().map(|row| Container::of_row(row));
        let rows: Vec<Container> = rows
            .collect::<Result<_, _>>()
            .map_err(|error| instead::changed(&error.to_string()))?;
        let taken = self.collected.take(rows);
        match taken {
            Taken::Added(0) => {}
            Taken::Added(_) => {
                self.batches += 1;
                self.growing.grew();
            }
            Taken::Rebuilt => {
                self.batches = 0;
                self.growing.rebuilt()?;
            }
        }
        Ok(taken)
    }
}
