//! `GET /v1/audit`: who did what.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::config::limits;
use crate::dispatch::handle::Dispatch;
use crate::http::body::invalid_query;
use crate::http::openapi::answers::BadQuery;
use crate::http::problem::Problem;
use crate::model::deed::KeptDeed;
use crate::model::ids::{RunId, TokenId};
use crate::model::run::wall_time;

/// Deeds in one answer, unless it says otherwise.
const USUAL: u32 = 100;

/// Which deeds.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Those that came before the one with this id.
    before: Option<i64>,
    /// How many at most: 1 to 1000.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Who did what.
#[derive(Serialize, ToSchema)]
pub struct Deeds {
    /// Newest first.
    deeds: Vec<DeedDocument>,
}

/// Something that somebody did, or tried.
#[derive(Serialize, ToSchema)]
pub struct DeedDocument {
    /// Its place in the order of deeds.
    id: i64,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// By which token; none for callers without one.
    token_id: Option<TokenId>,
    /// By whom, for people.
    caller: String,
    /// What, such as `POST /v1/plugins/{name}/rollback`.
    action: String,
    /// To what: the path, or the name of a token.
    target: String,
    /// The HTTP status that answered it; none for what was not asked over HTTP.
    status: Option<u16>,
    /// The run that it began or was about.
    run_id: Option<RunId>,
    /// The request, as logs and answers name it.
    request_id: Option<String>,
}

/// `GET /v1/audit`
#[utoipa::path(get, path = "/v1/audit", tag = "host", security(("token" = ["admin"])), params(Page),
    responses((status = 200, description = "What was done, newest first.", body = Deeds), BadQuery))]
pub async fn list(
    State(dispatch): State<Dispatch>,
    query: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Deeds>, Problem> {
    let page = query.ok().map(|Query(page)| page);
    let page = page.filter(|page| {
        page.limit
            .is_none_or(|limit| (1..=limits::DEEDS_LISTED).contains(&limit))
    });
    let Page { before, limit } = page.ok_or_else(|| {
        invalid_query("the query may have `before`, the id of a deed, and `limit`, from 1 to 1000")
    })?;
    let deeds = dispatch.deeds(before, limit.unwrap_or(USUAL)).await?;
    let deeds = deeds.into_iter().map(DeedDocument::from).collect();
    Ok(Json(Deeds { deeds }))
}

impl From<KeptDeed> for DeedDocument {
    fn from(KeptDeed { id, deed }: KeptDeed) -> Self {
        let at = DateTime::<Utc>::from(wall_time(deed.at_ms));
        Self {
            id,
            at: at.to_rfc3339_opts(SecondsFormat::Millis, true),
            token_id: deed.token_id,
            caller: deed.caller,
            action: deed.action,
            target: deed.target,
            status: deed.status,
            run_id: deed.run_id,
            request_id: deed.request_id,
        }
    }
}
