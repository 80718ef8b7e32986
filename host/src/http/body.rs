//! Reading requests: JSON bodies and for whom they are, refused with a reason before anything is done.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::config::secrets::Credentials;
use crate::dispatch::request::Who;
use crate::http::problem::Problem;
use crate::model::ids::SessionId;

/// A body as it arrived, or why it did not.
pub type Body = Result<Bytes, BytesRejection>;

/// For whom something is asked. Part of every body that concerns a session.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WhoFields {
    /// A session the caller knows.
    pub session_id: Option<String>,
    /// The portal's user name.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<String>,
    /// An account of the configuration.
    pub account: Option<String>,
}

impl WhoFields {
    /// Who is meant.
    pub fn who(self) -> Result<Who, Problem> {
        let session_id = self.session_id.as_deref().map(session_id).transpose()?;
        let credentials = match (self.username, self.password) {
            (Some(username), Some(password)) if !username.is_empty() && !password.is_empty() => {
                Some(Credentials::new(username, password))
            }
            (None, None) => None,
            _ => {
                return Err(Problem::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "credentials-incomplete",
                    "send both username and password, neither empty",
                ));
            }
        };
        Ok(Who {
            session_id,
            credentials,
            account: self.account,
        })
    }
}

/// The session id in a path or body. Text that cannot be an id is the id of no session.
pub fn session_id(text: &str) -> Result<SessionId, Problem> {
    text.parse().map_err(|_| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "session-not-found",
            "no session has this id; ask with the account's credentials instead",
        )
    })
}

/// The body as a JSON value.
pub fn json(body: Body) -> Result<Value, Problem> {
    let bytes = body.map_err(|rejection| {
        Problem::new(rejection.status(), "body-unreadable", rejection.body_text())
    })?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "not-json",
            format!("the body is not JSON: {error}"),
        )
    })
}

/// The body in the shape wanted.
pub fn shaped<T: DeserializeOwned>(body: Body) -> Result<T, Problem> {
    serde_json::from_value(json(body)?).map_err(|error| {
        let detail = format!("the body does not have the fields wanted: {error}");
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body", detail)
    })
}
