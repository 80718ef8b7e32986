//! From the client library's errors to the classes the host acts on (host-behaviour e.6).

use fantoccini::error::{CmdError, ErrorStatus, WebDriver};

use crate::browser::error::PageError;

/// Words of ChromeDriver's messages that mean the tab or the browser is gone, whatever the error code says.
const GONE: [&str; 6] = [
    "tab crashed",
    "page crash",
    "disconnected",
    "chrome not reachable",
    "not connected to DevTools",
    "session deleted",
];

/// Words that mean a script's document went away under it. The page is well; it is another one now. Our scripts
/// end long before the driver's time for scripts does: one that is said to be late was left behind.
const NAVIGATED: [&str; 7] = [
    "script timeout",
    "document unloaded",
    "aborted by navigation",
    "execution context",
    "Cannot find context",
    "frame detached",
    "navigated or closed",
];

/// What a failed command means.
pub(crate) fn classify(error: CmdError) -> PageError {
    match error {
        CmdError::Standard(error) => standard(&error),
        CmdError::NotW3C(reply) => {
            let text = reply.to_string();
            if mentions(&text, &GONE) {
                PageError::BrowserLost(text)
            } else {
                PageError::Protocol(text)
            }
        }
        CmdError::Failed(_) | CmdError::FailedC(_) | CmdError::Lost(_) => {
            PageError::BrowserLost(error.to_string())
        }
        CmdError::BadUrl(error) => PageError::InvalidArgument(error.to_string()),
        other => PageError::Protocol(other.to_string()),
    }
}

/// Whether a command failed only because the window it was for is closed.
pub(crate) fn is_window_gone(error: &CmdError) -> bool {
    matches!(error, CmdError::Standard(error) if error.error == ErrorStatus::NoSuchWindow)
}

/// Whether a script failed only because its document was left.
pub(crate) fn was_navigated_away(error: &PageError) -> bool {
    matches!(error, PageError::Script(text) if mentions(text, &NAVIGATED))
}

fn standard(error: &WebDriver) -> PageError {
    let text = || error.message.to_string();
    if mentions(&error.message, &GONE) {
        return PageError::BrowserLost(text());
    }
    match error.error {
        ErrorStatus::InvalidSessionId | ErrorStatus::NoSuchWindow => PageError::BrowserLost(text()),
        ErrorStatus::StaleElementReference | ErrorStatus::NoSuchFrame => PageError::StaleElement,
        ErrorStatus::ElementClickIntercepted
        | ErrorStatus::ElementNotInteractable
        | ErrorStatus::InvalidElementState
        | ErrorStatus::MoveTargetOutOfBounds => PageError::NotInteractable(text()),
        ErrorStatus::UnexpectedAlertOpen => PageError::DialogOpen(dialog_text(error)),
        ErrorStatus::NoSuchAlert => PageError::NoDialog,
        ErrorStatus::Timeout => PageError::PageLoadTimeout,
        ErrorStatus::ScriptTimeout | ErrorStatus::JavascriptError => PageError::Script(text()),
        ErrorStatus::InvalidArgument | ErrorStatus::InvalidSelector => {
            PageError::InvalidArgument(text())
        }
        ErrorStatus::InsecureCertificate => PageError::Unreachable(text()),
        ErrorStatus::UnknownError if error.message.contains("net::ERR_") => {
            PageError::Unreachable(text())
        }
        ErrorStatus::UnknownError if mentions(&error.message, &NAVIGATED) => {
            PageError::Script(text())
        }
        _ => PageError::Protocol(format!("{:?}: {}", error.error, error.message)),
    }
}

/// The dialog's own words: in `data.text` (WebDriver §16), or after `Alert text :` in the message.
fn dialog_text(error: &WebDriver) -> String {
    let data = error.data.as_ref().and_then(|data| data["text"].as_str());
    let message = || {
        error
            .message
            .split_once("Alert text : ")
            .map(|(_, text)| text.trim_end_matches('}'))
    };
    data.or_else(message)
        .unwrap_or(&error.message)
        .trim()
        .to_owned()
}

fn mentions(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn error(status: ErrorStatus, message: &'static str) -> CmdError {
        CmdError::Standard(WebDriver::new(status, message))
    }

    #[test]
    fn a_crashed_tab_is_a_lost_browser_though_the_library_cannot_parse_it() {
        let reply = CmdError::NotW3C(json!("tab crashed"));
        assert!(matches!(classify(reply), PageError::BrowserLost(_)));
    }

    #[test]
    fn a_message_that_says_the_browser_is_gone_outweighs_its_code() {
        let lost = classify(error(ErrorStatus::UnknownError, "chrome not reachable"));
        assert!(matches!(lost, PageError::BrowserLost(_)));
    }

    #[test]
    fn a_dialog_is_told_in_its_own_words() {
        let open = error(
            ErrorStatus::UnexpectedAlertOpen,
            "unexpected alert open: {Alert text : Your session ends soon}",
        );
        assert_eq!(
            classify(open),
            PageError::DialogOpen("Your session ends soon".to_owned())
        );
    }

    #[test]
    fn an_address_that_does_not_answer_is_not_a_broken_browser() {
        let refused = classify(error(
            ErrorStatus::UnknownError,
            "unknown error: net::ERR_CONNECTION_REFUSED",
        ));
        assert!(matches!(&refused, PageError::Unreachable(_)) && !refused.is_fatal());
    }

    #[test]
    fn a_script_whose_document_was_left_can_be_told_from_one_that_threw() {
        let left = classify(error(
            ErrorStatus::JavascriptError,
            "javascript error: document unloaded while waiting for result",
        ));
        assert!(was_navigated_away(&left));
        let threw = classify(error(
            ErrorStatus::JavascriptError,
            "javascript error: x is not defined",
        ));
        assert!(!was_navigated_away(&threw));
    }
}
