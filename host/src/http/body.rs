//! Reading requests: JSON bodies and for whom they are, refused with a reason before anything is done.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use crate::config::secrets::Credentials;
use crate::dispatch::error::{HoldDenied, RunError};
use crate::dispatch::request::Who;
use crate::http::problem::Problem;
use crate::model::ids::{HoldId, SessionId};
use crate::model::outcome::Class;
use crate::pool::error::LeaseDenied;

/// A JSON body as it arrived, or why it did not.
pub struct Body(Result<Bytes, Problem>);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
        if !is_declared(request.headers(), "application/json") {
            let detail = "send the header `content-type: application/json`";
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Ok(Self(Err(Problem::of_http(status, "not-json-type", detail))));
        }
        Ok(Self(whole(request, state).await))
    }
}

/// A component as it arrived, or why it did not.
pub struct Component(Result<Bytes, Problem>);

impl<S: Send + Sync> FromRequest<S> for Component {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
        if !is_declared(request.headers(), "application/wasm") {
            let detail =
                "send the component's bytes with the header `content-type: application/wasm`";
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Ok(Self(Err(Problem::of_http(status, "not-wasm-type", detail))));
        }
        Ok(Self(whole(request, state).await))
    }
}

impl Component {
    /// Its bytes.
    pub fn bytes(self) -> Result<Vec<u8>, Problem> {
        Ok(self.0?.into())
    }
}

async fn whole<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    let bytes = Bytes::from_request(request, state).await;
    bytes.map_err(|rejection| {
        Problem::of_http(rejection.status(), "body-unreadable", rejection.body_text())
    })
}

/// Whether the body is said to be of this type (RFC 9110 §8.3), whatever its parameters.
fn is_declared(headers: &HeaderMap, essence: &str) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let said = kind.and_then(|kind| kind.split(';').next());
    said.is_some_and(|said| said.trim().eq_ignore_ascii_case(essence))
}

/// For whom something is asked. Part of every body that concerns a session.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WhoFields {
    /// A session the caller knows.
    pub session_id: Option<String>,
    /// The portal's user name.
    pub username: Option<String>,
    /// Its password.
    #[schema(format = Password)]
    pub password: Option<String>,
    /// An account of the configuration.
    pub account: Option<String>,
    /// Whether the session is kept signed in from now on.
    pub keep_alive: Option<bool>,
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
                    Class::Invalid,
                    "credentials-incomplete",
                    "send both username and password, neither empty",
                ));
            }
        };
        Ok(Who {
            session_id,
            credentials,
            account: self.account,
            keep_alive: self.keep_alive,
        })
    }
}

/// The session id in a path or body. Text that cannot be an id is the id of no session.
pub fn session_id(text: &str) -> Result<SessionId, Problem> {
    let none = |_| LeaseDenied::UnknownSession(text.to_owned()).into();
    text.parse().map_err(none)
}

/// The hold id in a path or body. Text that cannot be an id is the id of no hold.
pub fn hold_id(text: &str) -> Result<HoldId, Problem> {
    let none = |_| RunError::from(HoldDenied::NotFound(text.to_owned())).into();
    text.parse().map_err(none)
}

/// The body as a JSON value, its whole numbers without a fraction.
pub fn json(body: Body) -> Result<Value, Problem> {
    let bytes = body.0?;
    let mut value = serde_json::from_slice(&bytes).map_err(|error| {
        let detail = format!("the body is not JSON: {error}");
        Problem::new(Class::Malformed, "not-json", detail)
    })?;
    make_whole(&mut value);
    Ok(value)
}

/// Writes `20.0` as `20`. To JSON Schema it is an integer (2020-12, core 4.2.3), to the types of a plugin it is not.
fn make_whole(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let whole = number
                .as_f64()
                .filter(|float| number.is_f64() && float.fract() == 0.0);
            // Any other way of making an integer of it would have to say what happens to one that is too large.
            if let Some(whole) = whole.and_then(|float| format!("{float:.0}").parse::<i64>().ok()) {
                *value = whole.into();
            }
        }
        Value::Array(values) => values.iter_mut().for_each(make_whole),
        Value::Object(fields) => fields.values_mut().for_each(make_whole),
        _ => {}
    }
}

/// The body in the shape wanted.
pub fn shaped<T: DeserializeOwned>(body: Body) -> Result<T, Problem> {
    serde_json::from_value(json(body)?)
        .map_err(|error| invalid(format!("the body does not have the fields wanted: {error}")))
}

/// The refusal of a body that is JSON and not what is wanted.
pub fn invalid(detail: impl Into<String>) -> Problem {
    Problem::new(Class::Invalid, "invalid-body", detail)
}

/// The refusal of a query.
pub fn invalid_query(detail: impl Into<String>) -> Problem {
    Problem::new(Class::Invalid, "invalid-query", detail)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_whole_number_is_an_integer_however_it_is_written() {
        let mut value = json!({ "a": [20.0, 2e3, -1.0, 0.5, 7], "b": 1e300, "c": "20.0" });
        make_whole(&mut value);
        let expected = json!({ "a": [20, 2000, -1, 0.5, 7], "b": 1e300, "c": "20.0" });
        assert_eq!(value.to_string(), expected.to_string());
    }
}
