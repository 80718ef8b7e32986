//! `downloads`: one file that the portal hands to the browser, kept as an artifact of the run.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::artifacts::name;
use crate::browser::downloads::Downloaded;
use crate::plugin::bindings::downloads;
use crate::plugin::bindings::types;
use crate::plugin::capability::Capability;
use crate::plugin::imports::artifacts::{kept, nowhere};
use crate::plugin::imports::fault::PageFault;
use crate::plugin::state::CallState;

impl CallState {
    fn pass_downloads(&mut self) -> Result<(), PageFault> {
        if self.may(Capability::Downloads) {
            return Ok(());
        }
        self.count()?;
        Err(types::PageError::Denied(Capability::Downloads.missing()).into())
    }

    async fn keep_download(&mut self, file: Downloaded) -> Result<String, types::Problem> {
        let Some(artifacts) = self.artifacts.clone() else {
            return Err(nowhere());
        };
        let (name, media_type) = name::of_download(&file.name);
        let put = artifacts.take(&name, media_type, file.file, file.bytes);
        kept(timeout_at(self.host_deadline(), put).await)
    }
}

impl downloads::Host for CallState {
    async fn begin(&mut self) -> Result<(), PageFault> {
        self.pass_downloads()?;
        let (page, until) = self.begin_anywhere()?;
        let done = timeout_at(until, page.begin_download()).await;
        self.finish(done)
    }

    async fn finish(&mut self, timeout_ms: u32) -> Result<String, PageFault> {
        self.pass_downloads()?;
        let asked = Duration::from_millis(timeout_ms.into());
        let (page, until) = self.begin_anywhere()?;
        let left = until.saturating_duration_since(Instant::now());
        let done = timeout_at(until, page.finish_download(asked.min(left))).await;
        let file = self.waited(done, asked, left)?;
        self.stays_where_it_may_be().await?;
        let kept = self.keep_download(file).await;
        kept.map_err(|problem| types::PageError::Other(problem).into())
    }
}
