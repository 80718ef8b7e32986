//! The registry: what is served, by name. The plugin folder is the truth; this follows it.
//!
//! Owns: the published snapshot, replaced as a whole. Who took a version out of it keeps that version until the
//! call ends, whatever is published meanwhile.
//! Never: lets a file that does not load change what is served.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use futures::StreamExt;
use tokio::sync::{Mutex, watch};

use crate::config::limits;
use crate::config::schema::Config;
use crate::plugin::digest;
use crate::plugin::engine::Engine;
use crate::plugin::folder::{Fingerprint, Folder, Snapshot};
use crate::plugin::load::{self, Loader, Plugin};
use crate::plugin::load_error::{AcceptDenied, LoadError};
use crate::plugin::status::PluginStatus;
use crate::plugin::version::{OperationVersion, SessionVersion};

const ENDING: &str = ".wasm";

/// Why the plugin folder cannot be followed.
#[derive(Debug, thiserror::Error)]
#[error("the plugin folder `{dir}` cannot be used: {cause}")]
pub struct RegistryError {
    /// `[plugins] dir`
    pub dir: PathBuf,
    /// The system's words.
    pub cause: io::Error,
}

/// What a look at a file showed.
enum Look {
    /// The content that is known: it was only touched.
    Same,
    /// Other content.
    New {
        digest: Option<String>,
        loaded: Result<Plugin, LoadError>,
    },
}

/// What is served, by name.
pub struct Registry {
    dir: PathBuf,
    loader: Loader,
    published: ArcSwap<Snapshot>,
    generation: watch::Sender<u64>,
    // One at a time looks at the folder.
    folder: Mutex<Folder>,
}

impl Registry {
    /// Loads the configured folder, which is made if it is not there. Files that do not load are listed, and
    /// no reason not to start.
    pub async fn open(config: &Config, engine: Engine) -> Result<Self, RegistryError> {
        let dir = config.plugins.dir.clone();
        let registry = Self {
            loader: Loader::new(engine, config),
            dir,
            published: ArcSwap::default(),
            generation: watch::Sender::new(0),
            folder: Mutex::default(),
        };
        tokio::fs::create_dir_all(&registry.dir)
            .await
            .map_err(|cause| RegistryError {
                dir: registry.dir.clone(),
                cause,
            })?;
        registry.sync().await?;
        Ok(registry)
    }

    /// The operation of this name, as it is now. The caller's call keeps this version to its end.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<Arc<OperationVersion>> {
        self.published.load().operations.get(name).map(Arc::clone)
    }

    /// All operations, by name.
    #[must_use]
    pub fn operations(&self) -> Vec<Arc<OperationVersion>> {
        self.published
            .load()
            .operations
            .values()
            .map(Arc::clone)
            .collect()
    }

    /// The session component.
    #[must_use]
    pub fn session(&self) -> Option<Arc<SessionVersion>> {
        self.published.load().session.clone()
    }

    /// Every file of the folder, loaded or not, in the order of their names.
    #[must_use]
    pub fn list(&self) -> Vec<PluginStatus> {
        self.published.load().files.clone()
    }

    /// Counts the publications: changes whenever something may be served that was not, or the reverse.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.generation.subscribe()
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Makes what is served match the folder. Costs a look at the files' sizes and times if nothing changed.
    ///
    /// # Cancellation
    /// What was published stays; the rest is found by the next look.
    pub async fn sync(&self) -> Result<(), RegistryError> {
        let mut folder = self.folder.lock().await;
        let found = self.scan().await.map_err(|cause| RegistryError {
            dir: self.dir.clone(),
            cause,
        })?;
        let before = self.list().len();
        folder.keep_only(|file| found.contains_key(file));
        if found.len() < before {
            self.publish(&folder);
        }
        let mut changed = Vec::new();
        for (n, (file, fingerprint)) in found.into_iter().enumerate() {
            if folder.has_seen(&file, fingerprint) {
                continue;
            }
            if n >= limits::PLUGIN_FILES {
                let error = LoadError::TooManyFiles {
                    limit: limits::PLUGIN_FILES,
                };
                folder.offer(&file, fingerprint, None, Err(error));
                self.publish(&folder);
                continue;
            }
            let known = folder.digest(&file);
            changed.push((file, fingerprint, known));
        }
        let mut looks = futures::stream::iter(changed)
            .map(|(file, fingerprint, known)| async move {
                let look = self.look(&file, known.as_deref()).await;
                (file, fingerprint, look)
            })
            .buffered(limits::COMPILES);
        while let Some((file, fingerprint, look)) = looks.next().await {
            match look {
                Look::Same => folder.touch(&file, fingerprint),
                Look::New { digest, loaded } => {
                    folder.offer(&file, fingerprint, digest, loaded);
                    self.publish(&folder);
                }
            }
        }
        Ok(())
    }

    /// Serves the waiting version of a plugin that has this digest, although callers will notice.
    ///
    /// # Errors
    /// No such version waits.
    pub async fn accept(&self, name: &str, digest: &str) -> Result<(), AcceptDenied> {
        let mut folder = self.folder.lock().await;
        if !folder.accept(name, digest) {
            return Err(AcceptDenied {
                name: name.to_owned(),
                digest: digest.to_owned(),
            });
        }
        tracing::info!(plugin = name, digest, "a version that differs was accepted");
        self.publish(&folder);
        Ok(())
    }

    /// Reads a file, and loads it if it is not the one that is known.
    async fn look(&self, file: &str, known: Option<&str>) -> Look {
        let bytes = match load::read(&self.dir.join(file)).await {
            Ok(bytes) => bytes,
            Err(error) => {
                return Look::New {
                    digest: None,
                    loaded: Err(error),
                };
            }
        };
        let digest = digest::sha256(&bytes);
        if known == Some(&digest) {
            return Look::Same;
        }
        let loaded = self.loader.load(bytes).await.map(|loaded| loaded.plugin);
        Look::New {
            digest: Some(digest),
            loaded,
        }
    }

    fn publish(&self, folder: &Folder) {
        self.published.store(Arc::new(folder.snapshot()));
        self.generation.send_modify(|generation| *generation += 1);
    }

    /// The component files. Hidden ones are half-written ones, by convention.
    async fn scan(&self) -> io::Result<BTreeMap<String, Fingerprint>> {
        let mut found = BTreeMap::new();
        let mut entries = tokio::fs::read_dir(&self.dir).await?;
        while let Some(entry) = entries.next_entry().await? {
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if !name.ends_with(ENDING) || name.starts_with('.') {
                continue;
            }
            // Gone meanwhile: an event will say so too.
            let Ok(metadata) = tokio::fs::metadata(entry.path()).await else {
                continue;
            };
            if metadata.is_file() {
                let fingerprint = Fingerprint {
                    bytes: metadata.len(),
                    modified: metadata.modified()?,
                    inode: metadata.ino(),
                };
                found.insert(name, fingerprint);
            }
        }
        Ok(found)
    }
}
