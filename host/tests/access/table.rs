//! Every route with every kind of caller. The routes are those of the router itself: a new one cannot be forgotten.

use gantry::http::server;
use gantry::model::caller::Scope;
use gantry::model::ids::RunId;
use serde_json::json;

use crate::host::{Answer, Host};

/// A route, and the scope that its description says it needs; none if it is for everybody.
struct Route {
    method: String,
    path: String,
    needs: Option<Scope>,
}

impl Route {
    /// Its path with something that is there for names, and nothing for ids.
    fn asked(&self) -> String {
        let id = RunId::random().to_string();
        let path = self.path.replace("{*path}", &id).replace("{id}", &id);
        path.replace("{name}", "answer")
            .replace("{operation}", "answer")
            .replace("{file}", "docs.js")
    }

    async fn ask(&self, host: &Host, token: Option<&str>) -> Answer {
        let body = (self.method == "post").then(|| json!({}));
        host.ask(token, &self.method, &self.asked(), body).await
    }
}

fn routes() -> Vec<Route> {
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

#[tokio::test(flavor = "multi_thread")]
async fn each_route_answers_exactly_the_callers_that_it_is_for() {
    let host = Host::open().await;
    let mut tokens = Vec::new();
    for scope in Scope::ALL {
        tokens.push((scope, host.token(&[scope], |_| {}).await));
    }
    let stranger = gantry::config::token::Token::random().text();
    let routes = routes();
    assert!(routes.len() > 45, "{} routes", routes.len());
    println!("{:44} none wrong read book operate admin", "");
    for route in &routes {
        let mut line = Vec::new();
        for (kind, token) in [("no token", None), ("a wrong token", Some(&*stranger))] {
            let answer = route.ask(&host, token).await;
            let what = format!("{kind}: {} {} {answer:?}", route.method, route.path);
            let is_refused = answer.status == 401;
            assert_eq!(is_refused, route.needs.is_some(), "{what}");
            if is_refused {
                assert_eq!(answer.headers["www-authenticate"], "Bearer", "{what}");
                assert!(answer.code().starts_with("token-"), "{what}");
                assert_eq!(answer.body["executed"], "no", "{what}");
            }
            line.push(answer.status.as_u16());
        }
        for (scope, token) in &tokens {
            let answer = route.ask(&host, Some(token)).await;
            let what = format!("{scope:?}: {} {} {answer:?}", route.method, route.path);
            let may = route.needs.is_none_or(|needs| scope.includes(needs));
            assert_ne!(answer.status, 401, "{what}");
            assert_eq!(answer.status == 403, !may, "{what}");
            assert!(answer.status.as_u16() < 500, "{what}");
            line.push(answer.status.as_u16());
        }
        println!("{:6} {:38} {line:?}", route.method, route.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_get_changes_anything_and_no_page_of_another_origin_is_let_in() {
    let host = Host::open().await;
    let admin = host.token(&[Scope::Admin], |_| {}).await;
    host.run(&admin, "answer", "office").await;
    let (before, noted) = (host.kept().await, host.deeds().await);
    for route in routes().iter().filter(|route| route.method == "get") {
        let answer = route.ask(&host, Some(&admin)).await;
        for name in answer.headers.keys() {
            assert!(!name.as_str().starts_with("access-control-"), "{name}");
        }
    }
    assert_eq!(host.kept().await, before);
    assert_eq!(host.deeds().await, noted);
    let sessions = host.ask(Some(&admin), "get", "/v1/sessions", None).await;
    assert_eq!(sessions.body["sessions"].as_array().unwrap().len(), 1);
    // What a browser asks before it sends a page's request to another origin.
    let preflight = host.ask(None, "options", "/v1/sessions", None).await;
    assert_eq!(preflight.status, 405, "{preflight:?}");
    assert!(
        !preflight
            .headers
            .contains_key("access-control-allow-origin")
    );
}
