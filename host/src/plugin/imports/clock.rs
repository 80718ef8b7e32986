//! `clock`: time that a guest may know.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::plugin::bindings::clock;
use crate::plugin::state::CallState;

impl clock::Host for CallState {
    async fn now(&mut self) -> wasmtime::Result<u64> {
        self.count()?;
        // A wall clock before 1970 is shown as 1970; it is shown only.
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now_ms = milliseconds(since);
        let page = self.page.as_deref_mut();
        Ok(page.map_or(now_ms, |page| page.told_time(now_ms)))
    }

    async fn remaining_ms(&mut self) -> wasmtime::Result<u64> {
        self.count()?;
        Ok(milliseconds(
            self.deadline.saturating_duration_since(Instant::now()),
        ))
    }

    async fn sleep_ms(&mut self, duration: u32) -> wasmtime::Result<()> {
        self.count()?;
        if self.page.as_deref().is_some_and(|page| !page.time_passes()) {
            return Ok(());
        }
        let wake = Instant::now() + Duration::from_millis(duration.into());
        tokio::time::sleep_until(wake.min(self.host_deadline())).await;
        Ok(())
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
