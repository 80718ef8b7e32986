//! Which callers a canary serves: a share of them, and always the same ones. Pure.

use sha2::{Digest, Sha256};

/// A share of callers, in percent.
pub type Percent = u8;

/// Whether this caller is among those that a version serves while it is tried. Each version has its own.
#[must_use]
pub fn is_chosen(digest: &str, caller: &str, percent: Percent) -> bool {
    let hash = Sha256::new()
        .chain_update(digest)
        .chain_update([0])
        .chain_update(caller)
        .finalize();
    let number = hash
        .iter()
        .take(4)
        .fold(0, |sum, byte| (sum << 8) | u32::from(*byte));
    number % 100 < u32::from(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_callers_is_chosen_and_a_larger_share_keeps_them() {
        let chosen = |percent| {
            let callers = (0..2_000).map(|n| format!("caller{n}"));
            let chosen = callers.filter(|caller| is_chosen("d", caller, percent));
            chosen.collect::<Vec<_>>()
        };
        assert_eq!(chosen(0).len(), 0);
        assert_eq!(chosen(100).len(), 2_000);
        let (few, more) = (chosen(10), chosen(40));
        assert!((140..260).contains(&few.len()), "{}", few.len());
        assert!((700..900).contains(&more.len()), "{}", more.len());
        assert!(few.iter().all(|caller| more.contains(caller)));
    }
}
