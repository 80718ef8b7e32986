//! Reading which appointments there are, batch by batch, until there are enough or to a proven end.
//!
//! Owns: the rows that were read. How a list grows, and when it has ended, is in `emodal::growing`.

use emodal::appointment_table::{self, Columns, Row};
use emodal::growing::{Growing, Haste, More, Rows};
use emodal::instead;
use gantry_sdk::{Failure, PageError, log, progress};
use schemars::JsonSchema;
use serde::Serialize;

use crate::opening::LOOKED_FOR;

/// Kept for ticking, the export and the answer.
const RESERVE_MS: u64 = 10_000;

/// Why the reading of the list ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stopped {
    /// The list has no more rows.
    EndOfList,
    /// As many as asked for were there.
    TargetCount,
    /// The one asked for was there.
    TargetFound,
    /// The portal did not give the rest.
    Stalled,
    /// The time of this call ran out.
    Deadline,
}

/// The appointments that are in the page.
#[derive(Debug)]
pub struct Listing {
    /// In the list's order.
    pub rows: Vec<Row>,
    /// In how many batches they came.
    pub batches: u32,
    /// Why there are no more.
    pub stopped: Stopped,
}

/// Reads on until there is enough, or to the end. `enough` is asked before the portal is asked for more.
///
/// # Errors
/// What `enough` says, `signed-out`, `layout-changed`, `list-unstable`, or whatever the page fails with.
pub fn read_list(
    columns: &Columns,
    enough: impl Fn(&[Row]) -> Result<Option<Stopped>, Failure>,
) -> Result<Listing, Failure> {
    let (rows, scroller) = (appointment_table::rows(), appointment_table::scroller());
    let mut reader = Reader {
        columns,
        growing: Growing::new(rows, scroller, columns.parts(), RESERVE_MS),
        rows: Vec::new(),
        batches: 0,
    };
    let stopped = loop {
        if let Some(stopped) = enough(&reader.rows)? {
            break stopped;
        }
        if let Some(stopped) = reader.read_on()? {
            break stopped;
        }
    };
    let Reader { rows, batches, .. } = reader;
    let count = rows.len();
    log::info(format!(
        "{count} rows in {batches} batches, stopped: {stopped:?}"
    ));
    Ok(Listing {
        rows,
        batches,
        stopped,
    })
}

struct Reader<'a> {
    columns: &'a Columns,
    growing: Growing,
    rows: Vec<Row>,
    batches: u32,
}

impl Reader<'_> {
    /// Takes the next rows; says why there are none.
    fn read_on(&mut self) -> Result<Option<Stopped>, Failure> {
        let (known, start) = (self.known(), self.start());
        match self.growing.await_more(known, start, Haste::Ahead) {
            Ok(More::Rows(rows)) => {
                self.take(&rows)?;
                Ok(None)
            }
            Ok(More::AtEnd(_)) => self.confirm_end(),
            Ok(More::Gone) => Err(instead::of_page(LOOKED_FOR)),
            // Without any row there is nothing to go on with.
            Ok(More::Stalled(Some(problem))) if self.rows.is_empty() => Err(problem.into()),
            Ok(More::Stalled(_)) => Ok(Some(Stopped::Stalled)),
            Ok(More::Late) | Err(PageError::Deadline) => Ok(Some(Stopped::Deadline)),
            Err(error) => Err(error.into()),
        }
    }

    fn known(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    /// The last known row is read again, as proof that the list is still the same.
    fn start(&self) -> u32 {
        self.known().saturating_sub(1)
    }

    fn take(&mut self, rows: &Rows) -> Result<(), Failure> {
        let columns = self.columns;
        let mut rows = rows.iter().map(|parts| columns.row(parts));
        if let Some(last) = self.rows.last()
            && rows.next().is_none_or(|again| !again.is_same(last))
        {
            self.rows.clear();
            self.batches = 0;
            return self.growing.rebuilt();
        }
        let before = self.rows.len();
        self.rows.extend(rows);
        if self.rows.len() > before {
            self.batches += 1;
            self.growing.grew();
            progress::report("appointments", self.known(), None);
        }
        Ok(())
    }

    /// Looks once more whether the end is one: the known rows are still there, nothing follows them, and the page is
    /// signed in for sure. Who books relies on it.
    fn confirm_end(&mut self) -> Result<Option<Stopped>, Failure> {
        let known = (self.known(), self.growing.rebuilds());
        let rows = self.growing.read(self.start())?;
        self.take(&rows)?;
        if known != (self.known(), self.growing.rebuilds()) {
            return Ok(None);
        }
        let is_end = self.growing.prove_end(false)?;
        Ok(Some(if is_end {
            Stopped::EndOfList
        } else {
            Stopped::Stalled
        }))
    }
}
