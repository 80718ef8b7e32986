//! SHA-256, as plugins and their compiled forms are named by it.

use sha2::{Digest, Sha256};

/// The SHA-256 of these bytes, hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
