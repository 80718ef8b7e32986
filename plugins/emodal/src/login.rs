//! The identity provider's login form, and what it says when it refuses.
//!
//! Owns: the form's locators and the meaning of its error texts. Texts are looked at only in the
//! form's own error area.
//! Never: solves a challenge. What the form asks of a person is told to a person.

use gantry_sdk::{Locator, Refusal, css, xpath};

/// The control for the user name.
#[must_use]
pub fn username_input() -> Locator {
    css("input[name='Username' i]")
}

/// The control for the password, where the host types it.
#[must_use]
pub fn named_password_input() -> Locator {
    css("input[name='Password' i][type='password']")
}

/// Any control for a password: that one is asked for at all.
#[must_use]
pub fn password_input() -> Locator {
    css("input[type='password']")
}

/// The button that sends the form.
#[must_use]
pub fn submit_button() -> Locator {
    css("form:has(input[type='password']) :is(button[type='submit'], input[type='submit'])")
}

/// A plain box to tick in the form, other than the one that asks to be remembered.
#[must_use]
pub fn confirmation_box() -> Locator {
    css("form:has(input[type='password']) input[type='checkbox']\
         :not([name*='remember' i], [id*='remember' i])")
}

/// What takes the click where the box itself is covered.
#[must_use]
pub fn confirmation_label() -> Locator {
    css("form:has(input[type='password']) :is(mat-checkbox, label)\
         :has(input[type='checkbox']:not([name*='remember' i], [id*='remember' i]))")
}

/// The frame of a challenge by another service.
#[must_use]
pub fn challenge_frame() -> Locator {
    css("iframe[title]")
}

/// The words between the password and the button, links and buttons aside.
#[must_use]
pub fn words_before_button() -> Locator {
    xpath(
        "//form//*[not(*)][not(self::a or self::button or self::script or self::option)]\
         [preceding::input[@type='password']][following::button[@type='submit']]\
         [normalize-space(.)!=''][not(ancestor::a or ancestor::button)]",
    )
}

/// Where a one-time code is asked for.
#[must_use]
pub fn code_input() -> Locator {
    css(
        "input:is([autocomplete='one-time-code'], [name*='code' i], [name*='otp' i])\
         :not([type='hidden'])",
    )
}

/// What the form says of an attempt: an element of the form, or beside it, that is marked as an
/// error.
#[must_use]
pub fn error_area() -> Locator {
    xpath(
        "//input[@type='password']/ancestor::*[self::form or form]\
         //*[self::mat-error or @role='alert' or contains(@class, 'error') \
           or contains(@class, 'alert-danger') or contains(@class, 'text-danger')]\
         [normalize-space(.)!=''][not(.//form)]",
    )
}

/// The button of a prompt that stands between the login and the portal on somebody's first visit.
#[must_use]
pub fn prompt_button() -> Locator {
    let word = "translate(normalize-space(.), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', \
                'abcdefghijklmnopqrstuvwxyz')";
    xpath(format!(
        "//*[self::button or self::a]\
         [{word}='continue' or {word}='proceed' or {word}='ok' or {word}='got it']"
    ))
}

/// What an error text of the form means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The portal refuses the account.
    Refused(Refusal),
    /// A person has to do something first.
    PersonNeeded,
    /// None of the known texts.
    Other,
}

/// Texts of the error area, in small letters; earlier rows win.
const PHRASES: [(&str, Meaning); 15] = [
    ("captcha", Meaning::PersonNeeded),
    ("not a robot", Meaning::PersonNeeded),
    ("verification", Meaning::PersonNeeded),
    ("challenge", Meaning::PersonNeeded),
    ("locked", Meaning::Refused(Refusal::Locked)),
    ("access denied", Meaning::Refused(Refusal::Locked)),
    (
        "invalid username or password",
        Meaning::Refused(Refusal::CredentialsInvalid),
    ),
    (
        "invalid credentials",
        Meaning::Refused(Refusal::CredentialsInvalid),
    ),
    (
        "invalid password",
        Meaning::Refused(Refusal::CredentialsInvalid),
    ),
    ("incorrect", Meaning::Refused(Refusal::CredentialsInvalid)),
    (
        "wrong password",
        Meaning::Refused(Refusal::CredentialsInvalid),
    ),
    (
        "user not found",
        Meaning::Refused(Refusal::CredentialsInvalid),
    ),
    (
        "login failed",
        Meaning::Refused(Refusal::CredentialsInvalid),
    ),
    (
        "authentication failed",
        Meaning::Refused(Refusal::CredentialsInvalid),
    ),
    (
        "invalid user",
        Meaning::Refused(Refusal::CredentialsInvalid),
    ),
];

/// Reads the text of the form's error area.
#[must_use]
pub fn meaning(error_text: &str) -> Meaning {
    let small = error_text.to_lowercase();
    PHRASES
        .iter()
        .find(|(phrase, _)| small.contains(phrase))
        .map_or(Meaning::Other, |(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use crate::login::{Meaning, meaning};
    use gantry_sdk::Refusal;

    #[test]
    fn known_refusals_are_told_apart() {
        for (text, refusal) in [
            ("Invalid username or password", Refusal::CredentialsInvalid),
            ("Incorrect credentials.", Refusal::CredentialsInvalid),
            ("Authentication failed", Refusal::CredentialsInvalid),
            (
                "Your account is LOCKED after invalid username or password",
                Refusal::Locked,
            ),
            ("Account locked", Refusal::Locked),
        ] {
            assert_eq!(meaning(text), Meaning::Refused(refusal), "{text}");
        }
    }

    #[test]
    fn text_that_asks_for_a_person_is_no_refusal() {
        assert_eq!(meaning("Invalid captcha response"), Meaning::PersonNeeded);
    }

    #[test]
    fn other_text_refuses_nobody() {
        assert_eq!(
            meaning("The service is busy, try again later"),
            Meaning::Other
        );
    }
}
