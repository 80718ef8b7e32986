//! The portal's own rules of signing in: what the author of a session component implements.
//!
//! Owns: the glue between it and the contract's `portal` interface.

pub use crate::bindings::session::exports::gantry::automation::portal::{
    Presence, Refusal, SignInOutcome,
};

use crate::bindings::session::exports::gantry::automation::portal::Manifest;
use crate::{Capability, Failure};

/// How sessions of one portal are signed in and kept so. Export it with
/// [`export_portal!`](crate::export_portal). Every verdict needs positive evidence in the page.
pub trait Portal {
    /// Kebab-case.
    const NAME: &'static str;
    /// One sentence.
    const SUMMARY: &'static str;
    /// The grants it needs.
    const CAPABILITIES: &'static [Capability] = &[];

    /// Signs in, from whatever page is open.
    fn sign_in() -> Result<SignInOutcome, Failure>;
    /// Looks whether the session is signed in, cheaply.
    fn probe() -> Result<Presence, Failure>;
    /// Says what the page that is open shows; goes nowhere and touches nothing, since a person may be
    /// using it.
    fn look() -> Result<Presence, Failure>;
    /// Visits every site so that none signs the session out for idleness, and looks.
    fn keep_alive() -> Result<Presence, Failure>;
}

/// The manifest of a session component whose crate has this version.
#[must_use]
pub fn describe<P: Portal>(version: &str) -> Manifest {
    Manifest {
        name: P::NAME.to_owned(),
        version: version.to_owned(),
        summary: P::SUMMARY.to_owned(),
        capabilities: P::CAPABILITIES
            .iter()
            .map(|capability| capability.name().to_owned())
            .collect(),
    }
}

/// Makes the crate the component that knows one [`Portal`].
#[macro_export]
macro_rules! export_portal {
    ($portal:ty) => {
        #[cfg(target_family = "wasm")]
        #[allow(unsafe_code, reason = "the entry points of a component are exported symbols")]
        const _: () = {
            struct Component;

            impl $crate::bindings::session::exports::gantry::automation::portal::Guest for Component {
                fn describe()
                -> $crate::bindings::session::exports::gantry::automation::portal::Manifest {
                    $crate::glue::describe_portal::<$portal>(env!("CARGO_PKG_VERSION"))
                }

                fn sign_in() -> Result<$crate::SignInOutcome, $crate::Failure> {
                    <$portal as $crate::Portal>::sign_in()
                }

                fn probe() -> Result<$crate::Presence, $crate::Failure> {
                    <$portal as $crate::Portal>::probe()
                }

                fn look() -> Result<$crate::Presence, $crate::Failure> {
                    <$portal as $crate::Portal>::look()
                }

                fn keep_alive() -> Result<$crate::Presence, $crate::Failure> {
                    <$portal as $crate::Portal>::keep_alive()
                }
            }

            $crate::bindings::session::export_portal_interface!(
                Component with_types_in $crate::bindings::session
            );
        };
        // On the build machine nothing is exported; the type is still checked.
        #[cfg(not(target_family = "wasm"))]
        const _: fn() -> Result<$crate::Presence, $crate::Failure> =
            <$portal as $crate::Portal>::probe;
    };
}
