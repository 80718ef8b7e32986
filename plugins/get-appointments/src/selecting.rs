//! Ticking rows, and the proof that these are ticked and no others.
//!
//! The box in the headings is used where every row is wanted, on purpose and never as one of the rows: it ticks all that
//! are loaded. What counts is what the boxes say afterwards, not what was clicked (portal-facts D18).

use appointment_list::Listing;
use emodal::appointment_table::{self, Columns, Row};
use emodal::instead;
use gantry_sdk::page::{self, ScrollTo};
use gantry_sdk::{Failure, PageError, log};

/// How often what is not as it should be is clicked again.
const ROUNDS_MAX: u32 = 3;

/// Ticks the rows at these places.
///
/// # Errors
/// `selection-failed` if the boxes do not come to say so; `list-changed` if the rows are not those that were read.
pub(crate) fn select(
    listing: &Listing,
    wanted: &[usize],
    columns: &Columns,
) -> Result<(), Failure> {
    let is_whole = wanted.len() == listing.rows.len();
    if is_whole && wanted.len() > 1 {
        tick_all()?;
    }
    for round in 0..=ROUNDS_MAX {
        let wrong = wrong(listing, wanted, columns)?;
        if wrong.is_empty() {
            return Ok(());
        }
        if round == ROUNDS_MAX {
            break;
        }
        log::debug(format!("{} boxes to be clicked", wrong.len()));
        click(&wrong)?;
    }
    let message = "The portal's boxes do not stay ticked, so nothing was exported; try again later";
    Err(Failure::new("selection-failed", message).retryable())
}

/// The places of the boxes that do not say what they should.
fn wrong(listing: &Listing, wanted: &[usize], columns: &Columns) -> Result<Vec<usize>, Failure> {
    let table = page::read(&appointment_table::rows(), &columns.parts(), 0)?;
    let rows: Vec<Row> = table.rows.iter().map(|parts| columns.row(parts)).collect();
    let known = &listing.rows;
    // A batch may have come meanwhile; it is not ticked, and not wanted.
    let is_same = rows.len() >= known.len()
        && known
            .iter()
            .zip(&rows)
            .all(|(known, row)| known.is_same(row));
    if !is_same {
        let message =
            "The portal's list changed while rows were ticked; nothing was exported, try again";
        return Err(Failure::new("list-changed", message).retryable());
    }
    if rows.iter().any(|row| row.ticked.is_none()) {
        return Err(instead::changed(
            "a row of the list of appointments has no box that says whether it is ticked",
        ));
    }
    let is_wanted = |place: usize| wanted.binary_search(&place).is_ok();
    let places = rows.iter().enumerate();
    let wrong = places.filter(|(place, row)| row.ticked != Some(is_wanted(*place)));
    Ok(wrong.map(|(place, _)| place).collect())
}

fn tick_all() -> Result<(), Failure> {
    match page::find(&appointment_table::header_box()) {
        Ok(header_box) => Ok(header_box.click()?),
        // There is none: the rows are clicked one by one.
        Err(PageError::NoSuchElement(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn click(places: &[usize]) -> Result<(), Failure> {
    // Going down the list no row is ever under the headings.
    page::scroll(&appointment_table::scroller(), ScrollTo::Top)?;
    let rows = page::find_all(&appointment_table::rows())?;
    for place in places {
        let Some(row) = rows.get(*place) else {
            break;
        };
        row.find(&appointment_table::row_box())?.click()?;
    }
    Ok(())
}
