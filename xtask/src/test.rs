//! `cargo xtask test`: the whole suite.

use anyhow::Result;
use std::process::Command;

use crate::inner_cargo::cargo_in;
use crate::program::run;
use crate::tree::Tree;
use crate::{examples, fuzzer, plugins, setup};

/// The tests whose whole form the suite leaves out: it plays a part of each.
const LONG: &str = "package(gantry-tests) & test(/^(faults|refresh)::/)";

/// Runs everything that can fail a change but the lints, which are `cargo xtask check`'s. The workspace's tests find
/// the built plugins in `target/plugins`, the examples in `target/test-plugins` and the API's fuzzer in `target/fuzzer`; they come last, so that their summary is the end of what is printed.
pub(crate) fn run_all(tree: &Tree) -> Result<()> {
    setup::ensure(&setup::EVERYTHING)?;
    plugins::build(tree)?;
    run(cargo_in(&tree.plugins()).args(["test", "--workspace"]))?;
    examples::build_and_test(tree)?;
    fuzzer::prepare(tree)?;
    run(nextest(tree).arg("--workspace"))
}

/// Runs the rest of what the suite plays a part of.
pub(crate) fn run_long(tree: &Tree) -> Result<()> {
    setup::ensure(&setup::EVERYTHING)?;
    plugins::build(tree)?;
    run(nextest(tree)
        .args(["--workspace", "--run-ignored", "only"])
        .args(["--success-output", "final"])
        .args(["--filterset", LONG]))
}

fn nextest(tree: &Tree) -> Command {
    let mut cargo = cargo_in(tree.root());
    cargo.env("CARGO_TARGET_DIR", tree.target());
    cargo.args(["nextest", "run"]);
    cargo
}
