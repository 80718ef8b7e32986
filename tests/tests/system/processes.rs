//! The process table, as the operating system tells it.

use std::path::Path;

use nix::sys::signal::Signal;
use nix::unistd::Pid;

/// A process.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) pid: i32,
    pub(crate) command: String,
}

/// Kills what is below a folder, as if it had crashed.
pub(crate) fn kill_below(folder: &Path) {
    let found = find(folder);
    assert!(!found.is_empty(), "there is something to kill");
    for process in found {
        // One that ended meanwhile is as good as killed.
        let _ = nix::sys::signal::kill(Pid::from_raw(process.pid), Signal::SIGKILL);
    }
}

/// The processes, zombies left out, whose command line names something below a folder; below that of a browser also
/// those that name its session's profile instead.
pub(crate) fn find(folder: &Path) -> Vec<Process> {
    let wanted = folder.to_str().unwrap();
    let profile = wanted.replace("/data/browsers", "/data/profiles");
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let command = String::from_utf8_lossy(&command).replace('\0', " ");
        let pid = entry.file_name().to_string_lossy().parse();
        if (command.contains(wanted) || command.contains(&profile))
            && is_alive(&entry.path())
            && let Ok(pid) = pid
        {
            found.push(Process { pid, command });
        }
    }
    found
}

/// The command lines of those processes.
pub(crate) fn below(folder: &Path) -> Vec<String> {
    let processes = find(folder).into_iter();
    processes.map(|process| process.command).collect()
}

/// Dead children of a process that it has not waited for.
pub(crate) fn zombies_of(parent: u32) -> Vec<String> {
    let parent = parent.to_string();
    let stats = std::fs::read_dir("/proc").unwrap().flatten();
    let stats = stats.filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
    stats
        .filter(|stat| {
            let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
            let mut fields = fields.split(' ');
            fields.next() == Some("Z") && fields.next() == Some(&parent)
        })
        .collect()
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

/// The resident memory of a process, by its folder below `/proc`.
pub(crate) fn resident(process: &Path) -> i64 {
    let status = std::fs::read_to_string(process.join("status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse::<i64>().unwrap() << 10
}
