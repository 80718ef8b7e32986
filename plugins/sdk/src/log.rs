//! Lines for the operator's log. Never secrets or whole page texts.

use crate::bindings::operation::gantry::automation::log::Level;
#[cfg(target_family = "wasm")]
use crate::bindings::operation::gantry::automation::log::write;
#[cfg(not(target_family = "wasm"))]
use crate::native::log::write;

/// For whoever works on the plugin.
pub fn debug(message: impl AsRef<str>) {
    write(Level::Debug, message.as_ref());
}

/// What happened, in a few lines for each call.
pub fn info(message: impl AsRef<str>) {
    write(Level::Info, message.as_ref());
}

/// Something was wrong and was recovered from.
pub fn warn(message: impl AsRef<str>) {
    write(Level::Warn, message.as_ref());
}

/// Something is wrong that the operator should act on.
pub fn error(message: impl AsRef<str>) {
    write(Level::Error, message.as_ref());
}
