//! The demo's steps, one after the other, each with what to do if it fails.
//!
//! Owns: the portal, the host and their folder, from their start to the end of the demo, whatever way it ends.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use crate::demo::host::{Host, Ran};
use crate::demo::patience::Patience;
use crate::demo::portal::Portal;
use crate::inner_cargo::cargo_in;
use crate::plugins;
use crate::program;
use crate::setup::{self, Need};
use crate::tree::Tree;

/// Where clients of the earlier system look for it.
const USUAL: &str = "127.0.0.1:5010";
const ANY_PORT: &str = "127.0.0.1:0";

/// Runs the demo; with `once` it ends by itself.
pub(crate) fn run(tree: &Tree, once: bool) -> Result<()> {
    let listen = if once { ANY_PORT } else { USUAL }.parse()?;
    step(
        "check that the port is free",
        "stop what listens there, or run `cargo xtask demo --once`, which takes a free port",
        || is_free(listen),
    )?;
    step(
        "check what is needed",
        "install what is named, then run it again",
        || setup::ensure(&[Need::WasmTarget, Need::Browser, Need::Driver]),
    )?;
    step("build the plugins", "see the compiler's message", || {
        plugins::build(tree)
    })?;
    step(
        "build the host and the portal",
        "see the compiler's message",
        || build(tree),
    )?;

    let patience = Patience::begin()?;
    let shown = show(tree, once, listen, &patience);
    if shown.is_err() && patience.is_over() {
        bail!("interrupted; the host and the portal are stopped");
    }
    shown
}

/// Starts both, uses the host, and stops both.
fn show(tree: &Tree, once: bool, listen: SocketAddr, patience: &Patience) -> Result<()> {
    let folder = tempfile::tempdir().context("no temporary folder can be made")?;
    let portal = step("start the simulated portal", "see its log", || {
        Portal::start(tree, patience)
    })?;
    let host = step("start the host", "see its log", || {
        Host::start(tree, patience, folder.path(), listen, &portal.origins)
    })?;
    let session = step("sign in", "see the host's log", || {
        host.open_session(patience, &portal.account)
    })?;
    println!("   session {}", session.id);
    let (ran, portal_ms) = step("get-containers", "see the host's log", || {
        let from = portal.now_ms()?;
        let ran = host.get_containers(patience, &session)?;
        let waited = portal.waited_ms(from, portal.now_ms()?)?;
        Ok((ran, waited))
    })?;
    let file = tree.target().join("demo/containers.xlsx");
    let bytes = step(
        "download the spreadsheet",
        "check that the folder can be written to",
        || host.download(&ran.spreadsheet, &file),
    )?;
    let expected = portal.containers()?;
    tell(&ran, expected, portal_ms, &file, bytes);
    if ran.rows != expected || !ran.complete {
        bail!("the list is not whole: {} of {expected} rows", ran.rows);
    }
    if once {
        return Ok(());
    }
    try_this(&host.url, &session.id, &portal.account);
    host.serve_until_interrupted(patience)
}

/// Does one step; its name and what to do are part of its error.
fn step<T>(what: &str, advice: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("-- {what}");
    work().with_context(|| format!("the demo stopped at \"{what}\"; {advice}"))
}

fn is_free(listen: SocketAddr) -> Result<()> {
    let free = TcpListener::bind(listen);
    free.map(drop).with_context(|| format!("{listen} is taken"))
}

fn build(tree: &Tree) -> Result<()> {
    program::run(
        cargo_in(tree.root())
            .env("CARGO_TARGET_DIR", tree.target())
            .args(["build", "--package", "gantry", "--package", "gantry-portal"]),
    )
}

fn tell(ran: &Ran, expected: usize, portal_ms: u64, file: &Path, bytes: usize) {
    let whole = if ran.complete {
        "the whole list"
    } else {
        "not the whole list"
    };
    let seconds = |ms: u64| format!("{}.{} s", ms / 1000, ms % 1000 / 100);
    println!();
    println!(
        "  rows                 {} of the portal's {expected}, {whole}",
        ran.rows
    );
    println!(
        "  time                 {}, of which {} the portal's own",
        seconds(ran.run_ms),
        seconds(portal_ms)
    );
    println!("  WebDriver commands   {}", ran.commands);
    println!(
        "  spreadsheet          {} ({} KiB)",
        file.display(),
        bytes.div_ceil(1024)
    );
    println!();
}

fn try_this(url: &str, session: &str, account: &Value) {
    let json = "-H 'content-type: application/json'";
    let (name, password) = (&account["username"], &account["password"]);
    println!("The host serves at {url} until Ctrl-C. In another terminal:");
    println!();
    println!("  curl -s {url}/v1/plugins");
    println!("  curl -s {url}/v1/sessions");
    println!("  curl -s {url}/v1/operations/get-containers {json} \\");
    println!("    -d '{{\"session_id\": \"{session}\", \"input\": {{\"target_count\": 2}}}}'");
    println!("  curl -s {url}/get_containers {json} -o first-page.xlsx \\");
    println!(
        "    -d '{{\"username\": {name}, \"password\": {password}, \"infinite_scrolling\": false}}'"
    );
    println!("  curl -s -X DELETE {url}/v1/sessions/{session}");
    println!();
}
