//! `POST /{operation_name}`: any operation with its input flat in the body, its output flat in the answer.

use axum::Json;
use axum::extract::Path;
use serde_json::Value;

use crate::http::compat::body::FlatDocument;
use crate::http::compat::call::Call;
use crate::http::compat::refusal::{EarlierAnswer, Refusal, Refused};

/// Runs an operation.
#[utoipa::path(post, path = "/{operation}", tag = "earlier clients", security(("token" = ["read"])),
    params(("operation" = String, Path, description = "An operation, with underscores.")),
    request_body = FlatDocument,
    responses((status = 200, description = "As the earlier system answered.", body = EarlierAnswer), Refused))]
pub async fn run(Path(name): Path<String>, call: Call) -> Result<Json<Value>, Refusal> {
    let input = Value::Object(call.fields.clone());
    let answer = call.run(&name.replace('_', "-"), input).await?;
    Ok(call.success(&answer, answer.output.clone()))
}
