//! How messages are delivered to receivers outside: what is due, what came of sending it, and what is shown of that.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::model::ids::MessageId;
use crate::model::message::DeliveryState;
use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::runs::{id, word};

/// A message that is due at a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueMessage {
    /// Its id.
    pub id: MessageId,
    /// What it tells of.
    pub event: String,
    /// What is sent.
    pub body: String,
    /// How often it was sent there.
    pub attempts: u32,
}

/// What came of sending a message once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempted {
    /// When it was sent, in milliseconds since 1970.
    pub at_ms: i64,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// What was wrong, if something was.
    pub error: Option<String>,
    /// What follows.
    pub then: Then,
}

/// What follows an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Nothing: it was taken.
    Delivered,
    /// It is sent again at this time.
    Again(i64),
    /// Nothing: it was sent often enough.
    GivenUp,
    /// The receiver is gone: nothing is sent there until somebody enables it. The message waits.
    Disabled,
}

/// How a message stands at a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// The message.
    pub id: MessageId,
    /// What it tells of.
    pub event: String,
    /// When it was written, in milliseconds since 1970.
    pub created_ms: i64,
    /// How it stands.
    pub state: DeliveryState,
    /// How often it was sent.
    pub attempts: u32,
    /// When it is sent next.
    pub next_ms: Option<i64>,
    /// What came of sending it last.
    pub last: Option<LastAttempt>,
}

/// What came of sending something last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastAttempt {
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// What was wrong, if something was.
    pub error: Option<String>,
}

/// How a webhook stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRecord {
    /// Since when nothing is sent there, if it is disabled.
    pub disabled_ms: Option<i64>,
    /// Messages that wait.
    pub waiting: u64,
    /// Messages that were given up.
    pub failed: u64,
    /// When something is sent there next.
    pub next_ms: Option<i64>,
    /// What came of sending something there last.
    pub last: Option<LastAttempt>,
}

impl Store {
    /// What is due at a webhook, longest due first; nothing if it is disabled.
    pub async fn due(
        &self,
        webhook: &str,
        now_ms: i64,
        most: u32,
    ) -> Result<Vec<DueMessage>, StoreError> {
        let rows = sqlx::query(
            "SELECT messages.id, event, body, attempts FROM deliveries
             JOIN messages ON messages.id = message_id
             WHERE webhook = ?1 AND state = 'waiting' AND next_ms <= ?2
                 AND NOT EXISTS (SELECT 1 FROM disabled_webhooks WHERE webhook = ?1)
             ORDER BY next_ms, seq LIMIT ?3",
        )
        .bind(webhook)
        .bind(now_ms)
        .bind(most)
        .fetch_all(&self.reader)
        .await?;
        let due = |row: &SqliteRow| {
            Ok(DueMessage {
                id: id(&row.try_get::<String, _>("id")?)?,
                event: row.try_get("event")?,
                body: row.try_get("body")?,
                attempts: row.try_get("attempts")?,
            })
        };
        rows.iter().map(due).collect()
    }

    /// When something becomes due at a webhook after this time; none if it is disabled.
    pub async fn due_after(&self, webhook: &str, now_ms: i64) -> Result<Option<i64>, StoreError> {
        let row = sqlx::query(
            "SELECT MIN(next_ms) AS next_ms FROM deliveries
             WHERE webhook = ?1 AND state = 'waiting' AND next_ms > ?2
                 AND NOT EXISTS (SELECT 1 FROM disabled_webhooks WHERE webhook = ?1)",
        )
        .bind(webhook)
        .bind(now_ms)
        .fetch_one(&self.reader)
        .await?;
        Ok(row.try_get("next_ms")?)
    }

    /// Notes what came of sending a message.
    pub async fn attempted(
        &self,
        webhook: &str,
        message: MessageId,
        attempted: &Attempted,
    ) -> Result<(), StoreError> {
        let (state, next_ms) = match attempted.then {
            Then::Delivered => (DeliveryState::Delivered, None),
            Then::GivenUp => (DeliveryState::Failed, None),
            Then::Again(next_ms) => (DeliveryState::Waiting, Some(next_ms)),
            Then::Disabled => (DeliveryState::Waiting, Some(attempted.at_ms)),
        };
        let mut tx = self.writer.begin().await?;
        sqlx::query(
            "UPDATE deliveries SET state = ?, attempts = attempts + 1, next_ms = ?,
                 last_ms = ?, last_status = ?, last_error = ?
             WHERE webhook = ? AND message_id = ?",
        )
        .bind(state.as_str())
        .bind(next_ms)
        .bind(attempted.at_ms)
        .bind(attempted.status)
        .bind(&attempted.error)
        .bind(webhook)
        .bind(message.to_string())
        .execute(&mut *tx)
        .await?;
        if attempted.then == Then::Disabled {
            sqlx::query("INSERT OR IGNORE INTO disabled_webhooks VALUES (?, ?)")
                .bind(webhook)
                .bind(attempted.at_ms)
                .execute(&mut *tx)
                .await?;
        }
        Ok(tx.commit().await?)
    }

    /// How a webhook stands.
    pub async fn webhook(&self, webhook: &str) -> Result<WebhookRecord, StoreError> {
        let row = sqlx::query(
            "SELECT (SELECT since_ms FROM disabled_webhooks WHERE webhook = ?1) AS disabled_ms,
                 COUNT(*) FILTER (WHERE state = 'waiting') AS waiting,
                 COUNT(*) FILTER (WHERE state = 'failed') AS failed,
                 MIN(next_ms) FILTER (WHERE state = 'waiting') AS next_ms
             FROM deliveries WHERE webhook = ?1",
        )
        .bind(webhook)
        .fetch_one(&self.reader)
        .await?;
        let last = sqlx::query(
            "SELECT last_ms, last_status, last_error FROM deliveries
             WHERE webhook = ? AND last_ms IS NOT NULL ORDER BY last_ms DESC, seq DESC LIMIT 1",
        )
        .bind(webhook)
        .fetch_optional(&self.reader)
        .await?;
        let disabled_ms: Option<i64> = row.try_get("disabled_ms")?;
        let next_ms: Option<i64> = row.try_get("next_ms")?;
        Ok(WebhookRecord {
            disabled_ms,
            waiting: count(&row, "waiting")?,
            failed: count(&row, "failed")?,
            next_ms: next_ms.filter(|_| disabled_ms.is_none()),
            last: last.as_ref().map(last_attempt).transpose()?.flatten(),
        })
    }

    /// The newest deliveries of a webhook, newest first.
    pub async fn deliveries(
        &self,
        webhook: &str,
        most: u32,
    ) -> Result<Vec<DeliveryRecord>, StoreError> {
        let rows = sqlx::query(&format!(
            "{DELIVERIES} WHERE webhook = ? ORDER BY seq DESC LIMIT ?"
        ))
        .bind(webhook)
        .bind(most)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(record).collect()
    }

    /// One delivery of a webhook.
    pub async fn delivery(
        &self,
        webhook: &str,
        message: MessageId,
    ) -> Result<Option<DeliveryRecord>, StoreError> {
        let row = sqlx::query(&format!(
            "{DELIVERIES} WHERE webhook = ? AND message_id = ?"
        ))
        .bind(webhook)
        .bind(message.to_string())
        .fetch_optional(&self.reader)
        .await?;
        row.as_ref().map(record).transpose()
    }

    /// Has a message sent to a webhook now, however it stands there. What is sent at this moment decides for itself.
    pub async fn send_again(
        &self,
        webhook: &str,
        message: MessageId,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE deliveries SET state = 'waiting', next_ms = ? WHERE webhook = ? AND message_id = ?")
            .bind(now_ms)
            .bind(webhook)
            .bind(message.to_string())
            .execute(&self.writer)
            .await?;
        self.changed();
        Ok(())
    }

    /// Has messages sent to a webhook again that was disabled.
    pub async fn enable_webhook(&self, webhook: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM disabled_webhooks WHERE webhook = ?")
            .bind(webhook)
            .execute(&self.writer)
            .await?;
        self.changed();
        Ok(())
    }
}

const DELIVERIES: &str = "SELECT messages.id, event, created_ms, state, attempts, next_ms, last_ms, last_status, last_error
     FROM deliveries JOIN messages ON messages.id = message_id";

fn count(row: &SqliteRow, column: &str) -> Result<u64, StoreError> {
    let count: i64 = row.try_get(column)?;
    Ok(count.try_into().unwrap_or(0))
}

fn last_attempt(row: &SqliteRow) -> Result<Option<LastAttempt>, StoreError> {
    let Some(at_ms) = row.try_get("last_ms")? else {
        return Ok(None);
    };
    Ok(Some(LastAttempt {
        at_ms,
        status: row.try_get("last_status")?,
        error: row.try_get("last_error")?,
    }))
}

fn record(row: &SqliteRow) -> Result<DeliveryRecord, StoreError> {
    Ok(DeliveryRecord {
        id: id(&row.try_get::<String, _>("id")?)?,
        event: row.try_get("event")?,
        created_ms: row.try_get("created_ms")?,
        state: word(&row.try_get::<String, _>("state")?)?,
        attempts: row.try_get("attempts")?,
        next_ms: row.try_get("next_ms")?,
        last: last_attempt(row)?,
    })
}
