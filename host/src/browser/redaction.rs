//! What a cassette is rid of before anybody sees it. The only way from what was recorded to a file leads through here.
//!
//! Replaced by made-up texts of the same shape, the same ones in input, calls, answers and outcome, so that a replay
//! still works:
//! - the names that the host knows: the account's user name;
//! - what has the shape of a container number, of an address of mail, or of a telephone number with its signs;
//! - what looks like a key: 32 characters or more without a break, a digit among them, from the page or the caller;
//! - texts of the input that were typed into the page and have a digit (plates, licences, numbers), but no dates;
//! - texts of the input whose field says that they are somebody's: plates, licences, drivers, persons, names, mail,
//!   telephones.
//!
//! Cut off: queries and fragments of addresses. Left out, but for length and hash: pictures and downloads.
//!
//! Not redacted, since nothing tells them from other texts: names of people and firms and plates that only the page
//! shows, booking and appointment numbers, numbers that JSON writes without quotes. A cassette is for those who may see
//! the portal's pages; it is not for everybody.
//!
//! A replay can differ where an operation sorts by what was replaced, or takes it apart.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::browser::cassette::{Came, Cassette, Outcome};
use crate::browser::error::PageError;
use crate::browser::made_up::{From, MadeUp};
use crate::browser::without_query::{mapped, of_text};

/// Shorter texts stand in too many other words.
const TYPED_MIN: usize = 5;
/// As `TYPED_MIN`, where the field says what it is.
const TELLING_MIN: usize = 4;

/// Names of fields that are about somebody.
static TELLING: LazyLock<Regex> = LazyLock::new(|| {
    let telling = "(?i)plate|licen[cs]e|driver|person|contact|user|mail|phone|(first|last|full)_?name|(^|_)vin($|_)";
    Regex::new(telling).expect("the pattern is a right one")
});

/// A date or a time: made-up digits would make it none.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let date = "^[0-9]{1,4}[-/.:][0-9]{1,2}([-/.:][0-9]{1,4})?([T ].*)?$";
    Regex::new(date).expect("the pattern is a right one")
});

/// A cassette that nobody may see yet.
pub struct Unredacted {
    cassette: Cassette,
    names: Vec<String>,
}

impl Unredacted {
    /// What was recorded, and the names that must not be in it.
    #[must_use]
    pub const fn new(cassette: Cassette, names: Vec<String>) -> Self {
        Self { cassette, names }
    }

    /// The cassette without all that is named above. Takes a second for some ten megabytes.
    #[must_use]
    pub fn redacted(self) -> Cassette {
        let mut cassette = self.cassette;
        let mut given = self.names;
        given.extend(private(&cassette));
        let mut made_up = MadeUp::instead_of(&given);
        let mut plain = |value, from| {
            let mut replace = |text: &str| made_up.replaced(&of_text(text), from);
            mapped(value, &mut replace)
        };
        cassette.input = plain(cassette.input, From::Outside);
        for call in &mut cassette.calls {
            call.asked.with = plain(call.asked.with.take(), From::Operation);
            match &mut call.came {
                Came::Answer(answer) => *answer = plain(answer.take(), From::Outside),
                Came::Error(error) => {
                    let value = serde_json::to_value(&*error).unwrap_or_default();
                    let told = serde_json::from_value(plain(value, From::Outside));
                    let lost = |_| PageError::Protocol("it could not be redacted".to_owned());
                    *error = told.unwrap_or_else(lost);
                }
            }
        }
        match &mut cassette.outcome {
            Outcome::Output(output) => *output = plain(output.take(), From::Outside),
            Outcome::Failure { message, .. } => {
                let text = Value::String(std::mem::take(message));
                if let Value::String(text) = plain(text, From::Outside) {
                    *message = text;
                }
            }
        }
        cassette
    }
}

/// The texts of the input that are somebody's.
fn private(cassette: &Cassette) -> Vec<String> {
    let fills = cassette
        .calls
        .iter()
        .filter(|call| call.asked.call == "fill");
    let typed: HashSet<String> = fills
        .filter_map(|call| call.asked.with["text"].as_str())
        .map(|text| text.trim().to_lowercase())
        .collect();
    let mut private = Vec::new();
    let mut look = |field: &str, text: &str| {
        let text = text.trim();
        let length = text.chars().count();
        let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
        let was_typed = typed.contains(&text.to_lowercase());
        let is_telling = TELLING.is_match(field) && length >= TELLING_MIN;
        let is_typed = was_typed && has_digit && length >= TYPED_MIN;
        if (is_telling || is_typed) && !DATE.is_match(text) {
            private.push(text.to_owned());
        }
    };
    each_text("", &cassette.input, &mut look);
    private
}

/// Every text of a value, with the name of the field that it is in.
fn each_text(field: &str, value: &Value, look: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(text) => look(field, text),
        Value::Array(values) => values
            .iter()
            .for_each(|value| each_text(field, value, look)),
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, value)| each_text(name, value, look)),
        _ => {}
    }
}

#[cfg(test)]
#[path = "redaction_tests.rs"]
mod tests;
