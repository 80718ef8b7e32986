//! Webhooks and deliveries as they are seen from outside. Never: a secret, or what an address has behind its `?`.

use serde::Serialize;
use url::Url;
use utoipa::ToSchema;

use crate::config::webhooks::Webhook;
use crate::model::ids::MessageId;
use crate::model::message::{DeliveryState, Occasion, rfc_3339};
use crate::store::deliveries::{DeliveryRecord, LastAttempt, WebhookRecord};

/// A webhook, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WebhookStatus {
    /// Its name in the configuration.
    pub name: String,
    /// Where messages are sent to, without what may be secret in it.
    pub url: String,
    /// What it is told of.
    pub events: Vec<Occasion>,
    /// Whether messages are signed by the secret before as well.
    pub rotating: bool,
    /// Since when nothing is sent there, because its receiver answered 410; null while it is sent to.
    #[schema(format = DateTime)]
    pub disabled_since: Option<String>,
    /// How many messages wait.
    pub waiting: u64,
    /// How many were given up, of those that are kept.
    pub failed: u64,
    /// When something is sent next; null if nothing waits, or it is disabled.
    #[schema(format = DateTime)]
    pub next_attempt: Option<String>,
    /// The last attempt of any message.
    pub last_attempt: Option<AttemptStatus>,
}

/// What came of sending a message once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AttemptStatus {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// The HTTP status of the answer; null if there was none.
    pub status: Option<u16>,
    /// What was wrong; null if it was taken.
    pub error: Option<String>,
}

/// A message on its way to a webhook, or there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeliveryStatus {
    /// The message: what the header `webhook-id` says.
    pub id: MessageId,
    /// What it tells of.
    pub event: String,
    /// When it was written.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// How it stands.
    pub state: DeliveryState,
    /// How often it was sent.
    pub attempts: u32,
    /// When it is sent next; null if it is not.
    #[schema(format = DateTime)]
    pub next_attempt: Option<String>,
    /// The last attempt.
    pub last_attempt: Option<AttemptStatus>,
}

impl WebhookStatus {
    pub(in crate::webhooks) fn of(webhook: &Webhook, record: WebhookRecord) -> Self {
        let wanted = Occasion::ALL.into_iter().filter(|it| webhook.wants(*it));
        Self {
            name: webhook.name.clone(),
            url: shown(&webhook.url),
            events: wanted.collect(),
            rotating: webhook.is_rotating(),
            disabled_since: record.disabled_ms.map(rfc_3339),
            waiting: record.waiting,
            failed: record.failed,
            next_attempt: record.next_ms.map(rfc_3339),
            last_attempt: record.last.map(Into::into),
        }
    }
}

impl From<LastAttempt> for AttemptStatus {
    fn from(last: LastAttempt) -> Self {
        Self {
            at: rfc_3339(last.at_ms),
            status: last.status,
            error: last.error,
        }
    }
}

impl From<DeliveryRecord> for DeliveryStatus {
    fn from(record: DeliveryRecord) -> Self {
        Self {
            id: record.id,
            event: record.event,
            created_at: rfc_3339(record.created_ms),
            state: record.state,
            attempts: record.attempts,
            next_attempt: record.next_ms.map(rfc_3339),
            last_attempt: record.last.map(Into::into),
        }
    }
}

fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.into()
}
