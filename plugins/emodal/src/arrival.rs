//! Arriving at a page: going there, and waiting until it is there or something else is in its place.
//!
//! Owns: what counts as something else, and the second chance of a site that has lost its own session.

use crate::look::look;
use crate::presence::{self, Verdict};
use crate::sites::{Visit, login_of};
use crate::{instead, login};
use gantry_sdk::page::{self, Condition};
use gantry_sdk::wait::{Awaited, first_of, within};
use gantry_sdk::{Failure, Locator, PageError, clock};

/// The portal's pages stay blank for up to half a minute, and a loading address may stand before them.
const OPEN_MS_MAX: u32 = 60_000;
/// A page that shows its header and for so long does nothing has no list.
const HEADER_ONLY_MS: u32 = 5_000;
/// Kept for telling what went wrong.
const RESERVE_MS: u64 = 3_000;

/// What came of waiting for a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came<T> {
    /// This.
    Wanted(T),
    /// The portal asks who is there, or its server says that it is down.
    Instead,
    /// Nothing happens any more.
    Still,
    /// Nothing of all that, in all the time there was.
    Nothing,
}

/// What shows that the portal gives something else than what was asked for: it asks who is there, or is down.
#[must_use]
pub fn signs_of_another() -> [Condition; 3] {
    [
        Condition::Visible(login::password_input()),
        Condition::Present(presence::expired_notice()),
        Condition::Present(presence::error_title()),
    ]
}

/// What shows that nothing happens any more, whether the page asked its server for something before or not.
#[must_use]
pub fn signs_of_stillness(still_ms: u32) -> [Condition; 2] {
    [Condition::Answered(still_ms), Condition::Quiet(still_ms)]
}

/// Waits for one of these, for another page, and for stillness if a time for that is given.
///
/// # Errors
/// Whatever the page fails with. Running out of patience is no error.
pub fn await_any<T>(wanted: Vec<Awaited<T>>, still_ms: Option<u32>) -> Result<Came<T>, PageError> {
    let wanted = wanted
        .into_iter()
        .map(|one| Awaited::new(Came::Wanted(one.meaning), one.condition));
    let mut awaited: Vec<Awaited<Came<T>>> = wanted.collect();
    awaited.extend(signs_of_another().map(|sign| Awaited::new(Came::Instead, sign)));
    if let Some(ms) = still_ms {
        awaited.extend(signs_of_stillness(ms).map(|sign| Awaited::new(Came::Still, sign)));
    }
    match first_of(awaited, within(OPEN_MS_MAX, RESERVE_MS)) {
        Err(PageError::TimedOut(_)) => Ok(Came::Nothing),
        came => came,
    }
}

/// Goes to a page and has it looked at. A site that has lost its own session gets a second chance where it signs in:
/// the identity provider lets it in again without a word.
///
/// # Errors
/// `signed-out` if that does not help, or what the look fails with.
pub fn arrive<T>(at: Visit, look: impl Fn() -> Result<T, Failure>) -> Result<T, Failure> {
    page::goto(at.site, at.path)?;
    match look() {
        Err(failure) if failure.signed_out => {}
        looked => return looked,
    }
    let login = login_of(at.site);
    page::goto(login.site, login.path)?;
    page::goto(at.site, at.path)?;
    look()
}

/// Waits for a list on a page that was gone to.
///
/// # Errors
/// `signed-out`, `layout-changed`, `portal-down`, or whatever else the page fails with.
pub fn await_list(at: Visit, list: &Locator, looked_for: &str) -> Result<(), Failure> {
    let patience_ends_ms = clock::remaining_ms().saturating_sub(OPEN_MS_MAX.into());
    let listed = || Awaited::new(true, Condition::Present(list.clone()));
    let header = Awaited::new(false, Condition::Present(presence::person_icon()));
    let mut came = await_any(vec![listed(), header], None)?;
    loop {
        let is_patient = clock::remaining_ms() > patience_ends_ms;
        match came {
            Came::Wanted(true) => return Ok(()),
            Came::Wanted(false) => {}
            // Nothing happens at another address of the site: it is on its way, and a script there waits.
            Came::Still if is_patient && is_on_the_way(at)? => {}
            Came::Still | Came::Instead | Came::Nothing => {
                return Err(instead::of_page(looked_for));
            }
        }
        came = await_any(vec![listed()], Some(HEADER_ONLY_MS))?;
    }
}

fn is_on_the_way(to: Visit) -> Result<bool, PageError> {
    let place = page::location()?;
    Ok(place.site.as_deref() == Some(to.site) && place.path != to.path)
}

/// Without rows, a list counts only on a page that is signed in; nor does anything else that is not there.
///
/// # Errors
/// `signed-out`, or what the page shows instead of the header.
pub fn prove_signed_in() -> Result<(), Failure> {
    let seen = look()?;
    if seen.verdict() == Verdict::SignedIn {
        return Ok(());
    }
    Err(instead::of_seen(&seen, HEADER))
}

/// What proves that somebody is signed in, in words.
pub(crate) const HEADER: &str = "the header with the person icon";
