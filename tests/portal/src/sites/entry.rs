//! How a person gets into an SPA: redirect to the identity provider, and back with a code.
//!
//! Owns: the session at the SPA's own origin, and the pages of one that has ended.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use crate::config::ExpiryForm;
use crate::origin::Origin;
use crate::sessions::Standing;
use crate::sites::gate::{Site, Visit};
use crate::sites::html;

/// What every SPA has beside its own pages.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/login", get(login))
        .route("/signin-oidc", get(signin_oidc))
        .route("/signout", get(sign_out))
}

/// The account a page is for, or the answer to somebody who is not signed in.
pub(crate) fn enter(site: &Site, visit: &Visit, path: &str) -> Result<String, Box<Response>> {
    match &visit.standing {
        Standing::SignedIn { username, .. } => Ok(username.clone()),
        Standing::Ended {
            form: ExpiryForm::Rendered,
            ..
        } => Err(Box::new(expired_page(site))),
        Standing::Ended {
            form: ExpiryForm::Redirect,
            ..
        }
        | Standing::Anonymous => Err(Box::new(html::redirect(&authorize(site, visit, path)))),
    }
}

/// The same for the requests a page makes by itself.
pub(crate) fn enter_api(visit: &Visit) -> Result<String, Box<Response>> {
    let form = match &visit.standing {
        Standing::SignedIn { username, .. } => return Ok(username.clone()),
        Standing::Ended { form, .. } => *form,
        Standing::Anonymous => ExpiryForm::Redirect,
    };
    let told = Json(json!({ "expired": form }));
    let answer = (StatusCode::UNAUTHORIZED, told).into_response();
    Err(Box::new(answer))
}

/// The address at the identity provider that leads back to `path` of this site.
pub(crate) fn authorize(site: &Site, visit: &Visit, path: &str) -> String {
    let origins = &site.world.origins;
    let query = Serializer::new(String::new())
        .append_pair("client_id", site.origin.word())
        .append_pair("response_type", "code")
        .append_pair(
            "redirect_uri",
            &format!("{}/signin-oidc", origins.of(site.origin)),
        )
        .append_pair("state", path)
        .append_pair("nonce", &visit.visitor)
        .finish();
    format!("{}/connect/authorize?{query}", origins.account)
}

/// `GET /signin-oidc`: takes the code and opens the session of this origin.
async fn signin_oidc(
    State(site): State<Site>,
    Extension(visit): Extension<Visit>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let sessions = &site.world.sessions;
    let state = html::query_value(&query, "state").and_then(html::local_path);
    let path = state.unwrap_or_else(|| "/".to_owned());
    let code = html::query_value(&query, "code").unwrap_or_default();
    let Some(sign_in) = sessions.redeem_code(&code, site.origin) else {
        return html::redirect(&authorize(&site, &visit, &path));
    };
    let now_ms = site.world.clock.now_ms();
    let (Some(cookie), Some(visitor)) = (
        sessions.attach(&sign_in, site.origin, now_ms),
        sessions.visitor_of(&sign_in),
    ) else {
        return html::status_page(400);
    };
    // This origin met the browser before it could know that it is the same one.
    site.world.log.rename_visitor(&visit.visitor, &visitor);
    let cookies = vec![
        html::cookie(&site.origin.session_cookie(), &cookie),
        html::cookie(&site.origin.visitor_cookie(), &visitor),
    ];
    html::redirect_with(&path, cookies)
}

/// `GET /signout`: ends the sign-in at every origin.
pub(crate) async fn sign_out(
    State(site): State<Site>,
    Extension(visit): Extension<Visit>,
) -> Response {
    if let Standing::SignedIn { sign_in, .. } = &visit.standing {
        site.world.sessions.sign_out(sign_in);
    }
    html::redirect(&format!("{}/Account/Login", site.world.origins.account))
}

/// `GET /login`: starts a sign-in that leads back to a page of this site.
async fn login(
    State(site): State<Site>,
    Extension(visit): Extension<Visit>,
    RawQuery(query): RawQuery,
) -> Response {
    let wanted = html::query_value(&query.unwrap_or_default(), "returnUrl");
    let path = wanted
        .and_then(html::local_path)
        .unwrap_or_else(|| "/".to_owned());
    html::redirect(&authorize(&site, &visit, &path))
}

/// The rendered page of a session that has ended.
pub(crate) fn expired_page(site: &Site) -> Response {
    let status = StatusCode::from_u16(site.world.config.expired_status);
    let template = include_str!("../../assets/expired.html");
    let page = html::fill(template, &[("title", site.origin.title())]);
    (status.unwrap_or(StatusCode::UNAUTHORIZED), Html(page)).into_response()
}

/// The shell of an SPA: an empty page whose script draws everything from `boot`.
pub(crate) fn shell(site: &Site, visit: &Visit, username: &str, more: Value) -> Response {
    let mut boot = json!({
        "site": site.origin.word(),
        "title": site.origin.title(),
        "username": username,
        "origins": site.world.origins,
        "blank_ms": visit.blank_ms,
        "markup": visit.markup,
    });
    if let (Value::Object(boot), Value::Object(more)) = (&mut boot, more) {
        boot.extend(more);
    }
    let title = if site.origin == Origin::Account {
        ""
    } else {
        site.origin.title()
    };
    let page = html::fill(include_str!("../../assets/spa.html"), &[("title", title)]);
    Html(page.replace("{{{boot}}}", &html::script_json(&boot))).into_response()
}
