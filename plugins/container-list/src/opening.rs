//! Opening the container list: from any page to a list whose columns are known.
//!
//! Owns: the proof that an account without containers is not a page that failed to load.

use emodal::arrival::{Came, arrive, await_any, await_list, prove_signed_in};
use emodal::layout::{self, Layout};
use emodal::sites::CONTAINER_LIST;
use emodal::{headings, instead, list};
use gantry_sdk::page::{self, Condition};
use gantry_sdk::wait::Awaited;
use gantry_sdk::{Failure, PageError};

/// A list without rows is empty only if nothing happens for so long.
const EMPTY_QUIET_MS: u32 = 1_000;

/// What is looked for, in words.
const LOOKED_FOR: &str = "the container list (`#searchres`)";

/// Goes to the list and reads its headings.
///
/// # Errors
/// `signed-out`, `layout-changed` with a picture, or whatever the page fails with.
pub fn open_list() -> Result<Layout, Failure> {
    arrive(CONTAINER_LIST, || {
        await_list(CONTAINER_LIST, &list::scroller(), LOOKED_FOR)?;
        match await_rows(Some(EMPTY_QUIET_MS))? {
            Came::Wanted(()) => Ok(()),
            Came::Instead => Err(instead::of_page(LOOKED_FOR)),
            // No row and nothing under way: an empty list, if the page is signed in.
            Came::Still | Came::Nothing => prove_signed_in(),
        }
    })?;
    let headings = page::read(&layout::heading_cells(), &headings::parts(), 0)?;
    Layout::of_headings(&headings.rows).map_err(|error| instead::changed(&error.to_string()))
}

fn await_rows(still_ms: Option<u32>) -> Result<Came<()>, PageError> {
    let rows = Awaited::new((), Condition::Present(list::rows()));
    await_any(vec![rows], still_ms)
}

/// Waits for what takes the place of a list that went away: the list again, if the site signed in
/// by itself.
///
/// # Errors
/// `signed-out`, or what was there instead.
pub(crate) fn await_list_again() -> Result<(), Failure> {
    match await_rows(None)? {
        Came::Wanted(()) => Ok(()),
        _ => Err(instead::of_page("the container list, after scrolling it")),
    }
}
