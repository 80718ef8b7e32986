//! Looking at the page: the one place of this crate that asks the browser.
//!
//! Owns: the few round trips that a verdict needs.

use crate::presence::{self, Seen};
use gantry_sdk::{PageError, css, page};

/// Sees where the page is and what it shows. Two round trips.
///
/// # Errors
/// Whatever the page fails with.
pub fn look() -> Result<Seen, PageError> {
    let place = page::location()?;
    let table = page::read(&css("html"), &presence::parts(), 0)?;
    Ok(Seen::new(
        place,
        table.rows.first().map_or(&[], Vec::as_slice),
    ))
}
