//! The account's secrets, typed by the mock portal and never recorded.

pub use crate::bindings::session::gantry::automation::secrets::Secret;

use crate::PageError;
use crate::native::installed::with;
use crate::native::page::Element;
use crate::native::words;

/// Types the secret into a text control, at the site `account` only.
pub fn fill(which: Secret, into: &Element) -> Result<(), PageError> {
    let is_password = matches!(which, Secret::Password);
    with("secrets.fill", |backend| {
        backend.call.type_secret(is_password, into.0)
    })
    .map_err(words::error)
}
