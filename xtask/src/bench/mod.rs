//! `cargo xtask bench`: what getting a session and every operation cost; or how bookings end, as often as asked for.

mod languages;

use anyhow::Result;
use std::process::Command;

use crate::inner_cargo::cargo_in;
use crate::program::run;
use crate::tree::Tree;
use crate::{plugins, setup};

/// The tests of the pool that measure; each prints its figures and has a bound of its own.
const MEASURING: [&str; 2] = ["pool::cost::", "which_costs_little"];
/// The test that prints a row for each operation.
const OPERATIONS: &str = "bench::every_operation_beside_a_straight_script";
/// The test that prints a row for each language of guests.
const LANGUAGES: &str = "plugin::languages::what_a_component_costs_by_language";
/// The test that books as often as it is told to.
const BOOKINGS: &str = "bookings::as_many_bookings_as_asked_for";

/// The test that loads damaged components for as long as it is told to.
const DAMAGED: &str = "plugin::damaged::damaged_components_for_as_long_as_asked_for";

/// Runs what measures, alone, one after another, all of it even if something costs too much. It is in the suite's own
/// build: an optimised one takes minutes to make and would measure what the suite does not guard.
pub(crate) fn run_all(tree: &Tree) -> Result<()> {
    setup::ensure(&setup::EVERYTHING)?;
    plugins::build(tree)?;
    let pool = run(cargo(tree)
        .env("GANTRY_BENCH", "1")
        .args(["test", "--quiet", "--workspace", "--test", "host"])
        .args(["--", "--nocapture", "--test-threads", "1"])
        .args(MEASURING));
    run(cargo(tree).args(["build", "--workspace", "--bin", "gantry"]))?;
    let components = languages::build(tree)?;
    let languages = run(cargo(tree)
        .env("GANTRY_BENCH_PLUGINS", components)
        .args(["test", "--quiet", "--workspace", "--test", "host"])
        .args(["--", "--ignored", "--exact", "--nocapture", LANGUAGES]));
    let operations = run(&mut ignored(tree, OPERATIONS));
    pool.and(languages).and(operations)
}

/// Plays trials of bookings in real Chromium. They use the host as a process of its own, so it is built first.
pub(crate) fn book(tree: &Tree, count: u32) -> Result<()> {
    setup::ensure(&setup::EVERYTHING)?;
    plugins::build(tree)?;
    run(cargo(tree).args(["build", "--workspace", "--bin", "gantry"]))?;
    run(ignored(tree, BOOKINGS).env("GANTRY_BOOKINGS", count.to_string()))
}

/// Loads damaged components for some time.
pub(crate) fn damage(tree: &Tree, seconds: u32) -> Result<()> {
    run(cargo(tree)
        .env("GANTRY_DAMAGED", seconds.to_string())
        .args(["test", "--workspace", "--test", "host"])
        .args(["--", "--ignored", "--exact", "--nocapture", DAMAGED]))
}

/// Everything is built as for the suite: one package alone would be built anew, with other features of what it uses.
fn cargo(tree: &Tree) -> Command {
    let mut cargo = cargo_in(tree.root());
    cargo.env("CARGO_TARGET_DIR", tree.target());
    cargo
}

/// One of the system tests that the suite leaves out.
fn ignored(tree: &Tree, test: &str) -> Command {
    let mut cargo = cargo(tree);
    cargo
        .env("GANTRY_LOG", "error")
        .args(["test", "--workspace", "--test", "system"])
        .args(["--", "--ignored", "--exact", "--nocapture", test]);
    cargo
}
