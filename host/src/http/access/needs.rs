//! Which scope a route needs. It is said at each handler, in its description for the OpenAPI document, and nowhere else.

use std::collections::HashMap;

use axum::http::Method;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, SecurityRequirement};

use crate::model::caller::Scope;

/// The name of the one security scheme in the document.
pub const SCHEME: &str = "token";

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: it tells nothing of anybody.
    Nothing,
    /// A token that has this scope.
    Scope(Scope),
}

/// What each route needs.
#[derive(Debug, Clone)]
pub struct Needs(HashMap<(Method, String), Need>);

impl Needs {
    /// As the document says.
    ///
    /// # Panics
    /// If a route says nothing, or names no scope: the host does not start with one that somebody forgot.
    #[must_use]
    pub fn of(document: &OpenApi) -> Self {
        let mut needs = HashMap::new();
        for (path, item) in &document.paths.paths {
            let operations = [
                (Method::GET, &item.get),
                (Method::PUT, &item.put),
                (Method::POST, &item.post),
                (Method::DELETE, &item.delete),
                (Method::PATCH, &item.patch),
            ];
            for (method, operation) in operations {
                if let Some(operation) = operation {
                    let need = need(operation)
                        .unwrap_or_else(|| panic!("{method} {path} does not say what it needs"));
                    needs.insert((method, path.clone()), need);
                }
            }
        }
        Self(needs)
    }

    /// What this route needs; none if there is no such route.
    #[must_use]
    pub fn get(&self, method: &Method, path: &str) -> Option<Need> {
        // Whoever may read may ask for the head of what it would read.
        let method = if *method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        self.0.get(&(method.clone(), path.to_owned())).copied()
    }
}

fn need(operation: &Operation) -> Option<Need> {
    match operation.security.as_deref()? {
        [one] if *one == SecurityRequirement::default() => Some(Need::Nothing),
        [one] => scope(one).map(Need::Scope),
        _ => None,
    }
}

/// The scope that a requirement names. Its parts can be had by writing it down only.
fn scope(requirement: &SecurityRequirement) -> Option<Scope> {
    let written = serde_json::to_value(requirement).ok()?;
    let [scope] = written[SCHEME].as_array()?.as_slice() else {
        return None;
    };
    scope.as_str()?.parse().ok()
}
