//! The container list's origin: the page, its batches, the details of a row, the export.
//!
//! Owns: the requests behind the page; the document itself is drawn by `assets/list.js`.

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use serde_json::{Value, json};

use crate::config::EndOfList;
use crate::fleet::{COLUMNS, Container};
use crate::listing::Listing;
use crate::sites::gate::{Site, Visit};
use crate::sites::{entry, export, html};

const PAGE: &str = "/containers";

pub(crate) fn routes() -> Router<Site> {
    entry::routes()
        .route("/", get(root))
        .route(PAGE, get(page))
        .route("/api/containers", get(batch))
        .route("/api/containers/export", post(export_rows))
        .route("/api/containers/{number}", get(detail))
}

async fn root(State(site): State<Site>) -> Response {
    html::redirect(&format!("{}/Home/Welcome", site.world.origins.account))
}

async fn page(State(site): State<Site>, Extension(visit): Extension<Visit>) -> Response {
    let username = match entry::enter(&site, &visit, PAGE) {
        Ok(username) => username,
        Err(answer) => return *answer,
    };
    let config = &site.world.config;
    let more = json!({
        "page": PAGE,
        "load": site.world.next_load(&username),
        "columns": COLUMNS,
        "end_of_list": config.end_of_list,
        "loading_bar": config.loading_bar,
        "open_delay_ms": config.open_delay_ms,
        "timeline_order": config.timeline_order,
        "header_click_lost": config.header_click_lost,
    });
    entry::shell(&site, &visit, &username, more)
}

async fn batch(
    State(site): State<Site>,
    Extension(visit): Extension<Visit>,
    RawQuery(query): RawQuery,
) -> Response {
    let username = match entry::enter_api(&visit) {
        Ok(username) => username,
        Err(answer) => return *answer,
    };
    let query = query.unwrap_or_default();
    let load = html::query_value(&query, "load").and_then(|text| text.parse().ok());
    let number = html::query_value(&query, "batch").and_then(|text| text.parse::<usize>().ok());
    let world = &site.world;
    let (Some(load), Some(number), Some(account), Some(fleet)) = (
        load,
        number,
        world.accounts.index(&username),
        world.fleet(&username),
    ) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let listing = Listing::new(&world.config, account, load);
    let indices = listing.batch(number);
    let rows: Vec<Value> = indices.iter().map(|index| row(&fleet[*index])).collect();
    let last = match world.config.end_of_list {
        EndOfList::EmptyBatch => rows.is_empty(),
        EndOfList::Silent | EndOfList::Marker => number + 1 >= listing.batches(),
    };
    Json(json!({ "rows": rows, "last": last })).into_response()
}

/// A container without what opens under it.
fn row(container: &Container) -> Value {
    let bare = Container {
        detail: None,
        ..container.clone()
    };
    let mut row = json!(bare);
    row["expandable"] = container.is_expandable().into();
    row
}

async fn detail(
    State(site): State<Site>,
    Extension(visit): Extension<Visit>,
    Path(number): Path<String>,
) -> Response {
    let username = match entry::enter_api(&visit) {
        Ok(username) => username,
        Err(answer) => return *answer,
    };
    let fleet = site.world.fleet(&username).unwrap_or_default();
    let found = fleet.iter().find(|container| container.number == number);
    match found.and_then(|container| container.detail.as_ref()) {
        Some(detail) => Json(detail).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn export_rows(
    State(site): State<Site>,
    Extension(visit): Extension<Visit>,
    Json(numbers): Json<Vec<String>>,
) -> Response {
    let username = match entry::enter_api(&visit) {
        Ok(username) => username,
        Err(answer) => return *answer,
    };
    let fleet = site.world.fleet(&username).unwrap_or_default();
    let ticked = numbers
        .iter()
        .filter_map(|number| fleet.iter().find(|container| container.number == *number));
    let name = HeaderValue::from_static("attachment; filename=\"container_watch_list.xlsx\"");
    let rows = ticked.map(Container::exported);
    let mut answer = export::answer(&COLUMNS, rows);
    answer
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, name);
    answer
}
