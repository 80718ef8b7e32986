//! `log`: a guest's lines in the host's log.

use crate::plugin::bindings::log;
use crate::plugin::guest_log::Level;
use crate::plugin::state::CallState;

impl log::Host for CallState {
    async fn write(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        self.count()?;
        let level = match level {
            log::Level::Debug => Level::Debug,
            log::Level::Info => Level::Info,
            log::Level::Warn => Level::Warn,
            log::Level::Error => Level::Error,
        };
        self.log.write(level, &message);
        Ok(())
    }
}
