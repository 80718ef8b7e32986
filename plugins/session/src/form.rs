//! The login form: filling it and sending it, as far as a program may.
//!
//! Owns: the step from the form to its being sent. The host types the secrets; nothing here can
//! read them.
//! Never: solves a challenge. A plain box in the form is ticked, as the portal asks everybody; what
//! stays locked after that is for a person.

use emodal::login;
use gantry_sdk::page::{self, Column, Condition, Element, Take};
use gantry_sdk::secrets::{self, Secret};
use gantry_sdk::{Failure, Locator, PageError, css, log};

/// Forms take a moment to check themselves after typing.
const UNLOCK_MS: u32 = 1_500;
/// A ticked box may ask its own server.
const CONFIRM_MS: u32 = 5_000;

/// What became of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sent {
    /// It was sent.
    Yes,
    /// A person has to act; the text says what the page asks for.
    PersonNeeded(String),
}

/// Fills the form and sends it.
///
/// # Errors
/// `layout-changed` if a control is missing; whatever else the page fails with.
pub(crate) fn fill_and_send() -> Result<Sent, Failure> {
    let username = control(&login::username_input(), "user name")?;
    secrets::fill(Secret::Username, &username)?;
    let password = control(&login::named_password_input(), "password")?;
    secrets::fill(Secret::Password, &password)?;
    let button = control(&login::submit_button(), "button LOGIN")?;
    if !is_unlocked(UNLOCK_MS)? {
        let is_confirmed = tick_confirmation()? && is_unlocked(CONFIRM_MS)?;
        if !is_confirmed {
            return Ok(Sent::PersonNeeded(what_is_asked()?));
        }
    }
    match button.click() {
        Ok(()) => Ok(Sent::Yes),
        // The form shows a dialog of its own on being sent. The click has happened.
        Err(PageError::DialogOpen(text)) => {
            log::warn(format!("the portal showed a dialog on LOGIN: {text}"));
            page::answer_dialog(false)?;
            Ok(Sent::Yes)
        }
        Err(PageError::StaleElement) => {
            control(&login::submit_button(), "button LOGIN")?.click()?;
            Ok(Sent::Yes)
        }
        Err(error) => Err(error.into()),
    }
}

fn control(at: &Locator, what: &str) -> Result<Element, Failure> {
    page::find(at).map_err(|error| match error {
        PageError::NoSuchElement(_) => Failure::new(
            "layout-changed",
            format!("The login page has no {what}; the session component has to be adapted"),
        )
        .with_evidence(page::screenshot("login").ok()),
        error => error.into(),
    })
}

fn is_unlocked(limit_ms: u32) -> Result<bool, PageError> {
    match page::wait(&[Condition::Enabled(login::submit_button())], limit_ms) {
        Ok(_) => Ok(true),
        Err(PageError::TimedOut(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Ticks the form's own box: on itself, or on its label where that covers it. Tells whether there was
/// one to tick.
fn tick_confirmation() -> Result<bool, PageError> {
    let Some(tick_box) = first(&login::confirmation_box())? else {
        return Ok(false);
    };
    log::info("the login form asks to tick a box");
    match tick_box.click() {
        Ok(()) => Ok(true),
        Err(PageError::NotInteractable(_)) => match first(&login::confirmation_label())? {
            Some(label) => label.click().map(|()| true),
            None => Ok(false),
        },
        Err(error) => Err(error),
    }
}

fn first(at: &Locator) -> Result<Option<Element>, PageError> {
    Ok(page::find_all(at)?.into_iter().next())
}

/// What stands beside a button that stays locked.
fn what_is_asked() -> Result<String, PageError> {
    let columns = [
        Column {
            at: Some(login::challenge_frame()),
            take: Take::Attribute("title".to_owned()),
        },
        Column {
            at: Some(login::words_before_button()),
            take: Take::AllText,
        },
    ];
    let table = page::read(&css("html"), &columns, 0)?;
    let cells = table.rows.into_iter().next().unwrap_or_default();
    Ok(asked(cells.into_iter().flatten()))
}

fn asked(seen: impl Iterator<Item = String>) -> String {
    const LONGEST: usize = 200;
    let lines: Vec<String> = seen.collect();
    let words: Vec<&str> = lines
        .iter()
        .flat_map(|text| text.lines())
        .filter(|line| !line.is_empty())
        .collect();
    if words.is_empty() {
        return "The login page keeps its button locked".to_owned();
    }
    let words: String = words.join("; ").chars().take(LONGEST).collect();
    format!("The login page keeps its button locked until this is done: {words}")
}

#[cfg(test)]
mod tests {
    use crate::form::asked;

    #[test]
    fn person_is_told_what_the_page_shows_beside_the_locked_button() {
        let seen = [
            "reCAPTCHA".to_owned(),
            "Choose the\nnumber".to_owned(),
            String::new(),
        ];
        assert!(asked(seen.into_iter()).ends_with(": reCAPTCHA; Choose the; number"));
        assert!(asked(std::iter::empty()).ends_with("locked"));
    }
}
