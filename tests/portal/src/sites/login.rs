//! The login page and what happens to a submitted form.
//!
//! Owns: the form, its challenge, its failure phrases.
//! Never: says which of name and password was wrong.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use crate::accounts::AttemptResult;
use crate::config::{Account, Challenge, Landing};
use crate::faults::MarkupChange;
use crate::origin::Origin;
use crate::sites::gate::{Site, Visit};
use crate::sites::html;

const WRONG: &str = "Invalid username or password";
const LOCKED: &str = "Account locked. Please contact your administrator";
const INPUTS: (&str, &str) = ("Username", "Password");
/// Their names under `MarkupChange::LoginInputsRenamed`.
const RENAMED_INPUTS: (&str, &str) = ("Email", "Secret");
const CHALLENGE: &str = "Please complete the verification";

/// `GET /Account/Login`.
pub(crate) async fn show(
    State(site): State<Site>,
    Extension(visit): Extension<Visit>,
    RawQuery(query): RawQuery,
) -> Response {
    let return_url = html::query_value(&query.unwrap_or_default(), "ReturnUrl");
    form(&site, &visit, &return_url.unwrap_or_default(), "", "")
}

/// `POST /Account/Login`.
pub(crate) async fn submit(
    State(site): State<Site>,
    Extension(visit): Extension<Visit>,
    body: String,
) -> Response {
    let value = |name| html::query_value(&body, name).unwrap_or_default();
    let (user_input, password_input) = if body.contains("Email=") {
        RENAMED_INPUTS
    } else {
        INPUTS
    };
    let typed = Account {
        username: value(user_input),
        password: value(password_input),
    };
    let return_url = value("ReturnUrl");
    let world = &site.world;
    let challenge_met =
        world.config.challenge == Challenge::None || world.challenges.take_met(&value("Challenge"));
    let now_ms = world.clock.now_ms();
    let phrase = match world
        .accounts
        .attempt(&typed, challenge_met, &visit.visitor, now_ms)
    {
        AttemptResult::SignedIn => return welcome_in(&site, &visit, &typed.username, return_url),
        AttemptResult::Wrong => WRONG,
        AttemptResult::Locked => LOCKED,
        AttemptResult::ChallengeOpen => CHALLENGE,
    };
    form(&site, &visit, &return_url, &typed.username, phrase)
}

fn welcome_in(site: &Site, visit: &Visit, username: &str, return_url: String) -> Response {
    let world = &site.world;
    let now_ms = world.clock.now_ms();
    let sign_in = world.sessions.open(username, &visit.visitor, now_ms);
    let Some(cookie) = world.sessions.attach(&sign_in, Origin::Account, now_ms) else {
        return html::status_page(500);
    };
    world.log.amend(visit.seq, |entry| {
        entry.username = Some(username.to_owned());
        entry.sign_in = Some(sign_in);
    });
    let landing = match world.config.landing {
        Landing::Welcome => "/Home/Welcome".to_owned(),
        Landing::Containers => format!("{}/containers", world.origins.containers),
    };
    let to = html::local_path(return_url).unwrap_or(landing);
    html::redirect_with(
        &to,
        vec![html::cookie(&Origin::Account.session_cookie(), &cookie)],
    )
}

/// `GET /Account/Challenge?id=`: what there is to draw and to choose from.
pub(crate) async fn drawing(State(site): State<Site>, RawQuery(query): RawQuery) -> Response {
    let id = html::query_value(&query.unwrap_or_default(), "id").unwrap_or_default();
    match site.world.challenges.drawing(&id) {
        Some(drawing) => Json(drawing).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `POST /Account/Challenge`: an answer; a wrong one is told the id of a new challenge.
pub(crate) async fn answer(State(site): State<Site>, body: String) -> Response {
    let value = |name| html::query_value(&body, name).unwrap_or_default();
    let challenges = &site.world.challenges;
    let is_met = match site.world.config.challenge {
        Challenge::None => false,
        // It trusts the browser: any answer to an open challenge will do.
        Challenge::Checkbox => {
            let id = value("id");
            let open = challenges.list().into_iter().find(|open| open.id == id);
            open.is_some_and(|open| challenges.answer(&id, &open.answer))
        }
        Challenge::Operator => challenges.answer(&value("id"), &value("answer")),
    };
    if is_met {
        return Json(json!({ "met": true })).into_response();
    }
    Json(json!({ "met": false, "id": challenges.open() })).into_response()
}

fn form(site: &Site, visit: &Visit, return_url: &str, username: &str, phrase: &str) -> Response {
    let config = &site.world.config;
    let (challenge, id) = match config.challenge {
        Challenge::None => ("none", String::new()),
        Challenge::Checkbox => ("checkbox", site.world.challenges.open()),
        Challenge::Operator => ("operator", site.world.challenges.open()),
    };
    let is_renamed = visit.markup.contains(&MarkupChange::LoginInputsRenamed);
    let (user_input, password_input) = if is_renamed { RENAMED_INPUTS } else { INPUTS };
    let page = html::fill(
        include_str!("../../assets/login.html"),
        &[
            ("user_input", user_input),
            ("password_input", password_input),
            ("return_url", return_url),
            ("username", username),
            (
                "failure_hidden",
                if phrase.is_empty() { "hidden" } else { "" },
            ),
            ("phrase", phrase),
            ("challenge", challenge),
            ("challenge_id", &id),
            (
                "alert",
                config.alert_on_submit.as_deref().unwrap_or_default(),
            ),
            ("blank_ms", &visit.blank_ms.to_string()),
        ],
    );
    Html(page).into_response()
}
