//! The rules of the plugin folder: which file serves which name. Pure; `registry.rs` reads the files.
//!
//! A file that cannot be served changes nothing. Of two files with one name the earlier keeps it, and the later
//! waits until the name is free. A version that callers would notice waits beside the one that it would replace.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};

use crate::plugin::load::Plugin;
use crate::plugin::load_error::LoadError;
use crate::plugin::replacing::differences;
use crate::plugin::status::{LoadProblem, PluginStatus, ServedStatus};
use crate::plugin::version::{OperationVersion, SessionVersion};

/// What tells that a file may have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    /// Its size.
    pub bytes: u64,
    /// When it was last written.
    pub modified: SystemTime,
    /// Its number in the file system: another one after a rename over it.
    pub inode: u64,
}

/// The files of the plugin folder.
#[derive(Default)]
pub struct Folder(BTreeMap<String, Entry>);

#[derive(Default)]
struct Entry {
    seen: Option<Fingerprint>,
    /// The digest of the content that was looked at last.
    digest: Option<String>,
    served: Option<(Plugin, DateTime<Utc>)>,
    /// Loaded, and not served: its name is taken, or it differs too much from what is served.
    waiting: Option<Plugin>,
    /// Somebody has looked at what differs, and it is meant.
    accepted: bool,
    problem: Option<LoadProblem>,
}

/// What is served at one moment.
#[derive(Default)]
pub struct Snapshot {
    /// Operations by name.
    pub operations: BTreeMap<String, Arc<OperationVersion>>,
    /// The session component.
    pub session: Option<Arc<SessionVersion>>,
    /// Every file.
    pub files: Vec<PluginStatus>,
}

impl Folder {
    /// Whether the file was seen with this fingerprint.
    #[must_use]
    pub fn has_seen(&self, file: &str, fingerprint: Fingerprint) -> bool {
        self.0
            .get(file)
            .is_some_and(|entry| entry.seen == Some(fingerprint))
    }

    /// The SHA-256 of the content that was looked at last.
    #[must_use]
    pub fn digest(&self, file: &str) -> Option<String> {
        self.0.get(file)?.digest.clone()
    }

    /// Remembers that the file was looked at, and holds what it held before.
    pub fn touch(&mut self, file: &str, fingerprint: Fingerprint) {
        self.0.entry(file.to_owned()).or_default().seen = Some(fingerprint);
    }

    /// Forgets the files that are gone, and what was served from them.
    pub fn keep_only(&mut self, is_there: impl Fn(&str) -> bool) {
        self.0.retain(|file, entry| {
            let keep = is_there(file);
            if let (false, Some((plugin, _))) = (keep, &entry.served) {
                tracing::info!(
                    file,
                    plugin = plugin.identity().name,
                    "a plugin is not served any more"
                );
            }
            keep
        });
        self.settle();
    }

    /// Serves what a file holds now, or notes why not.
    pub fn offer(
        &mut self,
        file: &str,
        fingerprint: Fingerprint,
        digest: Option<String>,
        loaded: Result<Plugin, LoadError>,
    ) {
        let entry = self.0.entry(file.to_owned()).or_default();
        entry.seen = Some(fingerprint);
        entry.digest = digest;
        entry.waiting = None;
        entry.accepted = false;
        match loaded {
            Ok(plugin) => entry.waiting = Some(plugin),
            Err(error) => {
                tracing::warn!(
                    file, code = error.code(), error = %error, still_served = entry.served.is_some(),
                    "a plugin was not loaded"
                );
                entry.problem = Some(LoadProblem::now(&error));
            }
        }
        self.settle();
    }

    /// Serves the waiting version with this digest, whatever differs; false if none of this plugin waits.
    pub fn accept(&mut self, name: &str, digest: &str) -> bool {
        let waits = |entry: &&mut Entry| {
            let identity = entry.waiting.as_ref().map(Plugin::identity);
            identity.is_some_and(|it| it.name == name && it.digest == digest)
        };
        let Some(entry) = self.0.values_mut().find(waits) else {
            return false;
        };
        entry.accepted = true;
        self.settle();
        true
    }

    /// What is served now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for (file, entry) in &self.0 {
            match &entry.served {
                Some((Plugin::Operation(version), _)) => {
                    let name = version.identity.name.clone();
                    snapshot.operations.insert(name, Arc::clone(version));
                }
                Some((Plugin::Session(version), _)) => {
                    snapshot.session = Some(Arc::clone(version));
                }
                None => {}
            }
            let served = entry
                .served
                .as_ref()
                .map(|(plugin, at)| ServedStatus::new(plugin, *at));
            snapshot.files.push(PluginStatus {
                file: file.clone(),
                served,
                problem: entry.problem.clone(),
            });
        }
        snapshot
    }

    /// Gives names to those that wait for them, until nobody's turn comes any more.
    fn settle(&mut self) {
        while let Some((file, plugin)) = self.next_to_serve() {
            let identity = plugin.identity();
            let (plugin_name, version) = (&identity.name, &identity.version);
            tracing::info!(file, plugin = plugin_name, %version, digest = identity.digest, "a plugin is served");
            let entry = self.0.get_mut(&file).expect("it was just found");
            *entry = Entry {
                served: Some((plugin, Utc::now())),
                waiting: None,
                accepted: false,
                problem: None,
                seen: entry.seen,
                digest: entry.digest.take(),
            };
        }
    }

    fn next_to_serve(&mut self) -> Option<(String, Plugin)> {
        let waiting: Vec<(String, Plugin)> = self
            .0
            .iter()
            .filter_map(|(file, entry)| Some((file.clone(), entry.waiting.clone()?)))
            .collect();
        for (file, plugin) in waiting {
            let Some(error) = self.conflict(&file, &plugin) else {
                return Some((file, plugin));
            };
            let entry = self.0.get_mut(&file).expect("it was just found");
            let is_known = entry
                .problem
                .as_ref()
                .is_some_and(|p| p.message == error.to_string());
            if !is_known {
                tracing::warn!(file, code = error.code(), error = %error, "a plugin was not loaded");
                entry.problem = Some(LoadProblem::now(&error));
            }
        }
        None
    }

    /// Why this file may not serve this plugin now.
    fn conflict(&self, file: &str, plugin: &Plugin) -> Option<LoadError> {
        let others = self.0.iter().filter(|(other, _)| *other != file);
        for (other, entry) in others {
            let Some((served, _)) = &entry.served else {
                continue;
            };
            if served.identity().name == plugin.identity().name {
                let name = served.identity().name.clone();
                return Some(LoadError::NameTaken {
                    name,
                    file: other.clone(),
                });
            }
            if let (Plugin::Session(_), Plugin::Session(_)) = (served, plugin) {
                return Some(LoadError::SessionTaken {
                    file: other.clone(),
                });
            }
        }
        let entry = self.0.get(file)?;
        let (served, _) = entry.served.as_ref()?;
        noticed(served, plugin).filter(|_| !entry.accepted)
    }
}

/// Why a new version may not take the place of the one that its file serves by itself.
fn noticed(served: &Plugin, new: &Plugin) -> Option<LoadError> {
    let (old, identity) = (served.identity(), new.identity());
    if old.name != identity.name {
        return None;
    }
    let differences = differences(served.promises(), new.promises());
    (!differences.is_empty()).then(|| LoadError::ReplacementDiffers {
        name: identity.name.clone(),
        digest: identity.digest.clone(),
        differences,
    })
}
