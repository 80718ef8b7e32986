//! Every route with every kind of caller.

use gantry::model::caller::Scope;

use crate::access::host::{Answer, Host, Owned};
use crate::access::routes::{Route, nothing, routes};

const ALL_BUT_ADMIN: [Scope; 3] = [Scope::Read, Scope::Book, Scope::Operate];

#[tokio::test(flavor = "multi_thread")]
async fn each_route_answers_exactly_the_callers_that_it_is_for() {
    let host = Host::open().await;
    let owner = host.token(&ALL_BUT_ADMIN, |_| {}).await;
    let other = host.token(&ALL_BUT_ADMIN, |_| {}).await;
    let things = host.owned(&owner).await;
    let mut tokens = Vec::new();
    for scope in Scope::ALL {
        tokens.push((scope, host.token(&[scope], |_| {}).await));
    }
    let stranger = gantry::config::token::Token::random().text();
    let routes = routes();
    assert!(routes.len() > 45, "{} routes", routes.len());
    println!("{:45} none wrong read book operate admin another's", "");
    for route in &routes {
        let mut line = Vec::new();
        for (kind, token) in [("no token", None), ("a wrong token", Some(&*stranger))] {
            let answer = route.ask(&host, token, &nothing()).await;
            let what = format!("{kind}: {} {} {answer:?}", route.method, route.path);
            let is_refused = answer.status == 401;
            assert_eq!(is_refused, route.needs.is_some(), "{what}");
            if is_refused {
                assert_eq!(answer.headers["www-authenticate"], "Bearer", "{what}");
                assert!(answer.code().starts_with("token-"), "{what}");
                assert_eq!(answer.body["executed"], "no", "{what}");
            }
            line.push(answer.status.as_u16().to_string());
        }
        for (scope, token) in &tokens {
            let answer = route.ask(&host, Some(token), &nothing()).await;
            let what = format!("{scope:?}: {} {} {answer:?}", route.method, route.path);
            let may = route.needs.is_none_or(|needs| scope.includes(needs));
            assert_ne!(answer.status, 401, "{what}");
            assert_eq!(answer.status == 403, !may, "{what}");
            assert!(answer.status.as_u16() < 500, "{what}");
            line.push(answer.status.as_u16().to_string());
        }
        line.push(of_another(&host, &other, &things, route).await);
        println!("{:6} {:38} {}", route.method, route.path, line.join(" "));
    }
    for (path, id) in [
        ("/v1/sessions", &things.session),
        ("/v1/runs", &things.run),
        ("/v1/artifacts", &things.file),
    ] {
        let shown = host
            .ask(Some(&owner), "get", &format!("{path}/{id}"), None)
            .await;
        assert_eq!(shown.status, 200, "the owner still has it: {path}");
    }
}

/// Asks for what is another's and for what is not there, and sees that nothing tells them apart.
async fn of_another(host: &Host, token: &str, owned: &Owned, route: &Route) -> String {
    let Some(names) = route.names() else {
        return "-".to_owned();
    };
    let (id, nothing) = (owned.id(names), nothing());
    let of_another = route.ask(host, Some(token), id).await;
    let of_nobody = route.ask(host, Some(token), &nothing).await;
    let what = format!("{} {}: {of_another:?}", route.method, route.path);
    assert_eq!(of_another.status, 404, "{what}");
    let told = |answer: &Answer, id: &str| {
        let mut body = answer.body.clone();
        // Two requests, two ids.
        body.as_object_mut().unwrap().remove("request_id");
        body.to_string().replace(id, "ID")
    };
    assert_eq!(told(&of_another, id), told(&of_nobody, &nothing));
    of_another.status.as_u16().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_get_changes_anything_and_no_page_of_another_origin_is_let_in() {
    let host = Host::open().await;
    let admin = host.token(&[Scope::Admin], |_| {}).await;
    host.run(&admin, "answer", "office").await;
    let (before, noted) = (host.kept().await, host.deeds().await);
    for route in routes().iter().filter(|route| route.method == "get") {
        let answer = route.ask(&host, Some(&admin), &nothing()).await;
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
