//! Why something cannot be done about a webhook.

use crate::store::error::StoreError;

/// Why something cannot be done about a webhook. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum WebhookDenied {
    /// The configuration has none of this name.
    #[error("no webhook `{0}` is configured; GET /v1/webhooks lists those there are")]
    Unknown(String),
    /// No such message went to it, or it is forgotten.
    #[error(
        "no delivery `{0}` of this webhook; deliveries are kept for {days} days",
        days = crate::config::limits::webhooks::KEPT_DAYS
    )]
    UnknownDelivery(String),
    /// Nothing is sent there.
    #[error(
        "the webhook `{0}` is disabled, because its receiver answered 410; POST /v1/webhooks/{0}/enable first"
    )]
    Disabled(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
