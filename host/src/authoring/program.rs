//! Running an author's tools, and saying which one failed.

use std::env;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::Command;

use crate::authoring::AuthoringError;

/// Shows the command, runs it to its end with its output shown, and fails if it does.
pub(in crate::authoring) async fn run(command: &mut Command) -> Result<(), AuthoringError> {
    eprintln!("$ {}", shown(command));
    let status = command.kill_on_drop(true).status().await;
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(command, &status.to_string())),
        Err(error) => Err(failed(command, &error.to_string())),
    }
}

/// The same, whose standard output is taken instead of shown.
pub(in crate::authoring) async fn run_for_output(
    command: &mut Command,
) -> Result<String, AuthoringError> {
    eprintln!("$ {}", shown(command));
    let done = command
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| failed(command, &error.to_string()))?;
    if !done.status.success() {
        return Err(failed(command, &done.status.to_string()));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// What a command prints; none if it cannot be started or fails.
pub(in crate::authoring) async fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let done = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .ok()?;
    let text = String::from_utf8_lossy(&done.stdout).trim().to_owned();
    done.status.success().then_some(text)
}

/// A program on the search path.
pub(in crate::authoring) fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

fn failed(command: &Command, status: &str) -> AuthoringError {
    AuthoringError::Failed {
        command: shown(command),
        status: status.to_owned(),
    }
}

/// A command as it would be typed.
fn shown(command: &Command) -> String {
    let command = command.as_std();
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
