//! `gantry plugin install`: a component into a host that runs, over its API.

use std::fs;
use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use crate::authoring::AuthoringError;
use crate::config::limits;

/// What the host made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Installed {
    /// The next run has it.
    Served,
    /// It is in the folder and waits to be accepted.
    Waits {
        /// What differs.
        why: String,
        /// Its SHA-256, by which it is accepted.
        digest: String,
    },
}

/// Puts a component into the host at this address, under this name, with the token that the host may ask for.
pub async fn install(
    host: &Url,
    token: Option<&SecretString>,
    name: &str,
    file: &Path,
) -> Result<Installed, AuthoringError> {
    if !matches!(host.scheme(), "http" | "https") {
        return Err(AuthoringError::NoHost(host.to_string()));
    }
    let content = fs::read(file).map_err(AuthoringError::io(file))?;
    let url =
        host.join(&format!("/v1/plugins/{name}"))
            .map_err(|error| AuthoringError::Unreachable {
                url: host.to_string(),
                problem: error.to_string(),
            })?;
    let unreachable = |error: reqwest::Error| AuthoringError::Unreachable {
        url: host.to_string(),
        problem: error.without_url().to_string(),
    };
    let mut request = reqwest::Client::new()
        .put(url)
        .header("content-type", "application/wasm")
        .body(content)
        // A host compiles before it answers.
        .timeout(limits::INSTALL);
    if let Some(token) = token {
        request = request.bearer_auth(token.expose_secret());
    }
    let answer = request.send().await.map_err(unreachable)?;
    let status = answer.status();
    let text = answer.text().await.map_err(unreachable)?;
    let said: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    let detail = || {
        let detail = said["detail"].as_str();
        detail.map_or_else(|| said.to_string(), str::to_owned)
    };
    match status.as_u16() {
        200 => Ok(Installed::Served),
        202 => Ok(waits(&said)),
        401 => Err(AuthoringError::TokenNeeded { said: detail() }),
        status => Err(AuthoringError::Refused {
            status,
            said: detail(),
        }),
    }
}

fn waits(said: &Value) -> Installed {
    let text = |pointer| {
        said.pointer(pointer)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    Installed::Waits {
        why: text("/problem/message").unwrap_or_else(|| said.to_string()),
        digest: text("/waiting/digest").unwrap_or_default(),
    }
}
