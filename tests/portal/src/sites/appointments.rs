//! The origin of the list of own appointments: the page, its batches, the export.
//!
//! Owns: the requests behind the page; the document itself is drawn by `assets/appointments.js`.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use serde_json::{Value, json};

use crate::sites::gate::{Site, Visit};
use crate::sites::{entry, export, html};
use crate::visit::Booking;
use crate::visit_config::AppointmentsLayout;

const PAGE: &str = "/myappointments";
const LOADING: &str = "/loading";
/// The query with which the loading address hands over.
const LOADED: &str = "loaded";

pub(crate) fn routes() -> Router<Site> {
    entry::routes()
        .route("/", get(|| async { html::redirect(PAGE) }))
        .route(PAGE, get(page))
        .route(LOADING, get(loading))
        .route("/api/appointments", get(batch))
        .route("/api/appointments/export", post(export_rows))
}

async fn page(
    State(site): State<Site>,
    Extension(visit): Extension<Visit>,
    RawQuery(query): RawQuery,
) -> Response {
    let username = match entry::enter(&site, &visit, PAGE) {
        Ok(username) => username,
        Err(answer) => return *answer,
    };
    let config = &site.world.config.appointments;
    let is_loaded = query.as_deref() == Some(LOADED);
    if config.loading_ms.is_some() && !is_loaded {
        return html::redirect(LOADING);
    }
    let more = json!({ "page": PAGE, "layout": config.layout, "columns": columns(config.layout) });
    entry::shell(&site, &visit, &username, more)
}

async fn loading(State(site): State<Site>, Extension(visit): Extension<Visit>) -> Response {
    let wait_ms = site.world.config.appointments.loading_ms;
    let next = format!("{PAGE}?{LOADED}");
    match entry::enter(&site, &visit, PAGE) {
        Ok(username) => {
            let more = json!({ "page": LOADING, "loading_ms": wait_ms, "next": next });
            entry::shell(&site, &visit, &username, more)
        }
        Err(answer) => *answer,
    }
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
    let number = html::query_value(&query, "batch").and_then(|text| text.parse::<usize>().ok());
    let Some(number) = number else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let config = &site.world.config.appointments;
    let all = site.world.appointments(&username);
    let start = all.len().min(number.saturating_mul(config.batch_size));
    let end = all.len().min(start + config.batch_size);
    let row = |booking: &Booking| json!({ "number": booking.number, "cells": cells(config.layout, booking) });
    let rows: Vec<Value> = all[start..end].iter().map(row).collect();
    Json(json!({ "rows": rows, "last": end == all.len() })).into_response()
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
    let all = site.world.appointments(&username);
    let ticked = all
        .iter()
        .filter(|booking| numbers.contains(&booking.number));
    let layout = site.world.config.appointments.layout;
    let rows = ticked.map(|booking| cells(layout, booking));
    export::answer(columns(layout), rows)
}

fn columns(layout: AppointmentsLayout) -> &'static [&'static str] {
    match layout {
        AppointmentsLayout::Numbered => &[
            "Appointment #",
            "Terminal",
            "Move Type",
            "Container #",
            "Booking #",
            "Appointment Time",
            "Truck Plate",
            "Status",
        ],
        AppointmentsLayout::Bare => &["Container/Booking", "Type", "Terminal", "Slot", "Truck"],
    }
}

fn cells(layout: AppointmentsLayout, booking: &Booking) -> Vec<String> {
    let or_not = |text: &Option<String>| text.clone().unwrap_or_else(|| "N/A".to_owned());
    let (container, number) = (or_not(&booking.container), or_not(&booking.booking));
    let (terminal, plate) = (booking.terminal.clone(), booking.plate.clone());
    let move_type = booking.move_type.words().to_owned();
    let slot = booking.slot.clone();
    match layout {
        AppointmentsLayout::Numbered => vec![
            booking.number.clone(),
            terminal,
            move_type,
            container,
            number,
            slot,
            plate,
            if booking.at_ms.is_some() {
                "CONFIRMED"
            } else {
                "COMPLETED"
            }
            .to_owned(),
        ],
        AppointmentsLayout::Bare => {
            let what = booking.container.clone().unwrap_or(number);
            vec![what, move_type, terminal, slot, plate]
        }
    }
}
