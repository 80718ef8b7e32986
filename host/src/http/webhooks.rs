//! `/v1/webhooks`: who outside is told what happens, how that goes, and sending something again.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::dispatch::handle::Dispatch;
use crate::http::openapi::answers::{Conflict, NotFound};
use crate::http::problem::Problem;
use crate::webhooks::status::{DeliveryStatus, WebhookStatus};

/// Webhooks.
#[derive(Serialize, ToSchema)]
pub struct WebhookList {
    /// In the order of the configuration.
    webhooks: Vec<WebhookStatus>,
}

/// Deliveries of one webhook.
#[derive(Serialize, ToSchema)]
pub struct DeliveryList {
    /// The newest, newest first.
    deliveries: Vec<DeliveryStatus>,
}

/// `GET /v1/webhooks`
#[utoipa::path(get, path = "/v1/webhooks", tag = "webhooks", security(("token" = ["admin"])),
    responses((status = 200, description = "Who is told what happens, and how that goes. No secrets.", body = WebhookList)))]
pub async fn list(State(dispatch): State<Dispatch>) -> Result<Json<WebhookList>, Problem> {
    let webhooks = dispatch.webhooks().list().await?;
    Ok(Json(WebhookList { webhooks }))
}

/// `GET /v1/webhooks/{name}/deliveries`
#[utoipa::path(get, path = "/v1/webhooks/{name}/deliveries", tag = "webhooks", security(("token" = ["admin"])),
    params(("name" = String, Path, description = "The webhook.")),
    responses((status = 200, description = "Its newest messages, and how each stands.", body = DeliveryList), NotFound))]
pub async fn deliveries(
    State(dispatch): State<Dispatch>,
    Path(name): Path<String>,
) -> Result<Json<DeliveryList>, Problem> {
    let deliveries = dispatch.webhooks().deliveries(&name).await?;
    Ok(Json(DeliveryList { deliveries }))
}

/// `POST /v1/webhooks/{name}/deliveries/{id}/retry`: sends a message now, however it stands.
#[utoipa::path(post, path = "/v1/webhooks/{name}/deliveries/{id}/retry", tag = "webhooks", security(("token" = ["admin"])),
    params(("name" = String, Path, description = "The webhook."), ("id" = String, Path, description = "The message.")),
    responses((status = 202, description = "It is sent.", body = DeliveryStatus), NotFound, Conflict))]
pub async fn retry(
    State(dispatch): State<Dispatch>,
    Path((name, id)): Path<(String, String)>,
) -> Result<(StatusCode, Json<DeliveryStatus>), Problem> {
    let delivery = dispatch.webhooks().retry(&name, &id).await?;
    Ok((StatusCode::ACCEPTED, Json(delivery)))
}

/// `POST /v1/webhooks/{name}/enable`: sends again to a receiver that had said it is gone.
#[utoipa::path(post, path = "/v1/webhooks/{name}/enable", tag = "webhooks", security(("token" = ["admin"])),
    params(("name" = String, Path, description = "The webhook.")),
    responses((status = 200, description = "It is enabled; what waited is sent.", body = WebhookStatus), NotFound))]
pub async fn enable(
    State(dispatch): State<Dispatch>,
    Path(name): Path<String>,
) -> Result<Json<WebhookStatus>, Problem> {
    Ok(Json(dispatch.webhooks().enable(&name).await?))
}

/// `POST /v1/webhooks/{name}/test`: sends a message that tells of nothing, `webhook.test`.
#[utoipa::path(post, path = "/v1/webhooks/{name}/test", tag = "webhooks", security(("token" = ["admin"])),
    params(("name" = String, Path, description = "The webhook.")),
    responses((status = 202, description = "It is sent.", body = DeliveryStatus), NotFound, Conflict))]
pub async fn test(
    State(dispatch): State<Dispatch>,
    Path(name): Path<String>,
) -> Result<(StatusCode, Json<DeliveryStatus>), Problem> {
    let delivery = dispatch.webhooks().test(&name).await?;
    Ok((StatusCode::ACCEPTED, Json(delivery)))
}
