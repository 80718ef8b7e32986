//! The demo's steps, one after the other, each with what to do if it fails.
//!
//! Owns: the portal, the host and their folder, from their start to the end of the demo, whatever way it ends.

use anyhow::{Context, Result, bail};
use std::net::{SocketAddr, TcpListener};
use std::time::Instant;

use crate::demo::choice::Choice;
use crate::demo::desk::Desk;
use crate::demo::host::Host;
use crate::demo::patience::Patience;
use crate::demo::portal::Portal;
use crate::demo::step::step;
use crate::demo::tour;
use crate::demo::try_this::{self, Served};
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
    let begun = Instant::now();
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
    let built = begun.elapsed();

    let patience = Patience::begin()?;
    let told = || {
        let (all, built) = (begun.elapsed().as_secs(), built.as_secs());
        println!(
            "All operations agree with the portal. It took {all} s, {built} s of them to build."
        );
        println!();
    };
    let shown = show(tree, once, listen, &patience, told);
    if shown.is_err() && patience.is_over() {
        bail!("interrupted; the host and the portal are stopped");
    }
    shown
}

/// Starts both, uses the host, and stops both.
fn show(
    tree: &Tree,
    once: bool,
    listen: SocketAddr,
    patience: &Patience,
    told: impl FnOnce(),
) -> Result<()> {
    let folder = tempfile::tempdir().context("no temporary folder can be made")?;
    let portal = step("start the simulated portal", "see its log", || {
        Portal::start(tree, patience)
    })?;
    let host = step("start the host", "see its log", || {
        Host::start(tree, patience, folder.path(), listen, &portal.origins)
    })?;
    let desk = step("sign in", "see the host's log", || {
        Desk::open(&host, patience, &portal.truth, &portal.account)
    })?;
    println!("   session {}", desk.session);
    let choice = step("choose what to ask for", "see the portal's log", || {
        Choice::of(&portal.truth)
    })?;
    tour::read(tree, &desk, &choice)?;
    let time = tour::book(&desk, &choice)?;
    told();
    if once {
        return Ok(());
    }
    let served = Served {
        url: &host.url,
        session: &desk.session,
        account: &portal.account,
        time: &time,
    };
    try_this::print(&served, &choice);
    host.serve_until_interrupted(patience)
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
