//! Rows on their way to being open, several at once.
//!
//! Owns: which rows were clicked and not read yet. They end read, or failed with a reason of their
//! own; a page that is gone or signed out fails them all.
//! Never: reads what belongs to another row. Each read begins at the container's own number.

use emodal::container::Container;
use emodal::container_number::ContainerNumber;
use emodal::detail::{self, Detail};
use emodal::layout::Layout;
use emodal::{arrival, instead, list, opened};
use gantry_sdk::page::{self, Condition, Counted};
use gantry_sdk::wait::{Awaited, first_of, within};
use gantry_sdk::{Failure, PageError, log};

use crate::outcome::{Code, Missing, Opened};

/// Pages were seen to take half a minute to answer.
const OPEN_MS_MAX: u32 = 40_000;
/// What rows may take to open once nothing is under way; one or two seconds were seen.
const SHOW_MS_MAX: u32 = 10_000;
/// What a row may still take when a request of the page has failed, or when it shows labels whose
/// values are missing: longer than rows take to open once their details have come.
const SETTLE_MS: u32 = 4_000;
/// Longer than pages usually delay their reaction to a click.
const STILL_MS: u32 = 300;
/// Kept for the answer.
const RESERVE_MS: u64 = 3_000;
/// A row may be drawn anew between being found and being clicked, or be moved by others that open.
const CLICKS_MAX: u32 = 3;

/// What a container became, told as soon as it is known.
pub(crate) type Told = (ContainerNumber, Result<Opened, Missing>);

/// Rows that were clicked.
#[derive(Debug, Default)]
pub(crate) struct Openings {
    pending: Vec<(ContainerNumber, Container)>,
    /// How many details of the page could be read when it was last looked.
    ready: u32,
    /// What is known and was not fetched yet.
    told: Vec<Told>,
}

/// What a wait for details ended with.
#[derive(Debug, Clone, Copy)]
enum Sign {
    Ready,
    Answered,
    Gone,
}

impl Openings {
    pub(crate) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// Clicks the arrow of a row. It is pending then, or it failed.
    ///
    /// # Errors
    /// Whatever the page fails with.
    pub(crate) fn open(
        &mut self,
        number: &ContainerNumber,
        container: &Container,
        layout: &Layout,
    ) -> Result<(), PageError> {
        for _ in 0..CLICKS_MAX {
            match click(number, layout) {
                Ok(()) => {
                    self.pending.push((number.clone(), container.clone()));
                    return Ok(());
                }
                Err(PageError::NotInteractable(_) | PageError::StaleElement) => {}
                Err(PageError::NoSuchElement(_)) => break,
                Err(error) => return Err(error),
            }
        }
        let message = "The arrow of the row could not be clicked; try again later";
        let failed = Missing::new(Code::DetailsFailed, message);
        self.told.push((number.clone(), Err(failed)));
        Ok(())
    }

    /// Clicks once more what is closed although it was clicked: a row that opens moves those below it,
    /// so that a click can miss, or meet another. Says whether anything was.
    fn open_again(&self, layout: &Layout) -> Result<bool, PageError> {
        let mut clicked = false;
        for (number, _) in &self.pending {
            match click(number, layout) {
                Ok(()) => {
                    log::info("a row was closed although it was clicked: clicked again");
                    clicked = true;
                }
                // It is open, if perhaps empty; or it is seen to in the next round, as is the time.
                Err(
                    PageError::NoSuchElement(_)
                    | PageError::NotInteractable(_)
                    | PageError::StaleElement
                    | PageError::Deadline,
                ) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(clicked)
    }

    /// What has become known since the last time.
    pub(crate) fn fetch(&mut self) -> Vec<Told> {
        std::mem::take(&mut self.told)
    }

    /// Forgets the rows that were clicked: the page has built its list anew, and they are closed.
    pub(crate) fn forget(&mut self) -> Vec<ContainerNumber> {
        self.ready = 0;
        let pending = std::mem::take(&mut self.pending);
        pending.into_iter().map(|(number, _)| number).collect()
    }

    /// Reads the rows that are open by now. One round trip to see which, and one for each.
    ///
    /// # Errors
    /// Whatever the page fails with.
    pub(crate) fn take_ready(&mut self, layout: &Layout) -> Result<(), PageError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let listed = page::read(&opened::ready_details(), &opened::owner_parts(layout), 0)?;
        self.ready = listed.total;
        for owner in listed.rows.iter().filter_map(|row| opened::owner(row)) {
            let Some(place) = self
                .pending
                .iter()
                .position(|(number, _)| number.as_str() == owner)
            else {
                continue;
            };
            let detail = read_detail(&self.pending[place].0, layout)?;
            if detail.is_paired() && !detail.milestone_rows.is_empty() {
                let (number, container) = self.pending.swap_remove(place);
                self.told.push((number, Ok(Opened { container, detail })));
            }
        }
        Ok(())
    }

    /// Waits until further rows are open, and reads them. When none comes in time, those that are left
    /// fail, so that nothing is pending.
    ///
    /// # Errors
    /// `signed-out`, or whatever else became of the page. Running out of time fails the rows only.
    pub(crate) fn await_some(&mut self, layout: &Layout) -> Result<(), Failure> {
        let mut patience_ms = OPEN_MS_MAX;
        let mut asks = true;
        let mut clicks = 1;
        loop {
            let come = match self.await_sign(asks, patience_ms) {
                Ok(Sign::Ready) => self.take_ready(layout),
                // The page may still be busy with showing what it got.
                Ok(Sign::Answered) => {
                    asks = clicks < CLICKS_MAX && self.open_again(layout)?;
                    clicks += 1;
                    patience_ms = patience_ms.min(if asks { OPEN_MS_MAX } else { SHOW_MS_MAX });
                    continue;
                }
                Ok(Sign::Gone) => {
                    return Err(instead::of_page(
                        "the container list, while its rows opened",
                    ));
                }
                Err(PageError::Other(problem)) if problem.retryable && asks => {
                    log::warn(format!("a request failed: {}", problem.message));
                    asks = clicks < CLICKS_MAX && self.open_again(layout)?;
                    clicks += 1;
                    patience_ms = if asks { OPEN_MS_MAX } else { SETTLE_MS };
                    continue;
                }
                Err(PageError::TimedOut(_)) => self.give_up(layout),
                Err(error) => Err(error),
            };
            match come {
                Ok(()) if self.told.is_empty() => patience_ms = SETTLE_MS,
                Ok(()) => return Ok(()),
                Err(PageError::Deadline) => {
                    self.out_of_time();
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn await_sign(&self, asks: bool, patience_ms: u32) -> Result<Sign, PageError> {
        let more = Counted {
            what: opened::ready_details(),
            over: self.ready,
        };
        let mut awaited = vec![
            Awaited::new(Sign::Ready, Condition::CountOver(more)),
            Awaited::new(Sign::Gone, Condition::Absent(list::scroller())),
        ];
        let another = arrival::signs_of_another();
        awaited.extend(another.map(|sign| Awaited::new(Sign::Gone, sign)));
        if asks {
            let still = arrival::signs_of_stillness(STILL_MS);
            awaited.extend(still.map(|until| Awaited::new(Sign::Answered, until)));
        }
        let limit_ms = within(patience_ms, RESERVE_MS);
        if limit_ms == 0 {
            return Err(PageError::Deadline);
        }
        first_of(awaited, limit_ms)
    }

    /// Takes what is there of rows that did not open as expected.
    fn give_up(&mut self, layout: &Layout) -> Result<(), PageError> {
        while let Some((number, container)) = self.pending.last() {
            let detail = read_detail(number, layout)?;
            let outcome = if detail.cards.is_empty() && detail.milestone_rows.is_empty() {
                let message = "The row was opened, and its details did not come; try again later";
                Err(Missing::new(Code::DetailsFailed, message))
            } else {
                Ok(Opened {
                    container: container.clone(),
                    detail,
                })
            };
            self.told.push((number.clone(), outcome));
            self.pending.pop();
        }
        Ok(())
    }

    fn out_of_time(&mut self) {
        for (number, _) in std::mem::take(&mut self.pending) {
            let message = "The time was up before the row's details had come";
            self.told
                .push((number, Err(Missing::new(Code::Deadline, message))));
        }
    }
}

fn click(number: &ContainerNumber, layout: &Layout) -> Result<(), PageError> {
    page::find(&opened::arrow_of(number, layout))?.click()
}

fn read_detail(number: &ContainerNumber, layout: &Layout) -> Result<Detail, PageError> {
    let table = page::read(&detail::items(number, layout), &detail::parts(), 0)?;
    Ok(Detail::of_items(&table.rows))
}
