//! `effects`: the intent is on disk before anything can happen, and one guarded click is let through for it.

use wasmtime::component::Resource;

use crate::browser::page::ElementRef;
use crate::plugin::bindings::{effects, types};
use crate::plugin::capability::Capability;
use crate::plugin::context::{BeginError, Intent, Settled};
use crate::plugin::imports::fault::{self, PageFault};
use crate::plugin::state::{CallState, Effect};

/// The handle on the effect that a call began. There is one a call, so it says nothing more.
#[derive(Debug)]
pub struct OpenEffect;

impl effects::Host for CallState {
    async fn begin(
        &mut self,
        summary: String,
        key: String,
        memo: String,
    ) -> wasmtime::Result<Result<Resource<OpenEffect>, effects::EffectError>> {
        self.count()?;
        let journal = match &self.journal {
            Some(journal) if self.may(Capability::Submit) => journal.clone(),
            _ => {
                let grant = "the grant `submit`".to_owned();
                return Ok(Err(effects::EffectError::Denied(grant)));
            }
        };
        if self.effect != Effect::None {
            let which = "this run has begun its effect already; a run has one".to_owned();
            return Ok(Err(effects::EffectError::Duplicate(which)));
        }
        let intent = Intent { summary, key, memo };
        if let Err(error) = journal.begin(intent).await {
            return Ok(Err(refused(error)));
        }
        self.effect = Effect::Open;
        Ok(Ok(self.table.push(OpenEffect)?))
    }

    async fn settle(
        &mut self,
        effect: Resource<OpenEffect>,
        outcome: effects::Settled,
    ) -> wasmtime::Result<()> {
        self.count()?;
        self.table.delete(effect)?;
        self.effect = Effect::Settled;
        if let Some(journal) = self.journal.clone() {
            journal.settle(settled(outcome)).await;
        }
        Ok(())
    }
}

impl effects::HostEffect for CallState {
    async fn drop(&mut self, effect: Resource<OpenEffect>) -> wasmtime::Result<()> {
        self.table.delete(effect)?;
        Ok(())
    }
}

impl CallState {
    /// Refuses a key that would set off a guarded element, as `let_through` does.
    pub(in crate::plugin) async fn pass_guard(
        &mut self,
        element: &ElementRef,
        key: &str,
    ) -> Result<(), PageFault> {
        if !self.is_guarded {
            return Ok(());
        }
        let (page, until) = self.begin()?;
        let done = tokio::time::timeout_at(until, page.sets_off(element, key)).await;
        match self.finish(done)? {
            Some(guarded) => self.let_through(&guarded),
            None => Ok(()),
        }
    }

    /// Lets one action through that sets off a guarded element, if an effect is open; whoever passes has used it up.
    pub(in crate::plugin) fn let_through(&mut self, guarded: &str) -> Result<(), PageFault> {
        let why = match (self.effect, &self.journal) {
            (Effect::Open, Some(journal)) => {
                journal.submitting();
                self.effect = Effect::Spent;
                return Ok(());
            }
            (Effect::Spent | Effect::Settled, _) => "the one click of this run's effect was made",
            _ => "no effect is open (`effects.begin`, with the grant `submit`)",
        };
        let what = format!("`{guarded}` is guarded: {why}");
        Err(types::PageError::Denied(what).into())
    }
}

fn refused(error: BeginError) -> effects::EffectError {
    let message = error.to_string();
    match error {
        BeginError::Duplicate(which) => effects::EffectError::Duplicate(which),
        BeginError::Storage(_) => {
            effects::EffectError::Other(fault::problem("storage-failed", &message, true))
        }
        BeginError::Cancelled => {
            effects::EffectError::Other(fault::problem("cancelled", &message, false))
        }
    }
}

fn settled(outcome: effects::Settled) -> Settled {
    match outcome {
        effects::Settled::Confirmed(evidence) => Settled::Confirmed(evidence),
        effects::Settled::Refused(words) => Settled::Refused(words),
        effects::Settled::Unknown(why) => Settled::Unknown(why),
    }
}
