//! What a program prints, within a bound.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

/// What it prints to its standard output.
///
/// # Errors
/// Why there is nothing: it cannot be started, fails, or takes too long (and is killed).
pub(in crate::doctor) async fn output(
    program: impl AsRef<OsStr>,
    arguments: &[&OsStr],
    within: Duration,
) -> Result<String, String> {
    let done = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let done = timeout(within, done)
        .await
        .map_err(|_| format!("it said nothing within {} s", within.as_secs()))?
        .map_err(|error| format!("it cannot be started: {error}"))?;
    if !done.status.success() {
        return Err(format!("it ended with {}", done.status));
    }
    Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
}

/// Free bytes of the file system that a folder is on; none if the system does not tell.
pub(in crate::doctor) async fn free_bytes(folder: &Path, within: Duration) -> Option<u64> {
    let arguments = [OsStr::new("-Pk"), folder.as_os_str()];
    let said = output("df", &arguments, within).await.ok()?;
    // POSIX: a head, then `file-system blocks used available capacity mount-point`.
    let line = said.lines().nth(1)?;
    let kilobytes: u64 = line.split_whitespace().nth(3)?.parse().ok()?;
    Some(kilobytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn a_program_that_fails_hangs_or_is_not_there_is_told_apart() {
        let run = async |script: &str, within| {
            output("sh", &[OsStr::new("-c"), OsStr::new(script)], within).await
        };
        assert_eq!(run("echo ' a '", LONG).await.unwrap(), "a");
        assert!(run("exit 3", LONG).await.unwrap_err().contains('3'));
        let late = run("sleep 100", Duration::from_millis(50)).await;
        assert!(late.unwrap_err().contains("within"));
        let missing = output("/nowhere/at/all", &[], LONG).await;
        assert!(missing.unwrap_err().contains("cannot be started"));
    }

    #[tokio::test]
    async fn free_space_is_read() {
        assert!(free_bytes(Path::new("/"), LONG).await.is_some());
        assert!(
            free_bytes(Path::new("/nowhere/at/all"), LONG)
                .await
                .is_none()
        );
    }
}
