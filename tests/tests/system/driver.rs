//! A chromedriver of a test's own, beside those of the host.
//!
//! Owns: its process group, and with it every Chromium that it starts. Ends: with `drop`, killed.

use std::path::Path;
use std::process::Stdio;

use fantoccini::{Client, ClientBuilder};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde_json::{Map, Value};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

pub(crate) struct Driver {
    /// Where it listens, as a URL.
    pub(crate) address: String,
    group: Pid,
    _child: Child,
}

impl Driver {
    /// Starts one at any free port, with its temporary files in a folder.
    pub(crate) async fn start(temporary: &Path) -> Self {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .env("TMPDIR", temporary)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let group = Pid::from_raw(child.id().unwrap().cast_signed());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = loop {
            let line = lines.next_line().await.unwrap().unwrap();
            if let Some((_, port)) = line.split_once("successfully on port ") {
                break format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
            }
        };
        // The driver must never meet a full pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self {
            address,
            group,
            _child: child,
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // What is gone already needs no end.
        let _ = killpg(self.group, Signal::SIGKILL);
    }
}

/// Opens a browser session at a driver, or at whatever stands before it.
pub(crate) async fn connect(address: &str, wanted: Map<String, Value>) -> Client {
    let mut connector = hyper_util::client::legacy::connect::HttpConnector::new();
    // Commands are small: waiting to fill a packet would cost 40 ms each.
    connector.set_nodelay(true);
    let mut builder = ClientBuilder::new(connector);
    builder.capabilities(wanted);
    builder.connect(address).await.unwrap()
}
