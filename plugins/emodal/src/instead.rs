//! The failures that say what was there instead of what was looked for, each with a picture.
//!
//! Owns: their codes, and what it takes to tell them apart: the page asks who is there, is refused, has changed, or is down.
//! Never: takes a page that could not be read for one that is signed out.

use crate::look::look;
use crate::presence::{Seen, Verdict};
use gantry_sdk::{Failure, page};

/// The failure for a page that does not have what was looked for.
#[must_use]
pub fn of_page(looked_for: &str) -> Failure {
    match look() {
        Ok(seen) => of_seen(&seen, looked_for),
        Err(error) => error.into(),
    }
}

/// The failure for a page that was seen instead.
#[must_use]
pub fn of_seen(seen: &Seen, looked_for: &str) -> Failure {
    signed_out(seen, looked_for).unwrap_or_else(|| lacking(seen, looked_for))
}

/// The same for whoever looks for what is there before anybody is signed in.
#[must_use]
pub fn lacking(seen: &Seen, looked_for: &str) -> Failure {
    told(seen, looked_for).with_evidence(picture())
}

/// The failure for a page that is the portal's but not as it was.
#[must_use]
pub fn changed(what: &str) -> Failure {
    layout_changed(what).with_evidence(picture())
}

/// The page as it is. It is welcome and never worth another failure.
#[must_use]
pub fn picture() -> Option<String> {
    page::screenshot("page").ok()
}

fn signed_out(seen: &Seen, looked_for: &str) -> Option<Failure> {
    match seen.verdict() {
        Verdict::SignedOut(how) => Some(Failure::signed_out(format!(
            "Signed out while looking for {looked_for}: {how}"
        ))),
        Verdict::SignedIn | Verdict::Unknown(_) => None,
    }
}

fn told(seen: &Seen, looked_for: &str) -> Failure {
    let place = seen.described();
    if let Some(title) = &seen.forbidden {
        let message = format!("The portal refuses this place: {title}");
        return Failure::new("portal-forbidden", message);
    }
    if seen.verdict() == Verdict::SignedIn || seen.is_portal_page() {
        return layout_changed(&format!("{looked_for} is not on {place}"));
    }
    let message = format!("Looked for {looked_for} and found {place}; try again later");
    Failure::new("portal-down", message).retryable()
}

fn layout_changed(what: &str) -> Failure {
    let message =
        format!("The portal's page is not as expected: {what}; this operation has to be adapted");
    Failure::new("layout-changed", message)
}

#[cfg(test)]
mod tests {
    use crate::instead::{signed_out, told};
    use crate::presence::Seen;

    fn code_of(change: impl FnOnce(&mut Seen)) -> (String, bool) {
        let mut seen = Seen {
            site: Some("containers".to_owned()),
            path: "/containers".to_owned(),
            drawn: true,
            ..Seen::default()
        };
        change(&mut seen);
        let looked_for = "the list";
        let failure = signed_out(&seen, looked_for).unwrap_or_else(|| told(&seen, looked_for));
        (failure.code, failure.retryable)
    }

    #[test]
    fn page_that_is_there_and_lacks_something_has_changed_signed_in_or_not() {
        let changed = ("layout-changed".to_owned(), false);
        assert_eq!(code_of(|seen| seen.person = true), changed);
        assert_eq!(code_of(|_| {}), changed);
    }

    #[test]
    fn page_that_asks_who_is_there_is_signed_out() {
        let signed_out = ("signed-out".to_owned(), true);
        assert_eq!(code_of(|seen| seen.expired = true), signed_out);
        let at_login = |seen: &mut Seen| {
            (seen.site, seen.password) = (Some("account".to_owned()), true);
        };
        assert_eq!(code_of(at_login), signed_out);
    }

    #[test]
    fn place_that_is_refused_is_neither_down_nor_another_layout() {
        let forbidden = |seen: &mut Seen| {
            seen.title = "403 Forbidden".to_owned();
            seen.forbidden = Some(seen.title.clone());
        };
        assert_eq!(code_of(forbidden), ("portal-forbidden".to_owned(), false));
    }

    #[test]
    fn blank_page_foreign_page_and_error_page_mean_that_the_portal_is_down() {
        let changes: [fn(&mut Seen); 3] = [
            |seen| seen.drawn = false,
            |seen| seen.site = None,
            |seen| seen.title = "502 Bad Gateway".to_owned(),
        ];
        for change in changes {
            assert_eq!(code_of(change), ("portal-down".to_owned(), true));
        }
    }
}
