//! The database, looked at without a change.

use std::path::Path;

use tokio::time::timeout;

use crate::config::check_limits;
use crate::doctor::finding::Finding;
use crate::store::inspection::{self, Inspected};

const NAME: &str = "database";

/// Looks at the database of a storage folder: what is to be said, and how many tokens can be used.
pub async fn examine(dir: &Path) -> (Finding, i64) {
    let path = dir.join("gantry.db");
    if !path.exists() {
        let detail = "there is none yet; the host makes it at its first start";
        return (Finding::ok(NAME, detail), 0);
    }
    let inspected = timeout(check_limits::DOCTOR_DATABASE, inspection::inspect(&path)).await;
    match inspected {
        Ok(Ok(inspected)) => (told(&inspected), inspected.tokens),
        Ok(Err(error)) => {
            let advice = "look at the rights of the file; if it is damaged, stop the host and restore a backup";
            (Finding::fail(NAME, error.to_string(), advice), 0)
        }
        Err(_) => {
            let detail = format!(
                "it could not be checked within {} s",
                check_limits::DOCTOR_DATABASE.as_secs()
            );
            (Finding::fail(NAME, detail, "look at the disk"), 0)
        }
    }
}

fn told(inspected: &Inspected) -> Finding {
    if let Some(damage) = inspected.damages.first() {
        let advice = "stop the host, keep the file, and restore a backup";
        return Finding::fail(NAME, format!("it is damaged: {damage}"), advice);
    }
    if !inspected.foreign.is_empty() {
        let detail = format!(
            "another release changed its form (changes {:?} are not this release's)",
            inspected.foreign
        );
        let advice = "use the release that it was last used with, or restore the backup made before the upgrade";
        return Finding::fail(NAME, detail, advice);
    }
    if !inspected.pending.is_empty() {
        let detail = format!(
            "it is whole, and of an earlier release; this one makes {} changes at its start",
            inspected.pending.len()
        );
        return Finding::warn(NAME, detail, "make a backup before you start this release");
    }
    Finding::ok(NAME, "it is whole, and of this release's form")
}
