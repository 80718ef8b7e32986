//! Addresses of files in answers of the earlier routes: whole ones, under the name by which the host was asked.

use axum::http::{HeaderMap, header};

use crate::artifacts::store::Artifact;
use crate::dispatch::bundle;
use crate::dispatch::request::RunAnswer;

/// The address of a file.
#[must_use]
pub fn file(file: &Artifact, headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.unwrap_or("127.0.0.1:5010");
    format!("http://{host}/files/{}/{}", file.id, file.name)
}

/// The address of the debug bundle that a run left, if it did.
#[must_use]
pub fn debug_bundle(answer: &RunAnswer, headers: &HeaderMap) -> Option<String> {
    // The host makes it at the end: an operation's own file of that name comes before.
    let bundle = answer
        .artifacts
        .last()
        .filter(|file| file.name == bundle::NAME);
    bundle.map(|bundle| file(bundle, headers))
}
