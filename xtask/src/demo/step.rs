//! One step of the demo: what it says when it begins, and what its failure says.

use anyhow::{Context, Result};

/// Does one step; its name and what to do are part of its error.
pub(crate) fn step<T>(what: &str, advice: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("-- {what}");
    work().with_context(|| format!("the demo stopped at \"{what}\"; {advice}"))
}
