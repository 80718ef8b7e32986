//! What a guest answered, checked before anybody believes it.

use std::sync::Arc;

use serde_json::Value;

use crate::plugin::bindings::types;
use crate::plugin::call_error::{CallError, Failure};
use crate::plugin::schema::Schema;
use crate::plugin::version::OperationVersion;

/// A longer output is parsed beside the runtime's workers: 16 MiB take a good part of a second.
const INLINE_BYTES: usize = 64 << 10;

/// The output of an operation: bounded, JSON, and as its own schema says.
pub(in crate::plugin) async fn parse(
    version: &OperationVersion,
    output: String,
) -> Result<Value, CallError> {
    let limit_bytes = version.bounds.output_bytes;
    if output.len() > limit_bytes {
        return Err(CallError::OutputTooLarge { limit_bytes });
    }
    let schema = Arc::clone(&version.output);
    if output.len() <= INLINE_BYTES {
        return checked(&schema, &output);
    }
    tokio::task::spawn_blocking(move || checked(&schema, &output))
        .await
        .map_err(|error| CallError::OutputNotJson(error.to_string()))?
}

fn checked(schema: &Schema, output: &str) -> Result<Value, CallError> {
    let value: Value = serde_json::from_str(output)
        .map_err(|error| CallError::OutputNotJson(error.to_string()))?;
    schema.check(&value).map_err(CallError::OutputInvalid)?;
    Ok(value)
}

/// A guest's failure in the host's words.
#[must_use]
pub(in crate::plugin) fn failure(said: types::Failure) -> Failure {
    Failure {
        code: said.code,
        message: said.message,
        retryable: said.retryable,
        phase: said.phase,
        fields: said.fields,
        evidence: said
            .evidence
            .iter()
            .filter_map(|id| id.parse().ok())
            .collect(),
        signed_out: said.signed_out,
        resumable: said.resumable,
    }
}
