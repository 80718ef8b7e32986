//! The process table, as the operating system tells it.

use std::path::Path;

/// The processes, zombies left out, whose command line names something below a folder.
pub(crate) fn below(folder: &Path) -> Vec<String> {
    let wanted = folder.to_str().unwrap();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let command = String::from_utf8_lossy(&command).replace('\0', " ");
        if command.contains(wanted) && is_alive(&entry.path()) {
            found.push(command);
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
