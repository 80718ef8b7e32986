//! How a replay is answered from a cassette: the rules, without a page around them.
//!
//! What may change the page (`Asked::is_action`) has to come in the recorded order, with equal arguments. Between two
//! actions the page is taken to stand still, so what only reads it may come in another order, less often or more often.
//! A recorded `wait` that was answered divides such a stretch: what was read behind it goes before what was read ahead of
//! it. The first call that has no answer ends the replay.

use serde::Serialize;

use crate::browser::cassette::{Asked, Call, Came};
use crate::browser::error::PageError;
use crate::browser::without_query;

/// A run that is being replayed.
pub struct Following {
    calls: Vec<Call>,
    truncated: bool,
    used: Vec<bool>,
    /// Behind the last action that was made.
    from: usize,
    /// Behind the last wait that was made since then.
    waited: usize,
    made: usize,
    difference: Option<Difference>,
}

/// Where a replay left what was recorded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// What the build asked the page.
    pub asked: Asked,
    /// What the recorded run did there; none if it did nothing more.
    pub recorded: Option<Asked>,
    /// Which call of the replay it was, from 1.
    pub call: usize,
    /// The place of `recorded` among the recorded calls, from 1.
    pub place: usize,
    /// How many calls were recorded.
    pub of: usize,
}

/// How a replay went, seen from the page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Followed {
    /// Where it ended before its time, if it did.
    pub difference: Option<Difference>,
    /// Calls of the page that were answered.
    pub made: usize,
    /// Calls that were recorded.
    pub recorded: usize,
    /// What the recorded run read and this one did not.
    pub not_read: Vec<Asked>,
    /// Actions of the recorded run that this one did not come to.
    pub not_done: Vec<Asked>,
}

impl Following {
    /// Begins at the first call.
    #[must_use]
    pub fn new(calls: Vec<Call>, truncated: bool) -> Self {
        Self {
            used: vec![false; calls.len()],
            calls,
            truncated,
            from: 0,
            waited: 0,
            made: 0,
            difference: None,
        }
    }

    /// Calls that were answered so far.
    #[must_use]
    pub const fn made(&self) -> usize {
        self.made
    }

    /// What came of such a call when it was recorded.
    pub fn came(&mut self, asked: &Asked) -> Result<Came, PageError> {
        if let Some(difference) = &self.difference {
            return Err(self.differs(difference));
        }
        let plain = Asked {
            call: asked.call.clone(),
            with: without_query::of_value(asked.with.clone()),
        };
        let found = if plain.is_action() {
            self.action(&plain)
        } else {
            self.reading(&plain)
        };
        let Some(place) = found else {
            let difference = self.difference(plain);
            let error = self.differs(&difference);
            self.difference = Some(difference);
            return Err(error);
        };
        self.made += 1;
        self.used[place] = true;
        Ok(self.calls[place].came.clone())
    }

    /// The next action, if it is this one.
    fn action(&mut self, asked: &Asked) -> Option<usize> {
        let place = self.next_action();
        if self.calls.get(place)?.asked != *asked {
            return None;
        }
        (self.from, self.waited) = (place + 1, place + 1);
        Some(place)
    }

    /// What is read here: first what nobody has read yet, and what stands behind the last wait.
    fn reading(&mut self, asked: &Asked) -> Option<usize> {
        let equal = |places: std::ops::Range<usize>| {
            let equal = places.filter(|&place| self.calls[place].asked == *asked);
            let equal: Vec<usize> = equal.collect();
            let unused = equal.iter().find(|&&place| !self.used[place]);
            unused.or(equal.last()).copied()
        };
        let behind = equal(self.waited..self.next_action());
        let place = behind.or_else(|| equal(self.from..self.waited))?;
        if asked.call == "wait" {
            self.waited = self.waited.max(place + 1);
        }
        Some(place)
    }

    fn next_action(&self) -> usize {
        let rest = self.calls[self.from..].iter();
        let readings = rest.take_while(|call| !call.asked.is_action()).count();
        self.from + readings
    }

    fn difference(&self, asked: Asked) -> Difference {
        let next = if asked.is_action() {
            self.next_action()
        } else {
            let unread = (self.from..self.next_action()).find(|&place| !self.used[place]);
            unread.unwrap_or_else(|| self.next_action())
        };
        Difference {
            asked,
            recorded: self.calls.get(next).map(|call| call.asked.clone()),
            call: self.made + 1,
            place: next + 1,
            of: self.calls.len(),
        }
    }

    fn differs(&self, difference: &Difference) -> PageError {
        let recorded = match &difference.recorded {
            Some(recorded) => format!("did `{}`", recorded.call),
            None if self.truncated => "is not recorded any further".to_owned(),
            None => "had ended".to_owned(),
        };
        PageError::Differs(format!(
            "call {} is `{}`; the recorded run {recorded} there (call {} of {})",
            difference.call, difference.asked.call, difference.place, difference.of
        ))
    }

    /// How it went.
    #[must_use]
    pub fn ended(self) -> Followed {
        let missed = |are_actions: bool| {
            let calls = self.calls.iter().zip(&self.used);
            calls
                .filter(|(call, used)| !**used && call.asked.is_action() == are_actions)
                .map(|(call, _)| call.asked.clone())
                .collect()
        };
        Followed {
            not_read: missed(false),
            not_done: missed(true),
            difference: self.difference,
            made: self.made,
            recorded: self.calls.len(),
        }
    }
}

#[cfg(test)]
#[path = "following_tests.rs"]
mod tests;
