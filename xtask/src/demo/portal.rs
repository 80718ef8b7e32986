//! The simulated portal as a program.
//!
//! Owns: the process; it ends with the value.

use anyhow::{Context, Result};
use serde_json::Value;
use std::process::Command;
use std::time::Duration;

use crate::demo::patience::Patience;
use crate::demo::service::Service;
use crate::demo::truth::Truth;
use crate::tree::Tree;

/// Making the portal's data and binding its ports takes far less than a second.
const START: Duration = Duration::from_secs(30);

/// A running portal.
pub(crate) struct Portal {
    /// The origins of its four sites, by name.
    pub(crate) origins: Value,
    /// An account of it: `username` and `password`.
    pub(crate) account: Value,
    /// What is true of that account.
    pub(crate) truth: Truth,
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
        let control = control.context("it names no control address")?;
        let account = said["accounts"][0].clone();
        let username = account["username"].as_str();
        let username = username.context("an account has a name")?;
        Ok(Self {
            origins: said["origins"].clone(),
            truth: Truth::of(control, username),
            account,
            _service: service,
        })
    }
}
