//! Messages for receivers outside: written with what they tell of, kept for some time. How they are delivered is in
//! `deliveries.rs`.

use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Row, Sqlite, Transaction};
use tokio::sync::watch;

use crate::model::message::Message;
use crate::store::database::Store;
use crate::store::error::StoreError;

impl Store {
    /// Writes messages of what is not written itself.
    pub async fn tell(&self, messages: &[Message]) -> Result<(), StoreError> {
        let mut tx = self.writer.begin().await?;
        for message in messages {
            write_message(&mut tx, message).await?;
        }
        tx.commit().await?;
        self.changed();
        Ok(())
    }

    /// Tells when there may be something to send.
    #[must_use]
    pub fn messages(&self) -> watch::Receiver<()> {
        self.messages.subscribe()
    }

    pub(in crate::store) fn changed(&self) {
        self.messages.send_replace(());
    }

    /// Notes that an account needs a person, and tells so with this message, unless it was told before.
    pub async fn account_in_need(
        &self,
        account: &str,
        message: Option<&Message>,
        at_ms: i64,
    ) -> Result<(), StoreError> {
        let note = sqlx::query("INSERT OR IGNORE INTO accounts_in_need VALUES (?, ?)");
        self.note(note.bind(account).bind(at_ms), message).await
    }

    /// Notes that an account needs no person any more, and tells so with this message, if it was told before that it does.
    pub async fn account_recovered(
        &self,
        account: &str,
        message: Option<&Message>,
    ) -> Result<(), StoreError> {
        let note = sqlx::query("DELETE FROM accounts_in_need WHERE account = ?");
        self.note(note.bind(account), message).await
    }

    /// Changes what is noted, and tells so with this message if that was news.
    async fn note<'q>(
        &self,
        change: Query<'q, Sqlite, SqliteArguments<'q>>,
        message: Option<&Message>,
    ) -> Result<(), StoreError> {
        let mut tx = self.writer.begin().await?;
        let noted = change.execute(&mut *tx).await?;
        if let Some(message) = message.filter(|_| noted.rows_affected() > 0) {
            write_message(&mut tx, message).await?;
        }
        tx.commit().await?;
        self.changed();
        Ok(())
    }

    /// The accounts of which was told that they need a person.
    pub async fn accounts_in_need(&self) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query("SELECT account FROM accounts_in_need")
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(|row| Ok(row.try_get("account")?)).collect()
    }

    /// Forgets the messages that were written before a time, and what is known of their deliveries.
    pub async fn forget_messages_before(&self, at_ms: i64) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM messages WHERE created_ms < ?")
            .bind(at_ms)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected())
    }
}

/// Writes a message and that it is to be sent; one that is there stays as it is.
pub(in crate::store) async fn write_message(
    tx: &mut Transaction<'_, Sqlite>,
    message: &Message,
) -> Result<(), StoreError> {
    sqlx::query("INSERT OR IGNORE INTO messages (id, event, body, created_ms) VALUES (?, ?, ?, ?)")
        .bind(message.id.to_string())
        .bind(message.occasion.as_str())
        .bind(&message.body)
        .bind(message.created_ms)
        .execute(&mut **tx)
        .await?;
    for webhook in &message.to {
        sqlx::query(
            "INSERT OR IGNORE INTO deliveries (webhook, message_id, state, next_ms) VALUES (?, ?, 'waiting', ?)",
        )
        .bind(webhook)
        .bind(message.id.to_string())
        .bind(message.created_ms)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
