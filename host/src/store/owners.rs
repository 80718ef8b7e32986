//! Which tokens have used which sessions with their credentials, and so may see them.

use sqlx::Row;

use crate::model::ids::{SessionId, TokenId};
use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::runs::id;

impl Store {
    /// Notes that a token has used a session.
    pub async fn note_owner(&self, session: SessionId, token: TokenId) -> Result<(), StoreError> {
        sqlx::query("INSERT OR IGNORE INTO session_owners (session_id, token_id) VALUES (?, ?)")
            .bind(session.to_string())
            .bind(token.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// All that was noted.
    pub async fn owners(&self) -> Result<Vec<(SessionId, TokenId)>, StoreError> {
        let rows = sqlx::query("SELECT session_id, token_id FROM session_owners")
            .fetch_all(&self.reader)
            .await?;
        rows.iter()
            .map(|row| {
                let session = id(&row.try_get::<String, _>("session_id")?)?;
                Ok((session, id(&row.try_get::<String, _>("token_id")?)?))
            })
            .collect()
    }

    /// Forgets who used a session.
    pub async fn forget_owners(&self, session: SessionId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM session_owners WHERE session_id = ?")
            .bind(session.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
