//! Lines of the log: kept for the test to look at, and on standard error, where the test runner shows them.

use crate::bindings::operation::gantry::automation::log::Level;
use crate::native::installed::try_with;

/// Writes a line.
pub(crate) fn write(level: Level, message: &str) {
    let (level, name) = match level {
        Level::Debug => (gantry_mock_page::Level::Debug, "debug"),
        Level::Info => (gantry_mock_page::Level::Info, "info"),
        Level::Warn => (gantry_mock_page::Level::Warn, "warn"),
        Level::Error => (gantry_mock_page::Level::Error, "error"),
    };
    eprintln!("{name}: {message}");
    try_with(|backend| backend.call.log(level, message));
}
