//! Signing in, from whatever page is open.
//!
//! Owns: the way from the containers site over the login form to a page that says who is signed in.
//! Somebody who is signed in already is left alone.

use emodal::instead;
use emodal::login::{self, Meaning};
use emodal::presence::{Seen, Verdict};
use emodal::sites;
use gantry_sdk::{Failure, PageError, Refusal, SignInOutcome, log, page, progress};

use crate::arrival::{Sign, arrive, past_dialogs, see, visit, wait_for};
use crate::form::{self, Sent};

/// Pages of the portal stay blank for up to half a minute.
const ARRIVE_MS: u32 = 45_000;
/// From sending the form to the page behind it, redirects included.
const ANSWER_MS: u32 = 45_000;
/// Prompts one after another on somebody's first visit.
const PROMPTS_MAX: u32 = 3;

/// Signs in.
///
/// # Errors
/// `portal-down`, `layout-changed`, or whatever the page fails with: nothing was learned of the
/// account.
pub(crate) fn sign_in() -> Result<SignInOutcome, Failure> {
    progress::report("open", 0, None);
    let expired_site = site_of_expired_page()?;
    visit(sites::CONTAINER_LIST)?;
    let mut seen = arrive(ARRIVE_MS)?;
    if seen.expired && !seen.is_login_form() {
        // The page that says so offers no way on: start over where the site starts to sign in.
        visit(sites::login_of(sites::CONTAINERS))?;
        seen = arrive(ARRIVE_MS)?;
    }
    let outcome = match settled(&seen)? {
        Some(outcome) => outcome,
        None => through_form(&seen)?,
    };
    if let (SignInOutcome::SignedIn, Some(site)) = (&outcome, expired_site) {
        // The site that showed it keeps showing it until it is signed in to by itself.
        visit(sites::login_of(site))?;
        arrive(ARRIVE_MS)?;
    }
    Ok(outcome)
}

/// The application whose expired page is open now, if that is what is open. The containers site is
/// visited anyway.
fn site_of_expired_page() -> Result<Option<&'static str>, Failure> {
    let seen = see()?;
    let site = seen.site.filter(|_| seen.expired);
    Ok([sites::WIZARD, sites::APPOINTMENTS]
        .into_iter()
        .find(|known| site.as_deref() == Some(known)))
}

fn through_form(seen: &Seen) -> Result<SignInOutcome, Failure> {
    if !seen.is_login_form() {
        return Err(instead::lacking(seen, "the login form"));
    }
    progress::report("fill", 1, None);
    if let Sent::PersonNeeded(what) = form::fill_and_send()? {
        return Ok(SignInOutcome::OperatorNeeded(what));
    }
    progress::report("wait", 2, None);
    await_answer()
}

/// The outcome, if the page settles it without the form.
fn settled(seen: &Seen) -> Result<Option<SignInOutcome>, Failure> {
    if seen.verdict() == Verdict::SignedIn {
        return Ok(Some(SignInOutcome::SignedIn));
    }
    if let Some(title) = &seen.forbidden {
        return Ok(Some(SignInOutcome::Refused((
            Refusal::ForbiddenRegion,
            title.clone(),
        ))));
    }
    if seen.at_account() && !seen.password && !page::find_all(&login::code_input())?.is_empty() {
        return Ok(Some(SignInOutcome::OperatorNeeded(
            "The portal asks for a code".to_owned(),
        )));
    }
    Ok(None)
}

/// Waits for the portal's answer to the form.
fn await_answer() -> Result<SignInOutcome, Failure> {
    let mut signs = vec![
        Sign::FormError,
        Sign::Prompt,
        Sign::Person,
        Sign::ErrorPage,
        Sign::Code,
        Sign::Expired,
    ];
    let mut prompts = 0;
    loop {
        let sign = wait_for(&signs, ANSWER_MS)?;
        let seen = see()?;
        match sign {
            Some(Sign::Prompt) => {
                prompts += 1;
                if prompts >= PROMPTS_MAX || !click_prompt(&seen)? {
                    signs.retain(|sign| *sign != Sign::Prompt);
                }
            }
            Some(Sign::FormError) => return refused(&seen),
            _ => return answered(&seen),
        }
    }
}

/// Clicks the known prompt of the identity provider; any other button with such a word is left
/// alone.
fn click_prompt(seen: &Seen) -> Result<bool, Failure> {
    if !seen.at_account() || seen.password {
        return Ok(false);
    }
    log::info("the portal shows a prompt of the first visit");
    let clicked = past_dialogs(|| page::find(&login::prompt_button())?.click());
    match clicked {
        Ok(()) => Ok(true),
        // It went away by itself, or cannot be reached: what follows is judged without it.
        Err(
            PageError::NoSuchElement(_) | PageError::StaleElement | PageError::NotInteractable(_),
        ) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// What the form's own error text means.
fn refused(seen: &Seen) -> Result<SignInOutcome, Failure> {
    let Some(text) = seen.error.clone() else {
        // It was there for a moment only.
        return answered(seen);
    };
    match login::meaning(&text) {
        Meaning::Refused(why) => Ok(SignInOutcome::Refused((why, text))),
        Meaning::PersonNeeded => Ok(SignInOutcome::OperatorNeeded(text)),
        Meaning::Other => Err(Failure::new(
            "sign-in-refused",
            format!("The portal did not sign in and says: {text}"),
        )
        .retryable()
        .with_evidence(page::screenshot("sign-in").ok())),
    }
}

/// What the page behind the form shows.
fn answered(seen: &Seen) -> Result<SignInOutcome, Failure> {
    if let Some(outcome) = settled(seen)? {
        return Ok(outcome);
    }
    if seen.at_account()
        && let Some(heading) = seen.headings.lines().find(|line| !line.is_empty())
        && let Meaning::Refused(why) = login::meaning(heading)
    {
        return Ok(SignInOutcome::Refused((why, heading.to_owned())));
    }
    if seen.is_login_form() {
        return Ok(SignInOutcome::OperatorNeeded(
            "The login form came back without saying why".to_owned(),
        ));
    }
    Err(instead::lacking(seen, "a page that says who is signed in"))
}
