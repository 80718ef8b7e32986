//! The tape of a recording: the page that is being recorded when nobody uses it, and what was noted of it so far.
//!
//! Owns: both, shared with the one `Recording` that it gave away; ends by `finish`, or by drop, with the page.
//! Never: grows beyond `limits::CASSETTE_BYTES` and `limits::CASSETTE_CALLS`.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::json;

use crate::browser::cassette::{Asked, Call, Came};
use crate::browser::error::PageError;
use crate::browser::page::{ElementRef, Page};
use crate::browser::recording::Recording;
use crate::config::limits;

/// Where a recording leaves what it notes, and its page at its end.
pub struct Tape(Arc<Mutex<Noted>>);

/// What a tape holds.
#[derive(Default)]
pub(crate) struct Noted {
    pub(crate) page: Option<Box<dyn Page>>,
    calls: Vec<Call>,
    times_ms: Vec<u64>,
    bytes: usize,
    is_full: bool,
    elements: HashMap<ElementRef, usize>,
}

/// What was recorded.
pub struct Taken {
    /// The page.
    pub page: Box<dyn Page>,
    /// What was done with it.
    pub calls: Vec<Call>,
    /// What was told of the time meanwhile.
    pub times_ms: Vec<u64>,
    /// Whether there was more.
    pub truncated: bool,
}

impl Tape {
    /// Records what is done with a page from now on.
    #[must_use]
    pub fn of(page: Box<dyn Page>) -> (Self, Recording) {
        let noted = Arc::new(Mutex::new(Noted::default()));
        (Self(Arc::clone(&noted)), Recording::new(page, noted))
    }

    /// Ends the recording. The `Recording` has to be dropped by then: it is what brings the page home.
    ///
    /// # Panics
    /// If it is not.
    #[must_use]
    pub fn finish(self) -> Taken {
        let noted = std::mem::take(&mut *of(&self.0));
        Taken {
            page: noted
                .page
                .expect("a recording that is dropped leaves its page"),
            calls: noted.calls,
            times_ms: noted.times_ms,
            truncated: noted.is_full,
        }
    }
}

/// What the tape holds, whoever holds the tape.
pub(crate) fn of(noted: &Mutex<Noted>) -> MutexGuard<'_, Noted> {
    noted.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Noted {
    /// The number of an element, in place of the driver's reference: long, and another in every run.
    pub(crate) fn number(&mut self, element: &ElementRef) -> ElementRef {
        let next = self.elements.len() + 1;
        let number = self.elements.entry(element.clone()).or_insert(next);
        ElementRef(format!("e{number}"))
    }

    /// Notes what was told of the time.
    pub(crate) fn note_time(&mut self, time_ms: u64) {
        if self.times_ms.len() < limits::CASSETTE_CALLS {
            self.times_ms.push(time_ms);
        }
    }

    /// Notes a call that was answered.
    pub(crate) fn note(&mut self, asked: Asked, came: Result<impl Serialize, &PageError>) {
        if self.is_full {
            return;
        }
        let came = match came {
            Ok(answer) => Came::Answer(json!(answer)),
            Err(error) => Came::Error(error.clone()),
        };
        let call = Call { asked, came };
        let bytes = self.bytes + length(&call);
        if bytes > limits::CASSETTE_BYTES || self.calls.len() == limits::CASSETTE_CALLS {
            self.is_full = true;
            return;
        }
        self.bytes = bytes;
        self.calls.push(call);
    }
}

/// The length of its JSON.
fn length(call: &Call) -> usize {
    struct Counted(usize);

    impl io::Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut counted = Counted(0);
    serde_json::to_writer(&mut counted, call).expect("counting takes everything");
    counted.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::asked;

    #[test]
    fn a_tape_that_is_full_takes_nothing_more_and_says_so() {
        let mut noted = Noted::default();
        let long = "x".repeat(limits::CASSETTE_BYTES / 2);
        for _ in 0..3 {
            noted.note(asked::plain("title"), Ok(&long));
        }
        // What would find room comes later than what did not, and is not noted either.
        noted.note(asked::plain("title"), Ok(&"short"));
        assert_eq!(noted.calls.len(), 1);
        assert!(noted.is_full);
    }

    #[test]
    fn as_many_calls_are_noted_as_a_run_may_make() {
        let mut noted = Noted::default();
        for _ in 0..=limits::CASSETTE_CALLS {
            noted.note(asked::plain("goto"), Ok(&()));
        }
        assert_eq!(noted.calls.len(), limits::CASSETTE_CALLS);
        assert!(noted.is_full);
    }

    #[test]
    fn an_element_keeps_its_number() {
        let mut noted = Noted::default();
        let [first, second] = ["f.12.e.7", "f.12.e.8"].map(|text| ElementRef(text.to_owned()));
        let numbers = [&first, &second, &first].map(|element| noted.number(element).0);
        assert_eq!(numbers, ["e1", "e2", "e1"]);
    }
}
