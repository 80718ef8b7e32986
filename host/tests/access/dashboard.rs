//! What the dashboard is made of: the page, news of what its caller may see, accounts, and pictures of sessions.

use std::time::Duration;

use gantry::config::limits;
use gantry::model::caller::Scope;
use reqwest::Response;
use serde_json::json;

use crate::access::host::Host;

const PATIENCE: Duration = Duration::from_secs(20);
/// Longer than news are held back: whoever hears nothing for so long is told nothing.
const QUIET: Duration = Duration::from_secs(1);

/// The news of one caller.
struct News {
    response: Response,
    read: String,
}

impl News {
    async fn of(host: &Host, token: &str) -> Self {
        let response = host.stream(token, "/v1/events").await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            response,
            read: String::new(),
        }
    }

    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.read.find("\n\n") {
                let event: String = self.read.drain(..end + 2).collect();
                let name = event
                    .lines()
                    .find_map(|line| line.strip_prefix("event:"))
                    .map(|name| name.trim().to_owned());
                if name.is_some() {
                    return name;
                }
                continue;
            }
            let chunk = self.response.chunk().await.unwrap()?;
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn until(&mut self, wanted: &str) {
        let found = async {
            while let Some(name) = self.next().await {
                if name == wanted {
                    return;
                }
            }
            panic!("the news ended without `{wanted}`");
        };
        tokio::time::timeout(PATIENCE, found).await.expect(wanted);
    }

    /// At first everything is to be looked at.
    async fn begins(&mut self) {
        for name in ["sessions", "runs", "plugins"] {
            assert_eq!(self.next().await.as_deref(), Some(name));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_has_news_of_its_own_runs_and_sessions_and_none_of_anothers() {
    let host = Host::open().await;
    let own = host.token(&[Scope::Read], |_| {}).await;
    let other = host.token(&[Scope::Read], |_| {}).await;
    let admin = host.token(&[Scope::Admin], |_| {}).await;
    let mut mine = News::of(&host, &own).await;
    let mut others = News::of(&host, &other).await;
    let mut all = News::of(&host, &admin).await;
    for news in [&mut mine, &mut others, &mut all] {
        news.begins().await;
    }
    let run = host.run(&own, "answer", "office").await;
    assert_eq!(run.status, 200, "{run:?}");
    for news in [&mut mine, &mut all] {
        news.until("runs").await;
        news.until("sessions").await;
    }
    let heard = tokio::time::timeout(QUIET, others.next()).await;
    assert!(heard.is_err(), "{heard:?}");
    let removed = host.ask(Some(&admin), "delete", "/v1/plugins/books", None);
    assert_eq!(removed.await.status, 204);
    assert_eq!(others.next().await.as_deref(), Some("plugins"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_than_so_many_listen_and_who_leaves_makes_room() {
    let host = Host::open().await;
    let token = host.token(&[Scope::Read], |_| {}).await;
    let mut there = Vec::new();
    for _ in 0..limits::dashboard::LISTENERS {
        there.push(News::of(&host, &token).await);
    }
    let refused = host.ask(Some(&token), "get", "/v1/events", None).await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.code(), "too-many-listeners");
    assert!(refused.headers.contains_key("retry-after"));
    there.clear();
    let room = async {
        loop {
            let response = host.stream(&token, "/v1/events").await;
            if response.status() == 200 {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, room).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_is_told_the_aliases_of_its_accounts_and_nothing_else_of_them() {
    let host = Host::open().await;
    let all = host.token(&[Scope::Read], |_| {}).await;
    let yard = host
        .token(&[Scope::Read], |grant| {
            grant.accounts = Some(["yard".to_owned()].into());
        })
        .await;
    for (token, accounts) in [
        (all, json!({ "accounts": ["office", "yard"] })),
        (yard, json!({ "accounts": ["yard"] })),
    ] {
        let answer = host.ask(Some(&token), "get", "/v1/accounts", None).await;
        assert_eq!(answer.body, accounts);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_cannot_be_looked_at_is_a_typed_error_and_the_session_is_as_it_was() {
    let host = Host::open().await;
    let admin = host.token(&[Scope::Admin], |_| {}).await;
    let run = host.run(&admin, "answer", "office").await;
    let id = run.body["session_id"].as_str().unwrap().to_owned();
    let path = format!("/v1/sessions/{id}");
    let before = host.ask(Some(&admin), "get", &path, None).await.body;
    assert!(before["next_refresh"].is_string(), "{before:#}");
    let screen = format!("{path}/screen");
    let answer = host.ask(Some(&admin), "get", &screen, None).await;
    assert_eq!(answer.status, 503, "{answer:?}");
    assert_eq!(answer.code(), "screen-not-taken");
    assert_eq!(answer.body["retryable"], true);
    let after = host.ask(Some(&admin), "get", &path, None).await.body;
    assert_eq!(after, before);
    let reader = host.token(&[Scope::Read], |_| {}).await;
    let refused = host.ask(Some(&reader), "get", &screen, None).await;
    assert_eq!(refused.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_and_all_that_it_loads_come_from_the_host_with_a_strict_policy() {
    let host = Host::open().await;
    let page = reqwest::get(&host.url).await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
    let html = page.text().await.unwrap();
    let mut todo: Vec<String> = paths(&html);
    assert!(todo.len() >= 2, "{todo:?}");
    let mut seen = Vec::new();
    while let Some(path) = todo.pop() {
        if seen.contains(&path) || path == "/docs" {
            continue;
        }
        let file = reqwest::get(format!("{}{path}", host.url)).await.unwrap();
        assert_eq!(file.status(), 200, "{path}");
        let headers = file.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        let kind = headers["content-type"].to_str().unwrap().to_owned();
        let wanted = match path.rsplit_once('.') {
            Some((_, "css")) => "text/css",
            _ => "text/javascript",
        };
        assert!(kind.starts_with(wanted), "{path}: {kind}");
        let text = file.text().await.unwrap();
        for foreign in ["http://", "https://", "innerHTML", "eval("] {
            assert!(!text.contains(foreign), "{path} has {foreign}");
        }
        todo.extend(imports(&text));
        seen.push(path);
    }
    assert!(seen.len() >= 10, "{seen:?}");
    let none = host.ask(None, "get", "/dashboard/none.js", None).await;
    assert_eq!((none.status.as_u16(), none.code()), (404, "file-not-found"));
}

/// The addresses in the attributes of a page; those with `#` are places in it.
fn paths(html: &str) -> Vec<String> {
    let values = html.split(['"']).skip(1).step_by(2);
    let paths = values.filter(|value| value.starts_with('/'));
    paths.map(str::to_owned).collect()
}

/// The files that a script imports.
fn imports(script: &str) -> Vec<String> {
    let quoted = script.split("from \"").skip(1);
    let names = quoted.filter_map(|rest| rest.split('"').next());
    let files = names.filter_map(|name| name.strip_prefix("./"));
    files.map(|file| format!("/dashboard/{file}")).collect()
}
