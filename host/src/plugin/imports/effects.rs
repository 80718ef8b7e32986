//! `effects`: the intent is on disk before anything can happen, and one guarded click is let through for it.

use gantry_grants::BeginDenied;
use wasmtime::component::Resource;

use crate::browser::page::ElementRef;
use crate::plugin::bindings::{effects, types};
use crate::plugin::capability::Capability;
use crate::plugin::context::{BeginError, Intent, Settled};
use crate::plugin::imports::fault::{self, PageFault};
use crate::plugin::state::CallState;

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
        let allowed = self.effect.may_begin(|capability| self.may(capability));
        let journal = match (allowed, self.journal.clone()) {
            (Ok(()), Some(journal)) => journal,
            (Err(why @ BeginDenied::AlreadyBegun), Some(_)) => {
                return Ok(Err(effects::EffectError::Duplicate(why.to_string())));
            }
            // Where there is no journal, as in `reconcile`, nothing may begin, whatever was granted.
            _ => {
                return Ok(Err(effects::EffectError::Denied(
                    Capability::Submit.missing(),
                )));
            }
        };
        let intent = Intent { summary, key, memo };
        if let Err(error) = journal.begin(intent).await {
            return Ok(Err(refused(error)));
        }
        self.effect.opened();
        Ok(Ok(self.table.push(OpenEffect)?))
    }

    async fn settle(
        &mut self,
        effect: Resource<OpenEffect>,
        outcome: effects::Settled,
    ) -> wasmtime::Result<()> {
        self.count()?;
        self.table.delete(effect)?;
        self.effect.settled();
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
        times: usize,
    ) -> Result<(), PageFault> {
        if !self.is_guarded {
            return Ok(());
        }
        let (page, until) = self.begin().await?;
        let done = tokio::time::timeout_at(until, page.sets_off(element, key)).await;
        match self.finish(done)? {
            Some(guarded) if times > 1 => {
                let what = format!("`{guarded}` is guarded, and would be set off {times} times");
                Err(types::PageError::Denied(what).into())
            }
            Some(guarded) => self.let_through(&guarded),
            None => Ok(()),
        }
    }

    /// Lets one action through that sets off a guarded element, if an effect is open; whoever passes has used it up.
    pub(in crate::plugin) fn let_through(&mut self, guarded: &str) -> Result<(), PageFault> {
        self.effect
            .let_through(guarded)
            .map_err(|why| types::PageError::Denied(why.to_string()))?;
        if let Some(journal) = &self.journal {
            journal.submitting();
        }
        Ok(())
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
