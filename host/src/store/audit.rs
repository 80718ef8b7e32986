//! Who did what, kept for as long as the configuration says.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::model::deed::{Deed, KeptDeed};
use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::runs::id;

impl Store {
    /// Keeps deeds, in this order.
    pub async fn note_deeds(&self, deeds: &[Deed]) -> Result<(), StoreError> {
        let mut tx = self.writer.begin().await?;
        for deed in deeds {
            sqlx::query(
                "INSERT INTO audit (at_ms, token_id, caller, action, target, status, run_id, request_id)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(deed.at_ms)
            .bind(deed.token_id.map(|id| id.to_string()))
            .bind(&deed.caller)
            .bind(&deed.action)
            .bind(&deed.target)
            .bind(deed.status)
            .bind(deed.run_id.map(|id| id.to_string()))
            .bind(&deed.request_id)
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// The newest deeds, newest first; with `before` those that come before it in the order of deeds.
    pub async fn deeds(&self, before: Option<i64>, most: u32) -> Result<Vec<KeptDeed>, StoreError> {
        let rows = sqlx::query("SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?")
            .bind(before.unwrap_or(i64::MAX))
            .bind(most)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(record).collect()
    }

    /// Forgets what was done before a time.
    pub async fn forget_deeds_before(&self, at_ms: i64) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM audit WHERE at_ms < ?")
            .bind(at_ms)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected())
    }
}

fn record(row: &SqliteRow) -> Result<KeptDeed, StoreError> {
    let text = |column: &str| row.try_get::<Option<String>, _>(column);
    Ok(KeptDeed {
        id: row.try_get("id")?,
        deed: Deed {
            at_ms: row.try_get("at_ms")?,
            token_id: text("token_id")?.as_deref().map(id).transpose()?,
            caller: row.try_get("caller")?,
            action: row.try_get("action")?,
            target: row.try_get("target")?,
            status: row.try_get("status")?,
            run_id: text("run_id")?.as_deref().map(id).transpose()?,
            request_id: text("request_id")?,
        },
    })
}
