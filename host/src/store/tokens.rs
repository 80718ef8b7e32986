//! Tokens of callers: kept as hashes, found by their ids.

use std::collections::BTreeSet;

use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::model::caller::{Grant, Scope};
use crate::model::ids::TokenId;
use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::runs::{id, word};

/// A token as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// What it may do.
    pub grant: Grant,
    /// SHA-256 of its secret part, hexadecimal.
    pub secret_hash: String,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: i64,
    /// When it was revoked, if it was.
    pub revoked_ms: Option<i64>,
}

impl Store {
    /// Keeps a new token; false if its name is taken.
    pub async fn add_token(&self, token: &TokenRecord) -> Result<bool, StoreError> {
        let grant = &token.grant;
        let done = sqlx::query(
            "INSERT INTO tokens (id, name, secret_hash, scopes, accounts, runs, requests, created_ms)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
        )
        .bind(grant.id.to_string())
        .bind(&grant.name)
        .bind(&token.secret_hash)
        .bind(names(&grant.scopes))
        .bind(grant.accounts.as_ref().map(names))
        .bind(grant.runs)
        .bind(grant.requests)
        .bind(token.created_ms)
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// A token, by its id; also one that is revoked.
    pub async fn token(&self, token: TokenId) -> Result<Option<TokenRecord>, StoreError> {
        let row = sqlx::query("SELECT * FROM tokens WHERE id = ?")
            .bind(token.to_string())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(record).transpose()
    }

    /// All tokens, oldest first.
    pub async fn tokens(&self) -> Result<Vec<TokenRecord>, StoreError> {
        let rows = sqlx::query("SELECT * FROM tokens ORDER BY created_ms, id")
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(record).collect()
    }

    /// Revokes the token of this name; none if there is none that could be used. The name is free again.
    pub async fn revoke_token(
        &self,
        name: &str,
        at_ms: i64,
    ) -> Result<Option<TokenId>, StoreError> {
        let mut tx = self.writer.begin().await?;
        let row = sqlx::query("SELECT id FROM tokens WHERE name = ? AND revoked_ms IS NULL")
            .bind(name)
            .fetch_optional(&mut *tx)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let token: TokenId = id(&row.try_get::<String, _>("id")?)?;
        sqlx::query(
            "UPDATE tokens SET revoked_ms = ?, name = name || ' (' || id || ')' WHERE id = ?",
        )
        .bind(at_ms)
        .bind(token.to_string())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Some(token))
    }
}

fn names(values: &BTreeSet<impl serde::Serialize>) -> String {
    serde_json::to_string(values).expect("names serialise")
}

fn record(row: &SqliteRow) -> Result<TokenRecord, StoreError> {
    let list = |column: &str| -> Result<Option<Vec<String>>, StoreError> {
        let text: Option<String> = row.try_get(column)?;
        let parsed = text.map(|text| serde_json::from_str::<Value>(&text));
        let parsed = parsed
            .transpose()
            .map(|value| value.and_then(|it| serde_json::from_value(it).ok()));
        parsed.map_err(|error| StoreError::Unreadable(error.to_string()))
    };
    let scopes = list("scopes")?.unwrap_or_default();
    let scopes: Result<BTreeSet<Scope>, StoreError> =
        scopes.iter().map(|name| word(name)).collect();
    Ok(TokenRecord {
        grant: Grant {
            id: id(&row.try_get::<String, _>("id")?)?,
            name: row.try_get("name")?,
            scopes: scopes?,
            accounts: list("accounts")?.map(|names| names.into_iter().collect()),
            runs: row.try_get("runs")?,
            requests: row.try_get("requests")?,
        },
        secret_hash: row.try_get("secret_hash")?,
        created_ms: row.try_get("created_ms")?,
        revoked_ms: row.try_get("revoked_ms")?,
    })
}
