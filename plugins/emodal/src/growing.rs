//! A list that grows when it is scrolled to its end: going there, waiting for more, and the proof that there is none.
//!
//! Owns: the bounds of the waiting, and when to give up. A wait costs one round trip where the whole list is wanted.
//! Never: clicks, or knows what is in a row. Who clicks says so.

use gantry_sdk::page::{self, Column, Condition, Counted, GrowingList, Growth, ScrollTo, Scrolled};
use gantry_sdk::wait::{Awaited, first_of, within};
use gantry_sdk::{Failure, Locator, PageError, Problem, log};

use crate::arrival::HEADER;
use crate::instead;
use crate::list::{Ending, Silence, Step};
use crate::look::look;
use crate::presence::Verdict;

/// Longer than pages usually delay their reaction to scrolling (150 ms), so that no other answer is taken for the one
/// to it; short beside one batch.
const QUIET_MS: u32 = 220;
/// Batches of half a minute have been seen; a request that is open for longer is not worth waiting for.
const BATCH_MS_MAX: u32 = 90_000;
/// How far up the nudge goes.
const NUDGE_PX: i32 = -240;
/// A list that is built anew again and again cannot be read.
const REBUILDS_MAX: u32 = 5;
/// Batches that the portal may fail in a row before the reading stops.
const FAILURES_MAX: u32 = 3;

/// Rows as the page gave them.
pub type Rows = Vec<Vec<Option<String>>>;

/// How to go to the end of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Haste {
    /// At once when it has grown: the portal works on the next batch while this one is looked at.
    Ahead,
    /// Only when more is asked for: nothing is asked of the portal before what is there was looked at.
    OnDemand,
}

/// What came of asking for more.
#[derive(Debug)]
pub enum More {
    /// The list has grown: its rows from where they were asked for.
    Rows(Rows),
    /// It stands at its end, and nothing comes. Not proven yet: a row may have come since.
    AtEnd(Silence),
    /// It is not there any more.
    Gone,
    /// The portal does not give the rest: it does not answer, or goes on failing, then with its last failure.
    Stalled(Option<Problem>),
    /// The time of this call ran out.
    Late,
}

/// What one wait ended with.
enum Sign {
    Grew(Rows),
    Gone,
    Silent(Silence),
}

/// The list that is open.
#[derive(Debug)]
pub struct Growing {
    list: GrowingList,
    /// Kept of the call's time for what is done with the rows.
    reserve_ms: u64,
    ending: Ending,
    rebuilds: u32,
    failures: u32,
    /// Where the list stood after it was last scrolled.
    position: Scrolled,
    /// Whether it has been waited for at that place already.
    stands_still: bool,
    /// Whether the page was used otherwise since then.
    disturbed: bool,
}

impl Growing {
    /// A list whose rows and scroller are these, and what is read of each row.
    #[must_use]
    pub fn new(rows: Locator, scroller: Locator, columns: Vec<Column>, reserve_ms: u64) -> Self {
        Self {
            list: GrowingList {
                rows,
                columns,
                container: scroller,
            },
            reserve_ms,
            ending: Ending::default(),
            rebuilds: 0,
            failures: 0,
            position: Scrolled {
                offset: 0,
                viewport: 0,
                extent: 0,
            },
            stands_still: false,
            disturbed: false,
        }
    }

    /// How often the page has built its list anew.
    #[must_use]
    pub fn rebuilds(&self) -> u32 {
        self.rebuilds
    }

    /// The rows from this one on, as they are now.
    ///
    /// # Errors
    /// Whatever the page fails with.
    pub fn read(&self, start: u32) -> Result<Rows, PageError> {
        Ok(page::read(&self.list.rows, &self.list.columns, start)?.rows)
    }

    /// The rows that are there were looked at, and nobody has gone to their end yet.
    pub fn looked_at(&mut self) {
        self.stands_still = true;
    }

    /// The page was clicked: what it asks its server for is no longer only the next batch, so that an answer to it
    /// proves nothing of the end.
    pub fn disturb(&mut self) {
        self.disturbed = true;
    }

    /// Some of the rows were new.
    pub fn grew(&mut self) {
        self.failures = 0;
        self.ending.grew();
    }

    /// The page has built its list anew: it has to be read from its start.
    ///
    /// # Errors
    /// `list-unstable` if it does so again and again.
    pub fn rebuilt(&mut self) -> Result<(), Failure> {
        log::warn("the portal has built its list anew: reading from the start");
        self.rebuilds += 1;
        self.ending = Ending::default();
        if self.rebuilds > REBUILDS_MAX {
            let message = "The portal keeps building its list anew; try again later";
            return Err(Failure::new("list-unstable", message).retryable());
        }
        Ok(())
    }

    /// Waits for more rows than are known, and reads from `start` on; or until it is plain that none come.
    ///
    /// # Errors
    /// Whatever the page fails with.
    pub fn await_more(&mut self, known: u32, start: u32, haste: Haste) -> Result<More, PageError> {
        loop {
            if self.is_late() {
                return Ok(More::Late);
            }
            let sign = match haste {
                Haste::Ahead => self.grow(known, start),
                Haste::OnDemand => self.scroll_and_wait(known, start),
            };
            match sign {
                Ok(Sign::Grew(rows)) => return Ok(More::Rows(rows)),
                Ok(Sign::Silent(silence)) => {
                    // What was answered may have been something else than a batch.
                    let silence = if self.disturbed {
                        Silence::Quiet
                    } else {
                        silence
                    };
                    if self.ending.silent(silence, self.position) == Step::End {
                        return Ok(More::AtEnd(silence));
                    }
                }
                Ok(Sign::Gone) | Err(PageError::NoSuchElement(_)) => return Ok(More::Gone),
                Err(PageError::TimedOut(_)) if self.is_late() => return Ok(More::Late),
                Err(PageError::TimedOut(_)) => return Ok(More::Stalled(None)),
                Err(PageError::Other(problem)) if problem.retryable => {
                    log::warn(format!("a batch failed: {}", problem.message));
                    if !self.disturbed {
                        self.failures += 1;
                    }
                    if self.failures >= FAILURES_MAX {
                        return Ok(More::Stalled(Some(problem)));
                    }
                }
                Err(error) => return Err(error),
            }
            self.nudge()?;
        }
    }

    /// Looks whether the end is one, when the known rows were seen to be still all there are: the page neither asks
    /// who is there nor complains. False if it complains: then the portal does not give the rest. `may_be_unknown` is
    /// for lists that show more than the header does: rows, and that the portal was asked for more.
    ///
    /// # Errors
    /// `signed-out`, or what the page shows instead of the header.
    pub fn prove_end(&self, may_be_unknown: bool) -> Result<bool, Failure> {
        let seen = look()?;
        let is_proven = match seen.verdict() {
            Verdict::SignedIn => true,
            Verdict::Unknown(_) => may_be_unknown,
            Verdict::SignedOut(_) => false,
        };
        if !is_proven {
            return Err(instead::of_seen(&seen, HEADER));
        }
        if let Some(complaint) = &seen.complaint {
            log::warn(format!(
                "the portal complains at the end of the list: {complaint}"
            ));
        }
        Ok(seen.complaint.is_none())
    }

    fn grow(&mut self, known: u32, start: u32) -> Result<Sign, PageError> {
        if self.stands_still {
            // It may be at its end already, and must be moved there again.
            self.scroll_to_end()?;
        }
        self.stands_still = true;
        let others = self.others();
        let or_else: Vec<Condition> = others.iter().map(|one| one.condition.clone()).collect();
        match page::grow(&self.list, known, start, &or_else, self.batch_ms())? {
            Growth::Grew((position, table)) => {
                self.position = position;
                (self.stands_still, self.disturbed) = (false, false);
                Ok(Sign::Grew(table.rows))
            }
            Growth::Other(place) => others
                .into_iter()
                .nth(place as usize)
                .map(|one| one.meaning)
                .ok_or_else(|| PageError::TimedOut("one of the conditions".to_owned())),
        }
    }

    fn scroll_and_wait(&mut self, known: u32, start: u32) -> Result<Sign, PageError> {
        self.scroll_to_end()?;
        let more = Counted {
            what: self.list.rows.clone(),
            over: known,
        };
        let grown = Awaited::new(Sign::Grew(Rows::new()), Condition::CountOver(more));
        let awaited = std::iter::once(grown).chain(self.others()).collect();
        match first_of(awaited, self.batch_ms())? {
            Sign::Grew(_) => Ok(Sign::Grew(self.read(start)?)),
            other => Ok(other),
        }
    }

    fn others(&self) -> [Awaited<Sign>; 3] {
        let gone = Condition::Absent(self.list.container.clone());
        [
            Awaited::new(Sign::Gone, gone),
            Awaited::new(
                Sign::Silent(Silence::Answered),
                Condition::Answered(QUIET_MS),
            ),
            Awaited::new(Sign::Silent(Silence::Quiet), Condition::Quiet(QUIET_MS)),
        ]
    }

    fn scroll_to_end(&mut self) -> Result<(), PageError> {
        self.position = page::scroll(&self.list.container, ScrollTo::End)?;
        self.disturbed = false;
        Ok(())
    }

    /// Goes up a little, so that going to the end is a movement again.
    fn nudge(&self) -> Result<(), PageError> {
        match page::scroll(&self.list.container, ScrollTo::By(NUDGE_PX)) {
            // Its absence is found at the next scroll to the end.
            Ok(_) | Err(PageError::NoSuchElement(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn batch_ms(&self) -> u32 {
        within(BATCH_MS_MAX, self.reserve_ms)
    }

    fn is_late(&self) -> bool {
        within(1, self.reserve_ms) == 0
    }
}
