//! What requests and effects are named by, so that the same again can be told from something else.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::config::limits;
use crate::dispatch::error::RunError;
use crate::store::keys::CallerKey;
use crate::store::runs::RunRecord;

/// The key of a caller, without the quotes that the header may have around it (an sf-string, RFC 9651 §3.3.3).
pub(in crate::dispatch) fn checked(given: &str) -> Result<String, RunError> {
    let given = given.trim();
    let bare = given
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(given);
    let is_plain = bare.bytes().all(|byte| byte.is_ascii_graphic());
    if is_plain && limits::KEY_CHARACTERS.contains(&bare.len()) {
        Ok(bare.to_owned())
    } else {
        Err(RunError::KeyInvalid)
    }
}

/// The key with what it stands for: the operation, the account, the input.
pub(in crate::dispatch) fn of_request(key: String, run: &RunRecord, input: &Value) -> CallerKey {
    // Objects are written with their fields in order, so that equal requests have equal texts.
    let request = json!([run.operation, run.account, input]).to_string();
    CallerKey {
        key,
        fingerprint: hex::encode(Sha256::digest(request.as_bytes())),
    }
}

/// What an effect is named by: the values of some fields, told apart by what matters to a person.
pub(in crate::dispatch) fn of_effect(fields: &[String], input: &Value) -> String {
    let values: Vec<Value> = fields
        .iter()
        .map(|field| match &input[field] {
            Value::String(text) => Value::from(folded(text)),
            other => other.clone(),
        })
        .collect();
    Value::from(values).to_string()
}

/// Without case, white space, and the many forms of dashes, which the portal itself does not write alike.
fn folded(text: &str) -> String {
    let is_dash = |c: char| matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if is_dash(c) { '-' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_have_quotes_and_has_to_be_long_enough_and_plain() {
        assert_eq!(checked("\"0123456789abcdef\"").unwrap(), "0123456789abcdef");
        assert_eq!(checked("0123456789abcdef").unwrap(), "0123456789abcdef");
        for bad in [
            "",
            "short",
            "0123456789 abcdef",
            "0123456789abcdeé",
            &"x".repeat(256),
        ] {
            assert!(checked(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn effects_that_a_person_would_call_the_same_are() {
        let fields = [
            "terminal".to_owned(),
            "container_id".to_owned(),
            "gone".to_owned(),
        ];
        let one = json!({ "terminal": "Pier X LLC - Harbor", "container_id": "ABCD1234567", "truck": "1" });
        let other = json!({ "container_id": "abcd1234567", "terminal": "PIER X LLC\u{2013}Harbor", "truck": "2" });
        assert_eq!(of_effect(&fields, &one), of_effect(&fields, &other));
        let third = json!({ "terminal": "Pier Y", "container_id": "ABCD1234567" });
        assert_ne!(of_effect(&fields, &one), of_effect(&fields, &third));
    }
}
