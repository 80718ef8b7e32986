//! The folder of one browser: its driver's log, and a link to its temporary files. It ends with the browser.
//!
//! Owns: that folder and what the link points to; `remove` takes both.
//! The temporary files are elsewhere because Chromium makes a socket there, and the path of a socket may have
//! 107 bytes only (unix(7)); the storage folder's own path can use those up.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::limits;

/// The link's name, and the start of the names of what it points to.
const LINK: &str = "tmp";
const PREFIX: &str = "gantry-";

/// Where browsers keep their things.
#[derive(Debug, Clone)]
pub struct BrowserStorage {
    /// A folder for each browser, which ends with it.
    pub browsers: PathBuf,
    /// A folder for each session's profile, which may outlive the host.
    pub profiles: PathBuf,
}

impl BrowserStorage {
    /// Makes both below a folder.
    pub fn below(dir: &Path) -> io::Result<Self> {
        let storage = Self {
            browsers: dir.join("browsers"),
            profiles: dir.join("profiles"),
        };
        std::fs::create_dir_all(&storage.browsers)?;
        std::fs::create_dir_all(&storage.profiles)?;
        Ok(storage)
    }
}

/// The folder of one session's browser.
#[derive(Debug, Clone)]
pub(crate) struct BrowserFolder(PathBuf);

impl BrowserFolder {
    /// Makes the folder with all that is in it.
    pub(crate) fn make(path: PathBuf) -> io::Result<Self> {
        std::fs::create_dir_all(&path)?;
        let name = format!("{PREFIX}{:08x}", rand::random::<u32>());
        let temporary = std::env::temp_dir().join(name);
        // The link first: what is not linked would never be found again.
        std::os::unix::fs::symlink(&temporary, path.join(LINK))?;
        std::fs::create_dir(&temporary)?;
        Ok(Self(path))
    }

    /// The folder that an earlier host left at this path.
    pub(crate) fn left_at(path: PathBuf) -> Self {
        Self(path)
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.0.join("driver.log")
    }

    /// Where Chromium puts what it downloads.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.0.join("downloads")
    }

    /// Where Chromium puts its temporary files; none if the link is not ours.
    pub(crate) fn temporary(&self) -> Option<PathBuf> {
        let target = std::fs::read_link(self.0.join(LINK)).ok()?;
        let ours = target.file_name()?.to_str()?.starts_with(PREFIX);
        (ours && target.parent() == Some(&std::env::temp_dir())).then_some(target)
    }

    /// Removes everything, again if something was still being written.
    pub(crate) async fn remove(&self) {
        if let Some(temporary) = self.temporary() {
            remove(&temporary).await;
        }
        remove(&self.0).await;
    }
}

/// Removes a folder, again if something was still being written.
pub(crate) async fn remove(folder: &Path) {
    let mut last = None;
    for wait in std::iter::once(Duration::ZERO).chain(limits::REMOVE_RETRIES) {
        tokio::time::sleep(wait).await;
        match tokio::fs::remove_dir_all(folder).await {
            Ok(()) => return,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => last = Some(error),
        }
    }
    tracing::warn!(folder = %folder.display(), error = ?last, "cannot remove a browser's folder");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_made_is_removed_with_its_temporary_files() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("session");
        let folder = BrowserFolder::make(path.clone()).unwrap();
        let temporary = folder.temporary().unwrap();
        std::fs::write(temporary.join("file"), "x").unwrap();
        BrowserFolder::left_at(path.clone()).remove().await;
        assert!(!path.exists() && !temporary.exists());
    }

    #[tokio::test]
    async fn a_link_that_leads_elsewhere_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (path, elsewhere) = (
            dir.path().join("session"),
            dir.path().join("gantry-elsewhere"),
        );
        std::fs::create_dir_all(&path).unwrap();
        std::fs::create_dir_all(&elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, path.join(LINK)).unwrap();
        BrowserFolder::left_at(path.clone()).remove().await;
        assert!(!path.exists() && elsewhere.exists());
    }
}
