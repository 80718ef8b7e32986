//! Why a file was not kept or not found.

/// Why an artifact was not kept or not found.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// No such artifact, or its time is over.
    #[error("no artifact `{0}`: it was never there, was removed, or its time is over")]
    NotFound(String),
    /// The run has used up its room.
    #[error("the artifacts of one run may not exceed {limit_bytes} bytes")]
    TooLarge {
        /// The room of one run.
        limit_bytes: u64,
    },
    /// A file name that is empty, too long, or not a plain name.
    #[error("`{0}` cannot be a file name: use up to 100 letters, digits, `-`, `_`, `.` and spaces")]
    InvalidName(String),
    /// A table whose rows do not fit its columns, or that is too large for a spreadsheet.
    #[error("the table cannot be written: {0}")]
    InvalidTable(String),
    /// A file that cannot be read as a table.
    #[error("the file is no table: {0}")]
    NotATable(String),
    /// The disk.
    #[error("cannot keep the artifact: {0}")]
    Io(#[from] std::io::Error),
}
