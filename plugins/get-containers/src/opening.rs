//! Opening the container list: from any page to a list whose columns are known.
//!
//! Owns: the proof that an account without containers is not a page that failed to load, and the
//! failures that say what was there instead of a list.

use emodal::layout::{self, Layout};
use emodal::presence::{self, Seen, Verdict};
use emodal::{list, login, look::look, sites};
use gantry_sdk::page::{self, Condition};
use gantry_sdk::wait::{Awaited, first_of, within};
use gantry_sdk::{Failure, PageError};

/// The portal's pages stay blank for up to half a minute.
const OPEN_MS_MAX: u32 = 60_000;
/// A page that shows its header and for so long does nothing has no list.
const HEADER_ONLY_MS: u32 = 5_000;
/// A list without rows is empty only if nothing happens for so long.
const EMPTY_QUIET_MS: u32 = 1_000;
/// Kept for telling what went wrong.
const RESERVE_MS: u64 = 3_000;

/// What may turn up on the way to the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arrived {
    Rows,
    List,
    Header,
    SignedOut,
    Nothing,
}

/// Goes to the list and reads its headings.
///
/// # Errors
/// `signed-out`, `layout-changed` with a picture, or whatever the page fails with.
pub(crate) fn open_list() -> Result<Layout, Failure> {
    page::goto(sites::CONTAINER_LIST.site, sites::CONTAINER_LIST.path)?;
    let mut arrived = arrive(&[Arrived::List, Arrived::Header], None)?;
    if arrived == Arrived::Header {
        arrived = arrive(&[Arrived::List], Some(HEADER_ONLY_MS))?;
    }
    if arrived == Arrived::List {
        arrived = match arrive(&[], Some(EMPTY_QUIET_MS))? {
            // No row and nothing under way: an empty list, if the page is signed in.
            Arrived::Nothing => Arrived::List,
            other => other,
        };
    }
    match arrived {
        Arrived::Rows => {}
        Arrived::List => {
            prove_signed_in()?;
        }
        Arrived::Header | Arrived::SignedOut | Arrived::Nothing => {
            return Err(without_list("the container list (`#searchres`)"));
        }
    }
    let headings = page::read(&layout::heading_cells(), &layout::heading_parts(), 0)?;
    Layout::of_headings(&headings.rows).map_err(|error| changed(&error.to_string()))
}

/// Waits for rows or the login form, for what is named beside them, and for quiet if a time is
/// given.
fn arrive(besides: &[Arrived], quiet_ms: Option<u32>) -> Result<Arrived, Failure> {
    let mut awaited = vec![
        Awaited::new(Arrived::Rows, Condition::Present(list::rows())),
        Awaited::new(
            Arrived::SignedOut,
            Condition::Visible(login::password_input()),
        ),
        Awaited::new(
            Arrived::SignedOut,
            Condition::Present(presence::expired_notice()),
        ),
        Awaited::new(
            Arrived::Nothing,
            Condition::Present(presence::error_title()),
        ),
    ];
    for other in besides {
        let locator = match other {
            Arrived::List => list::scroller(),
            _ => presence::person_icon(),
        };
        awaited.push(Awaited::new(*other, Condition::Present(locator)));
    }
    if let Some(ms) = quiet_ms {
        awaited.push(Awaited::new(Arrived::Nothing, Condition::Answered(ms)));
        awaited.push(Awaited::new(Arrived::Nothing, Condition::Quiet(ms)));
    }
    match first_of(awaited, within(OPEN_MS_MAX, RESERVE_MS)) {
        Ok(arrived) => Ok(arrived),
        Err(PageError::TimedOut(_)) => Ok(Arrived::Nothing),
        Err(error) => Err(error.into()),
    }
}

/// Waits for what takes the place of a list that went away: the list again, if the site signed in
/// by itself.
///
/// # Errors
/// `signed-out`, or what was there instead.
pub(crate) fn await_list_again() -> Result<(), Failure> {
    match arrive(&[], None)? {
        Arrived::Rows => Ok(()),
        _ => Err(without_list("the container list, after scrolling it")),
    }
}

/// An empty list counts only on a page that is signed in.
///
/// # Errors
/// `signed-out`, or `layout-changed` if the page shows neither.
fn prove_signed_in() -> Result<(), Failure> {
    let seen = look()?;
    if seen.verdict() == Verdict::SignedIn {
        return Ok(());
    }
    Err(instead_of(&seen, "the header with the person icon"))
}

/// The failure for a page that does not have what was looked for.
fn without_list(looked_for: &str) -> Failure {
    match look() {
        Ok(seen) => instead_of(&seen, looked_for),
        Err(error) => error.into(),
    }
}

pub(crate) fn instead_of(seen: &Seen, looked_for: &str) -> Failure {
    match seen.verdict() {
        Verdict::SignedOut(how) => {
            Failure::signed_out(format!("Signed out while reading containers: {how}"))
        }
        Verdict::SignedIn => changed(&format!("{looked_for} is not on {}", seen.described())),
        Verdict::Unknown(what) => unknown(seen, looked_for, &what),
    }
}

fn unknown(seen: &Seen, looked_for: &str, what: &str) -> Failure {
    if let Some(title) = &seen.forbidden {
        let message = format!("The portal refuses this place: {title}");
        return Failure::new("portal-forbidden", message).with_evidence(picture());
    }
    if seen.is_portal_page() {
        return changed(&format!("{looked_for} is not on {what}"));
    }
    Failure::new(
        "portal-down",
        format!("Looked for {looked_for} and found {what}; try again later"),
    )
    .retryable()
    .with_evidence(picture())
}

/// The failure for a page that is the portal's but not as it was.
pub(crate) fn changed(what: &str) -> Failure {
    Failure::new(
        "layout-changed",
        format!("The portal's page is not as expected: {what}; this operation has to be adapted"),
    )
    .with_evidence(picture())
}

/// A picture is welcome and never worth another failure.
fn picture() -> Option<String> {
    page::screenshot("container-list").ok()
}
