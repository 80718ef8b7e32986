//! Opening the list of appointments: from any page to a list whose columns are known.
//!
//! Owns: the proof that it is this page, signed in, that came up. The portal sometimes shows its login or a loading
//! address instead (portal-facts F25).

use emodal::appointment_table::{self, Columns};
use emodal::arrival::{arrive, await_list};
use emodal::look::look;
use emodal::presence::Verdict;
use emodal::sites::APPOINTMENT_LIST;
use emodal::{headings, instead};
use gantry_sdk::Failure;
use gantry_sdk::page;

/// What is looked for, in words.
pub(crate) const LOOKED_FOR: &str = "the list of appointments (a table that scrolls)";

/// Goes to the list and reads its headings.
///
/// # Errors
/// `signed-out`, `layout-changed` with a picture, or whatever the page fails with.
pub fn open_list() -> Result<Columns, Failure> {
    arrive(APPOINTMENT_LIST, || {
        await_list(APPOINTMENT_LIST, &appointment_table::scroller(), LOOKED_FOR)?;
        prove_arrived()
    })?;
    let headings = page::read(&appointment_table::heading_cells(), &headings::parts(), 0)?;
    Columns::of_headings(&headings.rows).map_err(changed)
}

/// The failure for a list that is there and not as it was.
pub(crate) fn changed(what: impl std::fmt::Display) -> Failure {
    instead::changed(&format!("the list of appointments has {what}"))
}

fn prove_arrived() -> Result<(), Failure> {
    let seen = look()?;
    let is_it = seen.site.as_deref() == Some(APPOINTMENT_LIST.site)
        && seen.path == APPOINTMENT_LIST.path
        && seen.verdict() == Verdict::SignedIn;
    if is_it {
        Ok(())
    } else {
        Err(instead::of_seen(&seen, LOOKED_FOR))
    }
}
