//! Following the plugin folder: waits for it to be quiet, then has the registry look. Versions that crash too often are
//! taken out of service here as well.
//!
//! Owns: the watcher and the task, both until the `Watch` is dropped.
//! Never: tells the registry what changed. Events are hints; the folder is looked at as a whole.

use std::sync::Arc;

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecursiveMode, Watcher};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};

use crate::config::limits;
use crate::plugin::registry::{Registry, RegistryError};

/// The folder is followed as long as this lives.
#[derive(Debug)]
pub struct Watch(JoinHandle<()>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Follows the registry's folder.
pub fn watch(registry: Arc<Registry>) -> Result<Watch, RegistryError> {
    // One waiting hint says all that many would.
    let (hints, inbox) = mpsc::channel(1);
    let report = move |event: notify::Result<notify::Event>| {
        if event.is_err() || event.is_ok_and(|event| is_change(event.kind)) {
            // Full: a look is due already.
            let _ = hints.try_send(());
        }
    };
    let start = || {
        let mut watcher = notify::recommended_watcher(report)?;
        watcher.watch(registry.dir(), RecursiveMode::NonRecursive)?;
        notify::Result::Ok(watcher)
    };
    let watcher = start().map_err(|error| RegistryError {
        dir: registry.dir().to_owned(),
        cause: std::io::Error::other(error),
    })?;
    Ok(Watch(tokio::spawn(follow(registry, inbox, watcher))))
}

/// Whether the folder may have changed. The registry's own reading is reported too, and must not count.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

async fn follow(registry: Arc<Registry>, mut hints: mpsc::Receiver<()>, watcher: impl Watcher) {
    let mut rescan = interval(limits::WATCH_RESCAN);
    rescan.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            hint = hints.recv() => match hint {
                Some(()) => quiet(&mut hints).await,
                None => break,
            },
            struck = registry.struck() => {
                registry.quarantine(&struck).await;
                continue;
            }
            _ = rescan.tick() => {}
        }
        if let Err(error) = registry.sync().await {
            tracing::error!(error = %error, "the plugin folder cannot be read; what was loaded is served");
        }
    }
    drop(watcher);
}

/// Waits until nothing was reported for a while: a file is written in many steps.
async fn quiet(hints: &mut mpsc::Receiver<()>) {
    let at_last = Instant::now() + limits::WATCH_UNQUIET;
    loop {
        let until = (Instant::now() + limits::WATCH_QUIET).min(at_last);
        match timeout_at(until, hints.recv()).await {
            Ok(Some(())) if Instant::now() < at_last => {}
            _ => return,
        }
    }
}
