//! Cassettes: what one call of an operation did with its page, written down, so that another build can be run against
//! it without a browser.
//!
//! A cassette holds the page's calls, and what `clock.now` answered. What else a host does is not in it: effects, progress,
//! the clock and the random numbers of WASI, and the content of files (of a picture or a download its length and hash).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::browser::error::PageError;

/// The form of cassettes that this host writes, and the only one it reads.
pub const FORM: u32 = 1;

/// What one call of an operation did with its page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cassette {
    /// The form, `FORM`.
    pub cassette: u32,
    /// The version of the contract between host and operation.
    pub contract: String,
    /// The operation.
    pub operation: String,
    /// Its author's version.
    pub version: String,
    /// SHA-256 of its component.
    pub digest: String,
    /// What it was asked.
    pub input: Value,
    /// The phase that it went on in, if it had paused before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed: Option<u32>,
    /// What it did, in order.
    pub calls: Vec<Call>,
    /// What `clock.now` answered, in order, in milliseconds since 1970-01-01T00:00:00Z.
    #[serde(default)]
    pub times_ms: Vec<u64>,
    /// Whether it did more than a cassette holds (`limits::CASSETTE_BYTES`).
    pub truncated: bool,
    /// How it ended.
    pub outcome: Outcome,
}

/// One call of the page, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// What was asked.
    #[serde(flatten)]
    pub asked: Asked,
    /// What came of it.
    #[serde(flatten)]
    pub came: Came,
}

/// What a page is asked. `asked.rs` makes them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Which function, as in `wit/page.wit`.
    pub call: String,
    /// Its arguments. Elements go by the numbers that the recording gave them.
    pub with: Value,
}

/// What came of a call of the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Came {
    /// This.
    Answer(Value),
    /// It failed so.
    Error(PageError),
}

/// How the operation's call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// With this output.
    Output(Value),
    /// Without one.
    Failure {
        /// Stable, kebab-case.
        code: String,
        /// For a person.
        message: String,
    },
}

/// Why a file is no cassette that can be used.
#[derive(Debug, thiserror::Error)]
pub enum CassetteError {
    /// It is something else.
    #[error("the file is no cassette: {0}")]
    NotACassette(#[from] serde_json::Error),
    /// A host of another version wrote it.
    #[error("the cassette has form {0}; this host reads form {FORM}: record it again")]
    OtherForm(u64),
}

impl Cassette {
    /// Reads one.
    pub fn read(text: &[u8]) -> Result<Self, CassetteError> {
        let value: Value = serde_json::from_slice(text)?;
        match value["cassette"].as_u64() {
            Some(form) if form != u64::from(FORM) => Err(CassetteError::OtherForm(form)),
            _ => Ok(serde_json::from_value(value)?),
        }
    }

    /// As it is written.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).expect("a cassette serialises")
    }
}

impl Asked {
    /// Whether it may change the page. Between two such calls a recorded page is taken to stand still.
    #[must_use]
    pub fn is_action(&self) -> bool {
        let actions = [
            "goto",
            "click",
            "fill",
            "press",
            "choose",
            "scroll",
            "grow",
            "answer-dialog",
            "begin-download",
            "finish-download",
            "evaluate",
        ];
        actions.contains(&self.call.as_str())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::browser::page::Locator;

    fn call(came: Came) -> Call {
        let asked = Asked {
            call: "title".to_owned(),
            with: json!({}),
        };
        Call { asked, came }
    }

    #[test]
    fn a_cassette_is_read_as_it_was_written() {
        let locator = Locator::Css("#a".to_owned());
        let cassette = Cassette {
            cassette: FORM,
            contract: "0.1".to_owned(),
            operation: "o".to_owned(),
            version: "1.0.0".to_owned(),
            digest: "d".to_owned(),
            input: json!({ "a": 1.5 }),
            resumed: Some(2),
            calls: vec![
                call(Came::Answer(Value::Null)),
                call(Came::Answer(json!({ "x": [1, "2"] }))),
                call(Came::Error(PageError::StaleElement)),
                call(Came::Error(PageError::NoSuchElement(locator))),
            ],
            times_ms: vec![1, 2],
            truncated: false,
            outcome: Outcome::Output(json!(null)),
        };
        let written = cassette.to_json();
        assert_eq!(Cassette::read(&written).unwrap(), cassette);
        let form: Value = serde_json::from_slice(&written).unwrap();
        assert_eq!(
            form["calls"][0],
            json!({ "call": "title", "with": {}, "answer": null })
        );
        assert_eq!(form["calls"][2]["error"], "stale-element");
    }

    #[test]
    fn a_cassette_of_another_form_is_refused_by_its_number() {
        let read = Cassette::read(br#"{"cassette":2,"calls":"in another form"}"#);
        assert!(matches!(read, Err(CassetteError::OtherForm(2))));
        let read = Cassette::read(b"{}");
        assert!(matches!(read, Err(CassetteError::NotACassette(_))));
    }
}
