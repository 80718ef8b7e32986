//! Files in a cassette: how long they are and their SHA-256, in place of what is in them.

use std::io;
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A picture.
pub(crate) fn of_bytes(content: &[u8]) -> Value {
    json!({ "bytes": content.len(), "sha256": hex::encode(Sha256::digest(content)) })
}

/// A file on disk. One that cannot be read is told to whoever reads it next; here it has no hash.
pub(crate) async fn of_file(path: &Path) -> Value {
    let path = path.to_owned();
    let read = move || std::fs::read(path).map(|content| of_bytes(&content));
    let read = tokio::task::spawn_blocking(read).await;
    match read.map_err(io::Error::other).flatten() {
        Ok(noted) => noted,
        Err(error) => json!({ "unreadable": error.to_string() }),
    }
}
