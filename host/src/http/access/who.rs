//! Who asks, and whether it may: before a request is read any further.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::config::token::Token;
use crate::dispatch::desk::Desk;
use crate::dispatch::error::RunError;
use crate::dispatch::handle::Dispatch;
use crate::http::access::deeds::Asked;
use crate::http::access::needs::{Need, Needs};
use crate::http::access::rates::{self, Rates, Standing};
use crate::http::problem::Problem;
use crate::model::caller::{Caller, Grant};
use crate::model::origin::Origin;
use crate::model::outcome::{Class, Failed};
use crate::telemetry::table;

/// What is needed to tell who may do what.
#[derive(Clone)]
pub struct Access(Arc<Inner>);

struct Inner {
    dispatch: Dispatch,
    needs: Needs,
    rates: Rates,
}

impl Access {
    /// Access as the document's routes need it.
    #[must_use]
    pub fn new(dispatch: Dispatch, needs: Needs) -> Self {
        Self(Arc::new(Inner {
            dispatch,
            needs,
            rates: Rates::default(),
        }))
    }

    async fn caller(&self, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
        let Some(shown) = headers.get(header::AUTHORIZATION) else {
            let is_needed = self.0.dispatch.needs_tokens();
            return Ok((!is_needed).then_some(Caller::Local));
        };
        let token = bearer(shown).and_then(Token::parse);
        let caller = match token {
            Some(token) => self.0.dispatch.caller(&token).await?,
            None => None,
        };
        let detail = "nobody has this token, or it was revoked; ask for one that is in use";
        caller
            .map(Some)
            .ok_or_else(|| Problem::new(Class::Unauthorized, "token-invalid", detail))
    }
}

/// Lets a request through if whoever asks may, and no more often than its token may.
pub async fn may(State(access): State<Access>, mut request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().cloned();
    let need = path.and_then(|path| access.0.needs.get(request.method(), path.as_str()));
    // No such route, or none that takes this method: that is what it will be told.
    let Some(Need::Scope(scope)) = need else {
        return next.run(request).await;
    };
    let caller = match access.caller(request.headers()).await {
        Ok(Some(caller)) => caller,
        Ok(None) => {
            let detail =
                "send the header `Authorization: Bearer <token>`; `gantry token new` makes tokens";
            return Problem::new(Class::Unauthorized, "token-missing", detail).into_response();
        }
        Err(problem) => return problem.into_response(),
    };
    let Caller::Token(grant) = caller.clone() else {
        request.extensions_mut().insert(caller.clone());
        let mut response = next.run(request).await;
        response.extensions_mut().insert(Asked(caller));
        return response;
    };
    let standing = access.0.rates.count(&grant);
    let mut response = match standing.wait {
        Some(_) => {
            let figures = access.0.dispatch.figures();
            figures.count(&table::REJECTIONS, &["too-many-requests"]);
            too_many(&grant, standing).into_response()
        }
        None if !caller.may(scope) => Problem::from(RunError::ScopeMissing(scope)).into_response(),
        None => {
            request.extensions_mut().insert(caller.clone());
            next.run(request).await
        }
    };
    response.extensions_mut().insert(Asked(caller.clone()));
    let left = access.0.dispatch.at(caller).runs_left();
    rates::tell(response.headers_mut(), &grant, standing, left);
    response
}

fn too_many(grant: &Grant, standing: Standing) -> Problem {
    let detail = format!("this token may make {} requests a minute", grant.requests);
    Failed::new(Class::TooMany, "too-many-requests", detail)
        .after(standing.wait)
        .into()
}

/// The token of the header (RFC 6750 §2.1).
fn bearer(header: &HeaderValue) -> Option<&str> {
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl FromRequestParts<Dispatch> for Desk {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        dispatch: &Dispatch,
    ) -> Result<Self, Infallible> {
        let caller = parts.extensions.get::<Caller>().cloned();
        // Nobody comes to a handler that has a desk without having been asked who it is.
        let desk = dispatch.at(caller.expect("the route says which scope it needs"));
        let origin = parts.extensions.get::<Origin>().cloned();
        Ok(desk.within(origin.unwrap_or_default()))
    }
}
