//! Runs and their events.

use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, Transaction};

use crate::model::ids::{RunId, SessionId, TokenId};
use crate::model::outcome::Failed;
use crate::model::run::{Event, RunState};
use crate::store::database::Store;
use crate::store::error::StoreError;

/// A run as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRecord {
    /// Its id.
    pub id: RunId,
    /// The token that asked for it; none for callers without one.
    pub owner: Option<TokenId>,
    /// The operation.
    pub operation: String,
    /// The version of the plugin, in its own words.
    pub plugin_version: String,
    /// SHA-256 of its component.
    pub plugin_digest: String,
    /// The portal's user name.
    pub account: String,
    /// The session it runs on, once it has one.
    pub session_id: Option<SessionId>,
    /// What its effect is named by, normalised; none for operations without effects.
    pub effect_key: Option<String>,
    /// Where it is.
    pub state: RunState,
    /// When it was accepted, in milliseconds since 1970.
    pub created_ms: i64,
    /// When it ended.
    pub ended_ms: Option<i64>,
    /// What it answered, as it was told.
    pub answer: Option<Value>,
    /// Why it did not answer.
    pub failure: Option<Failed>,
}

impl Store {
    /// Writes how a run stands now, and events that happened.
    pub async fn save(&self, run: &RunRecord, events: &[Event]) -> Result<(), StoreError> {
        let mut tx = self.writer.begin().await?;
        write(&mut tx, run, events).await?;
        Ok(tx.commit().await?)
    }

    /// A run.
    pub async fn run(&self, id: RunId) -> Result<Option<RunRecord>, StoreError> {
        let row = sqlx::query("SELECT * FROM runs WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(record).transpose()
    }

    /// The events of a run that came after one.
    pub async fn events(&self, id: RunId, after: u64) -> Result<Vec<Event>, StoreError> {
        let rows =
            sqlx::query("SELECT event FROM events WHERE run_id = ? AND seq > ? ORDER BY seq")
                .bind(id.to_string())
                .bind(i64::try_from(after).unwrap_or(i64::MAX))
                .fetch_all(&self.reader)
                .await?;
        let event = |row: &SqliteRow| json(&row.try_get::<String, _>("event")?);
        rows.iter().map(event).collect()
    }

    /// Runs that an earlier host had not ended, oldest first.
    pub async fn unfinished(&self) -> Result<Vec<RunRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM runs WHERE state NOT IN ('succeeded', 'failed', 'cancelled') ORDER BY created_ms",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(record).collect()
    }

    /// Runs of which nobody knows whether their effect happened.
    pub async fn unknown(&self) -> Result<u32, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS unknown FROM runs WHERE state = 'unknown'")
            .fetch_one(&self.reader)
            .await?;
        Ok(row.try_get("unknown")?)
    }

    /// The newest runs: all, or those that a token asked for.
    pub async fn newest(
        &self,
        owner: Option<TokenId>,
        most: u32,
    ) -> Result<Vec<RunRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM runs WHERE ?1 IS NULL OR owner = ?1 ORDER BY created_ms DESC, id LIMIT ?2",
        )
            .bind(owner.map(|id| id.to_string()))
            .bind(most)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(record).collect()
    }

    /// Forgets the runs that ended before a time, and all that belongs to them.
    pub async fn forget_before(&self, ended_ms: i64) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM runs WHERE ended_ms < ?")
            .bind(ended_ms)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected())
    }
}

/// Writes how a run stands now, and events that happened.
pub(in crate::store) async fn write(
    tx: &mut Transaction<'_, Sqlite>,
    run: &RunRecord,
    events: &[Event],
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO runs (id, owner, operation, plugin_version, plugin_digest, account, session_id, effect_key,
             state, created_ms, ended_ms, answer, failure)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET session_id = excluded.session_id, state = excluded.state,
             ended_ms = excluded.ended_ms, answer = excluded.answer, failure = excluded.failure",
    )
    .bind(run.id.to_string())
    .bind(run.owner.map(|id| id.to_string()))
    .bind(&run.operation)
    .bind(&run.plugin_version)
    .bind(&run.plugin_digest)
    .bind(&run.account)
    .bind(run.session_id.map(|id| id.to_string()))
    .bind(&run.effect_key)
    .bind(run.state.as_str())
    .bind(run.created_ms)
    .bind(run.ended_ms)
    .bind(run.answer.as_ref().map(Value::to_string))
    .bind(run.failure.as_ref().map(text))
    .execute(&mut **tx)
    .await?;
    for event in events {
        sqlx::query(
            "INSERT OR REPLACE INTO events (run_id, seq, at_ms, event) VALUES (?, ?, ?, ?)",
        )
        .bind(run.id.to_string())
        .bind(i64::try_from(event.seq).unwrap_or(i64::MAX))
        .bind(event.at_ms)
        .bind(text(event))
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

fn record(row: &SqliteRow) -> Result<RunRecord, StoreError> {
    let text = |column: &str| row.try_get::<Option<String>, _>(column);
    let session_id = text("session_id")?;
    let (answer, failure) = (text("answer")?, text("failure")?);
    Ok(RunRecord {
        id: id(&row.try_get::<String, _>("id")?)?,
        owner: text("owner")?.as_deref().map(id).transpose()?,
        operation: row.try_get("operation")?,
        plugin_version: row.try_get("plugin_version")?,
        plugin_digest: row.try_get("plugin_digest")?,
        account: row.try_get("account")?,
        session_id: session_id.as_deref().map(id).transpose()?,
        effect_key: text("effect_key")?,
        state: word(&row.try_get::<String, _>("state")?)?,
        created_ms: row.try_get("created_ms")?,
        ended_ms: row.try_get("ended_ms")?,
        answer: answer.as_deref().map(json).transpose()?,
        failure: failure.as_deref().map(json).transpose()?,
    })
}

fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("records of plain fields serialise")
}

fn json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Unreadable(error.to_string()))
}

/// A word of an enum, as it is written in a column.
pub(in crate::store) fn word<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_value(Value::from(text))
        .map_err(|error| StoreError::Unreadable(error.to_string()))
}

/// An id, as it is written in a column.
pub(in crate::store) fn id<T: std::str::FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse()
        .map_err(|_| StoreError::Unreadable(format!("`{text}` is no id")))
}
