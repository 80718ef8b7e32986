//! The profile of a session's Chromium, and whose it is: what a session needs to go on with another browser, in this
//! host or the next.
//!
//! Owns: `profiles/<session>`: Chromium's user data, and `session.json` beside it. Never a password.
//! Chromium drops session cookies at its start unless it is told to go on where it left off (`capabilities.rs`). It
//! writes cookies when it is asked to end, and every 30 s; what is younger does not survive a kill.

use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::browser::folder::remove;
use crate::browser::launch::{LaunchOrder, Profile};
use crate::model::ids::SessionId;

/// A session that an earlier host left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftSession {
    /// Its id.
    pub session_id: SessionId,
    /// Its portal user.
    pub username: String,
    /// Whether it was kept signed in.
    pub keep_alive: bool,
    /// When its profile was made.
    pub created: SystemTime,
    /// When its last browser was started.
    pub launched: SystemTime,
}

/// The folder of one session's profile.
#[derive(Debug, Clone)]
pub(crate) struct ProfileFolder(PathBuf);

impl ProfileFolder {
    pub(crate) fn of(profiles: &Path, session: SessionId) -> Self {
        Self(profiles.join(session.to_string()))
    }

    /// Chromium's user data.
    pub(crate) fn user_data(&self) -> PathBuf {
        self.0.join("chromium")
    }

    /// Makes it ready for a browser. A kept profile that is not there is a fresh one.
    pub(crate) async fn prepare(&self, order: &LaunchOrder) -> io::Result<Profile> {
        let is_kept = order.profile == Profile::Kept && self.user_data().is_dir();
        if is_kept {
            self.unlock()?;
        } else {
            remove(&self.0).await;
            let mut private = std::fs::DirBuilder::new();
            private.mode(0o700).recursive(true);
            private.create(self.user_data())?;
        }
        self.note(order)?;
        Ok(if is_kept {
            Profile::Kept
        } else {
            Profile::Fresh
        })
    }

    pub(crate) async fn remove(&self) {
        remove(&self.0).await;
    }

    /// Chromium's own marks of a browser that was killed.
    fn unlock(&self) -> io::Result<()> {
        for name in ["SingletonLock", "SingletonCookie", "SingletonSocket"] {
            match std::fs::remove_file(self.user_data().join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn note(&self, order: &LaunchOrder) -> io::Result<()> {
        let now = SystemTime::now();
        let created = self.read().map_or(now, |left| left.created);
        let left = LeftSession {
            session_id: order.session,
            username: order.username.clone(),
            keep_alive: order.keep_alive,
            created,
            launched: now,
        };
        // Readable by its owner only, and there whole or not at all.
        let mut file = tempfile::NamedTempFile::new_in(&self.0)?;
        serde_json::to_writer(&mut file, &left)?;
        file.as_file().sync_all()?;
        file.persist(self.0.join("session.json"))?;
        Ok(())
    }

    fn read(&self) -> Option<LeftSession> {
        let text = std::fs::read(self.0.join("session.json")).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

/// The sessions that an earlier host left, the last started first. What is none is removed.
pub async fn left(profiles: &Path) -> io::Result<Vec<LeftSession>> {
    let mut sessions = Vec::new();
    for entry in std::fs::read_dir(profiles)? {
        let folder = ProfileFolder(entry?.path());
        let named = |left: &LeftSession| folder.0.ends_with(left.session_id.to_string());
        match folder.read().filter(named) {
            Some(left) if folder.user_data().is_dir() => sessions.push(left),
            _ => folder.remove().await,
        }
    }
    sessions.sort_by_key(|left| std::cmp::Reverse(left.launched));
    Ok(sessions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(session: SessionId, profile: Profile) -> LaunchOrder {
        LaunchOrder {
            session,
            username: "someone".to_owned(),
            keep_alive: true,
            profile,
        }
    }

    #[tokio::test]
    async fn a_profile_is_found_by_the_next_host_and_what_is_none_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let session = SessionId::random();
        let folder = ProfileFolder::of(dir.path(), session);
        let made = folder.prepare(&order(session, Profile::Fresh)).await;
        assert_eq!(made.unwrap(), Profile::Fresh);
        std::fs::create_dir_all(dir.path().join("something")).unwrap();
        let left = left(dir.path()).await.unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!(
            (left[0].session_id, left[0].username.as_str()),
            (session, "someone")
        );
        assert!(!dir.path().join("something").exists());
    }

    #[tokio::test]
    async fn a_kept_profile_stays_and_a_fresh_one_is_empty() {
        let dir = tempfile::tempdir().unwrap();
        let session = SessionId::random();
        let folder = ProfileFolder::of(dir.path(), session);
        let made = folder.prepare(&order(session, Profile::Kept)).await;
        assert_eq!(made.unwrap(), Profile::Fresh, "there is none to keep");
        let cookies = folder.user_data().join("Cookies");
        std::fs::write(&cookies, "x").unwrap();
        std::os::unix::fs::symlink("nowhere", folder.user_data().join("SingletonLock")).unwrap();
        let made = folder.prepare(&order(session, Profile::Kept)).await;
        assert_eq!(made.unwrap(), Profile::Kept);
        assert!(cookies.exists() && !folder.user_data().join("SingletonLock").is_symlink());
        folder
            .prepare(&order(session, Profile::Fresh))
            .await
            .unwrap();
        assert!(!cookies.exists());
    }
}
