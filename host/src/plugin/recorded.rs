//! Calls of operations that are recorded: as `call::run`, and a cassette of what was done with the page.
//!
//! Owns: the tape, for the time of the call. A call that is dropped drops the page with it, and leaves no cassette.

use serde_json::Value;

use crate::artifacts::store::Artifact;
use crate::browser::cassette::{Cassette, FORM, Outcome};
use crate::browser::page::Page;
use crate::browser::redaction::Unredacted;
use crate::browser::tape::{Taken, Tape};
use crate::browser::without_query::mapped;
use crate::plugin::call;
use crate::plugin::call_error::CallError;
use crate::plugin::context::{CallContext, Called};
use crate::plugin::version::OperationVersion;
use crate::plugin::world::CONTRACT;

/// What a call did with its page. Nobody sees it before it is redacted.
pub struct Recorded(Unredacted);

impl Recorded {
    /// The cassette as a file. None if redacting it broke off, which is logged.
    pub async fn written(self) -> Option<Vec<u8>> {
        // Of a long run this takes seconds.
        let written = tokio::task::spawn_blocking(|| self.0.redacted().to_json()).await;
        written
            .inspect_err(|error| tracing::error!(%error, "a cassette could not be redacted"))
            .ok()
    }
}

/// Runs an operation as `call::run` does, and records what it does with the page. What the host knows to be somebody's
/// names is not in the cassette.
///
/// # Cancellation
/// A dropped call drops the page in whatever state it is.
pub async fn run(
    version: &OperationVersion,
    (input, resumed): (&Value, Option<u32>),
    page: Box<dyn Page>,
    context: CallContext,
    names: Vec<String>,
) -> (Called<Value>, Recorded) {
    let artifacts = context.artifacts.clone();
    let earlier = artifacts.list().len();
    let (tape, recording) = Tape::of(page);
    let called = call::run(version, (input, resumed), Box::new(recording), context).await;
    drop(called.page);
    let Taken {
        page,
        calls,
        times_ms,
        truncated,
    } = tape.finish();
    let identity = &version.identity;
    let outcome = outcome(&called.outcome, &artifacts.list()[earlier..]);
    let cassette = Cassette {
        cassette: FORM,
        contract: CONTRACT.to_owned(),
        operation: identity.name.clone(),
        version: identity.version.to_string(),
        digest: identity.digest.clone(),
        input: input.clone(),
        resumed,
        calls,
        times_ms,
        truncated,
        outcome,
    };
    let called = Called { page, ..called };
    (called, Recorded(Unredacted::new(cassette, names)))
}

/// How a call ended, in the words of a cassette: files go by their place among those of the call, since their ids are
/// others each time.
#[must_use]
pub fn outcome(outcome: &Result<Value, CallError>, artifacts: &[Artifact]) -> Outcome {
    match outcome {
        Ok(output) => {
            let ids: Vec<String> = artifacts.iter().map(|file| file.id.to_string()).collect();
            let mut numbered = |text: &str| {
                let mut text = text.to_owned();
                for (place, id) in ids.iter().enumerate() {
                    if text.contains(id) {
                        text = text.replace(id, &format!("artifact-{}", place + 1));
                    }
                }
                text
            };
            Outcome::Output(mapped(output.clone(), &mut numbered))
        }
        Err(error) => Outcome::Failure {
            code: error.code().to_owned(),
            message: error.to_string(),
        },
    }
}
