//! Downloads of a page, from the driver's log: which one began, and how it ended.
//!
//! Owns: the book of the one download that is waited for, and the session's download folder. Chromium is told to put
//! files there under ids of its own; whoever is given a file takes it away.
//! Source: Chrome DevTools Protocol, `Page.downloadWillBegin` and `Page.downloadProgress`. The folder itself is never
//! looked at to find out what came (portal-facts D19).

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tempfile::TempPath;

/// A whole file that the portal handed to the browser. It is removed unless somebody takes it.
#[derive(Debug)]
pub struct Downloaded {
    /// The name that the portal suggests, as Chromium made a plain file name of it.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Where it is.
    pub file: TempPath,
}

/// Why a download gave no file. Nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum DownloadError {
    /// None was begun to be waited for.
    #[error("no download is waited for: call `downloads.begin` before the click that causes it")]
    NotAwaited,
    /// The portal or the browser broke it off.
    #[error("the download of `{0}` broke off before it was whole")]
    BrokenOff(String),
    /// Which of them was meant cannot be told.
    #[error("more than one download began: `{0}` and `{1}`")]
    Several(String, String),
    /// It is larger than is kept.
    #[error("the download of `{name}` exceeds {limit_bytes} bytes")]
    TooLarge {
        /// The file.
        name: String,
        /// The most that is kept.
        limit_bytes: u64,
    },
    /// The disk.
    #[error("the download cannot be kept: {0}")]
    Folder(String),
}

/// How the download that is waited for stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody waits for one.
    #[default]
    NotAwaited,
    /// It has not begun.
    Awaited,
    /// It is on its way.
    UnderWay(Arriving),
    /// The browser says that it is whole.
    Whole(Arriving),
    /// It will not be whole.
    Failed(DownloadError),
}

/// A download that began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arriving {
    pub(crate) guid: String,
    pub(crate) name: String,
    pub(crate) bytes: u64,
}

/// The downloads of one page.
#[derive(Debug)]
pub(crate) struct Downloads {
    folder: PathBuf,
    limit_bytes: u64,
    standing: Standing,
    /// Those that have begun and not ended.
    running: Vec<String>,
}

impl Downloads {
    pub(crate) const fn into_folder(folder: PathBuf, limit_bytes: u64) -> Self {
        Self {
            folder,
            limit_bytes,
            standing: Standing::NotAwaited,
            running: Vec::new(),
        }
    }

    /// From here on the next one is waited for. The folder is empty then.
    pub(crate) fn awaited(&mut self) -> Result<&Path, DownloadError> {
        self.forget()?;
        std::fs::create_dir_all(&self.folder).map_err(of_folder)?;
        self.standing = Standing::Awaited;
        Ok(&self.folder)
    }

    /// Nobody waits any more, and what is in the folder goes.
    pub(crate) fn forget(&mut self) -> Result<(), DownloadError> {
        self.standing = Standing::NotAwaited;
        self.running.clear();
        match std::fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(of_folder(error)),
            _ => Ok(()),
        }
    }

    pub(crate) fn is_awaited(&self) -> bool {
        self.standing != Standing::NotAwaited
    }

    pub(crate) const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The browser's names of those that are on their way, to break them off.
    pub(crate) fn running(&self) -> Vec<String> {
        self.running.clone()
    }

    /// The file of one that is whole, out of the folder's care: nobody waits any more. What is on disk must be as long
    /// as the browser says.
    pub(crate) fn take(&mut self, arrived: &Arriving) -> Result<Downloaded, DownloadError> {
        let path = self.folder.join(&arrived.guid);
        let bytes = std::fs::metadata(&path).map_err(of_folder)?.len();
        let file = TempPath::try_from_path(path).map_err(of_folder)?;
        if bytes != arrived.bytes {
            return Err(DownloadError::BrokenOff(arrived.name.clone()));
        }
        self.standing = Standing::NotAwaited;
        Ok(Downloaded {
            name: arrived.name.clone(),
            bytes,
            file,
        })
    }

    /// Takes an event of the driver's log.
    pub(crate) fn event(&mut self, method: &str, params: &Value) {
        match method {
            "Page.downloadWillBegin" => self.began(params),
            "Page.downloadProgress" => self.goes_on(params),
            _ => {}
        }
    }

    fn began(&mut self, params: &Value) {
        // The id becomes a file name here: nothing but Chromium's own form of it is taken.
        let guid = params["guid"].as_str().filter(|guid| is_guid(guid));
        let Some(guid) = guid else { return };
        let name = params["suggestedFilename"].as_str().unwrap_or("download");
        self.running.push(guid.to_owned());
        match &self.standing {
            Standing::Awaited => {
                self.standing = Standing::UnderWay(Arriving {
                    guid: guid.to_owned(),
                    name: name.to_owned(),
                    bytes: 0,
                });
            }
            Standing::UnderWay(first) | Standing::Whole(first) if first.guid != guid => {
                let several = DownloadError::Several(first.name.clone(), name.to_owned());
                self.standing = Standing::Failed(several);
            }
            _ => {}
        }
    }

    fn goes_on(&mut self, params: &Value) {
        if matches!(params["state"].as_str(), Some("completed" | "canceled")) {
            self.running.retain(|guid| params["guid"] != **guid);
        }
        let Standing::UnderWay(arriving) = &mut self.standing else {
            return;
        };
        if params["guid"].as_str() != Some(&arriving.guid) {
            return;
        }
        let count = |name: &str| params[name].as_f64().unwrap_or_default();
        let bytes = count("receivedBytes").max(count("totalBytes"));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the protocol counts bytes in floating point"
        )]
        let bytes = bytes as u64;
        arriving.bytes = bytes;
        let (name, limit_bytes) = (arriving.name.clone(), self.limit_bytes);
        match params["state"].as_str() {
            _ if bytes > limit_bytes => {
                self.standing = Standing::Failed(DownloadError::TooLarge { name, limit_bytes });
            }
            Some("completed") => self.standing = Standing::Whole(arriving.clone()),
            Some("canceled") => self.standing = Standing::Failed(DownloadError::BrokenOff(name)),
            _ => {}
        }
    }
}

fn is_guid(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn of_folder(error: io::Error) -> DownloadError {
    DownloadError::Folder(error.to_string())
}

#[cfg(test)]
#[path = "downloads_tests.rs"]
mod tests;
