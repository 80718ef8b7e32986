//! One load of the container list: its order, its batches, and the repeated rows.
//!
//! Owns: nothing; it is computed from seed, account and number of the load.
//! Never: loses a container: the batches together hold each one at least once.

use crate::config::{ListOrder, PortalConfig};
use crate::random::Random;

/// The order and the batches of one load, as indices into the account's containers.
pub(crate) struct Listing {
    order: Vec<usize>,
    /// Start of each batch in `order`; it overlaps the one before at a repeating edge.
    starts: Vec<usize>,
    batch_size: usize,
}

impl Listing {
    pub(crate) fn new(config: &PortalConfig, account: usize, load: u64) -> Self {
        let mut random = Random::derived(config.seed, &format!("load {account} {load}"));
        let mut order: Vec<usize> = (0..config.containers).collect();
        if config.order == ListOrder::Shuffled {
            random.shuffle(&mut order);
        }
        let mut starts = Vec::new();
        let mut next = 0;
        while next < order.len() {
            let repeated = if config.duplicate_edges && next > 0 && random.percent(40) {
                random.between(1, 3)
            } else {
                0
            };
            starts.push(next - repeated);
            next += config.batch_size - repeated;
        }
        Self {
            order,
            starts,
            batch_size: config.batch_size,
        }
    }

    /// The rows of batch `number`, counted from zero; empty behind the last.
    pub(crate) fn batch(&self, number: usize) -> &[usize] {
        let Some(&start) = self.starts.get(number) else {
            return &[];
        };
        let end = (start + self.batch_size).min(self.order.len());
        &self.order[start..end]
    }

    pub(crate) fn batches(&self) -> usize {
        self.starts.len()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn batches_hold_every_container_and_repeat_only_at_edges() {
        let config = PortalConfig::quick();
        let listing = Listing::new(&config, 0, 1);
        let mut seen = HashSet::new();
        let mut repeats = 0;
        let mut before: &[usize] = &[];
        for number in 0..listing.batches() {
            let batch = listing.batch(number);
            let fresh = batch.iter().position(|row| !seen.contains(row)).unwrap();
            assert_eq!(batch[..fresh], before[before.len() - fresh..]);
            assert!(batch[fresh..].iter().all(|row| seen.insert(*row)));
            repeats += fresh;
            before = batch;
        }
        assert_eq!(seen.len(), config.containers);
        assert!(repeats > 0);
        assert!(listing.batch(listing.batches()).is_empty());
    }

    #[test]
    fn order_differs_between_loads_and_not_between_runs() {
        let config = PortalConfig::quick();
        let first = Listing::new(&config, 0, 1);
        assert_eq!(first.batch(0), Listing::new(&config, 0, 1).batch(0));
        assert_ne!(first.batch(0), Listing::new(&config, 0, 2).batch(0));
    }
}
