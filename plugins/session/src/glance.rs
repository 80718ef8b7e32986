//! Looking at the page while a person may be using it.
//!
//! Owns: the verdict over the page that is open, whatever it is.
//! Never: goes anywhere, touches anything, or answers a dialog.

use emodal::look::look as see;
use emodal::presence::Verdict;
use gantry_sdk::{Failure, PageError, Presence};

/// Looks at the page that is open. A dialog over it belongs to the person.
///
/// # Errors
/// The browser is gone, or the call's time is used up.
pub(crate) fn look() -> Result<Presence, Failure> {
    match see() {
        Ok(seen) => Ok(presence(seen.verdict())),
        Err(PageError::DialogOpen(text)) => Ok(Presence::Unknown(format!("the dialog \"{text}\""))),
        Err(error) => Err(error.into()),
    }
}

fn presence(verdict: Verdict) -> Presence {
    match verdict {
        Verdict::SignedIn => Presence::SignedIn,
        Verdict::SignedOut(_) => Presence::SignedOut,
        Verdict::Unknown(what) => Presence::Unknown(what),
    }
}

#[cfg(test)]
mod tests {
    use crate::glance::presence;
    use emodal::presence::Verdict;
    use gantry_sdk::Presence;

    #[test]
    fn a_page_that_shows_neither_is_unknown() {
        let seen = presence(Verdict::Unknown("a blank page".to_owned()));
        assert!(matches!(seen, Presence::Unknown(what) if what == "a blank page"));
    }
}
