//! Every request, with its time, its session and its path.
//!
//! Owns: the log. Ends: cleared by a test; the oldest entries go beyond `ENTRIES_MAX`.
//! Never: holds a body, a password or a cookie.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::origin::Origin;
use crate::request::RequestKind;

/// A day of a busy test run, and still small in memory.
const ENTRIES_MAX: usize = 200_000;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestEntry {
    /// Grows by one with each request.
    pub seq: u64,
    /// When it came, in milliseconds since the portal started.
    pub start_ms: u64,
    /// When its answer was ready or its client left; `None` while it is open.
    pub end_ms: Option<u64>,
    /// When it came, in wall time, for people.
    pub started_at: String,
    /// Where.
    pub origin: Origin,
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its query, without the question mark.
    pub query: String,
    /// Its kind.
    pub kind: RequestKind,
    /// Which batch of the list, if it is one.
    pub batch: Option<usize>,
    /// The answer's status; `None` while it is open and when there was no answer.
    pub status: Option<u16>,
    /// The account of its session; after a successful sign-in that of the new one.
    pub username: Option<String>,
    /// The sign-in of its session, even of one that has ended.
    pub sign_in: Option<String>,
    /// The browser, as far as an anonymous cookie tells.
    pub visitor: String,
    /// How long the portal made it wait on purpose: latency, delay or hang.
    pub waited_ms: u64,
    /// From when to when its page had loaded its scripts and drawn what came before it, by the page's account.
    pub drawn: Vec<(u64, u64)>,
    /// The scripted faults that happened to it.
    pub faults: Vec<String>,
}

#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    next_seq: u64,
    entries: VecDeque<RequestEntry>,
}

impl RequestLog {
    /// Writes the entry down under a number of its own, which is returned.
    pub(crate) fn begin(&self, mut entry: RequestEntry) -> u64 {
        let mut book = self.book.lock().expect("no holder of this lock panics");
        let seq = book.next_seq;
        book.next_seq += 1;
        entry.seq = seq;
        if book.entries.len() == ENTRIES_MAX {
            book.entries.pop_front();
        }
        book.entries.push_back(entry);
        seq
    }

    /// Changes an entry, unless it has been cleared meanwhile.
    pub(crate) fn amend(&self, seq: u64, change: impl FnOnce(&mut RequestEntry)) {
        let mut book = self.book.lock().expect("no holder of this lock panics");
        if let Some(entry) = book.entries.iter_mut().rev().find(|entry| entry.seq == seq) {
            change(entry);
        }
    }

    /// Two anonymous visitors turned out to be one browser.
    pub(crate) fn rename_visitor(&self, from: &str, to: &str) {
        let mut book = self.book.lock().expect("no holder of this lock panics");
        for entry in book
            .entries
            .iter_mut()
            .filter(|entry| entry.visitor == from)
        {
            to.clone_into(&mut entry.visitor);
        }
    }

    pub(crate) fn since(&self, seq: u64) -> Vec<RequestEntry> {
        let book = self.book.lock().expect("no holder of this lock panics");
        book.entries
            .iter()
            .filter(|entry| entry.seq >= seq)
            .cloned()
            .collect()
    }

    pub(crate) fn clear(&self) {
        self.book
            .lock()
            .expect("no holder of this lock panics")
            .entries
            .clear();
    }
}

/// How long, between two times, at least one of the entries was being made to wait or its page was drawing. What overlaps
/// counts once; waits of requests that are still open count not, nor does what a page drew after its last request.
pub(crate) fn waited_ms(entries: &[RequestEntry], from_ms: u64, to_ms: u64) -> u64 {
    let mut waits: Vec<(u64, u64)> = entries
        .iter()
        .flat_map(|entry| {
            let waited = (entry.start_ms, entry.start_ms + entry.waited_ms);
            entry.drawn.iter().copied().chain([waited])
        })
        .map(|(start, end)| (start.max(from_ms), end.min(to_ms)))
        .filter(|(start, end)| start < end)
        .collect();
    waits.sort_unstable();
    let (mut total, mut covered) = (0, 0);
    for (start, end) in waits {
        let start = start.max(covered);
        total += end.saturating_sub(start);
        covered = covered.max(end);
    }
    total
}
