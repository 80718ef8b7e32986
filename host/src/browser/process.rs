//! Process groups: signalling one, and knowing when it is gone.
//!
//! Source: proc(5). A zombie counts as gone: it holds nothing, and may wait long for a parent that reaps it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::sys::signal::killpg;
use nix::unistd::Pid;

use crate::browser::launch::Usage;

/// A running process, as `/proc` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) pid: Pid,
    pub(crate) group: Pid,
    pub(crate) name: String,
}

/// Kills a whole process group. One that is gone already is no error.
pub(crate) fn kill_group(group: Pid) {
    match killpg(group, Signal::SIGKILL) {
        Ok(()) | Err(nix::errno::Errno::ESRCH) => {}
        Err(error) => tracing::error!(%group, %error, "cannot kill a browser's processes"),
    }
}

/// Waits until no process of a group is left; false if some outlasted the limit.
pub(crate) async fn group_gone(group: Pid, limit: Duration) -> bool {
    let gone = async {
        // Nothing announces the end of processes that are not our children, so this looks again.
        while running().iter().any(|process| process.group == group) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(limit, gone).await.is_ok()
}

/// All processes that run, zombies left out.
pub(crate) fn running() -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|pid: i32| read(Pid::from_raw(pid)))
        .collect()
}

/// Children of this process that have ended and were not waited for.
pub(crate) fn zombies() -> usize {
    let own = Pid::this().to_string();
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return 0;
    };
    let is_ours = |pid: i32| {
        let stat = std::fs::read_to_string(proc_file(Pid::from_raw(pid), "stat"));
        let stat = stat.unwrap_or_default();
        let mut fields = stat
            .rsplit_once(')')
            .map_or("", |(_, after)| after)
            .split_whitespace();
        fields.next() == Some("Z") && fields.next() == Some(own.as_str())
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| is_ours(*pid))
        .count()
}

/// What a driver's group uses: it runs as long as the driver and a Chromium do.
pub(crate) fn usage(group: Pid, with_memory: bool) -> Usage {
    let processes: Vec<Process> = running()
        .into_iter()
        .filter(|process| process.group == group)
        .collect();
    let (drivers, browsers): (Vec<_>, Vec<_>) =
        processes.iter().partition(|process| process.pid == group);
    let memory = || processes.iter().filter_map(|it| pss_bytes(it.pid)).sum();
    Usage {
        is_running: !drivers.is_empty() && !browsers.is_empty(),
        memory_bytes: with_memory.then(memory),
    }
}

/// "Pss:  1234 kB" in `smaps_rollup`, proc(5).
fn pss_bytes(pid: Pid) -> Option<u64> {
    let text = std::fs::read_to_string(proc_file(pid, "smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes << 10)
}

/// Whether a process was started with this folder in its command line or environment.
pub(crate) fn mentions(process: &Process, folder: &Path) -> bool {
    let wanted = folder.as_os_str().as_encoded_bytes();
    ["cmdline", "environ"].iter().any(|file| {
        let text = std::fs::read(proc_file(process.pid, file)).unwrap_or_default();
        text.windows(wanted.len()).any(|window| window == wanted)
    })
}

fn read(pid: Pid) -> Option<Process> {
    // `pid (name) state ppid pgrp …`; the name may hold spaces and parentheses.
    let stat = std::fs::read_to_string(proc_file(pid, "stat")).ok()?;
    let (before, after) = stat.rsplit_once(')')?;
    let name = before.split_once('(')?.1.to_owned();
    let mut fields = after.split_whitespace();
    let state = fields.next()?;
    let group = fields.nth(1)?.parse().ok()?;
    (state != "Z" && state != "X").then(|| Process {
        pid,
        group: Pid::from_raw(group),
        name,
    })
}

fn proc_file(pid: Pid, file: &str) -> PathBuf {
    PathBuf::from(format!("/proc/{pid}/{file}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt as _;

    #[test]
    fn this_process_is_found_in_its_group() {
        let own = running()
            .into_iter()
            .find(|process| process.pid == Pid::this())
            .unwrap();
        assert_eq!(own.group, nix::unistd::getpgrp());
    }

    #[test]
    fn a_child_that_ended_is_a_zombie_until_it_is_waited_for() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        while zombies() == 0 {
            std::thread::yield_now();
        }
        child.wait().unwrap();
        assert!(!Path::new(&format!("/proc/{}", child.id())).exists());
    }

    #[tokio::test]
    async fn a_killed_group_is_gone_with_its_children() {
        let mut shell = std::process::Command::new("sh")
            .args(["-c", "sleep 100 & sleep 100"])
            .process_group(0)
            .spawn()
            .unwrap();
        let group = Pid::from_raw(i32::try_from(shell.id()).unwrap());
        kill_group(group);
        shell.wait().unwrap();
        assert!(group_gone(group, Duration::from_secs(5)).await);
    }
}
