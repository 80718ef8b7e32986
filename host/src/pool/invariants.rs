//! What must always be true of the pool, looked at while it works. What is found is counted, and never mended here.

use std::collections::HashSet;

use crate::pool::entry::{Entry, Stage};
use crate::pool::roster::Roster;
use crate::pool::task::Task;
use crate::telemetry::table;

impl Roster {
    /// The rules that do not hold, by name.
    #[must_use]
    pub fn violations(&self) -> Vec<&'static str> {
        let mut found = Vec::new();
        let taken = self.entries().iter().filter(|entry| entry.has_slot());
        if taken.count() > self.bounds.sessions {
            found.push(table::TOO_MANY);
        }
        let mut keys = HashSet::new();
        let lasting = self.entries().iter().filter(|entry| !entry.is_ending());
        let mut known = lasting.filter_map(|entry| entry.key.as_ref());
        if !known.all(|key| keys.insert(key.clone())) {
            found.push(table::TWO_OF_ONE);
        }
        found
    }
}

impl Task {
    /// Counts the rules that do not hold.
    pub(in crate::pool) fn count_violations(&self) {
        let seat = |entry: &Entry| self.seats.get(&entry.id);
        let mut found = self.roster.violations();
        for entry in self.roster.entries() {
            let has_page = seat(entry).is_some_and(|seat| seat.page.is_some());
            match entry.stage {
                Stage::Idle | Stage::Leased { .. } if seat(entry).is_none() => {
                    found.push(table::NO_BROWSER);
                }
                Stage::Idle if !has_page => found.push(table::NO_PAGE),
                Stage::Leased { .. } if has_page => self.page_is_in_two_places(entry),
                _ => {}
            }
        }
        for what in found {
            tracing::error!(what, "a rule of the pool does not hold");
            self.figures.count(&table::VIOLATIONS, &[what]);
        }
    }

    /// The page of a lent session is here: two have it.
    pub(in crate::pool) fn page_is_in_two_places(&self, entry: &Entry) {
        tracing::error!(session.id = %entry.id, "the page of a session is lent, and with the pool");
        self.figures
            .count(&table::LEASE_VIOLATIONS, &[table::PAGE_TWICE]);
    }
}
