//! The artifact store: a folder with one folder an artifact, holding the file under its own name.
//!
//! Owns: `<storage>/artifacts`. A file appears by rename, so that what can be found is whole.
//! Never: follows a name from outside; names are checked, ids find files.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::artifacts::error::ArtifactError;
use crate::config::limits;
use crate::model::ids::{ArtifactId, RunId};

const NAME_MAX: usize = 100;
/// Beside the file, what cannot be told from it.
const RECORD: &str = ".artifact.json";

/// What is known of an artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
pub struct ArtifactStore {
    dir: Arc<Path>,
}

/// The artifacts of one run: what a component may write, up to a limit.
#[derive(Debug)]
pub struct RunArtifacts {
    store: ArtifactStore,
    run_id: RunId,
    bytes: AtomicU64,
    kept: Mutex<Vec<Artifact>>,
}

impl ArtifactStore {
    /// The store in this folder, which is made if it is not there. What an interrupted write left is removed.
    pub fn open(dir: &Path) -> Result<Self, ArtifactError> {
        std::fs::create_dir_all(dir)?;
        for entry in std::fs::read_dir(dir)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(".new-") {
                std::fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(Self { dir: dir.into() })
    }

    /// A place for the artifacts of one run.
    #[must_use]
    pub fn for_run(&self, run_id: RunId) -> RunArtifacts {
        let kept = Mutex::new(Vec::new());
        RunArtifacts {
            store: self.clone(),
            run_id,
            bytes: AtomicU64::new(0),
            kept,
        }
    }

    /// What is known of an artifact, and where its file is.
    pub async fn find(&self, id: ArtifactId) -> Result<(Artifact, PathBuf), ArtifactError> {
        let folder = self.dir.join(id.to_string());
        let record = match tokio::fs::read(folder.join(RECORD)).await {
            Ok(record) => record,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(ArtifactError::NotFound(id));
            }
            Err(error) => return Err(error.into()),
        };
        let artifact: Artifact = serde_json::from_slice(&record).map_err(std::io::Error::from)?;
        let file = folder.join(&artifact.name);
        Ok((artifact, file))
    }
}

impl RunArtifacts {
    /// Keeps a file.
    pub async fn put(
        &self,
        name: &str,
        media_type: &str,
        content: Vec<u8>,
    ) -> Result<Artifact, ArtifactError> {
        if !is_plain(name) {
            return Err(ArtifactError::InvalidName(name.to_owned()));
        }
        let bytes = content.len() as u64;
        let limit_bytes = limits::ARTIFACT_BYTES_A_RUN;
        if self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes > limit_bytes {
            self.bytes.fetch_sub(bytes, Ordering::Relaxed);
            return Err(ArtifactError::TooLarge { limit_bytes });
        }
        let artifact = Artifact {
            id: ArtifactId::random(),
            run_id: self.run_id,
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            bytes,
        };
        let record = serde_json::to_vec(&artifact).expect("a record of plain fields serialises");
        let unfinished = self.store.dir.join(format!(".new-{}", artifact.id));
        tokio::fs::create_dir(&unfinished).await?;
        tokio::fs::write(unfinished.join(name), content).await?;
        tokio::fs::write(unfinished.join(RECORD), record).await?;
        tokio::fs::rename(&unfinished, self.store.dir.join(artifact.id.to_string())).await?;
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(artifact.clone());
        Ok(artifact)
    }

    /// What was kept so far, in order.
    #[must_use]
    pub fn list(&self) -> Vec<Artifact> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Keeps a table as a spreadsheet named `<name>.xlsx`.
    pub async fn put_table(
        &self,
        name: &str,
        sheet: &str,
        columns: Vec<String>,
        rows: Vec<Vec<String>>,
    ) -> Result<Artifact, ArtifactError> {
        let sheet = sheet.to_owned();
        let write = move || crate::artifacts::spreadsheet::xlsx(&sheet, &columns, &rows);
        let content = tokio::task::spawn_blocking(write)
            .await
            .map_err(std::io::Error::other)??;
        self.put(&format!("{name}.xlsx"), XLSX, content).await
    }
}

/// The media type of an xlsx file.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_. ".contains(c);
    !name.is_empty() && name.len() <= NAME_MAX && !name.starts_with('.') && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_put_is_found_whole() {
        let dir = tempfile::tempdir().unwrap();
        let store = ArtifactStore::open(dir.path()).unwrap();
        let run = store.for_run(RunId::random());
        let put = run
            .put("a b.txt", "text/plain", b"hello".to_vec())
            .await
            .unwrap();
        let (found, file) = store.find(put.id).await.unwrap();
        assert_eq!(found, put);
        assert_eq!(std::fs::read(file).unwrap(), b"hello");
    }

    #[tokio::test]
    async fn a_name_that_is_a_path_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let run = ArtifactStore::open(dir.path())
            .unwrap()
            .for_run(RunId::random());
        for name in ["", "../x", "a/b", ".artifact.json", "a\0b"] {
            let error = run.put(name, "text/plain", Vec::new()).await.unwrap_err();
            assert!(matches!(error, ArtifactError::InvalidName(_)), "{name:?}");
        }
    }

    #[tokio::test]
    async fn an_interrupted_write_is_gone_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(".new-1")).unwrap();
        ArtifactStore::open(dir.path()).unwrap();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
