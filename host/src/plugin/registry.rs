//! The registry: what is served, by name. The plugin folder is the truth; this follows it.
//!
//! Owns: the published snapshot, replaced as a whole, and what is remembered of versions for a roll-back and over a
//! restart. Who took a version out of the snapshot keeps it until the call ends, whatever is published meanwhile.
//! Never: lets a file that does not load change what is served.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use futures::StreamExt;
use tokio::sync::{Mutex, mpsc, watch};

use crate::config::limits;
use crate::config::schema::Config;
use crate::plugin::archive::Archive;
use crate::plugin::canary;
use crate::plugin::digest;
use crate::plugin::engine::Engine;
use crate::plugin::folder::{Fingerprint, Folder, Snapshot};
use crate::plugin::load::{self, Loader, Plugin};
use crate::plugin::load_error::LoadError;
use crate::plugin::status::PluginStatus;
use crate::plugin::strikes::Struck;
use crate::plugin::version::{OperationVersion, SessionVersion};
use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::plugins::{ServedVersion, VersionRecord};

pub(in crate::plugin) const ENDING: &str = ".wasm";

/// Why the plugin folder cannot be followed.
#[derive(Debug, thiserror::Error)]
#[error("the plugin folder `{dir}` cannot be used: {cause}")]
pub struct RegistryError {
    /// `[plugins] dir`
    pub dir: PathBuf,
    /// The system's words.
    pub cause: io::Error,
}

/// Why a host's registry cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The plugin folder.
    #[error(transparent)]
    Folder(#[from] RegistryError),
    /// Where the components of versions are kept.
    #[error(
        "the versions of plugins cannot be kept: {0}; look at the rights of the storage folder"
    )]
    Archive(#[from] io::Error),
    /// What is known of them.
    #[error(transparent)]
    Store(#[from] StoreError),
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
    pub(in crate::plugin) loader: Loader,
    pub(in crate::plugin) archive: Archive,
    pub(in crate::plugin) store: Store,
    published: ArcSwap<Snapshot>,
    generation: watch::Sender<u64>,
    /// The generation whose versions are written down.
    written: AtomicU64,
    // One at a time looks at the folder, or changes it.
    pub(in crate::plugin) folder: Mutex<Folder>,
    struck: Mutex<mpsc::Receiver<Struck>>,
}

impl Registry {
    /// Loads the configured folder, which is made if it is not there. Files that do not load are listed, and
    /// no reason not to start. A file that changed while no host ran is held to what the last one served from it.
    pub async fn open(config: &Config, engine: Engine, store: Store) -> Result<Self, OpenError> {
        let (reports, struck) = mpsc::channel(limits::CRASH_REPORTS);
        let known = store.plugin_versions().await?;
        let quarantined = known.iter().filter(|record| record.quarantined.is_some());
        let quarantined = quarantined.map(|record| record.version.digest.clone());
        let settings = config.plugins.settings.iter();
        let tried = settings.filter_map(|(name, its)| Some((name.clone(), its.canary_percent?)));
        let registry = Self {
            dir: config.plugins.dir.clone(),
            loader: Loader::new(engine, config).reporting_to(reports),
            archive: Archive::open(config.storage.dir.join("versions")).await?,
            store,
            published: ArcSwap::default(),
            generation: watch::Sender::new(0),
            written: AtomicU64::new(0),
            folder: Mutex::new(Folder::new(quarantined.collect(), tried.collect())),
            struck: Mutex::new(struck),
        };
        tokio::fs::create_dir_all(&registry.dir)
            .await
            .map_err(|cause| registry.unusable(cause))?;
        registry.restore(&known).await;
        registry.sync().await?;
        Ok(registry)
    }

    /// Loads what was served last from files that are still there.
    async fn restore(&self, known: &[VersionRecord]) {
        let mut folder = self.folder.lock().await;
        for record in known.iter().filter(|record| record.is_served) {
            let version = &record.version;
            if !self.dir.join(&version.file).exists() {
                continue;
            }
            match self.kept(&version.digest).await {
                Ok(plugin) => {
                    let since = DateTime::from_timestamp_millis(record.last_served_ms);
                    folder.restore(&version.file, plugin, since.unwrap_or_else(Utc::now));
                }
                Err(error) => tracing::warn!(
                    plugin = version.name, digest = version.digest, %error,
                    "what was served last is not compared with its file: it cannot be loaded any more"
                ),
            }
        }
        self.publish(&folder);
    }

    /// Loads a version that was served before.
    pub(in crate::plugin) async fn kept(&self, digest: &str) -> Result<Plugin, LoadError> {
        let bytes = self.archive.get(digest).await;
        let bytes = bytes.map_err(LoadError::Unreadable)?;
        self.loader.load(bytes).await.map(|loaded| loaded.plugin)
    }

    /// The operation of this name, as it is now. The caller's call keeps this version to its end.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<Arc<OperationVersion>> {
        self.published.load().operations.get(name).map(Arc::clone)
    }

    /// The same for one caller, who is always served by the canary of an operation or never.
    #[must_use]
    pub fn operation_for(&self, name: &str, caller: &str) -> Option<Arc<OperationVersion>> {
        let published = self.published.load();
        let canary = published.canaries.get(name);
        let chosen = canary.filter(|(percent, version)| {
            canary::is_chosen(&version.identity.digest, caller, *percent)
        });
        let version = match chosen {
            Some((_, version)) => version,
            None => published.operations.get(name)?,
        };
        Some(Arc::clone(version))
    }

    /// One version of an operation, whether it is served or waits.
    #[must_use]
    pub fn operation_version(&self, name: &str, digest: &str) -> Option<Arc<OperationVersion>> {
        let published = self.published.load();
        let served = published.operations.get(name);
        let served = served.filter(|version| version.identity.digest == digest);
        let version = served.or_else(|| published.waiting.get(digest))?;
        (version.identity.name == name).then(|| Arc::clone(version))
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
        let found = self.scan().await.map_err(|cause| self.unusable(cause))?;
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
        self.remember(&folder).await;
        Ok(())
    }

    /// The next version that crashes too often.
    pub async fn struck(&self) -> Struck {
        let next = self.struck.lock().await.recv().await;
        next.expect("the loader holds the other end")
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
        let loaded = self.loader.load(bytes.clone()).await;
        if loaded.is_ok() {
            self.keep(bytes).await;
        }
        let loaded = loaded.map(|loaded| loaded.plugin);
        Look::New {
            digest: Some(digest),
            loaded,
        }
    }

    /// Keeps a component that can be served, for a roll-back. Under the folder's lock, as what forgets those that nobody
    /// has any more.
    pub(in crate::plugin) async fn keep(&self, bytes: Vec<u8>) {
        if let Err(error) = self.archive.put(bytes).await {
            tracing::error!(%error, "a plugin cannot be kept; it works, and nobody can go back to it");
        }
    }

    pub(in crate::plugin) fn publish(&self, folder: &Folder) {
        self.published.store(Arc::new(folder.snapshot()));
        self.generation.send_modify(|generation| *generation += 1);
    }

    /// Writes down what is served now, and forgets what is too old to go back to. What is served does not depend on it.
    pub(in crate::plugin) async fn remember(&self, folder: &Folder) {
        if let Err(error) = self.write_down(folder).await {
            tracing::error!(%error, "which plugins are served could not be written down");
        }
        // Who was told of the change may have asked for the versions before they were written.
        self.generation.send_if_modified(|generation| {
            let is_news = self.written.load(Ordering::Relaxed) != *generation;
            if is_news {
                *generation += 1;
                self.written.store(*generation, Ordering::Relaxed);
            }
            is_news
        });
    }

    async fn write_down(&self, folder: &Folder) -> Result<(), OpenError> {
        let served: Vec<ServedVersion> = folder.served().map(noted).collect();
        let now_ms = Utc::now().timestamp_millis();
        self.store
            .note_served(&served, now_ms, limits::VERSIONS_KEPT)
            .await?;
        let known = self.store.plugin_versions().await?;
        let waiting = folder.waiting().map(|(_, it)| it.identity().digest.clone());
        let mut digests: BTreeSet<String> = waiting.collect();
        digests.extend(known.into_iter().map(|record| record.version.digest));
        Ok(self.archive.keep_only(digests).await?)
    }

    fn unusable(&self, cause: io::Error) -> RegistryError {
        RegistryError {
            dir: self.dir.clone(),
            cause,
        }
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
                found.insert(name, Fingerprint::of(&metadata)?);
            }
        }
        Ok(found)
    }
}

/// What is written down of a component in a file.
pub(in crate::plugin) fn noted((file, plugin): (&str, &Plugin)) -> ServedVersion {
    let identity = plugin.identity();
    ServedVersion {
        name: identity.name.clone(),
        digest: identity.digest.clone(),
        version: identity.version.to_string(),
        file: file.to_owned(),
    }
}
