//! Reading the list batch by batch, by scrolling its own scroller.
//!
//! Owns: the loop of waiting, scrolling and reading, one round trip a batch where the whole list is
//! wanted and three where it may end early, and when to give up.
//! Never: clicks. A click on a row opens it and covers the list.

use emodal::cells;
use emodal::container::Container;
use emodal::layout::Layout;
use emodal::list::{self, Collected, Ending, Silence, Step, Taken};
use emodal::look::look;
use emodal::presence::Verdict;
use gantry_sdk::page::{self, Column, Condition, Counted, GrowingList, Growth, ScrollTo, Scrolled};
use gantry_sdk::wait::{Awaited, first_of, within};
use gantry_sdk::{Failure, PageError, Problem, log, progress};

use crate::opening::{await_list_again, changed, instead_of};
use crate::request::Goal;
use crate::response::StoppedReason;

/// Longer than pages usually delay their reaction to scrolling (150 ms), so that no other answer is
/// taken for the one to it; short beside one batch.
const QUIET_MS: u32 = 220;
/// Batches of half a minute have been seen; a request that is open for longer is not worth waiting
/// for.
const BATCH_MS_MAX: u32 = 90_000;
/// Kept for the spreadsheet and the answer.
const RESERVE_MS: u64 = 5_000;
/// How far up the nudge goes.
const NUDGE_PX: i32 = -240;
/// A list that is built anew again and again cannot be read.
const REBUILDS_MAX: u32 = 5;
/// Batches that the portal may fail in a row before the reading stops.
const FAILURES_MAX: u32 = 3;

/// What was read, and why it ended.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) collected: Collected,
    pub(crate) batches: u32,
    pub(crate) stopped_reason: StoppedReason,
}

/// Reads on until the goal or the end.
///
/// # Errors
/// `signed-out`, `layout-changed`, or whatever the page fails with. Running out of time is no
/// error: it is a reason to stop.
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

/// What came of scrolling to the end.
enum Scrolling {
    Grew,
    Silent(Silence, Scrolled),
    ListGone,
    TimedOut,
    BatchFailed(Problem),
}

/// What a wait is for; with its position it becomes a [`Scrolling`].
#[derive(Clone, Copy)]
enum Sign {
    Grew,
    ListGone,
    Silent(Silence),
}

struct Reader<'a> {
    goal: &'a Goal,
    parts: Vec<Column>,
    collected: Collected,
    ending: Ending,
    batches: u32,
    rebuilds: u32,
    failures: u32,
    /// Where the list stood after it was last scrolled.
    position: Scrolled,
    /// Whether it has been waited for at that place already.
    stands_still: bool,
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
            failures: 0,
            position: Scrolled {
                offset: 0,
                viewport: 0,
                extent: 0,
            },
            stands_still: false,
        }
    }

    fn read_on(&mut self) -> Result<StoppedReason, Stop> {
        if *self.goal != Goal::All {
            self.read_new_rows()?;
        }
        loop {
            if let Some(reason) = self.goal.reached(&self.collected) {
                return Ok(reason);
            }
            if is_late() {
                return Ok(StoppedReason::Deadline);
            }
            match self.await_more()? {
                Scrolling::Grew => {}
                Scrolling::Silent(silence, position) => {
                    if self.ending.silent(silence, position) == Step::Nudge {
                        nudge()?;
                    } else if let Some(reason) = self.confirm_end(silence)? {
                        return Ok(reason);
                    }
                }
                Scrolling::ListGone => {
                    await_list_again()?;
                    self.read_new_rows()?;
                }
                Scrolling::TimedOut if is_late() => return Ok(StoppedReason::Deadline),
                Scrolling::TimedOut => return Ok(StoppedReason::Stalled),
                Scrolling::BatchFailed(problem) => {
                    log::warn(format!("a batch failed: {}", problem.message));
                    self.failures += 1;
                    if self.failures >= FAILURES_MAX {
                        return self.give_up(problem);
                    }
                    nudge()?;
                }
            }
        }
    }

    /// Waits for rows beyond the known ones and takes them, or for the proof that there are none.
    fn await_more(&mut self) -> Result<Scrolling, Stop> {
        let awaited = [
            (Sign::ListGone, Condition::Absent(list::scroller())),
            (
                Sign::Silent(Silence::Answered),
                Condition::Answered(QUIET_MS),
            ),
            (Sign::Silent(Silence::Quiet), Condition::Quiet(QUIET_MS)),
        ];
        let sign = if *self.goal == Goal::All {
            self.grow(&awaited)
        } else {
            self.scroll_and_wait(&awaited)
        };
        match sign {
            Ok(Sign::Grew) => Ok(Scrolling::Grew),
            Ok(Sign::ListGone) | Err(Stop::Page(PageError::NoSuchElement(_))) => {
                Ok(Scrolling::ListGone)
            }
            Ok(Sign::Silent(silence)) => Ok(Scrolling::Silent(silence, self.position)),
            Err(Stop::Page(PageError::TimedOut(_))) => Ok(Scrolling::TimedOut),
            Err(Stop::Page(PageError::Other(problem))) if problem.retryable => {
                Ok(Scrolling::BatchFailed(problem))
            }
            Err(stop) => Err(stop),
        }
    }

    /// Where the whole list is wanted: the page goes to the new end at once when it has grown, and the
    /// portal works on the next batch while this one is read.
    fn grow(&mut self, awaited: &[(Sign, Condition)]) -> Result<Sign, Stop> {
        if self.stands_still {
            // It may be at its end already, and must be moved there again.
            self.scroll_to_end()?;
        }
        self.stands_still = true;
        let list = GrowingList {
            rows: list::rows(),
            columns: self.parts.clone(),
            container: list::scroller(),
        };
        let (known, start) = (self.collected.rows(), self.collected.start());
        let or_else: Vec<Condition> = awaited.iter().map(|(_, until)| until.clone()).collect();
        let limit_ms = within(BATCH_MS_MAX, RESERVE_MS);
        match page::grow(&list, known, start, &or_else, limit_ms)? {
            Growth::Grew((position, table)) => {
                self.position = position;
                self.stands_still = false;
                if self.take(&table.rows)? == Taken::Rebuilt {
                    self.read_new_rows()?;
                }
                Ok(Sign::Grew)
            }
            Growth::Other(place) => awaited
                .get(place as usize)
                .map(|(sign, _)| *sign)
                .ok_or_else(|| PageError::TimedOut("one of the conditions".to_owned()).into()),
        }
    }

    /// Where reading may end before the list does: nothing is asked of the portal before what is there
    /// was looked at.
    fn scroll_and_wait(&mut self, awaited: &[(Sign, Condition)]) -> Result<Sign, Stop> {
        self.scroll_to_end()?;
        let more = Counted {
            what: list::rows(),
            over: self.collected.rows(),
        };
        let grown = Awaited::new(Sign::Grew, Condition::CountOver(more));
        let others = awaited
            .iter()
            .map(|(sign, until)| Awaited::new(*sign, until.clone()));
        let awaited = std::iter::once(grown).chain(others).collect();
        let sign = first_of(awaited, within(BATCH_MS_MAX, RESERVE_MS))?;
        if matches!(sign, Sign::Grew) {
            self.read_new_rows()?;
        }
        Ok(sign)
    }

    fn scroll_to_end(&mut self) -> Result<(), Stop> {
        self.position = page::scroll(&list::scroller(), ScrollTo::End)?;
        Ok(())
    }

    /// Looks once more whether the end is one: the known rows are still there, nothing follows
    /// them, and the page neither asks who it is nor complains. Where the page did not ask for
    /// more, it has to be signed in for sure.
    fn confirm_end(&mut self, silence: Silence) -> Result<Option<StoppedReason>, Stop> {
        let known = (self.collected.rows(), self.rebuilds);
        self.read_new_rows()?;
        if known != (self.collected.rows(), self.rebuilds) {
            return Ok(None);
        }
        let seen = look()?;
        let is_proven = match seen.verdict() {
            Verdict::SignedIn => true,
            Verdict::Unknown(_) => silence == Silence::Answered && self.collected.rows() > 0,
            Verdict::SignedOut(_) => false,
        };
        if !is_proven {
            return Err(instead_of(&seen, "the header with the person icon").into());
        }
        if let Some(complaint) = seen.complaint {
            log::warn(format!(
                "the portal complains at the end of the list: {complaint}"
            ));
            return Ok(Some(StoppedReason::Stalled));
        }
        Ok(Some(StoppedReason::EndOfList))
    }

    /// Takes the rows that are not known yet, and all of them again if the page has built its list
    /// anew.
    fn read_new_rows(&mut self) -> Result<(), Stop> {
        loop {
            let table = page::read(&list::rows(), &self.parts, self.collected.start())?;
            if self.take(&table.rows)? != Taken::Rebuilt {
                return Ok(());
            }
        }
    }

    fn take(&mut self, rows: &[Vec<Option<String>>]) -> Result<Taken, Stop> {
        let rows = rows.iter().map(|row| Container::of_row(row));
        let rows: Vec<Container> = rows
            .collect::<Result<_, _>>()
            .map_err(|error| changed(&error.to_string()))?;
        let taken = self.collected.take(rows);
        match taken {
            Taken::Added(0) => {}
            Taken::Added(_) => {
                self.batches += 1;
                self.failures = 0;
                self.ending.grew();
                self.report();
            }
            Taken::Rebuilt => {
                log::warn("the portal has built its list anew: reading from the start");
                self.rebuilds += 1;
                self.batches = 0;
                if self.rebuilds > REBUILDS_MAX {
                    let message = "The portal keeps building its list anew; try again later";
                    return Err(Failure::new("list-unstable", message).retryable().into());
                }
            }
        }
        Ok(taken)
    }

    /// Answers what was read; without any row there is nothing to answer.
    fn give_up(&self, problem: Problem) -> Result<StoppedReason, Stop> {
        if self.collected.rows() == 0 {
            Err(Failure::from(problem).into())
        } else {
            Ok(StoppedReason::Stalled)
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
}

/// Goes up a little, so that going to the end is a movement again.
fn nudge() -> Result<(), PageError> {
    match page::scroll(&list::scroller(), ScrollTo::By(NUDGE_PX)) {
        // Its absence is found at the next scroll to the end.
        Ok(_) | Err(PageError::NoSuchElement(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn is_late() -> bool {
    within(1, RESERVE_MS) == 0
}
