//! Accepting a run: the caller's key, what its effect is named by, and the run itself, in one step.

use sqlx::Row;

use crate::model::ids::RunId;
use crate::model::run::Event;
use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::runs::{RunRecord, id, write};

/// A key that a caller gave, and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerKey {
    /// As it was given.
    pub key: String,
    /// SHA-256 of the request.
    pub fingerprint: String,
}

/// What became of a run that was to be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// It is on disk.
    New,
    /// The key stands for this run already, and the request is the same.
    Repeated(RunId),
    /// The key stands for another request.
    OtherRequest(RunId),
    /// This run of the same account does the same thing, and its end is not known yet.
    SameEffect(RunId),
}

impl Store {
    /// Accepts a run unless its key or its effect is taken.
    pub async fn accept(
        &self,
        run: &RunRecord,
        events: &[Event],
        key: Option<&CallerKey>,
    ) -> Result<Accepted, StoreError> {
        let mut tx = self.writer.begin().await?;
        if let Some(key) = key {
            let row = sqlx::query(
                "SELECT run_id, fingerprint FROM idempotency_keys WHERE owner = ? AND operation = ? AND key = ?",
            )
            .bind(owner(run))
            .bind(&run.operation)
            .bind(&key.key)
            .fetch_optional(&mut *tx)
            .await?;
            if let Some(row) = row {
                let taken = id(&row.try_get::<String, _>("run_id")?)?;
                let fingerprint: String = row.try_get("fingerprint")?;
                return Ok(if fingerprint == key.fingerprint {
                    Accepted::Repeated(taken)
                } else {
                    Accepted::OtherRequest(taken)
                });
            }
        }
        if let Some(effect_key) = &run.effect_key {
            let row = sqlx::query(
                "SELECT id FROM runs WHERE account = ? AND operation = ? AND effect_key = ?
                     AND state NOT IN ('succeeded', 'failed', 'cancelled') LIMIT 1",
            )
            .bind(&run.account)
            .bind(&run.operation)
            .bind(effect_key)
            .fetch_optional(&mut *tx)
            .await?;
            if let Some(row) = row {
                let same = id(&row.try_get::<String, _>("id")?)?;
                return Ok(Accepted::SameEffect(same));
            }
        }
        write(&mut tx, run, events).await?;
        if let Some(key) = key {
            sqlx::query(
                "INSERT INTO idempotency_keys (owner, operation, key, fingerprint, run_id) VALUES (?, ?, ?, ?, ?)",
            )
            .bind(owner(run))
            .bind(&run.operation)
            .bind(&key.key)
            .bind(&key.fingerprint)
            .bind(run.id.to_string())
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(Accepted::New)
    }

    /// The key of a run that did nothing and may be tried again: the next request with it is a run of its own.
    pub async fn release_key(&self, run: RunId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM idempotency_keys WHERE run_id = ?")
            .bind(run.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

/// Whose key it is: each token has its own, and those without one share theirs.
fn owner(run: &RunRecord) -> String {
    run.owner.map(|id| id.to_string()).unwrap_or_default()
}
