//! The routes of the router itself, as its document gives them: a new one cannot be forgotten.

use gantry::http::server;
use gantry::model::caller::Scope;
use gantry::model::ids::RunId;
use serde_json::{Value, json};

use crate::access::host::{Answer, Host};

/// A route, and the scope that its description says it needs; none if it is for everybody.
pub(crate) struct Route {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) needs: Option<Scope>,
}

/// What the id in a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    Session,
    Run,
    File,
    Hold,
}

pub(crate) fn routes() -> Vec<Route> {
    let document = server::document();
    let paths = document["paths"].as_object().unwrap();
    let mut routes = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            let scope = operation["security"][0]["token"][0].as_str();
            routes.push(Route {
                method: method.clone(),
                path: path.clone(),
                needs: scope.map(|scope| scope.parse().unwrap()),
            });
        }
    }
    routes
}

impl Route {
    /// What its path names, if that belongs to one caller: an admin's routes and those for everybody name nothing of the kind.
    pub(crate) fn names(&self) -> Option<Names> {
        let is_of_one = self.path.contains("{id}") || self.path.contains("{*path}");
        if !is_of_one || self.needs.is_none_or(|needs| needs == Scope::Admin) {
            return None;
        }
        let begins = [
            ("/v1/sessions/", Names::Session),
            ("/sessions/", Names::Session),
            ("/v1/runs/", Names::Run),
            ("/v1/artifacts/", Names::File),
            ("/files/", Names::File),
            ("/v1/holds/", Names::Hold),
        ];
        let found = begins
            .iter()
            .find(|(begin, _)| self.path.starts_with(begin));
        let found = found.unwrap_or_else(|| panic!("whose is what {} names?", self.path));
        Some(found.1)
    }

    /// Asks it about something with this id, and about a plugin that is there.
    pub(crate) async fn ask(&self, host: &Host, token: Option<&str>, id: &str) -> Answer {
        let path = self.path.replace("{*path}", id).replace("{id}", id);
        let path = path
            .replace("{name}", "answer")
            .replace("{operation}", "answer")
            .replace("{file}", "docs.js");
        host.ask(token, &self.method, &path, self.body()).await
    }

    /// A body that is right for it, so that it is refused for nothing but its caller.
    fn body(&self) -> Option<Value> {
        match (self.method.as_str(), self.path.as_str()) {
            ("post", path) if path.ends_with("/gestures") => {
                Some(json!({ "gestures": [{ "do": "key", "key": "Tab" }] }))
            }
            ("post", path) if path.ends_with("/dialog") => Some(json!({ "accept": true })),
            ("post", _) => Some(json!({})),
            _ => None,
        }
    }
}

/// An id of nothing.
pub(crate) fn nothing() -> String {
    RunId::random().to_string()
}
