//! One attempt: a message is signed, sent, and its answer judged.
//!
//! Never: follows a redirect, reads the answer's body, or lets an address or a secret into an error.

use std::error::Error as _;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use url::Url;

use crate::config::limits::webhooks as limits;
use crate::config::load::ConfigError;
use crate::config::webhooks::{SigningSecret, Webhook, is_on_this_machine};
use crate::webhooks::pauses;
use crate::webhooks::signature;

/// A receiver, as far as sending to it needs.
#[derive(Debug, Clone)]
pub struct Receiver {
    pub(in crate::webhooks) name: String,
    url: Url,
    secrets: Vec<SigningSecret>,
    client: Client,
}

/// What a receiver did with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status, if it answered.
    pub status: Option<u16>,
    /// What it comes to.
    pub verdict: Verdict,
}

/// What an answer comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It was taken.
    Taken,
    /// The receiver is gone for good.
    Gone,
    /// It was not taken.
    Refused {
        /// Why, for people.
        why: String,
        /// When the receiver wants to be asked again.
        retry_after: Option<Duration>,
    },
}

impl Receiver {
    /// The receiver of a webhook, its secrets read.
    ///
    /// # Errors
    /// If a secret cannot be read.
    pub fn new(webhook: &Webhook) -> Result<Self, ConfigError> {
        let mut client = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(limits::CONNECT)
            .timeout(limits::ATTEMPT)
            .user_agent(concat!("Gantry/", env!("CARGO_PKG_VERSION")));
        if is_on_this_machine(&webhook.url) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| ConfigError::Value {
            key: format!("webhooks.{}.url", webhook.name),
            problem: format!("nothing can be sent there: {error}"),
        })?;
        Ok(Self {
            name: webhook.name.clone(),
            url: webhook.url.clone(),
            secrets: webhook.secrets()?,
            client,
        })
    }

    /// Sends a message, once.
    pub async fn send(&self, id: &str, body: &str, now: DateTime<Utc>) -> Answer {
        let timestamp = now.timestamp();
        let signatures = signature::signatures(&self.secrets, id, timestamp, body);
        let request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signatures)
            .body(body.to_owned());
        match request.send().await {
            Ok(response) => Answer {
                status: Some(response.status().as_u16()),
                verdict: judged(&response, now),
            },
            Err(error) => Answer {
                status: None,
                verdict: Verdict::Refused {
                    why: said(&error),
                    retry_after: None,
                },
            },
        }
    }
}

fn judged(response: &Response, now: DateTime<Utc>) -> Verdict {
    let status = response.status();
    if status.is_success() {
        return Verdict::Taken;
    }
    if status == StatusCode::GONE {
        return Verdict::Gone;
    }
    let says_when = matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    );
    let when = response.headers().get(RETRY_AFTER).filter(|_| says_when);
    let when = when.and_then(|when| when.to_str().ok());
    let why = if status.is_redirection() {
        format!("it answered {status}; redirects are not followed, name the final address")
    } else {
        format!("it answered {status}")
    };
    Verdict::Refused {
        why,
        retry_after: when.and_then(|when| pauses::retry_after(when, now)),
    }
}

/// Why there was no answer. The library's own words begin with the address, which may hold a secret.
fn said(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        let seconds = limits::ATTEMPT.as_secs();
        return format!("it did not answer within {seconds} s");
    }
    let mut innermost = error.source();
    while let Some(deeper) = innermost.and_then(std::error::Error::source) {
        innermost = Some(deeper);
    }
    let why = innermost.map_or_else(|| "the connection failed".to_owned(), ToString::to_string);
    if error.is_connect() {
        return format!("it cannot be reached: {why}");
    }
    format!("it did not answer: {why}")
}
