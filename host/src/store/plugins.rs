//! Versions of plugins: what was served, since when, and what may not be served again by itself.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::store::database::Store;
use crate::store::error::StoreError;

/// A version that is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedVersion {
    /// The plugin.
    pub name: String,
    /// SHA-256 of its component.
    pub digest: String,
    /// Its author's version.
    pub version: String,
    /// The file it is served from.
    pub file: String,
}

/// A version that is or was served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRecord {
    /// What it is.
    pub version: ServedVersion,
    /// When it was served for the first time, in milliseconds since 1970.
    pub first_served_ms: i64,
    /// When it was put into service last.
    pub last_served_ms: i64,
    /// Whether it is in service.
    pub is_served: bool,
    /// Why it is not served again by itself.
    pub quarantined: Option<String>,
}

impl Store {
    /// Writes which versions are served now, all of them; those that are not named are not served any more. Of each plugin
    /// the newest `keep` are remembered, and all that are quarantined.
    pub async fn note_served(
        &self,
        served: &[ServedVersion],
        at_ms: i64,
        keep: u32,
    ) -> Result<(), StoreError> {
        let mut tx = self.writer.begin().await?;
        let before = sqlx::query("SELECT * FROM plugin_versions WHERE is_served = 1")
            .fetch_all(&mut *tx)
            .await?;
        for row in &before {
            let before = record(row)?.version;
            let is_still =
                |now: &ServedVersion| (&now.name, &now.digest) == (&before.name, &before.digest);
            if !served.iter().any(is_still) {
                sqlx::query(
                    "UPDATE plugin_versions SET is_served = 0 WHERE name = ? AND digest = ?",
                )
                .bind(&before.name)
                .bind(&before.digest)
                .execute(&mut *tx)
                .await?;
            }
        }
        for version in served {
            sqlx::query(
                "INSERT INTO plugin_versions
                     (name, digest, version, file, first_served_ms, last_served_ms, is_served, quarantined)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?5, 1, NULL)
                 ON CONFLICT (name, digest) DO UPDATE SET file = excluded.file, is_served = 1,
                     last_served_ms = iif(is_served, last_served_ms, excluded.last_served_ms)",
            )
            .bind(&version.name)
            .bind(&version.digest)
            .bind(&version.version)
            .bind(&version.file)
            .bind(at_ms)
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query(
            "DELETE FROM plugin_versions WHERE quarantined IS NULL AND (name, digest) IN (
                 SELECT name, digest FROM (
                     SELECT name, digest, row_number() OVER (
                         PARTITION BY name ORDER BY is_served DESC, last_served_ms DESC
                     ) AS place FROM plugin_versions
                 ) WHERE place > ?
             )",
        )
        .bind(keep)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// The versions of all plugins, those in service first, then by when they were put into service last.
    pub async fn plugin_versions(&self) -> Result<Vec<VersionRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM plugin_versions ORDER BY name, is_served DESC, last_served_ms DESC, digest",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(record).collect()
    }

    /// Notes why a version is not served again by itself, whether it was in service or only tried.
    pub async fn quarantine(
        &self,
        version: &ServedVersion,
        why: &str,
        at_ms: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO plugin_versions
                 (name, digest, version, file, first_served_ms, last_served_ms, is_served, quarantined)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, 0, ?6)
             ON CONFLICT (name, digest) DO UPDATE SET quarantined = excluded.quarantined",
        )
        .bind(&version.name)
        .bind(&version.digest)
        .bind(&version.version)
        .bind(&version.file)
        .bind(at_ms)
        .bind(why)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Notes that a version may be served again.
    pub async fn release(&self, name: &str, digest: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE plugin_versions SET quarantined = NULL WHERE name = ? AND digest = ?")
            .bind(name)
            .bind(digest)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

fn record(row: &SqliteRow) -> Result<VersionRecord, StoreError> {
    Ok(VersionRecord {
        version: ServedVersion {
            name: row.try_get("name")?,
            digest: row.try_get("digest")?,
            version: row.try_get("version")?,
            file: row.try_get("file")?,
        },
        first_served_ms: row.try_get("first_served_ms")?,
        last_served_ms: row.try_get("last_served_ms")?,
        is_served: row.try_get("is_served")?,
        quarantined: row.try_get("quarantined")?,
    })
}
