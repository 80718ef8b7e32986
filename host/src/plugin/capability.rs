//! What a component may be granted beyond reading pages. The grants are in `[plugins.<name>] grants`; what they mean is in
//! `plugins/grants`, which the authors' mock page shares.

use std::collections::BTreeSet;

use serde::Serializer;

pub use gantry_grants::Capability;

/// Capabilities as a list of their names.
pub(in crate::plugin) fn names<S: Serializer>(
    capabilities: &BTreeSet<Capability>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(capabilities.iter().map(|capability| capability.name()))
}
