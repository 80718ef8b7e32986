//! The project's own commands: `cargo xtask <command>`.
//!
//! Owns: the command line. Each command is a module of its own.

mod check;
mod inner_cargo;
mod plugins;
mod program;
mod setup;
mod test;
mod tree;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::tree::Tree;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the plugins and leaves them in target/plugins/<name>.wasm.
    Plugins,
    /// Checks what a checkout needs on this machine, and installs what it can.
    Setup,
    /// Runs the whole suite: the plugins' own tests, and the workspace's against a real Chromium.
    Test,
    /// Checks format, lints and documentation.
    Check,
}

fn main() -> Result<()> {
    let tree = Tree::of_this_checkout()?;
    match Arguments::parse().command {
        Command::Plugins => plugins::build(&tree),
        Command::Setup => setup::ensure(&setup::EVERYTHING),
        Command::Test => test::run_all(&tree),
        Command::Check => check::run_all(&tree),
    }
}
