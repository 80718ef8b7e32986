//! The identity provider: silent redirects between origins, and the welcome page.
//!
//! Owns: the session that the other origins are signed in by.

use axum::extract::{RawQuery, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use serde_json::json;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::config::ExpiryForm;
use crate::origin::Origin;
use crate::sessions::Standing;
use crate::sites::gate::{Site, Visit};
use crate::sites::{entry, html, login};

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/", get(|| async { html::redirect("/Home/Welcome") }))
        .route("/connect/authorize", get(authorize))
        .route("/Account/Login", get(login::show).post(login::submit))
        .route(
            "/Account/Challenge",
            get(login::drawing).post(login::answer),
        )
        .route("/Home/Welcome", get(welcome))
        .route("/signout", get(entry::sign_out))
}

/// `GET /connect/authorize`: back at once with a code, or to the login page.
async fn authorize(
    State(site): State<Site>,
    Extension(visit): Extension<Visit>,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let client = html::query_value(&query, "client_id").unwrap_or_default();
    let Some(origin) = Origin::from_word(&client).filter(|origin| *origin != Origin::Account)
    else {
        return html::status_page(400);
    };
    let back = format!("{}/signin-oidc", site.world.origins.of(origin));
    if html::query_value(&query, "redirect_uri").as_deref() != Some(&back) {
        return html::status_page(400);
    }
    let Standing::SignedIn { sign_in, .. } = &visit.standing else {
        return html::redirect(&login_page(&uri.to_string()));
    };
    let code = site.world.sessions.issue_code(sign_in, origin);
    let state = html::query_value(&query, "state").unwrap_or_default();
    let answer = Serializer::new(String::new())
        .append_pair("code", &code)
        .append_pair("state", &state)
        .finish();
    html::redirect(&format!("{back}?{answer}"))
}

async fn welcome(State(site): State<Site>, Extension(visit): Extension<Visit>) -> Response {
    match &visit.standing {
        Standing::SignedIn { username, .. } => {
            let prompt = &site.world.config.first_run_prompt;
            let more = json!({ "page": "/Home/Welcome", "first_run_prompt": prompt });
            entry::shell(&site, &visit, username, more)
        }
        Standing::Ended {
            form: ExpiryForm::Rendered,
            ..
        } => entry::expired_page(&site),
        Standing::Ended {
            form: ExpiryForm::Redirect,
            ..
        }
        | Standing::Anonymous => html::redirect(&login_page("/Home/Welcome")),
    }
}

fn login_page(return_url: &str) -> String {
    let encoded: String = byte_serialize(return_url.as_bytes()).collect();
    format!("/Account/Login?ReturnUrl={encoded}")
}
