//! `cargo xtask test`: the whole suite.

use anyhow::Result;

use crate::inner_cargo::cargo_in;
use crate::program::run;
use crate::tree::Tree;
use crate::{plugins, setup};

/// Runs everything that can fail a change but the lints, which are `cargo xtask check`'s. The workspace's tests find
/// the built plugins in `target/plugins`; they come last, so that their summary is the end of what is printed.
pub(crate) fn run_all(tree: &Tree) -> Result<()> {
    setup::ensure(&setup::EVERYTHING)?;
    plugins::build(tree)?;
    run(cargo_in(&tree.plugins()).args(["test", "--workspace"]))?;
    run(cargo_in(tree.root())
        .env("CARGO_TARGET_DIR", tree.target())
        .args(["nextest", "run", "--workspace"]))
}
