//! Files that the mock portal hands over.

use crate::native::installed::with;
use crate::native::words;
use crate::{ArtifactId, PageError};

/// Starts to watch for one download. Needs the `downloads` grant.
pub fn begin() -> Result<(), PageError> {
    with("downloads.begin", |backend| backend.call.begin_download()).map_err(words::error)
}

/// Keeps the file that came since as an artifact.
pub fn finish(_timeout_ms: u32) -> Result<ArtifactId, PageError> {
    with("downloads.finish", |backend| backend.call.finish_download()).map_err(words::error)
}
