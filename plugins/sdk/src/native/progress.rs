//! Telling how far a run is: kept for the test to look at.

use gantry_mock_page::Progress;

use crate::Problem;
use crate::native::installed::{try_with, with};
use crate::native::words;

/// How far the run is. Nobody hears it without a mock portal.
pub fn report(step: &str, done: u32, total: Option<u32>) {
    let step = step.to_owned();
    try_with(|backend| backend.call.report(Progress { step, done, total }));
}

/// Keeps one part of the result.
pub fn keep(item: &str, result_json: &str) -> Result<(), Problem> {
    serde_json::from_str::<serde_json::Value>(result_json).map_err(|error| {
        let message = format!("the part `{item}` is not JSON: {error}");
        words::invalid("not-json", message)
    })?;
    with("progress.keep", |backend| {
        backend.call.keep(item, result_json);
    });
    Ok(())
}
