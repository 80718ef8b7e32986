//! The components of versions, by digest: what a roll-back takes from.
//!
//! Owns: one folder. A component is written whole or not at all, and given out only if it is what its name says.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::plugin::digest;
use crate::plugin::whole::{self, blocking};

const ENDING: &str = "wasm";

/// Components by digest. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Archive {
    dir: Arc<Path>,
}

impl Archive {
    /// The archive in this folder, which is made if it is not there.
    pub async fn open(dir: PathBuf) -> io::Result<Self> {
        tokio::fs::create_dir_all(&dir).await?;
        Ok(Self { dir: dir.into() })
    }

    /// Keeps a component, and tells its digest.
    pub async fn put(&self, bytes: Vec<u8>) -> io::Result<String> {
        let archive = self.clone();
        blocking(move || {
            let digest = digest::sha256(&bytes);
            let path = archive.path(&digest);
            if !path.exists() {
                whole::write(&path, &bytes)?;
            }
            Ok(digest)
        })
        .await
    }

    /// A component that was kept.
    pub async fn get(&self, digest: &str) -> io::Result<Vec<u8>> {
        let (path, digest) = (self.path(digest), digest.to_owned());
        blocking(move || {
            let bytes = fs::read(path)?;
            if digest::sha256(&bytes) != digest {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "the kept component is damaged",
                ));
            }
            Ok(bytes)
        })
        .await
    }

    /// Removes all but these.
    pub async fn keep_only(&self, digests: BTreeSet<String>) -> io::Result<()> {
        let dir = Arc::clone(&self.dir);
        blocking(move || {
            for entry in fs::read_dir(&*dir)? {
                let path = entry?.path();
                let is_component = path.extension().is_some_and(|ending| ending == ENDING);
                let stem = path.file_stem().and_then(|stem| stem.to_str());
                if is_component && !stem.is_some_and(|digest| digests.contains(digest)) {
                    whole::remove(&path)?;
                }
            }
            Ok(())
        })
        .await
    }

    fn path(&self, digest: &str) -> PathBuf {
        self.dir.join(format!("{digest}.{ENDING}"))
    }
}
