//! Why the store gave no answer.

/// Why the store gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed: the disk is full, or its file cannot be used.
    #[error("the database failed: {0}; look at the disk of the storage folder")]
    Database(#[from] sqlx::Error),
    /// The database could not be brought to this release's form.
    #[error("the database cannot be used by this release: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A record is not as this release writes it.
    #[error("a record in the database cannot be read: {0}")]
    Unreadable(String),
}
