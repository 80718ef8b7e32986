//! Flat bodies: common fields and an operation's own in one object (portal-facts §1.1).

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::dispatch::error::RunError;
use crate::dispatch::request::Who;
use crate::http::body::{self, Body, WhoFields};
use crate::http::compat::refusal::Refusal;
use crate::model::ids::HoldId;

/// The fields common to all; an operation's own stand beside them.
#[derive(Serialize, ToSchema)]
pub struct FlatDocument {
    /// A session the caller knows.
    session_id: Option<String>,
    /// The portal's user name; with the password.
    username: Option<String>,
    /// Its password.
    #[schema(format = Password)]
    password: Option<String>,
    /// An account of the configuration, instead of a user name and password.
    account: Option<String>,
    /// Whether the run leaves a debug bundle even if it succeeds.
    debug: Option<bool>,
    /// Accepted and ignored.
    captcha_api_key: Option<String>,
}

/// A flat body, taken apart.
pub struct FlatBody {
    /// For whom.
    pub who: Who,
    /// What is left for the operation.
    pub fields: Map<String, Value>,
    /// Whether a debug bundle is wanted.
    pub debug: bool,
    /// Whether a cassette is wanted.
    pub record: bool,
}

/// The fields common to all, as in `WhoFields`.
const COMMON: [&str; 4] = ["session_id", "username", "password", "account"];
/// Accepted and ignored: nothing here solves a captcha, and pictures are left as they are.
const IGNORED: [&str; 2] = ["captcha_api_key", "screens_label"];

impl FlatBody {
    /// Reads one.
    pub fn read(body: Body) -> Result<Self, Refusal> {
        let Value::Object(mut fields) = body::json(body)? else {
            return Err(body::invalid("the body must be a JSON object").into());
        };
        for name in IGNORED {
            fields.remove(name);
        }
        let mut wants = |name: &str| match fields.remove(name) {
            None | Some(Value::Null) => Ok(false),
            Some(wanted) => shaped_value(wanted),
        };
        let (debug, record) = (wants("debug")?, wants("record")?);
        let common: Map<String, Value> = COMMON
            .iter()
            .filter_map(|name| fields.remove_entry(*name))
            .collect();
        let who = shaped::<WhoFields>(common)?.who()?;
        if who.session_id.is_none() && who.credentials.is_none() && who.account.is_none() {
            return Err(RunError::WhoMissing.into());
        }
        Ok(Self {
            who,
            fields,
            debug,
            record,
        })
    }

    /// Takes the hold that an operation is to go on from out of the fields: the earlier system's appointment
    /// session.
    pub fn take_resume(&mut self) -> Result<Option<HoldId>, Refusal> {
        match self.fields.remove("appointment_session_id") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(body::hold_id(&text)?)),
            Some(other) => Ok(Some(body::hold_id(&other.to_string())?)),
        }
    }

    /// The operation's fields in the shape wanted.
    pub fn fields<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        shaped(self.fields.clone())
    }
}

/// Fields in the shape wanted.
pub fn shaped<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Refusal> {
    shaped_value(Value::Object(fields))
}

fn shaped_value<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    serde_json::from_value(value).map_err(|error| body::invalid(error.to_string()).into())
}
