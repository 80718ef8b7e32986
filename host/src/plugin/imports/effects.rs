//! `effects`: not offered yet, so nothing that cannot be taken back can begin.

use wasmtime::component::Resource;

use crate::plugin::bindings::effects;
use crate::plugin::capability::Capability;
use crate::plugin::imports::fault;
use crate::plugin::state::CallState;

/// An effect that was begun. There is none yet.
#[derive(Debug)]
pub enum OpenEffect {}

impl effects::Host for CallState {
    async fn begin(
        &mut self,
        _summary: String,
        _key: String,
    ) -> wasmtime::Result<Result<Resource<OpenEffect>, effects::EffectError>> {
        self.count()?;
        if !self.may(Capability::Submit) {
            return Ok(Err(effects::EffectError::Denied(
                "the grant `submit`".to_owned(),
            )));
        }
        let message = "this host cannot record effects yet, and so does not let one begin";
        let problem = fault::problem("not-offered", message, false);
        Ok(Err(effects::EffectError::Other(problem)))
    }

    async fn settle(
        &mut self,
        effect: Resource<OpenEffect>,
        _outcome: effects::Settled,
    ) -> wasmtime::Result<()> {
        self.count()?;
        self.table.delete(effect)?;
        Ok(())
    }
}

impl effects::HostEffect for CallState {
    async fn drop(&mut self, effect: Resource<OpenEffect>) -> wasmtime::Result<()> {
        self.table.delete(effect)?;
        Ok(())
    }
}
