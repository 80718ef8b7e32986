//! Arrivals: what turns up after a navigation or after the form was sent.
//!
//! Owns: the one wait for all of it, and the dealing with native dialogs, which would block every
//! other command.

use emodal::presence::{self, Seen};
use emodal::sites::Visit;
use emodal::{login, look::look};
use gantry_sdk::page::{self, Condition};
use gantry_sdk::wait::{Awaited, first_of, within};
use gantry_sdk::{Failure, PageError, log};

/// Kept for the verdict after a wait.
const RESERVE_MS: u64 = 2_000;
/// A page that has come up and does nothing for so long has come up whole.
const SETTLED_MS: u32 = 3_000;
/// More dialogs in a row than anybody would click away.
const DIALOGS_MAX: u32 = 3;

/// What may turn up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// A prompt of the first visit.
    Prompt,
    /// The form says that something is wrong.
    FormError,
    /// The person icon in the header.
    Person,
    /// The login form.
    LoginForm,
    /// The page of an expired session.
    Expired,
    /// A server's error page, that for regions which are not served included.
    ErrorPage,
    /// A one-time code is asked for.
    Code,
}

impl Sign {
    fn condition(self) -> Condition {
        match self {
            Self::Prompt => Condition::Visible(login::prompt_button()),
            Self::FormError => Condition::Visible(login::error_area()),
            Self::Person => Condition::Visible(presence::person_icon()),
            Self::LoginForm => Condition::Visible(login::password_input()),
            Self::Expired => Condition::Present(presence::expired_notice()),
            Self::ErrorPage => Condition::Present(presence::error_title()),
            Self::Code => Condition::Visible(login::code_input()),
        }
    }
}

/// What may turn up after a navigation.
const ON_ARRIVAL: [Sign; 5] = [
    Sign::LoginForm,
    Sign::Expired,
    Sign::Person,
    Sign::ErrorPage,
    Sign::Code,
];

/// Waits for a sign after a navigation, and sees the page. A page that has come up without one is given
/// a moment more, a blank one all the time there is.
///
/// # Errors
/// Whatever the page fails with.
pub(crate) fn arrive(limit_ms: u32) -> Result<Seen, PageError> {
    let mut signs: Vec<_> = ON_ARRIVAL
        .iter()
        .map(|sign| Awaited::new(true, sign.condition()))
        .collect();
    signs.push(Awaited::new(false, Condition::Visible(presence::drawn())));
    if !in_time(&signs, limit_ms)?.unwrap_or(true) {
        signs.pop();
        signs.push(Awaited::new(false, Condition::Quiet(SETTLED_MS)));
        in_time(&signs, limit_ms)?;
    }
    see()
}

/// Waits for the first of the signs; none if none turned up in time.
///
/// # Errors
/// Whatever the page fails with.
pub(crate) fn wait_for(signs: &[Sign], limit_ms: u32) -> Result<Option<Sign>, PageError> {
    let awaited: Vec<_> = signs
        .iter()
        .map(|sign| Awaited::new(*sign, sign.condition()))
        .collect();
    in_time(&awaited, limit_ms)
}

fn in_time<T: Clone>(awaited: &[Awaited<T>], limit_ms: u32) -> Result<Option<T>, PageError> {
    past_dialogs(
        || match first_of(awaited.to_vec(), within(limit_ms, RESERVE_MS)) {
            Ok(meaning) => Ok(Some(meaning)),
            Err(PageError::TimedOut(_)) => Ok(None),
            Err(error) => Err(error),
        },
    )
}

/// Sees where the page is and what it shows.
///
/// # Errors
/// Whatever the page fails with.
pub(crate) fn see() -> Result<Seen, PageError> {
    past_dialogs(look)
}

/// Goes to a page.
///
/// # Errors
/// `portal-down` if the portal did not give it; whatever else the page fails with.
pub(crate) fn visit(visit: Visit) -> Result<(), Failure> {
    past_dialogs(|| page::goto(visit.site, visit.path)).map_err(|error| match error {
        PageError::TimedOut(_) | PageError::Other(_) => {
            let cause = Failure::from(error);
            Failure::new(
                "portal-down",
                format!("The site {} gave no page: {}", visit.site, cause.message),
            )
            .retryable()
        }
        error => error.into(),
    })
}

/// Does something that a native dialog may stand in the way of. Its text goes to the log first;
/// then it is sent away without agreeing to anything.
///
/// # Errors
/// Whatever the action fails with, the dialog too if there is no end of them.
pub(crate) fn past_dialogs<T>(
    mut action: impl FnMut() -> Result<T, PageError>,
) -> Result<T, PageError> {
    for _ in 0..DIALOGS_MAX {
        match action() {
            Err(PageError::DialogOpen(text)) => {
                log::warn(format!("the portal showed a dialog: {text}"));
                page::answer_dialog(false)?;
            }
            other => return other,
        }
    }
    action()
}
