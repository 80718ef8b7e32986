//! What can be said of a database without changing it, also while a host uses it.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};

use crate::store::database::MIGRATIONS;
use crate::store::error::StoreError;

/// How long a look waits for somebody who holds the whole file.
const BUSY: Duration = Duration::from_secs(2);
/// Damages that are told; a person reads no more.
const DAMAGES: u32 = 10;

/// A database as it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// Changes of its form that this release makes at its start.
    pub pending: Vec<i64>,
    /// Changes that this release does not know, or knows otherwise: another release made them.
    pub foreign: Vec<i64>,
    /// What SQLite finds damaged.
    pub damages: Vec<String>,
    /// Tokens that can be used.
    pub tokens: i64,
}

/// Looks at the database at this path, which has to be there.
pub async fn inspect(path: &Path) -> Result<Inspected, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let inspected = look(&mut connection).await;
    connection.close().await?;
    inspected
}

async fn look(connection: &mut SqliteConnection) -> Result<Inspected, StoreError> {
    let checked: Vec<String> = sqlx::query_scalar(&format!("PRAGMA quick_check({DAMAGES})"))
        .fetch_all(&mut *connection)
        .await?;
    let has = "SELECT count(*) FROM sqlite_master WHERE name = ?";
    let mut has_table = async |name: &str| -> Result<bool, StoreError> {
        let count: i64 = sqlx::query_scalar(has)
            .bind(name)
            .fetch_one(&mut *connection)
            .await?;
        Ok(count > 0)
    };
    let (has_changes, has_tokens) = (
        has_table("_sqlx_migrations").await?,
        has_table("tokens").await?,
    );
    let mut made: Vec<(i64, Vec<u8>)> = Vec::new();
    if has_changes {
        made = sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations WHERE success")
            .fetch_all(&mut *connection)
            .await?;
    }
    let mut tokens = 0;
    if has_tokens {
        tokens = sqlx::query_scalar("SELECT count(*) FROM tokens WHERE revoked_ms IS NULL")
            .fetch_one(&mut *connection)
            .await?;
    }
    let is_known = |(version, checksum): &&(i64, Vec<u8>)| {
        let mut known = MIGRATIONS.iter();
        known.any(|it| it.version == *version && *it.checksum == **checksum)
    };
    let is_made = |version: i64| made.iter().any(|(it, _)| *it == version);
    Ok(Inspected {
        pending: MIGRATIONS
            .iter()
            .map(|it| it.version)
            .filter(|version| !is_made(*version))
            .collect(),
        foreign: made
            .iter()
            .filter(|it| !is_known(it))
            .map(|(version, _)| *version)
            .collect(),
        damages: checked.into_iter().filter(|line| line != "ok").collect(),
        tokens,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::database::Store;

    #[tokio::test]
    async fn a_database_in_use_is_whole_and_of_this_release() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gantry.db");
        let store = Store::open(&path).await.unwrap();
        for _ in 0..2 {
            let found = inspect(&path).await.unwrap();
            assert!(found.pending.is_empty() && found.foreign.is_empty());
            assert!(found.damages.is_empty() && found.tokens == 0, "{found:?}");
            // The second look finds it closed.
            store.close().await;
        }
    }

    #[tokio::test]
    async fn what_another_release_made_of_it_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gantry.db");
        let store = Store::open(&path).await.unwrap();
        for change in [
            "DELETE FROM _sqlx_migrations WHERE version = 1",
            "UPDATE _sqlx_migrations SET version = 9000 WHERE version = 2",
        ] {
            sqlx::query(change).execute(&store.writer).await.unwrap();
        }
        let found = inspect(&path).await.unwrap();
        assert_eq!(found.pending, [1, 2]);
        assert_eq!(found.foreign, [9000]);
    }

    #[tokio::test]
    async fn a_database_that_is_none_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gantry.db");
        std::fs::write(
            &path,
            "no database at all, but long enough to be read as one",
        )
        .unwrap();
        inspect(&path).await.unwrap_err();
    }
}
