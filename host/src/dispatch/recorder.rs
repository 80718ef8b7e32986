//! Runs that are recorded: the cassette of their last call is kept as one of their files.
//!
//! Owns: what the last call left, until it is kept. A call that lost its browser leaves nothing that could be replayed,
//! and while an effect is begun and not settled nothing is written: finding out comes first.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::artifacts::media;
use crate::browser::page::Page;
use crate::dispatch::run::Run;
use crate::model::ids::ArtifactId;
use crate::plugin::call;
use crate::plugin::call_error::CallError;
use crate::plugin::context::{CallContext, Called};
use crate::plugin::recorded::{self, Recorded};

/// The name of the file.
pub const NAME: &str = "cassette.json";

/// What the last call of a run left.
#[derive(Default)]
pub(in crate::dispatch) struct Recorder(Mutex<Option<Recorded>>);

impl Recorder {
    fn set(&self, recorded: Option<Recorded>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = recorded;
    }

    fn take(&self) -> Option<Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Run {
    /// Calls the operation once, and records it if that was asked for.
    ///
    /// # Cancellation
    /// A dropped call drops the page in whatever state it is, and records nothing.
    pub(in crate::dispatch) async fn called(
        &self,
        page: Box<dyn Page>,
        context: CallContext,
    ) -> Called<Value> {
        let input = (&self.input, self.stand.map(|stand| stand.phase));
        let Some(recorder) = &self.recorder else {
            return call::run(&self.version, input, page, context).await;
        };
        let names = vec![self.journal.record().account];
        let (called, left) = recorded::run(&self.version, input, page, context, names).await;
        let is_lost = matches!(called.outcome, Err(CallError::BrowserLost(_)));
        recorder.set((!is_lost).then_some(left));
        called
    }

    /// Keeps the cassette of the last call, if there is one. None if that did not work, which is logged.
    pub(in crate::dispatch) async fn keep_cassette(&self) -> Option<ArtifactId> {
        let recorded = self.recorder.as_ref()?.take()?;
        let written = recorded.written().await;
        let put = self.artifacts().put(NAME, media::JSON, written?).await;
        match put {
            Ok(cassette) => Some(cassette.id),
            Err(error) => {
                tracing::warn!(run.id = %self.id, %error, "no cassette could be kept");
                None
            }
        }
    }
}
