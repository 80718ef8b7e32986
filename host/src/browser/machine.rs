//! What browsers leave on the machine, counted when it is asked for.

use crate::browser::folder::BrowserStorage;
use crate::browser::process;
use crate::telemetry::metric::{Reading, count};
use crate::telemetry::table;

/// Folders of browsers, and children of the host that nobody has waited for.
#[must_use]
pub fn readings(storage: &BrowserStorage) -> Vec<Reading> {
    let folders = std::fs::read_dir(&storage.browsers).map_or(0, Iterator::count);
    vec![
        Reading::of(&table::SCRATCH_DIRS, &[], count(folders)),
        Reading::of(&table::ZOMBIES, &[], count(process::zombies())),
    ]
}
