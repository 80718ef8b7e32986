//! What a page's words prove: a confirmation, a refusal, or neither.
//!
//! Owns: the reading of step 4, and the rule that words which speak of a failure refuse nothing: the portal may have
//! booked before it failed.

use crate::response::Confirmation;

/// Words of a portal that does not know itself what it did, in small letters.
const FAILURES: [&str; 10] = [
    "unexpected",
    "error occurred",
    "an error has",
    "went wrong",
    "try again",
    "timed out",
    "timeout",
    "internal server",
    "not responding",
    "unknown error",
];

/// Whether words of the portal say that it did not do what was asked.
pub(crate) fn is_refusal(words: &str) -> bool {
    let small = words.to_lowercase();
    !small.trim().is_empty() && !FAILURES.iter().any(|failure| small.contains(failure))
}

/// What step 4 says, from its texts in their order.
pub(crate) fn confirmation(texts: &[String]) -> Confirmation {
    let words: Vec<&str> = texts
        .iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect();
    let words = words.join(" ");
    Confirmation {
        number: number(&words),
        words,
    }
}

/// The word after "number", if it looks like one.
fn number(words: &str) -> Option<String> {
    let mut rest = words.split_whitespace();
    while let Some(word) = rest.next() {
        let small = word.to_lowercase();
        let is_label = matches!(
            small.trim_end_matches([':', '.']),
            "number" | "#" | "no" | "confirmation#"
        );
        if !is_label {
            continue;
        }
        let next: String = rest
            .clone()
            .next()
            .unwrap_or_default()
            .trim_matches([':', '.', ','])
            .to_owned();
        let is_plain = next.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if is_plain && next.chars().filter(char::is_ascii_digit).count() >= 3 {
            return Some(next);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::evidence::{confirmation, is_refusal};

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn number_is_taken_from_behind_its_label_only() {
        let told = confirmation(&texts(&[
            "Your appointment has been created",
            "Appointment number:",
            "QA1000001",
        ]));
        assert_eq!(told.number.as_deref(), Some("QA1000001"));
        assert_eq!(
            confirmation(&texts(&["Appointment number: QA1000001"]))
                .number
                .as_deref(),
            Some("QA1000001")
        );
        assert_eq!(
            confirmation(&texts(&["Your request has been submitted.", ""])).number,
            None
        );
        assert_eq!(
            confirmation(&texts(&["Your number is being made", "11/03/2025"])).number,
            None
        );
    }

    #[test]
    fn words_of_a_failure_refuse_nothing() {
        for words in [
            "An unexpected error occurred",
            "Something went wrong",
            "",
            "Request timed out",
        ] {
            assert!(!is_refusal(words), "{words}");
        }
        for words in [
            "The selected appointment is no longer available",
            "Please select an appointment time",
        ] {
            assert!(is_refusal(words), "{words}");
        }
    }
}
