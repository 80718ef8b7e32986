//! The host as a program, and how it is asked.
//!
//! Owns: the process, with all browsers it started; they end with the value.

use anyhow::{Context, Error, Result, anyhow, bail};
use serde_json::{Value, json};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use crate::demo::client::{Answer, Client};
use crate::demo::events;
use crate::demo::patience::Patience;
use crate::demo::service::Service;
use crate::program;
use crate::tree::Tree;

/// A first start compiles the plugins.
const START: Duration = Duration::from_mins(3);
const ANSWER: Duration = Duration::from_secs(30);

/// A running host.
pub(crate) struct Host {
    /// Where it serves.
    pub(crate) url: String,
    service: Service,
    folder: PathBuf,
}

/// A request with a body.
pub(crate) struct Request {
    /// Where to.
    pub(crate) path: String,
    /// Headers besides that of the body.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The body.
    pub(crate) body: Value,
    /// How long the answer may take.
    pub(crate) bound: Duration,
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
        host.get("/readyz")?;
        Ok(host)
    }

    /// What answers a request.
    pub(crate) fn post(&self, patience: &Patience, request: Request) -> Result<Answer> {
        let url = format!("{}{}", self.url, request.path);
        let (client, bound) = (Client::new(request.bound), request.bound);
        let answer = patience.wait_for(bound, move || {
            let headers = request.headers.iter();
            let headers: Vec<_> = headers
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            client.post(&url, &headers, &request.body)
        });
        answer.map_err(|error| self.with_log(&error))
    }

    /// The JSON at a path.
    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        let answer = Client::new(ANSWER).get(&format!("{}{path}", self.url), &[]);
        answer.map_err(|error| self.with_log(&error))
    }

    /// The events at a path, as they come, for no longer than this.
    pub(crate) fn follow(&self, path: &str, bound: Duration) -> Receiver<Result<Value>> {
        events::follow(Client::new(bound), format!("{}{path}", self.url))
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

    /// What the host said is the error; what its log says comes after that.
    fn with_log(&self, error: &Error) -> Error {
        anyhow!(self.service.last_words()).context(format!("{error:#}"))
    }

    /// A host that is told to stop lets runs under way finish; the demo does not wait for its own.
    fn close_sessions(&self) -> Result<()> {
        let sessions = self.get("/v1/sessions")?;
        let client = Client::new(ANSWER);
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
         [plugins]\ndir = {plugins}\n\n\
         [plugins.get-appointments]\ngrants = [\"downloads\"]\n\n\
         [plugins.make-appointment]\ngrants = [\"submit\"]\n\n[portal.origins]\n{sites}"
    )
}
