//! The process table, as the operating system tells it.

use std::path::Path;

use nix::sys::signal::Signal;
use nix::unistd::Pid;

/// The processes, zombies left out, whose command line names something below a folder.
pub(crate) fn below(folder: &Path) -> Vec<String> {
    let found = found_below(folder);
    found.into_iter().map(|(_, command)| command).collect()
}

/// Kills them, as if they had crashed.
pub(crate) fn kill_below(folder: &Path) {
    let found = found_below(folder);
    assert!(!found.is_empty(), "there is something to kill");
    for (pid, _) in found {
        // One that ended meanwhile is as good as killed.
        let _ = nix::sys::signal::kill(Pid::from_raw(pid), Signal::SIGKILL);
    }
}

fn found_below(folder: &Path) -> Vec<(i32, String)> {
    let wanted = folder.to_str().unwrap();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let command = String::from_utf8_lossy(&command).replace('\0', " ");
        if command.contains(wanted) && is_alive(&entry.path()) {
            found.push((pid, command));
        }
    }
    found
}

/// Whether a process runs.
pub(crate) fn runs(pid: u32) -> bool {
    is_alive(Path::new(&format!("/proc/{pid}")))
}

fn is_alive(process: &Path) -> bool {
    let stat = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
    let state = stat
        .rsplit_once(") ")
        .and_then(|(_, rest)| rest.chars().next());
    state.is_some_and(|state| state != 'Z' && state != 'X')
}
