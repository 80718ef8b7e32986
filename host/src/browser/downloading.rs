//! Waiting for a download of a page: by the browser's own word, which the driver's log passes on.
//!
//! Never: leaves Chromium ready to download when nobody waits for anything. What a page downloads unasked is refused,
//! so that no file lies about that a later operation could take for its own (portal-facts D19, F12).

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::browser::commands::Commands;
use crate::browser::downloads::{DownloadError, Downloaded, Downloads, Standing};
use crate::browser::error::PageError;
use crate::browser::requests::Requests;
use crate::config::limits;

/// What a download needs of a page.
pub(crate) struct Downloading<'a> {
    pub(crate) commands: &'a mut Commands,
    pub(crate) requests: &'a mut Requests,
    pub(crate) downloads: &'a mut Downloads,
    /// The page's time at the last action.
    pub(crate) acted_ms: f64,
}

impl Downloading<'_> {
    /// Waits for the next one from here on.
    pub(crate) async fn begin(mut self) -> Result<(), PageError> {
        self.give_up_download().await?;
        // What began before is read away, so that it is not taken for what follows.
        self.look().await?;
        let folder = self.downloads.awaited()?;
        let params = json!({
            "behavior": "allowAndName",
            "downloadPath": folder,
            "eventsEnabled": true,
        });
        behave(self.commands, params).await
    }

    /// Waits for its end.
    pub(crate) async fn finish(mut self, timeout: Duration) -> Result<Downloaded, PageError> {
        let ended = self.ended(timeout).await;
        let cleared = match &ended {
            Ok(_) => refuse(self.commands).await,
            Err(_) => self.give_up_download().await,
        };
        let downloaded = ended?;
        cleared?;
        Ok(downloaded)
    }

    /// Breaks off what is on its way, and clears up. No command if nobody waits.
    pub(crate) async fn give_up(mut self) -> Result<(), PageError> {
        self.give_up_download().await
    }

    async fn ended(&mut self, timeout: Duration) -> Result<Downloaded, PageError> {
        let began = Instant::now();
        let deadline = began + timeout;
        loop {
            self.look().await?;
            let late = match self.downloads.standing() {
                Standing::Whole(arrived) => {
                    let arrived = arrived.clone();
                    return Ok(self.downloads.take(&arrived)?);
                }
                Standing::Failed(why) => return Err(why.clone().into()),
                Standing::NotAwaited => return Err(DownloadError::NotAwaited.into()),
                Standing::UnderWay(arriving) => format!("the end of `{}`", arriving.name),
                Standing::Awaited => {
                    // A request that the portal failed brings no file: there is nothing to wait for.
                    let failed = self.requests.failed_since(self.acted_ms);
                    if let Some(failed) = failed.filter(|_| self.requests.open() == 0) {
                        return Err(PageError::PortalFailed(failed));
                    }
                    "the beginning of a download".to_owned()
                }
            };
            if Instant::now() >= deadline {
                return Err(PageError::TimedOut(late));
            }
            let pause = began.elapsed() / 20;
            sleep(pause.clamp(limits::DOWNLOAD_LOOK, limits::DOWNLOAD_LOOK_MAX)).await;
        }
    }

    /// Reads what the log has.
    pub(crate) async fn look(&mut self) -> Result<(), PageError> {
        let log = self.commands.log("downloads", "performance").await?;
        self.requests.apply(&log, self.downloads);
        Ok(())
    }

    async fn give_up_download(&mut self) -> Result<(), PageError> {
        if !self.downloads.is_awaited() {
            return Ok(());
        }
        // In this order: none begins any more, and of those that have begun each is known.
        refuse(self.commands).await?;
        self.look().await?;
        for guid in self.downloads.running() {
            let params = json!({ "guid": guid });
            let name = "cancel-download";
            let cancel = self
                .commands
                .devtools(name, "Browser.cancelDownload", params);
            cancel.await?;
        }
        Ok(self.downloads.forget()?)
    }
}

/// Has the browser refuse downloads.
pub(crate) async fn refuse(commands: &mut Commands) -> Result<(), PageError> {
    behave(commands, json!({ "behavior": "deny" })).await
}

async fn behave(commands: &mut Commands, params: Value) -> Result<(), PageError> {
    let name = "download-behavior";
    commands
        .devtools(name, "Browser.setDownloadBehavior", params)
        .await
        .map(drop)
}
