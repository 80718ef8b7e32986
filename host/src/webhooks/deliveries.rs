//! Deliveries: a task for each webhook sends what is due there, some at a time, and notes what came of it.
//!
//! Owns: the attempts under way. Ends with its handle; what was under way then is sent again by the next host.
//! Never: keeps in memory what has to be sent. The store says what is due and when, so a restart changes nothing.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::task::{Id, JoinSet};
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;

use crate::config::limits::webhooks as limits;
use crate::config::load::ConfigError;
use crate::config::schema::Config;
use crate::model::ids::MessageId;
use crate::model::run::wall_time;
use crate::store::deliveries::{Attempted, DueMessage, Then};
use crate::store::error::StoreError;
use crate::telemetry::table;
use crate::webhooks::handle::Webhooks;
use crate::webhooks::pauses::Pauses;
use crate::webhooks::receiver::{Answer, Receiver, Verdict};

/// The receivers of a configuration, with their secrets read: what has to be right before a host starts.
#[derive(Debug, Clone)]
pub struct Receivers(Vec<Receiver>);

impl Receivers {
    /// Those of a configuration.
    ///
    /// # Errors
    /// If a secret cannot be read, or is none.
    pub fn of(config: &Config) -> Result<Self, ConfigError> {
        let receivers = config.webhooks.iter().map(Receiver::new);
        receivers.collect::<Result<_, _>>().map(Self)
    }
}

/// The running tasks. Dropping it ends them.
pub struct Deliveries(#[expect(dead_code, reason = "held")] Vec<AbortOnDropHandle<()>>);

impl Deliveries {
    /// Starts to send.
    #[must_use]
    pub fn start(receivers: Receivers, webhooks: &Webhooks, retry_ms: &[u64]) -> Self {
        let pauses = Pauses::new(retry_ms);
        let task = |receiver| {
            let task = Task {
                receiver,
                webhooks: webhooks.clone(),
                pauses: pauses.clone(),
                under_way: HashMap::new(),
            };
            AbortOnDropHandle::new(tokio::spawn(task.run()))
        };
        Self(receivers.0.into_iter().map(task).collect())
    }
}

/// The task of one webhook.
struct Task {
    receiver: Receiver,
    webhooks: Webhooks,
    pauses: Pauses,
    under_way: HashMap<Id, MessageId>,
}

impl Task {
    async fn run(mut self) {
        let mut told = self.webhooks.store.messages();
        let mut attempts = JoinSet::new();
        loop {
            told.mark_unchanged();
            let pause = match self.begin_due(&mut attempts).await {
                Ok(pause) => pause,
                Err(error) => {
                    let webhook = &self.receiver.name;
                    tracing::error!(webhook, %error, "what is due cannot be read; trying again");
                    limits::STORE_AGAIN
                }
            };
            tokio::select! {
                Some(ended) = attempts.join_next_with_id() => {
                    let id = match ended {
                        Ok((id, ())) => id,
                        Err(fault) => {
                            tracing::error!(%fault, "sending a message ended by a fault of the host");
                            fault.id()
                        }
                    };
                    self.under_way.remove(&id);
                }
                // The store is held here, so its sender is.
                _ = told.changed() => {}
                () = sleep(pause) => {}
            }
        }
    }

    /// Begins what is due and has room; how long there is nothing to begin then, if nothing else happens.
    async fn begin_due(&mut self, attempts: &mut JoinSet<()>) -> Result<Duration, StoreError> {
        let (store, name) = (&self.webhooks.store, &self.receiver.name);
        let now_ms = self.webhooks.now_ms();
        // What is under way is due as well, as far as the store knows.
        let most = limits::PARALLEL + self.under_way.len();
        let due = store.due(name, now_ms, most.try_into().unwrap_or(u32::MAX));
        for message in due.await? {
            let is_under_way = self.under_way.values().any(|id| *id == message.id);
            if is_under_way || self.under_way.len() >= limits::PARALLEL {
                continue;
            }
            let id = message.id;
            let attempt = Attempt {
                receiver: self.receiver.clone(),
                webhooks: self.webhooks.clone(),
                pauses: self.pauses.clone(),
                message,
            };
            let handle = attempts.spawn(attempt.make());
            self.under_way.insert(handle.id(), id);
        }
        let next_ms = store.due_after(name, now_ms).await?;
        let pause_ms = next_ms.map(|next_ms| next_ms.saturating_sub(now_ms));
        let pause = pause_ms.and_then(|pause_ms| u64::try_from(pause_ms).ok());
        let pause = pause.map_or(limits::LOOK_AGAIN, Duration::from_millis);
        Ok(pause.min(limits::LOOK_AGAIN))
    }
}

/// One attempt.
struct Attempt {
    receiver: Receiver,
    webhooks: Webhooks,
    pauses: Pauses,
    message: DueMessage,
}

impl Attempt {
    async fn make(self) {
        let now_ms = self.webhooks.now_ms();
        let now = DateTime::<Utc>::from(wall_time(now_ms));
        let id = self.message.id.to_string();
        let answer = self.receiver.send(&id, &self.message.body, now).await;
        let attempted = self.settled(answer, now_ms);
        self.tell(&attempted);
        // Until it is noted it counts as under way, so that it is not sent again at once.
        while let Err(error) = self.note(&attempted).await {
            tracing::error!(webhook = self.receiver.name, message.id = id, %error,
                "what came of a message cannot be noted; trying again");
            sleep(limits::STORE_AGAIN).await;
        }
    }

    fn settled(&self, Answer { status, verdict }: Answer, at_ms: i64) -> Attempted {
        let (error, then) = match verdict {
            Verdict::Taken => (None, Then::Delivered),
            Verdict::Gone => {
                let why = "it answered 410 Gone: nothing more is sent there until it is enabled";
                (Some(why.to_owned()), Then::Disabled)
            }
            Verdict::Refused { why, retry_after } => {
                let failed = self.message.attempts.saturating_add(1);
                let pause = self.pauses.after(failed, retry_after, rand::random());
                // From when it failed: a receiver that times out is not asked again at once.
                let now_ms = self.webhooks.now_ms();
                let next_ms = |pause: Duration| {
                    now_ms.saturating_add(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX))
                };
                let then = pause.map_or(Then::GivenUp, |pause| Then::Again(next_ms(pause)));
                (Some(why), then)
            }
        };
        Attempted {
            at_ms,
            status,
            error,
            then,
        }
    }

    fn tell(&self, attempted: &Attempted) {
        let (webhook, id) = (&self.receiver.name, self.message.id);
        let why = attempted.error.as_deref().unwrap_or_default();
        let attempt = self.message.attempts.saturating_add(1);
        let sent = match attempted.then {
            Then::Delivered => {
                tracing::debug!(webhook, message.id = %id, attempt, "a message was delivered");
                "delivered"
            }
            Then::Again(_) => {
                tracing::info!(webhook, message.id = %id, attempt, why, "a message was not taken; it is sent again later");
                "retried"
            }
            Then::GivenUp => {
                tracing::error!(webhook, message.id = %id, attempt, why, "a message was not taken and is given up");
                "failed"
            }
            Then::Disabled => {
                tracing::error!(webhook, message.id = %id, "the receiver is gone (410): the webhook is disabled until somebody enables it");
                "disabled"
            }
        };
        let labels = [self.message.event.as_str(), sent];
        self.webhooks.figures.count(&table::WEBHOOKS, &labels);
    }

    async fn note(&self, attempted: &Attempted) -> Result<(), StoreError> {
        let store = &self.webhooks.store;
        let (webhook, id) = (&self.receiver.name, self.message.id);
        store.attempted(webhook, id, attempted).await
    }
}
