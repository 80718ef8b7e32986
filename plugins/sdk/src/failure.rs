//! Failures: how they are made, and what each page error becomes when an operation lets it through
//! with `?`.
//!
//! Owns: the stable codes of page errors. An operation that knows better says so with a code of its
//! own.

use crate::effects::EffectError;
use crate::{ArtifactId, Failure, Locator, PageError, Problem};

impl Failure {
    /// A failure that the same request would meet again. The code is stable and kebab-case; the
    /// message says what to do next.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            retryable: false,
            phase: None,
            fields: Vec::new(),
            evidence: Vec::new(),
            signed_out: false,
            resumable: false,
        }
    }

    /// The page was found signed out: the host signs in and repeats the call once.
    pub fn signed_out(message: impl Into<String>) -> Self {
        Self {
            retryable: true,
            signed_out: true,
            ..Self::new("signed-out", message)
        }
    }

    /// The same request may succeed later without anybody changing anything.
    #[must_use]
    pub fn retryable(self) -> Self {
        Self {
            retryable: true,
            ..self
        }
    }

    /// Names an input field that is missing or not accepted, and what is accepted instead.
    #[must_use]
    pub fn with_field(mut self, name: impl Into<String>, accepted: impl Into<String>) -> Self {
        self.fields.push((name.into(), accepted.into()));
        self
    }

    /// The step of a multi-step form, from 1, where it ended.
    #[must_use]
    pub fn in_phase(self, phase: u32) -> Self {
        Self {
            phase: Some(phase),
            ..self
        }
    }

    /// Keep the page as it is: the caller can send what is missing, named by
    /// [`with_field`](Self::with_field), and go on in this phase. See
    /// [`Operation::resume`](crate::Operation::resume).
    #[must_use]
    pub fn resumable(self) -> Self {
        Self {
            resumable: true,
            ..self
        }
    }

    /// Adds artifacts that show what the page looked like.
    #[must_use]
    pub fn with_evidence(mut self, artifacts: impl IntoIterator<Item = ArtifactId>) -> Self {
        self.evidence.extend(artifacts);
        self
    }
}

impl From<PageError> for Failure {
    fn from(error: PageError) -> Self {
        match error {
            PageError::NoSuchElement(what) => Self::new(
                "layout-changed",
                format!(
                    "The page has nothing at {}; the portal may have changed",
                    written(&what)
                ),
            ),
            PageError::NotInteractable(why) => Self::new(
                "not-interactable",
                format!("The page did not accept an action: {why}"),
            )
            .retryable(),
            PageError::StaleElement => {
                Self::new("stale-element", "The page replaced what was being used").retryable()
            }
            PageError::TimedOut(what) => Self::new(
                "portal-timeout",
                format!("The portal did not answer in time: {what}"),
            )
            .retryable(),
            PageError::Denied(grant) => Self::new(
                "denied",
                format!("The host did not allow it: {grant}; the operator can grant it"),
            ),
            PageError::DialogOpen(text) => Self::new(
                "portal-dialog",
                format!("The portal asks something that was not expected: {text}"),
            ),
            PageError::SignedOut => {
                Self::signed_out("The portal does not count the session as signed in")
            }
            PageError::BrowserLost => Self::new("browser-lost", "The browser is gone").retryable(),
            PageError::Deadline => {
                Self::new("deadline", "The time of this call is used up").retryable()
            }
            PageError::Cancelled => Self::new("cancelled", "The caller took the request back"),
            PageError::Other(problem) => problem.into(),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let details = problem
            .details
            .iter()
            .map(|(name, value)| format!("{name}: {value}"));
        let message = std::iter::once(problem.message)
            .chain(details)
            .collect::<Vec<_>>()
            .join("; ");
        Self {
            retryable: problem.retryable,
            ..Self::new(problem.code, message)
        }
    }
}

impl From<EffectError> for Failure {
    fn from(error: EffectError) -> Self {
        match error {
            EffectError::Denied(grant) => Self::new(
                "denied",
                format!("The host did not allow it: {grant}; the operator can grant it"),
            ),
            EffectError::Duplicate(which) => Self::new(
                "duplicate-effect",
                format!("The same is already under way or done: {which}"),
            ),
            EffectError::Other(problem) => problem.into(),
        }
    }
}

fn written(what: &Locator) -> String {
    match what {
        Locator::Css(selector) => format!("`{selector}`"),
        Locator::Xpath(expression) => format!("the XPath `{expression}`"),
        Locator::Text(text) => format!("the text \"{text}\""),
        Locator::Label(label) => format!("the label \"{label}\""),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Failure, PageError, Problem, css};

    fn of(error: PageError) -> Failure {
        error.into()
    }

    #[test]
    fn only_a_signed_out_page_asks_the_host_to_sign_in() {
        assert!(of(PageError::SignedOut).signed_out);
        for error in [
            PageError::BrowserLost,
            PageError::Deadline,
            PageError::TimedOut("a row".to_owned()),
            PageError::NoSuchElement(css("table")),
        ] {
            assert!(!of(error).signed_out);
        }
    }

    #[test]
    fn causes_that_pass_by_themselves_are_retryable_and_others_are_not() {
        for error in [
            PageError::BrowserLost,
            PageError::StaleElement,
            PageError::Deadline,
        ] {
            assert!(of(error).retryable);
        }
        for error in [
            PageError::Denied("script".to_owned()),
            PageError::Cancelled,
            PageError::NoSuchElement(css("table")),
            PageError::DialogOpen("Sure?".to_owned()),
        ] {
            assert!(!of(error).retryable);
        }
    }

    #[test]
    fn open_tail_keeps_code_flag_and_details() {
        let failure = of(PageError::Other(Problem {
            code: "certificate-invalid".to_owned(),
            message: "The certificate is not accepted".to_owned(),
            retryable: true,
            details: vec![("host".to_owned(), "example.test".to_owned())],
        }));
        assert_eq!(failure.code, "certificate-invalid");
        assert!(failure.retryable);
        assert_eq!(
            failure.message,
            "The certificate is not accepted; host: example.test"
        );
    }

    #[test]
    fn missing_element_is_named_in_the_message() {
        assert!(
            of(PageError::NoSuchElement(css("#searchres")))
                .message
                .contains("`#searchres`")
        );
    }
}
