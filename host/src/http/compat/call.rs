//! One call of an earlier route: its flat body taken apart, and the operation behind it run.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::artifacts::store::Artifact;
use crate::dispatch::desk::Desk;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::request::{RunAnswer, RunRequest, Who};
use crate::http::body::Body;
use crate::http::compat::body::{self, FlatBody};
use crate::http::compat::links;
use crate::http::compat::refusal::Refusal;
use crate::http::operations;
use crate::http::prefer::Patience;
use crate::model::ids::{HoldId, RunId};
use crate::model::origin::Origin;

/// A call that has been read, and not yet carried out.
pub struct Call {
    desk: Desk,
    headers: HeaderMap,
    patience: Patience,
    who: Who,
    resume: Option<HoldId>,
    debug: bool,
    record: bool,
    /// The operation's own fields.
    pub fields: Map<String, Value>,
}

impl FromRequest<Dispatch> for Call {
    type Rejection = Refusal;

    async fn from_request(request: Request, dispatch: &Dispatch) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let Ok(patience) = Patience::from_request_parts(&mut parts, dispatch).await;
        let Ok(desk) = Desk::from_request_parts(&mut parts, dispatch).await;
        let headers = parts.headers.clone();
        let Ok(body) = Body::from_request(Request::from_parts(parts, body), dispatch).await;
        let mut flat = FlatBody::read(body)?;
        let resume = flat.take_resume()?;
        let FlatBody {
            who,
            fields,
            debug,
            record,
        } = flat;
        Ok(Self {
            desk,
            headers,
            patience,
            who,
            resume,
            debug,
            record,
            fields,
        })
    }
}

impl Call {
    /// The fields in the shape wanted.
    pub fn shaped<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        body::shaped(self.fields.clone())
    }

    /// Whether it goes on with a paused run, so that only what was missing is sent.
    #[must_use]
    pub const fn is_resumed(&self) -> bool {
        self.resume.is_some()
    }

    /// Runs an operation on this input.
    pub async fn run(&self, operation: &str, input: Value) -> Result<RunAnswer, Refusal> {
        // The earlier clients send none. Without one of the caller's own a request that is repeated is a new one; what
        // it does is still not done twice at the same time, nor if the portal shows it.
        let key = operations::idempotency_key(&self.headers)?;
        let request = RunRequest {
            caller: self.desk.caller().clone(),
            origin: Origin::default(),
            operation: operation.to_owned(),
            input,
            resume: self.resume,
            who: self.who.clone(),
            patience: self.patience.0,
            key: key.or_else(|| Some(RunId::random().to_string())),
            detached: false,
            debug: self.debug,
            record: self.record,
            version: None,
        };
        Ok(self.desk.run(request).await?)
    }

    /// Where a file is, for callers that cannot put addresses together.
    #[must_use]
    pub fn file_url(&self, file: &Artifact) -> String {
        links::file(file, &self.headers)
    }

    /// A success in the earlier shape, with the fields of an operation.
    pub fn success(&self, answer: &RunAnswer, fields: Value) -> Json<Value> {
        let mut body = json!({
            "success": true,
            "session_id": answer.session_id,
            "is_new_session": answer.is_new_session,
            "run_id": answer.run_id,
        });
        if let Some(url) = links::debug_bundle(answer, &self.headers) {
            body["debug_bundle_url"] = json!(url);
        }
        if let (Value::Object(body), Value::Object(fields)) = (&mut body, fields) {
            body.extend(fields);
        }
        Json(body)
    }

    /// The desk, for whoever sends the file itself.
    #[must_use]
    pub const fn desk(&self) -> &Desk {
        &self.desk
    }
}

/// The file of a run that its output names.
#[must_use]
pub fn file<'a>(answer: &'a RunAnswer, id: &Value) -> Option<&'a Artifact> {
    let id = id.as_str()?;
    answer
        .artifacts
        .iter()
        .find(|file| file.id.to_string() == id)
}
