//! The project's own commands: `cargo xtask <command>`.
//!
//! Owns: the command line. Each command is a module of its own.

mod bench;
mod check;
mod demo;
mod examples;
mod fuzzer;
mod inner_cargo;
mod plugins;
mod program;
mod setup;
mod test;
mod tree;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

use crate::tree::Tree;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Shows the host at work on the simulated portal, and serves until Ctrl-C.
    Demo {
        /// End after one run, with status zero if it was right. Takes any free port.
        #[arg(long)]
        once: bool,
    },
    /// Builds the plugins and leaves them in `target/plugins/<name>.wasm`.
    Plugins,
    /// Checks what a checkout needs on this machine, and installs what it can.
    Setup,
    /// Runs the whole suite: the plugins' own tests, and the workspace's against a real Chromium.
    Test {
        /// Instead, the rest of what the suite plays a part of: every fault at every further step, and fifty full lists
        /// under a refresh. About half an hour on two cores.
        #[arg(long)]
        long: bool,
    },
    /// Checks format, lints and documentation.
    Check,
    /// Prints what getting a session and every operation cost, and fails if anything costs too much.
    Bench {
        /// Instead, books so many times under every fault and disturbance, and compares each answer with the portal's
        /// ledger. A thousand take about an hour on two cores.
        #[arg(long, value_name = "N")]
        bookings: Option<u32>,
        /// Instead, has the host load damaged components for so many seconds.
        #[arg(long, value_name = "SECONDS", conflicts_with = "bookings")]
        damaged: Option<u32>,
    },
}

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            for cause in error.chain().skip(1) {
                eprintln!("  because: {cause}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<()> {
    let tree = Tree::of_this_checkout()?;
    match command {
        Command::Demo { once } => demo::run(&tree, *once),
        Command::Plugins => plugins::build(&tree),
        Command::Setup => setup::ensure(&setup::EVERYTHING),
        Command::Test { long: false } => test::run_all(&tree),
        Command::Test { long: true } => test::run_long(&tree),
        Command::Check => check::run_all(&tree),
        Command::Bench {
            bookings: Some(count),
            ..
        } => bench::book(&tree, *count),
        Command::Bench {
            damaged: Some(seconds),
            ..
        } => bench::damage(&tree, *seconds),
        Command::Bench { .. } => bench::run_all(&tree),
    }
}
