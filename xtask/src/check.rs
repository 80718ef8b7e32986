//! `cargo xtask check`: format, lints and documentation of both workspaces.

use anyhow::Result;
use std::process::Command;

use crate::inner_cargo::cargo_in;
use crate::program::run;
use crate::setup::{self, Need};
use crate::tree::Tree;

const CLIPPY: [&str; 3] = ["clippy", "--workspace", "--all-targets"];
const STRICT: [&str; 3] = ["--", "-D", "warnings"];

/// Runs every check that needs no browser.
pub(crate) fn run_all(tree: &Tree) -> Result<()> {
    setup::ensure(&[Need::WasmTarget])?;
    let host = || -> Command {
        let mut cargo = cargo_in(tree.root());
        cargo.env("CARGO_TARGET_DIR", tree.target());
        cargo
    };
    let plugins = || cargo_in(&tree.plugins());
    run(host().args(["fmt", "--all", "--check"]))?;
    run(plugins().args(["fmt", "--all", "--check"]))?;
    run(host().args(CLIPPY).args(STRICT))?;
    run(plugins().args(CLIPPY).args(STRICT))?;
    // What a plugin exports is there only when it is built as a component.
    run(plugins()
        .args(["clippy", "--workspace", "--target", "wasm32-wasip2"])
        .args(STRICT))?;
    for mut cargo in [host(), plugins()] {
        run(cargo
            .env("RUSTDOCFLAGS", "-D warnings")
            .args(["doc", "--workspace", "--no-deps"]))?;
    }
    Ok(())
}
