//! HTTP to the host and to the portal's control API, both on this machine.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::io::{BufRead, BufReader, Lines};
use std::time::Duration;
use ureq::http::{HeaderMap, Response};
use ureq::{Agent, Body, BodyReader};

/// A list of some thousand containers, or its spreadsheet.
const BODY_BYTES: u64 = 64 << 20;

/// A client.
#[derive(Clone)]
pub(crate) struct Client(Agent);

/// JSON, and the headers that it came with.
pub(crate) struct Answer {
    /// The body.
    pub(crate) body: Value,
    headers: HeaderMap,
}

impl Answer {
    /// A header, if it is there and is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Client {
    /// One whose requests take no longer than this.
    pub(crate) fn new(bound: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(bound))
            .http_status_as_error(false)
            .build();
        Self(config.into())
    }

    /// The JSON at an address, for a query.
    pub(crate) fn get(&self, url: &str, query: &[(&str, &str)]) -> Result<Value> {
        let request = self.0.get(url).query_pairs(query.iter().copied());
        parsed(url, &whole(url, good(url, request.call())?)?)
    }

    /// The bytes at an address.
    pub(crate) fn get_bytes(&self, url: &str) -> Result<Vec<u8>> {
        whole(url, good(url, self.0.get(url).call())?)
    }

    /// The lines at an address, as they come.
    pub(crate) fn get_lines(&self, url: &str) -> Result<Lines<BufReader<BodyReader<'static>>>> {
        let response = good(url, self.0.get(url).call())?;
        Ok(BufReader::new(response.into_body().into_reader()).lines())
    }

    /// What answers this JSON, sent with these headers.
    pub(crate) fn post(&self, url: &str, headers: &[(&str, &str)], body: &Value) -> Result<Answer> {
        let mut request = self.0.post(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = good(url, request.send_json(body))?;
        let headers = response.headers().clone();
        let body = parsed(url, &whole(url, response)?)?;
        Ok(Answer { body, headers })
    }

    /// Asks for something to be removed.
    pub(crate) fn delete(&self, url: &str) -> Result<()> {
        good(url, self.0.delete(url).call()).map(drop)
    }
}

/// A response whose status says that all is well.
fn good(url: &str, response: Result<Response<Body>, ureq::Error>) -> Result<Response<Body>> {
    let response = response.with_context(|| format!("no answer from {url}"))?;
    let status = response.status();
    if !status.is_success() {
        let words = whole(url, response)?;
        bail!(
            "{url} answered {status}: {}",
            String::from_utf8_lossy(&words)
        );
    }
    Ok(response)
}

fn whole(url: &str, response: Response<Body>) -> Result<Vec<u8>> {
    let body = response.into_body().into_with_config().limit(BODY_BYTES);
    body.read_to_vec()
        .with_context(|| format!("no whole answer from {url}"))
}

fn parsed(url: &str, bytes: &[u8]) -> Result<Value> {
    serde_json::from_slice(bytes).with_context(|| format!("{url} did not answer with JSON"))
}
