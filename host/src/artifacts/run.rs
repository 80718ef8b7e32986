//! The artifacts of one run: what may be written, up to a limit.
//!
//! Owns: the list of them, and the run's place on the shelf, which ends with the value.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use tempfile::TempPath;

use crate::artifacts::error::ArtifactError;
use crate::artifacts::media;
use crate::artifacts::name::is_plain;
use crate::artifacts::spreadsheet;
use crate::artifacts::store::{Artifact, ArtifactStore, RECORD, UNFINISHED};
use crate::artifacts::table::Table;
use crate::config::limits;
use crate::model::ids::{ArtifactId, RunId};

/// The artifacts of one run.
#[derive(Debug)]
pub struct RunArtifacts {
    store: ArtifactStore,
    run_id: RunId,
    bytes: AtomicU64,
    kept: Mutex<Vec<Artifact>>,
}

/// What becomes a file.
enum Content {
    Bytes(Vec<u8>),
    /// It is there already, in full.
    File(TempPath),
}

impl RunArtifacts {
    pub(in crate::artifacts) const fn new(store: ArtifactStore, run_id: RunId) -> Self {
        Self {
            store,
            run_id,
            bytes: AtomicU64::new(0),
            kept: Mutex::new(Vec::new()),
        }
    }

    /// Keeps a file.
    pub async fn put(
        &self,
        name: &str,
        media_type: &str,
        content: Vec<u8>,
    ) -> Result<Artifact, ArtifactError> {
        let bytes = content.len() as u64;
        self.keep(name, media_type, (Content::Bytes(content), bytes))
            .await
    }

    /// Keeps a file that is there already, by moving it.
    pub async fn take(
        &self,
        name: &str,
        media_type: &str,
        file: TempPath,
        bytes: u64,
    ) -> Result<Artifact, ArtifactError> {
        self.keep(name, media_type, (Content::File(file), bytes))
            .await
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
        let write = move || spreadsheet::xlsx(&sheet, &columns, &rows);
        let content = tokio::task::spawn_blocking(write)
            .await
            .map_err(std::io::Error::other)??;
        self.put(&format!("{name}.xlsx"), media::XLSX, content)
            .await
    }

    /// Reads one of this run's own files as a table.
    pub async fn table(&self, id: ArtifactId) -> Result<Table, ArtifactError> {
        if !self.list().iter().any(|artifact| artifact.id == id) {
            return Err(ArtifactError::NotFound(id.to_string()));
        }
        Ok(self.store.table(id).await?.1)
    }

    /// What was kept so far, in order.
    #[must_use]
    pub fn list(&self) -> Vec<Artifact> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn keep(
        &self,
        name: &str,
        media_type: &str,
        (content, bytes): (Content, u64),
    ) -> Result<Artifact, ArtifactError> {
        if !is_plain(name) {
            return Err(ArtifactError::InvalidName(name.to_owned()));
        }
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
        self.write(&artifact, content).await?;
        self.store
            .shelf()
            .put(self.run_id, artifact.id, bytes, SystemTime::now());
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(artifact.clone());
        Ok(artifact)
    }

    async fn write(&self, artifact: &Artifact, content: Content) -> Result<(), ArtifactError> {
        let record = serde_json::to_vec(artifact).expect("a record of plain fields serialises");
        let folder = self.store.folder(self.run_id);
        let unfinished = folder.join(format!("{UNFINISHED}{}", artifact.id));
        tokio::fs::create_dir_all(&unfinished).await?;
        let file = unfinished.join(&artifact.name);
        match content {
            Content::Bytes(content) => tokio::fs::write(file, content).await?,
            Content::File(from) => moved(&from, &file).await?,
        }
        tokio::fs::write(unfinished.join(RECORD), record).await?;
        tokio::fs::rename(&unfinished, folder.join(artifact.id.to_string())).await?;
        Ok(())
    }
}

impl Drop for RunArtifacts {
    fn drop(&mut self) {
        self.store.shelf().end(self.run_id);
    }
}

/// Moves a file; where it lies on another disk it is copied, and the original goes with its `TempPath`.
async fn moved(from: &Path, to: &Path) -> std::io::Result<()> {
    match tokio::fs::rename(from, to).await {
        Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {
            tokio::fs::copy(from, to).await.map(drop)
        }
        renamed => renamed,
    }
}
