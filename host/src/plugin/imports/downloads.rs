//! `downloads`: not offered yet; who has the grant is told so, who has not is denied.

use crate::plugin::bindings::downloads;
use crate::plugin::bindings::types;
use crate::plugin::capability::Capability;
use crate::plugin::imports::fault::{self, PageFault};
use crate::plugin::state::CallState;

impl CallState {
    fn no_downloads(&mut self) -> PageFault {
        if let Err(error) = self.count() {
            return error.into();
        }
        if !self.may(Capability::Downloads) {
            return types::PageError::Denied("the grant `downloads`".to_owned()).into();
        }
        let message = "this host cannot keep downloads yet: read the page instead";
        types::PageError::Other(fault::problem("not-offered", message, false)).into()
    }
}

impl downloads::Host for CallState {
    async fn begin(&mut self) -> Result<(), PageFault> {
        Err(self.no_downloads())
    }

    async fn finish(&mut self, _timeout_ms: u32) -> Result<String, PageFault> {
        Err(self.no_downloads())
    }
}
