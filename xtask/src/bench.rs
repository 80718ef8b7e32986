//! `cargo xtask bench`: what getting a session costs.

use anyhow::Result;

use crate::inner_cargo::cargo_in;
use crate::program::run;
use crate::tree::Tree;

/// The tests that measure; each prints its figures and has a bound of its own.
const MEASURING: [&str; 2] = ["cost::", "which_costs_little"];

/// Runs the measuring tests of the pool, alone, one after another. They are those of the suite, in the same build: an
/// optimised one takes minutes to make and would measure what the suite does not guard.
pub(crate) fn run_all(tree: &Tree) -> Result<()> {
    run(cargo_in(tree.root())
        .env("CARGO_TARGET_DIR", tree.target())
        .env("GANTRY_BENCH", "1")
        .args(["test", "--quiet", "--package", "gantry", "--test", "pool"])
        .args(["--", "--nocapture", "--test-threads", "1"])
        .args(MEASURING))
}
