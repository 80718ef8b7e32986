//! Changes of what is served that somebody asks for: a version accepted, installed, gone back to, removed; and one that the
//! registry makes itself, of a version that crashed too often.
//!
//! The plugin folder stays the truth: what is asked for is a file written or removed there, and is served when this returns.
//! Never: leaves the folder and what is served apart, or a file half written.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::plugin::folder::{Fingerprint, Folder};
use crate::plugin::load::Plugin;
use crate::plugin::load_error::ChangeDenied;
use crate::plugin::registry::{ENDING, Registry, noted};
use crate::plugin::status::{PluginDetail, PluginStatus, VersionStatus};
use crate::plugin::strikes::Struck;
use crate::plugin::whole::{self, blocking};
use crate::store::plugins::{ServedVersion, VersionRecord};

impl Registry {
    /// A plugin, with what its callers have to know.
    ///
    /// # Errors
    /// No file has a plugin of this name.
    pub fn detail(&self, name: &str) -> Result<PluginDetail, ChangeDenied> {
        let status = self
            .status(name)
            .ok_or_else(|| ChangeDenied::Unknown(name.to_owned()))?;
        let operation = self.operation(name);
        let schema = |of: fn(&_) -> &Value| operation.as_deref().map(|it| of(it).clone());
        Ok(PluginDetail {
            status,
            input_schema: schema(|it| it.input_schema()),
            output_schema: schema(|it| it.output_schema()),
        })
    }

    /// The versions of a plugin that are or were served, the one in service first.
    ///
    /// # Errors
    /// None is known, or the database gave no answer.
    pub async fn versions(&self, name: &str) -> Result<Vec<VersionStatus>, ChangeDenied> {
        let known = self.known(name).await?;
        if known.is_empty() && self.status(name).is_none() {
            return Err(ChangeDenied::Unknown(name.to_owned()));
        }
        Ok(known.into_iter().map(version_status).collect())
    }

    /// Serves the waiting version of a plugin that has this digest, although callers will notice, or although it crashed.
    ///
    /// # Errors
    /// No such version waits.
    pub async fn accept(&self, name: &str, digest: &str) -> Result<(), ChangeDenied> {
        let mut folder = self.folder.lock().await;
        if !folder.accept(name, digest) {
            return Err(ChangeDenied::NotWaiting {
                name: name.to_owned(),
                digest: digest.to_owned(),
            });
        }
        tracing::info!(plugin = name, digest, "a version that waited was accepted");
        self.publish(&folder);
        self.remember(&folder).await;
        Ok(self.store.release(name, digest).await?)
    }

    /// Writes a component into the plugin folder. It is served when this returns, or waits there and says why.
    ///
    /// # Errors
    /// It cannot be served, is another plugin, or the folder cannot be written. Nothing has changed then.
    pub async fn install(&self, name: &str, bytes: Vec<u8>) -> Result<PluginStatus, ChangeDenied> {
        let plugin = self.loader.load(bytes.clone()).await?.plugin;
        let found = &plugin.identity().name;
        if found != name {
            return Err(ChangeDenied::OtherName {
                asked: name.to_owned(),
                found: found.clone(),
            });
        }
        let mut folder = self.folder.lock().await;
        let file = self.file_for(&folder, name)?;
        self.keep(bytes.clone()).await;
        self.put(&mut folder, file, plugin, bytes).await?;
        self.publish(&folder);
        self.remember(&folder).await;
        drop(folder);
        self.status(name)
            .ok_or_else(|| ChangeDenied::Unknown(name.to_owned()))
    }

    /// Serves a former version again: the one with this digest, or the newest of those that are older than the one in
    /// service.
    ///
    /// # Errors
    /// There is none, it cannot be loaded any more, or the folder cannot be written. Nothing has changed then.
    pub async fn roll_back(
        &self,
        name: &str,
        digest: Option<&str>,
    ) -> Result<PluginStatus, ChangeDenied> {
        let mut folder = self.folder.lock().await;
        let former = self.former(name, digest).await?;
        let digest = former.version.digest.as_str();
        let bytes = self.archive.get(digest).await?;
        let plugin = self.kept(digest).await?;
        let file = self.file_for(&folder, name)?;
        self.put(&mut folder, file, plugin, bytes).await?;
        folder.accept(name, digest);
        tracing::info!(plugin = name, digest, "a former version was put back");
        self.publish(&folder);
        self.remember(&folder).await;
        self.store.release(name, digest).await?;
        drop(folder);
        self.status(name)
            .ok_or_else(|| ChangeDenied::Unknown(name.to_owned()))
    }

    /// Removes the file of a plugin. Calls under way end on what they began with; its versions are kept.
    ///
    /// # Errors
    /// No file has it, or the file cannot be removed. Nothing has changed then.
    pub async fn remove(&self, name: &str) -> Result<(), ChangeDenied> {
        let mut folder = self.folder.lock().await;
        let file = folder
            .file_of(name)
            .ok_or_else(|| ChangeDenied::Unknown(name.to_owned()))?;
        let path = self.dir().join(&file);
        blocking(move || whole::remove(&path)).await?;
        folder.keep_only(|other| other != file);
        self.publish(&folder);
        self.remember(&folder).await;
        Ok(())
    }

    /// Puts the version before it in the place of one that crashed too often. Without one before it stays: that it fails
    /// tells its callers more than that there is nothing. One that was only tried is tried no more.
    pub async fn quarantine(&self, struck: &Struck) {
        let mut folder = self.folder.lock().await;
        let digest = struck.digest.as_str();
        let is_struck = |version: &ServedVersion| version.digest == digest;
        let canary = folder.waiting().map(noted).find(is_struck);
        if let Some(canary) = canary {
            folder.give_up(digest);
            tracing::error!(
                plugin = canary.name,
                digest,
                why = struck.why,
                "a version that was tried crashed again and again; it is used no more"
            );
            self.note_quarantine(&canary, &struck.why).await;
            self.publish(&folder);
            return;
        }
        let Some(served) = folder.served().map(noted).find(is_struck) else {
            return;
        };
        let name = served.name.clone();
        let former = match self.former(&name, None).await {
            Ok(former) => self.kept(&former.version.digest).await.map_err(Into::into),
            Err(denied) => Err(denied),
        };
        let former = match former {
            Ok(former) => former,
            Err(denied) => {
                tracing::error!(plugin = name, digest, why = struck.why, %denied,
                    "a plugin crashes again and again, and there is nothing to put in its place");
                return;
            }
        };
        let back_to = former.identity().digest.clone();
        folder.quarantine(digest, former);
        tracing::error!(
            plugin = name,
            digest,
            back_to,
            why = struck.why,
            "a plugin crashed again and again; the version before it is served"
        );
        // First on disk: the next host must not take it up again.
        self.note_quarantine(&served, &struck.why).await;
        self.remember(&folder).await;
        self.publish(&folder);
    }

    async fn note_quarantine(&self, version: &ServedVersion, why: &str) {
        let now_ms = Utc::now().timestamp_millis();
        if let Err(error) = self.store.quarantine(version, why, now_ms).await {
            tracing::error!(plugin = version.name, digest = version.digest, %error,
                "that a version crashed could not be written down");
        }
    }

    /// The file that has the plugin; the one that waits if none serves it.
    fn status(&self, name: &str) -> Option<PluginStatus> {
        let files = self.list();
        let served =
            |status: &&PluginStatus| status.served.as_ref().is_some_and(|it| it.name == name);
        let waits =
            |status: &&PluginStatus| status.waiting.as_ref().is_some_and(|it| it.name == name);
        let found = files
            .iter()
            .find(served)
            .or_else(|| files.iter().find(waits));
        found.cloned()
    }

    async fn known(&self, name: &str) -> Result<Vec<VersionRecord>, ChangeDenied> {
        let mut known = self.store.plugin_versions().await?;
        known.retain(|record| record.version.name == name);
        Ok(known)
    }

    /// What to go back to.
    async fn former(
        &self,
        name: &str,
        digest: Option<&str>,
    ) -> Result<VersionRecord, ChangeDenied> {
        let known = self.known(name).await?;
        let served = known.iter().find(|record| record.is_served);
        let since = served.map_or(i64::MAX, |record| record.first_served_ms);
        let is_former = |record: &VersionRecord| match digest {
            Some(digest) => record.version.digest == digest,
            // Going back twice goes back further.
            None => record.first_served_ms < since && record.quarantined.is_none(),
        };
        let former = known.into_iter().filter(is_former);
        let newest = former.max_by_key(|record| record.first_served_ms);
        newest.ok_or_else(|| ChangeDenied::NotKept {
            name: name.to_owned(),
            digest: digest.map(ToOwned::to_owned),
        })
    }

    /// Where a plugin is, or is to be.
    fn file_for(&self, folder: &Folder, name: &str) -> Result<PathBuf, ChangeDenied> {
        if let Some(file) = folder.file_of(name) {
            return Ok(self.dir().join(file));
        }
        let file = format!("{name}{ENDING}");
        let path = self.dir().join(&file);
        if folder.served().any(|(other, _)| other == file) {
            return Err(ChangeDenied::FileTaken { file });
        }
        Ok(path)
    }

    /// Writes a file and offers what it holds, before anybody else looks at it.
    async fn put(
        &self,
        folder: &mut Folder,
        path: PathBuf,
        plugin: Plugin,
        bytes: Vec<u8>,
    ) -> Result<(), ChangeDenied> {
        let file = path.file_name().and_then(|name| name.to_str());
        let file = file.expect("a plugin's file has a name").to_owned();
        let fingerprint = blocking(move || {
            whole::write(&path, &bytes)?;
            Fingerprint::of(&path.metadata()?)
        })
        .await?;
        let digest = Some(plugin.identity().digest.clone());
        folder.offer(&file, fingerprint, digest, Ok(plugin));
        Ok(())
    }
}

fn version_status(record: VersionRecord) -> VersionStatus {
    let at = |ms| DateTime::from_timestamp_millis(ms).unwrap_or_default();
    VersionStatus {
        digest: record.version.digest,
        version: record.version.version,
        served: record.is_served,
        first_served_at: at(record.first_served_ms),
        last_served_at: at(record.last_served_ms),
        quarantined: record.quarantined,
    }
}
