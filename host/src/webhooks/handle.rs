//! What everybody else holds of the webhooks: who is told of what, how they stand, and what an administrator can do.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::config::limits::webhooks as limits;
use crate::config::schema::Config;
use crate::config::webhooks::Webhook;
use crate::model::clock::Clock;
use crate::model::ids::MessageId;
use crate::model::message::{Message, Occasion};
use crate::model::run::millis_since_1970;
use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::telemetry::figures::Figures;
use crate::webhooks::error::WebhookDenied;
use crate::webhooks::status::{DeliveryStatus, WebhookStatus};

/// The webhooks of the configuration. Cheap to clone; sends nothing by itself.
#[derive(Clone)]
pub struct Webhooks {
    configured: Arc<[Webhook]>,
    pub(in crate::webhooks) store: Store,
    pub(in crate::webhooks) clock: Arc<dyn Clock>,
    pub(in crate::webhooks) figures: Figures,
}

impl Webhooks {
    /// Those of a configuration.
    #[must_use]
    pub fn new(config: &Config, store: Store, clock: Arc<dyn Clock>, figures: Figures) -> Self {
        Self {
            configured: config.webhooks.clone().into(),
            store,
            clock,
            figures,
        }
    }

    /// Whether anybody is told of anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.configured.is_empty()
    }

    /// A message of something that happened now; none if nobody is told of that.
    #[must_use]
    pub fn message(&self, occasion: Occasion, data: &Value) -> Option<Message> {
        let wanting = self.configured.iter().filter(|it| it.wants(occasion));
        let to: Vec<String> = wanting.map(|webhook| webhook.name.clone()).collect();
        (!to.is_empty()).then(|| Message::new(occasion, data, self.now_ms(), to))
    }

    /// All webhooks, in the order of the configuration.
    pub async fn list(&self) -> Result<Vec<WebhookStatus>, WebhookDenied> {
        let mut list = Vec::new();
        for webhook in self.configured.iter() {
            let record = self.store.webhook(&webhook.name).await?;
            list.push(WebhookStatus::of(webhook, record));
        }
        Ok(list)
    }

    /// The newest deliveries of a webhook, newest first.
    pub async fn deliveries(&self, name: &str) -> Result<Vec<DeliveryStatus>, WebhookDenied> {
        self.known(name)?;
        let deliveries = self.store.deliveries(name, limits::LISTED).await?;
        Ok(deliveries.into_iter().map(Into::into).collect())
    }

    /// Has a message sent to a webhook now: one that waits for its time, was given up, or was delivered.
    pub async fn retry(&self, name: &str, id: &str) -> Result<DeliveryStatus, WebhookDenied> {
        self.enabled(name).await?;
        let unknown = || WebhookDenied::UnknownDelivery(id.to_owned());
        let message: MessageId = id.parse().map_err(|_| unknown())?;
        self.delivery(name, message).await?;
        self.store.send_again(name, message, self.now_ms()).await?;
        self.delivery(name, message).await
    }

    /// Has messages sent again to a webhook whose receiver had said that it is gone. What waited is sent at once.
    pub async fn enable(&self, name: &str) -> Result<WebhookStatus, WebhookDenied> {
        let webhook = self.known(name)?;
        self.store.enable_webhook(name).await?;
        tracing::info!(webhook = name, "enabled");
        let record = self.store.webhook(name).await?;
        Ok(WebhookStatus::of(webhook, record))
    }

    /// Sends a message that tells of nothing.
    pub async fn test(&self, name: &str) -> Result<DeliveryStatus, WebhookDenied> {
        self.enabled(name).await?;
        let (data, to) = (json!({ "webhook": name }), vec![name.to_owned()]);
        let message = Message::new(Occasion::Test, &data, self.now_ms(), to);
        let id = message.id;
        self.store.tell(&[message]).await?;
        self.delivery(name, id).await
    }

    /// Forgets messages that were written longer ago than they are kept.
    pub async fn forget_old(&self) -> Result<u64, StoreError> {
        let kept_ms = i64::from(limits::KEPT_DAYS) * 24 * 3_600_000;
        let before_ms = self.now_ms().saturating_sub(kept_ms);
        self.store.forget_messages_before(before_ms).await
    }

    pub(in crate::webhooks) fn now_ms(&self) -> i64 {
        millis_since_1970(self.clock.now().wall)
    }

    async fn delivery(&self, name: &str, id: MessageId) -> Result<DeliveryStatus, WebhookDenied> {
        let record = self.store.delivery(name, id).await?;
        let record = record.ok_or_else(|| WebhookDenied::UnknownDelivery(id.to_string()))?;
        Ok(record.into())
    }

    async fn enabled(&self, name: &str) -> Result<(), WebhookDenied> {
        self.known(name)?;
        let record = self.store.webhook(name).await?;
        match record.disabled_ms {
            None => Ok(()),
            Some(_) => Err(WebhookDenied::Disabled(name.to_owned())),
        }
    }

    fn known(&self, name: &str) -> Result<&Webhook, WebhookDenied> {
        let webhook = self.configured.iter().find(|it| it.name == name);
        webhook.ok_or_else(|| WebhookDenied::Unknown(name.to_owned()))
    }
}
