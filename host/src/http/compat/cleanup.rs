//! `POST /cleanup` (portal-facts §1.2): looks now for files whose time is over. Which those are the configuration says;
//! earlier it was a fixed day.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::dispatch::handle::Dispatch;
use crate::http::compat::refusal::{EarlierAnswer, Refusal, Refused};
use crate::http::problem::Problem;

/// Removes files whose time is over. Pictures and downloads are files like all others here, so they are told together.
#[utoipa::path(post, path = "/cleanup", tag = "earlier clients", security(("token" = ["operate"])),
    responses((status = 200, description = "As the earlier system answered.", body = EarlierAnswer), Refused))]
pub async fn cleanup(State(dispatch): State<Dispatch>) -> Result<Json<Value>, Refusal> {
    let swept = dispatch.sweep_artifacts().await.map_err(Problem::from)?;
    let kept_mb = megabytes(swept.kept_bytes);
    Ok(Json(json!({
        "success": true,
        "message": format!("The files of {} runs are removed", swept.runs),
        "runs_removed": swept.runs,
        "space_freed_mb": megabytes(swept.freed_bytes),
        "current_storage_mb": kept_mb,
        "downloads_mb": kept_mb,
        "screenshots_mb": 0.0,
    })))
}

/// With two places, as earlier.
#[expect(clippy::cast_precision_loss, reason = "for people, and far below 2^53")]
fn megabytes(bytes: u64) -> f64 {
    (bytes as f64 / f64::from(1 << 20) * 100.0).round() / 100.0
}
