//! Looking whether a session is signed in, and keeping it so on all four sites.
//!
//! Owns: the verdict over several pages. One site that answers badly says nothing of the session:
//! it is `unknown`.

use emodal::presence::Verdict;
use emodal::sites::{self, Visit};
use gantry_sdk::{Failure, Presence, clock, log, progress};

use crate::arrival::{arrive, visit};

/// Pages of the portal stay blank for up to half a minute.
const ARRIVE_MS: u32 = 30_000;

/// Looks at the identity provider's own page, which is light and through which the other sites sign
/// in; at the container list only if that one asks who it is.
///
/// # Errors
/// The browser is gone, or the call's time is used up.
pub(crate) fn probe() -> Result<Presence, Failure> {
    let verdict = look_at(sites::WELCOME, ARRIVE_MS)?;
    if verdict == Verdict::SignedIn {
        return Ok(Presence::SignedIn);
    }
    let own = look_at(sites::CONTAINER_LIST, ARRIVE_MS)?;
    Ok(match (own, verdict) {
        (Verdict::SignedIn, _) => Presence::SignedIn,
        (Verdict::SignedOut(_), _) | (_, Verdict::SignedOut(_)) => Presence::SignedOut,
        (Verdict::Unknown(what), _) => Presence::Unknown(what),
    })
}

/// Visits each of the four sites and looks.
///
/// # Errors
/// The browser is gone, or the call's time is used up.
pub(crate) fn keep_alive() -> Result<Presence, Failure> {
    let mut verdicts = Vec::new();
    for (done, page) in sites::EVERY_SITE.into_iter().enumerate() {
        progress::report(page.site, count(done), Some(count(sites::EVERY_SITE.len())));
        let sites_left = sites::EVERY_SITE.len() - done;
        let verdict = look_at(page, share(clock::remaining_ms(), sites_left))?;
        log::debug(format!("{}: {verdict:?}", page.site));
        let is_signed_out = matches!(verdict, Verdict::SignedOut(_));
        verdicts.push((page.site, verdict));
        if is_signed_out {
            // The other sites sign in through the one that was asked, so they would say the same.
            break;
        }
    }
    Ok(over_all(verdicts))
}

/// Goes to a page and comes to a verdict. A site that has lost its own session is given a second
/// chance where it signs in: the identity provider lets it in again without a word.
fn look_at(page: Visit, limit_ms: u32) -> Result<Verdict, Failure> {
    let verdict = look_once(page, limit_ms)?;
    if matches!(verdict, Verdict::SignedOut(_)) && page.site != sites::ACCOUNT {
        let again = look_once(sites::login_of(page.site), limit_ms)?;
        if again == Verdict::SignedIn {
            return Ok(again);
        }
    }
    Ok(verdict)
}

fn look_once(page: Visit, limit_ms: u32) -> Result<Verdict, Failure> {
    match visit(page).and_then(|()| Ok(arrive(limit_ms)?)) {
        Ok(seen) => Ok(seen.verdict()),
        Err(failure) if failure.code == "portal-down" => Ok(Verdict::Unknown(failure.message)),
        Err(failure) => Err(failure),
    }
}

/// Signed out at one is signed out; signed in at all is signed in; everything else cannot be told.
fn over_all(verdicts: Vec<(&str, Verdict)>) -> Presence {
    let mut unknown = Vec::new();
    for (site, verdict) in verdicts {
        match verdict {
            Verdict::SignedOut(_) => return Presence::SignedOut,
            Verdict::Unknown(what) => unknown.push(format!("{site}: {what}")),
            Verdict::SignedIn => {}
        }
    }
    if unknown.is_empty() {
        Presence::SignedIn
    } else {
        Presence::Unknown(unknown.join("; "))
    }
}

/// A fair share of the time that is left, at most what a page may take.
fn share(remaining_ms: u64, pages: usize) -> u32 {
    let share = remaining_ms / u64::try_from(pages.max(1)).unwrap_or(1);
    u32::try_from(share).unwrap_or(u32::MAX).min(ARRIVE_MS)
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use crate::keep_alive::{over_all, share};
    use emodal::presence::Verdict;
    use gantry_sdk::Presence;

    #[test]
    fn one_site_that_answers_badly_is_no_sign_out() {
        let verdicts = vec![
            ("account", Verdict::SignedIn),
            ("wizard", Verdict::Unknown("a 500".to_owned())),
        ];
        assert!(matches!(over_all(verdicts), Presence::Unknown(what) if what == "wizard: a 500"));
    }

    #[test]
    fn signed_out_anywhere_is_signed_out() {
        let verdicts = vec![
            ("account", Verdict::Unknown("blank".to_owned())),
            ("containers", Verdict::SignedOut("login form")),
        ];
        assert!(matches!(over_all(verdicts), Presence::SignedOut));
    }

    #[test]
    fn signed_in_needs_every_site() {
        let all = || {
            vec![
                ("account", Verdict::SignedIn),
                ("wizard", Verdict::SignedIn),
            ]
        };
        assert!(matches!(over_all(all()), Presence::SignedIn));
    }

    #[test]
    fn time_is_shared_among_the_sites_that_are_left() {
        assert_eq!(share(40_000, 4), 10_000);
        assert_eq!(share(600_000, 4), 30_000);
    }
}
