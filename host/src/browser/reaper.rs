//! What a dead host left: its browsers' processes and folders, removed at the next start.
//!
//! Our mark is the storage folder itself: the driver's log and Chromium's profile are in it, so both have its path in
//! their command lines. Nothing else is touched, whatever other Chromium runs on the machine. Profiles stay: their
//! sessions can be opened again (`profile.rs`).

use std::collections::BTreeSet;
use std::path::Path;

use nix::unistd::Pid;

use crate::browser::folder::{BrowserFolder, BrowserStorage};
use crate::browser::process::{Process, group_gone, kill_group, mentions, running};
use crate::config::limits;

/// What was found and removed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Reaped {
    /// Process groups killed.
    pub groups: usize,
    /// Session folders removed.
    pub folders: usize,
}

/// Kills every browser of these storage folders, and removes the browsers' own. Call it only while no other host uses
/// the same storage.
pub async fn reap(storage: &BrowserStorage) -> std::io::Result<Reaped> {
    let mut groups = groups_below(&storage.browsers);
    groups.extend(groups_below(&storage.profiles));
    for group in &groups {
        kill_group(*group);
    }
    for group in &groups {
        if !group_gone(*group, limits::PROCESSES_GONE).await {
            tracing::error!(%group, "processes of an earlier host do not end");
        }
    }
    let mut reaped = Reaped {
        groups: groups.len(),
        folders: 0,
    };
    for entry in std::fs::read_dir(&storage.browsers)? {
        BrowserFolder::left_at(entry?.path()).remove().await;
        reaped.folders += 1;
    }
    Ok(reaped)
}

fn groups_below(folders: &Path) -> BTreeSet<Pid> {
    // With a separator at its end, so that `browsers` is not found in `browsers-of-another`.
    let folders = &folders.join("");
    let own = nix::unistd::getpgrp();
    let is_browser = |process: &Process| process.name.starts_with("chrom");
    running()
        .into_iter()
        .filter(|process| process.group != own && is_browser(process) && mentions(process, folders))
        .map(|process| process.group)
        .collect()
}
