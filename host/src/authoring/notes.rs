//! Where a component writes during a test: what would outlive a run is kept in memory and looked at.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::Value;

use crate::plugin::context::{BeginError, Intent, Journal, KeepError, Progress, Settled};

/// The journal of one call.
#[derive(Debug, Default)]
pub(in crate::authoring) struct Notes {
    effect: Mutex<Option<&'static str>>,
}

impl Notes {
    /// How the component says its effect ended; `unknown` if it does not say; none if it began none.
    pub(in crate::authoring) fn effect(&self) -> Option<&'static str> {
        *self.effect.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, effect: &'static str) {
        *self.effect.lock().unwrap_or_else(PoisonError::into_inner) = Some(effect);
    }
}

#[async_trait]
impl Journal for Notes {
    fn report(&self, _: Progress) {}

    async fn keep(&self, _: String, _: Value) -> Result<(), KeepError> {
        Ok(())
    }

    async fn begin(&self, _: Intent) -> Result<(), BeginError> {
        self.set("unknown");
        Ok(())
    }

    fn submitting(&self) {}

    async fn settle(&self, settled: Settled) {
        self.set(match settled {
            Settled::Confirmed(_) => "confirmed",
            Settled::Refused(_) => "refused",
            Settled::Unknown(_) => "unknown",
        });
    }
}
