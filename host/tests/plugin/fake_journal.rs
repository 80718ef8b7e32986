//! A journal in memory, which tells what was written into it.

use std::sync::Mutex;

use async_trait::async_trait;
use gantry::plugin::context::{BeginError, Intent, Journal, KeepError, Progress, Settled};
use serde_json::Value;

/// What was written, in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Written {
    Progress(Progress),
    Part(String, Value),
    Begun(Intent),
    Submitting,
    Settled(Settled),
}

#[derive(Default)]
pub(crate) struct FakeJournal {
    written: Mutex<Vec<Written>>,
    /// What `begin` answers instead of success.
    pub(crate) refuses: Mutex<Option<BeginError>>,
}

impl FakeJournal {
    pub(crate) fn written(&self) -> Vec<Written> {
        self.written.lock().unwrap().clone()
    }

    fn write(&self, what: Written) {
        self.written.lock().unwrap().push(what);
    }
}

#[async_trait]
impl Journal for FakeJournal {
    fn report(&self, progress: Progress) {
        self.write(Written::Progress(progress));
    }

    async fn keep(&self, item: String, result: Value) -> Result<(), KeepError> {
        self.write(Written::Part(item, result));
        Ok(())
    }

    async fn begin(&self, intent: Intent) -> Result<(), BeginError> {
        if let Some(error) = self.refuses.lock().unwrap().clone() {
            return Err(error);
        }
        self.write(Written::Begun(intent));
        Ok(())
    }

    fn submitting(&self) {
        self.write(Written::Submitting);
    }

    async fn settle(&self, settled: Settled) {
        self.write(Written::Settled(settled));
    }
}
