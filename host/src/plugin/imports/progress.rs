//! `progress`: how far a run is, and the parts of its result that are known already.

use serde_json::Value;

use crate::config::limits;
use crate::plugin::bindings::{progress, types};
use crate::plugin::context::{KeepError, Progress};
use crate::plugin::guest_log::shortened;
use crate::plugin::imports::fault;
use crate::plugin::state::CallState;

impl progress::Host for CallState {
    async fn report(
        &mut self,
        step: String,
        done: u32,
        total: Option<u32>,
    ) -> wasmtime::Result<()> {
        self.count()?;
        if let Some(journal) = &self.journal {
            let step = shortened(&step, limits::PROGRESS_STEP_BYTES).to_owned();
            journal.report(Progress { step, done, total });
        }
        Ok(())
    }

    async fn keep(
        &mut self,
        item: String,
        result_json: String,
    ) -> wasmtime::Result<Result<(), types::Problem>> {
        self.count()?;
        let Some(journal) = self.journal.clone() else {
            let message = "this call has no result of which parts could be kept";
            return Ok(Err(fault::problem("denied", message, false)));
        };
        let result: Value = match serde_json::from_str(&result_json) {
            Ok(result) => result,
            Err(error) => {
                let message = format!("the part `{item}` is not JSON: {error}");
                return Ok(Err(fault::problem("not-json", &message, false)));
            }
        };
        let item = shortened(&item, limits::PROGRESS_STEP_BYTES).to_owned();
        Ok(journal.keep(item, result).await.map_err(|error| {
            let (code, retryable) = match error {
                KeepError::TooLarge { .. } => ("parts-too-large", false),
                KeepError::Storage(_) => ("storage-failed", true),
            };
            fault::problem(code, &error.to_string(), retryable)
        }))
    }
}
