//! The artifact store: a folder with one folder a run, and in it one an artifact, holding the file under its own name.
//!
//! Owns: `<storage>/artifacts`. A file appears by rename, so that what can be found is whole. Files go with their run,
//! when they are old or there is no room (`shelf.rs`), or one by one when somebody says so.
//! Never: follows a name from outside; names are checked, ids find files.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use crate::artifacts::error::ArtifactError;
use crate::artifacts::run::RunArtifacts;
use crate::artifacts::shelf::{Keep, Shelf};
use crate::artifacts::table::Table;
use crate::config::limits;
use crate::model::ids::{ArtifactId, RunId};

/// Beside the file, what cannot be told from it.
pub(in crate::artifacts) const RECORD: &str = ".artifact.json";
/// How the name of what is being written begins.
pub(in crate::artifacts) const UNFINISHED: &str = ".new-";

/// What is known of an artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Artifact {
    /// Its id.
    pub id: ArtifactId,
    /// The run that made it.
    pub run_id: RunId,
    /// Its file name.
    pub name: String,
    /// Its media type (RFC 6838).
    pub media_type: String,
    /// Its size.
    pub bytes: u64,
}

/// All artifacts of this host.
#[derive(Debug, Clone)]
pub struct ArtifactStore(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    dir: PathBuf,
    shelf: Mutex<Shelf>,
    /// Tables that are being read: each takes memory and a core.
    readers: Semaphore,
}

/// What was removed for want of time or room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Runs whose files are gone.
    pub runs: usize,
    /// What they took.
    pub freed_bytes: u64,
    /// What is kept.
    pub kept_bytes: u64,
}

impl ArtifactStore {
    /// The store in this folder, which is made if it is not there. What an interrupted write left is removed.
    pub fn open(dir: &Path) -> Result<Self, ArtifactError> {
        std::fs::create_dir_all(dir)?;
        let mut shelf = Shelf::default();
        for entry in std::fs::read_dir(dir)? {
            let folder = entry?.path();
            let run = file_name(&folder).and_then(|name| name.parse().ok());
            if let Some(run) = run
                && folder.is_dir()
            {
                take_up(&mut shelf, run, &folder)?;
            }
        }
        Ok(Self(Arc::new(Parts {
            dir: dir.to_owned(),
            shelf: Mutex::new(shelf),
            readers: Semaphore::new(limits::TABLE_READERS),
        })))
    }

    /// A place for the artifacts of one run, which is under way as long as that is kept.
    #[must_use]
    pub fn for_run(&self, run_id: RunId) -> RunArtifacts {
        self.shelf().begin(run_id, SystemTime::now());
        RunArtifacts::new(self.clone(), run_id)
    }

    /// What is known of an artifact, and where its file is.
    pub async fn find(&self, id: ArtifactId) -> Result<(Artifact, PathBuf), ArtifactError> {
        let folder = self.folder_of(id)?;
        let record = tokio::fs::read(folder.join(RECORD)).await;
        let record = record.map_err(|error| gone(error, id))?;
        let artifact: Artifact = serde_json::from_slice(&record).map_err(io::Error::from)?;
        let file = folder.join(&artifact.name);
        Ok((artifact, file))
    }

    /// An artifact read as a table.
    pub async fn table(&self, id: ArtifactId) -> Result<(Artifact, Table), ArtifactError> {
        let (artifact, file) = self.find(id).await?;
        if artifact.bytes > limits::TABLE_FILE_BYTES {
            let why = format!("it is larger than {} bytes", limits::TABLE_FILE_BYTES);
            return Err(ArtifactError::NotATable(why));
        }
        let turn = self.0.readers.acquire().await;
        let turn = turn.expect("the semaphore is never closed");
        let content = tokio::fs::read(file)
            .await
            .map_err(|error| gone(error, id))?;
        let read = tokio::task::spawn_blocking(move || Table::read(&content)).await;
        drop(turn);
        Ok((artifact, read.map_err(io::Error::other)??))
    }

    /// Removes an artifact.
    pub async fn remove(&self, id: ArtifactId) -> Result<(), ArtifactError> {
        let folder = self.folder_of(id)?;
        self.shelf().remove(id);
        let removed = tokio::fs::remove_dir_all(&folder).await;
        removed.map_err(|error| gone(error, id))?;
        // The run's own folder goes with its last file; it stays if there is another.
        if let Some(run) = folder.parent() {
            let _ = tokio::fs::remove_dir(run).await;
        }
        Ok(())
    }

    /// Removes what is kept for too long, and the oldest of what there is no room for.
    pub async fn sweep(&self, keep: Keep, now: SystemTime) -> Result<Swept, ArtifactError> {
        let (overdue, before) = {
            let files = self.shelf();
            (files.overdue(keep, now), files.bytes())
        };
        for run in &overdue {
            // From here on nobody finds them.
            self.shelf().remove_run(*run);
            match tokio::fs::remove_dir_all(self.0.dir.join(run.to_string())).await {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        let kept_bytes = self.shelf().bytes();
        Ok(Swept {
            runs: overdue.len(),
            freed_bytes: before.saturating_sub(kept_bytes),
            kept_bytes,
        })
    }

    /// What all artifacts take.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.shelf().bytes()
    }

    pub(in crate::artifacts) fn folder(&self, run: RunId) -> PathBuf {
        self.0.dir.join(run.to_string())
    }

    pub(in crate::artifacts) fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn folder_of(&self, id: ArtifactId) -> Result<PathBuf, ArtifactError> {
        let run = self.shelf().run_of(id);
        let run = run.ok_or_else(|| ArtifactError::NotFound(id.to_string()))?;
        Ok(self.folder(run).join(id.to_string()))
    }
}

/// Puts what an earlier host kept for a run on the shelf.
fn take_up(shelf: &mut Shelf, run: RunId, folder: &Path) -> Result<(), ArtifactError> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = file_name(&path).unwrap_or_default();
        if name.starts_with(UNFINISHED) {
            std::fs::remove_dir_all(&path)?;
            continue;
        }
        let Ok(record) = std::fs::read(path.join(RECORD)) else {
            continue;
        };
        let artifact: Artifact = match serde_json::from_slice(&record) {
            Ok(artifact) => artifact,
            Err(error) => {
                tracing::warn!(folder = %path.display(), %error, "not an artifact; passed over");
                continue;
            }
        };
        let kept = path.join(RECORD).metadata()?.modified()?;
        shelf.put(run, artifact.id, artifact.bytes, kept);
    }
    Ok(())
}

fn file_name(path: &Path) -> Option<&str> {
    path.file_name().and_then(|name| name.to_str())
}

/// A file that was removed while somebody asked for it is one that is not there.
fn gone(error: io::Error, id: ArtifactId) -> ArtifactError {
    if error.kind() == io::ErrorKind::NotFound {
        ArtifactError::NotFound(id.to_string())
    } else {
        error.into()
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
