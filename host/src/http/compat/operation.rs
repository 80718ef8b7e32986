//! `POST /{name_with_underscores}`: any operation under its earlier kind of path, with a flat body. The answer
//! is the operation's output with `success`, `session_id` and `is_new_session` beside it.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::dispatch::handle::Dispatch;
use crate::dispatch::request::RunRequest;
use crate::http::body::Body;
use crate::http::compat::body::FlatBody;
use crate::http::compat::refusal::Refusal;
use crate::http::prefer::Patience;

/// Runs an operation.
pub async fn run(
    State(dispatch): State<Dispatch>,
    Path(name): Path<String>,
    Patience(patience): Patience,
    body: Body,
) -> Result<Json<Value>, Refusal> {
    let mut flat = FlatBody::read(body)?;
    let resume = flat.take_resume()?;
    let FlatBody { who, fields } = flat;
    let operation = name.replace('_', "-");
    let answer = dispatch
        .run(RunRequest {
            operation,
            input: Value::Object(fields),
            resume,
            who,
            patience,
        })
        .await?;
    let mut body = json!({
        "success": true,
        "session_id": answer.session_id,
        "is_new_session": answer.is_new_session,
    });
    if let (Value::Object(body), Value::Object(output)) = (&mut body, answer.output) {
        body.extend(output);
    }
    Ok(Json(body))
}
