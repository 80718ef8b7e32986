//! What receivers outside are told, by webhooks: events, messages, and how their deliveries stand.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::model::ids::MessageId;
use crate::model::run::wall_time;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum Occasion {
    /// A run gave what was asked for, or the portal showed afterwards that its effect happened.
    #[serde(rename = "operation.succeeded")]
    OperationSucceeded,
    /// A run did not.
    #[serde(rename = "operation.failed")]
    OperationFailed,
    /// It cannot be told whether the effect of a run happened.
    #[serde(rename = "operation.unknown")]
    OperationUnknown,
    /// An account cannot be signed in without a person.
    #[serde(rename = "account.needs_auth")]
    AccountNeedsAuth,
    /// It is signed in again.
    #[serde(rename = "account.recovered")]
    AccountRecovered,
    /// A session lost its browser, or was taken away from who used it.
    #[serde(rename = "session.lost")]
    SessionLost,
    /// Somebody asked for a message to see whether it arrives. Nobody subscribes to it.
    #[serde(rename = "webhook.test", skip_deserializing)]
    Test,
}

impl Occasion {
    /// Those that a webhook can be for.
    pub const ALL: [Self; 6] = [
        Self::OperationSucceeded,
        Self::OperationFailed,
        Self::OperationUnknown,
        Self::AccountNeedsAuth,
        Self::AccountRecovered,
        Self::SessionLost,
    ];

    /// Its name, as in messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OperationSucceeded => "operation.succeeded",
            Self::OperationFailed => "operation.failed",
            Self::OperationUnknown => "operation.unknown",
            Self::AccountNeedsAuth => "account.needs_auth",
            Self::AccountRecovered => "account.recovered",
            Self::SessionLost => "session.lost",
            Self::Test => "webhook.test",
        }
    }
}

/// A message, and the webhooks that it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id, the same in every attempt.
    pub id: MessageId,
    /// What it tells of.
    pub occasion: Occasion,
    /// JSON, as it is sent each time: what is signed is text, not what it means.
    pub body: String,
    /// When it was written, in milliseconds since 1970.
    pub created_ms: i64,
    /// The names of the webhooks.
    pub to: Vec<String>,
}

impl Message {
    /// A message of this moment.
    #[must_use]
    pub fn new(occasion: Occasion, data: &Value, created_ms: i64, to: Vec<String>) -> Self {
        let body = json!({
            "type": occasion.as_str(),
            "timestamp": rfc_3339(created_ms),
            "data": data,
        });
        Self {
            id: MessageId::random(),
            occasion,
            body: body.to_string(),
            created_ms,
            to,
        }
    }
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// It is sent, for the first time or again, when its time has come.
    Waiting,
    /// The receiver has taken it.
    Delivered,
    /// It was sent as often as it is, and not taken. It is sent again only if somebody asks for it.
    Failed,
}

impl DeliveryState {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// A kept time, in milliseconds since 1970, as JSON has it.
#[must_use]
pub fn rfc_3339(ms: i64) -> String {
    DateTime::<Utc>::from(wall_time(ms)).to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_message_is_the_name_in_the_configuration() {
        for occasion in Occasion::ALL {
            assert_eq!(json!(occasion), json!(occasion.as_str()));
            let read: Occasion = serde_json::from_value(json!(occasion.as_str())).unwrap();
            assert_eq!(read, occasion);
        }
    }
}
