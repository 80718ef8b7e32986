//! The simulated portal as a program, and what its control API tells.
//!
//! Owns: the process; it ends with the value.

use anyhow::{Context, Result};
use serde_json::Value;
use std::process::Command;
use std::time::Duration;

use crate::demo::client::Client;
use crate::demo::patience::Patience;
use crate::demo::service::Service;
use crate::tree::Tree;

/// Making the portal's data and binding its ports takes far less than a second.
const START: Duration = Duration::from_secs(30);
const ANSWER: Duration = Duration::from_secs(10);

/// A running portal.
pub(crate) struct Portal {
    /// The origins of its four sites, by name.
    pub(crate) origins: Value,
    /// An account of it: `username` and `password`.
    pub(crate) account: Value,
    control: String,
    client: Client,
    _service: Service,
}

impl Portal {
    /// Starts one and waits until it serves.
    pub(crate) fn start(tree: &Tree, patience: &Patience) -> Result<Self> {
        let mut program = Command::new(tree.built("gantry-portal"));
        let log = tree.target().join("demo/portal.log");
        let (service, line) =
            Service::start("simulated portal", &mut program, log, patience, START)?;
        let said: Value = serde_json::from_str(&line).context("its first line is not JSON")?;
        let control = said["control"].as_str();
        Ok(Self {
            origins: said["origins"].clone(),
            account: said["accounts"][0].clone(),
            control: control.context("it names no control address")?.to_owned(),
            client: Client::new(ANSWER),
            _service: service,
        })
    }

    /// The portal's own time.
    pub(crate) fn now_ms(&self) -> Result<u64> {
        let overview = self.ask("/")?;
        overview["now_ms"].as_u64().context("it tells no time")
    }

    /// How long the portal itself made the account's browser wait in this time.
    pub(crate) fn waited_ms(&self, from_ms: u64, to_ms: u64) -> Result<u64> {
        let sign_ins = self.ask("/sign-ins")?;
        let id = sign_ins[0]["id"].as_str().context("nobody signed in")?;
        let path = format!("/waited?sign_in={id}&from_ms={from_ms}&to_ms={to_ms}");
        let waited = self.ask(&path)?;
        waited["waited_ms"].as_u64().context("it tells no waiting")
    }

    /// How many containers the account has.
    pub(crate) fn containers(&self) -> Result<usize> {
        let username = self.account["username"]
            .as_str()
            .context("an account has a name")?;
        let containers = self.ask(&format!("/containers?username={username}"))?;
        Ok(containers
            .as_array()
            .context("it lists no containers")?
            .len())
    }

    fn ask(&self, path: &str) -> Result<Value> {
        self.client.get(&format!("{}{path}", self.control))
    }
}
