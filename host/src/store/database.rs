//! The database: opened, brought to this release's form, and shared.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::watch;

use crate::store::error::StoreError;

/// Connections that read. Reading runs is rare beside running them.
const READERS: u32 = 2;
/// How long a statement waits for another that holds the file.
const BUSY: Duration = Duration::from_secs(10);

/// What brings a database to this release's form.
pub(in crate::store) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    /// One connection: writes come one after another.
    pub(in crate::store) writer: SqlitePool,
    pub(in crate::store) reader: SqlitePool,
    /// Changes when there may be messages to send.
    pub(in crate::store) messages: Arc<watch::Sender<()>>,
}

impl Store {
    /// Opens the database at this path, which is made if it is not there.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A commit is on disk when it returns: an intent must survive a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await?;
        MIGRATIONS.run(&writer).await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.read_only(true))
            .await?;
        let messages = Arc::new(watch::Sender::new(()));
        Ok(Self {
            writer,
            reader,
            messages,
        })
    }

    /// Whether the database answers.
    pub async fn answers(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.reader).await?;
        Ok(())
    }

    /// Whether the database can be written now, to the disk: a number in its head that nobody reads is set.
    pub async fn takes_writes(&self) -> Result<(), StoreError> {
        // Another number each time, so that there is something to write.
        let number = rand::random::<u16>();
        sqlx::query(&format!("PRAGMA user_version = {number}"))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Closes the database; what was written is in its one file then.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}
