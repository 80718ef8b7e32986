//! `artifacts`: files that a run leaves for its caller.

use tokio::time::error::Elapsed;
use tokio::time::timeout_at;

use crate::artifacts::error::ArtifactError;
use crate::artifacts::store::Artifact;
use crate::plugin::bindings::artifacts;
use crate::plugin::bindings::types::Problem;
use crate::plugin::imports::fault;
use crate::plugin::state::CallState;

const MEDIA_TYPE_MAX: usize = 100;

impl CallState {
    /// Keeps a file of this run, and gives its id.
    pub(in crate::plugin) async fn keep(
        &mut self,
        name: &str,
        media_type: &str,
        content: Vec<u8>,
    ) -> Result<String, Problem> {
        let Some(artifacts) = self.artifacts.clone() else {
            return Err(nowhere());
        };
        let done = timeout_at(
            self.host_deadline(),
            artifacts.put(name, media_type, content),
        )
        .await;
        kept(done)
    }
}

impl artifacts::Host for CallState {
    async fn put_bytes(
        &mut self,
        name: String,
        media_type: String,
        content: Vec<u8>,
    ) -> wasmtime::Result<Result<String, Problem>> {
        self.count()?;
        if !is_media_type(&media_type) {
            let message = format!("`{media_type}` is no media type such as `text/csv`");
            return Ok(Err(fault::problem("invalid-media-type", &message, false)));
        }
        Ok(self.keep(&name, &media_type, content).await)
    }

    async fn put_table(
        &mut self,
        name: String,
        sheet: String,
        columns: Vec<String>,
        rows: Vec<Vec<String>>,
    ) -> wasmtime::Result<Result<String, Problem>> {
        self.count()?;
        let Some(artifacts) = self.artifacts.clone() else {
            return Ok(Err(nowhere()));
        };
        let put = artifacts.put_table(&name, &sheet, columns, rows);
        Ok(kept(timeout_at(self.host_deadline(), put).await))
    }

    async fn read_table(
        &mut self,
        artifact: String,
    ) -> wasmtime::Result<Result<artifacts::Spreadsheet, Problem>> {
        self.count()?;
        let Some(artifacts) = self.artifacts.clone() else {
            return Ok(Err(nowhere()));
        };
        let Ok(id) = artifact.parse() else {
            let message = format!("`{artifact}` is no artifact's id");
            return Ok(Err(fault::problem("artifact-not-found", &message, false)));
        };
        let read = timeout_at(self.host_deadline(), artifacts.table(id)).await;
        Ok(in_time(read).map(|table| artifacts::Spreadsheet {
            sheet: table.sheet,
            columns: table.columns,
            rows: table.rows,
        }))
    }
}

pub(in crate::plugin) fn kept(
    done: Result<Result<Artifact, ArtifactError>, Elapsed>,
) -> Result<String, Problem> {
    in_time(done).map(|artifact| artifact.id.to_string())
}

fn in_time<T>(done: Result<Result<T, ArtifactError>, Elapsed>) -> Result<T, Problem> {
    match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            if let ArtifactError::Io(cause) = &error {
                tracing::error!(error = %cause, "an artifact could not be kept");
            }
            Err(fault::artifact_problem(&error))
        }
        Err(_) => Err(fault::problem(
            "deadline",
            "the time of this call is used up",
            false,
        )),
    }
}

pub(in crate::plugin) fn nowhere() -> Problem {
    fault::problem("denied", "`describe` cannot keep artifacts", false)
}

/// It becomes a header of an HTTP answer.
fn is_media_type(text: &str) -> bool {
    let token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    text.len() <= MEDIA_TYPE_MAX
        && text
            .split_once('/')
            .is_some_and(|(kind, subtype)| token(kind) && token(subtype))
}
