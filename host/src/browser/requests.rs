//! The requests of a page, from the driver's performance log: which are open, and which failed.
//!
//! Owns: a small book, brought up to date from the log whenever quietness has to be proven.
//! Source: Chrome DevTools Protocol, domain Network; times are the browser's own.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use url::Url;

use crate::browser::downloads::Downloads;
use crate::browser::reach::Reach;
use crate::browser::reactions::Reactions;
use crate::config::limits;

/// Kinds of request that stay open by nature and say nothing about loading.
const STANDING: [&str; 5] = ["EventSource", "WebSocket", "Ping", "Media", "Manifest"];

/// What the page has asked for.
#[derive(Debug)]
pub struct Requests {
    reach: Reach,
    /// Hosts that it wanted and may not reach, each of which is told once.
    refused: HashSet<String>,
    open: HashMap<String, Request>,
    failed: Vec<Failed>,
    /// How soon its list asks for more.
    pub(crate) reactions: Reactions,
}

#[derive(Debug, Clone)]
struct Request {
    /// Of the page's own scripts, as opposed to images, styles and the like.
    scripted: bool,
    started_ms: f64,
    url: String,
    frame: String,
}

#[derive(Debug)]
struct Failed {
    started_ms: f64,
    status: String,
    path: String,
}

impl Requests {
    /// Nothing was asked for yet. What is beyond reach is told in the log: the browser does not go there.
    #[must_use]
    pub fn within(reach: Reach) -> Self {
        Self {
            reach,
            refused: HashSet::new(),
            open: HashMap::new(),
            failed: Vec::new(),
            reactions: Reactions::default(),
        }
    }

    /// Takes the entries of the log (the driver's `se/log`, type `performance`), and what they say of a download.
    pub(crate) fn apply(&mut self, entries: &Value, downloads: &mut Downloads) {
        for entry in entries.as_array().into_iter().flatten() {
            let message = entry["message"]
                .as_str()
                .and_then(|text| serde_json::from_str(text).ok());
            let Some(message): Option<Value> = message else {
                continue;
            };
            let message = &message["message"];
            if let Some(method) = message["method"].as_str() {
                self.event(method, &message["params"]);
                downloads.event(method, &message["params"]);
            }
        }
    }

    /// How many requests are unanswered.
    #[must_use]
    pub fn open(&self) -> usize {
        self.open.len()
    }

    /// The first request of the page's scripts begun at or after a page time that failed, as text.
    #[must_use]
    pub fn failed_since(&self, page_time_ms: f64) -> Option<String> {
        self.failed
            .iter()
            .find(|failed| failed.started_ms >= page_time_ms)
            .map(|failed| format!("{} for {}", failed.status, failed.path))
    }

    /// Forgets failures; they belong to an action that is over.
    pub fn forget_failures(&mut self) {
        self.failed.clear();
    }

    /// Another document comes: it may react otherwise, and nothing of it has failed yet.
    pub fn of_another_document(&mut self) {
        self.reactions = Reactions::default();
        self.forget_failures();
    }

    fn event(&mut self, method: &str, params: &Value) {
        let id = params["requestId"].as_str().unwrap_or_default();
        match method {
            "Network.requestWillBeSent" => self.begun(id, params),
            "Network.webSocketCreated" => self.wanted(&params["url"]),
            "Network.responseReceived" => {
                let status = params["response"]["status"].as_u64().unwrap_or_default();
                if status >= 400 {
                    self.fail(id, status.to_string());
                    // Pages do not read what an error says, and then the log never tells that it has ended.
                    self.open.remove(id);
                }
            }
            "Network.loadingFinished" => drop(self.open.remove(id)),
            "Network.loadingFailed" => {
                if params["canceled"].as_bool() != Some(true) {
                    self.fail(
                        id,
                        params["errorText"]
                            .as_str()
                            .unwrap_or("no answer")
                            .to_owned(),
                    );
                }
                self.open.remove(id);
            }
            _ => {}
        }
    }

    fn begun(&mut self, id: &str, params: &Value) {
        let kind = params["type"].as_str().unwrap_or_default();
        self.wanted(&params["request"]["url"]);
        let url = params["request"]["url"].as_str().unwrap_or_default();
        if STANDING.contains(&kind) || !url.starts_with("http") {
            return;
        }
        let frame = params["frameId"].as_str().unwrap_or_default();
        if kind == "Document" {
            // What the frame's former document was waiting for went with it; the log may never say so.
            self.open.retain(|_, request| request.frame != frame);
        }
        let request = Request {
            frame: frame.to_owned(),
            scripted: matches!(kind, "XHR" | "Fetch"),
            started_ms: params["wallTime"].as_f64().unwrap_or_default() * 1000.0,
            url: url.to_owned(),
        };
        self.open.insert(id.to_owned(), request);
    }

    fn wanted(&mut self, address: &Value) {
        let Some(address) = address.as_str().and_then(|text| Url::parse(text).ok()) else {
            return;
        };
        // The browser's own pages ask for `chrome:` addresses; nothing of those goes anywhere.
        let leaves = matches!(address.scheme(), "http" | "https" | "ws" | "wss");
        if !leaves || self.reach.permits(&address) || self.refused.len() >= limits::REFUSED_HOSTS {
            return;
        }
        let host = address.host_str().unwrap_or_default();
        if self.refused.insert(host.to_owned()) {
            tracing::warn!(
                host,
                "a page wanted to reach a host that is none of the portal's, and could not; if the portal needs it, add it to `[portal] also_reach`"
            );
        }
    }

    fn fail(&mut self, id: &str, status: String) {
        let Some(request) = self.open.get(id).filter(|request| request.scripted) else {
            return;
        };
        let path =
            Url::parse(&request.url).map_or_else(|_| String::new(), |url| url.path().to_owned());
        self.failed.push(Failed {
            started_ms: request.started_ms,
            status,
            path,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::schema::Portal;
    use serde_json::json;

    fn requests() -> Requests {
        Requests::within(Reach::new(&Portal::default()))
    }

    fn apply(requests: &mut Requests, entries: &Value) {
        let mut downloads = Downloads::into_folder(std::path::PathBuf::new(), 0);
        requests.apply(entries, &mut downloads);
    }

    fn log(events: &[(&str, Value)]) -> Value {
        let entries = events.iter().map(|(method, params)| {
            let message = json!({ "message": { "method": method, "params": params } });
            json!({ "level": "INFO", "message": message.to_string(), "timestamp": 0 })
        });
        Value::Array(entries.collect())
    }

    fn sent(id: &str, kind: &str, wall_s: f64) -> (&'static str, Value) {
        let url = "http://portal.test/api/list?page=1";
        let params = json!({
            "requestId": id,
            "frameId": "main",
            "type": kind,
            "wallTime": wall_s,
            "request": { "url": url },
        });
        ("Network.requestWillBeSent", params)
    }

    #[test]
    fn a_request_is_open_until_it_is_answered() {
        let mut requests = requests();
        apply(
            &mut requests,
            &log(&[sent("1", "Fetch", 1.0), sent("2", "XHR", 1.0)]),
        );
        assert_eq!(requests.open(), 2);
        apply(
            &mut requests,
            &log(&[
                ("Network.loadingFinished", json!({ "requestId": "1" })),
                (
                    "Network.loadingFailed",
                    json!({ "requestId": "2", "canceled": true }),
                ),
            ]),
        );
        assert_eq!(requests.open(), 0);
        assert_eq!(requests.failed_since(0.0), None);
    }

    #[test]
    fn what_a_document_waited_for_goes_with_it() {
        let mut requests = requests();
        apply(
            &mut requests,
            &log(&[sent("1", "Fetch", 1.0), sent("2", "Document", 2.0)]),
        );
        assert_eq!(requests.open(), 1);
        apply(
            &mut requests,
            &log(&[("Network.loadingFinished", json!({ "requestId": "2" }))]),
        );
        assert_eq!(requests.open(), 0);
    }

    #[test]
    fn a_standing_connection_is_not_a_request() {
        let mut requests = requests();
        apply(&mut requests, &log(&[sent("1", "EventSource", 1.0)]));
        assert_eq!(requests.open(), 0);
    }

    #[test]
    fn a_failed_answer_counts_from_the_action_that_caused_it() {
        let mut requests = requests();
        apply(
            &mut requests,
            &log(&[
                sent("1", "Fetch", 5.0),
                (
                    "Network.responseReceived",
                    json!({ "requestId": "1", "response": { "status": 503 } }),
                ),
                ("Network.loadingFinished", json!({ "requestId": "1" })),
            ]),
        );
        assert_eq!(
            requests.failed_since(5000.0).as_deref(),
            Some("503 for /api/list")
        );
        assert_eq!(requests.failed_since(6000.0), None);
    }

    #[test]
    fn an_error_that_nobody_reads_is_answered_all_the_same() {
        let mut requests = requests();
        apply(
            &mut requests,
            &log(&[
                sent("1", "Fetch", 5.0),
                (
                    "Network.responseReceived",
                    json!({ "requestId": "1", "response": { "status": 401 } }),
                ),
            ]),
        );
        assert_eq!(requests.open(), 0);
        assert!(requests.failed_since(5000.0).is_some());
    }

    #[test]
    fn what_is_beyond_reach_is_noted_once_a_host() {
        let mut requests = requests();
        let socket = |url: &str| ("Network.webSocketCreated", json!({ "url": url }));
        let elsewhere = socket("wss://elsewhere.test/a");
        let again = socket("wss://elsewhere.test/b");
        let portal = socket("wss://ecp2.emodal.com/");
        apply(&mut requests, &log(&[elsewhere, again, portal]));
        assert_eq!(requests.refused.len(), 1);
        assert!(requests.refused.contains("elsewhere.test"));
    }

    #[test]
    fn entries_that_make_no_sense_are_passed_over() {
        let mut requests = requests();
        let odd = json!([{}, { "message": "{" }, { "message": 3 }, null]);
        apply(&mut requests, &odd);
        apply(&mut requests, &Value::Null);
        assert_eq!(requests.open(), 0);
    }
}
