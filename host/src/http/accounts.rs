//! `GET /v1/accounts`: which accounts of the configuration a caller may name. Never their user names or passwords.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::dispatch::desk::Desk;

/// Accounts.
#[derive(Serialize, ToSchema)]
pub struct Accounts {
    /// The aliases of those that the caller may name, in the order of the alphabet.
    accounts: Vec<String>,
}

/// `GET /v1/accounts`
#[utoipa::path(get, path = "/v1/accounts", tag = "accounts", security(("token" = ["read"])),
    responses((status = 200, description = "The accounts that the caller may name.", body = Accounts)))]
pub async fn list(desk: Desk) -> Json<Accounts> {
    Json(Accounts {
        accounts: desk.accounts(),
    })
}
