//! HTTP to the host and to the portal's control API, both on this machine.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::time::Duration;
use ureq::http::Response;
use ureq::{Agent, Body};

/// A list of some thousand containers, or its spreadsheet.
const BODY_BYTES: u64 = 64 << 20;

/// A client.
#[derive(Clone)]
pub(crate) struct Client(Agent);

impl Client {
    /// One whose requests take no longer than this.
    pub(crate) fn new(bound: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(bound))
            .http_status_as_error(false)
            .build();
        Self(config.into())
    }

    /// The JSON at an address.
    pub(crate) fn get(&self, url: &str) -> Result<Value> {
        parsed(url, &self.get_bytes(url)?)
    }

    /// The bytes at an address.
    pub(crate) fn get_bytes(&self, url: &str) -> Result<Vec<u8>> {
        let response = self.0.get(url).call();
        answered(
            url,
            response.with_context(|| format!("no answer from {url}"))?,
        )
    }

    /// The JSON that is the answer to this JSON.
    pub(crate) fn post(&self, url: &str, body: &Value) -> Result<Value> {
        let response = self.0.post(url).send_json(body);
        let response = response.with_context(|| format!("no answer from {url}"))?;
        parsed(url, &answered(url, response)?)
    }

    /// Asks for something to be removed.
    pub(crate) fn delete(&self, url: &str) -> Result<()> {
        let response = self.0.delete(url).call();
        answered(
            url,
            response.with_context(|| format!("no answer from {url}"))?,
        )
        .map(drop)
    }
}

fn answered(url: &str, response: Response<Body>) -> Result<Vec<u8>> {
    let status = response.status();
    let body = response.into_body().into_with_config().limit(BODY_BYTES);
    let bytes = body
        .read_to_vec()
        .with_context(|| format!("no whole answer from {url}"))?;
    if !status.is_success() {
        bail!(
            "{url} answered {status}: {}",
            String::from_utf8_lossy(&bytes)
        );
    }
    Ok(bytes)
}

fn parsed(url: &str, bytes: &[u8]) -> Result<Value> {
    serde_json::from_slice(bytes).with_context(|| format!("{url} did not answer with JSON"))
}
