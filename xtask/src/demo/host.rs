//! The host as a program, and what the demo asks of it.
//!
//! Owns: the process, with all browsers it started; they end with the value.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::demo::client::Client;
use crate::demo::patience::Patience;
use crate::demo::service::Service;
use crate::program;
use crate::tree::Tree;

/// A first start compiles the plugins.
const START: Duration = Duration::from_mins(3);
/// A browser has to be started, and the portal signed in to.
const SIGN_IN: Duration = Duration::from_mins(2);
/// As long as the host itself gives a run that reads.
const RUN: Duration = Duration::from_mins(10);
const ANSWER: Duration = Duration::from_secs(30);

/// A running host.
pub(crate) struct Host {
    /// Where it serves.
    pub(crate) url: String,
    service: Service,
    folder: PathBuf,
}

/// A session that is signed in.
pub(crate) struct Session {
    /// Its id.
    pub(crate) id: String,
}

/// How `get-containers` went.
pub(crate) struct Ran {
    /// Containers in the answer.
    pub(crate) rows: usize,
    /// Whether they are the whole list.
    pub(crate) complete: bool,
    /// What the operation took.
    pub(crate) run_ms: u64,
    /// WebDriver commands it took.
    pub(crate) commands: u64,
    /// The artifact with the spreadsheet.
    pub(crate) spreadsheet: String,
}

impl Host {
    /// Starts one that serves the built plugins for the portal at these origins, and waits until it is ready.
    pub(crate) fn start(
        tree: &Tree,
        patience: &Patience,
        folder: &Path,
        listen: SocketAddr,
        origins: &Value,
    ) -> Result<Self> {
        let file = folder.join("gantry.toml");
        fs::write(&file, config(tree, folder, listen, origins))
            .with_context(|| format!("cannot write {}", file.display()))?;
        let mut program = Command::new(tree.built("gantry"));
        program.arg("serve").arg("--config").arg(file);
        // Its log is a file.
        program.env("NO_COLOR", "1");
        let log = tree.target().join("demo/gantry.log");
        let (service, line) = Service::start("host", &mut program, log, patience, START)?;
        let url = line
            .split_once("listens on ")
            .map(|(_, url)| url.to_owned());
        let url = url.with_context(|| format!("it does not say where it listens: {line}"))?;
        let host = Self {
            url,
            service,
            folder: folder.to_owned(),
        };
        let ready = Client::new(ANSWER).get(&format!("{}/readyz", host.url));
        ready.with_context(|| host.service.last_words())?;
        Ok(host)
    }

    /// Opens a session for an account.
    pub(crate) fn open_session(&self, patience: &Patience, account: &Value) -> Result<Session> {
        let opened = self.post(patience, SIGN_IN, "/v1/sessions", account.clone())?;
        let id = opened["session_id"]
            .as_str()
            .context("the answer has no session_id")?;
        Ok(Session { id: id.to_owned() })
    }

    /// Reads the whole container list of a session.
    pub(crate) fn get_containers(&self, patience: &Patience, session: &Session) -> Result<Ran> {
        let body = json!({ "session_id": session.id, "input": {} });
        let ran = self.post(patience, RUN, "/v1/operations/get-containers", body)?;
        let output = &ran["output"];
        let spreadsheet = output["spreadsheet"].as_str();
        Ok(Ran {
            rows: output["containers"].as_array().map_or(0, Vec::len),
            complete: output["complete"] == true,
            run_ms: ran["timing"]["run_ms"].as_u64().unwrap_or_default(),
            commands: ran["webdriver_commands"].as_u64().unwrap_or_default(),
            spreadsheet: spreadsheet
                .context("the answer names no spreadsheet")?
                .to_owned(),
        })
    }

    /// Downloads an artifact into a file and gives its size.
    pub(crate) fn download(&self, artifact: &str, file: &Path) -> Result<usize> {
        let url = format!("{}/v1/artifacts/{artifact}", self.url);
        let bytes = Client::new(ANSWER).get_bytes(&url)?;
        fs::write(file, &bytes).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(bytes.len())
    }

    /// Lets it serve until the demo is told to stop.
    pub(crate) fn serve_until_interrupted(mut self, patience: &Patience) -> Result<()> {
        while !patience.is_over() {
            if !self.service.is_running() {
                bail!("the host ended by itself; {}", self.service.last_words());
            }
            Patience::pause();
        }
        println!("stopping");
        Ok(())
    }

    fn post(&self, patience: &Patience, bound: Duration, path: &str, body: Value) -> Result<Value> {
        let (client, url) = (Client::new(bound), format!("{}{path}", self.url));
        let answer = patience.wait_for(bound, move || client.post(&url, &body));
        answer.with_context(|| self.service.last_words())
    }

    /// A host that is told to stop lets runs under way finish; the demo does not wait for its own.
    fn close_sessions(&self) -> Result<()> {
        let client = Client::new(ANSWER);
        let sessions = client.get(&format!("{}/v1/sessions", self.url))?;
        for session in sessions["sessions"].as_array().into_iter().flatten() {
            let id = session["session_id"].as_str().unwrap_or_default();
            client.delete(&format!("{}/v1/sessions/{id}?force=true", self.url))?;
        }
        Ok(())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if self.service.is_running()
            && let Err(error) = self.close_sessions()
        {
            eprintln!("the host did not close its sessions: {error:#}");
        }
        if !self.service.end() {
            program::kill_all_that_mention(&self.folder);
        }
    }
}

/// A configuration as a user would write it.
fn config(tree: &Tree, folder: &Path, listen: SocketAddr, origins: &Value) -> String {
    let site = |name: &str| format!("{name} = {}\n", origins[name]);
    let sites: String = ["account", "containers", "wizard", "appointments"]
        .map(site)
        .concat();
    // Paths are quoted as JSON strings are, which TOML reads the same way.
    let storage = json!(folder.join("gantry-data"));
    let plugins = json!(tree.built_plugins());
    format!(
        "[server]\nlisten = \"{listen}\"\n\n[storage]\ndir = {storage}\n\n\
         [plugins]\ndir = {plugins}\n\n[portal.origins]\n{sites}"
    )
}
