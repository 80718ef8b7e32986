//! An office whose one session awaits a person, and the stream of its live view.

use std::time::Duration;

use gantry_portal::{Challenge, PortalConfig};
use reqwest::Response;
use serde_json::{Value, json};

use crate::office::{Answer, Office, by};

pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
pub(crate) const LIST: &str = "/v1/operations/get-containers";

pub(crate) fn asks_for_a_person() -> PortalConfig {
    PortalConfig {
        challenge: Challenge::Operator,
        ..PortalConfig::quick()
    }
}

/// An office whose one session awaits a person; with the answer of the request that found that out.
pub(crate) struct Waiting {
    pub(crate) office: Office,
    pub(crate) session: String,
    pub(crate) live: String,
}

impl Waiting {
    pub(crate) async fn over(portal: PortalConfig) -> Self {
        let office = Office::open(portal, |_| {}).await;
        let refused = office.post(LIST, request(&office)).await;
        assert_eq!(refused.problem(), (409, "operator-needed"));
        let session = refused.body["session_id"].as_str().unwrap().to_owned();
        let live = refused.body["live_url"].as_str().unwrap().to_owned();
        assert_eq!(live, format!("/v1/sessions/{session}/live"));
        Self {
            office,
            session,
            live,
        }
    }

    pub(crate) async fn shown(&self) -> Value {
        let path = format!("/v1/sessions/{}", self.session);
        self.office.get(&path).await.ok()
    }

    pub(crate) async fn state(&self) -> String {
        self.shown().await["state"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn tell(&self, what: &str, body: Value) -> u16 {
        let path = format!("{}/{what}", self.live);
        self.office.post(&path, body).await.status.as_u16()
    }

    pub(crate) async fn events(&self) -> Events {
        let url = format!("{}{}/events", self.office.url, self.live);
        let response = self.office.client.get(url).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events {
            response,
            read: String::new(),
        }
    }

    /// A request that waits for the person, on its way.
    pub(crate) fn patient_request(&self) -> tokio::task::JoinHandle<Value> {
        let url = format!("{}{LIST}", self.office.url);
        let asked = self.office.client.post(url).header("prefer", "wait=120");
        let asked = asked.json(&request(&self.office));
        tokio::spawn(async move { Answer::of(asked.send().await.unwrap()).await.ok() })
    }

    /// What was asked for at first runs now, without a further password.
    pub(crate) async fn goes_on(&self) {
        let attempts = self.office.portal.attempts().len();
        let listed = self.office.post(LIST, request(&self.office)).await.ok();
        assert_eq!(listed["session_id"], self.session.as_str());
        assert_eq!(self.office.portal.attempts().len(), attempts);
        assert_eq!(attempts, 1, "the person's own");
    }
}

pub(crate) fn request(office: &Office) -> Value {
    by(&office.account(0), &json!({ "target_count": 1 }))
}

/// The stream of a live view.
pub(crate) struct Events {
    response: Response,
    read: String,
}

impl Events {
    /// The next event.
    pub(crate) async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let line = |name: &str| {
                    let lines = event.lines();
                    let mut lines = lines.filter_map(|line| line.strip_prefix(name));
                    lines.next().map(|text| text.trim().to_owned())
                };
                let told = (line("event:"), line("data:"));
                self.read = String::from(rest);
                if let (Some(name), Some(data)) = told {
                    return Some((name, serde_json::from_str(&data).unwrap()));
                }
                continue;
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk());
            let chunk = chunk.await.unwrap().unwrap()?;
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    pub(crate) async fn until(&mut self, wanted: &str) -> Value {
        while let Some((name, data)) = self.next().await {
            if name == wanted {
                return data;
            }
        }
        panic!("the stream ended without `{wanted}`")
    }
}
