//! `[[webhooks]]`: who outside is told what happens, and the secrets by which messages are signed.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretSlice};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::config::limits;
use crate::config::load::ConfigError;
use crate::config::schema::Config;
use crate::model::message::Occasion;

/// A receiver outside. Its secret is never in the configuration: a file or a variable of the environment has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Its name: lower-case letters, digits and dashes.
    pub name: String,
    /// Where messages are sent to.
    pub url: Url,
    /// A file whose first line is the secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
    /// The variable of the environment that has the secret, instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_env: Option<String>,
    /// A file whose first line is the secret before, while receivers change to the new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_secret_file: Option<PathBuf>,
    /// The variable of the environment that has it, instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_secret_env: Option<String>,
    /// What it is told of; without it, of everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<Occasion>>,
}

impl Webhook {
    /// Whether it is told of this.
    #[must_use]
    pub fn wants(&self, occasion: Occasion) -> bool {
        self.events
            .as_ref()
            .is_none_or(|events| events.contains(&occasion))
    }

    /// Whether messages are signed by the secret before as well.
    #[must_use]
    pub const fn is_rotating(&self) -> bool {
        self.previous_secret_file.is_some() || self.previous_secret_env.is_some()
    }

    /// The secrets by which its messages are signed, the one in force first.
    ///
    /// # Errors
    /// If one cannot be read, or is none.
    pub fn secrets(&self) -> Result<Vec<SigningSecret>, ConfigError> {
        let now = (&self.secret_file, &self.secret_env);
        let before = (&self.previous_secret_file, &self.previous_secret_env);
        let mut secrets = Vec::new();
        for (key, (file, variable)) in [("secret", now), ("previous_secret", before)] {
            let key = self.key(key);
            let (key, text) = match (file, variable) {
                (None, None) => continue,
                (Some(file), _) => {
                    let key = format!("{key}_file");
                    let text = std::fs::read_to_string(file).map_err(|error| {
                        wrong(&key, format!("cannot read `{}`: {error}", file.display()))
                    })?;
                    (key, text)
                }
                (None, Some(variable)) => {
                    let key = format!("{key}_env");
                    let text = std::env::var(variable).map_err(|_| {
                        wrong(
                            &key,
                            format!("the environment has no variable `{variable}`"),
                        )
                    })?;
                    (key, text)
                }
            };
            let line = text.lines().next().unwrap_or_default();
            let secret = SigningSecret::read(line).ok_or_else(|| wrong(&key, NO_SECRET))?;
            secrets.push(secret);
        }
        Ok(secrets)
    }

    fn key(&self, key: &str) -> String {
        format!("webhooks.{}.{key}", self.name)
    }
}

const NO_SECRET: &str = "must be `whsec_` and the base64 of 24 to 64 random bytes, in one line; make one with \
                         `echo whsec_$(openssl rand -base64 32)`";

/// A secret that host and receiver share. Never printed, wiped from memory when the value goes.
#[derive(Clone)]
pub struct SigningSecret(SecretSlice<u8>);

impl SigningSecret {
    /// Reads one as Standard Webhooks writes it; none if it is not one.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.trim().strip_prefix("whsec_")?).ok()?;
        let fits = limits::webhooks::SECRET_BYTES.contains(&bytes.len());
        fits.then(|| Self(bytes.into()))
    }

    /// The key of signatures.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret")
    }
}

/// Checks what can be checked without reading secrets.
///
/// # Errors
/// If a webhook cannot be as it is written.
pub fn check(config: &Config) -> Result<(), ConfigError> {
    let webhooks = &config.webhooks;
    if webhooks.len() > limits::webhooks::ENDPOINTS {
        let most = limits::webhooks::ENDPOINTS;
        return Err(wrong("webhooks", format!("there may be {most} at most")));
    }
    for (index, webhook) in webhooks.iter().enumerate() {
        if !is_name(&webhook.name) {
            let problem = "must be 1 to 64 lower-case letters, digits and dashes";
            return Err(wrong(&format!("webhooks.{index}.name"), problem));
        }
        if webhooks[..index].iter().any(|it| it.name == webhook.name) {
            return Err(wrong(&webhook.key("name"), "another webhook has this name"));
        }
        if let Some(problem) = wrong_with(&webhook.url) {
            return Err(wrong(&webhook.key("url"), problem));
        }
        match (&webhook.secret_file, &webhook.secret_env) {
            (Some(_), None) | (None, Some(_)) => {}
            (None, None) => {
                let problem = "is missing; name the file that has the secret, or set `secret_env`";
                return Err(wrong(&webhook.key("secret_file"), problem));
            }
            (Some(_), Some(_)) => {
                let problem = "cannot be set beside `secret_file`";
                return Err(wrong(&webhook.key("secret_env"), problem));
            }
        }
        if webhook.previous_secret_file.is_some() && webhook.previous_secret_env.is_some() {
            let problem = "cannot be set beside `previous_secret_file`";
            return Err(wrong(&webhook.key("previous_secret_env"), problem));
        }
        if webhook.events.as_ref().is_some_and(Vec::is_empty) {
            let problem = "must name one event at least; leave it out for all";
            return Err(wrong(&webhook.key("events"), problem));
        }
    }
    let pauses = &config.limits.webhook_retry_ms;
    let is_too_long = |pause: &u64| Duration::from_millis(*pause) > limits::webhooks::RETRY_MAX;
    if pauses.len() > limits::webhooks::RETRIES || pauses.iter().any(is_too_long) {
        let problem = "may have 20 pauses at most, each of a day (86400000) at most";
        return Err(wrong("limits.webhook_retry_ms", problem));
    }
    Ok(())
}

/// What is wrong with an address, if something is.
fn wrong_with(url: &Url) -> Option<&'static str> {
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback) {
        return Some("must begin with https://; http:// is for this machine only");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Some("must not have a user name or password; messages are signed instead");
    }
    if url.fragment().is_some() {
        return Some("must not have a `#`");
    }
    None
}

/// Whether requests to it stay on this machine.
#[must_use]
pub fn is_on_this_machine(url: &Url) -> bool {
    url.scheme() == "http"
}

fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=64).contains(&text.len()) && text.chars().all(fits)
}

fn wrong(key: &str, problem: impl Into<String>) -> ConfigError {
    ConfigError::Value {
        key: key.to_owned(),
        problem: problem.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;

    fn error_of(webhook: &str) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("[[webhooks]]\n{webhook}")).unwrap();
        load::load(Some(file.path())).unwrap_err().to_string()
    }

    #[test]
    fn a_webhook_that_cannot_be_is_refused_with_its_key() {
        let good = "name = \"office\"\nurl = \"https://x.test/hook\"\nsecret_file = \"s\"\n";
        for (text, key) in [
            (good.replace("office", "Office"), "webhooks.0.name"),
            (good.replace("https", "http"), "webhooks.office.url"),
            (good.replace("//x", "//user@x"), "webhooks.office.url"),
            (
                good.replace("secret_file", "#secret_file"),
                "webhooks.office.secret_file",
            ),
            (
                format!("{good}secret_env = \"S\"\n"),
                "webhooks.office.secret_env",
            ),
            (format!("{good}events = []\n"), "webhooks.office.events"),
            (
                format!("{good}[[webhooks]]\n{good}"),
                "webhooks.office.name",
            ),
            (
                format!("{good}[limits]\nwebhook_retry_ms = [86400001]\n"),
                "limits.webhook_retry_ms",
            ),
            (format!("{good}secret = \"whsec_\"\n"), "secret"),
            (
                format!("{good}events = [\"operation.done\"]\n"),
                "operation.done",
            ),
            (
                format!("{good}events = [\"webhook.test\"]\n"),
                "webhook.test",
            ),
        ] {
            let error = error_of(&text);
            assert!(error.contains(key), "{error}");
        }
    }

    #[test]
    fn only_this_machine_may_be_told_without_encryption() {
        for url in [
            "http://127.0.0.1:9/",
            "http://[::1]/x",
            "http://localhost:1/",
        ] {
            assert_eq!(wrong_with(&url.parse().unwrap()), None, "{url}");
        }
        for url in ["http://10.0.0.1/", "http://localhost.test/", "ftp://[::1]/"] {
            assert!(wrong_with(&url.parse().unwrap()).is_some(), "{url}");
        }
    }

    #[test]
    fn a_secret_is_24_to_64_bytes_behind_its_prefix() {
        let of = |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
        assert_eq!(SigningSecret::read(&of(24)).unwrap().bytes(), [7; 24]);
        assert!(SigningSecret::read(&of(64)).is_some());
        for wrong in [of(23), of(65), STANDARD.encode([7; 32]), "whsec_?".into()] {
            assert!(SigningSecret::read(&wrong).is_none(), "{wrong}");
        }
    }
}
