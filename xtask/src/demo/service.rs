//! A program that serves: started in a process group of its own, so that Ctrl-C reaches only us, and stopped with
//! SIGTERM.
//!
//! Owns: the process. It ends with the value, by force if it does not end in time.

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::demo::patience::Patience;

/// What a program may take to end after SIGTERM: the host closes its browsers first.
const END: Duration = Duration::from_secs(30);
/// Lines of its log that are part of an error.
const LAST_LINES: usize = 12;

/// A program that serves.
pub(crate) struct Service {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Service {
    /// Starts a program and gives the first line it prints. Its standard error goes to `log`.
    pub(crate) fn start(
        name: &'static str,
        command: &mut Command,
        log: PathBuf,
        patience: &Patience,
        bound: Duration,
    ) -> Result<(Self, String)> {
        let folder = log.parent().context("a log has a folder")?;
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file)
            .process_group(0)
            .spawn()
            .with_context(|| format!("{} cannot be started", command.get_program().display()))?;
        let stdout = child.stdout.take().context("its output was asked for")?;
        let (line, lines) = mpsc::channel();
        // Read to its end, so that the program never meets a full or closed pipe.
        thread::spawn(move || {
            for read in BufReader::new(stdout).lines().map_while(Result::ok) {
                drop(line.send(read));
            }
        });
        println!("   its log is {}", log.display());
        let service = Self { name, child, log };
        let first = patience
            .receive(&lines, bound)
            .with_context(|| service.last_words())?;
        Ok((service, first))
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Its log's last lines, as part of an error.
    pub(crate) fn last_words(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let last = lines[lines.len().saturating_sub(LAST_LINES)..].join("\n    ");
        format!("the {} ({}):\n    {last}", self.name, self.log.display())
    }

    /// Ends it. Tells whether it ended by itself, having been told to.
    pub(crate) fn end(&mut self) -> bool {
        let Some(id) = i32::try_from(self.child.id()).ok().map(Pid::from_raw) else {
            return false;
        };
        let deadline = Instant::now() + END;
        if self.is_running() {
            // It may end just now; then there is nothing to tell.
            let _ = kill(id, Signal::SIGTERM);
        }
        while self.is_running() {
            if Instant::now() >= deadline {
                eprintln!(
                    "the {} did not end within {} s and was killed",
                    self.name,
                    END.as_secs()
                );
                drop(self.child.kill());
                drop(self.child.wait());
                return false;
            }
            Patience::pause();
        }
        true
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.end();
    }
}
