//! What is kept for which run, and what has to go. Pure: no files, no clock.
//!
//! Never: lets a run go that is under way, or part of a run; a caller who has one file of it finds the others too.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime};

use crate::model::ids::{ArtifactId, RunId};

/// How long files are kept, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Since a run left its last one.
    pub age: Duration,
    /// Together.
    pub bytes: u64,
}

/// The files of all runs.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    runs: HashMap<RunId, Row>,
    run_of: HashMap<ArtifactId, RunId>,
}

/// The files of one run.
#[derive(Debug)]
struct Row {
    bytes: BTreeMap<ArtifactId, u64>,
    last: SystemTime,
    /// Who may still add to it.
    writers: usize,
}

impl Shelf {
    /// A run is under way.
    pub(crate) fn begin(&mut self, run: RunId, now: SystemTime) {
        self.row(run, now).writers += 1;
    }

    /// It is not any more.
    pub(crate) fn end(&mut self, run: RunId) {
        if let Some(row) = self.runs.get_mut(&run) {
            row.writers = row.writers.saturating_sub(1);
        }
        self.drop_if_empty(run);
    }

    /// A file was kept.
    pub(crate) fn put(&mut self, run: RunId, id: ArtifactId, bytes: u64, at: SystemTime) {
        let row = self.row(run, at);
        row.bytes.insert(id, bytes);
        row.last = row.last.max(at);
        self.run_of.insert(id, run);
    }

    /// Whose file it is.
    pub(crate) fn run_of(&self, id: ArtifactId) -> Option<RunId> {
        self.run_of.get(&id).copied()
    }

    /// A file is gone.
    pub(crate) fn remove(&mut self, id: ArtifactId) {
        let Some(run) = self.run_of.remove(&id) else {
            return;
        };
        if let Some(row) = self.runs.get_mut(&run) {
            row.bytes.remove(&id);
        }
        self.drop_if_empty(run);
    }

    /// All files of a run are gone.
    pub(crate) fn remove_run(&mut self, run: RunId) {
        let Some(row) = self.runs.get_mut(&run) else {
            return;
        };
        for id in std::mem::take(&mut row.bytes).into_keys() {
            self.run_of.remove(&id);
        }
        self.drop_if_empty(run);
    }

    /// What all files take.
    pub(crate) fn bytes(&self) -> u64 {
        self.runs.values().map(Row::total).sum()
    }

    /// The runs whose files have to go: those that are too old, and of the others the oldest, until there is room.
    pub(crate) fn overdue(&self, keep: Keep, now: SystemTime) -> Vec<RunId> {
        let mut rows: Vec<(&RunId, &Row)> = self.runs.iter().collect();
        rows.retain(|(_, row)| row.writers == 0 && !row.bytes.is_empty());
        rows.sort_by_key(|(run, row)| (row.last, **run));
        let mut kept = self.bytes();
        let mut overdue = Vec::new();
        for (run, row) in rows {
            // A clock that was set back makes files younger, never older.
            let age = now.duration_since(row.last).unwrap_or_default();
            if age > keep.age || kept > keep.bytes {
                kept -= row.total();
                overdue.push(*run);
            }
        }
        overdue
    }

    fn row(&mut self, run: RunId, at: SystemTime) -> &mut Row {
        self.runs.entry(run).or_insert_with(|| Row {
            bytes: BTreeMap::new(),
            last: at,
            writers: 0,
        })
    }

    fn drop_if_empty(&mut self, run: RunId) {
        if let Some(row) = self.runs.get(&run)
            && row.bytes.is_empty()
            && row.writers == 0
        {
            self.runs.remove(&run);
        }
    }
}

impl Row {
    fn total(&self) -> u64 {
        self.bytes.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn at(hours: u32) -> SystemTime {
        SystemTime::UNIX_EPOCH + HOUR * hours
    }

    /// A file of ten bytes for each run, an hour apart.
    fn shelf(runs: u32) -> (Shelf, Vec<RunId>) {
        let mut shelf = Shelf::default();
        let ids: Vec<RunId> = (0..runs).map(|_| RunId::random()).collect();
        for (hour, run) in (0..).zip(&ids) {
            shelf.put(*run, ArtifactId::random(), 10, at(hour));
        }
        (shelf, ids)
    }

    fn keep(hours: u32, bytes: u64) -> Keep {
        Keep {
            age: HOUR * hours,
            bytes,
        }
    }

    #[test]
    fn f24_what_is_too_old_goes_and_nothing_else() {
        let (shelf, runs) = shelf(4);
        assert_eq!(shelf.overdue(keep(2, 1000), at(4)), runs[..2]);
        assert!(shelf.overdue(keep(10, 1000), at(4)).is_empty());
    }

    #[test]
    fn f24_where_there_is_no_room_the_oldest_go_until_there_is() {
        let (shelf, runs) = shelf(4);
        assert_eq!(shelf.overdue(keep(100, 25), at(4)), runs[..2]);
        assert_eq!(shelf.overdue(keep(100, 0), at(4)), runs);
    }

    #[test]
    fn a_run_that_is_under_way_keeps_its_files() {
        let (mut shelf, runs) = shelf(3);
        shelf.begin(runs[0], at(3));
        assert_eq!(shelf.overdue(keep(0, 0), at(9)), runs[1..]);
        shelf.end(runs[0]);
        assert_eq!(shelf.overdue(keep(0, 0), at(9)), runs);
    }

    #[test]
    fn a_clock_that_was_set_back_removes_nothing() {
        let (shelf, _) = shelf(3);
        let before = SystemTime::UNIX_EPOCH - HOUR;
        assert!(shelf.overdue(keep(1, 1000), before).is_empty());
    }

    #[test]
    fn what_was_removed_is_not_found_and_takes_no_room() {
        let (mut shelf, runs) = shelf(2);
        let id = ArtifactId::random();
        shelf.put(runs[0], id, 5, at(0));
        assert_eq!((shelf.run_of(id), shelf.bytes()), (Some(runs[0]), 25));
        shelf.remove(id);
        shelf.remove_run(runs[1]);
        assert_eq!((shelf.run_of(id), shelf.bytes()), (None, 10));
    }
}
