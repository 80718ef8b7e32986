//! Reading the list batch by batch, by scrolling its own scroller.
//!
//! Owns: the loop of read, scroll and wait, three round trips a batch, and when to give up.
//! Never: clicks. A click on a row opens it and covers the list.

use emodal::cells;
use emodal::container::Container;
use emodal::layout::Layout;
use emodal::list::{self, Collected, Ending, Quiet, Taken};
use gantry_sdk::page::{self, Column, Condition, Counted, ScrollTo};
use gantry_sdk::wait::{Awaited, first_of, within};
use gantry_sdk::{Failure, PageError, clock, log, progress};

use crate::opening::{changed, prove_signed_in, without_list};
use crate::request::Goal;
use crate::response::StoppedReason;

/// Longer than pages usually delay their reaction to scrolling (150 ms), and short beside one batch.
const QUIET_MS: u32 = 220;
/// Batches of half a minute have been seen; a request that is open for longer is not worth waiting for.
const BATCH_MS_MAX: u32 = 90_000;
/// Kept for the spreadsheet and the answer.
const RESERVE_MS: u64 = 5_000;
/// How far up the nudge goes.
const NUDGE_PX: i32 = -240;
/// A list that is built anew again and again cannot be read.
const REBUILDS_MAX: u32 = 5;

/// What was read, and why it ended.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) collected: Collected,
    pub(crate) batches: u32,
    pub(crate) stopped_reason: StoppedReason,
}

/// How a wait for more rows ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waited {
    Grew,
    ListGone,
    Quiet,
}

/// Reads on until the goal or the end.
///
/// # Errors
/// `signed-out`, `layout-changed`, or whatever the page fails with. Running out of time is no error: it is a
/// reason to stop.
pub(crate) fn read_list(goal: &Goal, layout: &Layout) -> Result<Reading, Failure> {
    let mut reader = Reader::new(goal, layout);
    let stopped_reason = match reader.read_on() {
        Ok(reason) => reason,
        Err(Stop::Page(PageError::Deadline)) => StoppedReason::Deadline,
        Err(Stop::Page(error)) => return Err(error.into()),
        Err(Stop::Failure(failure)) => return Err(failure),
    };
    log::info(format!(
        "{} rows in {} batches, stopped: {stopped_reason:?}",
        reader.collected.rows(),
        reader.batches
    ));
    Ok(Reading {
        collected: reader.collected,
        batches: reader.batches,
        stopped_reason,
    })
}

/// Why the loop broke off.
enum Stop {
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

struct Reader<'a> {
    goal: &'a Goal,
    parts: Vec<Column>,
    collected: Collected,
    ending: Ending,
    batches: u32,
    rebuilds: u32,
}

impl<'a> Reader<'a> {
    fn new(goal: &'a Goal, layout: &Layout) -> Self {
        Self {
            goal,
            parts: cells::parts(layout),
            collected: Collected::default(),
            ending: Ending::default(),
            batches: 0,
            rebuilds: 0,
        }
    }

    fn read_on(&mut self) -> Result<StoppedReason, Stop> {
        self.read_new_rows()?;
        loop {
            if let Some(reason) = self.goal.reached(&self.collected) {
                return Ok(reason);
            }
            if within(1, RESERVE_MS) == 0 {
                return Ok(StoppedReason::Deadline);
            }
            let position = page::scroll(&list::scroller(), ScrollTo::End)?;
            match self.wait_for_more() {
                Ok(Waited::Grew) => self.read_new_rows()?,
                Ok(Waited::Quiet) => match self.ending.quiet(position) {
                    Quiet::Nudge => {
                        page::scroll(&list::scroller(), ScrollTo::By(NUDGE_PX))?;
                    }
                    Quiet::End => {
                        if let Some(reason) = self.confirm_end()? {
                            return Ok(reason);
                        }
                    }
                },
                Ok(Waited::ListGone) => {
                    return Err(without_list("the container list, after scrolling it").into());
                }
                Err(PageError::TimedOut(_)) if within(1, RESERVE_MS) == 0 => {
                    return Ok(StoppedReason::Deadline);
                }
                Err(PageError::TimedOut(_)) => return Ok(StoppedReason::Stalled),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Looks once more whether the end is one: the known rows are still there, nothing follows them, and the page
    /// is signed in and does not complain.
    fn confirm_end(&mut self) -> Result<Option<StoppedReason>, Stop> {
        let known = (self.collected.rows(), self.rebuilds);
        self.read_new_rows()?;
        if known != (self.collected.rows(), self.rebuilds) {
            return Ok(None);
        }
        let seen = prove_signed_in()?;
        Ok(Some(match seen.complaint {
            Some(complaint) => {
                log::warn(format!(
                    "the portal complains at the end of the list: {complaint}"
                ));
                StoppedReason::Stalled
            }
            None => StoppedReason::EndOfList,
        }))
    }

    /// Takes the rows that are not known yet, and all of them again if the page has built its list anew.
    fn read_new_rows(&mut self) -> Result<(), Stop> {
        loop {
            let table = page::read(&list::rows(), &self.parts, self.collected.start())?;
            let rows = table.rows.iter().map(|row| Container::of_row(row));
            let rows: Vec<Container> = rows
                .collect::<Result<_, _>>()
                .map_err(|error| changed(error.to_string()))?;
            match self.collected.take(rows) {
                Taken::Added(0) => return Ok(()),
                Taken::Added(_) => {
                    self.batches += 1;
                    self.ending.grew();
                    self.report();
                    return Ok(());
                }
                Taken::Rebuilt => {
                    self.rebuilds += 1;
                    self.batches = 0;
                    log::warn("the portal has built its list anew: reading from the start");
                    if self.rebuilds > REBUILDS_MAX {
                        return Err(Failure::new(
                            "list-unstable",
                            "The portal keeps building its list anew; try again later",
                        )
                        .retryable()
                        .into());
                    }
                }
            }
        }
    }

    fn report(&self) {
        let done = u32::try_from(self.collected.containers().len()).unwrap_or(u32::MAX);
        let total = match self.goal {
            Goal::Count(count) => Some(*count),
            Goal::All | Goal::Container(_) | Goal::FirstPage => None,
        };
        progress::report(
            "containers",
            total.map_or(done, |total| done.min(total)),
            total,
        );
    }

    /// Waits for rows beyond the known ones, and for quiet that reaches back to the scrolling.
    fn wait_for_more(&self) -> Result<Waited, PageError> {
        let started = clock::remaining_ms();
        let known = self.collected.rows();
        let waited = first_of(awaited(known, true), within(BATCH_MS_MAX, RESERVE_MS))?;
        let since = started.saturating_sub(clock::remaining_ms());
        if waited != Waited::Quiet || since >= u64::from(QUIET_MS) {
            return Ok(waited);
        }
        // Quiet that began before the scrolling says nothing of what the scrolling causes: give the page the
        // rest of the time to begin, then ask again.
        let rest = QUIET_MS - u32::try_from(since).unwrap_or(0);
        match first_of(awaited(known, false), rest) {
            Err(PageError::TimedOut(_)) => {
                first_of(awaited(known, true), within(BATCH_MS_MAX, RESERVE_MS))
            }
            other => other,
        }
    }
}

fn awaited(known_rows: u32, or_quiet: bool) -> Vec<Awaited<Waited>> {
    let mut awaited = vec![
        Awaited::new(
            Waited::Grew,
            Condition::CountOver(Counted {
                what: list::rows(),
                over: known_rows,
            }),
        ),
        Awaited::new(Waited::ListGone, Condition::Absent(list::scroller())),
    ];
    if or_quiet {
        awaited.push(Awaited::new(Waited::Quiet, Condition::Quiet(QUIET_MS)));
    }
    awaited
}
