//! A first call of an operation before it is served: with the first example of its input schema, on a portal without pages,
//! under its own bounds and grants.
//!
//! A failure that it tells is as good as an answer: there is nothing to read. Only a version that breaks is refused.

use std::sync::Arc;

use gantry_mock_page::Portal;
use serde_json::Value;
use tokio::time::Instant;

use crate::artifacts::store::ArtifactStore;
use crate::browser::in_memory::InMemory;
use crate::config::limits;
use crate::model::ids::RunId;
use crate::plugin::call;
use crate::plugin::call_error::CallError;
use crate::plugin::context::CallContext;
use crate::plugin::load_error::LoadError;
use crate::plugin::version::OperationVersion;

/// Calls a version that gives an example of its input; whatever else it says of itself, one that gives none passes.
pub(in crate::plugin) async fn rehearse(version: &OperationVersion) -> Result<(), LoadError> {
    let Some(example) = version.input_schema().pointer("/examples/0") else {
        return Ok(());
    };
    if let Err(problems) = version.validate_input(example) {
        let problem = format!(
            "the first of its `examples` is no input that it takes: {}",
            problems
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; ")
        );
        return Err(LoadError::Manifest {
            field: "input-schema",
            problem,
        });
    }
    match called(version, example).await? {
        Ok(_) | Err(CallError::Failure(_)) => Ok(()),
        Err(error) => Err(LoadError::Rehearsal(error)),
    }
}

async fn called(
    version: &OperationVersion,
    example: &Value,
) -> Result<Result<Value, CallError>, LoadError> {
    // What it keeps goes with the folder.
    let folder = tempfile::tempdir().map_err(LoadError::Unreadable)?;
    let run_id = RunId::random();
    let store = ArtifactStore::open(folder.path())
        .map_err(|error| LoadError::Interrupted(error.to_string()))?;
    let context = CallContext {
        run_id,
        deadline: Instant::now() + limits::REHEARSAL,
        artifacts: Arc::new(store.for_run(run_id)),
        // No effect begins without one.
        journal: None,
        credentials: None,
    };
    let page = Box::new(InMemory::new(Portal::new()));
    Ok(call::run(version, (example, None), page, context)
        .await
        .outcome)
}
