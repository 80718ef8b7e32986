//! Effects: written before anything can happen, and settled when it is known.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, Transaction};

use crate::model::ids::RunId;
use crate::model::message::Message;
use crate::model::run::{EffectRecord, EffectState, Event};
use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::messages::write_message;
use crate::store::runs::{RunRecord, id, word, write};

/// An effect that is about to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEffect {
    /// Its name among all effects of the account.
    pub key: String,
    /// For people.
    pub summary: String,
    /// What the operation needs to find it in the portal.
    pub memo: String,
    /// When, in milliseconds since 1970.
    pub begun_ms: i64,
}

/// What became of an effect that was to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// It is on disk.
    Written,
    /// An effect of the account with the same key is open or not known, in this run.
    SameKey(RunId),
}

/// How an effect stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectStanding {
    /// Where it is.
    pub state: EffectState,
    /// For people.
    pub summary: String,
    /// What shows it.
    pub evidence: Option<String>,
}

impl Store {
    /// Writes an intent, with how its run stands now, unless the same is under way.
    pub async fn begin(
        &self,
        run: &RunRecord,
        events: &[Event],
        effect: &NewEffect,
    ) -> Result<Begun, StoreError> {
        let mut tx = self.writer.begin().await?;
        let row = sqlx::query(
            "SELECT run_id FROM effects WHERE account = ? AND key = ? AND state IN ('open', 'unknown') LIMIT 1",
        )
        .bind(&run.account)
        .bind(&effect.key)
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(row) = row {
            return Ok(Begun::SameKey(id(&row.try_get::<String, _>("run_id")?)?));
        }
        write(&mut tx, run, events).await?;
        sqlx::query(
            "INSERT INTO effects (run_id, account, key, summary, memo, begun_ms, state)
             VALUES (?, ?, ?, ?, ?, ?, 'open')",
        )
        .bind(run.id.to_string())
        .bind(&run.account)
        .bind(&effect.key)
        .bind(&effect.summary)
        .bind(&effect.memo)
        .bind(effect.begun_ms)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Begun::Written)
    }

    /// Writes how an effect stands now, with how its run stands.
    pub async fn settle(
        &self,
        run: &RunRecord,
        events: &[Event],
        (state, evidence): (EffectState, &str),
        at_ms: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.writer.begin().await?;
        write(&mut tx, run, events).await?;
        write_effect(&mut tx, run.id, (state, evidence), at_ms).await?;
        Ok(tx.commit().await?)
    }

    /// Writes how a run ended, with how its effect stands now and what receivers outside are told of it, in one step.
    pub async fn end(
        &self,
        run: &RunRecord,
        events: &[Event],
        effect: Option<&(EffectState, String)>,
        message: Option<&Message>,
        at_ms: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.writer.begin().await?;
        write(&mut tx, run, events).await?;
        if let Some((state, evidence)) = effect {
            write_effect(&mut tx, run.id, (*state, evidence), at_ms).await?;
        }
        if let Some(message) = message {
            write_message(&mut tx, message).await?;
        }
        tx.commit().await?;
        self.changed();
        Ok(())
    }

    /// How the effect of a run stands, if it began one.
    pub async fn effect(&self, run: RunId) -> Result<Option<EffectStanding>, StoreError> {
        let row = sqlx::query("SELECT state, summary, evidence FROM effects WHERE run_id = ?")
            .bind(run.to_string())
            .fetch_optional(&self.reader)
            .await?;
        let standing = |row: SqliteRow| {
            Ok(EffectStanding {
                state: word(&row.try_get::<String, _>("state")?)?,
                summary: row.try_get("summary")?,
                evidence: row.try_get("evidence")?,
            })
        };
        row.map(standing).transpose()
    }

    /// The effect of a run as it has to be known to look for it in the portal.
    pub async fn effect_record(&self, run: RunId) -> Result<Option<EffectRecord>, StoreError> {
        let row = sqlx::query(
            "SELECT effects.*, runs.operation, runs.session_id FROM effects
             JOIN runs ON runs.id = effects.run_id WHERE effects.run_id = ?",
        )
        .bind(run.to_string())
        .fetch_optional(&self.reader)
        .await?;
        let effect = |row: SqliteRow| {
            let session: Option<String> = row.try_get("session_id")?;
            Ok(EffectRecord {
                run_id: run,
                operation: row.try_get("operation")?,
                account: row.try_get("account")?,
                session_id: session.as_deref().map(id).transpose()?,
                summary: row.try_get("summary")?,
                memo: row.try_get("memo")?,
            })
        };
        row.map(effect).transpose()
    }
}

async fn write_effect(
    tx: &mut Transaction<'_, Sqlite>,
    run: RunId,
    (state, evidence): (EffectState, &str),
    at_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE effects SET state = ?, evidence = ?, settled_ms = ? WHERE run_id = ?")
        .bind(state.as_str())
        .bind(evidence)
        .bind(at_ms)
        .bind(run.to_string())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
