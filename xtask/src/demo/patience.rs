//! Waiting with an end: for so long, and not beyond Ctrl-C or SIGTERM.

use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How often to look whether somebody lost patience.
const LOOK: Duration = Duration::from_millis(100);

/// Knows whether the demo was told to stop. From its making on signals stop nothing by themselves.
pub(crate) struct Patience(Arc<AtomicBool>);

impl Patience {
    /// Listens for signals from now on.
    pub(crate) fn begin() -> Result<Self> {
        let stopped = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&stopped))
                .context("cannot listen for signals")?;
        }
        Ok(Self(stopped))
    }

    /// Whether the demo was told to stop.
    pub(crate) fn is_over(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Pauses for a moment.
    pub(crate) fn pause() {
        thread::sleep(LOOK);
    }

    /// What comes from a channel within a time.
    pub(crate) fn receive<T>(&self, from: &Receiver<T>, bound: Duration) -> Result<T> {
        let deadline = Instant::now() + bound;
        loop {
            match from.recv_timeout(LOOK) {
                Ok(received) => return Ok(received),
                Err(RecvTimeoutError::Disconnected) => bail!("it ended"),
                Err(RecvTimeoutError::Timeout) if self.is_over() => bail!("interrupted"),
                Err(RecvTimeoutError::Timeout) if Instant::now() >= deadline => {
                    bail!("nothing came within {} s", bound.as_secs())
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// What some work yields within a time. Work that is given up goes on beside and is not heard of again.
    pub(crate) fn wait_for<T: Send + 'static>(
        &self,
        bound: Duration,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (send, result) = mpsc::channel();
        thread::spawn(move || drop(send.send(work())));
        self.receive(&result, bound)?
    }
}
