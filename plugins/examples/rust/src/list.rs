//! The container list, batch by batch: what is known of its markup, and when it has ended.

use gantry_sdk::page::{self, Column, Condition, GrowingList, Growth, ScrollTo, Take};
use gantry_sdk::{Failure, Locator, css};

/// A batch that takes longer is a portal that does not answer.
const BATCH_MS: u32 = 60_000;
/// A page that stays quiet for so long does not want to load more.
const QUIET_MS: u32 = 1_500;
/// The server has answered, and nothing followed for so long: that was all.
const ANSWERED_MS: u32 = 500;

/// A walk through the list.
pub(crate) struct Walk {
    columns: Vec<Column>,
    known: u32,
    nudged: bool,
}

impl Walk {
    /// Opens the list and finds these columns by their headings.
    pub(crate) fn begin(headings: &[&str]) -> Result<Self, Failure> {
        page::goto("containers", "/containers")?;
        page::wait(
            &[Condition::Present(rows()), Condition::Quiet(QUIET_MS)],
            BATCH_MS,
        )?;
        let cells = page::read(
            &css("#searchres thead tr:first-child > *"),
            &[text(None)],
            0,
        )?;
        let place = |heading: &str| {
            let mut cells = cells.rows.iter();
            let is_it =
                |cell: &Vec<Option<String>>| cell[0].as_deref().map(str::trim) == Some(heading);
            cells.position(is_it).map(|place| place + 1).ok_or_else(|| {
                let message = format!(
                    "The container list has no column \"{heading}\"; the portal may have changed"
                );
                Failure::new("layout-changed", message)
            })
        };
        let cell = |place| text(Some(css(format!(":scope > :nth-child({place})"))));
        let columns = headings.iter().map(|heading| place(heading).map(cell));
        Ok(Self {
            columns: columns.collect::<Result<_, _>>()?,
            known: 0,
            nudged: false,
        })
    }

    /// The next rows; none at the end of the list.
    pub(crate) fn next_rows(&mut self) -> Result<Option<Vec<Vec<Option<String>>>>, Failure> {
        loop {
            let list = GrowingList {
                rows: rows(),
                columns: self.columns.clone(),
                container: scroller(),
            };
            let ends = [Condition::Answered(ANSWERED_MS), Condition::Quiet(QUIET_MS)];
            match page::grow(&list, self.known, self.known, &ends, BATCH_MS)? {
                Growth::Grew((_, table)) => {
                    self.known = table.total;
                    self.nudged = false;
                    return Ok(Some(table.rows));
                }
                // It asked for more, and there was none.
                Growth::Other(0) if self.known > 0 => return Ok(None),
                // It may not have asked: go up a little and to the end again, once.
                Growth::Other(_) if self.nudged => return Ok(None),
                Growth::Other(_) => {
                    self.nudged = true;
                    page::scroll(&scroller(), ScrollTo::By(-200))?;
                    page::scroll(&scroller(), ScrollTo::End)?;
                }
            }
        }
    }
}

fn text(at: Option<Locator>) -> Column {
    Column {
        at,
        take: Take::Text,
    }
}

/// What scrolls. The window does not.
fn scroller() -> Locator {
    css("#searchres")
}

/// The rows of containers, and not the details that open under them.
fn rows() -> Locator {
    css("#searchres tbody > tr:not(td *, .detail):has(> td + td)")
}
