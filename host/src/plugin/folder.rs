//! The rules of the plugin folder: which file serves which name. Pure; `registry.rs` reads the files.
//!
//! A file that cannot be served changes nothing. Of two files with one name the earlier keeps it, and the later
//! waits until the name is free. A version that callers would notice waits beside the one that it would replace, and so
//! does one that crashed too often, or that is tried on some callers first.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};

use crate::plugin::canary::Percent;
use crate::plugin::load::Plugin;
use crate::plugin::load_error::LoadError;
use crate::plugin::replacing::differences;
use crate::plugin::status::{LoadProblem, PluginStatus, ServedStatus, WaitingStatus};
use crate::plugin::version::{Identity, OperationVersion, SessionVersion};

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

impl Fingerprint {
    /// That of a file with this metadata.
    pub fn of(metadata: &Metadata) -> io::Result<Self> {
        Ok(Self {
            bytes: metadata.len(),
            modified: metadata.modified()?,
            inode: metadata.ino(),
        })
    }
}

/// The files of the plugin folder.
#[derive(Default)]
pub struct Folder {
    entries: BTreeMap<String, Entry>,
    /// The digests of versions that crashed too often.
    quarantined: BTreeSet<String>,
    /// The plugins whose new versions are tried on a share of their callers first.
    tried: BTreeMap<String, Percent>,
}

#[derive(Default)]
struct Entry {
    seen: Option<Fingerprint>,
    /// The digest of the content that was looked at last.
    digest: Option<String>,
    served: Option<(Plugin, DateTime<Utc>)>,
    /// Loaded, and not served: its name is taken, or it differs too much from what is served.
    waiting: Option<Plugin>,
    /// Somebody has looked at why it waits, and it is meant.
    accepted: bool,
    /// What waits serves a share of the callers.
    is_tried: bool,
    problem: Option<LoadProblem>,
}

/// What is served at one moment.
#[derive(Default)]
pub struct Snapshot {
    /// Operations by name.
    pub operations: BTreeMap<String, Arc<OperationVersion>>,
    /// Versions that wait, by digest: whoever names one gets it.
    pub waiting: BTreeMap<String, Arc<OperationVersion>>,
    /// Those among them that serve a share of the callers, by the name of the operation.
    pub canaries: BTreeMap<String, (Percent, Arc<OperationVersion>)>,
    /// The session component.
    pub session: Option<Arc<SessionVersion>>,
    /// Every file.
    pub files: Vec<PluginStatus>,
}

impl Folder {
    /// A folder of which nothing is known but which versions may not be served by themselves, and which new ones are tried
    /// on how many callers.
    #[must_use]
    pub fn new(quarantined: BTreeSet<String>, tried: BTreeMap<String, Percent>) -> Self {
        Self {
            entries: BTreeMap::new(),
            quarantined,
            tried,
        }
    }

    /// Serves what an earlier host served from a file, until the file is looked at.
    pub fn restore(&mut self, file: &str, plugin: Plugin, since: DateTime<Utc>) {
        let entry = self.entries.entry(file.to_owned()).or_default();
        entry.digest = Some(plugin.identity().digest.clone());
        entry.served = Some((plugin, since));
    }

    /// Whether the file was seen with this fingerprint.
    #[must_use]
    pub fn has_seen(&self, file: &str, fingerprint: Fingerprint) -> bool {
        self.entries
            .get(file)
            .is_some_and(|entry| entry.seen == Some(fingerprint))
    }

    /// The SHA-256 of the content that was looked at last.
    #[must_use]
    pub fn digest(&self, file: &str) -> Option<String> {
        self.entries.get(file)?.digest.clone()
    }

    /// Remembers that the file was looked at, and holds what it held before.
    pub fn touch(&mut self, file: &str, fingerprint: Fingerprint) {
        self.entries.entry(file.to_owned()).or_default().seen = Some(fingerprint);
    }

    /// Forgets the files that are gone, and what was served from them.
    pub fn keep_only(&mut self, is_there: impl Fn(&str) -> bool) {
        self.entries.retain(|file, entry| {
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
        let entry = self.entries.entry(file.to_owned()).or_default();
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

    /// Serves the waiting version with this digest, whatever differs and however often it crashed; false if none of this
    /// plugin waits.
    pub fn accept(&mut self, name: &str, digest: &str) -> bool {
        let waits = |entry: &&mut Entry| {
            let identity = entry.waiting.as_ref().map(Plugin::identity);
            identity.is_some_and(|it| it.name == name && it.digest == digest)
        };
        let Some(entry) = self.entries.values_mut().find(waits) else {
            return false;
        };
        entry.accepted = true;
        self.quarantined.remove(digest);
        self.settle();
        true
    }

    /// A version that waits has crashed too often: it is tried on nobody any more. False if none with this digest waits.
    pub fn give_up(&mut self, digest: &str) -> bool {
        let waits = |entry: &Entry| {
            let waiting = entry.waiting.as_ref();
            waiting.is_some_and(|it| it.identity().digest == digest)
        };
        let is_waiting = self.entries.values().any(waits);
        if is_waiting {
            self.quarantined.insert(digest.to_owned());
            self.settle();
        }
        is_waiting
    }

    /// Takes a version out of service that crashed too often, and puts a former one in its place.
    pub fn quarantine(&mut self, digest: &str, former: Plugin) {
        self.quarantined.insert(digest.to_owned());
        let is_served = |entry: &&mut Entry| {
            let served = entry.served.as_ref();
            served.is_some_and(|(plugin, _)| plugin.identity().digest == digest)
        };
        if let Some(entry) = self.entries.values_mut().find(is_served) {
            let struck = entry.served.replace((former, Utc::now()));
            // A newer one that waits already goes before it.
            entry.waiting = entry.waiting.take().or(struck.map(|(plugin, _)| plugin));
            self.settle();
        }
    }

    /// The file that a plugin is served from, or waits in.
    #[must_use]
    pub fn file_of(&self, name: &str) -> Option<String> {
        let is_named = |(_, plugin): &(&str, &Plugin)| plugin.identity().name == name;
        let (file, _) = self
            .served()
            .find(is_named)
            .or_else(|| self.waiting().find(is_named))?;
        Some(file.to_owned())
    }

    /// What is served, with the file that it is served from.
    pub fn served(&self) -> impl Iterator<Item = (&str, &Plugin)> {
        self.entries.iter().filter_map(|(file, entry)| {
            let (plugin, _) = entry.served.as_ref()?;
            Some((file.as_str(), plugin))
        })
    }

    /// What waits, with the file that it waits in.
    pub fn waiting(&self) -> impl Iterator<Item = (&str, &Plugin)> {
        self.entries.iter().filter_map(|(file, entry)| {
            let plugin = entry.waiting.as_ref()?;
            Some((file.as_str(), plugin))
        })
    }

    /// What is served now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for (file, entry) in &self.entries {
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
            if let Some(Plugin::Operation(version)) = &entry.waiting {
                let Identity { name, digest, .. } = &version.identity;
                let version = Arc::clone(version);
                if let (true, Some(percent)) = (entry.is_tried, self.tried.get(name)) {
                    let canary = (*percent, Arc::clone(&version));
                    snapshot.canaries.insert(name.clone(), canary);
                }
                snapshot.waiting.insert(digest.clone(), version);
            }
            let served = entry
                .served
                .as_ref()
                .map(|(plugin, at)| ServedStatus::new(plugin, *at));
            snapshot.files.push(PluginStatus {
                file: file.clone(),
                served,
                waiting: entry.waiting.as_ref().map(WaitingStatus::new),
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
            let entry = self.entries.get_mut(&file).expect("it was just found");
            *entry = Entry {
                served: Some((plugin, Utc::now())),
                waiting: None,
                accepted: false,
                is_tried: false,
                problem: None,
                seen: entry.seen,
                digest: entry.digest.take(),
            };
        }
    }

    fn next_to_serve(&mut self) -> Option<(String, Plugin)> {
        let waiting: Vec<(String, Plugin)> = self
            .entries
            .iter()
            .filter_map(|(file, entry)| Some((file.clone(), entry.waiting.clone()?)))
            .collect();
        for (file, plugin) in waiting {
            let Some(error) = self.conflict(&file, &plugin) else {
                return Some((file, plugin));
            };
            let entry = self.entries.get_mut(&file).expect("it was just found");
            entry.is_tried = matches!(error, LoadError::Tried { .. });
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
        let others = self.entries.iter().filter(|(other, _)| *other != file);
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
        let entry = self.entries.get(file)?;
        if entry.accepted {
            return None;
        }
        let identity = plugin.identity();
        if self.quarantined.contains(&identity.digest) {
            return Some(LoadError::Quarantined {
                name: identity.name.clone(),
                digest: identity.digest.clone(),
            });
        }
        let (served, _) = entry.served.as_ref()?;
        noticed(served, plugin).or_else(|| self.tried(served, plugin))
    }

    /// Whether a version has to be tried first. The session component has no callers of its own.
    fn tried(&self, served: &Plugin, new: &Plugin) -> Option<LoadError> {
        let Plugin::Operation(version) = new else {
            return None;
        };
        let identity = &version.identity;
        let percent = *self.tried.get(&identity.name)?;
        let replaces = served.identity().name == identity.name;
        (replaces && served.identity().digest != identity.digest).then(|| LoadError::Tried {
            name: identity.name.clone(),
            digest: identity.digest.clone(),
            percent,
        })
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
