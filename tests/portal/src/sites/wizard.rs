//! The appointment wizard's origin: its pages and the requests behind its steps.
//!
//! Owns: those requests; the document itself is drawn by `assets/wizard.js`.
//! Never: keeps a visit: each request brings all that has been filled in so far.

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use serde_json::{Value, json};

use crate::faults::Subject;
use crate::fleet::Container;
use crate::request::RequestKind;
use crate::sessions::Standing;
use crate::sites::gate::{Site, Visit};
use crate::sites::{entry, html};
use crate::visit::{
    Booking, BookingAnswer, FormShape, MoveForm, MoveType, Refusal, Terminal, VisitForm,
    booking_answer, booking_words, companies, lines, plates, sizes,
};

const ROOT: &str = "/trucker/web/";
const ADD_VISIT: &str = "/trucker/web/addvisit";
const SUBMIT: &str = "/trucker/web/api/submit";

type Answer = Result<Response, Box<Response>>;

pub(crate) fn routes() -> Router<Site> {
    entry::routes()
        .route("/", get(|| async { html::redirect(ROOT) }))
        .route(ROOT, get(page))
        .route(ADD_VISIT, get(page))
        .route("/trucker/web/api/lookup/{list}", get(lookup))
        .route("/trucker/web/api/validate/{what}", get(validate))
        .route("/trucker/web/api/step/details", post(details))
        .route("/trucker/web/api/step/slots", post(slots))
        .route(SUBMIT, post(submit))
}

async fn page(State(site): State<Site>, Extension(visit): Extension<Visit>, uri: Uri) -> Response {
    let username = match entry::enter(&site, &visit, uri.path()) {
        Ok(username) => username,
        Err(answer) => return *answer,
    };
    let mut more = json!({ "page": uri.path() });
    if uri.path() == ADD_VISIT {
        let config = &site.world.config.wizard;
        let account = site.world.accounts.index(&username).unwrap_or_default();
        more["wizard"] = json!(config);
        more["blank_ms"] = visit.blank_ms.max(config.blank_ms).into();
        more["company"] = config
            .company_preselected
            .then(|| companies(account).remove(0))
            .into();
    }
    entry::shell(&site, &visit, &username, more)
}

/// The lists behind selects and autocompletes.
async fn lookup(
    State(site): State<Site>,
    Extension(visit): Extension<Visit>,
    Path(list): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let username = match entry::enter_api(&visit) {
        Ok(username) => username,
        Err(answer) => return *answer,
    };
    let world = &site.world;
    let account = world.accounts.index(&username).unwrap_or_default();
    let query = query.unwrap_or_default();
    let value = |name| html::query_value(&query, name).unwrap_or_default();
    let told = match list.as_str() {
        "companies" => json!(companies(account)),
        "terminals" => {
            let names = world.ledger.terminals().iter();
            names.map(|each| each.name.clone()).collect()
        }
        "move-types" => json!(MoveType::ALL),
        "lines" => json!(lines()),
        "sizes" => json!(sizes(&value("line"))),
        "plates" => json!(plates(world.config.seed, account)),
        "form" => match form_of(&site, &value("terminal"), &value("move_type")) {
            Some(shape) => json!({ "shape": shape }),
            None => return StatusCode::NOT_FOUND.into_response(),
        },
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    Json(told).into_response()
}

fn form_of(site: &Site, terminal: &str, move_type: &str) -> Option<FormShape> {
    let move_type = MoveType::ALL
        .into_iter()
        .find(|each| each.words() == move_type)?;
    Some(site.world.ledger.terminal(terminal)?.form(move_type))
}

/// What the page is told while somebody fills in a booking number or a quantity.
async fn validate(
    State(site): State<Site>,
    Extension(visit): Extension<Visit>,
    Path(what): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let username = match entry::enter_api(&visit) {
        Ok(username) => username,
        Err(answer) => return *answer,
    };
    let query = query.unwrap_or_default();
    let value = |name| html::query_value(&query, name).unwrap_or_default();
    if what != "booking" {
        let quantity = value("quantity").parse::<usize>().unwrap_or_default();
        return Json(json!({ "valid": (1..=10).contains(&quantity) })).into_response();
    }
    let fleet = site.world.fleet(&username).unwrap_or_default();
    let answer = booking_answer(&fleet, &value("number"));
    Json(json!({
        "valid": answer == BookingAnswer::Open,
        "dialog": booking_words(answer),
        "freezes": answer == BookingAnswer::LineRequired,
    }))
    .into_response()
}

/// What every step needs to know before it can judge a form.
struct Desk<'a> {
    username: String,
    terminal: &'a Terminal,
    move_type: MoveType,
}

impl<'a> Desk<'a> {
    fn open(site: &'a Site, visit: &Visit, form: &VisitForm) -> Result<Self, Box<Response>> {
        let username = entry::enter_api(visit)?;
        let terminal = site.world.ledger.terminal(&form.terminal);
        let (Some(terminal), Some(move_type), false) =
            (terminal, form.move_type, form.company.is_empty())
        else {
            return Err(Box::new(refused(&Refusal::dialog(
                "required fields are missing",
            ))));
        };
        Ok(Self {
            username,
            terminal,
            move_type,
        })
    }
}

fn refused(refusal: &Refusal) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(refusal)).into_response()
}

/// Either is a response; which of the two no longer matters once it is sent.
fn sent(answer: Answer) -> Response {
    answer.unwrap_or_else(|refusal| *refusal)
}

/// Next of step 1: the moves of step 2.
async fn details(
    State(site): State<Site>,
    Extension(visit): Extension<Visit>,
    Json(form): Json<VisitForm>,
) -> Response {
    sent(details_of(&site, &visit, &form))
}

fn details_of(site: &Site, visit: &Visit, form: &VisitForm) -> Answer {
    let desk = Desk::open(site, visit, form)?;
    let fleet = site.world.fleet(&desk.username).unwrap_or_default();
    let wanted = form
        .moves_wanted(desk.terminal, desk.move_type, &fleet)
        .map_err(|refusal| Box::new(refused(&refusal)))?;
    let moves: Vec<Value> = wanted
        .iter()
        .map(|container| one_move(&desk, form, container.as_deref(), &fleet))
        .collect();
    Ok(Json(json!({
        "moves": moves,
        "asks_pin": desk.terminal.asks_pin,
        "is_export": desk.move_type.is_export(),
    }))
    .into_response())
}

fn one_move(desk: &Desk, form: &VisitForm, container: Option<&str>, fleet: &[Container]) -> Value {
    let has_booking = |row: &&Container| {
        let detail = row.detail.as_ref();
        detail.is_some_and(|detail| detail.booking.is_some() && detail.booking == form.booking)
    };
    let row = match container {
        Some(number) => fleet.iter().find(|row| row.number == number),
        None => fleet.iter().find(has_booking),
    };
    let line = form
        .line
        .clone()
        .or_else(|| row.map(|row| row.line.clone()));
    let size = form
        .equip_size
        .clone()
        .or_else(|| row.map(|row| row.size_type.clone()));
    json!({
        "container": container,
        "line": line,
        "equip_size": size,
        "own_chassis": desk.terminal.own_chassis,
    })
}

/// Next of step 2: what step 3 offers.
async fn slots(
    State(site): State<Site>,
    Extension(visit): Extension<Visit>,
    Json(form): Json<VisitForm>,
) -> Response {
    sent(slots_of(&site, &visit, &form))
}

fn slots_of(site: &Site, visit: &Visit, form: &VisitForm) -> Answer {
    let desk = Desk::open(site, visit, form)?;
    form.check_moves(desk.terminal, desk.move_type)
        .map_err(|refusal| Box::new(refused(&refusal)))?;
    let offered = site.world.ledger.slots(desk.terminal, desk.move_type);
    let mut options: Vec<String> = offered.open.into_iter().map(|slot| slot.text).collect();
    options.extend(offered.none);
    Ok(Json(json!({
        "options": options,
        "note": desk.terminal.check_in_note,
        "collapses": desk.terminal.collapses,
        "is_export": desk.move_type.is_export(),
        "lost_clicks": lost_clicks(site, visit),
    }))
    .into_response())
}

fn lost_clicks(site: &Site, visit: &Visit) -> u32 {
    let (username, sign_in) = match &visit.standing {
        Standing::SignedIn { sign_in, username } => (Some(username), Some(sign_in)),
        _ => (None, None),
    };
    let subject = Subject {
        origin: site.origin,
        kind: RequestKind::Submit,
        batch: None,
        path: SUBMIT,
        username: username.map(String::as_str),
        sign_in: sign_in.map(String::as_str),
    };
    site.world.faults.take_lost_clicks(&subject)
}

/// Submit: books every move of the visit, or none.
async fn submit(
    State(site): State<Site>,
    Extension(visit): Extension<Visit>,
    RawQuery(query): RawQuery,
    Json(form): Json<VisitForm>,
) -> Response {
    let request = html::query_value(&query.unwrap_or_default(), "request").unwrap_or_default();
    sent(submit_of(&site, &visit, &form, &request))
}

fn submit_of(site: &Site, visit: &Visit, form: &VisitForm, request: &str) -> Answer {
    let desk = Desk::open(site, visit, form)?;
    form.check_moves(desk.terminal, desk.move_type)
        .map_err(|refusal| Box::new(refused(&refusal)))?;
    let ledger = &site.world.ledger;
    if ledger.slots(desk.terminal, desk.move_type).none.is_some() {
        let text = "Please select an appointment time".to_owned();
        let dialog = false;
        return Err(Box::new(refused(&Refusal { text, dialog })));
    }
    let at_ms = site.world.clock.now_ms();
    let wanted: Vec<Booking> = form
        .moves
        .iter()
        .map(|each| booking(&desk, form, each, (at_ms, request)))
        .collect();
    let booked = ledger.record(wanted).map_err(|slot| {
        let text = format!("The selected appointment is no longer available: {slot}");
        Box::new(refused(&Refusal::dialog(&text)))
    })?;
    let numbers: Vec<String> = booked.into_iter().map(|booking| booking.number).collect();
    Ok(Json(json!({ "numbers": numbers })).into_response())
}

fn booking(
    desk: &Desk,
    form: &VisitForm,
    each: &MoveForm,
    (at_ms, request): (u64, &str),
) -> Booking {
    let is_export = desk.move_type.is_export();
    Booking {
        number: String::new(),
        username: desk.username.clone(),
        company: form.company.clone(),
        terminal: desk.terminal.name.clone(),
        move_type: desk.move_type,
        container: each.container.clone(),
        booking: form.booking.clone(),
        line: form.line.clone(),
        equip_size: form.equip_size.clone(),
        slot: each.slot.clone(),
        plate: form.plate.clone(),
        own_chassis: each.own_chassis,
        pin: desk.terminal.asks_pin.then(|| each.pin.clone()),
        unit: is_export.then(|| each.unit.clone()),
        seals: if is_export {
            each.seals.clone()
        } else {
            Vec::new()
        },
        at_ms: Some(at_ms),
        request: request.to_owned(),
    }
}
