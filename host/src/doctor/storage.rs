//! The storage folder: there, ours, writable, nobody else's to read, and with room.

use std::fs::File;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use crate::config::check_limits;
use crate::config::schema::Config;
use crate::doctor::finding::Finding;
use crate::doctor::program;

/// Whether a host has the folder's lock.
#[must_use]
pub fn is_in_use(dir: &Path) -> bool {
    // Not made here: a folder without a lock file has never been a host's.
    File::open(dir.join("lock")).is_ok_and(|lock| lock.try_lock().is_err())
}

/// Looks at `[storage] dir`.
pub async fn examine(config: &Config, is_used: bool) -> Vec<Finding> {
    let dir = &config.storage.dir;
    if !dir.exists() {
        return vec![missing(dir)];
    }
    let used = if is_used {
        "a host runs on it"
    } else {
        "no host runs on it"
    };
    let mut findings = Vec::new();
    findings.push(match tempfile::tempfile_in(dir) {
        Ok(_) => Finding::ok("storage", format!("{} is writable; {used}", dir.display())),
        Err(error) => Finding::fail(
            "storage",
            format!("{} cannot be written: {error}", dir.display()),
            "give it to the user that the host runs as (chown), or set [storage] dir",
        ),
    });
    findings.extend(rights(dir));
    findings.push(room(config).await);
    findings
}

fn missing(dir: &Path) -> Finding {
    let mut ancestors = dir.ancestors().skip(1);
    // A relative path ends in the working folder.
    let here = Path::new(".");
    let parent = ancestors.find(|it| it.exists()).unwrap_or(here);
    match tempfile::tempdir_in(parent) {
        Ok(_) => Finding::ok(
            "storage",
            format!("{} is not there yet; the host makes it", dir.display()),
        ),
        Err(error) => Finding::fail(
            "storage",
            format!("{} is not there and cannot be made: {error}", dir.display()),
            "make it for the user that the host runs as, or set [storage] dir",
        ),
    }
}

/// Profiles hold cookies: whoever reads them is signed in.
fn rights(dir: &Path) -> Option<Finding> {
    let metadata = std::fs::metadata(dir).ok()?;
    let own = nix::unistd::geteuid().as_raw();
    if metadata.uid() != own {
        let detail = format!(
            "{} belongs to the user with id {}, and this is {own}",
            dir.display(),
            metadata.uid()
        );
        let advice = "run the doctor as the user that the host runs as, such as `sudo -u gantry gantry doctor …`";
        return Some(Finding::warn("storage.rights", detail, advice));
    }
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o007 != 0 {
        let detail = format!(
            "everybody on this machine can look into {} (mode {mode:o}); it holds cookies",
            dir.display()
        );
        let advice = format!("chmod 700 {}", dir.display());
        return Some(Finding::warn("storage.rights", detail, advice));
    }
    let detail = format!("nobody else can look into it (mode {mode:o})");
    Some(Finding::ok("storage.rights", detail))
}

async fn room(config: &Config) -> Finding {
    let (name, storage) = ("storage.room", &config.storage);
    let free = program::free_bytes(&storage.dir, check_limits::PROGRAM_VERSION).await;
    let Some(free) = free else {
        let advice = "look at it yourself; `df` did not tell";
        return Finding::warn(name, "free space is not known", advice);
    };
    let wanted = (storage.quota_mb << 20) + check_limits::FREE_BYTES_BESIDE_QUOTA;
    let (free_mib, wanted_mib) = (free >> 20, wanted >> 20);
    if free < wanted {
        return Finding::warn(
            name,
            format!(
                "{free_mib} MiB are free; files of runs and all else may take {wanted_mib} MiB"
            ),
            "make room, or lower [storage] quota_mb",
        );
    }
    Finding::ok(name, format!("{free_mib} MiB are free"))
}
