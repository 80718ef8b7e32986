//! `progress`: how far a run is. The last report is kept, others may be missed.

use crate::config::limits;
use crate::plugin::bindings::progress;
use crate::plugin::context::Progress;
use crate::plugin::guest_log::shortened;
use crate::plugin::state::CallState;

impl progress::Host for CallState {
    async fn report(
        &mut self,
        step: String,
        done: u32,
        total: Option<u32>,
    ) -> wasmtime::Result<()> {
        self.count()?;
        let step = shortened(&step, limits::PROGRESS_STEP_BYTES).to_owned();
        self.progress
            .send_replace(Some(Progress { step, done, total }));
        Ok(())
    }
}
